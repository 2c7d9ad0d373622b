"""Packing lists at the printer of a bench: ordered when a parcel is full, called off when it is not, printed once more.

The writers of PrintPackingList, CallOffPackingList and PrintListAgain, registered in `wms.app`. A bench without a
printer for papers gets none ordered; its page says so and offers the paper itself.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.bench.lookup import document_printer_of, jobs_of_parcel, printer_for_copy
from wms.bench.model import OVER, Answer, JobState, LabelJob, Printer
from wms.bench.ordering import ASKED, PACKING, call_off
from wms.bench.writing import Ordered, order_next, write_answer
from wms.kernel.refusal import Refusal
from wms.labels.documents import Paper
from wms.labels.effects import CallOffPackingList, PrintListAgain, PrintPackingList
from wms.labels.papers import keep_list, request_list
from wms.places.lookup import places_by_id


def order_packing_list(session: Session, warehouse_id: int, effect: PrintPackingList, *, now: datetime) -> None:
    """The writer of PrintPackingList. One that is there, or still comes, is not ordered again."""
    keep_list(session, warehouse_id, effect, now=now)
    printer = _printer_at(session, warehouse_id, effect.bench_place_id, now)
    wanted = [job for job in jobs_of_list(session, warehouse_id, effect.parcel_id, effect.code) if _is_wanted(job)]
    if printer is None or wanted:
        return
    request_list(session, warehouse_id, effect.code, now=now)
    ordered = Ordered(PACKING, paper=Paper.PACKING_LIST, list_code=effect.code)
    order_next(session, warehouse_id, effect.parcel_id, printer, ordered, now=now)


def call_off_packing_list(session: Session, warehouse_id: int, effect: CallOffPackingList, *, now: datetime) -> None:
    """The writer of CallOffPackingList."""
    for job in jobs_of_list(session, warehouse_id, effect.parcel_id, effect.code):
        if job.state not in OVER:
            call_off(session, warehouse_id, job, now)


def print_list_again(session: Session, warehouse_id: int, effect: PrintListAgain, *, now: datetime) -> Refusal | None:
    """The writer of PrintListAgain; see there for what it refuses."""
    jobs = jobs_of_list(session, warehouse_id, effect.parcel_id, effect.code)
    ordered = Ordered(PACKING, ASKED, Paper.PACKING_LIST, effect.code)
    if not jobs:
        printer = _printer_at(session, warehouse_id, effect.bench_place_id, now)
        if printer is None:
            return Refusal("no_list_printer", {"got": effect.code})
        request_list(session, warehouse_id, effect.code, now=now)
    else:
        latest = jobs[-1]
        if latest.state is JobState.DOUBTFUL:
            if not effect.not_printed:
                return Refusal("list_doubtful", {"got": effect.code})
            write_answer(session, warehouse_id, latest, Answer.NOT_PRINTED, ordered.by, now=now)
        elif latest.state not in OVER:
            return Refusal("list_underway", {"got": effect.code})
        printer = printer_for_copy(session, warehouse_id, latest, now)
    order_next(session, warehouse_id, effect.parcel_id, printer, ordered, now=now)
    return None


def jobs_of_list(session: Session, warehouse_id: int, parcel_id: UUID, code: str) -> list[LabelJob]:
    """All copies of a list that were ordered at benches, the first one first."""
    of_parcel = jobs_of_parcel(session, warehouse_id, parcel_id, Paper.PACKING_LIST)
    return [job for job in of_parcel if job.list_code == code]


def _is_wanted(job: LabelJob) -> bool:
    return job.state is not JobState.CANCELLED and job.answer is not Answer.CANCEL


def _printer_at(session: Session, warehouse_id: int, place_id: int, now: datetime) -> Printer | None:
    bench = places_by_id(session, warehouse_id, [place_id])[place_id].code
    return document_printer_of(session, warehouse_id, bench, now)
