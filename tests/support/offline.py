"""A handheld that goes on by itself along the path it was given, as the page does, and sends everything later.

It follows docs/scan-api.md and nothing else, so that the tests of the server and the page agree on what is public.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.floor import Handheld, code_of
from wms.kernel.identity import uuid7
from wms.tasks.screen import STANDS_FOR

Json = Mapping[str, Any]
GOOD = ("accepted", "completed")
UNDO = "*UNDO*"


@dataclass(frozen=True)
class _Before:
    """What the page shows and holds, to come back to."""

    task: Json | None
    screen: Json
    path: tuple[Json, ...]


@dataclass
class GoingOn:
    """One handheld with and without network.

    `refused` holds the answers to scans that were shown as good, `corrected` those that counted otherwise than shown.
    """

    hand: Handheld
    task: Json | None = None
    screen: Json = field(default_factory=dict)
    path: tuple[Json, ...] = ()
    next: list[Json] = field(default_factory=list)
    queue: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    corrected: list[Json] = field(default_factory=list)
    wants_next: bool = True
    _past: list[_Before] = field(default_factory=list)

    def online(self, *texts: str) -> Json:
        """Scan with network; each must count. The page asks for whatever it may be given ahead."""
        reply: Json = {}
        for text in texts:
            raw = code_of(text)
            on_path = bool(self.path) and raw in self.path[0]["accepts"]
            body = self._body(raw) | {"ahead": max(0, len(self.path) - 1) if on_path else 0}
            reply = self._answered(self.hand.post(body).json)
            assert reply["outcome"] in GOOD, (text, reply["code"])
        return reply

    def offline(self, *texts: str) -> None:
        """Scan without network; each must be on the path, or the page would not take it."""
        for text in texts:
            assert self.scan_offline(code_of(text)), (text, self.path[:1])

    def scan_offline(self, raw: str) -> bool:
        """Judge one scan here and keep it; False where the page says that it needs a connection."""
        if raw == UNDO:
            return self._undo()
        if self.task is None and not self._enters_next(raw):
            return False
        if not self.path:
            return False
        step = self.path[0]
        any_will_do = step["accepts_any"] and raw.startswith(tuple(step["accepts_any"]))
        if step["needs_server"] or not (raw in step["accepts"] or any_will_do):
            return False
        path = self.path
        if any_will_do:
            path = _with(path, raw)
            step = path[0]
        self._keep(raw, step["outcome"], step["code"], step["screen"]["step"])
        self._past.append(_Before(self.task, self.screen, self.path))
        assert self.task is not None
        version = self.task["version"] + 1
        self.task = None if step["task"] is None else {**step["task"], "version": version}
        self.screen, self.path = step["screen"], path[1:]
        return True

    def expected(self) -> str | None:
        """A code that the page would take now without network; None where it has none."""
        path = self.path or (self.next[0]["lookahead"] if self.task is None and self.next else ())
        return path[0]["accepts"][0] if path and path[0]["accepts"] else None

    def drain(self, most: int = 50) -> Sequence[Json]:
        """The network is back: send what waits, in order."""
        answers: list[Json] = []
        while self.queue:
            some = self.queue[:most]
            replies = self.hand.post({"scans": some}).json["replies"]
            for body, reply in zip(some, replies, strict=True):
                assert "problem" not in reply, reply
                self.settle(body, reply)
                answers.append(reply)
        return answers

    def settle(self, body: Mapping[str, Any], reply: Json) -> None:
        """One answer has come; what was refused is remembered."""
        self.queue.remove(dict(body))
        shown = body["judged_here"]
        if shown["outcome"] in GOOD and reply["outcome"] not in GOOD:
            assert reply["exception"], reply
            self.refused.append(reply)
        elif (shown["outcome"], shown["code"]) != (reply["outcome"], reply["code"]):
            self.corrected.append(reply)

    def look_again(self) -> None:
        """Load the page anew: it shows and holds what the server says."""
        here = self.hand.client.get("/api/v1/screen").json or {}
        self.task, self.screen = here["task"], here["screen"]
        self.path, self.next = tuple(here["lookahead"]), list(here["next"])
        self._past.clear()

    def _undo(self) -> bool:
        if not self._past:
            return False
        before = self._past.pop()
        assert before.task is not None
        version = before.task["version"] + 1 if self.task is None else self.task["version"]
        self.task = {**before.task, "version": version}
        self._keep(UNDO, "accepted", "undone", before.screen["step"])
        self.task = {**before.task, "version": version + 1}
        self.screen, self.path = before.screen, before.path
        return True

    def _enters_next(self, raw: str) -> bool:
        if not self.next:
            return False
        laid = self.next.pop(0)
        self._past.clear()
        if raw in laid["accepts"]:
            self._keep(raw, laid["outcome"], laid["code"], laid["task"]["step"], laid["task"]["id"])
        self.task, self.screen, self.path = laid["task"], laid["screen"], tuple(laid["lookahead"])
        return raw not in laid["accepts"]

    def _keep(self, raw: str, outcome: str, code: str, step: str, entered: str | None = None) -> None:
        shown = {"outcome": outcome, "code": code, "step": step, "task_id": entered}
        body = self._body(raw) | {"judged_here": shown, "made_offline": True, "ahead": max(0, len(self.path) - 1)}
        self.queue.append(body)

    def _body(self, raw: str) -> dict[str, Any]:
        return {
            "scan_id": str(uuid7()),
            "device": self.hand.device,
            "raw": raw,
            "task_id": self.task["id"] if self.task else None,
            "task_version": self.task["version"] if self.task else None,
            "next_held": [laid["task"]["id"] for laid in self.next] if self.wants_next else None,
        }

    def _answered(self, reply: Json) -> Json:
        self.task, self.screen = reply["task"], reply["screen"]
        held = self.path[1:] if reply["lookahead_holds"] else ()
        self.path = (*held, *reply["lookahead"])
        self.next += reply["next"]
        self._past.clear()
        return reply


def _with(value: Any, code: str) -> Any:
    """The path with the scanned code where any would have done."""
    if isinstance(value, str):
        return value.replace(STANDS_FOR, code)
    if isinstance(value, Mapping):
        return {name: _with(part, code) for name, part in value.items()}
    return tuple(_with(part, code) for part in value) if isinstance(value, (list, tuple)) else value
