"""How far the bars of a finished label are from whole printer dots. Called by `bench.labels` and its test.

PDFs are rasterised here at 203 dpi, ZPL and TSPL are drawn by simulated printers, at their own resolution. Where the
bars are says the reader; a symbol's narrowest run is one module, and every other run has to be a whole number of them.
For this no code of the labels themselves is asked.
"""

from collections.abc import Iterator
from itertools import groupby

import pypdfium2
import zxingcpp
from PIL import Image

from devices.simulation import tspl_picture, zpl_picture
from wms.labels.model import Medium

LINEAR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.EAN13])
_SCALE = 203.2 / 72 * (1 - 1e-5)


def dot_errors(label: bytes, medium: Medium) -> Iterator[int]:
    """Of each linear symbol, by how many dots its worst bar or space is off. Raises ValueError: one has no bars."""
    for picture in _pictures(label, medium):
        for found in zxingcpp.read_barcodes(picture, formats=LINEAR, try_rotate=False):
            place = found.position
            row = (place.top_left.y + place.bottom_left.y) // 2
            left, right = sorted((place.top_left.x, place.top_right.x))
            yield error_of(_runs(picture, row, left, right))


def error_of(runs: list[int]) -> int:
    """The worst distance of any run from a whole number of the narrowest one."""
    if not runs:
        raise ValueError("a symbol without bars")
    module = min(runs)
    return max(min(run % module, -run % module) for run in runs)


def _runs(picture: Image.Image, row: int, left: int, right: int) -> list[int]:
    """Lengths of bars and spaces in one row, from the first bar to the last."""
    dots = picture.crop((0, row, picture.width, row + 1)).tobytes()
    margin = 12
    inside = dots[max(0, left - margin) : right + margin]
    runs = [(level == 0, len(list(run))) for level, run in groupby(inside)]
    blacks = [number for number, (is_black, _) in enumerate(runs) if is_black]
    return [length for _, length in runs[blacks[0] : blacks[-1] + 1]] if blacks else []


def _pictures(label: bytes, medium: Medium) -> Iterator[Image.Image]:
    if medium.is_zpl:
        yield zpl_picture.picture_of(label)[0].convert("L")
        return
    if medium is not Medium.PDF:
        yield tspl_picture.picture_of(label, medium.dots_per_inch)[0].convert("L")
        return
    document = pypdfium2.PdfDocument(label)
    for page in document:
        bitmap = page.render(scale=_SCALE, no_smoothtext=True, no_smoothimage=True, no_smoothpath=True)
        yield bitmap.to_pil().convert("L").point(lambda level: 0 if level < 128 else 255)
    document.close()
