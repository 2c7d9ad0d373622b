"""Bytes from outside → a small tree of elements, or a named reason why not.

Called by `receipts`. Hardened for messages nobody vouches for: size, depth and number of elements are limited, a
document type is refused before the parser sees it, so there are no entities to expand and nothing to fetch. Encodings
are decoded here, because expat cannot read GB2312 or GBK at all.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from wms.customs.model import QuarantineReason

MAX_BYTES = 5 * 1024 * 1024
"""Ample for 100 return nodes; also holds for what was inside an envelope."""
MAX_DEPTH = 32
"""Receipts are four deep, envelopes six."""
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTES = 100
"""Per element; an exit pass has a handful."""

XML_SPACE = " \t\r\n"
"""White space as XML means it. `str.strip()` would also take full-width spaces and let odd codes pass for good ones."""

_UTF8_MARK = b"\xef\xbb\xbf"
_MARK = "\ufeff"
_FOREIGN_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_DECLARATION = re.compile(r"<\?xml[ \t\r\n][^>]*?\?>")
_DECLARED_ENCODING = re.compile(r"""[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z0-9._-]+)["']""")
# What calls itself GB2312 holds characters of GBK in practice; gb18030 contains both.
_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030",
}  # fmt: skip
_SEPARATOR = "\n"
"""Between namespace and local name. No local name can contain it, so splitting at the last one is always right."""


class Unreadable(Exception):
    """The message as a whole cannot be read."""

    def __init__(self, reason: QuarantineReason, what: str) -> None:
        self.reason = reason
        self.what = what
        super().__init__(f"{reason}: {what}")


@dataclass(slots=True)
class Element:
    """One element: its namespace ("" for none), local name, own text and children, in order."""

    namespace: str
    name: str
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    """By name; one with a namespace has it before its name. CEB messages say nothing in them, exit passes do."""

    @property
    def text(self) -> str:
        """All text directly inside, CDATA included, XML white space trimmed."""
        return "".join(self.pieces).strip(XML_SPACE)


def parse(raw: bytes) -> Element:
    """The root element of `raw`. Raises Unreadable with a reason; never anything else."""
    text = _without_declaration(decode(raw))
    _refuse_doctype(text)
    return _Builder().build(text)


def decode(raw: bytes) -> str:
    """`raw` as text, by its byte order mark and declared encoding. Nothing is replaced: raises Unreadable instead."""
    if len(raw) > MAX_BYTES:
        raise Unreadable(QuarantineReason.TOO_LARGE, f"{len(raw)} bytes, the limit is {MAX_BYTES}")
    if raw.startswith(_FOREIGN_MARKS):
        raise Unreadable(QuarantineReason.ENCODING_NOT_SUPPORTED, "UTF-16 or UTF-32 byte order mark")
    marked = raw.startswith(_UTF8_MARK)
    body = raw[len(_UTF8_MARK) :] if marked else raw
    if not body.strip(XML_SPACE.encode()):
        raise Unreadable(QuarantineReason.EMPTY, "no content")
    if b"\0" in body:
        raise Unreadable(QuarantineReason.NUL_CHARACTER, f"NUL at byte {body.index(0)}; UTF-16 without a mark?")
    # The declaration is ASCII in every encoding we take, so it can be read before the encoding is known.
    head = _DECLARATION.match(body[:512].decode("latin-1").lstrip(XML_SPACE))
    declared = _DECLARED_ENCODING.search(head.group()) if head else None
    if head and declared is None and "encoding" in head.group():
        raise Unreadable(QuarantineReason.ENCODING_NOT_SUPPORTED, "a declared encoding that is no name of one")
    name = declared.group(1).lower() if declared else "utf-8"
    codec = _CODECS.get(name)
    if codec is None:
        raise Unreadable(QuarantineReason.ENCODING_NOT_SUPPORTED, f"declared encoding {name[:40]}")
    if marked and codec == "gb18030":
        raise Unreadable(QuarantineReason.ENCODING_NOT_SUPPORTED, f"UTF-8 byte order mark, but declared {name}")
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        raise Unreadable(QuarantineReason.UNDECODABLE, f"not {name} at byte {error.start}") from None


def _without_declaration(text: str) -> str:
    """The declaration still names the old encoding; the parser gets the text in UTF-8 and must not read it."""
    text = text.lstrip(XML_SPACE)
    head = _DECLARATION.match(text)
    rest = text[head.end() :] if head else text
    if rest.startswith(_MARK) or (head and _DECLARATION.match(rest.lstrip(XML_SPACE))):
        raise Unreadable(QuarantineReason.NOT_WELL_FORMED, "a second beginning: byte order mark or declaration")
    return rest


def _refuse_doctype(text: str) -> None:
    """Walk the prolog only: a format failure report may quote a message with a document type inside CDATA."""
    position = 0
    while True:
        while position < len(text) and text[position] in XML_SPACE:
            position += 1
        if text.startswith("<!--", position):
            end, width = text.find("-->", position + 4), 3
        elif text.startswith("<?", position):
            end, width = text.find("?>", position + 2), 2
        elif text[position : position + 9].upper() == "<!DOCTYPE":
            raise Unreadable(QuarantineReason.DOCTYPE, "a document type is not accepted")
        else:
            return
        if end < 0:
            raise Unreadable(QuarantineReason.NOT_WELL_FORMED, "the prolog does not end")
        position = end + width


class _Builder:
    """Builds the tree from parser events, on its own stack: depth costs no recursion."""

    def __init__(self) -> None:
        self._root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def build(self, text: str) -> Element:
        parser = expat.ParserCreate("utf-8", namespace_separator=_SEPARATOR)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        # A second lock behind _refuse_doctype, in case the parser finds one where the walk did not look.
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(text.encode("utf-8"), True)
        except (expat.ExpatError, UnicodeEncodeError) as error:
            raise Unreadable(QuarantineReason.NOT_WELL_FORMED, str(error)[:200]) from None
        if self._root is None:
            raise Unreadable(QuarantineReason.NOT_WELL_FORMED, "no root element")
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise Unreadable(QuarantineReason.TOO_MANY_NODES, f"more than {MAX_ELEMENTS} elements")
        if len(self._open) >= MAX_DEPTH:
            raise Unreadable(QuarantineReason.TOO_DEEP, f"more than {MAX_DEPTH} levels")
        if len(attributes) > MAX_ATTRIBUTES:
            raise Unreadable(QuarantineReason.TOO_MANY_NODES, f"an element with more than {MAX_ATTRIBUTES} attributes")
        namespace, _, local = name.rpartition(_SEPARATOR)
        element = Element(namespace, local, attributes=attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1].pieces.append(text)

    def _doctype(self, *declaration: object) -> None:
        raise Unreadable(QuarantineReason.DOCTYPE, "a document type is not accepted")
