"""The door at which a handheld hands in what the server would not take, so that it does not lie on the device alone.

Registered by `wms.app` beside the scan API. Nothing is decided here: see `wms.tasks.set_aside`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from flask import Blueprint, Response

from scanner_ui.incoming import MOST_SCANS, Device, Raw, ShortWord
from scanner_ui.views import HandheldPage, floor_caller
from wms.access.session import current_caller
from wms.tasks.model import CaseName
from wms.tasks.set_aside import Undelivered
from wms.web.answers import json_answer
from wms.web.decoding import read_json

KEPT = "set_aside_kept"


@dataclass(frozen=True, slots=True)
class ScanSetAside:
    """One scan in JSON; see `Undelivered`."""

    scan_id: UUID
    raw: Raw
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    status: Annotated[int, msgspec.Meta(ge=0, le=599)] = 0
    task_id: UUID | None = None
    step: ShortWord = ""
    made_offline: bool = False


@dataclass(frozen=True, slots=True)
class HandedIn:
    """All of one operator, in the order they were made."""

    device: Device
    scans: Annotated[tuple[ScanSetAside, ...], msgspec.Meta(min_length=1, max_length=MOST_SCANS)]


def set_aside_views(page: HandheldPage) -> Blueprint:
    """The blueprint over `page`."""
    views = Blueprint("set_aside", __name__, url_prefix="/api/v1")

    @views.post("/set-aside")
    def set_aside() -> Response:
        caller, handed_in = current_caller(), read_json(HandedIn)
        scans = [
            Undelivered(scan.scan_id, scan.raw, scan.at, scan.status, scan.task_id, scan.step, scan.made_offline)
            for scan in handed_in.scans
        ]
        cases = page.door.take_in(floor_caller(caller, handed_in.device), scans)
        words = page.presenter(caller).words

        def answer(scan_id: UUID, case: CaseName | None) -> dict[str, object]:
            said = "" if case is None else words.sentence(KEPT, {"number": case.number}).title
            return {"scan_id": scan_id, "exception": case, "said": said}

        return json_answer({"taken": [answer(scan.scan_id, case) for scan, case in zip(scans, cases, strict=True)]})

    return views
