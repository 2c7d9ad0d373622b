"""A working day in the demo warehouse, played head-less through the HTTP API. Called by `wms demo shift`.

Receivers, pickers, packers and dispatchers each have a handheld and a thread; what passes between them is in `hall`,
what they do in `trades`. At the end everything is counted by asking the service, and the books are audited.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import quote, urlsplit

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.orm import Session

from wms.access.callers import CallerMemory
from wms.access.model import Role, command_line
from wms.access.service import revoke_api_token
from wms.app import House, create_app, house_of
from wms.demo.customers import sample_order
from wms.demo.goods import BY_CODE, FOOD, HOME, PRODUCTS, Product
from wms.demo.hall import Delivered, Delivery, Hall
from wms.demo.handheld import Handheld, ShiftTrouble
from wms.demo.payments import company_program, paid
from wms.demo.people import DemoPerson, people_with
from wms.demo.private_service import answers, private_service
from wms.demo.report import Report, gather, print_report
from wms.demo.site import NOTICES, PALLETS, TOTES, demo_warehouse
from wms.demo.tally import Tally
from wms.demo.trades.dispatcher import Dispatcher
from wms.demo.trades.packer import Packer
from wms.demo.trades.picker import Picker
from wms.demo.trades.receiver import Receiver
from wms.demo.trades.shop import Shop
from wms.demo.trades.worker import Worker
from wms.kernel.errors import BadInput, Fault, WmsError
from wms.kernel.refusal import Refusal
from wms.orders.intake import NewOrder
from wms.orders.lookup import orders_by_number
from wms.stock.audit import AuditReport, audit

RECEIVERS = 2
DISPATCHERS = 2
MOST_PICKERS = len(people_with(Role.PICKER)) - RECEIVERS
MOST_PACKERS = len(people_with(Role.PACKER)) - DISPATCHERS
PATIENCE_SECONDS, PRIVATE_PATIENCE_SECONDS = 45.0, 30.0
"""A little longer than an inspection takes: at an ordinary pace of customs, and at that of the private service."""
MOST_MINUTES = 30
"""A day that takes longer is stuck."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What kind of day it is."""

    pickers: int = 4
    orders: int = 40
    url: str | None = None
    seed: int = 1


def play(plan: Plan, open_house: Callable[[], House], console: Console | None = None) -> bool:
    """Play a day and print what came of it; True where all went well and the books are right.

    `open_house` opens the database of this installation; it is called only where the service at `plan.url` is ours.
    """
    console = console or Console()
    try:
        if plan.url is not None:
            address = _address_of(plan.url)
            with _payment_token(open_house, address, plan) as token:
                report = _day(plan, address, token, console)
            report.audit = _audit_by(open_house, report)
        else:
            console.print("Starting a private service …")
            with private_service() as service:
                house = house_of(create_app(service.settings))
                with _payment_token(lambda: house, service.address, plan) as token:
                    report = _day(plan, service.address, token, console)
                report.audit = house.database.reading(_audit_of_demo)
                house.database.engine.dispose()
    except ShiftTrouble as trouble:
        console.print(f"The shift could not be played: {trouble}", markup=False)
        return False
    print_report(report, console)
    return report.is_good


@contextlib.contextmanager
def _payment_token(open_house: Callable[[], House], address: tuple[str, int], plan: Plan) -> Iterator[str]:
    """A token with which the payment company's program brings slips to the service, revoked at the end of the day.

    It is made in the database, because no door gives one away. Raises ShiftTrouble where that is not the service's.
    """
    name = f"demo-shift-{_day_mark(datetime.now(UTC))}"
    try:
        house = open_house()
        token = house.database.in_transaction(lambda session: _make_token(session, name, house.clock.now()))
    except WmsError as error:
        raise ShiftTrouble(f"payment slips need this installation's database, which cannot be used: {error}") from error
    bank = Handheld(address, people_with(Role.ADMIN)[0], Tally(), Random(f"{plan.seed} bank"))
    bank.carry(token)
    status, _ = bank.request("GET", "/api/v1/customs/payments?order=none")
    bank.close()
    try:
        if status != 200:
            what = "this installation's database is not that of the service; set WMS_DATABASE_URL to the one it uses"
            raise ShiftTrouble(f"payment slips cannot be brought: {what}")
        yield token
    finally:
        house.database.in_transaction(lambda session: _revoke(session, name, house.clock.now()))
        house.database.engine.dispose()


