"""Values that a step asks for and a person types or a device sends: expiry dates, weights, lot numbers. Pure.

Called by the resolver. Each function answers None where the text does not even have the shape, so that the resolver can
go on and find out what it is instead.
"""

import re
from datetime import date
from decimal import Decimal

from wms.barcodes.gs1 import date_from_six_digits, day_of
from wms.barcodes.model import ExpiryText, LotText, Weight
from wms.kernel.refusal import Refusal

MAX_LOT_LENGTH = 40
"""What a lot in stock has room for; a GS1 code has room for 20."""

MAX_WEIGHT_GRAMS = 2_000_000
"""Two tonnes: more than a loaded pallet, less than a barcode read as a weight."""

_DATE = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})")
_WEIGHT = re.compile(r"(\d{1,12}(?:[.,]\d{1,12})?) ?(G|KG|克|千克|公斤)")
_SENT_WEIGHT = re.compile(r"\*WEIGHT=(.*)\*")
_GRAMS_PER = {"G": 1, "克": 1, "KG": 1000, "千克": 1000, "公斤": 1000}


def expiry_of(text: str, today: date) -> ExpiryText | Refusal | None:
    """A date as YYYYMMDD, YYYY-MM-DD or YYMMDD. Refuses `bad_date` where the shape is right and the day is not."""
    if not text.isascii():
        return None
    day: date | None
    if len(text) == 6 and text.isdigit():
        day = date_from_six_digits(text, today)
    else:
        form = _DATE.fullmatch(text)
        if form is None or (not form.group(2) and len(text) != 8):
            return None
        year = int(form.group(1))
        day = day_of(year, int(form.group(3)), int(form.group(4))) if 2000 <= year <= 2099 else None
    return Refusal("bad_date", {"date": text}) if day is None else ExpiryText(day)


def is_sent_weight(text: str) -> bool:
    """Whether the text is a scale reading such as `*WEIGHT=1284*`, which looks like a command."""
    return _SENT_WEIGHT.fullmatch(text) is not None


def weight_of(text: str) -> Weight | Refusal | None:
    """A weight such as `1284g`, `1.284 kg` or `*WEIGHT=1284*` (grams). Refuses `bad_weight` with the problem.

    A bare number is no weight: it may as well be the digits below a barcode.
    """
    sent = _SENT_WEIGHT.fullmatch(text)
    if sent:
        if not (sent.group(1).isascii() and sent.group(1).isdigit()):
            return Refusal("bad_weight", {"weight": text, "problem": "form"})
        return _weighed(text, Decimal(sent.group(1)))
    form = _WEIGHT.fullmatch(text)
    if form is None:
        return None
    return _weighed(text, Decimal(form.group(1).replace(",", ".")) * _GRAMS_PER[form.group(2)])


def _weighed(text: str, grams: Decimal) -> Weight | Refusal:
    if grams != grams.to_integral_value():
        return Refusal("bad_weight", {"weight": text, "problem": "not_whole_grams"})
    if not 1 <= grams <= MAX_WEIGHT_GRAMS:
        return Refusal("bad_weight", {"weight": text, "problem": "out_of_range", "most_grams": MAX_WEIGHT_GRAMS})
    return Weight(int(grams))


def lot_of(text: str) -> LotText | Refusal:
    """The text as a lot number. Refuses `bad_lot` where it is longer than a lot number can be."""
    if len(text) > MAX_LOT_LENGTH:
        return Refusal("bad_lot", {"lot": text, "length": len(text), "limit": MAX_LOT_LENGTH})
    return LotText(text)
