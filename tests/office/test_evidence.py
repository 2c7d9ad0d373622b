"""The evidence of a parcel: complete, the same each time, its hashes right, tampering named, nobody named in full."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, text, update

from tests.office.customs_scene import CLERK, CustomsDay
from tests.office.evidence_scene import NUMBER, WHY_AGAIN, WHY_LIFTED, dispatched_after_all
from tests.office.scene import signed_in
from tests.support.floor import Floor
from wms.access.model import command_line
from wms.access.tables import AuditRow
from wms.customs.signing.verifying import verify
from wms.customs.tables import DeclarationRow, MessageRow, RawReceiptRow, ReceiptEntryRow
from wms.database.dialect import append_only_statements
from wms.kernel.errors import WmsError
from wms.kernel.refusal import Refusal
from wms.labels.press import Press
from wms.office.evidence.commands import evidence_command
from wms.office.evidence.handing_out import ZIP, HandedOut, hand_out

IN_FULL = ("虚构买家", "990000199001010017", "样例收件人", "10000000001", "样例路")
"""What names a person of the orders of the small warehouse."""


@pytest.fixture
def day(floor: Floor, press: Press) -> CustomsDay:
    return dispatched_after_all(floor, press)


def taken(day: CustomsDay, *, is_masked: bool = False) -> HandedOut:
    floor = day.floor
    handed = hand_out(
        floor.database,
        floor.clock,
        command_line(floor.warehouse_id),
        floor.parcel(NUMBER).tracking_no,
        form=ZIP,
        is_masked=is_masked,
        press=day.press,
    )
    assert isinstance(handed, HandedOut), handed
    return handed


def unzipped(bundle: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def told(files: Mapping[str, bytes], name: str) -> Any:
    return json.loads(files[name])


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def _entry_hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def test_the_bundle_of_a_dispatched_parcel_is_complete(day: CustomsDay) -> None:
    handed = taken(day)
    files = unzipped(handed.bundle)
    assert handed.troubles == ()
    parcel = day.floor.parcel(NUMBER)

    manifest = told(files, "manifest.json")
    assert hashlib.sha256(files["manifest.json"]).hexdigest() == handed.manifest_sha256
    assert (manifest["parcel"], manifest["order"], manifest["fits"]) == (parcel.tracking_no, NUMBER, True)
    named = {line["path"]: line for line in manifest["files"]}
    assert set(named) == set(files) - {"manifest.json", "evidence.pdf"}
    assert len(files) == handed.files
    for path, line in named.items():
        assert (line["sha256"], line["bytes"]) == (_entry_hash(files[path]), len(files[path])), path
        if line["stored_sha256"]:
            assert line["stored_sha256"] == line["sha256"], path

    # Both attempts, with all four messages as they left, signed.
    messages = [path for path in files if path.startswith("documents/attempt-") and "CEB" in path]
    kinds = sorted(path.split("/")[1] + path.split("/")[2][:6] for path in messages)
    expected = [f"attempt-{attempt}{kind}" for attempt in (1, 2) for kind in ("CEB311", "CEB411", "CEB511", "CEB621")]
    assert kinds == expected
    for path in messages:
        assert verify(files[path]).serial
    sent = told(files, "documents/documents.json")
    assert {one["signature"]["fits"] for one in sent["messages"]} == {True}

    # Every receipt that came is there as it came, and says which part it plays.
    receipts = told(files, "receipts/receipts.json")
    stored = day.floor.database.reading(
        lambda session: {row.sha256 for row in session.scalars(select(RawReceiptRow)) if b"ExitPass" not in row.raw}
    )
    assert {_entry_hash(files[one["file"]]) for one in receipts} == stored
    parts = [
        (node["status"], node["part"]) for one in receipts for node in one["nodes"] if node["message_type"] == "CEB622"
    ]
    assert ("100", "earlier_attempt") in parts
    assert sorted(part for status, part in parts if status == "18") == ["duplicate", "unknown_code"]
    assert {("500", "counts"), ("800", "counts"), ("120", "counts"), ("2", "logged_only")} <= set(parts)

    # The fold, step by step, of both attempts.
    first, second = told(files, "fold.json")
    assert (first["is_present"], first["steps"][-1]["after"]["state"]) == (False, "rejected")
    deciding = [(step["status"], step["after"]["state"]) for step in second["steps"] if step["effect"] == "states"]
    assert deciding == [("120", "accepted"), ("500", "under_inspection"), ("800", "released")]
    assert second["steps"][-1]["after"]["state"] == second["kept_state"] == "released"
    ours = {one["receipt_id"] for one in receipts}
    assert all(step["receipt_id"] in ours for fold in (first, second) for step in fold["steps"] if step["message_type"])
    assert "unknown_code" in files["fold.txt"].decode()

    # The hold, and who lifted it why.
    (hold,) = told(files, "holds.json")
    assert (hold["kind"], hold["lifted_by"], hold["lift_reason"]) == ("unknown_status", "EMP-1", WHY_LIFTED)

    # Scans with the gate's answer at each, movements, the way out.
    floor = told(files, "scans.json")
    gate = [(line["asked_at"], line["is_open"]) for line in floor["gate_answers"]]
    assert gate[0] == ("label", False)
    assert gate[1] == ("dispatch", False)
    assert gate[-1] == ("gate_out", True)
    assert {point for point, is_open in gate if is_open} == {"dispatch", "seal", "gate_out"}
    assert sum(len(scan["gate"]) for scan in floor["scans"]) == len(gate)
    red = [scan for scan in floor["scans"] if scan["outcome"] == "gate_closed"]
    assert [(scan["scanned"], scan["who"], scan["gate"][0]["code"]) for scan in red] == [
        (parcel.tracking_no, "EMP-4", "customs_inspection")
    ]
    assert floor["movements"][0]["reason"] == "picked"
    assert floor["movements"][-1]["reason"] == "shipped"
    (leave,) = told(files, "exit_pass.json")
    assert leave["state"] == "used"
    (entry,) = told(files, "book.json")
    assert (entry["kind"], entry["quantity"], entry["document_no"]) == ("outward", -1, manifest["list_number"])

    # People.
    (slip,) = told(files, "payment/slips.json")
    assert slip["slip"]["payer_name"] == "虚构买家"
    done = {(line["who"], line["what"]) for line in told(files, "audit.json")}
    assert {(CLERK, "declaration_resubmitted"), ("EMP-1", "hold_lifted")} <= done
    (correction,) = told(files, "corrections.json")
    assert correction["details"]["reason"] == WHY_AGAIN
    assert told(files, "troubles.json") == []

    # The paper bears the manifest's hash on every page, and names nobody in full.
    assert files["evidence.pdf"] == handed.paper
    paper = words_of(handed.paper)
    pages = paper.count("SHA-256 of manifest.json")
    assert pages >= 4
    assert paper.count(handed.manifest_sha256) == pages
    for word in IN_FULL:
        assert word not in paper, word
    for word in ("Everything fits", "放行", "布控查验", WHY_LIFTED, parcel.tracking_no, leave["pass_no"]):
        assert word in paper, word

    # The same state gives the same bytes, and each taking is written down.
    assert taken(day).bundle == handed.bundle
    query = select(AuditRow).where(AuditRow.what == "evidence_taken")
    lines = day.floor.database.reading(lambda session: [row.on_what for row in session.scalars(query)])
    assert lines == [parcel.tracking_no] * 2

    # Masked, nothing in it names anybody in full, and the raw bytes are named by their hashes alone.
    handed = taken(day, is_masked=True)
    masked = unzipped(handed.bundle)
    assert len(masked) == handed.files
    for path, content in masked.items():
        for word in IN_FULL:
            assert path == "evidence.pdf" or word.encode() not in content, (path, word)
    left_out = {line["sha256"] for line in told(masked, "manifest.json")["left_out"]}
    assert left_out == {line["sha256"] for line in manifest["files"] if line["stored_sha256"]}
    assert "documents/attempt-2/order.masked.xml" in masked


def test_what_was_tampered_with_is_named(day: CustomsDay, tmp_path: Path) -> None:
    floor = day.floor
    tracking_number = floor.parcel(NUMBER).tracking_no
    with unguarded(floor, RawReceiptRow.__tablename__, ReceiptEntryRow.__tablename__):
        floor.database.in_transaction(_tamper)
    out = tmp_path / "evidence.zip"
    command = evidence_command(lambda: floor.house)
    result = CliRunner().invoke(command, [tracking_number, "--out", str(out), "--warehouse", str(floor.warehouse_id)])
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    said = [line.removeprefix("DOES NOT FIT  ") for line in result.stderr.splitlines() if line.startswith("DOES NOT")]
    kinds = sorted(line.split(" ")[0] for line in said)
    assert kinds == ["entry", "inventory", "message", "message", "receipt", "receipt", "state"], said
    files = unzipped(out.read_bytes())
    manifest = told(files, "manifest.json")
    assert manifest["fits"] is False
    assert [trouble["says"]["en"] for trouble in manifest["troubles"]]
    wrong = [line["path"] for line in manifest["files"] if line["stored_sha256"] not in ("", line["sha256"])]
    assert len(wrong) == 2
    assert "This evidence is not intact" in words_of(files["evidence.pdf"])


class unguarded:  # noqa: N801 - reads as a word
    """Without the triggers that make tables append-only, as somebody with the database's password could."""

    def __init__(self, floor: Floor, *tables: str) -> None:
        self._floor, self._tables = floor, tables

    def __enter__(self) -> None:
        self._each("drop")

    def __exit__(self, *_: object) -> None:
        self._each("make")

    def _each(self, what: str) -> None:
        dialect = self._floor.database.engine.dialect.name

        def work(session: Any) -> None:
            for table in self._tables:
                if dialect == "postgresql":
                    session.execute(
                        text(f"ALTER TABLE {table} {'DISABLE' if what == 'drop' else 'ENABLE'} TRIGGER USER")
                    )
                elif what == "drop":
                    names = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
                    for name in session.scalars(names, {"table": table}).all():
                        session.execute(text(f"DROP TRIGGER {name}"))
                else:
                    for statement in append_only_statements(table)[dialect]:
                        session.execute(text(statement))

        self._floor.database.in_transaction(work)


