from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.customs.regimes.china.sample_order import (
    DAY,
    KNOWN,
    LIST,
    ORDER,
    PAPERS,
    found,
    with_list,
    with_list_lines,
    with_order,
    with_order_lines,
    with_waybill,
)
from wms.customs.model import Cause, Finding
from wms.customs.regimes.china.papers import Papers, PositiveList, RuleSettings, StatutoryUnits, YearlyBasis


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (with_list(netWeight=Decimal(0)), "InventoryHead.netWeight"),
        (with_list(with_waybill(weight=Decimal(0)), grossWeight=Decimal(0)), "InventoryHead.grossWeight"),
        (with_waybill(weight=Decimal(0)), "LogisticsHead.weight"),
    ],
)
def test_w1_something_weighs_something(papers: Papers, field: str) -> None:
    assert ("W1", field, "") in [(one.rule, one.field, one.other_field) for one in found(papers)]


def test_w1_net_is_not_more_than_gross() -> None:
    papers = with_list(with_waybill(weight=Decimal("1.49")), grossWeight=Decimal("1.49"))
    assert found(papers) == (
        Finding("W1", Cause.WAREHOUSE, "InventoryHead.netWeight", "1.500", "InventoryHead.grossWeight", "1.49"),
    )
    assert found(with_list(with_waybill(weight=Decimal("1.5")), grossWeight=Decimal("1.5"))) == ()


def test_w1_the_list_weighs_what_the_waybill_weighs() -> None:
    assert found(with_waybill(weight=Decimal("1.86"))) == (
        Finding("W1", Cause.WAREHOUSE, "InventoryHead.grossWeight", "1.850", "LogisticsHead.weight", "1.86"),
    )


@pytest.mark.parametrize(("net", "fires"), [("1.49", False), ("1.51", False), ("1.489", True), ("1.511", True)])
def test_w1_the_net_weight_is_about_the_sum_of_the_lines(net: str, fires: bool) -> None:
    broken = found(with_list(netWeight=Decimal(net)))
    assert [(one.rule, one.other_field, one.other_value) for one in broken] == (
        [("W1", "Known.sumOfLineWeights", "1.500")] if fires else []
    )


def test_w1_grams_count_and_pieces_leave_the_sum_unknown() -> None:
    grams = replace(LIST.lines[0], qty1=Decimal(500), unit1="036")
    pieces = replace(LIST.lines[0], qty1=Decimal(2), unit1="007")
    second = replace(pieces, qty2=Decimal("0.5"), unit2="035")
    for line, wrong_is_found in ((grams, True), (pieces, False), (second, True)):
        papers = with_list_lines(line, LIST.lines[1])
        assert found(papers) == ()
        assert bool(found(with_list(papers, netWeight=Decimal("1.2")))) == wrong_is_found


def test_w2_one_order_is_one_parcel() -> None:
    assert [(one.rule, one.field, one.value, one.cause) for one in found(with_waybill(packNo=2))] == [
        ("W2", "LogisticsHead.packNo", "2", Cause.LOGISTICS_COMPANY)
    ]
    assert [(one.rule, one.field) for one in found(with_list(packNo=0))] == [("W2", "InventoryHead.packNo")]


def test_w3_a_statutory_quantity_is_more_than_nothing() -> None:
    nothing = replace(LIST.lines[0], qty1=Decimal(0), qty2=Decimal(0), unit2="007")
    papers = with_list(with_list_lines(nothing, LIST.lines[1]), netWeight=Decimal(1))
    assert [(one.rule, one.field, one.line_no) for one in found(papers)] == [
        ("W3", "InventoryList.qty1", 1),
        ("W3", "InventoryList.qty2", 1),
    ]


@pytest.mark.parametrize(("quantity", "unit"), [(Decimal(1), None), (None, "007")])
def test_w3_a_second_quantity_has_a_unit_and_the_reverse(quantity: Decimal | None, unit: str | None) -> None:
    half = replace(LIST.lines[0], qty2=quantity, unit2=unit)
    (only,) = found(with_list_lines(half, LIST.lines[1]))
    assert (only.rule, only.field, only.other_field) == ("W3", "InventoryList.qty2", "InventoryList.unit2")
    whole = replace(LIST.lines[0], qty2=Decimal(1), unit2="007")
    assert found(with_list_lines(whole, LIST.lines[1])) == ()


