"""A small warehouse in the language of the floor: journeys are written in scans and assert stock as text.

`Floor` runs the whole application, entered by `create_app` like any other process, and talks to it over its HTTP doors.
Names are short: `A-01` is a place, `RED` a SKU, `T-1` a tote, `P-1` a pallet; `*SHORT*` and `LOC-A-01` are themselves.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.electronic_port import ElectronicPort
from tests.support.keys import PERSONAL_DATA_KEYS, signing_key_file
from tests.support.payments import push_slip
from tests.support.stock_text import StockText
from wms.access.model import Role, command_line
from wms.access.pins import Pins
from wms.access.service import create_operator
from wms.app import create_app, house_of, worker_of
from wms.arrivals.intake import NewNotice, NewNoticeLine
from wms.arrivals.service import create_notice
from wms.catalogue.model import LotPolicy, NewMerchant
from wms.catalogue.service import create_merchant
from wms.catalogue.tables import Sku, SkuBarcode
from wms.config import Settings
from wms.containers.model import ContainerKind
from wms.containers.service import create_container
from wms.kernel.clock import FixedClock
from wms.kernel.identity import gs1_check_digit, uuid7
from wms.labels.press import Press
from wms.orders.intake import (
    NewAmounts,
    NewBuyer,
    NewConsignee,
    NewLine,
    NewOrder,
    NewPayment,
)
from wms.orders.lookup import orders_by_number
from wms.orders.promises import allocate_order
from wms.orders.service import take_order
from wms.outbox.worker import Worker
from wms.places.model import NewPlace, NewWarehouse, PlaceKind
from wms.places.service import create_places, create_warehouse
from wms.places.tables import Warehouse
from wms.shipments.lookup import parcels_of_order
from wms.shipments.model import BoxType, Parcel
from wms.shipments.numbers import default_ranges, set_up_number_ranges
from wms.shipments.service import add_box_type

NOON = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
PIN = "2468"

PLACES = (
    NewPlace("DOCK-1", PlaceKind.DOCK),
    NewPlace("STAGE", PlaceKind.STAGE),
    NewPlace("PROBLEM", PlaceKind.PROBLEM),
    NewPlace("A-01", PlaceKind.PICK, walk_order=1),
    NewPlace("A-02", PlaceKind.PICK, walk_order=2),
    NewPlace("A-03", PlaceKind.PICK, walk_order=3),
    NewPlace("A-04", PlaceKind.PICK, walk_order=4),
    NewPlace("R-01", PlaceKind.RESERVE, walk_order=9),
    NewPlace("BUFFER", PlaceKind.BUFFER),
    NewPlace("BENCH-1", PlaceKind.BENCH),
    NewPlace("CAGE-1", PlaceKind.CAGE),
    NewPlace("LANE-1", PlaceKind.LANE),
    NewPlace("LANE-2", PlaceKind.LANE),
)

SKUS = (
    ("RED", LotPolicy.NONE),
    ("BLUE", LotPolicy.NONE),
    ("GREEN", LotPolicy.NONE),
    ("CREAM", LotPolicy.LOT_AND_EXPIRY),
)
CASE_OF_RED = 12

PEOPLE = (
    ("EMP-1", "Li Wei", Role.SUPERVISOR),
    ("EMP-2", "Chen Yu", Role.PICKER),
    ("EMP-3", "Ana Sousa", Role.PICKER),
    ("EMP-4", "Ben Okoro", Role.PACKER),
)


def gtin_of(sku: str) -> str:
    """The EAN-13 of a SKU of this small warehouse."""
    number = next(index for index, (code, _) in enumerate(SKUS) if code == sku)
    body = f"95200000000{number}"
    return body + gs1_check_digit(body)


def case_of_red() -> str:
    """The GTIN-14 of a case of RED."""
    body = "1" + gtin_of("RED")[:-1]
    return body + gs1_check_digit(body)


@dataclass
class Handheld:
    """One signed-in handheld."""

    floor: "Floor"
    client: FlaskClient
    device: str
    csrf_token: str
    task: Mapping[str, Any] | None = None
    screen: Mapping[str, Any] = field(default_factory=dict)

    def scan(self, text: str, *, source: str = "wedge", **changes: Any) -> Mapping[str, Any]:
        """Scan one code at the present screen and return the whole answer."""
        body = {
            "scan_id": str(uuid7()),
            "device": self.device,
            "raw": code_of(text),
            "source": source,
            "task_id": self.task["id"] if self.task else None,
            "task_version": self.task["version"] if self.task else None,
            **changes,
        }
        return self.send(body)

    def send(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a scan as it is."""
        response = self.post(body)
        assert response.status_code == 200, (response.status_code, response.text)
        reply: Mapping[str, Any] = response.json or {}
        self.task, self.screen = reply["task"], reply["screen"]
        return reply

    def post(self, body: Mapping[str, Any]) -> Any:
        """The bare HTTP answer to a scan."""
        return self.client.post("/api/v1/scans", json=body, headers={"X-CSRF-Token": self.csrf_token})

    def scans(self, *texts: str) -> Mapping[str, Any]:
        """Scan several codes; every one must count. Returns the last answer."""
        reply: Mapping[str, Any] = {}
        for text in texts:
            reply = self.scan(text)
            assert reply["outcome"] in ("accepted", "completed"), (text, reply["code"], reply["message"])
        return reply


