"""Events of carriers: kept once, polled until the end, told to customs when time allows; and the public page."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.carriers.scene import Sending
from tests.carriers.test_bookings import ask
from tests.orders.scene import NOW
from wms.carriers.closing import CORRECTED, close_parcel
from wms.carriers.jobs import CarrierDesk
from wms.carriers.model import TrackingEvent, TrackingStatus
from wms.carriers.plain_push import plain_events, signature
from wms.carriers.port import NotGenuine
from wms.carriers.simulator.courier import JOURNEY, travel
from wms.carriers.simulator.platform import Platform
from wms.carriers.tables import TrackedParcelRow, TrackingEventRow
from wms.carriers.tracking import events_of, keep_events
from wms.carriers.tracking_page import city_of, tracking_views
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.tables import OrderRow
from wms.outbox.tables import OutboxMessage
from wms.shipments.lookup import parcels_by_id
from wms.shipments.model import BoxType, CloseParcel, Parcel
from wms.shipments.numbers import default_ranges, set_up_number_ranges
from wms.shipments.service import add_box_type


def packed(sending: Sending) -> Parcel:
    """A parcel under SF's number."""
    sending.rules()
    order_id = ask(sending)
    sending.work()
    parcel_id = uuid7()

    def work(session: Session) -> Parcel:
        set_up_number_ranges(session, sending.warehouse_id, default_ranges(sending.warehouse_id, "9521234"))
        add_box_type(session, sending.warehouse_id, BoxType("S", 200, 150, 100, 50))
        effect = CloseParcel(parcel_id, order_id, "S", 300, sending.scene.places["BENCH-1"])
        assert close_parcel(session, sending.warehouse_id, effect, now=sending.clock.now()) is None
        return parcels_by_id(session, sending.warehouse_id, [parcel_id])[parcel_id]

    return sending.database.in_transaction(work)


def tracked(sending: Sending) -> TrackedParcelRow:
    return sending.database.reading(lambda session: session.scalars(select(TrackedParcelRow)).one())


def keep(sending: Sending, *events: TrackingEvent) -> int:
    return sending.database.in_transaction(
        lambda session: keep_events(session, sending.warehouse_id, "SF", events, source="push", now=sending.clock.now())
    )


def event(waybill: str, status: TrackingStatus = TrackingStatus.COLLECTED, code: str = "50") -> TrackingEvent:
    return TrackingEvent(waybill, code, status, NOW, "杭州市", "揽收人 10000000009")


def test_an_event_is_kept_once_by_whichever_way_it_comes(sending: Sending) -> None:
    parcel = packed(sending)
    told = event(parcel.tracking_no)
    assert keep(sending, told, told) == 1
    assert keep(sending, told) == 0
    assert tracked(sending).status == "collected"
    (known,) = sending.database.reading(
        lambda session: events_of(session, sending.warehouse_id, "SF", parcel.tracking_no)
    )
    assert "10000000009" not in known.said


def test_a_strangers_parcel_is_not_kept(sending: Sending) -> None:
    packed(sending)
    assert keep(sending, event("SF0000000000000")) == 0
    assert sending.database.reading(lambda session: session.scalars(select(TrackingEventRow)).first()) is None


def test_a_code_nobody_knows_is_kept_and_moves_nothing(sending: Sending) -> None:
    parcel = packed(sending)
    assert keep(sending, event(parcel.tracking_no, TrackingStatus.OTHER, "9999")) == 1
    assert tracked(sending).status == "announced"


def test_a_parcel_is_polled_until_it_is_delivered(sending: Sending, carrier: Platform) -> None:
    parcel = packed(sending)
    sending.work(minutes=31)
    assert carrier.registry.asked("EXP_RECE_SEARCH_ROUTES") == 1
    travel(carrier.registry, sending.clock, parcel.tracking_no, 2)
    sending.work(minutes=31)
    assert tracked(sending).status == "in_transit"
    travel(carrier.registry, sending.clock, parcel.tracking_no, len(JOURNEY))
    sending.work(minutes=31)
    assert tracked(sending).status == "delivered"
    asked = carrier.registry.asked("EXP_RECE_SEARCH_ROUTES")
    sending.work(minutes=120)
    assert carrier.registry.asked("EXP_RECE_SEARCH_ROUTES") == asked


def test_customs_are_told_as_soon_as_they_can_be(sending: Sending) -> None:
    parcel = packed(sending)
    answers: list[int | Refusal] = [7, Refusal("customs_parcel_here")]
    told: list[tuple[UUID, datetime]] = []

    def tell(
        session: Session, warehouse_id: int, parcel_id: UUID, *, signed_at: datetime, now: datetime
    ) -> int | Refusal:
        told.append((parcel_id, signed_at))
        return answers.pop()

    sending.desk = CarrierDesk(sending.database, sending.clock, tell)
    keep(sending, event(parcel.tracking_no, TrackingStatus.DELIVERED, "80"))
    sending.work()
    assert tracked(sending).customs_told == ""
    sending.work(minutes=1)
    assert tracked(sending).customs_told == "told"
    assert told == [(parcel.id, NOW)] * 2
    keep(sending, event(parcel.tracking_no, TrackingStatus.DELIVERED, "8000"))
    sending.work(minutes=1)
    assert len(told) == 2


def test_what_customs_do_not_want_to_hear_is_written_down(sending: Sending) -> None:
    parcel = packed(sending)
    keep(sending, event(parcel.tracking_no, TrackingStatus.DELIVERED, "80"))
    sending.work()
    assert tracked(sending).customs_told == "no_such_declaration"