def test_w3_the_units_are_those_of_the_hs_code() -> None:
    assert found(statutory_units={"1905310000": StatutoryUnits("035")}) == ()
    assert found(statutory_units={"1905310000": StatutoryUnits("007", "035")}) == (
        Finding("W3", Cause.WAREHOUSE, "InventoryList.unit1", "035", "Known.statutoryUnit", "007", line_no=1),
        Finding("W3", Cause.WAREHOUSE, "InventoryList.unit2", "", "Known.statutoryUnit", "035", line_no=1),
    )
    unwanted = replace(LIST.lines[0], qty2=Decimal(1), unit2="007")
    assert [one.field for one in found(
        with_list_lines(unwanted, LIST.lines[1]), statutory_units={"1905310000": StatutoryUnits("035")}
    )] == ["InventoryList.unit2"]  # fmt: skip


@pytest.mark.parametrize("element", ["emsNo", "areaCode", "areaName"])
def test_w4_bonded_trade_names_book_and_warehouse(element: str) -> None:
    assert found(with_list(**{element: None})) == (
        Finding("W4", Cause.WAREHOUSE, f"InventoryHead.{element}", "", "InventoryHead.tradeMode", "1210"),
    )


@pytest.mark.parametrize("element", ["trafNo", "voyageNo", "billNo"])
def test_w4_bonded_trade_has_no_voyage(element: str) -> None:
    (only,) = found(with_list(**{element: "X1"}))
    assert (only.rule, only.field, only.value) == ("W4", f"InventoryHead.{element}", "X1")


def test_w4_bonded_goods_come_from_china_and_have_a_record_number() -> None:
    assert [(one.rule, one.field, one.other_value) for one in found(with_list(country="601"))] == [
        ("W4", "InventoryHead.country", "142")
    ]
    bare = replace(LIST.lines[1], itemRecordNo=None)
    assert [(one.rule, one.field, one.line_no) for one in found(with_list_lines(LIST.lines[0], bare))] == [
        ("W4", "InventoryList.itemRecordNo", 2)
    ]


def test_w4_direct_purchase_needs_its_voyage() -> None:
    direct = with_list(tradeMode="9610", country="601", emsNo=None, areaCode=None, areaName=None)
    assert [one.field for one in found(direct)] == [
        "InventoryHead.trafNo", "InventoryHead.voyageNo", "InventoryHead.billNo",
    ]  # fmt: skip
    assert found(with_list(direct, trafNo="T", voyageNo="V", billNo="B")) == ()


def test_w4_an_unknown_trade_mode_is_named() -> None:
    assert found(with_list(tradeMode="0110")) == (Finding("W4", Cause.WAREHOUSE, "InventoryHead.tradeMode", "0110"),)
    assert found(with_list(tradeMode="1239")) == ()


LISTED = PositiveList(date(2022, 3, 1), None, frozenset({"19053100", "2106909090"}))


def test_w5_goods_are_on_the_positive_list() -> None:
    assert found(positive_lists=(LISTED,)) == ()
    short = replace(LISTED, codes=frozenset({"19053100"}))
    assert found(positive_lists=(short,)) == (
        Finding("W5", Cause.PLATFORM, "InventoryList.gcode", "2106909090", line_no=2),
    )


def test_w5_before_the_list_is_there_the_catalogue_is_asked() -> None:
    short = replace(LISTED, codes=frozenset({"19053100"}))
    assert found(Papers(order=ORDER), positive_lists=(short,)) == (
        Finding("W5", Cause.PLATFORM, "OrderList.gcode", "2106909090", line_no=2),
    )


