"""Errors as answers: RFC 9457 problem documents below /api/, a plain page for people elsewhere.

`register_problems(app)` is called once by `wms.app`; after that views raise the errors of `wms.kernel.errors` and never
build an error answer themselves. A view whose "no" has a code of its own (sign-in) calls `problem_answer`.

Invariants: an unexpected exception never shows its text to the caller, only an id that stands in the log beside the
traceback; every fault of a bad input is listed, not just the first.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, current_app, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from wms.kernel.errors import BadInput, Busy, Conflict, Fault, NotAllowed, NotSignedIn, Refused
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Detail
from wms.web.answers import json_answer
from wms.web.cross_site import ForgedRequest

log = logging.getLogger(__name__)

PROBLEM_MEDIA_TYPE = "application/problem+json"
API_PREFIX = "/api/"

RETRY_AFTER_SECONDS = 1
"""The transaction has already tried for about a second; one more pause lets the rivals finish."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request was not done, before it becomes JSON or a page."""

    status: int
    code: str
    """A stable word for programs; the handheld has a sentence for it in every language."""
    detail: str
    """A sentence for the person who reads the answer."""
    faults: Sequence[Fault] = ()
    details: Mapping[str, Detail] = field(default_factory=dict)
    incident: str = ""
    """Finds the traceback of a bug in the log."""


def problem_answer(problem: Problem) -> Response:
    """The answer to the present request that says `problem`."""
    if request.path.startswith(API_PREFIX):
        response = json_answer(problem_document(problem), problem.status, media_type=PROBLEM_MEDIA_TYPE)
    else:
        response = Response(_page(problem), problem.status, content_type="text/html; charset=utf-8")
    if problem.status == HTTPStatus.UNAUTHORIZED:
        # RFC 9110 11.6.1 asks for a challenge with every 401; this one opens no password box in a browser.
        response.headers["WWW-Authenticate"] = 'Bearer realm="wms"'
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def problem_document(problem: Problem) -> dict[str, object]:
    """The problem as JSON: the body of an answer, or one part of an answer to several things at once."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "instance": request.path,
    }
    if problem.faults:
        document["faults"] = problem.faults
    if problem.details:
        document["details"] = dict(problem.details)
    if problem.incident:
        document["incident"] = problem.incident
    return document


def _page(problem: Problem) -> str:
    title = HTTPStatus(problem.status).phrase
    parts = [Markup("<h1>{}</h1><p>{}</p>").format(title, problem.detail)]
    if problem.faults:
        items = Markup("").join(Markup("<li>{}: {}</li>").format(fault.where, fault.what) for fault in problem.faults)
        parts.append(Markup("<ul>{}</ul>").format(items))
    if problem.incident:
        parts.append(Markup("<p>Tell your administrator this number: <code>{}</code></p>").format(problem.incident))
    parts.append(Markup('<p><a href="/">Back to the start page</a></p>'))
    return str(
        Markup(
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>{}</title></head><body><main>{}</main></body></html>"
        ).format(title, Markup("").join(parts))
    )


def register_problems(app: Flask) -> None:
    """Turn everything a view of `app` may raise into an answer."""
    app.register_error_handler(BadInput, _bad_input)
    app.register_error_handler(NotSignedIn, _not_signed_in)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(ForgedRequest, _forged)
    app.register_error_handler(Conflict, _said_by_itself)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Busy, _said_by_itself)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _said_by_itself)


def _bad_input(error: BadInput) -> Response:
    count = len(error.faults)
    wrong = "One thing is" if count == 1 else f"{count} things are"
    detail = f"{wrong} wrong with the input. Nothing was changed."
    return problem_answer(Problem(400, "bad_input", detail, faults=error.faults))


def _not_signed_in(error: NotSignedIn) -> Response:
    return problem_answer(Problem(401, "not_signed_in", str(error)))


def _not_allowed(error: NotAllowed) -> Response:
    return problem_answer(Problem(403, "not_allowed", str(error)))


def _forged(error: ForgedRequest) -> Response:
    return problem_answer(Problem(403, "request_not_proven", str(error)))


def problem_of(error: Exception) -> Problem:
    """What to say of one thing that was not done. An error nobody expects is logged, and raised in tests."""
    if isinstance(error, Conflict):
        return Problem(409, "conflict", str(error))
    if isinstance(error, Busy):
        log.warning("answered busy: %s", error)
        return Problem(503, "busy", "The service is busy and has changed nothing. Send the same again.")
    if current_app.testing:
        # A bug that a test meets is shown where it is, not as an answer with a number.
        raise error
    incident = str(uuid7())
    log.error("incident %s: %s %s", incident, request.method, request.path, exc_info=error)
    return Problem(500, "fault", "This is a fault of the service. Nothing was booked.", incident=incident)


def _refused(error: Refused) -> Response:
    refusal = error.refusal
    return problem_answer(Problem(409, refusal.code, f"Refused: {refusal}.", details=refusal.details))


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    code = error.name.lower().replace(" ", "_")
    response = problem_answer(Problem(error.code, code, error.description or error.name))
    # Headers that belong to the status, such as Allow with 405; the body is ours.
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers.setdefault(name, value)
    return response


def _said_by_itself(error: Exception) -> Response:
    return problem_answer(problem_of(error))
