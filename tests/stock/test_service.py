"""The ledger posts, refuses, holds, settles, restores and voids; the database itself keeps the last line."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests.support.stock_text import NOW, StockText
from wms.kernel.identity import NIL, uuid7
from wms.kernel.quantity import MAX_QUANTITY
from wms.kernel.refusal import Refusal
from wms.stock import service
from wms.stock.model import BalanceKey, Hold, Reason, RegisterLot, Transfer
from wms.stock.service import Ledger, Posting
from wms.stock.tables import BalanceRow, HoldRow, JournalRow
from wms.stock.writers import register_lot

SCAN, OPERATOR, ORDER = uuid7(), uuid7(), uuid7()


def _post(stock: StockText, *transfers: Transfer) -> Refusal | None:
    return stock.database.in_transaction(
        lambda session: stock.ledger.post(session, stock.warehouse_id, transfers, Posting(NOW, OPERATOR, SCAN))
    )


def _hold(stock: StockText, line: str, units: int, document: UUID = ORDER) -> Hold:
    hold = Hold(uuid7(), stock.key_of(line), units, document, 1)
    assert _place(stock, hold) is None
    return hold


def _place(stock: StockText, *holds: Hold) -> Refusal | None:
    return stock.database.in_transaction(
        lambda session: service.place_holds(session, stock.warehouse_id, holds, now=NOW)
    )


def _void(stock: StockText, *holds: Hold) -> int:
    return stock.database.in_transaction(
        lambda session: service.void_holds(session, stock.warehouse_id, [hold.id for hold in holds])
    )


def _open(stock: StockText, document: UUID = ORDER) -> list[tuple[int, int]]:
    return stock.database.reading(
        lambda session: [
            (hold.line_no, hold.quantity) for hold in service.open_holds(session, stock.warehouse_id, document)
        ]
    )


def _pick(hold: Hold, to: BalanceKey, units: int) -> Transfer:
    return Transfer(
        sku_id=hold.key.sku_id,
        quantity=units,
        from_place_id=hold.key.place_id,
        to_place_id=to.place_id,
        reason=Reason.PICKED,
        lot_id=hold.key.lot_id,
        from_container_id=hold.key.container_id,
        to_container_id=to.container_id,
        document=hold.document,
        settles=hold.id,
    )


# --- posting ---------------------------------------------------------------------------------------------------------


def test_a_transfer_moves_units_and_the_world_balances(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    assert stock.move("A-01 -> B-01 RED 3") is None
    stock.is_now("""
        A-01 RED 7
        B-01 RED 3
    """)
    assert stock.world() == ["SUPPLIER RED -10"]


def test_lots_and_containers_are_counted_apart(stock: StockText) -> None:
    stock.given("""
        STAGE/PAL-1 RED 6 lot L1
        STAGE/PAL-1 RED 4 lot L2
        STAGE RED 5
    """)
    assert stock.move("STAGE/PAL-1 -> A-01 RED 6 lot L1") is None
    refusal = stock.move("STAGE/PAL-1 -> A-01 RED 1 lot L1")
    assert refusal is not None
    assert refusal.code == "not_enough_stock"
    stock.is_now("""
        A-01 RED 6 lot L1
        STAGE/PAL-1 RED 4 lot L2
        STAGE RED 5
    """)


def test_more_than_there_is_changes_nothing_and_says_the_numbers(stock: StockText) -> None:
    stock.given("A-01 RED 10\nA-02 RED 1")
    key = stock.key_of("A-01 RED 1")
    refusal = stock.move("A-02 -> B-01 RED 1\nA-01 -> B-01 RED 11")
    assert refusal == Refusal(
        "not_enough_stock", {"sku": key.sku_id, "place": key.place_id, "on_hand": 10, "free": 10, "wanted": 11}
    )
    stock.is_now("A-01 RED 10\nA-02 RED 1")


def test_a_balance_that_never_was_has_nothing(stock: StockText) -> None:
    refusal = stock.move("A-01 -> B-01 RED 1")
    assert refusal is not None
    assert refusal.details["on_hand"] == 0


def test_a_chain_in_one_posting_is_judged_by_its_end(stock: StockText) -> None:
    stock.given("STAGE RED 5")
    assert stock.move("STAGE -> A-01 RED 5\nA-01 -> B-01 RED 5") is None
    stock.is_now("B-01 RED 5")


def test_nothing_to_post_is_nothing(stock: StockText) -> None:
    assert _post(stock) is None
    assert _place(stock) is None
    assert _void(stock) == 0


def test_the_journal_says_who_when_why_and_for_what(stock: StockText) -> None:
    key = stock.key_of("A-01 RED 1")
    supplier = stock.key_of("SUPPLIER RED 1")
    transfer = Transfer(key.sku_id, 4, supplier.place_id, key.place_id, Reason.RECEIVED, document=ORDER)
    assert _post(stock, transfer) is None
    row = stock.database.reading(lambda session: session.scalars(select(JournalRow)).one())
    assert (row.quantity, row.reason, row.document, row.scan_id, row.operator_id, row.at) == (
        4, "received", ORDER, SCAN, OPERATOR, NOW,
    )  # fmt: skip


def test_the_counter_transfer_takes_back(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    transfer = stock.database.in_transaction(lambda session: stock.transfer(session, "A-01 -> B-01 RED 4"))
    assert _post(stock, transfer) is None
    assert _post(stock, transfer.reversed()) is None
    stock.is_now("A-01 RED 10")
    reasons = stock.database.reading(lambda session: session.scalars(select(JournalRow.reason)).all())
    assert sorted(reasons) == ["moved", "received", "undone"]


@pytest.mark.parametrize("quantity", [0, -1, MAX_QUANTITY + 1])
def test_an_impossible_quantity_is_a_bug(stock: StockText, quantity: int) -> None:
    key, other = stock.key_of("A-01 RED 1"), stock.key_of("B-01 RED 1")
    with pytest.raises(AssertionError, match="quantity"):
        _post(stock, Transfer(key.sku_id, quantity, key.place_id, other.place_id, Reason.MOVED))


def test_a_transfer_to_itself_is_a_bug(stock: StockText) -> None:
    key = stock.key_of("A-01 RED 1")
    with pytest.raises(AssertionError, match="same"):
        _post(stock, Transfer(key.sku_id, 1, key.place_id, key.place_id, Reason.MOVED))


def test_the_world_has_room_for_more_than_32_bits(stock: StockText) -> None:
    for _ in range(22):
        stock.given("\n".join([f"A-01 RED {MAX_QUANTITY}"] * 10))
    assert stock.world() == [f"SUPPLIER RED -{220 * MAX_QUANTITY}"]


def test_three_hundred_transfers_in_one_posting(stock: StockText) -> None:
    stock.given("\n".join(f"A-{number:03} SKU-{number % 150} 5" for number in range(300)))
    assert stock.move("\n".join(f"A-{n:03} -> B-{n:03} SKU-{n % 150} {1 + n % 5}" for n in range(300))) is None
    lines = stock.lines()
    assert "B-299 SKU-149 5" in lines
    assert sum(int(line.split()[2]) for line in lines) == 1500
    one_too_many = [f"B-{n:03} -> A-{n:03} SKU-{n % 150} 1" for n in range(299)] + ["B-299 -> A-299 SKU-149 6"]
    refusal = stock.move("\n".join(one_too_many))
    assert refusal is not None
    assert stock.lines() == lines


# --- leaving the building --------------------------------------------------------------------------------------------


def _gated(stock: StockText, closed: Mapping[UUID, Refusal]) -> None:
    stock.ledger = Ledger(lambda _session, _warehouse, asked: {key: closed[key] for key in asked if key in closed})


def test_a_container_that_is_not_released_stays(stock: StockText) -> None:
    stock.given("BENCH/P-1 RED 1\nBENCH/P-2 RED 1")
    held_back = Refusal("not_released", {"parcel": "P-2"})
    _gated(stock, {stock.key_of("BENCH/P-2 RED 1").container_id: held_back})
    for target in ("CUSTOMER", "LANE"):
        both = f"BENCH/P-1 -> {target}/P-1 RED 1\nBENCH/P-2 -> {target}/P-2 RED 1"
        assert stock.move(both) == held_back
        stock.is_now("BENCH/P-1 RED 1\nBENCH/P-2 RED 1")
    assert stock.move("BENCH/P-2 -> CAGE/P-2 RED 1") is None
    assert stock.move("CAGE/P-2 -> LANE/P-2 RED 1") == held_back
    assert stock.move("BENCH/P-1 -> LANE/P-1 RED 1") is None
    assert stock.move("LANE/P-1 -> CUSTOMER/P-1 RED 1") is None
    stock.is_now("CAGE/P-2 RED 1")
    assert stock.world() == ["CUSTOMER/P-1 RED 1", "SUPPLIER RED -2"]


def test_a_parcel_whose_release_is_withdrawn_comes_off_the_lane(stock: StockText) -> None:
    stock.given("BENCH/P-1 RED 1")
    assert stock.move("BENCH/P-1 -> LANE/P-1 RED 1") is None
    _gated(stock, {stock.key_of("LANE/P-1 RED 1").container_id: Refusal("not_released")})
    assert stock.move("LANE/P-1 -> CAGE/P-1 RED 1") is None
    stock.is_now("CAGE/P-1 RED 1")


def test_loose_goods_never_leave_to_a_customer(stock: StockText) -> None:
    stock.given("BENCH RED 1")
    assert stock.move("BENCH -> CUSTOMER/P-1 RED 1") == Refusal("loose_goods_cannot_leave")
    assert stock.move("BENCH -> LANE RED 1") == Refusal("loose_goods_cannot_leave")
    stock.is_now("BENCH RED 1")


def test_what_comes_back_needs_no_release(stock: StockText) -> None:
    stock.given("BENCH/P-1 RED 1")
    assert stock.move("BENCH/P-1 -> CUSTOMER/P-1 RED 1") is None
    _gated(stock, {stock.key_of("BENCH/P-1 RED 1").container_id: Refusal("not_released")})
    assert stock.move("CUSTOMER/P-1 -> STAGE/P-1 RED 1") is None
    stock.is_now("STAGE/P-1 RED 1")


# --- holds -----------------------------------------------------------------------------------------------------------


def test_held_units_are_not_free(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    hold = _hold(stock, "A-01 RED 1", 7)
    stock.is_now("A-01 RED 10 held 7")
    too_many = Hold(uuid7(), hold.key, 4, ORDER, 2)
    assert _place(stock, too_many) == Refusal(
        "not_enough_stock",
        {"sku": hold.key.sku_id, "place": hold.key.place_id, "on_hand": 10, "free": 3, "wanted": 4},
    )
    refusal = stock.move("A-01 -> B-01 RED 4")
    assert refusal is not None
    assert (refusal.code, refusal.details["free"], refusal.details["wanted"]) == ("not_enough_stock", 3, 4)
    assert stock.move("A-01 -> B-01 RED 3") is None
    stock.is_now("A-01 RED 7 held 7\nB-01 RED 3")


def test_holds_are_placed_all_or_none(stock: StockText) -> None:
    stock.given("A-01 RED 5\nB-01 BLUE 1")
    red, blue = stock.key_of("A-01 RED 1"), stock.key_of("B-01 BLUE 1")
    holds = [Hold(uuid7(), red, 3, ORDER, 1), Hold(uuid7(), red, 2, ORDER, 2), Hold(uuid7(), blue, 2, ORDER, 3)]
    refusal = _place(stock, *holds)
    assert refusal is not None
    stock.is_now("A-01 RED 5\nB-01 BLUE 1")
    assert _place(stock, *holds[:2]) is None
    stock.is_now("A-01 RED 5 held 5\nB-01 BLUE 1")
    assert _open(stock) == [(1, 3), (2, 2)]


def test_a_pick_settles_its_hold_bit_by_bit(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    hold, tote = _hold(stock, "A-01 RED 1", 4), stock.key_of("BUFFER/TOT-1 RED 1")
    assert _post(stock, _pick(hold, tote, 1)) is None
    stock.is_now("A-01 RED 9 held 3\nBUFFER/TOT-1 RED 1")
    assert _post(stock, _pick(hold, tote, 3)) is None
    stock.is_now("A-01 RED 6\nBUFFER/TOT-1 RED 4")
    assert _open(stock) == []


def test_more_than_was_held_cannot_be_settled(stock: StockText) -> None:
    stock.given("A-01 RED 10\nB-01 BLUE 3")
    hold, tote = _hold(stock, "A-01 RED 1", 4), stock.key_of("BUFFER/TOT-1 RED 1")
    others = _hold(stock, "A-01 RED 1", 5, uuid7())
    blue = _hold(stock, "B-01 BLUE 1", 3)
    gone = Refusal("hold_gone", {"sku": hold.key.sku_id, "place": hold.key.place_id, "held": 4, "wanted": 5})
    assert _post(stock, _pick(hold, tote, 5)) == gone
    # What was settled in the same posting before the refusal is given back.
    assert _post(stock, _pick(blue, stock.key_of("BUFFER/TOT-1 BLUE 1"), 2), _pick(hold, tote, 5)) == gone
    stock.is_now("A-01 RED 10 held 9\nB-01 BLUE 3 held 3")
    assert _open(stock) == [(1, 4), (1, 3)]
    assert _open(stock, others.document) == [(1, 5)]


def test_undoing_a_pick_holds_again(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    hold, tote = _hold(stock, "A-01 RED 1", 4), stock.key_of("BUFFER/TOT-1 RED 1")
    pick = _pick(hold, tote, 4)
    assert _post(stock, pick) is None
    assert _post(stock, pick.reversed()) is None
    stock.is_now("A-01 RED 10 held 4")
    assert _open(stock) == [(1, 4)]


def test_voiding_gives_back_what_is_left(stock: StockText) -> None:
    stock.given("A-01 RED 10\nB-01 RED 10")
    first, second = _hold(stock, "A-01 RED 1", 4), _hold(stock, "B-01 RED 1", 6)
    assert _post(stock, _pick(first, stock.key_of("BUFFER/TOT-1 RED 1"), 1)) is None
    assert _void(stock, first, second) == 9
    assert _void(stock, first, second) == 0
    stock.is_now("A-01 RED 9\nB-01 RED 10\nBUFFER/TOT-1 RED 1")


def test_a_pick_after_the_order_was_cancelled_is_refused(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    hold, tote = _hold(stock, "A-01 RED 1", 4), stock.key_of("BUFFER/TOT-1 RED 1")
    assert _void(stock, hold) == 4
    gone = Refusal("hold_gone", {"sku": hold.key.sku_id, "place": hold.key.place_id, "held": 0, "wanted": 1})
    assert _post(stock, _pick(hold, tote, 1)) == gone
    # Also while another order holds units at the same place.
    _hold(stock, "A-01 RED 1", 10, uuid7())
    assert _post(stock, _pick(hold, tote, 1)) == gone
    stock.is_now("A-01 RED 10 held 10")


def test_a_cancelled_order_holds_nothing_again_when_its_pick_is_undone(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    hold = _hold(stock, "A-01 RED 1", 4)
    pick = _pick(hold, stock.key_of("BUFFER/TOT-1 RED 1"), 4)
    assert _post(stock, pick) is None
    freed = stock.database.in_transaction(
        lambda session: service.void_document(session, stock.warehouse_id, hold.document)
    )
    assert freed == 0
    refusal = _post(stock, pick.reversed())
    assert refusal is not None
    assert refusal.code == "hold_gone"
    stock.is_now("A-01 RED 6\nBUFFER/TOT-1 RED 4")


def test_voiding_a_document_gives_everything_back(stock: StockText) -> None:
    stock.given("A-01 RED 10\nB-01 BLUE 10")
    _hold(stock, "A-01 RED 1", 4)
    _hold(stock, "B-01 BLUE 1", 5)
    _hold(stock, "B-01 BLUE 1", 1, uuid7())
    freed = stock.database.in_transaction(lambda session: service.void_document(session, stock.warehouse_id, ORDER))
    assert freed == 9
    stock.is_now("A-01 RED 10\nB-01 BLUE 10 held 1")


def test_a_hold_of_another_place_or_an_unknown_one_is_a_bug(stock: StockText) -> None:
    stock.given("A-01 RED 10\nB-01 RED 10")
    hold, there = _hold(stock, "A-01 RED 1", 4), _hold(stock, "B-01 RED 1", 4)
    tote = stock.key_of("BUFFER/TOT-1 RED 1")
    elsewhere = Transfer(
        hold.key.sku_id, 1, there.key.place_id, tote.place_id, Reason.PICKED,
        to_container_id=tote.container_id, settles=hold.id,
    )  # fmt: skip
    with pytest.raises(AssertionError, match="is at"):
        _post(stock, elsewhere)
    unknown = _pick(Hold(uuid7(), hold.key, 1, ORDER, 1), tote, 1)
    with pytest.raises(AssertionError, match="does not exist"):
        _post(stock, unknown)
    stock.is_now("A-01 RED 10 held 4\nB-01 RED 10 held 4")


def test_nothing_is_held_in_the_world_outside(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    with pytest.raises(AssertionError, match="virtual"):
        _place(stock, Hold(uuid7(), stock.key_of("SUPPLIER RED 1"), 1, ORDER, 1))
    with pytest.raises(AssertionError, match="quantity"):
        _place(stock, Hold(uuid7(), stock.key_of("A-01 RED 1"), 0, ORDER, 1))


def test_allocation_sees_loose_free_units_only(stock: StockText) -> None:
    stock.given("A-01 RED 10\nA-02 RED 3\nA-03/TOT-1 RED 5\nB-01 RED 9\nA-01 BLUE 1")
    _hold(stock, "A-02 RED 1", 3)
    keys = [stock.key_of(f"{place} RED 1") for place in ("A-01", "A-02", "A-03")]
    found = stock.database.in_transaction(
        lambda session: service.lock_storage_balances(
            session, stock.warehouse_id, [keys[0].sku_id], [key.place_id for key in keys]
        )
    )
    assert [(balance.key, balance.free) for balance in found] == [(keys[0], 10)]


# --- lots ------------------------------------------------------------------------------------------------------------


def test_a_lot_is_found_within_its_sku_alone(stock: StockText) -> None:
    def register(session: Session) -> tuple[UUID, UUID]:
        red, blue = stock.sku(session, "RED"), stock.sku(session, "BLUE")
        lots = [RegisterLot(uuid7(), sku_id, "L1", date(2027, 1, 31)) for sku_id in (red, blue)]
        for lot in lots:
            assert register_lot(session, stock.warehouse_id, lot, now=NOW) is None
        found = service.find_lot(session, stock.warehouse_id, red, "L1")
        assert found is not None
        assert found.expires_on == date(2027, 1, 31)
        assert service.find_lot(session, stock.warehouse_id, red, "L2") is None
        assert service.find_lot(session, stock.warehouse_id + 1, red, "L1") is None
        by_id = service.lots_by_id(session, stock.warehouse_id, [lots[1].lot_id, NIL])
        assert set(by_id) == {lots[1].lot_id}
        return found.id, lots[0].lot_id

    found, registered = stock.database.in_transaction(register)
    assert found == registered


# --- what the database itself refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [update(JournalRow).values(quantity=1), delete(JournalRow), text("DELETE FROM stock_journal")],
    ids=["update", "delete", "bare delete"],
)
def test_the_journal_is_append_only(stock: StockText, statement: object) -> None:
    stock.given("A-01 RED 10")
    with pytest.raises(DBAPIError, match="append-only"):
        stock.database.in_transaction(lambda session: session.execute(statement))  # type: ignore[call-overload]
    stock.is_now("A-01 RED 10")


def test_the_journal_cannot_be_emptied_or_replaced(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    statement = (
        "TRUNCATE stock_journal"
        if stock.database.dialect_name == "postgresql"
        else "INSERT OR REPLACE INTO stock_journal SELECT * FROM stock_journal"
    )
    with pytest.raises(DBAPIError, match="append-only"):
        stock.database.in_transaction(lambda session: session.execute(text(statement)))


@pytest.mark.parametrize(
    "values", [{"on_hand": -1}, {"held": -1}, {"held": 11}, {"on_hand": 3}], ids=["on_hand", "held", "over", "under"]
)
def test_a_balance_is_never_negative_nor_held_beyond_what_is_there(stock: StockText, values: dict[str, int]) -> None:
    stock.given("A-01 RED 10")
    _hold(stock, "A-01 RED 1", 4)
    real = update(BalanceRow).where(BalanceRow.is_virtual.is_(False)).values(**values)
    with pytest.raises(IntegrityError, match="never_negative"):
        stock.database.in_transaction(lambda session: session.execute(real))


def test_a_hold_is_never_negative(stock: StockText) -> None:
    stock.given("A-01 RED 10")
    _hold(stock, "A-01 RED 1", 4)
    with pytest.raises(IntegrityError, match="quantity"):
        stock.database.in_transaction(lambda session: session.execute(update(HoldRow).values(quantity=-1)))


def test_warehouses_do_not_see_each_other(stock: StockText) -> None:
    other = StockText.in_new_warehouse(stock.database, "W2")
    stock.given("A-01 RED 10")
    other.given("A-01 RED 4")
    assert other.move("A-01 -> B-01 RED 5") is not None
    assert other.move("A-01 -> B-01 RED 4") is None
    stock.is_now("A-01 RED 10")
    other.is_now("B-01 RED 4")
