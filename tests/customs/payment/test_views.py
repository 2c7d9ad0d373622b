"""The payment company's door: once, masked, and only for whom the warehouse named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.customs.parcels import START, WAREHOUSE
from tests.customs.slip_samples import PAY_CODE, as_json, slip
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.access.session import register_access
from wms.access.sign_in import Doorman
from wms.customs.parties.settings import add_partner
from wms.customs.payment.payments import take_slip
from wms.customs.payment.views import MOST_AT_ONCE, payment_views
from wms.customs.tables import PaymentSlipRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.web.problems import register_problems

PAYMENTS = "/api/v1/customs/payments"
Headers = dict[str, str]


@pytest.fixture
def client(database: Database, clock: FixedClock) -> FlaskClient:
    app = Flask(__name__)
    app.testing = True
    register_problems(app)
    register_access(app, Doorman(database, clock, "k" * 32, timedelta(hours=12)))
    app.register_blueprint(payment_views(database, clock))
    return app.test_client()


@pytest.fixture
def token(database: Database) -> Callable[..., Headers]:
    """The headers of a program of that name and role."""

    def of(name: str, role: Role = Role.INTEGRATION) -> Headers:
        bench = "BENCH-1" if role is Role.BENCH else None
        made = database.in_transaction(
            lambda session: create_api_token(
                session, command_line(WAREHOUSE), name=name, role=role, bench=bench, now=START
            )
        )
        return {"Authorization": f"Bearer {made}"}

    return of


@pytest.fixture
def bank(database: Database, token: Callable[..., Headers]) -> Headers:
    """The program of the payment company."""
    headers = token("bank")
    database.in_transaction(lambda session: add_partner(session, command_line(WAREHOUSE), "bank", PAY_CODE, now=START))
    return headers


def kept(database: Database) -> int:
    return database.reading(lambda session: session.scalar(select(func.count()).select_from(PaymentSlipRow)) or 0)


class TestBringing:
    def test_taken_once_and_answered_the_same_again(
        self, client: FlaskClient, bank: Headers, database: Database, clock: FixedClock
    ) -> None:
        first = client.post(PAYMENTS, json=as_json(slip()), headers=bank)
        assert first.status_code == 201
        assert first.get_json()["transaction_id"] == "TX-1"
        clock.forward(timedelta(minutes=1))
        again = client.post(PAYMENTS, json=as_json(slip()) | {"amount": "350.0"}, headers=bank)
        assert (again.status_code, again.get_json()) == (200, first.get_json())
        assert kept(database) == 1

    def test_a_list_is_taken_whole(self, client: FlaskClient, bank: Headers, database: Database) -> None:
        both = {"payments": [as_json(slip()), as_json(slip("ORD-2", "TX-2"))]}
        answer = client.post(PAYMENTS, json=both, headers=bank)
        assert answer.status_code == 201
        assert [one["order_no"] for one in answer.get_json()["payments"]] == ["ORD-1", "ORD-2"]
        assert client.post(PAYMENTS, json=both, headers=bank).status_code == 200
        assert kept(database) == 2

    def test_a_short_slip_has_everything_customs_needs(self, client: FlaskClient, bank: Headers) -> None:
        short = {name: value for name, value in as_json(slip()).items() if not name.startswith(("payee", "collected"))}
        for name in ("app_type", "payer_id_type", "payer_phone", "currency"):
            del short[name]
        assert client.post(PAYMENTS, json=short, headers=bank).status_code == 201

    def test_every_fault_of_every_slip_is_named_and_nothing_is_taken(
        self, client: FlaskClient, bank: Headers, database: Database
    ) -> None:
        bad = {"payments": [as_json(slip()), as_json(slip()) | {"amount": "1e3", "app_time": "20269999999999"}]}
        answer = client.post(PAYMENTS, json=bad, headers=bank)
        assert answer.status_code == 400
        assert {fault["where"] for fault in answer.get_json()["faults"]} == {
            "payments[1].app_time",
            "payments[1].amount",
        }
        assert "样例甲" not in answer.text
        assert kept(database) == 0

    @pytest.mark.parametrize(
        "change",
        [
            {"amount": 350},
            {"pay_code": "9" * 19},
            {"payer_name": None},
            {"app_time": "2026-11-05"},
            {"surprise": "x"},
            {"order_no": "A\0B"},
        ],
    )
    def test_what_is_no_slip(self, client: FlaskClient, bank: Headers, database: Database, change: Any) -> None:
        answer = client.post(PAYMENTS, json=as_json(slip()) | change, headers=bank)
        assert (answer.status_code, kept(database)) == (400, 0)
        assert next(iter(change)) in answer.get_json()["faults"][0]["where"] + answer.text

    def test_too_many_at_once(self, client: FlaskClient, bank: Headers) -> None:
        many = {"payments": [as_json(slip(f"ORD-{number}")) for number in range(MOST_AT_ONCE + 1)]}
        assert client.post(PAYMENTS, json=many, headers=bank).status_code == 400

    def test_a_program_that_speaks_for_nobody(
        self, client: FlaskClient, token: Callable[..., Headers], bank: Headers, database: Database
    ) -> None:
        answer = client.post(PAYMENTS, json=as_json(slip()), headers=token("shop"))
        assert (answer.status_code, answer.get_json()["code"]) == (403, "not_allowed")
        assert "api:shop does not speak for the payment company 9999960003" in answer.get_json()["detail"]
        assert kept(database) == 0

    def test_one_foreign_slip_stops_the_list(self, client: FlaskClient, bank: Headers, database: Database) -> None:
        foreign = as_json(slip("ORD-2")) | {"pay_code": "9999960009"}
        answer = client.post(PAYMENTS, json={"payments": [as_json(slip()), foreign]}, headers=bank)
        assert (answer.status_code, kept(database)) == (403, 0)

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.INTEGRATION])
    def test_no_person_brings_one(
        self, client: FlaskClient, token: Callable[..., Headers], database: Database, role: Role
    ) -> None:
        assert client.post(PAYMENTS, json=as_json(slip()), headers=token("somebody", role)).status_code == 403
        assert kept(database) == 0

    def test_nobody_unknown(self, client: FlaskClient) -> None:
        assert client.post(PAYMENTS, json=as_json(slip())).status_code == 401

    @pytest.mark.parametrize("method", ["put", "patch", "delete"])
    def test_there_is_no_door_that_changes_one(self, client: FlaskClient, bank: Headers, method: str) -> None:
        assert getattr(client, method)(PAYMENTS, json=as_json(slip()), headers=bank).status_code == 405


class TestLooking:
    def test_masked_with_what_counts(self, client: FlaskClient, token: Callable[..., Headers], bank: Headers) -> None:
        told = slip(payee_name="样例电商", payee_account="6222000012345678")
        mended = slip(app_type="2", app_time="20261105101900")
        for one in (told, mended):
            client.post(PAYMENTS, json=as_json(one), headers=bank)
        for query in ("order=ORD-1", "transaction=TX-1"):
            answer = client.get(f"{PAYMENTS}?{query}", headers=token(query, Role.SUPERVISOR))
            first, second = answer.get_json()["payments"]
            assert (first["payer_name"], first["payer_id_number"], first["payer_phone"]) == (
                "样*", "9900**********0017", "100****0001",
            )  # fmt: skip
            assert (first["payee_name"], first["payee_account"]) == ("样例电商", "****5678")
            assert (first["counts"], second["counts"], second["app_type"]) == (False, True, "2")
            assert not [s for s in ("样例甲", "990000199001010017", "10000000001", "62220000") if s in answer.text]

    def test_a_payment_company_sees_only_its_own(
        self, client: FlaskClient, token: Callable[..., Headers], bank: Headers, database: Database
    ) -> None:
        database.in_transaction(
            lambda session: take_slip(session, WAREHOUSE, slip(), source="folder x.xml", receipt_id=None, now=START)
        )
        assert len(client.get(f"{PAYMENTS}?order=ORD-1", headers=bank).get_json()["payments"]) == 1
        assert client.get(f"{PAYMENTS}?order=ORD-1", headers=token("other")).get_json() == {"payments": []}

    @pytest.mark.parametrize("query", ["", "order=1&transaction=2", "order=%00", "order="])
    def test_one_question_at_a_time(self, client: FlaskClient, token: Callable[..., Headers], query: str) -> None:
        assert client.get(f"{PAYMENTS}?{query}", headers=token("office", Role.SUPERVISOR)).status_code == 400

    def test_not_for_the_floor(self, client: FlaskClient, token: Callable[..., Headers]) -> None:
        assert client.get(f"{PAYMENTS}?order=1", headers=token("floor", Role.PICKER)).status_code == 403
