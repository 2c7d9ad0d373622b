"""Pages that show: the board, the lists, messages, people, stock, one order. No decisions. Called by `views`."""

from urllib.parse import quote

from flask import Blueprint, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.session import current_caller, session_token
from wms.database.transaction import Database
from wms.office.benches import BENCHES
from wms.office.board import EXPIRY_SOON
from wms.office.customs_lists import PASSES, WAITING
from wms.office.customs_order import order_number_behind
from wms.office.declared import CUSTOMS, INCIDENTS
from wms.office.inside import ARRIVALS, MESSAGES, PEOPLE, TASKS, WORKFLOWS
from wms.office.listing import ListKind, page_of
from wms.office.messages import messages_page
from wms.office.order import order_sheets
from wms.office.outgoing import ORDERS, PARCELS, SHORT_LINES
from wms.office.pages import (
    BOARD_REFRESH_SECONDS,
    FRAGMENT_HEADER,
    HOME,
    SEES,
    Drawer,
    office_page,
    page_number_of_request,
    search_of_request,
)
from wms.office.shared_board import SharedBoard
from wms.stock.holdings import positions

_LISTS: tuple[ListKind, ...] = (
    *(ORDERS, SHORT_LINES, PARCELS, CUSTOMS, INCIDENTS),
    *(PASSES, WAITING, TASKS, ARRIVALS, BENCHES),
)
"""Lists that one template draws from their columns; messages and people have buttons and templates of their own."""


def add_board_and_lists(views: Blueprint, database: Database, drawer: Drawer) -> None:
    """The board and the lists behind its numbers."""
    sees = office_page(drawer, *SEES)
    shared = SharedBoard(database)

    @views.get(HOME)
    @sees
    def board() -> AnyResponse:
        caller = current_caller()
        look = shared.look(drawer.scope(caller), session_token(), by_itself=FRAGMENT_HEADER in request.headers)
        return drawer.draw(
            "board.html", caller, look.scope, board=look.board, workflows=WORKFLOWS, title="Board",
            refresh_seconds=BOARD_REFRESH_SECONDS,
        )  # fmt: skip

    @views.get(
        "/office/<any(orders, 'short-lines', parcels, customs, incidents, 'exit-passes', 'waiting-receipts', tasks, "
        "'unknown-arrivals', benches):name>/<part>"
    )
    @sees
    def listed(name: str, part: str) -> AnyResponse:
        kind = next(kind for kind in _LISTS if kind.name == name)
        return _list(kind, part)

    def _list(kind: ListKind, part: str) -> AnyResponse:
        if kind.slice_named(part) is None:
            raise NotFound("There is no such list.")
        caller = current_caller()
        scope = drawer.scope(caller)
        search = search_of_request()
        page = database.reading(
            lambda session: page_of(session, kind.statement(scope, part, search), page_number_of_request())
        )
        return drawer.draw(
            "list.html", caller, scope, kind=kind, part=part, page=page, search=search, title=kind.heading
        )

    @views.get("/office/messages/<part>")
    @sees
    def messages(part: str) -> AnyResponse:
        if MESSAGES.slice_named(part) is None:
            raise NotFound("There is no such list.")
        caller = current_caller()
        scope = drawer.scope(caller)
        page, about = database.reading(lambda session: messages_page(session, scope, part, page_number_of_request()))
        return drawer.draw(
            "messages.html",
            caller,
            scope,
            kind=MESSAGES,
            part=part,
            page=page,
            about=about,
            search="",
            title="Messages",
        )

    @views.get("/office/people/locked")
    @sees
    def people() -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        page = database.reading(
            lambda session: page_of(session, PEOPLE.statement(scope, "locked"), page_number_of_request())
        )
        return drawer.draw(
            "people.html", caller, scope, kind=PEOPLE, part="locked", page=page, search="", title="Locked badges"
        )


def add_stock_and_orders(views: Blueprint, database: Database, drawer: Drawer) -> None:
    """Where things lie, and everything about one order."""
    sees = office_page(drawer, *SEES)

    @views.get("/office/stock")
    @sees
    def stock() -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        search, expiring = search_of_request(), request.args.get("expiring") == "1"
        statement = positions(scope.warehouse_id, search, expires_by=scope.today + EXPIRY_SOON if expiring else None)
        page = database.reading(lambda session: page_of(session, statement, page_number_of_request()))
        return drawer.draw(
            "stock.html", caller, scope, page=page, search=search, expiring=expiring, today=scope.today, title="Stock"
        )

    @views.get("/office/order/<path:number>")
    @sees
    def order(number: str) -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        sheets = database.reading(lambda session: order_sheets(session, scope.warehouse_id, number, now=scope.now))
        if not sheets:
            # A tracking number or a number of customs leads to the order as well.
            behind = database.reading(lambda session: order_number_behind(session, scope.warehouse_id, number))
            if behind is None:
                raise NotFound(f"There is no order {number} in this warehouse.")
            return redirect(f"/office/order/{quote(behind)}", 303)
        return drawer.draw("order.html", caller, scope, sheets=sheets, title=f"Order {number}")
