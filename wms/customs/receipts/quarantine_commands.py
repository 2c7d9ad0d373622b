"""`wms customs quarantine …`: what was set aside of receipts, listed and settled. Added by `wms.customs.commands`."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import click
from sqlalchemy.orm import Session

from wms.access.model import command_line
from wms.customs.model import QuarantineReason
from wms.customs.receipts.quarantine import QuarantineView, quarantined, settle
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault
from wms.kernel.refusal import Refusal


class House(Protocol):
    """What commands of customs need of the running installation."""

    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...


OpenHouse = Callable[[int], House]
"""Opens the house, once it is certain that it has the warehouse."""

warehouse_option = click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id.")
limit_option = click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="How many.")


def add_quarantine(customs: click.Group, open_house: OpenHouse) -> None:
    """Put the group `quarantine` into the group `customs`."""

    @customs.group(invoke_without_command=True, short_help="List and settle what was set aside.")
    @click.option("--all", "done_too", is_flag=True, help="Also what is readable now or was settled.")
    @limit_option
    @warehouse_option
    @click.pass_context
    def quarantine(context: click.Context, done_too: bool, limit: int, warehouse_id: int) -> None:
        """List what was set aside of receipts, newest first, each with its reason."""
        if context.invoked_subcommand is not None:
            return
        found = open_house(warehouse_id).database.reading(
            lambda session: quarantined(session, warehouse_id, done_too=done_too, limit=limit)
        )
        for one in found:
            for line in _quarantine_lines(one):
                click.echo(line)
        if not found:
            click.echo("Nothing is set aside.")

    @quarantine.command("settle", short_help="Say that nothing more is to be done about one.")
    @click.argument("receipt_id", type=click.UUID)
    @click.argument("node", type=click.IntRange(0))
    @click.argument("reason", type=click.Choice([reason.value for reason in QuarantineReason]), metavar="REASON")
    @click.option("--why", required=True, help="Why nothing more is to be done; kept for ever.")
    @warehouse_option
    def settle_(receipt_id: UUID, node: int, reason: str, why: str, warehouse_id: int) -> None:
        """Say that nothing more is to be done about NODE of RECEIPT_ID (0: the message as a whole), and why.

        RECEIPT_ID, NODE and REASON are as `wms customs quarantine` shows them.

        The bytes stay, and are read again with all the others by `wms customs reinterpret`.
        """
        house = open_house(warehouse_id)
        caller, now = command_line(warehouse_id), house.clock.now()

        def work(session: Session) -> None:
            refusal = settle(session, caller, receipt_id, node, QuarantineReason(reason), why=why, now=now)
            if refusal is not None:
                raise BadInput([Fault(f"node {node} of {receipt_id}", _why_not(refusal))])

        house.database.in_transaction(work)
        click.echo(f"Node {node} of {receipt_id} is settled.")


def _why_not(refusal: Refusal) -> str:
    match refusal.code:
        case "quarantine_settled":
            return f"was settled before by {refusal.details['by']}"
        case "quarantine_not_found":
            return "is not set aside for that reason; `wms customs quarantine --all` lists all there is"
        case _:
            return "needs a reason that says something"


def _quarantine_lines(one: QuarantineView) -> list[str]:
    lines = [f"{one.at:%Y-%m-%d %H:%M} {one.receipt_id} node {one.position}: {one.reason}: {one.what}"]
    lines.append(f"  from {one.source}, sha256 {one.sha256}")
    if one.readable_at is not None:
        lines.append(f"  readable since {one.readable_at:%Y-%m-%d %H:%M}")
    if one.settled_at is not None:
        lines.append(f"  settled {one.settled_at:%Y-%m-%d %H:%M} by {one.settled_by}: {one.settle_reason}")
    return lines
