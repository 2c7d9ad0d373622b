"""Looking at stock now: searched for the supervisor's page, and what is at a place or in a container.

Reads without locking. What may be taken is decided by `wms.stock.service` when it is taken.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select
from sqlalchemy.orm import Session

from wms.catalogue.tables import Sku, SkuBarcode
from wms.containers.tables import ContainerRow
from wms.kernel.identity import normalise_gtin
from wms.places.model import PlaceKind
from wms.places.tables import PlaceRow
from wms.stock.model import BalanceKey
from wms.stock.tables import BalanceRow, LotRow

_balances = cast(Table, BalanceRow.__table__)

PAGE = 50
LONGEST_PAGE = 500
MOST_WORDS = 8
"""Each word of a search costs comparisons; nobody types more on purpose."""


@dataclass(frozen=True, slots=True)
class StockLine:
    """Units at one key as a person reads them; lot and container are empty for none."""

    key: BalanceKey
    sku_code: str
    sku_name: str
    place_code: str
    place_kind: PlaceKind
    lot_code: str
    expires_on: date | None
    container_code: str
    on_hand: int
    held: int

    @property
    def free(self) -> int:
        return self.on_hand - self.held


@dataclass(frozen=True, slots=True)
class StockPage:
    """One page of a search, and how much there is altogether."""

    lines: tuple[StockLine, ...]
    page: int
    pages: int
    total_lines: int
    total_units: int


def search_stock(
    session: Session, warehouse_id: int, words: str = "", *, page: int = 1, page_size: int = PAGE
) -> StockPage:
    """Stock at real places whose SKU, place, lot or container matches every word; all of it without words.

    A word is part of a SKU's code or name, the beginning of a place's code, or a whole barcode, lot or container code.
    A page beyond the last gives the last. In walking order, then by SKU.
    """
    page_size = max(1, min(page_size, LONGEST_PAGE))
    matching = _lines(
        warehouse_id, _balances.c.is_virtual.is_(False), *map(_matches, words.split()[:MOST_WORDS])
    ).subquery()
    total_lines, total_units = session.execute(
        select(func.count(), func.coalesce(func.sum(matching.c.on_hand), 0)).select_from(matching)
    ).one()
    pages = max(1, -(-total_lines // page_size))
    page = max(1, min(page, pages))
    rows = session.execute(
        select(matching)
        .order_by(
            matching.c.walk_order,
            matching.c.place_code,
            matching.c.sku_code,
            matching.c.expires_on,
            matching.c.lot_code,
            matching.c.container_code,
        )
        .offset((page - 1) * page_size)
        .limit(page_size)
    )
    return StockPage(tuple(map(_line, rows)), page, pages, total_lines, int(total_units))


def place_contents(session: Session, warehouse_id: int, place_id: int) -> list[StockLine]:
    """Everything at a place, loose and in containers."""
    return _all(session, _lines(warehouse_id, _balances.c.place_id == place_id))


def contents_of_container(session: Session, warehouse_id: int, container_id: UUID) -> list[StockLine]:
    """Everything in a container, wherever it stands; a parcel that left is at a customer."""
    return _all(session, _lines(warehouse_id, _balances.c.container_id == container_id))


def stock_of_sku(session: Session, warehouse_id: int, sku_id: int) -> list[StockLine]:
    """Where a SKU lies inside the building."""
    return _all(session, _lines(warehouse_id, _balances.c.sku_id == sku_id, _balances.c.is_virtual.is_(False)))


def _all(session: Session, query: Select[Any]) -> list[StockLine]:
    in_order = query.order_by(
        PlaceRow.walk_order, PlaceRow.code, Sku.code, LotRow.expires_on, LotRow.code, ContainerRow.code
    )
    return [_line(row) for row in session.execute(in_order)]


def _lines(warehouse_id: int, *conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            _balances.c.sku_id,
            _balances.c.place_id,
            _balances.c.lot_id,
            _balances.c.container_id,
            _balances.c.on_hand,
            _balances.c.held,
            Sku.code.label("sku_code"),
            Sku.name.label("sku_name"),
            PlaceRow.code.label("place_code"),
            PlaceRow.kind.label("place_kind"),
            PlaceRow.walk_order,
            LotRow.code.label("lot_code"),
            LotRow.expires_on,
            ContainerRow.code.label("container_code"),
        )
        .join(Sku, Sku.id == _balances.c.sku_id)
        .join(PlaceRow, _same(PlaceRow, _balances.c.place_id))
        .outerjoin(LotRow, _same(LotRow, _balances.c.lot_id))
        .outerjoin(ContainerRow, _same(ContainerRow, _balances.c.container_id))
        .where(_balances.c.warehouse_id == warehouse_id, _balances.c.on_hand != 0, *conditions)
    )


def _same(table: Any, key: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(table.warehouse_id == _balances.c.warehouse_id, table.id == key)


def _matches(word: str) -> ColumnElement[bool]:
    barcode = normalise_gtin(word) or word.upper()
    return or_(
        Sku.code.icontains(word, autoescape=True),
        Sku.name.icontains(word, autoescape=True),
        Sku.name_zh.icontains(word, autoescape=True),
        PlaceRow.code.istartswith(word, autoescape=True),
        LotRow.code == word,
        ContainerRow.code == word.upper(),
        _balances.c.sku_id.in_(select(SkuBarcode.sku_id).where(SkuBarcode.code == barcode)),
    )


def _line(row: Any) -> StockLine:
    return StockLine(
        key=BalanceKey(row.sku_id, row.place_id, row.lot_id, row.container_id),
        sku_code=row.sku_code,
        sku_name=row.sku_name,
        place_code=row.place_code,
        place_kind=PlaceKind(row.place_kind),
        lot_code=row.lot_code or "",
        expires_on=row.expires_on,
        container_code=row.container_code or "",
        on_hand=row.on_hand,
        held=row.held,
    )
