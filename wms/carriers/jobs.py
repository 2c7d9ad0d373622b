"""The outbox handlers that call carriers. Registered in `wms.app`, run by the worker, with no transaction open.

They may die at any line: what was going on is written before each call, and whoever comes next looks it up.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from wms.carriers import amending, booked, bookings, idle
from wms.carriers.accounts import account_by_code, make_own_account
from wms.carriers.adapters import adapter_of
from wms.carriers.amending import AMEND_TOPIC
from wms.carriers.asking import BOOK_TOPIC, LABEL_TOPIC
from wms.carriers.bookings import Step, StepKind
from wms.carriers.choosing import what_to_ask
from wms.carriers.manifests import MANIFEST_TOPIC, keep_manifest, not_listed_yet
from wms.carriers.model import (
    Account,
    Answer,
    Found,
    Manifest,
    ManifestKind,
    NotPriced,
    RateSource,
    TooLate,
    Voided,
)
from wms.carriers.port import CarrierPort, InDoubt, ManifestDiffers, NotReached
from wms.carriers.quoting import Said, keep_quotes
from wms.carriers.tracking import SIGNED_TOPIC, TRACK_TOPIC, TellSigned, keep_events, next_poll, tell_signed
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.outbox.service import Message
from wms.outbox.worker import Handler

TOPICS = frozenset({BOOK_TOPIC, LABEL_TOPIC, TRACK_TOPIC, SIGNED_TOPIC, MANIFEST_TOPIC, AMEND_TOPIC})
"""A slow carrier must keep neither customs nor printers waiting: `wms.serving` gives these threads of their own."""

T = TypeVar("T")

MakeAdapter = Callable[[Account, Clock], CarrierPort]


@dataclass(frozen=True, slots=True)
class CarrierDesk:
    """Asks carriers for numbers and where parcels are."""

    database: Database
    clock: Clock
    tell_customs: TellSigned
    """Told once the recipient has a parcel."""
    make_adapter: MakeAdapter = adapter_of

    def handlers(self) -> Mapping[str, Handler]:
        return {
            BOOK_TOPIC: self.book,
            TRACK_TOPIC: self.poll,
            SIGNED_TOPIC: self.report_signed,
            MANIFEST_TOPIC: self.close_manifests,
            AMEND_TOPIC: self.amend,
        }

    def book(self, message: Message) -> None:
        """One step of a booking. Never fails because of a carrier: what it said is on the page, and when to come again
        is in the outbox.
        """
        asked, warehouse_id = json.loads(message.payload), message.warehouse_id
        if "idle_id" in asked:
            self._write(partial(idle.look_at_idle, warehouse_id=warehouse_id, booking_id=UUID(asked["idle_id"])))
            return
        if "order_id" in asked:
            order_id, number = UUID(asked["order_id"]), asked.get("parcel_number", 1)
            self._ask_prices(warehouse_id, order_id, number)
            begun = self._write(
                partial(booked.begin, warehouse_id=warehouse_id, order_id=order_id, parcel_number=number)
            )
            if begun is not None:
                self.advance(warehouse_id, begun)
            return
        self.advance(warehouse_id, UUID(asked["booking_id"]))

    def _ask_prices(self, warehouse_id: int, order_id: UUID, parcel_number: int) -> None:
        """Ask the carriers that name prices themselves, where prices decide. Whoever is silent competes without one."""
        questions = self.database.reading(
            lambda session: what_to_ask(session, warehouse_id, order_id, parcel_number, now=self.clock.now())
        )
        said: list[Said] = []
        for account, draft in questions:
            adapter = self.make_adapter(account, self.clock)
            if adapter.capabilities().rates is not RateSource.ASKED:
                continue
            try:
                answer = adapter.rate(draft)
            except (NotReached, InDoubt) as why:
                answer = NotPriced(str(why))
            said.append(Said(account.code, draft.service, answer))
        if said:
            self._write(partial(keep_quotes, warehouse_id=warehouse_id, order_id=order_id, said=said))

    def advance(self, warehouse_id: int, booking_id: UUID) -> bool:
        """Take the booking up, ask the carrier, write down what came of it. False where there was nothing to do."""
        step = self._write(partial(bookings.take_up, warehouse_id=warehouse_id, booking_id=booking_id))
        if step is None:
            return False
        adapter = self.make_adapter(step.account, self.clock)
        try:
            outcome = _ask(adapter, step)
        except NotReached as why:
            self._write(partial(bookings.settle_nothing_sent, step=step, why=str(why)))
        except InDoubt as why:
            self._write(partial(bookings.settle_in_doubt, step=step, why=str(why)))
        else:
            self._write(partial(bookings.settle, step=step, outcome=outcome))
        return True

    def poll(self, message: Message) -> None:
        """Ask where a parcel is, and come again later while it is on its way. Silence of a carrier is no failure."""
        asked, warehouse_id = json.loads(message.payload), message.warehouse_id
        account = self.database.reading(lambda session: account_by_code(session, warehouse_id, asked["account"]))
        if account is None:
            return
        try:
            events = self.make_adapter(account, self.clock).track([asked["waybill"]])
        except (NotReached, InDoubt):
            events = []
        now = self.clock.now()

        def write(session: Session) -> None:
            keep_events(session, warehouse_id, account.code, events, source="poll", now=now)
            next_poll(session, warehouse_id, account.code, asked["waybill"], now=now)

        self.database.in_transaction(write)

    def amend(self, message: Message) -> None:
        """Tell a carrier what a closed parcel really weighs and holds. Raises NotReached, InDoubt: told again, for
        twice is once, then parked.
        """
        booking_id, warehouse_id = UUID(json.loads(message.payload)["booking_id"]), message.warehouse_id
        news = self.database.reading(partial(amending.news_for, warehouse_id=warehouse_id, booking_id=booking_id))
        if news is None:
            return
        answer = self.make_adapter(news.account, self.clock).amend(news.draft, news.waybill_no, news.key)
        self._write(
            partial(amending.keep_answer, warehouse_id=warehouse_id, booking_id=booking_id, news=news, answer=answer)
        )

    def report_signed(self, message: Message) -> None:
        """Tell customs that a parcel was signed for. Raises where it has to be tried again."""
        parcel_id = UUID(json.loads(message.payload)["parcel_id"])
        self._write(
            partial(tell_signed, warehouse_id=message.warehouse_id, parcel_id=parcel_id, tell=self.tell_customs)
        )

    def close_manifests(self, message: Message) -> None:
        """Give each carrier of a load that has left its list. Raises NotReached, InDoubt, ManifestDiffers: tried again
        under the same key, then parked.
        """
        warehouse_id, load_id = message.warehouse_id, UUID(json.loads(message.payload)["load_id"])
        # Ourselves are an account also where there never were rules: our own list is kept under it.
        self.database.in_transaction(lambda session: make_own_account(session, warehouse_id))
        for handed in self.database.reading(partial(not_listed_yet, warehouse_id=warehouse_id, load_id=load_id)):
            adapter = self.make_adapter(handed.account, self.clock)
            if adapter.capabilities().manifests:
                kind, made = ManifestKind.MANIFEST, adapter.close_manifest(handed.waybills, handed.number)
                if set(made.waybills) != set(handed.waybills):
                    raise ManifestDiffers(f"{handed.account.name} lists other parcels than load {handed.load} has")
            else:
                kind, made = ManifestKind.PICKUP_LIST, Manifest(handed.number, tuple(handed.waybills))
            self._write(partial(keep_manifest, warehouse_id=warehouse_id, handed=handed, kind=kind, made=made))

    def _write(self, work: Callable[..., T]) -> T:
        now = self.clock.now()
        return self.database.in_transaction(lambda session: work(session, now=now))


def _ask(adapter: CarrierPort, step: Step) -> Answer | Found | Voided | TooLate:
    match step.kind:
        case StepKind.CALL:
            return adapter.allocate(step.draft, step.key)
        case StepKind.LOOK_UP:
            return adapter.lookup(step.key)
        case StepKind.VOID:
            return adapter.void(step.waybill_no, step.key, step.reason, carrier_ref=step.carrier_ref)
