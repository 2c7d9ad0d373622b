"""The steps of a booking inside the database: take it up, write down what came of it. Called by `jobs` and `deciding`,
each step in one short transaction; the carrier is called between two of them.

Invariants: one caller at a time has a booking, by a lease; what was sent and not answered is looked up before anything
else happens.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.asking import ask_for_work
from wms.carriers.booked import (
    NO_RULE,
    add_booking,
    bookings_of,
    is_given_to_another,
    locked_booking,
    looks_up,
    move_to,
)
from wms.carriers.choosing import choice_for, read_draft
from wms.carriers.idle import ask_for_idle_look
from wms.carriers.labels import keep_label
from wms.carriers.model import (
    Account,
    Allocated,
    Answer,
    BookingState,
    Cancelled,
    Found,
    NotThere,
    Pending,
    Rejected,
    ShipmentDraft,
    TooLate,
    Voided,
)
from wms.carriers.tables import CarrierBookingRow
from wms.kernel.identity import uuid7
from wms.kernel.masking import scrub
from wms.orders.lookup import order_by_id

NOT_BOUGHT = "not_bought"
"""Error code of a booking of which a person found out that the carrier has nothing."""

LEASE = timedelta(seconds=60)
"""Longer than any call, so that nobody takes a booking up while its caller still waits."""
APART = timedelta(seconds=5)
"""Between two answers "not there" that are believed: the first may come before the carrier has written its own."""
FIRST_PAUSE = timedelta(seconds=3)
LONGEST_PAUSE = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(days=2)
"""An abandoned booking is looked for so long."""


class StepKind(StrEnum):
    """What is to be done with the carrier."""

    CALL = "call"
    LOOK_UP = "look_up"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Step:
    """A booking that was taken up: what to do outside, and under which lease."""

    kind: StepKind
    warehouse_id: int
    booking_id: UUID
    account: Account
    key: str
    draft: ShipmentDraft
    waybill_no: str
    carrier_ref: str
    reason: str
    holder: UUID


def take_up(session: Session, warehouse_id: int, booking_id: UUID, *, now: datetime) -> Step | None:
    """What is to be done now, under a lease; None where nothing is, or where somebody else is at it."""
    row = locked_booking(session, warehouse_id, booking_id)
    if row is None or (row.leased_until is not None and row.leased_until > now):
        return None
    match BookingState(row.state):
        case BookingState.ASKED:
            kind = StepKind.CALL
            move_to(row, BookingState.CALLING, now)
            row.calls += 1
            row.called_at, row.not_there_since = now, None
        case BookingState.CALLING if not looks_up(session, row):
            # Should the one who called live after all, his answer still counts: the lease stays his.
            row.said = "whoever asked the carrier is gone, and the carrier cannot be asked what became of it"
            move_to(row, BookingState.UNSETTLED, now)
            return None
        case BookingState.CALLING:
            # Whoever called is gone. What he sent may have arrived.
            kind = StepKind.LOOK_UP
            move_to(row, BookingState.UNKNOWN, now)
        case BookingState.UNKNOWN | BookingState.PENDING | BookingState.ABANDONED:
            kind = StepKind.LOOK_UP
        case BookingState.VOIDING:
            kind = StepKind.VOID
        case _:
            return None
    if kind is StepKind.LOOK_UP:
        row.lookups += 1
    row.leased_until, row.lease_holder = now + LEASE, uuid7()
    session.flush()
    account = account_by_code(session, warehouse_id, row.account_code)
    assert account is not None
    return Step(
        kind, warehouse_id, booking_id, account, row.key, read_draft(row.draft), row.waybill_no or "",
        row.carrier_ref or "", row.void_reason, row.lease_holder,
    )  # fmt: skip


def settle(session: Session, step: Step, outcome: Answer | Found | Voided | TooLate, *, now: datetime) -> None:
    """Write down what the carrier answered, and ask for what follows. Without the lease nothing is written: whoever
    took the booking up meanwhile looks it up and finds the same.
    """
    row = _held(session, step)
    if row is None:
        return
    match outcome:
        case Allocated():
            _allocated(session, row, outcome, now)
        case Pending(said):
            row.said = said
            if row.state != BookingState.ABANDONED:
                move_to(row, BookingState.PENDING, now)
        case Rejected(code, said):
            _rejected(session, row, code, said, now)
        case Cancelled():
            _rejected(session, row, "cancelled", "the carrier knows this order as cancelled", now)
        case NotThere():
            _not_there(row, now)
        case Voided():
            move_to(row, BookingState.VOIDED, now)
        case TooLate(said):
            row.said = said
            move_to(row, BookingState.VOID_REFUSED, now)
    _follow(session, row, now)


def settle_nothing_sent(session: Session, step: Step, why: str, *, now: datetime) -> None:
    """The carrier was not reached: a call was none, and is asked for again."""
    row = _held(session, step)
    if row is None:
        return
    row.said = why
    if step.kind is StepKind.CALL:
        move_to(row, BookingState.ASKED, now)
    _follow(session, row, now)


def settle_in_doubt(session: Session, step: Step, why: str, *, now: datetime) -> None:
    """The carrier gave no usable answer: it may have done what it was asked for."""
    row = _held(session, step)
    if row is None:
        return
    row.said = why
    if step.kind is StepKind.CALL:
        move_to(row, BookingState.UNKNOWN if looks_up(session, row) else BookingState.UNSETTLED, now)
    _follow(session, row, now)


def settle_by_hand(session: Session, row: CarrierBookingRow, found: Allocated | NotThere, *, now: datetime) -> None:
    """Write down what a person found at a carrier that cannot be asked.

    Bought: the number is ours. Not bought: the next rule's carrier, or a person decides again.
    """
    if isinstance(found, Allocated):
        _allocated(session, row, found, now)
    else:
        row.error_code, row.said = NOT_BOUGHT, "nothing was bought, says the carrier's portal"
        _give_to_next(session, row, BookingState.REJECTED, BookingState.FAILED, now)
    _follow(session, row, now)


def _allocated(session: Session, row: CarrierBookingRow, answer: Allocated, now: datetime) -> None:
    if answer.waybill_no and is_given_to_another(session, row, answer.waybill_no):
        # It happens: a label under somebody else's number must not get onto a box.
        row.error_code = "number_given_twice"
        row.said = f"the carrier gave {answer.waybill_no}, which is the number of another order"
        move_to(row, BookingState.FAILED, now)
        return
    row.waybill_no, row.carrier_ref = answer.waybill_no or None, answer.carrier_ref or None
    if answer.label is not None:
        keep_label(session, row.warehouse_id, row.id, answer.label, now=now)
    row.routing_code, row.routing_data = answer.routing_code[:60], answer.routing_data
    if row.state == BookingState.ABANDONED:
        # Another carrier has the parcel by now: this one is the spare.
        row.void_reason = "booked with another carrier meanwhile"
        move_to(row, BookingState.VOIDING, now)
        return
    row.said = row.error_code = ""
    move_to(row, BookingState.ALLOCATED, now)


def _rejected(session: Session, row: CarrierBookingRow, code: str, said: str, now: datetime) -> None:
    row.error_code, row.said = code[:40], said
    if row.state == BookingState.ABANDONED:
        move_to(row, BookingState.VOIDED, now)
        return
    _give_to_next(session, row, BookingState.REJECTED, BookingState.FAILED, now)


def _not_there(row: CarrierBookingRow, now: datetime) -> None:
    if row.state == BookingState.ABANDONED:
        if now - row.asked_at > GIVEN_UP_AFTER:
            row.said = "it never turned up at the carrier"
            move_to(row, BookingState.VOIDED, now)
        return
    if row.not_there_since is None:
        row.not_there_since = now
    elif now - row.not_there_since >= APART:
        # Asked twice, some seconds apart: it did not arrive. The same key once more, so that even now nothing doubles.
        move_to(row, BookingState.ASKED, now)


def _follow(session: Session, row: CarrierBookingRow, now: datetime) -> None:
    """Give the lease back, see whether patience is over, and let the worker come again where work is left."""
    row.leased_until = row.lease_holder = None
    waits = BookingState(row.state) in (BookingState.ASKED, BookingState.UNKNOWN, BookingState.PENDING)
    if waits and row.calls and now - row.asked_at > timedelta(seconds=row.patience_seconds):
        # Of carriers that cannot be asked only those wait here to whom nothing was sent: there is nothing to look for.
        given_up = BookingState.ABANDONED if looks_up(session, row) else BookingState.REJECTED
        _give_to_next(session, row, given_up, BookingState(row.state), now)
    session.flush()
    match BookingState(row.state):
        case BookingState.VOIDING if row.waybill_no:
            ask_for_work(session, row, now=now)
        case (
            BookingState.ASKED
            | BookingState.UNKNOWN
            | BookingState.PENDING
            | BookingState.ABANDONED
            | (BookingState.VOIDING)
        ):
            ask_for_work(session, row, now=now, pause=_pause(row))
        case BookingState.ALLOCATED:
            ask_for_idle_look(session, row, now=now)
        case _:
            pass


def _give_to_next(
    session: Session, row: CarrierBookingRow, given_up: BookingState, stays: BookingState, now: datetime
) -> None:
    """Another carrier by rule; where no rule knows one, this booking stays what it is."""
    order = order_by_id(session, row.warehouse_id, row.order_id)
    assert order is not None
    tried = {
        each.account_code: _came_of(each)
        for each in bookings_of(session, row.warehouse_id, row.order_id)
        if each.error_code != NO_RULE and each.parcel_number == row.parcel_number
    }
    choice = choice_for(session, row.warehouse_id, order, row.parcel_number, now=now, tried=tried)
    if not choice.account:
        if stays != row.state:
            move_to(row, stays, now)
        return
    move_to(row, given_up, now)
    session.flush()
    booking_id = add_booking(session, row.warehouse_id, row.order_id, choice, now=now, parcel_number=row.parcel_number)
    if booking_id is not None:
        ask_for_work(session, session.get_one(CarrierBookingRow, (row.warehouse_id, booking_id)), now=now)


def _came_of(row: CarrierBookingRow) -> str:
    """What came of asking a carrier, for the next one's reasons, which are not sealed: in our words and its code."""
    if row.error_code:
        return f"it said no: {scrub(row.error_code)}"
    taken_back = (BookingState.VOIDING, BookingState.VOIDED, BookingState.VOID_REFUSED)
    if BookingState(row.state) in taken_back:
        return "its number was taken back"
    return f"it gave no number within {row.patience_seconds} s"


def _pause(row: CarrierBookingRow) -> timedelta:
    if row.not_there_since is not None and row.state == BookingState.UNKNOWN:
        return APART
    tries = min(row.calls + row.lookups, 20)
    longest = timedelta(hours=1) if row.state == BookingState.ABANDONED else LONGEST_PAUSE
    return min(FIRST_PAUSE * (1 << max(0, tries - 1)), longest)


def _held(session: Session, step: Step) -> CarrierBookingRow | None:
    row = locked_booking(session, step.warehouse_id, step.booking_id)
    return row if row is not None and row.lease_holder == step.holder else None
