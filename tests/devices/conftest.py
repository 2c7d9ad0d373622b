"""What tests of the bench share: a journal, patience for tests, a printer with its paper."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from devices.journal import Journal
from devices.printers.model import NewJob, Patience

QUICK = Patience(
    reply_ms=2000,
    poll_ms=2,
    silence_ms=5000,
    settle_ms=15,
    late_ms=30,
    retry_ms=4,
    print_ms=20_000,
    watch_ms=20,
)
"""Shorter than at a bench wherever time passes for nothing; long where a busy machine could make an answer late."""
HASTY = replace(QUICK, reply_ms=60, silence_ms=800)
"""For printers that stop answering: each missing answer costs its whole time."""


def label_of(job_id: UUID) -> bytes:
    """A short label that names its job, so that paper can be compared with the journal."""
    return f"^XA\n^FXjob {job_id}^FS\n^FO10,10^A0N,20,20^FDA^FS\n^PQ1\n^XZ\n".encode()


def tspl_label_of(job_id: UUID) -> bytes:
    """With a picture, whose bytes look like the end of the label."""
    picture = b"BITMAP 0,0,2,4,0,\nPRINT \n\r\n"
    words = f'TEXT 10,10,"2",0,1,1,"{job_id}"\r\n'.encode()
    return b"SIZE 60 mm,40 mm\r\nCLS\r\n" + picture + words + b"PRINT 1,1\r\n"


def new_job(
    content: bytes | None = None,
    *,
    printer: str = "label",
    job_id: UUID | None = None,
    label_id: UUID | None = None,
    copy_number: int = 1,
    media_type: str = "application/vnd.zebra-zpl",
) -> NewJob:
    job_id = job_id or uuid4()
    content = label_of(job_id) if content is None else content
    return NewJob(
        job_id,
        label_id or uuid4(),
        copy_number,
        printer,
        media_type,
        "4567",
        hashlib.sha256(content).hexdigest(),
        content,
    )


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "state")
    yield journal
    journal.close()


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()
