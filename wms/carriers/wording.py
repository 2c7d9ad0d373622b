"""Carriers in words: why one was chosen, how far its waybill is, where a parcel is. Pure.

The office is told in English, the public page in English and Chinese. Called by the office's pages and `tracking_page`.
"""

from collections.abc import Mapping

from wms.carriers.model import BookingState, TrackingStatus
from wms.carriers.rules import Looked, Reason

LANGUAGES = ("en", "zh")

_REASONS: Mapping[Reason, str] = {
    Reason.WANTED: "Looked for: {detail}.",
    Reason.CHOSEN: "{account} takes it: the first rule that fits{price}.",
    Reason.CHEAPEST: "{account} takes it: the cheapest of those that fit equally well{price}.",
    Reason.DEARER: "{account} fits as well and costs more{comma}.",
    Reason.NOT_NEEDED: "{account} was not looked at: a rule before it fits.",
    Reason.OTHER_MERCHANT: "{account} is under the contract of {detail} and of nobody else.",
    Reason.OTHER_COUNTRY: "{account} is for {detail} only.",
    Reason.OTHER_DISTRICT: "{account} is for districts that begin with {detail}.",
    Reason.TOO_LIGHT: "{account} is for parcels from {detail}.",
    Reason.TOO_HEAVY: "{account} takes at most {detail}.",
    Reason.TOO_LONG: "{account} takes nothing longer than {detail}.",
    Reason.TOO_WIDE: "{account} takes nothing whose second side is longer than {detail}.",
    Reason.TOO_HIGH: "{account} takes nothing whose shortest side is longer than {detail}.",
    Reason.TOO_LARGE_AROUND: "{account} takes nothing whose length and girth together are more than {detail}.",
    Reason.NOT_URGENT: "{account} is for orders of priority {detail} or more urgent.",
    Reason.AFTER_CUT_OFF: "{account}'s truck takes what is asked for before {detail}.",
    Reason.OTHER_CURRENCY: "{account} fits as well; its price is in another currency and was not compared{comma}.",
    Reason.NO_PRICE: "{account} fits as well and has no price for it{comma}.",
    Reason.SWITCHED_OFF: "{account} is switched off.",
    Reason.TRIED: "{account} was asked already{comma}.",
    Reason.BY_HAND: "{account} was chosen by {detail}.",
    Reason.TAKEN_BACK: "The number was taken back by {detail}; a person has to give it to a carrier.",
    Reason.AS_BEFORE: "{account} gave the number of the parcel before, and gives this one's too.",
    Reason.FORWARDED: "{account}: the platform sent the number itself.",
    Reason.NO_RULE: "No rule fits; a person has to give it to a carrier.",
}

_STATES: Mapping[BookingState, str] = {
    BookingState.ASKED: "to be asked for a number",
    BookingState.CALLING: "being asked for a number",
    BookingState.UNKNOWN: "no usable answer; being looked up",
    BookingState.UNSETTLED: "unknown at the carrier: look into its portal and answer",
    BookingState.PENDING: "with the carrier, which decides later",
    BookingState.ALLOCATED: "has its number",
    BookingState.REJECTED: "the carrier said no",
    BookingState.FAILED: "no waybill: decide",
    BookingState.ABANDONED: "given up in doubt; taken back should it turn up",
    BookingState.VOIDING: "being taken back",
    BookingState.VOIDED: "taken back",
    BookingState.VOID_REFUSED: "not taken back: for the claims",
}

_STATUSES: Mapping[TrackingStatus, tuple[str, str]] = {
    TrackingStatus.ANNOUNCED: ("Announced to the carrier", "已通知承运商"),
    TrackingStatus.COLLECTED: ("Collected by the carrier", "承运商已揽收"),
    TrackingStatus.IN_TRANSIT: ("On its way", "运输中"),
    TrackingStatus.OUT_FOR_DELIVERY: ("Out for delivery", "派送中"),
    TrackingStatus.NOT_DELIVERED: ("Nobody could take it; another attempt follows", "派送未成功，将再次派送"),
    TrackingStatus.READY_FOR_PICKUP: ("Ready for pick-up", "待取件"),
    TrackingStatus.EXCEPTION: ("Held up; the carrier is looking into it", "运输异常，承运商处理中"),
    TrackingStatus.DELIVERED: ("Delivered", "已签收"),
    TrackingStatus.RETURNING: ("On its way back to the sender", "退回途中"),
    TrackingStatus.RETURNED: ("Back with the sender", "已退回"),
    TrackingStatus.OTHER: ("Other news of the carrier", "承运商其他信息"),
}

PAGE_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Where is my parcel?", "包裹追踪"),
    "parcel": ("Parcel", "运单号"),
    "carrier": ("Carrier", "承运商"),
    "since": ("since", "自"),
    "history": ("What happened so far", "物流轨迹"),
    "packed": ("Packed in the warehouse", "仓库已打包"),
    "left": ("Left the warehouse", "已出库"),
    "void": ("Packed anew: this number is not used any more", "已重新打包，此单号作废"),
    "live": ("This page renews itself.", "本页自动更新。"),
    "other_language": ("中文", "English"),
    "clock": ("All times are {clock}.", "时间为 {clock}。"),
    "unknown": (
        "There is no parcel behind this link. Check that it was copied whole.",
        "该链接没有对应的包裹，请检查链接是否完整。",
    ),
}


def reason_words(looked: Looked, name: str) -> str:
    """One sentence about one rule; `name` is what the account is called."""
    detail = looked.detail
    return _REASONS[looked.reason].format(
        account=name or looked.account,
        detail=detail,
        comma=f", {detail}" if detail else "",
        price=f", price {detail}" if detail else "",
    )


def state_words(state: BookingState) -> str:
    """How far a waybill is."""
    return _STATES[state]


def status_words(status: TrackingStatus, language: str) -> str:
    """Where a parcel is."""
    english, chinese = _STATUSES[status]
    return chinese if language == "zh" else english


def page_words(word: str, language: str) -> str:
    """A word of the public page."""
    english, chinese = PAGE_WORDS[word]
    return chinese if language == "zh" else english
