"""Pictures of the demo's goods: plain shapes as one knows them from a shelf, each in a colour of its own.

`site` puts them into the folder of pictures, where a real house has photos. Drawn, so that nobody's photo is passed on.
"""

import colorsys
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageDraw

from wms.demo.goods import Product

SIDE = 256
_STROKE = 6
_INK = "#222222"

Corner = tuple[int, int]

_BOX: tuple[Corner, ...] = ((48, 56), (208, 56), (208, 216), (48, 216))
_SHAPES: Mapping[str, tuple[Corner, ...]] = {
    "bag": ((72, 40), (184, 40), (216, 224), (40, 224)),
    "bottle": ((108, 24), (148, 24), (148, 72), (184, 108), (184, 232), (72, 232), (72, 108), (108, 72)),
    "bowl": ((32, 104), (224, 104), (176, 200), (80, 200)),
    "cup": ((64, 56), (176, 56), (176, 96), (216, 96), (216, 168), (176, 168), (168, 216), (72, 216)),
    "jar": ((80, 40), (176, 40), (176, 72), (200, 88), (200, 216), (56, 216), (56, 88), (80, 72)),
    "stick": ((32, 168), (200, 32), (224, 60), (56, 200)),
    "tube": ((88, 40), (168, 40), (196, 192), (152, 200), (152, 232), (104, 232), (104, 200), (60, 192)),
}
_SHAPE_OF: Mapping[str, str] = {
    "BRUSH": "stick", "KNIFE": "stick", "CHOP": "stick", "PEN": "stick", "PASTE": "tube", "SUN": "tube",
    "SHAMP": "bottle", "BOTTLE": "bottle", "OIL": "bottle", "CUP": "cup", "WINE": "cup", "BOWL": "bowl",
    "BAG": "bag", "TOWEL": "bag", "OATS": "bag", "PASTA": "bag", "COFFEE": "bag", "NOODLE": "bag", "SNACK": "bag",
    "CRISPS": "bag", "CREAM": "jar", "HONEY": "jar", "JAM": "jar", "MILK": "jar", "MATCHA": "jar", "TIN": "jar",
    "VITC": "jar", "OMEGA": "jar", "CALC": "jar",
}  # fmt: skip
"""By what the code begins with; all else is a box."""


def draw_picture(product: Product, folder: Path) -> None:
    """Draw it into the folder."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    corners = _SHAPES.get(_SHAPE_OF.get(product.code.partition("-")[0], ""), _BOX)
    draw = ImageDraw.Draw(picture)
    draw.polygon(corners, fill=_colour(product))
    draw.line([*corners, corners[0], corners[1]], fill=_INK, width=_STROKE, joint="curve")
    picture.save(folder / product.picture, optimize=True)


def _colour(product: Product) -> tuple[int, int, int]:
    """Steps of the golden ratio: neighbours in the list look unlike each other."""
    hue = product.number * 0.618034 % 1
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.55, 0.9)
    return round(red * 255), round(green * 255), round(blue * 255)
