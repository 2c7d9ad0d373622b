"""The label of a parcel is proven by its scan, and where a rule asks for it, that it is where it belongs. Pure.

Called by `workflow`, once it is certain that the label is this parcel's.
"""

from dataclasses import replace

from wms.bench.effects import ApplyLabel
from wms.bench.label_place import question_of_place
from wms.floor.packing import closing
from wms.floor.packing.model import SCAN_LABEL, PackResult, PackWork
from wms.shipments.model import Parcel
from wms.tasks.decision import Decision, Note, Outcome


def prove(work: PackWork, parcel: Parcel) -> PackResult:
    """The first scan of a label that has a place of its own asks; the second one, of whichever code on it, says yes."""
    plan, progress = work.plan, work.progress
    question = question_of_place(plan.needs)
    if question is not None and not progress.is_label_seen:
        seen = replace(progress, is_label_seen=True)
        return Decision(SCAN_LABEL, seen, question, (), Outcome.CONFIRM)
    note = Note("label_applied", {"order": plan.order_number, "parcel": parcel.tracking_no})
    return closing.go_on(work, note, (ApplyLabel(parcel.id),))