def _make_token(session: Session, name: str, now: datetime) -> str:
    warehouse_id = demo_warehouse(session)
    if warehouse_id is None:
        raise BadInput([Fault("demo", "is not loaded in this database")])
    token = company_program(session, command_line(warehouse_id), name, now=now)
    if isinstance(token, Refusal):
        raise BadInput([Fault("token", f"{token}: another shift began in this very second")])
    return token


def _revoke(session: Session, name: str, now: datetime) -> None:
    warehouse_id = demo_warehouse(session)
    if warehouse_id is not None:
        revoke_api_token(session, CallerMemory(), command_line(warehouse_id), name, now=now)


def _day(plan: Plan, address: tuple[str, int], token: str, console: Console) -> Report:
    hall = Hall(Tally())
    office = _signed_in(address, people_with(Role.ADMIN)[0], hall.tally, plan, "office")
    deliveries = _announce(office, plan)
    for delivery in deliveries:
        hall.deliveries.put(delivery)
    for number in range(1, TOTES + 1):
        hall.empty_totes.put(f"TOT-{number}")
    for number in range(1, PALLETS + 1):
        hall.empty_pallets.put(f"PAL-{number}")
    waiting = sum(choice["count"] for choice in office.screen["choices"] if choice["action"] == "*PICK*")
    workers = _people(plan, address, token, hall)
    for worker in workers:
        hall.clock_in(worker.trade)
    started = time.monotonic()
    threads = [threading.Thread(target=worker.run, daemon=True) for worker in workers]
    totals = {
        "deliveries received": ("receiving", len(deliveries)),
        "orders picked": ("picking", waiting + plan.orders),
        "parcels packed": ("packing", waiting + plan.orders),
        "parcels loaded": ("dispatch", waiting + plan.orders),
    }
    try:
        with _progress(console) as progress:
            tasks = {event: progress.add_task(name, total=total) for event, (name, total) in totals.items()}
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                time.sleep(0.2)
                for event, task in tasks.items():
                    progress.update(task, completed=hall.tally.events[event])
                if time.monotonic() - started > MOST_MINUTES * 60:
                    hall.trouble(f"the day was not over after {MOST_MINUTES} minutes")
                    break
    finally:
        # Also on Ctrl-C: nobody goes on scanning while the service is being stopped.
        hall.stop.set()
    report = gather(office, hall, time.monotonic() - started)
    office.close()
    return report


