"""Which barcodes go onto a sheet: places, products, totes and pallets, badges, commands, notices, cartons, lanes,
printers.

Reads only; `wms.labels.sheet` draws them. Called by `views`. A sheet is bounded (SHEET_LENGTH); more come as further
pages. No PIN is ever on a sheet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from scanner_ui.words import languages, words
from wms.access.tables import OperatorRow
from wms.arrivals.model import NOTICE_PREFIX, NoticeState
from wms.arrivals.tables import NoticeLineRow, NoticeRow
from wms.bench.model import PRINTER_PREFIX
from wms.bench.tables import BenchDeviceRow
from wms.catalogue.tables import Merchant, Sku, SkuBarcode
from wms.containers.model import ContainerKind
from wms.containers.tables import ContainerRow
from wms.kernel.identity import normalise_gtin
from wms.labels.model import BadgeLabel, CodeLabel, CommandLabel, ContainerLabel, PlaceLabel, SkuLabel, SmallLabel
from wms.office.listing import Count, Statement, counted
from wms.office.plain_words import word
from wms.packaging.model import MATERIAL_PREFIX
from wms.packaging.tables import PackingMaterialRow
from wms.places.model import STORAGE_KINDS, VIRTUAL_KINDS, PlaceKind
from wms.places.tables import PlaceRow, ZoneRow
from wms.shipments.model import BOX_PREFIX
from wms.shipments.tables import BoxTypeRow
from wms.stock.holdings import sku_ids_in_stock

SHEET_LENGTH = 56
"""Four pages of A4."""

NUMBERS = (1, 2, 3, 5, 10, 20, 50)
"""That have a card; any other is typed."""
COMMANDS = tuple(
    card
    for command in words("en").commands()
    for card in ([command.replace("+n", f"+{number}") for number in NUMBERS] if "+n" in command else [command])
)
"""Every command has words, for its button; so none can be without a card."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody chose on the page."""

    kind: str
    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """The labels of one page of a choice."""

    title: str
    labels: Sequence[SmallLabel]
    count: Count
    page: int
    last_page: int


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One choice on the page."""

    name: str
    words: str
    hint: str
    takes_search: bool = False


KINDS = (
    SheetKind("tour", "Everything for a first try", "Badges, deliveries, totes, places to work at, commands"),
    SheetKind("products", "Products in stock", "Code or part of a name", takes_search=True),
    SheetKind("expected", "Products of open deliveries", "Code or part of a name", takes_search=True),
    SheetKind("all-products", "All products", "Code or part of a name", takes_search=True),
    SheetKind("shelves", "Shelves", "Zone or beginning of a place code", takes_search=True),
    SheetKind("stations", "Docks, stages, benches, lanes, cages", "All places that are no shelf"),
    SheetKind("lanes", "Dispatch lanes", "Where loads are put together"),
    SheetKind("totes", "Totes", "TOT- codes"),
    SheetKind("pallets", "Pallets", "PAL- codes"),
    SheetKind("badges", "Badges", "Never with a PIN"),
    SheetKind("notices", "Open deliveries", "Advance notices that are not closed"),
    SheetKind("boxes", "Cartons", "Box types at the bench"),
    SheetKind("materials", "Packing materials", "Inserts, labels, fillings and seals at the bench"),
    SheetKind("printers", "Printers of benches", "To be stuck to each: scanned when another one is in trouble"),
    SheetKind("commands", "Commands", "Everything there is a button for"),
)


def sheet_of(session: Session, warehouse_id: int, wanted: Wanted) -> Sheet:
    """The labels somebody asked for; an unknown kind gives the tour."""
    kind = next((kind for kind in KINDS if kind.name == wanted.kind), KINDS[0])
    maker = _MAKERS.get(kind.name)
    if maker is None:
        labels = _commands() if kind.name == "commands" else _tour(session, warehouse_id)
        return Sheet(kind.words, labels, Count(len(labels)), 1, 1)
    statement, label_of = maker(warehouse_id, wanted.search.strip())
    count = counted(session, statement)
    last_page = max(1, -(-count.number // SHEET_LENGTH))
    page = min(max(1, wanted.page), last_page)
    rows = session.execute(statement.limit(SHEET_LENGTH).offset((page - 1) * SHEET_LENGTH)).all()
    return Sheet(kind.words, [label_of(row) for row in rows], count, page, last_page)


LabelOf = Callable[[Any], SmallLabel]
Maker = Callable[[int, str], tuple[Statement, LabelOf]]


def _badges(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
    statement = (
        select(OperatorRow.badge, OperatorRow.name, OperatorRow.role)
        .where(OperatorRow.warehouse_id == warehouse_id, OperatorRow.blocked_at.is_(None))
        .order_by(OperatorRow.badge)
    )
    return statement, lambda row: BadgeLabel(row.badge, row.name, row.role)


def _notices(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
    statement = (
        select(NoticeRow.number, Merchant.name)
        .join(Merchant, Merchant.id == NoticeRow.merchant_id)
        .where(NoticeRow.warehouse_id == warehouse_id, NoticeRow.state != NoticeState.CLOSED.value)
        .order_by(NoticeRow.number)
    )
    return statement, lambda row: CodeLabel(f"{NOTICE_PREFIX}{row.number}", row.number, "Delivery", row.name)


def _containers(kind: ContainerKind) -> Maker:
    def maker(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
        statement = (
            select(ContainerRow.code)
            .where(ContainerRow.warehouse_id == warehouse_id, ContainerRow.kind == kind.value)
            .order_by(ContainerRow.id)
        )
        return statement, lambda row: ContainerLabel(row.code)

    return maker


def _boxes(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
    statement = (
        select(BoxTypeRow.code, BoxTypeRow.length_mm, BoxTypeRow.width_mm, BoxTypeRow.height_mm)
        .where(BoxTypeRow.warehouse_id == warehouse_id)
        .order_by(BoxTypeRow.code)
    )
    return statement, lambda row: CodeLabel(
        f"{BOX_PREFIX}{row.code}", f"Box {row.code}", "Carton", f"{row.length_mm} × {row.width_mm} × {row.height_mm} mm"
    )


def _materials(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
    statement = (
        select(PackingMaterialRow.code, PackingMaterialRow.name, PackingMaterialRow.kind)
        .where(PackingMaterialRow.warehouse_id == warehouse_id, PackingMaterialRow.number_prefix == "")
        .order_by(PackingMaterialRow.code)
    )
    return statement, lambda row: CodeLabel(
        f"{MATERIAL_PREFIX}{row.code}", row.name, "Packing material", row.kind.capitalize()
    )


def _printers(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
    statement = (
        select(BenchDeviceRow.bench, BenchDeviceRow.name)
        .where(BenchDeviceRow.warehouse_id == warehouse_id, BenchDeviceRow.medium.is_not(None))
        .order_by(BenchDeviceRow.bench, BenchDeviceRow.position)
    )
    return statement, lambda row: CodeLabel(
        f"{PRINTER_PREFIX}{row.bench}-{row.name}".upper(), row.name, "Printer", row.bench
    )


def _places(*kinds: PlaceKind) -> Maker:
    def maker(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
        statement = (
            select(PlaceRow.code, PlaceRow.check_digits, PlaceRow.kind, ZoneRow.name.label("zone"))
            .outerjoin(ZoneRow, and_(ZoneRow.warehouse_id == PlaceRow.warehouse_id, ZoneRow.id == PlaceRow.zone_id))
            .where(PlaceRow.warehouse_id == warehouse_id, PlaceRow.kind.in_([kind.value for kind in kinds]))
            .order_by(PlaceRow.walk_order, PlaceRow.code)
        )
        if search:
            statement = statement.where(
                or_(PlaceRow.code.istartswith(search, autoescape=True), ZoneRow.code == search.upper())
            )
        return statement, lambda row: PlaceLabel(row.code, row.check_digits, row.zone or word(row.kind))

    return maker


def _all_products(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
    one_code = (
        select(SkuBarcode.code)
        .where(SkuBarcode.sku_id == Sku.id, SkuBarcode.pack_quantity == 1)
        .order_by(SkuBarcode.id)
        .limit(1)
        .scalar_subquery()
    )
    statement = select(Sku.code, Sku.name, one_code.label("barcode")).order_by(Sku.code)
    if search:
        statement = statement.where(
            or_(Sku.code.istartswith(search, autoescape=True), Sku.name.icontains(search, autoescape=True))
        )
    return statement, _sku_label


def _products_in_stock(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
    statement, label_of = _all_products(warehouse_id, search)
    return statement.where(Sku.id.in_(sku_ids_in_stock(warehouse_id))), label_of


def _expected_products(warehouse_id: int, search: str) -> tuple[Statement, LabelOf]:
    statement, label_of = _all_products(warehouse_id, search)
    expected = (
        select(NoticeLineRow.sku_id)
        .join(
            NoticeRow,
            and_(NoticeRow.warehouse_id == NoticeLineRow.warehouse_id, NoticeRow.id == NoticeLineRow.notice_id),
        )
        .where(NoticeRow.warehouse_id == warehouse_id, NoticeRow.state != NoticeState.CLOSED.value)
    )
    return statement.where(Sku.id.in_(expected)), label_of


def _sku_label(row: Any) -> SkuLabel:
    """With the goods' own GTIN where they carry one that its symbol can show."""
    gtin = row.barcode if row.barcode and normalise_gtin(row.barcode) == row.barcode else None
    return SkuLabel(row.code, row.name, gtin)


