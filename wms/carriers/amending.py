"""A carrier is told what a closed parcel really weighs and holds. Called by `closing`, which asks for it, and `jobs`.

Its number was asked for when the order was picked, for what was expected then: of several parcels the first one's for
the whole order. Where the carrier takes no such news, what it was told stands. No other number is asked for: the one it
gave is on the box.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.adapters import adapter_of
from wms.carriers.booked import locked_booking
from wms.carriers.choosing import read_draft, written_draft
from wms.carriers.model import Account, Amended, BookingState, Content, Rejected, ShipmentDraft
from wms.carriers.tables import CarrierBookingRow
from wms.catalogue.lookup import items_by_id
from wms.kernel.clock import SystemClock
from wms.orders.lookup import order_by_id
from wms.outbox.service import enqueue
from wms.shipments.lookup import contents_of_parcels, parcels_by_id
from wms.shipments.model import PackedUnits

AMEND_TOPIC = "carrier.amend"
PAUSE = timedelta(minutes=1)
"""The parcel's label comes first, and the number of the next parcel; one opened again at once needs no news."""


@dataclass(frozen=True, slots=True)
class News:
    """What a carrier does not know yet of one parcel."""

    account: Account
    key: str
    waybill_no: str
    draft: ShipmentDraft


def ask_to_amend(session: Session, row: CarrierBookingRow, *, now: datetime) -> None:
    """Let the worker tell the carrier of a booking that is on a parcel."""
    payload = f'{{"booking_id": "{row.id}"}}'
    key = f"carrier amend:{row.id}"
    enqueue(session, row.warehouse_id, AMEND_TOPIC, payload, now=now, serial_key=key, due_at=now + PAUSE)


def news_for(session: Session, *, warehouse_id: int, booking_id: UUID) -> News | None:
    """What its carrier is to be told; None where it knows, cannot be told, or the number is on the parcel no more."""
    row = session.get(CarrierBookingRow, (warehouse_id, booking_id))
    if row is None or row.state != BookingState.ALLOCATED or row.parcel_id is None or not row.waybill_no:
        return None
    account = account_by_code(session, warehouse_id, row.account_code)
    if account is None or not adapter_of(account, SystemClock()).capabilities().amends:
        return None
    told = read_draft(row.draft)
    parcel = parcels_by_id(session, warehouse_id, [row.parcel_id])[row.parcel_id]
    packed = contents_of_parcels(session, warehouse_id, [parcel.id])[parcel.id]
    contents = _contents(session, warehouse_id, row.order_id, packed) or told.contents
    really = replace(told, weight_grams=parcel.weight_grams, contents=contents)
    return None if really == told else News(account, row.key, row.waybill_no, really)


def keep_answer(
    session: Session, *, warehouse_id: int, booking_id: UUID, news: News, answer: Amended | Rejected, now: datetime
) -> None:
    """Write down what the carrier knows from now on, or its own words where it would not listen."""
    row = locked_booking(session, warehouse_id, booking_id)
    if row is None or row.state != BookingState.ALLOCATED:
        return
    if isinstance(answer, Rejected):
        row.said = f"{row.weight_grams} g stands, not {news.draft.weight_grams} g: {answer.code} {answer.said}".strip()
        return
    row.draft, row.draft_hash = written_draft(news.draft)
    row.weight_grams, row.said = news.draft.weight_grams, ""


def _contents(
    session: Session, warehouse_id: int, order_id: UUID, packed: Sequence[PackedUnits]
) -> tuple[Content, ...]:
    order = order_by_id(session, warehouse_id, order_id)
    assert order is not None, f"a parcel of order {order_id} was closed, and there is no such order"
    lines = {line.line_no: line for line in order.lines}
    items = items_by_id(session, [line.sku_id for line in order.lines])
    return tuple(
        Content(items[line.sku_id].item.name, units.quantity, line.unit_price_minor)
        for units in packed
        for line in (lines[units.line_no],)
    )
