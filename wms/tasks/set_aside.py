"""Scans that a device could not deliver, put among the exceptions: a supervisor sees them and settles their case.

Called by `ScanDoor.take_in`. The server answered such a scan with an error, again and again, so nothing of it was
judged or booked. A scan is taken in once, however often it is handed in; one that was judged after all needs nobody.
It is written to the scan log as refused, so that it never counts after that, should it come to the door once more.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from wms.kernel.refusal import Detail
from wms.tasks import scan_log
from wms.tasks.decision import Outcome
from wms.tasks.desk import Wiring
from wms.tasks.exceptions import about_task, begin_case, case_of_scan, open_case
from wms.tasks.model import CaseName, FloorCaller, Reply, ScanRequest
from wms.tasks.screen import AT_HOME, HOME, HOME_STEP
from wms.tasks.tables import ExceptionScanRow

COULD_NOT_BE_TAKEN = "set_aside"
OTHER_CONTENTS = 409


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One such scan. `status` is what the server answered; 0 where it only waited behind one of those."""

    scan_id: UUID
    raw: str
    at: datetime
    status: int
    task_id: UUID | None = None
    step: str = ""
    made_offline: bool = False


def take_in(
    session: Session, wiring: Wiring, caller: FloorCaller, scans: Sequence[Undelivered], now: datetime
) -> list[CaseName | None]:
    """The case each of them is in; None for one that was judged after all."""
    return [_taken(session, wiring, caller, scan, now) for scan in scans]


def _taken(session: Session, wiring: Wiring, caller: FloorCaller, scan: Undelivered, now: datetime) -> CaseName | None:
    task = None if scan.task_id is None else wiring.store.lock(session, caller.warehouse_id, scan.task_id)
    known = case_of_scan(session, caller.warehouse_id, scan.scan_id)
    if known is not None:
        return known
    was_judged = scan_log.is_known(session, caller.warehouse_id, scan.scan_id)
    if was_judged and scan.status != OTHER_CONTENTS:
        return None
    if not was_judged:
        _answered(session, caller, scan, now)
    case = open_case(session, caller, task)
    if case is None:
        about = "" if task is None else about_task(wiring.floors[task.workflow].workflow, task, None)
        case = begin_case(session, caller, now, task, about)
    count = select(func.count()).where(
        ExceptionScanRow.warehouse_id == caller.warehouse_id, ExceptionScanRow.case_id == case.id
    )
    session.execute(
        insert(ExceptionScanRow).values(
            warehouse_id=caller.warehouse_id,
            scan_id=scan.scan_id,
            case_id=case.id,
            position=session.execute(count).scalar_one() + 1,
            raw=scan.raw,
            scanned_at=scan.at,
            at=now,
            made_offline=scan.made_offline,
            step=scan.step,
            shown_code="",
            outcome=Outcome.REFUSED,
            code=COULD_NOT_BE_TAKEN,
            details=json.dumps({"status": scan.status}),
            moves=b"[]",
        )
    )
    return CaseName(case.id, case.number)


def _answered(session: Session, caller: FloorCaller, scan: Undelivered, now: datetime) -> None:
    """What it is told should it be sent again: that it is among the exceptions.

    Logged as a scan at home, so that the task, to which nothing happened, does not see it.
    """
    request = ScanRequest(scan.scan_id, caller.device, scan.raw, at=scan.at, task_id=scan.task_id)
    details: dict[str, Detail] = {"status": scan.status}
    reply = Reply(scan.scan_id, Outcome.REFUSED, COULD_NOT_BE_TAKEN, details, AT_HOME, now)
    scan_log.write(session, caller, request, reply, scan_log.Judged(HOME, HOME_STEP, at=now, took_us=0))
