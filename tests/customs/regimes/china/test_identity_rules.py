from dataclasses import replace
from typing import Any

import pytest

from tests.customs.regimes.china.sample_order import (
    LIST,
    ORDER,
    ORDER_NO,
    PAPERS,
    PAYMENT_COMPANY,
    PLATFORM,
    SLIP,
    found,
    with_list,
    with_list_lines,
    with_order,
    with_order_lines,
    with_slip,
    with_waybill,
)
from wms.customs.facts import Company
from wms.customs.model import Cause, DocumentKind, Finding
from wms.customs.regimes.china.papers import Papers, UsedKey


@pytest.mark.parametrize(
    ("papers", "cause", "field"),
    [
        (with_slip(order_no="OTHER"), Cause.PAYMENT_COMPANY, "PaymentHead.orderNo"),
        (with_waybill(orderNo="OTHER"), Cause.LOGISTICS_COMPANY, "LogisticsHead.orderNo"),
        (with_list(orderNo="OTHER"), Cause.WAREHOUSE, "InventoryHead.orderNo"),
    ],
)
def test_c1_every_paper_names_the_order(papers: Papers, cause: Cause, field: str) -> None:
    assert found(papers) == (Finding("C1", cause, field, "OTHER", "OrderHead.orderNo", ORDER_NO),)


def test_c1_without_the_order_the_list_is_asked() -> None:
    papers = replace(with_waybill(orderNo="OTHER"), order=None)
    assert [(one.rule, one.field, one.other_field) for one in found(papers)] == [
        ("C1", "LogisticsHead.orderNo", "InventoryHead.orderNo")
    ]


@pytest.mark.parametrize(
    ("papers", "cause", "field", "value", "element"),
    [
        (
            with_slip(platform=Company("9999969999", PLATFORM.name)),
            Cause.PAYMENT_COMPANY,
            "PaymentHead.ebpCode",
            "9999969999",
            "ebpCode",
        ),
        (with_list(ebpCode="9999969999"), Cause.WAREHOUSE, "InventoryHead.ebpCode", "9999969999", "ebpCode"),
        (with_list(ebcCode="9999969999"), Cause.WAREHOUSE, "InventoryHead.ebcCode", "9999969999", "ebcCode"),
    ],
)
def test_c2_platform_and_seller_are_the_same(
    papers: Papers, cause: Cause, field: str, value: str, element: str
) -> None:
    expected = Finding("C2", cause, field, value, f"OrderHead.{element}", getattr(ORDER.head, element))
    assert expected in found(papers)


@pytest.mark.parametrize("element", ["logisticsCode", "logisticsNo"])
def test_c3_the_list_names_the_waybill(element: str) -> None:
    (only,) = (
        found(with_list(**{element: "OTHER"}))
        if element == "logisticsNo"
        else found(with_waybill(**{element: "OTHER"}))
    )
    assert (only.rule, only.cause, only.field, only.other_field) == (
        "C3", Cause.WAREHOUSE, f"InventoryHead.{element}", f"LogisticsHead.{element}",
    )  # fmt: skip


def test_c4_the_slip_is_the_one_the_order_names() -> None:
    company = with_slip(company=Company("9999969999", PAYMENT_COMPANY.name))
    assert found(company) == (
        Finding("C4", Cause.PAYMENT_COMPANY, "PaymentHead.payCode", "9999969999", "OrderHead.payCode", "9999960003"),
    )
    (number,) = found(with_slip(transaction_id="OTHER"))
    assert (number.rule, number.field) == ("C4", "PaymentHead.payTransactionId")


def test_c4_an_order_that_says_nothing_of_the_payment_is_not_contradicted() -> None:
    papers = with_order(with_slip(transaction_id="OTHER"), payCode=None, payName=None, payTransactionId=None)
    assert found(papers) == ()


def test_c5_a_name_is_the_registered_one() -> None:
    assert found(registered_names={PLATFORM.code: "别的平台"}) == tuple(
        Finding("C5", cause, f"{part}.ebpName", PLATFORM.name, "Known.registeredName", "别的平台")
        for part, cause in (
            ("OrderHead", Cause.PLATFORM),
            ("PaymentHead", Cause.PAYMENT_COMPANY),
            ("InventoryHead", Cause.WAREHOUSE),
        )
    )
    assert found(registered_names={PLATFORM.code: PLATFORM.name}) == ()


