"""Lists of what customs was told: declarations by where they stand, incidents after the parcels had left.

Statements only; `listing` runs them. Each begins at an index that grows with the open work and not with the past; holds
are found through their own small table.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from wms.customs.model import OPENING_STATES, THREE_ORDERS, DeclarationState, DocumentState, HoldKind
from wms.customs.tables import DeclarationRow, DocumentRow, HoldRow, IncidentRow
from wms.office.listing import Column, ListKind, Scope, Shown, Slice, Statement
from wms.office.outgoing import newest

SILENT_AFTER = timedelta(minutes=30)
"""Declared, and customs has not even stored it: by then a receipt was lost, or the port stands still."""
UNRELEASED_AFTER = timedelta(hours=4)
"""Stored by customs, and neither released nor refused."""
INCIDENTS_SHOWN = timedelta(days=30)


def _declarations(scope: Scope) -> Statement:
    return (
        select(
            DeclarationRow.order_no,
            DeclarationRow.tracking_number,
            DeclarationRow.state,
            DeclarationRow.state_since,
            DeclarationRow.status,
            DeclarationRow.said,
            DeclarationRow.open_holds,
            DeclarationRow.invt_no,
        )
        .where(DeclarationRow.warehouse_id == scope.warehouse_id)
        .order_by(DeclarationRow.state_since, DeclarationRow.id)
    )


def _declared_as(*states: DeclarationState) -> Any:
    return lambda scope: _declarations(scope).where(DeclarationRow.state.in_([state.value for state in states]))


def _unfit(scope: Scope) -> Statement:
    return _declarations(scope).where(
        DeclarationRow.state == DeclarationState.PENDING.value, DeclarationRow.stopped_by > 0
    )


def _waiting_for_papers(scope: Scope) -> Statement:
    refused = select(DocumentRow.kind).where(*_is_refused_paper()).exists()
    return _declarations(scope).where(
        DeclarationRow.state == DeclarationState.PENDING.value, DeclarationRow.stopped_by == 0, ~refused
    )


def _is_refused_paper() -> tuple[ColumnElement[bool], ...]:
    """One of the three orders of the declaration's present attempt, and it was refused."""
    return (
        DocumentRow.warehouse_id == DeclarationRow.warehouse_id,
        DocumentRow.declaration_id == DeclarationRow.id,
        DocumentRow.attempt == DeclarationRow.attempt,
        DocumentRow.kind.in_([kind.value for kind in THREE_ORDERS]),
        DocumentRow.state == DocumentState.REFUSED.value,
    )


def _papers_refused(scope: Scope) -> Statement:
    """The refused papers, by which of the three they are; what was said is of the paper and not of the list."""
    waits = [DeclarationState.PENDING.value, DeclarationState.SUBMITTED.value]
    return (
        select(
            DeclarationRow.order_no,
            DeclarationRow.tracking_number,
            (DocumentRow.kind + "_refused").label("state"),
            DocumentRow.since.label("state_since"),
            DeclarationRow.status,
            DocumentRow.said,
            DeclarationRow.open_holds,
            DeclarationRow.invt_no,
        )
        .join(DocumentRow, and_(*_is_refused_paper()))
        .where(DeclarationRow.warehouse_id == scope.warehouse_id, DeclarationRow.state.in_(waits))
        .order_by(DocumentRow.kind, DocumentRow.since, DeclarationRow.id)
    )


def _silent(state: DeclarationState, after: timedelta) -> Callable[[Scope], Statement]:
    """Nothing was heard for a while: silence is a state of its own that somebody must see."""
    return lambda scope: _declarations(scope).where(
        DeclarationRow.state == state.value, DeclarationRow.state_since <= scope.now - after
    )


def _released_today(scope: Scope) -> Statement:
    return _declarations(scope).where(
        DeclarationRow.state.in_(sorted(state.value for state in OPENING_STATES)),
        DeclarationRow.state_since >= scope.start_of_day,
    )


def _held(scope: Scope) -> Statement:
    """What somebody can lift: that a parcel was opened again stays, and nobody has to do anything about it."""
    holds = select(HoldRow.declaration_id).where(
        HoldRow.warehouse_id == scope.warehouse_id,
        HoldRow.lifted_at.is_(None),
        HoldRow.kind != HoldKind.PARCEL_VOID.value,
    )
    return _declarations(scope).where(DeclarationRow.id.in_(holds))


