"""A bundle of files with a manifest, as a ZIP: the same files give the same bytes. Pure.

Called by `handing_out`. The manifest names every file with its SHA-256, except itself and the PDF, which bears the
manifest's own hash in its footer and so cannot be named in it.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from wms.office.evidence.values import Evidence, Trouble

MANIFEST = "manifest.json"
PAPER = "evidence.pdf"
FORMAT = "wms-evidence-1"

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment a ZIP can name: the moments that matter stand in the manifest."""
_READABLE = 0o100644 << 16
_ON_UNIX = 3

HOW_TO_CHECK = (
    "Every file named here must have the SHA-256 and the size given: `sha256sum <file>`.",
    "This manifest's own SHA-256 stands in the footer of every page of evidence.pdf.",
    "Files under documents/ named after a CEB message type are the messages as sent, byte for byte, signed as XML-DSig "
    "(enveloped, canonical XML 1.0): any XML signature tool checks them with the certificate they carry.",
    "Files under receipts/ are the bytes as they arrived. stored_sha256 is the hash that was stored on arrival, before "
    "anybody read them; it must equal sha256.",
    "fold.json applies receipts in the order in which they count; receipt and node name the bytes behind each step.",
    "`wms customs evidence <parcel>` makes the same bundle again as long as nothing new is known about the parcel.",
)


@dataclass(frozen=True, slots=True)
class File:
    """One file of the bundle."""

    path: str
    content: bytes = field(repr=False)
    what: str
    made_at: datetime
    stored_sha256: str = ""
    """What was stored about raw bytes when they were made or came; empty for files made now."""
    is_left_out: bool = False
    """Named with its hash, but not handed out: it names persons in full."""


@dataclass(frozen=True, slots=True)
class _Line:
    path: str
    sha256: str
    bytes: int
    what: str
    made_at: datetime
    stored_sha256: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    format: str
    software: str
    as_of: datetime
    is_masked: bool
    parcel: str
    order: str
    declaration: str
    list_number: str | None
    pre_entry_number: str | None
    fits: bool
    troubles: tuple[Trouble, ...]
    files: tuple[_Line, ...]
    left_out: tuple[_Line, ...]
    how_to_check: tuple[str, ...]


def manifest_of(evidence: Evidence, files: Sequence[File], *, software: str, as_of: datetime, is_masked: bool) -> bytes:
    """The manifest of `files`."""
    manifest = _Manifest(
        format=FORMAT,
        software=software,
        as_of=as_of,
        is_masked=is_masked,
        parcel=evidence.subject.tracking_number,
        order=evidence.subject.order_no,
        declaration=evidence.sheet.cop_no,
        list_number=evidence.sheet.invt_no,
        pre_entry_number=evidence.sheet.pre_no,
        fits=not evidence.troubles,
        troubles=evidence.troubles,
        files=tuple(_line(file) for file in _sorted(files) if not file.is_left_out),
        left_out=tuple(_line(file) for file in _sorted(files) if file.is_left_out),
        how_to_check=HOW_TO_CHECK,
    )
    return as_json(manifest)


def zipped(files: Sequence[File], manifest: bytes, paper: bytes) -> bytes:
    """The ZIP; it names no moment, no person and no machine of its own."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        _add(bundle, MANIFEST, manifest)
        _add(bundle, PAPER, paper)
        for file in _sorted(files):
            if not file.is_left_out:
                _add(bundle, file.path, file.content)
    return target.getvalue()


def as_json(value: object) -> bytes:
    """JSON to be read by people as well."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def _add(bundle: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr, entry.create_system = _READABLE, _ON_UNIX
    bundle.writestr(entry, content)


def _sorted(files: Sequence[File]) -> list[File]:
    return sorted(files, key=lambda file: file.path)


def _line(file: File) -> _Line:
    digest = hashlib.sha256(file.content).hexdigest()
    return _Line(file.path, digest, len(file.content), file.what, file.made_at, file.stored_sha256)
