"""Events pushed in our own plain dialect: by our own drivers' program, or by a platform that forwards its carrier's.

JSON, signed with HMAC-SHA256 under the account's secret, in the header X-Signature as hexadecimal digits. Called by the
adapters that have no dialect of their own for that.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

import msgspec

from wms.carriers.model import TrackingEvent, TrackingStatus
from wms.carriers.port import NotGenuine

SIGNATURE_HEADER = "X-Signature"
NO_WORDS: Mapping[str, TrackingStatus] = {}
_STATUSES = frozenset(status.value for status in TrackingStatus)


class PlainEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event as it is pushed."""

    waybill: str
    status: str
    at: datetime
    place: str = ""
    said: str = ""


class PlainEvents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pushed message."""

    events: list[PlainEvent]


def signature(body: bytes, secret: str) -> str:
    """What the header carries for exactly these bytes."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def plain_events(
    headers: Mapping[str, str], body: bytes, secret: str, words: Mapping[str, TrackingStatus] = NO_WORDS
) -> list[TrackingEvent]:
    """The events of a message. Raises NotGenuine before it is read, ValueError where it is garbage.

    `words` are the carrier's own for our statuses.
    """
    given = headers.get(SIGNATURE_HEADER, "")
    # An account without a secret takes no messages at all: anybody could sign with nothing.
    if not secret or not hmac.compare_digest(signature(body, secret).encode(), given.encode(errors="replace")):
        raise NotGenuine(f"the {SIGNATURE_HEADER} is not that of this message")
    return events_in(body, words)


def events_in(body: bytes, words: Mapping[str, TrackingStatus]) -> list[TrackingEvent]:
    """The events of a message somebody else has proved. Raises ValueError where it is garbage."""
    return [_event(event, words) for event in msgspec.json.decode(body, type=PlainEvents).events]


def _event(event: PlainEvent, words: Mapping[str, TrackingStatus]) -> TrackingEvent:
    if event.at.tzinfo is None:
        raise ValueError(f"the time {event.at} has no zone")
    status = words.get(event.status) or (TrackingStatus(event.status) if event.status in _STATUSES else None)
    return TrackingEvent(
        waybill_no=event.waybill[:40],
        code=event.status[:40],
        status=status or TrackingStatus.OTHER,
        at=event.at,
        place=event.place[:120],
        said=event.said[:500],
    )
