"""The exit pass (核放单): the second gate. A load leaves the zone only with a confirmed pass that lists exactly it.

Called by the writers of dispatch (`exit_gate`), by dispatch's facts, by whoever reads receipts (`take_answer`) and by
the worker (`PassSender`). A refusal stands: of two answers to one pass that contradict each other the refusing one
counts, in whichever order they come; whoever still wants to leave opens the load again and asks for a new pass.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from wms.customs.effects import RequestPass, WithdrawPass
from wms.customs.model import PassState, return_time_as_utc
from wms.customs.regimes.china.exit_pass import (
    REQUEST,
    WITHDRAWAL,
    PassAnswer,
    PassLine,
    PassRequest,
    request_message,
    withdrawal_message,
)
from wms.customs.tables import DeclarationRow, ExitPassLineRow, ExitPassRow, IncidentRow
from wms.customs.transport.port import Transport
from wms.database.dialect import insert_ignoring_duplicates
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.outbox.service import Message, enqueue
from wms.outbox.worker import Handler
from wms.places.tables import Warehouse

TOPIC = "customs.pass"
REFUSED_CODE = "pass_refused"
"""Refusal code, and the outcome of an incident where the load had left already."""

_LIVE = (PassState.REQUESTED.value, PassState.CONFIRMED.value, PassState.REFUSED.value)
"""States of a pass that its load still depends on."""

_lines = cast(Table, ExitPassLineRow.__table__)


class AnswerTaken(StrEnum):
    """What an answer did."""

    APPLIED = "applied"
    REPEATED = "repeated"
    """Said before: nothing changed."""
    TOO_LATE = "too_late"
    """The pass was given back, or refused before: nothing changed."""
    UNKNOWN = "unknown"
    """No such pass here: somebody must look."""


@dataclass(frozen=True, slots=True)
class ExitPass:
    """A pass as it stands. `since` is when it was decided, or asked for."""

    id: UUID
    load_code: str
    state: PassState
    since: datetime
    pass_no: str = ""
    said: str = ""


def request_pass(
    session: Session,
    warehouse_id: int,
    load_id: UUID,
    load_code: str,
    parcel_ids: Collection[UUID],
    *,
    requested_by: str,
    now: datetime,
) -> UUID | Refusal:
    """Ask for a pass over exactly these parcels; refuses `pass_awaited` while the load has one already.

    The caller has locked the load and keeps it from changing from here on.
    """
    known = pass_of_load(session, warehouse_id, load_id, lock=True)
    if known is not None:
        return Refusal("pass_awaited", {"load": load_code, "since": known.since.isoformat()})
    declarations = {
        row.parcel_id: row
        for row in session.execute(
            select(DeclarationRow.parcel_id, DeclarationRow.tracking_number, DeclarationRow.invt_no).where(
                DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.parcel_id.in_(parcel_ids)
            )
        )
    }
    pass_id = uuid7()
    session.execute(
        insert(ExitPassRow).values(
            warehouse_id=warehouse_id,
            id=pass_id,
            load_id=load_id,
            load_code=load_code,
            state=PassState.REQUESTED.value,
            pass_no="",
            said="",
            parcels=len(parcel_ids),
            requested_at=now,
            requested_by=requested_by,
        )
    )
    session.execute(
        insert(_lines),
        [
            {
                "warehouse_id": warehouse_id,
                "pass_id": pass_id,
                "parcel_id": parcel_id,
                "tracking_number": declarations[parcel_id].tracking_number,
                "invt_no": declarations[parcel_id].invt_no or "",
            }
            for parcel_id in sorted(parcel_ids)
        ],
    )
    _send_later(session, warehouse_id, pass_id, REQUEST, now)
    return pass_id


def withdraw_pass(session: Session, warehouse_id: int, load_id: UUID, *, now: datetime) -> Refusal | None:
    """Give the load's pass back, whatever was decided; refuses `pass_used` where the load has left with it."""
    row = _row_of_load(session, warehouse_id, load_id, lock=True)
    if row is None:
        return None
    if row.state == PassState.USED:
        return Refusal("pass_used", {"load": row.load_code, "pass": row.pass_no})
    _change(session, row, PassState.WITHDRAWN, now)
    _send_later(session, warehouse_id, row.id, WITHDRAWAL, now)
    return None


