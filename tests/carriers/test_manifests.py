"""Once a load has left, each carrier has one list of its parcels: closed once, the same bytes ever after."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.carriers.scene import simulated
from tests.carriers.test_closing import office, run_worker, send_with
from tests.support.floor import Floor, Handheld, opened_floor
from tests.support.threads import together
from wms.carriers.adapters import adapter_of
from wms.carriers.jobs import CarrierDesk
from wms.carriers.manifest_file import COLUMNS, manifest_csv
from wms.carriers.manifests import MANIFEST_TOPIC, Handed, latest_manifests, not_listed_yet
from wms.carriers.model import Account, Capabilities, LabelKind, Manifest, ManifestKind, RateSource
from wms.carriers.port import InDoubt, ManifestDiffers
from wms.carriers.rules import Rule
from wms.carriers.simulator.platform import Platform
from wms.carriers.tables import CarrierManifestRow
from wms.kernel.clock import Clock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.labels.press import Press
from wms.outbox.service import Message
from wms.shipments.model import ManifestLine
from wms.shipments.tables import LoadRow


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with Press() as made:
        yield made


@pytest.fixture
def carrier(floor: Floor, tmp_path: Path) -> Iterator[Platform]:
    with simulated(tmp_path / "carrier", floor.clock) as platform:
        yield platform


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "none") as opened:
        opened.put_stock("A-01 RED 20")
        yield opened


def gone(floor: Floor, press: Press, numbers: str) -> None:
    """Orders picked, packed, and left with one load."""
    hand = floor.handheld()
    for number in numbers.split():
        packed(floor, hand, press, number)
    leave(floor, hand, numbers)


def packed(floor: Floor, hand: Handheld, press: Press, number: str) -> None:
    floor.order(number, RED=1)
    hand.scans("T-1", "A-01", "RED")
    run_worker(floor, press)
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S", "150g")
    floor.work_off_outbox(press)


def leave(floor: Floor, hand: Handheld, numbers: str) -> None:
    for number in numbers.split():
        hand.scans("LANE-1", floor.parcel(number).tracking_no)
    hand.scan("*DONE*")
    closed = hand.scan("*DONE*")
    assert closed["code"] == "load_closed", closed


def lists(floor: Floor) -> list[CarrierManifestRow]:
    def look(session: Session) -> list[CarrierManifestRow]:
        return list(latest_manifests(session, floor.warehouse_id, limit=9))

    return floor.database.reading(look)


def message(floor: Floor) -> Message:
    def look(session: Session) -> Any:
        return session.scalars(select(LoadRow.id)).one()

    load_id = floor.database.reading(look)
    return Message(floor.warehouse_id, uuid7(), MANIFEST_TOPIC, f'{{"load_id": "{load_id}"}}', 1, uuid7())


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def untold(*_: object, **__: object) -> Refusal:
    return Refusal("no_such_declaration")


def test_the_own_carrier_and_sf_each_get_their_part_of_a_load(
    floor: Floor,
    carrier: Platform,
    press: Press,
) -> None:
    hand = floor.handheld()
    for number, account in (("41", "OWN"), ("42", "SF")):
        send_with(floor, carrier.address, Rule(1, account))
        packed(floor, hand, press, number)
    leave(floor, hand, "41 42")
    run_worker(floor, press)
    own, sf = lists(floor)
    assert (own.account_code, own.kind, own.parcels, own.weight_grams) == ("OWN", "manifest", 1, 150)
    assert (sf.account_code, sf.kind, sf.parcels, sf.weight_grams) == ("SF", "pickup_list", 1, 150)
    assert own.number == sf.number
    rows = list(csv.DictReader(io.StringIO(own.content.decode())))
    assert [row["waybill"] for row in rows] == [floor.parcel("41").tracking_no, "1"]
    assert [(row["line"], row["weight_grams"]) for row in rows] == [("1", "150"), ("total", "150")]
    assert floor.parcel("42").tracking_no in sf.content.decode()

    client = office(floor)
    page = client.get("/office/carriers").text
    assert "closed with the carrier" in page
    assert "pick-up list for its courier" in page
    load = rows[0]["load"]
    answer = client.get(f"/api/v1/carriers/manifests/{load}/OWN.csv")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, own.content, "text/csv")
    paper = client.get(f"/office/carriers/manifests/{load}/SF.pdf")
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert floor.parcel("42").tracking_no in text_of(paper.data)
    assert floor.parcel("41").tracking_no not in text_of(paper.data)
    assert client.get(f"/office/carriers/manifests/{load}/SF.pdf").data == paper.data
    assert client.get(f"/office/carriers/manifests/{load}/NOBODY.pdf").status_code == 404
    assert client.get(f"/api/v1/carriers/manifests/{load}/NOBODY.csv").status_code == 404
    assert client.get("/api/v1/carriers/manifests/LOD-999/OWN.csv").status_code == 404


def test_a_list_is_closed_once_whoever_asks_and_however_often(floor: Floor, press: Press) -> None:
    gone(floor, press, "41 42")
    assert lists(floor) == [], "nothing slow happens in the scan that closes the load"
    desk = CarrierDesk(floor.database, floor.clock, untold)
    together(4, lambda _: desk.close_manifests(message(floor)))
    (first,) = lists(floor)
    assert (first.parcels, first.weight_grams, first.account_code) == (2, 300, "OWN")
    desk.close_manifests(message(floor))
    (again,) = lists(floor)
    assert (again.content, again.closed_at) == (first.content, first.closed_at)


@dataclass(frozen=True)
class Closing:
    """A carrier that closes manifests itself; what it says is put into its mouth."""

    says: list[Any]
    asked: list[tuple[list[str], str]]

    def capabilities(self) -> Capabilities:
        return Capabilities(
            LabelKind.FETCHED, tracks=False, pushes=False, voids=False, manifests=True, rates=RateSource.NONE
        )

    def close_manifest(self, waybill_nos: list[str], key: str) -> Manifest:
        self.asked.append((waybill_nos, key))
        said = self.says.pop(0)
        if isinstance(said, Exception):
            raise said
        return Manifest("M-7", tuple(waybill_nos if said is None else said))


def test_a_carriers_own_manifest_is_asked_for_again_under_the_same_key(floor: Floor, press: Press) -> None:
    gone(floor, press, "41")
    closing = Closing([InDoubt("silence"), ["ELSE"], None], [])

    def make(account: Account, clock: Clock) -> Any:
        assert adapter_of(account, clock).capabilities().manifests
        return closing

    desk = CarrierDesk(floor.database, floor.clock, untold, make)
    with pytest.raises(InDoubt):
        desk.close_manifests(message(floor))
    with pytest.raises(ManifestDiffers):
        desk.close_manifests(message(floor))
    assert lists(floor) == []
    desk.close_manifests(message(floor))
    (made,) = lists(floor)
    assert made.number == "M-7"
    assert len({key for _, key in closing.asked}) == 1


def test_a_load_that_has_not_left_has_no_list(floor: Floor) -> None:
    def look(session: Session) -> list[Handed]:
        return not_listed_yet(session, warehouse_id=floor.warehouse_id, load_id=uuid7())

    assert floor.database.reading(look) == []


def test_the_file_names_every_parcel_and_the_totals() -> None:
    line = ManifestLine(7, uuid7(), "CP1", "095212340000000016", 150)
    content = manifest_csv(
        ManifestKind.MANIFEST, "MAN-1", "LOD-1", 'Road, "& Rail"', [line, replace(line, tracking_no="CP2")]
    )
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert tuple(rows[0]) == COLUMNS
    assert [row[4:] for row in rows[1:]] == [
        ["1", "CP1", "095212340000000016", "150"],
        ["2", "CP2", "095212340000000016", "150"],
        ["total", "2", "", "300"],
    ]
    assert {row[3] for row in rows[1:]} == {'Road, "& Rail"'}
