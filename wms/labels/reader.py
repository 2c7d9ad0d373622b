"""The independent reader: no label leaves the server before its symbols were read back.

ZXing reads what python-barcode and qrcode wrote, on the very dots a 203 dpi printer would burn (one bit per dot). A
symbol that cannot be read, reads as something else or as another kind (a plain Code 128 where GS1-128 was meant)
raises LabelError. Called by `symbols` for each new symbol, by `render` for each finished PDF, and by `given` for
labels that carriers have drawn.
"""

import io
import threading
from collections import Counter
from collections.abc import Sequence

import pypdfium2
import zxingcpp
from PIL import Image

from wms.labels.model import ExpectedSymbol, LabelError, LabelTrouble, Medium, Symbology

DOTS_PER_MM = 8
"""The print head of a "203 dpi" printer."""

_HAIR_BELOW = 1 - 1e-5
"""Page sizes in points are rounded, the raster's size is rounded up to whole dots, and the page is then stretched to
it. One dot too many over the page would make some bars a dot wider."""
_MOST_POINTS = 2_400
"""Of a side of a page, which is 85 cm: nobody prints a larger one, and its dots would fill the memory."""

_BLACK_BELOW = 128
_FORMATS = {
    Symbology.CODE_128: zxingcpp.BarcodeFormat.Code128,
    Symbology.GS1_128: zxingcpp.BarcodeFormat.Code128,
    Symbology.EAN_13: zxingcpp.BarcodeFormat.EAN13,
    Symbology.QR: zxingcpp.BarcodeFormat.QRCode,
}

_INK = bytes(0 if level == 49 else 255 for level in range(256))
"""Modules written as "1" and "0" to grey levels."""

# PDFium is not safe in threads, not even for two documents.
_pdfium = threading.Lock()


def read_pure(rows: Sequence[str], symbology: Symbology) -> ExpectedSymbol | None:
    """What a reader sees in bare modules, or None. Costs about 0.1 ms: nothing but the symbol is in the picture."""
    quiet, scale = 10, 2
    height = len(rows) if len(rows) > 1 else 20
    lines = [row.encode().translate(_INK) for row in rows]
    symbol = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(lines))
    picture = Image.new("L", ((len(rows[0]) + 2 * quiet) * scale, (height + 2 * quiet) * scale), 255)
    picture.paste(
        symbol.resize((len(rows[0]) * scale, height * scale), Image.Resampling.NEAREST), (quiet * scale, quiet * scale)
    )
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats([_FORMATS[symbology]]), try_rotate=False, try_downscale=False,
        try_invert=False, text_mode=zxingcpp.TextMode.Plain,
    )  # fmt: skip
    return _as_expected(found[0]) if len(found) == 1 else None


def page_rasters(
    pdf: bytes, *, medium: Medium = Medium.ZPL_203, shrunk: float = 1, smooth: bool = False
) -> list[Image.Image]:
    """Each page as the dots a printer would print, of 203 dpi unless it is said: one bit per dot, no smoothing.

    Raises LabelError for what is no PDF, or has a page that no printer here could take.
    """
    # A thousand millimetres, because dots are whole.
    scale = medium.dots(DOTS_PER_MM * 1000) / 1000 * 25.4 / 72 * _HAIR_BELOW * shrunk
    with _pdfium:
        document = _opened(pdf)
        try:
            pages = []
            for page in document:
                if max(page.get_size()) > _MOST_POINTS:
                    raise LabelError(
                        "label", "has a page that is larger than any printer's paper", LabelTrouble.BROKEN_FILE
                    )
                bitmap = page.render(
                    scale=scale, grayscale=True, no_smoothtext=not smooth, no_smoothimage=not smooth,
                    no_smoothpath=not smooth,
                )  # fmt: skip
                pages.append(bitmap.to_pil().point(lambda level: 0 if level < _BLACK_BELOW else 255, "1").copy())
                page.close()
            return pages
        finally:
            document.close()


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in points. Raises LabelError for what is no PDF."""
    with _pdfium:
        document = _opened(pdf)
        try:
            return [(round(across), round(down)) for across, down in map(document.get_page_size, range(len(document)))]
        finally:
            document.close()


def only_pages(pdf: bytes, pages: Sequence[int]) -> bytes:
    """A PDF of these pages of another, counted from 0."""
    stream = io.BytesIO()
    with _pdfium:
        document, picked = _opened(pdf), pypdfium2.PdfDocument.new()
        try:
            picked.import_pages(document, list(pages))
            picked.save(stream)
        finally:
            picked.close()
            document.close()
    return stream.getvalue()


def _opened(pdf: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise LabelError("label", f"is no PDF that can be read: {error}", LabelTrouble.BROKEN_FILE) from None


def read_raster(raster: Image.Image, symbologies: set[Symbology]) -> Counter[ExpectedSymbol]:
    """Every symbol of these kinds on a page. Kinds are restricted and rotation is off: this must cost few ms."""
    found = zxingcpp.read_barcodes(
        raster.convert("L"), formats=zxingcpp.BarcodeFormats([_FORMATS[kind] for kind in sorted(symbologies)]),
        try_rotate=False, try_downscale=False, try_invert=False, text_mode=zxingcpp.TextMode.Plain,
    )  # fmt: skip
    return Counter(symbol for symbol in map(_as_expected, found) if symbol is not None)


def read_everything(raster: Image.Image) -> list[str]:
    """The text of every symbol of any kind, however it is turned: for labels that others have drawn."""
    found = zxingcpp.read_barcodes(raster.convert("L"), try_invert=False, text_mode=zxingcpp.TextMode.Plain)
    return [symbol.text for symbol in found]


def check_pdf(pdf: bytes, expected: Sequence[ExpectedSymbol]) -> None:
    """Raise LabelError unless exactly the `expected` symbols can be read from the PDF, each as often as expected."""
    kinds = {symbol.symbology for symbol in expected}
    found: Counter[ExpectedSymbol] = Counter()
    for raster in page_rasters(pdf):
        found += read_raster(raster, kinds)
    wanted = Counter(expected)
    if missing := wanted - found:
        raise LabelError(
            _name(missing),
            "cannot be read back from the finished label; it was not handed out",
            LabelTrouble.UNREADABLE,
        )
    if strange := found - wanted:
        raise LabelError(
            _name(strange), "stands on the finished label and does not belong there", LabelTrouble.UNREADABLE
        )


def _as_expected(found: zxingcpp.Barcode) -> ExpectedSymbol | None:
    try:
        return ExpectedSymbol(Symbology(found.symbology_identifier), found.bytes.decode("utf-8"))
    except ValueError:  # a kind we never print, or bytes that are no text: it cannot equal anything expected
        return None


def _name(symbols: Counter[ExpectedSymbol]) -> str:
    return ", ".join(f"{symbol.symbology.name} {symbol.content!r}" for symbol in symbols)
