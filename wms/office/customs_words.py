"""What customs' pages say in English and Chinese: next steps, ways of sending, sentences after a button. Pure.

Called by `customs_order`, `customs_board` and the templates. The words of rules, states and codes are those of
`wms.customs.words.wording`; here is only what the office adds to them.
"""

from collections.abc import Callable, Mapping

from wms.customs.model import Cause, DocumentKind, DocumentState, Outgoing, QuarantineReason
from wms.customs.receipts.part import Part
from wms.customs.sheets.sheet import Words
from wms.customs.words.wording import (
    document_state_words,
    document_words,
    field_words,
    is_personal,
    value_words,
)
from wms.kernel.masking import HIDDEN, masked_field


def both(say: Callable[[str, str], str], code: str) -> Words:
    """The words for a code in both languages."""
    return Words(say(code, "en"), say(code, "zh"))


def masked(field: str, value: str) -> str:
    """A value of a finding as pages show it: codes with their names, persons masked, a missing one as such."""
    if not value or not (is_personal(field) or field.rpartition(".")[2] == "usedBy"):
        return value_words(field, value, "en")
    shown = masked_field(field, value)
    # Where masking knows no way to show a part of it, nothing of it is shown.
    return HIDDEN if shown == value else shown


def field_both(field: str) -> Words:
    """A field in both languages, such as "payer's name (payment slip)"."""
    return both(field_words, field)


CORRECT = Words("Correct the order as the platform told you.", "请按电商平台的更正修改订单。")

GATE_NEXT: Mapping[str, Words] = {
    "": Words("The parcel may go to its lane.", "包裹可以出库。"),
    "customs_not_declared": Words(
        "Customs hears of a parcel when it is closed at the bench. Pack it.", "包裹封箱后自动申报，请先打包。"
    ),
    "customs_not_submitted": Words(
        "It goes by itself as soon as every paper is there: see the cards that are missing.",
        "单证齐全后自动发送，请查看缺失的单证。",
    ),
    "customs_findings": Words("Mend the findings below; it then goes by itself.", "请处理下列问题，处理后自动发送。"),
    "customs_no_answer": Words(
        "Wait. If customs stays silent for half an hour, ask the electronic port.",
        "请等待。超过半小时无回执时请联系电子口岸。",
    ),
    "customs_not_released": Words(
        "Wait. If nothing comes for hours, ask the customs office.", "请等待。数小时无放行回执时请联系海关。"
    ),
    "customs_inspection": Words(
        "Bring the parcel to the hold cage and show it to customs.", "请将包裹放入暂扣区，配合海关查验。"
    ),
    "customs_detained": Words(
        "Keep the parcel in the hold cage until customs decides.", "请将包裹留在暂扣区，等待海关处理。"
    ),
    "customs_rejected": Words(
        "Mend what customs names, then submit it again below.", "请按海关退单原因更正，然后重新申报。"
    ),
    "customs_returned": Words(
        "Set the parcel aside: it must leave the country again. Call the customs clerk.",
        "请隔离包裹：须退运出境，请联系关务。",
    ),
    "customs_cancelled": Words(
        "Take the goods back to stock; this parcel will not leave.", "该包裹不再出库，请将商品退回库位。"
    ),
    "customs_hold": Words(
        "Look at the hold below. A person lifts it with a reason.", "请核实下列暂扣原因，由人工解除。"
    ),
}
"""What to do next, by the gate's code; empty is open."""

_CORRECT_PAPER = Words(
    "Correct what was named and submit again below: all that we send goes anew.",
    "请更正所述内容，然后在下方重新申报：我方单证将全部重新发送。",
)
REFUSED_OURS: Mapping[DocumentKind, Words] = {
    DocumentKind.ORDER: _CORRECT_PAPER,
    DocumentKind.PAYMENT: Words(
        "Ask the payment company for a new slip: nobody edits a payment here. When it has come, submit again below.",
        "请支付企业发送新的支付单：支付信息不可在此修改。收到后在下方重新申报。",
    ),
    DocumentKind.LOGISTICS: _CORRECT_PAPER,
}
REFUSED_OF_OTHERS: Mapping[DocumentKind, Words] = {
    DocumentKind.ORDER: Words(
        "The platform must mend it and send it again; once it is accepted the rest goes by itself.",
        "请电商平台更正后重新发送，通过后自动继续。",
    ),
    DocumentKind.PAYMENT: Words(
        "The payment company must send a new slip to customs; once it is accepted the rest goes by itself.",
        "请支付企业向海关重新发送支付单，通过后自动继续。",
    ),
    DocumentKind.LOGISTICS: Words(
        "The logistics company must mend it and send it again; once it is accepted the rest goes by itself.",
        "请物流企业更正后重新发送，通过后自动继续。",
    ),
}
REFUSED_AFTER_LIST = Words(
    "The list is with customs already: it can be submitted again once customs has refused it too. If nothing comes, "
    "ask the electronic port.",
    "清单已申报：待海关退单后方可重新申报。如长时间无回执请联系电子口岸。",
)
"""What to do where one of the three orders was refused: we sent it, another party did, or the list is gone already."""

