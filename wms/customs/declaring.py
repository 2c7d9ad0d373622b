"""Declares a closed parcel to customs.

`declare_parcel` is the writer of the packing workflow's effect, registered in `wms.app`; it runs in the scan's
transaction. What is wrong with the data is nothing the packer could mend: the parcel is closed all the same, and the
gate says what stops it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from wms.customs.checks.checking import check_order
from wms.customs.effects import DeclareParcel
from wms.customs.model import DeclarationState, as_return_time
from wms.customs.sending.attempts import latest_word
from wms.customs.sending.numbers import new_cop_no
from wms.customs.sending.preparing import documents_of_attempt, open_attempt
from wms.customs.standing import locked
from wms.customs.tables import DeclarationRow
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.lookup import order_by_id
from wms.places.lookup import regime_of
from wms.shipments.lookup import parcels_by_id


def declare_parcel(session: Session, warehouse_id: int, effect: DeclareParcel, *, now: datetime) -> Refusal | None:
    """Declare the parcel where its warehouse's regime asks for that, once. Never refuses a scan.

    Its order is checked with it. Where all agree and no paper is missing, the documents join the queue at once;
    otherwise as soon as somebody has mended what stops them.
    """
    if not regime_of(session, warehouse_id).needs_release:
        return None
    parcel = parcels_by_id(session, warehouse_id, [effect.parcel_id])[effect.parcel_id]
    is_known = exists().where(DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.parcel_id == parcel.id)
    if not session.scalar(select(is_known)):
        order = order_by_id(session, warehouse_id, parcel.order_id)
        assert order is not None, f"parcel {parcel.tracking_no} has no order"
        declaration = _new_declaration(warehouse_id, parcel.id, order.id, order.number, now)
        _follow(session, declaration, now)
        session.add(declaration)
        session.flush()
        open_attempt(session, declaration, now=now)
    check_order(session, warehouse_id, parcel.order_id, now=now)
    return None


def _follow(session: Session, declaration: DeclarationRow, now: datetime) -> None:
    """An order whose parcel was opened again is declared anew: one attempt further, later than all that went before.

    Its order and payment bear the same numbers as then, and old answers to them must not count for the new ones.
    """
    same_order = (DeclarationRow.order_no == declaration.order_no) & (DeclarationRow.order_id == declaration.order_id)
    earlier = locked(session, declaration.warehouse_id, same_order)
    if earlier:
        last = max(earlier, key=lambda one: one.attempt)
        declaration.attempt = last.attempt + 1
        declaration.app_time = latest_word(last, documents_of_attempt(session, last).values(), now=now)


def _new_declaration(
    warehouse_id: int, parcel_id: UUID, order_id: UUID, order_no: str, now: datetime
) -> DeclarationRow:
    return DeclarationRow(
        warehouse_id=warehouse_id,
        id=uuid7(),
        parcel_id=parcel_id,
        order_id=order_id,
        merchant_id=0,
        order_no=order_no,
        tracking_number="",
        buyer_digest="",
        dutiable_minor=0,
        cop_no=new_cop_no(),
        agent_code="",
        ebp_code="",
        ebc_code="",
        customs_code="",
        pre_no=None,
        invt_no=None,
        state=DeclarationState.PENDING,
        state_since=now,
        status="",
        said="",
        anomalies="",
        open_holds=0,
        stopped_by=0,
        attempt=1,
        app_time=as_return_time(now),
        created_at=now,
        sent_at=None,
        released_at=None,
        left_at=None,
    )
