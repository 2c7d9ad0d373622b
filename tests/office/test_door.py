"""The office's own door."""

import pytest
from flask.testing import FlaskClient

from tests.office.scene import page_token, post, signed_in
from tests.support.floor import PIN, Floor


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What these tests look at is drawn the same from either database."""
    return sqlite_database_url


@pytest.fixture
def stranger(floor: Floor) -> FlaskClient:
    return floor.app.test_client()


def test_who_is_not_signed_in_is_led_to_the_door_and_back(stranger: FlaskClient) -> None:
    answer = stranger.get("/office/orders/late?q=4")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/office/sign-in?to=%2Foffice%2Forders%2Flate%3Fq%3D4",
    )
    door = stranger.get(answer.headers["Location"])
    assert door.status_code == 200
    assert 'name="to" value="/office/orders/late?q=4"' in door.text
    entered = stranger.post("/office/sign-in", data={"badge": "EMP-1", "pin": PIN, "to": "/office/orders/late?q=4"})
    assert (entered.status_code, entered.headers["Location"]) == (303, "/office/orders/late?q=4")
    assert stranger.get("/office/orders/late?q=4").status_code == 200


def test_a_part_of_a_page_is_not_led_anywhere(stranger: FlaskClient) -> None:
    assert stranger.get("/office", headers={"X-Fragment": "main"}).status_code == 401


def test_wrong_ways_in(stranger: FlaskClient) -> None:
    unknown = stranger.post("/office/sign-in", data={"badge": "EMP-99", "pin": PIN})
    assert (unknown.status_code, "badge is not known" in unknown.text) == (401, True)
    for left in (4, 3, 2, 1):
        wrong = stranger.post("/office/sign-in", data={"badge": "EMP-1", "pin": "0000", "to": "/office/stock"})
        assert (wrong.status_code, f"{left} tries left" in wrong.text) == (401, True)
        assert 'value="EMP-1"' in wrong.text
        assert 'name="to" value="/office/stock"' in wrong.text
        assert "0000" not in wrong.text
    stranger.post("/office/sign-in", data={"badge": "EMP-1", "pin": "0000"})
    locked = stranger.post("/office/sign-in", data={"badge": "EMP-1", "pin": PIN})
    assert (locked.status_code, "Wait 5 minutes" in locked.text) == (401, True)
    assert stranger.post("/office/sign-in", data={}).status_code == 401


def test_another_site_cannot_sign_somebody_in(stranger: FlaskClient) -> None:
    data = {"badge": "EMP-1", "pin": PIN}
    assert stranger.post("/office/sign-in", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_door_leads_into_the_office_only(stranger: FlaskClient) -> None:
    for to in ("https://evil.example/", "//evil.example/office", "javascript:alert(1)", "/officer"):
        answer = stranger.post("/office/sign-in", data={"badge": "EMP-1", "pin": PIN, "to": to})
        assert answer.headers["Location"] == "/office"
        assert 'name="to" value="/office"' in stranger.get("/office/sign-in", query_string={"to": to}).text


def test_a_picker_is_told_why_he_sees_nothing(floor: Floor) -> None:
    picker = signed_in(floor, "EMP-2")
    for path in ("/office", "/office/stock", "/office/barcodes", "/office/barcodes/sheet"):
        answer = picker.get(path)
        assert answer.status_code == 403
        assert "Chen Yu is signed in as picker" in answer.text


def test_signing_out(client: FlaskClient) -> None:
    assert post(client, "/office/sign-out").headers["Location"] == "/office/sign-in"
    assert client.get("/office").status_code == 303


def test_day_and_dark(client: FlaskClient) -> None:
    assert 'data-theme="auto"' in client.get("/office").text
    for theme in ("dark", "day"):
        answer = client.post(
            "/office/theme", data={"csrf_token": page_token(client), "theme": theme, "to": "/office/stock"}
        )
        assert answer.headers["Location"] == "/office/stock"
        assert f'data-theme="{theme}"' in client.get("/office/stock").text


def test_files_that_do_not_exist(stranger: FlaskClient) -> None:
    assert stranger.get("/office/assets/office.0.css").status_code == 404
