"""Documents of every kind for the tests of the China regime; every value is invented."""

import base64
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from wms.customs.regimes.china.documents import (
    CEB,
    Cancellation,
    Document,
    Inventory,
    InventoryHead,
    InventoryLine,
    MessageKind,
    Order,
    OrderHead,
    OrderLine,
    Payment,
    Refund,
    RefundHead,
    RefundLine,
    SignedFor,
    Transfer,
    Waybill,
)
from wms.customs.regimes.china.layout import LAYOUTS, PartLayout
from wms.customs.regimes.china.schema_fields import ElementRule, ValueRule, rules_of

SAMPLES = Path(__file__).parent / "samples"
"""One order's four messages, with line breaks and empty fields as other programs write them; the list is signed."""

GUID = "FA4E0000-0000-4000-8000-20261105A001"
TRANSFER = Transfer(copCode="9999980005", copName="虚构样例报关服务有限公司", dxpId="DXPENT9999999005")

_STAMP: dict[str, Any] = {"guid": GUID, "appType": "1", "appTime": "20261105102500", "appStatus": "2"}
_SHOP: dict[str, Any] = {
    "orderNo": "FAKE-ORD-1",
    "ebpCode": "9999960001",
    "ebpName": "虚构样例电商平台有限公司",
    "ebcCode": "9999960002",
    "ebcName": "虚构样例电商企业有限公司",
}
_BUYER: dict[str, Any] = {
    "buyerIdType": "1",
    "buyerIdNumber": "990000199001010017",
    "buyerName": "样例甲",
    "buyerTelephone": "10000000001",
}
_CARRIER: dict[str, Any] = {
    "logisticsNo": "FAKEWB1",
    "logisticsCode": "9999980004",
    "logisticsName": "虚构样例物流有限公司",
}
_CONSIGNEE: dict[str, Any] = {
    "consignee": "样例甲",
    "consigneeTelephone": "10000000001",
    "consigneeAddress": "虚构省样例市不存在区测试路0号",
}
_AGENT: dict[str, Any] = {"agentCode": "9999980005", "agentName": "虚构样例报关服务有限公司"}
_APPLICATION: dict[str, Any] = {
    **_STAMP, **_SHOP, **_CARRIER, **_BUYER, **_AGENT,
    "customsCode": "9999", "invtNo": "99992026I000000001", "copNo": "FAKECOP2", "reason": "买家取消",
}  # fmt: skip

ORDER = Order(
    head=OrderHead(
        **_STAMP, **_SHOP, **_BUYER, **_CONSIGNEE,
        orderType="I", goodsValue=Decimal("300.00"), freight=Decimal("30"), discount=Decimal("10.03"),
        taxTotal=Decimal("30.03"), acturalPaid=Decimal("350.00"), currency="142", buyerRegNo="fake-user-1",
    ),
    lines=(
        OrderLine(
            gnum=1, itemNo="FAKE-A", itemName="样例饼干", gmodel="样例饼干|250克", unit="140", qty=Decimal(2),
            price=Decimal("100.00"), totalPrice=Decimal("200.00"), currency="142", country="601",
        ),
        OrderLine(
            gnum=2, itemName="样例果汁粉", gmodel="样例果汁粉|1千克", unit="136", qty=Decimal(1),
            price=Decimal("100.00"), totalPrice=Decimal("100.00"), currency="142", country="609",
        ),
    ),
)  # fmt: skip
PAYMENT = Payment(
    **_STAMP, payCode="9999960003", payName="虚构样例支付有限公司", payTransactionId="FAKE-PAY-1",
    orderNo="FAKE-ORD-1", ebpCode="9999960001", ebpName="虚构样例电商平台有限公司", payerIdType="1",
    payerIdNumber="990000199001010017", payerName="样例甲", amountPaid=Decimal("350.00"), currency="142",
    payTime="20261105101530",
)  # fmt: skip
WAYBILL = Waybill(
    **_STAMP, **_CARRIER, **_CONSIGNEE, orderNo="FAKE-ORD-1", freight=Decimal("30.00"), insuredFee=Decimal(0),
    currency="142", weight=Decimal("1.85"), packNo=1,
)  # fmt: skip
SIGNED_FOR = SignedFor(**_STAMP, **_CARRIER, logisticsStatus="S", logisticsTime="20261106090000")
LIST = Inventory(
    head=InventoryHead(
        **_STAMP, **_SHOP, **_CARRIER, **_BUYER, **_AGENT, copNo="FAKECOP1", assureCode="9999960002",
        emsNo="T9999W999999", ieFlag="I", declTime="20261105", customsCode="9999", portCode="9999",
        consigneeAddress="虚构省样例市不存在区测试路0号", areaCode="9999660006", areaName="虚构样例保税仓储有限公司",
        tradeMode="1210", trafMode="Y", country="142", freight=Decimal("30.00"), insuredFee=Decimal(0),
        currency="142", wrapType="2", packNo=1, grossWeight=Decimal("1.85"), netWeight=Decimal("1.50"),
    ),
    lines=(
        InventoryLine(
            gnum=1, itemRecordNo="FAKEREC1", itemNo="FAKE-A", gcode="1905310000", gname="样例饼干",
            gmodel="样例饼干|250克", country="601", currency="142", qty=Decimal(2), unit="140",
            qty1=Decimal("0.50"), unit1="035", price=Decimal("100.00"), totalPrice=Decimal("200.00"),
        ),
    ),
)  # fmt: skip
CANCEL = Cancellation(**_APPLICATION)
RETURN = Refund(
    head=RefundHead(**_APPLICATION),
    lines=(RefundLine(gnum=7, gcode="1905310000", gname="样例饼干", qty=Decimal(1), unit="140"),),
)

