"""Command cards and buttons: `*UNDO*`, `*SHORT*`, `*QTY+12*`. Called by the resolver and by the task machine. Pure.

Which commands mean something at a step is the workflow's business; here only their form is judged.
"""

import re

from wms.barcodes.model import Command
from wms.kernel.quantity import MAX_QUANTITY
from wms.kernel.refusal import Refusal

MARK = "*"
"""Begins and ends a command; no other code begins with it."""

_FORM = re.compile(r"\*([A-Z]{2,20})(?:\+([0-9]{1,8}))?\*")
_COUNTED = "QTY"
"""The one command that carries a number."""


def parse_command(text: str) -> Command | Refusal:
    """The command in `text` (upper case, with its stars). Refuses `unknown_command` and `bad_quantity`."""
    form = _FORM.fullmatch(text)
    if form is None:
        return Refusal("unknown_command", {"command": text})
    verb, number = form.group(1), form.group(2)
    if (verb == _COUNTED) != (number is not None):
        return Refusal("unknown_command", {"command": text})
    if number is None:
        return Command(verb)
    quantity = int(number)
    if not 1 <= quantity <= MAX_QUANTITY:
        return Refusal("bad_quantity", {"quantity": quantity, "most": MAX_QUANTITY})
    return Command(verb, quantity)
