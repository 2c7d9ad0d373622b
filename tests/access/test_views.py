"""Sign-in and everything behind it, through a real client."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.access.conftest import BOSS, PIN, START, Hire
from wms.access.model import Role
from wms.access.rules import MOST_TRIES
from wms.access.service import create_api_token
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock


def sign_in(client: FlaskClient, badge: str = "EMP-1", pin: str = PIN, **headers: str) -> TestResponse:
    return client.post("/api/v1/sign-in", json={"badge": badge, "pin": pin, "device": "HH-1"}, headers=headers)


def page_token(client: FlaskClient) -> dict[str, str]:
    return {"X-CSRF-Token": client.get("/page").text}


def bearer(database: Database, role: Role = Role.INTEGRATION) -> dict[str, str]:
    token = database.in_transaction(lambda session: create_api_token(session, BOSS, name="shop", role=role, now=START))
    return {"Authorization": f"Bearer {token}"}


def test_sign_in(client: FlaskClient, hire: Hire) -> None:
    hire("EMP-1")
    answer = sign_in(client)
    assert answer.status_code == 200
    assert answer.get_json() == {
        "operator": {"name": "Person EMP-1", "role": "picker", "language": "en"},
        "csrf_token": client.get("/page").text,
        "shift_until": "2026-11-23T18:00:00Z",
        "offline_allowed": True,
        "screen": "home of Person EMP-1",
    }
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_cookie_is_out_of_reach(client: FlaskClient, hire: Hire, scheme: str, secure: bool) -> None:
    hire("EMP-1")
    answer = client.post(
        "/api/v1/sign-in",
        json={"badge": "EMP-1", "pin": PIN, "device": "HH-1"},
        base_url=f"{scheme}://localhost",
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert "Max-Age=43200" in cookie
    assert ("Secure" in cookie) is secure


def test_refused_sign_ins(client: FlaskClient, hire: Hire) -> None:
    hire("EMP-1")
    unknown = sign_in(client, "EMP-2")
    assert (unknown.status_code, unknown.get_json()["code"]) == (401, "bad_badge")
    assert "WWW-Authenticate" in unknown.headers
    wrong = sign_in(client, pin="0000")
    assert (wrong.status_code, wrong.get_json()["code"]) == (401, "bad_pin")
    assert wrong.get_json()["details"] == {"tries_left": 4}
    for _ in range(MOST_TRIES):
        locked = sign_in(client, pin="0000")
    assert (locked.status_code, locked.get_json()["code"]) == (401, "locked_out")
    assert locked.get_json()["details"] == {"minutes": 5}
    for answer in (unknown, wrong, locked):
        assert answer.get_json()["detail"]
        assert "Set-Cookie" not in answer.headers


def test_a_sign_in_with_faults_counts_no_try(client: FlaskClient, hire: Hire) -> None:
    hire("EMP-1")
    answer = client.post("/api/v1/sign-in", json={"badge": "EMP-1", "pin": 1234})
    assert answer.status_code == 400
    assert [fault["where"] for fault in answer.get_json()["faults"]] == ["pin", "device"]
    assert sign_in(client, pin="0000").get_json()["details"] == {"tries_left": 4}


@pytest.mark.parametrize(("header", "value"), [("Sec-Fetch-Site", "cross-site"), ("Origin", "http://evil.example")])
def test_another_site_cannot_sign_anybody_in(client: FlaskClient, hire: Hire, header: str, value: str) -> None:
    hire("EMP-1")
    answer = sign_in(client, **{header: value})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "request_not_proven")
    assert client.get("/api/v1/me").status_code == 401


def test_a_plain_form_cannot_sign_anybody_in(client: FlaskClient, hire: Hire) -> None:
    hire("EMP-1")
    answer = client.post("/api/v1/sign-in", data={"badge": "EMP-1", "pin": PIN, "device": "HH-1"})
    assert answer.status_code == 415


def test_who_am_i(client: FlaskClient, hire: Hire) -> None:
    hire("EMP-1", Role.PACKER)
    sign_in(client)
    assert client.get("/api/v1/me").get_json() == {
        "operator": {"name": "Person EMP-1", "role": "packer", "language": "en"},
        "warehouse_id": 1,
        "device": "HH-1",
        "capabilities": ["work_dispatch", "work_packing"],
        "csrf_token": client.get("/page").text,
        "shift_until": "2026-11-23T18:00:00Z",
        "offline_allowed": True,
    }


def test_nobody_signed_in(client: FlaskClient) -> None:
    for answer in (client.get("/api/v1/me"), client.post("/api/v1/picks"), client.post("/api/v1/sign-out")):
        assert (answer.status_code, answer.get_json()["code"]) == (401, "not_signed_in")
    assert client.get("/page").text == ""


def test_a_page_sends_back_its_token(client: FlaskClient, hire: Hire) -> None:
    hire("EMP-1")
    sign_in(client)
    assert client.post("/api/v1/picks", headers=page_token(client)).get_json() == "EMP-1"
    assert client.post("/api/v1/picks", data={"csrf_token": client.get("/page").text}).get_json() == "EMP-1"


@pytest.mark.parametrize("token", [None, "", "0" * 64, "nonsense"])
def test_without_it_nothing_is_changed(client: FlaskClient, hire: Hire, token: str | None) -> None:
    hire("EMP-1")
    sign_in(client)
    headers = {} if token is None else {"X-CSRF-Token": token}
    for address in ("/api/v1/picks", "/api/v1/sign-out"):
        answer = client.post(address, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "request_not_proven")
    assert client.get("/api/v1/me").status_code == 200


def test_the_page_token_of_somebody_else_is_wrong(app: Flask, hire: Hire) -> None:
    hire("EMP-1")
    hire("EMP-2")
    mine, other = app.test_client(), app.test_client()
    sign_in(mine)
    sign_in(other, "EMP-2")
    assert mine.post("/api/v1/picks", headers=page_token(other)).status_code == 403


def test_a_role_may_only_do_its_own_work(client: FlaskClient, hire: Hire) -> None:
    hire("EMP-1", Role.PACKER)
    sign_in(client)
    answer = client.post("/api/v1/picks", headers=page_token(client))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")


def test_one_of_several_capabilities_is_enough(client: FlaskClient, hire: Hire, database: Database) -> None:
    hire("EMP-1", Role.ADMIN)
    sign_in(client)
    assert client.post("/api/v1/orders", headers=page_token(client)).get_json() == "EMP-1"
    assert client.post("/api/v1/orders", headers=bearer(database)).get_json() == "api:shop"


def test_sign_out(client: FlaskClient, hire: Hire) -> None:
    hire("EMP-1")
    sign_in(client)
    cookie = client.get_cookie("wms_session")
    assert cookie is not None
    answer = client.post("/api/v1/sign-out", headers=page_token(client))
    assert answer.status_code == 204
    assert client.get_cookie("wms_session") is None

    client.set_cookie("wms_session", cookie.value)
    assert client.get("/api/v1/me").status_code == 401


def test_a_session_that_has_ended(client: FlaskClient, hire: Hire, clock: FixedClock) -> None:
    hire("EMP-1")
    sign_in(client)
    token = page_token(client)
    clock.forward(timedelta(hours=12))
    answer = client.post("/api/v1/picks", headers=token)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "not_signed_in")


def test_another_badge_on_the_same_browser_takes_over(client: FlaskClient, hire: Hire) -> None:
    hire("EMP-1")
    hire("EMP-2")
    sign_in(client)
    old = client.get_cookie("wms_session")
    assert old is not None
    sign_in(client, "EMP-2")
    assert client.get("/api/v1/me").get_json()["operator"]["name"] == "Person EMP-2"
    client.set_cookie("wms_session", old.value)
    assert client.get("/api/v1/me").status_code == 401


def test_a_program_needs_no_page_token(client: FlaskClient, database: Database) -> None:
    headers = bearer(database)
    assert client.post("/api/v1/orders", headers=headers).get_json() == "api:shop"
    answer = client.post("/api/v1/picks", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("token", ["", "nonsense", "api-1-" + "a" * 43])
def test_a_wrong_program_token_is_not_saved_by_a_cookie(client: FlaskClient, hire: Hire, token: str) -> None:
    hire("EMP-1")
    sign_in(client)
    headers = {"Authorization": f"Bearer {token}", **page_token(client)}
    assert client.post("/api/v1/picks", headers=headers).status_code == 401


def test_a_supervisor_unlocks(app: Flask, hire: Hire) -> None:
    hire("EMP-1")
    hire("EMP-9", Role.SUPERVISOR)
    picker, supervisor = app.test_client(), app.test_client()
    for _ in range(MOST_TRIES):
        sign_in(picker, pin="0000")
    sign_in(supervisor, "EMP-9")
    token = page_token(supervisor)

    unlocked = supervisor.post("/api/v1/operators/unlock", json={"badge": "EMP-1"}, headers=token)
    assert (unlocked.status_code, unlocked.get_json()["operator"]["name"]) == (200, "Person EMP-1")
    assert sign_in(picker).status_code == 200
    unknown = supervisor.post("/api/v1/operators/unlock", json={"badge": "EMP-5"}, headers=token)
    assert (unknown.status_code, unknown.get_json()["code"]) == (409, "bad_badge")
    not_his = picker.post("/api/v1/operators/unlock", json={"badge": "EMP-1"}, headers=page_token(picker))
    assert not_his.status_code == 403


def test_a_person_chooses_his_language(app: Flask, hire: Hire) -> None:
    hire("EMP-1")
    client = app.test_client()
    sign_in(client)
    token = page_token(client)
    assert client.post("/api/v1/language", json={"language": "zh"}).status_code == 403
    assert client.post("/api/v1/language", json={"language": "zh"}, headers=token).status_code == 204
    assert client.get("/api/v1/me").get_json()["operator"]["language"] == "zh"
    assert sign_in(app.test_client()).get_json()["operator"]["language"] == "zh"
    wrong = client.post("/api/v1/language", json={"language": "tlh"}, headers=token)
    assert wrong.status_code == 400
    assert "must be one of en, zh" in wrong.text


def test_a_program_has_no_language(client: FlaskClient, database: Database) -> None:
    answer = client.post("/api/v1/language", json={"language": "zh"}, headers=bearer(database))
    assert answer.status_code == 403
