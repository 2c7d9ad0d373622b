"""Several worker processes over one inbox and one database, killed again and again: nothing is lost or kept twice."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from tests.customs.parcels import WAREHOUSE
from wms.customs.jobs import READ_TOPIC
from wms.customs.tables import RawReceiptRow
from wms.database.transaction import Database
from wms.outbox.tables import OutboxMessage

REPO = Path(__file__).parents[3]
FILES = 240
KILLS = 6
PATIENCE_SECONDS = 120


def worker(url: str, root: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.customs.transport.taking", url, str(root), str(WAREHOUSE)]
    process = subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def write_answers(inbox: Path, finished: threading.Event) -> None:
    """As clients do: most files appear whole, every tenth is written in place and slowly."""
    for number in range(FILES):
        raw = b"<r n='%d'>%s</r>" % (number, b"x" * random.randrange(3_000))
        path = inbox / f"CEB622_{number:04d}.xml"
        if number % 10:
            draft = path.with_suffix(".tmp")
            draft.write_bytes(raw)
            draft.rename(path)
        else:
            with path.open("wb", buffering=0) as file:
                file.write(raw[: len(raw) // 2])
                time.sleep(0.02)
                file.write(raw[len(raw) // 2 :])
        time.sleep(0.005)
    finished.set()


def test_nothing_is_lost_and_nothing_is_kept_twice(database_url: str, database: Database, tmp_path: Path) -> None:
    root = tmp_path / "W7"
    inbox = root / "inbox"
    inbox.mkdir(parents=True)
    finished = threading.Event()
    writer = threading.Thread(target=write_answers, args=(inbox, finished))
    workers = [worker(database_url, root) for _ in range(2)]
    writer.start()
    try:
        for _ in range(KILLS):
            time.sleep(random.uniform(0.1, 0.4))
            workers[0].send_signal(signal.SIGKILL)
            workers[0].wait()
            workers = [*workers[1:], worker(database_url, root)]
        writer.join()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while left := _files(inbox) + _files(root / "taking"):
            assert time.monotonic() < deadline, f"{left} were never taken"
            time.sleep(0.05)
    finally:
        for process in workers:
            process.kill()
            process.wait()
            assert process.stdout
            process.stdout.close()
    rows = database.reading(
        lambda session: session.execute(select(RawReceiptRow.source, RawReceiptRow.raw, RawReceiptRow.sha256)).all()
    )
    assert Counter(row.source for row in rows) == {f"folder CEB622_{number:04d}.xml": 1 for number in range(FILES)}
    assert all(row.raw.startswith(b"<r n=") and row.raw.endswith(b"</r>") for row in rows)
    assert all(hashlib.sha256(row.raw).hexdigest() == row.sha256 for row in rows)
    assert len(_files(root / "done")) == FILES
    to_read = select(func.count()).where(OutboxMessage.topic == READ_TOPIC)
    assert database.reading(lambda session: session.execute(to_read).scalar_one()) == FILES


def _files(folder: Path) -> list[str]:
    return [name for _, _, names in os.walk(folder) for name in names]
