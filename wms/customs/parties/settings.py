"""Who pushes which document for a merchant, where its money must go, and for which company a program speaks.

Called by `payments`, by whatever builds or sends documents, and by the commands in `party_commands`. Every change is
written down in the audit trail with its author; the payee's account appears there masked.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.access.tables import ApiTokenRow
from wms.catalogue.tables import Merchant
from wms.customs.model import DocumentKind
from wms.customs.tables import MerchantCustomsRow, PartnerRow
from wms.kernel.errors import BadInput, Fault
from wms.kernel.masking import masked_account
from wms.kernel.refusal import Refusal

MOST_CODE = 18


class ListWaitsFor(StrEnum):
    """What the three orders must show before the list is sent."""

    NOTHING = "nothing"
    TAKEN = "taken"
    """The electronic port took them (2)."""
    ACCEPTED = "accepted"
    """Customs stored them (120)."""


@dataclass(frozen=True, slots=True)
class MerchantCustoms:
    """How the documents of one merchant's orders are handled in one warehouse."""

    merchant_id: int
    sends_order: bool = True
    sends_payment: bool = True
    sends_waybill: bool = True
    """Whether we push that document. Where not, its party does, and we take in its receipts."""
    payee_name: str = ""
    payee_account: str = field(default="", repr=False)
    """Whose account the buyer's money must reach; empty: not checked."""
    assure_code: str = ""
    """Whose guarantee covers the tax; empty: the merchant's own."""
    list_waits_for: ListWaitsFor = ListWaitsFor.TAKEN
    resubmits_as: str = "1"
    """appType after a refusal: `1` new or `2` change. Customs offices differ."""

    def sends(self, kind: DocumentKind) -> bool:
        """Whether we push documents of `kind`; the list and what follows it always."""
        match kind:
            case DocumentKind.ORDER:
                return self.sends_order
            case DocumentKind.PAYMENT:
                return self.sends_payment
            case DocumentKind.LOGISTICS:
                return self.sends_waybill
            case _:
                return True


@dataclass(frozen=True, slots=True)
class Partner:
    """A program that speaks for a company."""

    who: str
    """As in the audit trail: `api:<token name>`."""
    company_code: str


def merchant_customs(session: Session, warehouse_id: int, merchant_id: int) -> MerchantCustoms:
    """The merchant's settings here; without any, all four documents are ours and nothing is known about the payee."""
    row = session.get(MerchantCustomsRow, (warehouse_id, merchant_id))
    if row is None:
        return MerchantCustoms(merchant_id)
    return MerchantCustoms(
        merchant_id,
        row.sends_order,
        row.sends_payment,
        row.sends_waybill,
        row.payee_name,
        row.payee_account,
        row.assure_code,
        ListWaitsFor(row.list_waits_for),
        row.resubmits_as,
    )


def set_merchant_customs(session: Session, by: Caller, wanted: MerchantCustoms, *, now: datetime) -> None:
    """Keep a merchant's settings in the warehouse of `by`. Raises BadInput with everything that does not fit."""
    faults = faults_of_settings(wanted)
    merchant = session.get(Merchant, wanted.merchant_id)
    if merchant is None:
        faults.append(Fault("merchant", f"there is no merchant {wanted.merchant_id}"))
    if faults or merchant is None:
        raise BadInput(faults)
    row = session.get(MerchantCustomsRow, (by.warehouse_id, wanted.merchant_id))
    if row is None:
        row = MerchantCustomsRow(warehouse_id=by.warehouse_id, merchant_id=wanted.merchant_id)
        session.add(row)
    row.sends_order, row.sends_payment, row.sends_waybill = (
        wanted.sends_order,
        wanted.sends_payment,
        wanted.sends_waybill,
    )
    row.payee_name, row.payee_account = wanted.payee_name, wanted.payee_account
    row.assure_code = wanted.assure_code
    row.list_waits_for, row.resubmits_as = wanted.list_waits_for, wanted.resubmits_as
    session.flush()
    record(
        session,
        by,
        "merchant_customs_set",
        merchant.code,
        now=now,
        details={
            "we_send": ",".join(names_of_sent(wanted)) or "nothing",
            "payee": wanted.payee_name,
            "payee_account": masked_account(wanted.payee_account),
            "assure_code": wanted.assure_code,
            "list_waits_for": wanted.list_waits_for,
            "resubmits_as": wanted.resubmits_as,
        },
    )


