"""Writing into the bonded account book. Called by the writers of receiving and dispatch, by the office and by commands.

Every entry is booked for an event, and once for each event, record number and kind: whoever books again changes
nothing. Entries are never changed; a mistake is corrected by a further entry. All of it uses the caller's session.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, and_, select
from sqlalchemy.orm import Session

from wms.arrivals import service as arrivals
from wms.arrivals.model import CloseNotice
from wms.arrivals.tables import NoticeLineRow, NoticeRow
from wms.catalogue.tables import Sku
from wms.customs.model import BookKind
from wms.customs.tables import BookEntryRow, DeclarationRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.tables import OrderLineRow
from wms.places.lookup import regime_of
from wms.shipments.tables import ParcelRow

SERVICE = "service"
"""Who booked it, where a scan on the floor did."""
FALLING = frozenset({BookKind.OUTWARD, BookKind.LOSS})
BY_HAND = (BookKind.INWARD, BookKind.RETURN, BookKind.LOSS, BookKind.CORRECTION)
"""What a person may book; goods go out by release and exit only, and the opening comes from a file."""
LONGEST_DOCUMENT = 60
MOST_UNITS = 10**9


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be booked. `units` is positive, except for a correction, which may be either."""

    record_no: str
    kind: BookKind
    units: int
    document_no: str
    event: str
    note: str = ""


def event_of_notice(notice_id: UUID) -> str:
    return f"document:{notice_id}"


def event_of_parcel(parcel_id: UUID) -> str:
    return f"parcel:{parcel_id}"


OPENING_EVENT = "opening"
"""Goods that lay here before anything was recorded; everything received without a notice belongs to it."""


def book(session: Session, warehouse_id: int, entries: Iterable[NewEntry], *, who: str, now: datetime) -> int:
    """Write entries; returns how many were new."""
    statement = insert_ignoring_duplicates(
        cast(Table, BookEntryRow.__table__), session.get_bind().dialect.name
    ).returning(BookEntryRow.id)
    written = 0
    for entry in entries:
        values = {
            "warehouse_id": warehouse_id,
            "id": uuid7(),
            "record_no": entry.record_no,
            "kind": entry.kind.value,
            "quantity": -entry.units if entry.kind in FALLING else entry.units,
            "booked_at": now,
            "document_no": entry.document_no,
            "source": entry.event,
            "note": entry.note,
            "who": who,
        }
        written += session.execute(statement, values).first() is not None
    return written


def close_notice(session: Session, warehouse_id: int, effect: CloseNotice, *, now: datetime) -> Refusal | None:
    """The writer of CloseNotice: closes the notice, and books in what its papers announced.

    Not what was counted: the list with which the goods entered the zone named the announced quantities, and what is
    missing or too much is exactly what the comparison must show.
    """
    refusal = arrivals.close_notice(session, warehouse_id, effect, now=now)
    if refusal is not None or not regime_of(session, warehouse_id).needs_release:
        return refusal
    number = session.execute(
        select(NoticeRow.number).where(NoticeRow.warehouse_id == warehouse_id, NoticeRow.id == effect.notice_id)
    ).scalar_one()
    rows = session.execute(
        select(Sku.article_record_no, NoticeLineRow.expected)
        .join(Sku, Sku.id == NoticeLineRow.sku_id)
        .where(
            NoticeLineRow.warehouse_id == warehouse_id,
            NoticeLineRow.notice_id == effect.notice_id,
            Sku.article_record_no != "",
        )
    )
    totals = _totals((row.article_record_no, row.expected) for row in rows)
    event = event_of_notice(effect.notice_id)
    entries = [NewEntry(record, BookKind.INWARD, units, number, event) for record, units in totals.items()]
    book(session, warehouse_id, entries, who=SERVICE, now=now)
    return None


def book_outward(session: Session, warehouse_id: int, parcel_ids: Sequence[UUID], *, now: datetime) -> None:
    """Book out what released parcels took with them, in the transaction that moved them out of the building."""
    if not parcel_ids or not regime_of(session, warehouse_id).needs_release:
        return
    rows = session.execute(
        select(ParcelRow.id, ParcelRow.tracking_no, DeclarationRow.invt_no, Sku.article_record_no, OrderLineRow.packed)
        .join(
            OrderLineRow,
            and_(OrderLineRow.warehouse_id == ParcelRow.warehouse_id, OrderLineRow.order_id == ParcelRow.order_id),
        )
        .join(Sku, Sku.id == OrderLineRow.sku_id)
        .outerjoin(
            DeclarationRow,
            and_(DeclarationRow.warehouse_id == ParcelRow.warehouse_id, DeclarationRow.parcel_id == ParcelRow.id),
        )
        .where(
            ParcelRow.warehouse_id == warehouse_id,
            ParcelRow.id.in_(parcel_ids),
            OrderLineRow.packed > 0,
            Sku.article_record_no != "",
        )
    ).all()
    documents = {row.id: row.invt_no or row.tracking_no for row in rows}
    for parcel_id, document_no in documents.items():
        totals = _totals((row.article_record_no, row.packed) for row in rows if row.id == parcel_id)
        event = event_of_parcel(parcel_id)
        entries = [NewEntry(record, BookKind.OUTWARD, units, document_no, event) for record, units in totals.items()]
        book(session, warehouse_id, entries, who=SERVICE, now=now)


def book_by_hand(session: Session, warehouse_id: int, entry: NewEntry, *, who: str, now: datetime) -> Refusal | None:
    """Book what a paper says: a loss, a return, goods that came in, a correction.

    Refuses `book_kind`, `book_units`, `book_document`, `book_record`, `book_twice`.
    """
    if entry.kind not in BY_HAND:
        return Refusal("book_kind", {"kind": entry.kind.value})
    if not 0 < abs(entry.units) <= MOST_UNITS or (entry.units < 0 and entry.kind is not BookKind.CORRECTION):
        return Refusal("book_units", {"units": entry.units, "kind": entry.kind.value})
    if not 0 < len(entry.document_no.strip()) <= LONGEST_DOCUMENT:
        return Refusal("book_document", {"longest": LONGEST_DOCUMENT})
    if not _is_known(session, warehouse_id, entry.record_no):
        return Refusal("book_record", {"record": entry.record_no})
    if not book(session, warehouse_id, [entry], who=who, now=now):
        return Refusal("book_twice", {"record": entry.record_no, "document": entry.document_no})
    return None


def _is_known(session: Session, warehouse_id: int, record_no: str) -> bool:
    """Some product carries the number, or the book has had it."""
    of_product = select(Sku.id).where(Sku.article_record_no == record_no).limit(1)
    in_book = select(BookEntryRow.id).where(
        BookEntryRow.warehouse_id == warehouse_id, BookEntryRow.record_no == record_no
    )
    found = session.execute(of_product).first() or session.execute(in_book.limit(1)).first()
    return bool(record_no) and found is not None


def _totals(units: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    totals: Counter[str] = Counter()
    for record_no, number in units:
        totals[record_no] += number
    return totals
