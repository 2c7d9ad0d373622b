"""Scans of one thing, long after: by what moved with them, by who scanned when, by the code. For evidence. Reads only.

The log is kept by person and time, so a code is looked for in the scans of all people within a span of time, which its
index serves; nothing here walks through the whole log.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from wms.tasks.model import Reply
from wms.tasks.tables import ScanLogRow

MOST_SCANS = 2_000


@dataclass(frozen=True, slots=True)
class LoggedScan:
    """One scan as it was judged, and the whole answer."""

    scan_id: UUID
    task_id: UUID | None
    workflow: str
    step: str
    operator_id: UUID | None
    device: str
    raw: str
    source: str
    symbology: str | None
    scanned_at: datetime | None
    at: datetime
    outcome: str
    code: str
    reply: Reply
    undone_by: UUID | None


def scans_by_id(session: Session, warehouse_id: int, scan_ids: Collection[UUID]) -> list[LoggedScan]:
    """These scans, oldest first."""
    return _scans(session, warehouse_id, ScanLogRow.scan_id.in_(scan_ids)) if scan_ids else []


def scans_of_tasks(session: Session, warehouse_id: int, task_ids: Collection[UUID]) -> list[LoggedScan]:
    """All scans of these tasks, oldest first."""
    return _scans(session, warehouse_id, ScanLogRow.task_id.in_(task_ids)) if task_ids else []


def scans_at(session: Session, warehouse_id: int, moments: Collection[tuple[UUID, datetime]]) -> list[LoggedScan]:
    """What these operators scanned at just these moments, oldest first."""
    if not moments:
        return []
    exactly = [(ScanLogRow.operator_id == who) & (ScanLogRow.at == at) for who, at in moments]
    return _scans(session, warehouse_id, or_(*exactly))


def scans_of_codes(
    session: Session,
    warehouse_id: int,
    codes: Sequence[str],
    operator_ids: Collection[UUID],
    *,
    since: datetime,
    until: datetime,
) -> list[LoggedScan]:
    """Scans of any of `codes`, in whatever wrapping, by these people within a span of time, oldest first."""
    if not operator_ids or not codes:
        return []
    carries = or_(*(ScanLogRow.raw.contains(code, autoescape=True) for code in codes))
    within = ScanLogRow.operator_id.in_(operator_ids) & ScanLogRow.at.between(since, until)
    return _scans(session, warehouse_id, within & carries)


def _scans(session: Session, warehouse_id: int, condition: ColumnElement[bool]) -> list[LoggedScan]:
    rows = session.scalars(
        select(ScanLogRow)
        .where(ScanLogRow.warehouse_id == warehouse_id, condition)
        .order_by(ScanLogRow.at, ScanLogRow.scan_id)
        .limit(MOST_SCANS)
    )
    return [
        LoggedScan(
            row.scan_id, row.task_id, row.workflow, row.step, row.operator_id, row.device, row.raw, row.source,
            row.symbology, row.scanned_at, row.at, row.outcome, row.code,
            msgspec.json.decode(row.answer, type=Reply), row.undone_by,
        )
        for row in rows
    ]  # fmt: skip
