"""The specification's sample order as facts and papers, for the tests of the rules. Every value is invented."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from wms.customs.facts import (
    Buyer,
    Company,
    Consignee,
    DeclaredLine,
    DeclaringSite,
    OrderedLine,
    ParcelFacts,
    PaymentSlip,
    StatedPayment,
)
from wms.customs.model import Finding
from wms.customs.regimes.china.building import Stamp, goods_of, inventory_of, order_of, waybill_of
from wms.customs.regimes.china.documents import Inventory, InventoryLine, Order, OrderLine, Waybill
from wms.customs.regimes.china.papers import Known, Papers
from wms.customs.regimes.china.rules import check
from wms.kernel.money import Money

DAY = date(2026, 11, 5)
BISCUITS, JUICE = "样例饼干 250克", "样例果汁粉 1千克"
BISCUIT_MODEL, JUICE_MODEL = "样例饼干|虚构牌|250克/盒|小麦粉、糖|无", "样例果汁粉|虚构牌|1千克/袋|果粉|无"
PLATFORM = Company("9999960001", "虚构样例电商平台有限公司")
MERCHANT = Company("9999960002", "虚构样例电商企业有限公司")
PAYMENT_COMPANY = Company("9999960003", "虚构样例支付有限公司")
ORDER_NO, TRANSACTION = "FAKE-ORD-20261105-000001", "FAKE-PAY-20261105-000001"
BUYER = Buyer("fake-user-0001", "样例甲", "990000199001010017", "10000000001")


def yuan(minor: int) -> Money:
    return Money(minor, "CNY")


SLIP = PaymentSlip(
    company=PAYMENT_COMPANY,
    transaction_id=TRANSACTION,
    order_no=ORDER_NO,
    platform=PLATFORM,
    app_type="1",
    app_time="20261105101800",
    payer_name=BUYER.name,
    payer_id_number=BUYER.id_number,
    amount=Decimal("350.00"),
    paid_at="20261105101530",
    payer_phone=BUYER.telephone,
)

FACTS = ParcelFacts(
    order_no=ORDER_NO,
    platform=PLATFORM,
    merchant=MERCHANT,
    buyer=BUYER,
    consignee=Consignee(BUYER.name, BUYER.telephone, "虚构省样例市不存在区测试路0号"),
    carrier=Company("9999980004", "虚构样例物流有限公司"),
    tracking_number="FAKEWB2026110500001",
    site=DeclaringSite(
        Company("9999980005", "虚构样例报关服务有限公司"),
        Company("9999660006", "虚构样例保税仓储有限公司"),
        "T9999W999999",
        "9999",
    ),
    gross_weight_grams=1850,
    net_weight_grams=1500,
    freight=yuan(3000),
    insurance=yuan(0),
    discount=yuan(1003),
    tax=yuan(3003),
    lines=(
        DeclaredLine(
            "FAKE-SKU-A", BISCUITS, BISCUIT_MODEL, "00000000000017", "1905310000", "FAKEREC0001", "601", "140", 2,
            yuan(10000), 250, gnum=1,
        ),
        DeclaredLine(
            "FAKE-SKU-B", JUICE, JUICE_MODEL, "00000000000024", "2106909090", "FAKEREC0002", "609", "136", 1,
            yuan(10000), 1000, gnum=2,
        ),
    ),
    ordered=(
        OrderedLine(
            gnum=1, sku_code="FAKE-SKU-A", name=BISCUITS, specification=BISCUIT_MODEL, gtin="00000000000017",
            hs_code="1905310000", origin_country="601", unit="140", quantity=2, unit_price=yuan(10000),
            vat_rate_bp=1300,
        ),
        OrderedLine(
            gnum=2, sku_code="FAKE-SKU-B", name=JUICE, specification=JUICE_MODEL, gtin="00000000000024",
            hs_code="2106909090", origin_country="609", unit="136", quantity=1, unit_price=yuan(10000),
            vat_rate_bp=1300,
        ),
    ),
    goods=yuan(30000),
    paid=yuan(35000),
    stated_payment=StatedPayment(PAYMENT_COMPANY, TRANSACTION),
    slip=SLIP,
)  # fmt: skip

STAMP = Stamp("FA4E0311-0000-4000-8000-20261105A001", "20261105101700")
ORDER: Order = order_of(FACTS, STAMP)
WAYBILL: Waybill = waybill_of(FACTS, STAMP)
LIST: Inventory = inventory_of(FACTS, STAMP, cop_no="FAKECOP2026110501")
PAPERS = Papers(order=ORDER, slip=SLIP, waybill=WAYBILL, inventory=LIST)
KNOWN = Known(on=DAY, goods=goods_of(FACTS))


def found(papers: Papers = PAPERS, **known: Any) -> tuple[Finding, ...]:
    """What the rules find in `papers`, with the sample's goods and whatever else is known."""
    return check(papers, replace(KNOWN, **known))


def with_order(papers: Papers = PAPERS, **head: Any) -> Papers:
    assert papers.order is not None
    return replace(papers, order=replace(papers.order, head=replace(papers.order.head, **head)))


def with_list(papers: Papers = PAPERS, **head: Any) -> Papers:
    assert papers.inventory is not None
    return replace(papers, inventory=replace(papers.inventory, head=replace(papers.inventory.head, **head)))


def with_waybill(**fields: Any) -> Papers:
    return replace(PAPERS, waybill=replace(WAYBILL, **fields))


def with_slip(**fields: Any) -> Papers:
    return replace(PAPERS, slip=replace(SLIP, **fields))


def with_order_lines(*lines: OrderLine, papers: Papers = PAPERS) -> Papers:
    assert papers.order is not None
    return replace(papers, order=replace(papers.order, lines=lines))


def with_list_lines(*lines: InventoryLine) -> Papers:
    return replace(PAPERS, inventory=replace(LIST, lines=lines))
