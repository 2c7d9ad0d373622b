"""Every screen the handheld can show, in the words of the presenter: each step of each workflow, home, the gate.

Called by the tests that look at all of them (`test_screens`, `test_access`) and by nobody else. Values are as long as
they get in a real house, or ordinary ones.
"""

from dataclasses import replace
from typing import Any

from scanner_ui.presenter import Presenter
from scanner_ui.words import words
from wms.floor.cage.workflow import cage
from wms.floor.dispatch.workflow import dispatch
from wms.floor.packing.workflow import packing
from wms.floor.picking.cart.way import ON_THE_WAY
from wms.floor.picking.cart.workflow import cart
from wms.floor.picking.workflow import picking
from wms.floor.putaway.workflow import putaway
from wms.floor.receiving.workflow import receiving
from wms.tasks.machine import Workflow
from wms.tasks.screen import AT_HOME, HOME_KINDS, CartSlot, Choice, GateSlot, Prompt, Screen

Json = dict[str, Any]

WORKFLOWS: tuple[Workflow[Any, Any, Any], ...] = (receiving, putaway, picking, cart, packing, dispatch, cage)
WORK = ("*RECEIVE*", "*PUTAWAY*", "*PICK*", "*CART*", "*PACK*", "*DISPATCH*", "*CAGE*")

NAMES = {"en": "Bamboo brush, soft, family pack of four", "zh-Hans": "竹制牙刷 成人软毛 四支家庭装"}
PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E"
    "%3Cpath d='M2 1h5v7H2z' fill='%23246'/%3E%3C/svg%3E"
)
ORDINARY = Prompt(
    document="ORD-42", line=3, lines=9, place="A-03-12-B", item="Cup 250 ml", item_code="6901234564567", quantity=2,
    counted=0, lot="L2607", expires_on="2028-01-31", container="TOT-7",
)  # fmt: skip
LONG = replace(
    ORDINARY, document="ASN-2026-004711", line=12, lines=31, place="RECV-STAGE-12", quantity=1240, counted=120,
    pack_quantity=24, box="C3", weight_grams=12500, merchant="Lan Tian Co.", container="PAL-900123",
)  # fmt: skip
FEW_TOTES = tuple(CartSlot(number, {2: 3, 6: 12}.get(number, 0), number == 2) for number in range(1, 9))
ALL_TOTES = tuple(CartSlot(number, 12, number == 2) for number in range(1, 9))
LARGE_CART = tuple(CartSlot(number, 12, number == 32) for number in range(1, 41))
SHUT = GateSlot("SF1234567890123", "customs_inspection", "2026-11-23T01:12:00+00:00", "布控查验", "CAGE-Q1", "")


def screens(language: str, *, long: bool = False) -> dict[str, Json]:
    """Each screen by name."""
    shows = Presenter(words(language, strict=True))
    prompt = replace(LONG, item=NAMES[language]) if long else ORDINARY
    on_a_cart = replace(prompt, slots=LARGE_CART if long else ALL_TOTES, altogether=480)
    found = {"home": home(shows, 12), "home-empty": home(shows, 0)}
    for workflow in WORKFLOWS:
        for step in workflow.steps.values():
            actions = tuple(f"*{rule.verb}*" for rule in workflow.commands if rule.on_screen and step.name in rule.at)
            shown = on_a_cart if workflow is cart and step.name in ON_THE_WAY else prompt
            screen = Screen(workflow.name, step.name, step.expects, actions, shown)
            found[f"{workflow.name}.{step.name}"] = shows.screen(screen)
    found["picture"] = found["picking.scan_item"] | {"picture": PICTURE}
    found["picture-and-slots"] = found["cart.scan_item"] | {"picture": PICTURE}
    for name, totes in (("few", FEW_TOTES), ("four", ALL_TOTES[:4])):
        screen = Screen(
            cart.name, "scan_item", cart.steps["scan_item"].expects, ("*SHORT*",), replace(prompt, slots=totes)
        )
        found[f"picture-and-{name}-totes"] = shows.screen(screen) | {"picture": PICTURE}
    found["gate-shut"] = shows.screen(
        Screen("dispatch", "scan_cage", (), (), Prompt(document="LOD-4", place="LANE-4", gate=SHUT))
    )
    return found


def home(shows: Presenter, waiting: int) -> Json:
    """Home of somebody who may do everything, with so much work of each kind."""
    choices = tuple(Choice(action, workflow.name, waiting) for action, workflow in zip(WORK, WORKFLOWS, strict=True))
    return shows.screen(Screen(AT_HOME.workflow, AT_HOME.step, HOME_KINDS, (), Prompt(), choices))
