"""Gathers everything that is known about a parcel from all rooms of the house. Reads only; checks nothing.

Called by `handing_out`, in one reading transaction: what comes out is one moment of the database.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.catalogue.tables import Merchant
from wms.customs.fold import belongs, fold_steps
from wms.customs.hearing import Heard, attempts_of, hear
from wms.customs.model import WHOLE_MESSAGE_FAILURES
from wms.customs.sheets.reading import sheets_where
from wms.customs.sheets.sheet import DeclarationSheet
from wms.customs.tables import DeclarationRow
from wms.kernel.masking import masked_name
from wms.kernel.refusal import Refusal
from wms.office.evidence.floor_log import (
    People,
    audit_of,
    book_of,
    gate_answers_of,
    movements_of,
    passes_of,
    scans_of,
)
from wms.office.evidence.received import Received, received
from wms.office.evidence.sent import documents_of, messages_of
from wms.office.evidence.steps import told_steps
from wms.office.evidence.values import AttemptFold, Evidence, Subject
from wms.orders.lookup import order_by_id
from wms.orders.tables import OrderRow
from wms.places.tables import Warehouse
from wms.shipments.lookup import load_by_id, parcels_by_code
from wms.shipments.model import Parcel


def gather(session: Session, warehouse_id: int, tracking_number: str, *, now: datetime) -> Evidence | Refusal:
    """All evidence about a parcel. Refuses `parcel_not_known`, `customs_not_declared`."""
    parcels = parcels_by_code(session, warehouse_id, tracking_no=tracking_number)
    if not parcels:
        return Refusal("parcel_not_known", {"parcel": tracking_number})
    parcel = parcels[0]
    sheets = sheets_where(session, warehouse_id, DeclarationRow.parcel_id == parcel.id, limit=1)
    if not sheets:
        return Refusal("customs_not_declared", {"parcel": tracking_number})
    sheet = sheets[0]
    declaration = session.get_one(DeclarationRow, (warehouse_id, sheet.declaration_id))
    heard = [hear(session, declaration, number) for number in attempts_of(session, declaration)]
    came = received(session, declaration, sheet, heard)
    documents = documents_of(session, declaration)
    people = People(session, warehouse_id)
    gate = gate_answers_of(session, warehouse_id, parcel.id, people)
    movements = movements_of(session, warehouse_id, parcel, people)
    passes = passes_of(session, warehouse_id, parcel)
    names = {declaration.order_no, parcel.tracking_no, declaration.cop_no}
    names |= {str(one.receipt_id) for one in came.receipts} | {str(one.pass_id) for one in passes}
    return Evidence(
        subject=_subject(session, declaration, parcel),
        sheet=sheet,
        documents=documents,
        messages=messages_of(session, warehouse_id, documents),
        receipts=came.receipts,
        slips=came.slips,
        folds=_folds(session, declaration, sheet, heard, came),
        gate=tuple(line for line, _ in gate),
        scans=scans_of(session, warehouse_id, parcel, gate, movements, people, until=now),
        movements=movements,
        passes=passes,
        book=book_of(session, declaration),
        audit=audit_of(session, warehouse_id, names),
        troubles=came.troubles,
    )


def _subject(session: Session, declaration: DeclarationRow, parcel: Parcel) -> Subject:
    warehouse = session.get_one(Warehouse, declaration.warehouse_id)
    merchant = session.get(Merchant, declaration.merchant_id)
    order = order_by_id(session, declaration.warehouse_id, declaration.order_id)
    load = load_by_id(session, declaration.warehouse_id, parcel.load_id) if parcel.load_id else None
    assert order is not None, "a parcel's order stays"
    return Subject(
        warehouse=f"{warehouse.code} {warehouse.name}",
        customs_office=declaration.customs_code,
        declaring_company=f"{declaration.agent_code} {warehouse.agent_name}".strip(),
        account_book=warehouse.account_book_no,
        merchant=merchant.name if merchant else "",
        platform_code=declaration.ebp_code,
        order_no=declaration.order_no,
        ordered_at=order.ordered_at,
        taken_at=_taken_at(session, declaration),
        buyer=masked_name(order.buyer.name),
        consignee=masked_name(order.consignee.name),
        tracking_number=parcel.tracking_no,
        sscc=parcel.sscc,
        weight_grams=parcel.weight_grams,
        parcel_state=parcel.state.value,
        packed_at=parcel.closed_at,
        load=load.code if load else "",
        manifest_no=load.manifest_no if load else "",
        left_at=declaration.left_at or parcel.dispatched_at,
    )


def _taken_at(session: Session, declaration: DeclarationRow) -> datetime:
    return session.execute(
        select(OrderRow.taken_at).where(
            OrderRow.warehouse_id == declaration.warehouse_id, OrderRow.id == declaration.order_id
        )
    ).scalar_one()


def _folds(
    session: Session, declaration: DeclarationRow, sheet: DeclarationSheet, heard: Sequence[Heard], came: Received
) -> tuple[AttemptFold, ...]:
    attempts = {one.attempt: one for one in sheet.attempts}
    folds = []
    for position, one in enumerate(heard):
        number, following = one.attempt.number, heard[position + 1] if position + 1 < len(heard) else None
        entries, cancellations = one.for_fold, one.cancellations
        sent_at = declaration.sent_at
        if following is not None:
            # What came about a later submission is told there.
            entries = [
                entry
                for entry in entries
                if entry.message_type in WHOLE_MESSAGE_FAILURES or not belongs(entry, following.attempt)
            ]
            cancellations = []
            sent_at = attempts[number].sent_at if number in attempts else None
        steps = fold_steps(entries, one.attempt, sent=sent_at is not None, cancellations=cancellations)
        kept = attempts.get(number)
        folds.append(
            AttemptFold(
                number,
                kept.app_time if kept else one.attempt.app_time,
                following is None,
                told_steps(steps, came.places),
                declaration.state if following is None or kept is None else kept.state,
            )
        )
    return tuple(folds)
