"""The card HELP: what the present screen wants, which cards it takes, and whom to ask. Called by `judgement`.

It changes nothing but that an open question is dropped, as every scan but the same one does. The words are found by
`scanner_ui.helping` from the screen that is answered with it.
"""

from sqlalchemy import select

from wms.access.model import Role
from wms.access.tables import OperatorRow
from wms.tasks.decision import Note, Outcome
from wms.tasks.desk import Desk
from wms.tasks.model import Reply
from wms.tasks.task import Task

HELP = "HELP"
HELPED = "help"
"""The code of the answer: who shows it explains its screen."""

MOST_NAMES = 3


def help_here(desk: Desk, task: Task | None) -> Reply:
    """The screen as it is, with what is to be known of it."""
    if task is None:
        cards = [floor.action for floor in desk.allowed_floors()]
        return desk.at_home(Outcome.ACCEPTED, _told(desk, ["*NEXT*", *cards]))
    desk.wiring.store.forget_pending(desk.session, desk.caller.warehouse_id, task)
    rules = [rule for rule in desk.workflow_of(task).commands if task.step in rule.at]
    cards = ["*QTY+n*" if rule.verb == "QTY" else f"*{rule.verb}*" for rule in rules]
    return desk.aside(task, Outcome.ACCEPTED, _told(desk, ["*UNDO*", *cards]))


def _told(desk: Desk, cards: list[str]) -> Note:
    """Each card once; a step may take one for more than one reason."""
    known = " ".join(dict.fromkeys([*cards, "*HOME*"]))
    return Note(HELPED, {"cards": known, "supervisors": ", ".join(_supervisors(desk))})


def _supervisors(desk: Desk) -> list[str]:
    statement = (
        select(OperatorRow.name)
        .where(
            OperatorRow.warehouse_id == desk.caller.warehouse_id,
            OperatorRow.role == Role.SUPERVISOR.value,
            OperatorRow.blocked_at.is_(None),
        )
        .order_by(OperatorRow.badge)
        .limit(MOST_NAMES)
    )
    return list(desk.session.scalars(statement))