def test_w5_the_edition_of_the_day_counts() -> None:
    empty = frozenset[str]()
    past = PositiveList(date(2020, 1, 1), date(2022, 2, 28), empty)
    future = PositiveList(date(2027, 1, 1), None, empty)
    assert found(positive_lists=(past, future)) == ()
    assert found(positive_lists=(past, LISTED, future)) == ()
    assert [one.rule for one in found(positive_lists=(replace(past, valid_until=DAY),))] == ["W5", "W5"]


def test_the_guarantor_is_a_company_of_the_list() -> None:
    for company in ("9999980005", "9999960002", "9999980004"):
        assert found(with_list(assureCode=company)) == ()
    platform = with_list(assureCode="9999960001")
    assert found(platform) == (
        Finding("guarantor", Cause.WAREHOUSE, "InventoryHead.assureCode", "9999960001", stops=False),
    )
    assert found(platform, settings=RuleSettings(platform_may_guarantee=True)) == ()


def dear(price: Decimal, units: int = 1) -> Papers:
    """An order alone of so many units, 30.00 freight, tax as the platform likes."""
    line = replace(ORDER.lines[0], qty=Decimal(units), price=price, totalPrice=price * units)
    goods = price * units
    paid = goods + Decimal("30.00") + Decimal("30.03") - Decimal("10.03")
    return with_order(with_order_lines(line, papers=Papers(order=ORDER)), goodsValue=goods, acturalPaid=paid)


def limit_rules(papers: Papers, **known: object) -> list[tuple[str, str, str, bool]]:
    return [
        (one.rule, one.value, one.other_value, one.stops)
        for one in found(papers, goods=(), **known)
        if one.rule.startswith(("single", "yearly"))
    ]


def test_freight_counts_towards_the_limit_of_one_transaction() -> None:
    assert limit_rules(dear(Decimal("2485.00"), units=2)) == []
    assert limit_rules(dear(Decimal("2485.01"), units=2)) == [("single_limit", "5000.02", "5000", True)]


def test_one_indivisible_item_may_be_dearer_at_full_rates() -> None:
    assert limit_rules(dear(Decimal("4970.01"))) == [("single_item_over_limit", "5000.01", "5000", False)]


def test_a_discount_does_not_lower_the_value_unless_the_settings_say_so() -> None:
    lowered = RuleSettings(discount_lowers_value=True)
    papers = dear(Decimal("2490.00"), units=2)
    assert limit_rules(papers) == [("single_limit", "5010.00", "5000", True)]
    assert limit_rules(papers, settings=lowered) == []


def test_the_yearly_limit_warns_and_does_not_stop() -> None:
    assert limit_rules(Papers(order=ORDER), spent_this_year=Decimal(25670)) == []
    assert limit_rules(Papers(order=ORDER), spent_this_year=Decimal("25670.01")) == [
        ("yearly_limit", "26000.01", "26000", False)
    ]


def test_the_yearly_sum_may_count_what_was_paid() -> None:
    by_payment = RuleSettings(yearly_basis=YearlyBasis.AMOUNT_PAID)
    assert limit_rules(Papers(order=ORDER), settings=by_payment, spent_this_year=Decimal(25650)) == []
    assert limit_rules(Papers(order=ORDER), settings=by_payment, spent_this_year=Decimal(25651)) == [
        ("yearly_limit", "26001.00", "26000", False)
    ]


def test_sugar_and_rice_have_a_yearly_quantity() -> None:
    sugar = replace(LIST.lines[1], gcode="1701910000")
    papers = with_list_lines(LIST.lines[0], sugar)
    assert found(papers, bought_this_year={"1701": Decimal(1)}) == ()
    assert found(papers, bought_this_year={"1701": Decimal("1.001")}) == (
        Finding(
            "yearly_quantity", Cause.PLATFORM, "OrderHead.kilogramsThisYear", "2.001", "Known.yearlyKilograms", "2",
            stops=False,
        ),
    )  # fmt: skip
    assert found(PAPERS, bought_this_year={"1701": Decimal(9)}) == ()


def test_nothing_is_asked_of_papers_that_are_not_there() -> None:
    assert found(Papers(), goods=KNOWN.goods) == ()
