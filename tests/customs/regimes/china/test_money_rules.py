from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.customs.regimes.china.sample_order import (
    KNOWN,
    LIST,
    ORDER,
    PAPERS,
    found,
    with_list,
    with_list_lines,
    with_order,
    with_order_lines,
    with_slip,
    with_waybill,
)
from wms.customs.model import Cause, Finding
from wms.customs.regimes.china.money_rules import computed_tax
from wms.customs.regimes.china.papers import Known, Papers, RuleSettings
from wms.customs.regimes.china.tax import TaxRates, TaxRounding


def rules(papers: Papers) -> list[str]:
    return [one.rule for one in found(papers)]


@pytest.mark.parametrize("element", ["goodsValue", "freight", "discount", "taxTotal"])
def test_f1_the_amounts_add_up(element: str) -> None:
    papers = with_order(Papers(order=ORDER), **{element: getattr(ORDER.head, element) + Decimal("0.01")})
    (first, *_) = found(papers)
    assert (first.rule, first.cause, first.field, first.value, first.other_field) == (
        "F1", Cause.PLATFORM, "OrderHead.acturalPaid", "350.00", "Known.sumOfAmounts",
    )  # fmt: skip
    assert first.other_value == ("349.99" if element == "discount" else "350.01")


def test_f1_no_amount_is_negative() -> None:
    papers = with_order(Papers(order=ORDER), freight=Decimal("-30.00"), acturalPaid=Decimal("290.00"))
    assert ("negative_amount", "OrderHead.freight", "-30.00") in [
        (one.rule, one.field, one.value) for one in found(papers)
    ]


@pytest.mark.parametrize("paid", ["349.99", "350.01", "350.00001"])
def test_f2_the_amount_paid_is_the_amount_charged(paid: str) -> None:
    assert found(with_slip(amount=Decimal(paid))) == (
        Finding("F2", Cause.PAYMENT_COMPANY, "PaymentHead.amountPaid", paid, "OrderHead.acturalPaid", "350.00"),
    )


def test_f2_350_is_350_00() -> None:
    assert found(with_slip(amount=Decimal(350))) == ()


def test_f2_a_tolerance_is_a_setting() -> None:
    one_yuan = RuleSettings(amount_tolerance=Decimal(1))
    assert found(with_slip(amount=Decimal(351)), settings=one_yuan) == ()
    assert [one.rule for one in found(with_slip(amount=Decimal("351.01")), settings=one_yuan)] == ["F2"]


def test_f3_a_line_is_quantity_times_price() -> None:
    wrong = replace(ORDER.lines[0], totalPrice=Decimal("199.99"))
    papers = with_order_lines(wrong, ORDER.lines[1], papers=Papers(order=ORDER))
    assert found(papers) == (
        Finding("F3", Cause.PLATFORM, "OrderList.totalPrice", "199.99", "Known.qtyTimesPrice", "200.00", line_no=1),
        Finding("F3", Cause.PLATFORM, "OrderHead.goodsValue", "300.00", "Known.sumOfLines", "299.99"),
    )


def test_f3_the_lists_totals_are_the_warehouses() -> None:
    wrong = replace(LIST.lines[1], totalPrice=Decimal("99.99"))
    (line, total) = found(with_list_lines(LIST.lines[0], wrong))
    assert (line.rule, line.cause, line.field, line.line_no) == ("F3", Cause.WAREHOUSE, "InventoryList.totalPrice", 2)
    assert (total.rule, total.field, total.value, total.other_field) == (
        "F4", "InventoryList.totalPrice", "299.99", "OrderHead.goodsValue",
    )  # fmt: skip


def test_f3_a_gift_costs_nothing() -> None:
    gift = replace(ORDER.lines[0], gnum=3, price=Decimal(0), totalPrice=Decimal(0))
    papers = with_order_lines(*ORDER.lines, gift, papers=Papers(order=ORDER))
    goods = (*KNOWN.goods, replace(KNOWN.goods[0], gnum=3))
    assert found(papers, goods=goods) == ()


def test_f3_the_longest_numbers_are_multiplied_exactly() -> None:
    long = Decimal("12345678901234.56789")
    line = replace(ORDER.lines[0], qty=long, price=long, totalPrice=Decimal("152415787532388367501905199.875"))
    (first, *_) = found(with_order_lines(line, papers=Papers(order=ORDER)))
    assert (first.rule, first.field) == ("F3", "OrderList.totalPrice")
    assert first.other_value == "152415787532388367501905199.8750190521"


