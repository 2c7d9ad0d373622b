from uuid import UUID

import pytest

from tests.labels.samples import HOSTILE, LABELS, parcel
from tests.labels.zpl_format import Field, code_128_modules, commands_of, fields_of, read_symbol
from wms.labels.contents import contents_of
from wms.labels.drawing import graphic_in
from wms.labels.fonts import text_width
from wms.labels.model import ExpectedSymbol, Label, LabelError, Medium, Symbology
from wms.labels.symbols import LinearSymbol
from wms.labels.zpl import Zpl, ZplPen, code_128_data, escaped, is_native, zpl_text

JOB = UUID("0190a6f0-0000-7000-8000-000000000042")


HEADS = (Medium.ZPL_203, Medium.ZPL_300)


def zpl(label: Label, medium: Medium = Medium.ZPL_203) -> str:
    return zpl_text(contents_of(label), JOB, medium)


def words(text: str) -> str:
    return "".join(field.data for field in fields_of(text) if not field.is_symbol).replace(" ", "")


@pytest.mark.parametrize("medium", HEADS)
@pytest.mark.parametrize("name", LABELS)
def test_every_symbol_is_native_and_reads_back(name: str, medium: Medium) -> None:
    label = LABELS[name]
    found = [read_symbol(field) for field in fields_of(zpl(label, medium)) if field.is_symbol]
    expected = [(symbol.symbology.value, symbol.content) for symbol in contents_of(label).expected]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("medium", HEADS)
@pytest.mark.parametrize("name", LABELS)
def test_nothing_leaves_the_label_and_nothing_stands_on_another(name: str, medium: Medium) -> None:
    text = zpl(LABELS[name], medium)
    values = dict(commands_of(text))
    width, height = int(values["PW"]), int(values["LL"])
    boxes = [box(field) for field in fields_of(text) if "FD" not in field.commands and "GB" not in field.commands]
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, f"{one} and {other} overlap"


def box(field: Field) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in dots, symbols with their quiet zones."""
    x, y = field.x, field.y
    if "BQ" in field.commands:
        dots = int(field.commands["BQ"].split(",")[2])
        return x - 4 * dots, y - 4 * dots, x + 33 * dots, y + 33 * dots  # version 3, which holds the SSCC's link
    if "BC" in field.commands or "BE" in field.commands:
        dots = int(field.commands["BY"])
        ean = "BE" in field.commands
        modules = 95 if ean else len(code_128_modules(field))
        height = int(field.commands["BC" if not ean else "BE"].split(",")[1]) + (5 * dots if ean else 0)
        return x - 10 * dots, y, x + (modules + 10) * dots, y + height
    if "GF" in field.commands:
        row_bytes = int(field.commands["GF"].split(",")[3])
        return x, y, x + row_bytes * 8, y + int(field.commands["GF"].split(",")[2]) // row_bytes
    size = int(field.commands["A0"].split(",")[1])
    if "FB" in field.commands:
        return x, y, x + int(field.commands["FB"].split(",")[0]), y + size
    return x, y, x + text_width(field.data, size, bold=False), y + size


def test_one_copy_in_utf_8_with_the_job_in_a_comment() -> None:
    commands = commands_of(zpl(parcel()))
    assert commands.count(("PQ", "1")) == 1
    assert commands.count(("CI", "28")) == 1
    assert commands.count(("FX", f"job {JOB}")) == 1
    assert commands.index(("CI", "28")) < commands.index(("FO", "24,24"))
    assert ("PW", "800") in commands
    assert ("LL", "1200") in commands


def test_text_that_looks_like_commands_stays_text() -> None:
    """Split at carets, as a printer does, every command is ours; unescaped, every character is there."""
    found = words(zpl(parcel(HOSTILE)))
    assert "^XZ~JR<b>&amp;</b>{{7*7}}_5E\\&Robert" in found
    assert "^FS^FDgone^FS" in found
    assert "~HS_7EJA" in found


def test_the_reader_of_these_tests_notices_an_escape() -> None:
    broken = zpl(parcel()).replace("Anna Schmidt", "Anna^XZ~JR")
    with pytest.raises(AssertionError):
        commands_of(broken)


def test_chinese_goes_as_a_graphic_and_needs_no_font_in_the_printer() -> None:
    text = zpl(LABELS["parcel chinese"])
    assert text.isascii()
    natives = [field.data for field in fields_of(text) if "A0" in field.commands]
    assert all(is_native(data) for data in natives)
    assert sum("GF" in field.commands for field in fields_of(text)) >= 3
    assert len(text) < 20_000


def test_the_escape_covers_commands_controls_and_everything_beyond_ascii() -> None:
    assert escaped("a^~_\\b") == "a_5E_7E_5F_5Cb"
    assert escaped("\x00\x1b\n\x7f") == "_00_1B_0A_7F"
    assert escaped("é中") == "_C3_A9_E4_B8_AD"
    assert isinstance(escaped("a"), Zpl)


@pytest.mark.parametrize("broken", ["\ud800", "Anna \udcff"])
def test_half_a_character_is_an_error_and_not_a_label(broken: str) -> None:
    with pytest.raises(LabelError):
        zpl(parcel(order_number=broken))


def test_the_sscc_is_four_dots_wide_tall_enough_and_lowest() -> None:
    fields = fields_of(zpl(parcel()))
    (sscc_field,) = [field for field in fields if ">8" in field.data]
    assert sscc_field.commands["BY"] == "4"
    assert int(sscc_field.commands["BC"].split(",")[1]) >= 32 * 8
    assert all(field.y < sscc_field.y for field in fields if field.is_symbol and field is not sscc_field)


def test_at_300_dpi_every_module_is_chosen_anew_in_whole_dots() -> None:
    """Half a millimetre is 5.9 dots there: six of them, never fewer than GS1's 0.495 mm."""
    fields = fields_of(zpl(parcel(), Medium.ZPL_300))
    (sscc_field,) = [field for field in fields if ">8" in field.data]
    assert sscc_field.commands["BY"] == "6"
    values = dict(commands_of(zpl(parcel(), Medium.ZPL_300)))
    assert (values["PW"], values["LL"]) == ("1181", "1772")


@pytest.mark.parametrize("content", ["99", "991234", "9912345678", "99A", "A9", "1"])
def test_the_printers_code_128_keeps_a_leading_99_too(content: str) -> None:
    symbol = LinearSymbol(ExpectedSymbol(Symbology.CODE_128, content), content, "")
    data, modules = code_128_data(symbol)
    field = Field(0, 0, {"BC": "N,10,N,N,N,N"}, data)
    assert read_symbol(field) == ("]C0", content)
    assert len(code_128_modules(field)) == modules


def test_an_arrow_is_a_triangle_of_dots() -> None:
    triangle = ZplPen(Medium.ZPL_203).triangle
    up, down = (
        graphic_in(triangle(x=0, y=0, side=8, up=up).removeprefix("^FO0,0").removesuffix("^FS")).tobytes()
        for up in (True, False)
    )
    assert [row.bit_count() for row in up] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert down == up[::-1]
