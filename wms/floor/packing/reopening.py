"""The parcel whose label is awaited is opened again, at once and at the same bench. Pure. Called by `workflow`.

Later, and elsewhere, it is the workflow in `opening` that does so; what follows from it is the same.
"""

from dataclasses import replace
from uuid import UUID

from wms.containers.model import Container
from wms.floor.packing.model import (
    CHOOSE_REASON,
    SCAN_LABEL,
    SCAN_TOTE,
    PackingFacts,
    PackResult,
    PackWork,
    parcel_id_of,
)
from wms.floor.packing.opening.rules import REASONS, ClosedParcel, opened_into, tote_refusal, why_not
from wms.kernel.refusal import Refusal
from wms.shipments.voids import VoidReason
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome


def ask(work: PackWork, facts: PackingFacts, *, confirmed: bool) -> PackResult:
    """It is weighty: only when asked for twice."""
    closed = facts.closed(_parcel_id(work))
    refusal = _refusal(closed)
    if refusal is not None:
        return refusal
    details = {"parcel": closed.parcel.tracking_no, "order": closed.order_number}
    if not confirmed:
        return Confirm("confirm_open_again", details)
    return Decision(CHOOSE_REASON, work.progress, Note("why_opened", details))


def say_why(work: PackWork, verb: str) -> PackResult:
    """The reason stays with the parcel."""
    progress = replace(work.progress, opened_for=REASONS[verb].value)
    return Decision(SCAN_TOTE, progress, Note("goods_into_tote", {"order": work.plan.order_number}))


def put_back(work: PackWork, tote: Container, facts: PackingFacts) -> PackResult:
    """The goods are in a tote: the parcel is void, and the order waits to be packed like any other."""
    closed = facts.closed(_parcel_id(work))
    kept = _refusal(closed)
    if kept is not None:
        # No tote would do. At its label he can go on, and ask for it again.
        label = replace(work.progress, opened_for="")
        return Decision(SCAN_LABEL, label, Note(kept.code, kept.details), (), Outcome.REFUSED)
    refusal = tote_refusal(closed, tote)
    if refusal is not None:
        return refusal
    effects = opened_into(closed, tote, VoidReason(work.progress.opened_for), facts.packer_id(), "")
    details = {"order": closed.order_number, "parcel": closed.parcel.tracking_no, "container": tote.code}
    return Decision(DONE, work.progress, Note("parcel_opened_again", details), effects, Outcome.COMPLETED)


def _refusal(closed: ClosedParcel) -> Refusal | None:
    if closed.parcel.why_gone is None and not closed.is_at_bench:
        return Refusal("open_from_home", {"parcel": closed.parcel.tracking_no})
    return why_not(closed)


def _parcel_id(work: PackWork) -> UUID:
    return parcel_id_of(work.plan, work.progress.number)
