from dataclasses import replace

import pytest

from tests.customs.regimes.china.sample_order import (
    KNOWN,
    LIST,
    ORDER,
    PAPERS,
    SLIP,
    found,
    with_list,
    with_order,
    with_slip,
    with_waybill,
)
from wms.customs.model import Cause, Finding
from wms.customs.regimes.china.papers import Papers, RuleSettings

OTHER_ID = "990000199001010025"
"""Passes as well, so that only the difference is found."""


@pytest.mark.parametrize("element", ["buyerName", "buyerIdNumber", "buyerTelephone"])
def test_c7_the_list_names_the_buyer_of_the_order(element: str) -> None:
    value = OTHER_ID if element == "buyerIdNumber" else "别人"
    assert found(with_list(**{element: value})) == (
        Finding(
            "C7", Cause.WAREHOUSE, f"InventoryHead.{element}", value, f"OrderHead.{element}",
            getattr(ORDER.head, element),
        ),
    )  # fmt: skip


def test_c8_the_payer_is_the_buyer_by_name() -> None:
    assert found(with_slip(payer_name="别人")) == (
        Finding("C8", Cause.PAYMENT_COMPANY, "PaymentHead.payerName", "别人", "OrderHead.buyerName", "样例甲"),
    )


def test_c8_the_payer_is_the_buyer_by_number() -> None:
    (only,) = found(with_slip(payer_id_number=OTHER_ID))
    assert (only.rule, only.field, only.value, only.other_field) == (
        "C8", "PaymentHead.payerIdNumber", OTHER_ID, "OrderHead.buyerIdNumber",
    )  # fmt: skip


def test_c8_names_are_compared_character_by_character() -> None:
    assert [one.rule for one in found(with_slip(payer_name="样例甲 "))] == ["C8"]


@pytest.mark.parametrize("element", ["consignee", "consigneeTelephone", "consigneeAddress"])
def test_c9_the_waybill_names_the_receiver_of_the_order(element: str) -> None:
    (only,) = found(with_waybill(**{element: "别处"}))
    assert (only.rule, only.cause, only.field, only.other_field) == (
        "C9", Cause.LOGISTICS_COMPANY, f"LogisticsHead.{element}", f"OrderHead.{element}",
    )  # fmt: skip


def test_c9_the_list_names_the_address_of_the_order() -> None:
    (only,) = found(with_list(consigneeAddress="别处"))
    assert (only.rule, only.cause, only.field) == ("C9", Cause.WAREHOUSE, "InventoryHead.consigneeAddress")


def test_the_receiver_may_be_somebody_else_unless_the_settings_say_so() -> None:
    papers = Papers(order=replace(ORDER, head=replace(ORDER.head, consignee="亲友")))
    assert found(papers) == ()
    strict = RuleSettings(receiver_must_be_buyer=True)
    assert found(papers, settings=strict) == (
        Finding("receiver_is_buyer", Cause.PLATFORM, "OrderHead.consignee", "亲友", "OrderHead.buyerName", "样例甲"),
    )
    assert found(settings=strict) == ()


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("99000019900101001", "length"),
        ("99000019900101001A", "characters"),
        ("990000199013010019", "birth_date"),
        ("990000199001010018", "check_digit"),
    ],
)
def test_c10_an_identity_number_that_cannot_be_one(number: str, fault: str) -> None:
    assert found(Papers(order=with_order(buyerIdNumber=number).order)) == (
        Finding("C10", Cause.PLATFORM, "OrderHead.buyerIdNumber", number, "Known.idFault", fault),
    )


def test_c10_the_payers_number_is_the_payment_companys_to_mend() -> None:
    assert found(Papers(slip=replace(SLIP, payer_id_number="1"))) == (
        Finding("C10", Cause.PAYMENT_COMPANY, "PaymentHead.payerIdNumber", "1", "Known.idFault", "length"),
    )


def test_c10_the_same_wrong_number_everywhere_is_found_once() -> None:
    wrong = with_order(with_list(with_slip(payer_id_number="1"), buyerIdNumber="1"), buyerIdNumber="1")
    assert [(one.rule, one.field) for one in found(wrong)] == [("C10", "OrderHead.buyerIdNumber")]


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (with_order(PAPERS, buyerIdType="2"), "OrderHead.buyerIdType"),
        (with_slip(payer_id_type="2"), "PaymentHead.payerIdType"),
        (with_list(buyerIdType="2"), "InventoryHead.buyerIdType"),
    ],
)
def test_only_the_identity_card_is_accepted(papers: Papers, field: str) -> None:
    assert ("id_type", field, "2", "1") in [(one.rule, one.field, one.value, one.other_value) for one in found(papers)]


def test_the_list_alone_is_checked_too() -> None:
    assert found(Papers(inventory=LIST), goods=KNOWN.goods) == ()
