"""Which numbers a symbol of a carrier's label bears."""

import pytest

from wms.shipments.label_codes import bears, numbers_in

SF = "MMM={'k1':'571','k2':'571WA','k3':'','k4':'T4','k5':'SF7440000000001','k6':'','k7':'c3f3d05b'}"
FEDEX = "9632001960000000000400123456789012"
"""Routing, and the number of the parcel in its last twelve digits."""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SF7440000000001", "SF7440000000001"),
        ("sf 7440 0000 00001", "SF7440000000001"),
        (SF, "SF7440000000001"),
        ("1Z999AA10123456784", "1Z999AA10123456784"),
        (FEDEX, "123456789012"),
        ("420941059205590000000000000000", "9205590000000000000000"),
        ("https://example.com/t?n=RB123456785CN&x=1", "RB123456785CN"),
    ],
)
def test_a_number_is_found_by_itself_and_among_other_things(text: str, number: str) -> None:
    assert bears(text, number)


@pytest.mark.parametrize(
    "text", [SF.replace("0001'", "0002'"), "SF7440000000001X", "XSF7440000000001", "7440000000001"]
)
def test_another_number_is_not_taken_for_it(text: str) -> None:
    assert not bears(text, "SF7440000000001")


def test_a_code_that_is_no_label_asks_for_little() -> None:
    assert numbers_in("LOC-A-01") == ()
    assert len(numbers_in(" ".join(f"{number:08d}" for number in range(500)))) <= 41
