"""The book against the bins on a day. Reads only. Called by the office's page, the CSV and `wms customs book`."""

from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.catalogue.tables import Sku
from wms.customs.books.booking import OPENING_EVENT, event_of_parcel
from wms.customs.books.model import BinMovement, BookEntry, BookLine, Difference, differences
from wms.customs.model import BookKind
from wms.customs.tables import BookEntryRow
from wms.kernel.identity import NIL
from wms.stock.crossings import Crossing, bins_at, crossings_until
from wms.stock.model import Reason


def book_at(session: Session, warehouse_id: int, moment: datetime) -> list[BookLine]:
    """Every article record at the end of `moment`, the differing ones first, then by number."""
    books = {
        row.record_no: int(row.units)
        for row in session.execute(
            select(BookEntryRow.record_no, func.sum(BookEntryRow.quantity).label("units"))
            .where(BookEntryRow.warehouse_id == warehouse_id, BookEntryRow.booked_at <= moment)
            .group_by(BookEntryRow.record_no)
        )
    }
    units_of_sku = bins_at(session, warehouse_id, moment)
    products: dict[str, list[tuple[str, str]]] = defaultdict(list)
    bins: Counter[str] = Counter()
    for row in session.execute(
        select(Sku.id, Sku.code, Sku.name, Sku.article_record_no).where(Sku.article_record_no != "").order_by(Sku.code)
    ):
        if row.article_record_no in books or row.id in units_of_sku:
            products[row.article_record_no].append((row.code, row.name))
            bins[row.article_record_no] += units_of_sku.get(row.id, 0)
    lines = [
        BookLine(record, tuple(products[record]), books.get(record, 0), bins[record])
        for record in sorted(books.keys() | products.keys())
    ]
    return sorted(lines, key=lambda line: line.difference == 0)


def unrecorded_at(session: Session, warehouse_id: int, moment: datetime) -> list[tuple[str, str, int]]:
    """Goods in the bins that stand under no article record at all: code, name, units."""
    units_of_sku = bins_at(session, warehouse_id, moment)
    rows = session.execute(select(Sku.id, Sku.code, Sku.name).where(Sku.article_record_no == "").order_by(Sku.code))
    return [(row.code, row.name, units_of_sku[row.id]) for row in rows if units_of_sku.get(row.id)]


def entries_of(session: Session, warehouse_id: int, record_no: str, moment: datetime) -> list[BookEntry]:
    """The book's own lines of one record up to `moment`, oldest first."""
    rows = session.scalars(
        select(BookEntryRow)
        .where(
            BookEntryRow.warehouse_id == warehouse_id,
            BookEntryRow.record_no == record_no,
            BookEntryRow.booked_at <= moment,
        )
        .order_by(BookEntryRow.booked_at, BookEntryRow.id)
    )
    return [
        BookEntry(
            record_no=row.record_no,
            kind=BookKind(row.kind),
            units=row.quantity,
            booked_at=row.booked_at,
            document_no=row.document_no,
            event=row.source,
            note=row.note,
            who=row.who,
        )
        for row in rows
    ]


def differences_of(session: Session, warehouse_id: int, record_no: str, moment: datetime) -> tuple[Difference, ...]:
    """Where book and bins of one record part, with the entries and movements behind each difference."""
    skus = {
        row.id: row.code for row in session.execute(select(Sku.id, Sku.code).where(Sku.article_record_no == record_no))
    }
    movements = (
        _movement(record_no, skus[crossing.sku_id], crossing)
        for crossing in crossings_until(session, warehouse_id, list(skus), moment)
    )
    return differences(entries_of(session, warehouse_id, record_no, moment), movements)


def _movement(record_no: str, sku_code: str, crossing: Crossing) -> BinMovement:
    return BinMovement(
        record_no=record_no,
        sku_code=sku_code,
        units=crossing.units,
        at=crossing.at,
        reason=crossing.reason.value,
        inside=crossing.inside,
        outside=crossing.outside,
        event=_event(crossing),
        movement_id=str(crossing.id),
    )


def _event(crossing: Crossing) -> str:
    """What the movement belongs to, in the words in which the book names its events."""
    if crossing.reason is Reason.SHIPPED and crossing.container_id != NIL:
        return event_of_parcel(crossing.container_id)
    if crossing.document is not None:
        return f"document:{crossing.document}"
    return OPENING_EVENT if crossing.reason is Reason.RECEIVED else f"movement:{crossing.id}"
