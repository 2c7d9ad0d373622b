"""SQL about operators that both the door (`sign_in`) and the office (`service`) need."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from wms.access.model import Operator, Role
from wms.access.rules import PinState, clean_badge, may_be_badge
from wms.access.tables import OperatorRow, SignInRow


@dataclass(frozen=True, slots=True)
class Person:
    """An operator with what only this slice may see."""

    operator: Operator
    pin_hash: str
    pin_state: PinState


def operator_of(row: OperatorRow) -> Operator:
    """The row as a value."""
    return Operator(row.id, row.warehouse_id, row.badge, row.name, Role(row.role), row.language)


def person_with(session: Session, badge: str, warehouse_id: int | None = None) -> Person | None:
    """The person who carries `badge` (as scanned or typed), None where nobody does or the person is blocked.

    Without a warehouse the badge alone must say who it is; `create_operator` sees to that. Should two have it all the
    same, neither is meant: guessing would let one in as the other.
    """
    clean = clean_badge(badge)
    if not may_be_badge(clean):
        return None
    query = select(OperatorRow).where(OperatorRow.badge == clean, OperatorRow.blocked_at.is_(None))
    if warehouse_id is not None:
        query = query.where(OperatorRow.warehouse_id == warehouse_id)
    rows = session.execute(query.limit(2)).scalars().all()
    if len(rows) != 1:
        return None
    (row,) = rows
    return Person(operator_of(row), row.pin_hash, PinState(row.wrong_tries, row.locked_until))


def locked_pin_state(session: Session, operator: Operator) -> PinState | None:
    """The present PIN state, locked against others until the transaction ends; None where the person was blocked."""
    row = session.execute(
        select(OperatorRow.wrong_tries, OperatorRow.locked_until)
        .where(*is_operator(operator), OperatorRow.blocked_at.is_(None))
        .with_for_update()
    ).first()
    return None if row is None else PinState(row.wrong_tries, row.locked_until)


def set_pin_state(session: Session, operator: Operator, state: PinState) -> None:
    session.execute(
        update(OperatorRow)
        .where(*is_operator(operator))
        .values(wrong_tries=state.wrong_tries, locked_until=state.locked_until)
    )


def is_operator(operator: Operator) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition that picks the operator's row."""
    return OperatorRow.warehouse_id == operator.warehouse_id, OperatorRow.id == operator.id


def operator_at(session: Session, warehouse_id: int, device: str, now: datetime) -> Operator | None:
    """Who signed in on a device last and is still in; None where nobody is."""
    row = session.execute(
        select(OperatorRow)
        .join(
            SignInRow,
            and_(SignInRow.warehouse_id == OperatorRow.warehouse_id, SignInRow.operator_id == OperatorRow.id),
        )
        .where(
            SignInRow.warehouse_id == warehouse_id,
            SignInRow.device == device,
            SignInRow.expires_at > now,
            OperatorRow.blocked_at.is_(None),
        )
        .order_by(SignInRow.signed_in_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if row is None else operator_of(row)
