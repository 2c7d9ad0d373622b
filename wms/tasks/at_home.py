"""A scan outside any task: it begins work, takes work up again, or says why not. Called by `judgement`."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from wms.barcodes.model import Ambiguous, CodeKind, Command, Scan
from wms.kernel.refusal import Refusal
from wms.tasks import scan_log
from wms.tasks.decision import Confirm, Decision, Note, Outcome
from wms.tasks.desk import Desk, not_his
from wms.tasks.errands import run_errand
from wms.tasks.floor import FloorWorkflow
from wms.tasks.going_home import gone_back
from wms.tasks.in_task import judge_in_task, refuse
from wms.tasks.laying_ready import resumed_note
from wms.tasks.model import NewTask, Reply, Resume
from wms.tasks.next_work import next_work
from wms.tasks.screen import HOME_KINDS
from wms.tasks.task import Task

NEXT = "NEXT"

SAYS_WHAT_IT_IS = "looked_up"
"""The code of an answer that begins nothing: who shows it adds what is known of the thing."""

LOOKED_UP = (CodeKind.PLACE, CodeKind.ITEM)


def judge_at_home(desk: Desk) -> Reply:
    """The answer to a scan at the home screen: the first workflow that knows what to do with the thing begins."""
    resolved = desk.resolve(HOME_KINDS)
    if isinstance(resolved, Ambiguous):
        if resolved.kind is CodeKind.ORDER:
            return desk.refuse_at_home(Refusal("order_of_several", {"got": desk.request.raw}))
        return _awaited(desk, resolved.options) or looked_up(desk, resolved.kind)
    if isinstance(resolved, Refusal):
        thing = desk.thing_refused(resolved)
        errand = None if thing is None else run_errand(desk, thing, None)
        return errand or desk.refuse_at_home(resolved)
    scan = desk.scan(resolved, confirmed=False)
    errand = run_errand(desk, scan.value, None)
    if errand is not None:
        return errand
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
    return _awaited(desk, (scan.value,)) or _nothing_begins(desk, scan)


def _nothing_begins(desk: Desk, scan: Scan) -> Reply:
    """It may begin work that is not done by him, or here; of goods and places it is told what they are."""
    for name, floor in desk.wiring.floors.items():
        his = floor.capability in desk.caller.capabilities
        opened = None if his else floor.open_by_scan(desk.session, desk.floor_context(), scan)
        if isinstance(opened, Refusal) and scan.kind is CodeKind.ORDER:
            return desk.refuse_at_home(opened)  # how an order stands is worth knowing, whoever asks
        if opened is not None:
            return desk.refuse_at_home(Refusal("work_of_others", {"got": desk.request.raw, "work": name}))
    if scan.kind in LOOKED_UP:
        return looked_up(desk, scan.kind)
    return desk.refuse_at_home(Refusal("nothing_to_do_here", {"got": desk.request.raw, "kind": scan.kind}))


def looked_up(desk: Desk, kind: CodeKind) -> Reply:
    """Nothing has changed by it."""
    return desk.at_home(Outcome.ACCEPTED, Note(SAYS_WHAT_IT_IS, {"got": desk.request.raw, "kind": kind}))


def _awaited(desk: Desk, values: Sequence[object]) -> Reply | None:
    """Back into the task he has begun that waits for just this place or product.

    The scan itself does not count there: he has not seen yet what it would count for.
    """
    store, caller = desk.wiring.store, desk.caller
    names = [floor.workflow.name for floor in desk.allowed_floors()]
    task = store.begun_by(desk.session, caller.warehouse_id, caller.operator_id, names) if names else None
    if task is None:
        return None
    workflow = desk.workflow_of(task)
    expected = workflow.screen(task.work, task.step).prompt.expected
    if expected is None:
        return None
    is_its_item = (
        expected.kind is CodeKind.ITEM
        and workflow.ours is not None
        and any(workflow.ours(task.work, value) for value in values)
    )
    return _resumed(desk, task, Note("back_by_scan")) if is_its_item or desk.is_one_of(expected.codes) else None


def _entered(desk: Desk, task_id: UUID) -> Reply:
    """The handheld has gone into a task that was laid ready: into that one and no other, if it is still his."""
    task = desk.wiring.store.lock(desk.session, desk.caller.warehouse_id, task_id)
    if task is None or not task.is_open:
        return desk.refuse_at_home(Refusal("task_unknown" if task is None else "task_done"))
    if task.operator_id != desk.caller.operator_id:
        return desk.refuse_at_home(not_his(desk, task))
    return _resumed(desk, task)


def _command(desk: Desk, command: Command) -> Reply:
    """A card that asks for work, of one kind or of any."""
    card = f"*{command.verb}*"
    if command.verb != NEXT and all(floor.action != card for floor in desk.wiring.floors.values()):
        return desk.refuse_at_home(Refusal("unknown_command", {"command": card}))
    floors = [floor for floor in desk.allowed_floors() if command.verb == NEXT or floor.action == card]
    if not floors:
        return desk.refuse_at_home(Refusal("not_your_work"))
    work = next_work(desk.session, desk.wiring.store, desk.floor_context(), floors, to_take=True)
    if work is not None and work.task is not None:
        return _opened(desk, Resume(work.task.workflow, work.task.subject))
    # What was named comes first; somebody may have been faster.
    named = floors if work is None else [work.floor, *(floor for floor in floors if floor is not work.floor)]
    if command.verb == NEXT:
        named = [floor for floor in named if not floor.workflow.by_card_only]
    waiting = _first_waiting(desk, named)
    if isinstance(waiting, NewTask):
        return _opened(desk, waiting)
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
    barred = _busy(desk, opened.workflow, task)
    if barred is not None:
        return desk.refuse_at_home(barred)
    if task is not None:
        if isinstance(opened, Resume) and opened.with_scan and task.operator_id == desk.caller.operator_id:
            store.renew(desk.session, desk.caller, task, desk.now)
            return judge_in_task(desk, task)
        return _taken_up(desk, task)
    if isinstance(opened, Resume):
        return desk.refuse_at_home(Refusal("task_done"))
    task = store.begin(desk.session, desk.caller, opened, desk.now)
    desk.apply(task, opened.effects)
    return desk.entering(task, opened.note, opened.outcome)


def _busy(desk: Desk, name: str, task: Task | None) -> Refusal | None:
    """Of one kind of work everybody has one open task; what he has not touched makes room for another.

    So does what he was told to put aside, see `Workflow.waits_on`: it stays his.
    """
    floor, store, caller = desk.wiring.floors[name], desk.wiring.store, desk.caller
    if floor.workflow.side_by_side:
        return None
    mine = store.begun_by(desk.session, caller.warehouse_id, caller.operator_id, [name])
    if mine is None or (task is not None and mine.id == task.id):
        return None
    if mine.is_untouched and gone_back(desk, mine):
        return None
    if scan_log.last_code_of_task(desk.session, caller.warehouse_id, mine.id) in floor.workflow.waits_on:
        return None
    prompt = floor.workflow.screen(mine.work, mine.step).prompt
    document = prompt.document or prompt.container
    return Refusal("finish_first", {"work": name, "document": document, "card": floor.action})


def _taken_up(desk: Desk, task: Task) -> Reply:
    """Go on with an open task; somebody else's, while he works on it, only after a second scan."""
    another = task.belongs_to_another(desk.caller.operator_id, desk.now)
    if another and (desk.went_on or not desk.is_scanned_again()):
        confirm = Confirm("confirm_take_over", {"operator": desk.name_of(task.operator_id)})
        return desk.at_home(Outcome.CONFIRM, confirm)
    return _resumed(desk, task)


def _resumed(desk: Desk, task: Task, said: Note | None = None) -> Reply:
    """The task as it was left; or as it stands now, where its workflow looks again, which then says so itself."""
    workflow, store = desk.workflow_of(task), desk.wiring.store
    if task.operator_id == desk.caller.operator_id and workflow.resume is None and task.pending_raw is None:
        store.renew(desk.session, desk.caller, task, desk.now)
        shown = desk.request.judged_here
        as_foreseen = shown is not None and shown.task_id == task.id
        return desk.entering(task, said or resumed_note(task), as_foreseen=as_foreseen)
    step, progress_json, note, outcome = task.step, task.progress_json, said or Note("task_resumed"), Outcome.ACCEPTED
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
