"""GS1 codes: element strings from a scanner, the bracketed form a person types, Digital Link addresses.

Called by `cleaning`. The grammar is biip's; what this module adds is the judgement biip leaves to its caller: a wrong
check digit and an impossible date are refusals with a reason, never an "unknown code". Pure.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from biip import ParseConfig, ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

from wms.barcodes.model import Gs1Parts
from wms.kernel.identity import gs1_check_digit, has_valid_gs1_check_digit
from wms.kernel.quantity import MAX_QUANTITY
from wms.kernel.refusal import Refusal

GROUP_SEPARATOR = "\x1d"
"""How a scanner sends the FNC1 that ends an element of variable length."""

SEPARATOR_STAND_IN = "|"
"""Browsers swallow the group separator; scanners are set up to send this instead. It is not allowed in GS1 data."""

GS1_SYMBOLOGIES = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
"""AIM identifiers that promise element strings: GS1-128, DataBar, composite, DataMatrix, QR, DotCode."""

# Dates are judged here: biip drops the whole message for one impossible date.
_CONFIG = ParseConfig(
    gs1_element_strings_verify_date=False,
    rcn_verify_variable_measure=False,
    separator_chars=(GROUP_SEPARATOR, SEPARATOR_STAND_IN),
)

# Without any announcement only codes that begin with a whole SSCC or GTIN are worth a try: nearly every number begins
# with the digits of some application identifier (a 13-digit EAN may begin with 95, say).
_UNANNOUNCED = re.compile(r"00[0-9]{18}|0[12][0-9]{14}")

_SEPARATORS = GROUP_SEPARATOR + SEPARATOR_STAND_IN
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})
_CHECKED = frozenset({"00", "01", "02", "410", "411", "412", "413", "414", "415"})
_MARKED_DATE = re.compile(r"[(/?&]1[123567][)/=]([0-9]{6})(?![0-9])")
"""A date in the bracketed form or in a Digital Link."""

_ADDRESS = re.compile(r"https?://[^/]+/", re.IGNORECASE)
_IDENTIFIED_PATH = re.compile(r"/(00|01|sscc|gtin)/\d+", re.IGNORECASE)


def announces_gs1(body: str) -> bool:
    """Whether the text says of itself that it is GS1: by a separator, brackets, or a Digital Link path."""
    if GROUP_SEPARATOR in body:
        return True
    if body.startswith("("):
        return re.match(r"\(\d{2,4}\)", body) is not None
    if SEPARATOR_STAND_IN in body:
        return body.lstrip(SEPARATOR_STAND_IN)[:2].isdigit()
    return _ADDRESS.match(body) is not None and _IDENTIFIED_PATH.search(body) is not None


def may_be_gs1(body: str) -> bool:
    """Whether a code that announces nothing has the shape of an SSCC or GTIN element string."""
    return _UNANNOUNCED.match(body) is not None


def parse_gs1(body: str, today: date) -> Gs1Parts | Refusal:
    """The parts of a GS1 code that we use; `today` decides the century of two-digit years.

    Refuses `bad_check_digit`, `bad_date`, `bad_quantity`, and `bad_code` where it is no GS1 code at all.
    """
    try:
        elements = _elements(body.strip(_SEPARATORS))
    except _NoSuchDate as error:
        return Refusal("bad_date", {"date": error.digits})
    except ParseError:
        return Refusal("bad_code", {"problem": "gs1", "code": body[:50]})
    if not elements:
        return Refusal("bad_code", {"problem": "gs1", "code": body[:50]})
    values: dict[str, str] = {}
    for element in elements:
        ai = element.ai.ai
        # The first one counts; a second, different one means two labels read as one.
        if values.setdefault(ai, element.value) != element.value:
            return Refusal("bad_code", {"problem": "gs1_twice", "code": body[:50], "identifier": ai})
        if element.gtin_error or element.sscc_error or element.gln_error:
            return Refusal("bad_check_digit", {"code": element.value})
    return _parts(values, today)


@dataclass(frozen=True, slots=True)
class ReadElement:
    """One element of a code as it stands there, for whoever looks into what went wrong.

    `check` is `right`, `wrong` or empty where the element has no check digit; `wanted` is the digit that is due.
    """

    identifier: str
    name: str
    """In the words of the standard."""
    value: str
    check: str = ""
    wanted: str = ""
    is_day: bool = True
    """False for a date that no calendar has."""


def readable_elements(body: str, today: date) -> tuple[tuple[ReadElement, ...], str]:
    """Every element that can be read, right or wrong, and the rest that cannot."""
    rest = body.strip(_SEPARATORS)
    if rest.startswith("(") or _ADDRESS.match(rest):
        try:
            return tuple(_read(element, today) for element in _elements(rest)), ""
        except (ParseError, _NoSuchDate):
            return (), rest
    found: list[ReadElement] = []
    while rest:
        try:
            element = GS1ElementString.extract(rest, config=_CONFIG)
        except ParseError:
            break
        found.append(_read(element, today))
        rest = rest[len(element) :].lstrip(_SEPARATORS)
    return tuple(found), rest


def _read(element: GS1ElementString, today: date) -> ReadElement:
    ai, value = element.ai.ai, element.value
    check = wanted = ""
    if ai in _CHECKED and value.isdigit() and len(value) > 1:
        wanted = gs1_check_digit(value[:-1])
        check = "right" if value[-1] == wanted else "wrong"
    is_day = ai not in _DATES or (len(value) == 6 and date_from_six_digits(value, today) is not None)
    return ReadElement(ai, element.ai.description, value, check, wanted, is_day)


class _NoSuchDate(Exception):
    """A date with a month 13 or a day 32, on which biip's grammar gives up like on any other text."""

    def __init__(self, digits: str) -> None:
        self.digits = digits
        super().__init__(digits)


