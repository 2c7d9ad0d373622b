"""What a device could not deliver is on the supervisors' board, once, and somebody settles it."""

from typing import Any

import pytest
from sqlalchemy import select

from scanner_ui.words import words
from tests.office.scene import post, signed_in
from tests.support.floor import Floor, Handheld
from wms.kernel.identity import uuid7
from wms.tasks.tables import ExceptionCaseRow, ExceptionScanRow


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One engine: cases are written as in `test_exceptions`, which runs on both."""
    return sqlite_database_url


@pytest.fixture
def hand(floor: Floor) -> Handheld:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1")
    return hand


def undelivered(hand: Handheld, raw: str, status: int = 500, **more: Any) -> dict[str, Any]:
    task = {"task_id": hand.task["id"]} if hand.task else {}
    return {"scan_id": str(uuid7()), "raw": raw, "at": "2026-11-05T10:00:00+08:00", "status": status} | task | more


def hand_in(hand: Handheld, *scans: dict[str, Any]) -> list[dict[str, Any]]:
    answer = hand.client.post(
        "/api/v1/set-aside", json={"device": hand.device, "scans": scans}, headers={"X-CSRF-Token": hand.csrf_token}
    )
    assert answer.status_code == 200, answer.text
    taken: list[dict[str, Any]] = answer.json["taken"]
    return taken


def rows(floor: Floor) -> list[tuple[int, str, str, str]]:
    statement = (
        select(ExceptionCaseRow.number, ExceptionCaseRow.about, ExceptionScanRow.raw, ExceptionScanRow.details)
        .join(ExceptionScanRow, ExceptionScanRow.case_id == ExceptionCaseRow.id)
        .order_by(ExceptionScanRow.position)
    )
    return floor.database.reading(lambda session: [tuple(row) for row in session.execute(statement)])


def test_scans_of_one_task_are_one_case_however_often_they_are_handed_in(floor: Floor, hand: Handheld) -> None:
    first, second = undelivered(hand, "LOC-A-01"), undelivered(hand, "SKU-RED", 0)
    taken = hand_in(hand, first)
    assert hand_in(hand, first, second)[0] == taken[0]
    assert taken[0]["said"] == "Not booked. Case 1 is with your supervisor."
    assert rows(floor) == [(1, "42", "LOC-A-01", '{"status": 500}'), (1, "42", "SKU-RED", '{"status": 0}')]
    floor.stock.is_now("A-01 RED 10 held 2")


def test_a_scan_that_was_judged_after_all_needs_nobody(floor: Floor, hand: Handheld) -> None:
    scan_id = str(uuid7())
    hand.scan("A-01", scan_id=scan_id)
    assert hand_in(hand, undelivered(hand, "LOC-A-01", scan_id=scan_id))[0]["exception"] is None
    assert rows(floor) == []
    other = hand_in(hand, undelivered(hand, "LOC-A-02", 409, scan_id=scan_id))[0]
    assert other["exception"]["number"] == 1, "another code under the same id is another scan"


def test_it_does_not_count_after_it_was_handed_in(floor: Floor, hand: Handheld) -> None:
    """Its case would tell a supervisor to settle by hand what the books had by then."""
    scan_id = str(uuid7())
    task = hand.task or {}
    taken = hand_in(hand, undelivered(hand, "LOC-A-01", scan_id=scan_id))
    shown = {"outcome": "accepted", "code": "place_ok", "step": "scan_item", "task_id": None}
    late = hand.scan("A-01", scan_id=scan_id, judged_here=shown, made_offline=True)
    assert (late["outcome"], late["code"], late["replayed"]) == ("refused", "set_aside", True)
    assert late["exception"] == taken[0]["exception"]
    assert len(rows(floor)) == 1
    again = floor.handheld("EMP-2")
    assert (again.screen["step"], dict(again.task or {})["version"]) == ("scan_place", task["version"])


def test_neither_does_one_outside_any_task(floor: Floor) -> None:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    hand = floor.handheld("EMP-2")
    scan_id = str(uuid7())
    hand_in(hand, undelivered(hand, "TOT-1", scan_id=scan_id))
    assert hand.scan("T-1", scan_id=scan_id)["code"] == "set_aside"
    assert hand.scan("T-1")["screen"]["step"] == "scan_place"


def test_a_supervisor_sees_it_with_the_reason_and_settles_it(floor: Floor, hand: Handheld) -> None:
    hand_in(hand, undelivered(hand, "LOC-A-01", 400))
    client = signed_in(floor)
    page = client.get("/office/exceptions").text
    assert words("en").sentence("set_aside", {"status": 400}).title in page
    assert "LOC-A-01" in page
    case = floor.database.reading(lambda session: session.scalars(select(ExceptionCaseRow)).one())
    post(client, f"/office/exceptions/{case.id}/reopen", to="/office/exceptions")
    assert "Nothing waits." in client.get("/office/exceptions").text
    assert floor.handheld("EMP-3").scan("T-1")["task"]["id"] == str(case.task_id)


def test_outside_any_task_and_without_a_person(floor: Floor) -> None:
    hand = floor.handheld("EMP-2")
    assert hand_in(hand, undelivered(hand, "TOT-1"))[0]["exception"]["number"] == 1
    body = {"device": "TC21", "scans": [undelivered(hand, "TOT-1")]}
    assert floor.app.test_client().post("/api/v1/set-aside", json=body).status_code == 401
