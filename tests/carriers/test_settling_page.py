"""What nobody can look up is shown to the office with our reference, and answered there with the carrier's number."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.carriers.karrio_scene import SECRET, SETTINGS, StandIn, standing_in
from tests.carriers.test_closing import office
from tests.support.floor import Floor, opened_floor
from wms.access.model import command_line
from wms.carriers.accounts import NewAccount, set_account, set_rules
from wms.carriers.adapters import adapter_of
from wms.carriers.asking import ask_for_waybill
from wms.carriers.jobs import CarrierDesk
from wms.carriers.model import Account, CarrierKind, short_reference
from wms.carriers.port import CarrierPort
from wms.carriers.rules import Rule
from wms.carriers.tables import CarrierBookingRow
from wms.customs.signed_for import report_parcel_signed
from wms.kernel.clock import Clock
from wms.orders.tables import OrderRow
from wms.outbox.worker import Worker


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What the page shows is the same over either database."""
    return sqlite_database_url


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[StandIn]:
    with standing_in(tmp_path / "karrio") as made:
        yield made


@pytest.fixture
def floor(database_url: str, tmp_path: Path, stand_in: StandIn) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "none") as opened:
        opened.put_stock("A-01 RED 20")
        in_doubt(opened, stand_in)
        yield opened


def in_doubt(floor: Floor, stand_in: StandIn) -> None:
    """Order 42 to Berlin: bought, and nobody heard of it."""
    by, now = command_line(floor.warehouse_id), floor.clock.now()
    floor.order("42", RED=1)

    def set_up(session: Session) -> None:
        account = NewAccount("DHL", CarrierKind.KARRIO, "DHL", settings=tuple(SETTINGS.items()), secret=SECRET)
        set_account(session, by, account, now=now)
        set_rules(session, by, [Rule(1, "DHL"), Rule(2, "OWN")], now=now)
        session.execute(update(OrderRow).values(consignee_address="Musterweg 1 10115 Berlin", consignee_country="DE"))
        order_id = session.scalars(select(OrderRow.id)).one()
        ask_for_waybill(session, floor.warehouse_id, order_id, now=now)

    floor.database.in_transaction(set_up)

    def adapters(account: Account, clock: Clock) -> CarrierPort:
        return adapter_of(account, clock, karrio_children=stand_in.children)

    stand_in.does("silent")
    desk = CarrierDesk(floor.database, floor.clock, report_parcel_signed, adapters)
    worker = Worker(floor.database, floor.clock, desk.handlers())
    while worker.run_once():
        pass


def booking(floor: Floor) -> CarrierBookingRow:
    query = select(CarrierBookingRow).order_by(CarrierBookingRow.generation).limit(1)
    return floor.database.reading(lambda session: session.scalars(query).one())


def answered(client: FlaskClient, page: str, what: str, **values: object) -> str:
    token = page.split('name="csrf-token" content="')[1].split('"', maxsplit=1)[0]
    address = re.search(f'action="(/office/carriers/waybills/[^"]+/{what})"', page)
    assert address is not None, page
    data = {"csrf_token": token, "to": "/office/carriers", **values}
    return str(client.post(address[1], data=data, content_type="multipart/form-data").headers["Location"])


def test_it_is_shown_with_our_reference_and_with_no_other_button(floor: Floor) -> None:
    page = office(floor).get("/office/carriers").text
    assert short_reference("42", booking(floor).key) in page
    assert "It was bought" in page
    assert "Give to this carrier" not in page


def test_bought_with_number_and_label(floor: Floor) -> None:
    client = office(floor)
    page = client.get("/office/order/42").text
    assert answered(client, page, "bought", number="?").endswith("said=waybill_bad_number")
    label = (io.BytesIO(b"not a PDF"), "label.pdf")
    assert answered(client, page, "bought", number="JD0000000001", label=label).endswith("said=waybill_bad_number")
    assert booking(floor).state == "unsettled"
    label = (io.BytesIO(b"%PDF-1.4 from the portal"), "label.pdf")
    assert answered(client, page, "bought", number="JD0000000001", label=label).endswith("said=waybill_settled")
    assert (booking(floor).state, booking(floor).waybill_no) == ("allocated", "JD0000000001")
    assert "Written down." in client.get("/office/carriers?said=waybill_settled").text


def test_not_bought(floor: Floor) -> None:
    client = office(floor)
    page = client.get("/office/carriers").text
    assert answered(client, page, "not-bought").endswith("said=waybill_settled")
    assert booking(floor).state == "rejected"
    after = client.get("/office/order/42").text
    assert "DHL was asked already, it said no: not_bought." in after
