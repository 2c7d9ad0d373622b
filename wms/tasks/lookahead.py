"""The happy path ahead, made by running the pure machine forward along the scans it hopes for. Pure.

The handheld answers a scan that matches it in the same frame, also without network; the server's answer corrects it.
A path is made once and then only confirmed: a handheld that holds it is told that it still holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from wms.barcodes.model import Scan
from wms.tasks.decision import DONE, Decision, Note, Outcome, StepResult, Work
from wms.tasks.exits import Exit, State, exits_along
from wms.tasks.machine import Workflow
from wms.tasks.screen import AT_HOME, Expected, Screen

STEPS_AHEAD = 3
"""For a client that never answers by itself; every further step costs CPU on every scan."""

MOST_STEPS = 44
"""At a time, about 40 kB; a longer path is continued when the handheld runs low."""

WHOLE = 1_000
"""Of a task handed out for later: nobody continues its path before he is in it."""

END_OF_LINE = 12
"""Steps the machine is run further, so that the last line told can be left as well."""

GOES_ON = frozenset({Outcome.ACCEPTED, Outcome.COMPLETED})


@dataclass(frozen=True, slots=True)
class Ahead:
    """One scan ahead: the codes that are right, how they will be judged, and the step and screen that follow.

    The step is DONE where the task ends with it.
    """

    accepts: tuple[str, ...]
    outcome: Outcome
    note: Note
    screen: Screen
    step: str
    prefixes: tuple[str, ...] = ()
    exits: tuple[Exit, ...] = ()
    """What else may be done here without network."""


@dataclass(frozen=True, slots=True)
class Path:
    """Scans ahead. `behind` steps that the handheld holds lie before them; `goes_on` says that more follow."""

    steps: tuple[Ahead, ...] = ()
    goes_on: bool = False
    behind: int = 0
    holds: bool = False
    """What the handheld holds is still right, and the steps continue it."""

    @property
    def left(self) -> int:
        """Steps from here to the end of what is known."""
        return self.behind + len(self.steps)


NO_PATH = Path()


class NeedsServer(Exception):
    """A step asked for a fact that only the server has."""


class Foreseen:
    """Stands in for facts on the path ahead. A workflow's own subclass answers what its plan knows."""

    def __getattr__(self, name: str) -> Any:
        raise NeedsServer(name)


def look_ahead(
    workflow: Workflow[Any, Any, Any], work: Work[Any, Any], step: str, limit: int = STEPS_AHEAD, behind: int = 0
) -> Path:
    """Up to `limit` scans ahead, not counting the first `behind`; shorter where the path needs the server or ends."""
    wanted = behind + limit
    # Whoever never answers by itself has no use for exits.
    states = _states(workflow, work, step, wanted + (END_OF_LINE if limit > STEPS_AHEAD else 0))
    told = [state for state in states[:wanted] if state.decision is not None]
    exits: Sequence[tuple[Exit, ...]] = [()] * len(told)
    if limit > STEPS_AHEAD:
        exits = exits_along(workflow, states, lambda state, scan: _run(workflow, state.work, state.step, scan))
    path = [
        _ahead(state, after, exits[number])
        for number, (state, after) in enumerate(zip(told, states[1:], strict=False))
        if number >= behind
    ]
    goes_on = len(told) == wanted and states[wanted].decision is not None
    return Path(tuple(path), goes_on=goes_on, behind=behind)


def _states(workflow: Workflow[Any, Any, Any], work: Work[Any, Any], step: str, most: int) -> list[State]:
    """The states along the hoped-for scans, up to so many scans; the last one has none, or its scan is one more."""
    states: list[State] = []
    for _ in range(most + 1):
        screen = AT_HOME if step == DONE else workflow.screen(work, step)
        expected = screen.prompt.expected
        decision = None if expected is None else foreseen(workflow, work, step, expected)
        states.append(State(work, step, screen, decision))
        if decision is None:
            break
        work, step = Work(work.plan, decision.progress), decision.step
    return states


def _ahead(state: State, after: State, exits: tuple[Exit, ...]) -> Ahead:
    decision, expected = state.decision, state.screen.prompt.expected
    assert decision is not None
    assert expected is not None
    return Ahead(expected.codes, decision.outcome, decision.note, after.screen, after.step, expected.prefixes, exits)


def foreseen(
    workflow: Workflow[Any, Any, Any], work: Work[Any, Any], step: str, expected: Expected
) -> Decision[Any, Any] | None:
    """What the hoped-for scan will lead to; None where that is not known or is not simply accepted."""
    if workflow.steps[step].needs_server or not (expected.codes or expected.prefixes):
        return None
    scan = Scan(expected.codes[0] if expected.codes else "", expected.kind, expected.value)
    decision = _run(workflow, work, step, scan)
    if not isinstance(decision, Decision) or decision.plan is not None or decision.outcome not in GOES_ON:
        return None
    return decision


def _run(workflow: Workflow[Any, Any, Any], work: Work[Any, Any], step: str, scan: Scan) -> StepResult[Any, Any] | None:
    """What the machine says to a scan, with what can be told from the work alone; None where that is not enough."""
    facts = Foreseen() if workflow.foresight is None else workflow.foresight(work)
    try:
        decision = workflow.decide(work, step, scan, facts)
        if workflow.last_word is not None and isinstance(decision, Decision):
            return replace(decision, note=workflow.last_word(work, decision, facts))
    except NeedsServer:
        return None
    return decision


def path_to_tell(
    workflow: Workflow[Any, Any, Any],
    work: Work[Any, Any],
    step: str,
    *,
    held: int | None,
    holds: bool,
    wants_more: bool,
) -> Path:
    """What a handheld is to be told that holds `held` steps from here; None for one that holds nothing, ever."""
    if held is None:
        return look_ahead(workflow, work, step)
    if not (held and holds):
        return look_ahead(workflow, work, step, MOST_STEPS)
    if not wants_more:
        return Path(behind=held, holds=True)
    return replace(look_ahead(workflow, work, step, MOST_STEPS, behind=held), holds=True)
