"""Documents, layouts and schemas say the same: names, order, what may be absent, what is a number."""

from decimal import Decimal

import pytest

from wms.customs.regimes.china.documents import KIND_OF, MessageKind
from wms.customs.regimes.china.layout import LAYOUTS, PartLayout
from wms.customs.regimes.china.schema_fields import ElementRule, rules_of

TYPES = {"string": str, "decimal": Decimal, "int": int, "integer": int}


def said(part: PartLayout) -> list[tuple[str, type, bool]]:
    return [(field.name, field.type, field.optional) for field in part.fields]


def ruled(rule: ElementRule) -> list[tuple[str, type, bool]]:
    return [(child.name, TYPES[child.value.base], child.least == 0) for child in rule.children if child.value]


@pytest.mark.parametrize("kind", MessageKind)
def test_documents_have_the_fields_of_the_schema(kind: MessageKind) -> None:
    layout, node = LAYOUTS[kind], rules_of(kind)[LAYOUTS[kind].node]
    if layout.flat:
        assert said(layout.head) == ruled(node)
        return
    assert [child.name for child in node.children] == [part.name for part in (layout.head, layout.line) if part]
    assert said(layout.head) == ruled(node.children[0])
    if layout.line is not None:
        assert said(layout.line) == ruled(node.children[1])


def test_every_kind_of_document_has_a_layout() -> None:
    assert {kind: layout.document for kind, layout in LAYOUTS.items()} == {kind: made for made, kind in KIND_OF.items()}
