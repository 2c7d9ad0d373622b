"""HTTP doors of labels: how far one is, look at one, ask for a further copy. No decisions.

`label_views` is called once by `wms.app`. On paper a label is read by everybody who handles the parcel; the file, which
names its recipient, address and phone to somebody at a desk, is for whoever may see such data, and each look is kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

import msgspec
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from wms.access.model import Caller, Capability
from wms.access.session import current_caller, require
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Refused
from wms.kernel.refusal import Refusal
from wms.labels.model import Medium
from wms.labels.service import OrderCopy, label_standing, order_copy, reprint, see_label
from wms.web.answers import json_answer
from wms.web.decoding import read_json

_MEDIA = {"pdf": Medium.PDF, "zpl": Medium.ZPL_203}


class Released(Protocol):
    """Whether a parcel may leave as things stand; customs' answer, which this slice knows no more of."""

    @property
    def open(self) -> bool: ...

    @property
    def code(self) -> str: ...


class AskAtLabel(Protocol):
    """Asks customs about a parcel whose label is printed once more, and keeps the answer."""

    def __call__(self, session: Session, caller: Caller, tracking_number: str, *, now: datetime) -> Released | None: ...


@dataclass(frozen=True, slots=True)
class CopyAnswer:
    """The copy that was asked for, and where the parcel goes with it: `lane` or `cage`, with the reason."""

    tracking_number: str
    copy_no: int
    asked_before: bool
    put: str
    reason: str


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """Which copy is wanted. Naming its number makes a repeated request harmless."""

    copy_no: Annotated[int, msgspec.Meta(ge=2, le=99)]


def label_views(database: Database, clock: Clock, ask_at_label: AskAtLabel, order: OrderCopy = order_copy) -> Blueprint:
    """The blueprint, to be registered on an app with access."""
    views = Blueprint("labels", __name__, url_prefix="/api/v1/labels")

    @views.get("/<tracking_number>.<any(pdf, zpl):ending>")
    @require(Capability.SEE_PERSONAL_DATA)
    def label(tracking_number: str, ending: str) -> Response:
        caller, now = current_caller(), clock.now()
        job = database.in_transaction(
            lambda session: see_label(session, caller, tracking_number, _MEDIA[ending], now=now)
        )
        if isinstance(job, Refusal):
            raise NotFound(_sentence(job, tracking_number))
        response = Response(job.content, content_type=job.media_type)
        # Inline, and under the parcel's name when it is saved.
        response.headers.set("Content-Disposition", "inline", filename=f"{tracking_number}.{ending}")
        response.headers["Cache-Control"] = "private, no-cache"
        response.set_etag(job.sha256)
        response.make_conditional(request)
        return response

    @views.get("/<tracking_number>")
    @require(Capability.WORK_PACKING, Capability.SEE_BOARD)
    def standing(tracking_number: str) -> Response:
        warehouse_id = current_caller().warehouse_id
        found = database.reading(lambda session: label_standing(session, warehouse_id, tracking_number))
        if isinstance(found, Refusal):
            raise NotFound(_sentence(found, tracking_number))
        return json_answer(found)

    @views.post("/<tracking_number>/copies")
    @require(Capability.WORK_PACKING, Capability.SEE_BOARD)
    def copies(tracking_number: str) -> Response:
        wanted, caller, now = read_json(CopyRequest), current_caller(), clock.now()

        def work(session: Session) -> CopyAnswer | Refusal:
            copy = reprint(session, caller, tracking_number, wanted.copy_no, order, now=now)
            if isinstance(copy, Refusal):
                return copy
            answer = ask_at_label(session, caller, tracking_number, now=now)
            released = answer is None or answer.open
            reason = "" if answer is None else answer.code
            return CopyAnswer(
                copy.tracking_number, copy.copy_no, copy.asked_before, "lane" if released else "cage", reason
            )

        outcome = database.in_transaction(work)
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        return json_answer(outcome, 200 if outcome.asked_before else 202)

    return views


def _sentence(refusal: Refusal, tracking_number: str) -> str:
    if refusal.code == "label_not_ready":
        return f"The label of {tracking_number} is not made yet. Try again shortly, or look at the parked messages."
    return f"There is no parcel {tracking_number} in this warehouse."
