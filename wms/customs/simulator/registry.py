"""What the port knows, in an SQLite file of its own: papers, what was decided about them and when, receipts to come.

Called by everything that decides or delivers, each within one `transaction`. Other processes may have the file open at
the same time (the training page): a transaction takes the writing lock at its beginning, and waits for it.

A process that is killed loses nothing that was committed. Losing power may lose the last moments: this is no archive.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from wms.customs.simulator.layouts import Kind
from wms.customs.simulator.papers import Address, Fields, Paper

BUSY_MS = 20_000

_TABLES = """
CREATE TABLE IF NOT EXISTS messages (
    name TEXT NOT NULL, sha256 TEXT NOT NULL, taken_ms INTEGER NOT NULL, PRIMARY KEY (name, sha256)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS papers (
    kind TEXT NOT NULL, key TEXT NOT NULL, order_no TEXT NOT NULL, logistics_no TEXT NOT NULL, fields TEXT NOT NULL,
    attempt INTEGER NOT NULL, taken_ms INTEGER NOT NULL, late_ms INTEGER NOT NULL,
    receiver TEXT NOT NULL, enveloped INTEGER NOT NULL,
    pre_no TEXT NOT NULL, invt_no TEXT NOT NULL, buyer TEXT NOT NULL, value TEXT NOT NULL,
    waiting INTEGER NOT NULL DEFAULT 0, look_ms INTEGER, at_desk INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS papers_by_order ON papers (kind, order_no);
CREATE INDEX IF NOT EXISTS papers_by_number ON papers (invt_no, kind);
CREATE INDEX IF NOT EXISTS papers_by_buyer ON papers (buyer) WHERE buyer <> '';
CREATE INDEX IF NOT EXISTS papers_waiting ON papers (look_ms) WHERE waiting = 1;
CREATE INDEX IF NOT EXISTS papers_at_desk ON papers (taken_ms) WHERE at_desk = 1;
CREATE TABLE IF NOT EXISTS course (
    kind TEXT NOT NULL, key TEXT NOT NULL, attempt INTEGER NOT NULL, at_ms INTEGER NOT NULL, status TEXT NOT NULL,
    PRIMARY KEY (kind, key, attempt, at_ms)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS numbers (number TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS receipts (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL, about TEXT NOT NULL, at_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL,
    field_values TEXT NOT NULL, guid TEXT NOT NULL, style TEXT NOT NULL, batched INTEGER NOT NULL,
    receiver TEXT NOT NULL, enveloped INTEGER NOT NULL, is_bundled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS receipts_due ON receipts (due_ms) WHERE is_bundled = 0;
CREATE TABLE IF NOT EXISTS outgoing (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, body BLOB NOT NULL, receiver TEXT NOT NULL,
    is_delivered INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS outgoing_open ON outgoing (id) WHERE is_delivered = 0;
CREATE INDEX IF NOT EXISTS outgoing_by_receiver ON outgoing (receiver, id);
CREATE TABLE IF NOT EXISTS passes (id TEXT PRIMARY KEY, pass_no TEXT NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS decisions (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, decision TEXT NOT NULL, reason TEXT NOT NULL, decided_by TEXT NOT NULL,
    is_applied INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS decisions_open ON decisions (key) WHERE is_applied = 0;
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, is_on INTEGER NOT NULL) WITHOUT ROWID;
"""

TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Stored:
    """A paper as the port keeps it: the newest attempt under its key."""

    paper: Paper
    attempt: int
    taken_ms: int
    late_ms: int
    """How much later than usual its answers come."""
    address: Address
    pre_no: str
    invt_no: str
    """Of a list its own number; of an application that of the list it is about."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was, or will be, decided about a paper."""

    at_ms: int
    status: str


@contextmanager
def registry_in(folder: Path) -> "Iterator[Registry]":
    """The registry of one port; its file is made on first use."""
    (folder / "simulator").mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        folder / "simulator" / "port.sqlite", timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = NORMAL")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'switches'").fetchone():
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        yield Registry(connection)
    finally:
        connection.close()


class Registry:
    """The tables, by what is asked of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    # Messages

    def is_known(self, name: str, sha256: str) -> bool:
        return self._one("SELECT 1 FROM messages WHERE name = ? AND sha256 = ?", name, sha256) is not None

    def remember(self, name: str, sha256: str, now_ms: int) -> None:
        self.connection.execute("INSERT INTO messages VALUES (?, ?, ?)", (name, sha256, now_ms))

    # Papers

    def paper(self, kind: Kind, key: str) -> Stored | None:
        row = self._one("SELECT * FROM papers WHERE kind = ? AND key = ?", kind, key)
        return _stored(row) if row else None

    def of_order(self, kind: Kind, order_no: str) -> list[Stored]:
        """All papers of one kind that name this order, the newest first."""
        rows = self.connection.execute("SELECT * FROM papers WHERE kind = ? AND order_no = ?", (kind, order_no))
        return sorted(map(_stored, rows), key=lambda stored: (stored.paper.app_time, stored.paper.key), reverse=True)

    def about_list(self, kind: Kind, invt_no: str) -> list[Stored]:
        """The list of that number, or the applications about it."""
        rows = self.connection.execute("SELECT * FROM papers WHERE invt_no = ? AND kind = ?", (invt_no, kind))
        return [_stored(row) for row in rows]

    def keep(self, stored: Stored, *, buyer: str = "", value: Decimal = Decimal(0)) -> None:
        """Put a paper in, or a new attempt in the place of the last one."""
        paper = stored.paper
        fields = json.dumps(
            {"head": dict(paper.head.values), "lines": [dict(line.values) for line in paper.lines]}, ensure_ascii=False
        )
        self.connection.execute(
            "INSERT OR REPLACE INTO papers (kind, key, order_no, logistics_no, fields, attempt, taken_ms, late_ms,"
            " receiver, enveloped, pre_no, invt_no, buyer, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                paper.kind,
                paper.key,
                paper.order_key,
                paper.head.text("logisticsNo"),
                fields,
                stored.attempt,
                stored.taken_ms,
                stored.late_ms,
                stored.address.receiver,
                stored.address.enveloped,
                stored.pre_no,
                stored.invt_no,
                buyer,
                str(value),
            ),
        )

    def forget(self, stored: Stored) -> None:
        """The paper was deleted by who sent it; what was said about it stays on its way."""
        for table in ("papers", "course"):
            self.connection.execute(
                f"DELETE FROM {table} WHERE kind = ? AND key = ?",  # noqa: S608  (our own two words)
                (stored.paper.kind, stored.paper.key),
            )

    def number(self, number: str, owner: str) -> bool:
        """Give a number to `owner`; False where it belongs to somebody else."""
        self.connection.execute("INSERT OR IGNORE INTO numbers VALUES (?, ?)", (number, owner))
        row = self._one("SELECT owner FROM numbers WHERE number = ?", number)
        return row is not None and row["owner"] == owner

    # What becomes of them

    def add_step(self, stored: Stored, step: Step) -> None:
        key = (stored.paper.kind, stored.paper.key, stored.attempt)
        self.connection.execute("INSERT INTO course VALUES (?, ?, ?, ?, ?)", (*key, step.at_ms, step.status))

    def course(self, stored: Stored) -> list[Step]:
        """Everything decided about the present attempt, past and future, in its order."""
        rows = self.connection.execute(
            "SELECT at_ms, status FROM course WHERE kind = ? AND key = ? AND attempt = ? ORDER BY at_ms",
            (stored.paper.kind, stored.paper.key, stored.attempt),
        )
        return [Step(row["at_ms"], row["status"]) for row in rows]

    def drop_steps_from(self, stored: Stored, at_ms: int) -> None:
        """Undo what was planned from a moment on: something else came in between."""
        key = (stored.paper.kind, stored.paper.key, stored.attempt, at_ms)
        self.connection.execute("DELETE FROM course WHERE kind = ? AND key = ? AND attempt = ? AND at_ms >= ?", key)
        about = about_of(stored)
        self.connection.execute(
            "DELETE FROM receipts WHERE about = ? AND at_ms >= ? AND is_bundled = 0", (about, at_ms)
        )

    def spent(self, buyer: str, but_for: str) -> list[tuple[Stored, Decimal]]:
        """The lists of one buyer, with what each counts towards the limit of a year."""
        rows = self.connection.execute("SELECT * FROM papers WHERE buyer = ? AND key <> ?", (buyer, but_for))
        return [(_stored(row), Decimal(row["value"])) for row in rows]

    # Lists that wait

    def let_wait(self, stored: Stored, until_ms: int | None) -> None:
        """For papers of others; looked at again then, or when one comes."""
        self.connection.execute(
            "UPDATE papers SET waiting = 1, look_ms = ? WHERE kind = ? AND key = ?",
            (until_ms, stored.paper.kind, stored.paper.key),
        )

    def end_wait(self, stored: Stored) -> None:
        self.connection.execute(
            "UPDATE papers SET waiting = 0, look_ms = NULL WHERE kind = ? AND key = ?",
            (stored.paper.kind, stored.paper.key),
        )

    def waiting_for(self, paper: Paper) -> list[Stored]:
        """Lists that wait for a paper like this one."""
        rows = self.connection.execute(
            "SELECT * FROM papers WHERE kind = ? AND waiting = 1"
            " AND (order_no = ? OR (? = '511' AND logistics_no = ?))",
            (Kind.LIST, paper.order_key, paper.kind, paper.head.text("logisticsNo")),
        )
        return [_stored(row) for row in rows]

    def waited_enough(self, now_ms: int) -> list[Stored]:
        rows = self.connection.execute("SELECT * FROM papers WHERE waiting = 1 AND look_ms <= ?", (now_ms,))
        return [_stored(row) for row in rows]

    # The training desk

    def is_on(self, switch: str) -> bool:
        row = self._one("SELECT is_on FROM switches WHERE name = ?", switch)
        return row is not None and bool(row["is_on"])

    def turn(self, switch: str, is_on: bool) -> None:
        self.connection.execute("INSERT OR REPLACE INTO switches VALUES (?, ?)", (switch, is_on))

    def put_on_desk(self, stored: Stored, is_there: bool) -> None:
        self.connection.execute(
            "UPDATE papers SET at_desk = ? WHERE kind = ? AND key = ?",
            (is_there, stored.paper.kind, stored.paper.key),
        )

    def at_desk(self) -> list[Stored]:
        """Lists a supervisor has to decide about, the oldest first."""
        rows = self.connection.execute("SELECT * FROM papers WHERE at_desk = 1 ORDER BY taken_ms, key")
        return [_stored(row) for row in rows]

    def decisions(self) -> Mapping[str, sqlite3.Row]:
        """What supervisors decided and the port has not carried out yet, by list."""
        rows = self.connection.execute("SELECT * FROM decisions WHERE is_applied = 0 ORDER BY id")
        return {row["key"]: row for row in rows}

    def has_desk_work(self) -> bool:
        """Whether a decision is to be carried out, or lists lie on a desk that is closed."""
        if self._one("SELECT 1 FROM decisions WHERE is_applied = 0 LIMIT 1"):
            return True
        return not self.is_on(TRAINING) and self._one("SELECT 1 FROM papers WHERE at_desk = 1 LIMIT 1") is not None

    def decide(self, key: str, decision: str, reason: str, by: str) -> None:
        self.connection.execute(
            "INSERT INTO decisions (key, decision, reason, decided_by) VALUES (?, ?, ?, ?)", (key, decision, reason, by)
        )

    def carried_out(self, decision_id: int) -> None:
        self.connection.execute("UPDATE decisions SET is_applied = 1 WHERE id = ?", (decision_id,))

    # The gate of the zone

    def pass_state(self, pass_id: str) -> str | None:
        row = self._one("SELECT state FROM passes WHERE id = ?", pass_id)
        return row["state"] if row else None

    def keep_pass(self, pass_id: str, pass_no: str, state: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO passes VALUES (?, ?, ?)", (pass_id, pass_no, state))

    def _one(self, statement: str, *values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.connection.execute(statement, values).fetchone()
        return row


def about_of(stored: Stored) -> str:
    """What a receipt belongs to."""
    return f"{stored.paper.kind}|{stored.paper.key}|{stored.attempt}"


def _stored(row: sqlite3.Row) -> Stored:
    fields = json.loads(row["fields"])
    paper = Paper(Kind(row["kind"]), Fields(fields["head"]), [Fields(line) for line in fields["lines"]])
    address = Address(row["receiver"], bool(row["enveloped"]))
    return Stored(paper, row["attempt"], row["taken_ms"], row["late_ms"], address, row["pre_no"], row["invt_no"])
