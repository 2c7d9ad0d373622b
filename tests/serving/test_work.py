"""The worker process works without being asked, and ends when it is asked to or when a part of it fails."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from tests.support.keys import PERSONAL_DATA_KEYS
from wms.app import House, create_app, house_of
from wms.config import Settings
from wms.customs.jobs import READ_TOPIC
from wms.demo.customers import sample_order
from wms.demo.goods import HOME, PRODUCTS
from wms.demo.site import SCARCE, load_demo_site
from wms.kernel.clock import Clock
from wms.orders.service import take_order
from wms.orders.tables import OrderRow
from wms.outbox.tables import OutboxMessage
from wms.places.tables import Warehouse
from wms.serving.work import WorkerFailed, run_worker

PATIENCE_SECONDS = 60


@pytest.fixture
def house(sqlite_database_url: str, tmp_path: Path) -> House:
    settings = Settings(
        database_url=sqlite_database_url,
        data_dir=tmp_path,
        secret_key="a-key-for-tests-of-32-characters!",
        personal_data_keys=PERSONAL_DATA_KEYS,
    )
    return house_of(create_app(settings))


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def test_a_new_order_is_promised_without_being_asked(house: House) -> None:
    warehouse_id = load_demo_site(house).warehouse_id
    now = house.clock.now()
    goods = [product for product in PRODUCTS if product.merchant == HOME.code and product.code not in SCARCE]
    wanted = sample_order("NEW-1", goods, Random(1), ordered_at=now, due_at=now)
    house.database.in_transaction(lambda session: take_order(session, warehouse_id, wanted, now=now))

    def state() -> str:
        query = select(OrderRow.state).where(OrderRow.number == "NEW-1")
        return house.database.reading(lambda session: session.execute(query).scalar_one())

    assert state() == "new"
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(house, stop), daemon=True)
    worker.start()
    try:
        until(lambda: state() == "allocated")
    finally:
        stop.set()
        worker.join(30)
    assert not worker.is_alive()


def test_an_answer_of_customs_is_taken_in_without_being_asked(house: House) -> None:
    load_demo_site(house)
    code = house.database.reading(lambda session: session.execute(select(Warehouse.code)).scalar_one())
    inbox = house.settings.customs_folder / code / "inbox"
    inbox.mkdir(parents=True)
    (inbox / ".a.tmp").write_bytes(b"<a/>")
    (inbox / ".a.tmp").rename(inbox / "a.xml")

    def read() -> int:
        query = select(func.count()).where(OutboxMessage.topic == READ_TOPIC, OutboxMessage.state == "done")
        return house.database.reading(lambda session: session.execute(query).scalar_one())

    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(house, stop), daemon=True)
    worker.start()
    try:
        until(lambda: read() == 1)
    finally:
        stop.set()
        worker.join(30)
    assert not worker.is_alive()
    assert not any(inbox.iterdir())


class BrokenClock(Clock):
    """Something nobody foresaw."""

    def now(self) -> datetime:
        raise RuntimeError("the clock has stopped")


def test_an_unforeseen_error_ends_the_worker(house: House) -> None:
    broken = replace(house, clock=BrokenClock())
    with pytest.raises(WorkerFailed, match="see the log above"):
        run_worker(broken, threading.Event())
