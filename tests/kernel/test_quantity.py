"""Quantities are whole numbers within reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.kernel.quantity import MAX_QUANTITY, checked_quantity


@given(st.integers(1, MAX_QUANTITY))
def test_whole_numbers_within_reason_are_quantities(value: int) -> None:
    assert checked_quantity(value) == value


@pytest.mark.parametrize("value", [0, -1, MAX_QUANTITY + 1, 4006381333931])
def test_others_are_out_of_reason(value: int) -> None:
    with pytest.raises(ValueError, match=f"from 1 to {MAX_QUANTITY}"):
        checked_quantity(value)


@pytest.mark.parametrize("value", [1.0, "1", None, True, [1]])
def test_what_is_not_a_whole_number(value: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        checked_quantity(value)
