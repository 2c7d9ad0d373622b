"""HTTP doors of sign-in: in, out, who am I, unlock. No decisions; those are in `sign_in` and `rules`.

`access_views` is called once by `wms.app`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
from flask import Blueprint, Response

from wms.access import service
from wms.access.model import Caller, Capability, Operator
from wms.access.rules import capabilities_of
from wms.access.session import (
    current_caller,
    doorman_of_app,
    give_cookie,
    page_csrf_token,
    require,
    session_end,
    session_token,
    take_cookie,
)
from wms.kernel.errors import NotAllowed, Refused
from wms.kernel.refusal import Refusal
from wms.web.answers import json_answer
from wms.web.cross_site import require_same_site
from wms.web.decoding import read_json
from wms.web.problems import Problem, problem_answer

MoreOnSignIn = Callable[[Caller], Mapping[str, object]]
"""What the application adds to the answer of a sign-in: the first screen, which this slice knows nothing of."""

OnSignOut = Callable[[Caller], None]
"""What the application does when somebody leaves: somebody else may have what was kept for him."""

ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """A wrong form of PIN is a wrong PIN like any other, so the text is only bounded here."""

    badge: ShortText
    pin: ShortText
    device: ShortText
    take_over: bool = False
    """Of a bench at which somebody else is signed in: the page says so first."""


@dataclass(frozen=True, slots=True)
class LanguageRequest:
    """The language a person wants to be spoken to in."""

    language: ShortText


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """Whom a supervisor gives his tries back."""

    badge: ShortText


def access_views(
    more_on_sign_in: MoreOnSignIn = lambda _caller: {}, on_sign_out: OnSignOut = lambda _caller: None
) -> Blueprint:
    """The blueprint, to be registered on an app that `register_access` has been called for."""
    views = Blueprint("access", __name__, url_prefix="/api/v1")

    @views.post("/sign-in")
    def sign_in() -> Response:
        require_same_site()
        wanted = read_json(SignInRequest)
        outcome = doorman_of_app().sign_in(
            wanted.badge, wanted.pin, wanted.device, leaving=session_token(), take_over=wanted.take_over
        )
        if isinstance(outcome, Refusal):
            return problem_answer(Problem(401, outcome.code, _sentence(outcome), details=outcome.details))
        response = json_answer(
            {
                "operator": _operator(outcome.operator),
                "csrf_token": outcome.page_token,
                "shift_until": outcome.until,
                "offline_allowed": doorman_of_app().offline_allowed,
                **more_on_sign_in(outcome.caller),
            }
        )
        give_cookie(response, outcome)
        return response

    @views.post("/sign-out")
    @require()
    def sign_out() -> Response:
        on_sign_out(current_caller())
        doorman_of_app().sign_out(session_token())
        response = Response(status=204)
        take_cookie(response)
        return response

    @views.get("/me")
    @require()
    def me() -> Response:
        caller = current_caller()
        return json_answer(
            {
                "operator": {"name": caller.name, "role": caller.role, "language": caller.language},
                "warehouse_id": caller.warehouse_id,
                "device": caller.device,
                "capabilities": sorted(capabilities_of(caller.role)),
                "csrf_token": page_csrf_token(),
                "shift_until": session_end(),
                "offline_allowed": doorman_of_app().offline_allowed,
            }
        )

    @views.post("/language")
    @require()
    def choose_language() -> Response:
        wanted, caller, doorman = read_json(LanguageRequest), current_caller(), doorman_of_app()
        if caller.operator_id is None:
            raise NotAllowed("A program has no language of its own. Sign in as a person.")
        now = doorman.clock.now()
        doorman.database.in_transaction(
            lambda session: service.set_language(session, doorman.memory, caller, wanted.language, now=now)
        )
        return Response(status=204)

    @views.post("/operators/unlock")
    @require(Capability.UNLOCK_OPERATOR)
    def unlock() -> Response:
        wanted, caller, doorman = read_json(UnlockRequest), current_caller(), doorman_of_app()
        now = doorman.clock.now()
        outcome = doorman.database.in_transaction(
            lambda session: service.unlock_operator(session, caller, wanted.badge, now=now)
        )
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        return json_answer({"operator": _operator(outcome)})

    return views


def _operator(operator: Operator) -> dict[str, str]:
    return {"name": operator.name, "role": operator.role, "language": operator.language}


def _sentence(refusal: Refusal) -> str:
    """For programs and logs; the handheld has its own sentence for each code in every language."""
    if refusal.code == "bad_pin":
        return f"PIN not right. {refusal.details['tries_left']} tries left."
    if refusal.code == "locked_out":
        return (
            f"Too many wrong PINs. Wait {refusal.details['minutes']} minutes or ask a supervisor to unlock the badge."
        )
    if refusal.code == "bench_held":
        return f"{refusal.details['operator']} works at {refusal.details['bench']}; sign in with take_over to follow."
    return "Badge not known. Ask your supervisor."
