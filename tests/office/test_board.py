"""The board: every number is the length of the list it leads to, whatever is in the building."""

import re
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import event

from tests.office.scene import second_warehouse
from tests.support.customs_hand import withdraw
from tests.support.floor import Floor
from wms.office.listing import COUNT_LIMIT, Count

_FIGURE = re.compile(r'<a class="figure[^"]*" href="([^"]+)"><b>([^<]+)</b> <span>([^<]+)</span>')
_CELL = re.compile(r'<a href="(/office/tasks/[^"]+)">([0-9]+)</a>')
_LENGTH = re.compile(r'<b class="count">([^<]+)</b>')
_ROW = re.compile(r"<tr[ >]|<li[^>]*>\s*<div>")


def figures(client: FlaskClient) -> list[tuple[str, str, str]]:
    """Address, number and words of every figure on the board."""
    return [
        (unescape(path), number, unescape(words)) for path, number, words in _FIGURE.findall(client.get("/office").text)
    ]


def by_words(client: FlaskClient) -> dict[str, str]:
    return {f"{path.removeprefix('/office/')}": number for path, number, _ in figures(client)}


def test_an_empty_building_has_a_calm_board(floor: Floor, client: FlaskClient) -> None:
    numbers = figures(client)
    assert len(numbers) > 25
    assert {number for _, number, _ in numbers} == {"0"}
    assert "All quiet" in client.get("/office").text
    assert "Nobody has begun anything" in client.get("/office").text


def test_every_number_is_the_length_of_its_list(busy: Floor, client: FlaskClient) -> None:
    shown = figures(client) + [(path, number, "") for path, number in _CELL.findall(client.get("/office").text)]
    assert len(shown) > 40
    for path, number, words in shown:
        listed = client.get(path).text
        length = _LENGTH.search(listed)
        assert length is not None, path
        assert length[1] == number, (path, words)
        body = listed[listed.index('<main id="main"') :]
        rows = len(_ROW.findall(body.split("<tbody>")[1])) if "<tbody>" in body else len(_ROW.findall(body))
        nothing = 'class="empty"' in body
        assert rows - (nothing and "<tbody>" in body) == int(number), path


def test_the_numbers_of_a_busy_day(busy: Floor, client: FlaskClient) -> None:
    numbers = by_words(client)
    expected = {
        "orders/new": "0",
        "orders/allocated": "2",
        "orders/picking": "1",
        "orders/packing": "1",
        "orders/packed": "2",
        "orders/left-today": "1",
        "orders/late": "1",
        "orders/due-soon": "1",
        "orders/short": "1",
        "short-lines/open": "2",
        "parcels/caged": "1",
        "parcels/staged": "1",
        "parcels/left-today": "1",
        "customs/released-today": "2",
        "unknown-arrivals/open": "1",
        "messages/parked": "1",
        "people/locked": "1",
        "stock?expiring=1": "1",
    }
    assert {name: numbers[name] for name in expected} == expected


def test_a_parcel_that_turns_red_on_its_lane_is_on_the_board_at_once(busy: Floor, client: FlaskClient) -> None:
    assert by_words(client)["parcels/red"] == "0"
    withdraw(busy, "42")
    assert by_words(client)["parcels/red"] == "1"
    listed = client.get("/office/parcels/red").text
    assert busy.parcel("42").tracking_no in listed
    assert "LANE-2" in listed
    assert "inspection" in listed


def test_open_tasks_by_person_and_work(busy: Floor, client: FlaskClient) -> None:
    rows = re.findall(r'<th scope="row">(\w+ \w+) .*?</tr>', client.get("/office").text, re.DOTALL)
    assert rows == ["Ana Sousa", "Ben Okoro", "Chen Yu", "Li Wei"], "by name: this is no ranking"
    cells = dict(_CELL.findall(client.get("/office").text))
    assert cells["/office/tasks/receiving?q=EMP-3"] == "1"
    assert cells["/office/tasks/packing?q=EMP-4"] == "1"
    assert cells["/office/tasks/picking?q=EMP-2"] == "1"


def test_another_warehouse_is_not_seen(busy: Floor, client: FlaskClient) -> None:
    before = figures(client)
    second_warehouse(busy)
    assert figures(client) == before


def test_the_board_costs_a_bounded_number_of_statements(busy: Floor, client: FlaskClient) -> None:
    client.get("/office")
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(busy.database.engine, "before_cursor_execute", note)
    client.get("/office")
    event.remove(busy.database.engine, "before_cursor_execute", note)
    selects = [statement for statement in statements if statement.startswith("SELECT")]
    assert 30 <= len(selects) <= 55
    counts = [statement for statement in selects if "count(*)" in statement]
    assert all("LIMIT" in statement for statement in counts), "a count without a limit grows with the past"


def test_numbers_are_written_for_people() -> None:
    assert str(Count(1234)) == "1\u202f234"
    assert str(Count(COUNT_LIMIT, is_more=True)) == "10\u202f000+"


def test_only_what_changed_is_sent(busy: Floor, client: FlaskClient) -> None:
    part = client.get("/office", headers={"X-Fragment": "main"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert part.text.strip() in client.get("/office").text
    assert part.headers["X-As-Of"]
    same = client.get("/office", headers={"X-Fragment": "main", "If-None-Match": part.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["X-As-Of"]
    busy.order("99", RED=1)
    changed = client.get("/office", headers={"X-Fragment": "main", "If-None-Match": part.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != part.headers["ETag"]
    assert "X-Fragment" in changed.headers["Vary"]


def test_pages_bring_no_script_or_style_of_their_own(busy: Floor, client: FlaskClient) -> None:
    for path in ("/office", "/office/orders/all", "/office/stock", "/office/messages/parked", "/office/order/42",
                 "/office/people/locked", "/office/barcodes", "/office/sign-in"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.text), path
