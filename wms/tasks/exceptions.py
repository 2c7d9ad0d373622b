"""What the server refuses although the handheld had shown it as good, kept for a supervisor: one case per task.

Called by `judgement` inside the scan's transaction, so that a refusal and its case exist together or not at all.
Nothing of such a scan is booked; `settling` decides what becomes of it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from wms.barcodes.commands import MARK
from wms.kernel.identity import uuid7
from wms.stock.model import Transfer
from wms.tasks.belief import Belief, BelievedScan, belief_before, believed_scan
from wms.tasks.decision import DONE, Work
from wms.tasks.desk import Desk
from wms.tasks.lookahead import GOES_ON
from wms.tasks.machine import Workflow
from wms.tasks.model import CaseName, FloorCaller, Reply
from wms.tasks.screen import HOME
from wms.tasks.tables import ExceptionCaseRow, ExceptionScanRow
from wms.tasks.task import Task
from wms.tasks.undo import UNDO


@dataclass(frozen=True, slots=True)
class _Earlier:
    """One scan of the case so far: what stands of it."""

    belief: Belief | None
    moves: tuple[Transfer, ...]
    is_undo: bool


def note_exception(desk: Desk, reply: Reply) -> CaseName | None:
    """Put the scan into the open case of its task where it was refused after it had been shown as good."""
    shown = desk.request.judged_here
    if shown is None or not shown.is_good or reply.outcome in GOES_ON:
        return None
    known = case_of_scan(desk.session, desk.caller.warehouse_id, desk.request.scan_id) if reply.replayed else None
    # A scan that was refused when the handheld still asked: it was shown as good since, because no answer came.
    if known is not None:
        return known
    task_id = desk.request.task_id or shown.task_id
    store, warehouse_id = desk.wiring.store, desk.caller.warehouse_id
    task = None if task_id is None else store.lock(desk.session, warehouse_id, task_id)
    case = open_case(desk.session, desk.caller, task)
    if case is None:
        base = None if task is None else belief_before(desk, task, desk.request.task_version or 0)
        about = "" if task is None else about_task(desk.workflow_of(task), task, base)
        case = begin_case(desk.session, desk.caller, desk.now, task, about, base)
        earlier: list[_Earlier] = []
    else:
        base = _belief(desk, task, case.believed_step, case.believed_progress)
        earlier = _earlier(desk, task, case.id)
    _add_scan(desk, reply, case.id, len(earlier) + 1, _believed(desk, task, base, earlier))
    return CaseName(case.id, case.number)


def _believed(desk: Desk, task: Task | None, base: Belief | None, earlier: list[_Earlier]) -> BelievedScan:
    """What this scan would have done, after those before it that stand."""
    if task is None:
        return BelievedScan()
    standing: list[_Earlier] = []
    for scan in earlier:
        if not scan.is_undo:
            standing.append(scan)
        elif standing:
            standing.pop()
    if not desk.is_command(UNDO):
        return believed_scan(desk, task, standing[-1].belief if standing else base)
    if not standing:
        # It takes back what was booked before the case: where the handheld went then, nobody here knows.
        return BelievedScan()
    before = standing[-2].belief if len(standing) > 1 else base
    return BelievedScan(before, tuple(move.reversed() for move in reversed(standing[-1].moves)))


def begin_case(
    session: Session, caller: FloorCaller, now: datetime, task: Task | None, about: str, base: Belief | None = None
) -> ExceptionCaseRow:
    """The next number, on the supervisors' board from now on."""
    numbers = select(func.coalesce(func.max(ExceptionCaseRow.number), 0) + 1)
    number = session.execute(numbers.where(ExceptionCaseRow.warehouse_id == caller.warehouse_id)).scalar_one()
    case = ExceptionCaseRow(
        warehouse_id=caller.warehouse_id,
        id=uuid7(),
        number=number,
        task_id=None if task is None else task.id,
        workflow=HOME if task is None else task.workflow,
        about=about,
        operator_id=caller.operator_id,
        device=caller.device,
        believed_step=None if base is None else base.step,
        believed_progress=None if base is None else msgspec.json.encode(base.progress),
        opened_at=now,
    )
    session.add(case)
    session.flush()
    return case


