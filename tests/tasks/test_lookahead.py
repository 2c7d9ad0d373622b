"""The path the handheld is told beforehand is the path that the machine then takes."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.floor.practice import item, place
from wms.barcodes.model import Scan
from wms.floor.packing.model import PackLine, PackPlan, PackProgress
from wms.floor.packing.workflow import packing
from wms.floor.picking.model import PickLine, PickPlan
from wms.floor.picking.workflow import SCAN_PLACE, PickProgress, picking
from wms.floor.putaway.workflow import PutawayLine, PutawayPlan, PutawayProgress, first_hand, putaway
from wms.kernel.identity import NIL, uuid7
from wms.shipments.model import BoxType
from wms.tasks.decision import DONE, Decision, Work
from wms.tasks.lookahead import STEPS_AHEAD, Path, look_ahead, path_to_tell
from wms.tasks.machine import Workflow
from wms.tasks.screen import AT_HOME, STANDS_FOR

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
    path = look_ahead(workflow, work, step, limit)
    for ahead in path.steps:
        expected = workflow.screen(work, step).prompt.expected
        assert expected is not None
        assert ahead.accepts == expected.codes
        decision = workflow.decide(work, step, Scan(expected.codes[0], expected.kind, expected.value), AllFacts())
        assert isinstance(decision, Decision)
        assert (ahead.outcome, ahead.note) == (decision.outcome, decision.note)
        work, step = Work(work.plan, decision.progress), decision.step
        assert ahead.step == step
        assert ahead.screen == (AT_HOME if step == DONE else workflow.screen(work, step))
    assert path.goes_on == (step != DONE)
    return len(path.steps)


def bare(path: Path) -> Path:
    """Without the ways off it, which depend on how much of it is told: see `test_exits`."""
    return replace(path, steps=tuple(replace(step, exits=()) for step in path.steps))


def picks(wanted: list[Any]) -> Work[PickPlan, PickProgress]:
    lines = tuple(
        PickLine(number, what, (f"code-{what.sku_code}",), where, NIL, "", "", quantity, uuid7())
        for number, (what, where, quantity) in enumerate(wanted, start=1)
    )
    progress = PickProgress(tuple(range(len(lines))), tuple(0 for _ in lines), uuid7(), "TOT-1")
    return Work(PickPlan(uuid7(), "42", "Acme", 90, 91, lines), progress)


@given(some_lines, some.integers(1, 30))
def test_picking_goes_where_it_was_said_to_go(wanted: list[Any], limit: int) -> None:
    length = follow(picking, picks(wanted), SCAN_PLACE, limit)
    # To the last scan: what comes after the task only the server knows.
    places = 1 + sum(before[1] != now[1] for before, now in pairwise(wanted))
    assert length == min(limit, places + sum(quantity for _, _, quantity in wanted))


@given(some_lines, some.integers(0, 12), some.integers(1, 12))
def test_a_path_that_is_continued_is_the_rest_of_the_whole(wanted: list[Any], behind: int, limit: int) -> None:
    work = picks(wanted)
    whole = look_ahead(picking, work, SCAN_PLACE, 1000).steps
    path = look_ahead(picking, work, SCAN_PLACE, limit, behind=behind)
    assert bare(path).steps == bare(Path(whole[behind : behind + limit])).steps
    assert path.goes_on == (behind + limit < len(whole))


@given(some_lines, some.integers(1, 30))
def test_putaway_goes_where_it_was_said_to_go(wanted: list[Any], limit: int) -> None:
    lines = tuple(PutawayLine(what, (what.sku_code,), NIL, "", "", quantity, where) for what, where, quantity in wanted)
    plan = PutawayPlan(uuid7(), "PAL-1", None, 80, 91, lines)
    step, progress = first_hand(plan, tuple(0 for _ in lines))
    follow(putaway, Work(plan, progress), step, limit)


LONG = picks([(ITEMS[0], PLACES[0], 9)])
WHOLE = look_ahead(picking, LONG, SCAN_PLACE, 100).steps


def test_a_step_without_an_expected_code_has_no_path() -> None:
    plan = PutawayPlan(uuid7(), "PAL-1", None, 80, 91, (PutawayLine(ITEMS[0], (), NIL, "", "", 1, PLACES[0]),) * 2)
    work = Work(plan, PutawayProgress((0, 0)))
    assert look_ahead(putaway, work, "scan_item") == Path()


def test_where_any_tote_will_do_a_mark_stands_for_it() -> None:
    work = picks([(ITEMS[0], PLACES[0], 1)])
    work = replace(work, progress=PickProgress((0,), (0,)))
    path = look_ahead(picking, work, "scan_tote")
    assert [ahead.step for ahead in path.steps] == ["scan_place", "scan_item", DONE]
    assert (path.steps[0].accepts, path.steps[0].prefixes) == ((), ("TOT-",))
    assert path.steps[1].screen.prompt.container == STANDS_FOR
    assert path.steps[2].note.details["container"] == STANDS_FOR


def test_a_parcel_is_never_closed_ahead() -> None:
    line = PackLine(1, ITEMS[0], ("RED",), NIL, "", 1, 100)
    box = BoxType("S", 200, 150, 100, 50)
    work = Work(
        PackPlan(uuid7(), "42", "Acme", uuid7(), "TOT-1", 90, 91, uuid7(), (line,), box), PackProgress((0,), (0,))
    )
    path = look_ahead(packing, work, "scan_item", 10)
    assert [ahead.step for ahead in path.steps] == ["scan_box", "weigh"]
    assert path.steps[-1].screen.needs_server


@pytest.mark.parametrize(
    ("held", "holds", "more", "told"),
    [
        (None, True, False, Path(WHOLE[:STEPS_AHEAD], goes_on=True)),
        (0, True, False, Path(WHOLE)),
        (5, False, False, Path(WHOLE)),
        (5, True, False, Path(behind=5, holds=True)),
        (5, True, True, Path(WHOLE[5:], behind=5, holds=True)),
    ],
)
def test_what_the_handheld_holds_is_not_sent_again(held: int | None, holds: bool, more: bool, told: Path) -> None:
    assert bare(path_to_tell(picking, LONG, SCAN_PLACE, held=held, holds=holds, wants_more=more)) == bare(told)
