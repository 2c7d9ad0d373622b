"""Parcels, boxes and loads as values, and the effects by which packing and dispatch change them. Pure.

Effects carry the state and place a parcel was seen in: the writer refuses when it has moved on since, and undo can put
it back exactly.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.shipments.voids import Void, VoidReason

LOAD_PREFIX = "LOD-"
BOX_PREFIX = "BOX-"
OWN_CARRIER = "OWN"
"""The simulated carrier whose tracking numbers we issue ourselves."""


class ParcelState(StrEnum):
    """Where a closed parcel stands."""

    PACKED = "packed"
    CAGED = "caged"
    """In a hold cage: customs has not released it."""
    STAGED = "staged"
    """On a dispatch lane, part of a load that has not left."""
    DISPATCHED = "dispatched"
    CANCELLED = "cancelled"
    """Void: it was opened again, and its goods are in a tote."""


class LoadState(StrEnum):
    """Whether parcels may still be put on a load."""

    OPEN = "open"
    SEALED = "sealed"
    """Complete, and waiting for what it needs to leave: nothing is put on it and nothing taken off."""
    CLOSED = "closed"
    """On its manifest and on its way."""


@dataclass(frozen=True, slots=True)
class BoxType:
    """A kind of carton; inner dimensions."""

    code: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_grams: int
    max_weight_grams: int = 0
    """Of what is in it; 0 where nobody said."""

    @property
    def barcode(self) -> str:
        return f"{BOX_PREFIX}{self.code}"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A closed parcel. Its id is the id of the container that its contents are in."""

    id: UUID
    order_id: UUID
    box_type: str
    weight_grams: int
    sscc: str
    tracking_no: str
    state: ParcelState
    place_id: int
    load_id: UUID | None
    closed_at: datetime
    dispatched_at: datetime | None = None
    number: int = 1
    """Which of its order's parcels; an order mostly has this one only."""
    void: Void | None = None
    """Of a cancelled one: when, by whom and why it was opened again."""

    @property
    def why_gone(self) -> Refusal | None:
        """Why nothing can be done with it any more, None while it is in the building and not cancelled."""
        if self.state is ParcelState.DISPATCHED:
            at = self.dispatched_at.isoformat() if self.dispatched_at else ""
            return Refusal("parcel_gone", {"parcel": self.tracking_no, "at": at})
        if self.state is ParcelState.CANCELLED:
            void = self.void
            at, by = (void.at.isoformat(), void.by) if void else ("", "")
            return Refusal("parcel_cancelled", {"parcel": self.tracking_no, "at": at, "by": by})
        return None

    @property
    def why_void(self) -> Refusal | None:
        """Why its label belongs on no box any more: it was opened again. None of one that has left; that keeps it."""
        return self.why_gone if self.state is ParcelState.CANCELLED else None


