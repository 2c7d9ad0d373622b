"""What customs and the electronic port mean by their codes, and what stands in a `returnInfo`.

Called by `wms.customs.words.wording` and by pages. Pure, for the eyes of people only: nothing here ever decides
anything (`wms.customs.fold` does, from the exact status). The full list of reason codes is not public, so an unknown
code stays what it is and the text beside it is kept word for word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

APPROVALS = frozenset({"CEB624", "CEB626"})
"""Receipts in which 399 is the final yes."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says, in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One `[Code:n;Desc:…]`."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class NamedField:
    """One field customs points at, such as `OrderHead.acturalPaid`, with what it says of it."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class ReturnInfo:
    """A `returnInfo` taken apart as far as it can be; `text` is the whole of it, unchanged."""

    text: str
    reasons: tuple[Reason, ...] = ()
    fields: tuple[NamedField, ...] = ()


STATUSES: Mapping[str, Meaning] = {
    "1": Meaning("kept as a draft by the port, not declared", "电子口岸已暂存，尚未申报"),
    "2": Meaning("the port took the declaration", "电子口岸申报中"),
    "3": Meaning("passed on to customs", "发送海关成功"),
    "4": Meaning("could not be passed on to customs: send it again", "发送海关失败，请重新发送"),
    "100": Meaning("refused by customs", "海关退单"),
    "120": Meaning("stored by customs, checks passed, not released yet", "海关入库，逻辑校验通过，尚未放行"),
    "300": Meaning("an officer looks at the documents", "人工审核"),
    "399": Meaning("review finished, not released yet", "海关审结，尚未放行"),
    "500": Meaning("inspection ordered", "查验"),
    "501": Meaning("detained, passed to clearance", "扣留移送通关"),
    "502": Meaning("detained, passed to anti-smuggling", "扣留移送缉私"),
    "503": Meaning("detained, passed to the legal department", "扣留移送法规"),
    "599": Meaning("detained for another reason", "其它扣留"),
    "700": Meaning("the goods must go back", "退运"),
    "800": Meaning("released", "放行"),
    "899": Meaning("released and closed", "结关"),
}
"""`returnStatus` of every receipt, exact text."""

APPROVED = Meaning("approved by customs", "海关审核通过")
"""399 in the receipt of an application."""

ERRORS: Mapping[str, Meaning] = {
    "-10101": Meaning("the company is not registered for this", "企业备案信息有误"),
    "-10102": Meaning("the company is not registered for this", "企业备案信息有误"),
    "-301002": Meaning("a line number is repeated in the order", "订单商品序号重复"),
    "-301009": Meaning(
        "wrong kind of sending: there is no order to change or delete", "业务类型有误：没有可变更或删除的订单"
    ),
    "-301010": Meaning("an order with this number exists already", "订单编号已存在"),
    "-301011": Meaning("the order's list is declared already, it cannot be changed", "清单已申报，订单不能再变更"),
    "-301014": Meaning("older than the order the port has, ignored", "旧的订单报文，不予处理"),
    "-301015": Meaning("more orders in one message than allowed", "报文中订单数量超限"),
    "-401006": Meaning(
        "wrong kind of sending: there is no payment slip to change or delete", "业务类型有误：没有可变更或删除的支付单"
    ),
    "-401007": Meaning("a payment slip with this number exists already", "支付交易编号已存在"),
    "-401008": Meaning(
        "the list is declared already, the payment slip cannot be changed", "清单已申报，支付单不能再变更"
    ),
    "-401012": Meaning("older than the payment slip the port has, ignored", "旧的支付单报文，不予处理"),
    "-401013": Meaning("more payment slips in one message than allowed", "报文中支付单数量超限"),
    "-504013": Meaning("more waybills in one message than allowed", "报文中运单数量超限"),
    "-504014": Meaning(
        "wrong kind of sending: there is no waybill to change or delete", "业务类型有误：没有可变更或删除的运单"
    ),
    "-504015": Meaning("a waybill with this number exists already", "物流运单编号已存在"),
    "-504016": Meaning("the list is declared already, the waybill cannot be changed", "清单已申报，运单不能再变更"),
    "-505016": Meaning("older than the waybill status the port has, ignored", "旧的运单状态报文，不予处理"),
    "-621001": Meaning("the list fails the port's checks", "清单校验不通过"),
    "-621002": Meaning("a receipt of the four documents could not be read", "四单回执读取失败"),
    "-621004": Meaning("the list is declared already: do not send it again", "清单已申报，请勿重复申报"),
    "-621005": Meaning("over the limit of a single transaction", "超过单次交易限值"),
    "-621011": Meaning("there is no declared list to change", "没有已申报的清单可变更"),
    "-621012": Meaning("the list cannot be changed any more", "清单当前状态不允许变更"),
    "-621013": Meaning("the buyer's limit could not be asked: try again", "个人额度查询失败，请重试"),
    "-621014": Meaning("the buyer's limit could not be booked: try again", "个人额度扣减失败，请重试"),
    "-621018": Meaning("the buyer is over the yearly limit", "超过个人年度交易限值"),
    "-621027": Meaning("a line number is repeated in the list", "清单商品序号重复"),
    "-621028": Meaning("what was signed differs from what was sent", "签名数据与报文不一致"),
    "-621029": Meaning("the signature could not be confirmed", "签名校验不通过"),
    "-621030": Meaning("more lists in one message than allowed", "报文中清单数量超限"),
    "-623003": Meaning("there is no such list to cancel", "没有可撤销的清单"),
    "-623005": Meaning("the list cannot be cancelled any more", "清单当前状态不允许撤销"),
    "-623008": Meaning("more applications in one message than allowed", "报文中撤销申请单数量超限"),
    "-623009": Meaning("the cancellation was applied for already", "已申请撤销，请勿重复申请"),
    "-623025": Meaning("the buyer's limit could not be given back: try again", "个人额度返还失败，请重试"),
    "-625006": Meaning("the application names no goods", "退货申请单没有商品"),
    "-625013": Meaning("the declaring company is not that of the certificate", "申报企业与证书企业不一致"),
    "-625022": Meaning("applied for already, or it cannot be changed any more", "已申请，或当前状态不允许变更"),
    "-625209": Meaning("a line or its HS code is not in the original list", "退货商品或税号不在原清单中"),
    "-800006": Meaning("more arrival lists in one message than allowed", "报文中入库明细单数量超限"),
}
"""Negative `returnStatus`: this attempt failed at the port."""

ERROR_RANGES: Mapping[str, Meaning] = {
    "-1010": Meaning("the port refused: something about the company", "电子口岸处理异常：企业信息"),
    "-3010": Meaning("the port refused: something about the order", "电子口岸处理异常：订单"),
    "-4010": Meaning("the port refused: something about the payment slip", "电子口岸处理异常：支付单"),
    "-5040": Meaning("the port refused: something about the waybill", "电子口岸处理异常：运单"),
    "-5050": Meaning("the port refused: something about the waybill status", "电子口岸处理异常：运单状态"),
    "-6210": Meaning("the port refused: something about the list", "电子口岸处理异常：清单"),
    "-6230": Meaning("the port refused: something about the cancellation", "电子口岸处理异常：撤销申请单"),
    "-625": Meaning("the port refused: something about the return of goods", "电子口岸处理异常：退货申请单"),
    "-8000": Meaning("the port refused: something about the arrival list", "电子口岸处理异常：入库明细单"),
}
ERROR = Meaning("the port could not process it", "电子口岸处理异常")

REASONS: Mapping[str, Meaning] = {
    "1200": Meaning("waits for an officer's review", "等待人工审核"),
    "1300": Meaning("refused by an officer", "人工审核退单"),
    "1301": Meaning("the customs system failed: try again later", "海关系统异常，请稍后再试"),
    "1311": Meaning("the guarantee does not cover the tax: top it up", "担保余额不足，请补足担保"),
    "1313": Meaning("the buyer is over the yearly limit", "超过个人年度交易限值"),
    "1320": Meaning("list and order have a different number of lines", "清单与订单商品项数不一致"),
    "1322": Meaning("list and order name different goods", "清单与订单商品信息不一致"),
    "1327": Meaning(
        "the buyer of the order is not the payer (name or ID number)", "订单订购人与支付人不一致（姓名或身份证号）"
    ),
    "1332": Meaning("the amount paid is not the amount of the order", "支付金额与订单实付金额不一致"),
    "1371": Meaning("refused with code 1371, whose meaning is not published", "退单代码1371，含义未公布"),
    "13035": Meaning("order and payment slip name different payment companies", "订单与支付单的支付企业不一致"),
    "13127": Meaning("the buyer of the list is not the buyer of the order", "清单订购人与订单订购人不一致"),
    "1800": Meaning("checks passed", "逻辑校验通过"),
    "2300": Meaning("review passed", "审核通过"),
    "2600": Meaning("released", "放行"),
}
"""Codes inside the `returnInfo` of customs."""

_REASON = re.compile(
    r"\[\s*Code\s*[:：]\s*(?P<code>-?[0-9A-Za-z]{1,12})\s*[;；,，]\s*Desc\s*[:：](?P<text>[^\[\]]*)\]?", re.ASCII
)
_FIELD = re.compile(
    r"(?P<path>[A-Z][A-Za-z]{1,40}\.[A-Za-z][A-Za-z0-9]{1,40})(?:\s*[:：=]\s*(?P<value>[^,，;；\[\]]*))?"
)
_NEGATIVE = re.compile(r"-[0-9]{1,9}", re.ASCII)


def parse_return_info(text: str) -> ReturnInfo:
    """`text` taken apart. Never fails: what fits no pattern is simply not found, and stays in `text`."""
    reasons = tuple(Reason(found["code"], found["text"].strip()) for found in _REASON.finditer(text))
    rest = _REASON.sub(" ", text)
    fields = tuple(NamedField(found["path"], (found["value"] or "").strip()) for found in _FIELD.finditer(rest))
    return ReturnInfo(text, reasons, fields)


def status_meaning(return_status: str, message_type: str = "") -> Meaning | None:
    """What a `returnStatus` says; None where nobody has told us."""
    if return_status == "399" and message_type in APPROVALS:
        return APPROVED
    known = STATUSES.get(return_status) or ERRORS.get(return_status)
    if known is not None or _NEGATIVE.fullmatch(return_status) is None:
        return known
    return next((meaning for start, meaning in ERROR_RANGES.items() if return_status.startswith(start)), ERROR)


def reason_meaning(code: str) -> Meaning | None:
    """What a reason code says; None where it is not published."""
    return REASONS.get(code) or ERRORS.get(code)
