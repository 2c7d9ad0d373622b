"""Which packing rules an order falls under, what they ask together, and where rules contradict one another. Pure.

What several rules ask is added up: every insert of each, only boxes that all of them allow. Of label positions the most
particular rule's counts. What cannot be added up is found when rules are loaded, not at the bench.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from wms.packaging.model import Ban, Material, MaterialKind, Needs, Packed, PackingRule

GIFT = "gift"
"""The mark of an order that is sent as a gift."""

_SEQUENCE = {kind: number for number, kind in enumerate(MaterialKind)}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two or more rules that no parcel can follow together; `line` is that of the last."""

    line: int
    column: str
    what: str


def matches(rule: PackingRule, order: Packed) -> bool:
    """Whether a rule is for an order: everything that it names has to be so."""
    return (
        (not rule.platform or rule.platform in order.platforms)
        and rule.merchant in ("", order.merchant)
        and (not rule.sku or rule.sku in order.skus)
        and (not rule.mark or rule.mark in order.marks)
        and rule.country in ("", order.country)
    )


def needs_of(order: Packed, rules: Sequence[PackingRule], materials: Mapping[str, Material]) -> Needs:
    """What the matching rules ask together."""
    found = [rule for rule in rules if matches(rule, order)]
    choosing = [rule for rule in found if rule.boxes]
    wanted = [materials[code] for code in dict.fromkeys(code for rule in found for code in rule.materials)]
    positioned = max((rule for rule in found if _label(rule)), key=_weight, default=None)
    return Needs(
        boxes=_allowed(found),
        boxes_by=", ".join(rule.name for rule in choosing),
        no_boxes=tuple(_bans(((rule, rule.no_boxes) for rule in found), {})),
        materials=tuple(sorted(wanted, key=lambda material: _SEQUENCE[material.kind])),
        no_materials=tuple(_bans(((rule, rule.no_materials) for rule in found), materials)),
        label_position=positioned.label_position if positioned else "",
        label_picture=positioned.label_picture if positioned else "",
        hides_prices=any(rule.hides_prices for rule in found),
        label_check=any(rule.label_check for rule in found),
        packing_list=any(rule.packing_list for rule in found),
        rules=tuple(rule.name for rule in found),
    )


def box_ban(needs: Needs, box: str) -> Ban | None:
    """Why a box may not be used; None where it may."""
    if needs.boxes_by and box not in needs.boxes:
        return Ban(box, needs.boxes_by)
    return next((ban for ban in needs.no_boxes if ban.code == box), None)


def material_ban(needs: Needs, material: str) -> Ban | None:
    """Why a material may not be used; None where it may."""
    return next((ban for ban in needs.no_materials if ban.code == material), None)


def conflicts(
    rules: Sequence[PackingRule], boxes: Sequence[str], platforms_of: Mapping[str, frozenset[str]]
) -> list[Conflict]:
    """Everything about rules that may meet in one order and that one parcel cannot follow.

    `boxes` are all box types there are; `platforms_of` says on which platforms (by any of their names) a merchant
    sells.
    """
    found: list[Conflict] = []
    for rule in rules:
        found += _pair(rule, rule)
    for first, second in combinations(rules, 2):
        if may_meet(first, second, platforms_of):
            found += _pair(first, second)
    return found or list(_without_box(rules, boxes, platforms_of))


def may_meet(first: PackingRule, second: PackingRule, platforms_of: Mapping[str, frozenset[str]]) -> bool:
    """Whether some order falls under both: products and marks may meet in an order; two merchants, or two countries,
    never do.
    """
    return _agree(first.country, second.country) and any(
        rule_may_match(first, merchant, platforms) and rule_may_match(second, merchant, platforms)
        for merchant, platforms in platforms_of.items()
    )


def rule_may_match(rule: PackingRule, merchant: str, platforms: frozenset[str]) -> bool:
    """Whether some order of a merchant falls under a rule."""
    return rule.merchant in ("", merchant) and (not rule.platform or rule.platform in platforms)


