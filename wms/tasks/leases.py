"""Taking a task away from its operator. Called by `ScanDoor` for supervisors, and when somebody signs out.

A task nobody has touched goes back to where it came from; one that was begun is anybody's. Either way its version moves
on: whatever the operator still scans in it without network comes too late, and becomes an exception.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.tasks.desk import Wiring
from wms.tasks.floor import WriteContext
from wms.tasks.task import NOBODY, Task


def take_away(
    session: Session, wiring: Wiring, warehouse_id: int, task_id: UUID, *, by: UUID, device: str, now: datetime
) -> Task | Refusal:
    """End the lease; returns the task as it was. Refuses `lease_ended` where it is done or nobody's already."""
    task = wiring.store.lock(session, warehouse_id, task_id)
    if task is None or not task.is_open or task.operator_id == NOBODY:
        return Refusal("lease_ended")
    if task.is_laid_ready:
        put_back(session, wiring, task, WriteContext(warehouse_id, by, device, now, uuid7(), task.id))
    else:
        wiring.store.take_away(session, warehouse_id, task, now, done=False)
    return task


def put_back(session: Session, wiring: Wiring, task: Task, context: WriteContext) -> None:
    """End a task nobody has touched, and make it as if it had never begun. Raises Refused where a writer says no."""
    workflow = wiring.floors[task.workflow].workflow
    assert workflow.put_back is not None, f"{task.workflow} does not say how it is put back"
    wiring.writers.apply(session, context, workflow.put_back(task.work))
    wiring.store.take_away(session, context.warehouse_id, task, context.now, done=True)
