"""Electronic tax bills (CEB816) and words on their status (CEB818) → values.

Called by `receipts`. Pure. A bill decides nothing about a parcel: it tells what the guarantee will be charged with.
"""

import re

from wms.customs.model import QuarantineReason, TaxBill, TaxLine, normalised_return_time
from wms.customs.regimes.china.documents import CEB
from wms.customs.regimes.china.nodes import BadNode, Field, mandatory, texts_of, values_of
from wms.customs.regimes.china.safe_xml import Element

BILL = "CEB816"
BILL_STATUS = "CEB818"

_HEADS = {BILL: "TaxHeadRd", BILL_STATUS: "TaxHeadStatus"}
_MAX_LINES = 99
_AMOUNT = re.compile(r"[0-9]{1,14}(\.[0-9]{1,5})?")
_NUMBER = re.compile(r"[0-9]{1,9}")
_COMMON = (
    mandatory("invtNo", 18, "invt_no"),
    mandatory("taxNo", 50, "tax_no"),
    mandatory("status", 1, "status"),
    Field("entDutyNo", 50, "payment_book_no"),
    Field("assureCode", 64, "assure_code"),
    Field("note", 1000, "note"),
)
_AMOUNTS = (
    mandatory("customsTax", 20, "customs_tax"),
    mandatory("valueAddedTax", 20, "value_added_tax"),
    mandatory("consumptionTax", 20, "consumption_tax"),
)
_LINE = (mandatory("gcode", 10, "hs_code"), mandatory("taxPrice", 20, "tax_price"), *_AMOUNTS)


def read_tax_bill(message_type: str, node: Element) -> TaxBill:
    """The bill in one `Tax` node of a message of that type. Raises BadNode."""
    head_name = _HEADS[message_type]
    if node.namespace != CEB or node.name != "Tax":
        raise BadNode(QuarantineReason.UNEXPECTED_NODE, f"{node.name[:40]} instead of Tax")
    heads = [child for child in node.children if child.namespace == CEB and child.name == head_name]
    if len(heads) != 1:
        raise BadNode(QuarantineReason.UNEXPECTED_NODE, f"{len(heads)} {head_name} instead of one")
    texts = texts_of(heads[0])
    return_time = normalised_return_time(texts.get("returnTime", ""))
    if return_time is None:
        raise BadNode(QuarantineReason.BAD_TIME, f"returnTime {texts.get('returnTime', '')[:20]!r}")
    fields = (*_COMMON, *_AMOUNTS) if message_type == BILL else _COMMON
    values = dict(values_of(fields, texts))
    _check_amounts(values)
    return TaxBill(message_type, return_time=return_time, lines=_lines(node), **values)


def _lines(node: Element) -> tuple[TaxLine, ...]:
    found = [child for child in node.children if child.namespace == CEB and child.name == "TaxListRd"]
    if len(found) > _MAX_LINES:
        raise BadNode(QuarantineReason.TOO_MANY_NODES, f"{len(found)} lines, the limit is {_MAX_LINES}")
    return tuple(_line(line) for line in found)


def _line(node: Element) -> TaxLine:
    texts = texts_of(node)
    number = texts.get("gnum", "")
    if not _NUMBER.fullmatch(number):
        raise BadNode(QuarantineReason.MISSING_FIELD, f"gnum {number[:20]!r}")
    values = dict(values_of(_LINE, texts))
    _check_amounts(values)
    return TaxLine(int(number), **values)


def _check_amounts(values: dict[str, str]) -> None:
    for name in ("customs_tax", "value_added_tax", "consumption_tax", "tax_price"):
        if name in values and not _AMOUNT.fullmatch(values[name]):
            raise BadNode(QuarantineReason.BAD_AMOUNT, f"{name} {values[name][:20]!r}")
