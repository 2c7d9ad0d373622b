"""Units between tote and parcel: packed, missing, given back. Pure. Called by `workflow`.

Every unit moves with its own scan, and order line and stock in the same effects.
"""

from dataclasses import replace

from wms.catalogue.model import Item
from wms.containers.model import ContainerUse, UseContainer
from wms.floor.packing.lists import list_of_full_parcel
from wms.floor.packing.model import (
    SCAN_BOX,
    SCAN_ITEM,
    PackingFacts,
    PackLine,
    PackResult,
    PackWork,
    in_parcel,
    open_lines,
    parcel_id_of,
)
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, RecordPacked, RecordPicked, RecordShort, SetOrderState
from wms.shipments.model import DispatchWhole
from wms.stock.model import Move, Reason, Transfer
from wms.tasks.counts import with_count
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome


def pack(work: PackWork, index: int, units: int) -> PackResult:
    """Units of a line from the tote into the parcel."""
    line = work.plan.lines[index]
    of = line.quantity - work.progress.missing[index]
    packed = work.progress.packed[index] + units
    if packed > of:
        return Refusal(
            "over_quantity", {"n": work.progress.packed[index], "of": of, "units": units, "item": line.item.name}
        )
    transfer = Transfer(
        sku_id=line.item.sku_id,
        quantity=units,
        from_place_id=work.plan.buffer_place_id,
        to_place_id=work.progress.bench_place_id,
        reason=Reason.PACKED,
        lot_id=line.lot_id,
        from_container_id=work.plan.tote_id,
        to_container_id=parcel_id_of(work.plan, work.progress.number),
        document=work.plan.order_id,
    )
    effects: tuple[Effect, ...] = (RecordPacked(work.plan.order_id, line.line_no, units), Move(transfer))
    progress = replace(work.progress, packed=with_count(work.progress.packed, index, packed), last_line=index)
    note = Note(
        "line_done" if packed == of else "counted",
        {"n": packed, "of": of, "units": units, "item": line.item.name},
    )
    outcome = Outcome.COMPLETED if packed == of else Outcome.ACCEPTED
    if open_lines(work.plan, progress):
        return Decision(SCAN_ITEM, progress, note, effects, outcome)
    return Decision(SCAN_BOX, progress, note, (*effects, *list_of_full_parcel(work.plan, progress)), outcome)


def stray(work: PackWork, item: Item, facts: PackingFacts) -> Refusal:
    """An item of no line: where a neighbour's tote has such, it is said whose it is."""
    details = {"got": item.name, "want": work.plan.order_number}
    awaited = facts.who_waits_for(item.sku_id, work.plan.tote_code)
    if awaited is None:
        return Refusal("wrong_item", details)
    return Refusal("item_of_other_order", {**details, "other": awaited.order_number, "container": awaited.tote_code})


def shorten(work: PackWork, *, confirmed: bool) -> PackResult:
    """The item asked for is not in the tote: after a second scan it is written down, and the rest is packed."""
    index = open_lines(work.plan, work.progress)[0]
    line = work.plan.lines[index]
    missing = line.quantity - work.progress.packed[index] - work.progress.missing[index]
    if not confirmed:
        return Confirm("confirm_short", {"missing": missing, "item": line.item.name, "place": work.plan.tote_code})
    transfer = Transfer(
        sku_id=line.item.sku_id,
        quantity=missing,
        from_place_id=work.plan.buffer_place_id,
        to_place_id=work.plan.lost_place_id,
        reason=Reason.SHORT,
        lot_id=line.lot_id,
        from_container_id=work.plan.tote_id,
        document=work.plan.order_id,
    )
    effects: tuple[Effect, ...] = (
        RecordPicked(work.plan.order_id, line.line_no, -missing),
        RecordShort(work.plan.order_id, line.line_no, missing),
        Move(transfer),
    )
    progress = replace(
        work.progress, missing=with_count(work.progress.missing, index, work.progress.missing[index] + missing)
    )
    note = Note("shorted", {"missing": missing, "elsewhere": 0, "item": line.item.name})
    if open_lines(work.plan, progress):
        return Decision(SCAN_ITEM, progress, note, effects)
    if any(in_parcel(progress)):
        return Decision(SCAN_BOX, progress, note, (*effects, *list_of_full_parcel(work.plan, progress)))
    empty = UseContainer(work.plan.tote_id, ContainerUse.PACKING, ContainerUse.EMPTY, work.plan.order_id, None)
    return Decision(DONE, progress, note, (*effects, empty, *_no_further_parcel(work)), Outcome.COMPLETED)


