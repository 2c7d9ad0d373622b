"""What is taken off a code, what is kept, and what is refused before any look-up."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wms.barcodes.cleaning import MAX_LENGTH, clean
from wms.barcodes.model import Cleaned
from wms.kernel.identity import gs1_check_digit
from wms.kernel.refusal import Refusal

TODAY = date(2026, 7, 1)


def cleaned(raw: str, symbology: str | None = None, source: str = "wedge") -> Cleaned:
    result = clean(raw, symbology, source, TODAY)
    assert isinstance(result, Cleaned), result
    return result


def refused(raw: str, symbology: str | None = None, source: str = "wedge") -> Refusal:
    result = clean(raw, symbology, source, TODAY)
    assert isinstance(result, Refusal), result
    return result


@pytest.mark.parametrize(
    "raw",
    [
        "LOC-A-01",
        "  LOC-A-01 ",
        "loc-a-01",
        "LOC-A-01\r\n",
        "LOC-A-01\t",
        "\x02LOC-A-01\x03",
        "LOC-\x00A-01",
        "\ufeffLOC-A-01\u200b",
        "ＬＯＣ－Ａ－０１",
        "\u3000LOC-A-01\u3000",
        "]C0LOC-A-01\r",
        "]A0loc-a-01",
    ],
)
def test_additions_of_scanners_and_keyboards_are_taken_off(raw: str) -> None:
    result = cleaned(raw)
    assert result.text == "LOC-A-01"
    assert result.raw == raw


def test_the_aim_identifier_is_split_off_and_kept() -> None:
    assert cleaned("]E09521234567882").symbology == "]E0"
    assert cleaned("9521234567882", symbology="]E0").symbology == "]E0"
    assert cleaned("9521234567882", symbology="ean_13").symbology == "]E0"
    assert cleaned("LOC-A-01", symbology="code_128").symbology == ""
    assert cleaned("]C0LOC-A-01", symbology="nonsense").symbology == "]C0"


@pytest.mark.parametrize("digits", ["9521234567882", "09521234567882"])
def test_a_gtin_is_normalised_to_14_digits(digits: str) -> None:
    result = cleaned(digits)
    assert (result.text, result.gtin) == (digits, "09521234567882")


def test_short_gtins_are_normalised_too() -> None:
    assert cleaned("96385074").gtin == "00000096385074"
    assert cleaned("012345678905").gtin == "00012345678905"


def test_a_number_with_a_wrong_check_digit_is_no_gtin_but_still_a_code() -> None:
    assert cleaned("9521234567883").gtin == ""


def test_digits_typed_in_groups_are_a_gtin_only_when_typed() -> None:
    assert cleaned("9 521234 567882", source="manual").gtin == "09521234567882"
    assert cleaned("9 521234 567882").gtin == ""


def test_what_a_person_typed_is_marked() -> None:
    assert cleaned("A-01", source="manual").manual
    assert not cleaned("A-01", source="camera").manual


@pytest.mark.parametrize("raw", ["", "   ", "\r\n", "\x00\x02", "]C1", "]C0 ", "\x1d"])
def test_nothing_left_is_refused(raw: str) -> None:
    refusal = refused(raw)
    assert (refusal.code, refusal.details["problem"]) == ("bad_code", "empty")


def test_the_longest_code_passes_and_one_more_is_refused() -> None:
    assert cleaned("X" * MAX_LENGTH).text == "X" * MAX_LENGTH
    for length in (MAX_LENGTH + 1, 100_000):
        refusal = refused("X" * length)
        assert refusal.details == {"problem": "too_long", "length": length, "limit": MAX_LENGTH}


@pytest.mark.parametrize("character", [0xFFFD, 0xD800], ids=["replacement", "half a pair"])
def test_garbled_characters_are_refused_and_not_dropped(character: int) -> None:
    refusal = refused(f"L{chr(character)}26")
    assert (refusal.code, refusal.details["problem"]) == ("bad_code", "unreadable")


def test_other_scripts_stay() -> None:
    assert cleaned("批号２６①").text == "批号26①"


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["wedge", "manual", "camera"]))
def test_any_text_is_cleaned_or_refused_and_cleaning_again_changes_nothing(raw: str, source: str) -> None:
    once = clean(raw, None, source, TODAY)
    if isinstance(once, Refusal):
        return
    assert 0 < len(once.text) <= MAX_LENGTH
    assert once.text == once.text.strip()
    assert not any(ord(character) < 32 for character in once.text)
    again = clean(once.text, None, source, TODAY)
    if once.gs1 is None and not once.text.startswith("]") and isinstance(again, Cleaned):
        assert again.text == once.text.upper()


@settings(deadline=None)
@given(st.integers(0, 10**12 - 1), st.booleans(), st.sampled_from(["", "\r", "\n", "\t"]))
def test_every_ean_13_is_a_gtin_and_never_an_element_string(number: int, with_prefix: bool, suffix: str) -> None:
    # 13 digits that begin with 95 also parse as application identifier 95.
    body = f"{number:012d}"
    ean = body + gs1_check_digit(body)
    result = cleaned(("]E0" if with_prefix else "") + ean + suffix)
    assert (result.text, result.gtin, result.gs1) == (ean, "0" + ean, None)
