"""Payment slips are taken in, once, from the payment company, and asked for. Nobody changes one; the database refuses.

Called by `payment_views` (JSON), by the receipts' reader (a raw CEB411 message), and by whoever checks an order. What a
slip changes for its orders is worked out after its commit, by `payment_jobs`: two slips that are taken in at the same
moment do not see each other, those who look afterwards see both.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, select, tuple_
from sqlalchemy.orm import Session

from wms.catalogue.tables import Merchant
from wms.customs.facts import PaymentSlip
from wms.customs.model import DocumentKind
from wms.customs.parties.settings import companies_of, merchant_customs
from wms.customs.payment.rows import joined, slip_of_row, values_of
from wms.customs.payment.slips import claims_of, faults_of_slip, slip_of_document, slip_that_counts, stands
from wms.customs.regimes.china.documents import Payment
from wms.customs.regimes.china.papers import UsedKey
from wms.customs.tables import PaymentSlipRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.database.sealed import vault_of
from wms.kernel.errors import BadInput
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.tables import OrderRow
from wms.outbox.service import enqueue

SLIP_TOPIC = "customs.slip"

Histories = Mapping[tuple[str, str], Sequence[PaymentSlipRow]]
"""By payment company and transaction number, all that was said about it."""

PORT_SOURCES = ("folder ", "gateway ")
"""How the sources of the electronic port's own channels begin. What comes there comes from whom it says it comes."""

LONGEST_SOURCE = 60
DECLARED = "2"
"""appStatus of a document that is meant; `1` is a draft."""


@dataclass(frozen=True, slots=True)
class TakenSlip:
    """The answer to a slip, the same however often it is told."""

    slip_id: UUID
    taken_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class KeptSlip:
    """A slip as it was taken in, and whether it counts."""

    slip_id: UUID
    slip: PaymentSlip
    counts: bool
    """It is the payment company's last word about this payment of this order, and no withdrawal."""
    source: str
    receipt_id: UUID | None
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """An order that a transaction is said to pay."""

    order_no: str
    ebp_code: str
    payer_id_number: str = field(repr=False)
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PaymentKnown:
    """What the rules need to know about a payment besides the slip. Names are those of `papers.Known`."""

    payment_company: str
    payee_name: str
    payee_account: str = field(repr=False)
    used_keys: tuple[UsedKey, ...]
    """Other orders the slip's transaction is said to pay."""
    other_payments: tuple[str, ...]
    """Further transactions that are said to pay the same order: it was paid twice, or the money taken twice."""


def take_slip(
    session: Session, warehouse_id: int, slip: PaymentSlip, *, source: str, receipt_id: UUID | None, now: datetime
) -> UUID | Refusal:
    """Keep a slip; the id of the one that is kept, also when it was told before.

    `source` is who brought it: `api:<token>`, or one of the electronic port's channels. Refuses
    `not_the_payment_company` {company, source}. Raises BadInput with everything that is wrong with the slip itself.
    """
    taken = keep_slip(session, warehouse_id, slip, source=source, receipt_id=receipt_id, now=now)
    return taken if isinstance(taken, Refusal) else taken.slip_id


def keep_slip(
    session: Session, warehouse_id: int, slip: PaymentSlip, *, source: str, receipt_id: UUID | None, now: datetime
) -> TakenSlip | Refusal:
    """Like `take_slip`, and tells whether it is new."""
    faults = faults_of_slip(slip, now=now)
    if faults:
        raise BadInput(faults)
    if not may_bring(session, warehouse_id, source, slip.company.code):
        return Refusal("not_the_payment_company", {"company": slip.company.code, "source": source})
    values = values_of(slip)
    fingerprint = vault_of(session.get_bind().dialect).digest(joined(values))
    slip_id = uuid7()
    keep = insert_ignoring_duplicates(cast(Table, PaymentSlipRow.__table__), session.get_bind().dialect.name).values(
        warehouse_id=warehouse_id,
        id=slip_id,
        fingerprint=fingerprint,
        receipt_id=receipt_id,
        source=source[:LONGEST_SOURCE],
        taken_at=now,
        **values,
    )
    if session.execute(keep.returning(PaymentSlipRow.id)).first() is None:
        known = session.execute(
            select(PaymentSlipRow.id, PaymentSlipRow.taken_at).where(
                PaymentSlipRow.warehouse_id == warehouse_id, PaymentSlipRow.fingerprint == fingerprint
            )
        ).one()
        return TakenSlip(known.id, known.taken_at, is_new=False)
    enqueue(
        session,
        warehouse_id,
        SLIP_TOPIC,
        json.dumps({"slip_id": str(slip_id)}),
        now=now,
        serial_key=_serial_key(slip),
    )
    return TakenSlip(slip_id, now, is_new=True)


