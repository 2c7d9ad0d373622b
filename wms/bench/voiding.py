"""The papers of a parcel that is opened again: none of them is printed any more. The writer is registered in `wms.app`.

What is out by now is void paper, and whoever scans it is told so. A doubt about it is settled: nobody has to look for a
label that belongs on no box.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from wms.bench.effects import CallOffLabels
from wms.bench.lookup import jobs_of_parcel
from wms.bench.model import OVER, Answer, JobState
from wms.bench.writing import write_answer, write_job
from wms.labels.documents import Paper

PARCEL_VOID = "parcel_void"
"""Why a copy was cancelled."""


def call_off_labels(session: Session, warehouse_id: int, effect: CallOffLabels, *, now: datetime) -> None:
    """Apply the effect; it never refuses."""
    for paper in Paper:
        for job in jobs_of_parcel(session, warehouse_id, effect.parcel_id, paper, lock=True):
            if job.state in OVER:
                continue
            if job.state is JobState.QUEUED and not job.is_given:
                cancelled = JobState.CANCELLED.value
                write_job(session, warehouse_id, job, state=cancelled, is_over=True, why=PARCEL_VOID, changed_at=now)
            else:
                # Only its bench can say more. What may be out counts as out: it frees the printer for the next label.
                answer = Answer.CAME_OUT if job.may_have_come_out else Answer.CANCEL
                write_answer(session, warehouse_id, job, answer, "", now=now)
