"""Draws the office's pages: layout or bare fragment, who may see them, entity tags, the wall clock. Called by `views`.

A page and its refreshed part are the same template: a request with the header X-Fragment gets what stands inside
<main>, under an entity tag, so that a page that looks every few seconds mostly hears "unchanged".
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any, ParamSpec
from urllib.parse import quote

from flask import Response, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from scanner_ui.assets import Assets
from wms.access.model import Caller, Capability
from wms.access.rules import may
from wms.access.session import caller_or_none, page_csrf_token
from wms.customs.words.wording import rule_words
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import NotSignedIn
from wms.office import customs_words, plain_words
from wms.office.listing import Scope
from wms.office.training_room import TrainingRoom
from wms.places.lookup import WallClocks
from wms.places.tables import Warehouse

P = ParamSpec("P")
_WORD = re.compile(r"[A-Za-z0-9_-]{1,30}")

SIGN_IN = "/office/sign-in"
HOME = "/office"
FRAGMENT_HEADER = "X-Fragment"
AS_OF_HEADER = "X-As-Of"
LONGEST_SEARCH = 60
REFRESH_SECONDS = 5
BOARD_REFRESH_SECONDS = 1.5
"""Its numbers are read once for all who look (`shared_board`)."""
STALE_SECONDS = 30

SEES = (Capability.SEE_BOARD,)
PRINTS = (Capability.SEE_BOARD, Capability.MANAGE)


@dataclass(frozen=True, slots=True)
class Drawer:
    """What every page needs to be drawn."""

    clock: Clock
    zones: WallClocks
    assets: Assets
    database: Database
    training: TrainingRoom
    names: dict[int, str] = field(default_factory=dict)
    """Of warehouses, read once: they stand in every top line."""

    def scope(self, caller: Caller) -> Scope:
        """The caller's warehouse, now, by its wall clock."""
        return Scope(caller.warehouse_id, self.clock.now(), self.zones[caller.warehouse_id])

    def name_of(self, warehouse_id: int) -> str:
        """What the warehouse is called."""
        if warehouse_id not in self.names:
            query = select(Warehouse.name).where(Warehouse.id == warehouse_id)
            self.names[warehouse_id] = self.database.reading(lambda session: session.execute(query).scalar_one())
        return self.names[warehouse_id]

    def draw(
        self, template: str, caller: Caller, scope: Scope, *, refresh_seconds: float = REFRESH_SECONDS, **values: Any
    ) -> Response:
        """The page, or what stands inside <main> where only that was asked for."""
        fragment = FRAGMENT_HEADER in request.headers
        as_of = scope.now.astimezone(scope.zone).strftime("%H:%M:%S")
        text = render_template(
            f"office/{template}",
            frame="office/fragment.html" if fragment else "office/layout.html",
            caller=caller,
            warehouse=self.name_of(scope.warehouse_id),
            csrf_token=page_csrf_token(),
            asset=self.assets,
            as_of=as_of,
            theme=theme_of_request(),
            here=request.full_path.rstrip("?"),
            said=_said() if not fragment else "",
            refresh_seconds=refresh_seconds,
            stale_seconds=STALE_SECONDS,
            may=lambda name: may(caller.role, Capability(name)),
            moment=partial(plain_words.moment, zone=scope.zone, today=scope.today),
            plain=plain_words,
            customs=customs_words,
            trains=self.training.of(scope.warehouse_id) is not None,
            **values,
        )
        response = Response(text, content_type="text/html; charset=utf-8")
        response.headers["Vary"] = f"{FRAGMENT_HEADER}, Cookie"
        response.headers["Cache-Control"] = "private, no-cache"
        if fragment:
            response.headers[AS_OF_HEADER] = as_of
            response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
            response.make_conditional(request)
        return response

    def sign_in_page(self, status: int, *, to: str, trouble: str = "", badge: str = "") -> Response:
        """The door: badge and PIN. `trouble` says why it is shown."""
        text = render_template(
            "office/sign_in.html", to=to, trouble=trouble, badge=badge, asset=self.assets, theme=theme_of_request()
        )
        response = Response(text, status, content_type="text/html; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
        return response


def office_page(
    drawer: Drawer, *capabilities: Capability
) -> Callable[[Callable[P, AnyResponse]], Callable[P, AnyResponse]]:
    """Only people with one of `capabilities` reach the view; others are led to the door and back here afterwards."""

    def decorate(view: Callable[P, AnyResponse]) -> Callable[P, AnyResponse]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> AnyResponse:
            caller = caller_or_none()
            here = request.full_path.rstrip("?") if request.method == "GET" else HOME
            if caller is None:
                if FRAGMENT_HEADER in request.headers:
                    raise NotSignedIn("The session has ended. Load the page again and sign in.")
                return redirect(f"{SIGN_IN}?to={quote(here, safe='')}", 303)
            if not any(may(caller.role, capability) for capability in capabilities):
                trouble = f"{caller.name} is signed in as {caller.role}. This page is for supervisors."
                return drawer.sign_in_page(403, to=here, trouble=trouble)
            return view(*args, **kwargs)

        return guarded

    return decorate


def local_path(text: str) -> str:
    """`text` where it is an address of the office, else the board: no form of ours leads to another site."""
    if not text.startswith(HOME) or text[len(HOME) : len(HOME) + 1] not in ("", "/", "?"):
        return HOME
    return HOME if "\\" in text or any(ord(mark) < 0x20 for mark in text) else text


def back(to: str, said: str, *, about: str = "") -> AnyResponse:
    """After a button: to the page it was on, with a word about what happened, and about what."""
    path, _, query = local_path(to).partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith(("said=", "about="))]
    more = [f"about={quote(about, safe='')}"] if about else []
    return redirect(f"{path}?{'&'.join([*kept, f'said={said}', *more])}", 303)


def _said() -> str:
    """What happened, as the address says it. Only sentences of ours, and in them only a number or a word of ours."""
    code, about = request.args.get("said", ""), request.args.get("about", "")
    if _WORD.fullmatch(about) is None:
        about = ""
    sentence = plain_words.SAID.get(code) or customs_words.SAID.get(code, "")
    if not sentence and _WORD.fullmatch(code):
        # A refusal nobody has found words for yet is told by its code: silence would look like success.
        return f"Not done: {code.replace('_', ' ')}."
    rule = f"{rule_words(about, 'en')} · {rule_words(about, 'zh')}" if "{rule}" in sentence else ""
    return sentence.format(about=about, rule=rule)


def theme_of_request() -> str:
    """`day`, `dark`, or `auto` where nobody chose: then the computer's own setting counts."""
    chosen = request.cookies.get("wms_theme", "")
    return chosen if chosen in ("day", "dark") else "auto"


def search_of_request() -> str:
    """What was typed into the search field of the present page."""
    return request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


def page_number_of_request() -> int:
    """Which page of a list is asked for; the first where the address says nonsense."""
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