def take_slips_of_message(
    session: Session,
    warehouse_id: int,
    payments: Iterable[Payment],
    *,
    source: str,
    receipt_id: UUID,
    now: datetime,
) -> tuple[UUID | Refusal, ...]:
    """Keep what a raw CEB411 message says, whose bytes are the receipt; one answer per document, in order.

    A document that is refused costs only itself: `slip_is_draft`, `slip_unfit` {where, what, faults},
    `not_the_payment_company` {company, source}.
    """
    return tuple(
        _take_document(session, warehouse_id, payment, source=source, receipt_id=receipt_id, now=now)
        for payment in payments
    )


def _take_document(
    session: Session, warehouse_id: int, payment: Payment, *, source: str, receipt_id: UUID, now: datetime
) -> UUID | Refusal:
    if payment.appStatus != DECLARED:
        return Refusal("slip_is_draft", {"transaction": payment.payTransactionId})
    slip = slip_of_document(payment)
    try:
        return take_slip(session, warehouse_id, slip, source=source, receipt_id=receipt_id, now=now)
    except BadInput as bad:
        first = bad.faults[0]
        return Refusal("slip_unfit", {"where": first.where, "what": first.what, "faults": len(bad.faults)})


def may_bring(session: Session, warehouse_id: int, source: str, pay_code: str) -> bool:
    """Whether slips of this payment company are taken from `source`.

    A program must speak for the company. The electronic port's channels are believed. A person is not, whatever he may
    do otherwise: payment data are never typed.
    """
    if source.startswith(PORT_SOURCES):
        return True
    return pay_code in companies_of(session, warehouse_id, source)


def slip_of_order(session: Session, warehouse_id: int, order_no: str, ebp_code: str) -> PaymentSlip | None:
    """The slip an order is checked against, None while the payment company has not sent any.

    A withdrawn one (appType 3) is returned where nothing stands, so that the rules can say so. A slip that names this
    number and a platform nobody here sells on is returned where there is no better: then the platform's code is wrong.
    """
    histories = _histories(session, warehouse_id, PaymentSlipRow.order_no == order_no)
    return slip_that_counts(_claims_on(session, warehouse_id, order_no, ebp_code, histories))


def payment_known(
    session: Session,
    warehouse_id: int,
    merchant_id: int,
    order_no: str,
    ebp_code: str,
    *,
    stated: tuple[str, str] = ("", ""),
) -> PaymentKnown:
    """What the rules need besides `slip_of_order`.

    `stated` is the payment company's code and the transaction number that the order itself names: while there is no
    slip, they tell whether that number pays somebody else's order already.
    """
    merchant = session.get_one(Merchant, merchant_id)
    settings = merchant_customs(session, warehouse_id, merchant_id)
    histories = _histories(session, warehouse_id, PaymentSlipRow.order_no == order_no)
    claims = _claims_on(session, warehouse_id, order_no, ebp_code, histories)
    slip = slip_that_counts(claims)
    if slip is not None and stands(slip):
        company, number = slip.company.code, slip.transaction_id
        paying = _paying(histories[company, number])
    else:
        company, number = stated
        paying = orders_paid_by(session, warehouse_id, company, number) if number else ()
    own = {(platform, order_no) for platform in (ebp_code, slip.platform.code if slip else ebp_code)}
    used = tuple(
        UsedKey(DocumentKind.PAYMENT, company, number, paid.order_no, paid.payer_id_number)
        for paid in paying
        if (paid.ebp_code, paid.order_no) not in own
    )
    others = sorted({other.transaction_id for other in claims if other is not slip and stands(other)})
    return PaymentKnown(merchant.payment_code, settings.payee_name, settings.payee_account, used, tuple(others))


def orders_paid_by(session: Session, warehouse_id: int, pay_code: str, transaction_id: str) -> tuple[PaidOrder, ...]:
    """The orders one transaction is said to pay now. More than one: the number was used twice."""
    of_transaction = and_(PaymentSlipRow.pay_code == pay_code, PaymentSlipRow.transaction_id == transaction_id)
    histories = _histories(session, warehouse_id, of_transaction)
    return _paying(histories.get((pay_code, transaction_id), ()))


