"""The bookings an order has, and writing its next one. Called by all who deal with bookings; calls no carrier.

Invariants: the key is committed before the carrier hears of it and never used again; a parcel of an order has one live
booking (the database says so).
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, exists, func, select
from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.adapters import adapter_of
from wms.carriers.choosing import choice_for, draft_of, written_choice, written_draft
from wms.carriers.model import (
    LIVE_STATES,
    OWN_ACCOUNT,
    BookingState,
    CarrierKind,
)
from wms.carriers.rules import Choice, Looked, Reason
from wms.carriers.tables import CarrierBookingRow, CarrierRuleRow
from wms.kernel.clock import SystemClock
from wms.kernel.identity import uuid7
from wms.orders.lookup import order_by_id
from wms.orders.model import OrderState
from wms.shipments.lookup import next_parcel_number

NO_RULE = "no_rule"
"""Error code of a booking no carrier was asked for."""
PLATFORM_PATIENCE_SECONDS = 86_400
"""How long a platform that decided about an order is waited for."""

_bookings = cast(Table, CarrierBookingRow.__table__)
_LIVE = tuple(state.value for state in LIVE_STATES)


def is_choosing(session: Session, warehouse_id: int) -> bool:
    """Whether this warehouse has rules at all; without any, everything travels under our own numbers as ever."""
    return bool(session.scalar(select(exists().where(CarrierRuleRow.warehouse_id == warehouse_id))))


def live_booking(
    session: Session, warehouse_id: int, order_id: UUID, parcel_number: int = 1, *, locked: bool = False
) -> CarrierBookingRow | None:
    """The row of the one booking that stands for a parcel of an order; None where there is none."""
    query = select(CarrierBookingRow).where(
        CarrierBookingRow.warehouse_id == warehouse_id,
        CarrierBookingRow.order_id == order_id,
        CarrierBookingRow.parcel_number == parcel_number,
        CarrierBookingRow.state.in_(_LIVE),
    )
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def bookings_of(session: Session, warehouse_id: int, order_id: UUID) -> list[CarrierBookingRow]:
    """All bookings of an order, the first one first."""
    rows = session.scalars(
        select(CarrierBookingRow)
        .where(CarrierBookingRow.warehouse_id == warehouse_id, CarrierBookingRow.order_id == order_id)
        .order_by(CarrierBookingRow.generation)
    )
    return list(rows)


def locked_booking(session: Session, warehouse_id: int, booking_id: UUID) -> CarrierBookingRow | None:
    """The row, until the transaction ends."""
    return session.scalars(
        select(CarrierBookingRow)
        .where(CarrierBookingRow.warehouse_id == warehouse_id, CarrierBookingRow.id == booking_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def move_to(row: CarrierBookingRow, state: BookingState, now: datetime) -> None:
    """Another state, and since when."""
    if row.state != state:
        row.state, row.state_since = state.value, now


def looks_up(session: Session, row: CarrierBookingRow) -> bool:
    """Whether its carrier can be asked what became of a call without an answer."""
    account = account_by_code(session, row.warehouse_id, row.account_code)
    assert account is not None
    return adapter_of(account, SystemClock()).capabilities().looks_up


def is_given_to_another(session: Session, row: CarrierBookingRow, waybill_no: str) -> bool:
    """Whether another booking has this number of the same carrier."""
    others = select(CarrierBookingRow.key).where(
        CarrierBookingRow.warehouse_id == row.warehouse_id,
        CarrierBookingRow.account_code == row.account_code,
        CarrierBookingRow.waybill_no == waybill_no,
        CarrierBookingRow.id != row.id,
    )
    return session.scalars(others).first() is not None


def begin(session: Session, warehouse_id: int, order_id: UUID, *, now: datetime, parcel_number: int = 1) -> UUID | None:
    """Choose the carrier of a parcel and write its booking; the id where there is something to do with it.

    None where the order is cancelled, or the parcel is packed or has a booking. Two at once: the index lets one win,
    the other comes again and finds it.
    """
    order = order_by_id(session, warehouse_id, order_id)
    if order is None or order.state is OrderState.CANCELLED or not is_choosing(session, warehouse_id):
        return None
    if live_booking(session, warehouse_id, order_id, parcel_number):
        return None
    if parcel_number < next_parcel_number(session, warehouse_id, order_id):
        return None
    choice = _as_before(session, warehouse_id, order_id, parcel_number) or choice_for(
        session, warehouse_id, order, parcel_number, now=now
    )
    return add_booking(session, warehouse_id, order_id, choice, now=now, parcel_number=parcel_number)


def _as_before(session: Session, warehouse_id: int, order_id: UUID, parcel_number: int) -> Choice | None:
    """The platform that gave the number of the parcel before gives this one's too, whatever the rules say.

    A booking of the very same number is one that is over: its parcel was opened again.
    """
    before = [row for row in bookings_of(session, warehouse_id, order_id) if row.parcel_number <= parcel_number]
    account = account_by_code(session, warehouse_id, before[-1].account_code) if before else None
    if account is None or account.kind is not CarrierKind.FORWARDED:
        return None
    return Choice(account.code, "", PLATFORM_PATIENCE_SECONDS, None, (Looked(account.code, Reason.AS_BEFORE),))


def add_booking(
    session: Session, warehouse_id: int, order_id: UUID, choice: Choice, *, now: datetime, parcel_number: int = 1
) -> UUID | None:
    """Write the next booking of a parcel as the choice says; the id where a carrier is to be asked."""
    order = order_by_id(session, warehouse_id, order_id)
    assert order is not None, f"order {order_id} was chosen a carrier for and does not exist"
    account = account_by_code(session, warehouse_id, choice.account or OWN_ACCOUNT)
    assert account is not None, f"the rules name {choice.account}, which is no account"
    last = session.scalar(
        select(func.max(_bookings.c.generation)).where(
            _bookings.c.warehouse_id == warehouse_id, _bookings.c.order_id == order_id
        )
    )
    generation = (last or 0) + 1
    draft = draft_of(session, warehouse_id, order, choice.service, parcel_number)
    text, fingerprint = written_draft(draft)
    if not choice.account:
        state, code = BookingState.FAILED, NO_RULE
    else:
        state = BookingState.ALLOCATED if choice.account == OWN_ACCOUNT else BookingState.ASKED
        code = ""
    row = CarrierBookingRow(
        warehouse_id=warehouse_id,
        id=uuid7(),
        order_id=order_id,
        parcel_number=parcel_number,
        generation=generation,
        key=f"{account.key_prefix}-{order_id.hex}-{parcel_number}-{generation}",
        account_code=account.code,
        state=state,
        draft=text,
        draft_hash=fingerprint,
        choice=written_choice(choice.looked_at),
        patience_seconds=choice.patience_seconds,
        weight_grams=draft.weight_grams,
        waybill_no=None,
        routing_code="",
        routing_data="",
        error_code=code,
        said="",
        calls=0,
        lookups=0,
        void_reason="",
        asked_at=now,
        state_since=now,
    )
    session.add(row)
    session.flush()
    return row.id if state is BookingState.ASKED else None
