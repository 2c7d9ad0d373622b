"""What an operator does next, given to him while he is at his present task, so that he can begin it without network.

A task laid ready is begun like any other and is his; it only waits for him to come to it. Called by `judgement` when
the handheld asks for more and is near the end of what it has, and never otherwise: it costs statements.
"""

from wms.kernel.errors import Refused
from wms.tasks.decision import Note
from wms.tasks.desk import Desk
from wms.tasks.floor import FloorWorkflow
from wms.tasks.lookahead import MOST_STEPS, look_ahead
from wms.tasks.model import LaidReady, NewTask, Reply
from wms.tasks.task_store import Task

MOST_READY = 2
"""Tasks in advance. What one person has, nobody else can begin."""

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
        task = _begun(desk, floor)
        if task is None:
            break
        tasks.append(task)
    return tuple(as_laid_ready(desk.wiring.floors[task.workflow], task) for task in tasks if task.id not in held)


def as_laid_ready(floor: FloorWorkflow, task: Task) -> LaidReady:
    """The task as the handheld is told of it."""
    workflow = floor.workflow
    path = look_ahead(workflow, task.work, task.step, MOST_STEPS)
    screen = workflow.screen(task.work, task.step)
    return LaidReady((ANY_WORK, floor.action), task.state(), resumed_note(task), screen, path)


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
    floor = desk.wiring.floors[name]
    return floor if floor.workflow.gives_back and floor in desk.allowed_floors() else None


def _begun(desk: Desk, floor: FloorWorkflow) -> Task | None:
    """The most urgent work that waits, begun in his name; None where there is none, or somebody was faster."""
    try:
        with desk.session.begin_nested():
            opened = floor.open_next(desk.session, desk.floor_context())
            if not isinstance(opened, NewTask):
                return None
            task = desk.wiring.store.begin(desk.session, desk.caller, opened, desk.now, lay_ready=True)
            desk.apply(task, opened.effects)
            return task
    except Refused:
        return None
