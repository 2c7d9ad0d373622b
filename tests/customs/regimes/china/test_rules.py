from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.customs.regimes.china.declared import SAMPLES
from tests.customs.regimes.china.sample_order import (
    FACTS,
    KNOWN,
    LIST,
    MERCHANT,
    ORDER,
    PAPERS,
    PAYMENT_COMPANY,
    PLATFORM,
    SLIP,
    WAYBILL,
    found,
    with_list,
    with_order,
    with_slip,
)
from wms.customs.facts import Company, PaymentSlip
from wms.customs.regimes.china.building import papers_of
from wms.customs.regimes.china.document_reader import read_documents
from wms.customs.regimes.china.documents import Inventory, Order, Payment, Waybill
from wms.customs.regimes.china.papers import KnownGoods, Papers, PositiveList, RuleSettings, StatutoryUnits
from wms.customs.regimes.china.rules import check
from wms.customs.regimes.china.tax import TaxRates
from wms.customs.words.wording import advice_words, rule_words


def sample_papers() -> Papers:
    """The four sample messages as other programs would read them; nothing of them is built by us."""
    read = [read_documents((SAMPLES / f"CEB{number}.xml").read_bytes()).documents[0] for number in (311, 411, 511, 621)]
    order, payment, waybill, inventory = read
    assert isinstance(order, Order)
    assert isinstance(payment, Payment)
    assert isinstance(waybill, Waybill)
    assert isinstance(inventory, Inventory)
    slip = PaymentSlip(
        company=Company(payment.payCode, payment.payName),
        transaction_id=payment.payTransactionId,
        order_no=payment.orderNo,
        platform=Company(payment.ebpCode, payment.ebpName),
        app_type=payment.appType,
        app_time=payment.appTime,
        payer_name=payment.payerName,
        payer_id_number=payment.payerIdNumber,
        amount=payment.amountPaid,
        paid_at=payment.payTime,
    )
    return Papers(order=order, slip=slip, waybill=waybill, inventory=inventory)


def test_the_sample_order_passes_with_everything_known() -> None:
    known = replace(
        KNOWN,
        registered_names={company.code: company.name for company in (PLATFORM, MERCHANT, PAYMENT_COMPANY)},
        payment_company=PAYMENT_COMPANY.code,
        payee_name=MERCHANT.name,
        payee_account="6222-1",
        positive_lists=(PositiveList(KNOWN.on, None, frozenset({"19053100", "21069090"})),),
        statutory_units={"1905310000": StatutoryUnits("035")},
        spent_this_year=Decimal(1000),
    )
    assert check(sample_papers(), known) == ()


def test_the_sample_as_we_build_it_passes() -> None:
    assert check(papers_of(FACTS, cop_no="FAKECOP2026110501", day="20261105"), KNOWN) == ()


@pytest.mark.parametrize(
    "papers",
    [
        Papers(),
        Papers(order=ORDER),
        Papers(order=ORDER, slip=SLIP),
        Papers(slip=SLIP, waybill=WAYBILL),
        Papers(waybill=WAYBILL, inventory=LIST),
        PAPERS,
    ],
)
def test_papers_that_are_missing_are_not_missed(papers: Papers) -> None:
    assert found(papers) == ()


def test_findings_come_in_the_order_of_the_rules() -> None:
    papers = with_order(
        with_list(with_slip(order_no="OTHER", payer_name="别人", amount=Decimal(1)), areaName=None), currency="502"
    )
    assert [one.rule for one in found(papers)] == ["C1", "C8", "F2", "F6", "W4"]


def test_only_warnings_do_not_stop() -> None:
    taxed = with_order(with_slip(amount=Decimal("319.97")), taxTotal=Decimal(0), acturalPaid=Decimal("319.97"))
    (warning,) = found(taxed)
    assert not warning.stops
    assert all(one.stops for one in found(with_slip(payer_name="别人", amount=Decimal(1))))


def test_a_part_of_the_order_that_was_packed_is_found_as_such() -> None:
    one_short = replace(FACTS, lines=FACTS.lines[:1], net_weight_grams=500)
    assert [(one.rule, one.line_no) for one in check(papers_of(one_short, cop_no="C"), KNOWN)] == [("F4", 2)]


RATES = tuple(KnownGoods(number, "1905310000", TaxRates(1300, 1500, 500)) for number in range(-3, 100))


numbers = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**19) + 1, 10**19 - 1), st.integers(0, 5)
) | st.sampled_from([Decimal(0), Decimal(1), Decimal("0.00001"), Decimal("1E+3")])
gnums = st.integers(-2, 5)


@given(
    amounts=st.lists(numbers, min_size=8, max_size=8),
    sold=st.lists(st.tuples(gnums, numbers, numbers, numbers), max_size=4),
    packed=st.lists(st.tuples(gnums, numbers, numbers, numbers), max_size=4),
    discount_lowers=st.booleans(),
)
def test_whatever_form_allows_is_checked_without_a_fall(
    amounts: list[Decimal],
    sold: list[tuple[int, Decimal, Decimal, Decimal]],
    packed: list[tuple[int, Decimal, Decimal, Decimal]],
    discount_lowers: bool,
) -> None:
    goods_value, freight, discount, tax, paid, insurance, gross, net = amounts
    order = replace(
        ORDER,
        head=replace(
            ORDER.head, goodsValue=goods_value, freight=freight, discount=discount, taxTotal=tax, acturalPaid=paid
        ),
        lines=tuple(
            replace(ORDER.lines[0], gnum=gnum, qty=qty, price=price, totalPrice=total)
            for gnum, qty, price, total in sold
        ),
    )
    head = replace(LIST.head, freight=freight, insuredFee=insurance, grossWeight=gross, netWeight=net)
    lines = tuple(
        replace(LIST.lines[0], gnum=gnum, qty=qty, price=price, totalPrice=total, qty1=qty)
        for gnum, qty, price, total in packed
    )
    waybill = replace(WAYBILL, freight=freight, insuredFee=insurance, weight=gross)
    papers = Papers(order=order, slip=SLIP, waybill=waybill, inventory=replace(LIST, head=head, lines=lines))
    known = replace(KNOWN, goods=RATES, settings=RuleSettings(discount_lowers_value=discount_lowers))
    for finding in check(papers, known):
        for language in ("en", "zh"):
            assert rule_words(finding.rule, language) != finding.rule
            assert advice_words(finding.rule, language)
