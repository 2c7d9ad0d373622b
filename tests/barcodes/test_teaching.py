"""What a supervisor taught counts at once, is on record, and hides nothing that was known before."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.barcodes.conftest import NOW, Floor, OrderReader
from wms.access.model import Caller, Role
from wms.access.tables import AuditRow
from wms.barcodes.model import Ambiguous, CodeKind, ExpiryText, Known, LotText
from wms.barcodes.resolver import Resolver
from wms.barcodes.teaching import Lesson, all_patterns, patterns_in_force, switch_off, teach
from wms.catalogue.barcode import ItemReader
from wms.catalogue.model import Item
from wms.catalogue.service import add_barcode
from wms.containers.barcode import ContainerReader
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.barcode import PlaceReader

EXAMPLE = "CUP-250/L77/6"
TEMPLATE = "{sku}/{lot}/{qty}"
ITEM, LOT, PLACE, EXPIRY = CodeKind.ITEM, CodeKind.LOT, CodeKind.PLACE, CodeKind.EXPIRY


@pytest.fixture
def boss(floor: Floor) -> Caller:
    return Caller(floor.warehouse_id, Role.SUPERVISOR, "EMP-1", "Li Wei")


@pytest.fixture
def taught(floor: Floor, boss: Caller) -> Callable[..., UUID | Refusal]:
    """Teaches, and lets the floor's resolver read with what is in force."""
    readers = [PlaceReader(), ContainerReader(), ItemReader(), OrderReader()]
    floor.resolver = Resolver(readers, FixedClock(NOW), patterns_in_force)

    def work(template: str = TEMPLATE, example: str = EXAMPLE, **more: Any) -> UUID | Refusal:
        lesson = Lesson(more.pop("supplier", "Lan Tian"), template, example, **more)
        return floor.database.in_transaction(lambda session: teach(session, boss, lesson, now=NOW))

    return work


Teach = Callable[..., UUID | Refusal]


def item(found: object) -> Item:
    assert isinstance(found, Known), found
    assert isinstance(found.value, Item)
    return found.value


def test_what_was_unknown_is_known_at_once(floor: Floor, taught: Teach) -> None:
    before = floor.resolve(EXAMPLE, ITEM)
    assert isinstance(before, Refusal)
    assert before.code == "unknown_code"
    assert isinstance(taught(), UUID)
    found = item(floor.resolve(EXAMPLE, ITEM))
    assert (found.sku_code, found.lot_code, found.pack_quantity) == ("CUP-250", "L77", 6)


def test_a_code_that_is_expected_still_costs_one_statement(floor: Floor, taught: Teach) -> None:
    taught()
    floor.resolve("9521234567882", ITEM)
    assert len(floor.statements) == 1


def test_a_lot_and_a_date_are_read_where_the_step_asks_for_them(floor: Floor, taught: Teach) -> None:
    taught("{sku}/{lot}/{expiry}", "CUP-250/L77/280131")
    lot = floor.resolve("CUP-250/L77/280131", LOT)
    assert lot == Known(LOT, LotText("L77"))
    expiry = floor.resolve("CUP-250/L77/280131", EXPIRY)
    assert isinstance(expiry, Known)
    assert isinstance(expiry.value, ExpiryText)
    assert expiry.value.expires_on.isoformat() == "2028-01-31"


def test_where_another_kind_is_asked_for_it_says_what_it_is(floor: Floor, taught: Teach) -> None:
    taught()
    found = floor.resolve(EXAMPLE, PLACE)
    assert isinstance(found, Refusal)
    assert found.code == "wrong_kind"
    assert found.details["got_name"] == "Cup 250 ml"


def test_a_known_code_keeps_its_meaning(floor: Floor, taught: Teach) -> None:
    taught("{sku}-{any}", "PLATE-20")
    # It is known as a code of the cup; the pattern would read it as something else.
    floor.database.in_transaction(lambda session: add_barcode(session, 1, "CUPCODE-9"))
    assert item(floor.resolve("CUPCODE-9", ITEM)).sku_code == "CUP-250"
    order = floor.resolve("ORD-42", ITEM)
    assert isinstance(order, Refusal)
    assert (order.code, order.details["got"]) == ("wrong_kind", "order")
    for known in ("TOT-17", "LOC-A-01-02", "9521234567882"):
        assert isinstance(floor.resolve(known, CodeKind.CONTAINER, PLACE, ITEM), Known), known


