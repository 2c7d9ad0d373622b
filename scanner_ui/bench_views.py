"""The packing bench's page, and the view it asks for again and again. No decisions.

`wms.app` registers `bench_page_views` beside the handheld page. The page scans through the same door as a handheld and
knows no workflow; it signs in under its bench's code, which is how codes and weights of the bench's program find it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol
from uuid import UUID

import msgspec
from flask import Blueprint, Response, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from scanner_ui.bench_presenter import PICTURES, BenchPresenter
from scanner_ui.presenter import Json
from scanner_ui.views import HandheldPage, floor_caller, operator_of
from wms.access.model import Caller, Capability
from wms.access.session import caller_or_none, current_caller, page_csrf_token, require
from wms.floor.packing.bench_desk import Seen
from wms.kernel.errors import BadInput, Fault, Refused
from wms.kernel.refusal import Refusal
from wms.web.answers import json_answer
from wms.web.decoding import read_json

PAGE = "/bench"
LONGEST_BENCH = 30
MOST_PHOTO_BYTES = 512 * 1024
PICTURE_SECONDS = 3600
_PICTURE = re.compile(r"[\w-][\w.-]{0,99}\.(?:jpe?g|png|webp)", re.IGNORECASE)
"""Pictures only, and nothing that could be a path."""


class Desk(Protocol):
    """Who knows what stands at a bench, and orders a label once more."""

    def look(self, warehouse_id: int, operator_id: UUID, bench: str, known: str) -> Seen | Refusal | None: ...

    def once_more(self, by: Caller, parcel: str, copy_number: int) -> None: ...

    def keep_photo(self, by: Caller, task_id: UUID, content: bytes) -> UUID: ...


@dataclass(frozen=True, slots=True)
class CopyWanted:
    """A label once more. Naming the number of the copy makes a repeated request harmless."""

    parcel: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    copy_number: Annotated[int, msgspec.Meta(ge=2, le=99)]


def bench_page_views(page: HandheldPage, desk: Desk, pictures: Path) -> Blueprint:
    """The page and its view."""
    views = Blueprint("bench_page", __name__, template_folder="templates")

    @views.get(PAGE)
    def bench_page() -> Response:
        named = (request.args.get("bench") or request.cookies.get("wms_bench") or "").replace("\0", "")
        code = named[:LONGEST_BENCH].strip().upper().removeprefix("LOC-")
        caller = caller_or_none()
        # Signed in on another device of the same browser: codes of the bench's program would not find him here.
        here = caller if caller is not None and caller.operator_id is not None and caller.device == code else None
        return _draw(page, here, code)

    @views.get("/api/v1/bench/view")
    @require(Capability.WORK_PACKING)
    def view() -> Response:
        caller, code = current_caller(), _bench_asked_for()
        floor = floor_caller(caller, caller.device)
        # A view in another language is another view.
        etag = request.if_none_match
        known = next((tag.removeprefix(f"{caller.language}-") for tag in etag.as_set()), "") if etag else ""
        seen = desk.look(caller.warehouse_id, floor.operator_id, code, known)
        if isinstance(seen, Refusal):
            raise Refused(seen)
        if seen is None:
            response = Response(status=304)
            response.set_etag(f"{caller.language}-{known}")
            return response
        shows = BenchPresenter(page.presenter(caller))
        response = json_answer(shows.view(code, seen.view, page.door.here(floor)))
        response.set_etag(f"{caller.language}-{seen.stamp}")
        return response

    @views.post("/api/v1/bench/copies")
    @require(Capability.WORK_PACKING)
    def once_more() -> Response:
        caller, wanted = current_caller(), read_json(CopyWanted)
        desk.once_more(caller, wanted.parcel, wanted.copy_number)
        return json_answer(wanted, 202)

    @views.post("/api/v1/bench/photos")
    @require(Capability.WORK_PACKING)
    def photo() -> Response:
        caller = current_caller()
        if request.mimetype != "image/jpeg":
            raise UnsupportedMediaType("Send the photo as image/jpeg.")
        try:
            task_id = UUID(request.args.get("task", ""))
        except ValueError:
            raise BadInput([Fault("task", "must be the id of a packing task")]) from None
        request.max_content_length = MOST_PHOTO_BYTES
        return json_answer({"photo_id": desk.keep_photo(caller, task_id, request.get_data(cache=False))}, 201)

    @views.get(f"{PICTURES}<name>")
    @require()
    def picture(name: str) -> AnyResponse:
        if _PICTURE.fullmatch(name) is None:
            raise NotFound("There is no such picture.")
        return send_from_directory(pictures, name, max_age=PICTURE_SECONDS)

    return views


def _bench_asked_for() -> str:
    code = request.args.get("bench", "")
    if not code or len(code) > LONGEST_BENCH or "\0" in code:
        raise BadInput([Fault("bench", f"must be the code of a bench, 1 to {LONGEST_BENCH} characters")])
    return code


def _draw(page: HandheldPage, caller: Caller | None, bench: str) -> Response:
    shows = page.presenter(caller)
    here: Json = {"screen": shows.signed_out(), "task": None}
    if caller is not None:
        here = shows.here(page.door.here(floor_caller(caller, caller.device)))
    shown = render_template(
        "bench.html",
        bench=bench,
        screen=here["screen"],
        task=here["task"],
        reply=None,
        operator=operator_of(caller),
        csrf_token=page_csrf_token(),
        words=shows.words,
        asset=page.assets,
        echo_ms=page.echo_ms,
    )
    response = Response(shown, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
