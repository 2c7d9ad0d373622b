"""Packing rules: whom they are for, what they ask together, and what contradicts what."""

from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as some

from wms.packaging.model import Ban, Material, MaterialKind, Packed, PackingRule
from wms.packaging.rules import box_ban, conflicts, matches, material_ban, needs_of

MATERIALS = {
    material.code: material
    for material in (
        Material("SEAL", MaterialKind.SEAL, "Blue seal", 1, "BS"),
        Material("THANKS", MaterialKind.INSERT, "Thank-you card", 8),
        Material("GIFT", MaterialKind.INSERT, "Gift card", 10),
        Material("FOAM", MaterialKind.FILLING, "Foam"),
        Material("FRAGILE", MaterialKind.LABEL, "Fragile label"),
    )
}
ACME = Packed(frozenset({"9999960001", "Platform"}), "ACME", frozenset({"CUP", "PEN"}), frozenset({"fragile"}), "CN")
SELLS = {"ACME": frozenset({"9999960001", "Platform"}), "BOLT": frozenset({"Other"})}
BOXES = ("S", "M", "L")


def rule(line: int, **asks: object) -> PackingRule:
    return PackingRule(line, f"rule {line}", **asks)  # type: ignore[arg-type]


def said(*rules: PackingRule) -> list[str]:
    return [f"{found.line} {found.column}: {found.what}" for found in conflicts(rules, BOXES, SELLS)]


def test_a_rule_is_for_those_it_names() -> None:
    assert matches(rule(2), ACME)
    assert matches(rule(2, platform="Platform", merchant="ACME", sku="CUP", mark="fragile"), ACME)
    assert matches(rule(2, platform="9999960001"), ACME)
    assert matches(rule(2, country="CN"), ACME)
    for other in ({"platform": "Other"}, {"merchant": "BOLT"}, {"sku": "MUG"}, {"mark": "gift"}, {"country": "DE"}):
        assert not matches(rule(2, merchant="ACME") if not other else rule(2, **other), ACME)


def test_what_matching_rules_ask_is_added_up() -> None:
    rules = (
        rule(2, platform="Platform", materials=("SEAL", "THANKS"), boxes=("S", "M", "L"), label_position="top"),
        rule(3, mark="fragile", materials=("FRAGILE", "THANKS"), boxes=("M", "L"), no_materials=("FOAM",)),
        rule(4, sku="CUP", no_boxes=("L",), label_position="long side", label_picture="side.png", label_check=True),
        rule(5, mark="gift", hides_prices=True),
        rule(6, mark="gift", packing_list=True),
    )
    needs = needs_of(ACME, rules, MATERIALS)
    assert [material.code for material in needs.materials] == ["THANKS", "FRAGILE", "SEAL"], "the seal comes last"
    assert needs.boxes == ("M", "L")
    assert (needs.label_position, needs.label_picture) == ("long side", "side.png"), "a product's rule is closest"
    assert needs.label_check
    assert not needs.hides_prices
    assert not needs.packing_list
    assert needs.rules == ("rule 2", "rule 3", "rule 4")
    assert box_ban(needs, "M") is None
    assert box_ban(needs, "S") == Ban("S", "rule 2, rule 3")
    assert box_ban(needs, "L") == Ban("L", "rule 4")
    assert material_ban(needs, "FOAM") == Ban("FOAM", "rule 3", "Foam")
    assert material_ban(needs, "THANKS") is None
    gift = needs_of(replace(ACME, marks=frozenset({"gift"})), rules, MATERIALS)
    assert (gift.hides_prices, gift.packing_list) == (True, True)


def test_rules_that_agree_are_no_conflict() -> None:
    assert not said(
        rule(2, boxes=("S", "M")), rule(3, boxes=("M", "L"), merchant="ACME"), rule(4, no_boxes=("L",)),
        rule(5, materials=("SEAL",), label_position="top"), rule(6, merchant="ACME", label_position="side"),
    )  # fmt: skip


