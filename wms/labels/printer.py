"""The simulated printer: puts labels into a folder as PDF, as ZPL and as the picture a 203 dpi printer would burn.

Called by `jobs`. Safe to repeat: a label that is there already is replaced by the same bytes, and a file never stands
there half written, whatever dies when.
"""

import io
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wms.labels.model import LabelError, Medium
from wms.labels.reader import page_rasters

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_ENDINGS = {Medium.PDF: ".pdf", Medium.ZPL_203: ".zpl"}
_DPI = (203, 203)


@dataclass(frozen=True, slots=True)
class SimulatedPrinter:
    """Prints into `folder`, which is made when the first label comes."""

    folder: Path
    name: str = "simulated"

    def print_label(self, tracking_number: str, copy_no: int, contents: Mapping[Medium, bytes]) -> tuple[Path, ...]:
        """Write every medium and the picture of the document, named by the tracking number; returns the files.

        Raises LabelError for a tracking number that is no file name, OSError where the folder takes nothing.
        """
        name = tracking_number if copy_no == 1 else f"{tracking_number}-copy-{copy_no}"
        if not _SAFE_NAME.fullmatch(name):
            raise LabelError("tracking_number", f"{tracking_number!r} is no name for a file: letters and digits only")
        self.folder.mkdir(parents=True, exist_ok=True)
        files = {_ENDINGS[medium]: content for medium, content in contents.items()}
        if Medium.PDF in contents:
            files[".png"] = picture(contents[Medium.PDF])
        return tuple(_write(self.folder / f"{name}{ending}", content) for ending, content in files.items())


def picture(pdf: bytes) -> bytes:
    """The first page of a PDF as PNG, one bit per printer dot."""
    stream = io.BytesIO()
    page_rasters(pdf)[0].save(stream, "PNG", dpi=_DPI)
    return stream.getvalue()


def _write(path: Path, content: bytes) -> Path:
    """Write under another name, flush to the disk, rename: whoever watches the folder sees whole files only."""
    descriptor, unfinished = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return path
