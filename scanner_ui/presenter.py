"""Values of the scan door into the words of one operator: SCREEN, message, lookahead. Pure.

`scanner_ui.views` calls it for every answer; the page, the API and the tests read what it makes. The shapes are public:
see docs/scan-api.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scanner_ui.marks import marked
from scanner_ui.words import Detail, Sentence, Words
from wms.customs.gate import NOT_DECLARED
from wms.customs.model import RECEIPT_OF_DOCUMENT, DocumentKind, DocumentState, MessageType
from wms.customs.regimes.china.reasons import parse_return_info, status_meaning
from wms.customs.words.wording import (
    cause_words,
    document_state_words,
    document_words,
    gate_words,
    hold_words,
    receipt_words,
    rule_words,
    state_words,
)
from wms.tasks.decision import DONE, Outcome
from wms.tasks.explanation import Explanation
from wms.tasks.lookahead import Ahead, Path
from wms.tasks.model import HandedOut, LaidReady, Reply, TaskState
from wms.tasks.screen import HOME, Prompt, Screen
from wms.tasks.service import Here

Json = dict[str, Any]

STAGED = "parcel_staged"
"""The one acceptance that is shown as GO over the whole screen."""

UNDO = "*UNDO*"
NEXT = "*NEXT*"
BY_USE = (UNDO, "*DONE*", "*FULL*", "*SHORT*", "*SKIP*")
"""The actions people use all day, in this order on every screen: the page shows three, its menu the rest."""

EXPLAINED = frozenset({Outcome.REFUSED, Outcome.UNKNOWN})
"""Outcomes of which a person may ask why: the answer leads to the barcode doctor."""

_NAMES_IN_DETAILS = ("item", "got", "want")
"""Where a refusal, a question or an acceptance may name a product."""

_TONES = {DocumentState.MISSING: "stop", DocumentState.REFUSED: "stop", DocumentState.ACCEPTED: "go"}
"""How a document stands, as a colour; what has not been decided looks like a question."""


@dataclass(frozen=True, slots=True)
class Presenter:
    """Presents for one operator's language."""

    words: Words
    name_of: Callable[[str], str] = str
    """A product's name as this operator reads it, by the name the floor's rules know it by."""

    def reply(self, reply: Reply) -> Json:
        """One answer of the scan door as JSON values."""
        told = self.named(reply.details)
        sentence = self.words.sentence(reply.code, told) if reply.code else None
        screen = self.screen(reply.screen)
        if reply.code == STAGED and not reply.replayed:
            # A stored answer says what the gate said then; GO is for now only.
            screen["gate"] = self._go(reply)
        return {
            "scan_id": reply.scan_id,
            "replayed": reply.replayed,
            "outcome": reply.outcome,
            "code": reply.code,
            "message": _message(sentence, told) if sentence else {"title": "", "next": ""},
            "details": dict(reply.details),
            "task": _task(reply.task),
            "screen": screen,
            "parcel": self._explained(reply.explanation),
            **self._path(reply.path, reply.task),
            "lookahead_holds": reply.path.holds,
            "next": [self._laid_ready(laid) for laid in reply.next],
            "exception": reply.exception,
            "why": f"/why?scan={reply.scan_id}" if reply.outcome in EXPLAINED else "",
            "server_time": reply.server_time,
        }

    def here(self, here: Here) -> Json:
        """Where an operator is, without any scan."""
        return {
            "task": _task(here.task),
            "screen": self.screen(here.screen),
            **self._path(here.path, here.task),
            "next": [self._laid_ready(laid) for laid in here.next],
            "server_time": here.server_time,
        }

    def handed_out(self, out: HandedOut) -> Json:
        """Tasks for a time without network."""
        laid_ready = [self._laid_ready(laid) for laid in out.next]
        return {"next": laid_ready, "more": out.goes_on, **self._path(out.path, out.task)}

    def named(self, details: Mapping[str, Detail]) -> dict[str, Detail]:
        """Details for a sentence, with products by the name this operator reads."""
        return {
            key: self.name_of(value) if key in _NAMES_IN_DETAILS and isinstance(value, str) else value
            for key, value in details.items()
        }

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
        """What the card NEXT would begin with: the first kind of work of which there is any.

        Where there is none the button stays and says so: what stands below it must not move under a thumb.
        """
        if not screen.choices:
            return None
        first = next((choice for choice in screen.choices if choice.waiting), None)
        what = self.words.action(first.action) if first else self.words.page("no_work_waits")
        return {
            "action": NEXT,
            "label": self.words.action(NEXT),
            "what": what,
            "count": first.waiting if first else 0,
        }

    def _packs(self, prompt: Prompt) -> str:
        """What is still to take in whole packs and single units, where the goods come in packs: 2 × 24 + 3."""
        packs, rest = divmod(max(prompt.quantity - prompt.counted, 0), max(prompt.pack_quantity, 1))
        if prompt.pack_quantity < 2 or not packs:
            return ""
        key = "packs_and_rest" if rest else "packs"
        return self.words.page(key, {"packs": packs, "of": prompt.pack_quantity, "rest": rest})

    def _path(self, path: Path, task: TaskState | None) -> Json:
        """The scans ahead, each with the task as it will stand after it: every scan that counts is one version."""
        steps = (
            []
            if task is None
            else [
                self._ahead(ahead, _later(task, ahead.step, path.behind + number))
                for number, ahead in enumerate(path.steps, start=1)
            ]
        )
        return {"lookahead": steps, "lookahead_more": path.goes_on}

    def _laid_ready(self, laid: LaidReady) -> Json:
        sentence = self.words.sentence(laid.note.code, self.named(laid.note.details))
        return {
            "accepts": laid.cards,
            "outcome": "accepted",
            "code": laid.note.code,
            "message": {"title": sentence.title, "next": sentence.next},
            "task": _task(laid.task),
            "screen": self.screen(laid.screen),
            "rank": laid.rank,
            **self._path(laid.path, laid.task),
        }

    def _ahead(self, ahead: Ahead, task: TaskState | None) -> Json:
        sentence = self.words.sentence(ahead.note.code, self.named(ahead.note.details))
        return {
            "accepts": list(ahead.accepts),
            "accepts_any": list(ahead.prefixes) or None,
            "outcome": ahead.outcome,
            "code": ahead.note.code,
            "message": {"title": sentence.title, "next": sentence.next},
            "screen": self.screen(ahead.screen),
            "task": _task(task),
            "needs_server": False,
        }

    def _facts(self, prompt: Prompt) -> list[list[str]]:
        given = [
            ("lot", prompt.lot),
            ("expiry", prompt.expires_on),
            ("altogether", str(prompt.altogether) if prompt.altogether else ""),
            ("note", prompt.note),
            ("container", prompt.container),
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

    def _explained(self, explanation: Explanation | None) -> Json | None:
        """A parcel that was scanned where nobody asked for one: its papers, and what customs said in both languages."""
        if explanation is None:
            return None
        language = self.words.language
        rows = [
            self._paper(paper.kind, document_state_words(paper.state, language), paper.since)
            | self._customs_said(RECEIPT_OF_DOCUMENT[DocumentKind(paper.kind)], "", paper.said)
            | {"tone": _TONES.get(DocumentState(paper.state), "look")}
            for paper in explanation.papers
            if paper.kind != DocumentKind.INVENTORY
        ]
        state = state_words(explanation.state, language) if explanation.state else gate_words(NOT_DECLARED, language)
        rows.append(
            self._paper(DocumentKind.INVENTORY, state, explanation.since)
            | self._customs_said(MessageType.LIST_RECEIPT, explanation.status, explanation.said)
            | {"tone": "go" if explanation.may_go_on else "stop"}
        )
        notes = [[self.words.page("holds"), hold_words(hold, language)] for hold in explanation.holds]
        if explanation.rule:
            notes.append([self.words.page("to_mend"), cause_words(explanation.cause, language)])
            notes.append(["", rule_words(explanation.rule, language)])
        return {"parcel": explanation.parcel, "open": explanation.may_go_on, "papers": rows, "notes": notes}

    def _paper(self, kind: str, state: str, since: str) -> Json:
        shown = self.words.page("explained_since", {"since": since}) if since else ""
        return {"paper": document_words(kind, self.words.language), "state": state, "since": shown}

    @staticmethod
    def _customs_said(message: str, status: str, said: str) -> Json:
        """Customs' own words, and what they mean in English; the meaning only where it is known."""
        known = status_meaning(status, message) is not None or parse_return_info(said).reasons
        return {"said": said, "english": receipt_words(message, status, said, "en") if said and known else ""}

    @staticmethod
    def _go(reply: Reply) -> Json:
        parcel, lane = reply.details.get("parcel"), reply.details.get("lane")
        return {"open": True, "parcel": str(parcel), "reason": "", "since": "", "put": str(lane)}


def _later(task: TaskState, step: str, scans: int) -> TaskState | None:
    """The task so many scans later; None where it is done then."""
    return None if step == DONE else replace(task, version=task.version + scans, step=step)


def _message(sentence: Sentence, details: Mapping[str, object]) -> Json:
    """What happened and what to do; in pieces where a difference is to be marked."""
    message: Json = {"title": sentence.title, "next": sentence.next}
    pieces = marked(sentence.title, details)
    return message | {"pieces": pieces} if len(pieces) > 1 else message


def _task(task: TaskState | None) -> Json | None:
    if task is None:
        return None
    return {"id": task.id, "version": task.version, "workflow": task.workflow, "step": task.step}


def _use(action: str) -> int:
    return BY_USE.index(action) if action in BY_USE else len(BY_USE)


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
