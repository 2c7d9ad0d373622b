"""What is still to be printed at packing benches, and the one button: print it on another printer instead.

No decisions: `wms.bench.ordering.move_label` makes them. It refuses what the first printer may still hold; the page
shows why there is no button then. Called by `views`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from wms.access.model import Capability
from wms.access.session import current_caller
from wms.bench.carrier_labels import fits
from wms.bench.lookup import open_jobs_everywhere, printers
from wms.bench.model import JobState, LabelJob, Printer
from wms.bench.ordering import move_label
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.labels.documents import Paper
from wms.office.pages import SEES, Drawer, back, office_page

BENCH_LABELS = "/office/bench-labels"
_WHAT: Mapping[Paper, str] = {Paper.LABEL: "Label", Paper.PACKING_LIST: "Packing list"}
_WHY_NOT: Mapping[JobState, str] = {
    JobState.QUEUED: "Its bench was told of it and has not said anything yet. If its program is gone, wait for it.",
    JobState.CLAIMED: "Its bench is about to print it.",
    JobState.SENDING: "It is on its way into the printer.",
    JobState.SENT_UNCONFIRMED: "It is in the printer, which prints it as soon as it can: see to the printer.",
    JobState.BLOCKED: "It was in the printer once and may still come out there: see to the printer.",
    JobState.DOUBTFUL: "Nobody knows whether it came out: somebody at the bench has to look and say so.",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One copy that is not on paper yet."""

    job: LabelJob
    what: str
    to: tuple[Printer, ...]
    """The printers it may be moved to."""
    why_not: str
    """Why it must stay where it is; empty where it may be moved."""


def waiting_labels(session: Session, warehouse_id: int) -> list[Waiting]:
    """All of them, bench by bench, the oldest first."""
    known = printers(session, warehouse_id)
    return [_waiting(session, warehouse_id, job, known) for job in open_jobs_everywhere(session, warehouse_id)]


def _waiting(session: Session, warehouse_id: int, job: LabelJob, known: list[Printer]) -> Waiting:
    media = {printer.medium for printer in known}
    possible = {medium for medium in media if fits(session, warehouse_id, job, medium)}
    others = tuple(printer for printer in known if printer.medium in possible and printer != job.at)
    if job.answer is not None and not job.is_question:
        why_not = "Its bench was told what to do with it and has not done it yet."
    elif job.is_not_made:
        why_not = "There is nothing to print yet, at any printer."
    elif not job.is_movable:
        why_not = _WHY_NOT.get(job.state, "It is on its parcel.")
    else:
        why_not = "" if others else f"No other bench has a printer for it ({job.medium.in_words})."
    return Waiting(job, _WHAT[job.paper], () if why_not else others, why_not)


def add_bench_labels(views: Blueprint, database: Database, clock: Clock, drawer: Drawer) -> None:
    """The page and its button."""
    sees = office_page(drawer, *SEES)

    @views.get(BENCH_LABELS)
    @sees
    def bench_labels() -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        waiting = database.reading(lambda session: waiting_labels(session, scope.warehouse_id))
        return drawer.draw("bench_labels.html", caller, scope, waiting=waiting, title="Labels at benches")

    @views.post(f"{BENCH_LABELS}/<uuid:job_id>/move")
    @office_page(drawer, Capability.SEE_BOARD)
    def move(job_id: UUID) -> AnyResponse:
        caller, now = current_caller(), clock.now()
        bench, _, printer = request.form.get("printer", "").partition("/")
        refusal = database.in_transaction(
            lambda session: move_label(session, caller, job_id, bench[:30], printer[:40], now=now)
        )
        return back(request.form.get("to", BENCH_LABELS), refusal.code if refusal else "label_moved")
