"""Promises stock to waiting orders every few seconds, so that an order becomes pickable without anybody asking.

Run by `wms run` and `wms worker` beside the outbox. A sweep and not a message per order: it finds new orders, and short
ones for which goods have come in, and there is nothing that could be lost. Several at once do no harm.
"""

import logging
import threading

from sqlalchemy import select

from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Busy
from wms.orders.promises import BatchOutcome, allocate_waiting
from wms.places.tables import Warehouse

log = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0


def sweep_once(database: Database, clock: Clock) -> dict[int, BatchOutcome]:
    """Allocate what waits in every warehouse; the outcome by warehouse."""
    warehouse_ids = database.reading(lambda session: list(session.execute(select(Warehouse.id)).scalars()))
    return {
        warehouse_id: allocate_waiting(database, warehouse_id, now=clock.now) for warehouse_id in sorted(warehouse_ids)
    }


def run_sweeps(database: Database, clock: Clock, stop: threading.Event) -> None:
    """Sweep until `stop` is set."""
    while not stop.is_set():
        try:
            sweep_once(database, clock)
        except Busy as busy:
            log.warning("allocation sweep postponed: %s", busy)
        stop.wait(SWEEP_SECONDS)
