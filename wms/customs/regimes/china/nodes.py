"""Fields of one node of an incoming message: each once, as text, within its length.

Called by `receipts` and `tax_bills`. Pure. A node that breaks a rule raises BadNode and costs only itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wms.customs.model import QuarantineReason
from wms.customs.regimes.china.documents import CEB
from wms.customs.regimes.china.safe_xml import Element


class BadNode(Exception):
    """One node of a message cannot be believed."""

    def __init__(self, reason: QuarantineReason, what: str) -> None:
        self.reason = reason
        self.what = what
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Field:
    """An element of a node and the attribute of our value it becomes."""

    element: str
    longest: int
    attribute: str
    mandatory: bool = False


def mandatory(element: str, longest: int, attribute: str) -> Field:
    """A field without which the node says nothing."""
    return Field(element, longest, attribute, mandatory=True)


def texts_of(node: Element, namespace: str = CEB) -> dict[str, str]:
    """Field → trimmed text. A field that is there twice has no one value, so the node is not believed at all."""
    texts: dict[str, str] = {}
    for child in node.children:
        if child.namespace != namespace:
            continue
        if child.children:
            raise BadNode(QuarantineReason.FIELD_NOT_TEXT, f"{child.name[:40]} has elements inside")
        if child.name in texts:
            raise BadNode(QuarantineReason.REPEATED_FIELD, child.name[:40])
        texts[child.name] = child.text
    return texts


def values_of(fields: Iterable[Field], texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(attribute, text) of each field that is there. Raises BadNode for one that is too long or missing."""
    for field in fields:
        text = texts.get(field.element, "")
        if len(text) > field.longest:
            raise BadNode(QuarantineReason.FIELD_TOO_LONG, f"{field.element} has more than {field.longest} characters")
        if text:
            yield field.attribute, text
        elif field.mandatory:
            raise BadNode(QuarantineReason.MISSING_FIELD, field.element)
