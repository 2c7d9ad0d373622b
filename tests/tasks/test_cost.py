"""What a scan costs the database. Statements are counted, never seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.support.floor import Floor, Handheld

MOST_STATEMENTS = 12
"""Of one pick scan, by the performance goals."""

GATE = 20
"""Of the first parcel onto a lane: the gate is asked by the workflow and by the stock rules, the load kept open, and
looked whether a rule asks about labels, and whether a bench waits for the scan of this one."""

_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def counted(floor: Floor) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(_CONTROL):
            seen.append(statement)

    event.listen(floor.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(floor.database.engine, "before_cursor_execute", note)


def cost(floor: Floor, hand: Handheld, *texts: str) -> int:
    """The statements of the last scan; those before it warm what is remembered."""
    hand.scans(*texts[:-1])
    with counted(floor) as seen:
        hand.scans(texts[-1])
    return len(seen)


def test_a_pick_scan_stays_within_its_statements(floor: Floor, record_property: Callable[[str, object], None]) -> None:
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=5, BLUE=1)
    hand = floor.handheld("EMP-2")
    place = cost(floor, hand, "T-1", "A-01")
    unit = cost(floor, hand, "RED", "RED")
    record_property("statements of a pick", {"place": place, "unit": unit})
    assert max(place, unit) <= MOST_STATEMENTS


def test_a_scan_at_a_cart_stays_within_them_too(floor: Floor, record_property: Callable[[str, object], None]) -> None:
    """Before the first put of an order it is asked once more whether the order was cancelled."""
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("41", RED=2, BLUE=1)
    floor.order("42", RED=2)
    hand = floor.handheld("EMP-2")
    tote = cost(floor, hand, "*CART*", "T-1", "T-2")
    first = cost(floor, hand, "A-01", "RED")
    first_put = cost(floor, hand, "T-1")
    put = cost(floor, hand, "RED", "T-1")
    record_property("statements of a cart's scans", {"tote": tote, "unit": first, "put": put, "first put": first_put})
    assert max(tote, first, put, first_put - 1) <= MOST_STATEMENTS


def test_a_page_that_goes_on_by_itself_costs_no_more(
    floor: Floor, record_property: Callable[[str, object], None]
) -> None:
    """Also where it asks for its next tasks with every scan, and there are none."""
    floor.put_stock("A-01 RED 30")
    floor.order("42", RED=20)
    hand = floor.handheld("EMP-2")
    left = len(hand.scan("T-1", ahead=0)["lookahead"]) - 1
    hand.scan("A-01", ahead=left, next_held=[])
    costs = []
    while left > 1:
        left -= 1
        with counted(floor) as seen:
            assert hand.scan("RED", ahead=left, next_held=[])["lookahead_holds"]
        costs.append(len(seen))
    record_property("statements of a page's picks", costs)
    assert max(costs) <= MOST_STATEMENTS
    assert sum(costs) / len(costs) <= costs[0] + 1


def test_other_scans_of_the_floor_stay_within_them_too(
    floor: Floor, record_property: Callable[[str, object], None]
) -> None:
    floor.notice("4711", RED=5)
    floor.put_stock("A-02 BLUE 5")
    floor.order("42", BLUE=2)
    hand = floor.handheld()
    costs = {"receive": cost(floor, hand, "ASN-4711", "P-1", "RED", "RED")}
    hand.scans("*DONE*")
    costs["put away"] = cost(floor, hand, "P-1", "*QTY+1*", "A-01")
    hand.scans("A-01", "T-1", "A-02", "BLUE", "BLUE")
    costs["pack"] = cost(floor, hand, "T-1", "BENCH-1", "BLUE")
    hand.scans("BLUE", "BOX-S", "250g")
    costs["dispatch"] = cost(floor, hand, "LANE-1", floor.parcel("42").tracking_no)
    record_property("statements of other scans", costs)
    allowed = {"receive": MOST_STATEMENTS, "put away": MOST_STATEMENTS, "pack": MOST_STATEMENTS, "dispatch": GATE}
    assert {name: count for name, count in costs.items() if count > allowed[name]} == {}