def _tamper(session: Any) -> None:
    """A release that never came, a message that never left like this, and a state nobody decided."""
    inspected = session.scalars(select(ReceiptEntryRow).where(ReceiptEntryRow.return_status == "500")).one()
    raw = session.scalars(select(RawReceiptRow).where(RawReceiptRow.id == inspected.receipt_id)).one()
    forged = raw.raw.replace(b">500<", b">800<")
    assert forged != raw.raw
    session.execute(update(RawReceiptRow).where(RawReceiptRow.id == raw.id).values(raw=forged))
    session.execute(
        update(ReceiptEntryRow)
        .where(ReceiptEntryRow.fingerprint == inspected.fingerprint)
        .values(return_status="800", return_info="放行")
    )
    message = session.scalars(select(MessageRow).where(MessageRow.message_type == "CEB621").limit(1)).one()
    changed = message.raw.replace("牙刷".encode(), "石头".encode())
    assert changed != message.raw
    session.execute(update(MessageRow).where(MessageRow.id == message.id).values(raw=changed))
    session.execute(update(DeclarationRow).values(state="closed"))


def test_doors(day: CustomsDay) -> None:
    tracking_number = day.floor.parcel(NUMBER).tracking_no
    path = f"/office/customs/evidence/{tracking_number}"
    boss, clerk, picker = (signed_in(day.floor, badge) for badge in ("EMP-1", CLERK, "EMP-2"))
    paper = boss.get(f"{path}.pdf")
    assert (paper.status_code, paper.content_type) == (200, "application/pdf")
    bundle = clerk.get(f"{path}.zip")
    assert (bundle.status_code, bundle.content_type) == (200, "application/zip")
    assert unzipped(bundle.data)["evidence.pdf"] == paper.data, "the paper bears the hash of the whole bundle"
    refused = boss.get(f"{path}.zip")
    assert refused.status_code == 403
    assert "does not see personal data" in refused.text
    masked = boss.get(f"{path}.zip?masked=1")
    assert told(unzipped(masked.data), "manifest.json")["is_masked"] is True
    assert picker.get(f"{path}.pdf").status_code == 403
    assert day.floor.app.test_client().get(f"{path}.pdf").status_code == 303
    missing = clerk.get("/office/customs/evidence/NO-SUCH.zip")
    assert (missing.status_code, "no parcel NO-SUCH" in missing.text) == (404, True)

    def look(session: Any) -> list[tuple[str, Mapping[str, Any]]]:
        rows = session.scalars(select(AuditRow).where(AuditRow.what == "evidence_taken").order_by(AuditRow.id))
        return [(row.who, json.loads(row.details)) for row in rows]

    lines = day.floor.database.reading(look)
    assert [(who, said["form"], said["masked"]) for who, said in lines] == [
        ("EMP-1", "pdf", True),
        (CLERK, "zip", False),
        ("EMP-1", "zip", True),
    ]


