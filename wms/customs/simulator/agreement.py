"""Whether documents are right in themselves, and whether the three orders and the list agree. Pure; called by `office`.

The published rules of the unified edition, written down a second time on purpose: were they shared with those that
check before sending, a mistake in them would never be refused.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from wms.customs.simulator.layouts import Kind
from wms.customs.simulator.papers import Fields, Paper
from wms.customs.simulator.reasons import PortError, Reason

CNY, CHINA = "142", "142"
BONDED = frozenset({"1210", "1239"})
MOST_PER_TRANSACTION = Decimal(5000)
MOST_PER_YEAR = Decimal(26000)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BUYER = ("buyerName", "buyerIdType", "buyerIdNumber", "buyerTelephone")
_REPEATED_LINE = {Kind.ORDER: "-301002", Kind.LIST: "-621027"}


def port_error_in(paper: Paper) -> PortError | None:
    """What the port finds before customs ever see the paper."""
    numbers = [line.text("gnum") for line in paper.lines]
    if paper.kind in _REPEATED_LINE and len({int(number) for number in numbers}) < len(numbers):
        return PortError(_REPEATED_LINE[paper.kind], "商品序号重复")
    if paper.kind is Kind.LIST and dutiable_value(paper) > MOST_PER_TRANSACTION and not _is_one_thing(paper):
        return PortError("-621005", f"超过单次交易限值：{dutiable_value(paper)} > {MOST_PER_TRANSACTION}")
    return None


def dutiable_value(listed: Paper) -> Decimal:
    """What the limits per transaction and per year are about."""
    goods = sum((line.number("totalPrice") for line in listed.lines), Decimal(0))
    return goods + listed.head.number("freight") + listed.head.number("insuredFee")


def _is_one_thing(listed: Paper) -> bool:
    return len(listed.lines) == 1 and listed.lines[0].number("qty") == 1


def fault_in(paper: Paper) -> Reason | None:
    """The first rule the paper breaks by itself."""
    return next(_FAULTS[paper.kind](paper), None)


def _faults_of_order(order: Paper) -> Iterator[Reason]:
    head = order.head
    paid = head.number("goodsValue") + head.number("freight") + head.number("taxTotal") - head.number("discount")
    if head.number("acturalPaid") != paid:
        yield _about(order, 1300, "实际支付金额不等于商品价格、运杂费、代扣税款之和减非现金抵扣金额", "acturalPaid")
    if sum((line.number("totalPrice") for line in order.lines), Decimal(0)) != head.number("goodsValue"):
        yield _about(order, 1300, "商品总价之和与商品价格不一致", "goodsValue")
    yield from _line_faults(order, "OrderList")
    yield from _wrong_constants(order, orderType="I", currency=CNY, buyerIdType="1")
    if not is_identity_number(head.text("buyerIdNumber")):
        yield _private(order, 1300, "订购人身份证号码错误", "buyerIdNumber")


def _faults_of_payment(payment: Paper) -> Iterator[Reason]:
    yield from _wrong_constants(payment, currency=CNY, payerIdType="1")
    if not is_identity_number(payment.head.text("payerIdNumber")):
        yield _private(payment, 1300, "支付人身份证号码错误", "payerIdNumber")


def _faults_of_waybill(waybill: Paper) -> Iterator[Reason]:
    yield from _wrong_constants(waybill, currency=CNY, packNo="1")
    if waybill.head.number("weight") <= 0:
        yield _about(waybill, 1300, "毛重应大于零", "weight")


def _faults_of_status(status: Paper) -> Iterator[Reason]:
    yield from _wrong_constants(status, logisticsStatus="S")


def _faults_of_list(listed: Paper) -> Iterator[Reason]:
    head = listed.head
    yield from _wrong_constants(listed, ieFlag="I", currency=CNY, buyerIdType="1", packNo="1")
    yield from _line_faults(listed, "InventoryList")
    net, gross = head.number("netWeight"), head.number("grossWeight")
    if not 0 < net <= gross:
        yield _about(listed, 1300, "净重应大于零且不大于毛重", "netWeight", "grossWeight")
    for line in listed.lines:
        if line.number("qty1") <= 0:
            yield _about_line(line, "法定数量应大于零", "qty1")
        if bool(line.text("qty2")) != bool(line.text("unit2")):
            yield _about_line(line, "第二法定数量与第二法定单位应同时填写", "qty2")
        if not re.fullmatch(r"[0-9]{10}", line.text("gcode")):
            yield _about_line(line, "商品编码错误", "gcode")
    if head.text("tradeMode") in BONDED:
        yield from _faults_of_bonded(listed)
    elif head.text("tradeMode") == "9610":
        for name in ("trafNo", "voyageNo", "billNo"):
            if not head.text(name):
                yield _about(listed, 1300, "直购进口必填项为空", name)
    else:
        yield _about(listed, 1300, "贸易方式错误", "tradeMode")


def _faults_of_bonded(listed: Paper) -> Iterator[Reason]:
    head = listed.head
    for name in ("emsNo", "areaCode", "areaName"):
        if not head.text(name):
            yield _about(listed, 1300, "保税进口必填项为空", name)
    for name in ("trafNo", "voyageNo", "billNo"):
        if head.text(name):
            yield _about(listed, 1300, "保税进口免填项不为空", name)
    yield from _wrong_constants(listed, country=CHINA)
    for line in listed.lines:
        if not line.text("itemRecordNo"):
            yield _about_line(line, "账册备案料号为空", "itemRecordNo")


def _nothing(_paper: Paper) -> Iterator[Reason]:
    return iter(())


_FAULTS = {
    Kind.ORDER: _faults_of_order,
    Kind.PAYMENT: _faults_of_payment,
    Kind.WAYBILL: _faults_of_waybill,
    Kind.SIGNED_FOR: _faults_of_status,
    Kind.LIST: _faults_of_list,
    Kind.CANCEL: _nothing,
    Kind.RETURN: _nothing,
}


def _line_faults(paper: Paper, node: str) -> Iterator[Reason]:
    for line in paper.lines:
        if line.number("totalPrice") != line.number("qty") * line.number("price"):
            fields = [(f"{node}.{name}", line.text(name)) for name in ("totalPrice", "qty", "price")]
            yield Reason(1300, f"第{line.text('gnum')}项商品总价不等于单价乘以数量", fields)
        if line.number("qty") <= 0:
            yield Reason(1300, f"第{line.text('gnum')}项商品数量应大于零", [(f"{node}.qty", line.text("qty"))])
        if line.text("currency") != CNY:
            yield Reason(1300, f"第{line.text('gnum')}项币制应为142", [(f"{node}.currency", line.text("currency"))])


def is_identity_number(text: str) -> bool:
    """18 characters with a real birthday and the check character of GB 11643."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return False
    try:
        datetime.strptime(text[6:14], "%Y%m%d")  # noqa: DTZ007  (only whether there is such a day)
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == text[17]


