"""The texts a scanner may send for a stored code."""

import pytest

from wms.catalogue.model import scanned_forms


@pytest.mark.parametrize(
    ("stored", "forms"),
    [
        ("09521234567882", ("9521234567882", "09521234567882")),
        ("00012345678905", ("0012345678905", "012345678905", "00012345678905")),
        ("00000096385074", ("0000096385074", "000096385074", "96385074", "00000096385074")),
        ("19521234567889", ("19521234567889",)),
        ("CUPCODE", ("CUPCODE",)),
        ("12345", ("12345",)),
    ],
)
def test_a_gtin_is_sent_in_every_length_it_is_printed_in(stored: str, forms: tuple[str, ...]) -> None:
    assert scanned_forms(stored) == forms
