"""A scan whose answer the network took away: judged on the handheld after all, and what it was told there holds."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from tests.support.floor import Floor, code_of
from tests.support.offline import GoingOn
from wms.tasks.tables import ExceptionScanRow


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One engine: what is written here is written by rooms that have tests on both."""
    return sqlite_database_url


@pytest.fixture
def page(floor: Floor) -> GoingOn:
    """A picker who has taken the first of three units, and stands before the second."""
    floor.put_stock("A-01 RED 3\nA-02 BLUE 4")
    floor.order("42", RED=2, BLUE=1)
    page = GoingOn(floor.handheld("EMP-2"))
    page.look_again()
    page.online("T-1", "A-01", "RED")
    return page


REST = ("RED", "A-02", "BLUE")
PICKED = "A-01 RED 1\nA-02 BLUE 3\nBUFFER/TOT-1 RED 2\nBUFFER/TOT-1 BLUE 1"


def case(floor: Floor) -> Sequence[tuple[str, str]]:
    """What is before a supervisor: the codes scanned, and why they were refused."""
    rows = select(ExceptionScanRow.raw, ExceptionScanRow.code).order_by(ExceptionScanRow.position)
    return [(raw, code) for raw, code in floor.database.reading(lambda session: session.execute(rows).all())]


def test_what_is_wrong_changes_nothing(floor: Floor, page: GoingOn) -> None:
    for wrong in ("BLUE", "A-02", "4006381333931", "*NOSUCH*", "*HELP*"):
        for arrived in (False, True):
            assert not page.loses_the_answer(wrong, arrived=arrived)
    page.offline(*REST)
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now(PICKED)


@pytest.mark.parametrize(("card", "then"), [("*UNDO*", REST), ("*SHORT*", ("*UNDO*", *REST)), ("*QTY+1*", REST[1:])])
def test_what_leaves_the_path_counts_once(floor: Floor, page: GoingOn, card: str, then: tuple[str, ...]) -> None:
    if card == "*UNDO*":
        page.offline("RED")
        page.drain()
    assert page.loses_the_answer(card, arrived=True)
    page.offline(*then)
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now(PICKED)


def test_a_question_is_forgotten_with_the_wrong_scan_behind_it(floor: Floor, page: GoingOn) -> None:
    for arrived in (False, True):
        page.asks_online("*SHORT*")
        assert not page.loses_the_answer("BLUE", arrived=arrived)
        page.offline("*SHORT*", "*UNDO*")
        assert [reply["outcome"] for reply in page.drain()] == ["refused", "confirm", "accepted"]
    page.offline(*REST)
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now(PICKED)


def test_a_question_left_for_something_wrong_is_none_of_what_is_taken_back(floor: Floor, page: GoingOn) -> None:
    for wrong in ("GREEN", "*HELP*"):
        page.offline("RED", "A-02", "*SHORT*")
        page.drain()
        page.wrong_online(wrong)
        page.offline("*UNDO*", "*UNDO*")
        page.drain()
    page.offline(*REST)
    page.drain()
    assert page.refused + page.corrected == []
    floor.stock.is_now(PICKED)


def test_what_he_was_told_does_not_count_never_will(floor: Floor, page: GoingOn) -> None:
    """Right on the server, for which it came too late: he has done something else since."""
    assert not page.loses_the_answer("*HOME*", arrived=False)
    assert not page.loses_the_answer("*RETURN*", arrived=False)
    page.offline(*REST)
    answers = page.drain()
    assert [reply["code"] for reply in answers[:2]] == ["refused_offline"] * 2
    assert answers[0]["message"]["title"] == "Not counted: the network was gone."
    assert page.refused + page.corrected == []
    floor.stock.is_now(PICKED)


def test_what_had_counted_before_is_corrected_and_stock_is_right(floor: Floor, page: GoingOn) -> None:
    assert not page.loses_the_answer("*RETURN*", arrived=True)
    page.offline(*REST)
    page.drain()
    assert [reply["code"] for reply in page.corrected] == ["confirm_return"]
    assert case(floor)[0] == (code_of("RED"), "task_moved_on")
    floor.stock.is_now("A-01 RED 2 held 1\nA-02 BLUE 4 held 1\nBUFFER/TOT-1 RED 1")


def test_who_had_gone_home_is_back_with_his_next_scan(floor: Floor, page: GoingOn) -> None:
    assert not page.loses_the_answer("*HOME*", arrived=True)
    page.offline(*REST)
    page.drain()
    assert ([reply["code"] for reply in page.corrected], page.refused) == (["at_home"], [])
    floor.stock.is_now(PICKED)


def test_what_went_back_as_he_went_home_is_held_no_more(floor: Floor) -> None:
    floor.put_stock("A-01 RED 3")
    for number in ("42", "43", "44"):
        floor.order(number, RED=1)
    page = GoingOn(floor.handheld("EMP-2"))
    page.look_again()
    page.online("*NEXT*", "T-1")
    assert len(page.next) == 2
    assert page.loses_the_answer("*HOME*", arrived=True)
    page.drain()
    assert (page.refused + page.corrected, page.next) == ([], [])
    page.online("*NEXT*", "A-01", "RED", "*NEXT*", "T-2", "A-01", "RED")
    assert case(floor) == []


def test_what_cannot_be_taken_back_never_happens_behind_his_back(floor: Floor) -> None:
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S")
    page = GoingOn(hand)
    page.look_again()
    assert not page.loses_the_answer("150g", arrived=False), "only the server closes a parcel"
    (answer,) = page.drain()
    assert (answer["code"], answer["screen"]["step"]) == ("refused_offline", page.screen["step"])
    assert page.online("150g")["code"] == "parcel_closed"


def test_a_task_that_is_gone_says_so(floor: Floor, page: GoingOn) -> None:
    assert not page.loses_the_answer("BLUE", arrived=False)
    another = floor.handheld()
    assert [another.scan("T-1")["outcome"] for _ in range(2)] == ["confirm", "accepted"]
    (answer,) = page.drain()
    assert (answer["code"], answer["task"]) == ("task_taken", None)


def test_at_home_too(floor: Floor) -> None:
    page = GoingOn(floor.handheld("EMP-2"))
    page.look_again()
    assert not page.loses_the_answer("*PICK*", arrived=False)
    (answer,) = page.drain()
    assert (answer["outcome"], answer["code"], answer["task"]) == ("refused", "refused_offline", None)


def test_what_was_refused_before_it_was_shown_as_good_is_the_first_of_its_case(floor: Floor) -> None:
    floor.put_stock("A-01 RED 3")
    floor.order("42", RED=1)
    floor.order("43", RED=1)
    floor.handheld("EMP-3").scans("T-9")
    page = GoingOn(floor.handheld("EMP-2"))
    page.look_again()
    page.online("*NEXT*")
    assert page.loses_the_answer("T-9", arrived=True), "any tote will do, as far as is known here"
    page.offline("A-01", "RED")
    first, *_ = page.drain()
    assert (first["replayed"], first["code"]) == (True, case(floor)[0][1])
    assert [raw for raw, _ in case(floor)] == ["TOT-9", "LOC-A-01", code_of("RED")]