def take_answer(session: Session, warehouse_id: int, answer: PassAnswer, *, now: datetime) -> AnswerTaken:
    """Apply what was decided about a pass. Twice, late or in any order: the outcome is the same."""
    row = _locked(session, warehouse_id, ExitPassRow.id == answer.id)
    if row is None:
        return AnswerTaken.UNKNOWN
    state, decided_at = PassState(row.state), return_time_as_utc(answer.return_time)
    if state is PassState.WITHDRAWN:
        return AnswerTaken.TOO_LATE
    if answer.is_confirmed:
        if state is PassState.REFUSED:
            return AnswerTaken.TOO_LATE
        if state is not PassState.REQUESTED:
            return AnswerTaken.REPEATED
        _change(session, row, PassState.CONFIRMED, decided_at, pass_no=answer.pass_no, said=answer.said)
        return AnswerTaken.APPLIED
    if state is PassState.REFUSED:
        return AnswerTaken.REPEATED
    if state is PassState.USED:
        return _raise_incidents(session, row, answer, decided_at, now)
    _change(session, row, PassState.REFUSED, decided_at, said=answer.said)
    return AnswerTaken.APPLIED


def pass_of_load(session: Session, warehouse_id: int, load_id: UUID, *, lock: bool = False) -> ExitPass | None:
    """The pass the load depends on, None where it has none. With `lock` no answer can change it until commit."""
    row = _row_of_load(session, warehouse_id, load_id, lock=lock)
    if row is None:
        return None
    since = row.decided_at or row.requested_at
    return ExitPass(row.id, row.load_code, PassState(row.state), since, row.pass_no, row.said)


def may_leave(
    session: Session, warehouse_id: int, load_id: UUID, load_code: str, parcel_ids: Collection[UUID] | None
) -> Refusal | None:
    """Whether the load may leave with its pass, which is locked until the caller commits. Without parcels only whether
    the pass is confirmed.

    Refuses `pass_missing`, `pass_awaited`, `pass_refused`, and `pass_differs` where the pass does not list exactly
    these parcels by the numbers they have with customs now.
    """
    found = pass_of_load(session, warehouse_id, load_id, lock=True)
    if found is None or found.state is PassState.USED:
        return Refusal("pass_missing", {"load": load_code})
    if found.state is PassState.REQUESTED:
        return Refusal("pass_awaited", {"load": load_code, "since": found.since.isoformat()})
    if found.state is PassState.REFUSED:
        return Refusal(REFUSED_CODE, {"load": load_code, "since": found.since.isoformat(), "said": found.said or None})
    differing = _differing(session, warehouse_id, found.id, set(parcel_ids)) if parcel_ids is not None else 0
    if differing:
        return Refusal("pass_differs", {"load": load_code, "pass": found.pass_no, "parcels": differing})
    return None


