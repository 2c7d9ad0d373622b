"""Taking back the last scan: its effects' inverses in reverse order, and the state before it. Called by `judgement`.

The mistake stays in the scan log with its correction. A second undo takes back the scan before; another person's scan,
or one that cannot be taken back, stops the chain.
"""

from dataclasses import replace

import msgspec

from wms.kernel.refusal import Refusal
from wms.tasks import scan_log
from wms.tasks.decision import Note, Outcome, Work
from wms.tasks.desk import Desk
from wms.tasks.in_task import refuse
from wms.tasks.model import Reply
from wms.tasks.scan_log import Frame, LastCounted
from wms.tasks.task import Task

UNDO = "UNDO"


def undo_in_task(desk: Desk, task: Task) -> Reply:
    """Take back the last scan of this task; of a task that is done, its last one re-opens it."""
    return _undo(desk, task, scan_log.last_of_task(desk.session, desk.caller.warehouse_id, task.id))


def undo_from_home(desk: Desk) -> Reply:
    """Take back this operator's last scan in any task, and go back into it."""
    warehouse_id = desk.caller.warehouse_id
    last = scan_log.last_of_operator(desk.session, warehouse_id, desk.caller.operator_id)
    if last is None:
        return desk.refuse_at_home(Refusal("nothing_to_undo"))
    task = desk.wiring.store.lock(desk.session, warehouse_id, last.task_id)
    assert task is not None, f"scan {last.scan_id} names task {last.task_id}, which does not exist"
    if task.belongs_to_another(desk.caller.operator_id, desk.now):
        return desk.refuse_at_home(Refusal("task_taken", {"operator": desk.name_of(task.operator_id)}))
    # Looked up again under the lock, and of anybody: a colleague may have gone on with the task since.
    return _undo(desk, task, scan_log.last_of_task(desk.session, warehouse_id, task.id))


def _undo(desk: Desk, task: Task, last: LastCounted | None) -> Reply:
    refusal = _why_not(desk, task, last)
    if refusal is not None:
        return refuse(desk, task, refusal) if task.is_open else desk.refuse_at_home(refusal)
    assert last is not None
    assert last.undo is not None
    frame = msgspec.json.decode(last.undo, type=Frame)
    writers, store = desk.wiring.writers, desk.wiring.store
    effects = [msgspec.json.decode(raw, type=writers.effect_class(name)) for name, raw in frame.effects]
    inverses = [effect.inverse() for effect in reversed(effects)]
    progress_json = bytes(frame.progress)
    work = Work(task.work.plan, store.decode_progress(task.workflow, progress_json))
    desk.apply(replace(task, step=frame.step, work=work), [inverse for inverse in inverses if inverse is not None])
    scan_log.mark_undone(desk.session, desk.caller.warehouse_id, last.scan_id, desk.request.scan_id)
    state = store.advance(desk.session, desk.caller, task, now=desk.now, step=frame.step, progress_json=progress_json)
    said = Note(scan_log.UNDONE, {"what": last.what})
    return desk.in_task(task, Outcome.ACCEPTED, said, state=state, work=work)


def _why_not(desk: Desk, task: Task, last: LastCounted | None) -> Refusal | None:
    if last is None:
        return Refusal("nothing_to_undo")
    if last.operator_id != desk.caller.operator_id:
        return Refusal("not_your_scan")
    if last.undo is None:
        return Refusal("cannot_undo")
    if not task.is_open and last.task_version != task.version:
        # Not his scan ended the task but that its work was gone (an order was cancelled); what he had done before has
        # been tidied up since, and a task on it would keep him on dead work.
        return Refusal("cannot_undo")
    if not task.is_open and desk.wiring.store.lock_open_subject(
        desk.session, desk.caller.warehouse_id, task.workflow, task.subject
    ):
        # The same notice or tote has been begun anew since; two open tasks on it would count the same goods twice.
        return Refusal("cannot_undo")
    return None
