"""What an operator does next, given to him while he is at his present task, so that he can begin it without network.

A task laid ready is begun like any other and is his; it only waits for him to come to it. Called by `judgement` when
the handheld asks for more and is near the end of what it has, and never otherwise: it costs statements. A whole shift's
work is handed out between the scans (see `provisions`); a page that has some of it costs no scan anything here.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from wms.kernel.errors import Refused
from wms.kernel.identity import uuid7
from wms.tasks.decision import Note
from wms.tasks.desk import Desk, Wiring
from wms.tasks.floor import FloorContext, FloorWorkflow, WriteContext
from wms.tasks.going_home import GO_HOME
from wms.tasks.lookahead import WHOLE, look_ahead
from wms.tasks.model import FloorCaller, LaidReady, NewTask, Reply
from wms.tasks.next_work import NextWork, named
from wms.tasks.screen import HOME, Screen
from wms.tasks.task import Task

MOST_READY = 2
"""Tasks in advance, with a scan. What one person has, nobody else can begin."""

FEW_STEPS = 12
"""From here on the next task is wanted: about a minute of work."""

EVERY_STEPS = 4
"""Where there was no work to lay ready, it is looked for again after so many scans."""

ANY_WORK = "*NEXT*"


def resumed_note(task: Task) -> Note:
    """What is said when somebody comes back to his own task, or to one that was laid ready for him."""
    return Note("next_task") if task.is_laid_ready else Note("task_resumed")


def lay_ready(desk: Desk, reply: Reply) -> tuple[LaidReady, ...]:
    """The tasks after the present one that the handheld does not hold yet."""
    held = desk.request.next_held
    if held is None or len(held) >= MOST_READY or reply.replayed or not _is_near_the_end(reply):
        return ()
    store, caller = desk.wiring.store, desk.caller
    tasks = store.laid_ready_for(desk.session, caller.warehouse_id, caller.operator_id)
    floor = _present_work(desk, reply)
    while floor is not None and len(tasks) < MOST_READY:
        task = begun(desk.session, desk.wiring, caller, floor, desk.now)
        if task is None:
            break
        tasks.append(task)
    untold = [task for task in tasks if task.id not in held][: MOST_READY - len(held)]
    return tuple(as_laid_ready(desk.wiring.floors[task.workflow], task) for task in untold)


def naming(desk: Desk, reply: Reply, ready: Sequence[LaidReady]) -> Screen:
    """The screen of an answer: at home, what has just been laid ready comes next, unless he has begun something."""
    screen, job = reply.screen, reply.screen.next_job
    if not ready or screen.workflow != HOME or (job is not None and job.task_id is not None):
        return screen
    first = desk.wiring.store.look_at(desk.session, desk.caller.warehouse_id, ready[0].task.id)
    assert first is not None
    work = NextWork(desk.wiring.floors[first.workflow], first)
    return replace(screen, next_job=named(work, desk.floor_context()))


def as_laid_ready(floor: FloorWorkflow, task: Task) -> LaidReady:
    """The task as the handheld is told of it, with its whole path."""
    workflow = floor.workflow
    path = look_ahead(workflow, task.work, task.step, WHOLE)
    screen = workflow.screen(task.work, task.step)
    rank = "" if workflow.rank is None else workflow.rank(task.work)
    return LaidReady((ANY_WORK, floor.action), task.state(), resumed_note(task), screen, path, rank)


def may_be_laid_ready(floor: FloorWorkflow, caller: FloorCaller) -> bool:
    """Whether this work can be given out in advance, and to him."""
    return floor.workflow.in_advance and floor.capability in caller.capabilities


def begun(session: Session, wiring: Wiring, caller: FloorCaller, floor: FloorWorkflow, now: datetime) -> Task | None:
    """The most urgent work that waits, begun in his name; None where there is none, or somebody was faster."""
    warehouse_id, by, device = caller.warehouse_id, caller.operator_id, caller.device
    try:
        with session.begin_nested():
            opened = floor.open_next(session, FloorContext(warehouse_id, by, device, now))
            if not isinstance(opened, NewTask):
                return None
            task = wiring.store.begin(session, caller, opened, now, lay_ready=True)
            context = WriteContext(warehouse_id, by, device, now, uuid7(), task.id)
            wiring.writers.apply(session, context, opened.effects)
            return task
    except Refused:
        return None


def _is_near_the_end(reply: Reply) -> bool:
    """At home, and near the end of a task; there with a new path, and else now and then: mostly nothing has changed."""
    if reply.task is None:
        return True
    path = reply.path
    if path.goes_on or path.left > FEW_STEPS:
        return False
    return not path.holds or path.left % EVERY_STEPS == 0


def _present_work(desk: Desk, reply: Reply) -> FloorWorkflow | None:
    """The work he is at, where more of it can be given out in advance; nobody is given another kind unasked."""
    if reply.task is not None:
        name = reply.task.workflow
    elif desk.request.task_id is not None:
        task = desk.wiring.store.lock(desk.session, desk.caller.warehouse_id, desk.request.task_id)
        if task is None:
            return None
        name = task.workflow
    else:
        return None
    if desk.is_command(GO_HOME):
        return None
    floor = desk.wiring.floors[name]
    return floor if may_be_laid_ready(floor, desk.caller) else None
