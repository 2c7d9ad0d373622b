"""Reading notices. Called by the receiving workflow's facts, views and pages; nothing here locks or writes."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.arrivals.model import Notice, NoticeLine, NoticeState
from wms.arrivals.tables import NoticeLineRow, NoticeRow


def notice_by_number(session: Session, warehouse_id: int, number: str) -> Notice | None:
    """The notice of that number, without its barcode prefix."""
    return next(iter(_notices(session, warehouse_id, NoticeRow.number == number)), None)


def open_notices_with_sku(session: Session, warehouse_id: int, sku_id: int) -> list[Notice]:
    """Notices not closed that announce a SKU."""
    has_sku = (
        select(NoticeLineRow.notice_id)
        .where(
            NoticeLineRow.warehouse_id == NoticeRow.warehouse_id,
            NoticeLineRow.notice_id == NoticeRow.id,
            NoticeLineRow.sku_id == sku_id,
        )
        .exists()
    )
    is_open = NoticeRow.state.in_([state.value for state in NoticeState if state is not NoticeState.CLOSED])
    return _notices(session, warehouse_id, is_open, has_sku)


def notice_lines(session: Session, warehouse_id: int, notice_id: UUID) -> tuple[NoticeLine, ...]:
    """What a notice says, line by line, with what was counted; after closing this is its report."""
    return _lines(session, warehouse_id, notice_id)


def _notices(session: Session, warehouse_id: int, *conditions: Any) -> list[Notice]:
    rows = session.execute(
        select(NoticeRow.id, NoticeRow.number, NoticeRow.merchant_id, NoticeRow.state).where(
            NoticeRow.warehouse_id == warehouse_id, *conditions
        )
    )
    found = [Notice(row.id, row.number, row.merchant_id, NoticeState(row.state)) for row in rows]
    # Sorted here: SQLite would save itself the sorting and walk through all notices in key order.
    return sorted(found, key=lambda notice: notice.id)


def _lines(session: Session, warehouse_id: int, notice_id: UUID, *conditions: Any) -> tuple[NoticeLine, ...]:
    rows = session.execute(
        select(NoticeLineRow.line_no, NoticeLineRow.sku_id, NoticeLineRow.expected, NoticeLineRow.received)
        .where(NoticeLineRow.warehouse_id == warehouse_id, NoticeLineRow.notice_id == notice_id, *conditions)
        .order_by(NoticeLineRow.line_no)
    )
    return tuple(NoticeLine(*row) for row in rows)
