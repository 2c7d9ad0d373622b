"""The payment company of the demo: says of every order that it was paid, and of some what stops them.

`paid` and `slip_of_order` are pure; `company_program` makes the program that speaks for the company. Called by `site`
and `shift`. One order in ORDERS_PER_MISTAKE has a payment that is wrong, so that the boards have something to show.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.access.model import Caller, Role
from wms.access.service import create_api_token
from wms.catalogue.model import NewMerchant
from wms.catalogue.tables import Merchant
from wms.customs.facts import Company, PaymentSlip
from wms.customs.model import as_return_time
from wms.customs.parties.settings import MerchantCustoms, add_partner, set_merchant_customs
from wms.customs.payment.rows import values_of
from wms.demo.customers import id_number
from wms.demo.goods import MERCHANTS
from wms.kernel.refusal import Refusal
from wms.orders.intake import NewOrder, PricedOrder, priced

PROGRAM = "demo-payment-company"
"""Name of the program that brings the slips of the site."""
ORDERS_PER_MISTAKE = 20
"""Each kind comes up once in a site of 60 orders."""


class Mistake(StrEnum):
    """What is wrong with a payment."""

    PAYER_NOT_BUYER = "payer_not_buyer"
    AMOUNT_DIFFERS = "amount_differs"
    TRANSACTION_USED_TWICE = "transaction_used_twice"


@dataclass(frozen=True, slots=True)
class Payment:
    """An order as the shop sends it, and what the payment company says of it."""

    order: NewOrder
    slip: PaymentSlip
    mistake: Mistake | None = None


def paid(orders: Iterable[NewOrder]) -> Iterator[Payment]:
    """Every order with its slip; every ORDERS_PER_MISTAKE-th is wrong, each time in the next way."""
    before = ""
    for number, ordered in enumerate(orders, start=1):
        mistake = _mistake_of(number) if before else None
        order = ordered
        if mistake is Mistake.TRANSACTION_USED_TWICE:
            # The shop names the same number: a second order on one payment.
            order = replace(ordered, payment=replace(ordered.payment, transaction_id=before))
        yield Payment(order, _wrong(slip_of_order(order), mistake), mistake)
        before = order.payment.transaction_id


def _mistake_of(number: int) -> Mistake | None:
    turn, is_right = divmod(number, ORDERS_PER_MISTAKE)
    return None if is_right else tuple(Mistake)[(turn - 1) % len(Mistake)]


def slip_of_order(order: NewOrder) -> PaymentSlip:
    """What the payment company says when all is as it should be: the buyer paid all of it to the merchant at once."""
    known = priced(order)
    assert isinstance(known, PricedOrder), "the demo's orders are right"
    paid_at = order.payment.paid_at
    assert paid_at is not None, "the demo's orders are paid"
    merchant = next(one for one in MERCHANTS if one.code == order.merchant)
    return PaymentSlip(
        company=Company(merchant.payment_code, merchant.payment_name),
        transaction_id=order.payment.transaction_id,
        order_no=order.number,
        platform=Company(merchant.platform_code, merchant.platform_name),
        app_type="1",
        app_time=as_return_time(paid_at + timedelta(seconds=30))[:14],
        payer_name=order.buyer.name,
        payer_id_number=order.buyer.id_number,
        amount=known.amounts.paid.as_decimal(),
        paid_at=as_return_time(paid_at)[:14],
        payer_phone=order.buyer.phone,
        payee_name=merchant.company_name,
        payee_account=payee_account(merchant),
    )


def _wrong(slip: PaymentSlip, mistake: Mistake | None) -> PaymentSlip:
    match mistake:
        case Mistake.PAYER_NOT_BUYER:
            other = id_number(datetime(1975, 5, 17), 901)  # noqa: DTZ001
            return replace(slip, payer_name="样旁人", payer_id_number=other, payer_phone="10099999999")
        case Mistake.AMOUNT_DIFFERS:
            return replace(slip, amount=slip.amount + Decimal("0.50"))
        case _:
            return slip


def payee_account(merchant: NewMerchant) -> str:
    """An account of no bank."""
    return f"SAMPLE-ACCOUNT-{merchant.code}"


def settle_parties(session: Session, by: Caller, *, now: datetime) -> None:
    """Write down where the buyers' money of each merchant must arrive."""
    for merchant in MERCHANTS:
        merchant_id = session.execute(select(Merchant.id).where(Merchant.code == merchant.code)).scalar_one()
        settings = MerchantCustoms(merchant_id, payee_name=merchant.company_name, payee_account=payee_account(merchant))
        set_merchant_customs(session, by, settings, now=now)


def company_program(session: Session, by: Caller, name: str, *, now: datetime) -> str | Refusal:
    """Make a program that speaks for the payment companies of the demo; its token. Refuses `token_name_taken`."""
    token = create_api_token(session, by, name=name, role=Role.INTEGRATION, now=now)
    if isinstance(token, Refusal):
        return token
    for code in sorted({merchant.payment_code for merchant in MERCHANTS}):
        refusal = add_partner(session, by, name, code, now=now)
        assert refusal is None, f"the token was made a moment ago: {refusal}"
    return token


def as_sent(slip: PaymentSlip) -> dict[str, str]:
    """The slip as the company's program sends it to `POST /api/v1/customs/payments`."""
    return values_of(slip)
