"""The few buttons: they do what they say, once, for those who may, and leave a record."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.office.scene import page_token, post, signed_in
from tests.support.floor import PIN, Floor
from wms.access.tables import AuditRow
from wms.labels.press import Press
from wms.outbox.tables import OutboxMessage


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What these tests look at is drawn the same from either database."""
    return sqlite_database_url


def trail(floor: Floor, what: str) -> list[str]:
    rows = floor.database.reading(
        lambda session: session.execute(select(AuditRow).where(AuditRow.what == what)).scalars().all()
    )
    return [f"{row.who} {row.on_what}" for row in rows]


def parked(floor: Floor) -> OutboxMessage:
    query = select(OutboxMessage).where(OutboxMessage.payload == "{}")
    return floor.database.reading(lambda session: session.execute(query).scalar_one())


def test_a_parked_message_is_shown_with_its_reason_in_words(busy: Floor, client: FlaskClient) -> None:
    for path in ("/office", "/office/messages/parked"):
        text = client.get(path).text
        assert "Sign documents for customs" in text
        assert "is not fit for customs (buyer.id_number)" in text
        assert f'action="/office/messages/{parked(busy).id}/retry"' in text


def test_retrying_a_parked_message(busy: Floor, client: FlaskClient) -> None:
    message = parked(busy)
    answer = post(client, f"/office/messages/{message.id}/retry", to="/office/messages/parked?page=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/office/messages/parked?page=1&said=retried")
    assert parked(busy).state == "pending"
    assert trail(busy, "message_retried") == [f"EMP-1 {message.id}"]
    assert "Sent back to work" in client.get(answer.headers["Location"]).text

    again = post(client, f"/office/messages/{message.id}/retry", to="/office")
    assert again.headers["Location"] == "/office?said=message_not_parked"
    assert len(trail(busy, "message_retried")) == 1
    assert "Somebody was faster" in client.get(again.headers["Location"]).text


def test_unlocking_a_badge(busy: Floor, client: FlaskClient) -> None:
    assert "Ben Okoro" in client.get("/office/people/locked").text
    answer = post(client, "/office/people/EMP-4/unlock", to="/office/people/locked")
    assert answer.headers["Location"] == "/office/people/locked?said=unlocked"
    assert trail(busy, "operator_unlocked") == ["EMP-1 EMP-4"]
    assert "Everybody can sign in" in client.get("/office/people/locked").text
    assert busy.handheld("EMP-4").csrf_token
    assert post(client, "/office/people/EMP-99/unlock").headers["Location"] == "/office?said=bad_badge"


def test_printing_a_further_copy(busy: Floor, press: Press, client: FlaskClient) -> None:
    tracking = busy.parcel("42").tracking_no
    answer = post(client, f"/office/parcels/{tracking}/copies/2", to="/office/order/42")
    assert answer.headers["Location"] == "/office/order/42?said=reprinted"
    assert trail(busy, "label_reprinted") == [f"EMP-1 {tracking}"]
    assert "Print copy 3" in client.get("/office/order/42").text
    again = post(client, f"/office/parcels/{tracking}/copies/2", to="/office/order/42")
    assert again.headers["Location"] == "/office/order/42?said=asked_before"
    unknown = post(client, "/office/parcels/CP000000000CN/copies/2")
    assert unknown.headers["Location"] == "/office?said=parcel_not_known"
    busy.work_off_outbox(press, hours=0)
    assert (busy.settings.label_dir / f"{tracking}-copy-2.png").exists()


def test_a_button_leads_nowhere_else(floor: Floor, client: FlaskClient) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "/officer", "/", "/office\\x", "/office\n"):
        answer = post(client, "/office/people/EMP-99/unlock", to=elsewhere)
        assert answer.headers["Location"] == "/office?said=bad_badge", elsewhere


def test_buttons_need_the_page_s_token(busy: Floor, client: FlaskClient) -> None:
    for path in (f"/office/messages/{parked(busy).id}/retry", "/office/people/EMP-4/unlock", "/office/sign-out"):
        assert client.post(path).status_code == 403
        assert client.post(path, data={"csrf_token": "x"}).status_code == 403
    assert parked(busy).state == "parked"


def test_who_sees_nothing_presses_nothing(busy: Floor) -> None:
    picker = busy.app.test_client()
    picker.post("/office/sign-in", data={"badge": "EMP-2", "pin": PIN})
    token = picker.get("/api/v1/me").get_json()["csrf_token"]
    answer = picker.post(f"/office/messages/{parked(busy).id}/retry", data={"csrf_token": token})
    assert answer.status_code == 403
    assert parked(busy).state == "parked"


def test_every_form_of_every_page_carries_the_token(busy: Floor) -> None:
    client = signed_in(busy)
    token = page_token(client)
    for path in ("/office", "/office/messages/parked", "/office/people/locked", "/office/order/42"):
        forms = re.findall(r'<form method="post".*?</form>', client.get(path).text, re.DOTALL)
        assert forms
        assert all(f'name="csrf_token" value="{token}"' in form for form in forms), path
