"""The pictures of the simulated printer: every symbol is read again by an independent reader, dots are exact."""

import base64
import zlib

import pytest
import zxingcpp
from PIL import Image

from devices.simulation.zpl_picture import code_128_bars, picture_of


def drawn(fields: str) -> Image.Image:
    picture, missing = picture_of(f"^XA^CI28^PW600^LL400{fields}^XZ".encode())
    assert missing == []
    assert picture.size == (600, 400)
    return picture


def read(picture: Image.Image) -> list[tuple[str, str]]:
    found = zxingcpp.read_barcodes(picture.convert("L"))
    return [(code.symbology_identifier, code.text) for code in found]


@pytest.mark.parametrize(
    ("data", "aim", "text"),
    [
        (">:TOT-17", "]C0", "TOT-17"),
        (">;123456", "]C0", "123456"),
        (">;>800095212340000000426", "]C1", "(00)095212340000000426"),
        (">:A>0B", "]C0", "A>B"),
        ("PLAIN", "]C0", "PLAIN"),
    ],
)
def test_code_128(data: str, aim: str, text: str) -> None:
    found = read(drawn(f"^FO50,50^BY3^BCN,120,N,N,N,N^FH_^FD{data}^FS"))
    assert found == [(aim, text)]


def test_bars_are_exact_to_the_dot() -> None:
    picture = drawn("^FO50,50^BY3^BCN,120,N,N,N,N^FD>:A^FS")
    row = [int(picture.getpixel((50 + 3 * number, 100)) == 0) for number in range(len(code_128_bars(">:A")))]
    assert "".join(map(str, row)) == code_128_bars(">:A")


def test_ean_13() -> None:
    assert read(drawn("^FO50,50^BY3^BEN,120,N,N^FD629104150021^FS")) == [("]E0", "6291041500213")]


def test_qr() -> None:
    assert read(drawn("^FO50,50^BQN,2,6^FH_^FDMA,https://id.example/00/095212340000000426^FS"))[0][1].endswith("426")


def test_a_graphic_plain_and_compressed_is_the_same() -> None:
    raw = bytes(range(0, 256, 2))
    plain = drawn(f"^FO10,10^GFA,128,128,8,{raw.hex().upper()}^FS")
    packed = base64.b64encode(zlib.compress(raw)).decode()
    assert drawn(f"^FO10,10^GFA,128,128,8,:Z64:{packed}:ABCD^FS").tobytes() == plain.tobytes()
    assert plain.getpixel((10 + 8, 10)) == 255
    assert plain.getpixel((10 + 14, 10)) == 0


def test_boxes_and_reversed_text() -> None:
    picture = drawn("^FO10,10^GB100,60,60^FS^FO20,20^A0N,30,30^FR^FDX^FS^FO200,10^GB50,50,2^FS")
    assert picture.getpixel((12, 12)) == 0
    inside = picture.crop((20, 20, 60, 60)).convert("L").getextrema()
    assert inside == (0, 255), "white letters on black"
    assert picture.getpixel((225, 30)) == 255
    assert picture.getpixel((200, 30)) == 0


def test_text_is_centred_in_its_room() -> None:
    picture = drawn("^FO0,10^A0N,40,40^FB600,1,0,C^FH_^FD_4D_4D^FS")
    black = [x for x in range(600) if any(picture.getpixel((x, y)) == 0 for y in range(10, 60))]
    assert abs((min(black) + max(black)) // 2 - 300) < 8


def test_what_cannot_be_drawn_is_named() -> None:
    _, missing = picture_of(b"^XA^FO1,1^BXN,5,200^FDx^FS^FO1,1^GFA,9,9,9,zz^FS^XZ")
    assert missing == ["^BX", "a field at 1,1 that cannot be read"]
