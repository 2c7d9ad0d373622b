"""What was set aside: put there, taken up again by a mended reader, settled by a person, listed.

Called by `intake`, `standing` and `reinterpreting` (which set aside), by the office page and by `wms customs
quarantine` (which list and settle). Nothing is ever deleted: an entry that needs nobody any more says why.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, exists, select, tuple_, update
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.customs.model import QuarantineReason
from wms.customs.tables import QuarantineRow, RawReceiptRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.refusal import Refusal

PAGE = 100


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """One thing that was set aside. `position` counts return nodes from 1; 0 is the message as a whole."""

    receipt_id: UUID
    position: int
    reason: str
    what: str
    at: datetime
    source: str
    sha256: str
    received_at: datetime
    readable_at: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    settle_reason: str | None


def set_aside(
    session: Session,
    warehouse_id: int,
    receipt_id: UUID,
    position: int,
    reason: QuarantineReason,
    what: str,
    *,
    now: datetime,
) -> None:
    """Put one node of a receipt before a person. Doing it again changes nothing, whatever was settled in between."""
    session.execute(
        insert_ignoring_duplicates(cast(Table, QuarantineRow.__table__), session.get_bind().dialect.name).values(
            warehouse_id=warehouse_id, receipt_id=receipt_id, position=position, reason=reason, what=what, at=now
        )
    )


def has_set_aside(session: Session, warehouse_id: int, receipt_id: UUID) -> bool:
    """Whether anything of this receipt was set aside, settled or not."""
    mine = (QuarantineRow.warehouse_id == warehouse_id, QuarantineRow.receipt_id == receipt_id)
    return bool(session.scalar(select(exists().where(*mine))))


def unreadable_of(session: Session, warehouse_id: int, receipt_id: UUID) -> set[tuple[int, str]]:
    """(position, reason) of what no reader could take of this receipt so far."""
    rows = session.execute(
        select(QuarantineRow.position, QuarantineRow.reason).where(
            QuarantineRow.warehouse_id == warehouse_id,
            QuarantineRow.receipt_id == receipt_id,
            QuarantineRow.readable_at.is_(None),
            QuarantineRow.reason != QuarantineReason.IDENTITY_MISMATCH,
        )
    )
    return {(row.position, row.reason) for row in rows}


def note_readable(
    session: Session, warehouse_id: int, receipt_id: UUID, still: Collection[tuple[int, str]], *, now: datetime
) -> int:
    """After a receipt was read again: mark what is not wrong with it any more, `still` being what is. How many."""
    mine = (QuarantineRow.warehouse_id == warehouse_id, QuarantineRow.receipt_id == receipt_id)
    # Whether a receipt names the right parties is not a matter of reading it.
    read = QuarantineRow.reason != QuarantineReason.IDENTITY_MISMATCH
    wrong = tuple_(QuarantineRow.position, QuarantineRow.reason).in_(sorted(still)) if still else None
    gone = select(QuarantineRow.position, QuarantineRow.reason).where(*mine, read, QuarantineRow.readable_at.is_(None))
    found = session.execute(gone if wrong is None else gone.where(~wrong)).all()
    for position, reason in found:
        session.execute(
            update(QuarantineRow)
            .where(*mine, QuarantineRow.position == position, QuarantineRow.reason == reason)
            .values(readable_at=now)
        )
    if wrong is not None:
        session.execute(
            update(QuarantineRow).where(*mine, wrong, QuarantineRow.readable_at.is_not(None)).values(readable_at=None)
        )
    return len(found)


def settle(
    session: Session,
    by: Caller,
    receipt_id: UUID,
    position: int,
    reason: QuarantineReason,
    *,
    why: str,
    now: datetime,
) -> Refusal | None:
    """A person says that nothing more is to be done about this one, and why; that is recorded.

    Refuses `settle_reason_missing`, `quarantine_not_found` and `quarantine_settled`.
    """
    if not why.strip():
        return Refusal("settle_reason_missing", {"receipt": str(receipt_id), "position": position})
    row = session.get(QuarantineRow, (by.warehouse_id, receipt_id, position, reason), with_for_update=True)
    if row is None:
        return Refusal("quarantine_not_found", {"receipt": str(receipt_id), "position": position})
    if row.settled_at is not None:
        return Refusal("quarantine_settled", {"receipt": str(receipt_id), "by": row.settled_by or ""})
    row.settled_at, row.settled_by, row.settle_reason = now, by.who, why.strip()
    details = {"node": position, "reason": reason.value, "why": why.strip()}
    record(session, by, "quarantine_settled", str(receipt_id), now=now, details=details)
    return None


def quarantined(
    session: Session, warehouse_id: int, *, done_too: bool = False, limit: int = PAGE, offset: int = 0
) -> list[QuarantineView]:
    """What waits for a person, newest first; with `done_too` also what is readable now or settled."""
    statement = (
        select(QuarantineRow, RawReceiptRow.source, RawReceiptRow.sha256, RawReceiptRow.received_at)
        .join(
            RawReceiptRow,
            (RawReceiptRow.warehouse_id == QuarantineRow.warehouse_id) & (RawReceiptRow.id == QuarantineRow.receipt_id),
        )
        .where(QuarantineRow.warehouse_id == warehouse_id)
        .order_by(QuarantineRow.at.desc(), QuarantineRow.receipt_id, QuarantineRow.position, QuarantineRow.reason)
        .limit(limit)
        .offset(offset)
    )
    if not done_too:
        statement = statement.where(QuarantineRow.settled_at.is_(None), QuarantineRow.readable_at.is_(None))
    return [
        QuarantineView(
            row.receipt_id, row.position, row.reason, row.what, row.at, source, sha256, received_at, row.readable_at,
            row.settled_at, row.settled_by, row.settle_reason,
        )
        for row, source, sha256, received_at in session.execute(statement)
    ]  # fmt: skip
