"""A small, strict reader of the ZPL we write: it knows our commands and nothing else, and draws what they say.

It takes field data the way a printer does (split at carets first, hexadecimal afterwards), so that text which breaks
out of its field shows up as a command it does not know. Code 128 is drawn from the field's own start and function
characters with the published table, and read by ZXing.
"""

import re
from dataclasses import dataclass

import zxingcpp
from barcode.charsets import code128 as table
from PIL import Image

COMMANDS = ("XA", "XZ", "FX", "CI", "PW", "LL", "LH", "PO", "PQ", "FO", "FB", "FR", "FH", "FD", "FS", "GB", "GF", "BY",
            "BC", "BE", "BQ", "A0")  # fmt: skip


@dataclass
class Field:
    """One field between ^FO and ^FS."""

    x: int
    y: int
    commands: dict[str, str]
    data: str

    @property
    def is_symbol(self) -> bool:
        return bool({"BC", "BE", "BQ"} & self.commands.keys())


def commands_of(zpl: str) -> list[tuple[str, str]]:
    """The format as (command, parameters). Raises AssertionError for whatever is not ours."""
    assert zpl.isascii()
    assert "~" not in zpl, "a tilde starts a printer command"
    head, *rest = zpl.split("^")
    assert head == ""
    found = []
    for text in rest:
        name, parameters = text[:2], text[2:]
        assert name in COMMANDS, f"^{name} is no command of ours"
        found.append((name, parameters if name == "FD" else parameters.strip("\n")))
    assert found[0] == ("XA", "")
    assert found[-1] == ("XZ", "")
    assert [name for name, _ in found].count("XA") == 1
    return found


def fields_of(zpl: str) -> list[Field]:
    fields = []
    field: Field | None = None
    module = 0
    for name, parameters in commands_of(zpl):
        if name == "FO":
            assert field is None, "^FO inside a field"
            x, y = map(int, parameters.split(","))
            field = Field(x, y, {}, "")
        elif name == "FS":
            if field is not None:
                if field.is_symbol:
                    field.commands.setdefault("BY", str(module))
                fields.append(field)
            field = None
        elif name == "FD":
            assert field is not None
            field.data = _unescaped(parameters) if "FH" in field.commands else parameters
        elif name == "BY":
            module = int(parameters)
        elif field is not None:
            field.commands[name] = parameters
    assert field is None
    return fields


def read_symbol(field: Field) -> tuple[str, str]:
    """What a scanner sees of a symbol field, as (AIM identifier, text)."""
    if "BQ" in field.commands:
        assert field.commands["BQ"].startswith("N,2,")
        assert field.data.startswith("MA,"), "error correction M, automatic input"
        return "]Q1", field.data[3:]
    if "BE" in field.commands:
        drawn = zxingcpp.create_barcode(field.data, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
        (found,) = zxingcpp.read_barcodes(drawn, formats=zxingcpp.BarcodeFormat.EAN13)
        return found.symbology_identifier, found.text
    modules = code_128_modules(field)
    picture = Image.new("L", (len(modules) + 20, 30), 255)
    for x, module in enumerate(modules):
        if module == "1":
            picture.paste(0, (x + 10, 0, x + 11, 30))
    picture = picture.resize((picture.width * 3, 90), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
    return found.symbology_identifier, found.text


def code_128_modules(field: Field) -> str:
    """The modules a printer makes of ^BC field data in mode N: only what the programming guide's table says."""
    assert field.commands["BC"].split(",")[2:] == ["N", "N", "N", "N"], "no printed line, no check digit, mode N"
    start, text = field.data[:2], field.data[2:]
    values = [{">:": 104, ">;": 105}[start]]
    while text:
        if text.startswith(">"):
            values.append({"<": 62, "0": 30, "=": 94, "8": 102}[text[1]])
            text = text[2:]
        elif values[0] == 105:
            assert re.match(r"\d\d", text), "code set C takes pairs of digits"
            values.append(int(text[:2]))
            text = text[2:]
        else:
            assert text[0] not in "^~", "must be written with >"
            values.append(ord(text[0]) - 32)
            text = text[1:]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], start=1))) % 103
    return "".join(table.CODES[value] for value in [*values, check]) + table.STOP + "11"


def _unescaped(data: str) -> str:
    return re.sub(
        rb"_([0-9A-F]{2})", lambda hexadecimal: bytes.fromhex(hexadecimal[1].decode()), data.encode("ascii")
    ).decode("utf-8")