EXAMPLES: dict[MessageKind, Document] = {
    MessageKind.ORDER: ORDER,
    MessageKind.PAYMENT: PAYMENT,
    MessageKind.WAYBILL: WAYBILL,
    MessageKind.SIGNED_FOR: SIGNED_FOR,
    MessageKind.LIST: LIST,
    MessageKind.CANCEL: CANCEL,
    MessageKind.RETURN: RETURN,
}


def with_head(document: Any, **changed: object) -> Any:
    """`document` with fields of its head, or its own fields, changed."""
    if hasattr(document, "head"):
        return replace(document, head=replace(document.head, **changed))
    return replace(document, **changed)


def with_lines(document: Any, count: int) -> Any:
    return replace(document, lines=tuple(replace(document.lines[0], gnum=gnum) for gnum in range(1, count + 1)))


def filled(document: Any) -> Any:
    """`document` with every absent field written, each as long as customs takes."""
    (layout,) = (one for one in LAYOUTS.values() if one.document is type(document))
    if layout.line is None:
        return _filled(document, layout.head, _rule(layout.kind, layout.head.name))
    line, rule = layout.line, _rule(layout.kind, layout.line.name)
    lines = tuple(_filled(one, line, rule) for one in document.lines)
    return replace(
        document, head=_filled(document.head, layout.head, _rule(layout.kind, layout.head.name)), lines=lines
    )


def _filled(holder: Any, part: PartLayout, rule: ElementRule) -> Any:
    rules = {child.name: child.value for child in rule.children}
    absent = {
        one.name: "字" * (rules[one.name].longest or 0) if one.type is str else one.type(1)  # type: ignore[union-attr]
        for one in part.fields
        if getattr(holder, one.name) is None
    }
    return replace(holder, **absent)


def _rule(kind: MessageKind, name: str) -> ElementRule:
    node = rules_of(kind)[LAYOUTS[kind].node]
    return node if node.name == name else next(child for child in node.children if child.name == name)


def enveloped(raw: bytes, kind: str) -> bytes:
    """`raw` inside the exchange layer's envelope."""
    dxp = "http://www.chinaport.gov.cn/dxp"
    inside = f"<dxp:TransInfo><dxp:MsgType>{kind}Message</dxp:MsgType></dxp:TransInfo>"
    data = base64.encodebytes(raw).decode()
    return f'<dxp:DxpMsg xmlns:dxp="{dxp}" ver="1.0">{inside}<dxp:Data>{data}</dxp:Data></dxp:DxpMsg>'.encode()


def documents() -> st.SearchStrategy[Document]:
    """Any document customs takes, with text of all characters XML can carry."""
    return st.sampled_from(list(MessageKind)).flatmap(_documents)


def _documents(kind: MessageKind) -> st.SearchStrategy[Document]:
    layout = LAYOUTS[kind]
    head = _part(layout.head, _rule(kind, layout.head.name))
    if layout.line is None:
        return head
    lines = st.lists(_part(layout.line, _rule(kind, layout.line.name)), min_size=1, max_size=3).map(tuple)
    return st.builds(layout.document, head=head, lines=lines)


def _part(part: PartLayout, rule: ElementRule) -> st.SearchStrategy[Any]:
    rules = {child.name: child.value for child in rule.children}
    assert set(rules) == {one.name for one in fields(part.made)}
    values = {one.name: _value(one.name, rules[one.name]) for one in part.fields}
    return st.builds(
        part.made,
        **{one.name: st.none() | values[one.name] if one.optional else values[one.name] for one in part.fields},
    )


# Every character XML can carry. White space at the ends of a field is no part of what a reader takes for its value.
_CHARACTERS = st.sampled_from("\t\n\r <>&\"'样一\ue000\ufffd\U0001f600") | st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
)
_TIMES = {"appTime", "payTime", "logisticsTime"}


def _value(name: str, rule: ValueRule | None) -> st.SearchStrategy[Any]:
    assert rule is not None
    if rule.base == "int":
        return st.integers(-(2**31), 2**31 - 1)
    if rule.base == "integer":
        return st.integers(0, 10**9 - 1)
    if rule.base == "decimal":
        exponents = st.integers(0, 5)
        return st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(0, 10**14 - 1), exponents)
    if name in _TIMES:
        return st.datetimes().filter(lambda moment: moment.year > 1900).map(lambda moment: f"{moment:%Y%m%d%H%M%S}")
    assert rule.longest is not None
    exact = rule.shortest == rule.longest
    longest = rule.longest if exact else min(rule.longest, 40)
    inner = st.text(_CHARACTERS, min_size=rule.shortest if exact else 1, max_size=longest)
    return inner.map(_without_white_ends)


def _without_white_ends(text: str) -> str:
    trimmed = text.strip(" \t\r\n")
    return "样" * (len(text) - len(trimmed)) + trimmed


def namespace_free(node: str) -> str:
    """`node` as it stands inside a message."""
    return node.replace(f' xmlns:ceb="{CEB}"', "", 1)
