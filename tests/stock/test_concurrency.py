"""Many hands on the same stock: never a unit too many, never a unit lost, nobody stuck for ever."""

import threading

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from tests.support.stock_text import NOW, StockText
from tests.support.threads import together
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.stock import service
from wms.stock.audit import audit
from wms.stock.model import Hold
from wms.stock.service import Posting
from wms.stock.statements import KEYS_PER_LOCK
from wms.stock.tables import BalanceRow

THREADS = 16


def _outcome(refusal: Refusal | None) -> str:
    return "done" if refusal is None else refusal.code


def _assert_clean(stock: StockText) -> None:
    report = stock.database.reading(lambda session: audit(session, stock.warehouse_id))
    assert report.differences == ()


def test_sixteen_pickers_take_fifty_units_from_one_hot_place(stock: StockText) -> None:
    stock.given("A-01 RED 50")
    for picker in range(THREADS):
        stock.key_of(f"BUFFER/TOT-{picker} RED 1")

    def pick(picker: int) -> list[str]:
        return [_outcome(stock.move(f"A-01 -> BUFFER/TOT-{picker} RED 1")) for _ in range(5)]

    outcomes = [outcome for mine in together(THREADS, pick) for outcome in mine]
    assert outcomes.count("done") == 50
    assert outcomes.count("not_enough_stock") == THREADS * 5 - 50
    assert sum(int(line.split()[2]) for line in stock.lines()) == 50
    assert not any(line.startswith("A-01") for line in stock.lines())
    _assert_clean(stock)


def test_sixteen_orders_reserve_fifty_units_and_never_one_more(stock: StockText) -> None:
    stock.given("A-01 RED 50")
    key = stock.key_of("A-01 RED 1")

    def reserve(_order: int) -> list[str]:
        outcomes = []
        for _ in range(3):
            hold = Hold(uuid7(), key, 2, uuid7(), 1)
            outcomes.append(
                _outcome(
                    stock.database.in_transaction(
                        lambda session, hold=hold: service.place_holds(  # type: ignore[misc]
                            session, stock.warehouse_id, [hold], now=NOW
                        )
                    )
                )
            )
        return outcomes

    outcomes = [outcome for mine in together(THREADS, reserve) for outcome in mine]
    assert outcomes.count("done") == 25
    stock.is_now("A-01 RED 50 held 50")
    _assert_clean(stock)


