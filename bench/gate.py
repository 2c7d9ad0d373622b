"""How long the gate takes to answer, with few and with very many declarations behind it. Called by `bench.customs`.

Asked about one parcel at a time, chosen at random among all: without the lock as a screen asks, with it as the floor
asks (the answer kept and committed), and about a whole load as its sealing asks.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench.multiply import TABLES, copy_originals, key_of_copy, remember_originals
from bench.percentiles import percentile
from bench.plans import Step, watched
from bench.port import Office
from tests.customs.parcels import WAREHOUSE
from wms.customs.gate_log import Asker, ask_gate
from wms.customs.model import GateAnswer, GatePoint
from wms.customs.service import gate_answer
from wms.customs.tables import DeclarationRow

PARCELS_OF_LOAD = 50
WARM_UP = 20


@dataclass(frozen=True, slots=True)
class GateFigures:
    """The gate's answer time with so many declarations there."""

    engine: str
    declarations: int
    asked: str
    gate: str
    times: int
    p50_us: int
    p99_us: int
    statements: float
    megabytes: int
    """Of the whole database."""


class GateBench:
    """Asks the gate in a warehouse whose declarations become more and more."""

    def __init__(self, office: Office, seed: int = 1) -> None:
        self._office = office
        self._database = office.database
        self._random = random.Random(seed)
        self._asker = Asker(None, "bench", office.clock.now())
        self._copies = 0
        parcels = self._database.reading(
            lambda session: list(session.scalars(select(DeclarationRow.parcel_id).order_by(DeclarationRow.id)))
        )
        answers = self._database.in_transaction(self._ask_and_keep(parcels))
        self._originals = {
            "open": [parcel for parcel, answer in answers.items() if answer.open],
            "closed": [parcel for parcel, answer in answers.items() if not answer.open],
        }
        self._size = len(parcels)
        remember_originals(office.measured.url)

    def grow(self, declarations: int, progress: Callable[[int], None] = lambda _: None) -> int:
        """Copy until at least so many declarations are there; how many there are."""
        copies = -(-declarations // self._size) - 1
        if copies > self._copies:
            copy_originals(
                self._office.measured.url, self._copies + 1, copies, lambda count: progress(count * self._size)
            )
            self._copies = copies
        return self._database.reading(
            lambda session: session.scalars(select(func.count()).select_from(DeclarationRow)).one()
        )

    def measure(self, times: int) -> Iterator[GateFigures]:
        """The answer times now."""
        declarations, megabytes = (self._copies + 1) * self._size, self._megabytes()
        asked: tuple[tuple[str, str, int, int, Callable[[Sequence[UUID]], int]], ...] = (
            ("no lock", "open", 1, times, self._time_without_lock),
            ("no lock", "closed", 1, times, self._time_without_lock),
            ("locked", "open", 1, times, self._time_with_lock),
            ("locked", "closed", 1, times, self._time_with_lock),
            ("kept and committed", "open", 1, times, self._time_until_committed),
            ("kept and committed", "closed", 1, times, self._time_until_committed),
            (f"locked, {PARCELS_OF_LOAD} at once", "open", PARCELS_OF_LOAD, times // 10, self._time_with_lock),
        )
        for how, gate, parcels, rounds, work in asked:
            for _ in range(WARM_UP):
                work(self._chosen(gate, parcels))
            statements = self._office.statements
            took = [work(self._chosen(gate, parcels)) for _ in range(rounds)]
            yield GateFigures(
                self._office.measured.name,
                declarations,
                how,
                gate,
                rounds,
                percentile(took, 50),
                percentile(took, 99),
                round((self._office.statements - statements) / rounds, 1),
                megabytes,
            )

    def steps(self) -> list[Step]:
        """How the gate's statements find their rows now."""
        parcels = [*self._chosen("open", 1), *self._chosen("closed", 10)]
        with watched(self._database) as seen:
            self._database.in_transaction(self._ask_and_keep(parcels))
        return seen.steps(frozenset(table.name for table in TABLES))

    def _chosen(self, gate: str, parcels: int) -> list[UUID]:
        """Parcels at random, among originals and copies alike."""
        found = []
        for _ in range(parcels):
            original = self._random.choice(self._originals[gate])
            copy = self._random.randint(0, self._copies)
            found.append(UUID(key_of_copy(original.hex, copy)) if copy else original)
        return found

    def _ask_and_keep(self, parcels: Sequence[UUID]) -> Callable[[Session], dict[UUID, GateAnswer]]:
        return lambda session: ask_gate(session, WAREHOUSE, parcels, GatePoint.LABEL, self._asker)

    def _time_without_lock(self, parcels: Sequence[UUID]) -> int:
        return self._database.reading(lambda session: _timed(session, parcels, lock=False))

    def _time_with_lock(self, parcels: Sequence[UUID]) -> int:
        return self._database.in_transaction(lambda session: _timed(session, parcels, lock=True))

    def _time_until_committed(self, parcels: Sequence[UUID]) -> int:
        began = time.perf_counter_ns()
        self._database.in_transaction(self._ask_and_keep(parcels))
        return (time.perf_counter_ns() - began) // 1000

    def _megabytes(self) -> int:
        if self._office.measured.name == "sqlite":
            return sum(path.stat().st_size for path in self._office.measured.folder.glob("wms.sqlite*")) // 1_000_000
        size = text("SELECT pg_database_size(current_database())")
        return self._database.reading(lambda session: int(session.execute(size).scalar_one())) // 1_000_000


def _timed(session: Session, parcels: Sequence[UUID], *, lock: bool) -> int:
    """Microseconds until the gate answered. Raises AssertionError where it knew one of the parcels not."""
    began = time.perf_counter_ns()
    answers = gate_answer(session, WAREHOUSE, parcels, lock=lock)
    took = (time.perf_counter_ns() - began) // 1000
    assert all(answer.state is not None for answer in answers.values()), "a parcel of the benchmark is not declared"
    return took
