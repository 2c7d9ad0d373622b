"""`wms customs merchant …` and `wms customs partner …`: who pushes what, where the money goes, who speaks for whom.

`party_commands` is called by `wms.customs.commands`, which puts them into the group `customs`.
"""

from collections.abc import Callable
from dataclasses import replace

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.access.model import command_line
from wms.catalogue.tables import Merchant
from wms.customs.parties.settings import (
    SENDABLE,
    ListWaitsFor,
    MerchantCustoms,
    add_partner,
    merchant_customs,
    names_of_sent,
    partners,
    remove_partner,
    set_merchant_customs,
)
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault, Refused
from wms.kernel.masking import masked_account
from wms.kernel.refusal import Refusal

OpenDatabase = Callable[[], Database]

_warehouse = click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id.")


def party_commands(open_database: OpenDatabase, clock: Clock) -> tuple[click.Command, ...]:
    """The command `merchant` and the group `partner`; the database is opened only once the arguments are right."""
    return _merchant_command(open_database, clock), _partner_commands(open_database, clock)


def _merchant_command(open_database: OpenDatabase, clock: Clock) -> click.Command:
    @click.command("merchant")
    @click.argument("code")
    @click.option("--we-send", metavar="DOCUMENTS", help="Of order,payment,waybill what we push; `nothing` for none.")
    @click.option("--payee", help="Name of the account the buyers' money must reach; empty text: not checked.")
    @click.option("--payee-account", help="That account; empty text: not checked.")
    @click.option("--assure-code", help="Company whose guarantee covers the tax; empty text: the merchant's own.")
    @click.option("--list-waits-for", type=click.Choice([wait.value for wait in ListWaitsFor]), help="What the three "
                  "orders must show before the list is sent.")  # fmt: skip
    @click.option("--resubmits-as", type=click.Choice(["1", "2"]), help="appType after a refusal: new or change.")
    @_warehouse
    def merchant(
        code: str,
        we_send: str | None,
        payee: str | None,
        payee_account: str | None,
        assure_code: str | None,
        list_waits_for: str | None,
        resubmits_as: str | None,
        warehouse_id: int,
    ) -> None:
        """Show or change how the customs documents of the merchant CODE are handled.

        Without an option it only shows. What is not named stays as it is.
        """
        sent = None if we_send is None else _documents(we_send)

        def work(session: Session) -> MerchantCustoms:
            merchant_id = session.scalar(select(Merchant.id).where(Merchant.code == code))
            if merchant_id is None:
                raise BadInput([Fault("merchant", f"{code!r} is not known; add the merchant first")])
            known = merchant_customs(session, warehouse_id, merchant_id)
            wanted = _changed(known, sent, payee, payee_account, assure_code, list_waits_for, resubmits_as)
            if wanted != known:
                set_merchant_customs(session, command_line(warehouse_id), wanted, now=clock.now())
            return wanted

        settings = open_database().in_transaction(work)
        for line in _lines(code, settings):
            click.echo(line)

    return merchant


def _partner_commands(open_database: OpenDatabase, clock: Clock) -> click.Group:
    @click.group("partner")
    def partner() -> None:
        """Say which program speaks for which company: only the payment company's own token brings its slips."""

    @partner.command()
    @click.argument("token_name")
    @click.argument("company_code")
    @_warehouse
    def add(token_name: str, company_code: str, warehouse_id: int) -> None:
        """Let the program with the token TOKEN_NAME speak for the company COMPANY_CODE."""

        def work(session: Session) -> Refusal | None:
            return add_partner(session, command_line(warehouse_id), token_name, company_code, now=clock.now())

        _granted(open_database().in_transaction(work))
        click.echo(f"{token_name} speaks for {company_code.strip()}.")

    @partner.command()
    @click.argument("token_name")
    @click.argument("company_code")
    @_warehouse
    def remove(token_name: str, company_code: str, warehouse_id: int) -> None:
        """End that. What the program brought before stays."""

        def work(session: Session) -> Refusal | None:
            return remove_partner(session, command_line(warehouse_id), token_name, company_code, now=clock.now())

        _granted(open_database().in_transaction(work))
        click.echo(f"{token_name} does not speak for {company_code.strip()} any more.")

    @partner.command("list")
    @_warehouse
    def show(warehouse_id: int) -> None:
        """Who speaks for whom."""
        known = open_database().reading(lambda session: partners(session, warehouse_id))
        for one in known:
            click.echo(f"{one.who:<40} {one.company_code}")
        if not known:
            click.echo("No program speaks for any company: payment slips are taken only from the electronic port.")

    return partner


def _documents(text: str) -> frozenset[str]:
    """Raises BadInput where a name is none of the three."""
    names = [] if text.strip() == "nothing" else [name.strip() for name in text.split(",")]
    strangers = [name for name in names if name not in SENDABLE]
    if strangers:
        what = (
            f"{', '.join(map(repr, strangers))}: name of {', '.join(SENDABLE)}, or `nothing`; the list is always ours"
        )
        raise BadInput([Fault("--we-send", what)])
    return frozenset(names)


def _changed(
    known: MerchantCustoms,
    sent: frozenset[str] | None,
    payee: str | None,
    payee_account: str | None,
    assure_code: str | None,
    list_waits_for: str | None,
    resubmits_as: str | None,
) -> MerchantCustoms:
    """`known` with what was named."""
    wanted = known
    if sent is not None:
        wanted = replace(
            wanted, sends_order="order" in sent, sends_payment="payment" in sent, sends_waybill="waybill" in sent
        )
    if payee is not None:
        wanted = replace(wanted, payee_name=payee.strip())
    if payee_account is not None:
        wanted = replace(wanted, payee_account=payee_account.strip())
    if assure_code is not None:
        wanted = replace(wanted, assure_code=assure_code.strip())
    if list_waits_for is not None:
        wanted = replace(wanted, list_waits_for=ListWaitsFor(list_waits_for))
    if resubmits_as is not None:
        wanted = replace(wanted, resubmits_as=resubmits_as)
    return wanted


def _lines(code: str, settings: MerchantCustoms) -> list[str]:
    ours = names_of_sent(settings)
    theirs = [name for name in SENDABLE if name not in ours]
    return [
        f"Merchant {code}",
        f"  we send:        {', '.join((*ours, 'list'))}",
        f"  others send:    {', '.join(theirs) or 'nothing'}",
        f"  payee:          {settings.payee_name or 'not checked'}",
        f"  payee account:  {masked_account(settings.payee_account) or 'not checked'}",
        f"  guarantee of:   {settings.assure_code or 'the merchant'}",
        f"  list waits for: {settings.list_waits_for}",
        f"  resubmits as:   {settings.resubmits_as} ({'new' if settings.resubmits_as == '1' else 'change'})",
    ]


def _granted(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)
