"""Codes that mean nothing, several things, or the wrong thing; and writers that say no after others have written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tests.support.floor import Floor, Handheld, gtin_of
from wms.catalogue.model import NewMerchant
from wms.catalogue.service import create_merchant
from wms.catalogue.tables import Sku, SkuBarcode
from wms.containers.model import UseContainer
from wms.kernel.effect import Effect
from wms.kernel.errors import Busy
from wms.kernel.refusal import Refusal
from wms.orders.model import RecordPicked
from wms.stock.tables import JournalRow
from wms.tasks import scan_log
from wms.tasks.tables import ScanLogRow, TaskRow

UNTOUCHED = "A-01 RED 10 held 2\nA-02 BLUE 5 held 1"


@pytest.mark.parametrize(
    ("text", "outcome", "code"),
    [
        ("9520000999990", "refused", "bad_check_digit"),
        ("what is this", "unknown", "unknown_code"),
        ("T-7", "refused", "wrong_kind"),
        ("BLUE", "refused", "wrong_item"),
        ("*DANCE*", "refused", "unknown_command"),
        ("*QTY+2*", "refused", "scan_item_first"),
        ("LOC-Z-99", "unknown", "unknown_code"),
        ("", "refused", "bad_code"),
    ],
)
def test_what_cannot_count_is_refused_and_logged(
    floor: Floor, picker: Handheld, text: str, outcome: str, code: str
) -> None:
    before = dict(picker.task or {})
    reply = picker.scan(text)
    assert (reply["outcome"], reply["code"]) == (outcome, code)
    assert reply["message"]["title"]
    assert reply["message"]["next"]
    assert (reply["task"], reply["screen"]["step"]) == (before, "scan_item")
    assert _logged(floor, reply["scan_id"]) == (outcome, code)
    floor.stock.is_now(UNTOUCHED)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("P-9", "nothing_to_do_here"),
        ("BOX-S", "nothing_to_do_here"),
        ("what", "unknown_code"),
        ("*SHORT*", "unknown_command"),
    ],
)
def test_what_means_nothing_at_home_is_refused_at_home(floor: Floor, text: str, code: str) -> None:
    reply = floor.handheld().scan(text)
    assert (reply["code"], reply["screen"]["screen"], reply["task"]) == (code, "home", None)


def test_a_barcode_that_merchants_share_means_the_goods_of_the_task(floor: Floor, picker: Handheld) -> None:
    floor.database.in_transaction(_somebody_else_sells_red)
    at_home = floor.handheld("EMP-3").scan("RED")
    assert (at_home["code"], at_home["found"]["facts"][0][1]) == ("looked_up", "! 2 things have this code.")
    assert picker.scan("RED")["code"] == "counted"
    picker.scans("RED", "A-02")
    wrong = picker.scan("RED")
    assert wrong["code"] == "wrong_item", "of both, neither is asked for here"


def test_a_writer_that_refuses_rolls_everything_back_and_is_logged(floor: Floor, picker: Handheld) -> None:
    with _interposed(floor, RecordPicked, after=lambda: Refusal("picked_more_than_allocated", _DETAILS)):
        reply = picker.scan("RED")
    assert (reply["outcome"], reply["code"]) == ("refused", "picked_more_than_allocated")
    assert reply["screen"]["counted"] == "0 / 2"
    assert _logged(floor, reply["scan_id"]) == ("refused", "picked_more_than_allocated")
    floor.stock.is_now(UNTOUCHED)
    picker.scans("RED", "RED", "A-02", "BLUE")


def test_a_refused_beginning_begins_nothing(floor: Floor) -> None:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    hand = floor.handheld()
    # Somebody else took the tote between the look and the writing.
    with _interposed(floor, UseContainer, after=lambda: Refusal("container_in_use", {"container": "TOT-1"})):
        reply = hand.scan("T-1")
    assert (reply["code"], reply["task"]) == ("container_in_use", None)
    assert floor.database.reading(lambda session: session.scalar(select(func.count()).select_from(TaskRow))) == 0
    assert hand.scan("T-1")["code"] == "order_opened"


class Crash(Exception):
    """The process dies here."""


def test_a_crash_between_the_effects_leaves_nothing(floor: Floor, picker: Handheld) -> None:
    def crash() -> Refusal:
        raise Crash

    before = _rows(floor)
    with _interposed(floor, RecordPicked, after=crash), pytest.raises(Crash):
        picker.scan("RED")
    assert _rows(floor) == before
    floor.stock.is_now(UNTOUCHED)
    assert picker.scan("RED")["code"] == "counted"


def test_a_crash_after_all_effects_and_before_the_commit_leaves_nothing(
    floor: Floor, picker: Handheld, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _rows(floor)
    write = scan_log.write

    def crash(*arguments: Any) -> None:
        write(*arguments)
        raise Crash

    monkeypatch.setattr(scan_log, "write", crash)
    with pytest.raises(Crash):
        picker.scan("RED")
    monkeypatch.setattr(scan_log, "write", write)
    assert _rows(floor) == before
    floor.stock.is_now(UNTOUCHED)
    assert picker.scan("RED")["code"] == "counted"


def test_a_busy_database_books_nothing_and_says_when_to_come_back(
    floor: Floor, picker: Handheld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_work: object) -> None:
        raise Busy("the database was busy")

    with monkeypatch.context() as patched:
        patched.setattr(floor.database, "in_transaction", busy)
        answer = picker.post(
            {"scan_id": "01930000-0000-7000-8000-000000000001", "device": picker.device, "raw": "x", "source": "wedge"}
        )
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


_DETAILS = {"line": 1, "wanted": 1, "allocated": 2, "picked": 2, "packed": 0}


@contextmanager
def _interposed(floor: Floor, kind: type[Effect], *, after: Callable[[], Refusal]) -> Iterator[None]:
    """Let the writer of `kind` do its work, and then say no, or die."""
    writers = floor.house.door._wiring.writers._writers
    real = writers[kind]

    def refuse(session: Session, warehouse_id: int, effect: Any, **rest: Any) -> Refusal:
        assert real(session, warehouse_id, effect, **rest) is None
        return after()

    writers[kind] = refuse
    try:
        yield
    finally:
        writers[kind] = real


def _logged(floor: Floor, scan_id: str) -> tuple[str, str] | None:
    def look(session: Session) -> tuple[str, str] | None:
        row = session.execute(
            select(ScanLogRow.outcome, ScanLogRow.code, ScanLogRow.scan_id).where(
                ScanLogRow.warehouse_id == floor.warehouse_id
            )
        ).all()
        found = {str(entry.scan_id): (entry.outcome, entry.code) for entry in row}
        return found.get(scan_id)

    return floor.database.reading(look)


def _rows(floor: Floor) -> dict[str, int]:
    """How many rows each table a scan writes to has."""

    def count(session: Session) -> dict[str, int]:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (JournalRow, ScanLogRow, TaskRow)
        }

    return floor.database.reading(count)


def _somebody_else_sells_red(session: Session) -> None:
    other = create_merchant(session, NewMerchant("BETA", "Beta"))
    red = dict(session.execute(select(Sku.__table__).where(Sku.code == "RED")).mappings().one())
    del red["id"]
    values = red | {"merchant_id": other, "code": "BETA-RED", "name": "Beta's red brush"}
    sku_id = session.execute(insert(Sku).values(**values).returning(Sku.id)).scalar_one()
    session.add(SkuBarcode(code=gtin_of("RED").rjust(14, "0"), sku_id=sku_id, level="each", pack_quantity=1))
