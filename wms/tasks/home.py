"""The home screen: what work waits for this operator. For the scan door."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from wms.tasks.floor import FloorContext, FloorWorkflow
from wms.tasks.model import FloorCaller
from wms.tasks.next_work import named, next_work
from wms.tasks.screen import AT_HOME, Choice, Screen
from wms.tasks.task_store import TaskStore


def home_screen(
    session: Session, caller: FloorCaller, floors: Iterable[FloorWorkflow], store: TaskStore, now: datetime
) -> Screen:
    """What comes next, and the choices this operator's role has, with how much waits behind each."""
    context = FloorContext(caller.warehouse_id, caller.operator_id, caller.device, now)
    allowed = [floor for floor in floors if floor.capability in caller.capabilities]
    choices = tuple(
        Choice(floor.action, floor.workflow.name, floor.waiting(session, context))
        for floor in allowed
        if not floor.workflow.by_card_only
    )
    work = next_work(session, store, context, allowed)
    return replace(AT_HOME, choices=choices, next_job=None if work is None else named(work, context))