def _rejected(scope: Scope) -> Statement:
    """What came to nothing, as long as there is a parcel that waits for it."""
    opened_again = select(HoldRow.kind).where(
        HoldRow.warehouse_id == DeclarationRow.warehouse_id,
        HoldRow.declaration_id == DeclarationRow.id,
        HoldRow.kind == HoldKind.PARCEL_VOID.value,
    )
    states = [DeclarationState.REJECTED.value, DeclarationState.RETURNED.value, DeclarationState.CANCELLED.value]
    return _declarations(scope).where(DeclarationRow.state.in_(states), ~opened_again.exists())


CUSTOMS = ListKind(
    "customs",
    "Customs",
    (
        Slice("pending", "Not sent yet", _waiting_for_papers),
        Slice("declared", "Declared", _declared_as(DeclarationState.SUBMITTED)),
        Slice("accepted", "Accepted", _declared_as(DeclarationState.ACCEPTED)),
        Slice("released-today", "Released today", _released_today),
        Slice("inspection", "Inspection", _declared_as(DeclarationState.UNDER_INSPECTION, DeclarationState.DETAINED)),
        Slice("rejected", "Rejected", _rejected),
        Slice("papers-refused", "Papers refused", _papers_refused),
        Slice("held", "Held", _held),
        Slice("unfit", "Stopped by findings", _unfit),
        Slice("silent", "No word from customs", _silent(DeclarationState.SUBMITTED, SILENT_AFTER)),
        Slice("unreleased", "Stored, not released", _silent(DeclarationState.ACCEPTED, UNRELEASED_AFTER)),
        Slice("all", "All, newest first", newest(_declarations, DeclarationRow.id)),
    ),
    (
        Column("order_no", "Order", Shown.ORDER),
        Column("tracking_number", "Parcel", Shown.PARCEL),
        Column("state", "State", Shown.WORD),
        Column("state_since", "Since", Shown.MOMENT),
        Column("said", "Customs said"),
        Column("status", "Code", Shown.CODE),
        Column("open_holds", "Holds", Shown.NUMBER),
        Column("invt_no", "List number", Shown.CODE),
    ),
    DeclarationRow.__table__.c.order_no,
    "Order number",
    explained={
        "pending": "Closed parcels whose documents are not complete or not sent yet.",
        "papers-refused": "One of the three orders was refused, and the list waits for it. Correct the order and "
        "submit it again on its page; a payment slip is mended by the payment company alone, which sends a new one.",
        "held": "The gate stays closed until somebody lifts the hold, whatever the state says. "
        "That a parcel was opened again stays for good and is not listed.",
        "unfit": "Packed, and not sent: the papers contradict each other. The order's page says what to mend.",
        "silent": "Declared more than 30 minutes ago, and not stored by customs (120). Ask the electronic port.",
        "unreleased": "Stored by customs more than 4 hours ago, and not released (800). Ask the customs office.",
    },
)


def _incidents(scope: Scope) -> Statement:
    return (
        select(
            DeclarationRow.order_no,
            DeclarationRow.tracking_number,
            IncidentRow.outcome.label("state"),
            IncidentRow.since,
            IncidentRow.said,
            DeclarationRow.left_at,
        )
        .select_from(IncidentRow)
        .outerjoin(
            DeclarationRow,
            and_(
                DeclarationRow.warehouse_id == IncidentRow.warehouse_id,
                DeclarationRow.id == IncidentRow.declaration_id,
            ),
        )
        .where(IncidentRow.warehouse_id == scope.warehouse_id, IncidentRow.raised_at >= scope.now - INCIDENTS_SHOWN)
        .order_by(IncidentRow.raised_at.desc(), IncidentRow.declaration_id)
    )


INCIDENTS = ListKind(
    "incidents",
    "Customs incidents",
    (Slice("recent", "Last 30 days", _incidents),),
    (
        Column("order_no", "Order", Shown.ORDER),
        Column("tracking_number", "Parcel", Shown.PARCEL),
        Column("state", "Customs now say", Shown.WORD),
        Column("since", "Since", Shown.MOMENT),
        Column("said", "In their words"),
        Column("left_at", "Left at", Shown.MOMENT),
    ),
    explained={"recent": "Customs turned against parcels that had already left. Somebody must call the carrier."},
)
