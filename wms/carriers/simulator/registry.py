"""What the simulated carrier knows, in an SQLite file of its own: "the carrier has it and we do not" can be looked at.

Called by `platform`, `rest`, `courier` and tests.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY, waybill TEXT NOT NULL UNIQUE, state TEXT NOT NULL, filter TEXT NOT NULL,
    message TEXT NOT NULL, made_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS pieces (
    waybill TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders
);
CREATE TABLE IF NOT EXISTS routes (
    waybill TEXT NOT NULL, op_code TEXT NOT NULL, at TEXT NOT NULL, place TEXT NOT NULL, remark TEXT NOT NULL,
    PRIMARY KEY (waybill, op_code, at)
);
CREATE TABLE IF NOT EXISTS manifests (
    key TEXT PRIMARY KEY, number TEXT NOT NULL, waybills TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS seen (about TEXT PRIMARY KEY, times INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """One order as the carrier has it."""

    order_id: str
    waybill: str
    state: str
    """`booked` or `cancelled`."""
    filter: str
    message: str

    @property
    def told(self) -> dict[str, object]:
        """What the client said."""
        said: dict[str, object] = json.loads(self.message)
        return said


@dataclass(frozen=True, slots=True)
class Route:
    """One scan of a courier or depot."""

    waybill: str
    op_code: str
    at: str
    place: str
    remark: str


class Registry:
    """The file. One writer at a time. `prefix` begins the numbers it gives."""

    def __init__(self, path: Path, prefix: str = "SF") -> None:
        self._prefix = prefix
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript(f"PRAGMA journal_mode=WAL; {_SCHEMA}")
        self._mutex = threading.RLock()

    def close(self) -> None:
        self._connection.close()

    def order(self, order_id: str) -> KnownOrder | None:
        return self._order("order_id", order_id)

    def order_of(self, waybill: str) -> KnownOrder | None:
        return self._order("waybill", waybill)

    def orders(self) -> list[KnownOrder]:
        """All of them, in the order they came."""
        with self._mutex:
            rows = self._connection.execute(
                "SELECT order_id, waybill, state, filter, message FROM orders ORDER BY waybill"
            ).fetchall()
        return [KnownOrder(*row) for row in rows]

    def book(
        self, order_id: str, message: str, filter_result: str, made_ms: int, *, further: int = 0
    ) -> tuple[KnownOrder, bool]:
        """The order under that id, and whether it is new. Two at once give one.

        `further` pieces besides the first have numbers of their own.
        """
        with self._writing():
            known = self.order(order_id)
            if known is not None:
                return known, False
            waybill = self._next_waybill()
            self._connection.execute(
                "INSERT INTO orders VALUES (?, ?, 'booked', ?, ?, ?)",
                (order_id, waybill, filter_result, message, made_ms),
            )
            self._connection.executemany(
                "INSERT INTO pieces VALUES (?, ?)", [(self._next_waybill(), order_id) for _ in range(further)]
            )
        return KnownOrder(order_id, waybill, "booked", filter_result, message), True

    def further_pieces(self, order_id: str) -> list[str]:
        """The numbers of an order's pieces besides the first."""
        with self._mutex:
            rows = self._connection.execute(
                "SELECT waybill FROM pieces WHERE order_id = ? ORDER BY waybill", (order_id,)
            ).fetchall()
        return [str(row[0]) for row in rows]

    def set_state(self, order_id: str, state: str, *, filter_result: str | None = None) -> None:
        with self._writing():
            self._connection.execute("UPDATE orders SET state = ? WHERE order_id = ?", (state, order_id))
            if filter_result is not None:
                self._connection.execute("UPDATE orders SET filter = ? WHERE order_id = ?", (filter_result, order_id))

    def tell(self, order_id: str, more: Mapping[str, object]) -> None:
        """Something of what the client said is otherwise."""
        with self._writing():
            known = self.order(order_id)
            assert known is not None
            message = json.dumps({**known.told, **more}, ensure_ascii=False)
            self._connection.execute("UPDATE orders SET message = ? WHERE order_id = ?", (message, order_id))

    def close_manifest(self, key: str, waybills: Sequence[str]) -> tuple[str, list[str]]:
        """The manifest under that key: its number, and what is on it. The first one stays."""
        with self._writing():
            number = f"M{self._next('manifest'):06d}"
            self._connection.execute(
                "INSERT OR IGNORE INTO manifests VALUES (?, ?, ?)", (key, number, " ".join(waybills))
            )
            row = self._connection.execute("SELECT number, waybills FROM manifests WHERE key = ?", (key,)).fetchone()
        return str(row[0]), str(row[1]).split()

    def is_on_manifest(self, waybill: str) -> bool:
        """Whether it was handed over."""
        with self._mutex:
            rows = self._connection.execute("SELECT waybills FROM manifests").fetchall()
        return any(waybill in str(row[0]).split() for row in rows)

    def add_route(self, route: Route) -> None:
        with self._writing():
            self._connection.execute(
                "INSERT OR IGNORE INTO routes VALUES (?, ?, ?, ?, ?)",
                (route.waybill, route.op_code, route.at, route.place, route.remark),
            )

    def routes(self, waybill: str) -> list[Route]:
        with self._mutex:
            rows = self._connection.execute(
                "SELECT waybill, op_code, at, place, remark FROM routes WHERE waybill = ? ORDER BY at", (waybill,)
            ).fetchall()
        return [Route(*row) for row in rows]

    def times(self, about: str) -> int:
        """The how-manieth time something is asked about, beginning with 1."""
        with self._writing():
            row = self._connection.execute(
                "INSERT INTO seen VALUES (?, 1) ON CONFLICT (about) DO UPDATE SET times = times + 1 RETURNING times",
                (about,),
            ).fetchone()
        return int(row[0])

    def asked(self, service: str) -> int:
        """How many requests for a service came."""
        with self._mutex:
            row = self._connection.execute("SELECT value FROM counters WHERE name = ?", (service,)).fetchone()
        return int(row[0]) if row else 0

    def count(self, service: str) -> None:
        with self._writing():
            self._next(service)

    def _next_waybill(self) -> str:
        return f"{self._prefix}{7_440_000_000_000 + self._next('waybill'):013d}"

    def _next(self, name: str) -> int:
        row = self._connection.execute(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    def _order(self, column: str, value: str) -> KnownOrder | None:
        statements = {
            "order_id": "SELECT order_id, waybill, state, filter, message FROM orders WHERE order_id = ?",
            "waybill": "SELECT order_id, waybill, state, filter, message FROM orders WHERE waybill = ?",
        }
        with self._mutex:
            row = self._connection.execute(statements[column], (value,)).fetchone()
        return None if row is None else KnownOrder(*row)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._mutex:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
