"""Answers of the scan door in the words of one operator: message, SCREEN, lookahead. Pure.

`scanner_ui.views` calls it for every answer; the page, the API and the tests read what it makes. The shapes are public:
see docs/scan-api.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scanner_ui.explained import explained
from scanner_ui.helping import help_of
from scanner_ui.marks import marked
from scanner_ui.screens import Json, Screens
from scanner_ui.words import Detail, Sentence
from wms.tasks.decision import DONE, Outcome
from wms.tasks.exits import Exit
from wms.tasks.helping import HELPED
from wms.tasks.lookahead import Ahead, Path
from wms.tasks.model import HandedOut, LaidReady, Reply, TaskState
from wms.tasks.service import Here

STAGED = "parcel_staged"
"""The one acceptance that is shown as GO over the whole screen."""

GOES_ON = frozenset({
    "container_taken", "order_opened", "order_opened_in", "cart_sets_off", "material_taken", "list_taken",
    "list_left_out", "parcel_split_already", "unknown_command", "undone", "question_dropped", "task_resumed",
})  # fmt: skip
"""Said without a next step of their own: what the screen wants is named instead."""

EXPLAINED = frozenset({Outcome.REFUSED, Outcome.UNKNOWN})
"""Outcomes of which a person may ask why: the answer leads to the barcode doctor."""

_NAMES_IN_DETAILS = ("item", "got", "want")
"""Where a refusal, a question or an acceptance may name a product."""


@dataclass(frozen=True, slots=True)
class Presenter(Screens):
    """Presents for one operator's language: screens, and answers with their screens."""

    def reply(self, reply: Reply) -> Json:
        """One answer of the scan door as JSON values."""
        told = self.named(reply.details)
        screen = self.screen(reply.screen)
        sentence = self._said(reply.code, told, screen) if reply.code else None
        if reply.code == STAGED and not reply.replayed:
            # A stored answer says what the gate said then; GO is for now only.
            screen["gate"] = self._go(reply)
        helped = {"found": help_of(self.words, reply.screen, screen, reply.details)} if reply.code == HELPED else {}
        return helped | {
            "scan_id": reply.scan_id,
            "replayed": reply.replayed,
            "outcome": reply.outcome,
            "code": reply.code,
            "message": _message(sentence, told) if sentence else {"title": "", "next": ""},
            "details": dict(reply.details),
            "task": _task(reply.task),
            "screen": screen,
            "parcel": explained(self.words, reply.explanation),
            **self._path(reply.path, reply.task),
            "lookahead_holds": reply.path.holds,
            "next": [self._laid_ready(laid) for laid in reply.next],
            "given_back": reply.given_back,
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

    def counted(self, code: str, details: Mapping[str, Detail]) -> Sentence:
        """A pack, or a number, that counted at once is named; units one by one need no word."""
        units = details.get("units")
        many = f"{code}_many"
        at_once = isinstance(units, int) and units > 1 and self.words.has("sentences", many)
        return self.words.sentence(many if at_once else code, details)

    def _said(self, code: str, details: Mapping[str, Detail], screen: Json) -> Sentence:
        """What is said with this screen: "go on" names what is wanted now."""
        sentence = self.counted(code, details)
        names_it = code in GOES_ON and screen["expect"]
        return sentence._replace(next=self.words.page("scan_now", {"want": screen["expect"]})) if names_it else sentence

    def named(self, details: Mapping[str, Detail]) -> dict[str, Detail]:
        """Details for a sentence, with products by the name this operator reads."""
        return {
            key: self.name_of(value) if key in _NAMES_IN_DETAILS and isinstance(value, str) else value
            for key, value in details.items()
        }

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
        screen = self.screen(laid.screen)
        sentence = self._said(laid.note.code, self.named(laid.note.details), screen)
        return {
            "accepts": laid.cards,
            "outcome": "accepted",
            "code": laid.note.code,
            "message": {"title": sentence.title, "next": sentence.next},
            "task": _task(laid.task),
            "screen": screen,
            "rank": laid.rank,
            **self._path(laid.path, laid.task),
        }

    def _ahead(self, ahead: Ahead, task: TaskState | None) -> Json:
        screen = self.screen(ahead.screen)
        sentence = self._said(ahead.note.code, self.named(ahead.note.details), screen)
        return {
            "accepts": list(ahead.accepts),
            "accepts_any": list(ahead.prefixes) or None,
            "outcome": ahead.outcome,
            "code": ahead.note.code,
            "message": {"title": sentence.title, "next": sentence.next},
            "screen": screen,
            "task": _task(task),
            "needs_server": False,
        } | ({"exits": [_exit(one) for one in ahead.exits]} if ahead.exits else {})

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


def _exit(one: Exit) -> Json:
    """A card that leaves the path; what goes without saying is left out, because every step says it."""
    said: Json = {"card": one.card, "over": one.over}
    if one.code:
        said |= {"outcome": one.outcome, "code": one.code}
    if one.asks:
        said["asks"] = one.asks
    return said if one.back is None else said | {"back": one.back}


def _task(task: TaskState | None) -> Json | None:
    if task is None:
        return None
    return {"id": task.id, "version": task.version, "workflow": task.workflow, "step": task.step}
