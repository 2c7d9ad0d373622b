import hashlib
import re
import tomllib
from fnmatch import fnmatch

import pytest

from wms.labels.fonts import BOLD, REGULAR, character_width, font_file, printable, text_width
from wms.labels.model import LabelError
from wms.labels.press import TEMPLATES


def test_the_press_sees_the_fonts_that_are_measured_and_no_others() -> None:
    accepted = set(re.findall(r"<acceptfont>(.*)</acceptfont>", (TEMPLATES / "fonts.conf").read_text(), re.DOTALL))
    globs = re.findall(r"<glob>([^<]+)</glob>", "".join(accepted))
    files = {str(file.path) for file in (*REGULAR, *BOLD)}
    assert len(globs) == len(files)
    assert all(sum(fnmatch(path, glob) for path in files) == 1 for glob in globs)


def test_our_own_fonts_have_the_chinese_of_real_names_and_addresses() -> None:
    """All of GB 2312 and what the standard table keeps for names; the whole font is for what is left."""
    pairs = [bytes((lead, trail)) for lead in range(0xB0, 0xF8) for trail in range(0xA1, 0xFF)]
    common = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    names = (TEMPLATES.parent / "tools" / "label_font_names.txt").read_text("utf-8")
    assert len(common) == 6763
    for bold in (False, True):
        files = {font_file(character, bold=bold) for character in common + names.replace("\n", "") + "喆堃陳國龍"}
        assert {file.family for file in files if file} == {"Label CJK SC"}
        rare = font_file("齾", bold=bold)
        assert rare is not None
        assert rare.family == "Noto Sans CJK SC"


def test_our_own_fonts_are_those_that_were_listed_and_their_licence_lies_beside_them() -> None:
    listed = tomllib.loads((TEMPLATES / "fonts" / "vendor.toml").read_text())["library"][0]["file"]
    assert {file["name"] for file in listed} == {path.name for path in (TEMPLATES / "fonts").glob("*.otf")}
    for file in listed:
        content = (TEMPLATES / "fonts" / file["name"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    assert "SIL OPEN FONT LICENSE Version 1.1" in (TEMPLATES / "fonts" / "LICENSE-OFL.txt").read_text()


@pytest.mark.parametrize("character", ["A", "é", "ß", "Я", "中", "喆", "，", "㎡", "▲"])
def test_characters_of_names_have_a_width(character: str) -> None:
    assert character_width(character, bold=False)
    assert character_width(character, bold=True)


@pytest.mark.parametrize("character", ["🦄", "𒀀", "\ud800", "\x07"])
def test_a_missing_glyph_is_an_error_that_names_it(character: str) -> None:
    with pytest.raises(LabelError, match=f"U\\+{ord(character):04X}"):
        text_width(f"Anna {character}", 30, bold=False)


def test_text_is_composed_and_loses_what_nobody_can_see() -> None:
    assert printable("  Jose\u0301 \t\n Garci\u0301a\u200b\ufeff\u202e ") == "José García"
