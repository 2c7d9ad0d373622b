"""What a code means at a step: the order of looking, the reasons for refusing, and what it costs."""

from datetime import date

import pytest

from tests.barcodes.conftest import CUP, PLATE, TWIN, Floor, OrderReader
from wms.barcodes.model import (
    Ambiguous,
    CodeKind,
    Command,
    ExpiryText,
    Known,
    LotText,
    UnknownCode,
    Weight,
)
from wms.barcodes.resolver import Resolver
from wms.catalogue.barcode import ItemReader
from wms.catalogue.model import Item
from wms.containers.model import Container
from wms.kernel.refusal import Refusal
from wms.places.model import Place

COMMAND, PLACE, CONTAINER, ITEM = CodeKind.COMMAND, CodeKind.PLACE, CodeKind.CONTAINER, CodeKind.ITEM
LOT, EXPIRY, WEIGHT, UNKNOWN, ORDER = CodeKind.LOT, CodeKind.EXPIRY, CodeKind.WEIGHT, CodeKind.UNKNOWN, CodeKind.ORDER
CUP_EAN = "9521234567882"


def item_of(resolution: object) -> Item:
    assert isinstance(resolution, Known), resolution
    assert isinstance(resolution.value, Item)
    return resolution.value


def refusal_of(resolution: object) -> Refusal:
    assert isinstance(resolution, Refusal), resolution
    return resolution


# A database for every row would cost more than the rows are worth: tables are walked inside one test.
EXPECTED: list[tuple[str, tuple[CodeKind, ...]]] = [
    ("LOC-A-01-02", (PLACE,)),
    ("LOC-A-01-02", (ITEM, CONTAINER, PLACE)),
    ("TOT-17", (PLACE, CONTAINER)),
    ("PAL-3", (CONTAINER,)),
    (CUP_EAN, (ITEM,)),
    (CUP_EAN, (PLACE, CONTAINER, ITEM)),
    ("SKU-CUP-250", (PLACE, ITEM)),
    (f"]C101{'0' + CUP_EAN}10L1", (PLACE, ITEM, LOT)),
    ("L2607", (LOT,)),
    ("L2607", (ITEM, LOT)),
    ("NOT-KNOWN", (ITEM, UNKNOWN)),
]


def test_a_code_that_the_step_expects_costs_at_most_one_statement(floor: Floor) -> None:
    for raw, expects in EXPECTED:
        assert isinstance(floor.resolve(raw, *expects), Known), raw
        # An unknown code is asked for among other kinds too, here orders, whose reader asks nothing.
        assert len(floor.statements) <= 1, (raw, floor.statements)


def test_what_carries_its_own_meaning_costs_no_statement(floor: Floor) -> None:
    for raw in ("*UNDO*", "*QTY+3*", "*WEIGHT=1284*", "1284 g", "20270228"):
        assert isinstance(floor.resolve(raw, EXPIRY, WEIGHT), Known), raw
        assert floor.statements == []


def test_a_command_comes_before_everything_else(floor: Floor) -> None:
    assert floor.resolve("*undo*", LOT) == Known(COMMAND, Command("UNDO"))
    assert floor.resolve("*QTY+12*", ITEM) == Known(COMMAND, Command("QTY", 12))
    assert refusal_of(floor.resolve("*QTY*", LOT)).code == "unknown_command"


def test_our_own_codes_find_their_things(floor: Floor) -> None:
    place = floor.resolve("loc-a-01-02\r", PLACE)
    assert isinstance(place, Known)
    assert isinstance(place.value, Place)
    assert (place.value.code, place.value.zone, place.value.walk_order) == ("A-01-02", "A", 7)
    tote = floor.resolve("]C0TOT-17", CONTAINER)
    assert isinstance(tote, Known)
    assert isinstance(tote.value, Container)
    assert tote.value.code == "TOT-17"


def test_packs_lots_dates_and_counts_come_with_the_item(floor: Floor) -> None:
    assert item_of(floor.resolve("19521234567889", ITEM)).pack_quantity == 6
    item = item_of(floor.resolve("]C102195212345678893710\x1d17270200" + "10l1", ITEM))
    assert (item.sku_id, item.pack_quantity, item.lot_code, item.expires_on) == (CUP, 60, "L1", "2027-02-28")


