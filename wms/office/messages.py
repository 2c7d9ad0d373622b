"""Outbox messages with what they are about: a page of them in words people know. Reads only. Called by `views`."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.customs.tables import DeclarationRow
from wms.office.inside import MESSAGES
from wms.office.listing import Page, Scope, page_of
from wms.orders.tables import OrderRow
from wms.shipments.tables import ParcelRow


def messages_page(
    session: Session, scope: Scope, part: str, number: int
) -> tuple[Page, Mapping[UUID, tuple[str, str]]]:
    """One page of messages, and by message the tracking and order numbers it is about, empty where it names none."""
    page = page_of(session, MESSAGES.statement(scope, part), number)
    named = {row["id"]: _names(row["payload"]) for row in page.rows}
    parcels = _parcels(session, scope.warehouse_id, {names[0] for names in named.values() if names[0]})
    declarations = _declarations(session, scope.warehouse_id, {names[1] for names in named.values() if names[1]})
    orders = _orders(session, scope.warehouse_id, {names[2] for names in named.values() if names[2]})
    about = {
        message_id: parcels.get(parcel_id) or declarations.get(declaration_id) or orders.get(order_id) or ("", "")
        for message_id, (parcel_id, declaration_id, order_id) in named.items()
    }
    return page, about


def _names(payload: str) -> tuple[UUID | None, UUID | None, UUID | None]:
    """The parcel, the declaration and the order a payload names. Each topic writes its own; most name one of these."""
    try:
        plain = json.loads(payload)
    except ValueError:
        return None, None, None
    if not isinstance(plain, dict):
        return None, None, None
    return _uuid(plain.get("parcel_id")), _uuid(plain.get("declaration_id")), _uuid(plain.get("order_id"))


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _parcels(
    session: Session, warehouse_id: int, parcel_ids: Iterable[UUID | None]
) -> dict[UUID | None, tuple[str, str]]:
    rows = session.execute(
        select(ParcelRow.id, ParcelRow.tracking_no, OrderRow.number)
        .outerjoin(OrderRow, (OrderRow.warehouse_id == ParcelRow.warehouse_id) & (OrderRow.id == ParcelRow.order_id))
        .where(ParcelRow.warehouse_id == warehouse_id, ParcelRow.id.in_(list(parcel_ids)))
    )
    return {row.id: (row.tracking_no, row.number or "") for row in rows}


def _declarations(
    session: Session, warehouse_id: int, declaration_ids: Iterable[UUID | None]
) -> dict[UUID | None, tuple[str, str]]:
    rows = session.execute(
        select(DeclarationRow.id, DeclarationRow.tracking_number, DeclarationRow.order_no).where(
            DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.id.in_(list(declaration_ids))
        )
    )
    return {row.id: (row.tracking_number, row.order_no) for row in rows}


def _orders(
    session: Session, warehouse_id: int, order_ids: Iterable[UUID | None]
) -> dict[UUID | None, tuple[str, str]]:
    rows = session.execute(
        select(OrderRow.id, OrderRow.number).where(
            OrderRow.warehouse_id == warehouse_id, OrderRow.id.in_(list(order_ids))
        )
    )
    return {row.id: ("", row.number) for row in rows}
