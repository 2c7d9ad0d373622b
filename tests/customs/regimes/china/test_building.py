from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.customs.regimes.china.declared import SAMPLES
from tests.customs.regimes.china.sample_order import FACTS, LIST, ORDER, SLIP, STAMP, WAYBILL, yuan
from wms.customs.facts import DeclaredLine, ParcelFacts
from wms.customs.regimes.china.building import (
    Stamp,
    cancellation_of,
    goods_of,
    inventory_of,
    order_of,
    papers_of,
    payment_of,
    refund_of,
    signed_for_of,
    waybill_of,
)
from wms.customs.regimes.china.document_reader import read_documents
from wms.customs.regimes.china.documents import KIND_OF, Inventory, Order, Payment, Waybill
from wms.customs.regimes.china.tax import TaxRates
from wms.customs.regimes.china.validation import faults_of_node
from wms.customs.regimes.china.writer import node_of
from wms.kernel.money import Money


def sample(name: str) -> Any:
    (document,) = read_documents((SAMPLES / f"{name}.xml").read_bytes()).documents
    return document


def differing(made: Any, expected: Any) -> set[str]:
    """Names of the fields in which two documents differ; numbers count as numbers, an empty text as none."""
    return {
        field.name
        for field in fields(made)
        if field.name not in {"guid", "appTime"}
        and (getattr(made, field.name) or None) != (getattr(expected, field.name) or None)
    }


def test_the_order_is_the_sample() -> None:
    expected = sample("CEB311")
    assert isinstance(expected, Order)
    assert differing(ORDER.head, expected.head) == set()
    assert [differing(*pair) for pair in zip(ORDER.lines, expected.lines, strict=True)] == [set(), set()]


def test_the_payment_is_the_sample() -> None:
    expected = sample("CEB411")
    assert isinstance(expected, Payment)
    assert differing(payment_of(SLIP, STAMP), expected) == set()


def test_the_waybill_is_the_sample_but_for_the_words_about_its_contents() -> None:
    expected = sample("CEB511")
    assert isinstance(expected, Waybill)
    assert differing(WAYBILL, expected) == {"goodsInfo"}


def test_the_list_is_the_sample_without_the_package_type() -> None:
    expected = sample("CEB621")
    assert isinstance(expected, Inventory)
    assert differing(LIST.head, expected.head) == {"wrapType"}
    assert [differing(*pair) for pair in zip(LIST.lines, expected.lines, strict=True)] == [set(), set()]


APPLICATION = {"cop_no": "COP-2", "invt_no": "99992026I000000001", "reason": "买家取消"}


@pytest.mark.parametrize(
    "document",
    [
        ORDER,
        payment_of(SLIP, STAMP),
        WAYBILL,
        LIST,
        cancellation_of(FACTS, STAMP, **APPLICATION),
        refund_of(FACTS, STAMP, {1: 1, 2: 1}, **APPLICATION),
        signed_for_of(FACTS, STAMP, signed_at=datetime(2026, 11, 6, 1, 0, tzinfo=UTC)),
    ],
    ids=lambda document: type(document).__name__,
)
def test_customs_takes_the_form_of_every_document(document: Any) -> None:
    assert faults_of_node(KIND_OF[type(document)], node_of(document)) == ()


def test_the_order_says_what_was_sold_and_the_list_what_was_packed() -> None:
    one_short = replace(FACTS, lines=(replace(FACTS.lines[0], quantity=1),), net_weight_grams=250)
    order = order_of(one_short, STAMP)
    inventory = inventory_of(one_short, STAMP, cop_no="COP-1")
    assert [(line.gnum, line.qty, line.totalPrice) for line in order.lines] == [(1, 2, 200), (2, 1, 100)]
    assert [(line.gnum, line.qty, line.totalPrice) for line in inventory.lines] == [(1, 1, 100)]
    assert order.head.goodsValue == 300


def test_amounts_stay_those_the_platform_gave_even_where_they_do_not_add_up() -> None:
    head = order_of(replace(FACTS, goods=yuan(29999), paid=yuan(1)), STAMP).head
    assert (head.goodsValue, head.acturalPaid) == (Decimal("299.99"), Decimal("0.01"))


def test_a_packed_line_keeps_the_number_of_the_ordered_one() -> None:
    second_only = replace(FACTS, lines=FACTS.lines[1:])
    assert [line.gnum for line in inventory_of(second_only, STAMP, cop_no="C").lines] == [2]
    unnumbered = replace(FACTS, lines=tuple(replace(line, gnum=0) for line in FACTS.lines))
    assert [line.gnum for line in inventory_of(unnumbered, STAMP, cop_no="C").lines] == [1, 2]


def listed(**changed: Any) -> Any:
    line: DeclaredLine = replace(FACTS.lines[0], **changed)
    (made,) = inventory_of(replace(FACTS, lines=(line,)), STAMP, cop_no="C").lines
    return made


def test_the_statutory_quantity_is_the_net_weight_in_kilograms() -> None:
    line = listed(quantity=3, net_weight_grams=333)
    assert (line.qty1, line.unit1, line.qty2, line.unit2) == (Decimal("0.999"), "035", None, None)


