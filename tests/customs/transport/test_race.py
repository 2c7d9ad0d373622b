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
KILLS = 4
PATIENCE_SECONDS = 120


def worker(url: str, root: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.customs.transport.taking", url, str(root), str(WAREHOUSE)]
    process = subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout
    process.stdout.close()


class Client(threading.Thread):
    """Writes answers for as long as workers are killed: most files appear whole, every tenth is written slowly."""

    def __init__(self, inbox: Path) -> None:
        super().__init__()
        self.inbox = inbox
        self.finished = threading.Event()
        self.names: list[str] = []

    def run(self) -> None:
        while not self.finished.wait(0.01):
            number = len(self.names)
            raw = b"<r n='%d'>%s</r>" % (number, b"x" * random.randrange(3_000))
            path = self.inbox / f"CEB622_{number:05d}.xml"
            if number % 10:
                draft = path.with_suffix(".tmp")
                draft.write_bytes(raw)
                draft.rename(path)
            else:
                with path.open("wb", buffering=0) as file:
                    file.write(raw[: len(raw) // 2])
                    self.finished.wait(0.02)
                    file.write(raw[len(raw) // 2 :])
            self.names.append(path.name)


def test_nothing_is_lost_and_nothing_is_kept_twice(database_url: str, database: Database, tmp_path: Path) -> None:
    root = tmp_path / "W7"
    inbox = root / "inbox"
    inbox.mkdir(parents=True)
    client = Client(inbox)
    workers = [worker(database_url, root) for _ in range(2)]
    client.start()
    try:
        for _ in range(KILLS):
            # Young workers have much to do: they are killed in the middle of it.
            time.sleep(random.uniform(0.0, 0.3))
            end(workers.pop(0))
            workers.append(worker(database_url, root))
        client.finished.set()
        client.join()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while left := _files(inbox) + _files(root / "taking"):
            assert time.monotonic() < deadline, f"{left} were never taken"
            time.sleep(0.05)
    finally:
        client.finished.set()
        client.join()
        for process in workers:
            end(process)
    rows = database.reading(
        lambda session: session.execute(select(RawReceiptRow.source, RawReceiptRow.raw, RawReceiptRow.sha256)).all()
    )
    assert Counter(row.source for row in rows) == {f"folder {name}": 1 for name in client.names}
    assert all(row.raw.startswith(b"<r n=") and row.raw.endswith(b"</r>") for row in rows)
    assert all(hashlib.sha256(row.raw).hexdigest() == row.sha256 for row in rows)
    assert len(_files(root / "done")) == len(client.names)
    to_read = select(func.count()).where(OutboxMessage.topic == READ_TOPIC)
    assert database.reading(lambda session: session.execute(to_read).scalar_one()) == len(client.names)


def _files(folder: Path) -> list[str]:
    return [name for _, _, names in os.walk(folder) for name in names]
