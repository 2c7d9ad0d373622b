"""Receipts come in: bytes are stored first, then read, then each return node is applied on its own.

Called by `wms.customs.jobs`, `wms.customs.views`, the inboxes of `wms.customs.transport` and `wms customs receive`.
Everything here may be done twice: a worker may die on any line, and the port delivers again whatever it is unsure
about.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from wms.customs.applying import Placed, apply_entry, is_fault_of_the_node, store_entries
from wms.customs.model import QuarantineReason, ReceiptReading
from wms.customs.quarantine import has_set_aside, note_readable, set_aside
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.tables import RawReceiptRow
from wms.customs.tax_bills import store_bill
from wms.database.dialect import insert_ignoring_duplicates
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Busy
from wms.kernel.identity import uuid7

T = TypeVar("T")

log = logging.getLogger(__name__)

LONGEST_SOURCE = 60
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

    def look(session: Session) -> tuple[bytes, bool]:
        raw = session.get_one(RawReceiptRow, (warehouse_id, receipt_id)).raw
        return raw, has_set_aside(session, warehouse_id, receipt_id)

    raw, had_faults = database.reading(look)
    interpretation = _Interpretation(database, clock, warehouse_id, receipt_id, read_receipt(raw))
    outcome = interpretation.run()
    if had_faults:
        still = interpretation.wrong
        database.in_transaction(
            lambda session: note_readable(session, warehouse_id, receipt_id, still, now=clock.now())
        )
    return outcome


class _Interpretation:
    """One reading of one receipt, applied step by step."""

    def __init__(
        self, database: Database, clock: Clock, warehouse_id: int, receipt_id: UUID, reading: ReceiptReading
    ) -> None:
        self._database = database
        self._clock = clock
        self._warehouse_id = warehouse_id
        self._receipt_id = receipt_id
        self._reading = reading
        self.wrong: set[tuple[int, str]] = set()
        """(position, reason) of what was set aside."""
        self._busy: list[Busy] = []

    def run(self) -> IntakeOutcome:
        reading, now = self._reading, self._clock.now
        for unread in reading.quarantined:
            self._set_aside(unread.position, unread.reason, unread.what)
        placed = [
            Placed(self._receipt_id, position, entry)
            for position, entry in zip(reading.positions, reading.entries, strict=False)
        ]
        found: list[bool | None] = []
        for one in self._stored(placed):
            apply = partial(apply_entry, warehouse_id=self._warehouse_id, entry=one.entry, now=now())
            found.append(self._each(one.position, apply))
        for position, bill in zip(reading.positions, reading.tax_bills, strict=False):
            store = partial(
                store_bill,
                warehouse_id=self._warehouse_id,
                receipt_id=self._receipt_id,
                position=position,
                bill=bill,
                now=now(),
            )
            found.append(self._each(position, store))
        if self._busy:
            raise self._busy[0]
        return IntakeOutcome(
            self._receipt_id, reading.message_type, found.count(True), found.count(False), len(self.wrong)
        )

    def _stored(self, placed: list[Placed]) -> list[Placed]:
        """Store all entries in one transaction; where one of them does not fit, each in its own. Those that are."""
        if not placed:
            return []
        try:
            self._database.in_transaction(
                lambda session: store_entries(session, self._warehouse_id, placed, now=self._clock.now())
            )
        except Exception as error:
            if not is_fault_of_the_node(error):
                raise
            if len(placed) > 1:
                return [stored for one in placed for stored in self._stored([one])]
            self._failed(placed[0].position, error)
            return []
        return placed

    def _each(self, position: int, work: Callable[[Session], T]) -> T | None:
        """Do one node in a transaction of its own. A fault of its own sets it aside; any other is raised."""
        try:
            return self._database.in_transaction(work)
        except Busy as busy:
            self._busy.append(busy)
            if len(self._busy) >= _MOST_BUSY:
                raise
        except Exception as error:
            if not is_fault_of_the_node(error):
                raise
            self._failed(position, error)
        return None

    def _failed(self, position: int, error: Exception) -> None:
        log.error("return node %s of receipt %s could not be applied", position, self._receipt_id, exc_info=error)
        # Of a database error only what the database said: the statement has the values in it.
        said = getattr(error, "orig", None) or error
        self._set_aside(position, QuarantineReason.CANNOT_APPLY, f"{type(error).__name__}: {said}"[:500])

    def _set_aside(self, position: int, reason: QuarantineReason, what: str) -> None:
        self._database.in_transaction(
            lambda session: set_aside(
                session, self._warehouse_id, self._receipt_id, position, reason, what, now=self._clock.now()
            )
        )
        self.wrong.add((position, reason))
