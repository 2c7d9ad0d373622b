"""Going home: what he has begun stays his, and what he has not touched goes back. Called by `judgement` and `ScanDoor`.

What a handheld without network has shown already is left as it stood: the device may hold those tasks, and go on with
them until their leases end.
"""

from collections.abc import Collection

from wms.barcodes.commands import MARK
from wms.barcodes.model import Cleaned
from wms.kernel.errors import Refused
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.tasks.decision import Note, Outcome
from wms.tasks.desk import Desk
from wms.tasks.floor import FloorWorkflow, WriteContext
from wms.tasks.leases import put_back
from wms.tasks.model import FloorCaller, Reply, ScanRequest
from wms.tasks.task import Task

GO_HOME = "HOME"


def go_home(desk: Desk, task: Task | None) -> Reply:
    """The home screen; from now on he is there, on every device."""
    if task is not None and task.is_open and task.operator_id == desk.caller.operator_id:
        may_go_back = task.is_untouched and desk.request.judged_here is None
        if not (may_go_back and gone_back(desk, task)):
            desk.wiring.store.leave(desk.session, desk.caller.warehouse_id, task, desk.now)
    return desk.at_home(Outcome.ACCEPTED, Note("at_home"))


def gone_back(desk: Desk, task: Task) -> bool:
    """Whether a task nobody has touched went back to where it came from; an order may have been cancelled since."""
    caller = desk.caller
    context = WriteContext(caller.warehouse_id, caller.operator_id, caller.device, desk.now, uuid7(), task.id)
    try:
        with desk.session.begin_nested():
            put_back(desk.session, desk.wiring, task, context)
    except Refused:
        return False
    desk.given_back.append(task.id)
    return True


def given_back_by_card(
    floors: Collection[FloorWorkflow], caller: FloorCaller, request: ScanRequest, cleaned: Cleaned | Refusal
) -> frozenset[str]:
    """Whose tasks laid ready go back before a card is judged, by their workflows.

    Home, all of them. Asked for work, what may be the very goods he asks for, in another way: what the same people do.
    All else goes back when other work has begun, and stays his where there is none.
    """
    if request.judged_here is not None or not isinstance(cleaned, Cleaned):
        return frozenset()
    if cleaned.text == f"{MARK}{GO_HOME}{MARK}":
        return frozenset(floor.workflow.name for floor in floors)
    asked = next((floor for floor in floors if floor.action == cleaned.text), None)
    if request.task_id is not None or asked is None or asked.capability not in caller.capabilities:
        return frozenset()
    alike = (floor.workflow.name for floor in floors if floor.capability == asked.capability)
    return frozenset(alike) - {asked.workflow.name}


def enters_by_choice(request: ScanRequest) -> bool:
    """Whether a task that a scan leads to is one he chose at home, with the server's answer before him."""
    return request.judged_here is None and request.task_id is None
