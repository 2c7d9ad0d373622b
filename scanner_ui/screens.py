"""One state of the handheld in the words of one operator: SCREEN. Pure.

`presenter` calls it for every answer and every scan ahead. The shape is public: see docs/scan-api.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scanner_ui.words import Words
from wms.tasks.screen import HOME, CartSlot, NextJob, Prompt, Screen

Json = dict[str, Any]

UNDO = "*UNDO*"
NEXT = "*NEXT*"
BY_USE = (UNDO, "*DONE*", "*FULL*", "*SHORT*", "*SKIP*")
"""The actions people use all day, in this order on every screen: the page shows three, its menu the rest."""

MOST_SLOTS = 8
"""Of a cart that are shown at once: more have no room on a small screen, and cannot be read at arm's length."""


def no_picture(name: str) -> None:
    """A house without pictures."""


@dataclass(frozen=True, slots=True)
class Screens:
    """Screens for one operator's language."""

    words: Words
    name_of: Callable[[str], str] = str
    """A product's name as this operator reads it, by the name the floor's rules know it by."""
    picture_of: Callable[[str], str | None] = no_picture
    """Where the page finds the picture of that name; None where there is none."""

    def signed_out(self) -> Json:
        """The screen that asks for a badge."""
        step = self.words.step("sign_in", "badge")
        return _blank("sign_in", "badge", step.title, step.expect, ["operator"])

    def screen(self, screen: Screen) -> Json:
        """One state of the handheld in words."""
        prompt = replace(screen.prompt, item=self.name_of(screen.prompt.item)) if screen.prompt.item else screen.prompt
        step = self.words.step(screen.workflow, screen.step, _details(prompt))
        shown = _blank(screen.workflow, screen.step, step.title, step.expect, [str(kind) for kind in screen.kinds])
        if prompt.document:
            shown["title"] = f"{step.title} {prompt.document}"
        if prompt.lines:
            shown["position"] = f"{prompt.line}/{prompt.lines}" if prompt.line else f"0/{prompt.lines}"
        shown["where"] = prompt.place
        shown["what"] = self.words.page(f"waits_for_{prompt.waits_for}") if prompt.waits_for else prompt.item
        # The last digits of a barcode can be compared with the goods; the end of a SKU code says nothing.
        shown["what_tail"] = prompt.item_code[-4:] if prompt.item_code.isdigit() else ""
        if prompt.quantity:
            shown["how_many"] = str(max(prompt.quantity - prompt.counted, 0))
            shown["unit"] = self.words.unit("each")
            shown["counted"] = f"{prompt.counted} / {prompt.quantity}"
            shown["packs"] = self._packs(prompt)
        elif prompt.to_put:
            shown["how_many"], shown["unit"] = str(prompt.to_put), self.words.unit("each")
        shown["slots"] = _slots(prompt.slots)
        shown["picture"] = self.picture_of(prompt.picture)
        shown["facts"] = self._facts(prompt)
        in_task = screen.workflow != HOME
        actions = sorted([UNDO, *screen.actions], key=_use) if in_task else [UNDO]
        shown["actions"] = [{"action": action, "label": self.words.action(action)} for action in actions]
        shown["choices"] = [
            {"action": choice.action, "label": self.words.action(choice.action), "count": choice.waiting}
            # In the same order whatever waits: a thumb finds its button without looking.
            for choice in screen.choices
        ]
        shown["next_job"] = self._next_job(screen)
        shown["accepts"] = list(prompt.expected.codes) if prompt.expected else []
        shown["gate"] = self._stop(prompt)
        shown["needs_server"] = screen.needs_server
        return shown

    def _next_job(self, screen: Screen) -> Json | None:
        """What the card NEXT opens, and whether it is begun already.

        Where there is none the button stays and says so: what stands below it must not move under a thumb.
        """
        if not screen.choices:
            return None
        job = screen.next_job
        label = self.words.page("go_on_with") if job is not None and job.is_mine else self.words.action(NEXT)
        said: Json = {"action": NEXT, "label": label, "waits": job is not None, "task": job and job.task_id}
        if job is None:
            waits = any(choice.waiting for choice in screen.choices)
            return said | {"what": self.words.page("next_by_scan" if waits else "no_work_waits"), "more": ""}
        at = f"{job.line}/{job.lines}" if job.is_mine and job.line else ""
        return said | {
            "what": joined(" ", self.words.workflow(job.workflow), job.document, at),
            "more": self._more(job),
        }

    def _more(self, job: NextJob) -> str:
        """Where it goes on; or how much it is, and by when."""
        if job.is_mine:
            return joined(" · ", job.container, job.place, self.name_of(job.item) if job.item else "")
        lines = self.words.page("next_lines", {"lines": job.lines}) if job.lines else ""
        due = self.words.page("next_due", {"due": job.due_at.isoformat()}) if job.due_at else ""
        return joined(" · ", lines, due)

    def _packs(self, prompt: Prompt) -> str:
        """What is still to take in whole packs and single units, where the goods come in packs: 2 × 24 + 3."""
        packs, rest = divmod(max(prompt.quantity - prompt.counted, 0), max(prompt.pack_quantity, 1))
        if prompt.pack_quantity < 2 or not packs:
            return ""
        key = "packs_and_rest" if rest else "packs"
        return self.words.page(key, {"packs": packs, "of": prompt.pack_quantity, "rest": rest})

    def _facts(self, prompt: Prompt) -> list[list[str]]:
        given = [
            ("lot", prompt.lot),
            ("expiry", prompt.expires_on),
            ("altogether", str(prompt.altogether) if prompt.altogether else ""),
            ("note", prompt.note),
            ("container", prompt.container),
            ("parcel_number", str(prompt.parcel_number) if prompt.parcel_number else ""),
            ("box", prompt.box),
            ("weight", f"{prompt.weight_grams} g" if prompt.weight_grams else ""),
            ("allowed_weight", f"{prompt.weight_from}–{prompt.weight_to} g" if prompt.weight_to else ""),
            ("needs", prompt.needs),
            ("label_position", prompt.label_position),
            ("prices", self.words.fact("no_prices") if prompt.hides_prices else ""),
            ("loaded", str(prompt.parcels) if prompt.parcels else ""),
            ("held", str(prompt.held) if prompt.held else ""),
            ("released", prompt.released),
            ("owner", prompt.merchant),
        ]
        return [[self.words.fact(name), value] for name, value in given if value]

    def _stop(self, prompt: Prompt) -> Json | None:
        gate = prompt.gate
        if gate is None:
            return None
        details = {"since": gate.since, "cage": gate.cage, "parcel": gate.parcel, "said": gate.said, "hold": None}
        since_is_said = "since" in self.words.placeholders(gate.code)
        return {
            "open": False,
            "parcel": gate.parcel,
            "reason": f"{self.words.sentence(gate.code, details).title} {gate.said}".strip(),
            "since": self.words.page("gate_since", {"since": gate.since}) if gate.since and not since_is_said else "",
            "put": self.words.page(
                "gate_fetch" if gate.place else "gate_put", {"cage": gate.cage, "place": gate.place}
            ),
        }


