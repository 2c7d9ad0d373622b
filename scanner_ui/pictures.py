"""Pictures of products and packing materials: where a page finds one, and small copies for handhelds.

Somebody puts files into the folder of pictures under the names the catalogue gives them. `bench_presenter` and
`presenter` ask for addresses; `wms.app` registers `picture_views`.

Invariants: an address of a small copy names one version of its file and may be kept for ever; nobody is sent to a
picture that is not there.
"""

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, send_from_directory
from PIL import Image, ImageOps
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.session import require

PICTURES = "/pictures/"
SMALL = f"{PICTURES}small/"
SIDE = 192
"""Pixels. At most 96 on the screen, and screens have two or three for one."""
_SECONDS = 3600
_FOR_EVER = "private, max-age=31536000, immutable"
_NAME = re.compile(r"[\w-][\w.-]{0,99}\.(?:jpe?g|png|webp)", re.IGNORECASE)
"""Pictures only, and nothing that could be a path."""
_MOST_KEPT = 500
_QUALITY = 75


def address_of(name: str) -> str:
    """Where a page finds a picture as it lies in the folder; nothing for no name."""
    return f"{PICTURES}{quote(name)}" if name else ""


@dataclass(frozen=True, slots=True)
class PictureFolder:
    """The folder of pictures, which may not be there."""

    folder: Path

    def small(self, name: str) -> str | None:
        """Where a handheld finds a small copy; None where there is no picture."""
        version = self._version(name) if name else None
        return None if version is None else f"{SMALL}{quote(name)}?{version:x}"

    def small_copy(self, name: str) -> bytes | None:
        """The picture as it fits onto a handheld; None where there is none that can be read."""
        version = self._version(name)
        return None if version is None else _small_copy(self.folder / name, version)

    def _version(self, name: str) -> int | None:
        if _NAME.fullmatch(name) is None:
            return None
        try:
            return (self.folder / name).stat().st_mtime_ns
        except OSError:
            return None


@lru_cache(maxsize=_MOST_KEPT)
def _small_copy(path: Path, version: int) -> bytes | None:
    """Made once for each version of a file: a camera's picture has hundreds of times as many bytes."""
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as picture:
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # Pillow calls a damaged chunk of a PNG a syntax error.
        return None
    upright.thumbnail((SIDE, SIDE))
    on_white = Image.new("RGB", upright.size, "white")
    on_white.paste(upright, mask=upright)
    packed = io.BytesIO()
    on_white.save(packed, "WEBP", quality=_QUALITY)
    return packed.getvalue()


def picture_views(pictures: PictureFolder) -> Blueprint:
    """The pictures, for whoever is signed in."""
    views = Blueprint("pictures", __name__)

    @views.get(f"{PICTURES}<name>")
    @require()
    def picture(name: str) -> AnyResponse:
        if _NAME.fullmatch(name) is None:
            raise NotFound("There is no such picture.")
        return send_from_directory(pictures.folder, name, max_age=_SECONDS)

    @views.get(f"{SMALL}<name>")
    @require()
    def small(name: str) -> Response:
        copy = pictures.small_copy(name)
        if copy is None:
            raise NotFound("There is no such picture.")
        response = Response(copy, content_type="image/webp")
        response.headers["Cache-Control"] = _FOR_EVER
        return response

    return views
