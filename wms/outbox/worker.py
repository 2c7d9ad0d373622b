"""The loop that empties the outbox: claim, do, settle. Run by `wms worker`, by `wms run`, and step by step by tests.

The slow part runs with no transaction open. A worker that dies anywhere loses only time: the lease ends and another
one does the message again.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Busy
from wms.outbox import service
from wms.outbox.service import Message
from wms.outbox.wake import sleep_until_woken

log = logging.getLogger(__name__)

SWEEP_SECONDS = 0.5
BATCH = 8

Handler = Callable[[Message], None]
"""Does one message: returns when it is done, raises when it should be tried again. Must be idempotent."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Empties the outbox with the given handlers, one per topic."""

    database: Database
    clock: Clock
    handlers: Mapping[str, Handler]

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; the message in hand is finished first."""
        while not stop.is_set():
            try:
                worked = self.run_once()
            except Busy as busy:
                log.warning("outbox sweep postponed: %s", busy)
                worked = 0
            if not worked:
                sleep_until_woken(SWEEP_SECONDS)

    def run_once(self) -> int:
        """Do one batch of due messages; returns how many were claimed."""
        topics = tuple(self.handlers)
        messages = self.database.in_transaction(
            lambda session: service.claim(session, topics, now=self.clock.now(), limit=BATCH)
        )
        for message in messages:
            self._do(message)
        return len(messages)

    def _do(self, message: Message) -> None:
        try:
            self.handlers[message.topic](message)
        except Exception as error:
            # Any failure of the outside world or of a handler is an attempt, visible on a board; never a lost message.
            log.warning("%s %s failed (attempt %s)", message.topic, message.id, message.attempts, exc_info=True)
            reason = f"{type(error).__name__}: {error}"
            self.database.in_transaction(
                lambda session: service.settle_failed(session, message, reason, now=self.clock.now())
            )
            return
        self.database.in_transaction(lambda session: service.settle_done(session, message, now=self.clock.now()))
