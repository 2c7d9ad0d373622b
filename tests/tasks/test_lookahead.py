"""The path the handheld is told beforehand is the path that the machine then takes."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from tests.floor.practice import item, place
from wms.barcodes.model import Scan
from wms.floor.picking.workflow import SCAN_PLACE, PickLine, PickPlan, PickProgress, picking
from wms.floor.putaway.workflow import PutawayLine, PutawayPlan, PutawayProgress, first_hand, putaway
from wms.kernel.identity import NIL, uuid7
from wms.tasks.decision import Decision, Work
from wms.tasks.lookahead import look_ahead
from wms.tasks.machine import Workflow

ITEMS = tuple(item(code) for code in ("RED", "BLUE", "GREEN"))
PLACES = tuple(place(code) for code in ("A-01", "A-02", "A-03"))
some_lines = some.lists(
    some.tuples(some.sampled_from(ITEMS), some.sampled_from(PLACES), some.integers(1, 3)), min_size=1, max_size=5
)


class AllFacts:
    """Facts of a server for which everything is all right; the path may not depend on any of them."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: False


def follow(workflow: Workflow[Any, Any, Any], work: Work[Any, Any], step: str, limit: int) -> int:
    """Compare the path ahead of `step` with what the machine does; returns the length of the path."""
    path = look_ahead(workflow, work, step, workflow.screen(work, step), limit)
    for ahead in path:
        expected = workflow.screen(work, step).prompt.expected
        assert expected is not None
        assert ahead.accepts == expected.codes
        decision = workflow.decide(work, step, Scan(expected.codes[0], expected.kind, expected.value), AllFacts())
        assert isinstance(decision, Decision)
        assert (ahead.outcome, ahead.note) == (decision.outcome, decision.note)
        work, step = Work(work.plan, decision.progress), decision.step
        assert ahead.screen == workflow.screen(work, step)
    return len(path)


@given(some_lines, some.integers(1, 30))
def test_picking_goes_where_it_was_said_to_go(wanted: list[Any], limit: int) -> None:
    lines = tuple(
        PickLine(number, what, (f"code-{what.sku_code}",), where, NIL, "", "", quantity, uuid7())
        for number, (what, where, quantity) in enumerate(wanted, start=1)
    )
    plan = PickPlan(uuid7(), "42", "Acme", 90, 91, lines)
    progress = PickProgress(tuple(range(len(lines))), tuple(0 for _ in lines), uuid7(), "TOT-1")
    length = follow(picking, Work(plan, progress), SCAN_PLACE, limit)
    # Never beyond the last scan: what comes after the task only the server knows.
    places = 1 + sum(before[1] != now[1] for before, now in pairwise(wanted))
    assert length == min(limit, places + sum(quantity for _, _, quantity in wanted) - 1)


@given(some_lines, some.integers(1, 30))
def test_putaway_goes_where_it_was_said_to_go(wanted: list[Any], limit: int) -> None:
    lines = tuple(PutawayLine(what, (what.sku_code,), NIL, "", "", quantity, where) for what, where, quantity in wanted)
    plan = PutawayPlan(uuid7(), "PAL-1", None, 80, 91, lines)
    step, progress = first_hand(plan, tuple(0 for _ in lines))
    follow(putaway, Work(plan, progress), step, limit)


def test_a_step_without_an_expected_code_has_no_path() -> None:
    plan = PutawayPlan(uuid7(), "PAL-1", None, 80, 91, (PutawayLine(ITEMS[0], (), NIL, "", "", 1, PLACES[0]),) * 2)
    work = Work(plan, PutawayProgress((0, 0)))
    assert look_ahead(putaway, work, "scan_item", putaway.screen(work, "scan_item")) == ()


def test_the_path_ends_where_only_the_server_knows() -> None:
    """A picker's tote is not foreseen: any empty one will do."""
    line = PickLine(1, ITEMS[0], ("code",), PLACES[0], NIL, "", "", 1, uuid7())
    work = Work(PickPlan(uuid7(), "42", "Acme", 90, 91, (line,)), PickProgress((0,), (0,)))
    assert look_ahead(picking, work, "scan_tote", picking.screen(work, "scan_tote")) == ()
