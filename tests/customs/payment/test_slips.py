"""Which slip counts, whatever order and however often they are told; and which cannot be kept at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.customs.slip_samples import slip
from wms.customs.facts import Company, PaymentSlip
from wms.customs.model import as_return_time
from wms.customs.payment.slips import (
    MOST_AHEAD,
    amount_from_text,
    amount_text,
    claims_of,
    faults_of_slip,
    slip_of_document,
    slip_that_counts,
    stands,
)
from wms.customs.regimes.china.documents import Payment

NOW = datetime(2026, 11, 5, 2, 25, tzinfo=UTC)


def at(second: int, **changed: Any) -> PaymentSlip:
    return slip(app_time=f"202611051018{second:02}", **changed)


class TestWhichCounts:
    def test_the_later_one(self) -> None:
        first, mended = at(1), at(2, app_type="2", amount=Decimal(300))
        assert claims_of([mended, first]) == (mended,)

    def test_a_correction_that_comes_before_what_it_corrects(self) -> None:
        original, mended = at(1), at(2, app_type="2", payer_name="样例乙")
        for arrival in ([original, mended], [mended, original], [mended], [mended, original, mended]):
            assert claims_of(arrival) == (mended,)

    def test_a_withdrawal_ends_it_and_a_later_slip_begins_it_again(self) -> None:
        taken_back = at(2, app_type="3")
        assert claims_of([taken_back, at(1)]) == (taken_back,)
        assert not stands(taken_back)
        assert claims_of([at(3), taken_back, at(1)]) == (at(3),)

    def test_a_withdrawal_counts_before_anything_else_of_the_same_second(self) -> None:
        taken_back = at(1, app_type="3")
        assert claims_of([at(1), taken_back, at(1, app_type="2")]) == (taken_back,)

    def test_of_two_of_the_same_second_the_one_that_tells_the_payee(self) -> None:
        message, api = at(1), at(1, payee_account="6222000012345678")
        assert claims_of([api, message]) == claims_of([message, api]) == (api,)

    def test_two_orders_stand_beside_each_other(self) -> None:
        one, other = at(1, order_no="ORD-1"), at(2, order_no="ORD-2")
        assert set(claims_of([one, other])) == {one, other}

    def test_a_change_moves_the_payment_to_another_order(self) -> None:
        wrong, right = at(1, order_no="ORD-1"), at(2, order_no="ORD-2", app_type="2")
        assert claims_of([right, wrong]) == (right,)

    def test_a_withdrawal_leaves_the_other_order_alone(self) -> None:
        one, other, taken_back = at(1, order_no="ORD-1"), at(2, order_no="ORD-2"), at(3, order_no="ORD-2", app_type="3")
        assert set(claims_of([one, other, taken_back])) == {one, taken_back}

    def test_of_several_transactions_the_last_word_that_stands(self) -> None:
        early, late = at(1, transaction_id="TX-1"), at(2, transaction_id="TX-2")
        assert slip_that_counts([early, late]) == late
        assert slip_that_counts([early, replace(late, app_type="3")]) == early
        assert slip_that_counts([replace(early, app_type="3")]) == replace(early, app_type="3")
        assert slip_that_counts([]) is None


said = st.builds(
    at,
    st.integers(0, 3),
    order_no=st.sampled_from(["ORD-1", "ORD-2"]),
    app_type=st.sampled_from(["1", "2", "3"]),
    amount=st.sampled_from([Decimal("350.00"), Decimal("350"), Decimal("12.34")]),
    payee_account=st.sampled_from(["", "62220001"]),
    payer_name=st.sampled_from(["样例甲", "样例乙"]),
)


@given(st.lists(said, max_size=8), st.randoms(use_true_random=False), st.integers(1, 3))
def test_order_of_arrival_and_repetition_change_nothing(slips: list[PaymentSlip], random: Any, times: int) -> None:
    arrival = slips * times
    random.shuffle(arrival)
    assert set(claims_of(arrival)) == set(claims_of(slips))
    for order_no in ("ORD-1", "ORD-2"):
        on_order = [[claim for claim in claims_of(told) if claim.order_no == order_no] for told in (slips, arrival)]
        assert slip_that_counts(on_order[0]) == slip_that_counts(on_order[1])


@given(st.lists(said, max_size=8))
def test_what_counts_is_the_last_word_about_its_order(slips: list[PaymentSlip]) -> None:
    for claim in claims_of(slips):
        about = [one for one in slips if one.order_no == claim.order_no]
        assert claim in about
        assert claim.app_time == max(one.app_time for one in about)


class TestFaults:
    def test_a_right_one_has_none(self) -> None:
        assert faults_of_slip(slip(), now=NOW) == []

    @pytest.mark.parametrize(
        ("where", "changed"),
        [
            ("pay_code", {"company": Company("9999-6003", "x")}),
            ("pay_code", {"company": Company("", "x")}),
            ("pay_name", {"company": Company("9999960003", " ")}),
            ("transaction_id", {"transaction_id": ""}),
            ("transaction_id", {"transaction_id": "T" * 61}),
            ("order_no", {"order_no": "ORD\n1"}),
            ("ebp_code", {"platform": Company("平台", "x")}),
            ("app_type", {"app_type": "4"}),
            ("app_time", {"app_time": "20261105101"}),
            ("app_time", {"app_time": "20261305101800"}),
            ("app_time", {"app_time": "20261105101800000"}),
            ("app_time", {"app_time": "２0261105101800"}),
            ("app_time", {"app_time": "20261105113000"}),
            ("paid_at", {"paid_at": "20270101000000"}),
            ("payer_name", {"payer_name": ""}),
            ("payer_id_number", {"payer_id_number": " "}),
            ("payer_id_type", {"payer_id_type": ""}),
            ("payer_phone", {"payer_phone": "1" * 61}),
            ("currency", {"currency": "CNY"}),
            ("amount", {"amount": Decimal(0)}),
            ("amount", {"amount": Decimal(-1)}),
            ("amount", {"amount": Decimal("0.000001")}),
            ("amount", {"amount": Decimal("NaN")}),
            ("amount", {"amount": Decimal(10) ** 19}),
        ],
    )
    def test_named_without_personal_values(self, where: str, changed: dict[str, Any]) -> None:
        faults = faults_of_slip(slip(**changed), now=NOW)
        assert [fault.where for fault in faults] == [where]
        assert "样例甲" not in str(faults)

    def test_a_clock_a_little_ahead_is_taken(self) -> None:
        ahead = as_return_time(NOW + MOST_AHEAD - timedelta(seconds=1))[:14]
        assert faults_of_slip(slip(app_time=ahead), now=NOW) == []


@pytest.mark.parametrize(
    ("text", "amount"),
    [("350.00", Decimal("350.00")), (" 1 ", Decimal(1)), ("1e3", None), ("-1", None), ("1.123456", None), ("", None),
     ("１", None), ("1234567890123456.7890", None), ("NaN", None), ("1,000", None)],
)  # fmt: skip
def test_amounts_as_the_protocol_writes_them(text: str, amount: Decimal | None) -> None:
    assert amount_from_text(text) == amount


@pytest.mark.parametrize(("written", "kept"), [("350", "350.00"), ("350.000", "350.00"), ("0.12345", "0.12345")])
def test_an_amount_is_kept_in_one_way(written: str, kept: str) -> None:
    assert amount_text(Decimal(written)) == kept
    assert amount_text(Decimal("1E+3")) == "1000.00"


def test_what_a_message_says() -> None:
    document = Payment(
        guid="G", appType="1", appTime="20261105101800", appStatus="2", payCode="9999960003", payName="虚构支付",
        payTransactionId="TX-1", orderNo="ORD-1", ebpCode="9999960001", ebpName="虚构平台", payerIdType="1",
        payerIdNumber="990000199001010017", payerName="样例甲", telephone="10000000001", amountPaid=Decimal("350.00"),
        currency="142", payTime="20261105101530",
    )  # fmt: skip
    assert slip_of_document(document) == slip()
    assert slip_of_document(replace(document, telephone=None)).payer_phone == ""
