"""What a packer may ask for at any time: the label of the last parcel once more, and the proof of one put aside.

`wms.app` hands these errands to the scan door. Neither calls a carrier: a copy has the bytes of the first.
"""

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.barcodes.model import Command
from wms.bench.codes import task_at_hand
from wms.bench.effects import ApplyLabel, OrderLabelCopy
from wms.bench.lookup import jobs_of_parcel, unapplied_parcel
from wms.bench.proving import question_about_order
from wms.floor.packing.facts import SqlPackingFacts, bench_of
from wms.floor.packing.list_errand import print_list_once_more
from wms.floor.packing.model import PackPlan, PackProgress, in_parcel, parcel_id_of
from wms.floor.packing.other_printer import print_elsewhere
from wms.floor.packing.workflow import packing
from wms.kernel.refusal import Detail, Refusal
from wms.shipments.lookup import last_packed_at
from wms.shipments.model import Parcel, ParcelState
from wms.tasks.decision import Confirm, Note
from wms.tasks.floor import Done, Errand, FloorContext
from wms.tasks.tables import TaskRow

REPRINT = "REPRINT"
ASKED = "asked"


def prove_label(session: Session, context: FloorContext, thing: object, confirmed: bool) -> Done | Confirm | None:
    """The label of a parcel that was put aside without it, from the box it was stuck on by now.

    While the box of another parcel is open in front of him he is asked, because the label may have gone onto that one.
    """
    if not isinstance(thing, Parcel) or thing.state is not ParcelState.PACKED:
        return None
    if not unapplied_parcel(session, context.warehouse_id, thing.id):
        return None
    facts = SqlPackingFacts(session, context)
    details = {"order": facts.order_number_of(thing), "parcel": thing.tracking_no}
    other = _order_of_open_box(session, context, thing)
    question = question_about_order(session, context.warehouse_id, thing.order_id)
    if not confirmed and (other or question):
        return _asked(question, {**details, "other": other} if other else {})
    answer = facts.gate_at_label(thing.id)
    if not answer.open:
        held = Note("label_applied_held", {**details, "cage": facts.cage_code(), "reason": answer.code})
        return Done(held, (ApplyLabel(thing.id),))
    return Done(Note("label_applied", details), (ApplyLabel(thing.id),))


def _asked(question: Note | None, of_other: dict[str, Detail]) -> Confirm:
    """Both questions in one: the next scan answers all that was asked. `of_other`: what is said of the other box."""
    if question is None:
        return Confirm("confirm_other_label", of_other)
    if not of_other:
        return Confirm(question.code, question.details)
    code = "confirm_other_label_position" if question.details else "confirm_other_label_picture"
    return Confirm(code, {**of_other, **question.details})


def _order_of_open_box(session: Session, context: FloorContext, closed: Parcel) -> str:
    """The order whose parcel he is packing, as soon as something is in it; empty where no box is open."""
    task_id = task_at_hand(session, context.warehouse_id, context.operator_id, packing.name)
    row = session.execute(
        select(TaskRow.plan, TaskRow.progress).where(
            TaskRow.warehouse_id == context.warehouse_id, TaskRow.id == task_id
        )
    ).first()
    if row is None:
        return ""
    plan = msgspec.json.decode(row.plan, type=PackPlan)
    progress = msgspec.json.decode(row.progress, type=PackProgress)
    is_open = any(in_parcel(progress)) and parcel_id_of(plan, progress.number) != closed.id
    return plan.order_number if is_open else ""


def print_last_again(
    session: Session, context: FloorContext, thing: object, confirmed: bool
) -> Done | Confirm | Refusal | None:
    """The label of the parcel that was closed last at this bench and still stands there, once it is clear which."""
    if not isinstance(thing, Command) or thing.verb != REPRINT:
        return None
    place_id, bench = bench_of(session, context)
    if not place_id:
        return None  # with a handheld, the same card begins with the parcel: `wms.floor.reprint`
    parcel = last_packed_at(session, context.warehouse_id, place_id)
    if parcel is None:
        return Refusal("nothing_to_reprint", {"bench": bench})
    jobs = jobs_of_parcel(session, context.warehouse_id, parcel.id)
    if not jobs:
        return Refusal("label_not_ready", {"parcel": parcel.tracking_no})
    latest, order = jobs[-1], SqlPackingFacts(session, context).order_number_of(parcel)
    is_doubtful = latest.is_question
    if not confirmed:
        code = "confirm_not_printed" if is_doubtful else "confirm_reprint"
        return Confirm(code, {"tail": latest.tail, "order": order})
    note = Note("label_asked_again" if latest.is_not_made else "label_ordered", {"order": order})
    return Done(note, (OrderLabelCopy(parcel.id, ASKED, not_printed=is_doubtful),))


def tell_void(session: Session, context: FloorContext, thing: object, confirmed: bool) -> Refusal | None:
    """A label of a parcel that was opened again, wherever it is scanned: it is on the wrong box, or is no box's."""
    return thing.why_void if isinstance(thing, Parcel) else None


PACKING_ERRANDS = (
    Errand("work_packing", tell_void),
    Errand("work_packing", prove_label),
    Errand("work_packing", print_list_once_more),
    Errand("work_packing", print_last_again),
    Errand("work_packing", print_elsewhere),
)
