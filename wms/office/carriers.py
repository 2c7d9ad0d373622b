"""Carriers as the office sees them: why which one, how far each waybill is, where the parcel is. Reads only.

Called by `carriers_views` and by the page of an order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from wms.carriers.accounts import accounts, rules_of
from wms.carriers.booked import NO_RULE, bookings_of, is_choosing
from wms.carriers.choosing import choice_for, is_outdated, read_choice
from wms.carriers.labels import LabelState, label_state
from wms.carriers.manifests import latest_manifests
from wms.carriers.model import (
    LIVE_STATES,
    Account,
    BookingState,
    ManifestKind,
    TrackingEvent,
    TrackingStatus,
    short_reference,
)
from wms.carriers.price_list import prices_of, zones_of
from wms.carriers.rules import Looked, Reason, Rule
from wms.carriers.tables import CarrierBookingRow, TrackingEventRow
from wms.carriers.tariff import Price, Zone
from wms.carriers.tracking import events_of, tracked_parcel
from wms.carriers.wording import reason_words, state_words, status_words
from wms.office.listing import Count, Scope, counted
from wms.office.plain_words import failure
from wms.orders.model import Order, OrderState
from wms.orders.tables import OrderRow
from wms.shipments.lookup import loads_by_id
from wms.shipments.model import Parcel

TROUBLED = (BookingState.UNSETTLED, BookingState.FAILED, BookingState.UNKNOWN, BookingState.VOID_REFUSED)
"""What a person should look at, the worst first."""
CARRIERS_HOME = "/office/carriers"
LINES_SHOWN = 100
MANIFESTS_SHOWN = 30
_UNDECIDED = (BookingState.UNSETTLED, BookingState.FAILED, BookingState.VOID_REFUSED)
"""Those that wait for a person and for nobody else."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """What was found out about one rule, in words."""

    line: int
    """Of the table of rules; 0: it is about none."""
    words: str
    decided: bool
    """Whether this is the one that decided."""


@dataclass(frozen=True, slots=True)
class BookingSheet:
    """One waybill, or the attempt at one."""

    id: UUID
    order_number: str
    account: str
    account_code: str
    state: BookingState
    words: str
    since: datetime
    parcel_number: int
    """Which of the order's parcels it is for."""
    told_grams: int
    """What the carrier knows it to weigh."""
    waybill_no: str
    error_code: str
    said: str
    """The carrier's own words."""
    reasons: tuple[ReasonLine, ...]
    reference: str
    """What the carrier's portal shows of it."""
    calls: int
    lookups: int
    is_live: bool
    is_on_parcel: bool
    label: LabelState | None = None
    """How far the carrier's own label is; None where it was not looked for."""
    is_outdated: bool = False
    """The recipient was corrected after the carrier was told of him: it has to be given to a carrier anew."""

    @property
    def needs_attention(self) -> bool:
        return self.state in TROUBLED or self.is_outdated

    @property
    def may_be_decided(self) -> bool:
        """Whether a person may still send it elsewhere."""
        return self.is_live and not self.is_on_parcel and not self.is_to_be_settled

    @property
    def is_to_be_settled(self) -> bool:
        """Whether a person has to look into the carrier's portal before anything else."""
        return self.state is BookingState.UNSETTLED


@dataclass(frozen=True, slots=True)
class TrackedSheet:
    """Where one parcel is, as its carrier tells."""

    parcel: str
    status: str
    status_since: datetime
    link: str
    """The public page."""
    events: Sequence[tuple[TrackingEvent, str]]
    customs_told: str


