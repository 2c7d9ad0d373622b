"""The page of barcode sheets, the sheet on screen, the sheet as PDF. No decisions. Called by `views`."""

import secrets
from collections.abc import Callable

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.session import current_caller
from wms.database.transaction import Database
from wms.kernel.errors import Busy
from wms.labels.model import LabelError
from wms.labels.press import Press, PressError
from wms.labels.sheet import render_sheet, sheet_html
from wms.office.pages import PRINTS, Drawer, office_page, page_number_of_request, search_of_request
from wms.office.sheets import KINDS, Sheet, Wanted, sheet_of


def add_barcodes(views: Blueprint, database: Database, drawer: Drawer, press_for: Callable[[], Press]) -> None:
    """Sheets of barcodes; `press_for` gives the press of this process."""
    prints = office_page(drawer, *PRINTS)

    @views.get("/office/barcodes")
    @prints
    def barcodes() -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        wanted = _wanted()
        sheet = database.reading(lambda session: sheet_of(session, scope.warehouse_id, wanted))
        return drawer.draw(
            "barcodes.html", caller, scope, sheet=sheet, kinds=KINDS, wanted=wanted, title="Barcodes", live=False
        )

    def _asked_for() -> Sheet:
        warehouse_id, wanted = current_caller().warehouse_id, _wanted()
        sheet = database.reading(lambda session: sheet_of(session, warehouse_id, wanted))
        if not sheet.labels:
            raise NotFound("There is nothing of that kind here yet.")
        return sheet

    @views.get("/office/barcodes/sheet")
    @prints
    def barcode_sheet() -> AnyResponse:
        sheet = _asked_for()
        nonce = secrets.token_urlsafe(16)
        try:
            html = sheet_html(sheet.labels, title=sheet.title, nonce=nonce)
        except LabelError as error:
            raise NotFound(f"This sheet cannot be printed. {error}") from error
        response = Response(html, content_type="text/html; charset=utf-8")
        # Its one style element is let in by the nonce, and our own page of barcodes may show it in a frame.
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'self'"
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    @views.get("/office/barcodes/sheet.pdf")
    @prints
    def barcode_pdf() -> AnyResponse:
        sheet = _asked_for()
        try:
            pdf = render_sheet(sheet.labels, press=press_for(), title=sheet.title)
        except LabelError as error:
            raise NotFound(f"This sheet cannot be printed. {error}") from error
        except PressError as error:
            raise Busy(str(error)) from error
        response = Response(pdf, content_type="application/pdf")
        response.headers.set("Content-Disposition", "inline", filename=f"barcodes-{_wanted().kind}.pdf")
        response.headers["Cache-Control"] = "no-store"
        return response


def _wanted() -> Wanted:
    kind = request.args.get("kind", "")
    known = kind if any(each.name == kind for each in KINDS) else KINDS[0].name
    return Wanted(known, search_of_request(), page_number_of_request())
