"""Which tasks are open, as a condition of a query, and how many of a workflow wait for somebody.

For this slice and for whoever asks the task table himself: workflows that count what waits, benches.
"""

from typing import cast

from sqlalchemy import Table, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session

from wms.tasks.floor import FloorContext
from wms.tasks.tables import TaskRow

_tasks = cast(Table, TaskRow.__table__)

IS_OPEN = _tasks.c.state == literal_column("'open'")
"""Written out and not a parameter: only then may the databases use the index of open tasks, and not walk through all
tasks that ever were."""

IS_AT_HAND = and_(IS_OPEN, _tasks.c.laid_ready_at.is_(None), _tasks.c.left_at.is_(None))
"""Its operator has come to it and has not gone home from it: what a code or a weight of his bench is about."""

_COUNT_TO_RESUME = (
    select(func.count())
    .select_from(_tasks)
    .where(
        _tasks.c.warehouse_id == bindparam("key_warehouse"),
        _tasks.c.workflow == bindparam("key_workflow"),
        IS_OPEN,
        or_(_tasks.c.operator_id == bindparam("operator"), _tasks.c.leased_until <= bindparam("now")),
    )
)

_COUNT_LAID_READY = (
    select(func.count())
    .select_from(_tasks)
    .where(
        _tasks.c.warehouse_id == bindparam("key_warehouse"),
        _tasks.c.operator_id == bindparam("operator"),
        IS_OPEN,
        _tasks.c.workflow == bindparam("key_workflow"),
        _tasks.c.device == bindparam("device"),
        _tasks.c.laid_ready_at.is_not(None),
    )
)


def count_to_resume(session: Session, context: FloorContext, workflow: str) -> int:
    """Open tasks of a workflow that this operator could go on with: his own, and those left alone too long."""
    parameters = {
        "key_warehouse": context.warehouse_id,
        "key_workflow": workflow,
        "operator": context.operator_id,
        "now": context.now,
    }
    return session.connection().execute(_COUNT_TO_RESUME, parameters).scalar_one()


def count_laid_ready(session: Session, context: FloorContext, workflow: str) -> int:
    """Tasks of a workflow that were laid ready for this operator at this device."""
    parameters = {
        "key_warehouse": context.warehouse_id,
        "key_workflow": workflow,
        "operator": context.operator_id,
        "device": context.device,
    }
    return session.connection().execute(_COUNT_LAID_READY, parameters).scalar_one()