def disagreement(listed: Paper, order: Paper | None, payment: Paper | None, waybill: Paper | None) -> Reason | None:
    """The first rule the papers break together; one that is None is taken for given."""
    return next(_disagreements(listed, order, payment, waybill), None)


def _disagreements(
    listed: Paper, order: Paper | None, payment: Paper | None, waybill: Paper | None
) -> Iterator[Reason]:
    if order is not None:
        yield from _list_and_order(listed, order)
    if payment is not None and order is not None:
        yield from _payment_and_order(payment, order)
    if waybill is not None:
        yield from _list_and_waybill(listed, waybill)
    if waybill is not None and order is not None:
        for name in ("consignee", "consigneeTelephone", "consigneeAddress"):
            yield from _differ(order, waybill, 1300, "订单与运单收货人信息不一致", name, private=True)


def _list_and_order(listed: Paper, order: Paper) -> Iterator[Reason]:
    yield from _differ(order, listed, 1300, "订单与清单电商平台不一致", "ebpCode")
    yield from _differ(order, listed, 1300, "订单与清单电商企业不一致", "ebcCode")
    for name in _BUYER:
        yield from _differ(order, listed, 13127, "清单订购人与订单订购人不一致", name, private=True)
    yield from _differ(order, listed, 1300, "订单与清单收货地址不一致", "consigneeAddress", private=True)
    if len(order.lines) != len(listed.lines):
        counts = [("OrderList", str(len(order.lines))), ("InventoryList", str(len(listed.lines)))]
        yield Reason(1320, "清单与订单商品项数不一致", counts)
        return
    ordered = {int(line.text("gnum")): line for line in order.lines}
    for line in listed.lines:
        there = ordered.get(int(line.text("gnum")))
        if there is None:
            yield Reason(1322, "清单与订单商品序号不一致", [("InventoryList.gnum", line.text("gnum"))])
        else:
            yield from _lines_differ(there, line)
    total = sum((line.number("totalPrice") for line in listed.lines), Decimal(0))
    if total != order.head.number("goodsValue"):
        fields = [("OrderHead.goodsValue", order.head.text("goodsValue")), ("InventoryList.totalPrice", str(total))]
        yield Reason(1322, "清单商品总价与订单商品价格不一致", fields)


