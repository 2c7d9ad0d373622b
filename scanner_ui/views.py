"""The handheld's doors: the page, its form posts for browsers without scripts, and the scan API.

No decisions: a request becomes a `ScanRequest`, the scan door judges it, the presenter finds the words. `wms.app` makes
one `HandheldPage` and registers both blueprints over it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from scanner_ui.assets import Assets
from scanner_ui.batches import judge_in_order
from scanner_ui.lean import lean
from scanner_ui.presenter import Presenter
from scanner_ui.shell import add_shell
from scanner_ui.words import languages, words
from wms.access.model import Caller
from wms.access.rules import capabilities_of
from wms.access.session import (
    caller_or_none,
    current_caller,
    doorman_of_app,
    give_cookie,
    page_csrf_token,
    session_end,
    session_token,
    take_cookie,
)
from wms.kernel.errors import BadInput, Fault, NotAllowed
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.tasks.decision import Outcome
from wms.tasks.model import FloorCaller, JudgedHere, ScanRequest, Source
from wms.tasks.service import ScanDoor
from wms.web.answers import json_answer
from wms.web.cross_site import require_same_site
from wms.web.decoding import read_one_or_many

MOST_SCANS = 50
"""In one batch of a handheld that was without network."""
MOST_BYTES = 256 * 1024
LONGEST_RAW = 200
LONGEST_SYMBOLOGY = 20
"""An AIM identifier, or the name that a browser has for it: `data_matrix`."""
LOOK_UP = "*WHAT*"
"""The card that says: the next code is asked about. With scripts off, on a page of its own (see `asking`)."""
MOST_AHEAD = 100_000

_LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}

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


@dataclass(frozen=True, slots=True)
class HandheldPage:
    """Draws the one page for whoever calls. `zone_of` gives the wall clock of each warehouse."""

    door: ScanDoor
    assets: Assets
    zone_of: Mapping[int, tzinfo]
    echo_ms: int
    in_chinese: Callable[[str], str] = str
    """What a product is called in Chinese."""

    def presenter(self, caller: Caller | None) -> Presenter:
        """The presenter in the caller's language; before anybody signed in, in the browser's."""
        if caller is None:
            return Presenter(words(_preferred_language()))
        language = _LANGUAGE_TAGS.get(caller.language, "en")
        name_of = self.in_chinese if caller.language == "zh" else str
        return Presenter(words(language, zone=self.zone_of.get(caller.warehouse_id)), name_of)

    def draw(self, caller: Caller | None, reply: Mapping[str, Any] | None = None) -> str:
        """The page after `reply`, or where the caller is without any scan."""
        shows = self.presenter(caller)
        if reply is not None:
            screen, task = reply["screen"], reply["task"]
        elif caller is None:
            screen, task = shows.signed_out(), None
        else:
            here = shows.here(self.door.here(floor_caller(caller, caller.device)))
            screen, task = here["screen"], here["task"]
        html = render_template(
            "handheld.html",
            screen=screen,
            reply=reply,
            task=task,
            operator=operator_of(caller),
            csrf_token=page_csrf_token(),
            words=shows.words,
            asset=self.assets,
            fresh_scan_id="" if caller is None else str(uuid7()),  # nobody scans before he has signed in
            echo_ms=self.echo_ms,
        )
        return lean(html)


def handheld_page(
    door: ScanDoor, *, zone_of: Mapping[int, tzinfo], echo_ms: int, in_chinese: Callable[[str], str]
) -> HandheldPage:
    """The page with its static files, read once."""
    assets = Assets.load(Path(__file__).parent / "static", "/assets")
    return HandheldPage(door, assets, zone_of, echo_ms, in_chinese)


def page_views(page: HandheldPage) -> Blueprint:
    """The page, its files, and its form posts for browsers without scripts."""
    views = Blueprint("handheld", __name__, template_folder="templates")

    @views.after_request
    def keep_nowhere(response: Response) -> Response:
        # The page shows what is so at this moment; assets say themselves that they may be kept.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @views.get("/")
    def handheld() -> str:
        caller = caller_or_none()
        return page.draw(caller if caller is not None and caller.operator_id is not None else None)

    @views.post("/scan")
    def scan() -> str | AnyResponse:
        caller = current_caller()
        wanted = _scan_of_form(caller)
        if wanted.raw == LOOK_UP:
            return redirect("/look-up", 303)
        reply = page.door.take_scan(floor_caller(caller, wanted.device), wanted)
        return page.draw(caller, page.presenter(caller).reply(reply))

    @views.post("/sign-in")
    def sign_in() -> Response | tuple[str, int]:
        require_same_site()
        device = request.cookies.get("wms_device", "")[:64] or "browser"
        badge, pin = request.form.get("badge", "")[:64], request.form.get("pin", "")[:64]
        outcome = doorman_of_app().sign_in(badge, pin, device, leaving=session_token())
        if isinstance(outcome, Refusal):
            return page.draw(None, _refused_sign_in(page.presenter(None), outcome)), 401
        response = Response(status=303, headers={"Location": "/"})
        give_cookie(response, outcome)
        return response

    @views.post("/sign-out")
    def sign_out() -> Response:
        let_go(page, current_caller())
        doorman_of_app().sign_out(session_token())
        response = Response(status=303, headers={"Location": "/"})
        take_cookie(response)
        return response

    add_shell(views, page.assets, lambda: page.draw(None))

    @views.get("/assets/<path:name>")
    def asset(name: str) -> Response:
        response = page.assets.response_for(name, request.headers.get("Accept-Encoding", ""))
        if response is None:
            raise NotFound("There is no such file. Load the page again.")
        return response

    return views


def scan_api_views(page: HandheldPage) -> Blueprint:
    """The scan API that the page's scripts, integrators and benchmarks use."""
    views = Blueprint("scan_api", __name__, url_prefix="/api/v1")

    @views.post("/scans")
    def scans() -> Response:
        caller = current_caller()
        wanted = read_one_or_many(ScanBody, many="scans", at_most=MOST_SCANS, most_bytes=MOST_BYTES)
        shows = page.presenter(caller)

        def judge(body: ScanBody) -> dict[str, object]:
            return shows.reply(page.door.take_scan(_scanner(caller, body), _request(body)))

        if wanted.as_list:
            return json_answer({"replies": judge_in_order(wanted.items, judge)})
        return json_answer(judge(wanted.items[0]))

    @views.get("/screen")
    def screen() -> Response:
        caller = current_caller()
        # The lease of a page that goes on by itself, as after a sign-in.
        lease = {"shift_until": session_end(), "offline_allowed": doorman_of_app().offline_allowed}
        return json_answer(page.presenter(caller).here(page.door.here(floor_caller(caller, caller.device))) | lease)

    return views


