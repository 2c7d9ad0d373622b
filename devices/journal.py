"""What the bench must not forget, in an SQLite file: codes on their way up, print jobs, reports of them.

Everything is on the disk before the next thing happens: a code before it is sent, `sending` before the first byte of a
label leaves. One program at a time holds the journal, so that two agents cannot print the same job. Called by the
agent's threads; each call is one short transaction behind one lock.
"""

import fcntl
import hashlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from devices.identity import uuid7
from devices.printers.model import OPEN, UNSENT, Answer, Job, NewJob, State, Why

_TABLES = """
CREATE TABLE IF NOT EXISTS codes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, code_id TEXT NOT NULL UNIQUE, device TEXT NOT NULL, raw TEXT NOT NULL,
    symbology TEXT, scanned_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, job_id TEXT NOT NULL UNIQUE, label_id TEXT NOT NULL,
    copy_number INTEGER NOT NULL, printer TEXT NOT NULL, media_type TEXT NOT NULL, tail TEXT NOT NULL,
    sha256 TEXT NOT NULL, content BLOB, state TEXT NOT NULL, why TEXT NOT NULL, words TEXT NOT NULL,
    attempt INTEGER NOT NULL, counter_before INTEGER, counter_after INTEGER, remote_id INTEGER, answer TEXT,
    sequence INTEGER NOT NULL, changed_ms INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS jobs_of_label ON jobs (label_id, copy_number);
CREATE INDEX IF NOT EXISTS jobs_of_printer ON jobs (printer, state, number);
CREATE TABLE IF NOT EXISTS reports (
    number INTEGER PRIMARY KEY AUTOINCREMENT, job_id TEXT NOT NULL, body TEXT NOT NULL
);
"""
_FINAL = (State.PRINTED, State.CANCELLED)


class JournalHeld(OSError):
    """Another agent runs on this journal."""


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A code that the server has not answered yet."""

    number: int
    code_id: UUID
    device: str
    raw: str
    symbology: str | None
    scanned_ms: int


@dataclass(frozen=True, slots=True)
class Report:
    """What is still to be said of a job; `body` is JSON and final."""

    number: int
    job_id: UUID
    body: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a change of state goes with. None leaves what is known as it is."""

    why: str = ""
    words: str = ""
    attempt: int | None = None
    counter_before: int | None = None
    counter_after: int | None = None
    remote_id: int | None = None


