"""Packing's connection to the database: what lies in a picked tote, which box fits, which bench it is at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Scan
from wms.bench.lookup import bench_standing, jobs_of_parcel, printer_of
from wms.bench.model import LabelJob
from wms.catalogue.lookup import items_by_id, merchant_names
from wms.catalogue.model import ItemFacts
from wms.containers.model import Container, ContainerUse
from wms.customs.gate_log import Asker, ask_gate
from wms.customs.model import GateAnswer, GatePoint
from wms.floor.packing.by_order import FoundTote, goods_of
from wms.floor.packing.model import (
    SCAN_BENCH,
    SCAN_ITEM,
    Awaited,
    PackingFacts,
    PackLine,
    PackPlan,
    PackProgress,
    the_box,
)
from wms.floor.packing.opening.closed import closed_parcel, meet_at_packing
from wms.floor.packing.opening.rules import ClosedParcel
from wms.floor.packing.strays import who_waits_for
from wms.floor.packing.workflow import packing
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.barcode import NamedOrder
from wms.orders.lookup import order_by_id, packing_wishes
from wms.orders.model import Order, OrderState, SetOrderState
from wms.orders.tables import OrderRow
from wms.packaging.fitting import Piece
from wms.packaging.lookup import is_used, learned_weights, needs_of_order
from wms.packaging.rules import box_ban
from wms.packaging.weights import Learned
from wms.places.lookup import place_by_code, regime_of, the_place
from wms.places.model import PlaceKind
from wms.shipments.lookup import box_types, next_parcel_number
from wms.shipments.model import BoxType, Parcel
from wms.stock.contents import Content, container_contents
from wms.tasks.decision import Note
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume, Upcoming
from wms.tasks.open_tasks import count_to_resume
from wms.tasks.tables import TaskRow

_orders = cast(Table, OrderRow.__table__)

# Asked with every home screen, and therefore built once.
_COUNT_PICKED = (
    select(func.count())
    .select_from(_orders)
    .where(_orders.c.warehouse_id == bindparam("key_warehouse"), _orders.c.state == OrderState.PICKED.value)
)


@dataclass(frozen=True, slots=True)
class SqlPackingFacts:
    """PackingFacts over one session."""

    session: Session
    context: FloorContext

    def gate_at_label(self, parcel_id: UUID) -> GateAnswer:
        asker = Asker(self.context.operator_id, self.context.device, self.context.now)
        return ask_gate(self.session, self.context.warehouse_id, [parcel_id], GatePoint.LABEL, asker)[parcel_id]

    def cage_code(self) -> str:
        return the_place(self.session, self.context.warehouse_id, PlaceKind.CAGE).code

    def packer_id(self) -> UUID:
        return self.context.operator_id

    def still_weighs(self, bench_code: str, grams: int) -> bool:
        return bench_standing(self.session, self.context.warehouse_id, bench_code, self.context.now).still_shows(grams)

    def is_used(self, number: str) -> bool:
        return is_used(self.session, self.context.warehouse_id, number)

    def prints_at(self, bench_code: str) -> bool:
        return printer_of(self.session, self.context.warehouse_id, bench_code, self.context.now) is not None

    def order_number_of(self, parcel: Parcel) -> str:
        order = order_by_id(self.session, self.context.warehouse_id, parcel.order_id)
        assert order is not None, f"parcel {parcel.tracking_no} is of order {parcel.order_id}, which does not exist"
        return order.number

    def who_waits_for(self, sku_id: int, tote_code: str) -> Awaited | None:
        return who_waits_for(self.session, self.context.warehouse_id, sku_id, but_tote=tote_code)

    def closed(self, parcel_id: UUID) -> ClosedParcel:
        return closed_parcel(self.session, self.context, parcel_id, bench_of(self.session, self.context)[0])

    def label_copy(self, parcel_id: UUID) -> LabelJob | None:
        copies = jobs_of_parcel(self.session, self.context.warehouse_id, parcel_id)
        return copies[-1] if copies else None


class PackingFloor:
    """Packing, wired to the database."""

    workflow = packing
    action = "*PACK*"
    capability = "work_packing"

    def facts(self, session: Session, context: FloorContext) -> PackingFacts:
        return SqlPackingFacts(session, context)

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """A picked tote or its order's paper begins the packing of the order, or goes on with it."""
        if isinstance(scan.value, NamedOrder):
            found = goods_of(session, context, scan.value)
            if not isinstance(found, FoundTote):
                return found
            begun = self._new_task(session, context, found.tote, scan.value.id)
            if isinstance(begun, Refusal):
                return begun
            where = {"container": found.tote.code, "place": found.place}
            return replace(begun, note=Note("order_opened_in", {**begun.note.details, **where}))
        tote = scan.value
        if not isinstance(tote, Container) or tote.use is not ContainerUse.PACKING or tote.subject is None:
            return None
        order = order_by_id(session, context.warehouse_id, tote.subject)
        assert order is not None, f"tote {tote.code} is used for order {tote.subject}, which does not exist"
        if order.state is OrderState.PACKING:
            return Resume(packing.name, order.id)
        if order.state is not OrderState.PICKED:
            return Refusal("order_moved_on", {"order": order.number, "state": order.state})
        return self._new_task(session, context, tote, order.id)

    def _new_task(self, session: Session, context: FloorContext, tote: Container, order_id: UUID) -> NewTask | Refusal:
        # What is planned here is what lies in the tote: nobody puts anything back into it until the task is written.
        meet_at_packing(session, context.warehouse_id, order_id)
        order = order_by_id(session, context.warehouse_id, order_id)
        assert order is not None, f"tote {tote.code} is used for order {order_id}, which does not exist"
        contents = container_contents(session, context.warehouse_id, tote.id)
        if not contents:
            return Refusal("container_empty", {"container": tote.code})
        items = items_by_id(session, [content.balance.key.sku_id for content in contents])
        wishes = packing_wishes(session, context.warehouse_id, order.id)
        needs = needs_of_order(
            session,
            context.warehouse_id,
            order.merchant_id,
            items.values(),
            order.consignee.country,
            is_gift=wishes.is_gift,
        )
        learned = learned_weights(session, context.warehouse_id, items)
        allowed = [box for box in box_types(session, context.warehouse_id) if box_ban(needs, box.code) is None]
        may_split = not regime_of(session, context.warehouse_id).has_one_parcel_per_order
        plan = PackPlan(
            order_id=order.id,
            order_number=order.number,
            merchant=merchant_names(session)[order.merchant_id],
            tote_id=tote.id,
            tote_code=tote.code,
            buffer_place_id=contents[0].balance.key.place_id,
            lost_place_id=the_place(session, context.warehouse_id, PlaceKind.LOST).id,
            parcel_id=uuid7(),
            lines=_lines(
                order, contents, _Known(items, learned, {each.line_no: each.note for each in wishes.line_notes})
            ),
            suggested_box=_box(allowed, contents, items),
            needs=needs,
            note=wishes.note,
            may_split=may_split,
            begins_with=next_parcel_number(session, context.warehouse_id, order.id),
            boxes=tuple(allowed) if may_split else (),
        )
        zeros = tuple(0 for _ in plan.lines)
        bench = bench_of(session, context)
        # Where other parcels of the order are closed, this task goes on after them.
        closed = zeros if plan.begins_with > 1 else ()
        progress = PackProgress(zeros, zeros, bench[0], bench[1], closed=closed, number=plan.begins_with)
        note = Note("order_opened", {"order": order.number, "lines": len(plan.lines)})
        begin = (SetOrderState(order.id, OrderState.PICKED, OrderState.PACKING),)
        step = SCAN_ITEM if progress.bench_place_id else SCAN_BENCH
        return NewTask(packing.name, order.id, plan, progress, step, note, begin)

    def open_next(self, session: Session, context: FloorContext) -> NewTask | Refusal | None:
        """Which tote stands at the bench is known by scanning it only."""
        return Refusal("scan_tote_to_pack") if self.waiting(session, context) else None

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """Nothing can be named before its tote is scanned."""
        return None

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Orders that wait to be packed, or for somebody to go on with it."""
        picked = session.connection().execute(_COUNT_PICKED, {"key_warehouse": context.warehouse_id}).scalar_one()
        return int(picked) + count_to_resume(session, context, packing.name)


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is to say about the goods in a tote."""

    items: Mapping[int, ItemFacts]
    learned: Mapping[int, Learned]
    notes: Mapping[int, str]
    """By line number."""

    def line(self, line_no: int, content: Content, units: int) -> PackLine:
        key = content.balance.key
        known, learned = self.items[key.sku_id], self.learned.get(key.sku_id, Learned())
        return PackLine(
            line_no,
            known.item,
            known.scanned_as,
            key.lot_id,
            content.lot_code,
            units,
            known.weight_grams,
            size_mm=(known.length_mm, known.width_mm, known.height_mm),
            learned_mg=learned.mean_mg if learned.is_known else 0,
            sigma_mg=learned.sigma_mg if learned.is_known else 0,
            picture=known.picture,
            note=self.notes.get(line_no, ""),
        )