def request_exit_pass(session: Session, warehouse_id: int, effect: RequestPass, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses like `request_pass`."""
    asked = request_pass(
        session,
        warehouse_id,
        effect.load_id,
        effect.load_code,
        effect.parcel_ids,
        requested_by=effect.requested_by,
        now=now,
    )
    return asked if isinstance(asked, Refusal) else None


def withdraw_exit_pass(session: Session, warehouse_id: int, effect: WithdrawPass, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `pass_used`."""
    return withdraw_pass(session, warehouse_id, effect.load_id, now=now)


def use_pass(
    session: Session, warehouse_id: int, load_id: UUID, parcel_ids: Collection[UUID], *, now: datetime
) -> Refusal | None:
    """Note that the load leaves with its pass, in the transaction that moves it out; refuses like `may_leave`."""
    refusal = may_leave(session, warehouse_id, load_id, str(load_id), parcel_ids)
    if refusal is not None:
        return refusal
    row = _row_of_load(session, warehouse_id, load_id, lock=True)
    assert row is not None
    _change(session, row, PassState.USED, now)
    return None


@dataclass(frozen=True, slots=True)
class PassSender:
    """Carries requests and withdrawals to the zone. Each may be carried twice: its id is always the same.

    A request whose pass was given back meanwhile is sent all the same, before its withdrawal: a worker that died in
    between may have sent it already, and nobody would take it back.
    """

    database: Database
    clock: Clock
    transport_for: Callable[[str], Transport]
    """By the code of the warehouse."""

    def handlers(self) -> Mapping[str, Handler]:
        return {TOPIC: self.send}

    def send(self, message: Message) -> None:
        """Send one message of a pass, then note a request as sent."""
        what = json.loads(message.payload)
        pass_id, message_type = UUID(what["pass_id"]), str(what["message_type"])

        def look(session: Session) -> tuple[str, bytes]:
            return _composed(session, message.warehouse_id, pass_id, message_type)

        warehouse_code, raw = self.database.reading(look)
        self.transport_for(warehouse_code).send(f"{message_type}_{pass_id}.xml", message_type, str(pass_id), raw)
        if message_type == REQUEST:
            now = self.clock.now()
            self.database.in_transaction(
                lambda session: session.execute(
                    update(ExitPassRow)
                    .where(
                        ExitPassRow.warehouse_id == message.warehouse_id,
                        ExitPassRow.id == pass_id,
                        ExitPassRow.sent_at.is_(None),
                    )
                    .values(sent_at=now)
                )
            )


def _composed(session: Session, warehouse_id: int, pass_id: UUID, message_type: str) -> tuple[str, bytes]:
    """The warehouse's code and the message; the same bytes each time."""
    warehouse = session.get_one(Warehouse, warehouse_id)
    row = session.get_one(ExitPassRow, (warehouse_id, pass_id))
    if message_type == WITHDRAWAL:
        return warehouse.code, withdrawal_message(pass_id, row.decided_at or row.requested_at)
    request = PassRequest(
        pass_id,
        row.load_code,
        warehouse.customs_office,
        warehouse.area_code,
        warehouse.account_book_no,
        row.requested_at,
        [PassLine(line.tracking_number, line.invt_no) for line in _lines_of(session, warehouse_id, pass_id)],
    )
    return warehouse.code, request_message(request)


def _send_later(session: Session, warehouse_id: int, pass_id: UUID, message_type: str, now: datetime) -> None:
    payload = json.dumps({"pass_id": str(pass_id), "message_type": message_type})
    enqueue(session, warehouse_id, TOPIC, payload, now=now, serial_key=f"pass:{pass_id}")


def _lines_of(session: Session, warehouse_id: int, pass_id: UUID) -> Sequence[Any]:
    return session.execute(
        select(_lines.c.parcel_id, _lines.c.tracking_number, _lines.c.invt_no)
        .where(_lines.c.warehouse_id == warehouse_id, _lines.c.pass_id == pass_id)
        .order_by(_lines.c.parcel_id)
    ).all()


def _differing(session: Session, warehouse_id: int, pass_id: UUID, parcel_ids: set[UUID]) -> int:
    """How many parcels are on the pass and not on the load, on the load and not on the pass, or declared anew since."""
    listed = {row.parcel_id: row.invt_no for row in _lines_of(session, warehouse_id, pass_id)}
    numbers = session.execute(
        select(DeclarationRow.parcel_id, DeclarationRow.invt_no).where(
            DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.parcel_id.in_(listed)
        )
    )
    renumbered = {row.parcel_id for row in numbers if (row.invt_no or "") != listed[row.parcel_id]}
    return len((listed.keys() ^ parcel_ids) | renumbered)


def _row_of_load(session: Session, warehouse_id: int, load_id: UUID, *, lock: bool) -> ExitPassRow | None:
    """The one pass of a load that was not given back."""
    condition = (ExitPassRow.load_id == load_id) & ExitPassRow.state.in_((*_LIVE, PassState.USED.value))
    if lock:
        return _locked(session, warehouse_id, condition)
    return session.scalars(select(ExitPassRow).where(ExitPassRow.warehouse_id == warehouse_id, condition)).one_or_none()


def _locked(session: Session, warehouse_id: int, condition: Any) -> ExitPassRow | None:
    return session.scalars(
        select(ExitPassRow)
        .where(ExitPassRow.warehouse_id == warehouse_id, condition)
        .with_for_update()
        # What an earlier statement of this session saw may be older than the lock.
        .execution_options(populate_existing=True)
    ).one_or_none()


def _change(session: Session, row: ExitPassRow, state: PassState, at: datetime, **said: str) -> None:
    row.state, row.decided_at = state.value, at
    for name, text in said.items():
        setattr(row, name, text)
    session.flush()


def _raise_incidents(
    session: Session, row: ExitPassRow, answer: PassAnswer, decided_at: datetime, now: datetime
) -> AnswerTaken:
    """The load has left: somebody must call the carrier, about each parcel once."""
    parcel_ids = [line.parcel_id for line in _lines_of(session, row.warehouse_id, row.id)]
    declarations = session.execute(
        select(DeclarationRow.id, DeclarationRow.parcel_id).where(
            DeclarationRow.warehouse_id == row.warehouse_id, DeclarationRow.parcel_id.in_(parcel_ids)
        )
    ).all()
    incidents = insert_ignoring_duplicates(cast(Table, IncidentRow.__table__), session.get_bind().dialect.name)
    raised = 0
    for declaration in declarations:
        incident = incidents.values(
            warehouse_id=row.warehouse_id,
            declaration_id=declaration.id,
            outcome=REFUSED_CODE,
            since=decided_at,
            parcel_id=declaration.parcel_id,
            said=answer.said,
            raised_at=now,
        ).returning(IncidentRow.declaration_id)
        raised += session.execute(incident).first() is not None
    return AnswerTaken.APPLIED if raised else AnswerTaken.REPEATED
