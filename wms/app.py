"""The wiring of the house, explicit, one line per thing. Tests, web servers, workers and the command line enter here.

Nothing is discovered by file name. To add a workflow, a writer of an effect or a page, add its line below.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from flask import Flask, current_app
from flask.json.provider import DefaultJSONProvider
from flask_migrate import Migrate

from scanner_ui.ahead import ahead_views
from scanner_ui.asking import asking_views
from scanner_ui.bench_views import bench_page_views
from scanner_ui.pictures import PictureFolder, picture_views
from scanner_ui.self_test import self_test_views
from scanner_ui.set_aside import set_aside_views
from scanner_ui.views import first_screen, handheld_page, let_go, page_views, scan_api_views
from wms.access.barcode import OperatorReader
from wms.access.session import register_access
from wms.access.sign_in import Doorman
from wms.access.views import access_views
from wms.arrivals import service as arrivals
from wms.arrivals.barcode import NoticeReader
from wms.arrivals.model import CloseNotice, CountReceived, OpenNotice, RecordUnknownArrival, SettleUnknownArrival
from wms.arrivals.views import notice_views
from wms.barcodes.model import CodeKind
from wms.barcodes.resolver import Resolver
from wms.barcodes.teaching import patterns_in_force
from wms.bench.barcode import PrinterReader
from wms.bench.carrier_labels import given_label, label_came, label_failed
from wms.bench.codes import CodeDoor
from wms.bench.effects import ApplyLabel, CallOffLabels, MoveLabel, OrderLabelCopy, PrintCopyAt
from wms.bench.ordering import apply_label, copy_where_it_was_printed, move_label_by_scan, order_label, order_label_copy
from wms.bench.papers import call_off_packing_list, order_packing_list, print_list_again
from wms.bench.proving import proving
from wms.bench.reprinting import print_copy_at
from wms.bench.views import bench_views
from wms.bench.voiding import call_off_labels
from wms.bench.waiting import Waiting
from wms.carriers.adapters import asking_adapters
from wms.carriers.closing import close_parcel, following
from wms.carriers.fetching import LabelFetcher
from wms.carriers.jobs import CarrierDesk
from wms.carriers.manifests import handing_over
from wms.carriers.tracking_page import tracking_views
from wms.carriers.views import carrier_views
from wms.carriers.voiding import taking_back
from wms.catalogue.barcode import ItemReader
from wms.catalogue.chinese_names import ChineseNames
from wms.config import Settings
from wms.containers.barcode import ContainerReader
from wms.containers.model import UseContainer
from wms.containers.service import use_container
from wms.customs.books.booking import close_notice
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel, RecordLeft, RequestPass, WithdrawDeclaration, WithdrawPass
from wms.customs.exit_gate import exit_refusals, note_departure
from wms.customs.explaining import explain_parcel
from wms.customs.gate_log import gate_at_label
from wms.customs.jobs import OrderChecker, ReceiptReader
from wms.customs.passes import PassSender, request_exit_pass, withdraw_exit_pass
from wms.customs.payment.jobs import SlipChecker
from wms.customs.payment.views import payment_views
from wms.customs.sending.outgoing import OutgoingMessages
from wms.customs.signed_for import report_parcel_signed
from wms.customs.signing.choice import signer_of
from wms.customs.transport.choice import transport_of
from wms.customs.transport.port import Transport
from wms.customs.views import customs_views
from wms.customs.withdrawing import withdraw_declaration
from wms.database.base import db
from wms.database.engine import engine_options
from wms.database.key_file import read_keys
from wms.database.sealed import Vault, give_vault
from wms.database.transaction import Database
from wms.floor.cage.facts import CageFloor
from wms.floor.dispatch.facts import DispatchFloor
from wms.floor.packing.bench_desk import BenchDesk
from wms.floor.packing.errands import PACKING_ERRANDS
from wms.floor.packing.facts import PackingFloor
from wms.floor.packing.opening.facts import OpeningFloor
from wms.floor.packing.scale import weight_views
from wms.floor.packing.workflow import packing
from wms.floor.picking.cart.facts import CartFloor
from wms.floor.picking.facts import PickingFloor
from wms.floor.putaway.facts import PutawayFloor
from wms.floor.receiving.facts import ReceivingFloor
from wms.floor.reprint.facts import ReprintFloor
from wms.kernel.clock import Clock, SystemClock
from wms.kernel.log_guard import guard_logs
from wms.labels.barcode import PackingListReader
from wms.labels.effects import CallOffPackingList, PrintListAgain, PrintPackingList, PrintParcelLabel
from wms.labels.jobs import LabelPrinter
from wms.labels.model import ParcelSize
from wms.labels.papers import PaperMaker
from wms.labels.press import Press
from wms.labels.views import label_views
from wms.office.look_up.asking import LookUp
from wms.office.views import office_views
from wms.orders import service as orders
from wms.orders.barcode import OrderReader
from wms.orders.model import RecordPacked, RecordPicked, RecordShort, SetOrderState
from wms.orders.views import order_views
from wms.outbox.worker import Handler, Worker
from wms.packaging.barcode import MaterialReader
from wms.packaging.model import RecordPacking, UnlearnParcel
from wms.packaging.service import record_packing, unlearn_parcel
from wms.places.barcode import PlaceReader
from wms.places.lookup import WallClocks, is_bench
from wms.shipments import service as shipments
from wms.shipments.barcode import BoxReader, LoadReader, ParcelReader
from wms.shipments.leaving import dispatch_whole
from wms.shipments.model import (
    CageParcel,
    CloseLoad,
    CloseParcel,
    DispatchWhole,
    DropLoad,
    OpenLoad,
    ReopenLoad,
    SealLoad,
    StageParcel,
    UncageParcel,
    UnstageParcel,
    VoidParcel,
)
from wms.shipments.voiding import void_parcel
from wms.stock.model import KeepLot, PlaceHold, RegisterLot, VoidHold
from wms.stock.service import Ledger
from wms.stock.writers import keep_lot, place_hold, register_lot, void_hold
from wms.tasks.floor import Besides
from wms.tasks.model import Leases
from wms.tasks.service import ScanDoor
from wms.tasks.writers import Writers
from wms.web.addresses import register_addresses
from wms.web.compression import register_compression
from wms.web.headers import register_headers
from wms.web.health import register_health
from wms.web.problems import register_problems
from wms.web.sessions import NoFlaskSession

STOPPING = "wms.stopping"
"""The extension of an app that holds the event after which no request may wait for anything."""

MIGRATIONS = str(Path(__file__).parent / "database" / "migrations")


@dataclass(frozen=True, slots=True)
class House:
    """What was wired, for the command line, the worker and tests."""

    settings: Settings
    clock: Clock
    database: Database
    ledger: Ledger
    resolver: Resolver
    door: ScanDoor
    doorman: Doorman


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """The application: database, scan door, pages and APIs. Starts no process and no thread."""
    guard_logs()
    app = Flask("wms", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
    )
    app.session_interface = NoFlaskSession()
    # Chinese words travel as they are: as escapes they would be twice as long on the hall's Wi-Fi.
    cast(DefaultJSONProvider, app.json).ensure_ascii = False
    db.init_app(app)
    Migrate(app, db, directory=MIGRATIONS, render_as_batch=False)
    with app.app_context():
        give_vault(db.engine, _vault(settings))
        house = _house(settings, clock or SystemClock(), Database(db.engine))
    app.extensions["wms"] = house

    register_compression(app)
    register_headers(app)
    register_problems(app)
    register_addresses(app)
    register_health(app, house.database)
    register_access(app, house.doorman)
    looking = LookUp(house.database, house.clock, house.resolver)
    pictures = PictureFolder(settings.picture_dir)
    page = handheld_page(
        house.door,
        zone_of=WallClocks(house.database),
        echo_ms=settings.echo_window_ms,
        silence_ms=settings.scan_silence_ms,
        look_up=looking.ask,
        pictures=pictures,
        in_chinese=ChineseNames(house.database, house.clock),
    )
    app.register_blueprint(
        access_views(lambda caller: first_screen(page, caller), on_sign_out=lambda caller: let_go(page, caller))
    )
    app.register_blueprint(page_views(page))
    app.register_blueprint(scan_api_views(page))
    app.register_blueprint(ahead_views(page))
    app.register_blueprint(set_aside_views(page))
    app.register_blueprint(self_test_views(page))
    app.register_blueprint(asking_views(page, looking))
    app.register_blueprint(weight_views(house.database, house.clock, house.door))
    app.register_blueprint(bench_views(_code_door(house), _waiting_benches(app, settings)))
    app.register_blueprint(bench_page_views(page, BenchDesk(house.database, house.clock)))
    app.register_blueprint(picture_views(pictures))
    app.register_blueprint(order_views(house.database, house.clock))
    app.register_blueprint(notice_views(house.database, house.clock))
    app.register_blueprint(customs_views(house.database, house.clock))
    app.register_blueprint(payment_views(house.database, house.clock))
    app.register_blueprint(carrier_views(house.database, house.clock))
    app.register_blueprint(tracking_views(house.database))
    app.register_blueprint(label_views(house.database, house.clock, gate_at_label, copy_where_it_was_printed))
    app.register_blueprint(
        office_views(
            house.database, house.clock, house.resolver, door=house.door, customs_folder=settings.customs_folder
        )
    )
    return app


def house_of(app: Flask | None = None) -> House:
    """The House of an application, by default of the present one."""
    return cast(House, (app or current_app).extensions["wms"])


def _code_door(house: House) -> CodeDoor:
    return CodeDoor(house.database, house.clock, house.door, packing.name)


def _waiting_benches(app: Flask, settings: Settings) -> Waiting:
    """Benches that wait may hold half of the threads; the web server says when nobody may wait any more."""
    waiting = Waiting(most=settings.web_threads // 2)
    app.extensions[STOPPING] = waiting.stopping
    return waiting


def _vault(settings: Settings) -> Vault:
    """What opens personal data; it looks into the key file again when the keys are rotated beside us."""
    path = settings.personal_data_key_file
    return Vault(settings.personal_data_keys, None if path is None else lambda: read_keys(path))


def _house(settings: Settings, clock: Clock, database: Database) -> House:
    ledger = Ledger(exit_refusals)
    resolver = Resolver(
        (
            PlaceReader(),
            ContainerReader(),
            ItemReader(),
            ParcelReader(),
            LoadReader(),
            BoxReader(),
            MaterialReader(),
            NoticeReader(),
            OrderReader(),
            PackingListReader(),
            OperatorReader(CodeKind.OPERATOR),
            PrinterReader(),
        ),
        clock,
        patterns_in_force,
    )
    floors = (
        ReceivingFloor(),
        PutawayFloor(),
        PickingFloor(),
        CartFloor(settings.cart_totes),
        PackingFloor(),
        OpeningFloor(),
        DispatchFloor(),
        CageFloor(),
        ReprintFloor(),
    )
    leases = Leases(timedelta(seconds=settings.lease_seconds), timedelta(seconds=settings.offline_lease_seconds))
    door = ScanDoor(
        database,
        clock,
        resolver,
        _writers(ledger),
        floors,
        leases,
        Besides(explain_parcel, PACKING_ERRANDS),
        scans_ahead=settings.offline_scans,
    )
    shift = timedelta(hours=settings.session_hours)
    offline_allowed = settings.offline_sign_in == "on"
    doorman = Doorman(database, clock, settings.secret_key, shift, offline_allowed=offline_allowed, held_alone=is_bench)
    return House(settings, clock, database, ledger, resolver, door, doorman)


def _writers(ledger: Ledger) -> Writers:
    """Who writes which effect."""
    writers = Writers(ledger)
    writers.register(PlaceHold, place_hold)
    writers.register(VoidHold, void_hold)
    writers.register(RegisterLot, register_lot)
    writers.register(KeepLot, keep_lot)
    writers.register(UseContainer, use_container)
    writers.register(OpenNotice, arrivals.open_notice)
    writers.register(CountReceived, arrivals.count_received)
    writers.register(CloseNotice, close_notice)
    writers.register(RecordUnknownArrival, arrivals.record_unknown_arrival)
    writers.register(SettleUnknownArrival, arrivals.settle_unknown_arrival)
    writers.register(SetOrderState, following(orders.set_order_state))
    writers.register(RecordPicked, orders.record_picked)
    writers.register(RecordShort, orders.record_short)
    writers.register(RecordPacked, orders.record_packed)
    writers.register(CloseParcel, close_parcel)
    writers.register(RecordPacking, record_packing)
    writers.register(UnlearnParcel, unlearn_parcel)
    writers.register(StageParcel, proving(shipments.stage_parcel))
    writers.register(UnstageParcel, shipments.unstage_parcel)
    writers.register(CageParcel, shipments.cage_parcel)
    writers.register(VoidParcel, taking_back(void_parcel))
    writers.register(UncageParcel, shipments.uncage_parcel)
    writers.register(OpenLoad, shipments.open_load)
    writers.register(DropLoad, shipments.drop_load)
    writers.register(SealLoad, shipments.seal_load)
    writers.register(ReopenLoad, shipments.reopen_load)
    writers.register(CloseLoad, handing_over(shipments.close_load))
    writers.register(DispatchWhole, dispatch_whole)
    writers.register(DeclareParcel, declare_parcel)
    writers.register(WithdrawDeclaration, withdraw_declaration)
    writers.register(RequestPass, request_exit_pass)
    writers.register(WithdrawPass, withdraw_exit_pass)
    writers.register(RecordLeft, note_departure)
    writers.register(PrintParcelLabel, order_label)
    writers.register(PrintPackingList, order_packing_list)
    writers.register(CallOffPackingList, call_off_packing_list)
    writers.register(PrintListAgain, print_list_again)
    writers.register(OrderLabelCopy, order_label_copy)
    writers.register(ApplyLabel, apply_label)
    writers.register(CallOffLabels, call_off_labels)
    writers.register(MoveLabel, move_label_by_scan)
    writers.register(PrintCopyAt, print_copy_at)
    return writers


def worker_of(house: House, press: Press) -> Worker:
    """The worker that empties the outbox: one handler per topic."""
    settings, database, clock = house.settings, house.database, house.clock

    def transport_for(warehouse_code: str) -> Transport:
        return transport_of(settings, warehouse_code, clock)

    size, adapters = ParcelSize(settings.parcel_label_size), asking_adapters(settings.karrio_python)
    handlers: dict[str, Handler] = {}
    for room in (
        OrderChecker(database, clock),
        SlipChecker(database, clock),
        OutgoingMessages(database, clock, signer_of(settings, clock), transport_for, settings.customs_dxp_id),
        PassSender(database, clock, transport_for),
        ReceiptReader(database, clock),
        LabelPrinter(database, clock, press, settings.label_dir, size, given_label, label_failed),
        PaperMaker(database, clock, press),
        CarrierDesk(database, clock, report_parcel_signed, adapters),
        LabelFetcher(database, clock, label_came, label_failed, adapters),
    ):
        handlers |= room.handlers()
    return Worker(database, clock, handlers)
