"""The barcode doctor: everything a code shows, which kinds were tried, and why it was none of them. Reads only.

Called by the office's doctor page and by the handheld for a code that was refused. Says codes and values; the words
are `scanner_ui`'s. Nothing here decides about a scan: the verdict is the resolver's own.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy.orm import Session

from wms.barcodes.cleaning import MANUAL
from wms.barcodes.commands import MARK, parse_command
from wms.barcodes.entered import expiry_of, is_sent_weight, lot_of, weight_of
from wms.barcodes.examination import Examination, Noticed, Sign, TaughtReading, Tried, Why
from wms.barcodes.gs1 import (
    GROUP_SEPARATOR,
    GS1_SYMBOLOGIES,
    SEPARATOR_STAND_IN,
    ReadElement,
    announces_gs1,
    may_be_gs1,
    readable_elements,
)
from wms.barcodes.model import IN_HOUSE_PREFIXES, Ambiguous, Cleaned, CodeKind, Known, Resolution
from wms.barcodes.resolver import Resolver
from wms.kernel.identity import gs1_check_digit
from wms.kernel.refusal import Detail, Refusal

SHOWN_SEPARATOR = "␝"

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_SYMBOLOGIES: Mapping[str, str] = {
    "]A": "code_39", "]C0": "code_128", "]C1": "gs1_128", "]C2": "code_128", "]E0": "ean_13", "]E4": "ean_8",
    "]e": "gs1_databar", "]F": "codabar", "]G": "code_93", "]I": "itf", "]J": "dot_code", "]L": "pdf_417",
    "]Q3": "gs1_qr", "]Q": "qr", "]d2": "gs1_data_matrix", "]d": "data_matrix", "]z": "aztec",
}  # fmt: skip
_GTIN_LENGTHS = (8, 12, 13, 14)
_SWALLOWED = re.compile(r".+(?:1[1357][0-9]{6}|21[A-Z0-9]+|37[0-9]{1,8})")
"""What a lot or serial looks like that ran into the next element, because the separator is missing."""

_LIKELY_SWALLOWED = ("10", "21")


def examine(
    resolver: Resolver,
    session: Session,
    warehouse_id: int,
    *,
    raw: str,
    symbology: str | None,
    source: str,
    expects: tuple[CodeKind, ...],
    today: date,
) -> Examination:
    """Look at a code from all sides, as a step would see it that asks for `expects`."""
    cleaned = resolver.clean(raw, symbology, source)
    good = cleaned if isinstance(cleaned, Cleaned) else None
    aim, body = _aim_and_body(raw, symbology, good)
    verdict: Resolution = (
        cleaned if isinstance(cleaned, Refusal) else resolver.resolve_cleaned(session, warehouse_id, cleaned, expects)
    )
    looks_gs1 = aim in GS1_SYMBOLOGIES or announces_gs1(body) or may_be_gs1(body)
    elements, rest = readable_elements(body, today) if looks_gs1 else ((), "")
    check, wanted = _check_digit(good.text if good else body, manual=source == MANUAL)
    return Examination(
        raw=raw,
        shown=visible(raw),
        text=good.text if good else "",
        aim=aim,
        symbology=symbology_of(aim),
        signs=tuple(_signs(raw, body, aim, source, elements)),
        check=check,
        wanted_digit=wanted,
        elements=elements,
        unreadable=rest,
        tried=tuple(_tried(resolver, session, warehouse_id, good, expects, today)) if good else (),
        readings=tuple(_readings(resolver, session, warehouse_id, good)) if good else (),
        verdict=verdict,
        cleaned=good,
    )


def visible(raw: str) -> str:
    """The code with its invisible characters made visible."""
    return "".join(
        SHOWN_SEPARATOR if each == GROUP_SEPARATOR else chr(0x2400 + ord(each)) if ord(each) < 0x20 else each
        for each in raw
    )


def symbology_of(aim: str) -> str:
    """A word for the symbology that an AIM identifier names; empty where there is none."""
    if not aim:
        return ""
    return _SYMBOLOGIES.get(aim) or _SYMBOLOGIES.get(aim[:2], "other")


def _aim_and_body(raw: str, symbology: str | None, cleaned: Cleaned | None) -> tuple[str, str]:
    body = raw.strip()
    prefix = _AIM.match(body)
    if prefix:
        return prefix.group(), body[3:].strip()
    aim = cleaned.symbology if cleaned is not None else symbology or ""
    return aim if _AIM.fullmatch(aim) else "", body


def _check_digit(text: str, *, manual: bool) -> tuple[str, str]:
    digits = text.replace(" ", "") if manual else text
    if not (digits.isascii() and digits.isdigit() and len(digits) in _GTIN_LENGTHS):
        return "", ""
    wanted = gs1_check_digit(digits[:-1])
    return ("right" if digits[-1] == wanted else "wrong"), wanted


def _signs(raw: str, body: str, aim: str, source: str, elements: tuple[ReadElement, ...]) -> Iterator[Sign]:
    if aim:
        yield Sign(Noticed.AIM, {"aim": aim, "symbology": symbology_of(aim)})
    elif source == MANUAL:
        yield Sign(Noticed.TYPED)
    else:
        yield Sign(Noticed.NO_AIM)
    if source == "camera":
        yield Sign(Noticed.CAMERA)
    separators = body.count(GROUP_SEPARATOR)
    if separators:
        yield Sign(Noticed.SEPARATORS, {"count": separators})
    stand_ins = body.count(SEPARATOR_STAND_IN)
    if stand_ins:
        yield Sign(Noticed.STAND_INS, {"count": stand_ins})
    for element in elements:
        if element.identifier in _LIKELY_SWALLOWED and _SWALLOWED.fullmatch(element.value.upper()):
            details: dict[str, Detail] = {"identifier": element.identifier, "value": element.value}
            yield Sign(Noticed.MISSING_SEPARATOR, details)
    control = sum(1 for each in raw if ord(each) < 0x20 and each != GROUP_SEPARATOR)
    if control:
        yield Sign(Noticed.CONTROL, {"count": control})
    if any(0xFF01 <= ord(each) <= 0xFF5E or each == "\u3000" for each in raw):
        yield Sign(Noticed.FULL_WIDTH)
    if any(each.islower() for each in body):
        yield Sign(Noticed.CAPITALS)


def _tried(
    resolver: Resolver,
    session: Session,
    warehouse_id: int,
    cleaned: Cleaned,
    expects: tuple[CodeKind, ...],
    today: date,
) -> Iterator[Tried]:
    for kind in CodeKind:
        asked = kind in expects
        if kind is CodeKind.COMMAND:
            yield _as_command(cleaned, asked)
        elif kind is CodeKind.LOT:
            yield _as_lot(cleaned, asked)
        elif kind is CodeKind.EXPIRY:
            yield _as_entered(kind, asked, expiry_of(cleaned.text, today), Why.NO_DATE)
        elif kind is CodeKind.WEIGHT:
            yield _as_entered(kind, asked, weight_of(cleaned.text), Why.NO_WEIGHT)
        elif kind in resolver.readers:
            yield _as_thing(resolver, session, warehouse_id, cleaned, kind, asked)


def _as_command(cleaned: Cleaned, asked: bool) -> Tried:
    if not cleaned.text.startswith(MARK) or is_sent_weight(cleaned.text):
        return Tried(CodeKind.COMMAND, asked, Why.NO_COMMAND)
    command = parse_command(cleaned.text)
    if isinstance(command, Refusal):
        return Tried(CodeKind.COMMAND, asked, Why.REFUSED, refusal=command)
    return Tried(CodeKind.COMMAND, asked, Why.IS, {"name": cleaned.text})


def _as_lot(cleaned: Cleaned, asked: bool) -> Tried:
    if cleaned.gs1 is not None and cleaned.gs1.lot:
        return Tried(CodeKind.LOT, asked, Why.IS, {"name": cleaned.gs1.lot})
    lot = lot_of(cleaned.text)
    if isinstance(lot, Refusal):
        return Tried(CodeKind.LOT, asked, Why.REFUSED, refusal=lot)
    return Tried(CodeKind.LOT, asked, Why.ANY_TEXT)


def _as_entered(kind: CodeKind, asked: bool, value: object, otherwise: Why) -> Tried:
    if isinstance(value, Refusal):
        return Tried(kind, asked, Why.REFUSED, refusal=value)
    return Tried(kind, asked, otherwise if value is None else Why.IS, {"name": name_of(value)} if value else {})


def _as_thing(
    resolver: Resolver, session: Session, warehouse_id: int, cleaned: Cleaned, kind: CodeKind, asked: bool
) -> Tried:
    found = resolver.readers[kind](session, warehouse_id, cleaned)
    if isinstance(found, Refusal):
        return Tried(kind, asked, Why.REFUSED, refusal=found)
    if len(found) > 1:
        return Tried(kind, asked, Why.SEVERAL, {"count": len(found), "names": ", ".join(map(name_of, found))})
    if found:
        return Tried(kind, asked, Why.IS, {"name": name_of(found[0])})
    prefixes = [prefix for prefix, of_kind in IN_HOUSE_PREFIXES.items() if of_kind is kind]
    begins = any(cleaned.text.startswith(prefix) for prefix in prefixes)
    if begins:
        return Tried(kind, asked, Why.NO_SUCH, {"code": cleaned.text})
    if kind is CodeKind.ITEM:
        check, wanted = _check_digit(cleaned.text, manual=cleaned.manual)
        if check == "wrong":
            return Tried(kind, asked, Why.CHECK_DIGIT, {"got": cleaned.text[-1], "want": wanted})
        code = cleaned.gs1.gtin if cleaned.gs1 is not None and cleaned.gs1.gtin else cleaned.gtin or cleaned.text
        return Tried(kind, asked, Why.NO_BARCODE, {"code": code})
    if kind is CodeKind.PARCEL:
        return Tried(kind, asked, Why.NO_PARCEL)
    # People read an order's bare number off a platform's paper; the others always carry theirs.
    if prefixes and not cleaned.manual and kind is not CodeKind.ORDER:
        return Tried(kind, asked, Why.PREFIX, {"prefixes": ", ".join(prefixes)})
    return Tried(kind, asked, Why.NO_SUCH, {"code": cleaned.text})


def _readings(resolver: Resolver, session: Session, warehouse_id: int, cleaned: Cleaned) -> Iterator[TaughtReading]:
    for reading in resolver.taught(session, warehouse_id, cleaned):
        taught = reading.taught
        assert taught is not None
        found = resolver.readers[CodeKind.ITEM](session, warehouse_id, reading)
        names = () if isinstance(found, Refusal) else tuple(map(name_of, found))
        parts = taught.parts
        yield TaughtReading(
            taught.supplier, taught.template, taught.product, parts.lot, parts.count, parts.expires_on, parts.serial,
            names,
        )  # fmt: skip


def name_of(thing: object) -> str:
    """What to call a thing: the code every slice's values carry, with its name where it has one."""
    code = next(
        (
            str(value)
            for name in ("sku_code", "code", "number", "badge", "tracking_no")
            if (value := getattr(thing, name, ""))
        ),
        "",
    )
    name = str(getattr(thing, "name", "") or "")
    if code and name and code != name:
        return f"{code} {name}"
    if code or name:
        return code or name
    for attribute in ("expires_on", "grams"):
        if getattr(thing, attribute, None) is not None:
            return str(getattr(thing, attribute))
    return str(thing)


def verdict_of(resolution: Resolution) -> Refusal | None:
    """What is wrong with the code where it was scanned; None where it would be taken."""
    if isinstance(resolution, Refusal):
        return resolution
    if isinstance(resolution, Ambiguous):
        return Refusal("ambiguous_code", {"kind": resolution.kind, "count": len(resolution.options)})
    assert isinstance(resolution, Known)
    return None
