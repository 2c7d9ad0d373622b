"""What the bench page asks for besides scans: what is new at the bench, a label once more, a photo to be kept.

Wired in `wms.app`, called by `scanner_ui.bench_views`.
"""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.access.model import Caller
from wms.bench.lookup import jobs_of_parcel
from wms.bench.ordering import order_copy
from wms.bench.writing import Ordered
from wms.database.transaction import Database
from wms.floor.packing.bench_glance import glance_at
from wms.floor.packing.bench_view import BenchView, bench_view
from wms.floor.packing.model import PackPlan, PackProgress, parcel_id_of
from wms.floor.packing.workflow import packing
from wms.kernel.clock import Clock
from wms.kernel.errors import Refused
from wms.kernel.refusal import Refusal
from wms.labels.service import reprint
from wms.places.lookup import is_bench
from wms.shipments.lookup import parcels_by_code
from wms.shipments.photos.service import PhotoOf, jpeg_of, keep_photo
from wms.tasks.tables import TaskRow

WANTED = "wanted"
"""Why a copy was ordered: somebody at the bench wants it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A view, and the stamp under which it need not be sent again."""

    stamp: str
    view: BenchView


@dataclass(frozen=True, slots=True)
class BenchDesk:
    """Answers the page of a bench."""

    database: Database
    clock: Clock

    def look(self, warehouse_id: int, operator_id: UUID, bench: str, known: str) -> Seen | Refusal | None:
        """The view; None while it is the one of stamp `known`. Refuses `bench_not_known`."""
        now = self.clock.now()

        def work(session: Session) -> Seen | Refusal | None:
            glance = glance_at(session, warehouse_id, operator_id, bench, now)
            if glance.stamp == known:
                return None  # that it is a bench was seen when that stamp was given out
            if not is_bench(session, warehouse_id, bench):
                return Refusal("bench_not_known", {"place": bench})
            return Seen(glance.stamp, bench_view(session, warehouse_id, glance, now))

        return self.database.reading(work)

    def once_more(self, by: Caller, parcel: str, copy_number: int) -> None:
        """Order copy `copy_number` of a parcel's label: at the bench that printed the others, or as ever.

        The number makes a second press of the same wish harmless. Raises Refused.
        """
        now = self.clock.now()

        def work(session: Session) -> None:
            found = parcels_by_code(session, by.warehouse_id, tracking_no=parcel)
            jobs = jobs_of_parcel(session, by.warehouse_id, found[0].id) if found else []
            if any(job.copy_number == copy_number for job in jobs):
                return
            if jobs:
                wanted = Ordered(by.who, WANTED)
                copy: object = order_copy(session, by.warehouse_id, found[0].id, wanted, now=now)
            else:
                copy = reprint(session, by, parcel, copy_number, now=now)
            if isinstance(copy, Refusal):
                raise Refused(copy)

        self.database.in_transaction(work)

    def keep_photo(self, by: Caller, task_id: UUID, parcel_number: int, content: bytes) -> UUID:
        """Keep a photo of the open box with that parcel of a packing task's order. Raises BadInput, Refused.

        The task may be in a later parcel by the time a photo arrives, and in no earlier one.
        """
        picture, now = jpeg_of(content), self.clock.now()

        def work(session: Session) -> UUID:
            found = session.execute(
                select(TaskRow.plan, TaskRow.progress).where(
                    TaskRow.warehouse_id == by.warehouse_id,
                    TaskRow.id == task_id,
                    TaskRow.workflow == packing.name,
                    TaskRow.operator_id == by.operator_id,
                )
            ).one_or_none()
            if found is None:
                raise Refused(Refusal("photo_of_nothing"))
            plan = msgspec.json.decode(found.plan, type=PackPlan)
            if parcel_number > msgspec.json.decode(found.progress, type=PackProgress).number:
                raise Refused(Refusal("photo_of_nothing"))
            photo = PhotoOf(parcel_id_of(plan, parcel_number), plan.order_id, by.who, by.device)
            return keep_photo(session, by.warehouse_id, photo, picture, now=now)

        return self.database.in_transaction(work)
