"""A picture of a label comes out of its commands as it went in, whatever bytes it is made of."""

import random

import pytest
from PIL import Image

from devices.simulation.zpl_picture import picture_of
from wms.labels.model import ExpectedSymbol, LabelError, LabelTrouble, Medium, Symbology
from wms.labels.picture_commands import check_picture, picture_commands, picture_in
from wms.labels.symbols import code_128

MEDIA = [medium for medium in Medium if medium is not Medium.PDF]
SYMBOL = ExpectedSymbol(Symbology.CODE_128, "SF1234567890123")


def noise(width: int, height: int) -> Image.Image:
    chance = random.Random(7)
    return Image.frombytes("1", (width, height), chance.randbytes(-(-width // 8) * height))


def of_bytes(rows: list[bytes]) -> Image.Image:
    return Image.frombytes("1", (len(rows[0]) * 8, len(rows)), b"".join(rows))


def barcode(content: str) -> Image.Image:
    modules = code_128(content).modules
    paper = Image.new("1", (800, 240), 255)
    bars = Image.new("1", (len(modules), 1))
    bars.putdata([0 if module == "1" else 255 for module in modules])
    paper.paste(bars.resize((len(modules) * 3, 120), Image.Resampling.NEAREST), (60, 40))
    return paper


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("size", [(800, 1200), (8, 16), (472, 31), (795, 80)])
def test_what_goes_in_comes_out(medium: Medium, size: tuple[int, int]) -> None:
    picture = noise(*size)
    commands = picture_commands(picture, medium)
    found = picture_in(commands, medium)
    assert found.size == picture.size
    assert found.tobytes() == picture.tobytes()
    assert commands == picture_commands(picture.copy(), medium), "the same picture, the same bytes"


def test_the_simulated_printer_draws_the_same_from_zpl() -> None:
    picture = noise(795, 80)
    drawn, unknown = picture_of(picture_commands(picture, Medium.ZPL_203))
    assert unknown == []
    assert drawn.tobytes() == picture.tobytes()


@pytest.mark.parametrize(
    "rows",
    [
        [b"\x1b!R "],
        [b"ab\x1b", b"!Rc"],
        [b"\x1b", b"!", b"\x1b", b"!"],
        [b"~!D\x1b!Q"] * 3,
        [b"\x1b!\x1b!", b"!\x1b!\x1b", b"\x1b!~!"],
    ],
)
def test_no_picture_holds_what_a_tspl_printer_acts_upon(rows: list[bytes]) -> None:
    picture = of_bytes(rows)
    commands = picture_commands(picture, Medium.TSPL_203)
    assert b"\x1b!" not in commands
    assert b"~!" not in commands
    assert picture_in(commands, Medium.TSPL_203).tobytes() == picture.tobytes()


def test_what_was_asked_for_has_to_be_read_back() -> None:
    for medium in MEDIA:
        commands = picture_commands(barcode(SYMBOL.content), medium)
        check_picture(commands, medium, [SYMBOL])
        for wrong in ([], [SYMBOL, SYMBOL], [ExpectedSymbol(Symbology.GS1_128, SYMBOL.content)]):
            with pytest.raises(LabelError) as caught:
                check_picture(commands, medium, wrong or [ExpectedSymbol(Symbology.CODE_128, "OTHER")])
            assert caught.value.trouble is LabelTrouble.UNREADABLE


@pytest.mark.parametrize("medium", [Medium.ZPL_203, Medium.TSPL_203])
def test_bytes_that_are_no_picture_of_ours_are_refused(medium: Medium) -> None:
    good = picture_commands(barcode("A"), medium)
    for broken in (b"", good[:-3], b"x" + good, good.replace(b"0,0", b"0,1", 1), good + good):
        with pytest.raises(LabelError, match="no picture of ours"):
            picture_in(broken, medium)
    cut = good.index(b"Z64:") + 9 if medium.is_zpl else good.index(b"BITMAP") + 40
    with pytest.raises(LabelError, match="no picture of ours"):
        picture_in(good[:cut] + good[cut + 1 :], medium)
