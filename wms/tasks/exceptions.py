"""What the server refuses although the handheld had shown it as good, kept for a supervisor: one case per task.

Called by `judgement` inside the scan's transaction, so that a refusal and its case exist together or not at all.
Nothing of such a scan is booked; `settling` decides what becomes of it.
"""

import json
from dataclasses import dataclass
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
from wms.tasks.model import CaseName, Reply
from wms.tasks.screen import HOME
from wms.tasks.tables import ExceptionCaseRow, ExceptionScanRow
from wms.tasks.task_store import Task
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
    if reply.replayed:
        return _case_of_scan(desk)
    task_id = desk.request.task_id or shown.task_id
    store, warehouse_id = desk.wiring.store, desk.caller.warehouse_id
    task = None if task_id is None else store.lock(desk.session, warehouse_id, task_id)
    case = _open_case(desk, task)
    if case is None:
        base = None if task is None else belief_before(desk, task, desk.request.task_version or 0)
        case = _begun(desk, task, base)
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


def _begun(desk: Desk, task: Task | None, base: Belief | None) -> ExceptionCaseRow:
    numbers = select(func.coalesce(func.max(ExceptionCaseRow.number), 0) + 1)
    number = desk.session.execute(numbers.where(ExceptionCaseRow.warehouse_id == desk.caller.warehouse_id)).scalar_one()
    case = ExceptionCaseRow(
        warehouse_id=desk.caller.warehouse_id,
        id=uuid7(),
        number=number,
        task_id=None if task is None else task.id,
        workflow=HOME if task is None else task.workflow,
        about=_about(desk, task, base),
        operator_id=desk.caller.operator_id,
        device=desk.caller.device,
        believed_step=None if base is None else base.step,
        believed_progress=None if base is None else msgspec.json.encode(base.progress),
        opened_at=desk.now,
    )
    desk.session.add(case)
    desk.session.flush()
    return case


def _about(desk: Desk, task: Task | None, base: Belief | None) -> str:
    """What people call the task: the number of its order or notice, or its container."""
    if task is None:
        return ""
    if base is None:
        if task.step == DONE:
            return ""
        base = Belief(task.step, task.work.progress)
    prompt = desk.workflow_of(task).screen(Work(task.work.plan, base.progress), base.step).prompt
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


def _open_case(desk: Desk, task: Task | None) -> ExceptionCaseRow | None:
    """The case this scan belongs to. The task is locked, so nobody else opens one for it meanwhile."""
    statement = select(ExceptionCaseRow).where(
        ExceptionCaseRow.warehouse_id == desk.caller.warehouse_id, ExceptionCaseRow.settled_at.is_(None)
    )
    if task is not None:
        statement = statement.where(ExceptionCaseRow.task_id == task.id)
    else:
        statement = statement.where(
            ExceptionCaseRow.task_id.is_(None),
            ExceptionCaseRow.operator_id == desk.caller.operator_id,
            ExceptionCaseRow.device == desk.caller.device,
        )
    # Locked, so that no scan is added to a case that is being settled.
    return desk.session.scalars(statement.limit(1).with_for_update()).first()


def _case_of_scan(desk: Desk) -> CaseName | None:
    row = desk.session.execute(
        select(ExceptionCaseRow.id, ExceptionCaseRow.number)
        .join(
            ExceptionScanRow,
            (ExceptionScanRow.warehouse_id == ExceptionCaseRow.warehouse_id)
            & (ExceptionScanRow.case_id == ExceptionCaseRow.id),
        )
        .where(
            ExceptionScanRow.warehouse_id == desk.caller.warehouse_id,
            ExceptionScanRow.scan_id == desk.request.scan_id,
        )
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
