"""What a short typed number means at a step: how many, how heavy, or the check digits of the place. For `in_task`.

Typing is the last resort, so it asks for as few keys as can be: at a step that sends somebody to one place, the two
digits from the label of that place say that he stands before it. They are compared by the place's own reader.
"""

from dataclasses import replace

from wms.barcodes.model import Cleaned, CodeKind, Command, Known, Resolution, Weight
from wms.tasks.desk import Desk
from wms.tasks.task import Task

QUANTITY = "QTY"
CHECK_DIGITS = 2


def typed_meaning(desk: Desk, task: Task) -> Resolution | None:
    """The meaning of a number without any letters, None for everything else.

    Grams where a weight is due. Two digits where one place is asked for are the digits of its label, although units may
    be counted there as well: what says where the goods lie must never be booked as how many there are. So many more
    where units are counted, like the card `*QTY+n*`, which also says two digits where they would be a place's.
    """
    number = desk.typed_number()
    workflow = desk.workflow_of(task)
    expects = workflow.steps[task.step].expects
    if number is not None and CodeKind.WEIGHT in expects:
        return Known(CodeKind.WEIGHT, Weight(number))
    place = _at_the_place(desk, task)
    if place is None and number is not None and workflow.rule_for(task.step, QUANTITY) is not None:
        return Known(CodeKind.COMMAND, Command(QUANTITY, number))
    return place


def _at_the_place(desk: Desk, task: Task) -> Resolution | None:
    """The place that the step asks for, where its two check digits were typed. Refuses `bad_check_digits`."""
    cleaned = desk.cleaned
    if not isinstance(cleaned, Cleaned) or not cleaned.manual:
        return None
    if not (cleaned.text.isascii() and cleaned.text.isdigit() and len(cleaned.text) == CHECK_DIGITS):
        return None
    workflow = desk.workflow_of(task)
    expected = workflow.screen(task.work, task.step).prompt.expected
    if expected is None or expected.kind is not CodeKind.PLACE or not expected.codes:
        return None
    whole = replace(cleaned, text=f"{expected.codes[0]} {cleaned.text}")
    wanted = workflow.steps[task.step].expects
    return desk.wiring.resolver.resolve_cleaned(desk.session, desk.caller.warehouse_id, whole, wanted)
