"""The outbox handler that fetches carriers' own labels. Registered in `wms.app`, run by the worker.

The label is kept with the wish to print it, in one transaction: it is fetched once and printed from what is kept, and
no copy ever calls a carrier. What the carrier says instead of a label is told at once to whoever waits for it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.adapters import adapter_of
from wms.carriers.asking import LABEL_TOPIC
from wms.carriers.labels import keep_label, label_of_booking
from wms.carriers.model import Account, BookingState
from wms.carriers.port import CarrierPort, InDoubt, NotReached
from wms.carriers.tables import CarrierBookingRow
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.masking import scrub
from wms.outbox.service import Message
from wms.outbox.worker import Handler
from wms.shipments.lookup import parcels_by_id

SILENT = "carrier_silent"
"""Why a label is not there: the carrier, or what is between, does not give it now."""

Came = Callable[..., None]
Failed = Callable[..., None]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The label of one booking."""

    account: Account
    waybill_no: str
    parcel_id: UUID | None
    closed_for: timedelta
    """How long the parcel stands there without it."""


@dataclass(frozen=True, slots=True)
class LabelFetcher:
    """Gets carriers' own labels. `came` and `failed` are told inside a transaction, with the parcel."""

    database: Database
    clock: Clock
    came: Came
    failed: Failed
    make_adapter: Callable[[Account, Clock], CarrierPort] = adapter_of

    def handlers(self) -> Mapping[str, Handler]:
        return {LABEL_TOPIC: self.fetch_label}

    def fetch_label(self, message: Message) -> None:
        """Get the label of a booking. Raises NotReached, InDoubt: tried again, then parked; while a
        carrier is left alone, no try is counted.

        After as long as the account says, we draw the label ourselves, under the carrier's number.
        """
        warehouse_id, booking_id = message.warehouse_id, UUID(json.loads(message.payload)["booking_id"])
        wanted = self.database.reading(lambda session: self._look(session, warehouse_id, booking_id))
        if wanted is None:
            return
        try:
            label = self.make_adapter(wanted.account, self.clock).fetch_label(wanted.waybill_no)
        except (NotReached, InDoubt) as why:
            if not self._give_up(warehouse_id, wanted, str(why)):
                raise
            return
        now = self.clock.now()

        def keep(session: Session) -> None:
            keep_label(session, warehouse_id, booking_id, label, now=now)
            if wanted.parcel_id is not None:
                self.came(session, warehouse_id, wanted.parcel_id, now=now)

        self.database.in_transaction(keep)

    def _look(self, session: Session, warehouse_id: int, booking_id: UUID) -> _Wanted | None:
        row = session.get(CarrierBookingRow, (warehouse_id, booking_id))
        if row is None or not row.waybill_no or label_of_booking(session, warehouse_id, booking_id):
            return None
        if row.state != BookingState.ALLOCATED:
            return None  # taken back: nothing may be stuck on a box under this number any more
        account = account_by_code(session, warehouse_id, row.account_code)
        if account is None:
            return None
        closed_for = timedelta(0)
        if row.parcel_id is not None:
            closed_at = parcels_by_id(session, warehouse_id, [row.parcel_id])[row.parcel_id].closed_at
            closed_for = self.clock.now() - closed_at
        return _Wanted(account, row.waybill_no, row.parcel_id, closed_for)

    def _give_up(self, warehouse_id: int, wanted: _Wanted, said: str) -> bool:
        """Tell who waits what the carrier said; whether we draw the label now."""
        parcel_id = wanted.parcel_id
        if parcel_id is None:
            return False
        patience = wanted.account.settings.get("draw_label_after", "")
        draws = bool(patience) and wanted.closed_for >= timedelta(seconds=int(patience))
        now = self.clock.now()

        def tell(session: Session) -> None:
            if draws:
                self.came(session, warehouse_id, parcel_id, now=now)
            else:
                words = scrub(f"{wanted.account.name}: {said}")
                self.failed(session, warehouse_id, parcel_id, SILENT, words, now=now)

        self.database.in_transaction(tell)
        return draws
