"""Command cards: their form, and the one that carries a number."""

import pytest

from wms.barcodes.commands import parse_command
from wms.barcodes.model import Command
from wms.kernel.refusal import Refusal


@pytest.mark.parametrize(
    ("text", "command"),
    [("*UNDO*", Command("UNDO")), ("*SHORT*", Command("SHORT")), ("*QTY+12*", Command("QTY", 12))],
)
def test_commands_are_read(text: str, command: Command) -> None:
    assert parse_command(text) == command


@pytest.mark.parametrize(
    "text", ["*", "**", "*UNDO", "*UN DO*", "*QTY*", "*QTY+*", "*QTY+1.5*", "*QTY-1*", "*UNDO+3*", "*UNDO**UNDO*"]
)
def test_another_form_is_an_unknown_command(text: str) -> None:
    assert parse_command(text) == Refusal("unknown_command", {"command": text})


@pytest.mark.parametrize("number", ["0", "10000001", "99999999"])
def test_a_number_that_is_no_quantity_is_refused(number: str) -> None:
    refusal = parse_command(f"*QTY+{number}*")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.details["quantity"]) == ("bad_quantity", int(number))
