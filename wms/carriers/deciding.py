"""What a person decides about a waybill: ask once more, give it to another carrier, take it back, or say what a carrier
that cannot be asked has on its portal. Called by the office.

Each decision is recorded with who took it. A number that stands on a parcel is not touched: customs were told it, and
the parcel carries it.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.carriers.accounts import account_by_code
from wms.carriers.asking import ask_for_work
from wms.carriers.booked import NO_RULE, add_booking, is_given_to_another, locked_booking, looks_up, move_to
from wms.carriers.bookings import settle_by_hand
from wms.carriers.choosing import choice_for
from wms.carriers.model import LIVE_STATES, Allocated, BookingState, CarrierLabel, LabelKind, NotThere
from wms.carriers.rules import Choice, Looked, Reason
from wms.carriers.tables import CarrierBookingRow
from wms.orders.lookup import order_by_id
from wms.orders.model import Order

_NUMBER = re.compile(r"[A-Z0-9]{6,40}")
_PDF = b"%PDF"
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
    SETTLED = "waybill_settled"
    SETTLE_FIRST = "waybill_settle_first"
    """Somebody has to say first whether it was bought: anything else could buy it twice or leave it paid for."""
    BAD_NUMBER = "waybill_bad_number"
    NUMBER_TAKEN = "waybill_number_taken"


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
    if _only_a_person_knows(session, row):
        return Decided.SETTLE_FIRST
    if row.state == BookingState.ALLOCATED:
        return Decided.MOVED_ON
    if row.state == BookingState.FAILED:
        move_to(row, BookingState.REJECTED, now)
        if row.error_code == NO_RULE:
            # No carrier has said anything yet: the rules may have changed since.
            _book(session, row, choice_for(session, by.warehouse_id, known.order, row.parcel_number, now=now), now)
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
    if _only_a_person_knows(session, known.row):
        return Decided.SETTLE_FIRST
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
    if _only_a_person_knows(session, known.row):
        return Decided.SETTLE_FIRST
    _give_up(session, known.row, reason.strip()[:200], now)
    _book(session, known.row, Choice("", "", 0, None, (Looked("", Reason.TAKEN_BACK, by.name),)), now)
    details = {"account": known.row.account_code, "waybill": known.row.waybill_no, "reason": reason.strip()[:200]}
    record(session, by, "waybill_taken_back", known.order.number, now=now, details=details)
    return Decided.TAKEN_BACK


def say_bought(
    session: Session, by: Caller, booking_id: UUID, waybill_no: str, label: bytes = b"", *, now: datetime
) -> Decided:
    """The carrier's portal shows that it was bought, under this number; its label, where somebody fetched it there."""
    known = _unsettled(session, by, booking_id)
    if isinstance(known, Decided):
        return known
    number = waybill_no.strip().replace(" ", "").upper()
    if not _NUMBER.fullmatch(number) or (label and not label.startswith(_PDF)):
        return Decided.BAD_NUMBER
    kept = CarrierLabel(LabelKind.WITH_NUMBER, "application/pdf", label) if label else None
    if is_given_to_another(session, known.row, number):
        return Decided.NUMBER_TAKEN
    settle_by_hand(session, known.row, Allocated(number, label=kept), now=now)
    details = {"account": known.row.account_code, "waybill": number}
    record(session, by, "waybill_settled", known.order.number, now=now, details=details)
    return Decided.SETTLED


def say_not_bought(session: Session, by: Caller, booking_id: UUID, *, now: datetime) -> Decided:
    """The carrier's portal shows nothing: the next rule's carrier is asked, or a person decides again."""
    known = _unsettled(session, by, booking_id)
    if isinstance(known, Decided):
        return known
    settle_by_hand(session, known.row, NotThere(), now=now)
    details = {"account": known.row.account_code, "waybill": None}
    record(session, by, "waybill_settled", known.order.number, now=now, details=details)
    return Decided.SETTLED


def _only_a_person_knows(session: Session, row: CarrierBookingRow) -> bool:
    """Whether something may be bought, or being bought, where nobody could look it up or take it back."""
    in_doubt = (BookingState.CALLING, BookingState.UNSETTLED)
    return BookingState(row.state) in in_doubt and not looks_up(session, row)


def _unsettled(session: Session, by: Caller, booking_id: UUID) -> _Known | Decided:
    known = _live(session, by, booking_id)
    if not isinstance(known, Decided) and known.row.state != BookingState.UNSETTLED:
        return Decided.MOVED_ON
    return known


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
    elif row.calls and row.state != BookingState.FAILED and looks_up(session, row):
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
    booking_id = add_booking(session, row.warehouse_id, row.order_id, choice, now=now, parcel_number=row.parcel_number)
    if booking_id is not None:
        ask_for_work(session, session.get_one(CarrierBookingRow, (row.warehouse_id, booking_id)), now=now)