@dataclass(frozen=True, slots=True)
class CarriagePart:
    """The carrier's part of one order."""

    bookings: Sequence[BookingSheet]
    tracked: Sequence[TrackedSheet]
    """Its parcels by their numbers."""
    others: Sequence[Account]
    """Carriers it could be given to."""
    foreseen: Sequence[ReasonLine]
    """Which carrier the rules would choose now; empty once one was chosen, and where there are no rules."""


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """The list one carrier got with one load."""

    load: str
    account_code: str
    account: str
    number: str
    words: str
    parcels: int
    weight_grams: int
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class CarrierBoard:
    """Everything about carriers on one page."""

    troubled: Sequence[BookingSheet]
    counts: Mapping[str, int]
    """How many live bookings are in which state, in words."""
    unknown_codes: Sequence[tuple[str, str, int]]
    """Account, code and how often: what nobody has translated."""
    accounts: Sequence[Account]
    rules: Sequence[Rule]
    zones: Sequence[Zone]
    prices: Sequence[Price]
    manifests: Sequence[ManifestLine]


def carriage_part(
    session: Session, warehouse_id: int, order: Order, parcels: Sequence[Parcel], *, now: datetime
) -> CarriagePart:
    """What is to be shown beside an order."""
    known = {account.code: account for account in accounts(session, warehouse_id)}
    rows = bookings_of(session, warehouse_id, order.id)
    return CarriagePart(
        bookings=[
            replace(
                _sheet(row, order.number, known),
                label=_label(session, warehouse_id, row.id),
                is_outdated=row.parcel_id is None and is_outdated(row.draft, order),
            )
            for row in reversed(rows)
        ],
        tracked=_tracked(session, warehouse_id, parcels),
        others=[account for account in known.values() if account.is_enabled],
        foreseen=_foreseen(session, warehouse_id, order, known, now) if not rows and not parcels else (),
    )


def _tracked(session: Session, warehouse_id: int, parcels: Sequence[Parcel]) -> list[TrackedSheet]:
    rows = [tracked_parcel(session, warehouse_id, parcel.id) for parcel in parcels]
    return [
        TrackedSheet(
            parcel=row.waybill_no,
            status=status_words(TrackingStatus(row.status), "en"),
            status_since=row.status_since,
            link=f"/t/{row.token}",
            events=[
                (event, status_words(event.status, "en"))
                for event in reversed(events_of(session, warehouse_id, row.account_code, row.waybill_no))
            ],
            customs_told=row.customs_told,
        )
        for row in rows
        if row is not None
    ]


def undecided_count(session: Session, scope: Scope) -> Count:
    """How many waybills wait for a person's decision."""
    return counted(session, _undecided(scope, _UNDECIDED).with_only_columns(CarrierBookingRow.id))


def carrier_board(session: Session, scope: Scope) -> CarrierBoard:
    """Everything about carriers in one warehouse."""
    known = {account.code: account for account in accounts(session, scope.warehouse_id)}
    troubled = session.execute(
        _undecided(scope, TROUBLED).order_by(CarrierBookingRow.state_since).limit(LINES_SHOWN)
    ).all()
    counts = session.execute(
        select(CarrierBookingRow.state, func.count())
        .where(CarrierBookingRow.warehouse_id == scope.warehouse_id, CarrierBookingRow.parcel_id.is_(None))
        .group_by(CarrierBookingRow.state)
    ).all()
    unknown = session.execute(
        select(TrackingEventRow.account_code, TrackingEventRow.code, func.count())
        .where(TrackingEventRow.warehouse_id == scope.warehouse_id, TrackingEventRow.status == TrackingStatus.OTHER)
        .group_by(TrackingEventRow.account_code, TrackingEventRow.code)
        .order_by(func.count().desc())
        .limit(LINES_SHOWN)
    ).all()
    return CarrierBoard(
        troubled=sorted(
            (_sheet(row, number, known) for row, number in troubled), key=lambda sheet: TROUBLED.index(sheet.state)
        ),
        counts={
            state_words(BookingState(state)): count
            for state, count in sorted((row.state, row[1]) for row in counts)
            if BookingState(state) in LIVE_STATES
        },
        unknown_codes=[(row[0], row[1], row[2]) for row in unknown],
        accounts=list(known.values()),
        rules=rules_of(session, scope.warehouse_id),
        zones=zones_of(session, scope.warehouse_id),
        prices=prices_of(session, scope.warehouse_id),
        manifests=_manifests(session, scope, known),
    )


