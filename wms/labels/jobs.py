"""The outbox handler that makes and prints parcel labels. Registered in `wms.app`, run by the worker.

Nothing is open while it renders or prints. It may die at any line and begin again: what was rendered is found under the
message's id, what was printed is written over with the same bytes, and a finished job is left alone.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.masking import scrub
from wms.labels.given import GivenLabel, render_given
from wms.labels.model import KEPT_MEDIA, LabelError, Medium, ParcelSize, RenderedLabel
from wms.labels.parcel import label_of_parcel
from wms.labels.press import Press
from wms.labels.printer import SimulatedPrinter
from wms.labels.render import render_parcel
from wms.labels.service import BENCH_PRINT_TOPIC, PRINT_TOPIC, PrintJob, jobs_of, keep_rendered, record_printed
from wms.outbox.service import Message
from wms.outbox.worker import Handler
from wms.shipments.lookup import parcels_by_id


def nothing_given(session: Session, warehouse_id: int, parcel_id: UUID) -> GivenLabel | None:
    """Where no carrier draws labels."""
    return None


def tell_nobody(session: Session, warehouse_id: int, parcel_id: UUID, why: str, words: str, *, now: datetime) -> None:
    """Where nobody waits for labels."""


@dataclass(frozen=True, slots=True)
class LabelPrinter:
    """Renders the labels of closed parcels and prints them with the simulated printer into `label_dir`."""

    database: Database
    clock: Clock
    press: Press
    label_dir: Path
    size: ParcelSize = ParcelSize.MM_100X150
    given: Callable[[Session, int, UUID], GivenLabel | None] = nothing_given
    """The label that a parcel's carrier gave; where it gave none, ours is drawn."""
    failed: Callable[..., None] = tell_nobody
    """Told inside a transaction, with the parcel, that there is no label yet, and in words why."""

    def handlers(self) -> Mapping[str, Handler]:
        return {PRINT_TOPIC: self.print_label, BENCH_PRINT_TOPIC: self.print_label}

    def print_label(self, message: Message) -> None:
        """Do one copy. Raises LabelError (data to be corrected), PressError, OSError: tried again, then parked."""
        asked = json.loads(message.payload)
        parcel_id, job_id = UUID(asked["parcel_id"]), UUID(asked.get("job_id", str(message.id)))
        warehouse_id = message.warehouse_id
        parcel = self.database.reading(lambda session: parcels_by_id(session, warehouse_id, [parcel_id])[parcel_id])
        if parcel.void is not None:
            return  # opened again since: no such label may come out any more
        jobs = self.database.reading(lambda session: jobs_of(session, warehouse_id, job_id))
        if "medium" in asked:
            # Somebody stands there and waits for this one: he has it before the others are begun.
            jobs = self._made(message, job_id, parcel_id, jobs, (Medium(asked["medium"]),))
        jobs = self._made(message, job_id, parcel_id, jobs, KEPT_MEDIA)
        if asked.get("printed_at") == "bench" or all(job.is_printed for job in jobs.values()):
            return
        printer = SimulatedPrinter(self.label_dir)
        copy_no = next(iter(jobs.values())).copy_no
        printer.print_label(parcel.tracking_no, copy_no, {medium: job.content for medium, job in jobs.items()})
        now = self.clock.now()
        self.database.in_transaction(
            lambda session: record_printed(session, warehouse_id, job_id, printer.name, now=now)
        )

    def _made(
        self,
        message: Message,
        job_id: UUID,
        parcel_id: UUID,
        jobs: dict[Medium, PrintJob],
        media: Collection[Medium],
    ) -> dict[Medium, PrintJob]:
        """With what is missing of these media made and kept; what is returned is what was kept, perhaps by a rival who
        was faster. A further copy has what the first one has.
        """
        missing = [medium for medium in media if medium not in jobs]
        if not missing or any(job.copy_no > 1 for job in jobs.values()):
            return jobs
        warehouse_id, is_first = message.warehouse_id, not jobs
        try:
            rendered = self._rendered(message, job_id, parcel_id, missing, is_first=is_first)
        except LabelError as error:
            if is_first:
                self._tell(warehouse_id, parcel_id, error)
            raise
        now = self.clock.now()
        self.database.in_transaction(
            lambda session: keep_rendered(session, warehouse_id, job_id, parcel_id, rendered, now=now)
        )
        return self.database.reading(lambda session: jobs_of(session, warehouse_id, job_id))

    def _rendered(
        self, message: Message, job_id: UUID, parcel_id: UUID, media: Sequence[Medium], *, is_first: bool
    ) -> dict[Medium, RenderedLabel]:
        """The label in these media. A carrier's label is made in those it can be had in, the first in at least one."""
        warehouse_id, urgent = message.warehouse_id, message.topic == BENCH_PRINT_TOPIC
        given = self.database.reading(lambda session: self.given(session, warehouse_id, parcel_id))
        if given is None:
            gathered = self.database.reading(lambda session: label_of_parcel(session, warehouse_id, parcel_id))
            label = replace(gathered, size=self.size)
            return {
                medium: render_parcel(label, medium, press=self.press, job_id=job_id, urgent=urgent) for medium in media
            }
        made: dict[Medium, RenderedLabel] = {}
        for number, medium in enumerate(media, start=1):
            try:
                made[medium] = render_given(given, medium, self.size)
            except LabelError:
                if is_first and number == len(media) and not made:
                    raise
        return made

    def _tell(self, warehouse_id: int, parcel_id: UUID, error: LabelError) -> None:
        words, now = scrub(str(error)), self.clock.now()
        self.database.in_transaction(
            lambda session: self.failed(session, warehouse_id, parcel_id, error.trouble, words, now=now)
        )
