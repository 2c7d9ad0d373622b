"""A platform gives a number for each parcel of an order; the second parcel waits for its own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.carriers.scene import Sending
from tests.carriers.test_several_parcels import close, set_up
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.access.session import register_access
from wms.access.sign_in import Doorman
from wms.carriers.forwarding import ForwardedWaybill, take_forwarded
from wms.carriers.rules import Rule
from wms.carriers.views import carrier_views
from wms.kernel.errors import Conflict
from wms.places.tables import Warehouse
from wms.shipments.model import Parcel
from wms.web.problems import register_problems

FIRST = ForwardedWaybill("42", "PLATFORM", "LP00000000000001", b"one", "application/x-cainiao")
SECOND = replace(FIRST, waybill="LP00000000000002", payload=b"two", is_further=True)


def forward(sending: Sending, wanted: ForwardedWaybill) -> None:
    by, now = command_line(sending.warehouse_id), sending.clock.now()
    sending.database.in_transaction(lambda session: take_forwarded(session, by, wanted, now=now))


@pytest.mark.parametrize("at_once", [True, False])
def test_each_parcel_has_a_number_of_its_own(sending: Sending, at_once: bool) -> None:
    order_id = set_up(sending, Rule(1, "PLATFORM"))
    forward(sending, FIRST)
    with pytest.raises(Conflict, match="travels under another number"):
        forward(sending, replace(SECOND, is_further=False))
    if at_once:
        forward(sending, SECOND)
    sending.rules(Rule(1, "SF"))
    assert isinstance(close(sending, order_id, 1, is_last=False), Parcel)
    sending.work(minutes=9)
    if not at_once:
        assert sending.story(order_id)[-1] == "PLATFORM pending", "whatever the rules say now"
        assert close(sending, order_id, 2, is_last=True) == "waybill_not_sent"
        forward(sending, replace(SECOND, is_further=False))
    forward(sending, FIRST)
    forward(sending, SECOND)
    parcel = close(sending, order_id, 2, is_last=True)
    assert isinstance(parcel, Parcel)
    rows = sending.bookings(order_id)
    assert [(row.parcel_number, row.waybill_no) for row in rows] == [(1, FIRST.waybill), (2, SECOND.waybill)]


def test_there_is_no_room_for_a_further_one_where_customs_want_one_parcel(sending: Sending) -> None:
    set_up(sending, Rule(1, "PLATFORM"))
    forward(sending, FIRST)
    bonded = update(Warehouse).where(Warehouse.id == sending.warehouse_id).values(customs_regime="china")
    sending.database.in_transaction(lambda session: session.execute(bonded))
    with pytest.raises(Conflict, match="in one parcel only"):
        forward(sending, SECOND)


def test_one_message_brings_the_numbers_of_all_parcels(sending: Sending) -> None:
    order_id = set_up(sending, Rule(1, "PLATFORM"))
    door = shop(sending)
    message: dict[str, Any] = {
        "order": "42", "account": "PLATFORM", "waybill": FIRST.waybill, "payload": "b25l",
        "further": [{"waybill": SECOND.waybill, "payload": "dHdv", "media_type": "application/x-cainiao"}],
    }  # fmt: skip
    bad = door.post("/api/v1/carriers/waybills", json={**message, "payload": "!", "further": [
        {"waybill": SECOND.waybill, "payload": "?"}]})  # fmt: skip
    assert [fault["where"] for fault in bad.get_json()["faults"]] == ["payload", "further[0].payload"]
    twice = door.post("/api/v1/carriers/waybills", json={**message, "further": [*message["further"]] * 2})
    assert twice.status_code == 201, "the same again changes nothing"
    assert door.post("/api/v1/carriers/waybills", json=message).status_code == 201
    rows = sending.bookings(order_id)
    assert [(row.parcel_number, row.waybill_no) for row in rows] == [(1, FIRST.waybill), (2, SECOND.waybill)]


def shop(sending: Sending) -> FlaskClient:
    """A client that shows the token of a platform's program."""
    app = Flask(__name__)
    register_problems(app)
    register_access(app, Doorman(sending.database, sending.clock, "k" * 32, timedelta(hours=12)))
    app.register_blueprint(carrier_views(sending.database, sending.clock))
    by, now = command_line(sending.warehouse_id), sending.clock.now()
    token = sending.database.in_transaction(
        lambda session: create_api_token(session, by, name="platform", role=Role.INTEGRATION, now=now)
    )
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client
