"""What the doctor found, in words: nothing without words, in either language."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner_ui.examined import Doctor
from scanner_ui.words import languages, words
from tests.support.floor import Floor, opened_floor
from wms.barcodes.doctor import examine
from wms.barcodes.examination import Noticed, Why
from wms.barcodes.model import CodeKind

GS = "\x1d"
CODES = (
    "WHATEVER-9", "LOC-Z-99", "9521234567883", "]C10109521234567889172801311" + "0L77" + GS + "21S5", "*NONSENSE*",
    "]C1010952123456788210L7717280131", "\x02\x03", "\uff21b", "]d1ABC|DEF", "(01)09521234567882(17)289931", "20281340",
)  # fmt: skip


@pytest.fixture
def floor(sqlite_database_url: str, tmp_path: Path) -> Iterator[Floor]:
    """Words are the same whatever the database."""
    with opened_floor(sqlite_database_url, tmp_path, "none") as opened:
        yield opened


def sheet(floor: Floor, raw: str, language: str, source: str = "wedge") -> dict[str, Any]:
    house = floor.house
    found = floor.database.reading(
        lambda session: examine(
            house.resolver, session, floor.warehouse_id,
            raw=raw, symbology=None, source=source, expects=(CodeKind.ITEM,), today=floor.clock.now().date(),
        )
    )  # fmt: skip
    return Doctor(words(language, strict=True)).sheet(found)


@pytest.mark.parametrize("language", languages())
def test_everything_has_words(floor: Floor, language: str) -> None:
    for code in CODES:
        for source in ("wedge", "manual", "camera"):
            shown = sheet(floor, code, language, source)
            assert shown["said"]
            rows = [row for section in shown["sections"] for row in section["rows"]]
            assert rows
            assert all(row["label"] and row["text"] for row in rows)
            assert not [row for row in rows if "{" in row["text"]]


@pytest.mark.parametrize("language", languages())
def test_every_sign_and_every_reason_has_words(language: str) -> None:
    spoken = words(language, strict=True)
    assert all(spoken.has("signs", sign) for sign in Noticed)
    assert all(spoken.has("whys", why) for why in Why)


def test_the_rows_of_an_unknown_code(floor: Floor) -> None:
    shown = sheet(floor, "WHATEVER-9", "en")
    assert (shown["tone"], shown["teach"]) == ("stop", True)
    by_heading = {section["heading"]: section["rows"] for section in shown["sections"]}
    assert list(by_heading) == ["Code", "What it was tried as"]
    rows = {row["label"]: row["text"] for row in by_heading["What it was tried as"]}
    assert rows["item (asked for here)"] == "no product here carries WHATEVER-9"
    assert rows["place"] == "begins with none of LOC-"


def test_a_wrong_check_digit_in_chinese(floor: Floor) -> None:
    shown = sheet(floor, "9521234567883", "zh-Hans")
    texts = [row["text"] for section in shown["sections"] for row in section["rows"]]
    assert "错误:应为 2" in texts
    assert shown["teach"] is False
