"""Reading, locking and writing task rows, with plan and progress decoded. For the other rooms of this slice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from wms.kernel.identity import uuid7
from wms.tasks.decision import DONE, Work
from wms.tasks.machine import Workflow
from wms.tasks.model import FloorCaller, Leases, NewTask, TaskState
from wms.tasks.open_tasks import IS_AT_HAND, IS_OPEN
from wms.tasks.tables import TaskRow
from wms.tasks.task import NOBODY, Task

_tasks = cast(Table, TaskRow.__table__)

_LOCK = (
    select(_tasks)
    .where(_tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.id == bindparam("key_task"))
    .with_for_update()
)

_LOCK_OPEN_SUBJECT = (
    select(_tasks)
    .where(
        _tasks.c.warehouse_id == bindparam("key_warehouse"),
        _tasks.c.workflow == bindparam("key_workflow"),
        _tasks.c.subject == bindparam("key_subject"),
        IS_OPEN,
    )
    .with_for_update()
)

_BEGIN = insert(_tasks)

_ADVANCE = (
    update(_tasks)
    .where(_tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.id == bindparam("key_task"))
    .values(
        step=bindparam("new_step"),
        progress=bindparam("new_progress"),
        pending_raw=bindparam("new_pending"),
        version=bindparam("new_version"),
        state=bindparam("new_state"),
        operator_id=bindparam("new_operator"),
        device=bindparam("new_device"),
        leased_until=bindparam("new_lease"),
        updated_at=bindparam("new_updated"),
        laid_ready_at=None,
        left_at=None,
    )
)

_RENEW = (
    update(_tasks)
    .where(_tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.id == bindparam("key_task"))
    .values(
        device=bindparam("new_device"),
        leased_until=bindparam("new_lease"),
        updated_at=bindparam("new_updated"),
        laid_ready_at=None,
        left_at=None,
    )
)


class TaskStore:
    """Task rows of all workflows."""

    def __init__(self, workflows: dict[str, Workflow[Any, Any, Any]], leases: Leases) -> None:
        self._workflows = workflows
        self._leases = leases

    def lock(self, session: Session, warehouse_id: int, task_id: UUID) -> Task | None:
        """The task, locked until the transaction ends."""
        row = session.connection().execute(_LOCK, {"key_warehouse": warehouse_id, "key_task": task_id}).first()
        return None if row is None else self._task(row)

    def look_at(self, session: Session, warehouse_id: int, task_id: UUID) -> Task | None:
        """The task as it is now; another may change it at any time."""
        query = select(_tasks).where(_tasks.c.warehouse_id == warehouse_id, _tasks.c.id == task_id)
        row = session.execute(query).first()
        return None if row is None else self._task(row)

    def lock_open_subject(self, session: Session, warehouse_id: int, workflow: str, subject: UUID) -> Task | None:
        """The open task of a workflow on a subject, locked."""
        key = {"key_warehouse": warehouse_id, "key_workflow": workflow, "key_subject": subject}
        row = session.connection().execute(_LOCK_OPEN_SUBJECT, key).first()
        return None if row is None else self._task(row)

    def at_hand(self, session: Session, warehouse_id: int, operator_id: UUID) -> Task | None:
        """The open task whose screen this operator saw last, on any device; None where he is at home."""
        return self._latest(session, warehouse_id, operator_id, IS_AT_HAND)

    def begun_by(self, session: Session, warehouse_id: int, operator_id: UUID, workflows: Sequence[str]) -> Task | None:
        """The open task of these kinds that this operator touched last, whether or not he has gone home from it."""
        return self._latest(session, warehouse_id, operator_id, _tasks.c.workflow.in_(workflows))

    def _latest(
        self, session: Session, warehouse_id: int, operator_id: UUID, among: ColumnElement[bool]
    ) -> Task | None:
        row = session.execute(
            select(_tasks)
            .where(
                _tasks.c.warehouse_id == warehouse_id,
                _tasks.c.operator_id == operator_id,
                IS_OPEN,
                _tasks.c.laid_ready_at.is_(None),
                among,
            )
            .order_by(_tasks.c.updated_at.desc(), _tasks.c.id.desc())
            .limit(1)
        ).first()
        return None if row is None else self._task(row)

    def laid_ready_for(self, session: Session, warehouse_id: int, operator_id: UUID) -> list[Task]:
        """What this operator was given in advance: in the order it was, and of one workflow the most urgent first."""
        rows = session.execute(
            select(_tasks)
            .where(
                _tasks.c.warehouse_id == warehouse_id,
                _tasks.c.operator_id == operator_id,
                IS_OPEN,
                _tasks.c.laid_ready_at.is_not(None),
            )
            .order_by(_tasks.c.laid_ready_at, _tasks.c.id)
        )
        tasks = [self._task(row) for row in rows]
        names = list(dict.fromkeys(task.workflow for task in tasks))
        return sorted(tasks, key=lambda task: (names.index(task.workflow), self._rank(task)))

    def left_lying(
        self, session: Session, warehouse_id: int, workflows: Sequence[str], now: datetime, *, to_take: bool
    ) -> Task | None:
        """The open task that was left alone longest: its lease ran out, so anybody may go on with it."""
        query = (
            select(_tasks)
            .where(
                _tasks.c.warehouse_id == warehouse_id,
                IS_OPEN,
                _tasks.c.workflow.in_(workflows),
                _tasks.c.leased_until <= now,
            )
            .order_by(_tasks.c.leased_until)
            .limit(1)
        )
        # Two who ask at once must not both be sent to it.
        row = session.execute(query.with_for_update(skip_locked=True) if to_take else query).first()
        return None if row is None else self._task(row)

    def leave(self, session: Session, warehouse_id: int, task: Task, now: datetime) -> None:
        """Its operator has gone home; it stays as it stands, and his."""
        session.execute(
            update(_tasks).where(_tasks.c.warehouse_id == warehouse_id, _tasks.c.id == task.id).values(left_at=now)
        )

    def forget_pending(self, session: Session, warehouse_id: int, task: Task) -> None:
        """Nothing waits for confirmation any more."""
        if task.pending_raw is not None:
            session.execute(
                update(_tasks)
                .where(_tasks.c.warehouse_id == warehouse_id, _tasks.c.id == task.id)
                .values(pending_raw=None)
            )

    def begin(
        self, session: Session, caller: FloorCaller, new: NewTask, now: datetime, *, lay_ready: bool = False
    ) -> Task:
        """Insert a new open task at version 1. A second open task on the subject breaks a unique key and is retried."""
        task_id = uuid7()
        progress_json = msgspec.json.encode(new.progress)
        session.connection().execute(
            _BEGIN,
            {
                "warehouse_id": caller.warehouse_id,
                "id": task_id,
                "workflow": new.workflow,
                "subject": new.subject,
                "state": "open",
                "step": new.step,
                "plan": msgspec.json.encode(new.plan),
                "progress": progress_json,
                "pending_raw": None,
                "version": 1,
                "operator_id": caller.operator_id,
                "device": caller.device,
                "leased_until": now + self._leases.for_caller(caller),
                "laid_ready_at": now if lay_ready else None,
                "left_at": None,
                "created_at": now,
                "updated_at": now,
            },
        )
        return Task(
            task_id,
            new.workflow,
            new.subject,
            True,
            new.step,
            Work(new.plan, new.progress),
            progress_json,
            None,
            1,
            caller.operator_id,
            now + self._leases.for_caller(caller),
            lay_ready,
            device=caller.device,
        )

    def advance(
        self,
        session: Session,
        caller: FloorCaller,
        task: Task,
        *,
        now: datetime,
        step: str,
        progress_json: bytes,
        pending_raw: str | None = None,
    ) -> TaskState:
        """Write the next state, renew the lease, and make the caller its holder."""
        session.connection().execute(
            _ADVANCE,
            {
                "key_warehouse": caller.warehouse_id,
                "key_task": task.id,
                "new_step": step,
                "new_progress": progress_json,
                "new_pending": pending_raw,
                "new_version": task.version + 1,
                "new_state": "done" if step == DONE else "open",
                "new_operator": caller.operator_id,
                "new_device": caller.device,
                "new_lease": now + self._leases.for_caller(caller),
                "new_updated": now,
            },
        )
        return TaskState(task.id, task.version + 1, task.workflow, step)

    def renew(self, session: Session, caller: FloorCaller, task: Task, now: datetime) -> None:
        """He comes back to his own task: it is his for longer, and stands as it stood."""
        session.connection().execute(
            _RENEW,
            {
                "key_warehouse": caller.warehouse_id,
                "key_task": task.id,
                "new_device": caller.device,
                "new_lease": now + self._leases.for_caller(caller),
                "new_updated": now,
            },
        )

    def take_away(self, session: Session, warehouse_id: int, task: Task, now: datetime, *, done: bool) -> None:
        """It is nobody's any more: anybody may go on with it, or it is `done`. Scans on their way are too late."""
        session.execute(
            update(_tasks)
            .where(_tasks.c.warehouse_id == warehouse_id, _tasks.c.id == task.id)
            .values(
                operator_id=NOBODY,
                leased_until=now,
                laid_ready_at=None,
                left_at=None,
                pending_raw=None,
                version=task.version + 1,
                state="done" if done else "open",
            )
        )

    def replace_plan(self, session: Session, warehouse_id: int, task_id: UUID, plan: object) -> None:
        """Write a changed plan (a short pick that goes on elsewhere)."""
        session.execute(
            update(_tasks)
            .where(_tasks.c.warehouse_id == warehouse_id, _tasks.c.id == task_id)
            .values(plan=msgspec.json.encode(plan))
        )

    def decode_progress(self, workflow: str, progress_json: bytes) -> Any:
        """Progress of a workflow from its JSON."""
        return msgspec.json.decode(progress_json, type=self._workflows[workflow].progress_type)

    def _rank(self, task: Task) -> str:
        rank = self._workflows[task.workflow].rank
        return "" if rank is None else rank(task.work)

    def _task(self, row: Row[Any]) -> Task:
        workflow = self._workflows[row.workflow]
        plan = msgspec.json.decode(row.plan, type=workflow.plan_type)
        progress = msgspec.json.decode(row.progress, type=workflow.progress_type)
        return Task(
            row.id,
            row.workflow,
            row.subject,
            row.state == "open",
            row.step,
            Work(plan, progress),
            row.progress,
            row.pending_raw,
            row.version,
            row.operator_id,
            row.leased_until,
            row.laid_ready_at is not None,
            row.left_at is not None,
            row.device,
        )
