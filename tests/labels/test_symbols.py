"""Every symbol is read back by ZXing, drawn here and not by the product."""

import io
import string

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from wms.kernel.identity import gs1_check_digit, sscc
from wms.labels import symbols
from wms.labels.model import LabelError, Symbology
from wms.labels.symbols import (
    LinearSymbol,
    QrSymbol,
    code_128,
    gs1_128_elements,
    gtin_symbol,
    module_dots,
    qr,
    sscc_gs1_128,
    sscc_qr,
)

PRINTABLE = "".join(chr(number) for number in range(32, 127))


def read(symbol: LinearSymbol | QrSymbol) -> tuple[str, str]:
    rows = [symbol.modules] * 30 if isinstance(symbol, LinearSymbol) else list(symbol.rows)
    picture = Image.new("L", (len(rows[0]) + 24, len(rows) + 24), 255)
    for y, row in enumerate(rows):
        for x, module in enumerate(row):
            if module == "1":
                picture.putpixel((x + 12, y + 12), 0)
    picture = picture.resize((picture.width * 3, picture.height * 3), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
    return found.symbology_identifier, found.text


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(PRINTABLE, min_size=1, max_size=30), st.text(string.digits, min_size=1, max_size=30)))
def test_code_128_reads_back_as_written(content: str) -> None:
    symbol = code_128(content)
    assert symbol.expected.content == content
    assert read(symbol) == ("]C0", content)


@pytest.mark.parametrize("content", ["99", "9912345678", "991", "99A", "9999", "99-99", "1", "12", "123", "A1234B"])
def test_code_128_keeps_a_leading_99(content: str) -> None:
    assert read(code_128(content)) == ("]C0", content)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 9), st.integers(0, 999_999_999))
def test_sscc_reads_back_as_gs1_128_and_as_digital_link(extension_digit: int, serial: int) -> None:
    number = sscc(extension_digit, "9521234", serial)
    assert read(sscc_gs1_128(number)) == ("]C1", "00" + number)
    assert sscc_gs1_128(number).words == f"(00){number}"
    assert len(sscc_gs1_128(number).modules) == 156
    assert read(sscc_qr(number)) == ("]Q1", f"https://id.gs1.org/00/{number}")


@settings(max_examples=60, deadline=None)
@given(st.text(string.digits, min_size=12, max_size=12))
def test_gtin_13_reads_back_as_ean_13(body: str) -> None:
    gtin = body + gs1_check_digit(body)
    symbol = gtin_symbol(gtin)
    assert symbol.expected.symbology is Symbology.EAN_13
    # A reader left to itself may call an EAN-13 with a leading zero UPC-A, which is the same bars.
    assert read(symbol)[1].rjust(13, "0") == gtin


def test_a_case_gtin_is_a_gs1_128_with_application_identifier_01() -> None:
    assert read(gtin_symbol("10012345678902")) == ("]C1", "0110012345678902")


@settings(max_examples=40, deadline=None)
@given(st.text(PRINTABLE, min_size=1, max_size=200))
def test_qr_reads_back_at_every_size(content: str) -> None:
    assert read(qr(content))[1] == content


@pytest.mark.parametrize("content", ["", "x" * 49, "Ä", "中", "a\nb", "\x1d", "\xf1"])
def test_what_a_scanner_could_not_send_is_refused(content: str) -> None:
    with pytest.raises(LabelError, match="barcode"):
        code_128(content)


def test_a_wrong_check_digit_is_not_encoded() -> None:
    with pytest.raises(LabelError, match="check digit"):
        sscc_gs1_128("095212340000000427")
    with pytest.raises(LabelError, match="check digit"):
        gtin_symbol("4006381333932")


def test_a_symbol_that_reads_back_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the encoder lose characters again, in whatever way, nothing is printed."""
    monkeypatch.setattr(symbols, "_PAIR_99", -1)
    with pytest.raises(LabelError, match="reads back as '12347'"):
        code_128("9912347")


def test_modules_get_whole_dots_or_none() -> None:
    symbol = code_128("LOC-A-03-12-B")
    modules = len(symbol.modules)
    assert module_dots(symbol.expected, modules, room=4 * (modules + 20), most=4, least=2) == 4
    assert module_dots(symbol.expected, modules, room=4 * (modules + 20) - 1, most=4, least=2) == 3
    with pytest.raises(LabelError, match="do not fit"):
        module_dots(symbol.expected, modules, room=2 * (modules + 20) - 1, most=4, least=2)


def test_a_png_has_one_pixel_per_module() -> None:
    import base64

    symbol = code_128("TOT-17")
    uri = symbols.png_data_uri(symbol)
    picture = Image.open(io.BytesIO(base64.b64decode(uri.removeprefix("data:image/png;base64,"))))
    assert picture.size == (len(symbol.modules), 1)
    assert "".join("0" if picture.getpixel((x, 0)) else "1" for x in range(picture.width)) == symbol.modules


def test_parts_of_variable_length_are_told_apart_by_a_group_separator() -> None:
    symbol = gs1_128_elements("010952999000001810LOT7", "21S1")
    assert read(symbol) == ("]C1", "010952999000001810LOT7\x1d21S1")
    assert symbol.words == "(01)09529990000018(10)LOT7(21)S1"


def test_what_is_no_gs1_element_string_is_refused() -> None:
    with pytest.raises(LabelError, match="no GS1 element string"):
        gs1_128_elements("XX", "21S1")
