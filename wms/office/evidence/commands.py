"""`wms customs evidence PARCEL`: the bundle as a file. Put into the command tree by `wms.cli`."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import click

from wms.access.model import command_line
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import WmsError
from wms.kernel.refusal import Refusal
from wms.labels.press import Press
from wms.office.evidence.handing_out import ZIP, hand_out
from wms.office.evidence.views import sentence_of


class NoEvidence(WmsError):
    """There is nothing to hand out."""


class House(Protocol):
    """What the command needs of the running installation."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...


def evidence_command(open_house: Callable[[], House]) -> click.Command:
    """The command; the house is opened only once the arguments are right."""

    @click.command("evidence", short_help="Write the evidence of a parcel as a ZIP.")
    @click.argument("parcel")
    @click.option(
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        help="File to write.  [default: evidence-PARCEL.zip here]",
    )
    @click.option("--masked", is_flag=True, help="Leave out what names persons in full; its hashes are named.")
    @click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id.")
    def evidence(parcel: str, out: Path | None, masked: bool, warehouse_id: int) -> None:
        """Write everything known about PARCEL (a tracking number) as a ZIP with a manifest and a PDF.

        Every stored hash and every signature is checked on the way. Status 1 where something does not fit; it is named
        here, in the bundle and on the PDF. That the evidence was taken is in the audit trail.
        """
        house, caller = open_house(), command_line(warehouse_id)
        path = out or Path(f"evidence-{parcel}{'.masked' if masked else ''}.zip")
        with Press() as press:
            handed = hand_out(house.database, house.clock, caller, parcel, form=ZIP, is_masked=masked, press=press)
        if isinstance(handed, Refusal):
            raise NoEvidence(sentence_of(handed))
        _write(path, handed.bundle)
        click.echo(f"{path}: {handed.files} files, manifest SHA-256 {handed.manifest_sha256}")
        for trouble in handed.troubles:
            click.echo(f"DOES NOT FIT  {trouble.what}: {trouble.says.en}", err=True)
        if handed.troubles:
            click.echo(f"{len(handed.troubles)} things do not fit: this evidence is not intact.", err=True)
            sys.exit(1)

    return evidence


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing."""
    half = path.with_name(f".{path.name}.tmp")
    try:
        # It names persons: for its owner's eyes only.
        with open(half, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
            stream.write(content)
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise NoEvidence(f"{path} cannot be written: {error.strerror}") from error
