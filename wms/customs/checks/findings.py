"""Keeps what the rules found about an order, and tells the first of it to the gate.

Called by `checking` (all of it, anew with every check), by `outgoing` (what the last look at a message found) and by
`service.gate_answer`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from wms.customs.model import Cause, Finding, StandingFinding
from wms.customs.tables import DeclarationRow, FindingRow


def write_findings(
    session: Session, warehouse_id: int, order_id: UUID, order_no: str, findings: Sequence[Finding], *, now: datetime
) -> None:
    """Put these findings in the place of the earlier ones. What stood before keeps its time."""
    rows = _rows(session, warehouse_id, order_id)
    numbered = sorted(_numbered(findings), key=lambda one: (one[1].rule, one[0]))
    if [(row.position, finding_of(row)) for row in rows] == numbered:
        return
    before = {_identity(finding_of(row)): row.since for row in rows}
    session.execute(delete(FindingRow).where(*_of_order(warehouse_id, order_id)))
    if numbered:
        session.execute(
            insert(FindingRow),
            [
                _values(warehouse_id, order_id, order_no, position, finding, before.get(_identity(finding), now))
                for position, finding in numbered
            ],
        )


def add_findings(session: Session, declaration: DeclarationRow, findings: Sequence[Finding], *, now: datetime) -> None:
    """Keep these findings beside those that stand, each once. The caller has locked the declaration."""
    standing = [finding_of(row) for row in _rows(session, declaration.warehouse_id, declaration.order_id)]
    known = {_identity(finding) for finding in standing}
    together = [*standing, *(finding for finding in findings if _identity(finding) not in known)]
    write_findings(session, declaration.warehouse_id, declaration.order_id, declaration.order_no, together, now=now)
    declaration.stopped_by = sum(finding.stops for finding in together)


def findings_of_order(session: Session, warehouse_id: int, order_id: UUID) -> list[StandingFinding]:
    """All that stands about an order, the oldest first."""
    rows = sorted(_rows(session, warehouse_id, order_id), key=_age)
    return [StandingFinding(finding_of(row), row.since) for row in rows]


def first_findings(session: Session, warehouse_id: int, order_ids: Sequence[UUID]) -> dict[UUID, StandingFinding]:
    """Of each order, the finding that has stopped it longest."""
    rows = session.scalars(
        select(FindingRow).where(
            FindingRow.warehouse_id == warehouse_id, FindingRow.order_id.in_(order_ids), FindingRow.stops
        )
    )
    found: dict[UUID, StandingFinding] = {}
    for row in sorted(rows, key=_age):
        found.setdefault(row.order_id, StandingFinding(finding_of(row), row.since))
    return found


def finding_of(row: FindingRow) -> Finding:
    """The value a stored finding stands for."""
    return Finding(
        row.rule,
        Cause(row.cause),
        row.field,
        row.value,
        row.other_field,
        row.other_value,
        row.line_no,
        row.stops,
    )


def _rows(session: Session, warehouse_id: int, order_id: UUID) -> Sequence[FindingRow]:
    return session.scalars(
        select(FindingRow)
        .where(*_of_order(warehouse_id, order_id))
        .order_by(FindingRow.rule, FindingRow.position)
        .execution_options(populate_existing=True)
    ).all()


def _of_order(warehouse_id: int, order_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return FindingRow.warehouse_id == warehouse_id, FindingRow.order_id == order_id


def _numbered(findings: Sequence[Finding]) -> list[tuple[int, Finding]]:
    """Each with its place among those of its rule."""
    count: dict[str, int] = {}
    numbered: list[tuple[int, Finding]] = []
    for finding in findings:
        count[finding.rule] = count.get(finding.rule, -1) + 1
        numbered.append((count[finding.rule], finding))
    return numbered


def _identity(finding: Finding) -> tuple[str, str, str, int]:
    """The same contradiction, whatever values it has today."""
    return (finding.rule, finding.field, finding.other_field, finding.line_no)


def _age(row: FindingRow) -> tuple[datetime, str, int]:
    return (row.since, row.rule, row.position)


def _values(
    warehouse_id: int, order_id: UUID, order_no: str, position: int, finding: Finding, since: datetime
) -> dict[str, object]:
    return {
        "warehouse_id": warehouse_id,
        "order_id": order_id,
        "rule": finding.rule,
        "position": position,
        "order_no": order_no,
        "cause": finding.cause,
        "stops": finding.stops,
        "line_no": finding.line_no,
        "field": finding.field,
        "value": finding.value,
        "other_field": finding.other_field,
        "other_value": finding.other_value,
        "since": since,
    }
