"""The ledger against a model of a few lines: whatever is done in whatever order, both say the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.support.opened import opened
from tests.support.stock_text import NOW, StockText
from wms.database.transaction import Database
from wms.kernel.identity import uuid7
from wms.stock import service
from wms.stock.audit import audit
from wms.stock.model import BalanceKey, Hold, Reason, Transfer
from wms.stock.service import Posting

PLACES = ("A-01", "A-02", "BUFFER/TOT-1", "SUPPLIER", "LOST")
WORLD = ("SUPPLIER", "LOST")
SKUS = ("RED 1", "BLUE 1 lot L1")

places = st.sampled_from(PLACES)
shelves = st.sampled_from([place for place in PLACES if place not in WORLD])
skus = st.sampled_from(SKUS)
units = st.integers(1, 12)


class Ledger(RuleBasedStateMachine):
    """Random work, done on the ledger and on two dictionaries."""

    database: ClassVar[Database]
    warehouses: ClassVar[Iterator[str]]

    def __init__(self) -> None:
        super().__init__()
        self.stock = StockText.in_new_warehouse(self.database, next(self.warehouses))
        self.keys: dict[tuple[str, str], BalanceKey] = {}
        self.on_hand: dict[tuple[str, str], int] = {}
        self.holds: dict[Hold, tuple[str, str, int]] = {}
        self.voided: list[Hold] = []
        self.picks: list[tuple[Hold, str, str, int, Transfer]] = []

    def _key(self, place: str, sku: str) -> BalanceKey:
        if (place, sku) not in self.keys:
            self.keys[(place, sku)] = self.stock.key_of(f"{place} {sku}")
        return self.keys[(place, sku)]

    def _held(self, place: str, sku: str) -> int:
        return sum(held for at, what, held in self.holds.values() if (at, what) == (place, sku))

    def _free(self, place: str, sku: str) -> int:
        return self.on_hand.get((place, sku), 0) - self._held(place, sku)

    def _add(self, place: str, sku: str, change: int) -> None:
        self.on_hand[(place, sku)] = self.on_hand.get((place, sku), 0) + change

    def _transfer(self, source: str, target: str, sku: str, quantity: int, *, settles: Hold | None = None) -> Transfer:
        start, end = self._key(source, sku), self._key(target, sku)
        return Transfer(
            start.sku_id, quantity, start.place_id, end.place_id, Reason.MOVED, start.lot_id,
            start.container_id, end.container_id, settles=settles and settles.id,
        )  # fmt: skip

    def _post(self, *transfers: Transfer) -> str:
        refusal = self.database.in_transaction(
            lambda session: self.stock.ledger.post(session, self.stock.warehouse_id, transfers, Posting(NOW))
        )
        return "" if refusal is None else refusal.code

    @rule(source=places, to=places, sku=skus, quantity=units)
    def move(self, source: str, to: str, sku: str, quantity: int) -> None:
        if source == to:
            return
        outcome = self._post(self._transfer(source, to, sku, quantity))
        if source not in WORLD and self._free(source, sku) < quantity:
            assert outcome == "not_enough_stock"
            return
        assert outcome == ""
        self._add(source, sku, -quantity)
        self._add(to, sku, quantity)

    @rule(first=shelves, second=shelves, sku=skus, quantities=st.tuples(units, units))
    def move_two_at_once(self, first: str, second: str, sku: str, quantities: tuple[int, int]) -> None:
        """Both or none: from the supplier to one shelf, and from another to the lost."""
        transfers = (
            self._transfer("SUPPLIER", first, sku, quantities[0]),
            self._transfer(second, "LOST", sku, quantities[1]),
        )
        free = self._free(second, sku) + (quantities[0] if first == second else 0)
        assert self._post(*transfers) == ("" if free >= quantities[1] else "not_enough_stock")
        if free >= quantities[1]:
            self._add("SUPPLIER", sku, -quantities[0])
            self._add(first, sku, quantities[0])
            self._add(second, sku, -quantities[1])
            self._add("LOST", sku, quantities[1])

    @rule(place=shelves, sku=skus, quantity=units)
    def hold(self, place: str, sku: str, quantity: int) -> None:
        hold = Hold(uuid7(), self._key(place, sku), quantity, uuid7(), 1)
        refusal = self.database.in_transaction(
            lambda session: service.place_holds(session, self.stock.warehouse_id, [hold], now=NOW)
        )
        if self._free(place, sku) < quantity:
            assert refusal is not None
            assert refusal.code == "not_enough_stock"
        else:
            assert refusal is None
            self.holds[hold] = (place, sku, quantity)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), quantity=units, to=shelves)
    def pick(self, data: st.DataObject, quantity: int, to: str) -> None:
        hold = data.draw(st.sampled_from(list(self.holds)))
        place, sku, held = self.holds[hold]
        if place == to:
            return
        transfer = self._transfer(place, to, sku, quantity, settles=hold)
        outcome = self._post(transfer)
        if held < quantity:
            assert outcome == "hold_gone"
            return
        assert outcome == ""
        self.holds[hold] = (place, sku, held - quantity)
        self._add(place, sku, -quantity)
        self._add(to, sku, quantity)
        self.picks.append((hold, to, sku, quantity, transfer))

    @precondition(lambda self: self.picks)
    @rule()
    def undo_the_last_pick(self) -> None:
        hold, picked_to, sku, quantity, transfer = self.picks.pop()
        outcome = self._post(transfer.reversed())
        if self._free(picked_to, sku) < quantity:
            assert outcome == "not_enough_stock"
        elif hold in self.voided:
            assert outcome == "hold_gone"
        else:
            assert outcome == ""
            place, _, held = self.holds[hold]
            self.holds[hold] = (place, sku, held + quantity)
            self._add(picked_to, sku, -quantity)
            self._add(place, sku, quantity)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        hold = data.draw(st.sampled_from(list(self.holds)))
        freed = self.database.in_transaction(
            lambda session: service.void_document(session, self.stock.warehouse_id, hold.document)
        )
        _, _, held = self.holds.pop(hold)
        assert freed == held
        self.voided.append(hold)

    @invariant()
    def both_say_the_same(self) -> None:
        expected = []
        for (place, sku), on_hand in self.on_hand.items():
            if on_hand:
                name, _, lot = sku.partition(" 1")
                held = self._held(place, sku)
                expected.append(f"{place} {name} {on_hand}{f' held {held}' if held else ''}{lot}")
        assert sorted(self.stock.lines() + self.stock.world()) == sorted(expected)

    def teardown(self) -> None:
        report = self.database.reading(lambda session: audit(session, self.stock.warehouse_id))
        assert report.differences == ()


@contextmanager
def _ledger_on(url: str) -> Iterator[type[Ledger]]:
    with opened(url) as database:
        names = iter(f"W{number}" for number in range(1_000_000))
        yield type("LedgerOnThis", (Ledger,), {"database": database, "warehouses": names})


COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": True, "database": None}


def test_on_sqlite(sqlite_database_url: str) -> None:
    with _ledger_on(sqlite_database_url) as ledger:
        run_state_machine_as_test(
            ledger,
            settings=settings(max_examples=30, stateful_step_count=25, **COMMON),  # type: ignore[arg-type]
        )


def test_on_postgresql(postgresql_database_url: str) -> None:
    with _ledger_on(postgresql_database_url) as ledger:
        run_state_machine_as_test(
            ledger,
            settings=settings(max_examples=10, stateful_step_count=20, **COMMON),  # type: ignore[arg-type]
        )
