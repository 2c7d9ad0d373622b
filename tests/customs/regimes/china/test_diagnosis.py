"""The walk that names faults finds some exactly where the schema processor does."""

import copy
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.customs.regimes.china.declared import EXAMPLES, GUID, SAMPLES, TRANSFER, filled
from wms.customs.regimes.china.diagnosis import faults_of_element
from wms.customs.regimes.china.documents import CEB, MessageKind
from wms.customs.regimes.china.schema_fields import SCHEMAS, rules_of
from wms.customs.regimes.china.writer import message_of, node_of

XSI = "http://www.w3.org/2001/XMLSchema-instance"

TEXTS = st.sampled_from(
    ["", " ", "x", "1", "-1", "+1", "1.", ".5", "1.50000000", "0.000001", "1e5", "00000000000000000000001", "\n1\t",
     "2147483648", "-2147483648", "-2147483649", "9999999999", "123456789012345678901", "NaN", "INF", "-0", "１",
     "样" * 1001, "12345678901234567890.12345", "1234567890123.123456", "\u00a01", "-", "+.", "A" * 36]
) | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)  # fmt: skip


@cache
def schema(kind: MessageKind) -> Any:
    return etree.XMLSchema(file=str(SCHEMAS / f"{kind}.xsd"))


@cache
def whole(kind: MessageKind) -> Any:
    """A message with every field of its document in it, and the signature of the sample list."""
    root = etree.fromstring(message_of(kind, [node_of(filled(EXAMPLES[kind]))] * 2, TRANSFER, guid=GUID))
    signature = etree.fromstring((SAMPLES / "CEB621.xml").read_bytes())[-1]
    root.append(copy.deepcopy(signature))
    return root


def spoil(data: st.DataObject, root: Any) -> None:
    element = data.draw(st.sampled_from(list(root.iter(etree.Element))))
    match data.draw(st.sampled_from(["text", "drop", "twice", "swap", "child", "attribute", "tail", "comment"])):
        case "text":
            element.text = data.draw(TEXTS)
        case "drop" if element is not root:
            element.getparent().remove(element)
        case "twice" if element is not root:
            element.addnext(copy.deepcopy(element))
        case "swap" if element.getnext() is not None:
            element.getnext().addnext(element)
        case "child":
            namespace = data.draw(st.sampled_from([f"{{{CEB}}}", "{urn:x}", ""]))
            name = data.draw(st.sampled_from(["note", "guid", "x"]))
            element.insert(data.draw(st.integers(0, len(element))), etree.Element(namespace + name))
        case "attribute":
            name = data.draw(
                st.sampled_from(["guid", "version", "Id", "URI", "x", f"{{{XSI}}}schemaLocation", "{urn:x}version"])
            )
            element.set(name, data.draw(TEXTS))
        case "tail" if element is not root:
            element.tail = data.draw(TEXTS)
        case "comment":
            element.insert(0, etree.Comment("nothing"))


@settings(max_examples=300)
@given(st.data(), st.sampled_from(list(MessageKind)))
def test_faults_are_named_exactly_where_the_schema_refuses(data: st.DataObject, kind: MessageKind) -> None:
    root = copy.deepcopy(whole(kind))
    for _ in range(data.draw(st.integers(1, 3))):
        spoil(data, root)
    # Read anew, because a tree that was changed may hold pieces of text that no message can.
    root = etree.fromstring(etree.tostring(root))
    faults = faults_of_element(root, rules_of(kind)[f"{kind}Message"])
    assert bool(faults) is not schema(kind).validate(root), (faults, schema(kind).error_log)


def test_whole_messages_are_free_of_faults() -> None:
    for kind in MessageKind:
        assert schema(kind).validate(whole(kind)), schema(kind).error_log
        assert faults_of_element(whole(kind), rules_of(kind)[f"{kind}Message"]) == ()


def test_places_inside_lines_and_documents_are_named() -> None:
    root = copy.deepcopy(whole(MessageKind.ORDER))
    second_document = root.findall(f"{{{CEB}}}Order")[1]
    second_document.findall(f"{{{CEB}}}OrderList")[1].find(f"{{{CEB}}}unit").text = "1"
    (fault,) = faults_of_element(root, rules_of(MessageKind.ORDER)["CEB311Message"])
    assert (fault.field, fault.line_no, fault.document_no, fault.value) == ("OrderList.unit", 2, 2, "1")
