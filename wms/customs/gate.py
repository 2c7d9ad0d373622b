"""The gate: may this parcel leave the building? A pure function of what customs said.

Called by `wms.customs.service.gate_answer`, inside the transaction that records the movement, with the declaration
locked. There is one way to an open gate: the list is released or closed and nothing holds it.
"""

from dataclasses import replace

from wms.customs.model import (
    OPENING_STATES,
    DeclarationStanding,
    DeclarationState,
    DocumentKind,
    DocumentStanding,
    DocumentState,
    GateAnswer,
)

NOT_DECLARED = "customs_not_declared"
ON_HOLD = "customs_hold"
FINDINGS = "customs_findings"
"""Nothing was sent, because the documents contradict each other."""
CLOSED_CODES = {
    DeclarationState.PENDING: "customs_not_submitted",
    DeclarationState.SUBMITTED: "customs_no_answer",
    DeclarationState.ACCEPTED: "customs_not_released",
    DeclarationState.UNDER_INSPECTION: "customs_inspection",
    DeclarationState.DETAINED: "customs_detained",
    DeclarationState.REJECTED: "customs_rejected",
    DeclarationState.RETURNED: "customs_returned",
    DeclarationState.CANCELLED: "customs_cancelled",
}
"""Why the gate is closed in each state; the two opening states are missing on purpose."""

REFUSED_CODES = {
    DocumentKind.ORDER: "customs_order_refused",
    DocumentKind.PAYMENT: "customs_payment_refused",
    DocumentKind.LOGISTICS: "customs_waybill_refused",
}
"""One of the three orders was refused: the list waits for it, at our end or at customs' own."""

_WAITS_FOR_PAPERS = frozenset({DeclarationState.PENDING, DeclarationState.SUBMITTED})
"""States in which customs has said nothing about the list, so that a refused paper says more than they do."""

_WORST_FIRST = (DocumentState.REFUSED, DocumentState.MISSING, DocumentState.WAITING)


def gate(declaration: DeclarationStanding | None) -> GateAnswer:
    """The answer for one parcel; None where nothing was ever declared for it.

    Only the state folded from the list's own receipts and the holds decide. The three documents explain a closed gate
    and can neither open nor close it, whatever their receipts say.
    """
    if declaration is None:
        return GateAnswer(open=False, code=NOT_DECLARED)
    if declaration.state not in OPENING_STATES:
        refused = _refused_paper(declaration)
        if refused is not None:
            answer = _closed(declaration, REFUSED_CODES[refused.kind])
            return replace(answer, since=refused.since or answer.since, said=refused.said, document=refused.kind)
        stopped = declaration.state is DeclarationState.PENDING and declaration.finding is not None
        return _closed(declaration, FINDINGS if stopped else CLOSED_CODES[declaration.state])
    if declaration.holds:
        return _closed(declaration, ON_HOLD)
    return GateAnswer(
        open=True, state=declaration.state, since=declaration.since, said=declaration.said,
        documents=declaration.documents, status=declaration.status,
    )  # fmt: skip


def _closed(declaration: DeclarationStanding, code: str) -> GateAnswer:
    first_hold = min(declaration.holds, key=lambda hold: (hold.since, hold.kind)) if declaration.holds else None
    speaks = first_hold if code == ON_HOLD and first_hold is not None else declaration
    since = declaration.finding.since if code == FINDINGS and declaration.finding is not None else speaks.since
    return GateAnswer(
        open=False,
        code=code,
        state=declaration.state,
        since=since,
        said=speaks.said,
        document=_document_at_fault(declaration.documents),
        holds=tuple(sorted({hold.kind for hold in declaration.holds})),
        documents=declaration.documents,
        finding=declaration.finding.finding if declaration.finding is not None else None,
        status=declaration.status,
    )


def _refused_paper(declaration: DeclarationStanding) -> DocumentStanding | None:
    """The first of the three orders that was refused while nothing was said about the list."""
    if declaration.state not in _WAITS_FOR_PAPERS:
        return None
    refused = (one for one in declaration.documents if one.state is DocumentState.REFUSED and one.kind in REFUSED_CODES)
    return next(refused, None)


def _document_at_fault(documents: tuple[DocumentStanding, ...]) -> DocumentKind | None:
    """The document a person should look at first: a refused one before a missing one before a silent one."""
    for state in _WORST_FIRST:
        for document in documents:
            if document.state is state:
                return document.kind
    return None
