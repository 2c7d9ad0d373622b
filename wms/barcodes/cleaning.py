"""Takes off what scanners, keyboards and people add to a code. Called by the resolver and by everything typed. Pure.

The raw text itself is never changed: it is kept with the scan, for the day a scanner is found to be set up wrongly.
"""

import re
import unicodedata
from datetime import date

from wms.barcodes.gs1 import GROUP_SEPARATOR, GS1_SYMBOLOGIES, announces_gs1, may_be_gs1, parse_gs1
from wms.barcodes.model import Cleaned, Gs1Parts
from wms.kernel.identity import normalise_gtin
from wms.kernel.refusal import Refusal

MAX_LENGTH = 200
"""Longer than any code on our labels and than a Digital Link with lot, serial and date."""

MANUAL = "manual"
"""The source of a code that a person typed."""

# A keyboard left in Chinese or Japanese full-width mode sends these for the plain characters. Only this block is
# mapped: a general compatibility mapping would also turn a circled 1 in a lot number into another lot number.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")

_CAMERA_NAMES = {"ean_13": "]E0", "upc_a": "]E0", "upc_e": "]E0", "ean_8": "]E4"}
"""Names a browser's barcode detector uses, where they leave no doubt; its `code_128` may be GS1 or not."""


def clean(raw: str, symbology: str | None, source: str, today: date) -> Cleaned | Refusal:
    """What the scanner meant to send.

    Refuses `bad_code` with the problem (`empty`, `too_long`, `unreadable`), and, where the code says that it is GS1,
    what is wrong with it (see `parse_gs1`).
    """
    if len(raw) > 4 * MAX_LENGTH:
        return _too_long(len(raw))
    body = _plain(raw)
    if body is None:
        return Refusal("bad_code", {"problem": "unreadable"})
    aim = _aim_of(symbology)
    prefix = _AIM.match(body)
    if prefix:
        aim, body = prefix.group(), body[3:].strip(" ")
    text = body.replace(GROUP_SEPARATOR, "").strip().upper()
    if not text:
        return Refusal("bad_code", {"problem": "empty"})
    if len(text) > MAX_LENGTH:
        return _too_long(len(text))
    parts = _gs1_parts(body, aim, today)
    if isinstance(parts, Refusal):
        return parts
    manual = source == MANUAL
    # People type a number in groups, as it is printed below the bars.
    digits = text.replace(" ", "") if manual else text
    gtin = "" if parts else normalise_gtin(digits) or ""
    return Cleaned(raw=raw, text=text, symbology=aim, gtin=gtin, gs1=parts, manual=manual)


def _too_long(length: int) -> Refusal:
    return Refusal("bad_code", {"problem": "too_long", "length": length, "limit": MAX_LENGTH})


def _plain(raw: str) -> str | None:
    """`raw` in plain characters without control characters other than the separator, None where it is garbled."""
    if raw.isascii() and raw.isprintable():
        return raw.strip(" ")
    plain = raw.translate(_FULL_WIDTH)
    kept: list[str] = []
    for character in plain:
        category = unicodedata.category(character)
        if character == "\ufffd" or category == "Cs":
            return None
        if character == GROUP_SEPARATOR or category not in ("Cc", "Cf"):
            kept.append(character)
        elif character in "\t\n\r":
            # A tab or line end may stand between what are two words; at the ends it is stripped.
            kept.append(" ")
    return "".join(kept).strip(" ")


def _aim_of(symbology: str | None) -> str:
    if not symbology:
        return ""
    if _AIM.fullmatch(symbology):
        return symbology
    return _CAMERA_NAMES.get(symbology.lower(), "")


def _gs1_parts(body: str, aim: str, today: date) -> Gs1Parts | Refusal | None:
    if announces_gs1(body):
        return parse_gs1(body, today)
    promised = aim in GS1_SYMBOLOGIES
    if not promised and (aim.startswith("]E") or not may_be_gs1(body)):
        return None
    parts = parse_gs1(body, today)
    if not isinstance(parts, Refusal):
        return parts
    # Where nothing promises GS1, what does not fit is simply another number: a carrier's, say. And some carriers print
    # such numbers as GS1-128 although they are none; only what begins like an element string is then a misread.
    is_other_number = not promised or (parts.code == "bad_code" and not may_be_gs1(body))
    return None if is_other_number else parts
