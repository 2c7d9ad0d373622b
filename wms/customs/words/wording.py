"""Customs in words, English and Chinese: rules, causes, fields, states, gate codes, holds, documents, receipts.

Called by pages, handheld screens, the evidence bundle and the command line. Pure. A word that is not known is shown as
it is: a code in its place tells a person more than nothing. Languages are those of an operator: `zh` is Chinese,
whatever else is English.
"""

from collections.abc import Mapping

from wms.customs.model import (
    Cause,
    DeclarationState,
    DocumentKind,
    DocumentState,
    GatePoint,
    HoldKind,
    PassState,
)
from wms.customs.regimes.china.codes import COUNTRIES, CURRENCIES, UNITS, CodeName
from wms.customs.regimes.china.identity_number import IdFault
from wms.customs.regimes.china.reasons import Meaning, parse_return_info, reason_meaning, status_meaning
from wms.customs.words.field_words import ELEMENTS, PARTS, Words
from wms.customs.words.rule_words import RULES
from wms.kernel import masking

CAUSES: Mapping[str, Words] = {
    Cause.PLATFORM: ("platform", "电商平台"),
    Cause.PAYMENT_COMPANY: ("payment company", "支付企业"),
    Cause.LOGISTICS_COMPANY: ("logistics company", "物流企业"),
    Cause.WAREHOUSE: ("warehouse", "仓库"),
}

STATES: Mapping[str, Words] = {
    DeclarationState.PENDING: ("not sent yet", "尚未申报"),
    DeclarationState.SUBMITTED: ("declared, no answer from customs yet", "已申报，海关未回复"),
    DeclarationState.ACCEPTED: ("stored by customs, not released yet", "海关已入库，尚未放行"),
    DeclarationState.UNDER_INSPECTION: ("inspection ordered", "查验"),
    DeclarationState.DETAINED: ("detained", "扣留"),
    DeclarationState.RELEASED: ("released", "放行"),
    DeclarationState.CLOSED: ("released and closed", "结关"),
    DeclarationState.REJECTED: ("refused", "退单"),
    DeclarationState.RETURNED: ("must go back out of the country", "退运"),
    DeclarationState.CANCELLED: ("cancelled", "已撤销"),
}

GATE_CODES: Mapping[str, Words] = {
    "customs_not_declared": ("Not declared to customs", "未向海关申报"),
    "customs_not_submitted": ("Not sent to customs yet", "尚未发送海关"),
    "customs_findings": ("Not sent: the papers do not agree", "单证不符，未发送海关"),
    "customs_no_answer": ("Declared, no answer from customs yet", "已申报，海关未回复"),
    "customs_not_released": ("Not released by customs yet", "海关尚未放行"),
    "customs_inspection": ("Customs ordered an inspection", "海关布控查验"),
    "customs_detained": ("Detained by customs", "海关扣留"),
    "customs_rejected": ("Refused by customs", "海关退单"),
    "customs_order_refused": ("The order was refused", "订单被退单"),
    "customs_payment_refused": ("The payment slip was refused", "支付单被退单"),
    "customs_waybill_refused": ("The waybill was refused", "运单被退单"),
    "customs_returned": ("Must go back out of the country", "海关责令退运"),
    "customs_cancelled": ("The declaration was cancelled", "清单已撤销"),
    "customs_hold": ("Released, but held back", "已放行，但被暂扣"),
}

HOLDS: Mapping[str, Words] = {
    HoldKind.UNKNOWN_STATUS: ("customs sent a code nobody knows", "海关回执状态未知"),
    HoldKind.CONFLICT: ("two decisions that cannot both stand", "海关回执相互矛盾"),
    HoldKind.CANCEL_PENDING: ("a cancellation was applied for", "撤销申请待海关审核"),
    HoldKind.PARCEL_VOID: ("the parcel was opened again", "包裹已重新打开"),
    HoldKind.IDENTITY_MISMATCH: ("a receipt names other companies", "回执企业信息不符"),
}

