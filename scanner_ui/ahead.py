"""The door at which a handheld asks, between its scans, for work to go on with when there is no network.

Registered by `wms.app` beside the scan API. Nothing is decided here: see `wms.tasks.provisions`.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from flask import Blueprint, Response

from scanner_ui.incoming import MOST_AHEAD, Device
from scanner_ui.views import HandheldPage, floor_caller
from wms.access.session import current_caller
from wms.tasks.model import AskAhead
from wms.tasks.provisions import MOST_TASKS
from wms.web.answers import json_answer
from wms.web.decoding import read_json


@dataclass(frozen=True, slots=True)
class NextTasksRequest:
    """What the handheld has already; see `AskAhead`."""

    device: Device
    task_id: UUID | None = None
    task_version: Annotated[int, msgspec.Meta(ge=0)] = 0
    ahead: Annotated[int, msgspec.Meta(ge=0, le=MOST_AHEAD)] = 0
    more: bool = False
    held: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=2 * MOST_TASKS)] = ()
    scans_held: Annotated[int, msgspec.Meta(ge=0, le=MOST_AHEAD)] = 0


def ahead_views(page: HandheldPage) -> Blueprint:
    """The blueprint over `page`."""
    views = Blueprint("ahead", __name__, url_prefix="/api/v1")

    @views.post("/next-tasks")
    def next_tasks() -> Response:
        caller, wanted = current_caller(), read_json(NextTasksRequest)
        ask = AskAhead(
            wanted.device,
            wanted.task_id,
            wanted.task_version,
            wanted.ahead,
            wanted.more,
            wanted.held,
            wanted.scans_held,
        )
        out = page.door.hand_out(floor_caller(caller, wanted.device, answers_ahead=True), ask)
        return json_answer(page.presenter(caller).handed_out(out))

    return views
