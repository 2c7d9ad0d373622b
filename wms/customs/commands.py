"""`wms customs …`: hand receipts over, read them again, look at a declaration and at what waits for a person.

`customs_commands` is put into the command tree by `wms.cli`, with the commands of the other rooms of customs added to
the same group.
"""

import hashlib
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.customs.receipts.intake import IntakeOutcome, store_receipt
from wms.customs.receipts.quarantine_commands import House, OpenHouse, add_quarantine, limit_option, warehouse_option
from wms.customs.receipts.reinterpreting import Change, Reinterpreted, Snapshot, reinterpret
from wms.customs.receipts.waiting import WaitingReceipt, waiting_receipts
from wms.customs.regimes.china.safe_xml import MAX_BYTES
from wms.customs.sheets.reading import sheets_where
from wms.customs.sheets.sheet import DeclarationSheet
from wms.customs.sheets.text import sheet_lines
from wms.customs.tables import DeclarationRow
from wms.kernel.errors import BadInput, Fault
from wms.places.tables import Warehouse

FILES = UUID("b4c0a2f6-6a1e-5a53-9a3e-2f1f4f0f7d10")
"""Namespace of the ids of receipts that are handed over as files: the same file again is the same delivery."""
MOST_SHOWN = 50

_language = click.option(
    "--language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Of words and reasons."
)


def customs_commands(open_house: Callable[[], House]) -> click.Group:
    """The group `customs`; the house is opened only once the arguments are right."""

    @click.group("customs", short_help="Receipts, declarations, merchants, the account book, the simulated port.")
    def customs() -> None:
        """Customs: receipts and declarations, and what waits for a person."""

    def open_with(warehouse_id: int) -> House:
        house = open_house()
        known = house.database.reading(lambda session: session.execute(select(Warehouse.id, Warehouse.code)).all())
        if warehouse_id not in {row.id for row in known}:
            listed = ", ".join(f"{row.id} ({row.code})" for row in sorted(known)) or "none"
            raise BadInput([Fault("--warehouse", f"there is no warehouse {warehouse_id}; known: {listed}")])
        return house

    _add_receipts(customs, open_with)
    _add_looking(customs, open_with)
    add_quarantine(customs, open_with)
    return customs


def _add_receipts(customs: click.Group, open_house: OpenHouse) -> None:
    @customs.command(short_help="Take receipts of customs in from files.")
    @click.argument(
        "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE…"
    )
    @warehouse_option
    def receive(files: tuple[Path, ...], warehouse_id: int) -> None:
        """Take receipts of customs in from files, and say what became of each.

        The bytes are kept before anybody tries to understand them; the same file again is the same delivery and
        changes nothing. Status 1 where anything was set aside or a file could not be read; the others are done.
        """
        house = open_house(warehouse_id)
        bad = 0
        for file in files:
            raw = _bytes(file)
            if raw is None:
                bad += 1
                continue
            sha256 = hashlib.sha256(raw).hexdigest()
            receipt_id = uuid5(FILES, f"{warehouse_id}\n{file.name}\n{sha256}")
            outcome = store_receipt(
                house.database, house.clock, warehouse_id, raw, f"file {file.name}", receipt_id=receipt_id
            )
            click.echo(f"{file}: {_outcome(outcome)}")
            bad += outcome.quarantined > 0
        if bad:
            click.echo(
                f"{bad} of {_count(len(files), 'file')} to be looked at: see `wms customs quarantine`.", err=True
            )
            sys.exit(1)

    @customs.command("reinterpret", short_help="Read raw receipts again after a mend.")
    @click.option("--since", type=click.DateTime(), help="Only receipts received since then, UTC.")
    @click.option("--receipt", "receipt_id", type=click.UUID, help="Only this receipt.")
    @click.option("--after", type=click.UUID, help="Go on behind this receipt, which an earlier run told.")
    @click.option("--dry-run", is_flag=True, help="Change nothing; say what would change.")
    @warehouse_option
    def reinterpret_(
        since: datetime | None, receipt_id: UUID | None, after: UUID | None, dry_run: bool, warehouse_id: int
    ) -> None:
        """Read all raw receipts again, after the reader or a rule was mended, and say what that changed.

        Nothing is deleted. A run that was broken off goes on with --after and the last id it told.
        """
        house = open_house(warehouse_id)
        moment = None if since is None else since.replace(tzinfo=UTC)

        def say(receipts: int, last: UUID) -> None:
            click.echo(f"{_count(receipts, 'receipt')} read again, up to {last}", err=True)

        outcome = reinterpret(
            house.database,
            house.clock,
            warehouse_id,
            since=moment,
            receipt_id=receipt_id,
            after=after,
            dry_run=dry_run,
            say=say,
        )
        for line in _reinterpreted(outcome, dry_run=dry_run):
            click.echo(line)


