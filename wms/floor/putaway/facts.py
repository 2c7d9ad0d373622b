"""Putaway's connection to the database: what waits, what is on a container, where it should go."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, func, or_, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Scan
from wms.catalogue.lookup import items_by_id
from wms.catalogue.model import ItemFacts
from wms.containers.model import Container, ContainerUse
from wms.containers.tables import ContainerRow
from wms.floor.putaway.suggestion import Shelf, suggest
from wms.floor.putaway.workflow import (
    SCAN_CONTAINER,
    PutawayFacts,
    PutawayLine,
    PutawayPlan,
    PutawayProgress,
    first_hand,
    putaway,
    take_container,
)
from wms.kernel.refusal import Refusal
from wms.places.lookup import places_by_id, the_place
from wms.places.model import Place, PlaceKind
from wms.places.tables import PlaceRow
from wms.stock.contents import container_contents, lots_at_places
from wms.stock.room import candidate_places
from wms.tasks.decision import Note
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume, Upcoming
from wms.tasks.open_tasks import count_to_resume

_containers = cast(Table, ContainerRow.__table__)

# Asked with every home screen, and therefore built once.
_WAITING = (
    _containers.c.warehouse_id == bindparam("key_warehouse"),
    _containers.c.use == ContainerUse.PUTAWAY.value,
    # A container in putaway is its own subject (see `take_container`).
    or_(_containers.c.subject.is_(None), _containers.c.subject != _containers.c.id),
)
_COUNT_WAITING = select(func.count()).select_from(_containers).where(*_WAITING)
_FIRST = (
    select(_containers.c.id, _containers.c.code, _containers.c.subject)
    .where(*_WAITING)
    # As an expression, so that the few in use are found by their use and not by walking through all of them in order.
    .order_by(func.coalesce(_containers.c.id, _containers.c.id))
    .limit(1)
)
_NEXT = _FIRST.with_for_update(skip_locked=True)


@dataclass(frozen=True, slots=True)
class SqlPutawayFacts:
    """PutawayFacts over one session."""

    session: Session
    context: FloorContext

    def is_kept_for_another(self, place: Place, merchant_id: int) -> bool:
        kept_for = self.session.execute(
            select(PlaceRow.merchant_id).where(
                PlaceRow.warehouse_id == self.context.warehouse_id, PlaceRow.id == place.id
            )
        ).scalar_one()
        return kept_for is not None and kept_for != merchant_id


class PutawayFloor:
    """Putaway, wired to the database."""

    workflow = putaway
    action = "*PUTAWAY*"
    capability = "work_putaway"

    def facts(self, session: Session, context: FloorContext) -> PutawayFacts:
        return SqlPutawayFacts(session, context)

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """A received container begins its own putaway."""
        container = scan.value
        if not isinstance(container, Container) or container.use is not ContainerUse.PUTAWAY:
            return None
        if container.subject == container.id:
            return Resume(putaway.name, container.id)
        plan = _plan(session, context.warehouse_id, container.id, container.code, container.subject)
        if isinstance(plan, Refusal):
            return plan
        step, progress = first_hand(plan, tuple(0 for _ in plan.lines))
        note = Note("container_taken", {"container": container.code})
        return NewTask(putaway.name, container.id, plan, progress, step, note, (take_container(plan),))

    def open_next(self, session: Session, context: FloorContext) -> NewTask | Refusal | None:
        """The container that has waited longest and that nobody has begun."""
        row = session.connection().execute(_NEXT, {"key_warehouse": context.warehouse_id}).first()
        if row is None:
            return None
        plan = _plan(session, context.warehouse_id, row.id, row.code, row.subject)
        if isinstance(plan, Refusal):
            return plan
        progress = PutawayProgress(tuple(0 for _ in plan.lines))
        note = Note("container_opened", {"container": row.code})
        return NewTask(putaway.name, row.id, plan, progress, SCAN_CONTAINER, note, (take_container(plan),))

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """The container that has waited longest."""
        row = session.connection().execute(_FIRST, {"key_warehouse": context.warehouse_id}).first()
        return None if row is None else Upcoming(row.code)

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Containers that wait for putaway, or for somebody to go on with it."""
        key = {"key_warehouse": context.warehouse_id}
        containers = session.connection().execute(_COUNT_WAITING, key).scalar_one()
        return int(containers) + count_to_resume(session, context, putaway.name)


def _plan(
    session: Session, warehouse_id: int, container_id: UUID, code: str, subject: UUID | None
) -> PutawayPlan | Refusal:
    contents = container_contents(session, warehouse_id, container_id)
    if not contents:
        return Refusal("container_empty", {"container": code})
    items = items_by_id(session, [content.balance.key.sku_id for content in contents])
    shelves = _shelves(session, warehouse_id, items.values(), len(contents))
    lines: list[PutawayLine] = []
    for content in contents:
        key = content.balance.key
        known = items[key.sku_id]
        place = suggest(key.sku_id, key.lot_id, known.item.merchant_id, shelves)
        if place is None:
            return Refusal("no_storage_place", {"item": known.item.name})
        # The next line of this container must not be sent to the place this one will fill.
        shelves = [
            Shelf(shelf.place, shelf.merchant_id, shelf.holds | {(key.sku_id, key.lot_id)})
            if shelf.place.id == place.id
            else shelf
            for shelf in shelves
        ]
        expires_on = content.expires_on.isoformat() if content.expires_on else ""
        lines.append(
            PutawayLine(
                known.item,
                known.scanned_as,
                key.lot_id,
                content.lot_code,
                expires_on,
                content.balance.on_hand,
                place,
                known.packs,
            )
        )
    lost = the_place(session, warehouse_id, PlaceKind.LOST)
    return PutawayPlan(container_id, code, subject, contents[0].balance.key.place_id, lost.id, tuple(lines))


def _shelves(session: Session, warehouse_id: int, goods: Collection[ItemFacts], lines: int) -> list[Shelf]:
    """The storage places among which the best ones are, with what lies there now."""
    candidates: set[int] = set()
    for merchant_id in {known.merchant_id for known in goods}:
        sku_ids = [known.sku_id for known in goods if known.merchant_id == merchant_id]
        candidates |= candidate_places(session, warehouse_id, sku_ids, merchant_id, lines=lines)
    place_ids = sorted(candidates)
    kept_for = {
        row.id: row.merchant_id
        for row in session.execute(
            select(PlaceRow.id, PlaceRow.merchant_id).where(
                PlaceRow.warehouse_id == warehouse_id, PlaceRow.id.in_(place_ids)
            )
        )
    }
    holds = lots_at_places(session, warehouse_id, place_ids)
    return [
        Shelf(place, kept_for[place.id], holds.get(place.id, frozenset()))
        for place in places_by_id(session, warehouse_id, place_ids).values()
    ]
