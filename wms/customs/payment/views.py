"""HTTP doors of payment slips: the payment company brings them, people and the company itself look at them masked.

`payment_views` is called once by `wms.app`. No decisions. There is no door that changes a slip: a correction is a later
slip of the payment company.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import Blueprint, Response, request
from msgspec import Meta
from sqlalchemy.orm import Session

from wms.access.model import Caller, Capability
from wms.access.rules import may
from wms.access.session import current_caller, require
from wms.customs.facts import Company, PaymentSlip
from wms.customs.parties.settings import companies_of
from wms.customs.payment.payments import KeptSlip, TakenSlip, keep_slip, slips_of_order_no, slips_of_transaction
from wms.customs.payment.slips import amount_from_text, amount_text, faults_of_slip
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault, NotAllowed
from wms.kernel.masking import masked_account, masked_id_number, masked_name, masked_phone
from wms.kernel.refusal import Refusal
from wms.web.answers import json_answer
from wms.web.decoding import read_one_or_many

MOST_AT_ONCE = 100
"""As many as one message of customs holds."""
MOST_BYTES = 512 * 1024

Text18 = Annotated[str, Meta(min_length=1, max_length=18)]
Text60 = Annotated[str, Meta(max_length=60)]
Text100 = Annotated[str, Meta(max_length=100)]
Moment14 = Annotated[str, Meta(min_length=14, max_length=14)]
Amount = Annotated[str, Meta(min_length=1, max_length=20)]
"""Written as text such as "350.00": a JSON number would pass through binary floating point somewhere on its way."""


@dataclass(frozen=True, slots=True)
class NewSlip:
    """A slip as the payment company sends it. Times are China time, `YYYYMMDDhhmmss`."""

    pay_code: Text18
    pay_name: Text100
    transaction_id: Text60
    order_no: Text60
    ebp_code: Text18
    ebp_name: Text100
    app_time: Moment14
    payer_name: Text60 = field(repr=False)
    payer_id_number: Text60 = field(repr=False)
    amount: Amount
    paid_at: Moment14
    app_type: Annotated[str, Meta(max_length=1)] = "1"
    payer_id_type: Annotated[str, Meta(max_length=1)] = "1"
    payer_phone: Text60 = field(default="", repr=False)
    currency: Annotated[str, Meta(max_length=3)] = "142"
    payee_name: Text100 = ""
    payee_account: Text60 = field(default="", repr=False)
    collected_for: Text100 = ""


@dataclass(frozen=True, slots=True)
class SlipReceipt:
    """The answer to a slip, the same however often it is told."""

    slip_id: UUID
    transaction_id: str
    order_no: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class SlipView:
    """A slip for the eyes of people: who paid is masked."""

    slip_id: UUID
    pay_code: str
    pay_name: str
    transaction_id: str
    order_no: str
    ebp_code: str
    ebp_name: str
    app_type: str
    app_time: str
    payer_name: str
    payer_id_number: str
    payer_phone: str
    amount: str
    currency: str
    paid_at: str
    payee_name: str
    payee_account: str
    collected_for: str
    counts: bool
    source: str
    taken_at: datetime


def payment_views(database: Database, clock: Clock) -> Blueprint:
    """The blueprint, to be registered on an app that knows its callers."""
    views = Blueprint("customs_payments", __name__, url_prefix="/api/v1/customs/payments")

    @views.post("")
    @require(Capability.PUSH_PAYMENTS)
    def push() -> Response:
        sent = read_one_or_many(NewSlip, many="payments", at_most=MOST_AT_ONCE, most_bytes=MOST_BYTES)
        caller, now = current_caller(), clock.now()
        slips = _slips(sent.items, now=now, as_list=sent.as_list)
        taken = database.in_transaction(lambda session: _keep_all(session, caller, slips, now=now))
        status = HTTPStatus.CREATED if any(one.is_new for one in taken) else HTTPStatus.OK
        receipts = [
            SlipReceipt(one.slip_id, slip.transaction_id, slip.order_no, one.taken_at)
            for one, slip in zip(taken, slips, strict=True)
        ]
        return json_answer({"payments": receipts} if sent.as_list else receipts[0], status)

    @views.get("")
    @require(Capability.SEE_BOARD, Capability.PUSH_PAYMENTS)
    def show() -> Response:
        order, transaction = request.args.get("order", "").strip(), request.args.get("transaction", "").strip()
        if bool(order) == bool(transaction) or "\0" in order + transaction:
            raise BadInput([Fault("query", "give exactly one of order, transaction")])
        caller = current_caller()

        def look(session: Session) -> list[KeptSlip]:
            found = (
                slips_of_order_no(session, caller.warehouse_id, order)
                if order
                else slips_of_transaction(session, caller.warehouse_id, transaction)
            )
            if may(caller.role, Capability.SEE_BOARD):
                return list(found)
            # A payment company sees what it said itself, and nothing of another one.
            own = companies_of(session, caller.warehouse_id, caller.who)
            return [kept for kept in found if kept.slip.company.code in own]

        return json_answer({"payments": [masked_slip(kept) for kept in database.reading(look)]})

    return views


def masked_slip(kept: KeptSlip) -> SlipView:
    """A slip as pages and answers show it."""
    slip = kept.slip
    return SlipView(
        slip_id=kept.slip_id,
        pay_code=slip.company.code,
        pay_name=slip.company.name,
        transaction_id=slip.transaction_id,
        order_no=slip.order_no,
        ebp_code=slip.platform.code,
        ebp_name=slip.platform.name,
        app_type=slip.app_type,
        app_time=slip.app_time,
        payer_name=masked_name(slip.payer_name),
        payer_id_number=masked_id_number(slip.payer_id_number),
        payer_phone=masked_phone(slip.payer_phone),
        amount=amount_text(slip.amount),
        currency=slip.currency,
        paid_at=slip.paid_at,
        payee_name=slip.payee_name,
        payee_account=masked_account(slip.payee_account),
        collected_for=slip.collected_for,
        counts=kept.counts,
        source=kept.source,
        taken_at=kept.taken_at,
    )


def _slips(sent: tuple[NewSlip, ...], *, now: datetime, as_list: bool) -> list[PaymentSlip]:
    """What was sent, as slips. Raises BadInput with every fault of every one."""
    slips: list[PaymentSlip] = []
    faults: list[Fault] = []
    for number, one in enumerate(sent):
        amount = amount_from_text(one.amount)
        slip = _slip(one, Decimal(0) if amount is None else amount)
        slips.append(slip)
        front = f"payments[{number}]." if as_list else ""
        faults += [Fault(f"{front}{fault.where}", fault.what) for fault in faults_of_slip(slip, now=now)]
    if faults:
        raise BadInput(faults)
    return slips


def _slip(sent: NewSlip, amount: Decimal) -> PaymentSlip:
    return PaymentSlip(
        company=Company(sent.pay_code, sent.pay_name),
        transaction_id=sent.transaction_id,
        order_no=sent.order_no,
        platform=Company(sent.ebp_code, sent.ebp_name),
        app_type=sent.app_type,
        app_time=sent.app_time,
        payer_name=sent.payer_name,
        payer_id_number=sent.payer_id_number,
        amount=amount,
        paid_at=sent.paid_at,
        payer_id_type=sent.payer_id_type,
        payer_phone=sent.payer_phone,
        currency=sent.currency,
        payee_name=sent.payee_name,
        payee_account=sent.payee_account,
        collected_for=sent.collected_for,
    )


def _keep_all(session: Session, caller: Caller, slips: list[PaymentSlip], *, now: datetime) -> list[TakenSlip]:
    """All of them or none."""
    taken: list[TakenSlip] = []
    for slip in slips:
        outcome = keep_slip(session, caller.warehouse_id, slip, source=caller.who, receipt_id=None, now=now)
        if isinstance(outcome, Refusal):
            raise NotAllowed(
                f"{caller.who} does not speak for the payment company {slip.company.code}; the warehouse says who does "
                "with `wms customs partner add`. Nothing was taken."
            )
        taken.append(outcome)
    return taken