SENDABLE = ("order", "payment", "waybill")
"""Documents that either we or their own party push, as people name them on the command line."""


def names_of_sent(settings: MerchantCustoms) -> tuple[str, ...]:
    """Which of the three we push."""
    sent = (settings.sends_order, settings.sends_payment, settings.sends_waybill)
    return tuple(name for name, is_ours in zip(SENDABLE, sent, strict=True) if is_ours)


def faults_of_settings(wanted: MerchantCustoms) -> list[Fault]:
    """What the database or customs would not take."""
    faults: list[Fault] = []
    for where, text, longest in (
        ("payee", wanted.payee_name, 100),
        ("payee_account", wanted.payee_account, 60),
        ("assure_code", wanted.assure_code, 30),
    ):
        if len(text) > longest:
            faults.append(Fault(where, f"has {len(text)} characters, at most {longest} are kept"))
        if any(ord(letter) < 32 for letter in text):
            faults.append(Fault(where, "contains control characters"))
    if wanted.resubmits_as not in ("1", "2"):
        faults.append(Fault("resubmits_as", f"must be 1 (new) or 2 (change), not {wanted.resubmits_as!r}"))
    return faults


def add_partner(session: Session, by: Caller, token_name: str, company_code: str, *, now: datetime) -> Refusal | None:
    """Let the program with that API token speak for a company. Changes nothing where it does already.

    Refuses `unknown_token`. Raises BadInput where the code can be no company's.
    """
    code = company_code.strip()
    if not 1 <= len(code) <= MOST_CODE or not (code.isascii() and code.isalnum()):
        what = f"must be the 10 or 18 letters and digits customs registered the company with, not {company_code!r}"
        raise BadInput([Fault("company code", what)])
    token = select(ApiTokenRow.name).where(
        ApiTokenRow.warehouse_id == by.warehouse_id, ApiTokenRow.name == token_name, ApiTokenRow.revoked_at.is_(None)
    )
    if session.execute(token).first() is None:
        return Refusal("unknown_token", {"name": token_name})
    partner = PartnerRow(warehouse_id=by.warehouse_id, who=who_of_token(token_name), company_code=code)
    if session.get(PartnerRow, (partner.warehouse_id, partner.who, partner.company_code)) is None:
        session.add(partner)
        session.flush()
        record(session, by, "partner_added", token_name, now=now, details={"company_code": code})
    return None


def remove_partner(
    session: Session, by: Caller, token_name: str, company_code: str, *, now: datetime
) -> Refusal | None:
    """End that; what the program brought stays. Refuses `unknown_partner`."""
    removed = session.execute(
        delete(PartnerRow)
        .where(
            PartnerRow.warehouse_id == by.warehouse_id,
            PartnerRow.who == who_of_token(token_name),
            PartnerRow.company_code == company_code.strip(),
        )
        .returning(PartnerRow.who)
    )
    if removed.first() is None:
        return Refusal("unknown_partner", {"name": token_name, "company_code": company_code})
    record(session, by, "partner_removed", token_name, now=now, details={"company_code": company_code})
    return None


def partners(session: Session, warehouse_id: int) -> tuple[Partner, ...]:
    """All programs that speak for somebody."""
    rows = session.execute(
        select(PartnerRow.who, PartnerRow.company_code)
        .where(PartnerRow.warehouse_id == warehouse_id)
        .order_by(PartnerRow.who, PartnerRow.company_code)
    )
    return tuple(Partner(row.who, row.company_code) for row in rows)


def companies_of(session: Session, warehouse_id: int, who: str) -> frozenset[str]:
    """The codes of the companies a program speaks for."""
    rows = session.scalars(
        select(PartnerRow.company_code).where(PartnerRow.warehouse_id == warehouse_id, PartnerRow.who == who)
    )
    return frozenset(rows)


def who_of_token(token_name: str) -> str:
    """How a program is named in records (see `wms.access.sign_in`)."""
    return f"{API_SOURCE}{token_name}"


API_SOURCE = "api:"
"""What the names of programs begin with."""
