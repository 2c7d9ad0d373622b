"""Papers handed out by the office: what stands on them, what they keep quiet about, and where they are offered."""

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.office.customs_scene import CLERK, CustomsDay
from tests.office.scene import page_token, post, signed_in
from tests.support.floor import Floor
from wms.access.tables import AuditRow
from wms.containers.model import ContainerUse
from wms.containers.tables import ContainerRow
from wms.labels.model import Symbology
from wms.labels.press import Press
from wms.labels.reader import page_rasters, read_raster

IN_FULL = ("虚构买家", "990000199001010017", "样例收件人", "10000000001", "样例路")
"""What names a person of the orders of the small warehouse."""


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What stands on paper is the same from either database."""
    return sqlite_database_url


def words(pdf: bytes) -> str:
    assert pdf.startswith(b"%PDF-")
    document = pypdfium2.PdfDocument(pdf)
    text = ""
    for page in document:
        part = page.get_textpage()
        text += part.get_text_range()
        part.close()
    document.close()
    return "".join(text.split())


def codes(pdf: bytes) -> set[str]:
    kinds = {Symbology.CODE_128, Symbology.GS1_128}
    return {symbol.content for page in page_rasters(pdf) for symbol in read_raster(page, kinds)}


def audited(floor: Floor, what: str) -> list[str]:
    query = select(AuditRow.on_what).where(AuditRow.what == what)
    return list(floor.database.reading(lambda session: session.execute(query).scalars().all()))


def test_the_papers_of_a_parcel_that_left(busy: Floor, client: FlaskClient) -> None:
    parcel = busy.parcel("41")
    page = client.get("/office/order/41").text
    path = f"/office/parcels/{parcel.tracking_no}"
    assert f'href="{path}/packing-list.pdf"' in page
    assert f'href="{path}/customs-list.pdf"' in page
    assert 'href="/office/loads/LOD-1/manifest.pdf"' in page
    assert 'href="/office/loads/LOD-1/manifest.pdf"' in client.get("/office/parcels/all").text

    packing = client.get(f"{path}/packing-list.pdf").data
    assert codes(packing) == {parcel.tracking_no, "ORD-ACME.41"}
    assert "RED" in words(packing)
    manifest = client.get("/office/loads/LOD-1/manifest.pdf").data
    assert codes(manifest) == {"LOD-1"}
    assert parcel.tracking_no in words(manifest)
    assert "MAN-1" in words(manifest)
    assert "Notclosed" not in words(manifest)
    declared = client.get(f"{path}/customs-list.pdf").data
    assert codes(declared)
    assert "跨境电子商务零售进口申报清单" in words(declared)
    assert parcel.tracking_no in words(declared)
    for paper in (packing, manifest, declared):
        assert not any(name in words(paper) for name in IN_FULL)

    standing = words(client.get("/office/loads/LOD-2/manifest.pdf").data)
    assert "Notclosed" in standing
    assert busy.parcel("42").tracking_no in standing


def test_a_return_label_is_on_record_and_what_cannot_be_handed_out_is_said(
    busy: Floor, client: FlaskClient, press: Press
) -> None:
    CustomsDay(busy, press)  # brings the clerk along
    clerk = signed_in(busy, CLERK)
    parcel = busy.parcel("41")
    path = f"/office/parcels/{parcel.tracking_no}/return-label"
    assert f'href="{path}.pdf"' in clerk.get("/office/order/41").text
    assert f'href="{path}.pdf"' not in client.get("/office/order/41").text
    assert client.get(f"{path}.pdf").status_code == 403
    pdf = clerk.get(f"{path}.pdf").data
    assert codes(pdf) == {parcel.tracking_no}
    assert "样例收件人" in words(pdf)
    assert clerk.get(f"{path}.203dpi.zpl").data.startswith(b"^XA")
    assert audited(busy, "return_label_made") == [parcel.tracking_no] * 2
    told = {
        "/office/parcels/NONE/packing-list.pdf": "no such parcel",
        "/office/parcels/NONE/return-label.pdf": "no such parcel",
        "/office/parcels/NONE/customs-list.pdf": "no such parcel",
        f"/office/parcels/{busy.parcel('43').tracking_no}/customs-list.pdf": "has not been sent to customs yet",
        "/office/loads/LOD-99/manifest.pdf": "no such load",
    }
    for wanted, said in told.items():
        answer = clerk.get(wanted)
        assert (answer.status_code, said in answer.text) == (404, True), wanted


def test_a_pallet_gets_a_new_number_each_time_and_says_what_is_on_it(floor: Floor, client: FlaskClient) -> None:
    floor.put_stock("STAGE/PAL-1 RED 40\nSTAGE/PAL-2 RED 3\nSTAGE/PAL-2 BLUE 2")
    filled = update(ContainerRow).where(ContainerRow.code.in_(("PAL-1", "PAL-2"))).values(use=ContainerUse.PUTAWAY)
    floor.database.in_transaction(lambda session: session.execute(filled))
    assert 'action="/office/pallets/label"' in client.get("/office/barcodes?kind=pallets").text
    first, second = (post(client, "/office/pallets/label", pallet="pal-1", form="pdf").data for _ in range(2))
    numbers = [{code for code in codes(pdf) if code.startswith("00")} for pdf in (first, second)]
    assert numbers[0].isdisjoint(numbers[1])
    assert [len(found) for found in numbers] == [1, 1]
    assert "PAL-1" in codes(first)
    assert any(code.startswith("02") and code.endswith("370040") for code in codes(first))
    mixed = post(client, "/office/pallets/label", pallet="PAL-2", form="pdf").data
    assert "Mixed" in words(mixed)
    assert b"^PW1181" in post(client, "/office/pallets/label", pallet="PAL-2", form="300dpi.zpl").data
    hand = floor.handheld()
    hand.scans("LANE-1")
    for number in numbers[0] | numbers[1]:
        refused = hand.scan(number, symbology="]C1")
        # Whichever of the papers is on it.
        assert (refused["code"], refused["details"]["got_name"]) == ("wrong_kind", "PAL-1")
    assert audited(floor, "pallet_labelled") == ["PAL-1", "PAL-1", "PAL-2", "PAL-2"]
    assert post(client, "/office/pallets/label", pallet="TOT-1", form="pdf").status_code == 404
    assert post(client, "/office/pallets/label", pallet="PAL-1", form="fax").status_code == 404
    token = page_token(client)
    assert signed_in(floor, "EMP-2").post("/office/pallets/label", data={"csrf_token": token}).status_code in (400, 403)