def _no_further_parcel(work: PackWork) -> tuple[Effect, ...]:
    """What becomes of the order: packed where it has closed parcels, which may have left already; otherwise short."""
    order_id = work.plan.order_id
    # A task begins with number 1 where no parcel was closed, and none is opened while the order is in hand.
    if not any(work.progress.closed) and work.plan.begins_with == 1:
        return (SetOrderState(order_id, OrderState.PACKING, OrderState.SHORT),)
    return SetOrderState(order_id, OrderState.PACKING, OrderState.PACKED), DispatchWhole((order_id,))


def split(work: PackWork) -> PackResult:
    """The box is full: this parcel is closed with what is in it, and what is left goes into the next one."""
    plan, progress = work.plan, work.progress
    if not plan.may_split:
        return Refusal("one_parcel_per_order", {"order": plan.order_number})
    left = sum(line.quantity for line in plan.lines) - sum(progress.packed) - sum(progress.missing)
    if not left:
        return Refusal("nothing_left_to_split", {"order": plan.order_number})
    if progress.is_split:
        return Refusal("parcel_split_already", {"n": progress.number})
    if not any(in_parcel(progress)):
        return Refusal("parcel_is_empty", {"n": progress.number})
    note = Note("parcel_split", {"n": progress.number, "left": left})
    return Decision(SCAN_BOX, replace(progress, is_split=True), note, list_of_full_parcel(plan, progress))


def give_back(work: PackWork, *, confirmed: bool) -> PackResult:
    """The order shall not be packed: what is in no closed parcel goes back into the tote, and by putaway to shelves."""
    plan, progress = work.plan, work.progress
    units = sum(line.quantity for line in plan.lines) - sum(progress.missing) - sum(progress.closed)
    if not confirmed:
        return Confirm("confirm_return", {"order": plan.order_number, "units": units, "container": plan.tote_code})
    effects: list[Effect] = []
    for index, (line, begun) in enumerate(zip(plan.lines, in_parcel(progress), strict=True)):
        if begun:
            effects += [RecordPacked(plan.order_id, line.line_no, -begun), Move(_unpacked(work, line, begun))]
        present = line.quantity - progress.missing[index] - (progress.packed[index] - begun)
        if present:
            effects += [
                RecordPicked(plan.order_id, line.line_no, -present),
                RecordShort(plan.order_id, line.line_no, present),
            ]
    effects += [
        UseContainer(plan.tote_id, ContainerUse.PACKING, ContainerUse.PUTAWAY, plan.order_id, plan.order_id),
        *_no_further_parcel(work),
    ]
    note = Note("goods_given_back", {"order": plan.order_number, "container": plan.tote_code})
    return Decision(DONE, progress, note, tuple(effects), Outcome.COMPLETED)


def _unpacked(work: PackWork, line: PackLine, units: int) -> Transfer:
    """From the unfinished parcel back into the tote."""
    return Transfer(
        sku_id=line.item.sku_id,
        quantity=units,
        from_place_id=work.progress.bench_place_id,
        to_place_id=work.plan.buffer_place_id,
        reason=Reason.MOVED,
        lot_id=line.lot_id,
        from_container_id=parcel_id_of(work.plan, work.progress.number),
        to_container_id=work.plan.tote_id,
        document=work.plan.order_id,
    )
