"""Use cases of customs at the doors of the building: ask the gate, record that a parcel left, lift a hold.

Called by `exit_gate`, by the workflows' facts and by the office. Declaring begins in `declaring`, receipts come in
through `intake`. Every function takes the caller's session and commits nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wms.customs.checks.findings import first_findings
from wms.customs.gate import gate
from wms.customs.model import DocumentKind, DocumentState, GateAnswer, HoldKind
from wms.customs.standing import (
    applications_of,
    count_open_holds,
    current_documents,
    locked,
    open_holds,
    standing_of,
)
from wms.customs.tables import DeclarationRow, DocumentRow, HoldRow
from wms.kernel.refusal import Refusal
from wms.places.lookup import regime_of

_Row = TypeVar("_Row", HoldRow, DocumentRow)


def gate_answer(
    session: Session, warehouse_id: int, parcel_ids: Sequence[UUID], *, lock: bool = True
) -> dict[UUID, GateAnswer]:
    """Whether each parcel may leave. With `lock` no decision of customs can pass until the caller commits.

    Ask with the lock in the transaction that records the movement; without it to show a screen.
    """
    if lock:
        rows = locked(session, warehouse_id, DeclarationRow.parcel_id.in_(parcel_ids))
    else:
        rows = session.scalars(
            select(DeclarationRow).where(
                DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.parcel_id.in_(parcel_ids)
            )
        ).all()
    # Holds and documents are read after the lock was granted, and only where they can matter: an open gate costs one
    # statement.
    held = [row.id for row in rows if row.open_holds]
    holds = open_holds(session, warehouse_id, held) if held else []
    answers = {row.parcel_id: gate(standing_of(row, _of(row, holds), ())) for row in rows}
    closed = [row for row in rows if not answers[row.parcel_id].open]
    if closed:
        documents = current_documents(session, warehouse_id, [row.id for row in closed])
        stopped = [row.order_id for row in closed if row.stopped_by]
        findings = first_findings(session, warehouse_id, stopped) if stopped else {}
        for row in closed:
            standing = standing_of(row, _of(row, holds), _of(row, documents), findings.get(row.order_id))
            answers[row.parcel_id] = gate(standing)
    undeclared = [parcel_id for parcel_id in parcel_ids if parcel_id not in answers]
    if undeclared:
        needs_release = regime_of(session, warehouse_id).needs_release
        answer = gate(None) if needs_release else GateAnswer(open=True)
        answers |= dict.fromkeys(undeclared, answer)
    return answers


def record_left(session: Session, warehouse_id: int, parcel_ids: Sequence[UUID], *, now: datetime) -> None:
    """Note that parcels left the building, in the transaction that moved them out.

    Whatever customs says later raises an incident. A closed gate here is a bug of the caller, who must have asked: the
    assertion rolls the movement back.
    """
    answers = gate_answer(session, warehouse_id, parcel_ids)
    refused = [str(parcel_id) for parcel_id, answer in answers.items() if not answer.open]
    if refused:
        raise AssertionError(f"parcels left through a closed customs gate: {', '.join(refused)}")
    session.execute(
        update(DeclarationRow)
        .where(
            DeclarationRow.warehouse_id == warehouse_id,
            DeclarationRow.parcel_id.in_(parcel_ids),
            DeclarationRow.left_at.is_(None),
        )
        .values(left_at=now)
    )


def lift_hold(
    session: Session,
    warehouse_id: int,
    declaration_id: UUID,
    kind: HoldKind,
    *,
    lifted_by: str,
    reason: str,
    now: datetime,
) -> Refusal | None:
    """Lift all holds of one kind. Only a person does this, says why, and is recorded.

    Refuses `hold_reason_missing`, `hold_not_found`, `hold_stays` where the parcel was opened again, and
    `hold_needs_customs` for a pending cancellation, which the answer of customs ends: a person does only where the
    application came to nothing on its way.
    """
    if not reason.strip():
        return Refusal("hold_reason_missing", {"hold": kind.value})
    if kind is HoldKind.PARCEL_VOID:
        return Refusal("hold_stays", {"hold": kind.value})
    declarations = locked(session, warehouse_id, DeclarationRow.id == declaration_id)
    if not declarations:
        return Refusal("hold_not_found", {"hold": kind.value, "declaration": str(declaration_id)})
    if kind is HoldKind.CANCEL_PENDING and not _cancellations_came_to_nothing(session, warehouse_id, declaration_id):
        return Refusal("hold_needs_customs", {"hold": kind.value})
    lifted = session.execute(
        update(HoldRow)
        .where(
            HoldRow.warehouse_id == warehouse_id,
            HoldRow.declaration_id == declaration_id,
            HoldRow.kind == kind,
            HoldRow.lifted_at.is_(None),
        )
        .values(lifted_at=now, lifted_by=lifted_by, lift_reason=reason.strip())
        .returning(HoldRow.cause)
    ).all()
    if not lifted:
        return Refusal("hold_not_found", {"hold": kind.value, "declaration": str(declaration_id)})
    count_open_holds(session, declarations[0])
    return None


def _cancellations_came_to_nothing(session: Session, warehouse_id: int, declaration_id: UUID) -> bool:
    states = {
        document.state
        for document in applications_of(session, warehouse_id, [declaration_id])
        if document.kind == DocumentKind.CANCEL
    }
    return states == {DocumentState.REFUSED}


def _of(declaration: DeclarationRow, rows: Iterable[_Row]) -> list[_Row]:
    return [row for row in rows if row.declaration_id == declaration.id]
