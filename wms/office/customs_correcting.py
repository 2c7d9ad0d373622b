"""The form with which a person corrects an order on the platform's word. No decisions. Called by `views`.

Persons' data are not filled in: whoever corrects a name need not see the old one. An empty field stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.model import Caller, Capability
from wms.access.session import current_caller
from wms.customs.mending import Mended, Outcome, mend_order, tax_as_packed
from wms.customs.privacy import PersonalData, reveal
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault, Refused
from wms.kernel.masking import masked_id_number, masked_name, masked_phone
from wms.kernel.refusal import Refusal
from wms.office.customs_buttons import LONGEST_REASON
from wms.office.pages import Drawer, back, office_page
from wms.orders.correction import Correction
from wms.orders.lookup import order_by_id
from wms.orders.model import Order

LONGEST_FIELD = 200
_AMOUNTS = ("freight", "discount", "tax", "paid")
_PERSON = ("buyer_name", "buyer_id_number", "buyer_phone")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: what stands there now (persons masked) and what was typed."""

    name: str
    words: str
    words_zh: str
    now: str
    typed: str
    fault: str


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it is drawn."""

    order: Order
    person: tuple[Field, ...]
    amounts: tuple[Field, ...]
    is_packed: bool
    differs: bool
    """What was packed is not what was ordered."""
    as_packed: bool
    reason: str
    faults: tuple[Fault, ...]
    """What is wrong besides the fields."""


_WORDS = {
    "buyer_name": ("Buyer's name", "订购人姓名"),
    "buyer_id_number": ("Buyer's ID number", "订购人证件号码"),
    "buyer_phone": ("Buyer's phone", "订购人电话"),
    "freight": ("Freight", "运杂费"),
    "discount": ("Discount", "非现金抵扣金额"),
    "tax": ("Tax collected", "代扣税款"),
    "paid": ("Amount charged", "实际支付金额"),
}


def add_correcting(views: Blueprint, database: Database, clock: Clock, drawer: Drawer) -> None:
    """Correct an order and let it go on; see its persons in full."""
    mends = office_page(drawer, Capability.MEND_DECLARATION)

    def order_of(order_id: UUID) -> Order:
        warehouse_id = current_caller().warehouse_id
        order = database.reading(lambda session: order_by_id(session, warehouse_id, order_id))
        if order is None:
            raise NotFound("There is no such order in this warehouse.")
        return order

    def form_page(order_id: UUID, faults: tuple[Fault, ...], status: int) -> AnyResponse:
        caller = current_caller()
        order = order_of(order_id)
        page = drawer.draw(
            "customs_correct.html",
            caller,
            drawer.scope(caller),
            form=_form(order, faults),
            longest_reason=LONGEST_REASON,
            title=f"Correct order {order.number}",
            live=False,
        )
        # What somebody typed about a person is in it.
        page.headers["Cache-Control"] = "no-store"
        page.status_code = status
        return page

    @views.get("/office/orders/<uuid:order_id>/correct")
    @mends
    def correct_form(order_id: UUID) -> AnyResponse:
        return form_page(order_id, (), 200)

    @views.post("/office/orders/<uuid:order_id>/correct")
    @mends
    def correct(order_id: UUID) -> AnyResponse:
        caller, now = current_caller(), clock.now()
        page = f"/office/order/{quote(order_of(order_id).number)}"
        try:
            outcome = database.in_transaction(lambda session: _mend(session, caller, order_id, now))
        except BadInput as error:
            return form_page(order_id, error.faults, 400)
        except Refused as error:
            return back(page, error.refusal.code)
        if isinstance(outcome, Refusal):
            return back(page, outcome.code)
        said, about = _said(outcome)
        return back(page, said, about=about)

    @views.post("/office/orders/<uuid:order_id>/reveal")
    @office_page(drawer, Capability.SEE_PERSONAL_DATA)
    def reveal_persons(order_id: UUID) -> AnyResponse:
        caller, now = current_caller(), clock.now()
        reason = request.form.get("reason", "").strip()
        if not 1 <= len(reason) <= LONGEST_REASON:
            return back(request.form.get("to", ""), "reveal_reason_missing")
        data: PersonalData | Refusal = database.in_transaction(
            lambda session: reveal(session, caller, order_id, reason=reason, now=now)
        )
        if isinstance(data, Refusal):
            return back(request.form.get("to", ""), data.code)
        page = drawer.draw(
            "customs_person.html", caller, drawer.scope(caller), data=data, title=f"Order {data.order_no}", live=False
        )
        page.headers["Cache-Control"] = "no-store"
        return page


def _mend(session: Session, caller: Caller, order_id: UUID, now: datetime) -> Mended | Refusal:
    typed = {name: _typed(name) or None for name in (*_PERSON, *_AMOUNTS)}
    as_packed = request.form.get("as_packed") == "1"
    if as_packed and typed["tax"] is None:
        typed["tax"] = tax_as_packed(session, caller.warehouse_id, order_id, now=now)
        if typed["tax"] is None:
            return Refusal("tax_not_known", {"order": str(order_id)})
    correction = Correction(**typed, as_packed=as_packed)
    reason = _typed("reason")[:LONGEST_REASON]
    return mend_order(session, caller.warehouse_id, order_id, correction, by=caller, reason=reason, now=now)


def _said(mended: Mended) -> tuple[str, str]:
    """The sentence for what came of it, and the word that goes into it."""
    match mended.outcome:
        case Outcome.RESUBMITTED:
            return "mended_resubmitted", str(mended.attempt)
        case Outcome.SENT:
            return "mended_sent", ""
        case Outcome.STOPPED:
            assert mended.finding is not None, "something stops it"
            if mended.finding.rule == "F2" and mended.corrected.paid_changed:
                return "mended_stopped_slip", ""
            return "mended_stopped", mended.finding.rule
        case Outcome.NOT_PACKED:
            return "mended_not_packed", ""
        case Outcome.WAITS:
            return "mended_waits", ""


def _form(order: Order, faults: tuple[Fault, ...]) -> Form:
    buyer, amounts = order.buyer, order.amounts
    present = {
        "buyer_name": masked_name(buyer.name),
        "buyer_id_number": masked_id_number(buyer.id_number),
        "buyer_phone": masked_phone(buyer.phone),
        **{name: f"{getattr(amounts, name).as_decimal():f}" for name in _AMOUNTS},
    }
    wrong = {fault.where: fault.what for fault in faults}

    def field(name: str) -> Field:
        return Field(name, *_WORDS[name], present[name], _typed(name), wrong.get(name, ""))

    return Form(
        order=order,
        person=tuple(field(name) for name in _PERSON),
        amounts=tuple(field(name) for name in _AMOUNTS),
        is_packed=order.state.value == "packed",
        differs=any(line.packed != line.quantity for line in order.lines),
        as_packed=request.form.get("as_packed") == "1",
        reason=_typed("reason"),
        faults=tuple(fault for fault in faults if fault.where not in present),
    )


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST_FIELD]
