"""The carrier's own label at a bench: from the booking to the parcel on its lane, and what is said without it."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import update
from sqlalchemy.orm import Session

from devices.simulation.printer import SimulatedPrinter
from devices.simulation.zpl_picture import picture_of
from tests.benches.bench import Bench, bytes_of, jobs, on_both, standing
from tests.carriers.karrio_scene import SECRET, SETTINGS, standing_in
from tests.carriers.scene import CHECKWORD, no_customs, sf_settings, simulated
from tests.labels.test_given import pages_pdf
from tests.support.floor import Floor, Handheld
from wms.access.model import command_line
from wms.app import worker_of
from wms.bench.model import JobState, LabelJob
from wms.carriers.accounts import NewAccount, set_account, set_rules
from wms.carriers.adapters import adapter_of
from wms.carriers.forwarding import ForwardedWaybill, take_forwarded
from wms.carriers.jobs import CarrierDesk
from wms.carriers.model import Account, CarrierKind
from wms.carriers.port import CarrierPort
from wms.carriers.rules import Rule
from wms.carriers.simulator.label import label_pdf, square_text
from wms.carriers.simulator.platform import Platform
from wms.kernel.clock import Clock
from wms.labels.press import Press
from wms.labels.reader import page_rasters, page_sizes, read_everything
from wms.orders.tables import OrderRow
from wms.outbox.worker import Worker

PRINTS = "COM_RECE_CLOUD_PRINT_WAYBILLS"


@pytest.fixture
def carrier(floor: Floor, tmp_path: Path) -> Iterator[Platform]:
    with simulated(tmp_path / "carrier", floor.clock) as platform:
        yield platform


def send_with(floor: Floor, url: str, **settings: str) -> None:
    by, now = command_line(floor.warehouse_id), floor.clock.now()

    def work(session: Session) -> None:
        account = NewAccount(
            "SF", CarrierKind.SF, "SF Express", settings=sf_settings(url, **settings), secret=CHECKWORD
        )
        set_account(session, by, account, now=now)
        set_account(session, by, NewAccount("PLATFORM", CarrierKind.FORWARDED, "Platform", secret="shared"), now=now)
        set_rules(session, by, (Rule(1, "SF"),), now=now)

    floor.database.in_transaction(work)


def work(floor: Floor) -> None:
    """Everything that is due. The press is never needed: what carriers draw we only read."""
    worker = worker_of(floor.house, Press())
    while worker.run_once():
        pass


def packed(floor: Floor, packer: Handheld, number: str = "42", tote: str = "T-1") -> str:
    """Picked, and closed under the number of its carrier."""
    floor.put_stock("A-01 RED 1")
    floor.order(number, RED=1)
    floor.handheld("EMP-2", f"picker of {number}").scans(tote, "A-01", "RED")
    work(floor)
    packer.scans(tote, "RED", "BOX-S")
    assert packer.scan("150g")["code"] == "parcel_closed_label"
    return floor.parcel(number).tracking_no


def only_job(floor: Floor, number: str = "42") -> LabelJob:
    (job,) = jobs(floor, floor.parcel(number).id)
    return job


def bought_through_karrio(floor: Floor, packer: Handheld, folder: Path, label: bytes) -> str:
    """Picked, bought abroad with this label, and closed under its number."""
    by, now = command_line(floor.warehouse_id), floor.clock.now()

    def rules(session: Session) -> None:
        account = NewAccount("DHL", CarrierKind.KARRIO, "DHL", settings=tuple(SETTINGS.items()), secret=SECRET)
        set_account(session, by, account, now=now)
        set_rules(session, by, (Rule(1, "DHL"),), now=now)
        session.execute(update(OrderRow).values(consignee_address="Musterweg 1 10115 Berlin", consignee_country="DE"))

    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    floor.database.in_transaction(rules)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    with standing_in(folder) as stand_in:
        stand_in.labels(label)

        def adapters(account: Account, clock: Clock) -> CarrierPort:
            return adapter_of(account, clock, karrio_children=stand_in.children)

        desk = CarrierDesk(floor.database, floor.clock, no_customs, adapters)
        Worker(floor.database, floor.clock, desk.handlers()).run_once()
    packer.scans("T-1", "RED", "BOX-S")
    assert packer.scan("150g")["code"] == "parcel_closed_label"
    work(floor)
    return floor.parcel("42").tracking_no


def test_zpl_that_came_with_the_number_comes_out_as_it_is(
    floor: Floor, bench: Bench, packer: Handheld, tmp_path: Path
) -> None:
    label = b"^XA^FO50,50^BY3^BCN,100,Y,N,N,A^FD#^FS^XZ"
    number = bought_through_karrio(floor, packer, tmp_path / "karrio", label)
    # Commands for one kind of printer are for no other.
    bench.tells_devices("paper_out", others=({"name": "spare", "media_type": "application/vnd.tspl", "dpi": 300},))
    refused = packer.scan("PRN-BENCH-1-SPARE")
    assert refused["code"] == "label_not_for_printer"
    assert "spare (TSPL 300 dpi)" in refused["message"]["title"]
    assert bytes_of(bench.prints()) == label.replace(b"#", number.encode())
    assert packer.scan(number)["code"] == "label_applied"


def test_a_label_that_nobody_understands_is_not_replaced_by_ours(
    floor: Floor, bench: Bench, packer: Handheld, tmp_path: Path
) -> None:
    number = bought_through_karrio(floor, packer, tmp_path / "karrio", b"\x1b unheard of")
    assert bench.asks() == {"jobs": [], "answers": []}
    view = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json or {}
    assert view["parcel"]["label"]["state"] == "stuck"
    assert "print it from the carrier's portal" in view["parcel"]["label"]["said"]
    page = floor.handheld("EMP-1", "office").client.get("/office/order/42").text
    assert "is not asked for any more" in page
    assert "Retry it under Messages" not in page
    # The paper of the portal bears the number.
    assert packer.scan(number)["code"] == "label_applied"


@on_both
def test_the_carriers_label_is_printed_scanned_back_and_staged(
    floor: Floor, bench: Bench, packer: Handheld, carrier: Platform
) -> None:
    send_with(floor, carrier.address)
    number = packed(floor, packer)
    assert (bench.asks(), carrier.registry.asked(PRINTS)) == ({"jobs": [], "answers": []}, 0), "fetched in its own step"
    work(floor)

    job = bench.prints()
    papers: list[bytes] = []
    SimulatedPrinter(papers.append).answers(bytes_of(job))
    picture, unknown = picture_of(papers[0])
    assert (unknown, picture.size, job["tail"]) == ([], (800, 1200), number[-4:])
    assert set(read_everything(picture)) == {number, square_text(number)}

    # The very same paper once more, and the carrier is not asked.
    assert packer.scan("*REPRINT*")["code"] == "label_ordered"
    again = bench.prints()
    assert (again["copy_number"], bytes_of(again), carrier.registry.asked(PRINTS)) == (2, bytes_of(job), 1)

    stranger = packer.scan(square_text(number[:-1] + "9"))
    assert stranger["outcome"] == "unknown"
    assert packer.scan(square_text(number))["code"] == "label_applied"
    assert standing(floor, floor.parcel("42").id) == ["1 printed", "2 printed applied"]

    second = packed(floor, packer, "43", "T-2")
    assert second != number
    wrong = packer.scan(square_text(number))
    assert (wrong["code"], wrong["details"]["other"]) == ("wrong_label", "42")

    hand = floor.handheld()
    hand.scan("LANE-1")
    assert hand.scan(square_text(number))["code"] == "parcel_staged"
    assert floor.parcel("42").state == "staged"


def test_a_copy_comes_out_of_the_printer_that_took_the_place_of_the_first(
    floor: Floor, bench: Bench, packer: Handheld, carrier: Platform
) -> None:
    send_with(floor, carrier.address)
    packed(floor, packer)
    work(floor)
    bench.prints()

    def has(name: str, media_type: str) -> None:
        printer = {"name": name, "kind": "printer", "condition": "ready", "words": "", "media_type": media_type}
        body = {"bench": "BENCH-1", "devices": [printer]}
        assert bench.client.put("/api/v1/bench/devices", json=body, headers=bench.headers).status_code == 200

    has("renamed", "application/vnd.zebra-zpl")
    assert packer.scan("*REPRINT*")["code"] == "label_ordered"
    assert bench.prints()["printer"] == "renamed"
    has("renamed", "application/vnd.tspl")
    assert packer.scan("*REPRINT*")["code"] == "label_ordered"
    assert bench.asks()["jobs"] == [], "it was never made for such a printer"
    work(floor)
    again = bench.prints()
    assert (again["copy_number"], again["media_type"]) == (3, "application/vnd.tspl")
    assert bytes_of(again).startswith(b"SIZE")
    assert carrier.registry.asked(PRINTS) == 1


def test_a_carrier_that_gives_no_label_is_told_in_its_words_and_asked_again_from_the_bench(
    floor: Floor, bench: Bench, packer: Handheld, carrier: Platform
) -> None:
    send_with(floor, carrier.address)
    packed(floor, packer)
    carrier.faults = replace(carrier.faults, busy=1000)
    work(floor)
    job = only_job(floor)
    assert (job.state, job.why) == (JobState.QUEUED, "carrier_silent")
    assert job.words.startswith("SF Express: ")
    assert "请求太频繁" in job.words
    view = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json or {}
    assert (view["parcel"]["label"]["state"], view["parcel"]["label"]["tone"]) == ("awaited", "look")
    assert "请求太频繁" in view["parcel"]["label"]["said"]
    assert "nothing to print yet" in floor.handheld("EMP-1", "office").client.get("/office/bench-labels").text
    for _ in range(9):
        floor.clock.forward(timedelta(minutes=11))
        work(floor)
    bench.tells_devices()
    asked = carrier.registry.asked(PRINTS)

    carrier.faults = replace(carrier.faults, busy=0)
    work(floor)
    assert carrier.registry.asked(PRINTS) == asked, "given up, and left to a person"
    assert packer.scan("*REPRINT*")["code"] == "label_asked_again"
    work(floor)
    assert (only_job(floor).why, len(bench.asks()["jobs"])) == ("", 1)


def test_a_rule_lets_us_draw_the_label_when_the_carrier_takes_too_long(
    floor: Floor, bench: Bench, packer: Handheld, carrier: Platform
) -> None:
    send_with(floor, carrier.address, draw_label_after="3")
    packed(floor, packer)
    carrier.faults = replace(carrier.faults, busy=1000)
    work(floor)
    assert only_job(floor).why == "carrier_silent"
    floor.clock.forward(timedelta(seconds=4))
    # Drawing needs the press; that it was asked for is what counts here.
    worker = worker_of(floor.house, Press())
    worker.run_once()
    assert only_job(floor).why == ""


def test_without_a_program_at_the_bench_the_page_still_says_what_the_label_waits_for(
    floor: Floor, packer: Handheld, carrier: Platform
) -> None:
    send_with(floor, carrier.address)
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    work(floor)
    packer.scans("T-1", "RED", "BOX-S")
    assert packer.scan("150g")["code"] == "parcel_closed"
    carrier.faults = replace(carrier.faults, busy=1000)
    work(floor)
    view = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json or {}
    assert view["parcel"]["label"]["state"] == "awaited"
    assert "请求太频繁" in view["parcel"]["label"]["said"]


def test_what_bears_another_number_is_not_printed(
    floor: Floor, bench: Bench, packer: Handheld, carrier: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_with(floor, carrier.address)
    number = packed(floor, packer)
    monkeypatch.setattr("wms.carriers.simulator.platform.label_pdf", lambda _: label_pdf("SF7440000000099"))
    work(floor)
    job = only_job(floor)
    assert (job.state, job.why) == (JobState.QUEUED, "label_other_number")
    label = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json["parcel"]["label"]
    assert "another number than this parcel" in label["said"]
    assert label["words"] == job.words
    assert f"SF7440000000099 and not {number}" in job.words
    assert bench.asks() == {"jobs": [], "answers": []}


def test_pages_besides_the_label_are_told_at_the_bench_and_printed_from_the_office(
    floor: Floor, bench: Bench, packer: Handheld, carrier: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_with(floor, carrier.address)
    number = packed(floor, packer)
    office = floor.handheld("EMP-1", "office").client
    papers = f"/office/parcels/{number}/carrier-papers.pdf"
    (label,) = page_rasters(label_pdf(number))
    invoice = Image.new("1", (1680, 2376), 255)
    monkeypatch.setattr("wms.carriers.simulator.platform.label_pdf", lambda _: pages_pdf(invoice, label, invoice))
    assert office.get(papers).status_code == 404
    work(floor)
    (told,) = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json["others"]
    assert (told["state"], "2" in told["said"]) == ("by_hand", True)
    drawn, _ = picture_of(bytes_of(bench.prints()))
    assert number in read_everything(drawn)
    assert papers in office.get("/office/order/42").text
    assert len(page_sizes(office.get(papers).data)) == 2


def packed_under_a_forwarded_number(floor: Floor, packer: Handheld, carrier: Platform) -> str:
    send_with(floor, carrier.address)
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    forwarded = ForwardedWaybill("42", "PLATFORM", "LP00112233445566", b"sealed", "application/x-cainiao")
    by, now = command_line(floor.warehouse_id), floor.clock.now()
    floor.database.in_transaction(lambda session: take_forwarded(session, by, forwarded, now=now))
    return packed(floor, packer)


def test_a_platforms_payload_goes_to_its_component_where_a_bench_has_one(
    floor: Floor, bench: Bench, packer: Handheld, carrier: Platform
) -> None:
    cainiao = {"name": "cainiao", "media_type": "application/x-cainiao"}
    bench.tells_devices(others=(cainiao, {**cainiao, "name": "second"}))
    number = packed_under_a_forwarded_number(floor, packer, carrier)
    (job,) = bench.asks()["jobs"]
    assert (job["printer"], job["media_type"], job["tail"]) == ("cainiao", "application/x-cainiao", "5566")
    assert (bytes_of(job), job["sha256"]) == (b"sealed", hashlib.sha256(b"sealed").hexdigest())
    # It moves to another printer of the same component, and to none of ours.
    bench.reports(job["job_id"], "claimed", "blocked", why="paper_out", attempt=0)
    assert packer.scan("PRN-BENCH-1-LABEL")["code"] == "label_not_for_printer"
    assert packer.scan("PRN-BENCH-1-SECOND")["code"] == "label_moves"
    bench.reports(job["job_id"], "cancelled", why="cancelled")
    copy = bench.prints()
    assert (copy["printer"], copy["copy_number"], copy["label_id"]) == ("second", 2, job["label_id"])
    assert packer.scan("*REPRINT*")["code"] == "label_ordered"
    assert bytes_of(bench.prints()) == b"sealed"
    assert packer.scan(number)["code"] == "label_applied"


def test_a_platforms_payload_is_left_to_its_own_program_and_scanned_back_here(
    floor: Floor, bench: Bench, packer: Handheld, carrier: Platform
) -> None:
    number = packed_under_a_forwarded_number(floor, packer, carrier)
    assert (number, only_job(floor).why) == ("LP00112233445566", "vendor_prints")
    assert bench.asks() == {"jobs": [], "answers": []}
    view = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json or {}
    assert view["parcel"]["label"]["state"] == "vendors"
    assert packer.scan("*REPRINT*")["code"] == "label_of_vendor"
    page = floor.handheld("EMP-1", "office").client.get("/office/order/42").text
    assert "label is here; only its platform" in page
    assert packer.scan(number)["code"] == "label_applied"