DOCUMENTS: Mapping[str, Words] = {
    DocumentKind.ORDER: ("order", "订单"),
    DocumentKind.PAYMENT: ("payment slip", "支付单"),
    DocumentKind.LOGISTICS: ("waybill", "运单"),
    DocumentKind.INVENTORY: ("inventory list", "清单"),
    DocumentKind.SIGNED_FOR: ("signed-for message", "运单签收状态"),
    DocumentKind.CANCEL: ("application to cancel", "撤销申请单"),
    DocumentKind.RETURN: ("application for return", "退货申请单"),
}

DOCUMENT_STATES: Mapping[str, Words] = {
    DocumentState.MISSING: ("missing", "缺失"),
    DocumentState.WAITING: ("no answer yet", "尚无回执"),
    DocumentState.TAKEN: ("taken by the port", "电子口岸已接收"),
    DocumentState.ACCEPTED: ("accepted by customs", "海关已入库"),
    DocumentState.APPROVED: ("approved by customs", "海关审核通过"),
    DocumentState.REFUSED: ("refused", "退单"),
}

PASS_STATES: Mapping[str, Words] = {
    PassState.REQUESTED: ("asked for", "已申请"),
    PassState.CONFIRMED: ("confirmed", "已确认"),
    PassState.REFUSED: ("refused", "未通过"),
    PassState.WITHDRAWN: ("withdrawn", "已撤回"),
    PassState.USED: ("used", "已使用"),
}

GATE_POINTS: Mapping[str, Words] = {
    GatePoint.LABEL: ("label", "贴单"),
    GatePoint.CAGE: ("hold cage", "暂扣区"),
    GatePoint.DISPATCH: ("dispatch scan", "出库扫描"),
    GatePoint.SEAL: ("closing of the load", "封车"),
    GatePoint.GATE_OUT: ("gate", "出区卡口"),
}

MESSAGES: Mapping[str, Words] = {
    "CEB311": ("order", "电子订单"),
    "CEB312": ("receipt for an order", "电子订单回执"),
    "CEB411": ("payment slip", "支付凭证"),
    "CEB412": ("receipt for a payment slip", "支付凭证回执"),
    "CEB511": ("waybill", "物流运单"),
    "CEB512": ("receipt for a waybill", "物流运单回执"),
    "CEB513": ("waybill status", "物流运单状态"),
    "CEB514": ("receipt for a waybill status", "物流运单状态回执"),
    "CEB621": ("inventory list", "进口清单"),
    "CEB622": ("receipt for a list", "进口清单回执"),
    "CEB623": ("application to cancel", "撤销申请单"),
    "CEB624": ("receipt for an application to cancel", "撤销申请单回执"),
    "CEB625": ("application for return", "退货申请单"),
    "CEB626": ("receipt for an application for return", "退货申请单回执"),
    "CEB816": ("tax bill", "电子税单"),
    "CEB818": ("status of a tax bill", "电子税单状态"),
    "CEB900": ("message refused for its form", "报文格式校验失败回执"),
    "DxpRep": ("refusal of the exchange", "交换平台处理失败回执"),
    "EXITPASS": ("request for an exit pass", "核放单申请"),
    "EXITPASSWITHDRAWAL": ("withdrawal of an exit pass", "核放单撤回"),
}

ID_FAULTS: Mapping[str, Words] = {
    IdFault.LENGTH: ("it does not have 18 characters", "不是18位"),
    IdFault.CHARACTERS: ("it must be 17 digits and a digit or X", "应为17位数字加1位数字或X"),
    IdFault.SMALL_X: ("the X must be upper case", "末位的X必须大写"),
    IdFault.BIRTH_DATE: ("there is no such birth date", "出生日期不存在"),
    IdFault.CHECK_DIGIT: ("the check digit is wrong", "校验码不正确"),
}

_ACCOUNTS = frozenset({"buyerRegNo"})
"""Names no person by itself, but the platform knows whose it is."""

