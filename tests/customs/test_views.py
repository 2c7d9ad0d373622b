import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.access.session import register_access
from wms.access.sign_in import Doorman
from wms.customs.intake import store_receipt
from wms.customs.jobs import ReceiptReader
from wms.customs.regimes.china.safe_xml import MAX_BYTES
from wms.customs.service import record_left
from wms.customs.tables import DeclarationRow, QuarantineRow, RawReceiptRow
from wms.customs.views import customs_views
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.outbox.worker import Worker
from wms.web.headers import register_headers
from wms.web.problems import register_problems

RECEIPTS = "/api/v1/customs/receipts"
DECLARATIONS = "/api/v1/customs/declarations"
Headers = dict[str, str]


@pytest.fixture
def client(database: Database, clock: FixedClock) -> FlaskClient:
    app = Flask(__name__)
    app.testing = True
    register_problems(app)
    register_headers(app)
    register_access(app, Doorman(database, clock, "k" * 32, timedelta(hours=12)))
    app.register_blueprint(customs_views(database, clock))
    return app.test_client()


@pytest.fixture
def token(database: Database) -> Callable[[Role], Headers]:
    """The headers of a program with that role."""

    def of(role: Role) -> Headers:
        made = database.in_transaction(
            lambda session: create_api_token(session, command_line(WAREHOUSE), name=role.value, role=role, now=START)
        )
        return {"Authorization": f"Bearer {made}"}

    return of


def stored(database: Database) -> int:
    return database.reading(lambda session: session.scalar(select(func.count()).select_from(RawReceiptRow)) or 0)


class TestReceipts:
    def test_stored_at_once_and_read_by_the_worker(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database, clock: FixedClock
    ) -> None:
        declaration_id = database.in_transaction(declared)[1]
        cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)
        raw = receipt("CEB622", "800", copNo=cop_no)
        answer = client.post(RECEIPTS, data=raw, headers=token(Role.INTEGRATION))
        assert (answer.status_code, answer.get_json()["sha256"]) == (202, hashlib.sha256(raw).hexdigest())
        row = database.reading(lambda session: session.scalars(select(RawReceiptRow)).one())
        assert (row.raw, row.source) == (raw, "api:integration")
        Worker(database, clock, ReceiptReader(database, clock).handlers()).run_once()
        assert database.reading(lambda session: session.scalars(select(DeclarationRow.state)).one()) == "released"

    @pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"<!DOCTYPE x><x/>", b"{}", b" " * (MAX_BYTES + 1)])
    def test_takes_whatever_comes(
        self,
        client: FlaskClient,
        token: Callable[[Role], Headers],
        database: Database,
        clock: FixedClock,
        raw: bytes,
    ) -> None:
        assert client.post(RECEIPTS, data=raw, headers=token(Role.INTEGRATION)).status_code == 202
        Worker(database, clock, ReceiptReader(database, clock).handlers()).run_once()
        assert database.reading(lambda session: len(session.scalars(select(QuarantineRow.reason)).all())) == 1

    def test_more_than_anybody_would_read_is_not_taken(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database
    ) -> None:
        answer = client.post(RECEIPTS, data=b" " * (MAX_BYTES + 2), headers=token(Role.INTEGRATION))
        assert (answer.status_code, stored(database)) == (413, 0)

    def test_only_for_integrations(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database
    ) -> None:
        assert client.post(RECEIPTS, data=b"x").status_code == 401
        assert client.post(RECEIPTS, data=b"x", headers=token(Role.PACKER)).status_code == 403
        assert stored(database) == 0


class TestDeclarations:
    def test_by_parcel_number_id_order_and_document_number(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database
    ) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)
        headers = token(Role.SUPERVISOR)
        for query in ("parcel=WB-ORD-1", f"parcel={parcel_id}", "order=ORD-1", f"cop_no={cop_no}"):
            (found,) = client.get(f"{DECLARATIONS}?{query}", headers=headers).get_json()["declarations"]
            assert found["declaration_id"] == str(declaration_id)
        assert client.get(f"{DECLARATIONS}?parcel=NONE", headers=headers).get_json() == {"declarations": []}

    def test_tells_the_gate_with_its_reasons(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database, clock: FixedClock
    ) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)
        for status, second in (("899", "01"), ("600", "03")):
            raw = receipt("CEB622", status, f"202611051026{second}000", "说明", copNo=cop_no)
            if status == "600":
                database.in_transaction(lambda session: record_left(session, WAREHOUSE, [parcel_id], now=START))
            store_receipt(database, clock, WAREHOUSE, raw, "test")
        (found,) = client.get(f"{DECLARATIONS}?order=ORD-1", headers=token(Role.SUPERVISOR)).get_json()["declarations"]
        assert (found["state"], found["status"], found["said"]) == ("closed", "899", "说明")
        assert (found["gate_open"], found["gate_code"]) == (False, "customs_hold")
        assert [hold["kind"] for hold in found["holds"]] == ["unknown_status"]
        assert [one["kind"] for one in found["documents"]] == ["order", "payment", "logistics", "inventory"]
        assert found["anomalies"] == ["closed_without_release"]
        assert [incident["outcome"] for incident in found["incidents"]] == ["unknown_status"]
        assert found["left_at"] is not None

    def test_personal_data_is_not_in_it(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database
    ) -> None:
        database.in_transaction(declared)
        text = client.get(f"{DECLARATIONS}?order=ORD-1", headers=token(Role.SUPERVISOR)).get_data(as_text=True)
        assert "990000199001010017" not in text
        assert "样例" not in text

    @pytest.mark.parametrize("query", ["", "parcel=", "parcel=a&order=b", "order=%00"])
    def test_asked_wrongly(self, client: FlaskClient, token: Callable[[Role], Headers], query: str) -> None:
        answer = client.get(f"{DECLARATIONS}?{query}", headers=token(Role.SUPERVISOR))
        assert (answer.status_code, answer.get_json()["faults"][0]["where"]) == (400, "query")

    def test_not_for_everybody(self, client: FlaskClient, token: Callable[[Role], Headers]) -> None:
        assert client.get(f"{DECLARATIONS}?order=1").status_code == 401
        assert client.get(f"{DECLARATIONS}?order=1", headers=token(Role.PICKER)).status_code == 403
