"""A tree → the bytes a signature is over: Canonical XML 1.0, inclusive, without comments. Called by `signature`.

Written from the recommendation (https://www.w3.org/TR/2001/REC-xml-c14n-20010315) and not taken from the library that
signs: what both sides get wrong in the same way would never show. Comments and document types are gone already; the
attributes `xml:…` of left-out ancestors are not inherited, as no message has any.
"""

from collections.abc import Mapping

from wms.customs.simulator.reading import Node

_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_IN_ATTRIBUTES = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})


def canonical(apex: Node, *, without: Node | None = None) -> bytes:
    """`apex` and all below it, as if it stood alone, except the element `without`."""
    parts: list[str] = []
    _write(apex, {}, without, parts)
    return "".join(parts).encode()


def _write(node: Node, shown: Mapping[str, str], without: Node | None, parts: list[str]) -> None:
    parts.append(f"<{node.tag}")
    scope = {prefix: uri for prefix, uri in node.scope.items() if prefix != "xml"}
    for prefix, uri in sorted(scope.items()):
        if shown.get(prefix, "") != uri:
            name = f"xmlns:{prefix}" if prefix else "xmlns"
            parts.append(f' {name}="{uri.translate(_IN_ATTRIBUTES)}"')
    for name, value in sorted(node.attributes.items(), key=lambda item: _place(item[0], node.scope)):
        parts.append(f' {name}="{value.translate(_IN_ATTRIBUTES)}"')
    parts.append(">")
    for child in node.children:
        if isinstance(child, str):
            parts.append(child.translate(_IN_TEXT))
        elif child is not without:
            _write(child, scope, without, parts)
    parts.append(f"</{node.tag}>")


def _place(name: str, scope: Mapping[str, str]) -> tuple[str, str]:
    """Attributes are sorted by namespace, then by name; an attribute without prefix has no namespace."""
    prefix, _, local = name.rpartition(":")
    return (scope[prefix] if prefix else "", local)
