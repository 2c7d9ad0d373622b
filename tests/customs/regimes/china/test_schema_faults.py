"""Every fault has words in both languages, with the counts filled in and the value left out."""

import pytest

from wms.customs.regimes.china.schema_faults import FaultKind, fault


@pytest.mark.parametrize("kind", FaultKind)
def test_words(kind: FaultKind) -> None:
    made = fault(kind, "OrderHead.buyerName", value="secret", has=25, takes=20, character="U+0001")
    assert (made.kind, made.field, made.value) == (kind, "OrderHead.buyerName", "secret")
    for words in (made.what, made.what_zh):
        assert words
        assert not set(words) & set("{}")
        assert "secret" not in words
    assert made.what.isascii()
    assert not made.what_zh.isascii()
    assert ("25" in made.what) is ("25" in made.what_zh)
    assert ("20" in made.what) is ("20" in made.what_zh)


def test_one_character() -> None:
    assert fault(FaultKind.WRONG_LENGTH, "x", has=1, takes=4).what == "has 1 character, customs takes exactly 4"
    assert fault(FaultKind.TOO_LONG, "x", has=11, takes=1).what == "has 11 characters, customs takes 1"
