"""Fills the journal and the scan log with a past, to see that a scan does not become dearer. Called by `bench.scans`.

Every unit goes from one shelf to the next and back, so that no balance changes and the audit stays clean.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert

from bench.hall import ARTICLES, Hall
from wms.kernel.identity import NIL, uuid7
from wms.stock.model import Reason
from wms.stock.tables import JournalRow
from wms.tasks.tables import ScanLogRow

ROWS_AT_ONCE = 5_000
ANSWER_BYTES = 400


_journal = cast(Table, JournalRow.__table__)
_scan_log = cast(Table, ScanLogRow.__table__)


def fill_past(hall: Hall, rows: int, progress: Callable[[int], None]) -> None:
    """Add `rows` transfers to the journal, and as many scans to the log."""
    for start in range(0, rows, ROWS_AT_ONCE):
        count = min(ROWS_AT_ONCE, rows - start)
        transfers = list(_transfers(hall, start, count))
        scans = [_scan(hall, transfer) for transfer in transfers]

        def write(session: Any, transfers: Any = transfers, scans: Any = scans) -> None:
            session.connection().execute(insert(_journal), transfers)
            session.connection().execute(insert(_scan_log), scans)

        hall.house.database.in_transaction(write)
        progress(count)


def _transfers(hall: Hall, start: int, count: int) -> Iterator[dict[str, Any]]:
    for number in range(start, start + count):
        article = (number // 2) % ARTICLES
        shelves = hall.place_ids[article], hall.place_ids[(article + 1) % ARTICLES]
        there, here = shelves if number % 2 == 0 else reversed(shelves)
        yield {
            "warehouse_id": hall.warehouse_id, "id": uuid7(), "sku_id": hall.sku_ids[article], "lot_id": NIL,
            "quantity": 1, "from_place_id": there, "to_place_id": here, "from_container_id": NIL,
            "to_container_id": NIL, "reason": Reason.MOVED.value, "document": None, "scan_id": uuid7(),
            "operator_id": None, "at": hall.now,
        }  # fmt: skip


def _scan(hall: Hall, transfer: dict[str, Any]) -> dict[str, Any]:
    scan_id: UUID = transfer["scan_id"]
    return {
        "warehouse_id": hall.warehouse_id, "scan_id": scan_id, "task_id": scan_id, "task_version": 1,
        "workflow": "past", "step": "past", "operator_id": None, "device": "past", "raw": "past", "source": "wedge",
        "scanned_at": None, "at": hall.now, "took_us": 1, "outcome": "accepted", "code": "past",
        "digest": hashlib.sha256(scan_id.bytes).digest(), "answer": os.urandom(ANSWER_BYTES), "undo": None,
        "undone_by": None,
    }  # fmt: skip
