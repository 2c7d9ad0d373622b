"""Receiving as a pure machine: container, units, lots and dates, unknown goods, closing."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from tests.floor.practice import Practice, code_of, container, item, place
from wms.arrivals.model import CloseNotice, CountReceived, NoticeLine, RecordUnknownArrival
from wms.barcodes.model import ExpiryText, LotText, UnknownCode
from wms.catalogue.model import Item, LotPolicy
from wms.containers.model import ContainerUse, UseContainer
from wms.floor.receiving.workflow import (
    SCAN_CONTAINER,
    SCAN_EXPIRY,
    SCAN_ITEM,
    SCAN_LOT,
    ReceivePlan,
    ReceiveProgress,
    ReceivingFacts,
    receiving,
)
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.model import PlaceKind
from wms.stock.model import Lot, Move, RegisterLot
from wms.tasks.decision import DONE, Confirm, Decision, Outcome

RED = item("RED")
BATCH = item("BATCH", policy=LotPolicy.LOT)
CREAM = item("CREAM", policy=LotPolicy.LOT_AND_EXPIRY)
PALLET, TOTE = container("PAL-1"), container("TOT-1")
NOTICE, SUBJECT = uuid7(), uuid7()
PLAN = ReceivePlan(
    SUBJECT, NOTICE, "4711", "Acme", 1, place("STAGE", PlaceKind.STAGE), place("PROBLEM", PlaceKind.PROBLEM), 90
)


@dataclass
class Known:
    """ReceivingFacts held in memory; counts follow what the machine asks to be written."""

    expected: dict[int, int]
    received: dict[int, int] = field(default_factory=dict)
    lots: dict[tuple[int, str], Lot] = field(default_factory=dict)

    def line_for(self, plan: ReceivePlan, sku_id: int) -> NoticeLine | None:
        if sku_id not in self.expected:
            return None
        line_no = list(self.expected).index(sku_id) + 1
        return NoticeLine(line_no, sku_id, self.expected[sku_id], self.received.get(sku_id, 0))

    def lot(self, sku_id: int, code: str) -> Lot | None:
        return self.lots.get((sku_id, code))

    def new_id(self) -> UUID:
        return uuid7()

    def today(self) -> date:
        return date(2026, 11, 5)

    def units_missing(self, plan: ReceivePlan) -> int:
        return sum(max(0, units - self.received.get(sku_id, 0)) for sku_id, units in self.expected.items())


class Dock(Practice[ReceivePlan, ReceiveProgress, ReceivingFacts]):
    """A receiver at the dock; what he counts is in the facts of his next scan."""

    def scan(self, value: object, *, quantity: int = 0):  # type: ignore[no-untyped-def]
        result = super().scan(value, quantity=quantity)
        assert isinstance(self.facts, Known)
        for effect in result.effects if isinstance(result, Decision) else ():
            if isinstance(effect, CountReceived):
                sku_id = list(self.facts.expected)[effect.line_no - 1]
                self.facts.received[sku_id] = self.facts.received.get(sku_id, 0) + effect.quantity
            if isinstance(effect, RegisterLot):
                self.facts.lots[(effect.sku_id, effect.code)] = Lot(effect.lot_id, effect.code, effect.expires_on)
        return result


def dock(lots: dict[tuple[int, str], Lot] | None = None, **expected: int) -> Dock:
    skus = {sku.sku_code: sku.sku_id for sku in (RED, BATCH, CREAM)}
    facts = Known({skus[code]: units for code, units in expected.items()}, lots=lots or {})
    return Dock(receiving, facts, PLAN, ReceiveProgress(), SCAN_CONTAINER)


def at_pallet(lots: dict[tuple[int, str], Lot] | None = None, **expected: int) -> Dock:
    receiver = dock(lots, **expected)
    receiver.scans(PALLET)
    return receiver


def effects_of(result: object, kind: type) -> list:  # type: ignore[type-arg]
    assert isinstance(result, Decision)
    return [effect for effect in result.effects if type(effect) is kind]


def test_an_empty_container_is_taken_for_the_task() -> None:
    receiver = dock(RED=5)
    taken = receiver.scans(PALLET)
    assert taken.note.code == "container_taken"
    assert taken.effects == (UseContainer(PALLET.id, ContainerUse.EMPTY, ContainerUse.RECEIVING, None, SUBJECT),)


def test_a_container_in_use_is_not_taken() -> None:
    assert code_of(dock(RED=5).scan(container("PAL-2", ContainerUse.PUTAWAY))) == "container_in_use"
    assert code_of(at_pallet(RED=5).scan(container("PAL-2", ContainerUse.RECEIVING))) == "container_in_use"


def test_units_and_packs_are_counted_into_it() -> None:
    receiver = at_pallet(RED=13)
    one = receiver.scans(RED)
    assert one.note.code == "counted"
    assert effects_of(one, Move)[0].transfer.to_container_id == PALLET.id
    case = receiver.scans(item("RED", pack=12))
    assert (case.note.code, case.outcome) == ("line_done", Outcome.COMPLETED)
    assert effects_of(case, CountReceived) == [CountReceived(NOTICE, 1, 12)]


def test_more_than_announced_is_asked_for_each_time() -> None:
    receiver = at_pallet(RED=1)
    receiver.scans(RED)
    for total in (2, 3):
        asked = receiver.scan(RED)
        assert asked == Confirm("over_notice", {"item": "Red", "n": total, "of": 1, "notice": "4711"})
        assert code_of(receiver.scan(RED)) == "line_done"


def test_what_is_not_announced_is_refused_by_name() -> None:
    assert at_pallet(BATCH=1).scan(RED) == Refusal("not_on_notice", {"got": "Red", "notice": "4711"})


def test_a_number_counts_more_of_the_last_item() -> None:
    receiver = at_pallet(RED=10)
    assert code_of(receiver.scan("QTY", quantity=3)) == "scan_item_first"
    receiver.scans(RED)
    assert effects_of(receiver.scan("QTY", quantity=9), Move)[0].transfer.quantity == 9
    assert code_of(receiver.scan("QTY", quantity=2)) == "over_notice"
    assert code_of(receiver.scan("QTY", quantity=2)) == "line_done"


def test_a_lot_is_asked_for_and_kept_for_the_next_unit() -> None:
    receiver = at_pallet(BATCH=5)
    assert receiver.scans(BATCH).note.code == "lot_needed"
    assert receiver.step == SCAN_LOT
    booked = receiver.scans(LotText("L1"))
    (registered,) = effects_of(booked, RegisterLot)
    assert effects_of(booked, Move)[0].transfer.lot_id == registered.lot_id
    again = receiver.scans(BATCH)
    assert not effects_of(again, RegisterLot)
    assert effects_of(again, Move)[0].transfer.lot_id == registered.lot_id
    assert effects_of(receiver.scan("QTY", quantity=3), Move)[0].transfer.lot_id == registered.lot_id


def test_another_lot_is_asked_for_after_its_card() -> None:
    receiver = at_pallet(BATCH=5)
    receiver.scans(BATCH, LotText("L1"))
    assert receiver.scans("LOT").note.code == "lot_ended"
    assert code_of(receiver.scan("QTY", quantity=2)) == "scan_item_first"
    receiver.scans(BATCH)
    assert receiver.step == SCAN_LOT
    assert effects_of(receiver.scan(LotText("L2")), RegisterLot)[0].code == "L2"


def test_a_date_is_asked_for_once_per_lot() -> None:
    receiver = at_pallet(CREAM=5)
    assert receiver.scans(CREAM, LotText("L1")).note.code == "expiry_needed"
    assert receiver.step == SCAN_EXPIRY
    assert effects_of(receiver.scan(ExpiryText(date(2027, 1, 31))), RegisterLot)[0].expires_on == date(2027, 1, 31)
    receiver.scans("LOT", CREAM)
    assert receiver.scans(LotText("L1")).step == SCAN_ITEM


def test_a_code_with_lot_and_date_needs_no_second_scan() -> None:
    receiver = at_pallet(CREAM=5)
    booked = receiver.scans(item("CREAM", lot="L1", expires="2027-01-31", policy=LotPolicy.LOT_AND_EXPIRY))
    assert (booked.note.code, receiver.step) == ("counted", SCAN_ITEM)
    other = receiver.scans(item("CREAM", lot="L2", expires="2027-02-28", policy=LotPolicy.LOT_AND_EXPIRY))
    assert effects_of(other, RegisterLot)[0].code == "L2"


def test_expired_goods_are_refused_and_can_be_set_aside() -> None:
    receiver = at_pallet(CREAM=5, RED=1)
    expired = item("CREAM", lot="L1", expires="2026-11-05", policy=LotPolicy.LOT_AND_EXPIRY)
    assert receiver.scan(expired) == Refusal("expired", {"date": "2026-11-05", "item": "Cream"})
    assert receiver.step == SCAN_ITEM
    receiver.scans(CREAM, LotText("L1"))
    assert code_of(receiver.scan(ExpiryText(date(2026, 11, 4)))) == "expired"
    assert receiver.step == SCAN_EXPIRY
    assert receiver.scans("SKIP").note.code == "item_set_aside"
    assert receiver.scans(RED).note.code == "line_done"
    assert code_of(receiver.scan(CREAM)) == "lot_needed"


def test_a_known_lot_with_another_date_is_refused() -> None:
    known = Lot(uuid7(), "L1", date(2027, 1, 31))
    receiver = at_pallet({(CREAM.sku_id, "L1"): known}, CREAM=5)
    wrong = item("CREAM", lot="L1", expires="2027-02-28", policy=LotPolicy.LOT_AND_EXPIRY)
    details = {"lot": "L1", "known": "2027-01-31", "scanned": "2027-02-28"}
    assert receiver.scan(wrong) == Refusal("lot_expiry_differs", details)


def test_a_lot_known_without_a_date_takes_units_whose_code_has_one() -> None:
    known = Lot(uuid7(), "L1", None)
    receiver = at_pallet({(BATCH.sku_id, "L1"): known}, BATCH=5)
    dated = item("BATCH", lot="L1", expires="2027-02-28", policy=LotPolicy.LOT)
    assert receiver.scans(dated).note.code == "counted"


def test_unknown_goods_are_set_aside_after_a_second_scan() -> None:
    receiver = at_pallet(RED=1)
    unknown = UnknownCode("09520000009999")
    assert code_of(receiver.scan(unknown)) == "confirm_unknown_item"
    assert code_of(receiver.scan(RED)) == "line_done"
    assert code_of(receiver.scan(unknown)) == "confirm_unknown_item"
    (record,) = effects_of(receiver.scan(unknown), RecordUnknownArrival)
    assert (record.code, record.quantity, record.place_id) == ("09520000009999", 1, PLAN.problem.id)
    receiver.scan(unknown)
    assert code_of(receiver.scan(unknown)) == "unknown_set_aside"


def test_a_full_container_goes_to_putaway_and_an_empty_one_is_free() -> None:
    receiver = at_pallet(RED=5)
    assert receiver.scans("FULL").effects == (
        UseContainer(PALLET.id, ContainerUse.RECEIVING, ContainerUse.EMPTY, SUBJECT, None),
    )
    receiver.scans(TOTE, RED)
    full = receiver.scans("FULL")
    assert (full.note.code, receiver.step) == ("container_full", SCAN_CONTAINER)
    assert full.effects == (UseContainer(TOTE.id, ContainerUse.RECEIVING, ContainerUse.PUTAWAY, SUBJECT, NOTICE),)


def test_scanning_the_next_container_hands_the_first_one_over() -> None:
    receiver = at_pallet(RED=5)
    receiver.scans(RED)
    uses = effects_of(receiver.scan(TOTE), UseContainer)
    assert [(use.container_id, use.use) for use in uses] == [
        (PALLET.id, ContainerUse.PUTAWAY),
        (TOTE.id, ContainerUse.RECEIVING),
    ]


def test_done_with_units_missing_leaves_the_notice_open() -> None:
    receiver = at_pallet(RED=5)
    receiver.scans(RED)
    done = receiver.scans("DONE")
    assert (done.note.code, done.note.details, done.step) == (
        "receiving_paused",
        {"notice": "4711", "missing": 4},
        DONE,
    )
    assert not effects_of(done, CloseNotice)


def test_done_with_everything_there_closes_it() -> None:
    receiver = at_pallet(RED=1)
    receiver.scans(RED)
    done = receiver.scans("DONE")
    assert done.note.code == "notice_closed"
    assert effects_of(done, CloseNotice) == [CloseNotice(NOTICE)]


def test_closing_short_is_asked_twice() -> None:
    receiver = dock(RED=5)
    assert receiver.scan("CLOSE") == Confirm("confirm_close_notice", {"notice": "4711", "missing": 5})
    assert code_of(receiver.scan("CLOSE")) == "notice_closed"


def test_a_notice_that_somebody_else_closed_ends_the_task() -> None:
    receiver = at_pallet(RED=5)
    receiver.scans(RED)
    assert receiving.endings["notice_not_open"](receiver.work) == (
        UseContainer(PALLET.id, ContainerUse.RECEIVING, ContainerUse.PUTAWAY, SUBJECT, NOTICE),
    )


def test_the_merchant_s_goods_are_meant_where_merchants_share_a_barcode() -> None:
    assert receiving.ours is not None
    work = dock(RED=1).work
    assert receiving.ours(work, RED)
    assert not receiving.ours(work, Item(1, "RED", "Red", 2, LotPolicy.NONE))


@given(
    some.lists(some.sampled_from(["red", "batch", "cream", "lot", "expiry", "LOT", "SKIP", "FULL", "QTY", "pallet"]))
)
def test_whatever_is_scanned_every_booked_unit_has_what_its_policy_asks_for(moves: list[str]) -> None:
    receiver = dock(RED=50, BATCH=50, CREAM=50)
    things = {
        "red": RED,
        "batch": BATCH,
        "cream": CREAM,
        "lot": LotText("L1"),
        "expiry": ExpiryText(date(2027, 1, 31)),
        "pallet": PALLET,
    }
    policies = {sku.sku_id: sku.lot_policy for sku in (RED, BATCH, CREAM)}
    for move in moves:
        thing = things.get(move, move)
        accepted = receiving.steps[receiver.step].expects
        if not isinstance(thing, str) and type(thing).__name__.removesuffix("Text").lower() not in accepted:
            continue
        result = receiver.scan(thing, quantity=2 if move == "QTY" else 0)
        if not isinstance(result, Decision):
            continue
        for booked in effects_of(result, Move):
            transfer = booked.transfer
            assert (policies[transfer.sku_id] is not LotPolicy.NONE) == (transfer.lot_id.int != 0)
            assert transfer.to_container_id == PALLET.id
    assert isinstance(receiver.facts, Known)
    dated = [lot for (sku_id, _), lot in receiver.facts.lots.items() if sku_id == CREAM.sku_id]
    assert all(lot.expires_on is not None for lot in dated)