def test_a_second_statutory_quantity_comes_with_its_unit() -> None:
    line = listed(second_quantity=Decimal(2), second_unit="007")
    assert (line.qty2, line.unit2) == (2, "007")


def test_a_list_line_without_a_barcode_says_so_and_an_order_line_leaves_it_out() -> None:
    assert listed(gtin="").barCode == "无"
    assert listed(gtin="06901234567892").barCode == "6901234567892"
    assert listed(gtin="HOUSE-17").barCode == "HOUSE-17"
    bare = order_of(replace(FACTS, ordered=(replace(FACTS.ordered[0], gtin=""),)), STAMP)
    assert bare.lines[0].barCode is None


def test_a_long_sku_is_left_out_of_the_list_and_never_cut() -> None:
    assert listed(sku_code="S" * 20).itemNo == "S" * 20
    assert listed(sku_code="S" * 21).itemNo is None


def test_the_guarantor_is_the_merchant_unless_another_is_named() -> None:
    assert LIST.head.assureCode == FACTS.merchant.code
    other = inventory_of(replace(FACTS, assure_code="9999980005"), STAMP, cop_no="C")
    assert other.head.assureCode == "9999980005"


def test_an_amount_in_another_currency_is_not_passed_off_as_yuan() -> None:
    assert order_of(replace(FACTS, paid=Money(35000, "EUR")), STAMP).head.currency == "300"
    assert order_of(replace(FACTS, paid=Money(35000, "CHF")), STAMP).head.currency == "CHF"


def test_what_is_not_known_is_absent_and_not_empty() -> None:
    bare = replace(FACTS, stated_payment=None, site=replace(FACTS.site, account_book_no=""))
    order, inventory = order_of(bare, STAMP).head, inventory_of(bare, STAMP, cop_no="").head
    assert (order.payCode, order.payName, order.payTransactionId, order.consigneeDistrict) == (None,) * 4
    assert (inventory.copNo, inventory.emsNo, inventory.invtNo) == (None,) * 3


def test_the_stamp_tells_a_change_from_a_new_document() -> None:
    again = Stamp("G", "20261105103000", app_type="2")
    head = inventory_of(FACTS, again, cop_no="C", invt_no="99992026I000000001").head
    assert (head.guid, head.appType, head.appTime, head.declTime) == ("G", "2", "20261105103000", "20261105")
    assert head.invtNo == "99992026I000000001"
    assert cancellation_of(FACTS, again, **APPLICATION).appType == "1"


def test_a_signature_is_told_in_china_time() -> None:
    signed = signed_for_of(FACTS, STAMP, signed_at=datetime(2026, 11, 5, 17, 30, tzinfo=UTC))
    assert (signed.logisticsStatus, signed.logisticsTime) == ("S", "20261106013000")


def test_a_return_names_lines_of_the_original_list() -> None:
    refund = refund_of(FACTS, STAMP, {2: 1}, pre_no="B20261105000000001", **APPLICATION)
    (line,) = refund.lines
    assert (line.gnum, line.gcode, line.qty, line.unit) == (2, "2106909090", 1, "136")
    assert (refund.head.copNo, refund.head.preNo) == ("COP-2", "B20261105000000001")


@pytest.mark.parametrize("quantity", [0, 3])
def test_no_more_comes_back_than_was_declared(quantity: int) -> None:
    with pytest.raises(ValueError, match="line 1 declares 2"):
        refund_of(FACTS, STAMP, {1: quantity}, **APPLICATION)


def test_a_line_the_list_does_not_have_cannot_come_back() -> None:
    with pytest.raises(KeyError):
        refund_of(FACTS, STAMP, {3: 1}, **APPLICATION)


def unpacked() -> ParcelFacts:
    return replace(FACTS, tracking_number="", gross_weight_grams=0, net_weight_grams=0, lines=(), slip=None)


def test_before_the_parcel_is_packed_there_is_the_order_alone() -> None:
    papers = papers_of(unpacked())
    assert papers.order is not None
    assert (papers.slip, papers.waybill, papers.inventory) == (None, None, None)


def test_a_packed_parcel_has_all_papers() -> None:
    papers = papers_of(FACTS, cop_no="FAKECOP2026110501", day="20261105")
    assert papers.inventory is not None
    assert papers.inventory.head.declTime == "20261105"
    assert papers.slip is SLIP
    assert papers.waybill == replace(waybill_of(FACTS, STAMP), guid="", appTime="20261105000000")


def test_the_goods_bring_their_rates() -> None:
    assert [(goods.gnum, goods.hs_code, goods.rates) for goods in goods_of(FACTS)] == [
        (1, "1905310000", TaxRates(1300, 0)),
        (2, "2106909090", TaxRates(1300, 0)),
    ]


def test_goods_without_an_hs_code_have_no_rates_and_impossible_ones_are_not_guessed() -> None:
    bare, whole = replace(FACTS.ordered[0], hs_code=""), replace(FACTS.ordered[1], consumption_rate_bp=10_000)
    assert [goods.rates for goods in goods_of(replace(FACTS, ordered=(bare, whole)))] == [None, None]
