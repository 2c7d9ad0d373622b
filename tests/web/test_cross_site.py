import pytest
from flask import Flask

from wms.web.cross_site import ForgedRequest, page_token, require_page_token, require_same_site

KEY = "k" * 32
TOKEN = page_token(KEY, "session")


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


def test_the_page_token_belongs_to_one_session_of_one_installation() -> None:
    assert page_token(KEY, "session") == TOKEN
    assert page_token(KEY, "other") != TOKEN
    assert page_token("l" * 32, "session") != TOKEN
    assert "session" not in TOKEN


def test_the_token_may_come_in_the_header_or_in_the_form(app: Flask) -> None:
    with app.test_request_context(method="POST", headers={"X-CSRF-Token": TOKEN}):
        require_page_token(TOKEN)
    with app.test_request_context(method="POST", data={"csrf_token": TOKEN}):
        require_page_token(TOKEN)


@pytest.mark.parametrize("given", ["", "wrong", TOKEN[:-1], TOKEN + "0", "ключ", "\udc80"])
def test_a_wrong_token_is_refused(app: Flask, given: str) -> None:
    request = app.test_request_context(method="DELETE", environ_overrides={"HTTP_X_CSRF_TOKEN": given})
    with request, pytest.raises(ForgedRequest):
        require_page_token(TOKEN)


def test_no_token_is_refused_except_where_nothing_changes(app: Flask) -> None:
    with app.test_request_context(method="POST"), pytest.raises(ForgedRequest):
        require_page_token(TOKEN)
    with app.test_request_context(method="GET"):
        require_page_token(TOKEN)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "https://LOCALHOST"},
    ],
)
def test_our_own_pages_and_programs_pass(app: Flask, headers: dict[str, str]) -> None:
    with app.test_request_context(method="POST", headers=headers):
        require_same_site()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:8081"},
        {"Origin": "null"},
        {"Origin": ""},
    ],
)
def test_other_sites_do_not(app: Flask, headers: dict[str, str]) -> None:
    with app.test_request_context(method="POST", headers=headers), pytest.raises(ForgedRequest):
        require_same_site()
