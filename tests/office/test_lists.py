"""Lists and stock: paged, searched, and saying what each row is."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.floor import Floor, gtin_of
from wms.office.inside import TASKS
from wms.office.listing import PAGE_LENGTH, Scope, page_of
from wms.orders.tables import OrderRow


def first_column(text: str) -> list[str]:
    """What stands in the first column of the table of a page."""
    body = text.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [re.sub(r"<[^>]+>", "", row.split("</td>")[0]).strip() for row in re.split(r"<tr[^>]*>", body)[1:]]


def column(text: str, heading: str) -> list[str]:
    cells = re.findall(rf'data-heading="{heading}"[^>]*>(.*?)</td>', text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


def test_a_list_says_what_each_row_is(busy: Floor, client: FlaskClient) -> None:
    text = client.get("/office/orders/all").text
    assert set(first_column(text)) == {"41", "42", "43", "44", "45", "46", "47", "48"}
    stages = dict(zip(first_column(text), column(text, "Stage"), strict=True))
    assert stages == {
        "41": "left", "42": "packed", "43": "packed", "44": "packing", "45": "picking", "46": "to pick",
        "47": "short", "48": "to pick",
    }  # fmt: skip
    late = client.get("/office/orders/late").text
    assert first_column(late) == ["45"]
    assert '<time class="state look"' in late


def test_parcels_and_customs_lists(busy: Floor, client: FlaskClient) -> None:
    caged = client.get("/office/parcels/caged").text
    assert first_column(caged) == [busy.parcel("43").tracking_no]
    assert column(caged, "Place") == ["CAGE-1"]
    assert column(client.get("/office/parcels/staged").text, "Load") == ["LOD-2"]
    released = client.get("/office/customs/released-today").text
    assert sorted(first_column(released)) == ["41", "42"]


def test_searching_a_list(busy: Floor, client: FlaskClient) -> None:
    assert first_column(client.get("/office/orders/all?q=4").text) != []
    assert first_column(client.get("/office/orders/all?q=47").text) == ["47"]
    assert "answers to “nope”" in client.get("/office/orders/all?q=nope").text
    assert "answers to “&lt;b&gt;”" in client.get("/office/orders/all?q=<b>").text
    assert client.get("/office/orders/all?q=%25").text.count('class="empty"') == 1, "a percent sign is no joker"


def test_a_badge_is_not_the_beginning_of_another(busy: Floor, client: FlaskClient) -> None:
    assert first_column(client.get("/office/tasks/all?q=EMP-3").text) == ["Ana Sousa"]
    assert "answers to “EMP”" in client.get("/office/tasks/all?q=EMP").text


def test_a_list_that_does_not_exist(floor: Floor, client: FlaskClient) -> None:
    for path in ("orders/nothing", "nothing/all", "messages/nothing", "order/4711"):
        assert client.get(f"/office/{path}").status_code == 404, path


def test_pages(floor: Floor, client: FlaskClient) -> None:
    for number in range(PAGE_LENGTH + 3):
        floor.order(f"P{number:03d}", GREEN=1)
    first = client.get("/office/orders/short").text
    assert len(first_column(first)) == PAGE_LENGTH
    assert "1–50 of 53" in first
    second = client.get("/office/orders/short?page=2").text
    assert len(first_column(second)) == 3
    assert not set(first_column(first)) & set(first_column(second))
    for nonsense in ("999", "-1", "x", "0", "99999999999999999999"):
        assert client.get(f"/office/orders/short?page={nonsense}").status_code == 200
    assert first_column(client.get("/office/orders/short?page=999").text) == first_column(second)
    assert len(first_column(client.get("/office/orders/short?q=P00").text)) == 10


def test_stock_by_product_and_place(busy: Floor, client: FlaskClient) -> None:
    text = client.get("/office/stock").text
    cream = first_column(text).index("CREAM")
    row = {
        heading: column(text, heading)[cream] for heading in ("Place", "Lot", "Best before", "On hand", "Held", "Free")
    }
    assert list(row.values()) == ["A-03 pick shelf", "L2607", "2026-11-20", "8", "1", "7"]
    in_tote = column(text, "Container").index("TOT-4")
    assert column(text, "Free")[in_tote] == "–", "what lies in a tote is promised to nobody else"
    assert "SUPPLIER" not in text


SEARCHES = {
    "red": {"RED"},
    "SKU-RED": {"RED"},
    "SKU-A-01": set(),
    "eam brush": {"CREAM"},
    "牙刷": {"RED", "BLUE", "CREAM"},
    gtin_of("BLUE"): {"BLUE"},
    gtin_of("BLUE").rjust(14, "0"): {"BLUE"},
    "A-0": {"RED", "BLUE", "CREAM"},
    "LOC-A-02": {"BLUE"},
    "TOT-4": {"RED"},
    "%": set(),
    "nothing": set(),
}
"""What is typed or scanned into the search of stock, and the products found."""


def test_searching_stock(busy: Floor, client: FlaskClient) -> None:
    for search, found in SEARCHES.items():
        rows = first_column(client.get("/office/stock", query_string={"q": search}).text)
        assert {row for row in rows if "answers to" not in row} == found, search


def test_what_expires_soon(busy: Floor, client: FlaskClient) -> None:
    assert first_column(client.get("/office/stock?expiring=1").text) == ["CREAM"]
    assert "answers to" in client.get("/office/stock?expiring=1&q=RED").text


def test_an_order_with_everything_about_it(busy: Floor, client: FlaskClient) -> None:
    text = client.get("/office/order/42").text
    for words in ("the gate is open", "released", busy.parcel("42").tracking_no, "LANE-2", "Print copy 2", "Red brush"):
        assert words in text
    closed = client.get("/office/order/43").text
    assert re.search(
        r'<p class="gate stop" data-gate><b>Declared, no answer|<p class="gate stop" data-gate><b>Not ', closed
    )
    assert "label is not made yet" in closed
    assert "No parcel yet" in client.get("/office/order/47").text


def test_today_is_the_warehouse_s_day() -> None:
    scope = Scope(1, datetime(2026, 11, 4, 17, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    assert scope.today.isoformat() == "2026-11-05"
    assert scope.start_of_day == datetime(2026, 11, 4, 16, 0, tzinfo=UTC)


def test_a_slice_that_does_not_exist_is_a_bug(floor: Floor) -> None:
    scope = Scope(1, datetime(2026, 11, 4, 17, 0, tzinfo=UTC), UTC)
    with pytest.raises(KeyError):
        TASKS.statement(scope, "nothing")
    statement = select(OrderRow.number).where(OrderRow.warehouse_id == floor.warehouse_id)
    page = floor.database.reading(lambda session: page_of(session, statement, 7))
    assert (page.number, page.last, page.first_row, list(page.rows)) == (1, 1, 0, [])
