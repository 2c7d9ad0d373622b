"""A parcel's label once more, away from the bench that packed it: what was printed so far, and a copy at any printer.

Called by the reprinting workflow's facts and, as the writer of PrintCopyAt, by the scan door. A copy has the bytes of
the first as far as its printer takes the same, and never calls a carrier.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.bench.carrier_labels import VENDOR_PRINTS, label_fits
from wms.bench.effects import MoveLabel, PrintCopyAt
from wms.bench.lookup import bench_standing, jobs_of_parcel, printer_named
from wms.bench.model import OVER
from wms.bench.ordering import PACKING, move_label_by_scan
from wms.bench.stuck import is_stuck
from wms.bench.tables import BenchJobRow
from wms.bench.writing import Ordered, order_next
from wms.kernel.refusal import Refusal
from wms.labels.documents import Paper
from wms.labels.service import copies_of
from wms.shipments.lookup import parcels_by_id


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was printed of a parcel's label."""

    copies: int
    last_by: str
    """Who wanted the last one; empty where the closing scan did."""
    last_at: str
    """Where it was printed, bench and printer; empty where no bench's program did."""
    in_doubt: str
    """What the last one ends in, where its printer is in trouble and somebody has to look for it; empty: none."""


def printed_so_far(session: Session, warehouse_id: int, parcel_id: UUID, now: datetime) -> SoFar:
    """Without a lock: it is told, not decided on."""
    jobs = jobs_of_parcel(session, warehouse_id, parcel_id)
    latest = jobs[-1] if jobs else None
    copies = max(copies_of(session, warehouse_id, parcel_id), latest.copy_number if latest else 0)
    if latest is None:
        return SoFar(copies, "", "", "")
    row = BenchJobRow.warehouse_id == warehouse_id, BenchJobRow.id == latest.id
    by = session.scalar(select(BenchJobRow.ordered_by).where(*row)) or ""
    stands = bench_standing(session, warehouse_id, latest.bench, now)
    in_doubt = latest.tail if latest.is_deniable and is_stuck(latest, stands) else ""
    return SoFar(copies, "" if by == PACKING else by, f"{latest.bench} {latest.printer}", in_doubt)


def print_copy_at(session: Session, warehouse_id: int, effect: PrintCopyAt, *, now: datetime) -> Refusal | None:
    """The writer of PrintCopyAt. A copy that waits in vain for another printer is the one that comes out here.

    Refuses `label_not_ready`, `label_underway`, `label_doubtful`, `no_such_printer`, `label_not_for_printer`, and
    `parcel_cancelled` where the parcel was opened again.
    """
    jobs = jobs_of_parcel(session, warehouse_id, effect.parcel_id, lock=True)
    latest = jobs[-1] if jobs else None
    parcel = parcels_by_id(session, warehouse_id, [effect.parcel_id])[effect.parcel_id]
    if parcel.why_void is not None:
        return parcel.why_void
    to = printer_named(session, warehouse_id, effect.bench, effect.printer)
    if to is None:
        return Refusal("no_such_printer", {"bench": effect.bench, "printer": effect.printer})
    if not label_fits(session, warehouse_id, parcel.id, to.medium):
        details = {"parcel": parcel.tracking_no, "printer": to.name, "kind": to.medium.in_words}
        return Refusal("label_not_for_printer", details)
    if latest is None and not copies_of(session, warehouse_id, parcel.id):
        return Refusal("label_not_ready", {"parcel": parcel.tracking_no})
    if latest is not None and latest.why != VENDOR_PRINTS and not (latest.state in OVER or latest.is_applied):
        if not (latest.is_movable or (effect.not_printed and latest.is_deniable)):
            code = "label_not_ready" if latest.is_not_made else "label_underway"
            code = "label_doubtful" if latest.is_question else code
            return Refusal(code, {"parcel": parcel.tracking_no, "copy": latest.copy_number, "tail": latest.tail})
        moved = MoveLabel(latest.id, to.bench, to.name, not_printed=effect.not_printed)
        return move_label_by_scan(session, warehouse_id, moved, now=now)
    order_next(session, warehouse_id, parcel.id, to, Ordered(effect.by, effect.reason, Paper.LABEL), now=now)
    return None
