"""Buttons of an order's declaration: check, submit again, apply, report, lift. No decisions. Called by `views`.

Each is a form post with the page's token. What it did is in the audit trail, in the same transaction, and the page it
leads to says how it went; where it did nothing, it says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.audit import record
from wms.access.model import Caller, Capability
from wms.access.session import current_caller
from wms.customs.checks.checking import Checked, check_and_begin
from wms.customs.model import HoldKind
from wms.customs.sending.applications import apply_for_return, apply_to_cancel, report_signed
from wms.customs.sending.attempts import resubmit
from wms.customs.service import lift_hold
from wms.customs.tables import DeclarationRow
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.refusal import Refusal
from wms.office.pages import Drawer, back, office_page
from wms.orders.lookup import order_by_id

LONGEST_REASON = 500

Apply = Callable[[Session, Caller, datetime], int | Refusal | None]


@dataclass(frozen=True, slots=True)
class _Buttons:
    database: Database
    clock: Clock

    def press(self, what: str, declaration_id: UUID, apply: Apply, said: str) -> AnyResponse:
        """Do it and write it down as `what` with its reason, in one transaction; go back with what came of it."""
        caller, now = current_caller(), self.clock.now()

        def work(session: Session) -> int | Refusal | None:
            outcome = apply(session, caller, now)
            if not isinstance(outcome, Refusal):
                declaration = session.get_one(DeclarationRow, (caller.warehouse_id, declaration_id))
                details = {"reason": reason_of_request(), "number": outcome, "order": declaration.order_no}
                record(session, caller, what, declaration.tracking_number, now=now, details=details)
            return outcome

        outcome = self.database.in_transaction(work)
        if isinstance(outcome, Refusal):
            return back(_to(), outcome.code, about=_about(outcome))
        return back(_to(), said, about="" if outcome is None else str(outcome))


def add_customs_buttons(views: Blueprint, database: Database, clock: Clock, drawer: Drawer) -> None:
    """Everything that changes something about a declaration, except corrections of its order."""
    buttons = _Buttons(database, clock)
    _add_checking(views, buttons, drawer)
    _add_applications(views, buttons, drawer)


def _add_checking(views: Blueprint, buttons: _Buttons, drawer: Drawer) -> None:
    mends = office_page(drawer, Capability.MEND_DECLARATION)

    @views.post("/office/orders/<uuid:order_id>/check")
    @mends
    def check_again(order_id: UUID) -> AnyResponse:
        caller, now = current_caller(), buttons.clock.now()

        def work(session: Session) -> Checked | Refusal:
            order = order_by_id(session, caller.warehouse_id, order_id)
            if order is None:
                return Refusal("no_such_order", {"order": str(order_id)})
            record(session, caller, "order_checked", order.number, now=now)
            return check_and_begin(session, caller.warehouse_id, order_id, now=now)

        outcome = buttons.database.in_transaction(work)
        if isinstance(outcome, Refusal):
            return back(_to(), outcome.code)
        if outcome.begun:
            return back(_to(), "checked_sent")
        return back(_to(), "checked" if outcome.findings else "checked_clean")

    @views.post("/office/declarations/<uuid:declaration_id>/resubmit")
    @mends
    def submit_again(declaration_id: UUID) -> AnyResponse:
        def apply(session: Session, caller: Caller, now: datetime) -> int | Refusal | None:
            reason = reason_of_request()
            return resubmit(session, caller.warehouse_id, declaration_id, by=caller.who, reason=reason, now=now)

        return buttons.press("declaration_resubmitted", declaration_id, apply, "resubmitted")

    @views.post("/office/declarations/<uuid:declaration_id>/holds/<kind>/lift")
    @office_page(drawer, Capability.LIFT_HOLD)
    def lift(declaration_id: UUID, kind: str) -> AnyResponse:
        if kind not in list(HoldKind):
            raise NotFound("There is no such hold.")

        def apply(session: Session, caller: Caller, now: datetime) -> int | Refusal | None:
            warehouse_id, reason = caller.warehouse_id, reason_of_request()
            return lift_hold(
                session, warehouse_id, declaration_id, HoldKind(kind), lifted_by=caller.who, reason=reason, now=now
            )

        return buttons.press("hold_lifted", declaration_id, apply, "lifted")


def _add_applications(views: Blueprint, buttons: _Buttons, drawer: Drawer) -> None:
    mends = office_page(drawer, Capability.MEND_DECLARATION)

    @views.post("/office/declarations/<uuid:declaration_id>/cancel")
    @mends
    def cancel(declaration_id: UUID) -> AnyResponse:
        def apply(session: Session, caller: Caller, now: datetime) -> int | Refusal | None:
            reason = reason_of_request()
            return apply_to_cancel(session, caller.warehouse_id, declaration_id, by=caller.who, reason=reason, now=now)

        return buttons.press("cancellation_applied_for", declaration_id, apply, "cancel_applied")

    @views.post("/office/declarations/<uuid:declaration_id>/return")
    @mends
    def give_back(declaration_id: UUID) -> AnyResponse:
        quantities = _quantities()

        def apply(session: Session, caller: Caller, now: datetime) -> int | Refusal | None:
            warehouse_id, reason = caller.warehouse_id, reason_of_request()
            return apply_for_return(
                session, warehouse_id, declaration_id, quantities, by=caller.who, reason=reason, now=now
            )

        return buttons.press("return_applied_for", declaration_id, apply, "return_applied")

    @views.post("/office/declarations/<uuid:declaration_id>/signed")
    @mends
    def signed(declaration_id: UUID) -> AnyResponse:
        signed_at = _moment(drawer.zones[current_caller().warehouse_id])
        if signed_at is None:
            return back(_to(), "bad_time")

        def apply(session: Session, caller: Caller, now: datetime) -> int | Refusal | None:
            return report_signed(session, caller.warehouse_id, declaration_id, signed_at=signed_at, now=now)

        return buttons.press("signed_for_reported", declaration_id, apply, "signed_reported")


def reason_of_request() -> str:
    """Why somebody presses the button, as typed."""
    return request.form.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON]


def _to() -> str:
    return request.form.get("to", "")


def _quantities() -> Mapping[int, int]:
    """Units by line number, of the fields that hold a number above 0."""
    found: dict[int, int] = {}
    for name, text in request.form.items():
        line = name.removeprefix("line-")
        is_number = all(part.isascii() and part.isdigit() and len(part) < 6 for part in (line, text.strip()))
        if name != line and is_number and int(text):
            found[int(line)] = int(text)
    return found


def _moment(zone: tzinfo) -> datetime | None:
    """Day and time as typed, on the warehouse's clock."""
    try:
        return datetime.fromisoformat(request.form.get("signed_at", "")).replace(tzinfo=zone)
    except ValueError:
        return None


def _about(refusal: Refusal) -> str:
    """The one word of a refusal that its sentence on the page needs."""
    for name in ("rule", "document", "until", "line"):
        if refusal.details.get(name):
            return str(refusal.details[name])
    return ""
