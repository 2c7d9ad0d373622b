"""Colours: readable in the sun and in the freezer, and never to be mixed up, whatever somebody's eyes see."""

import re
from itertools import combinations
from pathlib import Path

import pytest

import scanner_ui

CSS = (Path(scanner_ui.__file__).parent / "static" / "handheld.css").read_text("utf-8")
TEXT_ON_GROUND = [
    ("ink", "paper"), ("quiet", "paper"), ("ink", "key"), ("strip-ink", "strip"), ("go-ink", "go"),
    ("look-ink", "look"), ("stop-ink", "stop"), ("saved-ink", "saved"),
]  # fmt: skip


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme; the dark one replaces some of the day's."""
    blocks = re.findall(r"(:root(?:\[data-theme=\"dark\"\])?) \{(.*?)\}", CSS, re.DOTALL)
    found: dict[str, str] = {}
    for selector, body in blocks:
        if "dark" not in selector or theme == "dark":
            found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", body))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["day", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_seven_to_one(theme: str, text: str, ground: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[text], colours[ground]) >= 7


def test_go_and_stop_differ_in_lightness_not_only_in_colour() -> None:
    colours = tokens("day")
    assert contrast(colours["go"], colours["stop"]) >= 4.5


def test_each_tone_has_a_shape_of_its_own() -> None:
    """Some tones are equal in grey: the glyph must say it too."""
    glyphs = (Path(scanner_ui.__file__).parent / "templates" / "_glyphs.html").read_text("utf-8")
    shapes = dict(re.findall(r'<symbol id="glyph-(go|look|stop|saved|idle|unknown)"[^>]*>(.*?)</symbol>', glyphs))
    assert len(shapes) == 6
    assert all(one != other for one, other in combinations(shapes.values(), 2))
