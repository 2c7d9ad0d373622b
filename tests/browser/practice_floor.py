"""A floor for the practice server: tasks that are a row of codes, judged strictly, with the path in every answer.

It speaks the contract of docs/scan-api.md and knows nothing of warehouses: each right scan counts, a wrong one is
refused, a version that is not the present one is `task_moved_on` and becomes an exception if the page had shown it as
good.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
NEXT = "*NEXT*"
UNDO = "*UNDO*"
ERRAND = "*REPRINT*"
"""It is asked about, and leaves the task as it was."""


@dataclass
class PracticeTask:
    """One task: the codes to scan, in order."""

    id: str
    codes: list[str]
    version: int = 0
    done: int = 0
    taken_away: bool = False


@dataclass
class PracticeFloor:
    """The tasks of one picker, in order; the first that is open is where he is."""

    tasks: list[PracticeTask]
    blank: Json
    home: Json
    most_ahead: int = 200
    """How many steps of the path are sent at a time."""
    begun: set[str] = field(default_factory=set)
    cases: dict[str, int] = field(default_factory=dict)
    server_steps: set[str] = field(default_factory=set)
    """Codes that only the server may answer."""
    why: str = ""
    """The address of the page that explains a refused code."""
    has_pictures: bool = False

    def here(self) -> Json:
        """Where the picker is."""
        task = self._open()
        return {"next": self._next(None), **self._standing(task), **self._path(task, 0)}

    def judge(self, scan: Json) -> Json:
        """The answer to one scan; what is right is done."""
        task = next((task for task in self.tasks if task.id == scan["task_id"]), None)
        if task is None:
            return self._at_home(scan)
        if task.taken_away:
            return self._reply(scan, None, "refused", "task_taken")
        if scan["raw"] == UNDO and task.done > 0:
            return self._move(scan, task, -1, "undone")
        if scan["task_version"] != task.version or task.done == len(task.codes):
            return self._reply(scan, task, "refused", "task_moved_on")
        if scan["raw"] == ERRAND:
            return self._reply(scan, task, "confirm", "confirm_reprint")
        if scan["raw"] != task.codes[task.done]:
            return self._reply(scan, task, "refused", "wrong_item")
        self.begun.add(task.id)
        return self._move(scan, task, 1, "counted")

    def _move(self, scan: Json, task: PracticeTask, steps: int, code: str) -> Json:
        task.done += steps
        task.version += 1
        ended = task.done == len(task.codes)
        return self._reply(scan, task, "completed" if ended else "accepted", "task_done" if ended else code)

    def _at_home(self, scan: Json) -> Json:
        task = next((task for task in self.tasks if task.id not in self.begun and not task.taken_away), None)
        if scan["raw"] != NEXT or task is None:
            return self._reply(scan, None, "refused", "no_work")
        self.begun.add(task.id)
        return self._reply(scan, task, "accepted", "task_begun")

    def _reply(self, scan: Json, task: PracticeTask | None, outcome: str, code: str) -> Json:
        shown = scan.get("judged_here")
        # The path holds for whoever saw the task as it is; a scan that went along it was told so.
        saw = task is not None and scan["task_version"] == task.version and outcome in ("refused", "confirm")
        holds = bool(scan.get("ahead")) and (saw or (shown is not None and shown["code"] == code))
        exception = None
        if shown and shown["outcome"] in ("accepted", "completed") and outcome == "refused":
            number = self.cases.setdefault(str(scan["task_id"]), len(self.cases) + 1)
            exception = {"id": f"case-{number}", "number": number}
        skip = scan["ahead"] if holds else 0
        ahead = {"lookahead": [], "lookahead_more": False} if holds and not scan.get("more") else self._path(task, skip)
        return {
            "scan_id": scan["scan_id"], "replayed": False, "outcome": outcome, "code": code, "details": {},
            "message": {"title": f"{outcome} {scan['raw']}", "next": "Go on."}, "exception": exception,
            "why": self.why,
            **self._standing(task), **ahead, "lookahead_holds": holds, "next": self._next(scan.get("next_held")),
        }  # fmt: skip

    def _standing(self, task: PracticeTask | None) -> Json:
        if task is None or task.done == len(task.codes):
            return {"task": None, "screen": self.home}
        return {"task": _state(task, task.done, task.version), "screen": self._screen(task, task.done)}

    def _path(self, task: PracticeTask | None, skip: int) -> Json:
        if task is None:
            return {"lookahead": [], "lookahead_more": False}
        steps = [self._step(task, number) for number in range(task.done, len(task.codes))]
        sent = steps[skip : skip + self.most_ahead]
        return {"lookahead": sent, "lookahead_more": len(steps) > skip + len(sent)}

    def _step(self, task: PracticeTask, number: int) -> Json:
        code, ended = task.codes[number], number + 1 == len(task.codes)
        version = task.version + number + 1 - task.done
        return {
            "accepts": [code], "accepts_any": None, "outcome": "completed" if ended else "accepted",
            "code": "task_done" if ended else "counted", "needs_server": code in self.server_steps,
            "message": {"title": f"{'completed' if ended else 'accepted'} {code}", "next": "Go on."},
            "screen": {**self.home, "choices": []} if ended else self._screen(task, number + 1),
            "task": None if ended else _state(task, number + 1, version),
        }  # fmt: skip

    def _next(self, held: list[str] | None) -> list[Json]:
        if held is None:
            held = []
        waiting = [task for task in self.tasks if task.id not in self.begun and task.id not in held]
        return [
            {
                "accepts": [NEXT], "outcome": "accepted", "code": "task_begun", "screen": self._screen(task, 0),
                "message": {"title": f"accepted {NEXT}", "next": "Go on."}, "task": _state(task, 0, task.version),
                **self._path(task, 0),
            }
            for task in waiting[: 2 - len(held)]
        ]  # fmt: skip

    def _screen(self, task: PracticeTask, done: int) -> Json:
        code = task.codes[done]
        return {
            **self.blank, "title": f"Pick {task.id}", "position": f"{done}/{len(task.codes)}", "where": f"A-{done:02d}",
            "counted": f"{done} / {len(task.codes)}", "expect": code, "accepts": [code],
            "picture": f"/pictures/small/{code}.png?1" if self.has_pictures else None,
        }  # fmt: skip

    def _open(self) -> PracticeTask | None:
        return next((task for task in self.tasks if task.id in self.begun and task.done < len(task.codes)), None)


def _state(task: PracticeTask, done: int, version: int) -> Json:
    return {"id": task.id, "version": version, "workflow": "picking", "step": f"scan_{done}"}
