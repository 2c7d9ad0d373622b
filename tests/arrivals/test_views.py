"""The HTTP doors of notices, by a merchant's token."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.orders.scene import NOW, Scene
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.access.session import register_access
from wms.access.sign_in import Doorman
from wms.arrivals.views import notice_views
from wms.kernel.clock import FixedClock
from wms.web.problems import register_problems

NOTICE = {"merchant": "ACME", "number": "1001", "lines": [{"sku": "RED", "quantity": 10}]}


@pytest.fixture
def client(scene: Scene) -> FlaskClient:
    clock = FixedClock(NOW)
    app = Flask(__name__)
    register_problems(app)
    register_access(app, Doorman(scene.database, clock, "k" * 32, timedelta(hours=12)))
    app.register_blueprint(notice_views(scene.database, clock))
    by = command_line(scene.warehouse_id)
    token = scene.database.in_transaction(
        lambda session: create_api_token(session, by, name="erp", role=Role.INTEGRATION, now=NOW)
    )
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def test_announcing_twice_gets_the_same_answer(client: FlaskClient) -> None:
    first, again = client.post("/api/v1/notices", json=NOTICE), client.post("/api/v1/notices", json=NOTICE)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json


def test_other_contents_are_a_conflict(client: FlaskClient) -> None:
    client.post("/api/v1/notices", json=NOTICE)
    changed = {**NOTICE, "lines": [{"sku": "RED", "quantity": 11}]}
    assert client.post("/api/v1/notices", json=changed).status_code == 409


def test_faults_are_listed_and_nothing_is_kept(client: FlaskClient) -> None:
    answer = client.post(
        "/api/v1/notices", json={**NOTICE, "lines": [{"sku": "RED", "quantity": 0}, {"sku": "", "quantity": 1}]}
    )
    assert answer.status_code == 400
    assert answer.json is not None
    assert [fault["where"] for fault in answer.json["faults"]] == ["lines[0].quantity", "lines[1].sku"]
    assert client.get("/api/v1/notices/1001").status_code == 404


def test_a_notice_shows_over_and_short(client: FlaskClient, scene: Scene) -> None:
    client.post("/api/v1/notices", json=NOTICE)
    with scene.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notice_lines SET received = 12")
    answer = client.get("/api/v1/notices/1001").json
    assert answer is not None
    assert answer["state"] == "expected"
    assert answer["lines"] == [{"line_no": 1, "sku": "RED", "expected": 10, "received": 12, "over": 2, "short": 0}]
