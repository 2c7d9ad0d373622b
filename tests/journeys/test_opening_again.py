"""A closed parcel is opened again: by its packer, by a supervisor, against a loader; and packed anew."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.carriers.test_closing import office
from tests.support.floor import Floor, Handheld, opened_floor
from tests.support.threads import together
from wms.customs.sending.applications import apply_to_cancel
from wms.customs.tables import DeclarationRow
from wms.kernel.refusal import Refusal
from wms.labels.press import Press
from wms.office.evidence.checking import checked
from wms.office.evidence.gathering import gather
from wms.office.evidence.values import Evidence
from wms.orders.lookup import orders_by_number
from wms.shipments.lookup import next_parcel_number, void_parcels_of_order
from wms.shipments.model import Parcel, ParcelState
from wms.stock.audit import audit


@pytest.fixture
def packer(floor: Floor) -> Handheld:
    """Order 42, two RED and one BLUE, is packed at BENCH-1."""
    floor.put_stock("A-01 RED 5\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED", "A-02", "BLUE")
    packer = floor.handheld("EMP-4")
    packer.scans("T-1", "BENCH-1", "RED", "RED", "BLUE", "BOX-S", "352g")
    return packer


def opened(by: Handheld, parcel: Parcel, tote: str = "T-3") -> str:
    """What the last scan was answered with."""
    by.scans("*VOID*")
    assert by.scan(parcel.tracking_no)["code"] == "confirm_open_again"
    by.scans(parcel.tracking_no, "*WRONGITEM*")
    return str(by.scan(tote)["code"])


def state_of(floor: Floor) -> str:
    return floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, "42")[0].state)


def voids(floor: Floor) -> list[Parcel]:
    def look(session: Session) -> list[Parcel]:
        order = orders_by_number(session, floor.warehouse_id, "42")[0]
        return void_parcels_of_order(session, floor.warehouse_id, order.id)

    return floor.database.reading(look)


def test_its_packer_opens_it_and_packs_anew(floor: Floor, packer: Handheld) -> None:
    old = floor.parcel("42")
    assert opened(packer, old) == "parcel_opened_again"
    floor.stock.is_now("A-01 RED 3\nA-02 BLUE 4\nBUFFER/TOT-3 BLUE 1\nBUFFER/TOT-3 RED 2")
    assert (state_of(floor), floor.parcels("42")) == ("picked", [])
    packer.scans("*VOID*")
    assert packer.scan("42")["code"] == "order_without_parcel"
    packer.scans("*HOME*")
    (void,) = voids(floor)
    assert void.void is not None
    assert (void.void.by, void.void.reason, void.void.container) == ("Ben Okoro", "wrong_item", "TOT-3")
    assert packer.scan("*UNDO*")["code"] == "cannot_undo"
    told = packer.scan(old.tracking_no)
    assert told["code"] == "parcel_cancelled"
    assert "by Ben Okoro" in told["message"]["title"]

    packer.scans("T-3", "RED", "RED")
    assert packer.scan(old.tracking_no)["code"] == "parcel_cancelled", "on whatever screen it is scanned"
    packer.scans("BLUE", "BOX-S", "352g")
    new = floor.parcel("42")
    assert (new.number, state_of(floor)) == (1, "packed")
    assert {new.sscc, new.tracking_no}.isdisjoint({old.sscc, old.tracking_no})
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1")
    assert loader.scan(old.tracking_no)["code"] == "parcel_cancelled"
    loader.scans(new.tracking_no)
    loader.scan("*DONE*")
    assert loader.scan("*DONE*")["code"] == "load_closed"
    assert state_of(floor) == "dispatched"
    assert floor.database.reading(lambda session: audit(session, floor.warehouse_id)).is_clean
    page = office(floor).get("/office/order/42").text
    assert f"{old.tracking_no}" in page
    assert "Opened again" in page


def test_what_left_his_hands_needs_a_supervisor_and_what_has_gone_stays(floor: Floor, packer: Handheld) -> None:
    parcel = floor.parcel("42")
    floor.handheld("EMP-4", device="lane").scans("LANE-1", parcel.tracking_no)
    packer.scans("*VOID*")
    packer.scan("42")
    assert packer.scan("42")["code"] == "opening_needs_supervisor", "by its order's number too"
    assert packer.scan("EMP-4")["code"] == "supervisor_needed"
    packer.scans("EMP-1", "*NOTWANTED*")
    assert packer.scan("P-1")["code"] == "wrong_container"
    assert packer.scans("T-1")["code"] == "parcel_opened_again"
    floor.stock.is_now("A-01 RED 3\nA-02 BLUE 4\nBUFFER/TOT-1 BLUE 1\nBUFFER/TOT-1 RED 2")
    (void,) = voids(floor)
    assert void.void is not None
    assert (void.load_id, void.void.passed_by) == (None, "EMP-1")

    packer.scans("T-1", "RED", "RED", "BLUE", "BOX-S", "352g")
    gone = floor.parcel("42")
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1", gone.tracking_no)
    loader.scan("*DONE*")
    loader.scan("*DONE*")
    boss = floor.handheld("EMP-1", device="other")
    boss.scans("*VOID*")
    assert boss.scan(gone.tracking_no)["code"] == "parcel_gone"
    assert boss.task is None


def test_one_of_several_parcels_is_opened_and_the_others_stay(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED", "A-02", "BLUE")
    packer = floor.handheld("EMP-4")
    packer.scans("T-1", "BENCH-1", "RED", "*SPLIT*", "BOX-S", "150g")
    first = floor.parcel("42")
    packer.scans("*HOME*", "*VOID*")
    assert packer.scan(first.tracking_no)["code"] == "order_still_packed"
    packer.scans("*HOME*", "T-1", "RED", "BLUE", "BOX-S", "250g", "*VOID*")
    assert packer.scan("42")["code"] == "parcel_to_name"
    packer.scan(first.tracking_no)
    packer.scans(first.tracking_no, "*WRONGBOX*", "T-2", "T-2")
    assert packer.screen["facts"] == [["In", "TOT-2"], ["Parcel", "3"], ["Box", "S"], ["Owner", "Acme"]]
    packer.scans("RED", "BOX-L", "500g")
    assert state_of(floor) == "packed"
    assert [parcel.number for parcel in floor.parcels("42")] == [2, 3]
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1", *(parcel.tracking_no for parcel in floor.parcels("42")))
    loader.scan("*DONE*")
    loader.scan("*DONE*")
    assert state_of(floor) == "dispatched"


def test_what_is_given_back_after_all_ends_the_order_by_its_closed_parcels(floor: Floor) -> None:
    """It is packed with the parcel that is left, and short where that is opened as well: the next number is 1 again."""
    floor.put_stock("A-01 RED 5\nA-02 BLUE 5")
    floor.order("42", RED=1, BLUE=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "A-02", "BLUE")
    packer = floor.handheld("EMP-4")
    packer.scans("T-1", "BENCH-1", "RED", "*SPLIT*", "BOX-S", "150g", "BLUE", "BOX-S", "150g")
    for parcel, tote, number, state in zip(
        floor.parcels("42"), ("T-2", "T-3"), (3, 1), ("packed", "short"), strict=True
    ):
        assert opened(packer, parcel, tote) == "parcel_opened_again"
        order_id = parcel.order_id
        asked = floor.database.reading(lambda session, of=order_id: next_parcel_number(session, floor.warehouse_id, of))
        packer.scans(tote)
        packer.scan("*RETURN*")
        assert packer.scan("*RETURN*")["code"] == "goods_given_back"
        assert (asked, state_of(floor)) == (number, state)


def test_void_and_loading_at_once(floor: Floor, packer: Handheld) -> None:
    """One of them finds it moved; never is a void parcel on a load, nor the goods in two places."""
    parcel = floor.parcel("42")
    packer.scans("*VOID*")
    packer.scan(parcel.tracking_no)
    packer.scans(parcel.tracking_no, "*DAMAGED*")
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1")
    scans = [(packer, "T-3"), (loader, parcel.tracking_no)]
    codes = together(2, lambda number: scans[number][0].scan(scans[number][1])["code"])
    if voids(floor):
        assert (codes[0], codes[1] in ("parcel_cancelled", "parcel_moved_on")) == ("parcel_opened_again", True)
        floor.stock.is_now("A-01 RED 3\nA-02 BLUE 4\nBUFFER/TOT-3 BLUE 1\nBUFFER/TOT-3 RED 2")
    else:
        assert (codes[0] in ("opening_needs_supervisor", "parcel_moved_on"), codes[1]) == (True, "parcel_staged")
        assert floor.parcel("42").state is ParcelState.STAGED


def test_in_bond_customs_comes_first(sqlite_database_url: str, tmp_path: Path, press: Press) -> None:
    """Before the papers go, they are withdrawn; after the release the list is cancelled first. Each parcel its own.

    How the rows are locked, both databases show in `tests/customs/test_withdrawing.py`.
    """
    with opened_floor(sqlite_database_url, tmp_path, "china") as floor:
        open_twice_in_bond(floor, press)


def open_twice_in_bond(floor: Floor, press: Press) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=1)
    hand = floor.handheld("EMP-1")
    hand.scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S", "150g")
    unsent = floor.parcel("42")
    assert opened(hand, unsent, "T-1") == "parcel_opened_again"
    settle(floor, press)
    assert lists_of(floor) == [("cancelled", 1)]

    hand.scans("T-1", "RED", "BOX-S", "150g")
    released = floor.parcel("42")
    settle(floor, press)
    assert lists_of(floor) == [("cancelled", 1), ("released", 2)]
    hand.scans("*VOID*")
    assert hand.scan(released.tracking_no)["code"] == "list_with_customs"
    cancel_list(floor, released)
    assert hand.scan(released.tracking_no)["code"] == "cancel_awaited"
    settle(floor, press)
    hand.scan(released.tracking_no)
    hand.scans(released.tracking_no, "*NOTWANTED*", "T-1", "T-1", "RED", "BOX-S", "150g")
    anew = floor.parcel("42")
    hand.scans("LANE-1")
    assert hand.scan(anew.tracking_no)["outcome"] == "gate_closed", "the release was another parcel's"
    hand.scans("CAGE-1")
    settle(floor, press)
    assert lists_of(floor) == [("cancelled", 1), ("cancelled", 2), ("released", 3)]
    assert hand.scan(released.tracking_no)["code"] == "parcel_cancelled"
    assert hand.scan(anew.tracking_no)["code"] == "parcel_staged"
    page = office(floor).get("/office/order/42").text
    assert page.count("not wanted any more") == 1
    for parcel, attempts in ((unsent, [1]), (released, [2]), (anew, [3])):
        found = floor.database.reading(
            lambda session, number=parcel.tracking_no: gather(
                session, floor.warehouse_id, number, now=floor.clock.now()
            )
        )
        assert isinstance(found, Evidence)
        assert [fold.attempt for fold in found.folds] == attempts
        assert checked(found).troubles == ()


def settle(floor: Floor, press: Press) -> None:
    """A quarter of an hour passes."""
    for _ in range(3):
        floor.clock.forward(timedelta(minutes=5))
        floor.work_off_outbox(press, hours=0)


def lists_of(floor: Floor) -> list[tuple[str, int]]:
    """State and attempt of each declaration there ever was, the first first."""
    query = select(DeclarationRow).order_by(DeclarationRow.attempt)
    return floor.database.reading(lambda session: [(row.state, row.attempt) for row in session.scalars(query)])


def cancel_list(floor: Floor, parcel: Parcel) -> None:
    """The declarant applies for it."""

    def work(session: Session) -> int | Refusal:
        query = select(DeclarationRow.id).where(DeclarationRow.parcel_id == parcel.id)
        declaration_id, now = session.scalars(query).one(), floor.clock.now()
        return apply_to_cancel(session, floor.warehouse_id, declaration_id, by="EMP-1", reason="重新打包", now=now)

    assert floor.database.in_transaction(work) == 1
