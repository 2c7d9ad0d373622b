"""A scan inside a task: resolve, decide (pure), apply the effects, advance. Called by `judgement` and `undo`."""

from typing import Any

import msgspec

from wms.barcodes.model import Ambiguous, Command, Known
from wms.kernel.refusal import Refusal
from wms.tasks import scan_log
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, Work
from wms.tasks.desk import Desk, outcome_of
from wms.tasks.errands import run_errand
from wms.tasks.explanation import Explanation
from wms.tasks.lookahead import foreseen
from wms.tasks.model import Reply
from wms.tasks.task import Task
from wms.tasks.typed import typed_meaning


def judge_in_task(desk: Desk, task: Task) -> Reply:
    """The answer to a scan at the task's present step. The task is locked, the caller's, and as he saw it."""
    workflow = desk.workflow_of(task)
    resolved = typed_meaning(desk, task) or desk.resolve(workflow.steps[task.step].expects)
    if isinstance(resolved, Ambiguous):
        resolved = _of_this_task(desk, task, resolved)
    if isinstance(resolved, Refusal):
        errand = _errand(desk, task, resolved)
        if errand is not None:
            return errand
        explanation = desk.explanation(resolved)
        return refuse(desk, task, resolved) if explanation is None else _explain(desk, task, explanation)
    errand = _errand(desk, task, resolved)
    if errand is not None:
        return errand
    scan = desk.scan(resolved, confirmed=task.pending_raw == desk.text)
    facts = desk.wiring.floors[task.workflow].facts(desk.session, desk.floor_context())
    result = workflow.decide(task.work, task.step, scan, facts)
    if isinstance(result, Refusal):
        return refuse(desk, task, result)
    if isinstance(result, Confirm):
        return _ask_to_confirm(desk, task, result)
    return _apply(desk, task, result, facts)


def _errand(desk: Desk, task: Task, resolved: Known | Refusal) -> Reply | None:
    """An errand, where the step itself has nothing to do with what was scanned."""
    if isinstance(resolved, Refusal):
        thing = desk.thing_refused(resolved)
        return None if thing is None else run_errand(desk, thing, task)
    if isinstance(resolved.value, Command) and desk.workflow_of(task).rule_for(task.step, resolved.value.verb) is None:
        return run_errand(desk, resolved.value, task)
    return None


def _explain(desk: Desk, task: Task, explanation: Explanation) -> Reply:
    """A parcel where none is asked for: it says how it stands, and the task stays as it is."""
    desk.wiring.store.forget_pending(desk.session, desk.caller.warehouse_id, task)
    said = Note(explanation.code, explanation.details)
    return desk.in_task(task, Outcome.REFUSED, said, explanation=explanation)


def drop_question(desk: Desk, task: Task) -> Reply:
    """The operator does not want what was asked about: nothing happens, and the earlier scans stay as they are."""
    state = desk.wiring.store.advance(
        desk.session, desk.caller, task, now=desk.now, step=task.step, progress_json=task.progress_json
    )
    return desk.in_task(task, Outcome.ACCEPTED, Note("question_dropped"), state=state)


def refuse(desk: Desk, task: Task, refusal: Refusal) -> Reply:
    """Refuse a scan in an open task. Where the refusal says that the work is gone, the task ends with it."""
    ending = desk.workflow_of(task).endings.get(refusal.code)
    if ending is None:
        # Only the very next scan confirms: after a refusal, the earlier question has to be asked again.
        desk.wiring.store.forget_pending(desk.session, desk.caller.warehouse_id, task)
        return desk.in_task(task, outcome_of(refusal), refusal)
    desk.apply(task, ending(task.work))
    state = desk.wiring.store.advance(
        desk.session, desk.caller, task, now=desk.now, step=DONE, progress_json=task.progress_json
    )
    return desk.leaving(task, outcome_of(refusal), refusal, version=state.version)


def _of_this_task(desk: Desk, task: Task, ambiguous: Ambiguous) -> Known | Refusal:
    """Several merchants may sell goods with the same barcode: when the task is about one of them, it is that one."""
    ours = desk.workflow_of(task).ours
    if ours is None:
        return ambiguous_refusal(ambiguous)
    options = [value for value in ambiguous.options if ours(task.work, value)]
    if len(options) > 1:
        return ambiguous_refusal(ambiguous)
    # Where none is meant here, the step says by name what is wrong with the first.
    return Known(ambiguous.kind, (options or ambiguous.options)[0])


def ambiguous_refusal(ambiguous: Ambiguous) -> Refusal:
    return Refusal("ambiguous_code", {"kind": ambiguous.kind, "count": len(ambiguous.options)})


def _apply(desk: Desk, task: Task, decision: Decision[Any, Any], facts: Any) -> Reply:
    store, warehouse_id = desk.wiring.store, desk.caller.warehouse_id
    desk.apply(task, decision.effects)
    last_word = desk.workflow_of(task).last_word
    note = last_word(task.work, decision, facts) if last_word is not None else decision.note
    if decision.plan is not None:
        store.replace_plan(desk.session, warehouse_id, task.id, decision.plan)
    can_undo = decision.undoable and decision.plan is None
    undo = scan_log.frame_of(task.step, task.progress_json, decision.effects) if can_undo else None
    state = store.advance(
        desk.session,
        desk.caller,
        task,
        now=desk.now,
        step=decision.step,
        progress_json=msgspec.json.encode(decision.progress),
    )
    if decision.step == DONE:
        return desk.leaving(task, decision.outcome, note, version=state.version, undo=undo)
    work = Work(decision.plan if decision.plan is not None else task.work.plan, decision.progress)
    as_foreseen = bool(desk.request.ahead) and _was_foreseen(desk, task, decision, note)
    return desk.in_task(task, decision.outcome, note, state=state, work=work, undo=undo, as_foreseen=as_foreseen)


def _was_foreseen(desk: Desk, task: Task, decision: Decision[Any, Any], note: Note) -> bool:
    """Whether the path that was told before this scan has gone where it went, to the last value."""
    workflow = desk.workflow_of(task)
    expected = workflow.screen(task.work, task.step).prompt.expected
    # Another code may lead to the same place; then the handheld still holds the step that this scan stood for.
    if expected is None or not desk.is_one_of(expected.codes) or decision.plan is not None:
        return False
    hoped = foreseen(workflow, task.work, task.step, expected)
    if hoped is None:
        return False
    is_same = (hoped.step, hoped.outcome, hoped.note) == (decision.step, decision.outcome, note)
    return is_same and hoped.progress == decision.progress


def _ask_to_confirm(desk: Desk, task: Task, confirm: Confirm) -> Reply:
    if desk.went_on:
        # He was told that it counts and has scanned on: no later scan of his may pass for an answer to this.
        desk.wiring.store.forget_pending(desk.session, desk.caller.warehouse_id, task)
        return desk.in_task(task, Outcome.CONFIRM, confirm)
    state = desk.wiring.store.advance(
        desk.session,
        desk.caller,
        task,
        now=desk.now,
        step=task.step,
        progress_json=task.progress_json,
        pending_raw=desk.text,
    )
    return desk.in_task(task, Outcome.CONFIRM, confirm, state=state)
