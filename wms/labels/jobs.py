"""The outbox handler that makes and prints parcel labels. Registered in `wms.app`, run by the worker.

Nothing is open while it renders or prints. It may die at any line and begin again: what was rendered is found under the
message's id, what was printed is written over with the same bytes, and a finished job is left alone.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.labels.model import KEPT_MEDIA, Medium, ParcelSize
from wms.labels.parcel import label_of_parcel
from wms.labels.press import Press
from wms.labels.printer import SimulatedPrinter
from wms.labels.render import render_parcel
from wms.labels.service import BENCH_PRINT_TOPIC, PRINT_TOPIC, PrintJob, jobs_of, keep_rendered, record_printed
from wms.outbox.service import Message
from wms.outbox.worker import Handler
from wms.shipments.lookup import parcels_by_id


@dataclass(frozen=True, slots=True)
class LabelPrinter:
    """Renders the labels of closed parcels and prints them with the simulated printer into `label_dir`."""

    database: Database
    clock: Clock
    press: Press
    label_dir: Path
    size: ParcelSize = ParcelSize.MM_100X150

    def handlers(self) -> Mapping[str, Handler]:
        return {PRINT_TOPIC: self.print_label, BENCH_PRINT_TOPIC: self.print_label}

    def print_label(self, message: Message) -> None:
        """Do one copy. Raises LabelError (data to be corrected), PressError, OSError: tried again, then parked."""
        asked = json.loads(message.payload)
        parcel_id, job_id = UUID(asked["parcel_id"]), UUID(asked.get("job_id", str(message.id)))
        warehouse_id = message.warehouse_id
        jobs = self.database.reading(lambda session: jobs_of(session, warehouse_id, job_id))
        if not jobs:
            media = dict.fromkeys([*KEPT_MEDIA, Medium(asked.get("medium", Medium.PDF))])
            jobs = self._render(warehouse_id, job_id, parcel_id, media, urgent=message.topic == BENCH_PRINT_TOPIC)
        if asked.get("printed_at") == "bench" or all(job.is_printed for job in jobs.values()):
            return
        parcel = self.database.reading(lambda session: parcels_by_id(session, warehouse_id, [parcel_id])[parcel_id])
        printer = SimulatedPrinter(self.label_dir)
        copy_no = next(iter(jobs.values())).copy_no
        printer.print_label(parcel.tracking_no, copy_no, {medium: job.content for medium, job in jobs.items()})
        now = self.clock.now()
        self.database.in_transaction(
            lambda session: record_printed(session, warehouse_id, job_id, printer.name, now=now)
        )

    def _render(
        self, warehouse_id: int, job_id: UUID, parcel_id: UUID, media: Iterable[Medium], *, urgent: bool
    ) -> dict[Medium, PrintJob]:
        """Make the label and keep it; what is returned is what was kept, perhaps by a rival who was faster."""
        gathered = self.database.reading(lambda session: label_of_parcel(session, warehouse_id, parcel_id))
        label = replace(gathered, size=self.size)
        rendered = {
            medium: render_parcel(label, medium, press=self.press, job_id=job_id, urgent=urgent) for medium in media
        }
        now = self.clock.now()
        self.database.in_transaction(
            lambda session: keep_rendered(session, warehouse_id, job_id, parcel_id, rendered, now=now)
        )
        return self.database.reading(lambda session: jobs_of(session, warehouse_id, job_id))
