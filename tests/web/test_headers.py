import pytest
from flask.testing import FlaskClient

from wms.web.headers import HEADERS


@pytest.mark.parametrize("path", ["/asset", "/api/v1/nothing", "/nothing"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert set(HEADERS) <= set(answer.headers.keys())
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_allows_no_other_host_and_no_inline_script(client: FlaskClient) -> None:
    policy = client.get("/nothing").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert "frame-ancestors 'none'" in policy


def test_what_a_view_sets_itself_stays(client: FlaskClient) -> None:
    assert client.get("/asset").headers["Content-Security-Policy"] == "sandbox"


def test_only_api_answers_are_forbidden_to_be_kept(client: FlaskClient) -> None:
    assert client.get("/api/v1/nothing").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/asset").headers
