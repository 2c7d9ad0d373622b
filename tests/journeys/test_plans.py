"""A scan must not become dearer as the warehouse grows older: no statement may walk through a table that grows."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.support.floor import Floor, code_of, opened_floor
from wms.database.base import Base

GROWING = (
    "orders", "order_lines", "advance_notices", "notice_lines", "containers", "parcels", "loads", "manifest_lines",
    "tasks", "scan_log", "lots", "stock_balances", "stock_holds", "stock_journal", "customs_declarations",
    "customs_documents", "customs_holds", "customs_payment_slips", "customs_findings", "customs_receipt_entries",
    "customs_raw_receipts", "customs_gate_answers", "outbox_messages", "audit_trail",
)  # fmt: skip
"""Tables that only ever get longer. Places, people, SKUs and merchants are as many as there are."""

WALK = re.compile(rf"(SCAN ({'|'.join(GROWING)})\b.*)|(SEARCH ({'|'.join(GROWING)})\b.*\(warehouse_id=\?\).*)")


@pytest.fixture
def sqlite_floor(sqlite_database_url: str, tmp_path: Path) -> Iterator[Floor]:
    """SQLite only: it says its plan before it knows any statistics, and an old installation has none either."""
    with opened_floor(sqlite_database_url, tmp_path, "china") as opened:
        yield opened


def test_no_statement_of_a_scan_walks_through_a_table_that_grows(sqlite_floor: Floor) -> None:
    floor = sqlite_floor
    floor.notice("4711", RED=15, BLUE=1)
    seen: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        seen.setdefault(statement, parameters[0] if many else parameters)

    hand = floor.handheld()
    event.listen(floor.database.engine, "before_cursor_execute", note)
    hand.scans("ASN-4711", "P-1", "RED", "*QTY+14*", "BLUE", "*DONE*")
    hand.scans("P-1", "RED", "A-01", "A-02")
    floor.order("42", RED=2, BLUE=1)
    hand.scans("T-1", "A-01", "RED", "RED", "A-02", "BLUE")
    hand.scans("T-1", "BENCH-1", "RED", "BLUE", "RED", "BOX-S", "350g")
    floor.order("43", RED=2)
    floor.order("44", RED=1)
    hand.scans("*CART*", "T-2", "*HOME*", "T-3", "*HOME*", "T-2", "A-01", "RED", "*QTY+2*", "T-2")
    hand.scans("*FULL*", "T-4", "T-4")
    hand.scans("LANE-1")
    assert hand.scan(floor.parcel("42").tracking_no)["outcome"] == "gate_closed"
    hand.scans("CAGE-1", "*HOME*")
    event.remove(floor.database.engine, "before_cursor_execute", note)

    walks = {
        " ".join(statement.split()): steps
        for statement, parameters in seen.items()
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and (steps := _walks(floor, statement, parameters))
    }
    assert set(GROWING) <= set(Base.metadata.tables), "a table has another name now"
    assert len(seen) > 40, "the chain of scans was not seen"
    assert not walks


def _walks(floor: Floor, statement: str, parameters: Any) -> Sequence[str]:
    with floor.database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return [row[3] for row in plan if WALK.search(row[3])]


def test_asking_about_codes_walks_through_none_either(sqlite_floor: Floor) -> None:
    floor = sqlite_floor
    floor.notice("4711", RED=15, BLUE=1)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED", "*QTY+14*", "BLUE", "*DONE*", "P-1", "RED", "A-01", "A-02")
    floor.order("42", RED=2, BLUE=1)
    hand.scans("T-1", "A-01", "RED", "RED", "A-02", "BLUE")
    hand.scans("T-1", "BENCH-1", "RED", "BLUE", "RED", "BOX-S", "350g", "LANE-1")
    refused = hand.scan("NOBODY/L1/2")
    seen: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        seen.setdefault(statement, parameters[0] if many else parameters)

    event.listen(floor.database.engine, "before_cursor_execute", note)
    token = {"X-CSRF-Token": hand.csrf_token}
    codes = ("RED", "A-01", "T-1", "P-1", floor.parcel("42").tracking_no, "42", "LOD-1", "ASN-4711", "EMP-1", "NOBODY")
    for code in codes:
        answer = hand.client.post("/api/v1/look-ups", json={"raw": code_of(code)}, headers=token)
        assert answer.status_code == 200, code
    assert hand.client.get(f"/api/v1{refused['why']}").status_code == 200
    assert hand.client.get("/office/doctor?code=NOBODY/L1/2&preview=1&supplier=x").status_code == 200
    event.remove(floor.database.engine, "before_cursor_execute", note)

    walks = {
        " ".join(statement.split()): steps
        for statement, parameters in seen.items()
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and (steps := _walks(floor, statement, parameters))
    }
    assert len(seen) > 30, "the questions were not seen"
    # Refused scans have an index of their own, and only the latest are read.
    assert [steps for steps in walks.values() if "ix_scan_log_refused" not in str(steps)] == []
    assert len(walks) == 1
