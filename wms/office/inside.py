"""Lists of what goes on inside: open tasks, unknown arrivals, outbox messages, people whose badge is locked.

Statements only; `listing` runs them.
"""

from typing import Any

from sqlalchemy import and_, literal_column, select

from wms.access.tables import OperatorRow
from wms.arrivals.tables import NoticeRow, UnknownArrivalRow
from wms.office.listing import Column, ListKind, Scope, Shown, Slice, Statement
from wms.outbox.tables import OutboxMessage
from wms.places.tables import PlaceRow
from wms.tasks.tables import TaskRow

WORKFLOWS = ("receiving", "putaway", "picking", "cart", "packing", "opening", "dispatch", "cage")

# Written out and not bound: SQLite uses a partial index only where the statement itself says the value.
_IS_OPEN = TaskRow.state == literal_column("'open'")


def tasks(scope: Scope, *, workflow: str = "") -> Statement:
    """Open tasks, by whoever has them."""
    statement = (
        select(
            OperatorRow.name.label("operator"),
            OperatorRow.badge,
            TaskRow.workflow,
            TaskRow.step,
            TaskRow.device,
            TaskRow.created_at,
            TaskRow.updated_at,
            TaskRow.leased_until,
            TaskRow.id,
            TaskRow.laid_ready_at,
        )
        .select_from(TaskRow)
        .outerjoin(
            OperatorRow,
            and_(OperatorRow.warehouse_id == TaskRow.warehouse_id, OperatorRow.id == TaskRow.operator_id),
        )
        .where(TaskRow.warehouse_id == scope.warehouse_id, _IS_OPEN)
        .order_by(OperatorRow.name, TaskRow.workflow, TaskRow.id)
    )
    return statement.where(TaskRow.workflow == workflow) if workflow else statement


def _tasks_of(workflow: str) -> Any:
    return lambda scope: tasks(scope, workflow=workflow)


TASKS = ListKind(
    "tasks",
    "Open tasks",
    (
        Slice("all", "All", tasks),
        *(Slice(workflow, workflow, _tasks_of(workflow)) for workflow in WORKFLOWS),
    ),
    (
        Column("operator", "Person"),
        Column("badge", "Badge", Shown.CODE),
        Column("workflow", "Work", Shown.WORD),
        Column("step", "Step", Shown.WORD),
        Column("device", "Device", Shown.CODE),
        Column("created_at", "Begun", Shown.MOMENT),
        Column("updated_at", "Last scan", Shown.MOMENT),
        Column("leased_until", "Kept for them until", Shown.MOMENT),
    ),
    OperatorRow.__table__.c.badge,
    "Badge",
    search_is_whole=True,
)


def _unknown_arrivals(scope: Scope) -> Statement:
    return (
        select(
            UnknownArrivalRow.code,
            UnknownArrivalRow.quantity,
            PlaceRow.code.label("place"),
            NoticeRow.number.label("notice"),
            UnknownArrivalRow.at,
        )
        .select_from(UnknownArrivalRow)
        .outerjoin(
            PlaceRow,
            and_(PlaceRow.warehouse_id == UnknownArrivalRow.warehouse_id, PlaceRow.id == UnknownArrivalRow.place_id),
        )
        .outerjoin(
            NoticeRow,
            and_(NoticeRow.warehouse_id == UnknownArrivalRow.warehouse_id, NoticeRow.id == UnknownArrivalRow.notice_id),
        )
        .where(UnknownArrivalRow.warehouse_id == scope.warehouse_id, UnknownArrivalRow.settled_at.is_(None))
        .order_by(UnknownArrivalRow.id)
    )


ARRIVALS = ListKind(
    "unknown-arrivals",
    "Unknown arrivals",
    (Slice("open", "Not settled", _unknown_arrivals),),
    (
        Column("code", "Scanned code", Shown.CODE),
        Column("quantity", "Units", Shown.NUMBER),
        Column("place", "Stands at", Shown.CODE),
        Column("notice", "Came with", Shown.CODE),
        Column("at", "When", Shown.MOMENT),
    ),
    explained={"open": "Goods that no code of ours answers to. Find out what they are and add their barcode."},
)


def _messages(scope: Scope) -> Statement:
    return (
        select(
            OutboxMessage.id,
            OutboxMessage.topic,
            OutboxMessage.payload,
            OutboxMessage.state,
            OutboxMessage.attempts,
            OutboxMessage.last_error,
            OutboxMessage.created_at,
            OutboxMessage.due_at,
            OutboxMessage.settled_at,
        )
        # The sum keeps SQLite from the key that begins with the warehouse: few messages are parked or waiting, and the
        # index of due messages begins with that.
        .where(OutboxMessage.warehouse_id + 0 == scope.warehouse_id)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
    )


MESSAGES = ListKind(
    "messages",
    "Messages to the world outside",
    (
        Slice("parked", "Parked", lambda scope: _messages(scope).where(OutboxMessage.state == "parked")),
        Slice("waiting", "Waiting", lambda scope: _messages(scope).where(OutboxMessage.state == "pending")),
        Slice(
            "failing",
            "Waiting after a failure",
            lambda scope: _messages(scope).where(
                OutboxMessage.state == "pending", OutboxMessage.last_error.is_not(None)
            ),
        ),
    ),
    (),
    explained={
        "parked": "Tried until it made no sense any more. Mend the cause, then send them back to work.",
        "waiting": "Not done yet, in the order in which they come due.",
    },
)


def _locked(scope: Scope) -> Statement:
    return (
        select(OperatorRow.name, OperatorRow.badge, OperatorRow.role, OperatorRow.locked_until)
        .where(
            OperatorRow.warehouse_id == scope.warehouse_id,
            OperatorRow.locked_until > scope.now,
            OperatorRow.blocked_at.is_(None),
        )
        .order_by(OperatorRow.name, OperatorRow.badge)
    )


PEOPLE = ListKind(
    "people",
    "People",
    (Slice("locked", "Locked badges", _locked),),
    (),
    explained={"locked": "Too many wrong PINs. A badge unlocks itself when the time is over."},
)
