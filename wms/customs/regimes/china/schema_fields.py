"""What the schemas ask of every element, as values one can walk a message by.

Called by `validation` to name every fault of a message a schema refuses: a schema processor stops at the first wrong
element of a sequence and speaks its own language. The schemas stay the only place where lengths and orders are written.
Reads only the files beside it, and only the parts of XML Schema these use; anything else in them is a bug and raises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from wms.customs.regimes.china.documents import MessageKind

SCHEMAS = Path(__file__).parent / "schema"

_XS = "{http://www.w3.org/2001/XMLSchema}"


@dataclass(frozen=True, slots=True)
class ValueRule:
    """What text may stand in an element or attribute."""

    base: str
    """`string`, `decimal`, `integer` or `int`."""
    shortest: int = 0
    longest: int | None = None
    digits: int | None = None
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class ElementRule:
    """One element in its place: how often it may stand there, and what it holds."""

    tag: str
    """`{namespace}name`."""
    least: int = 1
    most: int = 1
    value: ValueRule | None = None
    """Set for elements that hold text."""
    children: tuple["ElementRule", ...] = ()
    attributes: Mapping[str, tuple[ValueRule, bool]] = field(default_factory=dict)
    """Name → what may stand in it, and whether it must be there."""
    anything: bool = False
    """Whatever is inside is no business of ours."""

    @property
    def name(self) -> str:
        return self.tag.rpartition("}")[2]


@cache
def rules_of(kind: MessageKind) -> Mapping[str, ElementRule]:
    """Global elements of the schema of `kind` by their name: the message and its node."""
    reader = _SchemaReader(SCHEMAS / f"{kind}.xsd")
    return {name: reader.element(declared) for name, declared in reader.elements()}


class _SchemaReader:
    """One schema file with everything it includes or imports."""

    def __init__(self, path: Path) -> None:
        self._root = ElementTree.parse(path).getroot()  # noqa: S314 - a file of ours
        self._namespace = self._root.attrib["targetNamespace"]
        others = [one for one in self._root if one.tag in {_XS + "include", _XS + "import"}]
        self._others = [_SchemaReader(path.parent / one.attrib["schemaLocation"]) for one in others]

    def elements(self) -> Iterator[tuple[str, ElementTree.Element]]:
        return ((one.attrib["name"], one) for one in self._root.findall(_XS + "element"))

    def element(self, node: ElementTree.Element) -> ElementRule:
        least, most = int(node.get("minOccurs", "1")), int(node.get("maxOccurs", "1"))
        if "ref" in node.attrib:
            reader, declared = self._named("element", node.attrib["ref"])
            said = reader.element(declared)
            return ElementRule(said.tag, least, most, said.value, said.children, said.attributes, said.anything)
        tag = f"{{{self._namespace}}}{node.attrib['name']}"
        reader, inside = self, node.find(_XS + "complexType")
        if inside is None:
            value = self._value(node.attrib["type"])
            if value is not None:
                return ElementRule(tag, least, most, value)
            reader, inside = self._named("complexType", node.attrib["type"])
        children, attributes, anything = reader._content(inside)
        return ElementRule(tag, least, most, None, children, attributes, anything)

    def _content(
        self, inside: ElementTree.Element
    ) -> tuple[tuple[ElementRule, ...], dict[str, tuple[ValueRule, bool]], bool]:
        children: list[ElementRule] = []
        attributes: dict[str, tuple[ValueRule, bool]] = {}
        for part in inside:
            match part.tag.removeprefix(_XS):
                case "sequence":
                    if part.find(_XS + "any") is not None:
                        return (), {}, True
                    children += [self.element(one) for one in part]
                case "attribute":
                    attributes |= self._attribute(part)
                case "attributeGroup":
                    _, group = self._named("attributeGroup", part.attrib["ref"])
                    for one in group:
                        attributes |= self._attribute(one)
                case other:
                    raise AssertionError(f"{other} in a complexType")
        return tuple(children), attributes, False

    def _attribute(self, node: ElementTree.Element) -> dict[str, tuple[ValueRule, bool]]:
        value = self._value(node.attrib["type"])
        assert value is not None
        return {node.attrib["name"]: (value, node.get("use") == "required")}

    def _value(self, reference: str) -> ValueRule | None:
        """The rule of a simple type; None where the name is that of a complex one."""
        try:
            _, declared = self._named("simpleType", reference)
        except LookupError:
            return None
        (restriction,) = declared
        facets = {one.tag.removeprefix(_XS): int(one.attrib["value"]) for one in restriction}
        exactly = facets.pop("length", None)
        rule = ValueRule(
            restriction.attrib["base"].removeprefix("xs:"),
            facets.pop("minLength", exactly or 0),
            facets.pop("maxLength", exactly),
            facets.pop("totalDigits", None),
            facets.pop("fractionDigits", None),
        )
        assert not facets, facets
        return rule

    def _named(self, what: str, reference: str) -> tuple["_SchemaReader", ElementTree.Element]:
        """The global declaration `reference` names, and the reader of the file it stands in."""
        name = reference.rpartition(":")[2]
        for reader in (self, *self._others):
            for one in reader._root.findall(_XS + what):
                if one.attrib["name"] == name:
                    return reader, one
        raise LookupError(f"{what} {reference}")
