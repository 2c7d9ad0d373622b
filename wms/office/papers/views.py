"""HTTP doors of papers: packing list, customs list, manifest, return label, pallet label. No decisions.

Called by `wms.office.views`. The return label names its sender in full: it is for whoever may see such data, and each
is on record.
"""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.audit import record
from wms.access.model import Capability
from wms.access.session import current_caller
from wms.database.transaction import Database
from wms.kernel.errors import Busy
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.labels.documents import Document
from wms.labels.model import Label, LabelError, Medium, ReturnLabel
from wms.labels.press import Press, PressError
from wms.labels.render import render_label
from wms.office.pages import PRINTS, SEES, Drawer, office_page
from wms.office.papers.load import load_manifest, pallet_label
from wms.office.papers.parcel import customs_list, list_of_code, packing_list, return_label

_MEDIA: Mapping[str, Medium] = {medium.ending: medium for medium in Medium}
_FORMS = ", ".join(f"'{form}'" for form in _MEDIA)
_WORDS: Mapping[str, str] = {
    "parcel_not_known": "There is no such parcel in this warehouse.",
    "list_not_known": "There is no such packing list in this warehouse.",
    "nothing_packed": "Nothing of this order is packed.",
    "customs_not_declared": "This parcel was never declared to customs.",
    "customs_list_not_made": "The list of this parcel has not been sent to customs yet.",
    "load_not_known": "There is no such load in this warehouse.",
    "pallet_not_known": "There is no such pallet here. Write it as its label says, such as PAL-4.",
    "numbers_used_up": "The numbers for SSCCs are used up. Give the warehouse a new range.",
}


def add_papers(views: Blueprint, database: Database, drawer: Drawer, press_for: Callable[[], Press]) -> None:
    """The doors; `press_for` gives the press of this process."""
    sees = office_page(drawer, *SEES)

    # Packers too: the page of their bench opens it; by its own code while the parcel is open.
    @views.get("/office/packing-lists/<code>.pdf")
    @views.get("/office/parcels/<code>/packing-list.pdf", endpoint="packing_list_of_parcel_pdf")
    @office_page(drawer, *SEES, Capability.WORK_PACKING)
    def packing_list_pdf(code: str) -> AnyResponse:
        scope = drawer.scope(current_caller())
        find = list_of_code if request.path.startswith("/office/packing-lists/") else packing_list
        found = database.reading(lambda session: find(session, scope.warehouse_id, code, scope.zone))
        return _paper(found, f"packing-list-{code}")

    @views.get("/office/parcels/<tracking_number>/customs-list.pdf")
    @sees
    def customs_list_pdf(tracking_number: str) -> AnyResponse:
        scope = drawer.scope(current_caller())
        return _paper(
            database.reading(
                lambda session: customs_list(session, scope.warehouse_id, tracking_number, scope.zone, now=scope.now)
            ),
            f"customs-list-{tracking_number}",
        )

    @views.get("/office/loads/<load_code>/manifest.pdf")
    @sees
    def manifest_pdf(load_code: str) -> AnyResponse:
        scope = drawer.scope(current_caller())
        return _paper(
            database.reading(
                lambda session: load_manifest(session, scope.warehouse_id, load_code, scope.zone, now=scope.now)
            ),
            f"manifest-{load_code}",
        )

    @views.get(f"/office/parcels/<tracking_number>/return-label.<any({_FORMS}):form>")
    @office_page(drawer, Capability.SEE_PERSONAL_DATA)
    def return_label_file(tracking_number: str, form: str) -> AnyResponse:
        caller = current_caller()
        now = drawer.scope(caller).now

        def work(session: Session) -> ReturnLabel | Refusal:
            label = return_label(session, caller.warehouse_id, tracking_number)
            if not isinstance(label, Refusal):
                record(session, caller, "return_label_made", tracking_number, now=now, details={"medium": form})
            return label

        return _file(lambda: database.in_transaction(work), f"return-{tracking_number}", form)

    @views.post("/office/pallets/label")
    @office_page(drawer, *PRINTS)
    def pallet_label_file() -> AnyResponse:
        caller, form = current_caller(), request.form.get("form", "pdf")
        code = request.form.get("pallet", "").strip().upper()[:40]
        now = drawer.scope(caller).now
        if form not in _MEDIA:
            raise NotFound(f"A pallet label is made as {_FORMS}.")
        return _file(
            lambda: database.in_transaction(lambda session: pallet_label(session, caller, code, now=now)),
            f"pallet-{code}",
            form,
        )

    def _paper(document: Document | Refusal, name: str) -> AnyResponse:
        return _file(lambda: document, name, "pdf")

    def _file(make: Callable[[], Label | Document | Refusal], name: str, form: str) -> AnyResponse:
        try:
            label = make()
            if isinstance(label, Refusal):
                raise NotFound(_WORDS[label.code])
            made = render_label(label, _MEDIA[form], press=press_for(), job_id=uuid7())
        except LabelError as error:
            raise NotFound(f"This cannot be printed. {error}") from error
        except PressError as error:
            raise Busy(str(error)) from error
        response = Response(made.content, content_type=made.media_type)
        response.headers.set("Content-Disposition", "inline", filename=f"{name}.{form}")
        response.headers["Cache-Control"] = "private, no-store"
        return response
