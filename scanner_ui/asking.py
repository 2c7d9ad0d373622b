"""Asking about a code without scanning it into the task: look-up, and why a code was refused. No decisions.

`wms.app` registers `asking_views` beside the page. Nothing asked here changes a task, a scan log or stock; the page and
its task stay as they are. With scripts off, `/look-up` is a page of its own.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

import msgspec
from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from scanner_ui.examined import Doctor
from scanner_ui.found import found_of
from scanner_ui.incoming import LONGEST_RAW, LONGEST_SYMBOLOGY
from scanner_ui.looked_up import answer_of, can
from scanner_ui.views import HandheldPage
from scanner_ui.words import Words
from wms.access.model import Caller, Capability
from wms.access.rules import may
from wms.access.session import current_caller
from wms.barcodes.examination import Examination
from wms.barcodes.portrait import Portrait
from wms.kernel.errors import NotAllowed
from wms.kernel.refusal import Refusal
from wms.tasks.model import Source
from wms.web.answers import json_answer
from wms.web.decoding import read_one_or_many

MOST_BYTES = 16 * 1024
Json = dict[str, Any]


class Asked(Protocol):
    """Who knows what codes are."""

    def ask(self, caller: Caller, raw: str, symbology: str | None, source: str) -> Portrait | Refusal: ...

    def why(self, caller: Caller, scan_id: UUID) -> tuple[Examination, Refusal] | None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """A code to be asked about."""

    raw: Annotated[str, msgspec.Meta(max_length=LONGEST_RAW)]
    symbology: Annotated[str, msgspec.Meta(max_length=LONGEST_SYMBOLOGY)] | None = None
    source: Source = Source.WEDGE


def asking_views(page: HandheldPage, asked: Asked) -> Blueprint:
    """Look-up and "why?", each as JSON and as a page."""
    views = Blueprint("asking", __name__, template_folder="templates")

    @views.post("/api/v1/look-ups")
    def look_up() -> Response:
        caller = _person()
        question = _question()
        shows = page.presenter(caller)
        found = asked.ask(caller, question.raw, question.symbology, question.source)
        return json_answer(answer_of(shows, found))

    @views.get("/look-up")
    def look_up_page() -> Response:
        caller = _person()
        raw = request.args.get("code", "").replace("\0", "")[:LONGEST_RAW]
        shows = page.presenter(caller)
        return _page(shows.words, answer_of(shows, asked.ask(caller, raw, None, Source.WEDGE)) if raw else None)

    def _why(caller: Caller) -> Json:
        try:
            scan_id = UUID(request.args.get("scan", ""))
        except ValueError:
            raise NotFound("There is no such scan. Load the page again.") from None
        found = asked.why(caller, scan_id)
        if found is None:
            raise NotFound("There is no such scan. Load the page again.")
        words = page.presenter(caller).words
        sheet = Doctor(words).sheet(*found)
        link = None
        if sheet["teach"] and may(caller.role, Capability.TEACH_CODES):
            link = {"href": f"/office/doctor?scan={scan_id}", "label": words.text("doctor", "teach_here")}
        elif sheet["teach"]:
            sheet["next"] = f"{sheet['next']} {words.text('doctor', 'teach_it')}"
        panel = found_of(sheet, can(words)) | {"link": link}
        return {"outcome": "accepted", "code": "explained", "found": panel}

    @views.get("/api/v1/why")
    def why() -> Response:
        return json_answer(_why(_person()))

    @views.get("/why")
    def why_page() -> Response:
        caller = _person()
        return _page(page.presenter(caller).words, _why(caller))

    def _page(words: Words, reply: Json | None) -> Response:
        if reply is not None and reply["found"] is not None:
            reply["found"]["can"] = []  # the page has a field for it
        shown = render_template("look_up.html", reply=reply, words=words, asset=page.assets)
        response = Response(shown, content_type="text/html; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
        return response

    return views


def _person() -> Caller:
    caller = current_caller()
    if caller.operator_id is None:
        raise NotAllowed("Only a person who is signed in can ask about codes. Sign in with a badge.")
    return caller


def _question() -> Question:
    return read_one_or_many(Question, many="questions", at_most=1, most_bytes=MOST_BYTES).items[0]
