"""Small copies of pictures: where there is a file there is an address, and each version has its own."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import update

from scanner_ui.pictures import SIDE, PictureFolder
from tests.support.floor import Floor, opened_floor
from wms.catalogue.tables import Sku


@pytest.fixture
def pictures(tmp_path: Path) -> PictureFolder:
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("RGB", (1200, 800), "navy").save(folder / "cup.jpg")
    Image.new("RGBA", (20, 40), (0, 0, 0, 0)).save(folder / "clear glass.png")
    Image.new("RGBA", (20, 40), (0, 0, 0, 0)).save(folder / "glass.png")
    (folder / "broken.jpg").write_bytes(b"no picture")
    return PictureFolder(folder)


def drawn(copy: bytes | None) -> Image.Image:
    assert copy is not None
    return Image.open(io.BytesIO(copy))


def test_a_copy_is_small_and_keeps_its_shape(pictures: PictureFolder) -> None:
    assert drawn(pictures.small_copy("cup.jpg")).size == (SIDE, SIDE * 2 // 3)
    assert drawn(pictures.small_copy("glass.png")).size == (20, 40)


def test_what_is_clear_is_white_also_in_the_dark(pictures: PictureFolder) -> None:
    assert drawn(pictures.small_copy("glass.png")).convert("RGB").getpixel((9, 9)) == (255, 255, 255)


def test_a_camera_that_was_turned_shows_things_upright(pictures: PictureFolder) -> None:
    turned = Image.new("RGB", (1200, 800), "navy")
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(pictures.folder / "turned.jpg", exif=exif)
    assert drawn(pictures.small_copy("turned.jpg")).size == (SIDE * 2 // 3, SIDE)


@pytest.mark.parametrize("name", ["", "gone.jpg", "clear glass.png", "../cup.jpg", ".jpg", "cup.gif"])
def test_nobody_is_sent_to_what_is_not_there(pictures: PictureFolder, name: str) -> None:
    assert pictures.small(name) is None
    assert pictures.small_copy(name) is None


def test_another_file_of_the_same_name_has_another_address(pictures: PictureFolder) -> None:
    before = pictures.small("cup.jpg")
    Image.new("RGB", (300, 300), "red").save(pictures.folder / "cup.jpg")
    os.utime(pictures.folder / "cup.jpg", ns=(1, 1))
    assert pictures.small("cup.jpg") == "/pictures/small/cup.jpg?1" != before
    assert drawn(pictures.small_copy("cup.jpg")).size == (SIDE, SIDE)


@pytest.mark.parametrize(("kind", "part"), [("PNG", b"IDAT"), ("WEBP", b"MM\x00*")])
def test_a_damaged_picture_is_none(pictures: PictureFolder, kind: str, part: bytes) -> None:
    """What Pillow calls a syntax error: the last piece of a PNG has no name, the camera's notes no beginning."""
    whole, notes = io.BytesIO(), Image.Exif()
    notes[0x0112] = 6
    Image.effect_noise((400, 400), 90).save(whole, kind, exif=notes)
    before, found, after = whole.getvalue().rpartition(part)
    assert found
    name = f"damaged.{kind.lower()}"
    (pictures.folder / name).write_bytes(before + b"\xfc\xf9\xf3'" + after)
    assert pictures.small_copy(name) is None


@pytest.fixture
def floor(sqlite_database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(sqlite_database_url, tmp_path, "none") as opened:
        yield opened


def test_a_picture_goes_with_its_product_to_every_screen_that_names_it(floor: Floor) -> None:
    folder = floor.settings.picture_dir
    folder.mkdir(parents=True)
    Image.new("RGB", (400, 400), "red").save(folder / "red.png")
    floor.database.in_transaction(
        lambda session: session.execute(update(Sku).where(Sku.code == "RED").values(picture="red.png"))
    )
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=2)
    hand = floor.handheld("EMP-2")
    hand.scan("*PICK*")
    reply = hand.scan("T-1")
    address = reply["screen"]["picture"]
    assert address.startswith("/pictures/small/red.png?")
    assert {ahead["screen"]["picture"] for ahead in reply["lookahead"][:2]} == {address}
    sent = hand.client.get(address)
    assert (sent.status_code, sent.content_type) == (200, "image/webp")
    assert "immutable" in sent.headers["Cache-Control"]
    assert floor.app.test_client().get(address).status_code == 401
    assert hand.client.get("/pictures/small/blue.png").status_code == 404
