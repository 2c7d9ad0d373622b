"""What stands at one packing bench: the order with all its lines, box, weight, the label, and what was scanned last.

The bench page asks for it a few times a second, because codes and weights also come from the bench's program and not
from the page. `standing` is the cheap part, a few look-ups by key, and says whether anything is new (`Standing.stamp`);
`bench_view` makes the whole of it and is asked for only then. Reads only; called by `scanner_ui.bench_views` through
`wms.app`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.database.transaction import Database
from wms.floor.packing.workflow import PackPlan, PackProgress, packing
from wms.kernel.refusal import Refusal
from wms.labels.tables import PrintJobRow
from wms.orders.tables import OrderRow
from wms.places.lookup import place_by_code
from wms.places.model import PlaceKind
from wms.shipments.lookup import parcels_by_id
from wms.shipments.model import ParcelState
from wms.tasks.model import Reply
from wms.tasks.tables import ScanLogRow, TaskRow
from wms.tasks.task_store import IS_OPEN

_tasks = cast(Table, TaskRow.__table__)
_log = cast(Table, ScanLogRow.__table__)
_jobs = cast(Table, PrintJobRow.__table__)
_orders = cast(Table, OrderRow.__table__)

_OF_OPERATOR = (_tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.operator_id == bindparam("key_operator"))

# Asked a few times a second by every bench, and therefore built once.
_OPEN = (
    select(_tasks.c.id, _tasks.c.version, _tasks.c.workflow)
    .where(*_OF_OPERATOR, IS_OPEN, _tasks.c.laid_ready_at.is_(None))
    .order_by(_tasks.c.updated_at.desc(), _tasks.c.id.desc())
    .limit(1)
)
_LAST_BEGUN = (
    select(_tasks.c.id, _tasks.c.version, _tasks.c.plan)
    .where(*_OF_OPERATOR, _tasks.c.workflow == packing.name)
    .order_by(_tasks.c.created_at.desc())
    .limit(1)
)
_TASK = select(_tasks.c.plan, _tasks.c.progress).where(
    _tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.id == bindparam("key_task")
)
_LAST_SCAN = (
    select(_log.c.scan_id, _log.c.device)
    .where(_log.c.warehouse_id == bindparam("key_warehouse"), _log.c.operator_id == bindparam("key_operator"))
    .order_by(_log.c.at.desc(), _log.c.scan_id.desc())
    .limit(1)
)
_ANSWER = select(_log.c.raw, _log.c.answer).where(
    _log.c.warehouse_id == bindparam("key_warehouse"), _log.c.scan_id == bindparam("key_scan")
)
_COPIES = (
    select(_jobs.c.copy_no, _jobs.c.state)
    .where(_jobs.c.warehouse_id == bindparam("key_warehouse"), _jobs.c.parcel_id == bindparam("key_parcel"))
    .order_by(_jobs.c.copy_no, _jobs.c.medium)
)
# Only these two: an order's buyer is sealed, and nobody here needs him.
_ORDER = select(_orders.c.number, _orders.c.due_at).where(
    _orders.c.warehouse_id == bindparam("key_warehouse"), _orders.c.id == bindparam("key_order")
)


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the order as it lies in the tote."""

    sku_id: int
    what: str
    code: str
    lot: str
    quantity: int
    packed: int
    missing: int

    @property
    def is_done(self) -> bool:
        return self.packed + self.missing == self.quantity


@dataclass(frozen=True, slots=True)
class OrderView:
    """The order on the bench."""

    order: str
    merchant: str
    tote: str
    due_at: datetime | None
    lines: tuple[LineView, ...]
    box_proposed: str
    box_taken: str


@dataclass(frozen=True, slots=True)
class ParcelView:
    """The parcel that was closed last and has not left the bench, with how far its label is."""

    parcel: str
    order: str
    weight_grams: int
    copies: int
    is_printed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand, in identities and counters only."""

    bench: str
    task: tuple[UUID, int, str] | None
    """The open task its operator touched last: identity, version, workflow."""
    last_begun: tuple[UUID, int] | None
    scan_id: UUID | None
    """The last scan of the operator on this bench, by whichever scanner."""
    parcel_id: UUID | None
    label: tuple[tuple[int, str], ...]

    @property
    def stamp(self) -> str:
        """Changes whenever the view does."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Heard:
    """The last scan at this bench, by whichever scanner, and the answer it got."""

    raw: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class BenchView:
    """Everything the page shows beside the screen of the task."""

    order: OrderView | None
    parcel: ParcelView | None
    heard: Heard | None