def _undecided(scope: Scope, states: Sequence[BookingState]) -> Select[CarrierBookingRow, str]:
    """Bookings in `states` with their orders' numbers; what was cancelled needs nobody's decision."""
    return (
        select(CarrierBookingRow, OrderRow.number)
        .join(
            OrderRow,
            (OrderRow.warehouse_id == CarrierBookingRow.warehouse_id) & (OrderRow.id == CarrierBookingRow.order_id),
        )
        .where(
            CarrierBookingRow.warehouse_id == scope.warehouse_id,
            CarrierBookingRow.state.in_(states),
            # The claim against a carrier outlives the order, and so does what may have been bought for it.
            or_(
                OrderRow.state != OrderState.CANCELLED,
                CarrierBookingRow.state.in_((BookingState.VOID_REFUSED, BookingState.UNSETTLED)),
            ),
        )
    )


def _manifests(session: Session, scope: Scope, known: Mapping[str, Account]) -> list[ManifestLine]:
    rows = latest_manifests(session, scope.warehouse_id, limit=MANIFESTS_SHOWN)
    loads = loads_by_id(session, scope.warehouse_id, [row.load_id for row in rows])
    return [
        ManifestLine(
            loads[row.load_id].code,
            row.account_code,
            known[row.account_code].name,
            row.number,
            "closed with the carrier" if row.kind == ManifestKind.MANIFEST else "pick-up list for its courier",
            row.parcels,
            row.weight_grams,
            row.closed_at,
        )
        for row in rows
    ]


def _sheet(row: CarrierBookingRow, order_number: str, known: Mapping[str, Account]) -> BookingSheet:
    def name_of(code: str) -> str:
        return known[code].name if code in known else code

    state = BookingState(row.state)
    return BookingSheet(
        id=row.id,
        order_number=order_number,
        account=name_of(row.account_code) if row.error_code != NO_RULE else "No carrier",
        account_code=row.account_code,
        state=state,
        words=state_words(state),
        since=row.state_since,
        parcel_number=row.parcel_number,
        told_grams=row.weight_grams,
        waybill_no=row.waybill_no or "",
        error_code=row.error_code if row.error_code != NO_RULE else "",
        said=row.said,
        reasons=_in_words(read_choice(row.choice), known),
        reference=short_reference(order_number, row.key),
        calls=row.calls,
        lookups=row.lookups,
        is_live=state in LIVE_STATES,
        is_on_parcel=row.parcel_id is not None,
    )


def _label(session: Session, warehouse_id: int, booking_id: UUID) -> LabelState:
    found = label_state(session, warehouse_id, booking_id)
    return replace(found, said=failure(found.said).sentence) if found.said and found.is_retried else found


def _foreseen(
    session: Session, warehouse_id: int, order: Order, known: Mapping[str, Account], now: datetime
) -> tuple[ReasonLine, ...]:
    if order.state is OrderState.CANCELLED or not is_choosing(session, warehouse_id):
        return ()
    return _in_words(choice_for(session, warehouse_id, order, now=now).looked_at, known)


_DECIDES = frozenset(
    {
        Reason.CHOSEN,
        Reason.CHEAPEST,
        Reason.BY_HAND,
        Reason.AS_BEFORE,
        Reason.FORWARDED,
        Reason.TAKEN_BACK,
        Reason.NO_RULE,
    }
)


def _in_words(looked_at: Sequence[Looked], known: Mapping[str, Account]) -> tuple[ReasonLine, ...]:
    """The reasons: what was looked for, the rules in the order of the table, and what is about none of them."""

    def name_of(code: str) -> str:
        return known[code].name if code in known else code

    return tuple(
        ReasonLine(looked.line, reason_words(looked, name_of(looked.account)), looked.reason in _DECIDES)
        for looked in sorted(looked_at, key=lambda each: (each.reason is not Reason.WANTED, not each.line, each.line))
    )