def test_a_code_of_two_skus_is_ambiguous_and_not_the_first(floor: Floor) -> None:
    found = floor.resolve("9521234111115", ITEM)
    assert isinstance(found, Ambiguous)
    assert [option.sku_id for option in found.options if isinstance(option, Item)] == [CUP, TWIN]


def test_the_step_s_own_order_decides_between_kinds(floor: Floor) -> None:
    class EveryTextIsAnOrder(OrderReader):
        def __call__(self, *_: object) -> tuple[str, ...]:
            return ("an order",)

    floor.resolver = Resolver([ItemReader(), EveryTextIsAnOrder()])
    assert item_of(floor.resolve("CUPCODE", ITEM, ORDER)).sku_id == CUP
    assert floor.resolve("CUPCODE", ORDER, ITEM) == Known(ORDER, "an order")


OF_ANOTHER_KIND: list[tuple[str, tuple[CodeKind, ...], str, str, str]] = [
    ("TOT-17", (PLACE,), "container", "TOT-17", "place"),
    ("LOC-A-01-02", (ITEM, CONTAINER), "place", "A-01-02", "item,container"),
    (CUP_EAN, (PLACE, COMMAND, UNKNOWN), "item", "Cup 250 ml", "place"),
    ("SKU-PLATE-20", (PLACE,), "item", "Plate 20 cm", "place"),
    ("ORD-42", (ITEM,), "order", "ORD-42", "item"),
    (f"(01)0{CUP_EAN}(10)L1", (PLACE,), "item", "Cup 250 ml", "place"),
    ("9521234111115", (PLACE,), "item", "9521234111115", "place"),
    ("*WEIGHT=100*", (ITEM,), "weight", "WEIGHT=100", "item"),
    ("TOT-17", (LOT,), "container", "TOT-17", "lot"),
    ("TOT-17", (EXPIRY,), "container", "TOT-17", "expiry"),
    (CUP_EAN, (LOT,), "item", "Cup 250 ml", "lot"),
    ("]C10109521234567882", (LOT,), "item", "Cup 250 ml", "lot"),
]


def test_a_thing_of_another_kind_is_named(floor: Floor) -> None:
    for raw, expects, got, name, want in OF_ANOTHER_KIND:
        refusal = refusal_of(floor.resolve(raw, *expects))
        assert refusal == Refusal("wrong_kind", {"got": got, "got_name": name, "want": want}), raw


def test_a_typed_place_at_a_step_for_items_is_a_place_all_the_same(floor: Floor) -> None:
    refusal = refusal_of(floor.resolve("A-01-02", ITEM, source="manual"))
    assert (refusal.code, refusal.details["got"], refusal.details["got_name"]) == ("wrong_kind", "place", "A-01-02")


def test_a_code_nobody_knows_is_refused_with_its_tail(floor: Floor) -> None:
    for raw in ("NOT-KNOWN", "LOC-Z-99-99", "TOT-999", "EMP-1", "SKU-NONE", "A-01-02"):
        refusal = refusal_of(floor.resolve(raw, ITEM, PLACE, CONTAINER))
        assert refusal == Refusal("unknown_code", {"code": raw, "tail": raw[-4:], "want": "item,place,container"})


def test_unknown_goods_are_taken_where_the_step_deals_with_them(floor: Floor) -> None:
    assert floor.resolve("NOT-KNOWN", ITEM, UNKNOWN) == Known(UNKNOWN, UnknownCode("NOT-KNOWN"))
    assert floor.resolve("5012345678900", ITEM, UNKNOWN) == Known(UNKNOWN, UnknownCode("05012345678900"))


def test_an_unknown_label_of_ours_is_never_unknown_goods(floor: Floor) -> None:
    assert refusal_of(floor.resolve("TOT-999", ITEM, UNKNOWN)).code == "unknown_code"


def test_a_misread_number_is_refused_as_such(floor: Floor) -> None:
    for raw in ("9521234567883", "96385075", "0109521234567883", "00095212340000000012"):
        assert refusal_of(floor.resolve(raw, ITEM, UNKNOWN)).code == "bad_check_digit", raw


def test_a_number_from_a_symbol_that_is_not_for_retail_may_be_no_gtin(floor: Floor) -> None:
    assert floor.resolve("]C09521234567883", ITEM, UNKNOWN) == Known(UNKNOWN, UnknownCode("9521234567883"))
    assert refusal_of(floor.resolve("]E09521234567883", ITEM, UNKNOWN)).code == "bad_check_digit"


