"""Papers come out whatever somebody once typed: odd characters as their numbers, long lines cut to their room."""

from markupsafe import Markup

from wms.labels.fonts import text_width
from wms.labels.paper import readable, shortened


def test_what_no_font_can_print_is_written_as_its_number() -> None:
    assert readable("放行 ok – €") == "放行 ok – €"
    assert readable("a\U0001f9ff\nb") == "a[U+1F9FF]\nb"
    assert readable(Markup("<b>x</b>")) == "<b>x</b>"


def test_a_line_is_cut_to_its_room_and_not_before() -> None:
    for text in ("Released by customs after an inspection", "海关已入库，尚未放行，逻辑校验通过"):
        whole = text_width(text, 2_500, bold=False)
        assert shortened(text, room_um=whole + len(text), size_um=2_500) == text
        cut = shortened(text, room_um=whole // 2, size_um=2_500)
        assert cut.endswith("…")
        assert text.startswith(cut[:-1])
        assert text_width(cut, 2_500, bold=False) <= whole // 2
    assert shortened("two\nlines\u200b", room_um=100_000, size_um=2_500) == "two lines"
