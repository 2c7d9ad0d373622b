"""The loop that empties the outbox: claim, do, settle. Run by `wms worker`, by `wms run`, and step by step by tests.

The slow part runs with no transaction open. A worker that dies anywhere loses only time: the lease ends and another
one does the message again.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Busy, Untried
from wms.kernel.masking import scrub
from wms.outbox import service
from wms.outbox.service import Message
from wms.outbox.wake import sleep_until_woken

log = logging.getLogger(__name__)

SWEEP_SECONDS = 0.5
BATCH = 8
LATEST_START = service.LEASE / 2
"""A message of a batch is begun within this time after the claim, so that half of its lease is left for doing it."""

Handler = Callable[[Message], None]
"""Does one message: returns when it is done, raises when it should be tried again. Must be idempotent. What raises
Untried was no attempt."""


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
            except (Busy, SQLAlchemyError) as error:
                # The database was restarted, or is full: this worker must still be there when it is back.
                log.warning("outbox sweep postponed: %s", error)
                worked = 0
            if not worked:
                sleep_until_woken(SWEEP_SECONDS)

    def run_once(self) -> int:
        """Do one batch of due messages; returns how many were claimed."""
        topics = tuple(self.handlers)
        claimed_at = self.clock.now()
        messages = self.database.in_transaction(
            lambda session: service.claim(session, topics, now=claimed_at, limit=BATCH)
        )
        for position, message in enumerate(messages):
            if self.clock.now() - claimed_at >= LATEST_START:
                # Those before it were slow. Begun now, it might still be going on when its lease ends, and another
                # worker would do it at the same time.
                self._release(messages[position:])
                break
            self._do(message)
        return len(messages)

    def _release(self, messages: Sequence[Message]) -> None:
        self.database.in_transaction(lambda session: [service.release(session, message) for message in messages])

    def _do(self, message: Message) -> None:
        try:
            self.handlers[message.topic](message)
        except Untried as error:
            reason, until = scrub(f"{type(error).__name__}: {error}"), error.until
            self.database.in_transaction(lambda session: service.postpone(session, message, reason, due_at=until))
            return
        except Exception as error:
            # Any failure of the outside world or of a handler is an attempt, visible on a board; never a lost message.
            log.warning("%s %s failed (attempt %s)", message.topic, message.id, message.attempts, exc_info=True)
            # Shown on a board, and kept: what a library says of the data it met may name people.
            reason = scrub(f"{type(error).__name__}: {error}")
            self.database.in_transaction(
                lambda session: service.settle_failed(session, message, reason, now=self.clock.now())
            )
            return
        self.database.in_transaction(lambda session: service.settle_done(session, message, now=self.clock.now()))