def _commands() -> list[SmallLabel]:
    """A card hangs on a wall for everybody: it speaks every language of the house."""
    return [CommandLabel(command, " · ".join(_said(command))) for command in COMMANDS]


def _said(command: str) -> list[str]:
    """What a card says, each text once."""
    return list(dict.fromkeys(words(language).action(command) for language in languages()))


def _tour(session: Session, warehouse_id: int) -> list[SmallLabel]:
    """A little of everything, in the order in which a first parcel needs it."""
    labels: list[SmallLabel] = []
    for name, most in _TOUR:
        statement, label_of = _MAKERS[name](warehouse_id, "")
        labels += [label_of(row) for row in session.execute(statement.limit(most))]
    return labels + [label for label in _commands() if isinstance(label, CommandLabel) and label.command in _TRIED]


_TOUR = (
    ("badges", 6), ("notices", 3), ("pallets", 2), ("expected", 6), ("shelves", 6), ("totes", 3),
    ("stations", 10), ("boxes", 4),
)  # fmt: skip
_TRIED = ("*HOME*", "*NEXT*", "*UNDO*", "*DONE*", "*SHORT*", "*QTY+5*")
_STATIONS = tuple(kind for kind in PlaceKind if kind not in VIRTUAL_KINDS and kind not in STORAGE_KINDS)

_MAKERS: dict[str, Maker] = {
    "badges": _badges,
    "notices": _notices,
    "totes": _containers(ContainerKind.TOTE),
    "pallets": _containers(ContainerKind.PALLET),
    "boxes": _boxes,
    "materials": _materials,
    "printers": _printers,
    "shelves": _places(*sorted(STORAGE_KINDS)),
    "stations": _places(*_STATIONS),
    "lanes": _places(PlaceKind.LANE),
    "products": _products_in_stock,
    "expected": _expected_products,
    "all-products": _all_products,
}
