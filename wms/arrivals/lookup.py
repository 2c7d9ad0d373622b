"""Reading notices. Called by the receiving workflow's facts, views and pages; nothing here locks or writes."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.arrivals.model import Notice, NoticeLine, NoticeState
from wms.arrivals.tables import NoticeLineRow, NoticeRow

_notice_lines = cast(Table, NoticeLineRow.__table__)

# Asked by every counting scan, and therefore built once.
_LINE_FOR_SKU = (
    select(_notice_lines.c.line_no, _notice_lines.c.sku_id, _notice_lines.c.expected, _notice_lines.c.received)
    .where(
        _notice_lines.c.warehouse_id == bindparam("key_warehouse"),
        _notice_lines.c.notice_id == bindparam("key_notice"),
        _notice_lines.c.sku_id == bindparam("key_sku"),
    )
    .order_by(_notice_lines.c.line_no)
    .limit(1)
)


def notice_by_number(session: Session, warehouse_id: int, number: str) -> Notice | None:
    """The notice of that number, without its barcode prefix."""
    return next(iter(_notices(session, warehouse_id, NoticeRow.number == number)), None)


def notice_by_id(session: Session, warehouse_id: int, notice_id: UUID) -> Notice | None:
    """The notice of that id."""
    return next(iter(_notices(session, warehouse_id, NoticeRow.id == notice_id)), None)


def notices_in_states(session: Session, warehouse_id: int, states: Sequence[NoticeState]) -> list[Notice]:
    """Notices in `states`, oldest first."""
    return _notices(session, warehouse_id, NoticeRow.state.in_([state.value for state in states]))


def notice_lines(session: Session, warehouse_id: int, notice_id: UUID) -> tuple[NoticeLine, ...]:
    """What a notice says, line by line, with what was counted; after closing this is its report."""
    return _lines(session, warehouse_id, notice_id)


def notice_line_for_sku(session: Session, warehouse_id: int, notice_id: UUID, sku_id: int) -> NoticeLine | None:
    """The line a scanned SKU belongs to; None where the notice does not have it (`not_on_notice`)."""
    key = {"key_warehouse": warehouse_id, "key_notice": notice_id, "key_sku": sku_id}
    row = session.connection().execute(_LINE_FOR_SKU, key).first()
    return None if row is None else NoticeLine(*row)


def open_notices_with_sku(session: Session, warehouse_id: int, sku_id: int) -> list[Notice]:
    """Notices not closed that announce a SKU: receiving may begin by scanning anything on one."""
    has_sku = (
        select(NoticeLineRow.notice_id)
        .where(
            NoticeLineRow.warehouse_id == NoticeRow.warehouse_id,
            NoticeLineRow.notice_id == NoticeRow.id,
            NoticeLineRow.sku_id == sku_id,
        )
        .exists()
    )
    return _notices(session, warehouse_id, NoticeRow.state != NoticeState.CLOSED.value, has_sku)


def _notices(session: Session, warehouse_id: int, *conditions: Any) -> list[Notice]:
    rows = session.execute(
        select(NoticeRow.id, NoticeRow.number, NoticeRow.merchant_id, NoticeRow.state)
        .where(NoticeRow.warehouse_id == warehouse_id, *conditions)
        .order_by(NoticeRow.id)
    )
    return [Notice(row.id, row.number, row.merchant_id, NoticeState(row.state)) for row in rows]


def _lines(session: Session, warehouse_id: int, notice_id: UUID, *conditions: Any) -> tuple[NoticeLine, ...]:
    rows = session.execute(
        select(NoticeLineRow.line_no, NoticeLineRow.sku_id, NoticeLineRow.expected, NoticeLineRow.received)
        .where(NoticeLineRow.warehouse_id == warehouse_id, NoticeLineRow.notice_id == notice_id, *conditions)
        .order_by(NoticeLineRow.line_no)
    )
    return tuple(NoticeLine(*row) for row in rows)
