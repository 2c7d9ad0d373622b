"""The happy path ahead, made by running the pure machine forward along the scans it hopes for. Pure.

The handheld answers a scan that matches it in the same frame, also without network; the server's answer corrects it.
"""

from dataclasses import dataclass
from typing import Any

from wms.barcodes.model import Scan
from wms.tasks.decision import DONE, Decision, Note, Outcome, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import Screen

STEPS_AHEAD = 3
"""Enough for the scans that are under way while one answer travels; every further step costs CPU on every scan."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """One scan ahead: the codes that are right, how they will be judged, and the screen that follows."""

    accepts: tuple[str, ...]
    outcome: Outcome
    note: Note
    screen: Screen


class NeedsServer(Exception):
    """A step asked for a fact that only the server has."""


class _NoFacts:
    """Stands in for facts on the path ahead: any question ends it."""

    def __getattr__(self, name: str) -> Any:
        raise NeedsServer(name)


def look_ahead(
    workflow: Workflow[Any, Any, Any], work: Work[Any, Any], step: str, screen: Screen, limit: int = STEPS_AHEAD
) -> tuple[Ahead, ...]:
    """Up to `limit` scans ahead of `step`; shorter where the path needs the server or ends."""
    path: list[Ahead] = []
    while len(path) < limit:
        expected = screen.prompt.expected
        if expected is None or not expected.codes:
            break
        scan = Scan(expected.codes[0], expected.kind, expected.value)
        try:
            decision = workflow.decide(work, step, scan, _NoFacts())
        except NeedsServer:
            break
        if not isinstance(decision, Decision) or decision.step == DONE:
            break
        work = Work(decision.plan if decision.plan is not None else work.plan, decision.progress)
        step = decision.step
        screen = workflow.screen(work, step)
        path.append(Ahead(expected.codes, decision.outcome, decision.note, screen))
    return tuple(path)