def _people(plan: Plan, address: tuple[str, int], token: str, hall: Hall) -> list[Worker]:
    """Everybody who works today; pickers bring their own number, the others follow from it."""
    pickers, packers = people_with(Role.PICKER), people_with(Role.PACKER)
    patience = PRIVATE_PATIENCE_SECONDS if plan.url is None else PATIENCE_SECONDS

    def equipped(person: DemoPerson) -> tuple[Hall, Handheld, Random]:
        random = Random(f"{plan.seed} {person.badge}")
        return hall, Handheld(address, person, hall.tally, random), random

    shop = _device(address, people_with(Role.ADMIN)[0], hall.tally, plan, "shop")
    bank = _device(address, people_with(Role.ADMIN)[0], hall.tally, plan, "bank")
    bank.carry(token)
    return [
        Shop(hall, shop, Random(f"{plan.seed} shop"), tuple(paid(_orders(plan))), bank),
        *(Receiver(*equipped(person)) for person in pickers[:RECEIVERS]),
        *(Picker(*equipped(person)) for person in pickers[RECEIVERS : RECEIVERS + plan.pickers]),
        *(
            Dispatcher(*equipped(person), lane=f"LANE-{number}", patience_seconds=patience)
            for number, person in enumerate(packers[:DISPATCHERS], start=1)
        ),
        *(
            Packer(*equipped(person))
            for person in packers[DISPATCHERS : DISPATCHERS + min(MOST_PACKERS, -(-plan.pickers // 2))]
        ),
    ]


def _device(address: tuple[str, int], person: DemoPerson, tally: Tally, plan: Plan, name: str) -> Handheld:
    return Handheld(address, person, tally, Random(f"{plan.seed} {name}"), device=f"demo-{name}")


def _signed_in(address: tuple[str, int], person: DemoPerson, tally: Tally, plan: Plan, name: str) -> Handheld:
    device = _device(address, person, tally, plan, name)
    device.sign_in()
    return device


def _orders(plan: Plan) -> Iterator[NewOrder]:
    """Today's orders. The goods follow from the seed; the numbers from the time, so that every day has new ones."""
    random = Random(f"{plan.seed} orders")
    now = datetime.now(UTC)
    day = _day_mark(now)
    for number in range(1, plan.orders + 1):
        merchant = random.choice((HOME.code, FOOD.code))
        goods = [product for product in PRODUCTS if product.merchant == merchant]
        ordered_at, due_at = now - timedelta(minutes=5), now + timedelta(hours=6)
        yield sample_order(f"S{day}-{number:04d}", goods, random, ordered_at=ordered_at, due_at=due_at)


def _day_mark(now: datetime) -> str:
    return f"{now:%y%m%d%H%M%S}"


def _announce(office: Handheld, plan: Plan) -> list[Delivery]:
    """The deliveries of the day: what the demo's own notices still expect, and two new ones."""
    random = Random(f"{plan.seed} deliveries")
    deliveries = [delivery for number in NOTICES if (delivery := _rest_of(office, number, random))]
    day = _day_mark(datetime.now(UTC))
    for merchant in (HOME.code, FOOD.code):
        goods = random.sample([product for product in PRODUCTS if product.merchant == merchant], 6)
        number = f"S{day}-{merchant}"
        lines = [(product, (product.case_quantity or 6) * random.randint(1, 3)) for product in goods]
        office.push(
            "/api/v1/notices",
            {
                "merchant": merchant,
                "number": number,
                "lines": [{"sku": product.code, "quantity": units} for product, units in lines],
            },
        )
        deliveries.append(_delivery(number, lines, random))
    return deliveries


def _rest_of(office: Handheld, number: str, random: Random) -> Delivery | None:
    """What has not come yet of a notice that is known and open."""
    notice = office.get(f"/api/v1/notices/{quote(number)}")
    if notice is None or notice["state"] == "closed":
        return None
    lines = [(BY_CODE[line["sku"]], line["expected"] - line["received"]) for line in notice["lines"]]
    return _delivery(number, [(product, units) for product, units in lines if units > 0], random)


def _delivery(number: str, lines: list[tuple[Product, int]], random: Random) -> Delivery:
    """What really comes: mostly what was announced, sometimes a little less or more."""
    goods: list[Delivered] = []
    is_short = False
    for product, announced in lines:
        units = announced
        if random.random() < 0.1:
            units += random.choice((-1, 1))
        is_short = is_short or units < announced
        if units:
            goods.append(_delivered(product, units, number))
    return Delivery(number, tuple(goods), is_short)


def _delivered(product: Product, units: int, notice: str) -> Delivered:
    """Every delivery brings lots of its own."""
    if product.lot_policy == "none":
        return Delivered(product.code, units, "", "")
    lot = f"L{product.number}{notice.replace('-', '')}"[:20]
    if product.lot_policy == "lot":
        return Delivered(product.code, units, lot, "")
    expires_on = datetime.now(UTC).date() + timedelta(days=product.shelf_life_days * 95 // 100)
    return Delivered(product.code, units, lot, expires_on.isoformat())


@contextlib.contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    what = TextColumn("{task.description:<10}")
    with Progress(what, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console) as progress:
        yield progress


def _address_of(url: str) -> tuple[str, int]:
    """Raises BadInput where it is no address of ours, ShiftTrouble where nobody answers."""
    parts = urlsplit(url if "//" in url else f"http://{url}")
    try:
        port = parts.port or 80
    except ValueError:
        port = 0
    if parts.scheme != "http" or not parts.hostname or not port or parts.path not in ("", "/"):
        raise BadInput([Fault("--url", f"{url!r} is not an address such as http://127.0.0.1:8080")])
    if not answers((parts.hostname, port)):
        raise ShiftTrouble(f"nobody answers at {url}; start the service with `wms run`")
    return parts.hostname, port


def _audit_of_demo(session: Session) -> AuditReport:
    warehouse_id = demo_warehouse(session)
    assert warehouse_id is not None, "a shift was played in it"
    return audit(session, warehouse_id)


def _audit_by(open_house: Callable[[], House], report: Report) -> AuditReport | None:
    """The audit of this installation's database, None where the shift was played in another one."""
    try:
        house = open_house()
    except WmsError:
        return None

    def look(session: Session) -> AuditReport | None:
        warehouse_id = demo_warehouse(session)
        if warehouse_id is None or not report.orders:
            return None
        known = all(orders_by_number(session, warehouse_id, number) for number in report.orders)
        return audit(session, warehouse_id) if known else None

    try:
        return house.database.reading(look)
    finally:
        house.database.engine.dispose()