def _lines_differ(ordered: Fields, listed: Fields) -> Iterator[Reason]:
    what = f"第{listed.text('gnum')}项清单与订单商品不一致"
    if ordered.text("itemName") != listed.text("gname"):
        names = [("OrderList.itemName", ordered.text("itemName")), ("InventoryList.gname", listed.text("gname"))]
        yield Reason(1322, what, names)
    for name in ("qty", "price", "totalPrice"):
        if ordered.number(name) != listed.number(name):
            values = [(f"OrderList.{name}", ordered.text(name)), (f"InventoryList.{name}", listed.text(name))]
            yield Reason(1322, what, values)


def _payment_and_order(payment: Paper, order: Paper) -> Iterator[Reason]:
    if order.head.text("payCode"):
        yield from _differ(order, payment, 13035, "订单与支付单支付企业不一致", "payCode")
    if order.head.text("payTransactionId"):
        yield from _differ(order, payment, 13035, "订单与支付单支付交易编号不一致", "payTransactionId")
    if payment.head.number("amountPaid") != order.head.number("acturalPaid"):
        fields = [
            ("OrderHead.acturalPaid", order.head.text("acturalPaid")),
            ("PaymentHead.amountPaid", payment.head.text("amountPaid")),
        ]
        yield Reason(1332, "支付金额与订单实际支付金额不一致", fields)
    for paid, bought in (("payerName", "buyerName"), ("payerIdNumber", "buyerIdNumber")):
        if payment.head.text(paid) != order.head.text(bought):
            yield Reason(1327, "订购人与支付人不一致", [(order.path(bought), ""), (payment.path(paid), "")])


def _list_and_waybill(listed: Paper, waybill: Paper) -> Iterator[Reason]:
    yield from _differ(listed, waybill, 1300, "清单与运单订单编号不一致", "orderNo")
    yield from _differ(listed, waybill, 1300, "清单与运单物流企业不一致", "logisticsCode")
    yield from _differ(listed, waybill, 1300, "清单与运单物流运单编号不一致", "logisticsNo")
    for name in ("freight", "insuredFee"):
        if waybill.head.text(name) and listed.head.number(name) != waybill.head.number(name):
            yield _two(listed, waybill, 1300, "清单与运单运费或保费不一致", name)
    if listed.head.number("grossWeight") != waybill.head.number("weight"):
        fields = [
            ("InventoryHead.grossWeight", listed.head.text("grossWeight")),
            ("LogisticsHead.weight", waybill.head.text("weight")),
        ]
        yield Reason(1300, "清单毛重与运单毛重不一致", fields)


def _differ(one: Paper, other: Paper, code: int, words: str, name: str, *, private: bool = False) -> Iterator[Reason]:
    if one.head.text(name) != other.head.text(name):
        yield _two(one, other, code, words, name, private=private)


def _two(one: Paper, other: Paper, code: int, words: str, name: str, *, private: bool = False) -> Reason:
    # What names a person is not repeated: the field is enough to find it.
    shown = [(paper.path(name), "" if private else paper.head.text(name)) for paper in (one, other)]
    return Reason(code, words, shown)


def _about(paper: Paper, code: int, words: str, *names: str) -> Reason:
    return Reason(code, words, [(paper.path(name), paper.head.text(name)) for name in names])


def _private(paper: Paper, code: int, words: str, name: str) -> Reason:
    return Reason(code, words, [(paper.path(name), "")])


def _about_line(line: Fields, words: str, name: str) -> Reason:
    return Reason(1300, f"第{line.text('gnum')}项{words}", [(f"InventoryList.{name}", line.text(name))])


def _wrong_constants(paper: Paper, **wanted: str) -> Iterator[Reason]:
    for name, value in wanted.items():
        if paper.head.text(name) != value:
            yield _about(paper, 1300, f"应为{value}", name)
