from dataclasses import replace

import pytest

from tests.customs.regimes.china.sample_order import BUYER, ORDER, ORDER_NO, PAPERS, SLIP, TRANSACTION, found, with_slip
from wms.customs.model import Cause, DocumentKind, Finding
from wms.customs.regimes.china.papers import Papers, UsedKey

PAYMENT = DocumentKind.PAYMENT


def used(for_order: str = "ORD-OTHER", by: str = "", number: str = TRANSACTION, company: str = "9999960003") -> UsedKey:
    return UsedKey(PAYMENT, company, number, for_order, by)


def test_a_transaction_pays_one_order() -> None:
    assert found(used_keys=(used(by=BUYER.id_number),)) == (
        Finding(
            "transaction_used", Cause.PAYMENT_COMPANY, "PaymentHead.payTransactionId", TRANSACTION, "Known.usedFor",
            "ORD-OTHER",
        ),
    )  # fmt: skip


def test_a_transaction_has_one_payer() -> None:
    assert found(used_keys=(used(ORDER_NO, by="990000199001010025"),)) == (
        Finding(
            "transaction_used", Cause.PAYMENT_COMPANY, "PaymentHead.payTransactionId", TRANSACTION, "Known.usedBy",
            "990000199001010025",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "key",
    [
        used(ORDER_NO, by=BUYER.id_number),
        used(ORDER_NO),
        used(number="OTHER"),
        used(company="9999969999"),
        UsedKey(DocumentKind.ORDER, "9999960003", TRANSACTION, "ORD-OTHER"),
    ],
)
def test_the_same_payment_told_again_and_other_numbers_are_no_second_use(key: UsedKey) -> None:
    assert found(used_keys=(key,)) == ()


def test_a_second_use_is_found_before_the_slip_comes() -> None:
    assert found(Papers(order=ORDER), used_keys=(used(),)) == (
        Finding(
            "transaction_used", Cause.PLATFORM, "OrderHead.payTransactionId", TRANSACTION, "Known.usedFor",
            "ORD-OTHER",
        ),
    )  # fmt: skip


def test_an_order_is_paid_once() -> None:
    assert found(other_payments=("TX-OTHER",)) == (
        Finding(
            "paid_twice", Cause.PAYMENT_COMPANY, "PaymentHead.payTransactionId", TRANSACTION, "Known.otherPayment",
            "TX-OTHER",
        ),
    )  # fmt: skip
    assert found(Papers(order=ORDER), other_payments=("TX-OTHER",)) == ()


def test_without_any_transaction_number_nothing_is_used_twice() -> None:
    order = replace(ORDER, head=replace(ORDER.head, payTransactionId=None))
    assert found(Papers(order=order), used_keys=(used(),)) == ()


def test_the_slip_comes_from_the_merchants_payment_company() -> None:
    assert found(payment_company="9999969999") == (
        Finding(
            "payment_company", Cause.PAYMENT_COMPANY, "PaymentHead.payCode", "9999960003", "Known.paymentCompany",
            "9999969999",
        ),
    )  # fmt: skip
    assert found(payment_company="9999960003") == ()


def test_the_payee_is_the_merchant() -> None:
    paid_to = with_slip(payee_name="某代收公司", payee_account="6222-1")
    assert found(paid_to, payee_name="虚构样例电商企业有限公司", payee_account="6222-9") == (
        Finding(
            "payee", Cause.PLATFORM, "PaymentSlip.payeeName", "某代收公司", "Known.payeeName",
            "虚构样例电商企业有限公司",
        ),
        Finding("payee", Cause.PLATFORM, "PaymentSlip.payeeAccount", "6222-1", "Known.payeeAccount", "6222-9"),
    )  # fmt: skip
    assert found(paid_to, payee_name="某代收公司", payee_account="6222-1") == ()


def test_the_payee_is_compared_only_where_both_sides_name_one() -> None:
    assert found(with_slip(payee_name="某代收公司", payee_account="6222-1")) == ()
    assert found(payee_name="虚构样例电商企业有限公司", payee_account="6222-9") == ()


def test_money_collected_in_between_stops_the_order() -> None:
    (only,) = found(with_slip(collected_for="某代收公司"))
    assert only == Finding("collected_between", Cause.PLATFORM, "PaymentSlip.collectedFor", "某代收公司")
    assert only.stops


def test_a_slip_taken_back_is_no_slip() -> None:
    taken_back = with_slip(app_type="3", amount=SLIP.amount * 2, payer_name="别人")
    assert found(taken_back) == (
        Finding("slip_withdrawn", Cause.PAYMENT_COMPANY, "PaymentHead.payTransactionId", TRANSACTION),
    )


@pytest.mark.parametrize("app_type", ["1", "2"])
def test_a_new_or_corrected_slip_counts(app_type: str) -> None:
    assert found(with_slip(app_type=app_type)) == ()
    assert found(PAPERS) == ()