def _elements(body: str) -> Sequence[GS1ElementString]:
    try:
        if body.startswith("("):
            return GS1Message.parse_hri(body, config=_CONFIG).element_strings
        if _ADDRESS.match(body):
            return GS1DigitalLinkURI.parse(body, config=_CONFIG).element_strings
    except ParseError:
        for digits in _MARKED_DATE.findall(body):
            if not 1 <= int(digits[2:4]) <= 12 or int(digits[4:]) > 31:
                raise _NoSuchDate(digits) from None
        raise
    return list(_element_strings(body))


def _element_strings(body: str) -> Iterator[GS1ElementString]:
    rest = body
    while rest:
        try:
            element = GS1ElementString.extract(rest, config=_CONFIG)
        except ParseError:
            if rest[:2] in _DATES and len(rest) >= 8 and rest[2:8].isdecimal():
                raise _NoSuchDate(rest[2:8]) from None
            raise
        yield element
        rest = rest[len(element) :].lstrip(_SEPARATORS)


def _parts(values: dict[str, str], today: date) -> Gs1Parts | Refusal:
    gtin = values.get("01") or values.get("02", "")
    sscc = values.get("00", "")
    for number in (gtin, sscc):
        # biip judges a GTIN without its leading zeros; all zeros would pass.
        if number and (not has_valid_gs1_check_digit(number) or not number.strip("0")):
            return Refusal("bad_check_digit", {"code": number})
    count = None
    if "37" in values:
        count = int(values["37"])
        if not 1 <= count <= MAX_QUANTITY:
            return Refusal("bad_quantity", {"quantity": count, "most": MAX_QUANTITY})
    dates: dict[str, date] = {}
    for ai in _DATES & values.keys():
        day = date_from_six_digits(values[ai], today)
        if day is None:
            return Refusal("bad_date", {"date": values[ai]})
        dates[ai] = day
    return Gs1Parts(
        gtin=gtin,
        count=count,
        lot=values.get("10", "").upper(),
        expires_on=dates.get("17") or dates.get("15"),
        serial=values.get("21", "").upper(),
        sscc=sscc,
    )


def date_from_six_digits(text: str, today: date) -> date | None:
    """YYMMDD as a date, None where there is no such day. Day 00 is the last of its month.

    The century is the one that puts the year from 49 years back to 50 years ahead (GS1 General Specifications 7.12).
    """
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
    century = today.year - today.year % 100
    ahead = year - today.year % 100
    if ahead >= 51:
        century -= 100
    elif ahead <= -50:
        century += 100
    return day_of(century + year, month, day)


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, None where there is none; day 0 is the last of its month."""
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    if day > last:
        return None
    return date(year, month, day or last)
