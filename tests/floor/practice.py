"""A workflow run in memory, scan by scan, without any database. For the tests of the pure machines.

Whatever a test scans, `Practice` also checks what every state and every answer of every workflow must be able to do:
survive JSON, and be drawn and worded in all languages.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

import msgspec

from scanner_ui.presenter import Presenter
from scanner_ui.words import languages, words
from wms.access.model import Operator
from wms.barcodes.model import CodeKind, Command, ExpiryText, LotText, Scan, UnknownCode, Weight
from wms.catalogue.model import Item, LotPolicy
from wms.containers.model import Container, ContainerKind, ContainerUse
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.labels.list_codes import ScannedList
from wms.packaging.model import Material
from wms.places.model import Place, PlaceKind
from wms.shipments.model import BoxType, Load, Parcel
from wms.tasks.decision import DONE, Confirm, Decision, Work
from wms.tasks.machine import Workflow

Plan = TypeVar("Plan")
Progress = TypeVar("Progress")
Facts = TypeVar("Facts")

KINDS: dict[type, CodeKind] = {
    Command: CodeKind.COMMAND,
    Place: CodeKind.PLACE,
    Container: CodeKind.CONTAINER,
    Item: CodeKind.ITEM,
    Parcel: CodeKind.PARCEL,
    BoxType: CodeKind.BOX,
    Material: CodeKind.MATERIAL,
    Load: CodeKind.LOAD,
    LotText: CodeKind.LOT,
    ExpiryText: CodeKind.EXPIRY,
    Weight: CodeKind.WEIGHT,
    UnknownCode: CodeKind.UNKNOWN,
    Operator: CodeKind.OPERATOR,
    ScannedList: CodeKind.PACKING_LIST,
}


@dataclass
class Practice(Generic[Plan, Progress, Facts]):
    """One task of a workflow, from where a test lets it begin."""

    workflow: Workflow[Plan, Progress, Facts]
    facts: Facts
    plan: Plan
    progress: Progress
    step: str
    _asked: object = field(default=None)

    @property
    def work(self) -> Work[Plan, Progress]:
        return Work(self.plan, self.progress)

    def scan(self, value: object, *, quantity: int = 0) -> Decision[Plan, Progress] | Confirm | Refusal:
        """Scan a thing, or a command by its verb; the same thing again confirms. The task advances when it counts."""
        thing = Command(value, quantity) if isinstance(value, str) else value
        kind = KINDS[type(thing)]
        step = self.workflow.steps[self.step]
        assert kind is CodeKind.COMMAND or kind in step.expects, f"{self.step} would never be given a {kind}"
        scan = Scan(repr(thing), kind, thing, confirmed=self._asked == thing)
        result = self.workflow.decide(self.work, self.step, scan, self.facts)
        self._asked = thing if isinstance(result, Confirm) else None
        if isinstance(result, Decision):
            if self.workflow.last_word is not None:
                result = replace(result, note=self.workflow.last_word(self.work, result, self.facts))
            self._follow(result)
        _can_be_said(result)
        return result

    def scans(self, *values: object) -> Decision[Plan, Progress]:
        """Scan several things that all count; returns the last decision."""
        result: object = None
        for value in values:
            result = self.scan(value)
            assert isinstance(result, Decision), (value, result)
        assert isinstance(result, Decision)
        return result

    def _follow(self, decision: Decision[Plan, Progress]) -> None:
        self.plan = decision.plan if decision.plan is not None else self.plan
        self.progress, self.step = decision.progress, decision.step
        assert _through_json(self.plan, self.workflow.plan_type) == self.plan
        assert _through_json(self.progress, self.workflow.progress_type) == self.progress
        for effect in decision.effects:
            assert _through_json(effect, type(effect)) == effect
        if decision.step != DONE:
            screen = self.workflow.screen(self.work, self.step)
            for language in languages():
                Presenter(words(language, strict=True)).screen(screen)


def code_of(result: Decision[Any, Any] | Confirm | Refusal) -> str:
    """What was answered."""
    return result.note.code if isinstance(result, Decision) else result.code


def _can_be_said(result: Decision[Any, Any] | Confirm | Refusal) -> None:
    details = result.note.details if isinstance(result, Decision) else result.details
    for language in languages():
        words(language, strict=True).sentence(code_of(result), details)


def _through_json(value: Any, kind: type) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value), type=kind)


def place(code: str, kind: PlaceKind = PlaceKind.PICK) -> Place:
    """A place; the same code is the same place."""
    return Place(_id_of(code), code, kind)


def _id_of(code: str) -> int:
    return int.from_bytes(code.encode(), "big")


def item(code: str, *, pack: int = 1, lot: str = "", expires: str = "", policy: LotPolicy = LotPolicy.NONE) -> Item:
    """A scanned SKU of merchant 1."""
    return Item(_id_of(code), code, code.title(), 1, policy, pack, lot, expires)


def container(code: str, use: ContainerUse = ContainerUse.EMPTY, kind: ContainerKind = ContainerKind.TOTE) -> Container:
    """A tote, or what is asked for."""
    return Container(uuid7(), code, kind, use)