def slips_of_order_no(session: Session, warehouse_id: int, order_no: str) -> tuple[KeptSlip, ...]:
    """All that was ever said about payments of orders with this number, oldest first. For people: to be masked."""
    return _kept(session, warehouse_id, PaymentSlipRow.order_no == order_no)


def slips_of_transaction(session: Session, warehouse_id: int, transaction_id: str) -> tuple[KeptSlip, ...]:
    """All that was ever said about transactions with this number, oldest first. For people: to be masked."""
    return _kept(session, warehouse_id, PaymentSlipRow.transaction_id == transaction_id)


def orders_concerned(session: Session, warehouse_id: int, slip_id: UUID) -> tuple[UUID, ...]:
    """The orders whose payment a slip may have changed: all that any slip of its transaction names."""
    row = session.get_one(PaymentSlipRow, (warehouse_id, slip_id))
    numbers = select(PaymentSlipRow.order_no).where(
        PaymentSlipRow.warehouse_id == warehouse_id,
        PaymentSlipRow.pay_code == row.pay_code,
        PaymentSlipRow.transaction_id == row.transaction_id,
    )
    found = session.scalars(
        select(OrderRow.id).where(
            OrderRow.warehouse_id == warehouse_id, OrderRow.number.in_(set(session.scalars(numbers)))
        )
    )
    return tuple(sorted(found))


def _paying(history: Sequence[PaymentSlipRow]) -> tuple[PaidOrder, ...]:
    """The orders that the slips of one transaction say it pays."""
    claims = sorted(claims_of(map(slip_of_row, history)), key=lambda slip: (slip.order_no, slip.platform.code))
    return tuple(
        PaidOrder(slip.order_no, slip.platform.code, slip.payer_id_number, slip.amount)
        for slip in claims
        if stands(slip)
    )


def _claims_on(
    session: Session, warehouse_id: int, order_no: str, ebp_code: str, histories: Histories
) -> tuple[PaymentSlip, ...]:
    """Of every transaction that is said to pay this order, what counts."""
    claims = [
        claim
        for history in histories.values()
        for claim in claims_of(map(slip_of_row, history))
        if claim.order_no == order_no
    ]
    exact = tuple(claim for claim in claims if claim.platform.code == ebp_code)
    if exact or not claims:
        return exact
    platforms = set(
        session.scalars(
            select(Merchant.platform_code)
            .join(OrderRow, OrderRow.merchant_id == Merchant.id)
            .where(OrderRow.warehouse_id == warehouse_id, OrderRow.number == order_no)
        )
    )
    return tuple(claim for claim in claims if claim.platform.code not in platforms)


def _kept(session: Session, warehouse_id: int, condition: ColumnElement[bool]) -> tuple[KeptSlip, ...]:
    kept: list[KeptSlip] = []
    for rows in _histories(session, warehouse_id, condition).values():
        slips = {row.id: slip_of_row(row) for row in rows}
        counting = [claim for claim in claims_of(slips.values()) if stands(claim)]
        kept += [
            KeptSlip(row.id, slips[row.id], slips[row.id] in counting, row.source, row.receipt_id, row.taken_at)
            for row in rows
        ]
    return tuple(sorted(kept, key=lambda one: (one.slip.app_time, one.taken_at, one.slip_id)))


def _histories(session: Session, warehouse_id: int, condition: ColumnElement[bool]) -> Histories:
    """The whole histories of the transactions of which a slip meets `condition`, in the order of their numbers."""
    transaction = tuple_(PaymentSlipRow.pay_code, PaymentSlipRow.transaction_id)
    concerned = select(PaymentSlipRow.pay_code, PaymentSlipRow.transaction_id).where(
        PaymentSlipRow.warehouse_id == warehouse_id, condition
    )
    histories: dict[tuple[str, str], list[PaymentSlipRow]] = {}
    for row in session.scalars(
        select(PaymentSlipRow)
        .where(PaymentSlipRow.warehouse_id == warehouse_id, transaction.in_(concerned))
        .order_by(PaymentSlipRow.pay_code, PaymentSlipRow.transaction_id)
    ):
        histories.setdefault((row.pay_code, row.transaction_id), []).append(row)
    return histories


def _serial_key(slip: PaymentSlip) -> str:
    """What is said about one transaction is worked out one after the other. A key has room for 80 characters."""
    name = hashlib.sha256(f"{slip.company.code} {slip.transaction_id}".encode()).hexdigest()
    return f"slip:{name}"