def test_a_code_that_came_twice_in_one_is_refused_as_such(floor: Floor) -> None:
    for once in ("TOT-17", "LOC-A-01-02", CUP_EAN, "SKU-CUP-250"):
        for expects in ((PLACE,), (ITEM, UNKNOWN), (LOT,)):
            refusal = refusal_of(floor.resolve(once * 2, *expects))
            assert refusal == Refusal("doubled_code", {"code": once * 2, "once": once})


def test_a_lot_is_any_text_that_nothing_else_answers_to(floor: Floor) -> None:
    assert floor.resolve("l2607", LOT) == Known(LOT, LotText("L2607"))
    assert floor.resolve("20260701", LOT) == Known(LOT, LotText("20260701"))
    assert floor.resolve("5012345678900", LOT) == Known(LOT, LotText("5012345678900"))
    assert item_of(floor.resolve("CUPCODE", ITEM, LOT)).sku_id == CUP
    assert floor.resolve("BOX-17", LOT) == Known(LOT, LotText("BOX-17"))


def test_a_lot_comes_out_of_a_gs1_code(floor: Floor) -> None:
    assert floor.resolve(f"]C1010{CUP_EAN}10L9", LOT) == Known(LOT, LotText("L9"))
    assert floor.resolve("]C110L9", LOT) == Known(LOT, LotText("L9"))


def test_a_lot_of_a_product_nobody_knows_is_not_taken_alone(floor: Floor) -> None:
    unknown = "]C1010501234567890010L9"
    assert refusal_of(floor.resolve(unknown, ITEM, LOT)).code == "unknown_code"


def test_a_lot_that_is_too_long_is_refused(floor: Floor) -> None:
    assert refusal_of(floor.resolve("L" * 41, LOT)).code == "bad_lot"


def test_an_expiry_date_is_read_and_an_impossible_one_refused(floor: Floor) -> None:
    meant = Known(EXPIRY, ExpiryText(date(2027, 2, 28)))
    assert floor.resolve("2027-02-28", EXPIRY) == meant
    assert floor.resolve("270200", EXPIRY) == meant
    assert floor.resolve("]C117270228", EXPIRY) == meant
    assert refusal_of(floor.resolve("20270230", EXPIRY)) == Refusal("bad_date", {"date": "20270230"})
    assert refusal_of(floor.resolve("soon", EXPIRY)) == Refusal("bad_date", {"date": "SOON"})
    assert refusal_of(floor.resolve("]C117270230", EXPIRY)) == Refusal("bad_date", {"date": "270230"})


def test_a_weight_is_read_and_a_bad_one_refused(floor: Floor) -> None:
    assert floor.resolve("1.284 kg", WEIGHT) == Known(WEIGHT, Weight(1284))
    assert floor.resolve("*WEIGHT=1284*", WEIGHT) == Known(WEIGHT, Weight(1284))
    for bad in ("1284", "*WEIGHT=x*", "1.2845 kg"):
        assert refusal_of(floor.resolve(bad, WEIGHT)).code == "bad_weight"


def test_what_a_reader_refuses_is_the_answer(floor: Floor) -> None:
    refusal = refusal_of(floor.resolve("A-01-02", PLACE, source="manual"))
    assert refusal == Refusal("check_digits_needed", {"place": "A-01-02"})


def test_a_bad_code_is_refused_before_any_statement(floor: Floor) -> None:
    assert refusal_of(floor.resolve("\r\n", ITEM)).code == "bad_code"
    assert floor.statements == []


def test_the_typed_code_of_a_sku_is_found_in_one_statement(floor: Floor) -> None:
    assert item_of(floor.resolve("plate-20", ITEM, source="manual")).sku_id == PLATE
    assert len(floor.statements) == 1


def test_a_kind_that_nobody_was_wired_for_is_our_bug(floor: Floor) -> None:
    with pytest.raises(LookupError, match="parcel"):
        floor.resolve("SF123", CodeKind.PARCEL)


def test_two_readers_of_one_kind_are_our_bug() -> None:
    with pytest.raises(AssertionError, match="two readers"):
        Resolver([OrderReader(), OrderReader()])
