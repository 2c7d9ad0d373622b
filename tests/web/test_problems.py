import logging
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import Raiser
from wms.kernel.errors import BadInput, Busy, Conflict, Fault, NotAllowed, NotSignedIn, Refused
from wms.kernel.refusal import Refusal
from wms.web.cross_site import ForgedRequest

CASES = [
    (BadInput([Fault("lines[0].sku", "is missing"), Fault("number", "is missing")]), 400, "bad_input"),
    (NotSignedIn("Scan your badge."), 401, "not_signed_in"),
    (NotAllowed("A picker may not do this."), 403, "not_allowed"),
    (ForgedRequest("Load the page again."), 403, "request_not_proven"),
    (Conflict("same id, other contents"), 409, "conflict"),
    (Refused(Refusal("order_gone", {"order": "A-1"})), 409, "order_gone"),
    (Busy("five times"), 503, "busy"),
    (RuntimeError("the password is swordfish"), 500, "fault"),
]


@pytest.mark.parametrize(("error", "status", "code"), CASES)
def test_below_api_an_error_is_a_problem_document(
    client_of_view_that_raises: Raiser, error: Exception, status: int, code: str
) -> None:
    answer = client_of_view_that_raises(error).get("/api/v1/broken")

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    document = answer.get_json()
    assert (document["status"], document["code"], document["instance"]) == (status, code, "/api/v1/broken")
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["detail"]


@pytest.mark.parametrize(("error", "status", "_code"), CASES)
def test_elsewhere_an_error_is_a_page(
    client_of_view_that_raises: Raiser, error: Exception, status: int, _code: str
) -> None:
    answer = client_of_view_that_raises(error).get("/broken")

    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"
    assert '<a href="/">' in answer.text


def test_all_faults_are_listed(client_of_view_that_raises: Raiser) -> None:
    client = client_of_view_that_raises(BadInput([Fault("a", "is <missing>"), Fault("b", "is long")]))

    assert client.get("/api/v1/broken").get_json()["faults"] == [
        {"where": "a", "what": "is <missing>"},
        {"where": "b", "what": "is long"},
    ]
    page = client.get("/broken").text
    assert "a: is &lt;missing&gt;" in page
    assert "b: is long" in page


def test_a_refusal_keeps_its_details(client_of_view_that_raises: Raiser) -> None:
    answer = client_of_view_that_raises(Refused(Refusal("short", {"free": 3}))).get("/api/v1/broken")
    assert answer.get_json()["details"] == {"free": 3}


def test_busy_says_when_to_come_again(client_of_view_that_raises: Raiser) -> None:
    assert client_of_view_that_raises(Busy("x")).get("/api/v1/broken").headers["Retry-After"] == "1"


def test_not_signed_in_carries_a_challenge(client_of_view_that_raises: Raiser) -> None:
    assert client_of_view_that_raises(NotSignedIn("x")).get("/api/v1/broken").headers["WWW-Authenticate"]


@pytest.mark.parametrize("path", ["/api/v1/broken", "/broken"])
def test_a_bug_shows_an_id_that_stands_in_the_log_and_nothing_else(
    client_of_view_that_raises: Raiser, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client_of_view_that_raises(RuntimeError("the password is swordfish")).get(path)

    assert "swordfish" not in answer.text
    (record,) = caplog.records
    assert record.exc_info is not None
    assert "swordfish" in str(record.exc_info[1])
    incident = record.getMessage().split()[1].rstrip(":")
    assert incident in unescape(answer.text)


def test_a_bug_reaches_the_test_that_meets_it(app: Flask, client_of_view_that_raises: Raiser) -> None:
    app.testing = True
    client = client_of_view_that_raises(RuntimeError("here"))
    with pytest.raises(RuntimeError, match="here"):
        client.get("/broken")


def test_unknown_address(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    assert client.get("/nothing").status_code == 404


def test_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/orders")
    assert (answer.status_code, answer.get_json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]
    assert answer.content_type == "application/problem+json"


def test_too_long_a_body(client: FlaskClient) -> None:
    answer = client.post("/api/v1/orders", json={"number": "x" * 2_000, "lines": []})
    assert (answer.status_code, answer.get_json()["code"]) == (413, "request_entity_too_large")
    assert "at most 1000 bytes" in answer.get_json()["detail"]


def test_a_body_of_another_kind(client: FlaskClient) -> None:
    answer = client.post("/api/v1/orders", data={"number": "1"})
    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media_type")


def test_a_redirect_is_no_problem(client: FlaskClient) -> None:
    assert client.get("/moved").headers["Location"] == "/asset"
