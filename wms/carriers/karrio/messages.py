"""What karrio is told and what it answers, between our values and its JSON. Pure. Called by `adapter`.

Its requests want postal code and town by themselves; our orders have the address as text. Where they cannot be found in
it nothing is sent.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wms.carriers.model import (
    Allocated,
    CarrierLabel,
    Contact,
    LabelKind,
    NotPriced,
    Quote,
    Rejected,
    ShipmentDraft,
    TrackingEvent,
    TrackingStatus,
    short_reference,
)
from wms.carriers.port import InDoubt
from wms.kernel.money import Money, money_from_text

_CODE_THEN_TOWN = re.compile(
    r"(?P<street>.+?)[,\s]+(?:[A-Z]{1,2}-)?(?P<code>\d{4,6}(?: ?[A-Z]{2})?)[,\s]+(?P<town>[^\d,]+)"
)
"""Musterweg 1, 10115 Berlin."""
_TOWN_THEN_CODE = re.compile(
    r"(?P<street>.+),\s*(?P<town>[^\d,]+),\s*"
    r"(?P<code>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|(?:[A-Z]{2} )?\d{4,6}(?:-\d{4})?)"
)
"""1 High Street, London, SW1A 1AA; 1 Main Street, Springfield, IL 62701."""

_MEDIA_TYPES = (
    (b"%PDF", "application/pdf"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"<svg", "image/svg+xml"),
)
_ZPL = "application/vnd.zebra-zpl"
"""As the room that prints calls it, which is told apart by nothing else."""
_STATUSES = {
    "pending": TrackingStatus.ANNOUNCED,
    "picked_up": TrackingStatus.COLLECTED,
    "in_transit": TrackingStatus.IN_TRANSIT,
    "delivery_delayed": TrackingStatus.EXCEPTION,
    "on_hold": TrackingStatus.EXCEPTION,
    "out_for_delivery": TrackingStatus.OUT_FOR_DELIVERY,
    "delivery_failed": TrackingStatus.NOT_DELIVERED,
    "ready_for_pickup": TrackingStatus.READY_FOR_PICKUP,
    "delivered": TrackingStatus.DELIVERED,
    "return_to_sender": TrackingStatus.RETURNING,
}
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p")


def shipment_payload(draft: ShipmentDraft, key: str, settings: Mapping[str, str]) -> dict[str, Any] | Rejected:
    """What is bought; Rejected where the address lacks what every carrier wants."""
    sent = rate_payload(draft, settings)
    if isinstance(sent, Rejected):
        return sent
    del sent["services"]
    sent["reference"] = short_reference(draft.order_number, key)
    sent |= {"service": draft.service or settings["service"], "order_id": key}
    if settings["label_type"]:
        sent["label_type"] = settings["label_type"]
    if draft.recipient.country != draft.sender.country:
        lines = [
            {
                "title": line.name,
                "quantity": line.quantity,
                "value_amount": Money(line.unit_price_minor, draft.currency).as_decimal(),
                "value_currency": draft.currency,
            }
            for line in draft.contents
        ]
        sent["customs"] = {"commodities": lines, "content_type": "merchandise", "certify": True}
    return sent


def rate_payload(draft: ShipmentDraft, settings: Mapping[str, str]) -> dict[str, Any] | Rejected:
    """What a price is asked for."""
    recipient = _recipient(draft.recipient)
    if recipient is None:
        return Rejected("no_postal_code", "the address does not end in a postal code and a town; correct it")
    kilograms = Decimal(draft.weight_grams).scaleb(-3)
    return {
        "shipper": {
            "company_name": draft.sender.name,
            "person_name": draft.sender.name,
            "phone_number": settings["sender_phone"],
            "address_line1": draft.sender.address,
            "city": settings["sender_town"],
            "postal_code": settings["sender_postal_code"],
            "country_code": draft.sender.country,
        },
        "recipient": recipient,
        "parcels": [{"weight": kilograms, "weight_unit": "KG"}],
        "services": [draft.service or settings["service"]],
    }


def _recipient(contact: Contact) -> dict[str, str] | None:
    text = contact.address.strip()
    found = _CODE_THEN_TOWN.fullmatch(text) or _TOWN_THEN_CODE.fullmatch(text)
    if found is None:
        return None
    return {
        "person_name": contact.name,
        "phone_number": contact.phone,
        "address_line1": found["street"].strip(" ,"),
        "city": found["town"].strip(),
        "postal_code": found["code"],
        "country_code": contact.country,
    }


def allocated_of(answer: Mapping[str, Any]) -> Allocated:
    """What was bought, its label with it. Raises InDoubt where something was and its number is not told."""
    number = str(answer.get("tracking_number") or "")
    if not number:
        raise InDoubt("the carrier said yes and named no number")
    docs = answer.get("docs")
    return Allocated(
        number[:40],
        label=_label(docs if isinstance(docs, dict) else {}),
        carrier_ref=str(answer.get("shipment_identifier") or "")[:80],
    )


def _label(docs: Mapping[str, Any]) -> CarrierLabel | None:
    for name in ("pdf_label", "label", "zpl_label"):
        try:
            content = base64.b64decode(str(docs.get(name) or ""), validate=True)
        except (binascii.Error, ValueError):
            continue
        media = _media_type(content)
        if media:
            return CarrierLabel(LabelKind.WITH_NUMBER, media, content)
    return None


def _media_type(content: bytes) -> str:
    """What a label is, by its own bytes; empty where nobody knows."""
    known = next((media for start, media in _MEDIA_TYPES if content.lstrip().startswith(start)), "")
    # Drivers put commands of the printer before the format, such as CT~~CD.
    return known or (_ZPL if b"^XA" in content and b"^XZ" in content else "")


def quote_of(answer: Sequence[Mapping[str, Any]], service: str) -> Quote | NotPriced:
    """The price of the product that was asked about. Raises InDoubt for garbage."""
    mine = next((each for each in answer if each.get("service") == service), None)
    if mine is None:
        return NotPriced(f"no price for the service {service}")
    try:
        amount = Decimal(str(mine["total_charge"]))
        return Quote(money_from_text(f"{amount:f}", str(mine["currency"])), service)
    except (KeyError, ValueError, ArithmeticError):
        raise InDoubt("the carrier named a price that is none") from None


def events_of(answer: Sequence[Mapping[str, Any]], waybill_nos: Sequence[str]) -> list[TrackingEvent]:
    """The events of the waybills that were asked for. Raises InDoubt for garbage."""
    try:
        return [
            _event(str(details["tracking_number"]), event)
            for details in answer
            if str(details["tracking_number"]) in waybill_nos
            for event in details.get("events") or []
        ]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InDoubt("the carrier told events that cannot be read") from None


def _event(waybill_no: str, event: Mapping[str, Any]) -> TrackingEvent:
    # The library's own word for it where it has one, and the connector's code only so that somebody may translate it.
    status = str(event.get("status") or "")
    return TrackingEvent(
        waybill_no=waybill_no,
        code=str(event.get("code") or status or "event")[:40],
        status=_STATUSES.get(status, TrackingStatus.OTHER),
        at=_moment(event),
        place=str(event.get("location") or "")[:120],
        said=str(event.get("description") or "")[:500],
    )


def _moment(event: Mapping[str, Any]) -> datetime:
    """When it happened. Without a zone, which most connectors do not tell, it is taken for UTC."""
    text = str(event.get("timestamp") or "")
    if text:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    day, hour = str(event["date"]), str(event.get("time") or "00:00")
    for form in _TIMES:
        try:
            return datetime.strptime(f"{day} {hour}", f"%Y-%m-%d {form}").replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(f"{day} {hour} is no time")
