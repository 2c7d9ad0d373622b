"""Hands evidence out: gather, check, write down who took it, make the files. Called by `views` and `commands`.

What names persons in full is given only to whoever may see such data; asking that is the caller's business, that it was
given is written into the audit trail here, before anything is handed out.
"""

import hashlib
from dataclasses import dataclass, field
from importlib.metadata import version

from wms.access.audit import record
from wms.access.model import Caller
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.refusal import Refusal
from wms.labels.press import Press
from wms.office.evidence.bundle import manifest_of, zipped
from wms.office.evidence.checking import checked
from wms.office.evidence.files import files_of, latest_moment
from wms.office.evidence.floor_log import TAKEN_OUT
from wms.office.evidence.gathering import gather
from wms.office.evidence.paper import paper_of
from wms.office.evidence.values import Trouble

PDF, ZIP = "pdf", "zip"
"""What is taken. The PDF is always masked; it bears the hash of the manifest of the bundle in full."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The evidence of one parcel."""

    tracking_number: str
    manifest_sha256: str
    files: int
    """In the bundle, manifest and PDF among them. What a masked bundle leaves out is not counted."""
    troubles: tuple[Trouble, ...]
    paper: bytes = field(repr=False)
    bundle: bytes = field(repr=False)


def hand_out(
    database: Database,
    clock: Clock,
    by: Caller,
    tracking_number: str,
    *,
    form: str,
    is_masked: bool,
    press: Press,
) -> HandedOut | Refusal:
    """The ZIP and the PDF of a parcel; `form` says which of them is taken, for the record.

    Call it outside any transaction. Refuses `parcel_not_known`, `customs_not_declared`. Raises LabelError, PressError.
    """
    now = clock.now()
    gathered = database.reading(lambda session: gather(session, by.warehouse_id, tracking_number, now=now))
    if isinstance(gathered, Refusal):
        return gathered
    evidence = checked(gathered)
    software = f"wms {version('wms')}"
    as_of = latest_moment(evidence)
    files = files_of(evidence, is_masked=is_masked)
    manifest = manifest_of(evidence, files, software=software, as_of=as_of, is_masked=is_masked)
    digest = hashlib.sha256(manifest).hexdigest()
    paper = paper_of(evidence, manifest_sha256=digest, as_of=as_of, software=software, press=press)
    details: dict[str, str | int | None] = {
        "form": form,
        "masked": is_masked or form == PDF,
        "manifest": digest,
        "troubles": len(evidence.troubles),
    }
    database.in_transaction(lambda session: record(session, by, TAKEN_OUT, tracking_number, now=now, details=details))
    bundled = sum(not file.is_left_out for file in files) + len(("manifest.json", "evidence.pdf"))
    return HandedOut(tracking_number, digest, bundled, evidence.troubles, paper, zipped(files, manifest, paper))
