"""What a REST carrier is told and what it answers, between our values and its JSON. Pure. Called by `adapter`.

Answers may hold more than is asked for here; what lacks something or has it in another shape is garbage: it says
nothing about what the carrier did.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from wms.carriers.model import (
    Allocated,
    Cancelled,
    Contact,
    Content,
    Found,
    Manifest,
    NotPriced,
    Pending,
    Quote,
    Rejected,
    ShipmentDraft,
)
from wms.carriers.port import InDoubt
from wms.kernel.money import Money, money_from_text

_LONGEST_WORDS = 500
_LONGEST_NUMBER = 40

Shape = TypeVar("Shape", bound=msgspec.Struct)


class Trouble(msgspec.Struct, frozen=True):
    """Of every answer that is no yes."""

    code: str
    said: str = ""

    @property
    def words(self) -> str:
        return f"{self.code} {self.said}".strip()[:_LONGEST_WORDS]


class Shipment(msgspec.Struct, frozen=True):
    """What became of a booking."""

    state: str
    waybills: list[str] = []
    routing_code: str = ""
    routing_data: str = ""
    code: str = ""
    said: str = ""


class Price(msgspec.Struct, frozen=True):
    """What a parcel would cost."""

    price: str
    currency: str


class Listed(msgspec.Struct, frozen=True):
    """A closed manifest."""

    number: str
    waybills: list[str]


def dumped(message: Mapping[str, Any]) -> bytes:
    """The body that is sent."""
    return msgspec.json.encode(message)


def order_message(draft: ShipmentDraft) -> dict[str, Any]:
    """A parcel of one piece, as it is booked or priced."""
    return {
        "order": draft.order_number,
        "merchant": draft.merchant,
        "service": draft.service,
        "sender": _contact(draft.sender),
        "recipient": _contact(draft.recipient),
        "pieces": 1,
        "currency": draft.currency,
        **parcel_message(draft),
    }


def parcel_message(draft: ShipmentDraft) -> dict[str, Any]:
    """What is in the parcel."""
    contents = [_content(line, draft.currency) for line in draft.contents]
    return {"weight_grams": draft.weight_grams, "contents": contents}


def read(body: bytes, shape: type[Shape]) -> Shape:
    """An answer. Raises InDoubt for garbage."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, RecursionError):
        raise InDoubt("the answer is none of those that were agreed on") from None


def found_of(body: bytes) -> Found:
    """What the carrier has under a key. Raises InDoubt where it says yes and names no number, or more than one."""
    shipment = read(body, Shipment)
    said = shipment.said[:_LONGEST_WORDS]
    match shipment.state:
        case "booked":
            if len(shipment.waybills) != 1 or not 0 < len(shipment.waybills[0]) <= _LONGEST_NUMBER:
                raise InDoubt(f"one parcel was booked and {len(shipment.waybills)} usable numbers came back")
            return Allocated(shipment.waybills[0], shipment.routing_code, shipment.routing_data)
        case "pending":
            return Pending(said or "the carrier decides later")
        case "refused":
            return Rejected(shipment.code, said)
        case "cancelled":
            return Cancelled()
    raise InDoubt(f"the carrier calls a booking {shipment.state[:40]!r}, which is none of the words agreed on")


def quote_of(body: bytes, service: str) -> Quote | NotPriced:
    """The price it names. Raises InDoubt for garbage."""
    named = read(body, Price)
    try:
        return Quote(money_from_text(named.price, named.currency), service)
    except ValueError:
        raise InDoubt(f"the carrier named a price that is none: {named.price[:40]!r}") from None


def manifest_of(body: bytes) -> Manifest:
    """The manifest it closed. Raises InDoubt for garbage."""
    listed = read(body, Listed)
    return Manifest(listed.number, tuple(listed.waybills))


def tracking_query(waybill_nos: Sequence[str]) -> list[tuple[str, str]]:
    """One pair per number."""
    return [("waybill", number) for number in waybill_nos]


def _contact(contact: Contact) -> dict[str, str]:
    return {
        "name": contact.name,
        "phone": contact.phone,
        "address": contact.address,
        "district": contact.district,
        "country": contact.country,
    }


def _content(line: Content, currency: str) -> dict[str, Any]:
    price = str(Money(line.unit_price_minor, currency).as_decimal())
    return {"name": line.name, "quantity": line.quantity, "unit_price": price}
