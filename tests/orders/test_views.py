"""The HTTP doors of orders, by a shop's token."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.orders.scene import NOW, Scene
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.access.session import register_access
from wms.access.sign_in import Doorman
from wms.kernel.clock import FixedClock
from wms.orders.promises import allocate_order
from wms.orders.views import order_views
from wms.web.problems import register_problems

ORDER = {
    "merchant": "ACME",
    "number": "SO/1",
    "currency": "CNY",
    "lines": [{"sku": "RED", "quantity": 2, "unit_price": "1.50"}],
}

Client = Callable[[Role], FlaskClient]


@pytest.fixture
def client(scene: Scene) -> Client:
    """A client that shows the token of a program with the given role."""
    clock = FixedClock(NOW)
    app = Flask(__name__)
    register_problems(app)
    register_access(app, Doorman(scene.database, clock, "k" * 32, timedelta(hours=12)))
    app.register_blueprint(order_views(scene.database, clock))

    def of(role: Role) -> FlaskClient:
        by = command_line(scene.warehouse_id)
        token = scene.database.in_transaction(
            lambda session: create_api_token(session, by, name=f"shop-{role}", role=role, now=NOW)
        )
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return of


@pytest.fixture
def shop(client: Client) -> FlaskClient:
    return client(Role.INTEGRATION)


def faults(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.text
    return [fault["where"] for fault in answer.json["faults"]]


def test_pushing_twice_gets_the_same_answer(shop: FlaskClient) -> None:
    first, again = shop.post("/api/v1/orders", json=ORDER), shop.post("/api/v1/orders", json=ORDER)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert first.json is not None
    assert (first.json["number"], first.json["lines"]) == ("SO/1", 1)


def test_other_contents_are_a_conflict(shop: FlaskClient) -> None:
    shop.post("/api/v1/orders", json=ORDER)
    changed = {**ORDER, "lines": [{"sku": "RED", "quantity": 3, "unit_price": "1.50"}]}
    assert shop.post("/api/v1/orders", json=changed).status_code == 409


def test_every_fault_of_the_shape_is_listed(shop: FlaskClient) -> None:
    lines = [{"sku": "RED", "quantity": 0, "unit_price": 1.5}, {"sku": "", "quantity": "2", "price": "1"}]
    answer = shop.post("/api/v1/orders", json={"merchant": "ACME", "currency": "yuan", "lines": lines, "rush": True})
    assert set(faults(answer)) == {
        *("number", "currency", "rush"),
        *("lines[0].quantity", "lines[0].unit_price"),
        *("lines[1].sku", "lines[1].quantity", "lines[1].price", "lines[1].unit_price"),
    }


def test_a_refused_order_changes_nothing(shop: FlaskClient) -> None:
    wrong = {**ORDER, "lines": [*ORDER["lines"], {"sku": "NONE", "quantity": 1, "unit_price": "1"}]}
    assert faults(shop.post("/api/v1/orders", json=wrong)) == ["lines[1].sku"]
    assert shop.get("/api/v1/orders/SO/1").status_code == 404


def test_an_order_shows_how_far_it_is(shop: FlaskClient, scene: Scene) -> None:
    scene.stock("A-01 RED 1")
    order_id = scene.order("SO/2", "RED 3")
    scene.database.in_transaction(lambda session: allocate_order(session, scene.warehouse_id, order_id, now=NOW))
    answer = shop.get("/api/v1/orders/SO/2").json
    assert answer is not None
    assert (answer["state"], answer["merchant"]) == ("allocated", "ACME")
    line = {"line_no": 1, "sku": "RED", "quantity": 3, "allocated": 1, "picked": 0, "packed": 0, "short": 2}
    assert answer["lines"] == [line]


def test_a_number_of_two_merchants_needs_the_merchant(shop: FlaskClient, scene: Scene) -> None:
    scene.order("7", "RED 1")
    scene.order("7", "POT 1", merchant="OTHER")
    assert faults(shop.get("/api/v1/orders/7")) == ["merchant"]
    answer = shop.get("/api/v1/orders/7?merchant=OTHER").json
    assert answer is not None
    assert answer["lines"][0]["sku"] == "POT"


def test_cancelling_answers_with_the_order(shop: FlaskClient) -> None:
    shop.post("/api/v1/orders", json=ORDER)
    answer = shop.post("/api/v1/orders/SO/1/cancel")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["state"] == "cancelled"


def test_a_picked_order_is_not_cancelled(shop: FlaskClient, scene: Scene) -> None:
    scene.order("8", "RED 1")
    with scene.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE order_lines SET allocated = 1, picked = 1")
    answer = shop.post("/api/v1/orders/8/cancel")
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == "order_picked_already"


def test_who_may_push(client: Client) -> None:
    assert client(Role.PICKER).post("/api/v1/orders", json=ORDER).status_code == 403
    supervisor = client(Role.SUPERVISOR)
    assert supervisor.post("/api/v1/orders", json=ORDER).status_code == 403
    assert supervisor.get("/api/v1/orders/SO/1").status_code == 404


def test_without_a_token_nothing_is_told(shop: FlaskClient) -> None:
    del shop.environ_base["HTTP_AUTHORIZATION"]
    assert shop.get("/api/v1/orders/SO/1").status_code == 401
