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
REFUSED = ("refused", "unknown")
ONLY_TOLD = ("help", "looked_up")
"""What is said about a scan that changed nothing, whether it was refused or not."""
UNDO = "*UNDO*"
HOME = "*HOME*"


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
    _asked: str = ""
    _was_asked: set[str] = field(default_factory=set)
    """Ids of the scans judged here after the server had been asked."""

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

    def asks_online(self, text: str) -> Json:
        """Scan with network what is asked about first; the network may go before the question is answered."""
        raw = code_of(text)
        body = self._body(raw) | {"ahead": len(self.path)}
        reply = self._answered(self.hand.post(body).json)
        assert reply["outcome"] == "confirm", (text, reply["code"])
        # The question of an errand is none of the path, and the task stands as it stood.
        self._asked = "" if reply["task"] is None or reply["task"]["version"] == body["task_version"] else raw
        return reply

    def wrong_online(self, text: str) -> Json:
        """Scan with network what moves nothing, right or wrong: what was done before may still be taken back."""
        reply = self._answered(self.hand.post(self._body(code_of(text)) | {"ahead": len(self.path)}).json)
        assert reply["lookahead_holds"], (text, reply["code"])
        return reply

    def offline(self, *texts: str) -> None:
        """Scan without network; each must be on the path, or the page would not take it."""
        for text in texts:
            assert self.scan_offline(code_of(text)), (text, self.path[:1])

    def scan_offline(self, raw: str) -> bool:
        """Judge one scan here and keep it; False where the page says that it needs a connection."""
        if raw == UNDO:
            return self._undo()
        if raw == HOME:
            return self._put_aside()
        if self.task is None:
            laid = self._laid_for(raw)
            if laid is None:
                return False
            self._enter(laid, raw)
            if raw in laid["accepts"]:
                return True
        if not self.path:
            return False
        if self._leaves(raw):
            return True
        step = self.path[0]
        any_will_do = step["accepts_any"] and raw.startswith(tuple(step["accepts_any"]))
        if step["needs_server"] or not (raw in step["accepts"] or any_will_do):
            return False
        path = self.path
        if any_will_do:
            path = _with(path, raw)
            step = path[0]
        self._keep(raw, step["outcome"], step["code"], step["screen"]["step"])
        self._past = [*self._counted, _Before(self.task, self.screen, self.path)]
        self._asked = ""
        assert self.task is not None
        version = self.task["version"] + 1
        self.task = None if step["task"] is None else {**step["task"], "version": version}
        self.screen, self.path = step["screen"], path[1:]
        return True

    @property
    def _counted(self) -> list[_Before]:
        """What an undo may take back. The server does not count a question."""
        return self._past[:-1] if self._asked else self._past

    def _leaves(self, raw: str) -> bool:
        """A card that passes over steps, or puts them off to the end."""
        number = int(raw[5:-1]) if raw.startswith("*QTY+") else 0
        card = "*QTY*" if number else raw
        exits = [one for one in self.path[0].get("exits", ()) if one["card"] == card]
        if not exits or number > exits[0]["over"]:
            return False
        one, path = exits[0], self.path
        last, rest = path[one["over"] - 1], path[one["over"] :]
        if number:
            self._goes_to(raw, path[number - 1], path[number - 1], path[number:])
        elif one.get("asks") and self._asked != raw:
            here = {"screen": self.screen, "task": self.task}
            self._goes_to(raw, {"outcome": "confirm", "code": one["asks"]}, here, path)
            self._asked = raw
        elif "back" not in one:
            self._goes_to(raw, one, last, rest)
            self._past.clear()
        else:
            begin, missed = {"screen": self.screen, "task": self.task}, list[Json]()
            past = self._counted
            if one["back"] > len(past) or not rest:
                return False
            if one["back"]:
                before = past[-1]
                begin, missed = {"screen": before.screen, "task": before.task}, [before.path[0]]
            end = rest[-1]
            between = {**end, "outcome": last["outcome"], "code": last["code"], **begin}
            at_last = {**end, "accepts": last["accepts"], "exits": last.get("exits", ())}
            again = (*missed, *path[: one["over"] - 1], at_last)
            self._goes_to(raw, one, last, (*rest[:-1], between, *again))
        return True

    def _put_aside(self) -> bool:
        """Home without network, where another task of this kind was handed out; this one comes after it."""
        if self.task is None or self._asked:
            return False
        other = next((one for one in self.next if one["task"]["workflow"] == self.task["workflow"]), None)
        last = other["lookahead"][-1] if other is not None and other["lookahead"] else None
        if other is None or last is None or last["task"] is not None:
            return False
        self._keep(HOME, "accepted", "at_home", "scan_anything")
        aside = {"accepts": other["accepts"], "outcome": "accepted", "code": "task_resumed"}
        self.next.append({**aside, "task": self.task, "screen": self.screen, "lookahead": self.path})
        self.task, self.screen, self.path = None, last["screen"], ()
        self._past.clear()
        return True

    def _goes_to(self, raw: str, said: Json, after: Json, path: tuple[Json, ...]) -> None:
        assert self.task is not None
        version = self.task["version"] + 1
        self._keep(raw, said["outcome"], said["code"], after["screen"]["step"])
        self._past = [*self._counted, _Before(self.task, self.screen, self.path)]
        self._asked = ""
        self.task = None if after["task"] is None else {**after["task"], "version": version}
        self.screen, self.path = after["screen"], path

    def loses_the_answer(self, text: str, *, arrived: bool) -> bool:
        """Scan just before the network goes, with or without the server's knowing; whether it counts here after all."""
        raw = code_of(text)
        body = self._body(raw) | {"ahead": len(self.path)}
        if arrived:
            self.hand.post(body)
        counts = self.scan_offline(raw)
        if not counts:
            self._past, self._asked = self._counted, ""
            self._keep(raw, "refused", "refused_offline", self.screen["step"])
        self.queue[-1]["scan_id"] = body["scan_id"]
        self._was_asked.add(body["scan_id"])
        return counts

    def expected(self) -> str | None:
        """A code that the page would take now without network; None where it has none."""
        if self.task is None and self.next:
            first = self.next[0]
            return str((*first["lookahead"][0]["accepts"], *first["accepts"])[0])
        return self.path[0]["accepts"][0] if self.path and self.path[0]["accepts"] else None

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
        elif shown["outcome"] == "refused" and (reply["outcome"] in REFUSED or reply["code"] in ONLY_TOLD):
            return
        elif (shown["outcome"], shown["code"]) != (reply["outcome"], reply["code"]):
            self.corrected.append(reply)
        if reply["replayed"] and body["scan_id"] in self._was_asked and body["raw"] == HOME:
            self.next = []  # it went back when he was not known to go on without network

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
        self._keep(UNDO, "accepted", "question_dropped" if self._asked else "undone", before.screen["step"])
        self.task = {**before.task, "version": version + 1}
        self.screen, self.path, self._asked = before.screen, before.path, ""
        return True

    def _laid_for(self, raw: str) -> Json | None:
        """The task that a scan at home enters: the first one by its card, or one by its own first scan."""
        by_card = (laid for laid in self.next if raw in laid["accepts"])
        by_scan = (laid for laid in self.next if laid["lookahead"] and raw in laid["lookahead"][0]["accepts"])
        return next(by_card, None) or next(by_scan, None)

    def _enter(self, laid: Json, raw: str) -> None:
        self.next.remove(dict(laid))
        self._past.clear()
        if raw in laid["accepts"]:
            self._keep(raw, laid["outcome"], laid["code"], laid["task"]["step"], laid["task"]["id"])
        self.task, self.screen, self.path = laid["task"], laid["screen"], tuple(laid["lookahead"])

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
        before = self.task
        self.task, self.screen = reply["task"], reply["screen"]
        is_unmoved = _is_same(before, self.task)
        held = self.path[0 if is_unmoved else 1 :] if reply["lookahead_holds"] else ()
        self.path = (*held, *reply["lookahead"])
        self.next = [laid for laid in self.next if laid["task"]["id"] not in reply["given_back"]] + reply["next"]
        self._past, self._asked = (self._counted if is_unmoved else []), ""
        return reply


def _is_same(before: Json | None, task: Json | None) -> bool:
    """Whether a task stands as it did."""
    return before is not None and task is not None and all(before[name] == task[name] for name in ("id", "version"))


def _with(value: Any, code: str) -> Any:
    """The path with the scanned code where any would have done."""
    if isinstance(value, str):
        return value.replace(STANDS_FOR, code)
    if isinstance(value, Mapping):
        return {name: _with(part, code) for name, part in value.items()}
    return tuple(_with(part, code) for part in value) if isinstance(value, (list, tuple)) else value
