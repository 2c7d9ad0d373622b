"""What picking does to orders, stock and totes, whichever way one walks. Pure.

Called by `workflow` and by `cart.workflow`: both book a unit, a short shelf, a full tote and an order given back
with these effects and no others, so that packing and putaway find the same whoever brought it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from wms.catalogue.model import Item
from wms.containers.model import Container, ContainerKind, ContainerUse, UseContainer
from wms.floor.picking.model import PickLine, PickPlan, Shelf
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, RecordPicked, RecordShort, SetOrderState
from wms.stock.model import BalanceKey, Hold, Move, PlaceHold, Reason, Transfer, VoidHold
from wms.tasks.lookahead import Foreseen
from wms.tasks.screen import STANDS_FOR, Prompt, best_pack

ANY_TOTE = Container(NIL, STANDS_FOR, ContainerKind.TOTE, ContainerUse.EMPTY)
"""Stands for whichever empty tote will be scanned."""


class OrderStands(Foreseen):
    """On the path ahead no order is cancelled, and what is short is found nowhere else; the server may know better."""

    def is_cancelled(self, plan: PickPlan) -> bool:
        return False

    def shelf(self, line: PickLine) -> Shelf:
        return Shelf(0, 0)

    def replacements(self, plan: PickPlan, line: PickLine, quantity: int) -> tuple[PickLine, ...]:
        return ()


# -- what is asked and what is refused ---------------------------------------------------------------------------------


def line_prompt(plan: PickPlan, line: PickLine, counted: int, tote_code: str) -> Prompt:
    """The slots of the screen that a line fills; `counted` of its units are taken."""
    return Prompt(
        document=plan.order_number,
        place=line.place.code,
        item=line.item.name,
        item_code=line.codes[0] if line.codes else line.item.sku_code,
        picture=line.item.picture,
        quantity=line.quantity,
        counted=counted,
        pack_quantity=best_pack(line.packs, line.quantity - counted),
        lot=line.lot_code,
        expires_on=line.expires_on,
        container=tote_code,
        merchant=plan.merchant,
    )


def tote_refusal(tote: Container) -> Refusal | None:
    """Why a container cannot take an order in, None when it can."""
    if tote.kind is not ContainerKind.TOTE:
        return Refusal("wrong_container", {"got": tote.code, "want": ContainerKind.TOTE})
    if tote.use is not ContainerUse.EMPTY:
        return Refusal("container_in_use", {"container": tote.code, "use": tote.use})
    return None


def item_refusal(line: PickLine, item: Item) -> Refusal | None:
    """Why these are not the goods of the line, None when they are."""
    if item.sku_id != line.item.sku_id:
        return Refusal("wrong_item", {"got": item.name, "want": line.item.name})
    if line.lot_code and item.lot_code and item.lot_code != line.lot_code:
        return Refusal("wrong_lot", {"got": item.lot_code, "want": line.lot_code})
    return None


# -- the tote ----------------------------------------------------------------------------------------------------------


def take_tote(tote: Container, order_id: UUID) -> UseContainer:
    """The effect that makes an empty tote the order's own."""
    return UseContainer(tote.id, ContainerUse.EMPTY, ContainerUse.PICKING, None, order_id)


def give_up_tote(plan: PickPlan, tote_id: UUID, taken: Sequence[int]) -> tuple[Effect, ...]:
    """An empty tote is free again, one with goods goes back to the shelves by putaway."""
    if tote_id == NIL:
        return ()
    filled = any(taken)
    use = ContainerUse.PUTAWAY if filled else ContainerUse.EMPTY
    return (UseContainer(tote_id, ContainerUse.PICKING, use, plan.order_id, plan.order_id if filled else None),)


def finish(plan: PickPlan, tote_id: UUID, taken: Sequence[int]) -> tuple[Effect, ...]:
    """A tote with goods goes to packing; one that stayed empty is free again, and its order is short."""
    if any(taken):
        return (
            UseContainer(tote_id, ContainerUse.PICKING, ContainerUse.PACKING, plan.order_id, plan.order_id),
            SetOrderState(plan.order_id, OrderState.PICKING, OrderState.PICKED),
        )
    return (
        *give_up_tote(plan, tote_id, taken),
        SetOrderState(plan.order_id, OrderState.PICKING, OrderState.SHORT),
    )


def put_over(plan: PickPlan, tote_id: UUID, taken: Sequence[int], other: Container) -> tuple[Effect, ...]:
    """All that was taken goes from one tote into another, which is the order's from now on; the first one is free."""
    units: dict[tuple[int, UUID], int] = {}
    for line, count in zip(plan.lines, taken, strict=True):
        key = (line.item.sku_id, line.lot_id)
        units[key] = units.get(key, 0) + count
    moves = [
        Move(_between_totes(plan, sku_id, lot_id, count, tote_id, other.id))
        for (sku_id, lot_id), count in units.items()
        if count
    ]
    free = UseContainer(tote_id, ContainerUse.PICKING, ContainerUse.EMPTY, plan.order_id, None)
    return (take_tote(other, plan.order_id), *moves, free)


