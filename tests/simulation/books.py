"""What must be true of the service's books after every step, whenever nobody waits for an answer, and at the end.

Written against the tables and apart from the product's own audit and rules, which might share a mistake with it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.simulation.hands import CUSTOMER, World
from tests.simulation.network import Json
from tests.support.invariants import CHECKS
from wms.catalogue.tables import Sku
from wms.containers.tables import ContainerRow
from wms.customs.model import OPENING_STATES
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.tables import (
    DeclarationRow,
    DocumentRow,
    ExitPassRow,
    MessageRow,
    RawReceiptRow,
    ReceiptEntryRow,
)
from wms.database.transaction import Database
from wms.labels.model import KEPT_MEDIA
from wms.labels.service import PRINT_TOPICS
from wms.labels.tables import PrintJobRow
from wms.orders.tables import OrderRow
from wms.outbox.tables import OutboxMessage
from wms.places.model import VIRTUAL_KINDS, PlaceKind
from wms.places.tables import PlaceRow
from wms.shipments.model import ParcelState
from wms.shipments.tables import ManifestLineRow, ParcelRow
from wms.stock.audit import audit
from wms.stock.tables import BalanceRow, LotRow
from wms.tasks.tables import ScanLogRow

_ALWAYS = CHECKS | {
    "of an order line, packed <= picked <= allocated, and allocated and short are not more than ordered": """
        SELECT * FROM order_lines WHERE packed < 0 OR packed > picked OR picked > allocated OR short < 0
        OR allocated + short > quantity
    """,
    "what is promised to an order line and not picked is held for it": """
        SELECT order_id, line_no, SUM(promised) AS promised, SUM(held) AS held FROM (
            SELECT order_id, line_no, allocated - picked AS promised, 0 AS held FROM order_lines
            UNION ALL
            SELECT document, line_no, 0, quantity FROM stock_holds
        ) AS both_sides
        GROUP BY order_id, line_no HAVING SUM(promised) <> SUM(held)
    """,
    "a container that is in use for nothing holds nothing": """
        SELECT containers.code, stock_balances.on_hand FROM containers
        JOIN stock_balances ON stock_balances.warehouse_id = containers.warehouse_id
            AND stock_balances.container_id = containers.id
        WHERE containers.use = 'empty' AND stock_balances.on_hand <> 0
    """,
    "an order that is being picked or packed has one open task for it": """
        SELECT orders.number, orders.state, COUNT(tasks.id) AS open_tasks FROM orders
        LEFT JOIN tasks ON tasks.warehouse_id = orders.warehouse_id AND tasks.subject = orders.id
            AND tasks.state = 'open' AND tasks.workflow = orders.state
        WHERE orders.state IN ('picking', 'packing') GROUP BY orders.number, orders.state HAVING COUNT(tasks.id) <> 1
    """,
    "a parcel that has left is on one manifest": """
        SELECT parcels.tracking_no, COUNT(manifest_lines.parcel_id) AS lines FROM parcels
        LEFT JOIN manifest_lines ON manifest_lines.warehouse_id = parcels.warehouse_id
            AND manifest_lines.parcel_id = parcels.id
        GROUP BY parcels.tracking_no, parcels.state
        HAVING COUNT(manifest_lines.parcel_id) <> CASE WHEN parcels.state = 'dispatched' THEN 1 ELSE 0 END
    """,
}
_PASSES = {
    "an open load has no pass, any other has one": """
        SELECT loads.code, loads.state, COUNT(passes.id) AS passes FROM loads
        LEFT JOIN customs_exit_passes AS passes ON passes.warehouse_id = loads.warehouse_id
            AND passes.load_id = loads.id AND passes.state <> 'withdrawn'
        GROUP BY loads.code, loads.state HAVING COUNT(passes.id) <> CASE WHEN loads.state = 'open' THEN 0 ELSE 1 END
    """,
    "a load has left with its pass used, and no other pass was used": """
        SELECT loads.code, loads.state, passes.state AS pass FROM loads
        JOIN customs_exit_passes AS passes ON passes.warehouse_id = loads.warehouse_id AND passes.load_id = loads.id
        WHERE passes.state <> 'withdrawn' AND (loads.state = 'closed') <> (passes.state = 'used')
    """,
    "a pass that was used lists exactly what left": """
        SELECT passes.id, passes.parcels FROM customs_exit_passes AS passes
        LEFT JOIN manifest_lines ON manifest_lines.load_id = passes.load_id
        LEFT JOIN customs_exit_pass_lines AS listed ON listed.pass_id = passes.id
            AND listed.parcel_id = manifest_lines.parcel_id
        WHERE passes.state = 'used' GROUP BY passes.id, passes.parcels
        HAVING COUNT(manifest_lines.parcel_id) <> passes.parcels OR COUNT(listed.parcel_id) <> passes.parcels
    """,
}
ALWAYS = {what: text(query) for what, query in (_ALWAYS | _PASSES).items()}
"""What is true after every step, and the query for the rows for which it is not."""

NO_CODE = ""

_BALANCES = (
    select(
        Sku.code.label("sku"),
        LotRow.code.label("lot"),
        PlaceRow.code.label("place"),
        PlaceRow.kind.label("kind"),
        ContainerRow.code.label("container"),
        OrderRow.number.label("order"),
        BalanceRow.container_id,
        BalanceRow.on_hand,
    )
    .join(Sku, Sku.id == BalanceRow.sku_id)
    .join(PlaceRow, (PlaceRow.warehouse_id == BalanceRow.warehouse_id) & (PlaceRow.id == BalanceRow.place_id))
    .outerjoin(LotRow, (LotRow.warehouse_id == BalanceRow.warehouse_id) & (LotRow.id == BalanceRow.lot_id))
    .outerjoin(
        ContainerRow,
        (ContainerRow.warehouse_id == BalanceRow.warehouse_id) & (ContainerRow.id == BalanceRow.container_id),
    )
    .outerjoin(
        ParcelRow,
        (ParcelRow.warehouse_id == BalanceRow.warehouse_id) & (ParcelRow.id == BalanceRow.container_id),
    )
    .outerjoin(OrderRow, (OrderRow.warehouse_id == ParcelRow.warehouse_id) & (OrderRow.id == ParcelRow.order_id))
    .where(BalanceRow.on_hand != 0)
)

_LEFT = (
    select(ParcelRow.tracking_no, DeclarationRow.state, DeclarationRow.open_holds)
    .outerjoin(
        DeclarationRow,
        (DeclarationRow.warehouse_id == ParcelRow.warehouse_id) & (DeclarationRow.parcel_id == ParcelRow.id),
    )
    .where(ParcelRow.state == ParcelState.DISPATCHED)
)

_PARCELS = (
    select(OrderRow.number, PlaceRow.code, ParcelRow.state)
    .join(OrderRow, (OrderRow.warehouse_id == ParcelRow.warehouse_id) & (OrderRow.id == ParcelRow.order_id))
    .join(PlaceRow, (PlaceRow.warehouse_id == ParcelRow.warehouse_id) & (PlaceRow.id == ParcelRow.place_id))
)


@dataclass
class Books:
    """The tables of one warehouse, looked at from outside."""

    database: Database
    warehouse_id: int
    gone: set[str] = field(default_factory=set)
    """Tracking numbers of parcels whose departure was looked at."""

    def check(self, world: World, *, settled: bool) -> None:
        """What is true at any moment; where everybody has his answer (`settled`), also that goods are where they are.

        A parcel that has just left has its release at this very moment.
        """

        def look(session: Session) -> None:
            self._check_step(session)
            if settled:
                self._compare(session, world)
                self._compare_parcels(session, world)

        self.database.reading(look)

    def _check_step(self, session: Session) -> None:
        for what, query in ALWAYS.items():
            rows = session.execute(query).mappings().all()
            assert not rows, f"not true any more: {what}: {[dict(row) for row in rows]}"
        left = [row for row in session.execute(_LEFT) if row.tracking_no not in self.gone]
        for parcel in left:
            released = parcel.state in OPENING_STATES and parcel.open_holds == 0
            assert released, f"parcel {parcel.tracking_no} left while customs said {parcel.state}"
            self.gone.add(parcel.tracking_no)

    def _compare(self, session: Session, world: World) -> None:
        """Every unit is where hands put it. Only where units vanished unseen may the books say more."""
        real, virtual = self._balances(session)
        shown: Counter[tuple[str, str, str]] = Counter()
        for (sku, lot, where), units in world.units.items():
            if units and where != CUSTOMER and not where.startswith(("truck ", "hand of ")):
                shown[(sku, lot, where)] += units
        wrong = {
            spot: {"books": real[spot], "there": shown[spot], "vanished": world.haunted.get(spot, 0)}
            for spot in sorted({*real, *shown})
            if not 0 <= real[spot] - shown[spot] <= world.haunted.get(spot, 0)
        }
        assert not wrong, f"the books and the floor disagree: {wrong}"
        for sku in sorted({sku for sku, _, _ in world.units}):
            there = sum(units for (other, _, _), units in shown.items() if other == sku)
            vanished = sum(units for (other, _, _), units in world.haunted.items() if other == sku)
            in_books = sum(units for (other, _, _), units in real.items() if other == sku)
            written_down = virtual[(sku, PlaceKind.LOST)]
            assert in_books - there == vanished - written_down, (
                f"{sku}: {vanished} vanished, {written_down} were written down, and the books differ by "
                f"{in_books - there}"
            )
            with_customers = sum(units for (o, _, w), units in world.units.items() if o == sku and w == CUSTOMER)
            assert virtual[(sku, PlaceKind.CUSTOMER)] == with_customers, f"{sku}: not what the trucks took away"

    def _balances(self, session: Session) -> tuple[Counter[Any], Counter[Any]]:
        rows = session.execute(_BALANCES).all()
        real: Counter[Any] = Counter()
        virtual: Counter[Any] = Counter()
        for row in rows:
            if row.kind in VIRTUAL_KINDS:
                virtual[(row.sku, row.kind)] += row.on_hand
                continue
            where = f"parcel {row.order}" if row.order else row.container
            if where is None:
                where = row.place if row.container_id == UUID(int=0) else self._open_parcel(session, row.container_id)
            real[(row.sku, row.lot or NO_CODE, where)] += row.on_hand
        return real, virtual

    def _open_parcel(self, session: Session, parcel_id: UUID) -> str:
        """A parcel that is not closed yet is known by its packing task alone."""
        for plan in session.execute(text("SELECT plan FROM tasks WHERE workflow = 'packing'")).scalars():
            packing = msgspec.json.decode(bytes(plan))
            if packing["parcel_id"] == str(parcel_id):
                return f"parcel {packing['order_number']}"
        return f"container {parcel_id}"

    def _compare_parcels(self, session: Session, world: World) -> None:
        rows = session.execute(_PARCELS)
        books = {row.number: CUSTOMER if row.state == ParcelState.DISPATCHED else row.code for row in rows}
        wrong = {order: (place, books[order]) for order, place in world.parcel_at.items() if books[order] != place}
        assert not wrong, f"parcels that stand elsewhere than the books say: {wrong}"

    def printed(self, label_dir: Path) -> Mapping[str, str]:
        """The order of every parcel whose label is on paper, by tracking number."""

        def look(session: Session) -> dict[str, str]:
            rows = session.execute(
                select(ParcelRow.tracking_no, OrderRow.number)
                .join(OrderRow, (OrderRow.warehouse_id == ParcelRow.warehouse_id) & (OrderRow.id == ParcelRow.order_id))
                .order_by(ParcelRow.tracking_no)
            )
            return {row.tracking_no: row.number for row in rows}

        return {number: order for number, order in self.database.reading(look).items()
                if (label_dir / f"{number}.zpl").exists()}  # fmt: skip

    def check_scan_log(self, acknowledged: Mapping[str, tuple[str, Json]]) -> None:
        """Every acknowledged scan is in the log once, with the answer the device got; nothing else is."""

        def look(session: Session) -> list[Any]:
            return list(
                session.execute(
                    select(ScanLogRow.scan_id, ScanLogRow.raw, ScanLogRow.outcome, ScanLogRow.code, ScanLogRow.answer)
                )
            )

        rows = self.database.reading(look)
        logged = {str(row.scan_id): row for row in rows}
        assert len(logged) == len(rows)
        assert sorted(logged) == sorted(acknowledged), "the scan log is not what devices were answered"
        for scan_id, (raw, reply) in acknowledged.items():
            row = logged[scan_id]
            kept = msgspec.json.decode(row.answer)
            task = reply["task"]
            assert (row.raw, row.outcome, row.code) == (raw, reply["outcome"], reply["code"])
            assert kept["details"] == reply["details"]
            assert (kept["task"] and kept["task"]["version"]) == (task and task["version"])

    def check_audit(self) -> None:
        report = self.database.reading(lambda session: audit(session, self.warehouse_id))
        assert report.is_clean, report

    def check_outside_work(self, folder: Path) -> None:
        """One declaration and one label for each parcel, sent and printed once; no message is left or lost."""
        self.database.reading(lambda session: self._check_outside_work(session, folder))

    def _check_outside_work(self, session: Session, folder: Path) -> None:
        messages = session.scalars(select(OutboxMessage)).all()
        assert not [message for message in messages if message.state == "pending"], "messages were left undone"
        parked = [(message.topic, message.last_error) for message in messages if message.state != "done"]
        assert not parked, f"messages were parked, and nothing was wrong with them: {parked}"
        parcels = session.execute(select(ParcelRow.id)).scalars().all()
        declarations = {row.parcel_id: row for row in session.scalars(select(DeclarationRow))}
        assert sorted(declarations) == sorted(parcels)
        self._check_sent(session)
        for parcel_id in parcels:
            self._check_declaration(session, declarations[parcel_id])
            labels = [one for one in messages if one.topic in PRINT_TOPICS and str(parcel_id) in one.payload]
            assert len(labels) == 1
        jobs = session.execute(select(PrintJobRow.parcel_id, PrintJobRow.copy_no, PrintJobRow.state)).all()
        assert Counter(job.parcel_id for job in jobs) == Counter(dict.fromkeys(parcels, len(KEPT_MEDIA)))
        assert {(job.copy_no, job.state) for job in jobs} <= {(1, "printed")}
        assert not list(folder.glob("outbox/*.xml")), "the port did not take everything"
        assert not list(folder.glob("inbox/*.xml")), "not everything that came was taken in"
        self._check_receipts(session, [file.read_bytes() for file in folder.glob("done/*.xml")])
        lines = session.execute(select(func.count()).select_from(ManifestLineRow)).scalar_one()
        assert lines == len(self.gone)

    @staticmethod
    def _check_sent(session: Session) -> None:
        """Every message went, and every document in exactly one."""
        sent = {row.id: row for row in session.scalars(select(MessageRow))}
        assert {row.state for row in sent.values()} <= {"sent"}
        documents = session.scalars(select(DocumentRow).where(DocumentRow.message_id.is_not(None))).all()
        assert Counter(row.message_id for row in documents) == Counter({row.id: row.documents for row in sent.values()})
        assert {row.outgoing for row in documents} <= {"sent"}
        assert session.scalars(select(ExitPassRow.id).where(ExitPassRow.sent_at.is_(None))).all() == []

    @staticmethod
    def _check_declaration(session: Session, declaration: DeclarationRow) -> None:
        """Every document was sent, once; unless something stops the order, and then none was."""
        documents = session.scalars(select(DocumentRow).where(DocumentRow.declaration_id == declaration.id)).all()
        sent = {document.kind for document in documents if document.outgoing == "sent"}
        if declaration.stopped_by:
            assert not sent, f"{declaration.order_no} is stopped, and {sent} were sent"
            return
        assert sent == {"order", "payment", "logistics", "inventory"}, f"{declaration.order_no}: {sent}"
        assert declaration.sent_at is not None, declaration.order_no

    @staticmethod
    def _check_receipts(session: Session, delivered: Sequence[bytes]) -> None:
        """Everything customs has said is kept and was taken in."""
        raw = {row.id: row.raw for row in session.execute(select(RawReceiptRow.id, RawReceiptRow.raw))}
        assert set(delivered) <= set(raw.values()), "an answer was taken away and not kept"
        known = set(session.execute(select(ReceiptEntryRow.fingerprint)).scalars())
        said = {entry.fingerprint for one in raw.values() for entry in read_receipt(one).entries}
        assert said == known, "a receipt was kept and not applied"

    def orders(self) -> Mapping[str, str]:
        """The state of every order."""
        return self.database.reading(
            lambda session: {row.number: row.state for row in session.execute(select(OrderRow.number, OrderRow.state))}
        )

    def released(self) -> frozenset[str]:
        """Parcels in the building that may leave."""

        def look(session: Session) -> frozenset[str]:
            rows = session.scalars(select(DeclarationRow).where(DeclarationRow.left_at.is_(None)))
            return frozenset(row.tracking_number for row in rows if row.state in OPENING_STATES and row.open_holds == 0)

        return self.database.reading(look)