class Floor:
    """The application over one database, with a clock that stands still."""

    def __init__(self, database_url: str, folder: Path, *, customs: str = "none", start: datetime = NOON) -> None:
        self.clock = FixedClock(start)
        self.customs = customs
        self.settings = Settings(
            database_url=database_url,
            data_dir=folder,
            secret_key="a-key-for-tests-of-32-characters!",
            personal_data_keys=PERSONAL_DATA_KEYS,
            customs_key_file=signing_key_file(),
            lease_seconds=900,
        )
        self.app: Flask = create_app(self.settings, self.clock)
        self.app.testing = True
        self.house = house_of(self.app)
        self.database = self.house.database
        self.warehouse_id = self.database.in_transaction(
            lambda session: _standing(session) or _build(session, customs, pin_hash(), NOON)
        )
        self.port = ElectronicPort(self.house, self.warehouse_id, "HZ1") if customs != "none" else None
        self.stock = StockText(self.database, self.warehouse_id, self.house.ledger, start)

    def close(self) -> None:
        self.database.engine.dispose()

    def handheld(self, badge: str = "EMP-1", device: str = "", *, take_over: bool = False) -> Handheld:
        """Sign a person in on a device of his own."""
        client = self.app.test_client()
        name = device or f"device-{badge}"
        body = {"badge": badge, "pin": PIN, "device": name, "take_over": take_over}
        response = client.post("/api/v1/sign-in", json=body)
        assert response.status_code == 200, response.text
        answer = response.json or {}
        return Handheld(self, client, name, answer["csrf_token"], answer["task"], answer["screen"])

    def notice(self, number: str, **lines: int) -> None:
        """Announce a delivery: `floor.notice("4711", RED=5)`."""
        wanted = NewNotice("ACME", number, tuple(NewNoticeLine(sku, quantity) for sku, quantity in lines.items()))
        self.database.in_transaction(
            lambda session: create_notice(session, self.warehouse_id, wanted, now=self.clock.now())
        )

    def order(self, number: str, *, is_paid: bool = True, **lines: int) -> None:
        """Take an order in and allocate it: `floor.order("42", RED=2)`; in a bonded warehouse its payment slip too."""
        wanted = new_order(number, lines)

        def work(session: Any) -> Any:
            taken = take_order(session, self.warehouse_id, wanted, now=self.clock.now())
            return allocate_order(session, self.warehouse_id, taken.id, now=self.clock.now())

        self.database.in_transaction(work)
        if self.customs != "none" and is_paid:
            push_slip(self, number)

    def put_stock(self, text: str) -> None:
        """Goods that are on the shelves already: `floor.put_stock("A-01 RED 10")`."""
        self.stock.given(text)

    def parcel(self, number: str) -> Parcel:
        """The parcel of an order that has one."""
        (parcel,) = self.parcels(number)
        return parcel

    def parcels(self, number: str) -> list[Parcel]:
        """The parcels of an order by their numbers."""

        def look(session: Any) -> list[Parcel]:
            order = orders_by_number(session, self.warehouse_id, number)[0]
            return parcels_of_order(session, self.warehouse_id, order.id)

        return self.database.reading(look)

    def work_off_outbox(self, press: Press, *, hours: int = 2) -> None:
        """Let worker, electronic port and inbox do everything that is due within the next hours."""
        worker = worker_of(self.house, press)
        self._work(worker)
        for _ in range(hours * 12):
            self.clock.forward(timedelta(minutes=5))
            self._work(worker)

    def _work(self, worker: Worker) -> None:
        """Everything that is due now, until nothing moves any more."""
        moved = 1
        while moved:
            moved = self.port.turn() if self.port is not None else 0
            while worker.run_once():
                moved += 1


