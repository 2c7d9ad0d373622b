"""Symbols as modules: Code 128, GS1-128 and EAN-13 by python-barcode, QR by qrcode.

Only the module patterns of those libraries are used, never their writers: a writer rounds each bar to pixels by itself,
and a bar that is one printer dot too wide still decodes on a clean image and fails on the dock. A symbol leaves here
only after an independent reader has read it back.

Called by the renderers of this slice. A symbol's size is counted in modules; how many dots a module gets is decided
where the room on the label is known.
"""

import base64
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from barcode.codex import Code128, Gs1_128
from barcode.ean import EuropeanArticleNumber13
from biip import ParseError
from biip.gs1_messages import GS1Message
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from wms.kernel.identity import has_valid_gs1_check_digit, normalise_gtin
from wms.labels.model import ExpectedSymbol, LabelError, LabelTrouble, Symbology
from wms.labels.reader import read_pure

MAX_CODE_128_CHARACTERS = 48
"""The limit GS1 sets for GS1-128; longer in-house codes would not fit any of our labels either."""

QUIET_MODULES = 10
"""The white that a reader needs on both sides of a linear symbol."""

_PAIR_99 = 99

_GROUP_SEPARATOR = "\x1d"

_QR_MASK = 3
"""One mask for all: choosing the best of eight costs 3 ms a label and readers do not care on clean print."""


@dataclass(frozen=True, slots=True)
class LinearSymbol:
    """A linear symbol without quiet zones: `modules` is "1" for a bar and "0" for a space, one character each."""

    expected: ExpectedSymbol
    words: str
    """The human-readable line below the bars."""
    modules: str


@dataclass(frozen=True, slots=True)
class QrSymbol:
    """A QR symbol without quiet zone: rows of "1" and "0"."""

    expected: ExpectedSymbol
    rows: tuple[str, ...]


_Symbol = TypeVar("_Symbol", LinearSymbol, QrSymbol)


class _Code128(Code128):  # type: ignore[misc]
    """Code 128 that keeps a leading 99.

    The library starts in code set C and folds a switch in second position into the start character. It takes the data
    pair 99 for such a switch (both have the value 99) and drops two digits of the code. From a start in C there is no
    switch to C, so a 99 there is always data.
    """

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        if encoded[1] == _PAIR_99:
            return encoded
        folded: list[int] = super()._try_to_optimize(encoded)
        return folded


@lru_cache(maxsize=4096)
def code_128(content: str) -> LinearSymbol:
    """An in-house code or a carrier's number. Raises LabelError where it is empty, too long or not plain ASCII."""
    if not 1 <= len(content) <= MAX_CODE_128_CHARACTERS:
        raise LabelError(f"barcode {content[:60]!r}", f"a barcode has 1 to {MAX_CODE_128_CHARACTERS} characters")
    if not all(" " <= character <= "~" for character in content):
        raise LabelError(f"barcode {content!r}", "only printable ASCII can be scanned: choose another code")
    modules = _Code128(content).build()[0]
    expected = ExpectedSymbol(Symbology.CODE_128, content)
    return _read_back(LinearSymbol(expected, content, modules))


@lru_cache(maxsize=1024)
def sscc_gs1_128(sscc: str) -> LinearSymbol:
    """The SSCC as GS1-128 with AI 00. Raises LabelError for a wrong SSCC."""
    message = _gs1_message("00", sscc)
    return _gs1_128(message)


@lru_cache(maxsize=4096)
def gtin_symbol(gtin: str) -> LinearSymbol:
    """A GTIN as its product carries it: EAN-13, or GS1-128 with AI 01 for a case (GTIN-14 with an indicator)."""
    digits = normalise_gtin(gtin)
    if digits is None:
        raise LabelError("gtin", f"{gtin!r} is no GTIN: 8, 12, 13 or 14 digits with a right check digit")
    if digits.startswith("0"):
        ean = digits[1:]
        modules = EuropeanArticleNumber13(ean).build()[0]
        return _read_back(LinearSymbol(ExpectedSymbol(Symbology.EAN_13, ean), ean, modules))
    return _gs1_128(_gs1_message("01", digits))


