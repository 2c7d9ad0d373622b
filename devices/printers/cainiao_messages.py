"""What is said to Cainiao's print component and heard from it: JSON texts, read forgivingly. Pure.

The names come from public notes about the component, in which two generations of it answer differently; both are
understood, `taskID` and `taskId` alike. What names another task, or nothing we know, is None: it is no word about ours.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from devices.health import Condition
from devices.printers.reach import NotNow

_PRINTED = frozenset({"printed"})
_FAILED = frozenset({"failed", "canceled", "cancelled"})
_UNDERWAY = frozenset({"rendered", "initial", "pending", "printing", "processing"})
_NOTICES = frozenset({"notifyprintresult", "notifydocresult", "notifytaskresult"})
_OFF = frozenset({"disable", "disabled", "offline"})


class NotForCainiao(ValueError):
    """What the platform sent is nothing the component could read."""


class Stage(StrEnum):
    """How far a task is."""

    REFUSED = "refused"
    """No task was made of it."""
    UNDERWAY = "underway"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Asked for it, it knows nothing of it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One word about our task, with the component's own words."""

    stage: Stage
    words: str = ""


def ask_printers(request_id: str, version: str) -> str:
    return _said("getPrinters", request_id, version)


def ask_task(job_id: str, version: str) -> str:
    return _said("getTaskStatus", job_id, version, taskID=[job_id])


def print_task(job_id: str, printer: str, payload: bytes, version: str) -> str:
    """One task with one document. Raises NotForCainiao."""
    document = {"documentID": job_id, "contents": _contents(payload)}
    task = {
        "taskID": job_id,
        "preview": False,
        "printer": printer,
        "firstDocumentNumber": 1,
        "totalDocumentCount": 1,
        "documents": [document],
    }
    return _said("print", job_id, version, task=task)


def _contents(payload: bytes) -> list[object]:
    """The parts of the document: the sealed waybill, and after it whatever the platform wants below it."""
    try:
        found = json.loads(payload.decode("utf-8"))
    except ValueError as error:
        raise NotForCainiao("the platform's payload is no JSON: the component could not read it") from error
    if isinstance(found, dict):
        found = found.get("contents", [found])
    if not isinstance(found, list) or not found or not all(isinstance(part, dict) for part in found):
        raise NotForCainiao("the platform's payload is neither a document's content nor a list of such")
    return found


def printer_in(message: str, wanted: str) -> str | NotNow | None:
    """The name of the printer that is meant, or why it cannot be used; None where it is no list of printers."""
    found = read_message(message)
    if found is None or found.get("cmd") != "getPrinters":
        return None
    listed = {
        str(one["name"]): str(one.get("status", "")).lower()
        for one in found.get("printers") or []
        if isinstance(one, dict) and "name" in one
    }
    name = wanted or str(found.get("defaultPrinter") or "")
    if name not in listed:
        known = ", ".join(sorted(listed)) or "none"
        return NotNow(Condition.FAULT, f"its component has no printer {name or '(default)'!r}, but: {known}")
    if listed[name] in _OFF:
        return NotNow(Condition.OFFLINE, f"its component says that {name!r} is {listed[name]}: switch it on")
    return name


def heard_in(message: str, job_id: str) -> Heard | None:
    """What a message says about our task; None where it says nothing about it."""
    found = read_message(message)
    if found is None:
        return None
    command = str(found.get("cmd", "")).lower()
    if command == "gettaskstatus":
        tasks = [task for task in found.get("printStatus") or [] if _is_ours(task, job_id)]
        if tasks:
            return _of_documents(tasks[0].get("detailStatus"), job_id)
        return Heard(Stage.UNKNOWN) if str(found.get("requestID")) == job_id else None
    if command == "print" and str(found.get("requestID")) == job_id:
        is_good = found.get("status") != "failed"
        return Heard(Stage.UNDERWAY if is_good else Stage.REFUSED, _words(found))
    if command not in _NOTICES or not _is_ours(found, job_id):
        return None
    stage = _stage(found.get("taskStatus") or found.get("status"))
    if stage is Stage.PRINTED or found.get("code"):
        # It may have gone through the task, and none of its documents come out.
        return _worse(Heard(stage or Stage.FAILED, _words(found)), found, job_id)
    return None if stage is None else Heard(stage, _words(found))


def _worse(said: Heard, found: dict[str, Any], job_id: str) -> Heard:
    document = _of_documents(found.get("printStatus"), job_id)
    if document is not None and document.stage is not Stage.PRINTED:
        return document
    return Heard(Stage.FAILED, said.words) if found.get("code") else said


def _of_documents(documents: object, job_id: str) -> Heard | None:
    if not isinstance(documents, list):
        return None
    ours = [one for one in documents if isinstance(one, dict) and str(one.get("documentID", job_id)) == job_id]
    if not ours:
        return None
    stage = Stage.PRINTED if ours[0].get("status") == "success" else _stage(ours[0].get("status"))
    return None if stage is None else Heard(stage, _words(ours[0]))


def _stage(word: object) -> Stage | None:
    text = str(word).lower()
    if text in _PRINTED:
        return Stage.PRINTED
    if text in _FAILED:
        return Stage.FAILED
    return Stage.UNDERWAY if text in _UNDERWAY else None


def _is_ours(found: object, job_id: str) -> bool:
    return isinstance(found, dict) and str(found.get("taskID", found.get("taskId", ""))) == job_id


def _words(found: dict[str, Any]) -> str:
    """What it says for people, shortened to what a page can show."""
    said = [str(found[key]).strip() for key in ("msg", "detail") if found.get(key)]
    return "; ".join(dict.fromkeys(said))[:300]


def _said(command: str, request_id: str, version: str, **more: object) -> str:
    return json.dumps({"cmd": command, "requestID": request_id, "version": version, **more}, ensure_ascii=False)


def read_message(message: str) -> dict[str, Any] | None:
    """One whole message; None where it is none."""
    try:
        found = json.loads(message)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
