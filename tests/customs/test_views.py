import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.customs.ceb import message, receipt, tax_bill, tax_status
from tests.customs.parcels import START, WAREHOUSE, declared, row
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.access.session import register_access
from wms.access.sign_in import Doorman
from wms.customs.jobs import ReceiptReader
from wms.customs.model import HoldKind
from wms.customs.receipts.intake import store_receipt
from wms.customs.regimes.china.safe_xml import MAX_BYTES
from wms.customs.service import lift_hold, record_left
from wms.customs.tables import AttemptRow, DeclarationRow, DocumentRow, FindingRow, QuarantineRow, RawReceiptRow
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

    @pytest.mark.parametrize(
        "sent_as",
        [
            {"Content-Type": "application/x-www-form-urlencoded"},
            {"Content-Type": "multipart/form-data; boundary=x"},
            {"Content-Type": "application/json"},
            {"Content-Type": "text/xml; charset=utf-16"},
            {"Content-Type": ""},
            {"Content-Encoding": "gzip"},
        ],
    )
    def test_no_header_changes_the_bytes(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database, sent_as: Headers
    ) -> None:
        raw = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--\r\n%00&=\x1f\x8b"
        assert client.post(RECEIPTS, data=raw, headers=token(Role.INTEGRATION) | sent_as).status_code == 202
        assert database.reading(lambda session: session.scalars(select(RawReceiptRow.raw)).one()) == raw

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
        for query in ("parcel=WB-ORD-1", f"parcel={parcel_id}", "waybill=WB-ORD-1", "order=ORD-1", f"cop_no={cop_no}"):
            (found,) = client.get(f"{DECLARATIONS}?{query}", headers=headers).get_json()["declarations"]
            assert found["declaration_id"] == str(declaration_id)
        assert client.get(f"{DECLARATIONS}?parcel=NONE", headers=headers).get_json() == {
            "declarations": [],
            "next": None,
        }

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
        assert found["gate_words"] == {"en": "Released, but held back", "zh": "已放行，但被暂扣"}
        assert [hold["kind"] for hold in found["holds"]] == ["unknown_status"]
        assert [one["kind"] for one in found["documents"]] == ["order", "payment", "logistics", "inventory"]
        assert found["anomalies"] == ["closed_without_release"]
        assert [incident["outcome"] for incident in found["incidents"]] == ["unknown_status"]
        assert found["left_at"] is not None

    def test_tells_every_receipt_and_the_part_it_plays(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database, clock: FixedClock
    ) -> None:
        declaration_id = database.in_transaction(declared)[1]
        cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)
        raws = [
            receipt("CEB622", "2", "20261105102600000", copNo=cop_no),
            receipt("CEB622", "800", "20261105102601000", "[Code:2600;Desc:放行]", copNo=cop_no),
            receipt("CEB622", "100", "20261105102602000", copNo=cop_no, ebpCode="OTHER"),
            receipt("CEB622", "600", "20261105102603000", copNo=cop_no),
            receipt("CEB312", "120", "20261105102604000"),
        ]
        for raw in raws:
            store_receipt(database, clock, WAREHOUSE, raw, "folder:W7/inbox")
        (found,) = client.get(f"{DECLARATIONS}?order=ORD-1", headers=token(Role.SUPERVISOR)).get_json()["declarations"]
        assert [(one["message_type"], one["status"], one["part"]) for one in found["receipts"]] == [
            ("CEB622", "2", "logged_only"),
            ("CEB622", "800", "counts"),
            ("CEB622", "100", "other_party"),
            ("CEB622", "600", "unknown_code"),
            ("CEB312", "120", "informs"),
        ]
        released = found["receipts"][1]
        assert (released["sha256"], released["source"]) == (hashlib.sha256(raws[1]).hexdigest(), "folder:W7/inbox")
        assert (released["received_at"], released["time"]) == ("2026-11-05T02:25:00Z", "20261105102601000")
        assert "release" in released["words"]["en"].lower()
        assert "放行" in released["words"]["zh"]

    def test_tells_lifted_holds_with_who_and_why(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database, clock: FixedClock
    ) -> None:
        declaration_id = database.in_transaction(declared)[1]
        cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)
        store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "600", copNo=cop_no), "test")
        lifted = database.in_transaction(
            lambda session: lift_hold(
                session,
                WAREHOUSE,
                declaration_id,
                HoldKind.UNKNOWN_STATUS,
                lifted_by="EMP-1",
                reason="asked",
                now=START,
            )
        )
        assert lifted is None
        (found,) = client.get(f"{DECLARATIONS}?order=ORD-1", headers=token(Role.SUPERVISOR)).get_json()["declarations"]
        (hold,) = found["holds"]
        assert (hold["kind"], hold["lifted_by"], hold["lift_reason"]) == ("unknown_status", "EMP-1", "asked")

    def test_shows_findings_masked_bills_attempts_and_applications(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database, clock: FixedClock
    ) -> None:
        declaration_id = database.in_transaction(declared)[1]
        row_of = partial(row, warehouse_id=WAREHOUSE)

        def add(session: Session) -> str:
            declaration = session.get_one(DeclarationRow, (WAREHOUSE, declaration_id))
            row_of(
                session, FindingRow, order_id=declaration.order_id, rule="C8", position=0, cause="payment_company",
                field="PaymentHead.payerIdNumber", value="990000199001010017", other_field="OrderHead.buyerIdNumber",
                other_value="990000199001010025", line_no=0, stops=True,
            )  # fmt: skip
            row_of(
                session, DocumentRow, declaration_id=declaration_id, attempt=1, kind="cancel", number_key="CANCEL-1",
                company_key="9999980005", body="", outgoing="sent", state="taken", asked_by="EMP-9", reason="wish",
                details='{"invt_no": "99992026I000000001"}',
            )  # fmt: skip
            if session.get(AttemptRow, (WAREHOUSE, declaration_id, 1)) is None:
                row_of(session, AttemptRow, declaration_id=declaration_id, attempt=1, state="pending", begun_by="EMP-8")
            return declaration.cop_no

        cop_no = database.in_transaction(add)
        store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=cop_no), "test")
        store_receipt(database, clock, WAREHOUSE, message("CEB818", tax_status("2", "BOOK-9")).encode(), "test")
        store_receipt(database, clock, WAREHOUSE, message("CEB816", tax_bill()).encode(), "test")
        answer = client.get(f"{DECLARATIONS}?order=ORD-1", headers=token(Role.SUPERVISOR))
        (found,) = answer.get_json()["declarations"]
        (finding,) = found["findings"]
        assert (finding["rule"], finding["cause"], finding["stops"]) == ("C8", "payment_company", True)
        assert finding["value"] == "9900**********0017"
        assert "990000199001010" not in answer.get_data(as_text=True)
        (bill,) = found["tax_bills"]
        assert (bill["tax_no"], bill["status"], bill["payment_book_no"]) == ("TAX-1", "2", "BOOK-9")
        assert (bill["value_added_tax"], bill["consumption_tax"]) == ("30.03", "0.00")
        (application,) = found["applications"]
        assert (application["kind"], application["number"], application["asked_by"]) == ("cancel", "CANCEL-1", "EMP-9")
        (attempt,) = found["attempts"]
        assert (attempt["attempt"], [one["kind"] for one in attempt["documents"]][-1]) == (1, "inventory")

    def test_by_state_page_by_page(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database
    ) -> None:
        ids = [str(database.in_transaction(lambda session, n=n: declared(session, f"ORD-{n}"))[1]) for n in range(5)]
        headers, seen, after = token(Role.SUPERVISOR), [], ""
        while True:
            page = client.get(f"{DECLARATIONS}?state=pending&limit=2{after}", headers=headers).get_json()
            seen.append([one["declaration_id"] for one in page["declarations"]])
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert seen == [ids[0:2], ids[2:4], ids[4:5]]
        assert client.get(f"{DECLARATIONS}?state=released", headers=headers).get_json()["declarations"] == []

    def test_personal_data_is_not_in_it(
        self, client: FlaskClient, token: Callable[[Role], Headers], database: Database
    ) -> None:
        database.in_transaction(declared)
        text = client.get(f"{DECLARATIONS}?order=ORD-1", headers=token(Role.SUPERVISOR)).get_data(as_text=True)
        assert "990000199001010017" not in text
        assert "样例" not in text

    @pytest.mark.parametrize(
        ("query", "where"),
        [
            ("", ["query"]),
            ("parcel=", ["query"]),
            ("parcel=a&order=b", ["query"]),
            ("order=%00", ["query"]),
            ("state=free", ["state"]),
            ("state=pending&limit=0", ["limit"]),
            ("order=a&limit=51", ["limit"]),
            ("order=a&limit=x&after=y", ["limit", "after"]),
            ("order=a&limit=９", ["limit"]),
        ],
    )
    def test_asked_wrongly(
        self, client: FlaskClient, token: Callable[[Role], Headers], query: str, where: list[str]
    ) -> None:
        answer = client.get(f"{DECLARATIONS}?{query}", headers=token(Role.SUPERVISOR))
        assert (answer.status_code, [fault["where"] for fault in answer.get_json()["faults"]]) == (400, where)

    def test_not_for_everybody(self, client: FlaskClient, token: Callable[[Role], Headers]) -> None:
        assert client.get(f"{DECLARATIONS}?order=1").status_code == 401
        assert client.get(f"{DECLARATIONS}?order=1", headers=token(Role.PICKER)).status_code == 403
