"""A scan as it comes in: the JSON of the scan API, the form of a page without scripts, and how large each may be.

Called by `scanner_ui.views`; its limits by the other doors of the handheld. What does not fit is bad input and changes
nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from flask import request

from wms.access.model import Caller
from wms.kernel.errors import BadInput, Fault
from wms.tasks.decision import Outcome
from wms.tasks.model import JudgedHere, ScanRequest, Source

MOST_SCANS = 50
"""In one batch of a handheld that was without network."""
MOST_BYTES = 256 * 1024
LONGEST_RAW = 200
LONGEST_SYMBOLOGY = 20
"""An AIM identifier, or the name that a browser has for it: `data_matrix`."""
LOOK_UP = "*WHAT*"
"""The card that says: the next code is asked about. With scripts off, on a page of its own (see `asking`)."""
MOST_AHEAD = 100_000

Device = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Raw = Annotated[str, msgspec.Meta(max_length=LONGEST_RAW)]
ShortWord = Annotated[str, msgspec.Meta(max_length=40)]


@dataclass(frozen=True, slots=True)
class JudgedHereBody:
    """What the page has shown already; see `JudgedHere`."""

    outcome: Outcome
    code: ShortWord
    step: ShortWord
    task_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ScanBody:
    """One scan in JSON; see `ScanRequest`."""

    scan_id: UUID
    device: Device
    raw: Raw
    task_id: UUID | None = None
    task_version: int | None = None
    source: Source = Source.WEDGE
    symbology: Annotated[str, msgspec.Meta(max_length=LONGEST_SYMBOLOGY)] | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    ahead: Annotated[int, msgspec.Meta(ge=0, le=MOST_AHEAD)] | None = None
    more: bool = False
    judged_here: JudgedHereBody | None = None
    made_offline: bool = False
    next_held: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=10)] | None = None


def request_of(body: ScanBody) -> ScanRequest:
    """The scan as the scan door takes it."""
    shown = body.judged_here
    return ScanRequest(
        scan_id=body.scan_id,
        device=body.device,
        raw=body.raw,
        source=body.source,
        task_id=body.task_id,
        task_version=body.task_version,
        symbology=body.symbology,
        at=body.at,
        ahead=body.ahead,
        more=body.more,
        judged_here=None if shown is None else JudgedHere(shown.outcome, shown.code, shown.step, shown.task_id),
        made_offline=body.made_offline,
        next_held=body.next_held,
    )


def request_of_form(caller: Caller) -> ScanRequest:
    """The form of a page without scripts. Its fields were written by us, so a wrong one is a tampered page."""
    form = request.form
    raw = form.get("raw", "")
    if "\0" in raw or len(raw) > LONGEST_RAW:
        raise BadInput([Fault("raw", f"must have at most {LONGEST_RAW} characters and no NUL")])
    try:
        return ScanRequest(
            scan_id=UUID(form.get("scan_id", "")),
            device=caller.device or "browser",
            raw=raw,
            source=Source(form.get("source", Source.WEDGE)),
            task_id=UUID(form["task_id"]) if form.get("task_id") else None,
            task_version=int(form["task_version"]) if form.get("task_version") else None,
        )
    except ValueError as error:
        raise BadInput([Fault("form", f"was changed on its way: {error}; load the page again")]) from None
