"""Suppliers' patterns: read in one way or not at all, made by marking an example."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.barcodes.cleaning import clean
from wms.barcodes.model import Cleaned
from wms.barcodes.patterns import (
    Mark,
    SupplierPattern,
    Template,
    codes_within,
    likely_marks,
    parse_template,
    pieces_of_example,
    read_with,
    template_of,
)
from wms.kernel.refusal import Refusal

TODAY = date(2026, 7, 1)


def cleaned(raw: str) -> Cleaned:
    found = clean(raw, None, "wedge", TODAY)
    assert isinstance(found, Cleaned)
    return found


def read(template: str, raw: str) -> dict[str, object] | None:
    found = read_with(SupplierPattern("Lan Tian", template), cleaned(raw), TODAY)
    if found is None or found.gs1 is None or found.taught is None:
        return None
    values = {
        "sku": found.taught.product, "lot": found.gs1.lot, "qty": found.gs1.count, "expiry": found.gs1.expires_on,
        "serial": found.gs1.serial,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def problem(template: str) -> object:
    found = parse_template(template)
    assert isinstance(found, Refusal), found
    assert found.code == "bad_pattern"
    return found.details["problem"]


def test_parts_between_separators() -> None:
    assert read("{sku}-{lot}-{qty}", "cup250-l77-6") == {"sku": "CUP250", "lot": "L77", "qty": 6}
    assert read("LT/{sku}/{any}/{expiry}", "LT/CUP/9981/280131") == {"sku": "CUP", "expiry": date(2028, 1, 31)}
    assert read("{sku};{serial};{expiry}", "CUP;S1;20280131") == {
        "sku": "CUP", "serial": "S1", "expiry": date(2028, 1, 31)
    }  # fmt: skip


def test_parts_of_fixed_length_need_no_separator() -> None:
    assert read("{sku:6}{lot:3}{qty:2}", "CUP250L7706") == {"sku": "CUP250", "lot": "L77", "qty": 6}
    assert read("{sku:6}{lot}", "CUP250L7706") == {"sku": "CUP250", "lot": "L7706"}


def test_a_product_that_holds_separators_itself() -> None:
    assert read("{sku+}-{lot}-{qty}", "CUP-250-L77-6") == {"sku": "CUP-250", "lot": "L77", "qty": 6}
    assert read("{sku}-{lot}-{qty}", "CUP-250-L77-6") is None


def test_a_gtin_inside_is_known_as_one() -> None:
    assert read("{sku}/{lot}", "9521234567882/L7") == {"sku": "09521234567882", "lot": "L7"}


def test_a_code_that_could_be_cut_in_two_ways_is_not_read() -> None:
    assert read("{sku+}-{lot+}", "CUP-L77") == {"sku": "CUP", "lot": "L77"}
    assert read("{sku+}-{lot+}", "CUP-250-L77") is None


@pytest.mark.parametrize(
    "raw",
    [
        "CUP-L77-0",  # no quantity
        "CUP-L77-99999999",  # more than any pallet holds
        "CUP-L77-6X",
        "CUP--6",
        "-L77-6",
        "CUP-L77",
        "*UNDO*",
    ],
)
def test_what_does_not_fit(raw: str) -> None:
    assert read("{sku}-{lot}-{qty}", raw) is None


def test_a_date_that_is_none_and_a_lot_that_is_too_long_do_not_fit() -> None:
    assert read("{sku}-{expiry}", "CUP-20281340") is None
    assert read("{sku}-{expiry}", "CUP-ABC") is None
    assert read("{sku}-{lot}", "CUP-" + "L" * 41) is None


@pytest.mark.parametrize("raw", ["9521234567882", "9521234567883", "123456789012345678", "0109521234567882"])
def test_numbers_that_gs1_rules_keep_their_meaning_misread_or_not(raw: str) -> None:
    assert read("{sku:4}{any}", raw) is None
    assert read("{sku:4}{any}", "ABCD" + raw) is not None


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{lot}-{qty}", "no_product"),
        ("ABC", "no_product"),
        ("{sku}-{sku}", "no_product"),
        ("{sku}-{lot}-{lot}", "twice"),
        ("{sku}", "all_codes"),
        ("{sku}{lot}", "touching"),
        ("{sku}-{colour}", "form"),
        ("{sku}-{lot:0}", "form"),
        ("{sku}-}", "form"),
        ("*{sku}*", "command"),
        ("{sku}-" + "X" * 120, "too_long"),
    ],
)
def test_templates_that_are_none(template: str, why: str) -> None:
    assert problem(template) == why
    assert read(template, "CUP-L77-6") is None


def test_a_template_is_kept_in_one_form() -> None:
    found = parse_template(" lt-{SKU}-{Lot+} ")
    assert isinstance(found, Template)
    assert found.text == "LT-{sku}-{lot+}"


def test_an_example_is_cut_where_its_characters_change() -> None:
    assert pieces_of_example("CUP250-L77-6") == ("CUP", "250", "-", "L", "77", "-", "6")
    assert pieces_of_example("ABCD1234", [2, 4, 6, 99]) == ("AB", "CD", "12", "34")
    assert pieces_of_example("") == ()


def test_the_first_guess_takes_product_lot_and_quantity_in_turn() -> None:
    pieces = pieces_of_example("CUP250-L77-6-X")
    marks = likely_marks(pieces)
    assert template_of(pieces, marks) == "{sku}-{lot}-{qty}-{any}"


def test_a_product_that_is_known_is_found_wherever_it_stands() -> None:
    pieces = pieces_of_example("S1:CUP-250/L2607/24")
    bounds = codes_within(pieces)["CUP-250"]
    assert template_of(pieces, likely_marks(pieces, bounds)) == "{any}:{sku}/{lot}/{qty}"
    assert "-250" not in codes_within(pieces)


def test_the_same_mark_on_neighbours_makes_one_part() -> None:
    pieces = pieces_of_example("CUP-250-L77-6")
    sku, lot, qty, same = Mark.SKU, Mark.LOT, Mark.QTY, Mark.SAME
    assert template_of(pieces, [sku, same, sku, same, lot, lot, same, qty]) == "{sku+}-{lot}-{qty}"


def test_parts_that_touch_have_the_length_of_the_example() -> None:
    pieces = pieces_of_example("CUP250L77Q6")
    marks = [Mark.SKU, Mark.SKU, Mark.LOT, Mark.LOT, Mark.SAME, Mark.QTY]
    assert template_of(pieces, marks) == "{sku:6}{lot:3}Q{qty}"


@given(
    st.lists(st.text("ABC123", min_size=1, max_size=6), min_size=3, max_size=5),
    st.sampled_from(["-", "/", ";", "--"]),
)
def test_a_template_made_by_example_reads_its_example_as_marked(words: list[str], separator: str) -> None:
    sku, lot, _, *others = words
    raw = separator.join([sku, lot, "7", *others])
    pieces = pieces_of_example(raw)
    marks = likely_marks(pieces)
    found = read(template_of(pieces, marks), raw)
    assert found is not None
    assert (found["sku"], found["lot"], found["qty"]) == (sku, lot, 7)
