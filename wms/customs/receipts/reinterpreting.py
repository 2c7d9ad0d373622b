"""All raw receipts are read again, after a reader or a rule was mended: what would change, or what did.

Called by `wms customs reinterpret`. Nothing is deleted. Each receipt is done in a transaction of its own, in the order
of the receipts' ids, so that a run that was broken off goes on behind the last id it told. A dry run does the same and
rolls each transaction back; what it found new in earlier receipts it lays beside the later ones, so that it foresees
the outcome of all of them together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.customs.model import Quarantined, QuarantineReason, ReceiptEntry
from wms.customs.receipts.applying import Placed, forget_waiting, is_fault_of_the_node, speaks_of, store_entries
from wms.customs.receipts.quarantine import note_readable, set_aside, unreadable_of
from wms.customs.receipts.taking import Arrival, Step, Taken, open_letter
from wms.customs.service import gate_answer
from wms.customs.standing import open_holds
from wms.customs.tables import DeclarationRow, RawReceiptRow, ReceiptEntryRow
from wms.database.transaction import Database
from wms.kernel.clock import Clock

BATCH = 100
IDS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What counts about a declaration."""

    state: str
    status: str
    gate_open: bool
    gate_code: str
    holds: tuple[str, ...]
    """Kinds of the holds nobody has lifted, one per hold."""
    anomalies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A declaration that stands otherwise than before."""

    declaration_id: UUID
    cop_no: str
    order_no: str
    tracking_number: str
    before: Snapshot
    after: Snapshot


@dataclass(frozen=True, slots=True)
class QuarantineChange:
    """Something that is readable now, or is not any more."""

    receipt_id: UUID
    position: int
    reason: str
    is_readable: bool


@dataclass(frozen=True, slots=True)
class Reinterpreted:
    """What reading again changed (or, of a dry run, would change)."""

    receipts: int
    last_receipt_id: UUID | None
    new_entries: int
    """Return nodes that nobody could read before."""
    changes: tuple[Change, ...]
    quarantine: tuple[QuarantineChange, ...]


@dataclass(slots=True)
class _Again:
    """What one receipt said, read again."""

    before: Mapping[UUID, Snapshot] = field(default_factory=dict)
    after: Mapping[UUID, Snapshot] = field(default_factory=dict)
    names: Mapping[UUID, tuple[str, str, str]] = field(default_factory=dict)
    new: list[Placed] = field(default_factory=list)
    quarantine: list[QuarantineChange] = field(default_factory=list)


class _Undo(Exception):
    """Carries the findings of a dry run out of its transaction, which it rolls back."""

    def __init__(self, again: _Again) -> None:
        self.again = again
        super().__init__("a dry run changes nothing")


def reinterpret(
    database: Database,
    clock: Clock,
    warehouse_id: int,
    *,
    since: datetime | None = None,
    receipt_id: UUID | None = None,
    after: UUID | None = None,
    dry_run: bool = False,
    say: Callable[[int, UUID], None] = lambda receipts, last: None,
) -> Reinterpreted:
    """Read raw receipts again: all, those received since a moment, or one. `say` hears (how many, last id) per batch.

    `after` goes on behind a receipt that an earlier run told. Raises what is wrong with the database; everything up to
    the last id told is done then.
    """
    receipts, last = 0, after
    changes: dict[UUID, Change] = {}
    quarantine: list[QuarantineChange] = []
    new_entries = 0
    carried: dict[str, list[Placed]] = {}
    for ids in _batches(database, warehouse_id, since=since, receipt_id=receipt_id, after=after):
        for one in ids:
            again = _read_again(database, clock, warehouse_id, one, carried, dry_run=dry_run)
            for declaration_id, now in again.after.items():
                known = changes.get(declaration_id)
                before = known.before if known else again.before[declaration_id]
                changes[declaration_id] = Change(declaration_id, *again.names[declaration_id], before, now)
            quarantine += again.quarantine
            new_entries += len(again.new)
            if dry_run:
                for placed in again.new:
                    carried.setdefault(placed.entry.business_key[1], []).append(placed)
            receipts, last = receipts + 1, one
        if last is not None:
            say(receipts, last)
    changed = sorted((one for one in changes.values() if one.before != one.after), key=lambda one: one.cop_no)
    return Reinterpreted(receipts, last, new_entries, tuple(changed), tuple(quarantine))


def _batches(
    database: Database, warehouse_id: int, *, since: datetime | None, receipt_id: UUID | None, after: UUID | None
) -> Iterator[Sequence[UUID]]:
    if receipt_id is not None:
        yield [receipt_id]
        return
    last = after
    while True:
        statement = select(RawReceiptRow.id).where(RawReceiptRow.warehouse_id == warehouse_id)
        if since is not None:
            statement = statement.where(RawReceiptRow.received_at >= since)
        if last is not None:
            statement = statement.where(RawReceiptRow.id > last)
        page = statement.order_by(RawReceiptRow.id).limit(BATCH)
        ids = database.reading(lambda session, page=page: session.scalars(page).all())  # type: ignore[misc]
        if not ids:
            return
        yield ids
        last = ids[-1]


def _read_again(
    database: Database,
    clock: Clock,
    warehouse_id: int,
    receipt_id: UUID,
    carried: Mapping[str, Sequence[Placed]],
    *,
    dry_run: bool,
) -> _Again:
    def do(session: Session) -> _Again:
        row = session.get_one(RawReceiptRow, (warehouse_id, receipt_id))
        again = _apply_again(session, Arrival(warehouse_id, receipt_id, row.raw, row.source), carried, clock.now())
        if dry_run:
            _undo(again)
        return again

    try:
        return database.in_transaction(do)
    except _Undo as undone:
        return undone.again


def _undo(again: _Again) -> NoReturn:
    raise _Undo(again)


def _apply_again(session: Session, arrival: Arrival, carried: Mapping[str, Sequence[Placed]], now: datetime) -> _Again:
    letter = open_letter(arrival)
    placed = [
        Placed(arrival.receipt_id, position, entry)
        for position, entry in zip(letter.reading.positions, letter.reading.entries, strict=False)
    ]
    again = _Again()
    known = _known(session, arrival.warehouse_id, [one.entry for one in placed])
    again.new = [one for one in placed if one.entry.fingerprint not in known]
    concerned = {
        declaration_id
        for one in placed
        for declaration_id in session.scalars(
            select(DeclarationRow.id).where(
                DeclarationRow.warehouse_id == arrival.warehouse_id, speaks_of(arrival.warehouse_id, one.entry)
            )
        )
    }
    again.before, again.names = _snapshots(session, arrival.warehouse_id, concerned)
    unreadable = unreadable_of(session, arrival.warehouse_id, arrival.receipt_id)

    beside = [one for number in {one.entry.business_key[1] for one in placed} for one in carried.get(number, ())]
    wrong = [*letter.reading.quarantined, *_stored(session, arrival.warehouse_id, [*beside, *placed], now)]
    not_stored = {one.position for one in wrong}
    applied: list[str] = []
    by_position = {one.position: one.entry for one in placed}
    for step in letter.steps:
        if step.position in not_stored:
            continue
        taken = _done(session, step, now)
        if isinstance(taken, Quarantined):
            wrong.append(taken)
        elif taken is Taken.APPLIED and step.position in by_position:
            applied.append(by_position[step.position].fingerprint)
    if applied:
        forget_waiting(session, arrival.warehouse_id, applied)
    for one in wrong:
        set_aside(session, arrival.warehouse_id, arrival.receipt_id, one.position, one.reason, one.what, now=now)
    still = {(one.position, one.reason.value) for one in wrong}
    note_readable(session, arrival.warehouse_id, arrival.receipt_id, still, now=now)
    session.flush()

    again.quarantine = [
        *(QuarantineChange(arrival.receipt_id, *one, is_readable=True) for one in sorted(unreadable - still)),
        *(QuarantineChange(arrival.receipt_id, *one, is_readable=False) for one in sorted(still - unreadable)),
    ]
    again.after, _ = _snapshots(session, arrival.warehouse_id, concerned)
    return again


def _stored(session: Session, warehouse_id: int, placed: Sequence[Placed], now: datetime) -> list[Quarantined]:
    """Store entries; those that do not fit come back with what the database said."""
    wrong: list[Quarantined] = []
    for one in placed:
        try:
            with session.begin_nested():
                store_entries(session, warehouse_id, [one], now=now)
        except Exception as error:
            if not is_fault_of_the_node(error):
                raise
            wrong.append(_failure(one.position, error))
    return wrong


def _done(session: Session, step: Step, now: datetime) -> Taken | Quarantined:
    try:
        with session.begin_nested():
            return step.do(session, now)
    except Exception as error:
        if not is_fault_of_the_node(error):
            raise
        return _failure(step.position, error)


def _failure(position: int, error: Exception) -> Quarantined:
    said = getattr(error, "orig", None) or error
    return Quarantined(QuarantineReason.CANNOT_APPLY, f"{type(error).__name__}: {said}"[:500], position)


def _known(session: Session, warehouse_id: int, entries: Sequence[ReceiptEntry]) -> set[str]:
    fingerprints = [entry.fingerprint for entry in entries]
    known: set[str] = set()
    for first in range(0, len(fingerprints), IDS_PER_QUERY):
        known |= set(
            session.scalars(
                select(ReceiptEntryRow.fingerprint).where(
                    ReceiptEntryRow.warehouse_id == warehouse_id,
                    ReceiptEntryRow.fingerprint.in_(fingerprints[first : first + IDS_PER_QUERY]),
                )
            )
        )
    return known


def _snapshots(
    session: Session, warehouse_id: int, declaration_ids: set[UUID]
) -> tuple[dict[UUID, Snapshot], dict[UUID, tuple[str, str, str]]]:
    snapshots: dict[UUID, Snapshot] = {}
    names: dict[UUID, tuple[str, str, str]] = {}
    ids = sorted(declaration_ids)
    for first in range(0, len(ids), IDS_PER_QUERY):
        some = ids[first : first + IDS_PER_QUERY]
        holds = open_holds(session, warehouse_id, some)
        rows = session.scalars(
            select(DeclarationRow).where(DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.id.in_(some))
        ).all()
        answers = gate_answer(session, warehouse_id, [row.parcel_id for row in rows], lock=False)
        for row in rows:
            answer = answers[row.parcel_id]
            names[row.id] = (row.cop_no, row.order_no, row.tracking_number)
            snapshots[row.id] = Snapshot(
                row.state,
                row.status,
                answer.open,
                answer.code,
                tuple(hold.kind for hold in holds if hold.declaration_id == row.id),
                tuple(row.anomalies.split()),
            )
    return snapshots, names
