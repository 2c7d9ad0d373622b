import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wms.labels.fitting import fit, line_pitch
from wms.labels.fonts import text_width
from wms.labels.model import LabelError

SIZES = [40, 30, 20]


def test_a_short_text_gets_the_largest_print() -> None:
    fitted = fit(["Anna"], room=400, height=48, sizes=SIZES)
    assert (fitted.lines, fitted.size) == (("Anna",), 40)


def test_a_longer_text_is_broken_or_shrunk_until_all_of_it_stands_there() -> None:
    words = "Karl-Theodor-zu-Guttenberg Street 1234, Berlin"
    fitted = fit([words], room=400, height=100, sizes=SIZES)
    assert "".join(fitted.lines).replace(" ", "") == words.replace(" ", "")
    assert len(fitted.lines) > 1


def test_chinese_breaks_anywhere_but_before_closing_punctuation() -> None:
    fitted = fit(["天河路一百号，天河城"], room=6 * 20, height=100, sizes=[20])
    assert fitted.lines == ("天河路一百", "号，天河城")


def test_an_address_that_does_not_fit_is_an_error_and_a_product_name_is_cut() -> None:
    words = "word " * 60
    with pytest.raises(LabelError, match="does not fit"):
        fit([words], room=300, height=60, sizes=SIZES)
    fitted = fit([words], room=300, height=60, sizes=SIZES, cut=True)
    assert fitted.lines[-1].endswith("…")
    assert len(fitted.lines) * line_pitch(fitted.size) <= 60


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text("ab WMi-.,天河，（）é\u0301", max_size=60), max_size=4),
    st.integers(60, 500),
    st.integers(24, 200),
    st.booleans(),
)
def test_no_line_is_wider_and_no_block_higher_than_its_room(
    paragraphs: list[str], room: int, height: int, bold: bool
) -> None:
    fitted = fit(paragraphs, room=room, height=height, sizes=SIZES, bold=bold, cut=True)
    assert len(fitted.lines) * line_pitch(fitted.size) <= height
    assert all(text_width(line, fitted.size, bold=bold) <= room for line in fitted.lines)
