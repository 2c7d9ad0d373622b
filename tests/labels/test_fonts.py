import re

import pytest

from wms.labels.fonts import BOLD, REGULAR, character_width, printable, text_width
from wms.labels.model import LabelError
from wms.labels.press import TEMPLATES


def test_the_press_sees_the_fonts_that_are_measured_and_no_others() -> None:
    accepted = set(re.findall(r"<glob>(/[^<]+)</glob>", (TEMPLATES / "fonts.conf").read_text()))
    assert accepted == {str(file.path) for file in (*REGULAR, *BOLD)}


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
