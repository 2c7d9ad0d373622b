"""The office's own door: sign in with badge and PIN, sign out, day or dark. No decisions. Called by `views`."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from wms.access.session import doorman_of_app, give_cookie, require, session_token, take_cookie
from wms.kernel.refusal import Refusal
from wms.office.pages import HOME, Drawer, local_path
from wms.web.cross_site import require_same_site


def add_door(views: Blueprint, drawer: Drawer) -> None:
    """In, out, and the light."""

    @views.get("/office/sign-in")
    def sign_in_page() -> AnyResponse:
        return drawer.sign_in_page(200, to=local_path(request.args.get("to", HOME)))

    @views.post("/office/sign-in")
    def sign_in() -> AnyResponse:
        require_same_site()
        badge, pin = request.form.get("badge", "")[:64], request.form.get("pin", "")[:64]
        to = local_path(request.form.get("to", HOME))
        outcome = doorman_of_app().sign_in(badge, pin, "office", leaving=session_token())
        if isinstance(outcome, Refusal):
            return drawer.sign_in_page(401, to=to, trouble=_sign_in_trouble(outcome), badge=badge)
        response = redirect(to, 303)
        assert isinstance(response, Response)
        give_cookie(response, outcome)
        return response

    @views.post("/office/sign-out")
    @require()
    def sign_out() -> AnyResponse:
        doorman_of_app().sign_out(session_token())
        response = redirect("/office/sign-in", 303)
        assert isinstance(response, Response)
        take_cookie(response)
        return response

    @views.post("/office/theme")
    @require()
    def theme() -> AnyResponse:
        response = redirect(local_path(request.form.get("to", HOME)), 303)
        chosen = "dark" if request.form.get("theme") == "dark" else "day"
        response.set_cookie("wms_theme", chosen, max_age=31_536_000, path="/", secure=request.is_secure, samesite="Lax")
        return response


def _sign_in_trouble(refusal: Refusal) -> str:
    if refusal.code == "bad_pin":
        return f"The PIN is not right. {refusal.details['tries_left']} tries left."
    if refusal.code == "locked_out":
        return (
            f"Too many wrong PINs. Wait {refusal.details['minutes']} minutes, or ask a supervisor to unlock the badge."
        )
    return "This badge is not known. Type it as it is printed, such as EMP-1."
