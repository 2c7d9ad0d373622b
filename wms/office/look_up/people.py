"""Portrait of a badge: who it is, and what work is open. Reads only. Called by `asking`.

What somebody did minute by minute is shown to himself and to those who may see the board, to nobody else.
"""

from sqlalchemy import literal_column, select

from wms.access.model import Operator
from wms.barcodes.model import CodeKind
from wms.barcodes.portrait import Line, Moment, Portrait
from wms.office.look_up.looking import MOST_MOMENTS, Looking, latest_first
from wms.tasks.tables import ScanLogRow, TaskRow


def portrait_of_person(looking: Looking, person: Operator) -> Portrait:
    """Who wears the badge; his open tasks and last scans where the asker may see them."""
    facts = (Line("role", {"role": person.role}),)
    if not (looking.sees_people or looking.operator_id == person.id):
        return Portrait(CodeKind.OPERATOR, person.badge, person.name, facts=facts)
    tasks = looking.session.execute(
        select(TaskRow.workflow, TaskRow.created_at, TaskRow.device)
        .where(
            TaskRow.warehouse_id == looking.warehouse_id,
            TaskRow.operator_id == person.id,
            TaskRow.state == literal_column("'open'"),
        )
        .order_by(TaskRow.created_at.desc())
    ).all()
    scans = looking.session.execute(
        select(ScanLogRow.at, ScanLogRow.raw, ScanLogRow.outcome, ScanLogRow.workflow)
        .where(ScanLogRow.warehouse_id == looking.warehouse_id, ScanLogRow.operator_id == person.id)
        .order_by(ScanLogRow.at.desc(), ScanLogRow.scan_id.desc())
        .limit(MOST_MOMENTS)
    ).all()
    life = [
        Moment(row.at, Line("scanned", {"code": row.raw, "workflow": row.workflow}, _TONES.get(row.outcome, "stop")))
        for row in reversed(scans)
    ]
    works = [
        Line("works_at", {"workflow": task.workflow, "since": task.created_at.isoformat(), "device": task.device})
        for task in tasks
    ]
    return Portrait(
        CodeKind.OPERATOR,
        person.badge,
        person.name,
        facts=facts,
        waits_for=tuple(works) or (Line("no_open_task"),),
        life=latest_first(life),
    )


_TONES = {"accepted": "go", "completed": "go", "confirm": "look"}
