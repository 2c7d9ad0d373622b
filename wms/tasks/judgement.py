"""Judges one scan inside its transaction.

Order: lock the task, answer a replay, check who may go on with the task and how he saw it, then hand the scan to the
room it belongs to: `undo`, `in_task` or `at_home`. Used by `ScanDoor` alone; it never commits.
"""

from collections.abc import Callable
from dataclasses import replace

from wms.kernel.refusal import Refusal
from wms.tasks import scan_log
from wms.tasks.at_home import judge_at_home
from wms.tasks.decision import Outcome
from wms.tasks.desk import Desk, not_his
from wms.tasks.exceptions import note_exception
from wms.tasks.going_home import GO_HOME, go_home
from wms.tasks.helping import HELP, help_here
from wms.tasks.in_task import drop_question, judge_in_task, refuse
from wms.tasks.laying_ready import lay_ready, naming
from wms.tasks.model import Reply
from wms.tasks.task import NOBODY, Task
from wms.tasks.undo import UNDO, undo_from_home, undo_in_task


def judge(desk: Desk) -> Reply:
    """The answer, with everything that follows from the scan written."""
    task = _locked_task(desk)
    # The replay is looked up after the lock: the same scan sent twice at once must find the first one's answer.
    stored = scan_log.stored_reply(desk.session, desk.caller.warehouse_id, desk.request)
    if stored is not None:
        return stored
    shown = desk.request.judged_here
    if shown is not None and shown.outcome is Outcome.REFUSED:
        return _refused_already(desk, task)
    if desk.is_command(GO_HOME):
        # Before all else: whatever became of the task, nobody is ever kept on its screen.
        return go_home(desk, task)
    if desk.request.task_id is None:
        if desk.is_command(HELP):
            return help_here(desk, None)
        if not desk.is_command(UNDO):
            return judge_at_home(desk)
        # Without network, the handheld says whose scan it took back: here it would be another one by now.
        return undo_from_home(desk) if desk.request.judged_here is None else _too_late(desk)
    if task is None:
        return desk.refuse_at_home(Refusal("task_unknown"))
    barred = _barred(desk, task)
    if barred is not None:
        return desk.refuse_at_home(barred)
    if task.is_left:
        desk.wiring.store.renew(desk.session, desk.caller, task, desk.now)  # he is at its screen again
    if desk.is_command(HELP):
        return help_here(desk, task)
    if desk.is_command(UNDO) and not task.is_open:
        is_late = desk.request.judged_here is not None and desk.request.task_version != task.version
        return _too_late(desk) if is_late else undo_in_task(desk, task)
    if desk.request.task_version is not None and desk.request.task_version != task.version:
        return refuse(desk, task, Refusal("task_moved_on"))
    if desk.is_command(UNDO):
        return undo_in_task(desk, task) if task.pending_raw is None else drop_question(desk, task)
    return judge_in_task(desk, task)


def answer(desk: Desk, judge_scan: Callable[[Desk], Reply]) -> Reply:
    """The judgement, with what goes along with it: what the operator is to do next, and what was promised wrongly."""
    reply = judge_scan(desk)
    ready = lay_ready(desk, reply)
    return replace(reply, screen=naming(desk, reply, ready), next=ready, exception=note_exception(desk, reply))


def judge_refused(desk: Desk, refusal: Refusal) -> Reply:
    """The answer when a writer refused and the transaction in which that happened was rolled back."""
    task = _locked_task(desk)
    stored = scan_log.stored_reply(desk.session, desk.caller.warehouse_id, desk.request)
    if stored is not None:
        return stored
    if task is None or not task.is_open or _barred(desk, task) is not None:
        return desk.refuse_at_home(refusal)
    return refuse(desk, task, refusal)


def _refused_already(desk: Desk, task: Task | None) -> Reply:
    """The network went before this answer, and he was told that the scan does not count: it never will.

    What he has scanned since goes on from the task as it stood.
    """
    refusal = Refusal("refused_offline")
    if task is None:
        return desk.refuse_at_home(refusal)
    barred = _barred(desk, task)
    return refuse(desk, task, refusal) if barred is None else desk.refuse_at_home(barred)


def _too_late(desk: Desk) -> Reply:
    """What the handheld took back is not the last thing that happened."""
    return desk.refuse_at_home(Refusal("task_moved_on"))


def _locked_task(desk: Desk) -> Task | None:
    if desk.request.task_id is None:
        return None
    return desk.wiring.store.lock(desk.session, desk.caller.warehouse_id, desk.request.task_id)


def _barred(desk: Desk, task: Task) -> Refusal | None:
    """Why this operator may not go on with the task at all; he is sent home then."""
    if desk.wiring.floors[task.workflow].capability not in desk.caller.capabilities:
        return Refusal("not_your_work")
    if not task.is_open:
        # The last scan of a task may still be taken back from the screen that showed it.
        return None if desk.is_command(UNDO) else Refusal("task_done")
    if task.operator_id == NOBODY or task.belongs_to_another(desk.caller.operator_id, desk.now):
        return not_his(desk, task)
    return None
