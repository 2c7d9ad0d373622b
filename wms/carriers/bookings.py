"""The steps of a booking inside the database: begin it, take it up, write down what came of it. Called by `jobs`,
`buttons`, `closing` and `views`, each step in one short transaction; the carrier is called between two of them.

Invariants: the key is committed before the carrier hears of it; one caller at a time has a booking, by a lease; what
was sent and not answered is looked up before anything else happens; an order has one live booking (the database says
so).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy import Table, exists, func, select
from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.adapters import adapter_of
from wms.carriers.choosing import choice_for, draft_of, read_draft, written_choice, written_draft
from wms.carriers.labels import keep_label
from wms.carriers.model import (
    LIVE_STATES,
    OWN_ACCOUNT,
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
from wms.carriers.rules import Choice
from wms.carriers.tables import CarrierBookingRow, CarrierRuleRow
from wms.kernel.clock import SystemClock
from wms.kernel.identity import uuid7
from wms.kernel.masking import scrub
from wms.orders.lookup import order_by_id
from wms.orders.model import OrderState
from wms.outbox.service import enqueue
from wms.shipments.lookup import parcel_of_order

NO_RULE = "no_rule"
"""Error code of a booking no carrier was asked for."""
NOT_BOUGHT = "not_bought"
"""Error code of a booking of which a person found out that the carrier has nothing."""

BOOK_TOPIC = "carrier.book"
LABEL_TOPIC = "carrier.label"

LEASE = timedelta(seconds=60)
"""Longer than any call, so that nobody takes a booking up while its caller still waits."""
APART = timedelta(seconds=5)
"""Between two answers "not there" that are believed: the first may come before the carrier has written its own."""
FIRST_PAUSE = timedelta(seconds=3)
LONGEST_PAUSE = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(days=2)
"""An abandoned booking is looked for so long."""
IDLE_PAUSE = timedelta(hours=1)
"""How often a number that is on no parcel yet is looked at: its order may have been cancelled."""

_bookings = cast(Table, CarrierBookingRow.__table__)
_LIVE = tuple(state.value for state in LIVE_STATES)


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


def is_choosing(session: Session, warehouse_id: int) -> bool:
    """Whether this warehouse has rules at all; without any, everything travels under our own numbers as ever."""
    return bool(session.scalar(select(exists().where(CarrierRuleRow.warehouse_id == warehouse_id))))


def live_booking(
    session: Session, warehouse_id: int, order_id: UUID, *, locked: bool = False
) -> CarrierBookingRow | None:
    """The row of the one booking that stands for an order; None where there is none."""
    query = select(CarrierBookingRow).where(
        CarrierBookingRow.warehouse_id == warehouse_id,
        CarrierBookingRow.order_id == order_id,
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


def begin(session: Session, warehouse_id: int, order_id: UUID, *, now: datetime) -> UUID | None:
    """Choose the carrier of an order and write its booking; the id where there is something to do with it.

    None where the order is cancelled, packed, or has a booking. Two at once: the index lets one win, the other comes
    again and finds it.
    """
    order = order_by_id(session, warehouse_id, order_id)
    if order is None or order.state is OrderState.CANCELLED or not is_choosing(session, warehouse_id):
        return None
    if live_booking(session, warehouse_id, order_id) or parcel_of_order(session, warehouse_id, order_id):
        return None
    return add_booking(session, warehouse_id, order_id, choice_for(session, warehouse_id, order, now=now), now=now)


def add_booking(session: Session, warehouse_id: int, order_id: UUID, choice: Choice, *, now: datetime) -> UUID | None:
    """Write the next booking of an order as the choice says; the id where a carrier is to be asked."""
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
    draft = draft_of(session, warehouse_id, order, choice.service)
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
        generation=generation,
        key=f"{account.key_prefix}-{order_id.hex}-{generation}",
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


def ask_for_work(session: Session, row: CarrierBookingRow, *, now: datetime, pause: timedelta = timedelta(0)) -> None:
    """Let the worker take the booking up."""
    enqueue(
        session,
        row.warehouse_id,
        BOOK_TOPIC,
        f'{{"booking_id": "{row.id}"}}',
        now=now,
        serial_key=f"carrier:{row.id}",
        due_at=now + pause,
    )


def ask_for_waybill(session: Session, warehouse_id: int, order_id: UUID, *, now: datetime) -> None:
    """Let the worker choose a carrier for an order and get its number."""
    payload = f'{{"order_id": "{order_id}"}}'
    enqueue(session, warehouse_id, BOOK_TOPIC, payload, now=now, serial_key=order_serial_key(order_id))


def order_serial_key(order_id: UUID) -> str:
    """Under which the wish for a waybill of an order waits in the outbox."""
    return f"carrier order:{order_id}"


def is_given_to_another(session: Session, row: CarrierBookingRow, waybill_no: str) -> bool:
    """Whether another booking has this number of the same carrier."""
    others = select(CarrierBookingRow.key).where(
        CarrierBookingRow.warehouse_id == row.warehouse_id,
        CarrierBookingRow.account_code == row.account_code,
        CarrierBookingRow.waybill_no == waybill_no,
        CarrierBookingRow.id != row.id,
    )
    return session.scalars(others).first() is not None


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


def ask_for_idle_look(session: Session, row: CarrierBookingRow, *, now: datetime) -> None:
    """Come back to a number that may never be used."""
    enqueue(
        session, row.warehouse_id, BOOK_TOPIC, f'{{"idle_id": "{row.id}"}}',
        now=now, serial_key=f"carrier idle:{row.id}", due_at=now + IDLE_PAUSE,
    )  # fmt: skip


def look_at_idle(session: Session, warehouse_id: int, booking_id: UUID, *, now: datetime) -> None:
    """Take back a number whose order was cancelled; look again later while it waits for its parcel."""
    row = locked_booking(session, warehouse_id, booking_id)
    if row is None or row.state != BookingState.ALLOCATED or row.parcel_id is not None:
        return
    order = order_by_id(session, warehouse_id, row.order_id)
    if order is not None and order.state is not OrderState.CANCELLED:
        ask_for_idle_look(session, row, now=now)
        return
    row.void_reason = "the order was cancelled"
    move_to(row, BookingState.VOIDING, now)
    ask_for_work(session, row, now=now)


def _give_to_next(
    session: Session, row: CarrierBookingRow, given_up: BookingState, stays: BookingState, now: datetime
) -> None:
    """Another carrier by rule; where no rule knows one, this booking stays what it is."""
    order = order_by_id(session, row.warehouse_id, row.order_id)
    assert order is not None
    tried = {
        each.account_code: _came_of(each)
        for each in bookings_of(session, row.warehouse_id, row.order_id)
        if each.error_code != NO_RULE
    }
    choice = choice_for(session, row.warehouse_id, order, now=now, tried=tried)
    if not choice.account:
        if stays != row.state:
            move_to(row, stays, now)
        return
    move_to(row, given_up, now)
    session.flush()
    booking_id = add_booking(session, row.warehouse_id, row.order_id, choice, now=now)
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


def looks_up(session: Session, row: CarrierBookingRow) -> bool:
    """Whether its carrier can be asked what became of a call without an answer."""
    account = account_by_code(session, row.warehouse_id, row.account_code)
    assert account is not None
    return adapter_of(account, SystemClock()).capabilities().looks_up


def _pause(row: CarrierBookingRow) -> timedelta:
    if row.not_there_since is not None and row.state == BookingState.UNKNOWN:
        return APART
    tries = min(row.calls + row.lookups, 20)
    longest = timedelta(hours=1) if row.state == BookingState.ABANDONED else LONGEST_PAUSE
    return min(FIRST_PAUSE * (1 << max(0, tries - 1)), longest)


def move_to(row: CarrierBookingRow, state: BookingState, now: datetime) -> None:
    """Another state, and since when."""
    if row.state != state:
        row.state, row.state_since = state.value, now


def locked_booking(session: Session, warehouse_id: int, booking_id: UUID) -> CarrierBookingRow | None:
    """The row, until the transaction ends."""
    return session.scalars(
        select(CarrierBookingRow)
        .where(CarrierBookingRow.warehouse_id == warehouse_id, CarrierBookingRow.id == booking_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _held(session: Session, step: Step) -> CarrierBookingRow | None:
    row = locked_booking(session, step.warehouse_id, step.booking_id)
    return row if row is not None and row.lease_holder == step.holder else None