@pytest.mark.parametrize(
    ("element", "value", "ordered"),
    [("qty", Decimal(1), "2"), ("price", Decimal("99.00"), "100.00"), ("unit", "125", "140")],
)
def test_f4_a_packed_line_is_the_ordered_one(element: str, value: Decimal | str, ordered: str) -> None:
    changed = replace(LIST.lines[0], **{element: value})
    packed = replace(changed, totalPrice=changed.qty * changed.price)
    (only,) = (
        found(with_list_lines(replace(packed), LIST.lines[1]))
        if element == "unit"
        else [one for one in found(with_list_lines(packed, LIST.lines[1])) if one.rule == "F4"]
    )
    assert only == Finding(
        "F4", Cause.WAREHOUSE, f"InventoryList.{element}", str(value), f"OrderList.{element}", ordered, line_no=1
    )


def test_f4_the_name_is_that_of_the_order() -> None:
    (only,) = found(with_list_lines(replace(LIST.lines[0], gname="别名"), LIST.lines[1]))
    assert (only.rule, only.field, only.other_field, only.line_no) == (
        "F4", "InventoryList.gname", "OrderList.itemName", 1,
    )  # fmt: skip


def test_f4_a_line_that_was_not_packed() -> None:
    papers = with_list(with_list_lines(LIST.lines[0]), netWeight=Decimal("0.5"))
    assert found(papers) == (
        Finding("F4", Cause.WAREHOUSE, "InventoryList.gnum", "", "OrderList.gnum", "2", line_no=2),
    )


def test_f4_a_line_that_was_not_ordered() -> None:
    papers = with_list(
        with_list_lines(*LIST.lines, replace(LIST.lines[0], gnum=3, qty1=Decimal("0.25"))), netWeight=Decimal("1.75")
    )
    assert found(papers) == (
        Finding("F4", Cause.WAREHOUSE, "InventoryList.gnum", "3", "OrderList.gnum", "", line_no=3),
    )


@pytest.mark.parametrize("element", ["freight", "insuredFee"])
def test_f5_the_list_has_the_freight_of_the_waybill(element: str) -> None:
    charged = found(with_waybill(**{element: Decimal("31.00")}))
    assert [(one.rule, one.cause, one.field, one.other_field, one.other_value) for one in charged] == [
        ("F5", Cause.WAREHOUSE, f"InventoryHead.{element}", f"LogisticsHead.{element}", "31.00")
    ]


def test_f5_an_absent_amount_of_a_waybill_is_none() -> None:
    assert found(with_waybill(insuredFee=None)) == ()
    assert [one.rule for one in found(with_waybill(freight=None))] == ["F5"]


def test_f5_the_orders_freight_need_not_be_the_waybills_unless_the_settings_say_so() -> None:
    papers = with_list(with_waybill(freight=Decimal("29.00")), freight=Decimal("29.00"))
    assert found(papers) == ()
    strict = RuleSettings(order_freight_is_waybill_freight=True)
    assert found(papers, settings=strict) == (
        Finding("F5", Cause.LOGISTICS_COMPANY, "LogisticsHead.freight", "29.00", "OrderHead.freight", "30.00"),
    )
    assert found(settings=strict) == ()


@pytest.mark.parametrize(
    ("papers", "field", "line_no"),
    [
        (with_order(PAPERS, currency="502"), "OrderHead.currency", 0),
        (with_slip(currency="502"), "PaymentHead.currency", 0),
        (with_waybill(currency="502"), "LogisticsHead.currency", 0),
        (with_list(currency="502"), "InventoryHead.currency", 0),
        (with_order_lines(ORDER.lines[0], replace(ORDER.lines[1], currency="502")), "OrderList.currency", 2),
        (with_list_lines(replace(LIST.lines[0], currency="502"), LIST.lines[1]), "InventoryList.currency", 1),
    ],
)
def test_f6_everything_is_in_yuan(papers: Papers, field: str, line_no: int) -> None:
    (only,) = found(papers)
    assert (only.rule, only.field, only.value, only.other_value, only.line_no) == ("F6", field, "502", "142", line_no)


