"""The doors to a parcel's evidence: the PDF, and the bundle. No decisions. Called by `wms.office.views`.

Whoever sees declarations may take the PDF and the masked bundle; the bundle with documents in full is for whoever may
see personal data. Each taking is in the audit trail.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.model import Capability
from wms.access.rules import may
from wms.access.session import current_caller
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Busy, NotAllowed
from wms.kernel.refusal import Refusal
from wms.labels.model import LabelError
from wms.labels.press import Press, PressError
from wms.office.evidence.handing_out import PDF, ZIP, HandedOut, hand_out
from wms.office.pages import SEES, Drawer, office_page

_TYPES = {PDF: "application/pdf", ZIP: "application/zip"}


def add_evidence(
    views: Blueprint, database: Database, clock: Clock, drawer: Drawer, press_for: Callable[[], Press]
) -> None:
    """The two doors; `press_for` gives the press of this process."""

    @views.get(f"/office/customs/evidence/<tracking_number>.<any({PDF}, {ZIP}):form>")
    @office_page(drawer, *SEES)
    def evidence(tracking_number: str, form: str) -> AnyResponse:
        caller, is_masked = current_caller(), request.args.get("masked") == "1"
        if form == ZIP and not is_masked and not may(caller.role, Capability.SEE_PERSONAL_DATA):
            raise NotAllowed(
                f"The role {caller.role} does not see personal data. Take the PDF or the masked bundle (?masked=1), or "
                "ask the customs clerk."
            )
        try:
            handed = hand_out(
                database, clock, caller, tracking_number, form=form, is_masked=is_masked, press=press_for()
            )
        except LabelError as error:
            raise NotFound(f"The PDF cannot be made. {error}") from error
        except PressError as error:
            raise Busy(str(error)) from error
        if isinstance(handed, Refusal):
            raise NotFound(sentence_of(handed))
        return _file(handed, form, is_masked=is_masked)


def sentence_of(refusal: Refusal) -> str:
    """Why there is no evidence."""
    parcel = refusal.details["parcel"]
    if refusal.code == "customs_not_declared":
        return f"Parcel {parcel} was never declared to customs: there is nothing to show."
    return f"There is no parcel {parcel} in this warehouse."


def _file(handed: HandedOut, form: str, *, is_masked: bool) -> Response:
    response = Response(handed.paper if form == PDF else handed.bundle, content_type=_TYPES[form])
    ending = f"masked.{form}" if is_masked or form == PDF else form
    shown = "inline" if form == PDF else "attachment"
    response.headers.set("Content-Disposition", shown, filename=f"evidence-{handed.tracking_number}.{ending}")
    response.headers["Cache-Control"] = "private, no-store"
    return response
