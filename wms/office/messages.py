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
    parcels = _parcels(session, scope.warehouse_id, {parcel for parcel, _ in named.values() if parcel})
    declarations = _declarations(session, scope.warehouse_id, {each for _, each in named.values() if each})
    about = {
        message_id: parcels.get(parcel_id) or declarations.get(declaration_id) or ("", "")
        for message_id, (parcel_id, declaration_id) in named.items()
    }
    return page, about


def _names(payload: str) -> tuple[UUID | None, UUID | None]:
    """The parcel and the declaration a payload names. Every topic writes its own payload; most name one of these."""
    try:
        plain = json.loads(payload)
    except ValueError:
        return None, None
    if not isinstance(plain, dict):
        return None, None
    return _uuid(plain.get("parcel_id")), _uuid(plain.get("declaration_id"))


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
