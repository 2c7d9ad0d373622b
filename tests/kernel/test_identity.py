"""Check digits against published examples; UUIDv7 against its standard and against the clock."""

import sys
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.threads import together
from wms.kernel import identity
from wms.kernel.identity import (
    gs1_check_digit,
    has_valid_gs1_check_digit,
    normalise_gtin,
    sscc,
    uuid7,
)

PUBLISHED = [
    "96385074",  # GTIN-8
    "036000291452",  # GTIN-12
    "4006381333931",  # GTIN-13
    "6291041500213",  # GTIN-13, GS1's own explanation of the calculation
    "376104250021234569",  # SSCC, GS1 General Specifications 7.9
    "106141412345678908",  # SSCC, EPC Tag Data Standard
]

digits = st.text("0123456789", min_size=1, max_size=17)


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_check_digits(code: str) -> None:
    assert gs1_check_digit(code[:-1]) == code[-1]
    assert has_valid_gs1_check_digit(code)


@given(digits, st.data())
def test_one_wrong_digit_is_always_noticed(body: str, data: st.DataObject) -> None:
    code = body + gs1_check_digit(body)
    position = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[position]]))
    assert not has_valid_gs1_check_digit(code[:position] + wrong + code[position + 1 :])


@given(digits)
def test_leading_zeros_do_not_change_the_check_digit(body: str) -> None:
    assert gs1_check_digit(body) == gs1_check_digit(f"000{body}")


@pytest.mark.parametrize("text", ["", "12a4", "١٢٣", "²34", "-123", "12 34"])
def test_only_ascii_digits_have_a_check_digit(text: str) -> None:
    with pytest.raises(ValueError, match="only digits"):
        gs1_check_digit(text)
    assert not has_valid_gs1_check_digit(text)


def test_one_digit_alone_checks_nothing() -> None:
    assert not has_valid_gs1_check_digit("0")


@pytest.mark.parametrize(
    ("scanned", "kept"),
    [
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("4006381333931", "04006381333931"),
        ("04006381333931", "04006381333931"),
        ("14006381333938", "14006381333938"),
        ("4006381333930", None),
        ("400638133393", None),
        ("376104250021234569", None),
        ("SKU-00000001", None),
        ("", None),
    ],
)
def test_gtins_are_kept_as_fourteen_digits(scanned: str, kept: str | None) -> None:
    assert normalise_gtin(scanned) == kept


def test_sscc_of_its_parts() -> None:
    assert sscc(3, "7610425", 2123456) == "376104250021234569"
    assert sscc(1, "0614141", 234567890) == "106141412345678908"


@given(st.integers(0, 9), st.integers(4, 12), st.data())
def test_every_sscc_has_eighteen_digits_and_a_right_check_digit(
    extension: int, length: int, data: st.DataObject
) -> None:
    prefix = data.draw(st.text("0123456789", min_size=length, max_size=length))
    serial = data.draw(st.integers(0, 10 ** (16 - length) - 1))
    code = sscc(extension, prefix, serial)
    assert len(code) == 18
    assert has_valid_gs1_check_digit(code)
    assert (int(code[0]), code[1 : 1 + length], int(code[1 + length : -1])) == (extension, prefix, serial)


@pytest.mark.parametrize(
    ("extension", "prefix", "serial"),
    [
        (10, "9521234", 1), (-1, "9521234", 1), (0, "952123a", 1), (0, "1" * 16, 1), (0, "", 1),
        (0, "9521234", 10**9), (0, "9521234", -1),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_make_no_sscc(extension: int, prefix: str, serial: int) -> None:
    with pytest.raises(ValueError, match=r"SSCC|fit"):
        sscc(extension, prefix, serial)


def test_uuid7_is_laid_out_as_in_the_standard() -> None:
    example = UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")  # RFC 9562, appendix A.6
    made = uuid7(1_645_557_742_000)
    assert (made.version, made.variant, made.hex[:13]) == (7, example.variant, example.hex[:13])
    assert uuid7(1_645_557_742_000) != made


def test_uuid7_increases_and_its_text_sorts_alike() -> None:
    # More than one millisecond's counter has room for, whatever the machine's speed.
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert [value.hex for value in made] == sorted(value.hex for value in made)


def test_uuid7_increases_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = uuid7()
    monkeypatch.setattr(identity.time, "time_ns", lambda: 0)
    after = [uuid7() for _ in range(5_000)]
    assert before < after[0]
    assert after == sorted(set(after))


def test_uuid7_increases_across_threads() -> None:
    """What one thread made before another began to make its own sorts before it."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        by_thread = together(8, lambda _thread: [uuid7() for _ in range(3_000)])
    finally:
        sys.setswitchinterval(interval)
    assert all(mine == sorted(mine) for mine in by_thread)
    everything = [value for mine in by_thread for value in mine]
    assert len(set(everything)) == len(everything)
    assert max(everything) < uuid7()
