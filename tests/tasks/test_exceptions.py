"""What is refused after a handheld has shown it as good is kept whole, and nothing of it is booked."""

import msgspec
import pytest
from sqlalchemy import select, update

from tests.support.floor import Floor, code_of
from tests.support.offline import GoingOn
from wms.orders.lookup import orders_by_number
from wms.orders.service import cancel_order
from wms.stock.model import Transfer
from wms.tasks.tables import ExceptionCaseRow, ExceptionScanRow, TaskRow
from wms.tasks.task import NOBODY


@pytest.fixture
def page(floor: Floor) -> GoingOn:
    """A picker on his way to the first of two shelves, with two RED and one BLUE to pick into TOT-1."""
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    page = GoingOn(floor.handheld("EMP-2"))
    page.online("T-1")
    return page


BOOKED = "A-01 RED 8\nA-02 BLUE 4\nBUFFER/TOT-1 RED 2\nBUFFER/TOT-1 BLUE 1"
UNTOUCHED = "A-01 RED 10 held 2\nA-02 BLUE 5 held 1"


def cases(floor: Floor) -> list[ExceptionCaseRow]:
    return floor.database.reading(lambda session: list(session.scalars(select(ExceptionCaseRow))))


def scans(floor: Floor) -> list[ExceptionScanRow]:
    statement = select(ExceptionScanRow).order_by(ExceptionScanRow.position)
    return floor.database.reading(lambda session: list(session.scalars(statement)))


def moved(scan: ExceptionScanRow) -> list[int]:
    return [transfer.quantity for transfer in msgspec.json.decode(scan.moves, type=list[Transfer])]


def take_away(floor: Floor) -> None:
    statement = update(TaskRow).values(operator_id=NOBODY, leased_until=floor.clock.now(), version=TaskRow.version + 1)
    floor.database.in_transaction(lambda session: session.execute(statement) and None)


def test_a_whole_task_without_network_is_booked_when_it_is_back(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01", "RED", "RED", "A-02", "BLUE")
    assert page.screen["screen"] == "home"
    floor.stock.is_now(UNTOUCHED)
    assert [reply["code"] for reply in page.drain()][-1] == "task_complete"
    floor.stock.is_now(BOOKED)
    assert cases(floor) == []


def test_the_same_batch_twice_is_booked_once(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01", "RED", "RED", "A-02", "BLUE")
    page.hand.post({"scans": page.queue})
    assert all(reply["replayed"] for reply in page.drain())
    floor.stock.is_now(BOOKED)


def test_what_comes_too_late_becomes_one_case_with_all_its_scans(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01", "RED", "RED", "A-02", "BLUE")
    take_away(floor)
    replies = page.drain()
    (case,) = cases(floor)
    assert {reply["exception"]["id"] for reply in replies} == {str(case.id)}
    assert replies[0]["exception"]["number"] == case.number == 1
    assert (case.workflow, case.about, case.device) == ("picking", "42", page.hand.device)
    assert [(scan.position, scan.raw, scan.code) for scan in scans(floor)][:2] == [
        (1, "LOC-A-01", "task_taken_away"),
        (2, code_of("RED"), "task_taken_away"),
    ]
    assert [moved(scan) for scan in scans(floor)] == [[], [1], [1], [], [1]]
    floor.stock.is_now(UNTOUCHED)


def test_the_answer_to_a_scan_that_is_sent_again_names_its_case(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01")
    take_away(floor)
    first = page.hand.post(page.queue[0]).json
    again = page.hand.post(page.queue[0]).json
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["exception"] == again["exception"] != None  # noqa: E711
    assert len(scans(floor)) == 1


def test_what_was_taken_back_here_moves_back(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01", "RED", "*UNDO*", "RED", "RED", "*UNDO*", "*UNDO*", "RED")
    take_away(floor)
    page.drain()
    assert [moved(scan) for scan in scans(floor)] == [[], [1], [1], [1], [1], [1], [1], [1]]
    (first, back) = (msgspec.json.decode(scan.moves, type=list[Transfer])[0] for scan in scans(floor)[1:3])
    assert (back.source, back.target) == (first.target, first.source)


def test_undo_without_network_is_exact_where_nothing_was_refused(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01", "RED", "*UNDO*", "RED", "RED", "A-02", "BLUE", "*UNDO*", "BLUE")
    page.drain()
    floor.stock.is_now(BOOKED)
    assert cases(floor) == []


def test_an_undo_never_takes_back_another_scan_than_was_meant(floor: Floor, page: GoingOn) -> None:
    page.online("A-01", "RED")
    page.offline("RED", "*UNDO*")
    lost = page.queue.pop(0)
    assert page.hand.post(page.queue[0]).json["code"] == "task_moved_on", lost
    floor.stock.is_now("A-01 RED 9 held 1\nA-02 BLUE 5 held 1\nBUFFER/TOT-1 RED 1")
    bare = {**page.queue[0], "scan_id": lost["scan_id"], "task_id": None, "task_version": None}
    assert page.hand.post(bare).json["code"] == "task_moved_on"


def test_an_order_cancelled_meanwhile(floor: Floor, page: GoingOn) -> None:
    page.offline("A-01", "RED", "RED", "A-02", "BLUE")

    def cancel(session: object) -> None:
        order = orders_by_number(session, floor.warehouse_id, "42")[0]  # type: ignore[arg-type]
        assert cancel_order(session, floor.warehouse_id, order.id, now=floor.clock.now()) is None  # type: ignore[arg-type]

    floor.database.in_transaction(cancel)
    codes = [reply["code"] for reply in page.drain()]
    assert codes == ["place_ok", "order_cancelled", *["task_done"] * 3]
    assert moved(scans(floor)[0]) == [1], "the scan that ended the task, too"
    assert cases(floor)[0].about == "42"
    floor.stock.is_now("A-01 RED 10\nA-02 BLUE 5")


def test_a_scan_that_was_only_asked_about_is_an_exception_too(floor: Floor, page: GoingOn) -> None:
    page.online("A-01")
    page.offline("RED")
    other = floor.handheld("EMP-3")
    other.scan("T-1")
    other.scan("T-1")
    (reply,) = page.drain()
    assert (reply["code"], reply["exception"]["number"]) == ("task_taken", 1)
    assert [moved(scan) for scan in scans(floor)] == [[1]]


def test_a_case_of_no_task(floor: Floor, page: GoingOn) -> None:
    shown = {"outcome": "accepted", "code": "next_task", "step": "scan_tote"}
    for _ in range(2):
        page.hand.scan("T-9", task_id=None, task_version=None, judged_here=shown, made_offline=True)
    (case,) = cases(floor)
    assert (case.task_id, len(scans(floor))) == (None, 2)


def test_what_was_shown_as_refused_or_not_at_all_is_no_exception(floor: Floor, page: GoingOn) -> None:
    shown = {"outcome": "refused", "code": "wrong_place", "step": "scan_place"}
    assert page.hand.scan("A-02", judged_here=shown)["exception"] is None
    assert page.hand.scan("A-02")["exception"] is None
    assert cases(floor) == []