def test_nothing_to_show(floor: Floor, press: Press, tmp_path: Path) -> None:
    day = CustomsDay(floor, press)
    day.pack("62")
    tracking_number = floor.parcel("62").tracking_no
    command = evidence_command(lambda: floor.house)

    def run(*words: str) -> Any:
        return CliRunner().invoke(command, [*words, "--warehouse", str(floor.warehouse_id)])

    unknown = run("NO-SUCH", "--out", str(tmp_path / "a.zip"))
    assert isinstance(unknown.exception, WmsError)
    assert "no parcel NO-SUCH" in str(unknown.exception)
    nowhere = run(tracking_number, "--out", str(tmp_path / "missing" / "a.zip"))
    assert isinstance(nowhere.exception, WmsError)
    assert "cannot be written" in str(nowhere.exception)
    fine = run(tracking_number, "--masked", "--out", str(tmp_path / "a.zip"))
    assert fine.exit_code == 0, fine.output
    assert [path.name for path in tmp_path.glob("*.zip")] == ["a.zip"], "nothing half written stays"
    floor.database.in_transaction(lambda session: session.execute(_forget(session, "62")))
    refused = run(tracking_number, "--out", str(tmp_path / "b.zip"))
    assert "never declared" in str(refused.exception)


def _forget(session: Any, number: str) -> Any:
    """As if the parcel had been packed before the warehouse was bonded."""
    declaration = session.scalars(select(DeclarationRow).where(DeclarationRow.order_no == number)).one()
    for table in ("customs_findings", "customs_documents", "customs_attempts"):
        column = "order_id" if table == "customs_findings" else "declaration_id"
        wanted = declaration.order_id if table == "customs_findings" else declaration.id
        found = DeclarationRow.metadata.tables[table]
        session.execute(delete(found).where(found.c[column] == wanted))
    return delete(DeclarationRow).where(DeclarationRow.id == declaration.id)


def test_refusals_of_handing_out(floor: Floor, press: Press) -> None:
    by = command_line(floor.warehouse_id)
    refused = hand_out(floor.database, floor.clock, by, "NO-SUCH", form=ZIP, is_masked=True, press=press)
    assert isinstance(refused, Refusal)
    assert refused.code == "parcel_not_known"