def first_screen(page: HandheldPage, caller: Caller) -> dict[str, object]:
    """What the answer to a sign-in carries beside the operator: where he is."""
    if caller.operator_id is None:
        return {}
    return page.presenter(caller).here(page.door.here(floor_caller(caller, caller.device)))


def let_go(page: HandheldPage, caller: Caller) -> None:
    """He leaves: what was laid ready for him goes back to those who stay."""
    if caller.operator_id is not None:
        page.door.let_go(floor_caller(caller, caller.device))


def floor_caller(caller: Caller, device: str, *, answers_ahead: bool = False) -> FloorCaller:
    """The caller as the scan door knows him. Raises NotAllowed for a program: scans are a person's."""
    if caller.operator_id is None:
        raise NotAllowed("Only a person who is signed in can scan. Sign in with a badge.")
    capabilities = frozenset(str(capability) for capability in capabilities_of(caller.role))
    return FloorCaller(caller.warehouse_id, caller.operator_id, device, capabilities, answers_ahead)


def _scanner(caller: Caller, body: ScanBody) -> FloorCaller:
    return floor_caller(caller, body.device, answers_ahead=body.ahead is not None)


def operator_of(caller: Caller | None) -> dict[str, str] | None:
    """Who is signed in, as a page shows him."""
    if caller is None:
        return None
    return {"name": caller.name, "role": str(caller.role), "language": _LANGUAGE_TAGS.get(caller.language, "en")}


def _preferred_language() -> str:
    chosen = request.cookies.get("wms_language", "")
    if chosen in languages():
        return chosen
    best = request.accept_languages.best_match(["zh-Hans", "zh-CN", "zh", "en"], "en")
    return "en" if best == "en" else "zh-Hans"


def _request(body: ScanBody) -> ScanRequest:
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


def _scan_of_form(caller: Caller) -> ScanRequest:
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


def _refused_sign_in(shows: Presenter, refusal: Refusal) -> dict[str, Any]:
    sentence = shows.words.sentence(refusal.code, refusal.details)
    return {
        "scan_id": "",
        "outcome": "refused",
        "code": refusal.code,
        "message": {"title": sentence.title, "next": sentence.next},
        "screen": shows.signed_out(),
        "task": None,
    }
