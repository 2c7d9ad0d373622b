"""`wms people …` and `wms token …`: who may come in, and which programs. Added to the command tree by `wms.cli`."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from wms.access import service
from wms.access.callers import CallerMemory
from wms.access.model import LANGUAGES, PROGRAMS, Operator, Role, command_line
from wms.access.pins import Pins
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault, Refused
from wms.kernel.refusal import Refusal

T = TypeVar("T")

OpenDatabase = Callable[[], Database]

IsBench = Callable[[Session, int, str], bool]
"""Whether a warehouse has a packing bench of that code; places stand above this slice."""

PERSONS = [role.value for role in Role if role not in PROGRAMS]

_warehouse = click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id.")


def people_commands(open_database: OpenDatabase, clock: Clock) -> click.Group:
    """The group `people`; `open_database` is called only once the arguments are right."""

    @click.group("people")
    def people() -> None:
        """Give people a badge and a PIN, or shut them out."""

    @people.command()
    @click.argument("badge")
    @click.argument("name")
    @click.option("--role", type=click.Choice(PERSONS), required=True)
    @click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
    @click.option("--pin", prompt="PIN", hide_input=True, confirmation_prompt=True, help="Asked for when left out.")
    @_warehouse
    def add(badge: str, name: str, role: str, language: str, pin: str, warehouse_id: int) -> None:
        """Let NAME in with BADGE, such as EMP-12."""
        # Before the transaction: a PIN's hash takes long on purpose.
        pin_hash = Pins().hash(pin)

        def work(session: Session) -> Operator:
            outcome = service.create_operator(
                session,
                command_line(warehouse_id),
                badge=badge,
                name=name,
                role=Role(role),
                pin_hash=pin_hash,
                language=language,
                now=clock.now(),
            )
            return _granted(outcome)

        operator = open_database().in_transaction(work)
        click.echo(f"{operator.name} may sign in with {operator.badge} as {operator.role}.")

    @people.command()
    @click.argument("badge")
    @_warehouse
    def block(badge: str, warehouse_id: int) -> None:
        """Shut a person out for good; open sessions end within seconds."""

        def work(session: Session) -> Operator:
            by, now = command_line(warehouse_id), clock.now()
            return _granted(service.block_operator(session, CallerMemory(), by, badge, now=now))

        operator = open_database().in_transaction(work)
        click.echo(f"{operator.badge} of {operator.name} opens nothing any more.")

    return people


def token_commands(open_database: OpenDatabase, clock: Clock, is_bench: IsBench) -> click.Group:
    """The group `token`; `open_database` is called only once the arguments are right."""

    @click.group("token")
    def token() -> None:
        """Give programs (a shop, an ERP, a scale) a token for the HTTP API, or end it."""

    @token.command()
    @click.argument("name")
    @_warehouse
    def create(name: str, warehouse_id: int) -> None:
        """Make a token for the program NAME and print it, this once."""

        def work(session: Session) -> str:
            by = command_line(warehouse_id)
            return _granted(service.create_api_token(session, by, name=name, role=Role.INTEGRATION, now=clock.now()))

        made = open_database().in_transaction(work)
        click.echo(made)
        click.echo("Send it as `Authorization: Bearer …`. It cannot be shown again.", err=True)

    @token.command()
    @click.argument("bench")
    @click.option("--name", help="What records call it.  [default: the bench's code]")
    @_warehouse
    def bench(bench: str, name: str | None, warehouse_id: int) -> None:
        """Make a token for the program at the packing bench BENCH, such as BENCH-1, and print it, this once."""

        def work(session: Session) -> str:
            if not is_bench(session, warehouse_id, bench):
                raise BadInput([Fault("BENCH", f"there is no bench {bench!r} in warehouse {warehouse_id}")])
            by, now = command_line(warehouse_id), clock.now()
            made = service.create_api_token(session, by, name=name or bench, role=Role.BENCH, bench=bench, now=now)
            return _granted(made)

        made = open_database().in_transaction(work)
        click.echo(made)
        click.echo(
            "Put it into the bench's token file, readable for its user only. It cannot be shown again.", err=True
        )

    @token.command()
    @click.argument("name")
    @_warehouse
    def revoke(name: str, warehouse_id: int) -> None:
        """End the token of the program NAME, within seconds."""
        end = partial(service.revoke_api_token, memory=CallerMemory(), by=command_line(warehouse_id), name=name)
        refusal = open_database().in_transaction(lambda session: end(session, now=clock.now()))
        if refusal is not None:
            raise Refused(refusal)
        click.echo(f"The token of {name} opens nothing any more.")

    return token


def _granted(outcome: T | Refusal) -> T:
    """What was asked for; a refusal rolls back and becomes a sentence."""
    if isinstance(outcome, Refusal):
        raise Refused(outcome)
    return outcome
