"""UPU S10 tracking numbers; the two first are printed in the standard's own descriptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.shipments.tracking import is_s10, looks_like_s10, s10


@pytest.mark.parametrize("number", ["RB123456785CN", "RB473124829CN"])
def test_known_numbers(number: str) -> None:
    assert is_s10(number)
    assert s10(number[:2], int(number[2:10]), number[11:]) == number


@given(st.integers(0, 10**8 - 1))
def test_made_numbers_are_right(serial: int) -> None:
    assert is_s10(s10("CP", serial, "CN"))


@given(st.integers(0, 10**8 - 1), st.integers(2, 9), st.integers(1, 9))
def test_one_misread_digit_is_noticed(serial: int, position: int, step: int) -> None:
    number = s10("CP", serial, "CN")
    digit = str((int(number[position]) + step) % 10)
    misread = number[:position] + digit + number[position + 1 :]
    # 10 and 0, 11 and 5 share a check digit: the standard's own weakness. The misread number must differ in its sum.
    assert looks_like_s10(misread)
    if is_s10(misread):
        assert number[10] in "05"


@pytest.mark.parametrize("text", ["RB123456784CN", "RB12345678CN", "rb123456785cn", "RB１23456785CN", ""])
def test_others_are_none(text: str) -> None:
    assert not is_s10(text)


@pytest.mark.parametrize(
    ("service", "serial", "country"), [("CP", 10**8, "CN"), ("CP", -1, "CN"), ("C", 1, "CN"), ("CP", 1, "cn")]
)
def test_bad_parts_are_a_bug(service: str, serial: int, country: str) -> None:
    with pytest.raises(ValueError, match=r"S10|serial"):
        s10(service, serial, country)
