"""Whether nodes and messages have the form customs takes, and if not, every fault in words for people.

Called before anything is signed or sent. The schemas beside this file decide; only what they refuse is walked element
by element (`diagnosis`) to name the faults. Nothing is fetched: the schemas are local files, document types and
entities are refused before the parser sees them. For our own messages and those of our own signer; what comes from
outside is read by `safe_xml`.
"""

from functools import cache

from lxml import etree

from wms.customs.regimes.china.diagnosis import faults_of_element
from wms.customs.regimes.china.documents import CEB, MessageKind
from wms.customs.regimes.china.layout import LAYOUTS
from wms.customs.regimes.china.schema_faults import FaultKind, SchemaFault, fault
from wms.customs.regimes.china.schema_fields import SCHEMAS, rules_of

__all__ = ["SchemaFault", "faults_of_message", "faults_of_node"]


def faults_of_node(kind: MessageKind, node: str) -> tuple[SchemaFault, ...]:
    """Every fault of one document's node as `writer.node_of` writes it; empty when customs takes it."""
    name = LAYOUTS[kind].node
    try:
        root = _parse(node.encode())
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return (fault(FaultKind.NOT_READABLE, name),)
    if root.tag != f"{{{CEB}}}{name}":
        return (fault(FaultKind.UNKNOWN, _local_name(root)),)
    return _faults(kind, root)


def faults_of_message(raw: bytes) -> tuple[SchemaFault, ...]:
    """Every fault of a whole message, its signature's structure included. Whether that is valid is not asked here."""
    try:
        root = _parse(raw)
    except etree.XMLSyntaxError:
        return (fault(FaultKind.NOT_READABLE, "message"),)
    for kind in MessageKind:
        if root.tag == f"{{{CEB}}}{kind}Message":
            return _faults(kind, root)
    return (fault(FaultKind.UNKNOWN, _local_name(root)),)


def _faults(kind: MessageKind, root: etree._Element) -> tuple[SchemaFault, ...]:
    if _schema(kind).validate(root):
        return ()
    name = _local_name(root)
    # The schema's word stands even where the walk should find nothing to name.
    return faults_of_element(root, rules_of(kind)[name]) or (fault(FaultKind.NOT_BY_SCHEMA, name),)


def _local_name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)[:60]


def _parse(raw: bytes) -> etree._Element:
    # With the encoding fixed to UTF-8 a document type can be written in this one way only. We never write one, nor the
    # sections of unparsed text in which the same characters would be harmless.
    if b"<!DOCTYPE" in raw:
        raise etree.XMLSyntaxError("a document type is not accepted", 0, 0, 0)
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(raw, parser)


@cache
def _schema(kind: MessageKind) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMAS / f"{kind}.xsd"))