def about_task(workflow: Workflow[Any, Any, Any], task: Task, base: Belief | None) -> str:
    """What people call the task: the number of its order or notice, or its container."""
    if base is None:
        if task.step == DONE:
            return ""
        base = Belief(task.step, task.work.progress)
    prompt = workflow.screen(Work(task.work.plan, base.progress), base.step).prompt
    return (prompt.document or prompt.container)[:60]


def _add_scan(desk: Desk, reply: Reply, case_id: UUID, position: int, believed: BelievedScan) -> None:
    request, shown, after = desk.request, desk.request.judged_here, believed.after
    assert shown is not None
    desk.session.execute(
        insert(ExceptionScanRow).values(
            warehouse_id=desk.caller.warehouse_id,
            scan_id=request.scan_id,
            case_id=case_id,
            position=position,
            raw=request.raw,
            scanned_at=request.at,
            at=desk.now,
            made_offline=request.made_offline,
            step=shown.step,
            shown_code=shown.code,
            outcome=reply.outcome,
            code=reply.code,
            details=json.dumps(dict(reply.details), ensure_ascii=False, sort_keys=True),
            moves=msgspec.json.encode(believed.moves),
            believed_step=None if after is None else after.step,
            believed_progress=None if after is None else msgspec.json.encode(after.progress),
        )
    )


def open_case(session: Session, caller: FloorCaller, task: Task | None) -> ExceptionCaseRow | None:
    """The case this scan belongs to. The task is locked, so nobody else opens one for it meanwhile."""
    statement = select(ExceptionCaseRow).where(
        ExceptionCaseRow.warehouse_id == caller.warehouse_id, ExceptionCaseRow.settled_at.is_(None)
    )
    if task is not None:
        statement = statement.where(ExceptionCaseRow.task_id == task.id)
    else:
        statement = statement.where(
            ExceptionCaseRow.task_id.is_(None),
            ExceptionCaseRow.operator_id == caller.operator_id,
            ExceptionCaseRow.device == caller.device,
        )
    # Locked, so that no scan is added to a case that is being settled.
    return session.scalars(statement.limit(1).with_for_update()).first()


def case_of_scan(session: Session, warehouse_id: int, scan_id: UUID) -> CaseName | None:
    """The case a scan was put into, None for one that is in none."""
    row = session.execute(
        select(ExceptionCaseRow.id, ExceptionCaseRow.number)
        .join(
            ExceptionScanRow,
            (ExceptionScanRow.warehouse_id == ExceptionCaseRow.warehouse_id)
            & (ExceptionScanRow.case_id == ExceptionCaseRow.id),
        )
        .where(ExceptionScanRow.warehouse_id == warehouse_id, ExceptionScanRow.scan_id == scan_id)
    ).first()
    return None if row is None else CaseName(row.id, row.number)


def _earlier(desk: Desk, task: Task | None, case_id: UUID) -> list[_Earlier]:
    return [
        _Earlier(
            _belief(desk, task, row.believed_step, row.believed_progress),
            moves_of_scan(row),
            row.raw.strip().upper().endswith(f"{MARK}{UNDO}{MARK}"),
        )
        for row in scans_of_case(desk.session, desk.caller.warehouse_id, case_id)
    ]


def scans_of_case(session: Session, warehouse_id: int, case_id: UUID) -> list[ExceptionScanRow]:
    """All scans of a case, in their order."""
    statement = select(ExceptionScanRow).where(
        ExceptionScanRow.warehouse_id == warehouse_id, ExceptionScanRow.case_id == case_id
    )
    return list(session.scalars(statement.order_by(ExceptionScanRow.position)))


def moves_of_scan(row: ExceptionScanRow) -> tuple[Transfer, ...]:
    """What a refused scan would have moved."""
    return msgspec.json.decode(row.moves, type=tuple[Transfer, ...])


def _belief(desk: Desk, task: Task | None, step: str | None, progress: bytes | None) -> Belief | None:
    if task is None or step is None or progress is None:
        return None
    return Belief(step, desk.wiring.store.decode_progress(task.workflow, progress))