def gs1_128_elements(*parts: str) -> LinearSymbol:
    """GS1-128 out of parts with a group separator between them: parts of variable length end at one.

    Raises LabelError for what is no GS1 element string.
    """
    content = _GROUP_SEPARATOR.join(parts)
    try:
        message = GS1Message.parse(content)
    except ParseError as error:
        raise LabelError(f"barcode {content!r}", f"no GS1 element string: {error}") from error
    modules = Gs1_128(Gs1_128.FNC1_CHAR.join(parts)).build()[0]
    return _read_back(LinearSymbol(ExpectedSymbol(Symbology.GS1_128, content), message.as_hri(), modules))


@lru_cache(maxsize=1024)
def sscc_qr(sscc: str) -> QrSymbol:
    """A QR code with the GS1 Digital Link of the SSCC, which any phone can open."""
    return qr(_gs1_message("00", sscc).as_gs1_digital_link_uri().as_canonical_uri())


def qr(content: str) -> QrSymbol:
    """`content` as QR with 15 % error correction."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=_QR_MASK)
    code.add_data(content)
    code.make(fit=True)
    rows = tuple("".join("1" if dark else "0" for dark in row) for row in code.get_matrix())
    return _read_back(QrSymbol(ExpectedSymbol(Symbology.QR, content), rows))


def png_data_uri(symbol: LinearSymbol | QrSymbol) -> str:
    """The symbol as a PNG of one pixel per module, to be stretched with `image-rendering: pixelated`.

    This is both the cheapest and, at whole dots per module, the most exact way into a PDF: filled paths grow every bar
    by a dot, and without `pixelated` the bars are blurred away.
    """
    rows = rows_of(symbol)
    image = Image.new("1", (len(rows[0]), len(rows)), 1)
    image.putdata([0 if module == "1" else 1 for row in rows for module in row])
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=False)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def rows_of(symbol: LinearSymbol | QrSymbol) -> tuple[str, ...]:
    """The rows of modules; a linear symbol has one."""
    return (symbol.modules,) if isinstance(symbol, LinearSymbol) else symbol.rows


def module_dots(expected: ExpectedSymbol, modules: int, *, room: int, most: int, least: int) -> int:
    """Printer dots per module: a whole number, as many as fit into `room` dots with the quiet zones on both sides.

    Raises LabelError where even `least` dots are too many. Fractions of dots would make every bar another width.
    """
    for dots in range(most, least - 1, -1):
        if dots * (modules + 2 * QUIET_MODULES) <= room:
            return dots
    raise LabelError(
        f"barcode {expected.content!r}",
        f"its {modules} modules do not fit into {room // 8} mm: use a shorter code or a larger label",
        LabelTrouble.NO_ROOM,
    )


def _gs1_message(application_identifier: str, digits: str) -> GS1Message:
    """One element string out of checked parts: encoders take any digits, also wrong ones."""
    if not has_valid_gs1_check_digit(digits):
        raise LabelError(f"({application_identifier})", f"{digits!r} has a wrong check digit")
    try:
        return GS1Message.parse(application_identifier + digits)
    except ParseError as error:
        raise LabelError(f"({application_identifier})", f"{digits!r} is no GS1 element: {error}") from error


def _gs1_128(message: GS1Message) -> LinearSymbol:
    # Fixed-length elements only (AI 00, 01), one per symbol: python-barcode adds no separator by itself.
    content = message.value
    modules = Gs1_128(content).build()[0]
    return _read_back(LinearSymbol(ExpectedSymbol(Symbology.GS1_128, content), message.as_hri(), modules))


def _read_back(symbol: _Symbol) -> _Symbol:
    found = read_pure(rows_of(symbol), symbol.expected.symbology)
    if found != symbol.expected:
        raise LabelError(
            f"barcode {symbol.expected.content!r}",
            f"its symbol reads back as {found.content if found else 'nothing'!r}; it must not be printed",
            LabelTrouble.UNREADABLE,
        )
    return symbol
