"""The writer of CloseParcel, and the wish for a waybill that comes before it. Registered in `wms.app`.

The number is there before the parcel is closed, because customs are told it in the same scan. While a carrier still
thinks, closing is refused and changes nothing; the packer puts the parcel aside and scans again. Without rules every
parcel is closed at once under our own numbers, as if this slice did not exist.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.adapters import adapter_of
from wms.carriers.amending import ask_to_amend
from wms.carriers.asking import LABEL_TOPIC, ask_for_waybill, seconds_until_asked, wish_serial_key
from wms.carriers.booked import is_choosing, live_booking
from wms.carriers.choosing import is_outdated
from wms.carriers.idle import take_back_idle
from wms.carriers.labels import fetch_key
from wms.carriers.model import OWN_ACCOUNT, Account, BookingState, CarrierKind, LabelKind
from wms.carriers.tables import CarrierBookingRow
from wms.carriers.tracking import POLL_PAUSE, ask_for_poll, begin_tracking
from wms.kernel.clock import SystemClock
from wms.kernel.refusal import Refusal
from wms.orders.lookup import order_by_id
from wms.orders.model import OrderState, SetOrderState
from wms.outbox.service import enqueue
from wms.outbox.tables import OutboxMessage
from wms.shipments.carriage import name_carrier
from wms.shipments.lookup import parcels_by_id
from wms.shipments.model import CloseParcel
from wms.shipments.service import close_parcel as close_with_number

SetState = Callable[..., Refusal | None]

CORRECTED = "the address was corrected after the carrier gave the number"

_ASKS = frozenset({OrderState.PICKED, OrderState.PACKING})
"""As soon as it is certain what will be in the parcel; again when somebody packs it, for orders picked before the rules
came."""


def following(set_order_state: SetState) -> SetState:
    """The writer of SetOrderState that also asks for a waybill once an order is picked, and takes it back where the
    goods went back.
    """

    def write(session: Session, warehouse_id: int, effect: SetOrderState, *, now: datetime) -> Refusal | None:
        refusal = set_order_state(session, warehouse_id, effect, now=now)
        if refusal is None and effect.state in _ASKS and is_choosing(session, warehouse_id):
            ask_for_waybill(session, warehouse_id, effect.order_id, now=now)
        if refusal is None and effect.state is OrderState.SHORT:
            take_back_idle(session, warehouse_id, effect.order_id, now=now)
        return refusal

    return write


def close_parcel(session: Session, warehouse_id: int, effect: CloseParcel, *, now: datetime) -> Refusal | None:
    """Apply the effect under the number its carrier gave. Where units are left, the next parcel's number is asked for.

    Refuses `waybill_awaited`, `waybill_not_sent` {carrier} (by the platform that gives it), `carrier_slow` {carrier,
    seconds}, `waybill_failed` {carrier, said}, and what `shipments` refuses.
    """
    refusal = _close(session, warehouse_id, effect, now)
    if refusal is None and not effect.is_last and is_choosing(session, warehouse_id):
        ask_for_waybill(session, warehouse_id, effect.order_id, now=now, parcel_number=effect.number + 1)
    return refusal


def _close(session: Session, warehouse_id: int, effect: CloseParcel, now: datetime) -> Refusal | None:
    booking = live_booking(session, warehouse_id, effect.order_id, effect.number, locked=True)
    if booking is None:
        waiting = _wish(session, warehouse_id, effect)
        if waiting is not None:
            return waiting
        return _close_as_ever(session, warehouse_id, effect, now)
    account = account_by_code(session, warehouse_id, booking.account_code)
    assert account is not None
    if booking.state in (BookingState.FAILED, BookingState.UNSETTLED):
        return Refusal("waybill_failed", {"carrier": account.name, "said": booking.said or booking.error_code})
    if booking.state != BookingState.ALLOCATED:
        if account.kind is CarrierKind.FORWARDED:
            return Refusal("waybill_not_sent", {"carrier": account.name})
        seconds = seconds_until_asked(session, booking, now=now) if booking.calls or booking.lookups else None
        if seconds is not None:
            return Refusal("carrier_slow", {"carrier": account.name, "seconds": seconds})
        return Refusal("waybill_awaited", {"carrier": account.name, "said": booking.said})
    if account.kind is not CarrierKind.OWN and _was_corrected(session, warehouse_id, effect, booking.draft):
        return Refusal("waybill_failed", {"carrier": account.name, "said": CORRECTED})
    refusal = close_with_number(
        session, warehouse_id, effect, now=now, number_for=_number_for(account, booking.waybill_no)
    )
    if refusal is not None:
        return refusal
    parcel = parcels_by_id(session, warehouse_id, [effect.parcel_id])[effect.parcel_id]
    booking.parcel_id, booking.waybill_no = parcel.id, parcel.tracking_no
    session.flush()
    name_carrier(session, warehouse_id, parcel.id, account.name, account.company_code, account.company_name)
    begin_tracking(session, warehouse_id, parcel.id, account.code, parcel.tracking_no, now=now)
    _ask_for_more(session, account, booking, parcel.tracking_no, now)
    return None


def _was_corrected(session: Session, warehouse_id: int, effect: CloseParcel, draft: str) -> bool:
    order = order_by_id(session, warehouse_id, effect.order_id)
    return order is not None and is_outdated(draft, order)


def _close_as_ever(session: Session, warehouse_id: int, effect: CloseParcel, now: datetime) -> Refusal | None:
    refusal = close_with_number(session, warehouse_id, effect, now=now)
    if refusal is None:
        parcel = parcels_by_id(session, warehouse_id, [effect.parcel_id])[effect.parcel_id]
        begin_tracking(session, warehouse_id, parcel.id, OWN_ACCOUNT, parcel.tracking_no, now=now)
    return refusal


def _number_for(account: Account, waybill_no: str | None) -> Callable[[str], str] | None:
    """What stands on the parcel as tracking number; None: the next one of our own range."""
    if waybill_no:
        return lambda _sscc: waybill_no
    if account.settings.get("numbers") == "sscc":
        return lambda sscc: sscc
    return None


def _ask_for_more(
    session: Session, account: Account, booking: CarrierBookingRow, waybill_no: str, now: datetime
) -> None:
    """The carrier's own label, its word on where the parcel is, and ours on what is really in it."""
    can = adapter_of(account, SystemClock()).capabilities()
    if can.label is LabelKind.FETCHED:
        payload = f'{{"booking_id": "{booking.id}"}}'
        enqueue(session, booking.warehouse_id, LABEL_TOPIC, payload, now=now, serial_key=fetch_key(booking.id))
    if can.tracks:
        ask_for_poll(session, booking.warehouse_id, account.code, waybill_no, now=now, pause=POLL_PAUSE)
    if can.amends:
        ask_to_amend(session, booking, now=now)


def _wish(session: Session, warehouse_id: int, effect: CloseParcel) -> Refusal | None:
    """Whether the worker still has to choose a carrier; None where nobody asked it to."""
    state = session.scalar(
        select(OutboxMessage.state).where(
            OutboxMessage.warehouse_id == warehouse_id,
            OutboxMessage.serial_key == wish_serial_key(effect.order_id, effect.number),
            OutboxMessage.state.in_([literal_column("'pending'"), literal_column("'parked'")]),
        )
    )
    if state is None:
        return None
    if state == "parked":
        return Refusal("waybill_failed", {"carrier": "", "said": "see the parked messages"})
    return Refusal("waybill_awaited")
