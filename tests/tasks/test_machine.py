"""The workflow engine itself: what it declares, checks, finds and draws."""

from dataclasses import dataclass
from typing import Any

import pytest

from wms.barcodes.model import CodeKind, Command, Scan
from wms.kernel.refusal import Refusal
from wms.tasks.decision import DONE, Decision, Note, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import Prompt


@dataclass(frozen=True, slots=True)
class Nothing:
    """A plan and a progress with nothing in it."""


WORK = Work(Nothing(), Nothing())
ITEM = Scan("x", CodeKind.ITEM, "x")


def card(verb: str) -> Scan:
    return Scan(f"*{verb}*", CodeKind.COMMAND, Command(verb))


def prompt(work: Work[Nothing, Nothing]) -> Prompt:
    return Prompt(document="42")


def leading(to: str, *declared: str) -> Workflow[Nothing, Nothing, None]:
    """A workflow of one step that leads to `to` and declares `declared`."""
    workflow: Workflow[Nothing, Nothing, None] = Workflow("practice", Nothing, Nothing)

    @workflow.step("first", expects=(CodeKind.ITEM,), leads_to=declared, prompt=prompt)
    def first(work: Any, scan: Scan, facts: None) -> Decision[Nothing, Nothing]:
        return Decision(to, Nothing(), Note("counted"))

    return workflow


def test_a_step_may_stay_or_lead_where_it_declared() -> None:
    assert leading("first").decide(WORK, "first", ITEM, None) == Decision("first", Nothing(), Note("counted"))
    assert isinstance(leading(DONE, DONE).decide(WORK, "first", ITEM, None), Decision)


def test_leading_elsewhere_is_our_bug() -> None:
    with pytest.raises(AssertionError, match="must not lead to"):
        leading(DONE).decide(WORK, "first", ITEM, None)


def test_declaring_a_way_to_nowhere_is_noticed() -> None:
    with pytest.raises(AssertionError, match="nowhere"):
        leading("first", "nowhere").check()


def test_a_command_at_no_step_or_to_nowhere_is_noticed() -> None:
    at_nowhere, to_nowhere = leading("first"), leading("first")
    at_nowhere.command("DONE", at=("nowhere",), leads_to=())(lambda *_: Refusal("no"))
    to_nowhere.command("DONE", at=("first",), leads_to=("nowhere",))(lambda *_: Refusal("no"))
    for workflow in (at_nowhere, to_nowhere):
        with pytest.raises(AssertionError, match="nowhere"):
            workflow.check()


def test_two_rules_for_one_card_at_one_step_are_noticed() -> None:
    workflow = leading("first")
    for _ in range(2):
        workflow.command("DONE", at=("first",), leads_to=())(lambda *_: Refusal("no"))
    with pytest.raises(AssertionError, match="two rules"):
        workflow.check()


def test_the_same_step_or_ending_twice_is_noticed() -> None:
    workflow = leading("first")
    with pytest.raises(AssertionError, match="two steps"):
        workflow.step("first", expects=(), leads_to=(), prompt=prompt)(lambda *_: Refusal("no"))
    workflow.ends_on("gone")(lambda _: ())
    with pytest.raises(AssertionError, match="twice"):
        workflow.ends_on("gone")(lambda _: ())


def test_a_card_means_something_at_its_steps_only() -> None:
    workflow = leading("first")
    assert workflow.decide(WORK, "first", card("DONE"), None) == Refusal("unknown_command", {"command": "*DONE*"})
    workflow.command("DONE", at=("first",), leads_to=(DONE,))(lambda *_: Decision(DONE, Nothing(), Note("end")))
    assert isinstance(workflow.decide(WORK, "first", card("DONE"), None), Decision)


def test_the_screen_shows_the_cards_of_its_step_that_have_a_button() -> None:
    workflow = leading("first")
    workflow.command("SKIP", at=("first",), leads_to=())(lambda *_: Refusal("no"))
    workflow.command("QTY", at=("first",), leads_to=(), on_screen=False)(lambda *_: Refusal("no"))
    screen = workflow.screen(WORK, "first")
    assert (screen.workflow, screen.step, screen.kinds, screen.actions) == (
        "practice",
        "first",
        (CodeKind.ITEM,),
        ("*SKIP*",),
    )
    assert screen.prompt.document == "42"


def test_the_diagram() -> None:
    workflow = leading(DONE, DONE)
    workflow.command("SKIP", at=("first",), leads_to=())(lambda *_: Refusal("no"))
    workflow.ends_on("gone")(lambda _: ())
    assert workflow.diagram().splitlines() == [
        "stateDiagram-v2",
        "    first --> [*]: item",
        "    first --> first: *SKIP*",
        "    note right of first: ends anywhere on gone",
    ]