def test_a_code_that_names_no_product_stays_what_it_was(floor: Floor, taught: Teach) -> None:
    taught()
    unknown = floor.resolve("NOBODY/L77/6", ITEM)
    assert isinstance(unknown, Refusal)
    assert unknown.code == "unknown_code"
    assert floor.resolve("NOBODY/L77/6", ITEM, LOT) == Known(LOT, LotText("NOBODY/L77/6"))


def test_two_patterns_that_name_two_products_are_asked_about(floor: Floor, taught: Teach) -> None:
    taught("{sku}/{any}/X", "CUP-250/PLATE-20/X")
    taught("{any}/{sku}/X", "CUP-250/PLATE-20/X")
    found = floor.resolve("CUP-250/PLATE-20/X", ITEM)
    assert isinstance(found, Ambiguous)
    assert len(found.options) == 2


def test_a_pattern_of_a_merchant_names_his_products_only(floor: Floor, taught: Teach) -> None:
    cup = item(floor.resolve("9521234567882", ITEM))
    other = cup.merchant_id + 1
    taught(merchant_id=other)
    assert isinstance(floor.resolve(EXAMPLE, ITEM), Refusal)
    taught("{sku+}/{lot}/{qty}", merchant_id=cup.merchant_id)
    assert item(floor.resolve(EXAMPLE, ITEM)).sku_code == "CUP-250"


def test_a_count_beyond_any_pallet_is_refused(floor: Floor, taught: Teach) -> None:
    taught(example="19521234567889/L77/6")
    found = floor.resolve("19521234567889/L77/9999999", ITEM)
    assert isinstance(found, Refusal)
    assert found.code == "bad_quantity"


def test_switched_off_it_reads_nothing_and_stays_on_record(floor: Floor, boss: Caller, taught: Teach) -> None:
    pattern_id = taught()
    assert isinstance(pattern_id, UUID)

    def off(session: Session) -> Refusal | None:
        return switch_off(session, boss, pattern_id, now=NOW)

    assert floor.database.in_transaction(off) is None
    assert isinstance(floor.resolve(EXAMPLE, ITEM), Refusal)
    again = floor.database.in_transaction(off)
    assert again is not None
    assert again.code == "pattern_not_in_force"
    assert isinstance(taught(), UUID)
    assert isinstance(floor.resolve(EXAMPLE, ITEM), Known)
    on_record = floor.database.reading(lambda session: all_patterns(session, floor.warehouse_id))
    assert [(each.template, each.taught_by, each.off_by) for each in on_record] == [
        (TEMPLATE, "EMP-1", ""), (TEMPLATE, "EMP-1", "EMP-1")
    ]  # fmt: skip
    trail = floor.database.reading(lambda session: list(session.scalars(select(AuditRow.what).order_by(AuditRow.id))))
    assert trail == ["supplier_pattern_taught", "supplier_pattern_switched_off", "supplier_pattern_taught"]


def test_what_cannot_be_taught(floor: Floor, boss: Caller, taught: Teach) -> None:
    def code(refused: UUID | Refusal) -> str:
        assert isinstance(refused, Refusal)
        return refused.code

    assert code(taught("{lot}")) == "bad_pattern"
    assert code(taught(supplier="  ")) == "pattern_needs_supplier"
    assert code(taught(supplier="x" * 61)) == "pattern_needs_supplier"
    assert code(taught(example="something else")) == "pattern_misses_example"
    assert code(taught(example="")) == "bad_code"
    assert code(taught(example="9521234567882")) == "pattern_misses_example"
    assert isinstance(taught(), UUID)
    assert code(taught(supplier="Another")) == "pattern_in_force"
    assert floor.database.reading(lambda session: len(patterns_in_force(session, floor.warehouse_id))) == 1
    missing = floor.database.in_transaction(lambda session: switch_off(session, boss, uuid7(), now=NOW))
    assert missing is not None


def test_another_warehouse_has_patterns_of_its_own(floor: Floor, taught: Teach) -> None:
    taught()
    assert floor.database.reading(lambda session: patterns_in_force(session, floor.warehouse_id + 1)) == []
