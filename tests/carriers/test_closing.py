"""From the picked order to the delivered parcel, over the real doors, with a simulated carrier on a real socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.carriers.scene import CHECKWORD, sf_settings, simulated
from tests.support.floor import PIN, Floor, Handheld, opened_floor
from wms.access.model import command_line
from wms.app import worker_of
from wms.carriers.accounts import NewAccount, set_account, set_rules
from wms.carriers.labels import carrier_label_of_parcel
from wms.carriers.model import CarrierKind
from wms.carriers.rules import Rule
from wms.carriers.simulator.courier import JOURNEY, push, travel
from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.platform import Platform
from wms.carriers.tables import TrackedParcelRow, TrackingEventRow
from wms.customs.model import DocumentKind
from wms.customs.tables import DocumentRow
from wms.database.base import Base
from wms.labels.press import Press
from wms.places.tables import Warehouse
from wms.web.listening import open_door


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with Press() as made:
        yield made


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "china") as opened:
        opened.put_stock("A-01 RED 20")
        yield opened


@pytest.fixture
def carrier(floor: Floor, tmp_path: Path) -> Iterator[Platform]:
    with simulated(tmp_path / "carrier", floor.clock) as platform:
        yield platform


def send_with(floor: Floor, url: str, *rules: Rule) -> None:
    by = command_line(floor.warehouse_id)

    def work(session: Session) -> None:
        account = NewAccount(
            "SF", CarrierKind.SF, "SF Express", "顺丰速运", "9999970001", "样例承运公司",
            settings=sf_settings(url), secret=CHECKWORD,
        )  # fmt: skip
        set_account(session, by, account, now=floor.clock.now())
        set_rules(session, by, rules or (Rule(1, "SF"),), now=floor.clock.now())

    floor.database.in_transaction(work)


def picked(floor: Floor, number: str = "42") -> Handheld:
    floor.order(number, RED=1)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED")
    return hand


def run_worker(floor: Floor, press: Press) -> None:
    worker = worker_of(floor.house, press)
    while worker.run_once():
        pass


def tracked(floor: Floor) -> TrackedParcelRow:
    return floor.database.reading(lambda session: session.scalars(select(TrackedParcelRow)).one())


def test_without_rules_a_parcel_gets_our_own_number_and_its_page(floor: Floor) -> None:
    hand = picked(floor)
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S", "150g")
    number = floor.parcel("42").tracking_no
    assert number.startswith("CP")
    assert number.endswith("CN")
    page = floor.app.test_client().get(f"/t/{tracked(floor).token}")
    assert page.status_code == 200
    assert number in page.text


def test_a_parcel_is_closed_under_its_carriers_number_and_declared_under_it(
    floor: Floor, carrier: Platform, press: Press
) -> None:
    send_with(floor, carrier.address)
    hand = picked(floor)
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S")
    early = hand.scan("150g")
    assert (early["outcome"], early["code"]) == ("refused", "waybill_awaited")

    run_worker(floor, press)
    hand.scans("150g")
    (known,) = carrier.registry.orders()
    assert floor.parcel("42").tracking_no == known.waybill
    run_worker(floor, press)

    def waybill(session: Session) -> str:
        return session.scalars(select(DocumentRow.body).where(DocumentRow.kind == DocumentKind.LOGISTICS)).one()

    declared = floor.database.reading(waybill)
    assert known.waybill in declared
    assert "9999970001" in declared
    label = floor.database.reading(
        lambda session: carrier_label_of_parcel(session, floor.warehouse_id, floor.parcel("42").id)
    )
    assert label is not None
    assert label.content.startswith(b"%PDF")


def test_the_next_tote_is_packed_while_a_parcel_put_aside_waits_for_its_number(
    floor: Floor, carrier: Platform, press: Press
) -> None:
    send_with(floor, carrier.address)
    hand = picked(floor)
    floor.order("43", RED=1)
    hand.scans("T-2", "A-01", "RED")
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S")
    hand.scans("*HOME*")
    assert hand.scan("T-2")["code"] == "finish_first", "its weight was not asked for yet"
    hand.scans("T-1")
    assert hand.scan("150g")["code"] == "waybill_awaited"
    hand.scans("*HOME*", "T-2", "RED")
    # Of those that are not put aside he still has one only.
    hand.scans("*HOME*")
    assert hand.scan("T-1")["code"] == "finish_first"
    run_worker(floor, press)
    hand.scans("T-2", "BOX-S", "150g")
    hand.scans("T-1", "150g")
    assert {floor.parcel("42").weight_grams, floor.parcel("43").weight_grams} == {150}


def test_a_slow_carrier_is_told_at_the_bench_with_when_to_come_back(
    floor: Floor, carrier: Platform, press: Press
) -> None:
    carrier.faults = Faults(busy=1000)
    send_with(floor, carrier.address)
    hand = picked(floor)
    run_worker(floor, press)
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S")
    slow = hand.scan("150g")
    assert (slow["code"], slow["details"]) == ("carrier_slow", {"carrier": "SF Express", "seconds": 3})
    assert slow["message"]["title"] == "SF Express is slow: number in about 3 s."


def test_a_carrier_that_says_no_is_told_at_the_bench_in_its_own_words(
    floor: Floor, carrier: Platform, press: Press
) -> None:
    carrier.faults = Faults(not_served=1000)
    send_with(floor, carrier.address)
    hand = picked(floor)
    run_worker(floor, press)
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S")
    refused = hand.scan("150g")
    assert refused["code"] == "waybill_failed"
    assert "收方地址不在派送范围" in refused["message"]["title"]

    boss = office(floor)
    page = boss.get("/office/carriers").text
    assert "收方地址不在派送范围" in page
    action = page.split('action="/office/carriers/waybills/')[1].split("/")[0]
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    answer = boss.post(
        f"/office/carriers/waybills/{action}/give",
        data={"csrf_token": token, "account": "OWN", "to": "/office/order/42"},
    )
    assert answer.headers["Location"] == "/office/order/42?said=waybill_given"
    assert "Own numbers was chosen by Li Wei." in boss.get("/office/order/42").text
    hand.scans("150g")
    assert floor.parcel("42").tracking_no.startswith("CP")


def office(floor: Floor) -> FlaskClient:
    client = floor.app.test_client()
    client.post("/office/sign-in", data={"badge": "EMP-1", "pin": PIN, "to": "/office"})
    return client


def test_the_fallback_is_our_own_number_by_rule(floor: Floor, carrier: Platform, press: Press) -> None:
    carrier.faults = Faults(not_served=1000)
    send_with(floor, carrier.address, Rule(1, "SF", districts=("33",)), Rule(2, "OWN"))
    hand = picked(floor)
    run_worker(floor, press)
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S", "150g")
    assert floor.parcel("42").tracking_no.startswith("CP")
    page = office(floor).get("/office/order/42").text
    assert "SF Express was asked already, it said no: filterResult 3." in page
    assert "Own numbers takes it: the first rule that fits." in page


def test_delivery_is_told_to_customs_once_and_to_the_recipient_at_once(
    floor: Floor, carrier: Platform, press: Press
) -> None:
    send_with(floor, carrier.address)
    hand = picked(floor)
    run_worker(floor, press)
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S", "150g")
    floor.work_off_outbox(press)
    number = floor.parcel("42").tracking_no
    hand.scans("LANE-1", number)
    hand.scan("*DONE*")
    assert hand.scan("*DONE*")["code"] == "load_sealed_now"
    floor.work_off_outbox(press)
    hand.scan("*DONE*")
    assert hand.scan("*DONE*")["code"] == "load_closed"
    assert floor.parcel("42").dispatched_at is not None

    client = floor.app.test_client()
    path = f"/t/{tracked(floor).token}"
    before = client.get(path)
    assert client.get(path, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304

    floor.clock.forward(timedelta(hours=2))
    travel(carrier.registry, floor.clock, number, len(JOURNEY))
    run_worker(floor, press)
    floor.work_off_outbox(press, hours=1)
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Delivered" in after.text
    assert "已签收" in client.get(f"{path}?lang=zh").text
    for secret in ("样例收件人", "10000000009", "样例快递员"):
        assert secret not in after.text

    def told(session: Session) -> list[str]:
        return list(session.scalars(select(DocumentRow.body).where(DocumentRow.kind == DocumentKind.SIGNED_FOR)))

    (message,) = floor.database.reading(told)
    assert number in message
    assert tracked(floor).customs_told == "told"
    page = office(floor).get("/office/order/42").text
    assert "told that it was signed for" in page
    assert named_in_plain(floor) == []


def named_in_plain(floor: Floor) -> list[str]:
    """Where a table knows recipient or courier outside the sealed columns."""

    def look(session: Session) -> list[str]:
        connection = session.connection()
        return [
            f"{table.name} {secret}"
            for table in Base.metadata.sorted_tables
            for row in connection.exec_driver_sql(f"SELECT * FROM {table.name}")
            for secret in ("样例收件人", "10000000001", "样例快递员", "10000000009", "样例路 1 号")
            if secret in str(tuple(row)) or secret.encode() in b"".join(cell for cell in row if isinstance(cell, bytes))
        ]

    return floor.database.reading(look)


def test_pushed_events_are_kept_once_in_any_order_and_forged_ones_never(
    floor: Floor, carrier: Platform, press: Press
) -> None:
    send_with(floor, carrier.address)
    hand = picked(floor)
    run_worker(floor, press)
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S", "150g")
    number = floor.parcel("42").tracking_no
    routes = travel(carrier.registry, floor.clock, number, len(JOURNEY))
    with served(floor) as address:
        url = f"{address}/api/v1/carriers/HZ1/SF/events"
        answers = push(url, routes[::-1], CHECKWORD, floor.clock, Faults(push_doubled=1000, push_reordered=500, seed=3))
        assert answers == [200] * len(JOURNEY) * 2
        assert push(url, routes, "wrong", floor.clock, Faults()) == [403] * len(JOURNEY)
        stranger = f"{address}/api/v1/carriers/HZ1/NOBODY/events"
        assert push(stranger, routes[:1], CHECKWORD, floor.clock, Faults()) == [403]
    assert tracked(floor).status == "delivered"

    def count(session: Session) -> int:
        return len(session.scalars(select(TrackingEventRow.code)).all())

    assert floor.database.reading(count) == len(JOURNEY)
    assert floor.database.reading(lambda session: session.get_one(Warehouse, floor.warehouse_id)).code == "HZ1"


@contextmanager
def served(floor: Floor) -> Iterator[str]:
    """The application behind a real socket."""
    with open_door(floor.app, threads=2) as opened:
        yield f"http://127.0.0.1:{opened.port}"
