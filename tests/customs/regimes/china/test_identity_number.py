from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.customs.regimes.china.identity_number import IdFault, check_digit, fault_of

DAY = date(2026, 11, 5)
bodies = st.builds(
    lambda area, born, serial: f"{area:06d}{born:%Y%m%d}{serial:03d}",
    st.integers(0, 999_999),
    st.dates(date(1900, 1, 1), DAY),
    st.integers(0, 999),
)


def test_the_example_of_the_sample_order() -> None:
    assert fault_of("990000199001010017", on=DAY) is None


def test_ten_is_written_x() -> None:
    # The example of the standard: its sum leaves 2.
    assert check_digit("11010519491231002") == "X"
    assert fault_of("11010519491231002X", on=DAY) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("", IdFault.LENGTH),
        ("99000019900101001", IdFault.LENGTH),
        ("9900001990010100177", IdFault.LENGTH),
        ("99000019900101001Y", IdFault.CHARACTERS),
        ("X90000199001010017", IdFault.CHARACTERS),
        ("９90000199001010017", IdFault.CHARACTERS),
        ("99000019900101001７", IdFault.CHARACTERS),
        ("990000199002300019", IdFault.BIRTH_DATE),
        ("990000000001010017", IdFault.BIRTH_DATE),
        ("990000189912310017", IdFault.BIRTH_DATE),
        ("990000202611060017", IdFault.BIRTH_DATE),
        ("990000199001010018", IdFault.CHECK_DIGIT),
        ("11010519491231002x", IdFault.SMALL_X),
        ("99000019900101001x", IdFault.CHECK_DIGIT),
    ],
)
def test_what_is_wrong_is_named(number: str, fault: IdFault) -> None:
    assert fault_of(number, on=DAY) is fault


@pytest.mark.parametrize("body", ["", "1234567890123456", "1234567890123456X"])
def test_the_check_digit_is_made_of_17_digits(body: str) -> None:
    with pytest.raises(ValueError, match="17 digits"):
        check_digit(body)


@given(bodies)
def test_the_right_check_digit_passes_and_no_other(body: str) -> None:
    right = check_digit(body)
    for digit in "0123456789X":
        assert fault_of(body + digit, on=DAY) is (None if digit == right else IdFault.CHECK_DIGIT)


@given(bodies, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, by: int) -> None:
    number = body + check_digit(body)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert fault_of(wrong, on=DAY) is not None


@given(bodies, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(body: str, place: int) -> None:
    number = body + check_digit(body)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (fault_of(swapped, on=DAY) is not None) == (swapped != number)


@given(st.text(max_size=20))
def test_any_text_gets_an_answer(text: str) -> None:
    assert fault_of(text, on=DAY) is None or isinstance(fault_of(text, on=DAY), IdFault)
