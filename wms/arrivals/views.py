"""HTTP doors of notices: announce one, look at one. No decisions. `notice_views` is called once by `wms.app`."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from wms.access.model import Capability
from wms.access.session import current_caller, require
from wms.arrivals.intake import NewNotice
from wms.arrivals.lookup import notice_by_number, notice_lines
from wms.arrivals.model import NoticeState
from wms.arrivals.service import create_notice
from wms.catalogue.tables import Sku
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.web.answers import json_answer
from wms.web.decoding import read_json

MOST_BYTES = 1024 * 1024
"""A notice of 5,000 lines."""


@dataclass(frozen=True, slots=True)
class NoticeReceipt:
    """The answer to an announcement, the same however often it is sent."""

    id: UUID
    merchant: str
    number: str
    lines: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeLineStanding:
    """What was announced of a SKU, and what came."""

    line_no: int
    sku: str
    expected: int
    received: int
    over: int
    short: int


@dataclass(frozen=True, slots=True)
class NoticeStanding:
    """How far a notice is; once closed, this is its report."""

    id: UUID
    number: str
    state: NoticeState
    lines: tuple[NoticeLineStanding, ...]


def notice_views(database: Database, clock: Clock) -> Blueprint:
    """The blueprint, to be registered on an app with access."""
    views = Blueprint("arrivals", __name__, url_prefix="/api/v1/notices")

    @views.post("")
    @require(Capability.PUSH_ORDERS)
    def announce() -> Response:
        wanted, warehouse_id = read_json(NewNotice, most_bytes=MOST_BYTES), current_caller().warehouse_id
        now = clock.now()
        taken = database.in_transaction(lambda session: create_notice(session, warehouse_id, wanted, now=now))
        receipt = NoticeReceipt(taken.id, taken.merchant, taken.number, taken.lines, taken.taken_at)
        return json_answer(receipt, HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK)

    @views.get("/<path:number>")
    @require(Capability.PUSH_ORDERS, Capability.SEE_BOARD)
    def show(number: str) -> Response:
        warehouse_id = current_caller().warehouse_id
        return json_answer(database.reading(lambda session: _standing(session, warehouse_id, number)))

    return views


def _standing(session: Session, warehouse_id: int, number: str) -> NoticeStanding:
    notice = notice_by_number(session, warehouse_id, number)
    if notice is None:
        raise NotFound(f"There is no notice {number} here.")
    lines = notice_lines(session, warehouse_id, notice.id)
    rows = session.execute(select(Sku.id, Sku.code).where(Sku.id.in_({line.sku_id for line in lines})))
    codes = {row.id: row.code for row in rows}
    return NoticeStanding(
        notice.id,
        notice.number,
        notice.state,
        tuple(
            NoticeLineStanding(line.line_no, codes[line.sku_id], line.expected, line.received, line.over, line.short)
            for line in lines
        ),
    )
