"""A scan outside any task: it begins work, takes work up again, or says why not. Called by `judgement`."""

from uuid import UUID

import msgspec

from wms.barcodes.model import Ambiguous, CodeKind, Command
from wms.kernel.refusal import Refusal
from wms.tasks import scan_log
from wms.tasks.decision import Confirm, Decision, Note, Outcome
from wms.tasks.desk import Desk, not_his
from wms.tasks.floor import FloorWorkflow
from wms.tasks.in_task import ambiguous_refusal, judge_in_task, refuse
from wms.tasks.laying_ready import resumed_note
from wms.tasks.model import NewTask, Reply, Resume
from wms.tasks.screen import HOME_KINDS
from wms.tasks.task_store import Task

NEXT = "NEXT"


def judge_at_home(desk: Desk) -> Reply:
    """The answer to a scan at the home screen: the first workflow that knows what to do with the thing begins."""
    resolved = desk.resolve(HOME_KINDS)
    if isinstance(resolved, Ambiguous):
        resolved = ambiguous_refusal(resolved)
    if isinstance(resolved, Refusal):
        return desk.refuse_at_home(resolved)
    scan = desk.scan(resolved, confirmed=False)
    if isinstance(scan.value, Command):
        shown = desk.request.judged_here
        if shown is not None and shown.task_id is not None:
            return _entered(desk, shown.task_id)
        return _command(desk, scan.value)
    explanation = desk.explained(scan.value) if scan.kind is CodeKind.PARCEL else None
    if explanation is not None:
        outcome = Outcome.ACCEPTED if explanation.may_go_on else Outcome.GATE_CLOSED
        return desk.at_home(outcome, Note(explanation.code, explanation.details), explanation)
    for floor in desk.allowed_floors():
        opened = floor.open_by_scan(desk.session, desk.floor_context(), scan)
        if opened is not None:
            return _opened(desk, opened)
    return desk.refuse_at_home(Refusal("nothing_to_do_here", {"got": desk.request.raw, "kind": scan.kind}))


def _entered(desk: Desk, task_id: UUID) -> Reply:
    """The handheld has gone into a task that was laid ready: into that one and no other, if it is still his."""
    task = desk.wiring.store.lock(desk.session, desk.caller.warehouse_id, task_id)
    if task is None or not task.is_open:
        return desk.refuse_at_home(Refusal("task_unknown" if task is None else "task_done"))
    if task.operator_id != desk.caller.operator_id:
        return desk.refuse_at_home(not_his(desk, task))
    return _resumed(desk, task)


def _command(desk: Desk, command: Command) -> Reply:
    """A card that asks for work: his own first, then what waits, then what somebody has left lying."""
    card = f"*{command.verb}*"
    if command.verb != NEXT and all(floor.action != card for floor in desk.wiring.floors.values()):
        return desk.refuse_at_home(Refusal("unknown_command", {"command": card}))
    floors = [floor for floor in desk.allowed_floors() if command.verb == NEXT or floor.action == card]
    if not floors:
        return desk.refuse_at_home(Refusal("not_your_work"))
    store, names = desk.wiring.store, [floor.workflow.name for floor in floors]
    mine = store.latest_of(desk.session, desk.caller.warehouse_id, desk.caller.operator_id, names)
    if mine is not None:
        return _opened(desk, Resume(mine.workflow, mine.subject))
    waiting = _first_waiting(desk, floors)
    if isinstance(waiting, NewTask):
        return _opened(desk, waiting)
    left = store.left_lying(desk.session, desk.caller.warehouse_id, names, desk.now)
    if left is not None:
        return _opened(desk, Resume(left.workflow, left.subject))
    # Whoever asks for any work is not told which paper he would have to scan for one of them.
    refusal = waiting if waiting is not None and command.verb != NEXT else Refusal("no_work")
    return desk.refuse_at_home(refusal)


def _first_waiting(desk: Desk, floors: list[FloorWorkflow]) -> NewTask | Refusal | None:
    refused: Refusal | None = None
    for floor in floors:
        opened = floor.open_next(desk.session, desk.floor_context())
        if isinstance(opened, NewTask):
            return opened
        refused = refused or opened
    return refused


def _opened(desk: Desk, opened: NewTask | Resume | Refusal) -> Reply:
    if isinstance(opened, Refusal):
        return desk.refuse_at_home(opened)
    store, warehouse_id = desk.wiring.store, desk.caller.warehouse_id
    task = store.lock_open_subject(desk.session, warehouse_id, opened.workflow, opened.subject)
    if task is not None:
        if isinstance(opened, Resume) and opened.with_scan and task.operator_id == desk.caller.operator_id:
            return judge_in_task(desk, task)
        return _taken_up(desk, task)
    if isinstance(opened, Resume):
        return desk.refuse_at_home(Refusal("task_done"))
    task = store.begin(desk.session, desk.caller, opened, desk.now)
    desk.apply(task, opened.effects)
    return desk.entering(task, opened.note, opened.outcome)


def _taken_up(desk: Desk, task: Task) -> Reply:
    """Go on with an open task; somebody else's, while he works on it, only after a second scan."""
    another = task.belongs_to_another(desk.caller.operator_id, desk.now)
    if another and (desk.went_on or not scan_log.asked_to_confirm(desk.session, desk.caller, desk.request.raw)):
        confirm = Confirm("confirm_take_over", {"operator": desk.name_of(task.operator_id)})
        return desk.at_home(Outcome.CONFIRM, confirm)
    return _resumed(desk, task)


def _resumed(desk: Desk, task: Task) -> Reply:
    """The task as it was left; or as it stands now, where its workflow looks again."""
    workflow, store = desk.workflow_of(task), desk.wiring.store
    if task.operator_id == desk.caller.operator_id and workflow.resume is None and task.pending_raw is None:
        store.renew(desk.session, desk.caller, task, desk.now)
        shown = desk.request.judged_here
        as_foreseen = shown is not None and shown.task_id == task.id
        return desk.entering(task, resumed_note(task), as_foreseen=as_foreseen)
    step, progress_json, note, outcome = task.step, task.progress_json, Note("task_resumed"), Outcome.ACCEPTED
    if workflow.resume is not None:
        facts = desk.wiring.floors[task.workflow].facts(desk.session, desk.floor_context())
        looked = workflow.resume(task.work, task.step, facts)
        if isinstance(looked, Refusal):
            return refuse(desk, task, looked)
        if isinstance(looked, Decision):
            assert not looked.effects, f"coming back to {task.workflow} must not change anything: {looked.effects}"
            step, progress_json = looked.step, msgspec.json.encode(looked.progress)
            note, outcome = looked.note, looked.outcome
    store.advance(desk.session, desk.caller, task, now=desk.now, step=step, progress_json=progress_json)
    taken = store.lock(desk.session, desk.caller.warehouse_id, task.id)
    assert taken is not None
    return desk.entering(taken, note, outcome)
