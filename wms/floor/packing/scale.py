"""A scale answers for the packer: which parcel waits for a weight at a bench, and the door a bench's program posts to.

A reading is a scan like any other: it goes through the scan door under its own id, in the name of the packer whose task
it is, so that it is booked once however often the program sends it. `weight_views` is registered by `wms.app`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from flask import Blueprint, Response
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from wms.access.model import Capability
from wms.access.session import current_caller, require
from wms.bench.codes import at_bench
from wms.bench.lookup import bench_standing
from wms.bench.reports import note_weight
from wms.database.transaction import Database
from wms.floor.packing.model import SCAN_LIST, SCAN_MATERIAL, WEIGH, PackProgress
from wms.floor.packing.workflow import packing
from wms.kernel.clock import Clock
from wms.kernel.errors import NotAllowed, Refused
from wms.kernel.refusal import Refusal
from wms.shipments.service import MAX_WEIGHT_GRAMS
from wms.tasks.model import FloorCaller, ScanRequest, Source
from wms.tasks.open_tasks import IS_AT_HAND
from wms.tasks.service import ScanDoor
from wms.tasks.tables import ScanLogRow, TaskRow
from wms.web.answers import json_answer
from wms.web.decoding import read_json


@dataclass(frozen=True, slots=True)
class Reading:
    """A stable weight, as the bench's program sends it. `reading_id` is a UUIDv7 it made and keeps until answered."""

    reading_id: UUID
    bench: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    grams: Annotated[int, msgspec.Meta(ge=1, le=MAX_WEIGHT_GRAMS)]


@dataclass(frozen=True, slots=True)
class OnScale:
    """The packing task a reading belongs to."""

    task_id: UUID
    operator_id: UUID
    device: str


def on_scale(session: Session, warehouse_id: int, reading: Reading, now: datetime) -> OnScale | Refusal:
    """Whose parcel was weighed; one that still lacks something hears so.

    Where somebody is signed in at the bench it is his, as with the bench's scanners, and nobody else's: a parcel that a
    colleague left unweighed stays open. Otherwise it is that of the handheld which packs there. Refuses
    `no_parcel_on_scale`, `parcels_on_scale` where two handhelds share the bench.

    A reading that was judged before belongs to the task it was judged for, which may be finished by now.
    """
    judged = session.execute(
        select(ScanLogRow.task_id, ScanLogRow.operator_id, ScanLogRow.device).where(
            ScanLogRow.warehouse_id == warehouse_id, ScanLogRow.scan_id == reading.reading_id
        )
    ).first()
    if judged is not None and judged.task_id is not None:
        return OnScale(judged.task_id, judged.operator_id, judged.device)
    working = at_bench(session, warehouse_id, reading.bench, packing.name, now)
    # Nobody is signed in at the bench's page any more: what was begun there waits for its packer to come back.
    whose = (
        TaskRow.id == working.task_id
        if working is not None
        else and_(TaskRow.device != reading.bench, TaskRow.leased_until > now)
    )
    weighing = session.execute(
        select(TaskRow.id, TaskRow.operator_id, TaskRow.device, TaskRow.progress).where(
            TaskRow.warehouse_id == warehouse_id,
            TaskRow.workflow == packing.name,
            IS_AT_HAND,
            whose,
            TaskRow.step.in_((WEIGH, SCAN_LIST, SCAN_MATERIAL)),
        )
    ).all()
    here = [
        OnScale(row.id, row.operator_id, row.device)
        for row in weighing
        if msgspec.json.decode(row.progress, type=PackProgress).bench_code == reading.bench
    ]
    if len(here) != 1:
        return Refusal("parcels_on_scale" if here else "no_parcel_on_scale", {"place": reading.bench})
    return here[0]


def _show_weight(database: Database, warehouse_id: int, reading: Reading, now: datetime) -> None:
    """Let the bench's page see it, taken or not; the same reading comes every second while nobody waits for it."""
    shown = database.reading(lambda session: bench_standing(session, warehouse_id, reading.bench, now)).last_weight
    if shown is None or shown.reading_id != reading.reading_id:
        database.in_transaction(
            lambda session: note_weight(
                session, warehouse_id, reading.bench, reading.reading_id, reading.grams, now=now
            )
        )


def weight_views(database: Database, clock: Clock, door: ScanDoor) -> Blueprint:
    """The blueprint of the scale door."""
    views = Blueprint("weights", __name__, url_prefix="/api/v1/weights")

    @views.post("")
    @require(Capability.PUSH_WEIGHTS)
    def weigh() -> Response:
        reading, by, now = read_json(Reading), current_caller(), clock.now()
        warehouse_id = by.warehouse_id
        if by.bench:
            if by.bench != reading.bench:
                raise NotAllowed(f"This token is for bench {by.bench}, not for {reading.bench}.")
            _show_weight(database, warehouse_id, reading, now)
        found = database.reading(lambda session: on_scale(session, warehouse_id, reading, now))
        if isinstance(found, Refusal):
            raise Refused(found)
        caller = FloorCaller(warehouse_id, found.operator_id, found.device, frozenset({Capability.WORK_PACKING.value}))
        request = ScanRequest(reading.reading_id, found.device, f"{reading.grams}g", Source.API, task_id=found.task_id)
        reply = door.take_scan(caller, request)
        return json_answer(
            {
                "reading_id": reading.reading_id,
                "replayed": reply.replayed,
                "outcome": reply.outcome,
                "code": reply.code,
                "details": dict(reply.details),
            }
        )

    return views
