"""Exceptions on the supervisors' board: they show what happened, each is settled once, and the stock is right then."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.office.scene import post, signed_in
from tests.support.floor import Floor, opened_floor
from tests.support.offline import GoingOn
from wms.access.tables import AuditRow
from wms.tasks.tables import ExceptionCaseRow

FIELD = re.compile(r'name="((?:found|booked) [^"]+)"(?: value="(\d+)"| value="(\d+)" inputmode)')
EXCEPTIONS = "/office/exceptions"


@pytest.fixture
def floor(database_url: str, tmp_path):  # type: ignore[no-untyped-def]
    """A warehouse without customs: what is refused here is about work and not about papers."""
    with opened_floor(database_url, tmp_path, "none") as opened:
        yield opened


@pytest.fixture
def page(floor: Floor) -> GoingOn:
    """A picker without network who has taken two RED from A-01 and one BLUE from A-02 for order 42."""
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    page = GoingOn(floor.handheld("EMP-2"))
    page.online("T-1")
    page.offline("A-01", "RED", "RED", "A-02", "BLUE")
    return page


COUNTED = "A-01 RED 8 held 2\nA-02 BLUE 4 held 1\nPROBLEM RED 2\nPROBLEM BLUE 1"
UNTOUCHED = "A-01 RED 10 held 2\nA-02 BLUE 5 held 1"


def take_away(floor: Floor, client: FlaskClient) -> None:
    """Press the button beside the one task there is."""
    path = re.search(r'action="(/office/tasks/[^"]+/take-away)"', client.get("/office/leases").text)
    assert path is not None
    answer = post(client, path[1], to="/office/leases")
    assert answer.headers["Location"] == "/office/leases?said=task_taken_from"


def case_of(floor: Floor) -> ExceptionCaseRow:
    return floor.database.reading(lambda session: session.scalars(select(ExceptionCaseRow)).one())


def trail(floor: Floor) -> list[str]:
    statement = select(AuditRow.what).where(AuditRow.who == "EMP-1", AuditRow.what != "signed_in")
    return floor.database.reading(lambda session: list(session.scalars(statement.order_by(AuditRow.id))))


def fields(client: FlaskClient) -> dict[str, str]:
    """The form of the count as it is drawn."""
    return {name: one or other for name, one, other in FIELD.findall(unescape(client.get(EXCEPTIONS).text))}


def said(answer) -> str:  # type: ignore[no-untyped-def]
    return str(answer.headers["Location"]).partition("said=")[2]


def test_a_case_is_shown_with_its_scans_and_counted_on_the_board(floor: Floor, page: GoingOn) -> None:
    client = signed_in(floor)
    assert "Nothing waits." in client.get(EXCEPTIONS).text
    take_away(floor, client)
    page.drain()
    text = client.get(EXCEPTIONS).text
    for word in ("No. 1", "Chen Yu", "LOC-A-01", "1 × Red brush: A-01 → BUFFER/TOT-1", "A supervisor took this task"):
        assert word in text
    assert "<b>1</b> <span>Refused too late</span>" in client.get("/office").text
    assert "nobody" in client.get("/office/leases").text


def test_discarding_books_nothing_and_is_done_once(floor: Floor, page: GoingOn) -> None:
    client = signed_in(floor)
    take_away(floor, client)
    page.drain()
    path = f"{EXCEPTIONS}/{case_of(floor).id}"
    assert said(post(client, f"{path}/discard", to=EXCEPTIONS)) == "case_discarded"
    assert said(post(client, f"{path}/discard", to=EXCEPTIONS)) == "case_settled"
    assert said(post(client, f"{path}/reopen", to=EXCEPTIONS)) == "case_settled"
    assert said(post(client, f"{path}/count", to=EXCEPTIONS, **fields(client))) == "case_settled"
    assert trail(floor) == ["task_taken_away", "exception_discarded"]
    floor.stock.is_now(UNTOUCHED)
    assert "Nothing waits." in client.get(EXCEPTIONS).text
    assert "discarded" in client.get(f"{EXCEPTIONS}?settled=1").text


def test_counting_in_books_what_lies_where(floor: Floor, page: GoingOn) -> None:
    client = signed_in(floor)
    take_away(floor, client)
    page.drain()
    path = f"{EXCEPTIONS}/{case_of(floor).id}/count"
    seen = fields(client)
    assert sorted(seen.values()) == sorted(["10", "8", "5", "4", "0", "2", "0", "1"]), "prefilled with what was shown"
    assert said(post(client, path, to=EXCEPTIONS, **seen)) == "case_counted"
    # The tote is the order's, which will be picked by the books: its goods wait at the problem place.
    floor.stock.is_now(COUNTED)
    assert said(post(client, path, to=EXCEPTIONS, **seen)) == "case_settled"
    assert trail(floor) == ["task_taken_away", "exception_counted"]


def test_a_count_that_cannot_be_right_changes_nothing(floor: Floor, page: GoingOn) -> None:
    client = signed_in(floor)
    take_away(floor, client)
    page.drain()
    path = f"{EXCEPTIONS}/{case_of(floor).id}/count"
    seen = fields(client)
    shelf = next(name for name, value in seen.items() if name.startswith("found") and value == "8")
    assert said(post(client, path, to=EXCEPTIONS, **{**seen, shelf: "many"})) == "case_not_counted"
    assert said(post(client, path, to=EXCEPTIONS)) == "case_not_counted"
    assert said(post(client, path, to=EXCEPTIONS, **{**seen, shelf: "1"})) == "case_promised"
    floor.stock.is_now(UNTOUCHED)
    nonsense = {"found nonsense": "1", "found 1 2 3 4": "1", "booked 1 2 3 4": "1", "found": "", "to": EXCEPTIONS}
    assert said(post(client, path, **{**seen, **nonsense})) == "case_counted", "what nobody asked for is not looked at"
    floor.stock.is_now(COUNTED)


def test_a_count_of_an_hour_ago_is_refused(floor: Floor, page: GoingOn) -> None:
    client = signed_in(floor)
    take_away(floor, client)
    page.drain()
    seen = fields(client)
    floor.put_stock("A-01 RED 1")
    answer = post(client, f"{EXCEPTIONS}/{case_of(floor).id}/count", to=EXCEPTIONS, **seen)
    assert said(answer) == "case_stock_moved"
    assert case_of(floor).settled_at is None


def test_the_task_is_done_again_by_whoever_comes(floor: Floor, page: GoingOn) -> None:
    other = floor.handheld("EMP-3")
    other.scan("T-1")
    other.scan("T-1")
    page.drain()
    client = signed_in(floor)
    path = f"{EXCEPTIONS}/{case_of(floor).id}/reopen"
    assert said(post(client, path, to=EXCEPTIONS)) == "case_reopened"
    assert page.hand.scan("*PICK*", task_id=None, task_version=None)["code"] == "task_resumed"
    page.hand.scans("A-01", "RED", "RED", "A-02", "BLUE")
    floor.stock.is_now("A-01 RED 8\nA-02 BLUE 4\nBUFFER/TOT-1 RED 2\nBUFFER/TOT-1 BLUE 1")


def test_a_task_that_is_done_is_not_done_again(floor: Floor, page: GoingOn) -> None:
    other = floor.handheld("EMP-3")
    other.scan("T-1")
    other.scan("T-1")
    page.drain()
    other.scans("A-01", "RED", "RED", "A-02", "BLUE")
    client = signed_in(floor)
    assert "Do the rest again" not in client.get(EXCEPTIONS).text
    answer = post(client, f"{EXCEPTIONS}/{case_of(floor).id}/reopen", to=EXCEPTIONS)
    assert said(answer) == "case_task_done"
    assert case_of(floor).settled_at is None


def test_a_task_is_taken_away_once_and_one_laid_ready_goes_back_to_the_queue(floor: Floor) -> None:
    floor.put_stock("A-01 RED 10")
    for number in ("41", "42"):
        floor.order(number, RED=1)
    page = GoingOn(floor.handheld("EMP-2"))
    page.online("T-1")
    assert [laid["screen"]["title"] for laid in page.next] == ["Pick 42"]
    client = signed_in(floor)
    text = client.get("/office/leases").text
    assert text.count("Take away</button>") == 2
    assert "laid ready" in text
    laid = page.next[0]["task"]["id"]
    path = f"/office/tasks/{laid}/take-away"
    assert said(post(client, path, to="/office/leases")) == "task_taken_from"
    assert said(post(client, path, to="/office/leases")) == "lease_ended"
    assert trail(floor) == ["task_taken_away"]
    assert floor.handheld("EMP-3").scan("T-2")["screen"]["title"] == "Pick 42"
    page.offline("A-01", "RED", "*NEXT*", "T-3", "A-01", "RED")
    assert [reply["code"] for reply in page.drain()][2:] == ["task_done"] * 4
    floor.stock.is_now("A-01 RED 9 held 1\nBUFFER/TOT-1 RED 1")


def test_only_supervisors_settle(floor: Floor, page: GoingOn) -> None:
    client = signed_in(floor, "EMP-2")
    assert client.get(EXCEPTIONS).status_code == 403
    assert client.get("/office/leases").status_code == 403
