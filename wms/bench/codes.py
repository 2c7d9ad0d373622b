"""A bench's scanners answer for the packer: codes go through the scan door to the task of whoever signed in there.

Called by `views`. A code keeps its identity, so it counts once however often the bench sends it. One that reached no
task (nobody is at the bench, it is too old) is written down, and gets the same answer when it comes again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wms.access.model import Capability
from wms.access.people import operator_at
from wms.access.rules import may
from wms.bench.model import FRESH_FOR_MS
from wms.bench.tables import BenchRefusalRow
from wms.bench.writing import begin_bench, touch
from wms.database.dialect import insert_ignoring_duplicates
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Conflict
from wms.tasks.decision import Outcome
from wms.tasks.model import FloorCaller, ScanRequest, Source
from wms.tasks.open_tasks import IS_AT_HAND
from wms.tasks.service import ScanDoor
from wms.tasks.tables import ScanLogRow, TaskRow

NOBODY_AT_BENCH, CODE_TOO_OLD = "nobody_at_bench", "code_too_old"

KEPT_REFUSALS = 200
"""Per bench. A bench sends a code again for as long as it gets no answer, which is minutes, and these are many minutes
of scanning for nothing."""


@dataclass(frozen=True, slots=True)
class BenchCode:
    """One scanned code as the bench sent it."""

    code_id: UUID
    device: str
    raw: str
    symbology: str | None
    age_ms: int


@dataclass(frozen=True, slots=True)
class CodeReply:
    """What became of it. What the packer sees stands on the bench page."""

    code_id: UUID
    replayed: bool
    outcome: str
    code: str


@dataclass(frozen=True, slots=True)
class AtBench:
    """The packer at a bench, and the task he is in; None where he is at home."""

    operator_id: UUID
    task_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a code goes: the answer it got before, or who is to be asked about it."""

    reply: CodeReply | None
    operator_id: UUID | None = None
    task_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CodeDoor:
    """Takes codes of benches. `workflow` is the one that is worked at benches."""

    database: Database
    clock: Clock
    door: ScanDoor
    workflow: str

    def take(self, warehouse_id: int, bench: str, codes: Sequence[BenchCode]) -> list[CodeReply]:
        """Judge codes in their order; what cannot be judged now raises Busy, and the bench sends all of them again."""
        return [self._take_one(warehouse_id, bench, code) for code in codes]

    def _take_one(self, warehouse_id: int, bench: str, code: BenchCode) -> CodeReply:
        way = self._way(warehouse_id, bench, code)
        if way.reply is not None:
            return way.reply
        if code.age_ms > FRESH_FOR_MS:
            return self._refuse(warehouse_id, bench, code, CODE_TOO_OLD)
        if way.operator_id is None:
            return self._refuse(warehouse_id, bench, code, NOBODY_AT_BENCH)
        caller = FloorCaller(warehouse_id, way.operator_id, bench, frozenset({Capability.WORK_PACKING.value}))
        request = ScanRequest(code.code_id, bench, code.raw, Source.API, task_id=way.task_id, symbology=code.symbology)
        try:
            reply = self.door.take_scan(caller, request)
        except Conflict:
            # The same request was under way twice, and the first one has ended the task that it was about.
            known = self._way(warehouse_id, bench, code).reply
            if known is None:
                raise
            return known
        return CodeReply(code.code_id, reply.replayed, reply.outcome, reply.code)

    def _way(self, warehouse_id: int, bench: str, code: BenchCode) -> _Way:
        now = self.clock.now()
        return self.database.reading(lambda session: _find_way(session, warehouse_id, bench, code, self.workflow, now))

    def _refuse(self, warehouse_id: int, bench: str, code: BenchCode, why: str) -> CodeReply:
        now = self.clock.now()

        def work(session: Session) -> None:
            begin_bench(session, warehouse_id, bench)
            session.execute(
                insert_ignoring_duplicates(BenchRefusalRow.__table__, session.get_bind().dialect.name).values(  # type: ignore[arg-type]
                    warehouse_id=warehouse_id,
                    code_id=code.code_id,
                    bench=bench,
                    device=code.device,
                    raw=code.raw,
                    code=why,
                    at=now,
                )
            )
            _forget_old(session, warehouse_id, bench)
            touch(session, warehouse_id, bench)

        self.database.in_transaction(work)
        return CodeReply(code.code_id, replayed=False, outcome=Outcome.REFUSED, code=why)


def _find_way(session: Session, warehouse_id: int, bench: str, code: BenchCode, workflow: str, now: datetime) -> _Way:
    judged = session.execute(
        select(ScanLogRow.outcome, ScanLogRow.code).where(
            ScanLogRow.warehouse_id == warehouse_id, ScanLogRow.scan_id == code.code_id
        )
    ).first()
    if judged is not None:
        return _Way(CodeReply(code.code_id, replayed=True, outcome=judged.outcome, code=judged.code))
    refused = session.execute(
        select(BenchRefusalRow.code).where(
            BenchRefusalRow.warehouse_id == warehouse_id, BenchRefusalRow.code_id == code.code_id
        )
    ).scalar_one_or_none()
    if refused is not None:
        return _Way(CodeReply(code.code_id, replayed=True, outcome=Outcome.REFUSED, code=refused))
    working = at_bench(session, warehouse_id, bench, workflow, now)
    return _Way(None) if working is None else _Way(None, working.operator_id, working.task_id)


def at_bench(session: Session, warehouse_id: int, bench: str, workflow: str, now: datetime) -> AtBench | None:
    """Who works at a bench, and on what: whoever signed in there, if he packs; None where nobody does.

    Codes and weights of the bench both go where this says, so that they never go to two different people.
    """
    operator = operator_at(session, warehouse_id, bench, now)
    if operator is None or not may(operator.role, Capability.WORK_PACKING):
        return None
    return AtBench(operator.id, task_at_hand(session, warehouse_id, operator.id, workflow))


def task_at_hand(session: Session, warehouse_id: int, operator_id: UUID, workflow: str) -> UUID | None:
    """The task of this kind that he touched last and has not gone home from."""
    return session.execute(
        select(TaskRow.id)
        .where(
            TaskRow.warehouse_id == warehouse_id,
            TaskRow.operator_id == operator_id,
            TaskRow.workflow == workflow,
            IS_AT_HAND,
        )
        .order_by(TaskRow.updated_at.desc(), TaskRow.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _forget_old(session: Session, warehouse_id: int, bench: str) -> None:
    of_bench = (BenchRefusalRow.warehouse_id == warehouse_id, BenchRefusalRow.bench == bench)
    oldest_kept = (
        select(BenchRefusalRow.at)
        .where(*of_bench)
        .order_by(BenchRefusalRow.at.desc())
        .offset(KEPT_REFUSALS)
        .limit(1)
        .scalar_subquery()
    )
    session.execute(delete(BenchRefusalRow).where(*of_bench, BenchRefusalRow.at <= oldest_kept))
