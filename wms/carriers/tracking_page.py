"""The public page of a parcel, by a link nobody can guess, in English and Chinese. Registered in `wms.app`.

It names nobody: only our own words for where the parcel is, the place as far as a city, and the waybill number its
recipient has anyway. What the carrier said in sentences stays inside. It looks again by entity tag, so that a page that
is left open costs next to nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.fold import STAGE
from wms.carriers.model import TrackingStatus
from wms.carriers.tracking import events_of, tracked_by_token
from wms.carriers.wording import page_words, status_words
from wms.database.transaction import Database
from wms.kernel.masking import masked_address, scrub
from wms.places.tables import Warehouse
from wms.shipments.lookup import parcels_by_id

STATIC = Path(__file__).parent / "static"
_FILES = {"tracking.js": "text/javascript; charset=utf-8", "tracking.css": "text/css; charset=utf-8"}
_LONGEST_CITY = 12
_PACKED, _LEFT = -2, -1
"""Stages of our own, before all of the carrier's."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    at: str
    what: str
    place: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page shows."""

    number: str
    carrier: str
    status: TrackingStatus
    status_words: str
    since: str
    clock: str
    history: tuple[Happened, ...]


def tracking_views(database: Database) -> Blueprint:
    """The blueprint. Needs nobody to be signed in."""
    views = Blueprint("tracking", __name__, template_folder="templates", url_prefix="/t")
    files = {name: (STATIC / name).read_bytes() for name in _FILES}

    @views.get("/assets/<name>")
    def asset(name: str) -> Response:
        if name not in files:
            return Response("", 404)
        response = Response(files[name], content_type=_FILES[name])
        response.headers["Cache-Control"] = "public, max-age=300"
        response.set_etag(hashlib.sha256(files[name]).hexdigest()[:32])
        response.make_conditional(request)
        return response

    @views.get("/<token>")
    def page(token: str) -> Response:
        language = language_of_request()
        sheet = database.reading(lambda session: sheet_of(session, token, language))
        text = render_template(
            "carriers/tracking.html",
            sheet=sheet,
            language=language,
            words=lambda word: page_words(word, language),
        )
        response = Response(text, 200 if sheet else 404, content_type="text/html; charset=utf-8")
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Accept-Language"
        # The link is the key: it must not travel to other sites, nor into search engines.
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if sheet is not None:
            response.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
            response.make_conditional(request)
        return response

    return views


def language_of_request() -> str:
    """What the address asks for, else what the browser prefers."""
    wanted = request.args.get("lang", "")
    if wanted in ("en", "zh"):
        return wanted
    return request.accept_languages.best_match(["en", "zh"], default="en") or "en"


def sheet_of(session: Session, token: str, language: str) -> Sheet | None:
    """What is to be told behind a link; None where there is nothing."""
    row = tracked_by_token(session, token)
    if row is None:
        return None
    parcel = parcels_by_id(session, row.warehouse_id, [row.parcel_id])[row.parcel_id]
    warehouse = session.get_one(Warehouse, row.warehouse_id)
    zone = ZoneInfo(warehouse.timezone)
    account = account_by_code(session, row.warehouse_id, row.account_code)
    carrier = (account.name_zh if language == "zh" else account.name) if account else warehouse.logistics_name

    def moment(at: datetime) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    told = events_of(session, row.warehouse_id, row.account_code, row.waybill_no)
    # By time, and of one moment by stage: what we did before anything the carrier did.
    happened = [(parcel.closed_at, _PACKED, page_words("packed", language), "")]
    if parcel.dispatched_at is not None:
        happened.append((parcel.dispatched_at, _LEFT, page_words("left", language), ""))
    happened += [
        (event.at, STAGE[event.status], status_words(event.status, language), city_of(event.place))
        for event in told
        if event.status is not TrackingStatus.OTHER
    ]
    if parcel.void is not None:
        happened.append((parcel.void.at, _LEFT, page_words("void", language), ""))
    lines = [Happened(moment(at), what, place) for at, _, what, place in sorted(happened, reverse=True)]
    status, since = TrackingStatus(row.status), row.status_since
    said = status_words(status, language)
    if parcel.void is not None:
        since, said = parcel.void.at, page_words("void", language)
    elif status is TrackingStatus.ANNOUNCED:
        # Before a carrier has it in hand, the last that happened happened here.
        since, _, said, _ = max(happened)
    return Sheet(
        number=row.waybill_no,
        carrier=carrier,
        status=status,
        status_words=said,
        since=moment(since),
        clock=_clock(since.astimezone(zone)),
        # A depot that reports the same twice within a minute is one line.
        history=tuple(dict.fromkeys(lines)),
    )


def _clock(moment: datetime) -> str:
    """How far the wall clock is from UTC: UTC+08:00."""
    away = moment.strftime("%z")
    return f"UTC{away[:3]}:{away[3:]}"


def city_of(place: str) -> str:
    """A place without what could be somebody's door."""
    return scrub(place) if len(place) <= _LONGEST_CITY else masked_address(scrub(place))
