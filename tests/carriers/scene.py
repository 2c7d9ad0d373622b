"""A small warehouse that sends with a simulated SF, reached over a real socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.orders.scene import NOW, Scene, open_scene
from tests.support.floor import new_order
from wms.access.model import command_line
from wms.carriers.accounts import NewAccount, set_account, set_rules
from wms.carriers.booked import bookings_of
from wms.carriers.fetching import LabelFetcher
from wms.carriers.jobs import CarrierDesk
from wms.carriers.model import Account, CarrierKind
from wms.carriers.rules import Rule
from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.platform import Platform
from wms.carriers.simulator.registry import Registry
from wms.carriers.simulator.rest import PREFIX, ROOT, RestPlatform
from wms.carriers.simulator.serving import listening
from wms.carriers.tables import CarrierBookingRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState
from wms.orders.service import take_order
from wms.orders.tables import OrderLineRow, OrderRow
from wms.outbox.worker import Worker

REST_TOKEN = "a-token-of-tests"
CHECKWORD = "a-checkword*of~tests"
PARTNER = "WMSTEST"
QUICK = "1"
"""Seconds our side waits in tests for an answer."""


@contextmanager
def simulated(folder: Path, clock: FixedClock, faults: Faults | None = None) -> Iterator[Platform]:
    """The simulated carrier, listening."""
    platform = Platform(Registry(folder / "carrier.sqlite"), clock, PARTNER, CHECKWORD, faults or Faults())
    with listening(platform):
        yield platform


@contextmanager
def simulated_rest(folder: Path, clock: FixedClock, faults: Faults | None = None) -> Iterator[RestPlatform]:
    """The simulated carrier that speaks plain JSON, listening."""
    platform = RestPlatform(Registry(folder / "rest.sqlite", PREFIX), clock, REST_TOKEN, faults or Faults())
    with listening(platform):
        yield platform


def rest_settings(url: str, **more: str) -> tuple[tuple[str, str], ...]:
    return tuple({"url": f"{url}{ROOT}", "timeout_seconds": QUICK, **more}.items())


def rest_account(url: str, **more: str) -> Account:
    """An account that is in no database."""
    settings = dict(rest_settings(url, **more))
    return Account("REST", CarrierKind.REST, "Rest Carrier", "示例承运", "", "", True, "K1", settings, REST_TOKEN)


def sf_settings(url: str, **more: str) -> tuple[tuple[str, str], ...]:
    settings = {"url": url, "partner_id": PARTNER, "monthly_card": "7550000000", "timeout_seconds": QUICK, **more}
    return tuple(settings.items())


def sf_account(url: str, **more: str) -> Account:
    """An account that is in no database."""
    settings = dict(sf_settings(url, **more))
    return Account("SF", CarrierKind.SF, "SF Express", "顺丰速运", "", "", True, "K1", settings, CHECKWORD)


def tell_nobody(*_: object, **__: object) -> None:
    """Where no bench waits for labels."""


def no_customs(session: Session, warehouse_id: int, parcel_id: UUID, **_: object) -> Refusal:
    return Refusal("no_such_declaration")


@dataclass
class Sending:
    """The warehouse and the desk that asks carriers."""

    scene: Scene
    clock: FixedClock
    url: str
    """Of the simulated SF."""
    rest_url: str = ""
    """Of the simulated carrier that speaks plain JSON, where there is one."""
    desk: CarrierDesk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = CarrierDesk(self.database, self.clock, no_customs)

    @property
    def database(self) -> Database:
        return self.scene.database

    @property
    def warehouse_id(self) -> int:
        return self.scene.warehouse_id

    def rules(self, *rules: Rule) -> None:
        """Accounts SF and SF-2 at the simulated SF, REST where there is one, PLATFORM as forwarded, and these rules."""
        by = command_line(self.warehouse_id)

        def work(session: Session) -> None:
            for code in ("SF", "SF-2"):
                account = NewAccount(
                    code, CarrierKind.SF, f"{code} Express", "顺丰", "9999970001", "样例承运公司",
                    settings=sf_settings(self.url), secret=CHECKWORD,
                )  # fmt: skip
                set_account(session, by, account, now=NOW)
            if self.rest_url:
                account = NewAccount(
                    "REST", CarrierKind.REST, "Rest Carrier", settings=rest_settings(self.rest_url), secret=REST_TOKEN
                )
                set_account(session, by, account, now=NOW)
            forwarded = NewAccount("PLATFORM", CarrierKind.FORWARDED, "Platform", secret="shared")
            set_account(session, by, forwarded, now=NOW)
            set_rules(session, by, rules or (Rule(1, "SF"),), now=NOW)

        self.database.in_transaction(work)

    def order(self, number: str, **lines: int) -> UUID:
        """A picked order; of two RED, where nothing else is said."""
        wanted = new_order(number, lines or {"RED": 2})

        def work(session: Session) -> UUID:
            taken = take_order(session, self.warehouse_id, wanted, now=NOW)
            session.execute(update(OrderRow).where(OrderRow.id == taken.id).values(state=OrderState.PICKED))
            lines = update(OrderLineRow).where(OrderLineRow.order_id == taken.id)
            session.execute(lines.values(allocated=OrderLineRow.quantity, picked=OrderLineRow.quantity))
            return taken.id

        return self.database.in_transaction(work)

    def bookings(self, order_id: UUID) -> list[CarrierBookingRow]:
        return self.database.reading(lambda session: bookings_of(session, self.warehouse_id, order_id))

    def story(self, order_id: UUID) -> list[str]:
        """Each booking of an order as `SF allocated SF…`."""
        return [f"{row.account_code} {row.state} {row.waybill_no or ''}".strip() for row in self.bookings(order_id)]

    def work(self, *, minutes: float = 0) -> None:
        """Let the worker do what is due now, and within the next minutes."""
        fetcher = LabelFetcher(self.database, self.clock, tell_nobody, tell_nobody)
        worker = Worker(self.database, self.clock, {**self.desk.handlers(), **fetcher.handlers()})
        until = self.clock.now() + timedelta(minutes=minutes)
        while True:
            while worker.run_once():
                pass
            if self.clock.now() >= until:
                return
            # Seconds count while a booking is in doubt; over hours only what is due once in a while does.
            self.clock.forward(timedelta(seconds=5 if minutes <= 10 else 60))


def open_sending(database: Database, url: str, clock: FixedClock, rest_url: str = "") -> Sending:
    return Sending(open_scene(database), clock, url, rest_url)
