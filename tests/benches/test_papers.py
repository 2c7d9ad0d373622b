"""The packing list at benches: where a rule asks for one it prints when the parcel is full, and is scanned into it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from tests.benches.bench import Bench, bytes_of, on_both, pack
from tests.support.floor import Floor, Handheld
from wms.access.tables import AuditRow
from wms.bench.tables import BenchJobRow
from wms.labels.documents import Paper
from wms.labels.papers import PAPER_TOPIC, PaperMaker
from wms.labels.press import Press
from wms.outbox.service import Message
from wms.outbox.tables import OutboxMessage
from wms.packaging.importing import import_rules

A4 = {"name": "a4", "kind": "printer", "condition": "ready", "words": "", "media_type": "application/pdf"}
LABEL = {"name": "label", "kind": "printer", "condition": "ready", "words": ""}


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as made:
        yield made


def rules(floor: Floor, *rows: str) -> None:
    lines = [f"{row}\n".encode() for row in ("rule,merchant,country,packing_list", *rows)]
    assert not import_rules(floor.database, floor.warehouse_id, lines).faults


def has(bench: Bench, *devices: object) -> None:
    body = {"bench": "BENCH-1", "devices": devices}
    assert bench.client.put("/api/v1/bench/devices", json=body, headers=bench.headers).status_code == 200


def lists(floor: Floor) -> list[str]:
    """The copies of lists that were ordered, the first one first."""
    query = select(BenchJobRow).where(BenchJobRow.paper == Paper.PACKING_LIST.value).order_by(BenchJobRow.copy_no)
    rows = floor.database.reading(lambda session: session.scalars(query).all())
    return [f"{row.copy_no} {row.state} {row.printer}" for row in rows]


def make_papers(floor: Floor, press: Press) -> None:
    """What the worker does, twice, as it may."""
    rows = floor.database.reading(
        lambda session: session.query(OutboxMessage).where(OutboxMessage.topic == PAPER_TOPIC).all()
    )
    for row in rows * 2:
        message = Message(row.warehouse_id, row.id, row.topic, row.payload, 1, row.id)
        PaperMaker(floor.database, floor.clock, press).make(message)


def view(packer: Handheld) -> dict[str, Any]:
    found: dict[str, Any] = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json
    return found


def others(packer: Handheld) -> list[dict[str, str]]:
    found: list[dict[str, str]] = view(packer)["others"]
    return found


def fill(floor: Floor, packer: Handheld, number: str = "42", tote: str = "T-1") -> str:
    """Pick and pack an order of two until its last item is in; the code of its list."""
    floor.put_stock("A-01 RED 2")
    floor.order(number, RED=2)
    floor.handheld("EMP-2", f"picker of {number}").scans(tote, "A-01", "RED", "RED")
    packer.scans(tote, "RED", "RED")
    return code_of_list(packer)


def code_of_list(packer: Handheld) -> str:
    return next(need["code"] for need in view(packer)["order"]["needs"])


@on_both
def test_a_list_that_a_rule_asks_for_prints_when_the_last_item_is_in_and_closes_no_box_but_its_own(
    floor: Floor, bench: Bench, packer: Handheld, press: Press
) -> None:
    rules(floor, "With a list,ACME,CN,required")
    has(bench, LABEL, A4)
    code = fill(floor, packer)
    assert lists(floor) == ["1 queued a4"]
    assert bench.asks() == {"jobs": [], "answers": []}, "it is not made yet"
    assert others(packer)[0]["said"] == "Packing list is on its way"
    make_papers(floor, press)
    (paper,) = bench.asks()["jobs"]
    assert (paper["printer"], paper["media_type"], paper["tail"]) == ("a4", "application/pdf", code[-4:])
    assert bytes_of(paper).startswith(b"%PDF")
    bench.reports(paper["job_id"], "claimed", "sending", "doubtful", why="spooler_forgot")
    (asked,) = others(packer)
    assert (asked["said"], asked["job"]) == (f"Did the packing list ending in {code[-4:]} come out?", paper["job_id"])
    assert packer.scans("BOX-S")["code"] == "box_taken_then_list"
    assert packer.scan("*REPRINT*")["code"] == "confirm_list_not_printed"
    assert packer.scan("*REPRINT*")["code"] == "list_ordered"
    bench.reports(paper["job_id"], "cancelled")
    (again,) = bench.asks()["jobs"]
    assert (again["copy_number"], again["label_id"], again["sha256"]) == (2, paper["label_id"], paper["sha256"])
    assert packer.scan("*REPRINT*")["code"] == "list_underway"
    bench.reports(again["job_id"], "claimed", "sending", "printed")
    assert others(packer)[0]["next"] == "Put it into the box, then scan it."
    assert packer.scan("250g")["code"] == "list_missing"
    other = list_of_another_order(floor, "43")
    wrong = packer.scan(other)
    assert wrong["message"]["title"] == "This list is of 43; this box is 42."
    assert packer.scans(code)["code"] == "list_taken_weigh"
    assert others(packer) == []
    assert packer.scan("250g")["code"] == "parcel_closed_label"
    page = packer.client.get(f"/office/packing-lists/{code}.pdf")
    assert (page.status_code, page.data[:4]) == (200, b"%PDF")
    assert packer.client.get("/office/packing-lists/LST-000000000000.pdf").status_code == 404


@on_both
def test_what_is_taken_back_calls_the_list_off_and_the_old_one_is_refused(
    floor: Floor, bench: Bench, packer: Handheld, press: Press
) -> None:
    rules(floor, "With a list,ACME,CN,required")
    has(bench, LABEL, A4)
    before = fill(floor, packer)
    packer.scans("*UNDO*")
    assert lists(floor) == ["1 cancelled a4"]
    packer.scans("RED")
    assert (code_of_list(packer), lists(floor)) == (before, ["1 cancelled a4", "2 queued a4"])
    make_papers(floor, press)
    bench.prints()
    packer.scans("*UNDO*")
    packer.scan("*SHORT*")
    packer.scans("*SHORT*")
    assert lists(floor)[2:] == ["3 queued a4"], "of one unit now"
    packer.scans("BOX-S")
    assert packer.scan(before)["code"] == "list_outdated"
    packer.scans(code_of_list(packer))
    packer.scans("*UNDO*")
    assert packer.scan("150g")["code"] == "list_missing"
    packer.scans(code_of_list(packer), "150g")


def test_a_bench_without_a_printer_for_it_says_so_and_a_supervisor_may_let_it_pass(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    rules(floor, "With a list,,,required")
    code = fill(floor, packer)
    assert lists(floor) == []
    (said,) = others(packer)
    assert (said["said"], said["tone"]) == ("This parcel needs a packing list; there is no printer for it here", "look")
    assert "F10" in said["next"]
    assert view(packer)["order"]["packing_list"] == f"/office/packing-lists/{code}.pdf"
    packer.scans("BOX-S")
    assert packer.scan("*REPRINT*")["code"] == "no_list_printer"
    assert packer.scan("EMP-4")["code"] == "supervisor_needed_for_list"
    assert packer.scan("EMP-1")["code"] == "list_left_out_weigh"
    packer.scans("250g")
    number = floor.parcel("42").tracking_no
    query = select(AuditRow).where(AuditRow.what == "packing_list_left_out")
    recorded = floor.database.reading(lambda session: session.scalars(query).one())
    assert (recorded.on_what, "EMP-4" in recorded.details) == (number, True)


def test_without_a_rule_for_it_nothing_is_printed_or_said(floor: Floor, bench: Bench, packer: Handheld) -> None:
    rules(floor, "Elsewhere,,DE,required", "Nothing,ACME,,")
    has(bench, LABEL, A4)
    pack(floor, packer)
    assert (lists(floor), others(packer)) == ([], [])


def list_of_another_order(floor: Floor, number: str) -> str:
    """Somebody else fills a parcel of his own; the code of its list."""
    floor.put_stock("A-01 RED 1")
    floor.order(number, RED=1)
    floor.handheld("EMP-2", "picker of another").scans("T-9", "A-01", "RED")
    other = floor.handheld("EMP-1")
    other.scans("T-9", "BENCH-1", "RED", "BOX-S")
    return str(other.screen["accepts"][0])
