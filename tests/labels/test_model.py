import pytest

from tests.labels.samples import LATIN, parcel
from wms.labels.model import LabelError, Party, SkuLabel


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"sscc": "095212340000000427"}, "sscc"),
        ({"sscc": "09521234000000042"}, "sscc"),
        ({"sscc": ""}, "sscc"),
        ({"weight_grams": 0}, "weight_grams"),
        ({"piece": 2}, "piece"),
        ({"piece": 0}, "piece"),
    ],
)
def test_a_parcel_label_that_could_not_be_right_is_not_made(changes: dict[str, object], where: str) -> None:
    with pytest.raises(LabelError) as caught:
        parcel(LATIN, **changes)
    assert caught.value.where == where


def test_a_recipient_needs_a_name_and_an_address() -> None:
    with pytest.raises(LabelError, match="needs a name"):
        Party(" ", "1", ("street",))
    with pytest.raises(LabelError, match="at least one line"):
        Party("Anna", "1", (" ",))


def test_a_wrong_gtin_is_refused_and_no_gtin_is_fine() -> None:
    with pytest.raises(LabelError, match="check digit"):
        SkuLabel("A", "a", "4006381333932")
    assert SkuLabel("A", "a").barcode == "SKU-A"


def test_grams_are_shown_as_kilograms_without_rounding() -> None:
    assert parcel(weight_grams=1005).weight_in_words == "1.005 kg"
    assert parcel(weight_grams=7).weight_in_words == "0.007 kg"
