"""Codes that were refused lately, each once, the latest first. Reads only. Called by the doctor's pages.

Of the scan log it reads the part that its own index keeps: scans that were refused, by time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, and_, literal_column, select
from sqlalchemy.orm import Session

from wms.access.tables import OperatorRow
from wms.tasks.tables import ScanLogRow

MOST_SCANS = 2_000
"""Looked at; a code that was refused longer ago than these is history."""

UNKNOWN = "unknown"

_log = cast(Table, ScanLogRow.__table__)
# Written out and not bound: a partial index is used only where the statement itself says the values.
_REFUSED = _log.c.outcome.in_([literal_column("'refused'"), literal_column("'unknown'")])


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """One code that was refused: how often, and how the latest time."""

    raw: str
    times: int
    scan_id: UUID
    at: datetime
    outcome: str
    code: str
    workflow: str
    step: str
    source: str
    who: str


def refused_lately(session: Session, warehouse_id: int, *, only_unknown: bool = False) -> Sequence[RefusedCode]:
    """Every code among the latest refused scans, command cards aside."""
    rows = session.execute(
        select(
            _log.c.raw, _log.c.scan_id, _log.c.at, _log.c.outcome, _log.c.code, _log.c.workflow, _log.c.step,
            _log.c.source, OperatorRow.name,
        )
        .outerjoin(
            OperatorRow,
            and_(OperatorRow.warehouse_id == _log.c.warehouse_id, OperatorRow.id == _log.c.operator_id),
        )
        .where(_log.c.warehouse_id == warehouse_id, _REFUSED)
        .order_by(_log.c.at.desc())
        .limit(MOST_SCANS)
    )  # fmt: skip
    found: dict[str, RefusedCode] = {}
    times: dict[str, int] = {}
    for row in rows:
        if row.raw.startswith("*") or (only_unknown and row.outcome != UNKNOWN):
            continue
        times[row.raw] = times.get(row.raw, 0) + 1
        found.setdefault(
            row.raw,
            RefusedCode(
                row.raw, 1, row.scan_id, row.at, row.outcome, row.code, row.workflow, row.step, row.source,
                row.name or "",
            ),
        )  # fmt: skip
    return [_with_times(each, times[raw]) for raw, each in found.items()]


def _with_times(code: RefusedCode, times: int) -> RefusedCode:
    return RefusedCode(
        code.raw, times, code.scan_id, code.at, code.outcome, code.code, code.workflow, code.step, code.source, code.who
    )
