"""What an operator does next: his own work first, then what waits, then what somebody has left lying.

`home` names it on the first button, and `at_home` opens it when the card is scanned: both ask here, so that the button
says what will happen. Nothing is begun by asking.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from wms.tasks.floor import FloorContext, FloorWorkflow
from wms.tasks.model import Upcoming
from wms.tasks.screen import NextJob
from wms.tasks.task import Task
from wms.tasks.task_store import TaskStore


@dataclass(frozen=True, slots=True)
class NextWork:
    """Of one kind of work, a task that is open already, or what would be begun."""

    floor: FloorWorkflow
    task: Task | None = None
    upcoming: Upcoming | None = None


def next_work(
    session: Session,
    store: TaskStore,
    context: FloorContext,
    floors: Sequence[FloorWorkflow],
    *,
    to_take: bool = False,
) -> NextWork | None:
    """The work that comes next among these kinds; None where there is none, or all of it begins with a paper.

    `to_take`: somebody else who asks in the same moment must not be sent to what was left lying.
    """
    by_name = {floor.workflow.name: floor for floor in floors}
    if not by_name:
        return None
    warehouse_id, operator_id = context.warehouse_id, context.operator_id
    mine = store.begun_by(session, warehouse_id, operator_id, list(by_name))
    if mine is None:
        ready = store.laid_ready_for(session, warehouse_id, operator_id)
        mine = next((task for task in ready if task.workflow in by_name), None)
    if mine is not None:
        return NextWork(by_name[mine.workflow], mine)
    for floor in floors:
        upcoming = floor.next_up(session, context)
        if upcoming is not None:
            return NextWork(floor, upcoming=upcoming)
    left = store.left_lying(session, warehouse_id, list(by_name), context.now, to_take=to_take)
    return None if left is None else NextWork(by_name[left.workflow], left)


def named(work: NextWork, context: FloorContext) -> NextJob:
    """How the home screen names it; of a task that was begun, where it goes on."""
    name, task = work.floor.workflow.name, work.task
    if task is None:
        upcoming = work.upcoming
        assert upcoming is not None
        return NextJob(name, upcoming.document, lines=upcoming.lines, due_at=upcoming.due_at)
    prompt = work.floor.workflow.screen(task.work, task.step).prompt
    begun = not task.is_laid_ready
    return NextJob(
        name,
        prompt.document or prompt.container or prompt.place,
        line=prompt.line,
        lines=prompt.lines,
        place=prompt.place if begun else "",
        item=prompt.item if begun else "",
        container=prompt.container if begun and prompt.document else "",
        is_mine=begun and task.operator_id == context.operator_id,
        task_id=task.id,
    )
