"""Without network at a shelf that is empty: short, later, a number, another task. Afterwards stock is right."""

import pytest

from tests.support.floor import Floor
from tests.support.offline import GoingOn


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One engine: what is written here is written by rooms that have tests on both."""
    return sqlite_database_url


@pytest.fixture
def page(floor: Floor) -> GoingOn:
    """A picker with an order of three lines who has just lost the network."""
    floor.put_stock("A-01 RED 3\nA-02 BLUE 4\nA-03 GREEN 2")
    floor.order("42", RED=3, BLUE=4, GREEN=2)
    page = GoingOn(floor.handheld("EMP-2"))
    page.look_again()
    page.online("T-1")
    return page


def test_one_line_short_one_for_later_and_the_rest(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01", "*SKIP*", "A-02", "BLUE", "*SHORT*", "*SHORT*", "A-03", "GREEN", "*QTY+1*")
    page.offline("A-01", "RED", "*QTY+2*")
    assert page.task is None
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now("BUFFER/TOT-1 BLUE 1\nBUFFER/TOT-1 GREEN 2\nBUFFER/TOT-1 RED 3")
    boss = floor.handheld()
    assert boss.scan("T-1")["screen"]["screen"] == "packing", boss.last["code"]


def test_what_is_found_elsewhere_comes_when_there_is_network_again(floor: Floor, page: GoingOn) -> None:
    """The picker had gone on, so it comes after all he did without network, and undoes none of it."""
    floor.put_stock("A-04 RED 2")
    page.offline("A-01", "RED", "*SHORT*", "*SHORT*", "A-02", "*SKIP*", "A-03", "GREEN", "GREEN", "A-02", "BLUE")
    page.offline("*QTY+3*")
    assert page.task is None
    page.drain()
    assert page.refused == []
    assert [reply["code"] for reply in page.corrected] == ["line_done"]
    page.look_again()
    assert (page.screen["where"], page.screen["how_many"], page.screen["position"]) == ("A-04", "2", "4/4")
    page.online("A-04", "RED", "RED")
    floor.stock.is_now("BUFFER/TOT-1 BLUE 4\nBUFFER/TOT-1 GREEN 2\nBUFFER/TOT-1 RED 3")


def test_nothing_there_at_all(floor: Floor, page: GoingOn) -> None:
    page.offline(*["*SHORT*"] * 6)
    assert page.task is None
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now("")


def test_a_question_is_dropped_and_an_exit_taken_back(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01", "*SHORT*", "*UNDO*", "RED", "*SHORT*", "RED", "*QTY+1*", "*UNDO*", "RED")
    page.offline("*SKIP*", "*UNDO*", "A-02", "BLUE", "*QTY+3*", "A-03", "GREEN", "GREEN")
    assert page.task is None
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now("BUFFER/TOT-1 BLUE 4\nBUFFER/TOT-1 GREEN 2\nBUFFER/TOT-1 RED 3")


def test_what_only_the_server_knows_is_not_taken(page: GoingOn) -> None:
    page.offline("A-01", "RED")
    assert not page.scan_offline("*SKIP*"), "a line that was begun"
    assert not page.scan_offline("*QTY+3*"), "more than the line wants"
    assert not page.scan_offline("*RETURN*")
    assert not page.scan_offline("*HOME*"), "nothing was handed out"


def test_a_task_put_aside_for_the_next_one_and_taken_up_again(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5\nA-02 BLUE 4\nA-03 GREEN 2")
    floor.order("42", RED=3, BLUE=4, GREEN=2)
    floor.order("43", RED=2)
    page = GoingOn(floor.handheld("EMP-2"))
    page.online("T-1", "A-01")
    assert [laid["screen"]["title"] for laid in page.next] == ["Pick 43"]
    page.offline("RED", "*HOME*", "*NEXT*", "T-2", "A-01", "RED", "RED", "*NEXT*", "RED", "RED")
    page.offline("A-02", "BLUE", "*QTY+3*", "A-03", "GREEN", "*QTY+1*")
    assert page.task is None
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now("BUFFER/TOT-1 BLUE 4\nBUFFER/TOT-1 GREEN 2\nBUFFER/TOT-1 RED 3\nBUFFER/TOT-2 RED 2")


def test_a_task_put_aside_untouched_goes_back_when_another_of_its_kind_begins(floor: Floor) -> None:
    floor.notice("4711", RED=4)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED", "P-2", "RED", "P-3", "RED", "P-4", "RED", "*DONE*")
    page = GoingOn(hand)
    page.online("P-1")
    while page.task is not None:
        page.offline(page.expected() or "")
    page.offline("*NEXT*", "*HOME*")
    aside = page.next[-1]["task"]["id"]
    page.drain()
    assert page.online("P-4")["given_back"] == [aside]
    assert [laid["lookahead"][0]["accepts"] for laid in page.next] == [["PAL-3"]]


def test_a_cart_leaves_lines_as_well(floor: Floor) -> None:
    floor.put_stock("A-01 RED 3\nA-02 BLUE 2\nA-03 GREEN 1")
    floor.order("42", RED=2, BLUE=1)
    floor.order("43", RED=1, BLUE=1, GREEN=1)
    page = GoingOn(floor.handheld("EMP-2"))
    page.online("*CART*", "T-1", "T-2")
    page.offline("A-01", "*SKIP*", "A-02", "BLUE", "TOT-1", "*SHORT*", "*SHORT*", "A-03", "GREEN", "TOT-2")
    page.offline("A-01", "RED", "*QTY+1*", "TOT-1", "RED", "TOT-2")
    assert page.task is None
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now("BUFFER/TOT-1 BLUE 1\nBUFFER/TOT-1 RED 2\nBUFFER/TOT-2 GREEN 1\nBUFFER/TOT-2 RED 1")


def test_goods_that_came_since_are_not_written_off(floor: Floor, page: GoingOn) -> None:
    """He missed three where three should have been; the fifty that are put there before he is back he never saw."""
    page.offline("A-01", "*SHORT*", "*SHORT*")
    floor.put_stock("A-01 RED 50")
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now("A-01 RED 50\nA-02 BLUE 4 held 4\nA-03 GREEN 2 held 2")


def test_neither_are_they_from_a_cart(floor: Floor) -> None:
    floor.put_stock("A-01 RED 2\nA-02 BLUE 1")
    floor.order("42", RED=2, BLUE=1)
    page = GoingOn(floor.handheld("EMP-2"))
    page.online("*CART*", "T-1", "A-01")
    page.offline("*SHORT*", "*SHORT*")
    floor.put_stock("A-01 RED 50")
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now("A-01 RED 50\nA-02 BLUE 1 held 1")


def test_what_was_asked_with_network_is_answered_without(floor: Floor, page: GoingOn) -> None:
    page.online("A-01")
    page.asks_online("*SHORT*")
    page.offline("*SHORT*", "A-02", "BLUE", "*QTY+3*", "A-03", "GREEN", "GREEN")
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now("BUFFER/TOT-1 BLUE 4\nBUFFER/TOT-1 GREEN 2")


def test_so_is_what_was_asked_without_network_dropped_and_undone_twice(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01", "*SHORT*", "RED", "*UNDO*", "*UNDO*", "A-01", "RED", "*QTY+2*")
    page.drain()
    assert page.refused + page.corrected == []
    assert page.screen["where"] == "A-02"
