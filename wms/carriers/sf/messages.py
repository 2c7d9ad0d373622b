"""What SF is told and what it answers, between our values and its JSON. Pure. Called by `adapter`.

An answer has two levels: the gateway's, and inside it, as JSON in a string, that of whoever did the work. Both are
checked. What does not fit the shape is garbage: it says nothing about what SF did.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_UP, Decimal
from typing import Any

import msgspec

from wms.carriers.model import (
    Allocated,
    Amended,
    Answer,
    Cancelled,
    Contact,
    Found,
    NotPriced,
    NotThere,
    Pending,
    Quote,
    Rejected,
    ShipmentDraft,
    TrackingEvent,
    TrackingStatus,
)
from wms.carriers.port import InDoubt
from wms.carriers.sf import codes
from wms.kernel.money import Money, money_from_text

CHINA_TIME = timezone(timedelta(hours=8))
# Weights and amounts are JSON numbers there; ours are whole units, so they travel as decimals and never as floats.
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_MAIN_WAYBILL = 1
_DONE = "2"
_LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Inner:
    """The inner level of an answer."""

    success: bool
    code: str
    said: str
    data: Mapping[str, Any]


class TurnedAway(Exception):
    """The gateway did not let the request in; nothing was done."""

    def __init__(self, code: str, said: str) -> None:
        self.code, self.said = code, said
        super().__init__(f"{code} {said}")


def dumped(message: Mapping[str, Any]) -> str:
    """The text that is signed and sent."""
    return _ENCODER.encode(message).decode()


def order_message(draft: ShipmentDraft, key: str, settings: Mapping[str, str]) -> dict[str, Any]:
    """EXP_RECE_CREATE_ORDER."""
    return {
        "language": "zh-CN",
        "orderId": key,
        "contactInfoList": [_contact(1, draft.sender), _contact(2, draft.recipient)],
        "cargoDetails": [
            {
                "name": line.name,
                "count": line.quantity,
                "amount": Money(line.unit_price_minor, draft.currency).as_decimal(),
                "currency": draft.currency,
            }
            for line in draft.contents
        ],
        "expressTypeId": int(draft.service or settings["express_type"]),
        "payMethod": int(settings["pay_method"]),
        "monthlyCard": settings["monthly_card"],
        "parcelQty": 1,
        "totalWeight": _kilograms(draft.weight_grams),
        "isGenWaybillNo": 1,
        "isReturnRoutelabel": 1,
        "remark": draft.order_number,
    }


def weight_message(draft: ShipmentDraft, waybill_no: str, key: str) -> dict[str, Any]:
    """EXP_RECE_UPDATE_ORDER, its confirming kind: what the parcel weighs that is handed over."""
    return {
        "orderId": key,
        "dealType": 1,
        "language": "zh-CN",
        "waybillNoInfoList": [{"waybillType": _MAIN_WAYBILL, "waybillNo": waybill_no}],
        "totalWeight": _kilograms(draft.weight_grams),
    }


def amended_of(inner: Inner) -> Amended | Rejected:
    """What came of it."""
    if inner.success and str(inner.data.get("resStatus", _DONE)) == _DONE:
        return Amended()
    if inner.success:
        return Rejected(f"resStatus {inner.data['resStatus']}", "SF has this order under another number")
    return Rejected(inner.code, inner.said)


def price_question(draft: ShipmentDraft, settings: Mapping[str, str]) -> dict[str, Any]:
    """EXP_RECE_QUERY_DELIVERTM, the price with it. It wants names of province and city; we know the address as text."""
    question = {
        "businessType": draft.service or settings["express_type"],
        "weight": Decimal(max(draft.weight_grams, 10)).scaleb(-3).quantize(Decimal("0.01"), ROUND_UP),
        "searchPrice": "1",
        "srcAddress": _region(draft.sender),
        "destAddress": _region(draft.recipient),
    }
    return question | ({"monthlyCard": settings["monthly_card"]} if settings["monthly_card"] else {})


def _region(contact: Contact) -> dict[str, Any]:
    # Chinese addresses begin with province, city and district, each a word of its own where we have them in lines.
    words = contact.address.split()
    names = dict(zip(("province", "city", "district"), words, strict=False)) if len(words) > 3 else {}
    return {**names, "address": contact.address}


def quote_of(inner: Inner, service: str, currency: str) -> Quote | NotPriced:
    """What SF would take for the product that was asked about. Raises InDoubt for garbage."""
    if not inner.success:
        return NotPriced(f"{inner.code} {inner.said}".strip())
    offers = inner.data.get("deliverTmDto")
    if not isinstance(offers, list):
        raise InDoubt("SF named neither a price nor that there is none")
    mine = (each for each in offers if isinstance(each, dict) and str(each.get("businessType")) == service)
    fee = next(mine, {}).get("fee")
    if fee is None:
        return NotPriced("SF names no price for this product and address")
    try:
        return Quote(money_from_text(str(fee), currency), service)
    except ValueError:
        raise InDoubt(f"SF named a price that is none: {str(fee)[:40]!r}") from None


def _kilograms(grams: int) -> Decimal:
    return Decimal(grams).scaleb(-3)


def _contact(kind: int, contact: Contact) -> dict[str, Any]:
    return {
        "contactType": kind,
        "contact": contact.name,
        "mobile": contact.phone,
        "country": contact.country,
        "postCode": contact.district,
        "address": contact.address,
    }


def inner_of(raw: bytes) -> Inner:
    """Both levels of an answer. Raises TurnedAway, InDoubt for garbage."""
    try:
        outer = json.loads(raw)
        code = outer["apiResultCode"]
        if code != codes.ACCEPTED:
            raise TurnedAway(str(code), str(outer.get("apiErrorMsg") or "")[:_LONGEST_WORDS])
        # Prices are JSON numbers there and never pass through a float.
        said = json.loads(outer["apiResultData"], parse_float=Decimal)
        data = said.get("msgData")
        return Inner(
            said["success"] is True and said.get("errorCode") == codes.SUCCESS,
            str(said.get("errorCode") or ""),
            str(said.get("errorMsg") or "")[:_LONGEST_WORDS],
            data if isinstance(data, dict) else {},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InDoubt("SF answered something that is no answer of its platform") from None


def answer_of(inner: Inner) -> Answer:
    """What a booking came to. Raises InDoubt where it says yes and names no number."""
    if not inner.success:
        return Rejected(inner.code, inner.said)
    data = inner.data
    match str(data.get("filterResult") or codes.FILTER_SERVED):
        case codes.FILTER_NOT_SERVED:
            return Rejected("filterResult 3", str(data.get("remark") or "SF does not serve the address"))
        case codes.FILTER_MANUAL:
            return Pending("SF looks at the address by hand")
    number = _main_waybill(data)
    if not number:
        raise InDoubt("SF said yes and named no waybill")
    label = _route_label(data)
    return Allocated(number, str(label.get("destRouteLabel") or ""), str(label.get("twoDimensionCode") or ""))


def found_of(inner: Inner) -> Found:
    """What SF knows under a key."""
    if inner.success:
        return answer_of(inner)
    if inner.code == codes.NO_SUCH_ORDER:
        return NotThere()
    if inner.code == codes.CANCELLED:
        return Cancelled()
    # Anything else is trouble with the question, and says nothing about the order.
    raise InDoubt(f"SF could not look the order up: {inner.code} {inner.said}")


def events_of_routes(inner: Inner, waybill_nos: Sequence[str]) -> list[TrackingEvent]:
    """The routes of the waybills that were asked for."""
    if not inner.success:
        raise InDoubt(f"SF could not tell the routes: {inner.code} {inner.said}")
    try:
        return [
            _event(str(response["mailNo"]), route)
            for response in inner.data.get("routeResps") or []
            for route in response.get("routes") or []
            if str(response["mailNo"]) in waybill_nos
        ]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InDoubt("SF told routes that cannot be read") from None


def events_of_push(body: Mapping[str, Any]) -> list[TrackingEvent]:
    """The routes of a pushed message. Raises ValueError where it is none."""
    try:
        return [_event(str(route["mailno"]), route) for route in body["Body"]["WaybillRoute"]]
    except (KeyError, TypeError, AttributeError):
        raise ValueError("no WaybillRoute in the message") from None


def label_address(inner: Inner) -> tuple[str, str]:
    """Where the label's file is, and the token its server wants. Raises InDoubt."""
    try:
        files = inner.data["files"] if inner.success else []
        return str(files[0]["url"]), str(files[0]["token"])
    except (KeyError, TypeError, IndexError):
        raise InDoubt(f"SF gave no label: {inner.code} {inner.said}") from None


def _event(waybill_no: str, route: Mapping[str, Any]) -> TrackingEvent:
    code = str(route["opCode"])
    at = datetime.strptime(str(route["acceptTime"]), "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA_TIME)
    return TrackingEvent(
        waybill_no=waybill_no,
        code=code,
        status=codes.STATUS_OF_OPCODE.get(code, TrackingStatus.OTHER),
        at=at,
        place=str(route.get("acceptAddress") or "")[:120],
        said=str(route.get("remark") or "")[:_LONGEST_WORDS],
    )


def _main_waybill(data: Mapping[str, Any]) -> str:
    numbers = data.get("waybillNoInfoList")
    if not isinstance(numbers, list):
        return ""
    main = (each for each in numbers if isinstance(each, dict) and each.get("waybillType") == _MAIN_WAYBILL)
    return str(next(main, {}).get("waybillNo") or "")


def _route_label(data: Mapping[str, Any]) -> Mapping[str, Any]:
    labels = data.get("routeLabelInfo")
    first = labels[0] if isinstance(labels, list) and labels and isinstance(labels[0], dict) else {}
    inside = first.get("routeLabelData")
    return inside if isinstance(inside, dict) else {}