def _lines(order: Order, contents: tuple[Content, ...], known: _Known) -> tuple[PackLine, ...]:
    """What lies in the tote, dealt to the order's lines: two lines of one SKU share its units in their order."""
    to_pack = [(line.line_no, line.sku_id, line.to_pack) for line in order.lines]
    lines: list[PackLine] = []
    for content in contents:
        key, left = content.balance.key, content.balance.on_hand
        for index, (line_no, sku_id, open_units) in enumerate(to_pack):
            units = min(left, open_units) if sku_id == key.sku_id else 0
            if units == 0:
                continue
            to_pack[index] = (line_no, sku_id, open_units - units)
            left -= units
            lines.append(known.line(line_no, content, units))
        code = known.items[key.sku_id].sku_code
        assert left == 0, f"{left} units of {code} are in the tote and not on order {order.number}"
    return tuple(lines)


def _box(allowed: list[BoxType], contents: tuple[Content, ...], items: dict[int, ItemFacts]) -> BoxType | None:
    """The smallest allowed box that the contents fit into."""
    pieces = [
        Piece((known.length_mm, known.width_mm, known.height_mm), known.weight_grams)
        for content in contents
        for known in [items[content.balance.key.sku_id]]
        for _ in range(content.balance.on_hand)
    ]
    return the_box(pieces, allowed)


def bench_of(session: Session, context: FloorContext) -> tuple[int, str]:
    """A bench's own page is at its bench and signs in under its code; others scan theirs once."""
    place = place_by_code(session, context.warehouse_id, context.device)
    if place is not None and place.kind is PlaceKind.BENCH:
        return place.id, place.code
    return _last_bench(session, context)


def _last_bench(session: Session, context: FloorContext) -> tuple[int, str]:
    """The bench this device packed at last; a device that stands at a bench scans it once."""
    progress_json = session.execute(
        select(TaskRow.progress)
        .where(
            TaskRow.warehouse_id == context.warehouse_id,
            TaskRow.operator_id == context.operator_id,
            TaskRow.workflow == packing.name,
            TaskRow.device == context.device,
        )
        .order_by(TaskRow.created_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    if progress_json is None:
        return 0, ""
    progress = msgspec.json.decode(progress_json, type=PackProgress)
    return progress.bench_place_id, progress.bench_code
