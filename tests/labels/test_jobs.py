"""From a closed parcel to paper: rendered once, printed whole, whatever dies and however often the message comes."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import update

from tests.labels.printing import job_lines, jobs, message_for, messages, printed_files, printer_of
from tests.support.floor import Floor
from wms.kernel.identity import uuid7
from wms.labels.jobs import LabelPrinter
from wms.labels.model import ExpectedSymbol, LabelError, Medium, ParcelSize, Symbology
from wms.labels.press import Press
from wms.labels.printer import SimulatedPrinter
from wms.labels.reader import read_raster
from wms.labels.service import BENCH_PRINT_TOPIC, LabelStanding, label_standing, record_printed
from wms.orders.tables import OrderRow


def test_a_closed_parcel_gets_its_label(floor: Floor, press: Press) -> None:
    parcel = floor.parcel("42")
    (message,) = messages(floor)
    printer_of(floor, press).print_label(message)
    assert job_lines(floor) == ["1 pdf printed simulated", "1 zpl_203 printed simulated"]
    assert {job.id for job in jobs(floor)} == {message.id}

    files = printed_files(floor)
    name = parcel.tracking_no
    assert set(files) == {f"{name}.pdf", f"{name}.png", f"{name}.zpl"}
    assert files[f"{name}.pdf"] == jobs(floor)[0].content
    assert files[f"{name}.zpl"] == jobs(floor)[1].content
    raster = Image.open(io.BytesIO(files[f"{name}.png"]))
    found = read_raster(raster, {Symbology.CODE_128, Symbology.GS1_128, Symbology.QR})
    assert found[ExpectedSymbol(Symbology.CODE_128, name)] == 1
    assert found[ExpectedSymbol(Symbology.GS1_128, f"00{parcel.sscc}")] == 1


def test_the_label_says_what_the_order_says(floor: Floor, press: Press) -> None:
    printer_of(floor, press).print_label(messages(floor)[0])
    zpl = jobs(floor)[1].content.decode()
    for words in ("Acme", "ORDER", "42", "0.150 kg", "CN-330100"):
        assert words in zpl
    # Chinese goes as a graphic: no printer has letters for it.
    assert ":Z64:" in zpl
    assert "_E6" not in zpl


def test_a_message_that_comes_again_changes_nothing(floor: Floor, press: Press) -> None:
    (message,) = messages(floor)
    printer_of(floor, press).print_label(message)
    before = [(job.content, job.printed_at) for job in jobs(floor)]
    floor.settings.label_dir.joinpath(f"{floor.parcel('42').tracking_no}.pdf").unlink()
    printer_of(floor, press).print_label(message)
    assert [(job.content, job.printed_at) for job in jobs(floor)] == before
    assert len(printed_files(floor)) == 2, "what is on paper is not printed again"


def test_parcels_get_the_size_of_label_that_the_printers_hold(floor: Floor, press: Press) -> None:
    (message,) = messages(floor)
    printer = printer_of(floor, press)
    LabelPrinter(printer.database, printer.clock, press, printer.label_dir, ParcelSize.MM_76X130).print_label(message)
    assert b"^PW608\n^LL1040\n" in jobs(floor)[1].content


class DeadPress(Press):
    """Must not be asked: everything is rendered already."""

    def print_pdf(self, html: str, stylesheets: tuple[str, ...], *, urgent: bool = False) -> bytes:
        raise AssertionError("the label was rendered a second time")


def test_dying_between_rendering_and_printing(floor: Floor, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    (message,) = messages(floor)
    printer = printer_of(floor, press)
    with monkeypatch.context() as broken:
        broken.setattr(SimulatedPrinter, "print_label", _no_paper)
        with pytest.raises(OSError, match="no paper"):
            printer.print_label(message)
    assert job_lines(floor) == ["1 pdf rendered", "1 zpl_203 rendered"]
    assert printed_files(floor) == {}

    again = LabelPrinter(floor.database, floor.clock, DeadPress(), floor.settings.label_dir)
    again.print_label(message)
    assert job_lines(floor) == ["1 pdf printed simulated", "1 zpl_203 printed simulated"]


def test_dying_between_printing_and_noting_it(floor: Floor, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    (message,) = messages(floor)
    with monkeypatch.context() as broken:
        broken.setattr("wms.labels.jobs.record_printed", _power_cut)
        with pytest.raises(ZeroDivisionError):
            printer_of(floor, press).print_label(message)
    first = printed_files(floor)
    assert len(first) == 3
    printer_of(floor, press).print_label(message)
    assert printed_files(floor) == first
    assert job_lines(floor)[0] == "1 pdf printed simulated"


def _no_paper(*_arguments: object, **_more: object) -> None:
    raise OSError("no paper")


def _power_cut(*_arguments: object, **_more: object) -> None:
    raise ZeroDivisionError


def test_a_second_message_of_a_parcel_gets_the_same_bytes_as_the_next_copy(floor: Floor, press: Press) -> None:
    printer = printer_of(floor, press)
    printer.print_label(messages(floor)[0])
    parcel = floor.parcel("42")
    printer.print_label(message_for(floor, parcel.id, uuid7()))
    first, second = ([job.sha256 for job in jobs(floor) if job.copy_no == number] for number in (1, 2))
    assert first == second
    files = printed_files(floor)
    assert files[f"{parcel.tracking_no}-copy-2.zpl"] == files[f"{parcel.tracking_no}.zpl"]
    assert f"{parcel.tracking_no}-copy-2.pdf" in printed_files(floor)


def test_data_that_cannot_be_printed_is_said_and_nothing_is_kept(floor: Floor, press: Press) -> None:
    floor.database.in_transaction(
        lambda session: session.execute(update(OrderRow).values(consignee_address="𐎀𐎀 no such letters"))
    )
    with pytest.raises(LabelError, match="is in no font"):
        printer_of(floor, press).print_label(messages(floor)[0])
    assert jobs(floor) == []
    assert printed_files(floor) == {}


def test_a_tracking_number_that_leads_out_of_the_folder_is_no_file(tmp_path: Path, press: Press) -> None:
    printer = SimulatedPrinter(tmp_path / "printed")
    for name in ("../escaped", "a/b", "", ".hidden"):
        with pytest.raises(LabelError, match="no name for a file"):
            printer.print_label(name, 1, {Medium.PDF: b"", Medium.ZPL_203: b""})
    assert list(tmp_path.iterdir()) == []


def test_the_worker_prints(floor: Floor, press: Press) -> None:
    floor.work_off_outbox(press, hours=0)
    assert job_lines(floor) == ["1 pdf printed simulated", "1 zpl_203 printed simulated"]
    assert not [name for name in printed_files(floor) if name.startswith(".")], "no unfinished file stays behind"


def test_what_a_bench_waits_for_is_kept_before_the_rest_is_made(floor: Floor, press: Press) -> None:
    """A packer with a label printer does not wait for a PDF that nobody prints; that comes afterwards, in peace."""
    (message,) = messages(floor)
    payload = json.dumps(json.loads(message.payload) | {"printed_at": "bench", "medium": "tspl_203"})
    asked = replace(message, payload=payload, topic=BENCH_PRINT_TOPIC)
    waiting = LabelPrinter(floor.database, floor.clock, DeadPress(), floor.settings.label_dir)
    with pytest.raises(AssertionError):
        waiting.print_label(asked)
    assert job_lines(floor) == ["1 tspl_203 rendered"]
    (kept,) = jobs(floor)
    floor.database.in_transaction(
        lambda session: record_printed(session, floor.warehouse_id, kept.id, "BENCH-1/label", now=floor.clock.now())
    )
    printer_of(floor, press).print_label(asked)
    assert job_lines(floor) == ["1 pdf rendered", "1 tspl_203 printed BENCH-1/label", "1 zpl_203 rendered"]
    number = floor.parcel("42").tracking_no
    standing = floor.database.reading(lambda session: label_standing(session, floor.warehouse_id, number))
    assert standing == LabelStanding(number, 1, is_printed=True), "one label, on paper, whatever else it was made as"
    assert printed_files(floor) == {}, "the bench prints it"
