"""The loop that takes in what the electronic port answers, for all warehouses of a bonded zone. Run by the worker.

It survives whatever one inbox meets, waits longer after every failure in a row, and looks every half second otherwise.
Several of them, in several processes, do no harm.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import select

from wms.config import Settings
from wms.customs.transport.choice import inbox_of
from wms.customs.transport.port import Inbox, TransportFailed
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Busy
from wms.places.regimes import CustomsRegime
from wms.places.tables import Warehouse

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
WAREHOUSES_SECONDS = 10
"""How often new warehouses are looked for."""
LONGEST_PAUSE_SECONDS = 30
MANY = 100
"""So many at once, and more are probably waiting."""

KeepFor = Callable[[int, bytes, str, UUID], None]
"""keep(warehouse_id, raw, source, receipt_id), otherwise as `port.Keep`."""


@dataclass(slots=True)
class _Watched:
    """One warehouse's inbox, and when it is looked into again."""

    inbox: Inbox
    due: float = 0
    failures: int = 0


def run_inboxes(database: Database, clock: Clock, settings: Settings, keep: KeepFor, stop: threading.Event) -> None:
    """Take in answers until `stop` is set; the one in hand is finished first."""
    watched: dict[int, _Watched] = {}
    look_for_warehouses = 0.0
    while not stop.is_set():
        if time.monotonic() >= look_for_warehouses:
            try:
                _add_new(watched, database, clock, settings)
            except Exception as error:
                log.warning("customs inboxes postponed: %s", error, exc_info=not isinstance(error, Busy))
            look_for_warehouses = time.monotonic() + WAREHOUSES_SECONDS
        taken = 0
        for warehouse_id, one in watched.items():
            if not stop.is_set() and time.monotonic() >= one.due:
                taken += _look(one, partial(keep, warehouse_id))
        if not taken:
            stop.wait(LOOK_SECONDS)


def _add_new(watched: dict[int, _Watched], database: Database, clock: Clock, settings: Settings) -> None:
    query = select(Warehouse.id, Warehouse.code).where(Warehouse.customs_regime != CustomsRegime.NONE)
    for warehouse_id, code in database.reading(lambda session: session.execute(query).all()):
        inbox = inbox_of(settings, code, clock) if warehouse_id not in watched else None
        if inbox:
            watched[warehouse_id] = _Watched(inbox)


def _look(one: _Watched, keep: Callable[[bytes, str, UUID], None]) -> int:
    try:
        taken = one.inbox.take(keep)
    except Exception as error:
        one.failures += 1
        pause = min(2 ** (one.failures - 1), LONGEST_PAUSE_SECONDS)
        one.due = time.monotonic() + pause
        expected = isinstance(error, TransportFailed | Busy)
        log.warning("answers of customs wait, next try in %d s: %s", pause, error, exc_info=not expected)
        return 0
    one.failures = 0
    # A gateway that forgets where we are must not be asked without a pause.
    one.due = 0 if taken >= MANY else time.monotonic() + one.inbox.pause_seconds
    return taken
