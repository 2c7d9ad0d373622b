"""The office's pages about carriers, and what a person says about a waybill. No decisions. Called by `views`."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from wms.access.model import Capability
from wms.access.session import current_caller
from wms.carriers.deciding import Decided, ask_again, give_to, say_bought, say_not_bought, take_back
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.office.carriers import CARRIERS_HOME, carrier_board
from wms.office.pages import SEES, Drawer, back, office_page

MOST_LABEL_BYTES = 1024 * 1024


def add_carriers(views: Blueprint, database: Database, clock: Clock, drawer: Drawer) -> None:
    """The board of carriers, and the buttons of a waybill."""
    decides = office_page(drawer, Capability.RETRY_OUTBOX)

    @views.get(CARRIERS_HOME)
    @office_page(drawer, *SEES)
    def carriers() -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        board = database.reading(lambda session: carrier_board(session, scope))
        return drawer.draw("carriers.html", caller, scope, board=board, title="Carriers")

    def decided(work: Callable[[Session], Decided]) -> AnyResponse:
        return back(request.form.get("to", ""), database.in_transaction(work))

    @views.post(f"{CARRIERS_HOME}/waybills/<uuid:booking_id>/again")
    @decides
    def again(booking_id: UUID) -> AnyResponse:
        caller, now = current_caller(), clock.now()
        return decided(lambda session: ask_again(session, caller, booking_id, now=now))

    @views.post(f"{CARRIERS_HOME}/waybills/<uuid:booking_id>/give")
    @decides
    def give(booking_id: UUID) -> AnyResponse:
        caller, now, account = current_caller(), clock.now(), request.form.get("account", "")[:20]
        return decided(lambda session: give_to(session, caller, booking_id, account, now=now))

    @views.post(f"{CARRIERS_HOME}/waybills/<uuid:booking_id>/take-back")
    @decides
    def back_again(booking_id: UUID) -> AnyResponse:
        caller, now, reason = current_caller(), clock.now(), request.form.get("reason", "")[:200]
        return decided(lambda session: take_back(session, caller, booking_id, reason or "by hand", now=now))

    @views.post(f"{CARRIERS_HOME}/waybills/<uuid:booking_id>/bought")
    @decides
    def bought(booking_id: UUID) -> AnyResponse:
        caller, now, number = current_caller(), clock.now(), request.form.get("number", "")[:60]
        file = request.files.get("label")
        label = b"" if file is None else file.read(MOST_LABEL_BYTES)
        return decided(lambda session: say_bought(session, caller, booking_id, number, label, now=now))

    @views.post(f"{CARRIERS_HOME}/waybills/<uuid:booking_id>/not-bought")
    @decides
    def not_bought(booking_id: UUID) -> AnyResponse:
        caller, now = current_caller(), clock.now()
        return decided(lambda session: say_not_bought(session, caller, booking_id, now=now))
