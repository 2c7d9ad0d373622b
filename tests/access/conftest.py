"""A staffed warehouse on each database, and an application whose door is guarded by a real Doorman."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from argon2 import PasswordHasher
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from wms.access.model import Caller, Capability, Operator, Role, command_line
from wms.access.pins import Pins
from wms.access.service import create_operator
from wms.access.session import current_caller, page_csrf_token, register_access, require
from wms.access.sign_in import Doorman
from wms.access.tables import AuditRow
from wms.access.views import access_views
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.web.answers import json_answer
from wms.web.headers import register_headers
from wms.web.problems import register_problems

T = TypeVar("T")

PIN = "2468"
BOSS = command_line(1)
START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = create_engine(database_url, pool_size=20)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture(scope="session")
def pins() -> Pins:
    """Real argon2 at its smallest cost: what is tested here does not depend on how long it takes."""
    return Pins(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def doorman(database: Database, clock: FixedClock, pins: Pins) -> Doorman:
    return Doorman(database, clock, "k" * 32, timedelta(hours=12), pins)


Hire = Callable[..., Operator]


@pytest.fixture
def hire(database: Database, pins: Pins, clock: FixedClock) -> Hire:
    """`hire("EMP-1")`: add a person with the PIN 2468."""

    def one(badge: str, role: Role = Role.PICKER, *, by: Caller = BOSS, pin: str = PIN) -> Operator:
        pin_hash = pins.hash(pin)

        def work(session: Session) -> Operator:
            operator = create_operator(
                session, by, badge=badge, name=f"Person {badge}", role=role, pin_hash=pin_hash, now=clock.now()
            )
            assert isinstance(operator, Operator)
            return operator

        return database.in_transaction(work)

    return one


@pytest.fixture
def trail(database: Database) -> Callable[[], list[str]]:
    """The audit trail as lines `who what on_what details`, oldest first."""

    def lines() -> list[str]:
        rows = database.reading(lambda session: session.execute(select(AuditRow).order_by(AuditRow.id)).scalars().all())
        return [f"{row.who} {row.what} {row.on_what} {row.details}" for row in rows]

    return lines


@pytest.fixture
def app(doorman: Doorman) -> Flask:
    app = Flask(__name__)
    app.testing = True
    register_problems(app)
    register_headers(app)
    register_access(app, doorman)
    app.register_blueprint(access_views(lambda caller: {"screen": f"home of {caller.name}"}))

    @app.post("/api/v1/picks")
    @require(Capability.WORK_PICKING)
    def pick() -> Response:
        return json_answer(current_caller().who)

    @app.post("/api/v1/orders")
    @require(Capability.PUSH_ORDERS, Capability.MANAGE)
    def push() -> Response:
        return json_answer(current_caller().who)

    @app.get("/page")
    def page() -> Response:
        return Response(page_csrf_token())

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
