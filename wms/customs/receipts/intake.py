"""Receipts come in: bytes are stored first, then read, then each return node is applied on its own.

Called by `wms.customs.jobs`, `wms.customs.views`, the inboxes of `wms.customs.transport` and `wms customs receive`.
Everything here may be done twice: a worker may die on any line, and the port delivers again whatever it is unsure
about.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from wms.customs.model import Quarantined, QuarantineReason
from wms.customs.receipts.applying import Placed, is_fault_of_the_node, store_entries
from wms.customs.receipts.quarantine import has_set_aside, note_readable, set_aside
from wms.customs.receipts.taking import Arrival, Step, Taken, open_letter
from wms.customs.tables import RawReceiptRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Busy
from wms.kernel.identity import uuid7

log = logging.getLogger(__name__)

LONGEST_SOURCE = 60
STORED_AT_ONCE = 100
"""As many as one message should hold. Each takes a lock until commit, and PostgreSQL has room for some thousands."""
_MOST_BUSY = 3
"""Nodes in a row for which the database had no time: then it is not the nodes, and all of it is done later."""


@dataclass(frozen=True, slots=True)
class IntakeOutcome:
    """What became of one raw receipt."""

    receipt_id: UUID
    message_type: str
    """`CEB622` and so on; empty where not even that could be read."""
    applied: int
    """Return nodes that belong to a declaration here, known ones included; tax bills, slips and answers about passes
    that were taken."""
    waiting: int
    """Return nodes whose declaration is not here (yet)."""
    quarantined: int


def store_receipt(
    database: Database, clock: Clock, warehouse_id: int, raw: bytes, source: str, *, receipt_id: UUID | None = None
) -> IntakeOutcome:
    """Keep `raw`, then read and apply it. Called outside a transaction: it needs several.

    `receipt_id` makes a repeated delivery by the same job one delivery; without it each call is a new arrival.
    """
    identity = receipt_id or uuid7()
    database.in_transaction(
        lambda session: keep_receipt(session, warehouse_id, raw, source, receipt_id=identity, now=clock.now())
    )
    return interpret_receipt(database, clock, warehouse_id, identity)


def keep_receipt(
    session: Session, warehouse_id: int, raw: bytes, source: str, *, receipt_id: UUID, now: datetime
) -> str:
    """Store the bytes as they came, before anybody tries to understand them. Returns their SHA-256."""
    digest = hashlib.sha256(raw).hexdigest()
    session.execute(
        insert_ignoring_duplicates(cast(Table, RawReceiptRow.__table__), session.get_bind().dialect.name).values(
            warehouse_id=warehouse_id,
            id=receipt_id,
            raw=raw,
            sha256=digest,
            source=source[:LONGEST_SOURCE],
            received_at=now,
        )
    )
    return digest


def interpret_receipt(database: Database, clock: Clock, warehouse_id: int, receipt_id: UUID) -> IntakeOutcome:
    """Read a kept receipt and apply every node in a transaction of its own; one bad node costs only itself.

    May be repeated, also after the reader was mended. Raises Busy, or what is wrong with the database itself: nothing
    is set aside for that, and repeating it later does the rest.
    """

    def look(session: Session) -> tuple[Arrival, bool]:
        row = session.get_one(RawReceiptRow, (warehouse_id, receipt_id))
        arrival = Arrival(warehouse_id, receipt_id, row.raw, row.source)
        return arrival, has_set_aside(session, warehouse_id, receipt_id)

    arrival, had_faults = database.reading(look)
    interpretation = _Interpretation(database, clock, arrival)
    outcome = interpretation.run()
    if had_faults:
        still = interpretation.wrong
        database.in_transaction(
            lambda session: note_readable(session, warehouse_id, receipt_id, still, now=clock.now())
        )
    return outcome


class _Interpretation:
    """One reading of one receipt, applied step by step."""

    def __init__(self, database: Database, clock: Clock, arrival: Arrival) -> None:
        self._database = database
        self._clock = clock
        self._arrival = arrival
        self._busy: list[Busy] = []
        self.wrong: set[tuple[int, str]] = set()
        """(position, reason) of what was set aside."""

    def run(self) -> IntakeOutcome:
        letter = open_letter(self._arrival)
        reading = letter.reading
        self._set_aside(reading.quarantined)
        self._store(
            [
                Placed(self._arrival.receipt_id, position, entry)
                for position, entry in zip(reading.positions, reading.entries, strict=False)
            ]
        )
        # What could not even be stored cannot be applied either.
        not_stored = {position for position, _ in self.wrong}
        taken = [self._done(step) for step in letter.steps if step.position not in not_stored]
        if self._busy:
            raise self._busy[0]
        return IntakeOutcome(
            self._arrival.receipt_id,
            reading.message_type,
            taken.count(Taken.APPLIED),
            taken.count(Taken.WAITING),
            len(self.wrong),
        )

    def _store(self, placed: Sequence[Placed]) -> None:
        """Store entries, some in each transaction; where one of those does not fit, each in its own."""
        for first in range(0, len(placed), STORED_AT_ONCE):
            some = placed[first : first + STORED_AT_ONCE]
            if not self._stored_together(some) and len(some) > 1:
                for one in some:
                    self._stored_together([one])

    def _stored_together(self, placed: Sequence[Placed]) -> bool:
        """False where they do not fit; one that does not fit alone is set aside."""
        try:
            self._database.in_transaction(
                lambda session: store_entries(session, self._arrival.warehouse_id, placed, now=self._clock.now())
            )
        except Exception as error:
            if not is_fault_of_the_node(error):
                raise
            if len(placed) == 1:
                self._failed(placed[0].position, error)
            return False
        return True

    def _done(self, step: Step) -> Taken | None:
        """Do one node in a transaction of its own. A fault of its own sets it aside; any other is raised."""
        try:
            taken = self._database.in_transaction(lambda session: step.do(session, self._clock.now()))
        except Busy as busy:
            self._busy.append(busy)
            if len(self._busy) >= _MOST_BUSY:
                raise
            return None
        except Exception as error:
            if not is_fault_of_the_node(error):
                raise
            self._failed(step.position, error)
            return None
        if isinstance(taken, Quarantined):
            self._set_aside([taken])
            return None
        return taken

    def _failed(self, position: int, error: Exception) -> None:
        log.error("node %s of receipt %s could not be applied", position, self._arrival.receipt_id, exc_info=error)
        # Of a database error only what the database said: the statement has the values in it.
        said = getattr(error, "orig", None) or error
        what = f"{type(error).__name__}: {said}"[:500]
        self._set_aside([Quarantined(QuarantineReason.CANNOT_APPLY, what, position)])

    def _set_aside(self, ones: Sequence[Quarantined]) -> None:
        for one in ones:
            self._database.in_transaction(partial(self._put_aside, one))
            self.wrong.add((one.position, one.reason))

    def _put_aside(self, one: Quarantined, session: Session) -> None:
        arrival = self._arrival
        set_aside(
            session, arrival.warehouse_id, arrival.receipt_id, one.position, one.reason, one.what,
            now=self._clock.now(),
        )  # fmt: skip
