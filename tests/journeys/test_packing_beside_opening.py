"""Packing of an order begins while a parcel of it is opened again: nothing stays behind in a tote that counts as free.

On PostgreSQL only: SQLite has one writer at a time.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.journeys.test_opening_again import opened, state_of
from tests.support.floor import Floor, Handheld
from tests.support.threads import PATIENCE_SECONDS
from wms.floor.packing.opening import facts as opening_facts
from wms.floor.packing.opening.rules import ClosedParcel
from wms.shipments.model import Parcel
from wms.tasks.floor import FloorContext

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def packer(floor: Floor) -> Handheld:
    """Order 42 travels in two parcels: one RED; one RED and one BLUE."""
    floor.put_stock("A-01 RED 5\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED", "A-02", "BLUE")
    packer = floor.handheld("EMP-4")
    packer.scans("T-1", "BENCH-1", "RED", "*SPLIT*", "BOX-S", "150g", "RED", "BLUE", "BOX-S", "250g")
    return packer


def about_to_open(floor: Floor, parcel: Parcel) -> Handheld:
    """A supervisor who has said everything but the tote."""
    boss = floor.handheld("EMP-1", device="other")
    boss.scans("*VOID*")
    boss.scan(parcel.tracking_no)
    boss.scans(parcel.tracking_no, "*WRONGBOX*")
    return boss


def beside(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, opens: Callable[[], str], meanwhile: Callable[[], str]
) -> tuple[str, str]:
    """What both were answered with, where the second comes when the first has looked and not yet written."""
    real = opening_facts.closed_parcel
    with ThreadPoolExecutor(1) as pool:

        def is_waiting() -> bool:
            query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            return bool(floor.database.reading(lambda session: session.scalar(query)))

        def looked(session: Session, context: FloorContext, parcel_id: UUID, bench_place_id: int) -> ClosedParcel:
            found = real(session, context, parcel_id, bench_place_id)
            monkeypatch.setattr(opening_facts, "closed_parcel", real)
            others.append(pool.submit(meanwhile))
            until = time.monotonic() + PATIENCE_SECONDS
            while not (others[0].done() or is_waiting()):
                assert time.monotonic() < until, "the other one neither waits nor is answered"
                time.sleep(0.01)
            return found

        others = []
        monkeypatch.setattr(opening_facts, "closed_parcel", looked)
        return opens(), others[0].result(PATIENCE_SECONDS)


def test_whoever_begins_to_pack_sees_what_was_put_back(
    floor: Floor, packer: Handheld, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = floor.parcels("42")
    assert opened(floor.handheld("EMP-1", device="other"), first, "T-2") == "parcel_opened_again"
    boss = about_to_open(floor, second)
    codes = beside(floor, monkeypatch, lambda: boss.scan("T-2")["code"], lambda: packer.scan("T-2")["code"])
    assert codes == ("parcel_opened_again", "order_opened")
    packer.scans("RED", "RED", "BLUE", "BOX-S", "352g")
    assert (state_of(floor), [parcel.weight_grams for parcel in floor.parcels("42")]) == ("packed", [352])


def test_two_parcels_opened_at_once_go_into_one_tote(
    floor: Floor, packer: Handheld, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = floor.parcels("42")
    boss = about_to_open(floor, first)
    packer.scans("*VOID*")
    packer.scan(second.tracking_no)
    packer.scans(second.tracking_no, "*WRONGBOX*")
    codes = beside(floor, monkeypatch, lambda: boss.scan("T-2")["code"], lambda: packer.scan("T-3")["code"])
    assert codes == ("parcel_opened_again", "rest_is_elsewhere")
    assert packer.scan("T-2")["code"] == "parcel_opened_again"
    floor.stock.is_now("A-01 RED 3\nA-02 BLUE 4\nBUFFER/TOT-2 BLUE 1\nBUFFER/TOT-2 RED 2")
