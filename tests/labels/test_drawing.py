"""Lines drawn as graphics: their size, their letters, and what the printer gets."""

import base64
import binascii
import zlib

import pytest
from PIL import Image

from wms.labels import drawing
from wms.labels.drawing import graphic_field
from wms.labels.fonts import text_width
from wms.labels.model import LabelError


def drawn_line(words: str, size: int, *, bold: bool) -> Image.Image:
    return drawing.drawn_line(words, size, size * 6 // 5, bold=bold)


@pytest.mark.parametrize(
    "words", ["王小明", "Li Wei 李伟 3栋1202室", "Юлия Иванова", "喆堃陳國龍", "김민수", "山田太郎"]
)
@pytest.mark.parametrize("size", [20, 40, 76])
def test_a_line_is_as_wide_as_it_was_measured_and_loses_no_ink(words: str, size: int) -> None:
    picture = drawn_line(words, size, bold=True)
    width = text_width(words, size, bold=True)
    assert width <= picture.width < width + 8
    assert picture.height == size * 6 // 5
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert right - left > width // 2
    assert bottom - top > size // 2
    assert top > 0, "cut above"
    assert bottom < picture.height, "cut below"


def test_every_character_is_there() -> None:
    together = drawn_line("王小明", 40, bold=False)
    for number, character in enumerate("王小明"):
        alone = drawn_line(character, 40, bold=False)
        cell = together.crop((number * 40, 0, number * 40 + 40, 48))
        assert cell.crop(cell.getbbox()).tobytes() == alone.crop(alone.getbbox()).tobytes()


def test_letters_that_join_are_joined() -> None:
    """محمد by single letters would be four islands; written, its first three join."""
    assert drawn_line("محمد", 40, bold=False).tobytes() != drawn_line("م ح م د", 40, bold=False).tobytes()
    ink = drawn_line("محمد", 40, bold=False).getbbox()
    apart = drawn_line("م ح م د", 40, bold=False).getbbox()
    assert ink is not None
    assert apart is not None
    assert ink[2] - ink[0] < apart[2] - apart[0]


def test_scripts_that_run_against_each_other_are_refused() -> None:
    with pytest.raises(LabelError, match="lines of their own"):
        drawn_line("محمد 王", 40, bold=False)


def test_the_field_holds_the_dots_deflated_with_the_checksum_of_its_text() -> None:
    picture = drawn_line("广东省广州市天河区", 40, bold=False)
    command, total, size, row, data = graphic_field(picture).split(",")
    assert command == "^GFA"
    assert int(total) == int(size) == int(row) * picture.height
    kind, packed, checksum = data.strip(":").split(":")
    assert kind == "Z64"
    assert zlib.decompress(base64.b64decode(packed)) == picture.tobytes()
    assert int(checksum, 16) == binascii.crc_hqx(packed.encode(), 0)
    assert len(graphic_field(picture)) < len(picture.tobytes())
