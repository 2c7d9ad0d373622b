"""Walks a message that a schema refused and names every fault of every element.

Called by `validation` only. Knows the rules from `schema_fields` and asks nothing of the schema processor, which stops
at the first wrong element. It finds a fault exactly where the processor does; tests hold the two against each other.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from wms.customs.regimes.china.schema_faults import FaultKind, SchemaFault, fault
from wms.customs.regimes.china.schema_fields import ElementRule, ValueRule

_XML_SPACE = " \t\r\n"
_HINTS = frozenset(
    f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("schemaLocation", "noNamespaceSchemaLocation")
)
"""Allowed on every element, and never followed."""
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_LARGEST_INT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the message the walk stands."""

    holder: str = ""
    line_no: int = 0
    document_no: int = 0

    def fault(self, kind: FaultKind, name: str, *, value: str = "", has: int = 0, takes: int = 0) -> SchemaFault:
        field = f"{self.holder}.{name}" if self.holder else name
        return fault(kind, field, line_no=self.line_no, document_no=self.document_no, value=value, has=has, takes=takes)


def faults_of_element(root: etree._Element, rule: ElementRule) -> tuple[SchemaFault, ...]:
    """All faults of `root` and whatever is inside it, in the order of the message."""
    return tuple(_of_element(root, rule, _Place()))


def _of_element(element: etree._Element, rule: ElementRule, place: _Place) -> Iterator[SchemaFault]:
    if rule.anything:
        return
    inside = replace(place, holder=rule.name)
    yield from _of_attributes(element, rule, inside)
    if rule.value is not None:
        if any(isinstance(child.tag, str) for child in element):
            yield place.fault(FaultKind.NOT_TEXT, rule.name)
        else:
            yield from _of_value(_own_text(element), rule.value, place, rule.name, optional=rule.least == 0)
        return
    text = _own_text(element)
    # Between elements white space is layout; in an element that holds nothing at all it is text.
    if text.strip(_XML_SPACE) if rule.children else text:
        yield place.fault(FaultKind.LOOSE_TEXT, rule.name)
    yield from _of_children(element, rule, inside)


def _of_attributes(element: etree._Element, rule: ElementRule, inside: _Place) -> Iterator[SchemaFault]:
    for name in element.attrib:
        if str(name) not in rule.attributes and str(name) not in _HINTS:
            yield inside.fault(FaultKind.UNKNOWN, str(name).rpartition("}")[2][:40])
    for name, (value, required) in rule.attributes.items():
        said = element.get(name)
        if said is not None:
            yield from _of_value(str(said), value, inside, name, optional=not required)
        elif required:
            yield inside.fault(FaultKind.MISSING, name)


def _of_children(element: etree._Element, rule: ElementRule, inside: _Place) -> Iterator[SchemaFault]:
    children = [child for child in element if isinstance(child.tag, str)]
    places = {part.tag: place for place, part in enumerate(rule.children)}
    counts = Counter(str(child.tag) for child in children)
    for part in rule.children:
        yield from _of_count(part, counts[part.tag], inside)
    furthest = 0
    seen: Counter[str] = Counter()
    for child in children:
        tag = str(child.tag)
        if tag not in places:
            yield inside.fault(FaultKind.UNKNOWN, etree.QName(child).localname[:40])
            continue
        part = rule.children[places[tag]]
        if places[tag] < furthest:
            yield inside.fault(FaultKind.OUT_OF_PLACE, part.name)
        furthest = max(furthest, places[tag])
        seen[tag] += 1
        yield from _of_element(child, part, _numbered(inside, child, part, seen[tag]))


def _of_count(part: ElementRule, has: int, inside: _Place) -> Iterator[SchemaFault]:
    if has < part.least:
        yield inside.fault(FaultKind.MISSING if part.most == 1 else FaultKind.NO_LINES, part.name)
    elif has > part.most:
        kind = FaultKind.REPEATED if part.most == 1 else FaultKind.TOO_MANY
        yield inside.fault(kind, part.name, has=has, takes=part.most)


def _numbered(inside: _Place, child: etree._Element, part: ElementRule, number: int) -> _Place:
    """Lines are named by their gnum, documents of a message by their place."""
    if part.most == 1:
        return inside
    if inside.holder.endswith("Message"):
        return replace(inside, document_no=number)
    said = (child.findtext("{*}gnum") or "").strip(_XML_SPACE)
    return replace(inside, line_no=int(said) if re.fullmatch("[0-9]{1,9}", said) else number)


def _of_value(text: str, rule: ValueRule, place: _Place, name: str, *, optional: bool) -> Iterator[SchemaFault]:
    if rule.base == "string":
        found = _of_text(text, rule, optional=optional)
    else:
        found = _of_number(text.strip(_XML_SPACE), rule, optional=optional)
    if found is not None:
        kind, has, takes = found
        yield place.fault(kind, name, value=text, has=has, takes=takes)


_Found = tuple[FaultKind, int, int] | None


def _of_text(text: str, rule: ValueRule, *, optional: bool) -> _Found:
    if rule.shortest > 0 and not text:
        return FaultKind.LEAVE_OUT if optional else FaultKind.EMPTY, 0, 0
    if rule.shortest == rule.longest and len(text) != rule.longest:
        return FaultKind.WRONG_LENGTH, len(text), rule.longest
    if rule.longest is not None and len(text) > rule.longest:
        return FaultKind.TOO_LONG, len(text), rule.longest
    return None


def _of_number(text: str, rule: ValueRule, *, optional: bool) -> _Found:
    if not text:
        return FaultKind.LEAVE_OUT if optional else FaultKind.EMPTY, 0, 0
    if not _DECIMAL.fullmatch(text):
        return FaultKind.NOT_A_NUMBER, 0, 0
    if rule.base != "decimal" and not _WHOLE.fullmatch(text):
        return FaultKind.NOT_A_WHOLE_NUMBER, 0, 0
    whole, _, decimals = text.lstrip("+-").partition(".")
    whole, decimals = whole.lstrip("0"), decimals.rstrip("0")
    if rule.base == "int" and not -_LARGEST_INT - 1 <= int(text) <= _LARGEST_INT:
        return FaultKind.NUMBER_TOO_LARGE, 0, 0
    if rule.decimals is not None and len(decimals) > rule.decimals:
        return FaultKind.TOO_MANY_DECIMALS, len(decimals), rule.decimals
    if rule.digits is not None and len(whole) + len(decimals) > rule.digits:
        return FaultKind.TOO_MANY_DIGITS, len(whole) + len(decimals), rule.digits
    return None


def _own_text(element: etree._Element) -> str:
    """Text directly inside: that before the first child and behind each."""
    return (element.text or "") + "".join(child.tail or "" for child in element)
