"""The board of customs: what is wrong, grouped by who has to mend it, and what waits. Reads only. Called by the views.

What a page shows is bounded: nobody reads the thousandth order of a rule, and a mail to a platform is a file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal_column, select
from sqlalchemy.orm import Session

from wms.customs.checks.findings import finding_of
from wms.customs.model import Cause
from wms.customs.sheets.sheet import Words
from wms.customs.tables import FindingRow
from wms.customs.words.wording import advice_words, cause_words, field_words, rule_words
from wms.office.board import Number, quarantine_number
from wms.office.customs_lists import PASSES, WAITING
from wms.office.customs_words import CAUSE_HINTS, CAUSE_ORDER, both, masked
from wms.office.declared import CUSTOMS, INCIDENTS
from wms.office.inside import MESSAGES
from wms.office.listing import COUNT_LIMIT, ListKind, Scope, counted
from wms.office.outgoing import OPEN_STATES, PARCELS
from wms.orders.tables import OrderRow
from wms.shipments.model import ParcelState
from wms.shipments.tables import ParcelRow

ORDERS_SHOWN = 6
"""Behind each rule on the board; the others are one link away."""


@dataclass(frozen=True, slots=True)
class OrderBehind:
    """An order that breaks a rule."""

    number: str
    since: datetime


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """All orders that break one rule in a way the same party has to mend; the oldest are shown."""

    rule: str
    title: Words
    advice: Words
    orders: int
    stops: bool
    """False: nothing waits for it."""
    shown: Sequence[OrderBehind]

    @property
    def more(self) -> int:
        return self.orders - len(self.shown)


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """What one party has to mend."""

    cause: Cause
    words: Words
    hint: str
    orders: int
    """Those that wait for it."""
    rules: Sequence[RuleGroup]


@dataclass(frozen=True, slots=True)
class CustomsBoard:
    """Everything the landing page of customs shows."""

    way: Sequence[Number]
    silence: Sequence[Number]
    trouble: Sequence[Number]
    causes: Sequence[CauseGroup]
    is_cut: bool
    """More findings than a board can show."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding in a list or a file. Persons are masked."""

    order: str
    tracking: str
    rule: str
    title: Words
    advice: Words
    line_no: int
    field: Words
    value: str
    other_field: Words | None
    other_value: str
    stops: bool
    since: datetime


def customs_board(session: Session, scope: Scope) -> CustomsBoard:
    """The board now."""

    def number(kind: ListKind, name: str, words: str = "") -> Number:
        found = kind.slice_named(name)
        assert found is not None, f"the board names a list {kind.name}/{name} that does not exist"
        return Number(words or found.words, counted(session, kind.statement(scope, name)), kind.path(name))

    causes, is_cut = _causes(session, scope)
    return CustomsBoard(
        way=[number(CUSTOMS, name) for name in ("pending", "declared", "accepted", "released-today")],
        silence=[
            number(CUSTOMS, "silent", "No word for 30 min"),
            number(CUSTOMS, "unreleased", "Stored, not released for 4 h"),
            number(CUSTOMS, "inspection"),
            number(CUSTOMS, "papers-refused"),
            number(CUSTOMS, "rejected"),
        ],
        trouble=[
            number(PARCELS, "red"),
            number(INCIDENTS, "recent", "Incidents after leaving"),
            number(CUSTOMS, "held", "Holds to lift"),
            quarantine_number(session, scope),
            number(WAITING, "open", "Receipts without declaration"),
            number(PASSES, "refused", "Exit passes refused"),
            number(PASSES, "requested", "Exit passes asked for"),
            number(MESSAGES, "parked", "Parked messages"),
        ],
        causes=causes,
        is_cut=is_cut,
    )


def finding_lines(session: Session, scope: Scope, cause: Cause, rule: str = "", *, limit: int) -> list[FindingLine]:
    """The findings somebody has to mend, those of the oldest first."""
    tracking = (
        select(ParcelRow.tracking_no)
        .where(
            ParcelRow.warehouse_id == FindingRow.warehouse_id,
            ParcelRow.order_id == FindingRow.order_id,
            ParcelRow.number == 1,
            # The index of an order's parcel has only those that were not cancelled, and SQLite must see that.
            ParcelRow.state != literal_column(f"'{ParcelState.CANCELLED}'"),
        )
        .scalar_subquery()
    )
    statement = (
        _open_findings(scope, FindingRow, tracking.label("tracking"))
        .where(FindingRow.cause == cause.value)
        .order_by(FindingRow.since, FindingRow.order_no, FindingRow.rule, FindingRow.position)
        .limit(limit)
    )
    if rule:
        statement = statement.where(FindingRow.rule == rule)
    return [_line(row, tracking_no or "") for row, tracking_no in session.execute(statement)]


def _line(row: FindingRow, tracking: str) -> FindingLine:
    finding = finding_of(row)
    return FindingLine(
        order=row.order_no,
        tracking=tracking,
        rule=row.rule,
        title=both(rule_words, row.rule),
        advice=both(advice_words, row.rule),
        line_no=row.line_no,
        field=both(field_words, row.field),
        value=masked(row.field, finding.value),
        other_field=both(field_words, row.other_field) if row.other_field else None,
        other_value=masked(row.other_field or row.field, finding.other_value)
        if row.other_field or finding.other_value
        else "",
        stops=row.stops,
        since=row.since,
    )


def _open_findings(scope: Scope, *columns: Any) -> Select[Any]:
    """Of orders that are still here: what left long ago keeps its remarks for ever, and nobody mends them any more."""
    here = select(OrderRow.id).where(OrderRow.warehouse_id == scope.warehouse_id, OrderRow.state.in_(OPEN_STATES))
    return select(*columns).where(FindingRow.warehouse_id == scope.warehouse_id, FindingRow.order_id.in_(here))


def _causes(session: Session, scope: Scope) -> tuple[list[CauseGroup], bool]:
    rows = session.execute(
        _open_findings(
            scope,
            FindingRow.cause,
            FindingRow.rule,
            FindingRow.stops,
            FindingRow.order_id,
            FindingRow.order_no,
            FindingRow.since,
        )
        .order_by(FindingRow.since, FindingRow.order_no)
        .limit(COUNT_LIMIT + 1)
    ).all()
    groups = [_cause(cause, [row for row in rows if row.cause == cause]) for cause in CAUSE_ORDER]
    return groups, len(rows) > COUNT_LIMIT


def _cause(cause: Cause, rows: Sequence[Any]) -> CauseGroup:
    by_rule: dict[str, list[Any]] = {}
    for row in rows:
        by_rule.setdefault(row.rule, []).append(row)
    rules = [_rule(rule, found) for rule, found in by_rule.items()]
    # What stops orders first, then what stops most of them.
    rules.sort(key=lambda group: (not group.stops, -group.orders, group.rule))
    return CauseGroup(
        cause, both(cause_words, cause), CAUSE_HINTS[cause], len({row.order_id for row in rows if row.stops}), rules
    )


def _rule(rule: str, rows: Iterable[Any]) -> RuleGroup:
    oldest: dict[UUID, OrderBehind] = {}
    stops = False
    for row in rows:
        oldest.setdefault(row.order_id, OrderBehind(row.order_no, row.since))
        stops = stops or row.stops
    shown = list(oldest.values())[:ORDERS_SHOWN]
    return RuleGroup(rule, both(rule_words, rule), both(advice_words, rule), len(oldest), stops, shown)