@given(
    amounts=st.lists(st.decimals(0, 10_000, places=2), min_size=4, max_size=4),
    off=st.decimals(-1, 1, places=2),
)
def test_f1_and_f2_are_exact(amounts: list[Decimal], off: Decimal) -> None:
    goods, freight, tax, discount = amounts
    charged = goods + freight + tax - discount
    papers = with_order(
        with_slip(amount=charged), goodsValue=goods, freight=freight, taxTotal=tax, discount=discount,
        acturalPaid=charged + off,
    )  # fmt: skip
    broken = {one.rule for one in found(papers)}
    assert ("F1" in broken) == (off != 0)
    assert ("F2" in broken) == (off != 0)


@pytest.mark.parametrize(("collected", "warns"), [("30.03", False), ("30.13", False), ("30.14", True), ("0", True)])
def test_the_tax_collected_is_compared_within_a_tolerance(collected: str, warns: bool) -> None:
    off = Decimal(collected) - Decimal("30.03")
    paid = Decimal(350) + off
    papers = with_order(with_slip(amount=paid), taxTotal=Decimal(collected), acturalPaid=paid)
    expected = Finding(
        "tax_total", Cause.PLATFORM, "OrderHead.taxTotal", collected, "Known.computedTax", "30.03", stops=False
    )
    assert found(papers) == ((expected,) if warns else ())


def test_the_tax_is_not_checked_where_a_rate_is_not_known() -> None:
    papers = with_order(with_slip(amount=Decimal("319.97")), taxTotal=Decimal(0), acturalPaid=Decimal("319.97"))
    assert found(papers, goods=KNOWN.goods[:1]) == ()
    assert found(papers, goods=(KNOWN.goods[0], replace(KNOWN.goods[1], rates=None))) == ()
    assert [one.rule for one in found(papers)] == ["tax_total"]


def tax_of_papers(papers: Papers, **settings: object) -> Decimal | None:
    computed = computed_tax(papers, replace(KNOWN, settings=RuleSettings(**settings)))  # type: ignore[arg-type]
    return computed.total if computed else None


def test_a_discount_lowers_the_tax_only_where_the_settings_say_so() -> None:
    assert tax_of_papers(PAPERS) == Decimal("30.03")
    # (300.00 - 10.03 + 30.00) x 9.1 %
    assert tax_of_papers(PAPERS, discount_lowers_value=True, tax_rounding=TaxRounding.TOTAL) == Decimal("29.12")
    everything = with_order(PAPERS, discount=Decimal(400))
    assert tax_of_papers(everything, discount_lowers_value=True, tax_rounding=TaxRounding.TOTAL) == Decimal("2.73")


def test_the_share_of_tax_is_a_setting() -> None:
    assert tax_of_papers(PAPERS, tax_percent=100) == Decimal("42.90")


def test_above_the_single_limit_the_tax_is_full_or_not_computed() -> None:
    dear = replace(ORDER.lines[0], qty=Decimal(1), price=Decimal(6000), totalPrice=Decimal(6000))
    one = with_order(with_order_lines(dear, papers=Papers(order=ORDER)), goodsValue=Decimal(6000))
    assert computed_tax(one, KNOWN) is None
    with_duty = Known(on=KNOWN.on, goods=(replace(KNOWN.goods[0], rates=TaxRates(1300, 0, duty_bp=1000)),))
    computed = computed_tax(one, with_duty)
    assert computed is not None
    # 6030 x 10 % duty, then 13 % of 6633
    assert computed.total == Decimal("603.00") + Decimal("862.29")
    two = with_order(
        with_order_lines(replace(dear, qty=Decimal(2), totalPrice=Decimal(12000)), papers=Papers(order=ORDER)),
        goodsValue=Decimal(12000),
    )
    assert computed_tax(two, with_duty) is None


@pytest.mark.parametrize(
    "papers",
    [
        Papers(),
        with_order_lines(papers=Papers(order=ORDER)),
        with_order(Papers(order=ORDER), freight=Decimal(-1)),
        with_order_lines(replace(ORDER.lines[0], totalPrice=Decimal(-1)), papers=Papers(order=ORDER)),
    ],
)
def test_no_tax_is_computed_from_what_cannot_be(papers: Papers) -> None:
    assert computed_tax(papers, KNOWN) is None


def test_a_negative_line_is_named() -> None:
    line = replace(ORDER.lines[0], qty=Decimal(-2), totalPrice=Decimal(-200))
    papers = with_order(with_order_lines(line, papers=Papers(order=ORDER)), goodsValue=Decimal(-200))
    assert ("negative_amount", "OrderList.qty", 1) in [(one.rule, one.field, one.line_no) for one in found(papers)]
    assert "negative_amount" not in rules(PAPERS)
