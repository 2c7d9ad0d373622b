"""HTTP doors of customs: receipts in, declarations out. No decisions.

`customs_views` is called once by `wms.app`. The door for receipts only stores and answers: whatever a sender delivers
is taken, because a refused receipt would be delivered again for ever; reading it is the worker's business.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from wms.access.model import Capability
from wms.access.session import current_caller, require
from wms.customs.gate import gate
from wms.customs.intake import keep_receipt
from wms.customs.jobs import READ_TOPIC, read_payload
from wms.customs.model import DocumentStanding, StandingHold
from wms.customs.regimes.china.safe_xml import MAX_BYTES
from wms.customs.standing import current_documents, open_holds, standing_of
from wms.customs.tables import DeclarationRow, IncidentRow
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault
from wms.kernel.identity import uuid7
from wms.outbox.service import enqueue
from wms.web.answers import json_answer

MOST_DECLARATIONS = 50


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """Says that the bytes are stored; nothing about what they mean."""

    receipt_id: UUID
    sha256: str


@dataclass(frozen=True, slots=True)
class IncidentView:
    """What customs said after the parcel had left."""

    outcome: str
    since: datetime
    said: str


@dataclass(frozen=True, slots=True)
class DeclarationView:
    """One declaration with the gate's answer and everything that explains it."""

    declaration_id: UUID
    parcel_id: UUID
    order_no: str
    tracking_number: str
    cop_no: str
    pre_no: str | None
    invt_no: str | None
    attempt: int
    state: str
    status: str
    since: datetime
    said: str
    gate_open: bool
    gate_code: str
    holds: tuple[StandingHold, ...]
    documents: tuple[DocumentStanding, ...]
    anomalies: tuple[str, ...]
    incidents: tuple[IncidentView, ...]
    sent_at: datetime | None
    released_at: datetime | None
    left_at: datetime | None


def customs_views(database: Database, clock: Clock) -> Blueprint:
    """The blueprint, to be registered on an app that knows its callers."""
    views = Blueprint("customs", __name__, url_prefix="/api/v1/customs")

    @views.post("/receipts")
    @require(Capability.PUSH_RECEIPTS)
    def take_receipt() -> Response:
        # One byte more than the reader takes, so that a receipt it finds too large is still kept and seen.
        request.max_content_length = MAX_BYTES + 1
        raw, caller, receipt_id = request.get_data(cache=False), current_caller(), uuid7()

        def keep(session: Session) -> str:
            now = clock.now()
            sha256 = keep_receipt(session, caller.warehouse_id, raw, caller.who, receipt_id=receipt_id, now=now)
            enqueue(
                session,
                caller.warehouse_id,
                READ_TOPIC,
                read_payload(receipt_id),
                now=now,
                serial_key=f"receipt:{receipt_id}",
            )
            return sha256

        return json_answer(KeptReceipt(receipt_id, database.in_transaction(keep)), 202)

    @views.get("/declarations")
    @require(Capability.SEE_BOARD, Capability.WORK_DISPATCH, Capability.WORK_PACKING, Capability.PUSH_RECEIPTS)
    def declarations() -> Response:
        wanted = {name: text for name in ("parcel", "order", "cop_no") if (text := request.args.get(name, "").strip())}
        if len(wanted) != 1 or "\0" in "".join(wanted.values()):
            what = "give exactly one of parcel (id or tracking number), order, cop_no"
            raise BadInput([Fault("query", what)])
        warehouse_id = current_caller().warehouse_id
        found = database.reading(lambda session: _declarations(session, warehouse_id, wanted))
        return json_answer({"declarations": found})

    return views


def _declarations(session: Session, warehouse_id: int, wanted: dict[str, str]) -> list[DeclarationView]:
    if "parcel" in wanted:
        condition = or_(
            DeclarationRow.tracking_number == wanted["parcel"],
            DeclarationRow.parcel_id == _uuid_or_none(wanted["parcel"]),
        )
    elif "order" in wanted:
        condition = DeclarationRow.order_no == wanted["order"]
    else:
        condition = DeclarationRow.cop_no == wanted["cop_no"]
    rows = session.scalars(
        select(DeclarationRow)
        .where(DeclarationRow.warehouse_id == warehouse_id, condition)
        .order_by(DeclarationRow.id)
        .limit(MOST_DECLARATIONS)
    ).all()
    return [_view(session, row) for row in rows]


def _view(session: Session, row: DeclarationRow) -> DeclarationView:
    documents = current_documents(session, row.warehouse_id, [row.id])
    standing = standing_of(row, open_holds(session, row.warehouse_id, [row.id]), documents)
    answer = gate(standing)
    incidents = session.scalars(
        select(IncidentRow)
        .where(IncidentRow.warehouse_id == row.warehouse_id, IncidentRow.declaration_id == row.id)
        .order_by(IncidentRow.since, IncidentRow.outcome)
    )
    return DeclarationView(
        declaration_id=row.id,
        parcel_id=row.parcel_id,
        order_no=row.order_no,
        tracking_number=row.tracking_number,
        cop_no=row.cop_no,
        pre_no=row.pre_no,
        invt_no=row.invt_no,
        attempt=row.attempt,
        state=row.state,
        status=row.status,
        since=row.state_since,
        said=row.said,
        gate_open=answer.open,
        gate_code=answer.code,
        holds=standing.holds,
        documents=standing.documents,
        anomalies=tuple(row.anomalies.split()),
        incidents=tuple(IncidentView(incident.outcome, incident.since, incident.said) for incident in incidents),
        sent_at=row.sent_at,
        released_at=row.released_at,
        left_at=row.left_at,
    )


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
