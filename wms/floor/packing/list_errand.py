"""The packing list of the open parcel once more, while it is asked for. An errand: the task stays as it is.

`errands` hands it to the scan door, ahead of the label of the last parcel.
"""

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.barcodes.model import Command
from wms.bench.codes import task_at_hand
from wms.bench.model import JobState
from wms.bench.papers import jobs_of_list
from wms.floor.packing.lists import list_is_due, wanted_list
from wms.floor.packing.model import SCAN_BOX, SCAN_LIST, PackPlan, PackProgress, parcel_id_of
from wms.floor.packing.workflow import packing
from wms.labels.effects import PrintListAgain
from wms.tasks.decision import Confirm, Note
from wms.tasks.floor import Done, FloorContext
from wms.tasks.tables import TaskRow


def print_list_once_more(
    session: Session, context: FloorContext, thing: object, confirmed: bool
) -> Done | Confirm | None:
    """Of one that may have come out already, somebody has to say first that it is not there."""
    if not isinstance(thing, Command) or thing.verb != "REPRINT":
        return None
    task_id = task_at_hand(session, context.warehouse_id, context.operator_id, packing.name)
    row = session.execute(
        select(TaskRow.step, TaskRow.plan, TaskRow.progress).where(
            TaskRow.warehouse_id == context.warehouse_id, TaskRow.id == task_id
        )
    ).first()
    if row is None or row.step not in (SCAN_BOX, SCAN_LIST):
        return None
    plan = msgspec.json.decode(row.plan, type=PackPlan)
    progress = msgspec.json.decode(row.progress, type=PackProgress)
    if not list_is_due(plan, progress):
        return None
    parcel_id, code = parcel_id_of(plan, progress.number), wanted_list(plan, progress)
    jobs = jobs_of_list(session, context.warehouse_id, parcel_id, code)
    is_doubtful = bool(jobs) and jobs[-1].state is JobState.DOUBTFUL
    if is_doubtful and not confirmed:
        return Confirm("confirm_list_not_printed", {"got": code})
    again = PrintListAgain(code, parcel_id, progress.bench_place_id, not_printed=is_doubtful)
    return Done(Note("list_ordered", {"order": plan.order_number}), (again,))
