"""The worker process: empties the outbox, and promises stock to waiting orders. Called by `wms worker`.

Its threads share nothing but the database. When one of them fails in a way nobody foresaw, the process ends, so that
whoever keeps it notices and starts it anew; what it was doing is done again when its lease ends.
"""

import logging
import threading
from collections.abc import Callable

from wms.app import House, worker_of
from wms.labels.press import Press
from wms.orders.jobs import run_sweeps

log = logging.getLogger(__name__)

OUTBOX_THREADS = 2
"""While one waits for the press, the other goes on with customs."""

Job = Callable[[threading.Event], None]


class WorkerFailed(Exception):
    """A thread of the worker ended by an error, which is in the log."""


def run_worker(house: House, stop: threading.Event) -> None:
    """Work until `stop` is set; what is in hand is finished first. Raises WorkerFailed."""
    failed = threading.Event()
    with Press() as press:
        worker = worker_of(house, press)
        jobs: list[tuple[str, Job]] = [(f"outbox-{number}", worker.run) for number in range(1, OUTBOX_THREADS + 1)]
        jobs.append(("allocation", lambda stop: run_sweeps(house.database, house.clock, stop)))
        threads = [
            threading.Thread(target=_guarded, args=(name, job, stop, failed), name=name, daemon=True)
            for name, job in jobs
        ]
        for thread in threads:
            thread.start()
        stop.wait()
        for thread in threads:
            thread.join()
    house.database.engine.dispose()
    if failed.is_set():
        raise WorkerFailed("the worker met an error it cannot work on with; see the log above")


def _guarded(name: str, job: Job, stop: threading.Event, failed: threading.Event) -> None:
    try:
        job(stop)
    except Exception:
        log.exception("%s failed", name)
        failed.set()
        stop.set()
