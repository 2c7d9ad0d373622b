"""Bytes from a stranger → a tree that still knows its prefixes, or Unreadable. Called by `messages`.

Never trusts what it reads: no document type (so no entity of any kind), no processing instruction, a limit on size,
depth and number of elements. Prefixes and declarations stay, because the signature is over them (`canonical`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_BYTES = 20 * 1024 * 1024
"""A hundred documents with ninety-nine long lines each fit."""
MOST_DEPTH = 40
MOST_ELEMENTS = 400_000

_DECLARATION = re.compile(r"^<\?xml\b[^>]*\?>")
_ENCODING = re.compile(r"\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_CODECS = {"utf-8": "utf-8", "utf8": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030"}
_XML = "http://www.w3.org/XML/1998/namespace"


class Unreadable(Exception):
    """What was sent is no XML that a port would look at; the text says why, in Chinese as the port answers."""


@dataclass(slots=True)
class Node:
    """An element. `attributes` holds everything but declarations, by the name as written."""

    tag: str
    attributes: Mapping[str, str]
    scope: Mapping[str, str]
    """Namespace by prefix ("" is the default one), declared here or above."""
    children: "list[Node | str]" = field(default_factory=list)

    @property
    def namespace(self) -> str:
        return self.scope.get(self.tag.rpartition(":")[0], "")

    @property
    def name(self) -> str:
        return self.tag.rpartition(":")[2]

    @property
    def elements(self) -> "list[Node]":
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def text(self) -> str:
        """The text directly inside."""
        return "".join(child for child in self.children if isinstance(child, str))

    def first(self, namespace: str, name: str) -> "Node | None":
        """The first child of that name."""
        return next(self.all(namespace, name), None)

    def all(self, namespace: str, name: str) -> "Iterator[Node]":
        """The children of that name."""
        return (child for child in self.elements if (child.namespace, child.name) == (namespace, name))


def read(raw: bytes) -> Node:
    """The root of the document. Raises Unreadable."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"报文过大：{len(raw)} 字节")
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.refuse_doctype
    parser.ProcessingInstructionHandler = builder.refuse_instruction
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(_text(raw).encode(), True)
    except expat.ExpatError as error:
        raise Unreadable(f"报文不是合法的XML：{expat.ErrorString(error.code)} 行{error.lineno}") from None
    assert builder.root is not None
    return builder.root


def _text(raw: bytes) -> str:
    """The document as text, without byte order mark and XML declaration."""
    body = raw.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARATION.match(body[:200].decode("ascii", errors="replace"))
    named = _ENCODING.search(declared.group()) if declared else None
    encoding = named.group(1).lower() if named else "utf-8"
    codec = _CODECS.get(encoding)
    if codec is None:
        raise Unreadable(f"不支持的编码：{encoding}")
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        raise Unreadable(f"报文内容与声明的编码不符：{encoding}") from None
    return text[declared.end() :] if declared else text


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._elements = 0

    def refuse_doctype(self, *_: object) -> None:
        raise Unreadable("报文不得包含DOCTYPE")

    def refuse_instruction(self, *_: object) -> None:
        raise Unreadable("报文不得包含处理指令")

    def start(self, tag: str, written: dict[str, str]) -> None:
        self._elements += 1
        if len(self._open) >= MOST_DEPTH or self._elements > MOST_ELEMENTS:
            raise Unreadable("报文层次过深或节点过多")
        above = self._open[-1].scope if self._open else {"xml": _XML}
        declared = {
            name.partition(":")[2]: value for name, value in written.items() if name.partition(":")[0] == "xmlns"
        }
        scope = {**above, **declared} if declared else above
        attributes = {name: value for name, value in written.items() if name.partition(":")[0] != "xmlns"}
        for name in (tag, *attributes):
            prefix = name.rpartition(":")[0]
            if prefix and prefix not in scope:
                raise Unreadable(f"未声明的命名空间前缀：{prefix[:40]}")
        node = Node(tag, attributes, scope)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].children.append(text)
