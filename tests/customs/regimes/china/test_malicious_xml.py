"""No message, whatever is in it, harms the reader or keeps a genuine receipt out."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.customs.ceb import receipt
from tests.customs.parcels import WAREHOUSE, declared
from tests.customs.regimes.china.malice import GENUINE, HARMLESS, MALICE
from wms.customs.jobs import READ_TOPIC, ReceiptReader, read_payload
from wms.customs.model import QuarantineReason
from wms.customs.receipts.intake import keep_receipt, store_receipt
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.tables import DeclarationRow, QuarantineRow, RawReceiptRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.outbox.service import enqueue
from wms.outbox.tables import OutboxMessage
from wms.outbox.worker import Worker

MOST_MEMORY = 1024 * 1024 * 1024
MOST_CPU_SECONDS = 60
"""For all samples together, by a wide margin: a reader that does more than look at each byte a few times ends here."""

_READ_ALL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
sys.path.insert(0, {root!r})
from tests.customs.regimes.china.malice import MALICE
from wms.customs.regimes.china.receipts import read_receipt
for name, (raw, why) in MALICE.items():
    assert [one.reason for one in read_receipt(raw).quarantined] == [why], name
print("all read")
"""


@pytest.mark.parametrize("name", MALICE)
def test_is_set_aside_with_its_name(name: str) -> None:
    raw, why = MALICE[name]
    reading = read_receipt(raw)
    assert not reading.entries
    (only,) = reading.quarantined
    assert only.reason is why
    assert len(only.what) < 300


@pytest.mark.parametrize("name", HARMLESS)
def test_changes_nothing_about_what_is_said(name: str) -> None:
    assert read_receipt(HARMLESS[name]) == read_receipt(GENUINE)


def test_all_of_them_in_bounded_time_and_memory() -> None:
    root = str(Path(__file__).parents[4])
    program = _READ_ALL.format(memory=MOST_MEMORY, seconds=MOST_CPU_SECONDS, root=root)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "all read"), done.stderr[-2000:]


def test_the_bound_ends_what_goes_beyond_it() -> None:
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MOST_MEMORY}, {MOST_MEMORY}))"
    program = f"{limit}; b'x' * {MOST_MEMORY}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_named(raw: bytes) -> None:
    reading = read_receipt(raw)
    assert bool(reading.quarantined) != bool(reading.entries)


@given(st.data())
def test_one_changed_byte_never_makes_another_status(data: st.DataObject) -> None:
    """Flipped bits are read as they are, or set aside; the reader invents nothing."""
    position, byte = data.draw(st.integers(0, len(GENUINE) - 1)), data.draw(st.integers(0, 255))
    raw = GENUINE[:position] + bytes([byte]) + GENUINE[position + 1 :]
    for entry in read_receipt(raw).entries:
        assert f">{entry.return_status}<".encode() in raw or entry.return_status.encode() in raw


@given(st.integers(0, len(GENUINE)), st.sampled_from([raw for raw, _ in MALICE.values() if len(raw) < 10_000]))
def test_nothing_hides_in_something_else(position: int, inside: bytes) -> None:
    reading = read_receipt(GENUINE[:position] + inside + GENUINE[position:])
    assert all(isinstance(one.reason, QuarantineReason) for one in reading.quarantined)
    for entry in reading.entries:
        assert entry.return_status.isascii()


class TestTheDoor:
    """On both databases: taken, kept byte for byte, set aside by the worker; what comes behind is read all the same."""

    def test_takes_every_one_and_reads_the_genuine_receipt_behind_them(
        self, database: Database, clock: FixedClock
    ) -> None:
        declaration_id = database.in_transaction(declared)[1]
        cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)
        sent = {uuid7(): (name, raw) for name, (raw, _) in MALICE.items()}
        for receipt_id, (_, raw) in sent.items():
            database.in_transaction(_kept(raw, receipt_id, clock))
        worker = Worker(database, clock, ReceiptReader(database, clock).handlers())
        while worker.run_once():
            pass
        aside = database.reading(
            lambda session: {row.receipt_id: row.reason for row in session.scalars(select(QuarantineRow))}
        )
        assert {sent[receipt_id][0]: reason for receipt_id, reason in aside.items()} == {
            name: why.value for name, (_, why) in MALICE.items()
        }
        unsettled = database.reading(
            lambda session: session.scalars(
                select(OutboxMessage.last_error).where(OutboxMessage.topic == READ_TOPIC, OutboxMessage.state != "done")
            ).all()
        )
        assert unsettled == []
        assert database.reading(_kept_bytes) == {receipt_id: raw for receipt_id, (_, raw) in sent.items()}

        outcome = store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=cop_no), "test")
        assert (outcome.applied, outcome.quarantined) == (1, 0)
        assert database.reading(lambda session: session.scalars(select(DeclarationRow.state)).one()) == "released"


def _kept(raw: bytes, receipt_id: UUID, clock: FixedClock) -> Callable[[Session], None]:
    def keep(session: Session) -> None:
        now = clock.now()
        keep_receipt(session, WAREHOUSE, raw, "test", receipt_id=receipt_id, now=now)
        payload = read_payload(receipt_id)
        enqueue(session, WAREHOUSE, READ_TOPIC, payload, now=now, serial_key=f"receipt:{receipt_id}")

    return keep


def _kept_bytes(session: Session) -> dict[UUID, bytes]:
    return {row.id: row.raw for row in session.scalars(select(RawReceiptRow))}
