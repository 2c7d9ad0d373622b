"""The rules read from the schemas are those the schemas state."""

import pytest

from wms.customs.regimes.china.documents import CEB, MessageKind
from wms.customs.regimes.china.layout import LAYOUTS
from wms.customs.regimes.china.schema_fields import ValueRule, rules_of

SIGNED_ALWAYS = {MessageKind.LIST, MessageKind.CANCEL, MessageKind.RETURN}


@pytest.mark.parametrize("kind", MessageKind)
def test_message(kind: MessageKind) -> None:
    rules = rules_of(kind)
    assert set(rules) == {f"{kind}Message", LAYOUTS[kind].node}
    message = rules[f"{kind}Message"]
    assert message.tag == f"{{{CEB}}}{kind}Message"
    assert [(child.name, child.least, child.most) for child in message.children] == [
        (LAYOUTS[kind].node, 1, 100),
        ("BaseTransfer", 1, 1),
        ("BaseSubscribe", 0, 5),
        ("ExtendMessage", 0, 1),
        ("Signature", int(kind in SIGNED_ALWAYS), 1),
    ]
    assert {name: (value.longest, required) for name, (value, required) in message.attributes.items()} == {
        "guid": (36, True),
        "version": (30, True),
    }


def test_values() -> None:
    head, line = rules_of(MessageKind.LIST)["Inventory"].children
    values = {child.name: child.value for child in head.children}
    assert values["guid"] == ValueRule("string", 36, 36)
    assert values["buyerName"] == ValueRule("string", 1, 60)
    assert values["note"] == ValueRule("string", 0, 1000)
    assert values["freight"] == ValueRule("decimal", digits=19, decimals=5)
    assert values["packNo"] == ValueRule("integer", digits=9)
    assert line.most == 99
    assert line.children[0].value == ValueRule("int")


def test_what_is_inside_a_foreign_message_is_anything() -> None:
    extend = next(one for one in rules_of(MessageKind.LIST)["CEB621Message"].children if one.name == "ExtendMessage")
    assert [child.anything for child in extend.children] == [False, False, True]
