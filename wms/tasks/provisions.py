"""Work for hours without network: tasks handed out ahead, a few at a time, behind the operator's back.

A handheld asks for them between its scans, in requests of their own, so that no scan waits for it or costs more. Called
by `ScanDoor.hand_out`. What is handed out is begun in the operator's name like any task laid ready (see `laying_ready`)
and goes back to the queue when he signs out, is taken from him, or is not heard of until the lease ends.

Nobody gets all there is. Counting what waits and what he has, a handheld has at most an equal share, with one place
more than people are at that work: who signs in next finds something too. Where little waits, everybody may have two.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from wms.tasks.desk import Wiring
from wms.tasks.floor import FloorContext, FloorWorkflow
from wms.tasks.laying_ready import MOST_READY, begun, may_be_laid_ready
from wms.tasks.model import AskAhead, FloorCaller
from wms.tasks.open_tasks import IS_OPEN
from wms.tasks.tables import TaskRow
from wms.tasks.task import Task

_tasks = cast(Table, TaskRow.__table__)

A_FEW = 4
"""Tasks in one answer: some hundred steps at most as a rule, so that a slow radio is free again soon."""

MOST_TASKS = 300
"""Of one person, however short they are."""

RENEWED_AFTER = timedelta(minutes=10)
"""A lease that is younger is left as it is: whoever goes offline just then has so much less."""


def fair_share(waiting: int, people: int) -> int:
    """How many of `waiting` tasks one of `people` may have in advance; what he has counts among them."""
    return max(MOST_READY, waiting // (people + 1))


def is_stocked(wanted: AskAhead, ready: int, scans_ahead: int) -> bool:
    """Whether a handheld that asks has as much as it may ever have."""
    return wanted.scans_held >= scans_ahead or ready >= MOST_TASKS


def is_as_seen(task: Task, caller: FloorCaller, wanted: AskAhead) -> bool:
    """Whether the task he is in stands as his handheld believes, so that its path goes on behind what is held."""
    return task.is_open and task.operator_id == caller.operator_id and task.version == wanted.task_version


def lay_in(
    session: Session, wiring: Wiring, caller: FloorCaller, wanted: AskAhead, count: int, now: datetime
) -> list[Task]:
    """Begin up to `count` more tasks of the work he is at, within his share; those that were begun, in order."""
    ready = wiring.store.laid_ready_for(session, caller.warehouse_id, caller.operator_id)
    floor = _present_work(session, wiring, caller, wanted, ready)
    if floor is None:
        return []
    context = FloorContext(caller.warehouse_id, caller.operator_id, caller.device, now)
    people = _people_at_work(session, context, floor.workflow.name)
    has = sum(task.workflow == floor.workflow.name for task in ready)
    room = fair_share(floor.waiting(session, context), people) - has
    added: list[Task] = []
    while len(added) < min(count, room):
        task = begun(session, wiring, caller, floor, now)
        if task is None:
            break
        added.append(task)
    return added


def renew(session: Session, caller: FloorCaller, until: datetime) -> None:
    """His handheld has been heard of: what he was given in advance is his for longer."""
    session.execute(
        update(_tasks)
        .where(
            _tasks.c.warehouse_id == caller.warehouse_id,
            _tasks.c.operator_id == caller.operator_id,
            IS_OPEN,
            _tasks.c.laid_ready_at.is_not(None),
        )
        .values(leased_until=until)
    )


def _people_at_work(session: Session, context: FloorContext, workflow: str) -> int:
    """How many people have tasks of this work now; he who asks is one of them."""
    others = select(func.count(_tasks.c.operator_id.distinct())).where(
        _tasks.c.warehouse_id == context.warehouse_id,
        _tasks.c.workflow == workflow,
        IS_OPEN,
        _tasks.c.leased_until > context.now,
        _tasks.c.operator_id != context.operator_id,
    )
    return 1 + int(session.execute(others).scalar_one())


def _workflow_of(session: Session, caller: FloorCaller, task_id: UUID) -> str | None:
    """What kind of work a task of his is or was."""
    query = select(_tasks.c.workflow).where(
        _tasks.c.warehouse_id == caller.warehouse_id,
        _tasks.c.id == task_id,
        _tasks.c.operator_id == caller.operator_id,
        # He has gone home from it since he asked, and that was to stop.
        _tasks.c.left_at.is_(None),
    )
    return session.execute(query).scalar_one_or_none()


def _present_work(
    session: Session, wiring: Wiring, caller: FloorCaller, wanted: AskAhead, ready: Sequence[Task]
) -> FloorWorkflow | None:
    """The work he is at, or of which he has some for later; nobody is given another kind unasked."""
    name = None if wanted.task_id is None else _workflow_of(session, caller, wanted.task_id)
    if name is None and ready:
        name = ready[-1].workflow
    floor = None if name is None else wiring.floors[name]
    return floor if floor is not None and may_be_laid_ready(floor, caller) else None
