"""What lies where, for people: positions with SKU, place, lot, date, container, held and free.

Called by `wms.office`.

Gives statements and not rows, so that the caller counts and pages the very same query. Virtual places are left out:
nothing lies in them.
"""

from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, case, false, func, or_, select

from wms.catalogue.model import SKU_PREFIX
from wms.catalogue.tables import Sku, SkuBarcode
from wms.containers.model import ContainerUse
from wms.containers.tables import ContainerRow
from wms.kernel.identity import NIL, normalise_gtin
from wms.places.model import PLACE_PREFIX
from wms.places.tables import PlaceRow
from wms.stock.tables import BalanceRow, LotRow

_balances = cast(Table, BalanceRow.__table__)
_lots = cast(Table, LotRow.__table__)
_places = cast(Table, PlaceRow.__table__)
_containers = cast(Table, ContainerRow.__table__)
_skus = cast(Table, Sku.__table__)
_barcodes = cast(Table, SkuBarcode.__table__)


_IN_WORK = or_(
    func.coalesce(_containers.c.use.in_([ContainerUse.PICKING.value, ContainerUse.PACKING.value]), false()),
    # A parcel is no container of ours.
    and_(_containers.c.id.is_(None), _balances.c.container_id != NIL),
)
"""In the tote or the parcel of an order: it is nobody else's, though no promise stands on it any more."""


def positions(warehouse_id: int, search: str = "", *, expires_by: date | None = None) -> Select[*tuple[Any, ...]]:
    """Positions with stock, by SKU and then in walking order.

    `search` is the beginning of a SKU's, place's or container's code, part of a product's name, or a whole barcode, in
    any case and as scanned or typed. `expires_by` leaves only lots whose date comes no later.
    """
    statement = (
        select(
            _skus.c.code.label("sku_code"),
            _skus.c.name.label("sku_name"),
            _places.c.code.label("place_code"),
            _places.c.kind.label("place_kind"),
            _lots.c.code.label("lot_code"),
            _lots.c.expires_on,
            _containers.c.code.label("container_code"),
            _balances.c.on_hand,
            _balances.c.held,
            case((_IN_WORK, 0), else_=_balances.c.on_hand - _balances.c.held).label("free"),
            case((_IN_WORK, _balances.c.on_hand), else_=0).label("in_work"),
        )
        .select_from(_balances)
        .join(_skus, _skus.c.id == _balances.c.sku_id)
        .join(_places, (_places.c.warehouse_id == _balances.c.warehouse_id) & (_places.c.id == _balances.c.place_id))
        .outerjoin(_lots, (_lots.c.warehouse_id == _balances.c.warehouse_id) & (_lots.c.id == _balances.c.lot_id))
        .outerjoin(
            _containers,
            (_containers.c.warehouse_id == _balances.c.warehouse_id) & (_containers.c.id == _balances.c.container_id),
        )
        .where(_balances.c.warehouse_id == warehouse_id, _balances.c.on_hand > 0, _balances.c.is_virtual.is_(False))
        .order_by(_skus.c.code, _places.c.walk_order, _places.c.code, _balances.c.lot_id, _balances.c.container_id)
    )
    if expires_by is not None:
        statement = statement.where(_lots.c.expires_on <= expires_by)
    text = search.strip()
    return statement.where(_matches(warehouse_id, text)) if text else statement


def sku_ids_in_stock(warehouse_id: int) -> Select[*tuple[Any, ...]]:
    """The SKUs of which the building holds anything."""
    return (
        select(_balances.c.sku_id)
        .where(_balances.c.warehouse_id == warehouse_id, _balances.c.on_hand > 0, _balances.c.is_virtual.is_(False))
        # Grouped and not DISTINCT: whoever counts it replaces the columns.
        .group_by(_balances.c.sku_id)
    )


def _matches(warehouse_id: int, text: str) -> ColumnElement[bool]:
    upper = text.upper()
    sku_code, place_code = upper.removeprefix(SKU_PREFIX), upper.removeprefix(PLACE_PREFIX)
    barcode = normalise_gtin(text.replace(" ", "")) or upper
    of_barcode = select(_barcodes.c.sku_id).where(_barcodes.c.code == barcode)
    # A prefixed code means one kind of thing and nothing else.
    if sku_code != upper:
        return _skus.c.code.istartswith(sku_code, autoescape=True)
    if place_code != upper:
        return _places.c.code.istartswith(place_code, autoescape=True)
    return or_(
        _skus.c.code.istartswith(upper, autoescape=True),
        _skus.c.name.icontains(text, autoescape=True),
        _skus.c.name_zh.icontains(text, autoescape=True),
        _places.c.code.istartswith(upper, autoescape=True),
        _containers.c.code.istartswith(upper, autoescape=True),
        _balances.c.sku_id.in_(of_barcode),
    )
