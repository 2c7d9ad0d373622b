"""The home screen: what work waits for this operator. For the scan door."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from wms.tasks.floor import FloorContext, FloorWorkflow
from wms.tasks.model import FloorCaller
from wms.tasks.screen import AT_HOME, Choice, Screen


def home_screen(session: Session, caller: FloorCaller, floors: Iterable[FloorWorkflow], now: datetime) -> Screen:
    """The choices this operator's role has, with how much waits behind each."""
    context = FloorContext(caller.warehouse_id, caller.operator_id, caller.device, now)
    choices = tuple(
        Choice(floor.action, floor.workflow.name, floor.waiting(session, context))
        for floor in floors
        if floor.capability in caller.capabilities
    )
    return replace(AT_HOME, choices=choices)
