"""Advance notices as values, and the effects by which receiving changes them. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from wms.kernel.effect import Effect

NOTICE_PREFIX = "ASN-"


class NoticeState(StrEnum):
    """How far a notice is."""

    EXPECTED = "expected"
    RECEIVING = "receiving"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as a scan of its paper gives it."""

    id: UUID
    number: str
    merchant_id: int
    state: NoticeState

    @property
    def barcode(self) -> str:
        """What its paper carries."""
        return f"{NOTICE_PREFIX}{self.number}"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """What is expected of one SKU and what was counted so far; a SKU stands on a notice once."""

    line_no: int
    sku_id: int
    expected: int
    received: int

    @property
    def over(self) -> int:
        return max(0, self.received - self.expected)

    @property
    def short(self) -> int:
        return max(0, self.expected - self.received)


@dataclass(frozen=True, slots=True)
class CountReceived(Effect):
    """`quantity` more units of a line are here (negative: counted wrongly). More than expected is allowed and shows.

    Refused `notice_not_open`, `counted_below_zero`, `counted_too_many`, `no_such_notice_line`.
    """

    notice_id: UUID
    line_no: int
    quantity: int

    def inverse(self) -> "CountReceived":
        return CountReceived(self.notice_id, self.line_no, -self.quantity)


@dataclass(frozen=True, slots=True)
class OpenNotice(Effect):
    """Begin to receive; changes nothing when somebody has begun already. Refused `notice_closed`, `no_such_notice`."""

    notice_id: UUID

    def inverse(self) -> "OpenNotice":
        """Stays open: somebody else may be counting by now, and an open notice without counts harms nobody."""
        return self


@dataclass(frozen=True, slots=True)
class CloseNotice(Effect):
    """Nothing more will come. Refused `notice_not_open`. Cannot be taken back: the differences are reported."""

    notice_id: UUID


@dataclass(frozen=True, slots=True)
class RecordUnknownArrival(Effect):
    """Goods came that no code of ours answers to; they stand at `place_id` until a supervisor settles it."""

    arrival_id: UUID
    code: str
    quantity: int
    place_id: int
    notice_id: UUID | None = None
    scan_id: UUID | None = None

    def inverse(self) -> "SettleUnknownArrival":
        return SettleUnknownArrival(self.arrival_id)


@dataclass(frozen=True, slots=True)
class SettleUnknownArrival(Effect):
    """The unknown goods are dealt with. Refused `unknown_arrival_settled` when they were already."""

    arrival_id: UUID
