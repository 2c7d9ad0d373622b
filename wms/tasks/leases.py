"""Taking a task away from its operator. Called by `ScanDoor` for supervisors, and when somebody signs out.

A task nobody has touched goes back to where it came from; one that was begun is anybody's. Either way its version moves
on: whatever the operator still scans in it without network comes too late, and becomes an exception.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.barcodes.model import CodeKind, Command, Scan
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.tasks.decision import Decision
from wms.tasks.desk import Wiring
from wms.tasks.floor import WriteContext
from wms.tasks.lookahead import Foreseen
from wms.tasks.task_store import NOBODY, Task


def take_away(
    session: Session, wiring: Wiring, warehouse_id: int, task_id: UUID, *, by: UUID, device: str, now: datetime
) -> Task | Refusal:
    """End the lease; returns the task as it was. Refuses `lease_ended` where it is done or nobody's already."""
    task = wiring.store.lock(session, warehouse_id, task_id)
    if task is None or not task.is_open or task.operator_id == NOBODY:
        return Refusal("lease_ended")
    verb = wiring.floors[task.workflow].workflow.gives_back
    is_given_back = task.is_laid_ready and bool(verb)
    if is_given_back:
        _give_back(session, wiring, task, verb, WriteContext(warehouse_id, by, device, now, uuid7(), task.id))
    wiring.store.take_away(session, warehouse_id, task, now, done=is_given_back)
    return task


def _give_back(session: Session, wiring: Wiring, task: Task, verb: str, context: WriteContext) -> None:
    """What the card would do that gives an untouched task back."""
    card = Scan(f"*{verb}*", CodeKind.COMMAND, Command(verb))
    decision = wiring.floors[task.workflow].workflow.decide(task.work, task.step, card, Foreseen())
    assert isinstance(decision, Decision), f"{task.workflow} cannot give back what nobody has touched: {decision}"
    wiring.writers.apply(session, context, decision.effects)
