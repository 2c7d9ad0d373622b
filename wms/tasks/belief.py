"""What a handheld thought when it went on by itself: the state it had in mind, and what its scans would have moved.

Called by `exceptions`. The handheld follows the path it was given, so running the workflow along it again gives what
the operator saw himself do. Where it cannot be told (somebody did what cannot be taken back in between), nothing is
guessed: the scans are kept without it.
"""

from dataclasses import dataclass, replace
from typing import Any

from wms.barcodes.model import Cleaned, Known
from wms.containers.model import Container
from wms.stock.model import Move, Transfer
from wms.tasks import scan_log
from wms.tasks.decision import DONE, Work
from wms.tasks.desk import Desk
from wms.tasks.lookahead import foreseen
from wms.tasks.screen import Expected
from wms.tasks.task_store import Task


@dataclass(frozen=True, slots=True)
class Belief:
    """Where a task was thought to be."""

    step: str
    progress: Any


@dataclass(frozen=True, slots=True)
class BelievedScan:
    """What one scan would have done: where it led, and what it would have moved."""

    after: Belief | None = None
    moves: tuple[Transfer, ...] = ()


def belief_before(desk: Desk, task: Task, version: int) -> Belief | None:
    """The task as it was at `version`, which the handheld had in mind; None where that cannot be told any more."""
    since = scan_log.first_counted_after(desk.session, desk.caller.warehouse_id, task.id, version)
    if since is None:
        step = scan_log.step_of(desk.session, desk.caller.warehouse_id, desk.request.scan_id, task.id)
        step = step or task.step
        return None if step == DONE else Belief(step, task.work.progress)
    if since.frame is None:
        return None
    progress = desk.wiring.store.decode_progress(task.workflow, bytes(since.frame.progress))
    return Belief(since.frame.step, progress)


def believed_scan(desk: Desk, task: Task, before: Belief | None) -> BelievedScan:
    """What the present scan would have done there."""
    if before is None or before.step == DONE or not isinstance(desk.cleaned, Cleaned):
        return BelievedScan()
    workflow, work = desk.workflow_of(task), Work(task.work.plan, before.progress)
    expected = workflow.screen(work, before.step).prompt.expected
    hoped = None if expected is None else _scanned(desk, expected, desk.cleaned)
    decision = None if hoped is None else foreseen(workflow, work, before.step, hoped)
    if decision is None:
        return BelievedScan()
    moves = tuple(effect.transfer for effect in decision.effects if isinstance(effect, Move))
    return BelievedScan(Belief(decision.step, decision.progress), moves)


def _scanned(desk: Desk, expected: Expected, cleaned: Cleaned) -> Expected | None:
    """What was hoped for, if it is what was scanned; with the thing itself where any would have done."""
    if desk.request.raw in expected.codes or cleaned.text in expected.codes:
        return expected
    if not cleaned.text.startswith(expected.prefixes):
        return None
    found = desk.resolve((expected.kind,))
    if not (isinstance(found, Known) and isinstance(found.value, Container) and isinstance(expected.value, Container)):
        return None
    return replace(expected, value=replace(expected.value, id=found.value.id, code=found.value.code))