HAS_LEFT = Words("The parcel has left.", "包裹已出库。")
NO_PARCEL = Words("No parcel yet: nothing has been declared", "尚未打包，未申报")
NOT_ASKED = Words("Goods of this warehouse need no release", "本仓库商品无需海关放行")

OUTGOING: Mapping[str, Words] = {
    Outgoing.NOT_OURS: Words("no receipt seen yet", "尚未收到回执"),
    Outgoing.NOT_YET: Words("not sent yet", "尚未发送"),
    Outgoing.WAITING: Words("waits to be sent", "待发送"),
    Outgoing.IN_MESSAGE: Words("being signed and sent", "签名发送中"),
    Outgoing.SENT: Words("sent, no answer yet", "已发送，尚无回执"),
    Outgoing.UNFIT: Words("not fit to be sent", "格式有误，未发送"),
}

WE = Words("we send it", "我方发送")
SENDERS: Mapping[DocumentKind, Words] = {
    DocumentKind.ORDER: Words("the platform sends it", "电商平台发送"),
    DocumentKind.PAYMENT: Words("the payment company sends it", "支付企业发送"),
    DocumentKind.LOGISTICS: Words("the logistics company sends it", "物流企业发送"),
    DocumentKind.INVENTORY: WE,
}

BEFORE_PACKING: Mapping[DocumentKind, Words] = {
    DocumentKind.ORDER: Words("taken in, goes with the parcel", "已接收，打包后发送"),
    DocumentKind.LOGISTICS: Words("made when the parcel is packed", "打包后生成"),
    DocumentKind.INVENTORY: Words("made when the parcel is packed", "打包后生成"),
}
SLIP_HERE = Words("slip is here, goes with the parcel", "支付单已收到，打包后发送")
SLIP_MISSING = Words("missing: the payment company has not sent it", "缺失：支付企业尚未发送")
SLIP_WITHDRAWN = Words("the payment company took it back", "支付企业已撤回")

CAUSE_ORDER = (Cause.PLATFORM, Cause.PAYMENT_COMPANY, Cause.LOGISTICS_COMPANY, Cause.WAREHOUSE)
CAUSE_HINTS: Mapping[Cause, str] = {
    Cause.PLATFORM: "Mail them the list; enter what they correct on the order's page.",
    Cause.PAYMENT_COMPANY: "Mail them the list; they send a corrected slip, nobody types it here.",
    Cause.LOGISTICS_COMPANY: "Mail them the list.",
    Cause.WAREHOUSE: "Ours: correct the product, weigh the parcel again, or check the settings.",
}

PARTS: Mapping[str, str] = {
    Part.COUNTS: "counts",
    Part.INFORMS: "informs only",
    Part.LOGGED_ONLY: "kept; customs has decided since",
    Part.EARLIER_ATTEMPT: "about an earlier attempt",
    Part.OTHER_MESSAGE: "about another message",
    Part.OTHER_PARTY: "names other companies",
    Part.UNKNOWN_CODE: "unknown code: somebody must look",
}
"""Which part a receipt plays."""

QUARANTINE: Mapping[str, str] = {
    QuarantineReason.EMPTY: "Nothing in it",
    QuarantineReason.TOO_LARGE: "Larger than a receipt can be",
    QuarantineReason.ENCODING_NOT_SUPPORTED: "Written in an encoding we do not read",
    QuarantineReason.UNDECODABLE: "Not written in the encoding it names",
    QuarantineReason.NUL_CHARACTER: "Contains a character no document may have",
    QuarantineReason.DOCTYPE: "Brings definitions of its own (DOCTYPE), which we never read",
    QuarantineReason.NOT_WELL_FORMED: "No well-formed XML",
    QuarantineReason.TOO_DEEP: "Nested deeper than a receipt can be",
    QuarantineReason.TOO_MANY_NODES: "More parts than a receipt can have",
    QuarantineReason.NOT_CEB: "No message of customs",
    QuarantineReason.MESSAGE_NOT_HANDLED: "A message we have no use for",
    QuarantineReason.ENVELOPE: "Its envelope could not be opened",
    QuarantineReason.NO_RETURN_NODE: "Says nothing about any document",
    QuarantineReason.UNEXPECTED_NODE: "Has a part nobody expects there",
    QuarantineReason.MISSING_FIELD: "A field is missing",
    QuarantineReason.REPEATED_FIELD: "A field is there twice",
    QuarantineReason.FIELD_NOT_TEXT: "A field holds more than text",
    QuarantineReason.FIELD_TOO_LONG: "A field is too long",
    QuarantineReason.FIELD_LENGTH: "A field has the wrong length",
    QuarantineReason.BAD_STATUS: "Its status is none",
    QuarantineReason.BAD_TIME: "Its time is none",
    QuarantineReason.BAD_AMOUNT: "An amount is none",
    QuarantineReason.IDENTITY_MISMATCH: "Names other companies than were declared",
    QuarantineReason.SLIP_REFUSED: "A payment slip that was not believed",
    QuarantineReason.PASS_UNKNOWN: "About an exit pass nobody asked for",
    QuarantineReason.CANNOT_APPLY: "Could not be applied",
}
"""Why something was set aside."""

