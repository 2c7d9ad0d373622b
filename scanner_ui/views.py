"""The handheld's doors: the page, its form posts for browsers without scripts, and the scan API.

No decisions: a request becomes a `ScanRequest`, the scan door judges it, the presenter finds the words. `wms.app` makes
one `HandheldPage` and registers both blueprints over it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from scanner_ui.assets import Assets, assets_below
from scanner_ui.batches import judge_in_order
from scanner_ui.incoming import LOOK_UP, MOST_BYTES, MOST_SCANS, ScanBody, request_of, request_of_form
from scanner_ui.lean import lean
from scanner_ui.looked_up import Ask, answer_of
from scanner_ui.pictures import PictureFolder
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
from wms.kernel.errors import NotAllowed
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.tasks.at_home import SAYS_WHAT_IT_IS
from wms.tasks.model import FloorCaller, Reply, ScanRequest
from wms.tasks.service import ScanDoor
from wms.web.answers import json_answer
from wms.web.cross_site import require_same_site
from wms.web.decoding import read_one_or_many

_LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class HandheldPage:
    """Draws the one page for whoever calls. `zone_of` gives the wall clock of each warehouse."""

    door: ScanDoor
    assets: Assets
    zone_of: Mapping[int, tzinfo]
    echo_ms: int
    silence_ms: int
    look_up: Ask
    pictures: PictureFolder
    in_chinese: Callable[[str], str] = str
    """What a product is called in Chinese."""

    def presenter(self, caller: Caller | None) -> Presenter:
        """The presenter in the caller's language; before anybody signed in, in the browser's."""
        if caller is None:
            return Presenter(words(_preferred_language()))
        language = _LANGUAGE_TAGS.get(caller.language, "en")
        name_of = self.in_chinese if caller.language == "zh" else str
        return Presenter(words(language, zone=self.zone_of.get(caller.warehouse_id)), name_of, self.pictures.small)

    def told(self, caller: Caller, wanted: ScanRequest, reply: Reply) -> dict[str, Any]:
        """The answer to a scan in words; where the code begins nothing, with what it is."""
        shows = self.presenter(caller)
        said = shows.reply(reply)
        if reply.code != SAYS_WHAT_IT_IS:
            return said
        found = answer_of(shows, self.look_up(caller, wanted.raw, wanted.symbology, wanted.source))
        return said | {name: found[name] for name in ("message", "found") if found["found"] is not None}

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
            silence_ms=self.silence_ms,
        )
        return lean(html)


def handheld_page(
    door: ScanDoor,
    *,
    zone_of: Mapping[int, tzinfo],
    echo_ms: int,
    silence_ms: int,
    look_up: Ask,
    pictures: PictureFolder,
    in_chinese: Callable[[str], str],
) -> HandheldPage:
    """The page with its static files, read once."""
    assets = assets_below(Path(__file__).parent / "static", "/assets")
    return HandheldPage(door, assets, zone_of, echo_ms, silence_ms, look_up, pictures, in_chinese)


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
        wanted = request_of_form(caller)
        if wanted.raw == LOOK_UP:
            return redirect("/look-up", 303)
        reply = page.door.take_scan(floor_caller(caller, wanted.device), wanted)
        return page.draw(caller, page.told(caller, wanted, reply))

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

        def judge(body: ScanBody) -> dict[str, object]:
            request = request_of(body)
            return page.told(caller, request, page.door.take_scan(_scanner(caller, body), request))

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