class Journal:
    """The journal in `folder`. Raises JournalHeld where another agent has it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._held = os.open(folder / "agent.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._held)
            raise JournalHeld(error.errno, f"another wms-bench runs on {folder}: stop it first") from error
        self._lock = threading.Lock()
        self._database = sqlite3.connect(folder / "journal.sqlite", check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        # FULL: with less, a power cut could take back `sending` although the label is out, and it would be printed
        # again.
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        with self._lock:
            self._database.close()
            os.close(self._held)

    # --- codes ---------------------------------------------------------------------------------------------------

    def keep_code(self, device: str, raw: str, symbology: str | None) -> UUID:
        code_id = uuid7()
        with self._writing() as database:
            database.execute(
                "INSERT INTO codes (code_id, device, raw, symbology, scanned_ms) VALUES (?, ?, ?, ?, ?)",
                (str(code_id), device, raw, symbology, _now_ms()),
            )
        return code_id

    def codes(self, most: int) -> list[KeptCode]:
        """The oldest codes that were not answered, in the order they were scanned."""
        with self._lock:
            rows = self._database.execute(
                "SELECT number, code_id, device, raw, symbology, scanned_ms FROM codes ORDER BY number LIMIT ?", (most,)
            ).fetchall()
        return [KeptCode(row[0], UUID(row[1]), row[2], row[3], row[4], row[5]) for row in rows]

    def forget_codes(self, up_to: int) -> None:
        with self._writing() as database:
            database.execute("DELETE FROM codes WHERE number <= ?", (up_to,))

    # --- jobs ----------------------------------------------------------------------------------------------------

    def take(self, new: NewJob) -> bool:
        """Write a job down. False where it is known: it is then told again how it stands, and nothing else happens.

        Refused jobs are written down as cancelled: damaged bytes, a copy number that was used, copies that differ.
        """
        with self._writing() as database:
            known = database.execute("SELECT state FROM jobs WHERE job_id = ?", (str(new.job_id),)).fetchone()
            if known is not None:
                waiting = database.execute("SELECT 1 FROM reports WHERE job_id = ?", (str(new.job_id),)).fetchone()
                if waiting is None:
                    self._report(database, new.job_id)
                return False
            why = _fault_of(database, new)
            state = State.CANCELLED if why else State.CLAIMED
            database.execute(
                "INSERT INTO jobs (job_id, label_id, copy_number, printer, media_type, tail, sha256, content, state,"
                " why, words, attempt, sequence, changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 1, ?)",
                (str(new.job_id), str(new.label_id), new.copy_number, new.printer, new.media_type, new.tail, new.sha256,
                 new.content, state, why, _now_ms()),
            )  # fmt: skip
            self._report(database, new.job_id)
        return True

    def refuse(self, new: NewJob, why: Why, words: str) -> bool:
        """Write down a job that no printer of this bench can print. False where it is known."""
        is_new = self.take(new)
        if is_new and self.job(new.job_id).state is not State.CANCELLED:
            self.move(new.job_id, State.CANCELLED, Evidence(why, words))
        return is_new

    def oldest_open(self, printer: str) -> Job | None:
        """The job this printer has to deal with next. One that may be half printed always comes before a new one."""
        with self._lock:
            row = self._database.execute(
                f"SELECT {_JOB_COLUMNS} FROM jobs WHERE printer = ? AND state IN ({_marks(OPEN)})"  # noqa: S608
                f" ORDER BY state IN ({_marks(UNSENT)}), number LIMIT 1",
                (printer, *sorted(OPEN), *sorted(UNSENT)),
            ).fetchone()
        return None if row is None else _job(row)

    def job(self, job_id: UUID) -> Job:
        with self._lock:
            row = self._database.execute(
                f"SELECT {_JOB_COLUMNS} FROM jobs WHERE job_id = ?",  # noqa: S608 - names of columns, no values
                (str(job_id),),
            ).fetchone()
        return _job(row)

    def move(self, job_id: UUID, state: State, evidence: Evidence = Evidence()) -> None:
        """Write down what became of a job, and that it is to be reported. The same again writes nothing."""
        with self._writing() as database:
            before = database.execute(
                "SELECT state, why, words, attempt FROM jobs WHERE job_id = ?", (str(job_id),)
            ).fetchone()
            attempt = before[3] if evidence.attempt is None else evidence.attempt
            if before == (state, evidence.why, evidence.words, attempt):
                return
            assert before[0] not in _FINAL, f"a {before[0]} job does not change any more"
            database.execute(
                "UPDATE jobs SET state = ?, why = ?, words = ?, attempt = ?, changed_ms = ?, sequence = sequence + 1,"
                " counter_before = coalesce(?, counter_before), counter_after = coalesce(?, counter_after),"
                " remote_id = coalesce(?, remote_id) WHERE job_id = ?",
                (state, evidence.why, evidence.words, attempt, _now_ms(), evidence.counter_before,
                 evidence.counter_after, evidence.remote_id, str(job_id)),
            )  # fmt: skip
            self._report(database, job_id)

    def answer(self, job_id: UUID, answer: Answer) -> bool:
        """Write down what a person decided; the printer's thread acts on it. False for nothing new, or a job that is
        over.
        """
        with self._writing() as database:
            changed = database.execute(
                f"UPDATE jobs SET answer = ? WHERE job_id = ? AND answer IS NOT ? AND state IN ({_marks(OPEN)})",  # noqa: S608
                (answer, str(job_id), answer, *sorted(OPEN)),
            )
        return changed.rowcount == 1

    # --- reports -------------------------------------------------------------------------------------------------

    def reports(self, most: int) -> list[Report]:
        with self._lock:
            rows = self._database.execute(
                "SELECT number, job_id, body FROM reports ORDER BY number LIMIT ?", (most,)
            ).fetchall()
        return [Report(row[0], UUID(row[1]), row[2]) for row in rows]

    def forget_report(self, number: int) -> None:
        with self._writing() as database:
            database.execute("DELETE FROM reports WHERE number = ?", (number,))

    def forget_contents(self, before_ms: int) -> int:
        """Drop the bytes of jobs that have been over for long: they carry addresses. What was printed stays known."""
        with self._writing() as database:
            return database.execute(
                f"UPDATE jobs SET content = NULL WHERE content IS NOT NULL AND changed_ms < ?"  # noqa: S608
                f" AND state IN ({_marks(_FINAL)})",
                (before_ms, *sorted(_FINAL)),
            ).rowcount

    def _report(self, database: sqlite3.Connection, job_id: UUID) -> None:
        row = database.execute(
            "SELECT sequence, state, why, words, attempt, counter_before, counter_after, changed_ms FROM jobs"
            " WHERE job_id = ?",
            (str(job_id),),
        ).fetchone()
        names = ("sequence", "state", "why", "words", "attempt", "counter_before", "counter_after", "at_ms")
        body = json.dumps(dict(zip(names, row, strict=True)))
        database.execute("INSERT INTO reports (job_id, body) VALUES (?, ?)", (str(job_id), body))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


_JOB_COLUMNS = "job_id, printer, media_type, tail, content, state, why, attempt, counter_before, remote_id, answer"


def _job(row: tuple[object, ...]) -> Job:
    job_id, printer, media_type, tail, content, state, why, attempt, counter_before, remote_id, answer = row
    assert isinstance(attempt, int)
    assert counter_before is None or isinstance(counter_before, int)
    assert remote_id is None or isinstance(remote_id, int)
    return Job(
        job_id=UUID(str(job_id)),
        printer=str(printer),
        media_type=str(media_type),
        tail=str(tail),
        content=content if isinstance(content, bytes) else b"",
        state=State(str(state)),
        why=str(why),
        attempt=attempt,
        counter_before=counter_before,
        remote_id=remote_id,
        answer=None if answer is None else Answer(str(answer)),
    )


def _fault_of(database: sqlite3.Connection, new: NewJob) -> str:
    if hashlib.sha256(new.content).hexdigest() != new.sha256:
        return Why.DAMAGED
    others = database.execute(
        "SELECT copy_number, sha256, state FROM jobs WHERE label_id = ? AND why NOT IN (?, ?, ?)",
        (str(new.label_id), Why.DAMAGED, Why.BYTES_DIFFER, Why.COPY_EXISTS),
    ).fetchall()
    if any(sha256 != new.sha256 for _, sha256, _ in others):
        return Why.BYTES_DIFFER
    if any(copy_number == new.copy_number for copy_number, _, _ in others):
        return Why.COPY_EXISTS
    return ""


def _marks(states: frozenset[State] | tuple[State, ...]) -> str:
    return ", ".join("?" * len(states))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
