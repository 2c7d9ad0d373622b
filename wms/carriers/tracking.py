"""What carriers tell of parcels: kept once however often it is told, folded to one status, and passed on to customs.

Called by `jobs` (poll), `push` (pushed messages) and `closing` (a parcel begins to be tracked). Everything runs in the
caller's transaction.
"""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol, cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from wms.carriers.fold import Whereabouts, whereabouts
from wms.carriers.model import TrackingEvent, TrackingStatus
from wms.carriers.tables import TrackedParcelRow, TrackingEventRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.errors import Refused
from wms.kernel.refusal import Refusal
from wms.outbox.service import enqueue
from wms.shipments.lookup import parcels_by_id
from wms.shipments.model import ParcelState

TRACK_TOPIC = "carrier.track"
SIGNED_TOPIC = "carrier.signed"

POLL_PAUSE = timedelta(minutes=30)
SLOW_POLL_PAUSE = timedelta(hours=6)
SLOW_AFTER = timedelta(days=5)
GIVEN_UP_AFTER = timedelta(days=60)
_TOKEN_BYTES = 20

_events = cast(Table, TrackingEventRow.__table__)

_TRY_AGAIN = frozenset({"customs_parcel_here", "customs_not_yet"})
"""Refusals that time mends: the carrier was faster with its word than we with the closing of the load."""


class TellSigned(Protocol):
    """Tells customs that a parcel was signed for; customs' own refusal where that is not possible."""

    def __call__(
        self, session: Session, warehouse_id: int, parcel_id: UUID, *, signed_at: datetime, now: datetime
    ) -> int | Refusal: ...


def begin_tracking(
    session: Session, warehouse_id: int, parcel_id: UUID, account_code: str, waybill_no: str, *, now: datetime
) -> None:
    """A parcel got its waybill: it has a public page from now on."""
    session.add(
        TrackedParcelRow(
            warehouse_id=warehouse_id,
            parcel_id=parcel_id,
            account_code=account_code,
            waybill_no=waybill_no,
            token=secrets.token_urlsafe(_TOKEN_BYTES),
            status=TrackingStatus.ANNOUNCED,
            status_since=now,
            customs_told="",
        )
    )
    session.flush()


def ask_for_poll(
    session: Session, warehouse_id: int, account_code: str, waybill_no: str, *, now: datetime, pause: timedelta
) -> None:
    """Let the worker ask the carrier where a parcel is."""
    payload = json.dumps({"account": account_code, "waybill": waybill_no})
    key = f"carrier track:{account_code}:{waybill_no}"
    enqueue(session, warehouse_id, TRACK_TOPIC, payload, now=now, serial_key=key[:80], due_at=now + pause)


def next_poll(session: Session, warehouse_id: int, account_code: str, waybill_no: str, *, now: datetime) -> None:
    """Come again while something is still to be expected."""
    row = tracked_by_waybill(session, warehouse_id, account_code, waybill_no)
    if row is None:
        return
    row.polled_at = now
    if parcels_by_id(session, warehouse_id, [row.parcel_id])[row.parcel_id].state is ParcelState.CANCELLED:
        return
    if TrackingStatus(row.status) in (TrackingStatus.DELIVERED, TrackingStatus.RETURNED):
        return
    silent_for = now - row.status_since
    if silent_for < GIVEN_UP_AFTER:
        pause = SLOW_POLL_PAUSE if silent_for > SLOW_AFTER else POLL_PAUSE
        ask_for_poll(session, warehouse_id, account_code, waybill_no, now=now, pause=pause)


def keep_events(
    session: Session,
    warehouse_id: int,
    account_code: str,
    events: Iterable[TrackingEvent],
    *,
    source: str,
    now: datetime,
) -> int:
    """Keep what is new, and move the parcels it is about; how many events were new.

    Events of waybills that are none of ours are not kept: whoever tells us about strangers' parcels made a mistake.
    """
    new = 0
    touched: dict[str, Any] = {}
    for event in events:
        if event.waybill_no not in touched:
            touched[event.waybill_no] = tracked_by_waybill(session, warehouse_id, account_code, event.waybill_no)
        if touched[event.waybill_no] is not None:
            new += _keep(session, warehouse_id, account_code, event, source, now)
    if new:
        for waybill_no, row in touched.items():
            if row is not None:
                _move(session, row, events_of(session, warehouse_id, account_code, waybill_no), now)
    return new


def events_of(session: Session, warehouse_id: int, account_code: str, waybill_no: str) -> list[TrackingEvent]:
    """Everything that was told of a parcel, the first first."""
    rows = session.execute(
        select(_events)
        .where(
            _events.c.warehouse_id == warehouse_id,
            _events.c.account_code == account_code,
            _events.c.waybill_no == waybill_no,
        )
        .order_by(_events.c.at, _events.c.code)
    )
    return [
        TrackingEvent(row.waybill_no, row.code, TrackingStatus(row.status), row.at, row.place, row.said) for row in rows
    ]


def tracked_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> TrackedParcelRow | None:
    """A parcel as its carrier knows it; None where it was closed before parcels were tracked."""
    return session.get(TrackedParcelRow, (warehouse_id, parcel_id))


def tracked_by_token(session: Session, token: str) -> TrackedParcelRow | None:
    """The parcel behind a public link."""
    return session.scalars(select(TrackedParcelRow).where(TrackedParcelRow.token == token)).one_or_none()


def tracked_by_waybill(
    session: Session, warehouse_id: int, account_code: str, waybill_no: str
) -> TrackedParcelRow | None:
    """The parcel with that number, locked: two messages about it are written one after the other."""
    return session.scalars(
        select(TrackedParcelRow)
        .where(
            TrackedParcelRow.warehouse_id == warehouse_id,
            TrackedParcelRow.account_code == account_code,
            TrackedParcelRow.waybill_no == waybill_no,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def tell_signed(session: Session, *, warehouse_id: int, parcel_id: UUID, tell: TellSigned, now: datetime) -> None:
    """Tell customs, and keep what came of it. Raises Refused where time will mend it."""
    row = tracked_parcel(session, warehouse_id, parcel_id)
    if row is None or row.delivered_at is None:
        return
    told = tell(session, warehouse_id, parcel_id, signed_at=row.delivered_at, now=now)
    if isinstance(told, Refusal):
        if told.code in _TRY_AGAIN:
            raise Refused(told)
        row.customs_told = told.code[:40]
    else:
        row.customs_told = "told"


def _keep(
    session: Session, warehouse_id: int, account_code: str, event: TrackingEvent, source: str, now: datetime
) -> int:
    insert = insert_ignoring_duplicates(_events, session.get_bind().dialect.name)
    row = session.execute(
        insert.values(
            warehouse_id=warehouse_id,
            account_code=account_code,
            waybill_no=event.waybill_no,
            code=event.code,
            at=event.at,
            place=event.place,
            status=event.status,
            said=event.said,
            source=source,
            heard_at=now,
        ).returning(_events.c.code)
    ).first()
    return 0 if row is None else 1


def _move(session: Session, row: TrackedParcelRow, events: list[TrackingEvent], now: datetime) -> None:
    found: Whereabouts | None = whereabouts(events)
    if found is None:
        return
    row.status, row.status_since = found.status, found.since
    if found.delivered_at is not None and row.delivered_at is None:
        row.delivered_at = found.delivered_at
        payload = json.dumps({"parcel_id": str(row.parcel_id)})
        enqueue(session, row.warehouse_id, SIGNED_TOPIC, payload, now=now, serial_key=f"carrier signed:{row.parcel_id}")
    session.flush()