def test_cancelling_picking_and_reserving_the_same_units_at_once(stock: StockText) -> None:
    """Each hold is either picked or given back, whoever comes first, and then free for the next."""
    stock.given("A-01 RED 40")
    key, tote = stock.key_of("A-01 RED 1"), stock.key_of("BUFFER/TOT-1 RED 1")
    holds = [Hold(uuid7(), key, 5, uuid7(), 1) for _ in range(8)]
    stock.database.in_transaction(lambda session: service.place_holds(session, stock.warehouse_id, holds, now=NOW))

    def act(actor: int) -> str:
        hold = holds[actor // 2]
        if actor % 2:
            freed = stock.database.in_transaction(
                lambda session: service.void_document(session, stock.warehouse_id, hold.document)
            )
            return f"freed {freed}"

        def pick(session: Session) -> Refusal | None:
            transfer = stock.transfer(session, "A-01 -> BUFFER/TOT-1 RED 5")
            settling = type(transfer)(
                transfer.sku_id, 5, key.place_id, tote.place_id, transfer.reason,
                to_container_id=tote.container_id, settles=hold.id,
            )  # fmt: skip
            return stock.ledger.post(session, stock.warehouse_id, [settling], Posting(NOW))

        return _outcome(stock.database.in_transaction(pick))

    outcomes = together(THREADS, act)
    for picked, freed in zip(outcomes[::2], outcomes[1::2], strict=True):
        assert (picked, freed) in {("done", "freed 0"), ("hold_gone", "freed 5")}
    left = 40 - 5 * outcomes.count("done")
    assert stock.lines() == [line for line in (f"A-01 RED {left}", f"BUFFER/TOT-1 RED {40 - left}") if " 0" not in line]
    _assert_clean(stock)


def test_a_place_that_was_emptied_keeps_its_row(stock: StockText) -> None:
    """Nothing is tidied away, so nothing can collide with those who are picking."""
    stock.given("A-01 RED 2")
    assert stock.move("A-01 -> B-01 RED 2") is None
    units = select(BalanceRow.on_hand).order_by(BalanceRow.on_hand)
    assert 0 in stock.database.reading(lambda session: list(session.scalars(units)))


def test_opposite_directions_do_not_block_each_other_for_ever(stock: StockText) -> None:
    stock.given("A-01 RED 100\nB-01 RED 100")

    def swap(mover: int) -> None:
        line = "A-01 -> B-01 RED 1" if mover % 2 else "B-01 -> A-01 RED 1"
        for _ in range(10):
            assert stock.move(line) is None

    together(8, swap)
    stock.is_now("A-01 RED 100\nB-01 RED 100")
    _assert_clean(stock)


def test_opposite_directions_in_two_postings_of_one_transaction(stock: StockText) -> None:
    """Here the locks are not taken in one order; the loser of the deadlock comes again."""
    stock.given("A-01 RED 100\nB-01 BLUE 100")

    def two_postings(mover: int) -> None:
        lines = ["A-01 -> C-01 RED 1", "B-01 -> C-01 BLUE 1"]
        if mover % 2:
            lines.reverse()

        def work(session: Session) -> None:
            for line in lines:
                transfer = stock.transfer(session, line)
                assert stock.ledger.post(session, stock.warehouse_id, [transfer], Posting(NOW)) is None

        for _ in range(6):
            stock.database.in_transaction(work)

    stock.key_of("C-01 RED 1")
    together(2, two_postings)
    stock.is_now("A-01 RED 88\nB-01 BLUE 88\nC-01 BLUE 12\nC-01 RED 12")
    _assert_clean(stock)


def test_two_who_open_the_same_balance_at_once(stock: StockText) -> None:
    stock.given("\n".join(f"A-{number:02} RED 5" for number in range(THREADS)))
    stock.key_of("B-01 RED 1")
    together(THREADS, lambda number: stock.move(f"A-{number:02} -> B-01 RED 5"))
    stock.is_now(f"B-01 RED {5 * THREADS}")
    _assert_clean(stock)


def test_who_holds_one_place_stops_nobody_at_another(postgresql_stock: StockText) -> None:
    """On SQLite there is one writer: everybody waits for everybody, and briefly."""
    stock = postgresql_stock
    stock.given("A-01 RED 5\nB-01 BLUE 5")
    holding, may_end = threading.Event(), threading.Event()

    def hold(session: Session) -> None:
        service.lock_balances(session, stock.warehouse_id, [key])
        holding.set()
        may_end.wait(60)

    key = stock.key_of("A-01 RED 1")
    holder = threading.Thread(target=stock.database.in_transaction, args=(hold,))
    holder.start()
    assert holding.wait(60)
    assert stock.move("B-01 -> B-02 BLUE 5") is None
    may_end.set()
    holder.join(60)
    stock.is_now("A-01 RED 5\nB-02 BLUE 5")


def test_balances_are_looked_up_by_their_whole_key(sqlite_stock: StockText) -> None:
    """The cost of a scan must not grow with the warehouse: no list of tuples, no walk along a part of the key."""
    stock = sqlite_stock
    plans: list[str] = []

    def explain(_connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT stock_balances"):
            explainer = cursor.connection.cursor()  # type: ignore[attr-defined]
            plans.extend(row[3] for row in explainer.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    stock.given("\n".join(f"A-{number:02} RED 5" for number in range(KEYS_PER_LOCK)))
    keys = [stock.key_of(f"A-{number:02} RED 1") for number in range(KEYS_PER_LOCK)]
    event.listen(stock.database.engine, "before_cursor_execute", explain)
    for count in (1, 2, 3, 4, 8, KEYS_PER_LOCK):
        plans.clear()
        found = stock.database.in_transaction(
            lambda session, count=count: service.lock_balances(  # type: ignore[misc]
                session, stock.warehouse_id, keys[:count]
            )
        )
        assert len(found) == count
        searches = [plan for plan in plans if plan.startswith(("SEARCH", "SCAN"))]
        assert len(searches) == count
        assert all("container_id=?" in plan for plan in searches), searches


def test_loose_stock_is_found_past_all_parcels_that_ever_left(sqlite_stock: StockText) -> None:
    plan = sqlite_stock.database.reading(
        lambda session: session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT * FROM stock_balances WHERE warehouse_id = 1 AND sku_id IN (1, 2) "
                "AND container_id = 'x' AND on_hand > held"
            )
        ).all()
    )
    assert any("ix_stock_balances_loose" in row[3] for row in plan)
