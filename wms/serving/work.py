"""The worker process: empties the outbox, takes in what customs answers, and promises stock to waiting orders.

Called by `wms worker`.

Its threads share nothing but the database. When one of them fails in a way nobody foresaw, the process ends, so that
whoever keeps it notices and starts it anew; what it was doing is done again when its lease ends.
"""

import logging
import threading
from collections.abc import Callable, Set

from wms.app import House, worker_of
from wms.carriers.jobs import TOPICS as CARRIER_TOPICS
from wms.customs.receipts.inbound import receipt_keeper
from wms.customs.transport.inboxes import run_inboxes
from wms.labels.press import Press
from wms.labels.service import BENCH_PRINT_TOPIC, PRINT_TOPIC, PRINT_TOPICS
from wms.orders.jobs import run_sweeps
from wms.outbox.worker import Worker

log = logging.getLogger(__name__)

SLOW_TOPICS = PRINT_TOPICS
"""Seconds of rendering each. They get threads of their own: behind a pile of labels customs would wait for minutes."""

Job = Callable[[threading.Event], None]


class WorkerFailed(Exception):
    """A thread of the worker ended by an error, which is in the log."""


def run_worker(house: House, stop: threading.Event) -> None:
    """Work until `stop` is set; what is in hand is finished first. Raises WorkerFailed."""
    failed = threading.Event()
    keep = receipt_keeper(house.database, house.clock)
    with Press() as press:
        worker = worker_of(house, press)
        jobs: list[tuple[str, Job]] = [
            ("printing", _only(worker, {PRINT_TOPIC}).run),
            # They share the press, where these come first.
            ("printing at benches", _only(worker, {BENCH_PRINT_TOPIC}).run),
            ("outbox", _only(worker, worker.handlers.keys() - SLOW_TOPICS - CARRIER_TOPICS).run),
            # Two, so that one silent carrier does not keep the others waiting.
            ("carriers 1", _only(worker, CARRIER_TOPICS).run),
            ("carriers 2", _only(worker, CARRIER_TOPICS).run),
            ("customs inbox", lambda stop: run_inboxes(house.database, house.clock, house.settings, keep, stop)),
            ("allocation", lambda stop: run_sweeps(house.database, house.clock, stop)),
        ]
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


def _only(worker: Worker, topics: Set[str]) -> Worker:
    """The worker, restricted to some topics."""
    handlers = {topic: handler for topic, handler in worker.handlers.items() if topic in topics}
    return Worker(worker.database, worker.clock, handlers)


def _guarded(name: str, job: Job, stop: threading.Event, failed: threading.Event) -> None:
    try:
        job(stop)
    except Exception:  # whatever it is: a thread that died in silence would leave its work undone for hours
        log.exception("%s failed", name)
        failed.set()
        stop.set()
