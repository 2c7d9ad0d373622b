"""Ways off the happy path that a person needs without network: a short shelf, a line for later, a number. Pure.

Called by `lookahead`, which gives it the states of a path. An exit is no copy of what follows: it says how many steps
of the path it passes over, and whether those come again at the end. So it costs a few bytes, and several of them in
one task fit together. Only what the machine itself would do in that state is offered, found by running it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wms.barcodes.commands import MARK
from wms.barcodes.model import CodeKind, Command, Scan
from wms.tasks.decision import DONE, Confirm, Decision, Outcome, StepResult, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import Screen

SHORT, SKIP, QTY = "SHORT", "SKIP", "QTY"

MOST_BACK = 1
"""A line begins at most so many steps before the one at which it is put off: the scan of its place."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A card at one step of the path, and where it leads."""

    card: str
    over: int
    """Steps it passes over; of a card with a number, the number may be as great."""
    outcome: Outcome = Outcome.ACCEPTED
    code: str = ""
    """Empty for a number: it is answered as the last step it passes over."""
    asks: str = ""
    """The question that comes first: it happens when the card is scanned again."""
    back: int | None = None
    """What it passes over comes again at the end of the path, from so many steps before this one on."""


@dataclass(frozen=True, slots=True)
class State:
    """One state on the path."""

    work: Work[Any, Any]
    step: str
    screen: Screen
    decision: Decision[Any, Any] | None
    """What the hoped-for scan leads to; None at the end of what is known."""


Run = Callable[["State", Scan], StepResult[Any, Any] | None]
"""What the machine says to a scan in a state; None where only the server knows."""


def exits_along(workflow: Workflow[Any, Any, Any], states: Sequence[State], run: Run) -> list[tuple[Exit, ...]]:
    """The exits at each of these states of a path, which follow each other."""
    at: dict[object, int] = {}
    for number, state in enumerate(states):
        at.setdefault((state.step, _open(workflow, state)), number)
    found: list[tuple[Exit, ...]] = []
    units = 0
    for number in range(len(states) - 1, -1, -1):
        units = _units_by_number(workflow, states[number], run, units)
        found.append(_exits(workflow, states, number, at, run, units))
    return found[::-1]


def _open(workflow: Workflow[Any, Any, Any], state: State) -> tuple[object, ...]:
    return () if workflow.walk is None or state.step == DONE else workflow.walk.open(state.work)


def _exits(
    workflow: Workflow[Any, Any, Any],
    states: Sequence[State],
    number: int,
    at: Mapping[object, int],
    run: Run,
    units: int,
) -> tuple[Exit, ...]:
    state = states[number]
    exits: list[Exit] = []
    if state.decision is None:
        return ()
    if units:
        exits.append(Exit(_card(QTY), units))
    if workflow.walk is None:
        return tuple(exits)
    still_open = _open(workflow, state)
    for verb in (SHORT, SKIP):
        asks, decision = _told(workflow, state, run, verb)
        if decision is None:
            continue
        after = () if decision.step == DONE else workflow.walk.open(Work(state.work.plan, decision.progress))
        passed = _passed(still_open, after)
        to = None if passed is None else at.get((decision.step, still_open[passed:]))
        back = None
        if passed is not None and len(after) == len(still_open):
            back = _begins(workflow, states, number, still_open)
            to = to if back is not None else None
        if to is not None and to > number:
            exits.append(Exit(_card(verb), to - number, decision.outcome, decision.note.code, asks, back))
    return tuple(exits)


def _passed(before: tuple[object, ...], after: tuple[object, ...]) -> int | None:
    """How many lines were left behind: for good, or to come again at the end; None where it is neither."""
    gone = len(before) - len(after)
    if gone > 0:
        return gone if before[gone:] == after else None
    if gone < 0 or before == after or after[0] not in before:
        return None
    moved = before.index(after[0])
    return moved if after == (*before[moved:], *before[:moved]) else None


def _begins(
    workflow: Workflow[Any, Any, Any], states: Sequence[State], number: int, still_open: tuple[object, ...]
) -> int | None:
    """How many steps before this one its line begins, as it will begin again; None where no step of the path does."""
    assert workflow.walk is not None
    counted = states[number].screen.prompt.counted
    for back in range(min(MOST_BACK, number) + 1):
        state = states[number - back]
        if state.step == workflow.walk.begins_at:
            same = _open(workflow, state) == still_open and state.screen.prompt.counted == counted
            return back if same else None
    return None


def _units_by_number(workflow: Workflow[Any, Any, Any], state: State, run: Run, following: int) -> int:
    """How many of the steps from here on a card with a number may stand for: up to the end of the line."""
    _, counted = _told(workflow, state, run, QTY, 1)
    if counted is None or state.decision is None:
        return 0
    same = (counted.step, counted.progress) == (state.decision.step, state.decision.progress)
    if not same:
        return 0
    return 1 if state.decision.outcome is Outcome.COMPLETED else 1 + following


def _told(
    workflow: Workflow[Any, Any, Any], state: State, run: Run, verb: str, quantity: int = 0
) -> tuple[str, Decision[Any, Any] | None]:
    """What a card leads to, with the question before it; no decision where it is refused or needs the server."""
    if state.step == DONE or workflow.rule_for(state.step, verb) is None:
        return "", None
    scan = Scan(_card(verb), CodeKind.COMMAND, Command(verb, quantity), foretold=True)
    result, asks = run(state, scan), ""
    if isinstance(result, Confirm):
        asks = result.code
        result = run(state, replace(scan, confirmed=True))
    return asks, result if isinstance(result, Decision) else None


def _card(verb: str) -> str:
    return f"{MARK}{verb}{MARK}"
