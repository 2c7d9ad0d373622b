"""The worker's loop over all inboxes: quick, and not to be stopped by what one of them meets."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.customs.parcels import WAREHOUSE, open_warehouse
from tests.customs.transport.answering_gateway import answering_gateway
from wms.config import Settings, settings_from_environment
from wms.customs.jobs import READ_TOPIC
from wms.customs.receipts.inbound import receipt_keeper
from wms.customs.tables import RawReceiptRow
from wms.customs.transport import inboxes
from wms.customs.transport.inboxes import KeepFor, run_inboxes
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.errors import Busy
from wms.outbox.tables import OutboxMessage

PATIENCE_SECONDS = 20


def settings(folder: Path, **variables: str) -> Settings:
    return settings_from_environment({"WMS_DATA_DIR": str(folder), **variables})


@contextmanager
def running(database: Database, clock: FixedClock, chosen: Settings, keep: KeepFor | None = None) -> Iterator[None]:
    stop = threading.Event()
    work = keep or receipt_keeper(database, clock)
    thread = threading.Thread(target=run_inboxes, args=(database, clock, chosen, work, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def kept(database: Database) -> int:
    return database.reading(lambda session: session.execute(select(func.count(RawReceiptRow.id))).scalar_one())


def arrive(root: Path, name: str, raw: bytes) -> None:
    inbox = root / "customs" / f"W{WAREHOUSE}" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / f".{name}").write_bytes(raw)
    (inbox / f".{name}").rename(inbox / name)


def test_what_arrives_is_kept_and_its_reading_ordered(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    with running(database, clock, settings(tmp_path)):
        arrive(tmp_path, "a.xml", b"<a/>")
        until(lambda: kept(database) == 1)
    row = database.reading(lambda session: session.execute(select(RawReceiptRow)).scalar_one())
    assert (row.warehouse_id, row.raw, row.source) == (WAREHOUSE, b"<a/>", "folder a.xml")
    message = database.reading(lambda session: session.execute(select(OutboxMessage)).scalar_one())
    assert (message.topic, str(row.id) in message.payload) == (READ_TOPIC, True)


def test_only_warehouses_of_a_bonded_zone_have_an_inbox(
    database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "WAREHOUSES_SECONDS", 0.1)
    database.in_transaction(partial(open_warehouse, regime="none", warehouse_id=8))
    with running(database, clock, settings(tmp_path)):
        until((tmp_path / "customs" / "W7" / "inbox").is_dir)
        database.in_transaction(partial(open_warehouse, warehouse_id=9))
        until((tmp_path / "customs" / "W9" / "inbox").is_dir)
    assert not (tmp_path / "customs" / "W8").exists()


def test_it_goes_on_when_a_missing_folder_is_back(
    database: Database, clock: FixedClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    drive = tmp_path / "drive"
    with running(database, clock, settings(tmp_path, WMS_CUSTOMS_DIR=str(drive))):
        until(lambda: "is missing: make it, or mount" in caplog.text)
        (drive / f"W{WAREHOUSE}" / "inbox").mkdir(parents=True)
        (drive / f"W{WAREHOUSE}" / "inbox" / "a.xml").write_bytes(b"<a/>")
        until(lambda: kept(database) == 1)
    assert "Traceback" not in caplog.text, "what is expected needs no stack"


def test_it_survives_what_nobody_foresaw(
    database: Database, clock: FixedClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep, failures = receipt_keeper(database, clock), iter([RuntimeError("odd"), Busy("no time"), OSError("disk")])

    def moody(warehouse_id: int, raw: bytes, source: str, receipt_id: UUID) -> None:
        if failure := next(failures, None):
            raise failure
        keep(warehouse_id, raw, source, receipt_id)

    for number in range(3):
        arrive(tmp_path, f"{number}.xml", b"<a/>")
    with running(database, clock, settings(tmp_path), moody):
        until(lambda: kept(database) == 3)
    assert "answers of customs wait, next try in 1 s" in caplog.text


def test_a_gateway_is_asked_as_well(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    with answering_gateway() as port:
        port.deliver("a.xml", b"<a/>")
        chosen = settings(tmp_path, WMS_CUSTOMS_TRANSPORT="http", WMS_CUSTOMS_GATEWAY_URL=port.url)
        with running(database, clock, chosen):
            until(lambda: kept(database) == 1)
            time.sleep(0.3)
            assert len(port.asked) == 1, "a gateway is not asked in a loop"


def test_without_a_connection_it_only_waits_for_its_end(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    with running(database, clock, settings(tmp_path, WMS_CUSTOMS_TRANSPORT="none")):
        time.sleep(0.1)
    assert not (tmp_path / "customs").exists()