def _sheets_named(session: Session, warehouse_id: int, number: str) -> list[DeclarationSheet]:
    # One number after the other: for a question with "or" SQLite walks through all declarations.
    numbers = (DeclarationRow.cop_no, DeclarationRow.tracking_number, DeclarationRow.order_no)
    found = {
        sheet.declaration_id: sheet
        for column in numbers
        for sheet in sheets_where(session, warehouse_id, column == number, limit=MOST_SHOWN)
    }
    return list(found.values())[:MOST_SHOWN]


def _add_looking(customs: click.Group, open_house: OpenHouse) -> None:
    @customs.command(short_help="Show everything about a declaration.")
    @click.argument("number", metavar="COPNO|PARCEL")
    @_language
    @warehouse_option
    def declaration(number: str, language: str, warehouse_id: int) -> None:
        """Show the gate's answer for a parcel and everything that explains it.

        COPNO|PARCEL is a copNo, a tracking number or an order number. Status 1 where nothing is declared under it.
        """
        sheets = open_house(warehouse_id).database.reading(lambda session: _sheets_named(session, warehouse_id, number))
        for position, sheet in enumerate(sheets):
            if position:
                click.echo()
            for line in sheet_lines(sheet, language):
                click.echo(line)
        if not sheets:
            click.echo(f"Nothing is declared under {number}.", err=True)
            sys.exit(1)

    @customs.command(short_help="List receipts whose declaration is not here.")
    @limit_option
    @warehouse_option
    def waiting(limit: int, warehouse_id: int) -> None:
        """List receipts that name no declaration of ours, oldest first.

        They are applied by themselves when their declaration appears; old ones belong to another system.
        """
        found = open_house(warehouse_id).database.reading(
            lambda session: waiting_receipts(session, warehouse_id, limit=limit)
        )
        for one in found:
            click.echo(_waiting_line(one))
        if not found:
            click.echo("No receipt waits for its declaration.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _bytes(file: Path) -> bytes | None:
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 2)
    except OSError as error:
        click.echo(f"{file}: cannot be read: {error.strerror}. Nothing was kept.", err=True)
        return None
    if len(raw) > MAX_BYTES + 1:
        click.echo(f"{file}: has more than {MAX_BYTES} bytes, no receipt has. Nothing was kept.", err=True)
        return None
    return raw


def _outcome(outcome: IntakeOutcome) -> str:
    kind = outcome.message_type or "no message that could be read"
    parts = [
        f"{count} {what}"
        for count, what in (
            (outcome.applied, "applied"),
            (outcome.waiting, "waiting for a declaration"),
            (outcome.quarantined, "set aside"),
        )
        if count
    ]  # fmt: skip
    return f"{kind}: {', '.join(parts) or 'nothing in it'} (receipt {outcome.receipt_id})"


def _reinterpreted(outcome: Reinterpreted, *, dry_run: bool) -> list[str]:
    lines = [
        f"{_count(outcome.receipts, 'receipt')} read again; {_count(outcome.new_entries, 'return node')} could not be "
        f"read before; {_count(len(outcome.changes), 'declaration')} {'would change' if dry_run else 'changed'}"
    ]
    for change in outcome.changes:
        lines += _change_lines(change)
    lines += [
        f"receipt {one.receipt_id} node {one.position}: {one.reason}, "
        + ("readable now" if one.is_readable else "set aside now")
        for one in outcome.quarantine
    ]
    if dry_run:
        lines.append("This was a dry run: nothing was changed.")
    return lines


def _change_lines(change: Change) -> list[str]:
    names = f"{change.cop_no}  order {change.order_no}  parcel {change.tracking_number}"
    return [names, f"  before  {_snapshot(change.before)}", f"  after   {_snapshot(change.after)}"]


def _snapshot(snapshot: Snapshot) -> str:
    gate = "gate open" if snapshot.gate_open else f"gate closed ({snapshot.gate_code})"
    holds = f", holds: {' '.join(snapshot.holds)}" if snapshot.holds else ""
    anomalies = f", anomalies: {' '.join(snapshot.anomalies)}" if snapshot.anomalies else ""
    return f"{snapshot.state}{f' ({snapshot.status})' if snapshot.status else ''}, {gate}{holds}{anomalies}"


def _waiting_line(one: WaitingReceipt) -> str:
    key = f"{one.company or '-'} {one.number}"
    return f"{one.since:%Y-%m-%d %H:%M} {one.message_type} {one.status} {key} {one.said[:60]} (from {one.source})"
