"""A refusal marks where the thing in the hand and the thing on the screen differ."""

import pytest

from scanner_ui.marks import Run, marked
from scanner_ui.words import languages, words


def written(runs: list[Run]) -> str:
    """Marks as [got] and {want}."""
    signs = {"": "{}", "got": "[{}]", "want": "<{}>"}
    return "".join(signs[mark].format(text) for run in runs for text, mark in run)


@pytest.mark.parametrize(
    ("got", "want", "shown"),
    [
        ("A-03-13-B", "A-03-12-B", "You are at A-03-1[3]-B. Go to A-03-1<2>-B."),
        ("A-03-12-C", "A-03-12-B", "You are at A-03-12-[C]. Go to A-03-12-<B>."),
        ("A-03-12", "A-03-12-B", "You are at A-03-12. Go to A-03-12<-B>."),
    ],
)
def test_places_are_compared_character_by_character(got: str, want: str, shown: str) -> None:
    details = {"got": got, "want": want}
    title = words("en").sentence("wrong_place", details).title
    assert written(marked(title, details)) == shown


def test_names_are_compared_word_by_word() -> None:
    details = {"got": "Cup 350 ml", "want": "Cup 250 ml"}
    title = words("en").sentence("wrong_item", details).title
    assert written(marked(title, details)) == "This is Cup [350] ml. You need Cup <250> ml."


def test_names_without_spaces_are_compared_character_by_character() -> None:
    details = {"got": "竹制牙刷成人软毛", "want": "竹制牙刷儿童软毛"}
    title = words("zh-Hans").sentence("wrong_item", details).title
    assert "[成人]" in written(marked(title, details))
    assert "<儿童>" in written(marked(title, details))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    "details",
    [
        {"got": "Cup", "want": "Shampoo with honey"},
        {"got": "A-01", "want": "A-01"},
        {"got": "", "want": "A-01"},
        {"got": "place", "want": None},
        {"n": 3},
    ],
)
def test_nothing_is_marked_where_there_is_nothing_to_compare(language: str, details: dict[str, object]) -> None:
    given = {"got": "A-02", "want": "A-01"} | details
    title = words(language).sentence("wrong_place", {key: str(value) for key, value in given.items()}).title
    if details == {"n": 3}:
        details = {}
    assert marked(title, details) == [((title, ""),)]


@pytest.mark.parametrize(
    ("got", "want", "shown"),
    [("LANE-1", "LANE-1X", "LANE-1, not LANE-1<X>"), ("LANE-1X", "LANE-1", "LANE-1[X], not LANE-1")],
)
def test_what_is_only_longer_is_marked_at_its_end(got: str, want: str, shown: str) -> None:
    assert written(marked(f"{got}, not {want}", {"got": got, "want": want})) == shown


def test_a_code_is_one_run_so_that_no_line_breaks_inside_it() -> None:
    runs = marked("You are at A-03-13-B.", {"got": "A-03-13-B", "want": "A-03-13-C"})
    assert runs == [(("You are at A-03-13-B.", ""),)], "both must be there"
    runs = marked("At A-13-B, not A-12-B.", {"got": "A-13-B", "want": "A-12-B"})
    assert runs[1] == (("A-1", ""), ("3", "got"), ("-B", ""))
