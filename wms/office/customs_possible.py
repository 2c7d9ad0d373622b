"""Which buttons make sense for a declaration now. Reads only; the use cases decide. Called by `customs_order`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from wms.customs.model import CHINA_TIME, OPENING_STATES, DeclarationState, DocumentKind, DocumentState, Outgoing
from wms.customs.parties.settings import MerchantCustoms
from wms.customs.sending.applications import RETURN_DAYS, left_to_return
from wms.customs.sending.as_declared import list_as_sent
from wms.customs.sending.attempts import may_be_resubmitted
from wms.customs.sheets.sheet import DeclarationSheet
from wms.customs.standing import current_documents
from wms.customs.tables import DeclarationRow
from wms.orders.model import Order, OrderState

GOODS_BACK_DAYS = 45
"""After the release: until then the returned goods must be back in the zone they left."""
_MAY_BE_CANCELLED = frozenset(DeclarationState) - {
    DeclarationState.PENDING,
    DeclarationState.REJECTED,
    DeclarationState.RETURNED,
    DeclarationState.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A line of the list of which units may come back."""

    gnum: int
    name: str
    left: int


@dataclass(frozen=True, slots=True)
class Possible:
    """Which buttons make sense now. A button that is offered all the same says why not."""

    correct: bool = False
    resubmit: bool = False
    cancel: bool = False
    give_back: bool = False
    report_signed: bool = False
    return_lines: Sequence[ReturnLine] = ()
    apply_until: date | None = None
    """The last day to apply for a return."""
    goods_back_until: date | None = None


def possible(
    session: Session, warehouse_id: int, order: Order, sheet: DeclarationSheet | None, settings: MerchantCustoms
) -> Possible:
    is_over = order.state in (OrderState.DISPATCHED, OrderState.CANCELLED)
    if sheet is None:
        return Possible(correct=not is_over)
    declaration = session.get_one(DeclarationRow, (warehouse_id, sheet.declaration_id))
    documents = current_documents(session, warehouse_id, [declaration.id])
    resubmits = declaration.left_at is None and may_be_resubmitted(declaration, documents)
    on_the_way = any(document.outgoing in (Outgoing.IN_MESSAGE, Outgoing.SENT) for document in documents)
    state = DeclarationState(sheet.state)
    asked = {one.kind for one in sheet.applications if one.state != DocumentState.REFUSED}
    lines: Sequence[ReturnLine] = ()
    if sheet.left_at is not None and state in OPENING_STATES:
        names = {line.gnum: line.gname for line in list_as_sent(session, declaration).lines}
        left = left_to_return(session, declaration)
        lines = [ReturnLine(gnum, names[gnum], units) for gnum, units in sorted(left.items())]
    released = sheet.released_at.astimezone(CHINA_TIME).date() if sheet.released_at else None
    return Possible(
        correct=not is_over and (resubmits or not on_the_way),
        resubmit=resubmits,
        cancel=sheet.left_at is None and state in _MAY_BE_CANCELLED and DocumentKind.CANCEL not in asked,
        give_back=any(line.left for line in lines),
        report_signed=sheet.left_at is not None and settings.sends_waybill and DocumentKind.SIGNED_FOR not in asked,
        return_lines=lines,
        apply_until=released + timedelta(days=RETURN_DAYS) if released else None,
        goods_back_until=released + timedelta(days=GOODS_BACK_DAYS) if released else None,
    )
