"""A carrier's list of a load as a paper for the driver to sign. No decisions. Called by `views`.

It is drawn from the list that was closed, and bears the moment of its closing: the same bytes whenever it is asked for.
"""

import csv
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.session import current_caller
from wms.carriers.accounts import account_by_code
from wms.carriers.manifest_file import TOTAL
from wms.carriers.manifests import manifest_of
from wms.carriers.tables import CarrierManifestRow
from wms.database.transaction import Database
from wms.kernel.errors import Busy
from wms.labels.documents import LoadedParcel, LoadManifest
from wms.labels.model import Medium
from wms.labels.press import Press, PressError
from wms.labels.render import render_label
from wms.office.pages import SEES, Drawer, office_page


@dataclass(frozen=True, slots=True)
class _Listed:
    row: CarrierManifestRow
    carrier: str


def add_handover(views: Blueprint, database: Database, drawer: Drawer, press_for: Callable[[], Press]) -> None:
    """The paper's address; `press_for` gives the press of this process."""

    @views.get("/office/carriers/manifests/<load_code>/<account_code>.pdf")
    @office_page(drawer, *SEES)
    def manifest_paper(load_code: str, account_code: str) -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)

        def look(session: Session) -> _Listed | None:
            row = manifest_of(session, caller.warehouse_id, load_code, account_code)
            account = account_by_code(session, caller.warehouse_id, account_code)
            return None if row is None or account is None else _Listed(row, account.name)

        found = database.reading(look)
        if found is None:
            raise NotFound(f"Load {load_code} has no list for {account_code}: it is written once the load has left.")
        closed_at = found.row.closed_at.astimezone(scope.zone).strftime("%Y-%m-%d %H:%M")
        paper = LoadManifest(
            load_code=load_code,
            manifest_number=found.row.number,
            carrier=found.carrier,
            warehouse=drawer.name_of(caller.warehouse_id),
            state="closed",
            as_of=closed_at,
            parcels=_parcels(found.row.content),
        )
        try:
            made = render_label(paper, Medium.PDF, press=press_for(), job_id=uuid.UUID(int=0))
        except PressError as error:
            raise Busy(str(error)) from error
        response = Response(made.content, content_type=made.media_type)
        response.headers.set("Content-Disposition", "inline", filename=f"{found.row.number}-{account_code}.pdf")
        response.headers["Cache-Control"] = "private, no-store"
        return response


def _parcels(content: bytes) -> tuple[LoadedParcel, ...]:
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return tuple(
        LoadedParcel(int(row["line"]), row["waybill"], row["sscc"], int(row["weight_grams"]))
        for row in rows
        if row["line"] != TOTAL
    )