@cache
def pin_hash() -> str:
    """Of everybody's PIN: to hash it is slow on purpose."""
    return Pins().hash(PIN)


@contextmanager
def opened_floor(database_url: str, folder: Path, customs: str, *, start: datetime = NOON) -> Iterator[Floor]:
    """A floor, closed at the end; one that stands already in the database goes on from there."""
    floor = Floor(database_url, folder, customs=customs, start=start)
    try:
        yield floor
    finally:
        floor.close()


def new_order(number: str, lines: Mapping[str, int]) -> NewOrder:
    """An order with everything customs asks for, at 10 yuan a piece."""
    goods = Decimal(10) * sum(lines.values())
    return NewOrder(
        merchant="ACME",
        number=number,
        currency="CNY",
        lines=tuple(NewLine(sku, quantity, "10.00") for sku, quantity in lines.items()),
        amounts=NewAmounts(freight="0", discount="0", tax="0", paid=str(goods)),
        buyer=NewBuyer(account="buyer-1", name="虚构买家", id_number="990000199001010017", phone="10000000000"),
        payment=NewPayment(transaction_id=f"PAY-{number}", paid_at=NOON),
        consignee=NewConsignee(
            name="样例收件人", phone="10000000001", address=("样例路 1 号",), district="330100", country="CN"
        ),
    )


def code_of(text: str) -> str:
    """The barcode behind a short name."""
    if any(place.code == text for place in PLACES):
        return f"LOC-{text}"
    if any(code == text for code, _ in SKUS):
        return gtin_of(text)
    tote = re.fullmatch(r"T-(\d+)", text)
    if tote:
        return f"TOT-{tote[1]}"
    pallet = re.fullmatch(r"P-(\d+)", text)
    return f"PAL-{pallet[1]}" if pallet else text


def _standing(session: Any) -> int | None:
    found: int | None = session.scalar(select(Warehouse.id).where(Warehouse.code == "HZ1"))
    return found


def _build(session: Any, customs: str, pin_hash: str, now: datetime) -> int:
    warehouse_id = create_warehouse(
        session,
        NewWarehouse(
            "HZ1",
            "Hangzhou 1",
            customs_regime=customs,
            agent_code="9999980005",
            agent_name="样例报关公司",
            area_code="9999980006",
            area_name="样例仓储公司",
            account_book_no="T99990000001",
            customs_office="9999",
            logistics_code="9999980004",
            logistics_name="样例物流公司",
            address="样例园区 1 号",
        ),
    )
    create_places(session, warehouse_id, PLACES)
    merchant_id = create_merchant(
        session,
        NewMerchant("ACME", "Acme", "9999960001", "样例平台", "9999960002", "样例电商", "9999960003", "样例支付"),
    )
    for code, policy in SKUS:
        sku = Sku(
            merchant_id=merchant_id,
            code=code,
            name=f"{code.capitalize()} brush",
            name_zh=f"牙刷 {code}",
            weight_grams=100,
            length_mm=100,
            width_mm=20,
            height_mm=20,
            lot_policy=policy,
            tracks_serial=False,
            hs_code="9603210000",
            origin_country="116",
            article_record_no="1",
            customs_unit="011",
            vat_rate_bp=1300,
            consumption_tax_rate_bp=0,
            net_weight_grams=90,
            updated_at=now,
        )
        session.add(sku)
        session.flush()
        session.add(SkuBarcode(code=gtin_of(code).rjust(14, "0"), sku_id=sku.id, level="each", pack_quantity=1))
        if code == "RED":
            session.add(SkuBarcode(code=case_of_red(), sku_id=sku.id, level="case", pack_quantity=CASE_OF_RED))
    for number in range(1, 10):
        create_container(session, warehouse_id, f"TOT-{number}", ContainerKind.TOTE)
        create_container(session, warehouse_id, f"PAL-{number}", ContainerKind.PALLET)
    for box in (BoxType("S", 200, 150, 100, 50), BoxType("L", 600, 400, 400, 400)):
        add_box_type(session, warehouse_id, box)
    set_up_number_ranges(session, warehouse_id, default_ranges(warehouse_id, "9521234"))
    by = command_line(warehouse_id)
    for badge, name, role in PEOPLE:
        create_operator(session, by, badge=badge, name=name, role=role, pin_hash=pin_hash, now=now)
    session.flush()
    assert session.execute(select(Sku.id)).first() is not None
    return warehouse_id
