"""HTTP doors of customs: receipts in, declarations out. No decisions.

`customs_views` is called once by `wms.app`. The door for receipts only stores and answers: whatever a sender delivers
is taken, because a refused receipt would be delivered again for ever; reading it is the worker's business.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from wms.access.model import Capability
from wms.access.session import current_caller, require
from wms.customs.jobs import READ_TOPIC, read_payload
from wms.customs.model import DeclarationState
from wms.customs.receipts.intake import keep_receipt
from wms.customs.regimes.china.safe_xml import MAX_BYTES
from wms.customs.sheets.reading import sheets_where
from wms.customs.sheets.sheet import DeclarationSheet
from wms.customs.tables import DeclarationRow
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault
from wms.kernel.identity import uuid7
from wms.outbox.service import enqueue
from wms.web.answers import json_answer

MOST_DECLARATIONS = 50
_ASKED_BY = ("cop_no", "order", "parcel", "waybill", "state")


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """Says that the bytes are stored; nothing about what they mean."""

    receipt_id: UUID
    sha256: str


@dataclass(frozen=True, slots=True)
class DeclarationPage:
    """Some declarations, oldest first. `next` goes into `after` for more; null where there are none."""

    declarations: tuple[DeclarationSheet, ...]
    next: UUID | None


@dataclass(frozen=True, slots=True)
class _Question:
    condition: ColumnElement[bool]
    many: bool
    after: UUID | None
    limit: int


def customs_views(database: Database, clock: Clock) -> Blueprint:
    """The blueprint, to be registered on an app that knows its callers."""
    views = Blueprint("customs", __name__, url_prefix="/api/v1/customs")

    @views.post("/receipts")
    @require(Capability.PUSH_RECEIPTS)
    def take_receipt() -> Response:
        # One byte more than the reader takes, so that a receipt it finds too large is still kept and seen.
        request.max_content_length = MAX_BYTES + 1
        # The bytes as they are: no header says how to read them, and a form must not be taken apart here.
        raw, caller, receipt_id = request.get_data(cache=False, parse_form_data=False), current_caller(), uuid7()

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
        question = _question()
        warehouse_id = current_caller().warehouse_id
        # One more than asked for tells whether there are more.
        found = database.reading(
            lambda session: sheets_where(
                session,
                warehouse_id,
                question.condition,
                after=question.after,
                limit=question.limit + 1,
                many=question.many,
            )
        )
        page = found[: question.limit]
        return json_answer(DeclarationPage(tuple(page), page[-1].declaration_id if len(found) > len(page) else None))

    return views


def _question() -> _Question:
    """What the query asks for. Raises BadInput with all that is wrong."""
    faults: list[Fault] = []
    wanted = {name: text for name in _ASKED_BY if (text := request.args.get(name, "").strip())}
    if len(wanted) != 1 or "\0" in "".join(wanted.values()):
        faults.append(Fault("query", f"give exactly one of {', '.join(_ASKED_BY)}"))
    state = wanted.get("state")
    if state is not None and state not in list(DeclarationState):
        faults.append(Fault("state", f"must be one of {', '.join(DeclarationState)}"))
    said_limit = request.args.get("limit", str(MOST_DECLARATIONS))
    limit = int(said_limit) if said_limit.isascii() and said_limit.isdigit() and len(said_limit) < 4 else 0
    if not 1 <= limit <= MOST_DECLARATIONS:
        faults.append(Fault("limit", f"must be a number from 1 to {MOST_DECLARATIONS}"))
    said_after = request.args.get("after", "").strip()
    after = _uuid_or_none(said_after)
    if said_after and after is None:
        faults.append(Fault("after", "must be the `next` of an earlier answer"))
    if faults:
        raise BadInput(faults)
    return _Question(_condition(wanted), "state" in wanted, after, limit)


def _condition(wanted: dict[str, str]) -> ColumnElement[bool]:
    ((name, text),) = wanted.items()
    match name:
        case "parcel":
            # One or the other: for a question with "or" SQLite walks through all declarations.
            parcel_id = _uuid_or_none(text)
            return (
                DeclarationRow.tracking_number == text if parcel_id is None else DeclarationRow.parcel_id == parcel_id
            )
        case "waybill":
            return DeclarationRow.tracking_number == text
        case "order":
            return DeclarationRow.order_no == text
        case "state":
            return DeclarationRow.state == text
        case _:
            return DeclarationRow.cop_no == text


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
