from pathlib import Path
from typing import Any

import pytest

from tests.labels.samples import LATIN, parcel
from wms.kernel.identity import sscc
from wms.labels.contents import contents_of
from wms.labels.documents import PackingList
from wms.labels.model import LabelError, LabelTrouble, PalletLabel, Party, SkuLabel


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


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"sscc": "1"}, "no SSCC"), ({"gtin": "4006381333932"}, "no GTIN"), ({"units": -1}, "cannot stand on a pallet")],
)
def test_a_pallet_label_that_could_not_be_right_is_not_made(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(LabelError, match=words):
        PalletLabel(**({"code": "PAL-1", "sscc": sscc(0, "9521234", 1), "owner": "A", "warehouse": "B"} | changes))


def test_the_content_of_a_pallet_is_a_symbol_while_there_is_room_for_it() -> None:
    number = sscc(0, "9521234", 1)
    made = [
        PalletLabel("PAL-1", number, "A", "B", gtin="4006381333931", units=units) for units in (0, 7, 9_999, 10_000)
    ]
    symbols = [len(contents_of(label).expected) for label in made]
    assert symbols == [2, 3, 3, 2]
    assert contents_of(made[1]).expected[1].content == "0204006381333931370007"


def test_a_packing_list_of_nothing_is_not_made() -> None:
    with pytest.raises(LabelError, match="at least one line"):
        PackingList("1", "2", "3", "4", "5", "6", "7", "8", "9", 10, ())


def test_an_error_has_its_code_behind_its_words() -> None:
    """A document of ours lists them; people search for what they see."""
    documented = (Path(__file__).parents[2] / "docs" / "bench.md").read_text(encoding="utf-8")
    for trouble in LabelTrouble:
        assert str(LabelError("sscc", "is none", trouble)) == f"sscc: is none [{trouble}]"
        assert f"`{trouble}`" in documented