_CODES_OF: Mapping[str, Mapping[str, CodeName]] = {
    "currency": CURRENCIES,
    "acceptedCurrency": CURRENCIES,
    "country": COUNTRIES,
    "tradeCountry": COUNTRIES,
    "bondedCountry": COUNTRIES,
    "unit": UNITS,
    "unit1": UNITS,
    "unit2": UNITS,
    "statutoryUnit": UNITS,
}


def rule_words(rule: str, language: str) -> str:
    """What is wrong, such as "Payer is not the buyer"."""
    words = RULES.get(rule)
    return _pick(words.title, language) if words else rule


def advice_words(rule: str, language: str) -> str:
    """What to do about it; empty for a rule that is not known."""
    words = RULES.get(rule)
    return _pick(words.advice, language) if words else ""


def cause_words(cause: str, language: str) -> str:
    """Who has to mend it."""
    return _word(CAUSES, cause, language)


def state_words(state: str, language: str) -> str:
    """A declaration's state."""
    return _word(STATES, state, language)


def gate_words(code: str, language: str) -> str:
    """Why the gate is closed."""
    return _word(GATE_CODES, code, language)


def hold_words(kind: str, language: str) -> str:
    return _word(HOLDS, kind, language)


def document_words(kind: str, language: str) -> str:
    """A document by its kind: `payment` is the payment slip."""
    return _word(DOCUMENTS, kind, language)


def document_state_words(state: str, language: str) -> str:
    return _word(DOCUMENT_STATES, state, language)


def pass_state_words(state: str, language: str) -> str:
    return _word(PASS_STATES, state, language)


def gate_point_words(point: str, language: str) -> str:
    return _word(GATE_POINTS, point, language)


def message_words(message_type: str, language: str) -> str:
    """A message by its type: `CEB621` is the inventory list."""
    return _word(MESSAGES, message_type, language)


def field_words(field: str, language: str) -> str:
    """A field such as `PaymentHead.payerName`: "payer's name (payment slip)"."""
    part, _, element = field.rpartition(".")
    if element not in ELEMENTS:
        return field
    name, where = _pick(ELEMENTS[element], language), _pick(PARTS.get(part, (part, part)), language)
    if not where:
        return name
    return f"{where}的{name}" if _is_chinese(language) else f"{name} ({where})"


def is_personal(field: str) -> bool:
    """Whether a field's value names a person or an account."""
    return masking.is_personal(field) or field.rpartition(".")[2] in _ACCOUNTS


def value_words(field: str, value: str, language: str) -> str:
    """A value as a person reads it: codes with their names, a missing value said so."""
    element = field.rpartition(".")[2]
    if not value:
        return "缺失" if _is_chinese(language) else "missing"
    if element == "idFault":
        return _word(ID_FAULTS, value, language)
    known = _CODES_OF.get(element, {}).get(value)
    if known is None:
        return value
    return f"{value}（{known.zh}）" if _is_chinese(language) else f"{value} ({known.en})"


def receipt_words(message_type: str, return_status: str, return_info: str, language: str) -> str:
    """What a receipt says: the status and every reason in words, then the fields customs points at.

    Customs' own text is not in it; show it beside this, unchanged.
    """
    info = parse_return_info(return_info)
    meanings = [status_meaning(return_status, message_type)]
    meanings += [reason_meaning(reason.code) for reason in info.reasons]
    said = dict.fromkeys(_meaning(meaning, language) for meaning in meanings if meaning is not None)
    said |= dict.fromkeys(field_words(field.path, language) for field in info.fields)
    if not said:
        return f"代码{return_status}，含义未知" if _is_chinese(language) else f"code {return_status}, meaning not known"
    return ("；" if _is_chinese(language) else "; ").join(said)


def _word(words: Mapping[str, Words], key: str, language: str) -> str:
    return _pick(words[key], language) if key in words else key


def _meaning(meaning: Meaning, language: str) -> str:
    return meaning.zh if _is_chinese(language) else meaning.en


def _pick(words: Words, language: str) -> str:
    return words[1] if _is_chinese(language) else words[0]


def _is_chinese(language: str) -> bool:
    return language.startswith("zh")
