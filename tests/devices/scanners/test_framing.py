"""Codes out of bytes: whole, in halves, two at once, after a loss, and never half a code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanners.framing import MOST_BYTES, ScanFramer, Scanned, ScannerFraming, Unusable, read_code

PLAIN = ScannerFraming()
AIM = ScannerFraming(aim=True)


def codes(framing: ScannerFraming, *reads: tuple[int, bytes]) -> list[str]:
    """What comes out of bytes at milliseconds: the code, or the first words of what is wrong."""
    framer = ScanFramer(framing)
    found = [one for now_ms, data in reads for one in (framer.feed(data, now_ms) if data else framer.silence(now_ms))]
    return [one.raw if isinstance(one, Scanned) else f"! {one.words}" for one in found]


def test_a_code_counts_with_its_end_only() -> None:
    assert codes(PLAIN, (0, b"LOC-A")) == []
    assert codes(PLAIN, (0, b"LOC-A"), (5, b"-01\r"), (6, b"\n")) == ["LOC-A-01"]


@given(
    st.lists(st.text("ABC123-\x1d", min_size=1, max_size=12), max_size=6, unique=True),
    st.lists(st.integers(1, 7), max_size=60),
)
def test_however_the_reads_fall_the_same_codes_come(written: list[str], cuts: list[int]) -> None:
    data = "".join(f"{code}\r\n" for code in written).encode()
    reads, at = [], 0
    for length in [*cuts, len(data)]:
        reads.append((0, data[at : at + length]))
        at += length
    assert codes(PLAIN, *[read for read in reads if read[1]]) == written


def test_two_codes_in_one_read_are_two() -> None:
    assert codes(PLAIN, (0, b"TOT-1\r\nSKU-2\r\n")) == ["TOT-1", "SKU-2"]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_any_line_end_ends_a_code(end: bytes) -> None:
    assert codes(PLAIN, (0, b"A" + end + b"B" + end)) == ["A", "B"]


def test_half_a_code_does_not_become_the_beginning_of_the_next() -> None:
    found = codes(PLAIN, (0, b"TOT-"), (900, b"TOT-17\r\n"))
    assert found[1:] == ["TOT-17"]
    assert found[0].startswith("! 4 bytes came without the suffix")


def test_silence_alone_reports_half_a_code() -> None:
    assert codes(PLAIN, (0, b"TOT-"), (400, b""), (500, b""))[0].startswith("! 4 bytes")


def test_without_a_suffix_silence_ends_a_code() -> None:
    framing = ScannerFraming(suffix="", silence_ms=50)
    assert codes(framing, (0, b"TOT"), (20, b"-1"), (40, b""), (80, b"")) == ["TOT-1"]


def test_prefix_and_another_suffix() -> None:
    framing = ScannerFraming(prefix="\x02", suffix="\x03")
    assert codes(framing, (0, b"\x02A\x03\x02B\x03")) == ["A", "B"]
    assert "without the prefix" in codes(framing, (0, b"A\x03"))[0]


def test_the_aim_identifier_is_told_apart_from_the_code() -> None:
    assert read_code(b"]C1010952123400001710L1", AIM) == Scanned("010952123400001710L1", "]C1")


def test_a_code_that_lost_its_aim_identifier_is_not_used() -> None:
    assert "without AIM identifier" in codes(AIM, (0, b"0109521234\r\n"))[0]


def test_the_substitute_of_the_separator_is_put_back() -> None:
    framing = ScannerFraming(aim=True, gs="~")
    assert read_code(b"]C110L1~2112", framing) == Scanned("10L1\x1d2112", "]C1")


@pytest.mark.parametrize("noise", [b"\xd4\xcf\xd4", b"AB\x07C", b"\x7fA"])
def test_what_a_wrong_baud_rate_makes_is_no_code(noise: bytes) -> None:
    found = read_code(noise, PLAIN)
    assert isinstance(found, Unusable)
    assert "baud" in found.words


def test_the_same_code_within_a_moment_is_an_echo() -> None:
    assert codes(PLAIN, (0, b"A\r\n"), (200, b"A\r\n"), (450, b"B\r\n"), (500, b"B\r\n")) == ["A", "B"]
    assert codes(PLAIN, (0, b"A\r\n"), (300, b"A\r\n")) == ["A", "A"]


def test_noise_without_an_end_is_thrown_away_at_a_limit() -> None:
    found = codes(PLAIN, (0, b"x" * (MOST_BYTES + 1)), (1, b"A\r\n"))
    assert found[0].startswith("! more than")
    assert found[1:] == ["A"]
