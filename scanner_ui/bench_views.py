"""The packing bench's page, and the view it asks for again and again. No decisions.

`wms.app` registers `bench_page_views` beside the handheld page. The page scans through the same door as a handheld and
knows no workflow; it signs in under its bench's code, which is how codes and weights of the bench's program find it.
"""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Protocol
from uuid import UUID

import msgspec
from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import UnsupportedMediaType

from scanner_ui.bench_presenter import BenchPresenter
from scanner_ui.screens import Json
from scanner_ui.views import HandheldPage, floor_caller, operator_of
from wms.access.model import Caller, Capability
from wms.access.session import caller_or_none, current_caller, page_csrf_token, require
from wms.floor.packing.bench_desk import Seen
from wms.kernel.errors import BadInput, Fault, Refused
from wms.kernel.refusal import Refusal
from wms.tasks.model import FloorCaller
from wms.web.answers import json_answer
from wms.web.decoding import read_json

PAGE = "/bench"
LONGEST_BENCH = 30
MOST_PHOTO_BYTES = 512 * 1024
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")


class Desk(Protocol):
    """Who knows what stands at a bench, and orders a label once more."""

    def look(self, warehouse_id: int, operator_id: UUID, bench: str, known: str) -> Seen | Refusal | None: ...

    def once_more(self, by: Caller, parcel: str, copy_number: int) -> None: ...

    def keep_photo(self, by: Caller, task_id: UUID, parcel_number: int, content: bytes) -> UUID: ...


@dataclass(frozen=True, slots=True)
class CopyWanted:
    """A label once more. Naming the number of the copy makes a repeated request harmless."""

    parcel: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    copy_number: Annotated[int, msgspec.Meta(ge=2, le=99)]


def bench_page_views(page: HandheldPage, desk: Desk) -> Blueprint:
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
        floor = _at_bench(caller)
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
        number = request.args.get("parcel", "")
        if _NUMBER.fullmatch(number) is None:
            raise BadInput([Fault("parcel", "must be the number of a parcel of the task's order, from 1 on")])
        request.max_content_length = MOST_PHOTO_BYTES
        photo_id = desk.keep_photo(caller, task_id, int(number), request.get_data(cache=False))
        return json_answer({"photo_id": photo_id}, 201)

    return views


def _bench_asked_for() -> str:
    code = request.args.get("bench", "")
    if not code or len(code) > LONGEST_BENCH or "\0" in code:
        raise BadInput([Fault("bench", f"must be the code of a bench, 1 to {LONGEST_BENCH} characters")])
    return code


def _at_bench(caller: Caller) -> FloorCaller:
    """A bench packs: whatever else its packer may do is not begun there."""
    packs = frozenset({Capability.WORK_PACKING.value})
    return replace(floor_caller(caller, caller.device), capabilities=packs)


def _draw(page: HandheldPage, caller: Caller | None, bench: str) -> Response:
    shows = page.presenter(caller)
    here: Json = {"screen": shows.signed_out(), "task": None}
    if caller is not None:
        here = shows.here(page.door.here(_at_bench(caller)))
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
        silence_ms=page.silence_ms,
    )
    response = Response(shown, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
