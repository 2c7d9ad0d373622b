"""Photos of open boxes: what is taken for one, how many are kept, who sees them; on both databases."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support.floor import PIN, Floor, Handheld, opened_floor
from wms.kernel.errors import BadInput
from wms.shipments.photos.service import LONGEST_SIDE, MOST_BYTES, MOST_PHOTOS, jpeg_of, photos_of


def jpeg(width: int = 64, height: int = 48, shade: int = 90) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height), shade).save(buffer, "JPEG")
    return buffer.getvalue()


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"no picture", png(), jpeg()[:40], jpeg(LONGEST_SIDE + 1, 1), jpeg() + bytes(MOST_BYTES)]
)
def test_what_is_no_sensible_jpeg_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput):
        jpeg_of(content)


def test_a_jpeg_is_measured() -> None:
    assert (jpeg_of(jpeg()).width, jpeg_of(jpeg()).height) == (64, 48)


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "none") as opened:
        yield opened


def sent(packer: Handheld, task_id: object, content: bytes, media_type: str = "image/jpeg", parcel: object = 1) -> Any:
    headers = {"X-CSRF-Token": packer.csrf_token, "Content-Type": media_type}
    return packer.client.post(f"/api/v1/bench/photos?task={task_id}&parcel={parcel}", data=content, headers=headers)


def test_the_newest_photos_of_a_box_stay_with_its_parcel(floor: Floor) -> None:
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    packer = floor.handheld("EMP-1", "BENCH-1")
    packer.scans("T-1", "A-01", "RED", "T-1")
    if packer.screen["step"] == "scan_bench":
        packer.scans("BENCH-1")
    packer.scans("RED")
    assert packer.task is not None
    task_id = packer.task["id"]
    for shade in range(MOST_PHOTOS + 1):
        assert sent(packer, task_id, jpeg(shade=shade * 40)).status_code == 201
    assert sent(packer, task_id, b"no picture").status_code == 400
    assert sent(packer, task_id, jpeg(), "image/png").status_code == 415
    assert sent(packer, "no task", jpeg()).status_code == 400
    assert sent(packer, task_id, jpeg(), parcel="0").status_code == 400
    assert sent(packer, task_id, jpeg(), parcel=2).json["code"] == "photo_of_nothing", "it is not begun"
    nothing = sent(packer, "0190a6f0-0000-7000-8000-000000000000", jpeg())
    assert (nothing.status_code, nothing.json["code"]) == (409, "photo_of_nothing")

    packer.scans("BOX-S", "150g")
    parcel = floor.parcel("42")
    kept = floor.database.reading(lambda session: photos_of(session, floor.warehouse_id, parcel.id))
    assert [photo.taken_by for photo in kept] == ["EMP-1"] * MOST_PHOTOS

    office = floor.app.test_client()
    office.post("/office/sign-in", data={"badge": "EMP-1", "pin": PIN})
    page = office.get("/office/order/42").text
    assert page.count("<figure") == MOST_PHOTOS
    address = f"/office/photos/{kept[0].id}.jpg"
    assert address in page
    assert office.get(address).data == jpeg(shade=MOST_PHOTOS * 40)
    assert office.get("/office/photos/0190a6f0-0000-7000-8000-000000000000.jpg").status_code == 404


def test_a_photo_that_comes_late_is_of_the_parcel_it_shows(floor: Floor) -> None:
    floor.put_stock("A-01 RED 2")
    floor.order("42", RED=2)
    packer = floor.handheld("EMP-1", "BENCH-1")
    packer.scans("T-1", "A-01", "RED", "RED", "T-1", "RED", "*SPLIT*", "BOX-S", "150g")
    assert packer.task is not None, "the second parcel is being packed"
    assert sent(packer, packer.task["id"], jpeg(), parcel=1).status_code == 201
    parcel = floor.parcel("42")
    kept = floor.database.reading(lambda session: photos_of(session, floor.warehouse_id, parcel.id))
    assert len(kept) == 1
