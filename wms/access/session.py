"""Who sends the present request: the session cookie of a browser, or the Bearer token of a program.

Called by every `views` room. Nobody gets a Caller on a request that changes something without the proof that one of our
own pages sent it; that is asked here, where the cookie is read, so that no view can forget it. Bearer tokens need no
such proof, because no browser sends them by itself.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, Response, current_app, g, request

from wms.access.callers import KnownCaller
from wms.access.model import Caller, Capability
from wms.access.rules import may
from wms.access.sign_in import Doorman, SignedIn
from wms.access.tokens import TokenKind
from wms.kernel.errors import NotAllowed, NotSignedIn
from wms.web.cross_site import require_page_token

P = ParamSpec("P")
R = TypeVar("R")

COOKIE = "wms_session"
_EXTENSION = "wms.access"
_BEARER = "bearer "


def register_access(app: Flask, doorman: Doorman) -> None:
    """Let the views of `app` ask who is calling. Called once by `wms.app`."""
    app.extensions[_EXTENSION] = doorman


def doorman_of_app() -> Doorman:
    """The Doorman of the present application."""
    return cast(Doorman, current_app.extensions[_EXTENSION])


def caller_or_none() -> Caller | None:
    """Who is calling, None where nobody is signed in. Raises ForgedRequest."""
    known = _known_caller()
    return None if known is None else known.caller


def current_caller() -> Caller:
    """Who is calling. Raises NotSignedIn, ForgedRequest."""
    caller = caller_or_none()
    if caller is None:
        raise NotSignedIn("Nobody is signed in here, or the session has ended. Scan your badge.")
    return caller


def require(*capabilities: Capability) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only callers who have one of `capabilities` reach the view; with none named, everybody who is signed in."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            caller = current_caller()
            if capabilities and not any(may(caller.role, capability) for capability in capabilities):
                raise NotAllowed(f"The role {caller.role} may not do this. Ask a supervisor.")
            return view(*args, **kwargs)

        return guarded

    return decorate


def page_csrf_token() -> str:
    """What a page puts into `<meta name="csrf-token">` and into its forms; empty where nobody is signed in."""
    known = _known_caller()
    return "" if known is None else known.page_token


def session_end() -> datetime | None:
    """When the caller's session ends; None for programs and where nobody is signed in."""
    known = _known_caller()
    return None if known is None else known.expires_at


def session_token() -> str:
    """The session token the browser sent, which may belong to nobody."""
    return request.cookies.get(COOKIE, "")


def give_cookie(response: Response, signed_in: SignedIn) -> None:
    """Let the browser keep the session: out of reach of scripts, never sent along by other sites."""
    response.set_cookie(
        COOKIE,
        signed_in.token,
        max_age=doorman_of_app().session_length,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def take_cookie(response: Response) -> None:
    """Let the browser forget the session."""
    response.delete_cookie(COOKIE, path="/", secure=request.is_secure, httponly=True, samesite="Strict")


def _known_caller() -> KnownCaller | None:
    if "wms_known_caller" not in g:
        g.wms_known_caller = _find_caller()
    return cast("KnownCaller | None", g.wms_known_caller)


def _find_caller() -> KnownCaller | None:
    doorman = doorman_of_app()
    authorization = request.headers.get("Authorization", "")
    if authorization[: len(_BEARER)].lower() == _BEARER:
        # A program that shows a token is judged by it alone; a cookie beside it would let a wrong token pass.
        return doorman.who_has(authorization[len(_BEARER) :].strip(), TokenKind.API)
    known = doorman.who_has(session_token(), TokenKind.SESSION)
    if known is not None:
        require_page_token(known.page_token)
    return known
