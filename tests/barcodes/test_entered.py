"""Dates, weights and lots that a person types or a device sends."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wms.barcodes.entered import MAX_WEIGHT_GRAMS, expiry_of, lot_of, weight_of
from wms.barcodes.model import ExpiryText, LotText, Weight
from wms.kernel.refusal import Refusal

TODAY = date(2026, 7, 1)


@pytest.mark.parametrize("text", ["20270228", "2027-02-28", "2027/02/28", "2027.2.28", "270228", "270200", "20270200"])
def test_dates_are_read(text: str) -> None:
    assert expiry_of(text, TODAY) == ExpiryText(date(2027, 2, 28))


@pytest.mark.parametrize("text", ["20270230", "2027-13-01", "270230", "19990101"])
def test_impossible_days_are_refused(text: str) -> None:
    assert expiry_of(text, TODAY) == Refusal("bad_date", {"date": text})


@pytest.mark.parametrize("text", ["", "L2607", "2027", "2027-02/28", "202702281", "２７０２２８", "2027228"])
def test_other_shapes_are_no_dates(text: str) -> None:
    assert expiry_of(text, TODAY) is None


@pytest.mark.parametrize(
    "text", ["1284G", "1284 G", "1.284KG", "1.284 KG", "1,284 KG", "*WEIGHT=1284*", "1284.0G", "1284克", "1.284公斤"]
)
def test_weights_are_read_in_grams(text: str) -> None:
    assert weight_of(text) == Weight(1284)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1.2845KG", "not_whole_grams"),
        ("0G", "out_of_range"),
        ("*WEIGHT=0*", "out_of_range"),
        (f"{MAX_WEIGHT_GRAMS + 1}G", "out_of_range"),
        ("*WEIGHT=-5*", "form"),
        ("*WEIGHT=*", "form"),
        ("*WEIGHT=1.2*", "form"),
    ],
)
def test_bad_weights_are_refused(text: str, problem: str) -> None:
    refusal = weight_of(text)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.details["weight"], refusal.details["problem"]) == ("bad_weight", text, problem)


@pytest.mark.parametrize("text", ["1284", "KG", "1.2.3KG", "-5G", "1E3G", "5 LB"])
def test_other_shapes_are_no_weights(text: str) -> None:
    assert weight_of(text) is None


@settings(deadline=None)
@given(st.integers(1, MAX_WEIGHT_GRAMS))
def test_every_weight_in_kilograms_is_exact(grams: int) -> None:
    assert weight_of(f"{grams // 1000}.{grams % 1000:03d} KG") == Weight(grams)


def test_a_lot_is_any_text_that_fits() -> None:
    assert lot_of("L 26/07") == LotText("L 26/07")
    assert lot_of("X" * 41) == Refusal("bad_lot", {"lot": "X" * 41, "length": 41, "limit": 40})