@dataclass(frozen=True, slots=True)
class Load:
    """What is put together on one lane for one carrier."""

    id: UUID
    code: str
    """LOD-<n>, also its barcode."""
    lane_place_id: int
    carrier: str
    state: LoadState
    manifest_no: str = ""

    @property
    def barcode(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """One parcel of a closed load, as it left."""

    line_no: int
    parcel_id: UUID
    tracking_no: str
    sscc: str
    weight_grams: int


@dataclass(frozen=True, slots=True)
class PackedUnits:
    """Units of one order line that are in a parcel."""

    line_no: int
    quantity: int


@dataclass(frozen=True, slots=True)
class CloseParcel(Effect):
    """Close the carton: SSCC and tracking number are drawn, the licence plate is made. Cannot be taken back.

    Refused `unknown_box`, `weight_out_of_range`, `order_has_parcel` (one of that number), `numbers_used_up`.
    """

    parcel_id: UUID
    order_id: UUID
    box_type: str
    weight_grams: int
    bench_place_id: int
    contents: tuple[PackedUnits, ...] = ()
    number: int = 1
    """Which of its order's parcels."""
    is_last: bool = True
    """Whether nothing of the order is left for a further one."""


@dataclass(frozen=True, slots=True)
class VoidParcel(Effect):
    """Open a closed parcel again: its numbers are void for good. Cannot be taken back; it is packed anew.

    Refused `parcel_moved_on` where it is not in that state and at that place any more.
    """

    parcel_id: UUID
    order_id: UUID
    number: int
    """Which of its order's parcels."""
    from_state: ParcelState
    from_place_id: int
    reason: VoidReason
    voided_by: UUID
    passed_by: str
    """Badge of the supervisor who allowed it; empty where the packer might."""
    container_id: UUID
    """Where its goods go."""


@dataclass(frozen=True, slots=True)
class StageParcel(Effect):
    """Put a parcel on a lane, into an open load. Refused `parcel_moved_on`, `load_not_open`, `load_sealed`."""

    parcel_id: UUID
    load_id: UUID
    place_id: int
    from_state: ParcelState
    from_place_id: int

    def inverse(self) -> "UnstageParcel":
        return UnstageParcel(self.parcel_id, self.load_id, self.place_id, self.from_state, self.from_place_id)


@dataclass(frozen=True, slots=True)
class UnstageParcel(Effect):
    """Take a parcel off its load again. Refused `parcel_moved_on`, `load_not_open`, `load_sealed`."""

    parcel_id: UUID
    load_id: UUID
    place_id: int
    """The lane it stands on now."""
    to_state: ParcelState
    to_place_id: int

    def inverse(self) -> StageParcel:
        return StageParcel(self.parcel_id, self.load_id, self.place_id, self.to_state, self.to_place_id)


@dataclass(frozen=True, slots=True)
class CageParcel(Effect):
    """Put a parcel into a hold cage. Refused `parcel_moved_on`; a staged one is unstaged first."""

    parcel_id: UUID
    place_id: int
    from_state: ParcelState
    from_place_id: int

    def inverse(self) -> "UncageParcel":
        return UncageParcel(self.parcel_id, self.place_id, self.from_state, self.from_place_id)


@dataclass(frozen=True, slots=True)
class UncageParcel(Effect):
    """Take a parcel out of its cage, back to where it was. Refused `parcel_moved_on`."""

    parcel_id: UUID
    place_id: int
    """The cage it is in now."""
    to_state: ParcelState
    to_place_id: int

    def inverse(self) -> CageParcel:
        return CageParcel(self.parcel_id, self.place_id, self.to_state, self.to_place_id)


@dataclass(frozen=True, slots=True)
class OpenLoad(Effect):
    """Begin a load on a lane; its number is drawn. Refused `lane_has_open_load`, `numbers_used_up`."""

    load_id: UUID
    lane_place_id: int
    carrier: str = OWN_CARRIER

    def inverse(self) -> "DropLoad":
        return DropLoad(self.load_id)


@dataclass(frozen=True, slots=True)
class DropLoad(Effect):
    """Forget an open load that holds nothing. Refused `load_not_open`, `load_not_empty`."""

    load_id: UUID


@dataclass(frozen=True, slots=True)
class SealLoad(Effect):
    """The load is complete: from here on nobody puts anything on it, and its lane may begin the next one.

    Taken back by `ReopenLoad`, never by undo: others have been told of it. Refused `load_changed`, `load_empty`,
    `load_sealed`, `load_not_open`.
    """

    load_id: UUID
    parcel_ids: tuple[UUID, ...]
    """What was on it when it was looked at."""


@dataclass(frozen=True, slots=True)
class ReopenLoad(Effect):
    """A sealed load takes parcels and gives them back again. Cannot be taken back but by sealing it anew.

    Refused `load_not_sealed`, and `lane_has_open_load` while the next load of its lane holds parcels; an empty one is
    dropped.
    """

    load_id: UUID


@dataclass(frozen=True, slots=True)
class CloseLoad(Effect):
    """The truck leaves: the manifest is frozen and its parcels are dispatched. Cannot be taken back.

    `parcel_ids` are the parcels whose stock leaves in the same scan. Refused `load_changed` when others are on the
    load by now (a parcel must not leave without its stock), `load_empty`, `numbers_used_up`, and where the load is not
    in `from_state` any more: `load_sealed`, `load_not_sealed`, `load_not_open`.
    """

    load_id: UUID
    parcel_ids: tuple[UUID, ...]
    from_state: LoadState = LoadState.OPEN


@dataclass(frozen=True, slots=True)
class DispatchWhole(Effect):
    """Of these orders, those that are packed and have no parcel left in the building are dispatched; the others stay
    as they are, until their last parcel leaves. Cannot be taken back. Refused `order_cancelled`, `order_moved_on`.
    """

    order_ids: tuple[UUID, ...]
