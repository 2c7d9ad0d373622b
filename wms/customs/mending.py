"""A person mends an order that customs, or our own check, would not take, and it goes on its way again.

Called by the supervisors' pages. In one transaction the order is corrected on the platform's word, checked anew, and
sent or submitted again where nothing stops it any more. Payment slips are no part of it: the payment company sends a
new one.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.access.model import Caller
from wms.customs.checks.checking import check_and_begin
from wms.customs.checks.gathering import case_of_order
from wms.customs.checks.remembering import known_about
from wms.customs.checks.rule_books import current_rule_book
from wms.customs.facts import OrderedLine
from wms.customs.model import CHINA_TIME, Finding, Outgoing, as_return_time
from wms.customs.regimes.china.building import papers_of
from wms.customs.regimes.china.money_rules import computed_tax
from wms.customs.sending.attempts import may_be_resubmitted, resubmit
from wms.customs.sending.preparing import documents_of_attempt
from wms.customs.tables import DeclarationRow
from wms.kernel.errors import Refused
from wms.kernel.money import Money
from wms.kernel.refusal import Refusal
from wms.orders.correction import Corrected, Correction, correct_order
from wms.orders.lookup import order_by_id
from wms.places.tables import Warehouse

_ON_THE_WAY = frozenset({Outgoing.IN_MESSAGE.value, Outgoing.SENT.value})


class Outcome(StrEnum):
    """What a correction led to."""

    RESUBMITTED = "resubmitted"
    """A new attempt began."""
    SENT = "sent"
    """The documents joined the queue."""
    STOPPED = "stopped"
    """A rule still stops it; `finding` says which."""
    NOT_PACKED = "not_packed"
    """Nothing stops it; there is no parcel to declare yet."""
    WAITS = "waits"
    """Nothing stops it; a paper is missing, or what was ready before is on its way."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What a correction changed, and what came of it."""

    corrected: Corrected
    outcome: Outcome
    attempt: int = 0
    """Number of the attempt that began; 0 where none did."""
    finding: Finding | None = None


def mend_order(
    session: Session,
    warehouse_id: int,
    order_id: UUID,
    correction: Correction,
    *,
    by: Caller,
    reason: str,
    now: datetime,
) -> Mended | Refusal:
    """Correct the order and let it go on.

    Refuses like `correct_order`, and `customs_reason_missing`. Raises BadInput with what is wrong with the correction,
    and Refused (`customs_attempt_open`) where papers with the old data are at customs and not refused: the caller's
    transaction must roll back then.
    """
    if not reason.strip():
        return Refusal("customs_reason_missing", {})
    corrected = correct_order(session, warehouse_id, order_id, correction, by=by, reason=reason, now=now)
    if isinstance(corrected, Refusal):
        return corrected
    # The check waits for all others of this order, and locks its declaration: only now is it certain how far it is.
    checked = check_and_begin(session, warehouse_id, order_id, now=now)
    declaration = _declaration_of(session, warehouse_id, order_id)
    if declaration is not None:
        documents = documents_of_attempt(session, declaration)
        if may_be_resubmitted(declaration, documents.values()):
            attempt = resubmit(session, warehouse_id, declaration.id, by=by.who, reason=reason, now=now)
            if isinstance(attempt, int):
                return Mended(corrected, Outcome.RESUBMITTED, attempt)
            return Mended(corrected, Outcome.STOPPED if checked.stops else Outcome.WAITS, finding=checked.stops)
        if any(document.outgoing in _ON_THE_WAY for document in documents.values()):
            raise Refused(Refusal("customs_attempt_open", {"parcel": declaration.tracking_number}))
    if checked.begun:
        return Mended(corrected, Outcome.SENT, declaration.attempt if declaration else 0)
    if checked.stops is not None:
        return Mended(corrected, Outcome.STOPPED, finding=checked.stops)
    return Mended(corrected, Outcome.NOT_PACKED if declaration is None else Outcome.WAITS)


def tax_as_packed(session: Session, warehouse_id: int, order_id: UUID, *, now: datetime) -> str | None:
    """The tax of what was packed, as the amount a correction takes; None where it cannot be told.

    That is where a rate is not known, or where what was packed is over the limit of one transaction.
    """
    warehouse = session.get_one(Warehouse, warehouse_id)
    case = case_of_order(session, warehouse, order_id)
    if case is None or not case.facts.lines:
        return None
    packed = {line.gnum: line.quantity for line in case.facts.lines}
    ordered = tuple(
        replace(line, quantity=packed[line.gnum]) for line in case.facts.ordered if packed.get(line.gnum, 0) > 0
    )
    facts = replace(case.facts, ordered=ordered, goods=_total(ordered, case.facts.goods.currency))
    papers = papers_of(facts, cop_no="", day=as_return_time(now)[:8])
    today = now.astimezone(CHINA_TIME).date()
    book = current_rule_book(session, warehouse_id)
    tax = computed_tax(papers, known_about(session, warehouse_id, case, on=today, book=book))
    return None if tax is None else f"{tax.total:.2f}"


def _total(lines: tuple[OrderedLine, ...], currency: str) -> Money:
    total = Money(0, currency)
    for line in lines:
        total += line.unit_price * line.quantity
    return total


def _declaration_of(session: Session, warehouse_id: int, order_id: UUID) -> DeclarationRow | None:
    """The declaration of the order's last parcel, which the check has locked. The index is that of the number."""
    order = order_by_id(session, warehouse_id, order_id)
    if order is None:
        return None
    return session.scalars(
        select(DeclarationRow)
        .where(
            DeclarationRow.warehouse_id == warehouse_id,
            DeclarationRow.order_no == order.number,
            DeclarationRow.order_id == order_id,
        )
        # An expression: by the bare key SQLite would walk through all declarations, from the youngest one on.
        .order_by(func.coalesce(DeclarationRow.id, DeclarationRow.id).desc())
        .limit(1)
    ).first()