SAID: Mapping[str, str] = {
    "checked": "Checked again. The findings below are what is left.",
    "checked_clean": "Checked again. Nothing stops it.",
    "checked_sent": "Checked again. Nothing stops it: the documents are on their way.",
    "mended_resubmitted": "Corrected, and submitted again as attempt {about}.",
    "mended_sent": "Corrected. Nothing stops it: the documents are on their way.",
    "mended_stopped": "Corrected. It is still stopped: {rule}.",
    "mended_stopped_slip": "Corrected. The amount paid has changed: it now waits for a corrected slip of the payment "
    "company over the new amount.",
    "mended_not_packed": "Corrected. It goes to customs when the parcel is packed.",
    "mended_waits": "Corrected. It goes as soon as every paper is there.",
    "resubmitted": "Submitted again as attempt {about}.",
    "cancel_applied": "Applied to cancel the list (CEB623, application {about}). The parcel is held until customs "
    "answers.",
    "return_applied": "Applied for the return of goods (CEB625, application {about}).",
    "signed_reported": "Customs is told that the parcel was signed for (CEB513).",
    "lifted": "The hold is lifted, with your reason.",
    "settled": "Settled, with your reason.",
    "readable_now": "Read again: it is understood now, and applied.",
    "still_not_readable": "Read again: it is still not understood.",
    "not_found": "Nothing here answers to that number. Type an order, a tracking number or a copNo in full.",
    "decided": "Decided. The training port says so in a moment.",
    "training_on": "Training mode is on: every list that agrees with its orders now waits here for a decision.",
    "training_off": "Training mode is off: lists go their way by themselves.",
    # Why something was not done.
    "customs_reason_missing": "Not done: write down the reason.",
    "hold_reason_missing": "Not lifted: write down the reason.",
    "settle_reason_missing": "Not settled: write down the reason.",
    "reveal_reason_missing": "Not shown: write down what you need the data for.",
    "reason_needed": "Not refused: customs give a reason with every refusal. Choose or write one.",
    "no_such_declaration": "Not done: there is no such declaration any more.",
    "no_such_order": "Not done: there is no such order any more.",
    "order_dispatched": "Not corrected: the parcel has left. Apply for the return of goods instead.",
    "order_cancelled": "Not corrected: the order is cancelled.",
    "order_not_packed": "Not corrected: the parcel is not packed to the end, so it is not certain what is in it.",
    "nothing_to_correct": "Nothing was changed: everything is as you entered it.",
    "tax_not_known": "Not corrected: the tax of what was packed cannot be told. Enter it yourself.",
    "customs_attempt_open": "Not done: papers with the old data are at customs and not refused. Wait for the answer, "
    "or apply to cancel the list.",
    "customs_documents_on_their_way": "Not done: documents are on their way this very moment. Try again in a minute.",
    "customs_document_missing": "Not submitted: a paper is still missing ({about}).",
    "customs_findings": "Not submitted: {rule}.",
    "customs_parcel_left": "Not done: the parcel has left. Apply for the return of goods instead.",
    "customs_parcel_here": "Not done: the parcel has not left. Apply to cancel the list instead.",
    "customs_not_cancellable": "Not done: in its present state the list cannot be cancelled.",
    "customs_no_list_number": "Not done: customs has not given the list a number yet.",
    "customs_application_pending": "Not done: the cancellation was applied for already.",
    "customs_not_released": "Not done: customs has not released this list.",
    "customs_return_too_late": "Not done: the time to apply for a return ended on {about}.",
    "customs_return_empty": "Not done: say how many units of which line come back.",
    "customs_return_line": "Not done: the list has no line {about}.",
    "customs_return_quantity": "Not done: more units of line {about} than were declared and not applied for before.",
    "customs_not_ours": "Not done: the logistics company reports that itself.",
    "customs_not_yet": "Not done: that time has not come yet.",
    "bad_time": "Not done: give day and time of the signature.",
    "hold_not_found": "Somebody was faster: there is no such hold any more.",
    "hold_stays": "Not lifted: the parcel was opened again, and nothing leaves under its old declaration.",
    "hold_needs_customs": "Not lifted: the answer of customs ends this hold.",
    "quarantine_not_found": "There is no such entry.",
    "quarantine_settled": "Somebody was faster: it is settled already.",
    "list_not_waiting": "Somebody was faster: this list does not wait any more.",
    "decision_pending": "Somebody decided about this list a moment ago.",
}
"""Sentences after a button, by code. `{about}` is a number or a short word, `{rule}` a rule in words."""


def document(kind: str) -> Words:
    """A document by its kind."""
    return both(document_words, kind)


def document_state(state: str, outgoing: str) -> Words:
    """Where a document stands: what was answered, or how far it is on its way."""
    return OUTGOING[outgoing] if state == DocumentState.WAITING else both(document_state_words, state)


def time(return_time: str) -> str:
    """17 digits of China time as people read them: 2026-11-05 12:00:03."""
    day, clock = return_time[:8], return_time[8:14]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {clock[:2]}:{clock[2:4]}:{clock[4:]}"
