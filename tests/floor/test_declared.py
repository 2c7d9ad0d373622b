"""What holds for every workflow: declared ways exist, the diagram draws, and each code it can say has a test."""

import ast
import sys
from pathlib import Path
from typing import Any

import pytest

from wms.floor.cage.workflow import cage
from wms.floor.dispatch.workflow import dispatch
from wms.floor.packing.opening.workflow import opening
from wms.floor.packing.workflow import packing
from wms.floor.picking.cart.workflow import cart
from wms.floor.picking.workflow import picking
from wms.floor.putaway.workflow import putaway
from wms.floor.receiving.workflow import receiving
from wms.floor.reprint.workflow import reprint
from wms.tasks.decision import DONE
from wms.tasks.machine import Workflow

ROOT = Path(__file__).parents[2]
SAID = ("Note", "Confirm", "Refusal")
WORKFLOWS = (receiving, putaway, picking, cart, packing, opening, dispatch, cage, reprint)
AnyWorkflow = Workflow[Any, Any, Any]

by_name = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)


@by_name
def test_every_declared_way_leads_to_a_step(workflow: AnyWorkflow) -> None:
    workflow.check()


@by_name
def test_every_step_can_be_reached_and_left(workflow: AnyWorkflow) -> None:
    ways = {step.name: set(step.leads_to) for step in workflow.steps.values()}
    for rule in workflow.commands:
        for at in rule.at:
            ways[at] |= set(rule.leads_to)
    for step in ways:
        reached = {step}
        while more := {target for name in reached if name != DONE for target in ways[name]} - reached:
            reached |= more
        assert DONE in reached, f"from {step} the task cannot be finished"


@by_name
def test_the_diagram_draws_every_way(workflow: AnyWorkflow) -> None:
    diagram = workflow.diagram()
    assert diagram.startswith("stateDiagram-v2\n")
    for step in workflow.steps.values():
        assert all(f"    {step.name} --> {'[*]' if to == DONE else to}: " in diagram for to in step.leads_to)
    for rule in workflow.commands:
        assert f"*{rule.verb}*" in diagram
    for code in workflow.endings:
        assert f"ends anywhere on {code}" in diagram


@by_name
def test_every_code_a_workflow_can_say_has_a_test(workflow: AnyWorkflow) -> None:
    room = _room_of(workflow)
    # Besides its steps, a workflow speaks in the parts beside it.
    spoken_by = ("workflow.py", "way.py", "goods.py", "carton.py", "closing.py", "weighing.py", "materials.py")
    sources = [path for name in spoken_by if (path := ROOT / room / name).exists()]
    codes = {code for path in sources for code in _codes_in(path.read_text("utf-8"))}
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / room.relative_to("wms")).glob("test_*.py"))
    # A code that is another one with an ending (`parcel_packed_held`) is told by its ending.
    untested = sorted(code for code in codes if (f'{code}"' if code.startswith("_") else f'"{code}"') not in tests)
    assert not untested


def _room_of(workflow: AnyWorkflow) -> Path:
    """Its folder below the root."""
    source = sys.modules[next(iter(workflow.steps.values())).decide.__module__].__file__
    assert source is not None
    return Path(source).parent.relative_to(ROOT)


def _codes_in(source: str) -> set[str]:
    found: set[str] = set()
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAID and call.args:
            words = (node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant))
            found |= {word for word in words if isinstance(word, str)}
    return found