def standing(session: Session, warehouse_id: int, operator_id: UUID, bench: str) -> Standing:
    """How things stand for this operator at this bench. A few look-ups, however much was packed before."""
    connection = session.connection()
    of_operator = {"key_warehouse": warehouse_id, "key_operator": operator_id}
    task = connection.execute(_OPEN, of_operator).first()
    begun = connection.execute(_LAST_BEGUN, of_operator).first()
    scan = connection.execute(_LAST_SCAN, of_operator).first()
    parcel_id = None if begun is None else msgspec.json.decode(begun.plan, type=PackPlan).parcel_id
    label: tuple[tuple[int, str], ...] = ()
    if parcel_id is not None:
        copies = connection.execute(_COPIES, {"key_warehouse": warehouse_id, "key_parcel": parcel_id})
        label = tuple((row.copy_no, row.state) for row in copies)
    return Standing(
        bench,
        None if task is None else (task.id, task.version, task.workflow),
        None if begun is None else (begun.id, begun.version),
        None if scan is None or scan.device != bench else scan.scan_id,
        parcel_id,
        label,
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """A view, and the stamp under which it need not be sent again."""

    stamp: str
    view: BenchView


@dataclass(frozen=True, slots=True)
class Bench:
    """Tells the page of a bench what is new there."""

    database: Database

    def look(self, warehouse_id: int, operator_id: UUID, bench: str, known: str) -> Seen | Refusal | None:
        """The view; None while it is the one of stamp `known`. Refuses `bench_not_known`."""

        def work(session: Session) -> Seen | Refusal | None:
            stands = standing(session, warehouse_id, operator_id, bench)
            if stands.stamp == known:
                return None  # that it is a bench was seen when that stamp was given out
            place = place_by_code(session, warehouse_id, bench)
            if place is None or place.kind is not PlaceKind.BENCH:
                return Refusal("bench_not_known", {"place": bench})
            return Seen(stands.stamp, bench_view(session, warehouse_id, stands))

        return self.database.reading(work)


def bench_view(session: Session, warehouse_id: int, stands: Standing) -> BenchView:
    """The whole of it."""
    heard = None
    if stands.scan_id is not None:
        row = session.connection().execute(_ANSWER, {"key_warehouse": warehouse_id, "key_scan": stands.scan_id}).first()
        heard = None if row is None else Heard(row.raw, msgspec.json.decode(row.answer, type=Reply))
    return BenchView(_order(session, warehouse_id, stands), _parcel(session, warehouse_id, stands), heard)


def _order(session: Session, warehouse_id: int, stands: Standing) -> OrderView | None:
    if stands.task is None or stands.task[2] != packing.name:
        return None
    row = session.connection().execute(_TASK, {"key_warehouse": warehouse_id, "key_task": stands.task[0]}).one()
    plan = msgspec.json.decode(row.plan, type=PackPlan)
    progress = msgspec.json.decode(row.progress, type=PackProgress)
    order = session.connection().execute(_ORDER, {"key_warehouse": warehouse_id, "key_order": plan.order_id}).one()
    lines = tuple(
        LineView(
            line.item.sku_id,
            line.item.name,
            line.codes[0] if line.codes else line.item.sku_code,
            line.lot_code,
            line.quantity,
            packed,
            missing,
        )
        for line, packed, missing in zip(plan.lines, progress.packed, progress.missing, strict=True)
    )
    return OrderView(
        order=plan.order_number,
        merchant=plan.merchant,
        tote=plan.tote_code,
        due_at=order.due_at,
        lines=lines,
        box_proposed="" if plan.suggested_box is None else plan.suggested_box.code,
        box_taken=progress.box_code,
    )


def _parcel(session: Session, warehouse_id: int, stands: Standing) -> ParcelView | None:
    if stands.parcel_id is None:
        return None
    parcel = parcels_by_id(session, warehouse_id, [stands.parcel_id]).get(stands.parcel_id)
    if parcel is None or parcel.state is not ParcelState.PACKED:
        return None
    order = session.connection().execute(_ORDER, {"key_warehouse": warehouse_id, "key_order": parcel.order_id}).one()
    return ParcelView(
        parcel=parcel.tracking_no,
        order=order.number,
        weight_grams=parcel.weight_grams,
        copies=max((copy for copy, _ in stands.label), default=0),
        is_printed=bool(stands.label) and all(state == "printed" for _, state in stands.label),
    )
