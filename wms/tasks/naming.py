"""Codes instead of ids in the refusals of writers, for people.

A writer knows places, SKUs and containers by their ids only, and a picker knows none of these. Called by `desk` when
a writer refused, which is rare: it may cost statements.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.catalogue.lookup import items_by_id
from wms.containers.tables import ContainerRow
from wms.kernel.refusal import Detail, Refusal
from wms.places.lookup import places_by_id


def in_codes(session: Session, warehouse_id: int, refusal: Refusal, document: str) -> Refusal:
    """The refusal with codes for the ids in its details. `document` names what the task is about, an order say."""
    details = {name: _code(session, warehouse_id, name, value, document) for name, value in refusal.details.items()}
    return replace(refusal, details=details)


def _code(session: Session, warehouse_id: int, name: str, value: Detail, document: str) -> Detail:
    if isinstance(value, int):
        if name == "place":
            place = places_by_id(session, warehouse_id, [value]).get(value)
            return place.code if place else value
        if name == "sku":
            item = items_by_id(session, [value]).get(value)
            return item.sku_code if item else value
    elif isinstance(value, str) and _is_uuid(value):
        if name == "container":
            return _container_code(session, warehouse_id, UUID(value)) or value
        if name in ("order", "notice", "load"):
            return document or value
    return value


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _container_code(session: Session, warehouse_id: int, container_id: UUID) -> str | None:
    return session.execute(
        select(ContainerRow.code).where(ContainerRow.warehouse_id == warehouse_id, ContainerRow.id == container_id)
    ).scalar_one_or_none()
