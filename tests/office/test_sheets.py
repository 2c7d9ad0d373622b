"""What is on each sheet of barcodes: codes that the floor understands, all of them and nothing else."""

import re
from pathlib import Path

from sqlalchemy.orm import Session

import scanner_ui
from tests.support.floor import Floor
from wms.barcodes.commands import parse_command
from wms.barcodes.model import Command
from wms.floor.cage.workflow import cage
from wms.floor.dispatch.workflow import dispatch
from wms.floor.packing.workflow import packing
from wms.floor.picking.cart.workflow import cart
from wms.floor.picking.workflow import picking
from wms.floor.putaway.workflow import putaway
from wms.floor.receiving.workflow import receiving
from wms.labels.contents import small_symbol
from wms.labels.model import CommandLabel
from wms.office.sheets import COMMANDS, SHEET_LENGTH, Sheet, Wanted, sheet_of


def sheet(floor: Floor, kind: str, search: str = "", page: int = 1) -> Sheet:
    def work(session: Session) -> Sheet:
        return sheet_of(session, floor.warehouse_id, Wanted(kind, search, page))

    return floor.database.reading(work)


def codes(floor: Floor, kind: str, search: str = "") -> set[str]:
    return {small_symbol(label).expected.content for label in sheet(floor, kind, search).labels}


def test_what_is_on_each_sheet(busy: Floor) -> None:
    assert codes(busy, "badges") == {"EMP-1", "EMP-2", "EMP-3", "EMP-4"}
    assert codes(busy, "notices") == {"ASN-4711"}
    assert codes(busy, "totes") == {f"TOT-{number}" for number in range(1, 10)}
    assert codes(busy, "pallets") == {f"PAL-{number}" for number in range(1, 10)}
    assert codes(busy, "boxes") == {"BOX-S", "BOX-L"}
    assert codes(busy, "lanes") == {"LOC-LANE-1", "LOC-LANE-2"}
    assert codes(busy, "shelves", "A-0") == {f"LOC-A-0{number}" for number in range(1, 5)}
    assert "LOC-DOCK-1" in codes(busy, "stations")
    assert not codes(busy, "stations") & {"LOC-CUSTOMER", "LOC-A-01"}
    assert len(codes(busy, "products")) == 3
    assert len(codes(busy, "expected")) == 2
    assert len(codes(busy, "all-products")) == 4
    assert len(codes(busy, "all-products", "cre")) == 1
    assert codes(busy, "all-products", "nothing") == set()


def test_the_tour_has_everything_for_a_first_parcel(busy: Floor) -> None:
    tour = codes(busy, "tour")
    assert {"EMP-1", "ASN-4711", "PAL-1", "TOT-1", "LOC-A-01", "LOC-BENCH-1", "LOC-LANE-1", "BOX-S", "*DONE*"} <= tour
    assert sheet(busy, "no such kind").title == sheet(busy, "tour").title


def test_every_command_on_the_sheet_is_one() -> None:
    assert all(isinstance(parse_command(command), Command) for command in COMMANDS)


def test_long_choices_come_in_pages(floor: Floor) -> None:
    for number in range(SHEET_LENGTH + 5):
        floor.put_stock(f"B-{number:02d} RED 1")
    first, second, beyond = (sheet(floor, "shelves", "B-", page) for page in (1, 2, 3))
    assert (len(first.labels), len(second.labels), first.last_page) == (SHEET_LENGTH, 5, 2)
    assert beyond.labels == second.labels


def test_every_command_of_every_workflow_has_a_card() -> None:
    """Nobody has to take a glove off: what a button does, a card does."""
    for workflow in (receiving, putaway, picking, cart, packing, dispatch, cage):
        for rule in workflow.commands:
            card = f"*{rule.verb}+5*" if rule.verb == "QTY" else f"*{rule.verb}*"
            assert card in COMMANDS, f"{card} of {workflow.name}"


def test_every_command_of_the_page_has_a_card() -> None:
    """But for the two keys beside what is being typed: whoever types has no card in his hand."""
    script = (Path(scanner_ui.__file__).parent / "static" / "commands.js").read_text("utf-8")
    known = set(re.findall(r'^ +"(\*[A-Z]+\*)":', script, re.MULTILINE))
    assert {"*SEEN*", "*SOUND*", "*KEYS*", "*LIST*"} <= known
    assert known - {"*CANCEL*", "*ENTER*"} <= set(COMMANDS)


def test_a_card_speaks_both_languages(busy: Floor) -> None:
    labels = {label.command: label.words for label in sheet(busy, "commands").labels if isinstance(label, CommandLabel)}
    assert labels["*UNDO*"] == "Undo · 撤销"
    assert labels["*QTY+5*"] == "+5"
