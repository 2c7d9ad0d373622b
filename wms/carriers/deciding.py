"""What a person decides about a waybill: ask once more, give it to another carrier, take it back. Called by the office.

Each decision is recorded with who took it. A number that stands on a parcel is not touched: customs were told it, and
the parcel carries it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.carriers.accounts import account_by_code
from wms.carriers.bookings import NO_RULE, add_booking, ask_for_work, locked_booking, move_to
from wms.carriers.choosing import choice_for
from wms.carriers.model import LIVE_STATES, BookingState
from wms.carriers.rules import Choice, Looked, Reason
from wms.carriers.tables import CarrierBookingRow
from wms.orders.lookup import order_by_id
from wms.orders.model import Order

PATIENCE_SECONDS = 86_400
"""Who decides by hand waits for his decision."""


class Decided(StrEnum):
    """What came of it."""

    GIVEN = "waybill_given"
    ASKED_AGAIN = "waybill_asked_again"
    TAKEN_BACK = "waybill_taken_back"
    MOVED_ON = "waybill_moved_on"
    """It is no longer what the page showed."""
    ON_PARCEL = "waybill_on_parcel"
    NO_ACCOUNT = "waybill_no_account"


@dataclass(frozen=True, slots=True)
class _Known:
    row: CarrierBookingRow
    order: Order


def ask_again(session: Session, by: Caller, booking_id: UUID, *, now: datetime) -> Decided:
    """Ask the same carrier once more: after a no under a new key, in doubt by looking it up at once."""
    known = _live(session, by, booking_id)
    if isinstance(known, Decided):
        return known
    row = known.row
    if row.state == BookingState.ALLOCATED:
        return Decided.MOVED_ON
    if row.state == BookingState.FAILED:
        move_to(row, BookingState.REJECTED, now)
        if row.error_code == NO_RULE:
            # No carrier has said anything yet: the rules may have changed since.
            _book(session, row, choice_for(session, by.warehouse_id, known.order, now=now), now)
        else:
            _by_hand(session, by, row, row.account_code, now)
    else:
        ask_for_work(session, row, now=now)
    record(session, by, "waybill_asked_again", known.order.number, now=now, details={"account": row.account_code})
    return Decided.ASKED_AGAIN


def give_to(session: Session, by: Caller, booking_id: UUID, account_code: str, *, now: datetime) -> Decided:
    """Give the order to another carrier; what the first one may have booked is looked for and taken back."""
    known = _live(session, by, booking_id)
    if isinstance(known, Decided):
        return known
    account = account_by_code(session, by.warehouse_id, account_code)
    if account is None or not account.is_enabled:
        return Decided.NO_ACCOUNT
    _give_up(session, known.row, f"given to {account_code}", now)
    _by_hand(session, by, known.row, account_code, now)
    details = {"from": known.row.account_code, "to": account_code}
    record(session, by, "waybill_given", known.order.number, now=now, details=details)
    return Decided.GIVEN


def take_back(session: Session, by: Caller, booking_id: UUID, reason: str, *, now: datetime) -> Decided:
    """Take a number back that is on no parcel. The order then waits for a person, under no number at all."""
    known = _live(session, by, booking_id)
    if isinstance(known, Decided):
        return known
    _give_up(session, known.row, reason.strip()[:200], now)
    _book(session, known.row, Choice("", "", 0, None, (Looked("", Reason.TAKEN_BACK, by.name),)), now)
    details = {"account": known.row.account_code, "waybill": known.row.waybill_no, "reason": reason.strip()[:200]}
    record(session, by, "waybill_taken_back", known.order.number, now=now, details=details)
    return Decided.TAKEN_BACK


def _live(session: Session, by: Caller, booking_id: UUID) -> _Known | Decided:
    row = locked_booking(session, by.warehouse_id, booking_id)
    if row is None or BookingState(row.state) not in LIVE_STATES:
        return Decided.MOVED_ON
    if row.parcel_id is not None:
        return Decided.ON_PARCEL
    order = order_by_id(session, by.warehouse_id, row.order_id)
    assert order is not None
    return _Known(row, order)


def _give_up(session: Session, row: CarrierBookingRow, reason: str, now: datetime) -> None:
    row.void_reason = reason
    if row.state == BookingState.ALLOCATED and row.waybill_no:
        move_to(row, BookingState.VOIDING, now)
    elif row.calls and row.state != BookingState.FAILED:
        move_to(row, BookingState.ABANDONED, now)
    else:
        # The carrier knows nothing of it.
        move_to(row, BookingState.VOIDED, now)
        session.flush()
        return
    session.flush()
    ask_for_work(session, row, now=now)


def _by_hand(session: Session, by: Caller, row: CarrierBookingRow, account_code: str, now: datetime) -> None:
    choice = Choice(account_code, "", PATIENCE_SECONDS, None, (Looked(account_code, Reason.BY_HAND, by.name),))
    _book(session, row, choice, now)


def _book(session: Session, row: CarrierBookingRow, choice: Choice, now: datetime) -> None:
    session.flush()
    booking_id = add_booking(session, row.warehouse_id, row.order_id, choice, now=now)
    if booking_id is not None:
        ask_for_work(session, session.get_one(CarrierBookingRow, (row.warehouse_id, booking_id)), now=now)