def _slots(slots: Sequence[CartSlot]) -> list[list[str]]:
    """The totes of a cart, each with what goes into it; of a large cart those that get something, from the next on."""
    shown = [slot for slot in slots if slot.units or len(slots) <= MOST_SLOTS]
    further = len(shown) - MOST_SLOTS + 1
    if further > 1:
        at = next((at for at, slot in enumerate(shown) if slot.is_next), 0)
        shown = [*shown[at:], *shown[:at]][: MOST_SLOTS - 1]
    pairs = [[f"▶{slot.position}" if slot.is_next else str(slot.position), _times(slot.units)] for slot in shown]
    return [*pairs, ["", f"+{further}"]] if further > 1 else pairs


def _times(units: int) -> str:
    return f"× {units}" if units else ""


def _use(action: str) -> int:
    return BY_USE.index(action) if action in BY_USE else len(BY_USE)


def joined(by: str, *parts: str) -> str:
    """The parts that there are."""
    return by.join(part for part in parts if part)


def _details(prompt: Prompt) -> dict[str, str | int | None]:
    return {
        "place": prompt.place,
        "item": prompt.item,
        "item_code": prompt.item_code,
        "container": prompt.container,
        "box": prompt.box,
    }


def _blank(workflow: str, step: str, title: str, expect: str, kinds: list[str]) -> Json:
    return {
        "screen": workflow,
        "step": step,
        "title": title,
        "position": "",
        "where": "",
        "what": "",
        "what_tail": "",
        "how_many": "",
        "unit": "",
        "counted": "",
        "packs": "",
        "slots": [],
        "facts": [],
        "expect": expect,
        "kinds": kinds,
        "accepts": [],
        "actions": [],
        "picture": None,
        "gate": None,
        "choices": [],
        "needs_server": False,
    }
