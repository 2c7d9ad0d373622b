"""What a handheld thought when it went on by itself: the state it had in mind, and what its scans would have moved.

Called by `exceptions`. The handheld was shown that each scan counts, so running the workflow along them gives what the
operator saw himself do. Where it cannot be told (somebody did what cannot be taken back in between), nothing is
guessed: the scans are kept without it.
"""

from dataclasses import dataclass, replace
from typing import Any

from wms.barcodes.model import Cleaned, Known
from wms.containers.model import Container
from wms.stock.model import Move, Transfer
from wms.tasks import scan_log
from wms.tasks.decision import DONE, Decision, Work
from wms.tasks.desk import Desk
from wms.tasks.lookahead import Foreseen, NeedsServer
from wms.tasks.screen import Expected
from wms.tasks.task import Task


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
    """What the present scan would have done there, every question answered with yes: he was shown that it counts."""
    if before is None or before.step == DONE or not isinstance(desk.cleaned, Cleaned):
        return BelievedScan()
    workflow, work = desk.workflow_of(task), Work(task.work.plan, before.progress)
    known = desk.resolve(workflow.steps[before.step].expects)
    if not isinstance(known, Known):
        return BelievedScan()
    if isinstance(known.value, Container):
        known = replace(known, value=_as_hoped(known.value, workflow.screen(work, before.step).prompt.expected))
    facts = Foreseen() if workflow.foresight is None else workflow.foresight(work)
    try:
        decision = workflow.decide(work, before.step, desk.scan(known, confirmed=True), facts)
    except NeedsServer:
        return BelievedScan()
    if not isinstance(decision, Decision):
        return BelievedScan()
    moves = tuple(effect.transfer for effect in decision.effects if isinstance(effect, Move))
    return BelievedScan(Belief(decision.step, decision.progress), moves)


def _as_hoped(scanned: Container, expected: Expected | None) -> Container:
    """Where any container would have done, the one that was scanned was taken for free."""
    hoped = expected.value if expected is not None and expected.prefixes else None
    return replace(hoped, id=scanned.id, code=scanned.code) if isinstance(hoped, Container) else scanned
