import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from wms.web.sessions import NoFlaskSession


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__)
    app.secret_key = "a key that must not be used"
    app.session_interface = NoFlaskSession()

    @app.get("/reads")
    def reads() -> str:
        return str(len(session))

    @app.get("/writes")
    def writes() -> str:
        session["operator"] = "EMP-1"
        return ""

    return app.test_client()


def test_a_request_has_no_flask_session_and_gets_no_cookie(client: FlaskClient) -> None:
    answer = client.get("/reads", headers={"Cookie": "session=anything"})
    assert answer.text == "0"
    assert "Set-Cookie" not in answer.headers


def test_writing_to_one_is_an_error_and_not_silently_lost(client: FlaskClient) -> None:
    client.application.testing = True
    with pytest.raises(RuntimeError, match="session is unavailable"):
        client.get("/writes")