def _between_totes(
    plan: PickPlan, sku_id: int, lot_id: UUID, quantity: int, from_tote_id: UUID, to_tote_id: UUID
) -> Transfer:
    return Transfer(
        sku_id=sku_id,
        quantity=quantity,
        from_place_id=plan.buffer_place_id,
        to_place_id=plan.buffer_place_id,
        reason=Reason.MOVED,
        lot_id=lot_id,
        from_container_id=from_tote_id,
        to_container_id=to_tote_id,
        document=plan.order_id,
    )


# -- goods -------------------------------------------------------------------------------------------------------------


def take(plan: PickPlan, line: PickLine, units: int, tote_id: UUID) -> tuple[Effect, ...]:
    """Units of a line go from their place into the tote."""
    transfer = Transfer(
        sku_id=line.item.sku_id,
        quantity=units,
        from_place_id=line.place.id,
        to_place_id=plan.buffer_place_id,
        reason=Reason.PICKED,
        lot_id=line.lot_id,
        to_container_id=tote_id,
        document=plan.order_id,
        settles=line.hold_id,
    )
    return (RecordPicked(plan.order_id, line.line_no, units), Move(transfer))


@dataclass(frozen=True, slots=True)
class Shortage:
    """What a short shelf leads to. The replacements are the last lines of the plan."""

    plan: PickPlan
    effects: tuple[Effect, ...]
    replacements: int
    """How many lines there are for it elsewhere."""
    elsewhere: int
    """Units that they give."""


def shortage(
    plan: PickPlan, index: int, taken: int, shelf: Shelf, found: Sequence[PickLine], *, foretold: bool
) -> Shortage:
    """The place is written down to what others still hold there; what is missing is taken elsewhere or left short.

    `foretold`: he saw the shelf without network, and it may have been filled since. Then no more is written down than
    what he missed. What was taken here is a finished line of its own.
    """
    line = plan.lines[index]
    missing = line.quantity - taken
    effects: list[Effect] = [VoidHold(line.hold_id)]
    lost = shelf.on_hand - (shelf.held - missing)
    if foretold:
        lost = min(lost, missing)
    if lost > 0:
        effects.append(Move(_written_down(plan, line, lost)))
    effects += [PlaceHold(_hold(plan, replacement)) for replacement in found]
    elsewhere = sum(replacement.quantity for replacement in found)
    if missing > elsewhere:
        effects.append(RecordShort(plan.order_id, line.line_no, missing - elsewhere))
    lines = (*plan.lines[:index], replace(line, quantity=taken), *plan.lines[index + 1 :], *found)
    return Shortage(replace(plan, lines=lines), tuple(effects), len(found), elsewhere)


def _written_down(plan: PickPlan, line: PickLine, quantity: int) -> Transfer:
    return Transfer(
        sku_id=line.item.sku_id,
        quantity=quantity,
        from_place_id=line.place.id,
        to_place_id=plan.lost_place_id,
        reason=Reason.SHORT,
        lot_id=line.lot_id,
        document=plan.order_id,
    )


def _hold(plan: PickPlan, line: PickLine) -> Hold:
    key = BalanceKey(line.item.sku_id, line.place.id, line.lot_id)
    return Hold(line.hold_id, key, line.quantity, plan.order_id, line.line_no)


# -- the order is not picked any more ----------------------------------------------------------------------------------


def leave_to_others(plan: PickPlan, tote_id: UUID, taken: Sequence[int]) -> tuple[Effect, ...]:
    """Of the order nothing was taken: the next picker gets it."""
    return (
        *give_up_tote(plan, tote_id, taken),
        SetOrderState(plan.order_id, OrderState.PICKING, OrderState.ALLOCATED),
    )


def give_back(plan: PickPlan, tote_id: UUID, taken: Sequence[int]) -> tuple[Effect, ...]:
    """What was taken goes back to the shelves by putaway, and the order waits for allocation again."""
    return (
        *_promises_given_back(plan, taken),
        *give_up_tote(plan, tote_id, taken),
        SetOrderState(plan.order_id, OrderState.PICKING, OrderState.SHORT),
    )


def _promises_given_back(plan: PickPlan, taken: Sequence[int]) -> tuple[Effect, ...]:
    """Everything promised to the order becomes open again: what was taken, and what is still held on shelves."""
    picked: dict[int, int] = {}
    promised: dict[int, int] = {}
    holds: list[Effect] = []
    for line, units in zip(plan.lines, taken, strict=True):
        picked[line.line_no] = picked.get(line.line_no, 0) + units
        promised[line.line_no] = promised.get(line.line_no, 0) + line.quantity
        if units < line.quantity:
            holds.append(VoidHold(line.hold_id))
    return (
        *(RecordPicked(plan.order_id, line_no, -units) for line_no, units in picked.items() if units),
        *(RecordShort(plan.order_id, line_no, units) for line_no, units in promised.items() if units),
        *holds,
    )