@pytest.mark.parametrize(
    ("papers", "field", "other"),
    [
        (with_slip(platform=Company(PLATFORM.code, "别名")), "PaymentHead.ebpName", "OrderHead.ebpName"),
        (with_slip(company=Company(PAYMENT_COMPANY.code, "别名")), "PaymentHead.payName", "OrderHead.payName"),
        (with_list(ebcName="别名"), "InventoryHead.ebcName", "OrderHead.ebcName"),
        (with_list(logisticsName="别名"), "InventoryHead.logisticsName", "LogisticsHead.logisticsName"),
    ],
)
def test_c5_one_company_has_one_name(papers: Papers, field: str, other: str) -> None:
    (only,) = found(papers)
    assert (only.rule, only.field, only.value, only.other_field) == ("C5", field, "别名", other)


KEYS: list[tuple[Any, ...]] = [
    (DocumentKind.ORDER, ORDER.head.ebpCode, ORDER_NO, "OrderHead.orderNo", Cause.PLATFORM),
    (
        DocumentKind.LOGISTICS, "9999980004", "FAKEWB2026110500001", "LogisticsHead.logisticsNo",
        Cause.LOGISTICS_COMPANY,
    ),
    (DocumentKind.INVENTORY, LIST.head.agentCode, LIST.head.copNo, "InventoryHead.copNo", Cause.WAREHOUSE),
    (DocumentKind.INVENTORY, LIST.head.ebcCode, ORDER_NO, "InventoryHead.orderNo", Cause.WAREHOUSE),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "company", "number", "field", "cause"), KEYS)
def test_c6_a_number_is_used_once(kind: DocumentKind, company: str, number: str, field: str, cause: Cause) -> None:
    used = UsedKey(kind, company, number, "ORD-OTHER")
    assert found(used_keys=(used,)) == (Finding("C6", cause, field, number, "Known.usedFor", "ORD-OTHER"),)


@pytest.mark.parametrize(
    "used",
    [
        UsedKey(DocumentKind.ORDER, "9999969999", ORDER_NO, "X"),
        UsedKey(DocumentKind.ORDER, ORDER.head.ebpCode, "OTHER", "X"),
        UsedKey(DocumentKind.SIGNED_FOR, ORDER.head.ebpCode, ORDER_NO, "X"),
    ],
)
def test_c6_another_companys_number_is_free(used: UsedKey) -> None:
    assert found(used_keys=(used,)) == ()


def test_each_line_has_a_number_of_its_own() -> None:
    first, second = ORDER.lines
    repeated = found(with_order_lines(first, replace(second, gnum=1), papers=Papers(order=ORDER)))
    assert ("line_numbers", "OrderList.gnum", "1", 1) in [
        (one.rule, one.field, one.value, one.line_no) for one in repeated
    ]
    unnumbered = found(with_list_lines(replace(LIST.lines[0], gnum=0), LIST.lines[1]))
    assert ("line_numbers", "InventoryList.gnum", "0") in [(one.rule, one.field, one.value) for one in unnumbered]


@pytest.mark.parametrize(("count", "fires"), [(0, True), (1, False), (99, False), (100, True)])
def test_a_document_takes_99_lines(count: int, fires: bool) -> None:
    gift = replace(ORDER.lines[0], price=ORDER.lines[0].price * 0, totalPrice=ORDER.lines[0].price * 0)
    papers = with_order_lines(
        *(replace(gift, gnum=number) for number in range(1, count + 1)), papers=Papers(order=ORDER)
    )
    counted = [one for one in found(papers) if one.rule == "line_numbers"]
    assert [(one.value, one.other_field, one.other_value) for one in counted] == (
        [(str(count), "Known.mostLines", "99")] if fires else []
    )


def test_a_slip_alone_breaks_nothing() -> None:
    assert found(Papers(slip=SLIP)) == ()
    assert found(PAPERS) == ()