def _agree(country: str, other: str) -> bool:
    return not (country and other) or country == other


def _pair(first: PackingRule, second: PackingRule) -> Iterator[Conflict]:
    """What two rules say against each other; with itself, what one says against itself."""
    there = "the same line" if first is second else f"line {first.line} ({first.name})"
    yield from (
        Conflict(second.line, "materials", f"asks for {code}, and {there} forbids it")
        for code in second.materials
        if code in first.no_materials
    )
    if first.boxes and second.boxes and not {*first.boxes} & {*second.boxes}:
        mine, theirs = ", ".join(second.boxes), ", ".join(first.boxes)
        yield Conflict(second.line, "boxes", f"allows {mine} only, and {there} allows {theirs} only")
    if second.boxes and {*second.boxes} <= {*first.no_boxes}:
        yield Conflict(second.line, "boxes", f"allows {', '.join(second.boxes)} only, and {there} forbids all of them")
    if first is second:
        return
    yield from (
        Conflict(second.line, "no_materials", f"forbids {code}, and {there} asks for it")
        for code in first.materials
        if code in second.no_materials
    )
    if first.boxes and {*first.boxes} <= {*second.no_boxes}:
        yield Conflict(second.line, "no_boxes", f"forbids {', '.join(first.boxes)}, and {there} allows nothing else")
    ours, other = _label(second), _label(first)
    if ours and other and ours != other and _weight(first) == _weight(second):
        yield Conflict(second.line, "label_position", f"says {ours!r}, and {there} says {other!r}")


def _label(rule: PackingRule) -> str:
    return " ".join(filter(None, (rule.label_position, rule.label_picture)))


def _without_box(
    rules: Sequence[PackingRule], boxes: Sequence[str], platforms_of: Mapping[str, frozenset[str]]
) -> Iterator[Conflict]:
    """Merchants of whom an order may fall under so many rules that no box is left, although each two agree."""
    said: set[tuple[int, ...]] = set()
    countries = sorted({rule.country for rule in rules} - {""}) or [""]
    for (merchant, platforms), country in product(platforms_of.items(), countries):
        meeting = [
            rule
            for rule in rules
            if (rule.boxes or rule.no_boxes)
            and rule_may_match(rule, merchant, platforms)
            and _agree(rule.country, country)
        ]
        lines = tuple(rule.line for rule in meeting)
        allowed = _allowed(meeting) if any(rule.boxes for rule in meeting) else boxes
        banned = {code for rule in meeting for code in rule.no_boxes}
        if meeting and lines not in said and not {*allowed} - banned:
            said.add(lines)
            listed = ", ".join(str(line) for line in lines)
            what = f"leaves no box for an order of {merchant} that falls under the lines {listed} together"
            yield Conflict(lines[-1], "boxes", what)


def _allowed(rules: Sequence[PackingRule]) -> tuple[str, ...]:
    """The boxes that all rules which name any allow, in the sequence of the first; empty where none names any."""
    choosing = [rule for rule in rules if rule.boxes]
    if not choosing:
        return ()
    return tuple(code for code in choosing[0].boxes if all(code in rule.boxes for rule in choosing))


def _bans(of_rules: Iterable[tuple[PackingRule, tuple[str, ...]]], materials: Mapping[str, Material]) -> Iterator[Ban]:
    seen: set[str] = set()
    for rule, codes in of_rules:
        for code in codes:
            if code not in seen:
                seen.add(code)
                yield Ban(code, rule.name, materials[code].name if code in materials else "")


def _weight(rule: PackingRule) -> tuple[bool, bool, bool, bool, bool]:
    """How particular a rule is: a product's is closer than a mark's, that closer than a merchant's, a platform's or a
    country's.
    """
    return bool(rule.sku), bool(rule.mark), bool(rule.merchant), bool(rule.platform), bool(rule.country)
