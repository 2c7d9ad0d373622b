"""Whether a closed parcel may be opened again, by whom, and all that follows. Pure.

Called by the opening workflow, and by packing at the label. Everything is written with the last scan, the one of the
tote: until then nothing has happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from wms.bench.effects import CallOffLabels
from wms.containers.model import Container, ContainerKind, ContainerUse, UseContainer
from wms.customs.effects import WithdrawDeclaration
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, RecordPacked, SetOrderState
from wms.packaging.model import UnlearnParcel
from wms.shipments.model import Load, LoadState, PackedUnits, Parcel, ParcelState, UnstageParcel, VoidParcel
from wms.shipments.voids import VoidReason
from wms.stock.model import Balance, Move, Reason, Transfer

REASONS: Mapping[str, VoidReason] = MappingProxyType(
    {
        "WRONGITEM": VoidReason.WRONG_ITEM,
        "WRONGBOX": VoidReason.WRONG_BOX,
        "DAMAGED": VoidReason.DAMAGED,
        "NOTWANTED": VoidReason.NOT_WANTED,
    }
)
"""By the command that says it."""


@dataclass(frozen=True, slots=True)
class ClosedParcel:
    """A closed parcel as it stands now."""

    parcel: Parcel
    order_number: str
    order_state: OrderState
    load: Load | None
    contents: tuple[Balance, ...]
    packed: tuple[PackedUnits, ...]
    tote_place_id: int
    """Where a tote with picked goods is counted."""
    rest_in: str
    """The tote that holds more units of the order; empty where none does."""
    is_at_bench: bool
    """It stands where its packer does, and its label was not scanned back."""
    is_in_packing: bool
    """Somebody has its order in hand."""
    kept_by_customs: Refusal | None


def why_not(closed: ClosedParcel) -> Refusal | None:
    """Why nobody may open it now, a supervisor neither."""
    parcel = closed.parcel
    if parcel.why_gone is not None:
        return parcel.why_gone
    if closed.load is not None and closed.load.state is not LoadState.OPEN:
        return Refusal("parcel_on_sealed_load", {"parcel": parcel.tracking_no, "load": closed.load.code})
    return closed.kept_by_customs


def tote_refusal(closed: ClosedParcel, tote: Container) -> Refusal | None:
    """Why the goods may not go into this: an empty tote, or the one with the rest of the order."""
    if tote.kind is not ContainerKind.TOTE:
        return Refusal("wrong_container", {"got": tote.code, "want": ContainerKind.TOTE})
    if closed.rest_in and tote.code != closed.rest_in:
        return Refusal("rest_is_elsewhere", {"got": tote.code, "want": closed.rest_in, "order": closed.order_number})
    if not closed.rest_in and tote.use is not ContainerUse.EMPTY:
        return Refusal("container_in_use", {"container": tote.code, "use": tote.use})
    return None


def opened_into(
    closed: ClosedParcel, tote: Container, reason: VoidReason, by: UUID, passed_by: str
) -> tuple[Effect, ...]:
    """Everything that happens, in the order in which rows are locked everywhere: customs, parcel, order, stock."""
    parcel = closed.parcel
    effects: list[Effect] = [WithdrawDeclaration(parcel.id)]
    state = parcel.state
    if parcel.load_id is not None:
        effects.append(UnstageParcel(parcel.id, parcel.load_id, parcel.place_id, ParcelState.PACKED, parcel.place_id))
        state = ParcelState.PACKED
    effects += [
        VoidParcel(parcel.id, parcel.order_id, parcel.number, state, parcel.place_id, reason, by, passed_by, tote.id),
        CallOffLabels(parcel.id),
    ]
    effects += [RecordPacked(parcel.order_id, units.line_no, -units.quantity) for units in closed.packed]
    if tote.use is ContainerUse.EMPTY:
        effects.append(UseContainer(tote.id, ContainerUse.EMPTY, ContainerUse.PACKING, None, parcel.order_id))
    effects += [_back(closed, balance, tote) for balance in closed.contents]
    if closed.order_state is not OrderState.PICKED:
        effects.append(SetOrderState(parcel.order_id, closed.order_state, OrderState.PICKED))
    # The last lock: whoever closes a parcel of the same product waits for it, and holds nothing that is wanted here.
    effects.append(UnlearnParcel(parcel.id))
    return tuple(effects)


def _back(closed: ClosedParcel, balance: Balance, tote: Container) -> Move:
    """The movement that packed these units, the other way round: a new one, nothing is deleted."""
    return Move(
        Transfer(
            sku_id=balance.key.sku_id,
            quantity=balance.on_hand,
            from_place_id=balance.key.place_id,
            to_place_id=closed.tote_place_id,
            reason=Reason.UNDONE,
            lot_id=balance.key.lot_id,
            from_container_id=balance.key.container_id,
            to_container_id=tote.id,
            document=closed.parcel.order_id,
        )
    )