# --- the public page -------------------------------------------------------------------------------------------------


@pytest.fixture
def browser_of(sending: Sending) -> FlaskClient:
    app = Flask("public", static_folder=None)
    app.register_blueprint(tracking_views(sending.database))
    return app.test_client()


def test_the_page_speaks_two_languages_and_names_nobody(sending: Sending, browser_of: FlaskClient) -> None:
    parcel = packed(sending)
    keep(sending, event(parcel.tracking_no))
    path = f"/t/{tracked(sending).token}"
    english = browser_of.get(path)
    chinese = browser_of.get(path, headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "Collected by the carrier" in english.text
    assert "承运商已揽收" in chinese.text
    assert "承运商已揽收" in browser_of.get(f"{path}?lang=zh").text
    for page in (english, chinese):
        assert parcel.tracking_no in page.text
        assert not any(secret in page.text for secret in ("样例收件人", "10000000001", "揽收人", "样例路"))
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_of_one_moment_the_later_stage_stands_above(sending: Sending, browser_of: FlaskClient) -> None:
    parcel = packed(sending)
    for status in (TrackingStatus.DELIVERED, TrackingStatus.COLLECTED, TrackingStatus.OUT_FOR_DELIVERY):
        keep(sending, event(parcel.tracking_no, status, status))
    page = browser_of.get(f"/t/{tracked(sending).token}").text.partition("What happened so far")[2]
    told = ["Delivered", "Out for delivery", "Collected by the carrier", "Packed in the warehouse"]
    assert sorted(told, key=page.index) == told


def test_the_page_is_live_by_entity_tag(sending: Sending, browser_of: FlaskClient) -> None:
    parcel = packed(sending)
    path = f"/t/{tracked(sending).token}"
    tag = browser_of.get(path).headers["ETag"]
    assert browser_of.get(path, headers={"If-None-Match": tag}).status_code == 304
    keep(sending, event(parcel.tracking_no))
    assert browser_of.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_guess_finds_nothing_and_learns_nothing(sending: Sending, browser_of: FlaskClient) -> None:
    packed(sending)
    token = tracked(sending).token
    assert len(token) >= 27
    first, second = browser_of.get("/t/guess"), browser_of.get(f"/t/{token[:-1]}x")
    assert (first.status_code, second.status_code) == (404, 404)
    assert first.text == second.text


def test_its_files_are_served_and_no_others(browser_of: FlaskClient) -> None:
    assert browser_of.get("/t/assets/tracking.js").status_code == 200
    assert browser_of.get("/t/assets/tracking.css").status_code == 200
    assert browser_of.get("/t/assets/..%2ftracking_page.py").status_code == 404


@pytest.mark.parametrize(
    ("place", "shown"), [("杭州市", "杭州市"), ("样例省样例市示范区样例路12号3幢401室", "样例省样例市***"), ("", "")]
)
def test_a_place_is_no_more_than_a_city(place: str, shown: str) -> None:
    assert city_of(place) == shown


# --- pushed in our own dialect ---------------------------------------------------------------------------------------

BODY = b'{"events": [{"waybill": "CP1", "status": "delivered", "at": "2026-11-05T10:00:00+08:00", "place": "SH"}]}'


def test_plain_events_are_signed() -> None:
    (known,) = plain_events({"X-Signature": signature(BODY, "secret")}, BODY, "secret")
    assert (known.waybill_no, known.status, known.code) == ("CP1", TrackingStatus.DELIVERED, "delivered")
    for headers, secret in (
        ({}, "secret"),
        ({"X-Signature": signature(BODY, "x")}, "secret"),
        ({"X-Signature": ""}, ""),
    ):
        with pytest.raises(NotGenuine):
            plain_events(headers, BODY, secret)


def test_plain_events_with_nonsense_are_refused() -> None:
    for body in (b"{}", b"[]", BODY.replace(b"+08:00", b""), BODY.replace(b"place", b"plaice")):
        with pytest.raises(ValueError):  # noqa: PT011
            plain_events({"X-Signature": signature(body, "s")}, body, "s")
    unknown = BODY.replace(b"delivered", b"beamed up")
    (known,) = plain_events({"X-Signature": signature(unknown, "s")}, unknown, "s")
    assert known.status is TrackingStatus.OTHER


def test_a_corrected_address_needs_a_new_number(sending: Sending) -> None:
    sending.rules()
    order_id = ask(sending)
    sending.work()

    def correct(session: Session) -> Refusal | None:
        session.execute(update(OrderRow).where(OrderRow.id == order_id).values(consignee_address="样例路 2 号"))
        effect = CloseParcel(uuid7(), order_id, "S", 300, sending.scene.places["BENCH-1"])
        return close_parcel(session, sending.warehouse_id, effect, now=NOW)

    refusal = sending.database.in_transaction(correct)
    assert refusal is not None
    assert (refusal.code, refusal.details["said"]) == ("waybill_failed", CORRECTED)


def test_a_parked_wish_is_said_at_the_bench(sending: Sending) -> None:
    sending.rules()
    order_id = ask(sending)

    def park(session: Session) -> Refusal | None:
        session.execute(update(OutboxMessage).values(state="parked"))
        effect = CloseParcel(uuid7(), order_id, "S", 300, sending.scene.places["BENCH-1"])
        return close_parcel(session, sending.warehouse_id, effect, now=NOW + timedelta(minutes=1))

    refusal = sending.database.in_transaction(park)
    assert refusal is not None
    assert refusal.code == "waybill_failed"
