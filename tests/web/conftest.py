"""A small real application with everything of `wms.web` registered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from wms.database.transaction import Database
from wms.web.answers import json_answer
from wms.web.decoding import read_json
from wms.web.headers import register_headers
from wms.web.problems import register_problems


@dataclass(frozen=True, slots=True)
class Line:
    sku: Annotated[str, msgspec.Meta(min_length=1, max_length=10)]
    quantity: Annotated[int, msgspec.Meta(ge=1)]


@dataclass(frozen=True, slots=True)
class Order:
    number: str
    lines: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1)]


Raiser = Callable[[Exception], FlaskClient]


@pytest.fixture
def app() -> Flask:
    """Problems and headers, a view that takes an order, and one that sets its own headers."""
    app = Flask(__name__)
    register_problems(app)
    register_headers(app)

    @app.post("/api/v1/orders")
    def take_order() -> Response:
        return json_answer(read_json(Order, most_bytes=1_000))

    @app.get("/asset")
    def asset() -> Response:
        response = json_answer("x")
        response.headers["Content-Security-Policy"] = "sandbox"
        return response

    @app.get("/moved")
    def moved() -> Response:
        return Response(status=302, headers={"Location": "/asset"})

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def client_of_view_that_raises(app: Flask) -> Raiser:
    """A client of two addresses, /api/v1/broken and /broken, that raise the given error."""

    def of(error: Exception) -> FlaskClient:
        @app.get("/api/v1/broken")
        @app.get("/broken")
        def broken() -> Response:
            raise error

        return app.test_client()

    return of


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = create_engine(database_url)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[Database]:
    """A database that was never migrated."""
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    yield Database(engine)
    engine.dispose()
