"""A bonded warehouse in the middle of a day, with something behind every number of the board.

Everything is done as in life, by scans, orders and the outbox; only what takes a real day or a broken printer is
written straight: due times, a parked message.
"""

from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.support.customs_hand import answer_pass, release
from tests.support.floor import PIN, Floor, new_order
from wms.labels.press import Press
from wms.orders.service import take_order
from wms.orders.tables import OrderRow
from wms.outbox.service import enqueue
from wms.outbox.tables import OutboxMessage
from wms.places.model import NewPlace, NewWarehouse, PlaceKind
from wms.places.service import create_place, create_warehouse
from wms.stock.tables import LotRow

PARKED_REASON = "Refused: customs_facts_wrong (order=44, where=buyer.id_number, what=must have 18 characters, faults=1)"


def make_busy(floor: Floor, press: Press) -> None:
    """Orders in every stage, parcels everywhere, somebody locked out, something unknown, something parked."""
    floor.put_stock("A-01 RED 40\nA-02 BLUE 6\nA-03 CREAM 8 lot L2607\nR-01 RED 200")
    for number in ("41", "42", "43", "44"):
        floor.order(number, RED=1)
    floor.order("45", RED=2, BLUE=2)
    floor.order("46", CREAM=1, GREEN=3)
    floor.order("47", GREEN=5)
    floor.order("48", RED=1)

    boss = floor.handheld("EMP-1")
    for tote in range(1, 5):
        boss.scans(f"T-{tote}", "A-01", "RED")
    boss.scans("T-1", "BENCH-1", "RED", "BOX-S", "150g")
    boss.scans("T-2", "RED", "BOX-S", "150g")
    floor.work_off_outbox(press)
    boss.scans("T-3", "RED", "BOX-S", "150g")
    release(floor, "41", "42")
    boss.scans("LANE-1", floor.parcel("41").tracking_no)
    for _ in range(2):
        boss.scan("*DONE*")
    answer_pass(floor)
    boss.scan("*DONE*")
    boss.scans("*DONE*", "LANE-2", floor.parcel("42").tracking_no)
    # Customs have not answered for this one: the lane refuses it, it goes into the cage.
    boss.scan(floor.parcel("43").tracking_no)
    boss.scans("CAGE-1")
    floor.handheld("EMP-4").scans("T-4")
    floor.handheld("EMP-2").scans("T-5", "A-01")

    floor.notice("4711", RED=10, BLUE=5)
    hand = floor.handheld("EMP-3")
    hand.scans("ASN-4711", "P-1", "RED")
    hand.scan("9999999999994")
    hand.scan("9999999999994")
    floor.database.in_transaction(lambda session: _spoil(session, floor))
    for _ in range(5):
        floor.app.test_client().post("/api/v1/sign-in", json={"badge": "EMP-4", "pin": "0000", "device": "x"})


def _spoil(session: Session, floor: Floor) -> None:
    now = floor.clock.now()
    session.execute(update(OrderRow).where(OrderRow.number == "45").values(due_at=now - timedelta(minutes=5)))
    session.execute(update(OrderRow).where(OrderRow.number == "48").values(due_at=now + timedelta(minutes=20)))
    message_id = enqueue(session, floor.warehouse_id, "customs.pack", "{}", now=now, serial_key="x")
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(state="parked", attempts=8, last_error=PARKED_REASON, settled_at=now)
    )
    session.execute(update(LotRow).where(LotRow.code == "L2607").values(expires_on=date(2026, 11, 20)))


def signed_in(floor: Floor, badge: str = "EMP-1") -> FlaskClient:
    """A browser in which somebody has signed in at the office's door."""
    client = floor.app.test_client()
    answer = client.post("/office/sign-in", data={"badge": badge, "pin": PIN, "to": "/office"})
    assert answer.status_code == 303, answer.text
    return client


def page_token(client: FlaskClient) -> str:
    """What the forms of this browser's pages carry."""
    text = client.get("/office").text
    return text.split('name="csrf-token" content="')[1].split('"')[0]


def post(client: FlaskClient, path: str, **fields: str) -> Any:
    """Press a button."""
    return client.post(path, data={"csrf_token": page_token(client), **fields})


def second_warehouse(floor: Floor) -> None:
    """Another warehouse on the same database, with an order, a locked person and a parked message of its own."""

    def work(session: Session) -> None:
        other = create_warehouse(session, NewWarehouse("HZ2", "Hangzhou 2"))
        take_order(session, other, new_order("42", {"RED": 1}), now=floor.clock.now())
        create_place(session, other, NewPlace("A-01", PlaceKind.PICK))
        enqueue(session, other, "label.print", "{}", now=floor.clock.now(), serial_key="x")
        session.execute(update(OutboxMessage).where(OutboxMessage.warehouse_id == other).values(state="parked"))

    floor.database.in_transaction(work)
