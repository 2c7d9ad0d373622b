"""Labels that do not come out because their printer is in trouble. Reads only; for packing and reprinting, which move
them to another printer.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from wms.bench.lookup import bench_standing, open_jobs
from wms.bench.model import Answer, BenchStanding, JobState, LabelJob


def stuck_labels(session: Session, warehouse_id: int, bench: str, now: datetime) -> list[LabelJob]:
    """The labels and papers of a bench that wait in vain; the oldest first."""
    stands = bench_standing(session, warehouse_id, bench, now)
    return [job for job in open_jobs(session, warehouse_id, bench) if is_stuck(job, stands)]


def is_stuck(job: LabelJob, stands: BenchStanding) -> bool:
    """Whether a job of a bench that stands like this waits in vain, and nothing else was decided about it."""
    is_moving = job.answer is Answer.CANCEL and job.state is JobState.BLOCKED
    if job.is_applied or job.is_void or not (job.answer is None or job.is_question or is_moving):
        return False
    stands_still = job.state in (JobState.BLOCKED, JobState.DOUBTFUL)
    return stands_still or stands.is_away or bool(stands.trouble_of(job.printer))
