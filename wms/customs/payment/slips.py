"""Payment slips as values: what is wrong with one, and which one counts. Pure.

Called by `payments`. A payment company says something about a payment with each slip and never takes a word back
silently: a change (appType 2) and a withdrawal (3) are slips of their own with a later appTime. What counts follows
from all slips of a transaction together, so the order in which they arrive and how often they are told do not matter.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from datetime import datetime, timedelta
from decimal import Decimal

from wms.customs.facts import Company, PaymentSlip
from wms.customs.model import as_return_time, normalised_return_time
from wms.customs.regimes.china.documents import Payment
from wms.kernel.errors import Fault

CHANGE, WITHDRAWAL = "2", "3"
APP_TYPES = ("1", CHANGE, WITHDRAWAL)

MOST_AHEAD = timedelta(hours=1)
"""How far the payment company's clock may be ahead of ours. A slip from the future could never be corrected."""

_CODE = re.compile(r"[0-9A-Za-z]{1,18}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_AMOUNT = re.compile(r"[0-9]{1,19}(\.[0-9]{1,5})?")


def amount_from_text(text: str) -> Decimal | None:
    """An amount as the protocol writes it (N19,5): at most 19 digits, 5 of them behind the point. None: it is none."""
    stripped = text.strip()
    if _AMOUNT.fullmatch(stripped) is None or len(stripped.replace(".", "")) > 19:
        return None
    return Decimal(stripped)


def amount_text(amount: Decimal) -> str:
    """The one way an amount is kept: plain digits, two decimals or as many as it needs. 350 and 350.00 are one."""
    whole = amount.normalize()
    exponent = whole.as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{amount:.{places}f}"


def slip_of_document(payment: Payment) -> PaymentSlip:
    """What a CEB411 says. It has no room for the payee."""
    return PaymentSlip(
        company=Company(payment.payCode, payment.payName),
        transaction_id=payment.payTransactionId,
        order_no=payment.orderNo,
        platform=Company(payment.ebpCode, payment.ebpName),
        app_type=payment.appType,
        app_time=payment.appTime,
        payer_name=payment.payerName,
        payer_id_number=payment.payerIdNumber,
        amount=payment.amountPaid,
        paid_at=payment.payTime,
        payer_id_type=payment.payerIdType,
        payer_phone=payment.telephone or "",
        currency=payment.currency,
    )


def faults_of_slip(slip: PaymentSlip, *, now: datetime) -> list[Fault]:
    """Why a slip cannot be kept. Whether it agrees with its order is no question here: that is for the rules.

    No value that names a person is repeated.
    """
    return list(_faults(slip, now))


def _faults(slip: PaymentSlip, now: datetime) -> Iterator[Fault]:
    for where, text, longest, is_needed in (
        ("pay_name", slip.company.name, 100, True),
        ("transaction_id", slip.transaction_id, 60, True),
        ("order_no", slip.order_no, 60, True),
        ("ebp_name", slip.platform.name, 100, True),
        ("payer_name", slip.payer_name, 60, True),
        ("payer_id_number", slip.payer_id_number, 60, True),
        ("payer_phone", slip.payer_phone, 60, False),
        ("payee_name", slip.payee_name, 100, False),
        ("payee_account", slip.payee_account, 60, False),
        ("collected_for", slip.collected_for, 100, False),
    ):
        if is_needed and not text.strip():
            yield Fault(where, "is needed and is empty")
        if len(text) > longest:
            yield Fault(where, f"has {len(text)} characters, customs takes {longest}")
        if _CONTROL.search(text):
            yield Fault(where, "contains control characters")
    for where, code in (("pay_code", slip.company.code), ("ebp_code", slip.platform.code)):
        if _CODE.fullmatch(code) is None:
            yield Fault(where, f"must be the 10 or 18 letters and digits of a registered company, not {code!r}")
    if slip.app_type not in APP_TYPES:
        yield Fault("app_type", f"must be 1 (new), 2 (change) or 3 (withdrawal), not {slip.app_type!r}")
    if re.fullmatch("[0-9]", slip.payer_id_type) is None:
        yield Fault("payer_id_type", f"must be one digit, not {slip.payer_id_type!r}")
    if re.fullmatch("[0-9]{3}", slip.currency) is None:
        yield Fault("currency", f"must be a three-digit code such as 142, not {slip.currency!r}")
    if not slip.amount.is_finite() or slip.amount <= 0 or amount_from_text(f"{slip.amount:f}") is None:
        yield Fault("amount", "must be more than 0, with at most 19 digits of which 5 behind the point")
    latest = as_return_time(now + MOST_AHEAD)[:14]
    for where, time in (("app_time", slip.app_time), ("paid_at", slip.paid_at)):
        if len(time) != 14 or normalised_return_time(time) is None:
            yield Fault(where, f"must be a moment in China time as YYYYMMDDhhmmss, not {time!r}")
        elif time > latest:
            yield Fault(where, f"{time} has not come yet")


def recency(slip: PaymentSlip) -> tuple[object, ...]:
    """Sorts what a payment company said: the greatest is its last word.

    By appTime. At the same second a withdrawal counts before a change and a change before a new slip, then the slip
    that says more about where the money went; what is left is decided by the contents, never by the order of arrival.
    """
    return (
        slip.app_time,
        slip.app_type,
        bool(slip.payee_account or slip.payee_name),
        slip.collected_for,
        astuple(slip),
    )


def claims_of(slips: Iterable[PaymentSlip]) -> tuple[PaymentSlip, ...]:
    """Of all slips of one transaction, the one that counts for each order it names; withdrawn ones among them.

    A change replaces everything said before about the transaction, also for another order: that is how a payment
    company mends a wrong order number. A new slip or a withdrawal speaks of its own order only; two new slips for two
    orders therefore both stand, and the transaction is seen to be used twice.
    """
    claims: dict[tuple[str, str], PaymentSlip] = {}
    for slip in sorted(slips, key=recency):
        if slip.app_type == CHANGE:
            claims.clear()
        claims[slip.platform.code, slip.order_no] = slip
    return tuple(claims.values())


def stands(slip: PaymentSlip) -> bool:
    """Whether the payment company still means what it said."""
    return slip.app_type != WITHDRAWAL


def slip_that_counts(claims: Iterable[PaymentSlip]) -> PaymentSlip | None:
    """Of the claims of several transactions on one order, the one the order is checked against.

    The last word that stands; where all were withdrawn the last withdrawal, so that people are told of it.
    """
    return max(claims, key=lambda slip: (stands(slip), *recency(slip)), default=None)
