"""HTTP doors of carriers: what they push, what platforms forward, and a parcel's carrier label. No decisions.

`carrier_views` is called once by `wms.app`. A pushed message has no session; its signature is checked before anything
of it is read. The answer tells a stranger nothing: unknown address and wrong signature are the same.
"""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from wms.access.audit import record
from wms.access.model import Capability
from wms.access.session import current_caller, require
from wms.carriers.accounts import account_by_code
from wms.carriers.adapters import adapter_of
from wms.carriers.forwarding import ForwardedWaybill, take_forwarded
from wms.carriers.labels import carrier_label_of_parcel
from wms.carriers.manifests import manifest_of
from wms.carriers.model import Account, CarrierLabel
from wms.carriers.port import NotGenuine
from wms.carriers.tracking import keep_events
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault, NotAllowed
from wms.places.tables import Warehouse
from wms.shipments.lookup import parcels_by_code
from wms.web.answers import json_answer
from wms.web.decoding import read_json

MOST_PUSHED_BYTES = 256 * 1024
MOST_FORWARDED_BYTES = 512 * 1024
_NOT_GENUINE = "This message is not signed by a carrier of ours. Nothing was read."

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


Number = Annotated[str, msgspec.Meta(pattern="^[A-Z0-9]{8,40}$")]
MediaType = Annotated[str, msgspec.Meta(min_length=3, max_length=80)]
RoutingCode = Annotated[str, msgspec.Meta(max_length=60)]


@dataclass(frozen=True, slots=True)
class FurtherBody:
    """The waybill of one more parcel of the same order."""

    waybill: Number
    payload: str
    """Base64."""
    media_type: MediaType = "application/octet-stream"
    routing_code: RoutingCode = ""


@dataclass(frozen=True, slots=True)
class ForwardedBody:
    """`POST /api/v1/carriers/waybills`."""

    order: Text
    account: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    waybill: Number
    payload: str
    """Base64."""
    media_type: MediaType = "application/octet-stream"
    routing_code: RoutingCode = ""
    further: Annotated[list[FurtherBody], msgspec.Meta(max_length=20)] = field(default_factory=list)
    """Of the order's further parcels, in their order."""


def carrier_views(database: Database, clock: Clock) -> Blueprint:
    """The blueprint, to be registered on an app with access."""
    views = Blueprint("carriers", __name__, url_prefix="/api/v1/carriers")

    @views.post("/<warehouse_code>/<account_code>/events")
    def pushed(warehouse_code: str, account_code: str) -> Response:
        body = _body()
        found = database.reading(lambda session: _account(session, warehouse_code, account_code))
        if found is None:
            raise NotAllowed(_NOT_GENUINE)
        warehouse_id, account = found
        try:
            events = adapter_of(account, clock).parse_push(dict(request.headers), body)
        except NotGenuine:
            raise NotAllowed(_NOT_GENUINE) from None
        except ValueError as error:
            raise BadInput([Fault("body", f"cannot be read: {error}")]) from None
        now = clock.now()
        kept = database.in_transaction(
            lambda session: keep_events(session, warehouse_id, account_code, events, source="push", now=now)
        )
        # SF sends a message again and again until it hears these two words.
        return json_answer({"return_code": "0000", "return_msg": "成功", "kept": kept})

    @views.post("/waybills")
    @require(Capability.PUSH_ORDERS)
    def forwarded() -> Response:
        body, caller, now = read_json(ForwardedBody, most_bytes=MOST_FORWARDED_BYTES), current_caller(), clock.now()
        wanted = _forwarded(body)
        bookings = database.in_transaction(
            lambda session: [take_forwarded(session, caller, each, now=now) for each in wanted]
        )
        first, *further = (str(booking_id) for booking_id in bookings)
        return json_answer({"order": body.order, "waybill": body.waybill, "booking": first, "further": further}, 201)

    @views.get("/manifests/<load_code>/<account_code>.csv")
    @require(Capability.SEE_BOARD)
    def manifest(load_code: str, account_code: str) -> Response:
        caller = current_caller()
        found = database.reading(lambda session: manifest_of(session, caller.warehouse_id, load_code, account_code))
        if found is None:
            raise NotFound(
                f"There is no list of load {load_code} for {account_code}: it is written once the load left."
            )
        response = Response(found.content, content_type="text/csv; charset=utf-8")
        response.headers["Cache-Control"] = "private, no-cache"
        response.set_etag(found.sha256)
        response.headers.set("Content-Disposition", "attachment", filename=f"{found.number}-{account_code}.csv")
        return response

    @views.get("/labels/<tracking_number>")
    @require(Capability.SEE_PERSONAL_DATA, Capability.WORK_PACKING)
    def label(tracking_number: str) -> Response:
        caller, now = current_caller(), clock.now()

        def look(session: Session) -> CarrierLabel | None:
            parcels = parcels_by_code(session, caller.warehouse_id, tracking_no=tracking_number)
            found = carrier_label_of_parcel(session, caller.warehouse_id, parcels[0].id) if parcels else None
            if found is not None:
                record(session, caller, "carrier_label_seen", tracking_number, now=now)
            return found

        found = database.in_transaction(look)
        if found is None:
            raise NotFound(f"The carrier has given no label for {tracking_number}.")
        response = Response(found.content, content_type=found.media_type)
        response.headers["Cache-Control"] = "private, no-store"
        # A vendor's payload is for a print component and never for a browser to look at.
        response.headers.set("Content-Disposition", "attachment", filename=tracking_number)
        return response

    return views


def _forwarded(body: ForwardedBody) -> list[ForwardedWaybill]:
    """The waybills of a message. Raises BadInput naming each payload that is none."""
    found, faults = [], []
    all_of_them: list[ForwardedBody | FurtherBody] = [body, *body.further]
    for number, each in enumerate(all_of_them):
        try:
            payload = base64.b64decode(each.payload, validate=True)
        except (binascii.Error, ValueError):
            where = f"further[{number - 1}].payload" if number else "payload"
            faults.append(Fault(where, "is not base64"))
            continue
        found.append(
            ForwardedWaybill(
                body.order, body.account, each.waybill, payload, each.media_type, each.routing_code,
                is_further=number > 0,
            )
        )  # fmt: skip
    if faults:
        raise BadInput(faults)
    return found


def _body() -> bytes:
    request.max_content_length = MOST_PUSHED_BYTES
    if (request.content_length or 0) > MOST_PUSHED_BYTES:
        raise RequestEntityTooLarge(f"This address takes at most {MOST_PUSHED_BYTES} bytes.")
    return request.get_data(cache=False)


def _account(session: Session, warehouse_code: str, account_code: str) -> tuple[int, Account] | None:
    warehouse_id = session.scalar(select(Warehouse.id).where(Warehouse.code == warehouse_code))
    account = None if warehouse_id is None else account_by_code(session, warehouse_id, account_code)
    return None if warehouse_id is None or account is None else (warehouse_id, account)
