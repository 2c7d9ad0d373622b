"""The bonded book as the office sees it: days, records, downloads, and the paper that settles a difference."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.office.scene import signed_in
from tests.support.floor import Floor, opened_floor
from wms.access.tables import AuditRow
from wms.catalogue.tables import Sku

RECORD = "/office/customs/book/record/REC-RED"


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "china") as opened:
        opened.database.in_transaction(
            lambda session: session.execute(update(Sku).where(Sku.code == "RED").values(article_record_no="REC-RED"))
        )
        opened.put_stock("A-01 RED 10")
        yield opened


def form(page: str, **fields: str) -> dict[str, str]:
    token = page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]
    return {"csrf_token": token, "to": RECORD, **fields}


def test_a_difference_leads_to_what_is_behind_it(floor: Floor) -> None:
    client = signed_in(floor)
    page = client.get("/office/customs/book?only=differing").text
    assert "REC-RED" in page
    assert "+10" in page
    record = client.get(RECORD).text
    assert "goods that lay here when the book was opened" in record
    assert "A-01" in record


def test_a_difference_that_a_short_pick_made_leads_to_its_order(floor: Floor) -> None:
    client = signed_in(floor)
    opening = form(client.get(RECORD).text, kind="inward", units="10", document="L-1", event="opening")
    client.post(RECORD, data=opening)
    client.post(
        RECORD, data=form(client.get(RECORD).text, kind="inward", units="1", document="L-2", event="document:x")
    )
    floor.order("42", RED=3)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1", "A-01", "RED")
    hand.scan("*SHORT*")
    assert hand.scan("*SHORT*")["code"] != "confirm_short"
    record = client.get(RECORD).text
    assert 'order <a class="code" href="/office/order/42">42</a>' in record
    assert "a delivery or an order" in record


def test_a_paper_settles_it_and_stands_in_the_audit_trail(floor: Floor) -> None:
    client = signed_in(floor)
    page = client.get(RECORD).text
    fields = form(page, kind="inward", units="10", document="L-1", event="opening", note="counted")
    answer = client.post(RECORD, data=fields, follow_redirects=True)
    assert "Booked." in answer.text
    assert "they agree" in answer.text
    again = client.post(RECORD, data=fields, follow_redirects=True)
    assert "in the book already" in again.text
    whats = floor.database.reading(lambda session: session.scalars(select(AuditRow.what)).all())
    assert list(whats).count("book_entered") == 1


@pytest.mark.parametrize("units", ["", "0", "-1", "ten", "１０", "1e3", "99999999999"])
def test_nonsense_books_nothing(floor: Floor, units: str) -> None:
    client = signed_in(floor)
    fields = form(client.get(RECORD).text, kind="loss", units=units, document="L-1")
    assert "Nothing was booked" in client.post(RECORD, data=fields, follow_redirects=True).text
    assert "Nothing was ever booked" in client.get(RECORD).text


def test_downloads(floor: Floor) -> None:
    client = signed_in(floor)
    lines = client.get("/office/customs/book.csv")
    assert lines.headers["Content-Disposition"].startswith('attachment; filename="bonded-book-')
    assert "REC-RED,RED,Red brush,0,10,10" in lines.text
    assert "received" in client.get("/office/customs/book/differences.csv").text


def test_a_past_day_and_nonsense_days(floor: Floor) -> None:
    client = signed_in(floor)
    assert "Nothing is in the book or in the bins" in client.get("/office/customs/book?day=2020-01-01").text
    for day in ("2999-01-01", "nonsense", ""):
        assert "REC-RED" in client.get(f"/office/customs/book?day={day}").text
    assert client.get("/office/customs/book/record/NOBODY").status_code == 404


def test_who_may_only_look_cannot_book(floor: Floor) -> None:
    packer = floor.app.test_client()
    assert packer.post(RECORD, data={}).status_code in (302, 303, 403)
