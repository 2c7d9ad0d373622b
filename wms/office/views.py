"""The office's doors. `office_views` is called once by `wms.app`.

Everything is drawn by the server and works without scripts. The rooms: `looking` shows, `buttons` change,
`barcode_views` print, `door` lets in and out; customs has rooms of its own.
"""

from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from scanner_ui.assets import assets_below
from wms.barcodes.resolver import Resolver
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.labels.press import Press
from wms.office.barcode_views import add_barcodes
from wms.office.bench_labels import add_bench_labels
from wms.office.book_pages import add_book_pages
from wms.office.buttons import add_buttons
from wms.office.carriers_views import add_carriers
from wms.office.customs_buttons import add_customs_buttons
from wms.office.customs_correcting import add_correcting
from wms.office.customs_views import add_customs_pages
from wms.office.doctor.pages import add_doctor
from wms.office.door import add_door
from wms.office.evidence.views import add_evidence
from wms.office.exceptions import add_exceptions
from wms.office.handover import add_handover
from wms.office.label_previews import add_label_previews
from wms.office.looking import add_board_and_lists, add_stock_and_orders
from wms.office.packing import add_packing
from wms.office.pages import Drawer
from wms.office.papers.carrier import add_carrier_papers
from wms.office.papers.views import add_papers
from wms.office.photos import add_photos
from wms.office.presses import press_of_process
from wms.office.training import add_training
from wms.office.training_room import TrainingRoom
from wms.places.lookup import WallClocks
from wms.tasks.service import ScanDoor


def office_views(
    database: Database,
    clock: Clock,
    resolver: Resolver,
    press: Press | None = None,
    *,
    door: ScanDoor,
    customs_folder: Path | None = None,
) -> Blueprint:
    """The blueprint, to be registered on an app with access.

    `resolver` is asked what codes mean. `press` makes the PDFs; left out, this process makes one of its own when the
    first is asked for.
    `customs_folder` is where customs' folders of the warehouses are; a simulated port there gets its training page.
    """
    views = Blueprint("office", __name__, template_folder="templates")
    assets = assets_below(Path(__file__).parent / "static", "/office/assets")
    drawer = Drawer(clock, WallClocks(database), assets, database, TrainingRoom(database, customs_folder))
    add_board_and_lists(views, database, drawer)
    add_carriers(views, database, clock, drawer)
    add_packing(views, database, drawer)
    add_stock_and_orders(views, database, drawer)
    add_photos(views, database, drawer)
    add_customs_pages(views, database, clock, drawer)
    add_correcting(views, database, clock, drawer)
    add_customs_buttons(views, database, clock, drawer)
    add_training(views, database, clock, drawer)
    add_buttons(views, database, clock, drawer)
    add_bench_labels(views, database, clock, drawer)
    add_exceptions(views, database, clock, drawer, door)
    press_for = press_of_process(views, press)
    add_barcodes(views, database, drawer, press_for)
    add_label_previews(views, drawer, press_for)
    add_carrier_papers(views, database, drawer)
    add_papers(views, database, drawer, press_for)
    add_evidence(views, database, clock, drawer, press_for)
    add_handover(views, database, drawer, press_for)
    add_book_pages(views, database, clock, drawer)
    add_doctor(views, database, clock, drawer, resolver)
    add_door(views, drawer)

    @views.get("/office/assets/<path:name>")
    def asset(name: str) -> Response:
        response = assets.response_for(name, request.headers.get("Accept-Encoding", ""))
        if response is None:
            raise NotFound("There is no such file. Load the page again.")
        return response

    return views
