"""The papers that a carrier gave with its label: how many there are, and the door that hands them out.

They name the recipient, and each look is on record: as long as the parcel with his address on it is in the house, for
whoever handles it, and then for whoever may see such data. Called by `wms.office.views` and the
page of an order.
"""

from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.audit import record
from wms.access.model import Caller, Capability
from wms.access.rules import may
from wms.access.session import current_caller
from wms.bench.carrier_labels import given_label
from wms.carriers.labels import carrier_label_of_parcel
from wms.database.transaction import Database
from wms.kernel.refusal import Refusal
from wms.labels.carrier_pages import further_pages, taken_apart
from wms.labels.given import GivenLabel
from wms.labels.model import LabelError, Medium
from wms.office.pages import SEES, Drawer, office_page
from wms.shipments.lookup import parcels_by_code
from wms.shipments.model import ParcelState

_WORDS = {
    "parcel_not_known": "There is no such parcel in this warehouse.",
    "parcel_has_left": "The parcel has left: its papers are for those who may see names and addresses.",
    "no_carrier_papers": "The carrier of this parcel gave nothing but the label.",
}


def carrier_papers_of(session: Session, warehouse_id: int, parcel_id: UUID) -> int:
    """How many pages the carrier gave besides the label."""
    given = carrier_label_of_parcel(session, warehouse_id, parcel_id)
    return 0 if given is None else further_pages(given.media_type, given.content)


def add_carrier_papers(views: Blueprint, database: Database, drawer: Drawer) -> None:
    """The door."""

    @views.get("/office/parcels/<tracking_number>/carrier-papers.pdf")
    @office_page(drawer, *SEES, Capability.WORK_PACKING, Capability.SEE_PERSONAL_DATA)
    def carrier_papers_pdf(tracking_number: str) -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)

        def work(session: Session) -> GivenLabel | Refusal:
            given = _document(session, caller, tracking_number)
            if not isinstance(given, Refusal):
                record(session, caller, "carrier_papers_seen", tracking_number, now=scope.now)
            return given

        given = database.in_transaction(work)
        if isinstance(given, Refusal):
            raise NotFound(_WORDS[given.code])
        try:
            papers = taken_apart(given.content, given.number).papers
        except LabelError as error:
            raise NotFound(f"These cannot be printed. {error}") from error
        response = Response(papers, content_type=Medium.PDF.media_type)
        response.headers.set("Content-Disposition", "inline", filename=f"carrier-papers-{tracking_number}.pdf")
        response.headers["Cache-Control"] = "private, no-store"
        return response


def _document(session: Session, caller: Caller, tracking_number: str) -> GivenLabel | Refusal:
    """What the carrier gave. Refuses `parcel_not_known`, `parcel_has_left`, `no_carrier_papers`."""
    found = parcels_by_code(session, caller.warehouse_id, tracking_no=tracking_number)
    if not found:
        return Refusal("parcel_not_known", {"parcel": tracking_number})
    if found[0].state is ParcelState.DISPATCHED and not may(caller.role, Capability.SEE_PERSONAL_DATA):
        return Refusal("parcel_has_left", {"parcel": tracking_number})
    given = given_label(session, caller.warehouse_id, found[0].id)
    if given is None or not further_pages(given.media_type, given.content):
        return Refusal("no_carrier_papers", {"parcel": tracking_number})
    return given
