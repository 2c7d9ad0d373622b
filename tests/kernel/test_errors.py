"""Errors and refusals read as sentences with everything in them."""

from wms.kernel.effect import Effect
from wms.kernel.errors import BadInput, Fault, Refused
from wms.kernel.refusal import Refusal


def test_a_refusal_says_its_code_and_details() -> None:
    assert str(Refusal("wrong_place")) == "wrong_place"
    assert str(Refusal("wrong_place", {"scanned": "A-02", "expected": "A-01"})) == (
        "wrong_place (scanned=A-02, expected=A-01)"
    )


def test_refusals_are_compared_by_what_they_say() -> None:
    assert Refusal("short", {"free": 1}) == Refusal("short", {"free": 1})
    assert Refusal("short", {"free": 1}) != Refusal("short", {"free": 2})
    assert Refusal("short").details == {}


def test_bad_input_lists_every_fault() -> None:
    error = BadInput([Fault("line 3", "has no SKU"), Fault("lines[2].quantity", "is zero")])
    assert [fault.where for fault in error.faults] == ["line 3", "lines[2].quantity"]
    assert str(error) == "line 3: has no SKU; lines[2].quantity: is zero"


def test_a_refused_error_carries_the_refusal() -> None:
    refusal = Refusal("order_cancelled", {"order": "42"})
    assert Refused(refusal).refusal is refusal
    assert str(Refused(refusal)) == "order_cancelled (order=42)"


def test_an_effect_cannot_be_taken_back_unless_it_says_how() -> None:
    assert Effect().inverse() is None
