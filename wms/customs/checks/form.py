"""Whether a document has the form customs takes, said as findings that name the field and who has to mend it.

Called by `checking` (before anything is queued), by `applications`, and by `outgoing` (a last look before signing).
"""

from collections.abc import Sequence

from wms.customs.model import Cause, DocumentKind, Finding
from wms.customs.regimes.china.documents import KIND_OF, Document
from wms.customs.regimes.china.schema_faults import SchemaFault
from wms.customs.regimes.china.validation import faults_of_node
from wms.customs.regimes.china.writer import CannotWrite, node_of
from wms.customs.sending.queueing import MESSAGE_OF

RULE = "schema"

_OF_PLATFORM = frozenset(
    {
        "orderNo", "goodsValue", "freight", "discount", "taxTotal", "acturalPaid", "buyerRegNo", "buyerName",
        "buyerTelephone", "buyerIdType", "buyerIdNumber", "payTransactionId", "consignee", "consigneeTelephone",
        "consigneeAddress", "consigneeDistrict", "qty", "price", "totalPrice",
    }
)  # fmt: skip
"""Fields that stand in the documents as the platform gave them; all others come from the warehouse's own data."""


def written(document: Document) -> tuple[str, tuple[SchemaFault, ...]]:
    """The document's XML node and what is wrong with it; no node where no XML can carry its values."""
    try:
        node = node_of(document)
    except CannotWrite as error:
        return "", error.faults
    return node, faults_of_node(KIND_OF[type(document)], node)


def findings_of_body(kind: DocumentKind, body: str) -> tuple[Finding, ...]:
    """What is wrong with a node that was written earlier."""
    return faults_as_findings(kind, faults_of_node(MESSAGE_OF[kind], body))


def faults_as_findings(kind: DocumentKind, faults: Sequence[SchemaFault]) -> tuple[Finding, ...]:
    """Faults of form as findings. What is wrong stands in both languages in place of a second value."""
    return tuple(
        Finding(
            RULE,
            _cause(kind, fault.field),
            fault.field,
            fault.value,
            other_field=fault.kind.value,
            other_value=f"{fault.what} · {fault.what_zh}",
            line_no=fault.line_no,
        )
        for fault in faults
    )


def _cause(kind: DocumentKind, field: str) -> Cause:
    if kind is DocumentKind.PAYMENT:
        return Cause.PAYMENT_COMPANY
    return Cause.PLATFORM if field.rpartition(".")[2] in _OF_PLATFORM else Cause.WAREHOUSE