def test_a_material_that_is_asked_for_and_forbidden_is_named_with_both_lines() -> None:
    assert said(rule(2, materials=("FOAM",)), rule(3, merchant="ACME", no_materials=("FOAM",))) == [
        "3 no_materials: forbids FOAM, and line 2 (rule 2) asks for it"
    ]
    assert said(rule(2, no_materials=("FOAM",)), rule(3, sku="CUP", materials=("FOAM",))) == [
        "3 materials: asks for FOAM, and line 2 (rule 2) forbids it"
    ]
    assert said(rule(2, materials=("FOAM",), no_materials=("FOAM",))) == [
        "2 materials: asks for FOAM, and the same line forbids it"
    ]


def test_boxes_that_exclude_one_another_are_named() -> None:
    assert said(rule(2, boxes=("S",)), rule(3, mark="fragile", boxes=("M", "L"))) == [
        "3 boxes: allows M, L only, and line 2 (rule 2) allows S only"
    ]
    assert said(rule(2, boxes=("S",), no_boxes=("S",))) == [
        "2 boxes: allows S only, and the same line forbids all of them"
    ]
    assert said(rule(2, boxes=("S",)), rule(3, no_boxes=("S", "M"))) == [
        "3 no_boxes: forbids S, and line 2 (rule 2) allows nothing else"
    ]


def test_three_rules_of_which_each_two_agree_may_leave_no_box() -> None:
    three = (rule(2, boxes=("S", "M")), rule(3, boxes=("M", "L")), rule(4, boxes=("S", "L"), merchant="ACME"))
    assert said(*three) == ["4 boxes: leaves no box for an order of ACME that falls under the lines 2, 3, 4 together"]
    assert said(rule(2, no_boxes=("S", "M")), rule(3, no_boxes=("L",))) == [
        "3 boxes: leaves no box for an order of ACME that falls under the lines 2, 3 together"
    ]


def test_two_positions_of_a_label_need_one_that_is_closer() -> None:
    assert said(rule(2, label_position="top"), rule(3, label_position="side")) == [
        "3 label_position: says 'side', and line 2 (rule 2) says 'top'"
    ]


def test_rules_of_different_merchants_never_meet() -> None:
    assert not said(rule(2, merchant="ACME", boxes=("S",)), rule(3, merchant="BOLT", boxes=("M",)))
    assert not said(rule(2, platform="Platform", boxes=("S",)), rule(3, merchant="BOLT", boxes=("M",)))
    assert said(rule(2, platform="Platform", boxes=("S",)), rule(3, merchant="ACME", boxes=("M",)))


def test_rules_of_different_countries_never_meet() -> None:
    assert not said(rule(2, country="CN", boxes=("S",)), rule(3, country="DE", boxes=("M",)))
    assert not said(rule(2, country="CN", label_position="top"), rule(3, label_position="side")), "a country is closer"
    three = (rule(2, boxes=("S", "M")), rule(3, boxes=("M", "L"), country="CN"), rule(4, boxes=("S", "L")))
    assert len(said(*three)) == 1
    assert not said(*three[:2], replace(three[2], country="DE"))


codes = some.lists(some.sampled_from(BOXES), unique=True, max_size=3).map(tuple)
few_rules = some.lists(
    some.builds(
        PackingRule,
        some.integers(2, 9),
        some.just("a rule"),
        some.sampled_from(["", "Platform", "Other"]),
        some.sampled_from(["", "ACME", "BOLT"]),
        some.sampled_from(["", "CUP"]),
        some.sampled_from(["", "fragile"]),
        some.sampled_from(["", "CN", "DE"]),
        codes,
        codes,
        some.lists(some.sampled_from(sorted(MATERIALS)), unique=True, max_size=2).map(tuple),
        some.lists(some.sampled_from(sorted(MATERIALS)), unique=True, max_size=2).map(tuple),
    ),
    max_size=4,
)


@given(few_rules)
def test_whoever_is_told_of_no_conflict_can_pack_every_order(rules: list[PackingRule]) -> None:
    if conflicts(rules, BOXES, SELLS):
        return
    products, marks, countries = ("CUP", "PEN"), ("fragile", "plain"), ("CN", "DE", "FR")
    for merchant, sku, mark, country in product(SELLS, products, marks, countries):
        order = Packed(SELLS[merchant], merchant, frozenset({sku}), frozenset({mark}), country)
        needs = needs_of(order, rules, MATERIALS)
        assert any(box_ban(needs, box) is None for box in BOXES)
        assert not any(material_ban(needs, material.code) for material in needs.materials)
