"""Errands: what an operator may ask for at any time, whatever he is doing, without touching his task.

A workflow's steps come first; an errand is asked about a card that means nothing at the present step, about a parcel
or a printer that nobody asked for there, and at home. `wms.app` hands the errands to the scan door, because this slice
does not know what they are about. One that asks is done when the same code is scanned again at once.

Invariants: the task stays as it is, and its undo takes back the same scan as before; an errand itself cannot be undone.
"""

from wms.kernel.refusal import Refusal
from wms.tasks.decision import Confirm, Note, Outcome
from wms.tasks.desk import Desk, outcome_of
from wms.tasks.floor import Done
from wms.tasks.model import Reply
from wms.tasks.task import Task


def run_errand(desk: Desk, thing: object, task: Task | None) -> Reply | None:
    """The answer of the first errand that the thing is, on the screen of the present task or at home."""
    confirmed = not desk.went_on and desk.is_scanned_again()
    for errand in desk.wiring.besides.errands:
        if errand.capability not in desk.caller.capabilities:
            continue
        result = errand.run(desk.session, desk.floor_context(), thing, confirmed)
        if result is None:
            continue
        if task is not None:
            desk.wiring.store.forget_pending(desk.session, desk.caller.warehouse_id, task)
        if isinstance(result, Done):
            desk.apply_errand(result.effects)
            return _said(desk, task, Outcome.COMPLETED, result.note)
        outcome = Outcome.CONFIRM if isinstance(result, Confirm) else outcome_of(result)
        return _said(desk, task, outcome, result)
    return None


def _said(desk: Desk, task: Task | None, outcome: Outcome, said: Note | Confirm | Refusal) -> Reply:
    return desk.at_home(outcome, said) if task is None else desk.aside(task, outcome, said)
