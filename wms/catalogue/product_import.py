"""Loads a product file in batches. Called by the command line and by the demo.

Every good row is loaded and every bad one is listed. A row is recognised by its SKU code, so the same file loaded again
changes nothing, and an import that died half way is finished by starting it again. Nothing is ever deleted: goods with
an old barcode may still lie on a shelf.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from wms.catalogue.model import LotPolicy
from wms.catalogue.product_file import COLUMNS, REQUIRED, Product, product_of
from wms.catalogue.tables import Merchant, Sku, SkuBarcode
from wms.database.transaction import Database
from wms.kernel.clock import Clock, SystemClock
from wms.kernel.csv_rows import CsvRow, ImportReport, RowFault, read_csv

BATCH_ROWS = 1_000
"""Rows per transaction: large enough to be quick, small enough that scanning goes on beside it."""

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all) after every batch."""

_skus = cast(Table, Sku.__table__)
_barcodes = cast(Table, SkuBarcode.__table__)
_merchants = cast(Table, Merchant.__table__)

_BY_CODE = select(_skus).where(_skus.c.code.in_(bindparam("codes", expanding=True)))
_BARCODES_OF = select(_barcodes).where(_barcodes.c.sku_id.in_(bindparam("sku_ids", expanding=True)))
_CHANGE_BARCODE = (
    update(_barcodes)
    .where(_barcodes.c.id == bindparam("barcode_id"))
    .values(level=bindparam("new_level"), pack_quantity=bindparam("new_pack_quantity"))
)

_OF_A_NEW_PRODUCT: Mapping[str, str | int | bool] = {
    "weight_grams": 0,
    "length_mm": 0,
    "width_mm": 0,
    "height_mm": 0,
    "lot_policy": LotPolicy.NONE,
    "tracks_serial": False,
    "hs_code": "",
    "origin_country": "",
    "article_record_no": "",
    "customs_unit": "",
    "vat_rate_bp": 0,
    "consumption_tax_rate_bp": 0,
    "handling": "",
    "picture": "",
}
"""What a column that the file does not have means for a product that is new."""


@dataclass
class _Tally:
    """What was counted in one batch; made anew when the batch is tried again."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[RowFault] = field(default_factory=list)


def import_products(
    database: Database,
    lines: Iterable[bytes],
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> ImportReport:
    """Load the product file `lines` (a file opened in binary mode; columns in `product_file.COLUMNS`).

    Raises BadInput, and changes nothing, where the file as a whole cannot be read.
    """
    file = read_csv(lines, tuple(COLUMNS), REQUIRED)
    now = (clock or SystemClock()).now()
    total = len(file.rows)
    counted = _Tally(faults=list(file.misfits))
    first_lines: dict[str, int] = {}
    for start in range(0, total, BATCH_ROWS):
        products = _checked(file.rows[start : start + BATCH_ROWS], first_lines, counted.faults)
        batch = database.in_transaction(partial(_load, products=products, now=now))
        counted.new += batch.new
        counted.changed += batch.changed
        counted.unchanged += batch.unchanged
        counted.faults += batch.faults
        if progress is not None:
            progress(min(start + BATCH_ROWS, total), total)
    faults = tuple(sorted(counted.faults, key=lambda fault: fault.line))
    refused = len({fault.line for fault in faults})
    return ImportReport(counted.new, counted.changed, counted.unchanged, refused, faults)


def _checked(rows: Sequence[CsvRow], first_lines: dict[str, int], faults: list[RowFault]) -> list[Product]:
    """The rows that are right in themselves; `first_lines` remembers every SKU code of the file."""
    products: list[Product] = []
    for row in rows:
        product = product_of(row)
        if isinstance(product, list):
            faults += product
            continue
        first = first_lines.setdefault(product.sku_code, product.line)
        if first != product.line:
            faults.append(RowFault(product.line, "sku_code", f"{product.sku_code!r} stands on line {first} already"))
            continue
        products.append(product)
    return products


def _load(session: Session, products: Sequence[Product], now: datetime) -> _Tally:
    tally = _Tally()
    merchants = {row.code: row.id for row in session.execute(select(_merchants.c.code, _merchants.c.id))}
    known = _known_skus(session, products)
    accepted: list[Product] = []
    new: list[dict[str, Any]] = []
    changed: set[str] = set()
    for product in products:
        merchant_id = merchants.get(product.merchant_code)
        sku = known.get(product.sku_code)
        if merchant_id is None:
            reason = f"there is no merchant {product.merchant_code!r}; create it first"
            tally.faults.append(RowFault(product.line, "merchant_code", reason))
        elif sku is None:
            new.append(_new_row(product, merchant_id, now))
            accepted.append(product)
        elif sku.merchant_id != merchant_id:
            reason = f"{product.sku_code!r} belongs to another merchant"
            tally.faults.append(RowFault(product.line, "merchant_code", reason))
        else:
            accepted.append(product)
            if any(sku._mapping[name] != value for name, value in product.columns.items()):
                changed.add(product.sku_code)
    if new:
        session.execute(insert(_skus), new)
    _change_skus(session, [product for product in accepted if product.sku_code in changed], now)
    sku_ids = {code: row.id for code, row in _known_skus(session, accepted).items()} if new else {}
    sku_ids |= {code: row.id for code, row in known.items()}
    changed |= _load_barcodes(session, accepted, sku_ids)
    new_codes = {row["code"] for row in new}
    tally.new = len(new_codes)
    tally.changed = len(changed - new_codes)
    tally.unchanged = len(accepted) - tally.new - tally.changed
    return tally


def _known_skus(session: Session, products: Sequence[Product]) -> dict[str, Row[Any]]:
    codes = [product.sku_code for product in products]
    return {row.code: row for row in session.execute(_BY_CODE, {"codes": codes})} if codes else {}


def _new_row(product: Product, merchant_id: int, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {**_OF_A_NEW_PRODUCT, **product.columns}
    row.setdefault("name_zh", row["name"])
    row.setdefault("net_weight_grams", row["weight_grams"])
    return row | {"code": product.sku_code, "merchant_id": merchant_id, "updated_at": now}


def _change_skus(session: Session, products: Sequence[Product], now: datetime) -> None:
    if not products:
        return
    # All rows of one file have the same columns.
    names = tuple(products[0].columns)
    statement = (
        update(_skus)
        .where(_skus.c.code == bindparam("sku_code"))
        .values({name: bindparam(f"new_{name}") for name in names} | {"updated_at": bindparam("now")})
    )
    rows = [
        {"sku_code": product.sku_code, "now": now} | {f"new_{name}": product.columns[name] for name in names}
        for product in products
    ]
    session.connection().execute(statement, rows)


def _load_barcodes(session: Session, products: Sequence[Product], sku_ids: Mapping[str, int]) -> set[str]:
    """Add and change barcodes; returns the codes of the SKUs concerned."""
    if not products:
        return set()
    wanted_ids = [sku_ids[product.sku_code] for product in products]
    known = {(row.sku_id, row.code): row for row in session.execute(_BARCODES_OF, {"sku_ids": wanted_ids})}
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    concerned: set[str] = set()
    for product in products:
        sku_id = sku_ids[product.sku_code]
        for barcode in product.barcodes:
            row = known.get((sku_id, barcode.code))
            if row is None:
                values = {"level": barcode.level, "pack_quantity": barcode.pack_quantity}
                added.append({"code": barcode.code, "sku_id": sku_id} | values)
            elif (row.level, row.pack_quantity) != (barcode.level, barcode.pack_quantity):
                values = {"new_level": barcode.level, "new_pack_quantity": barcode.pack_quantity}
                changed.append({"barcode_id": row.id} | values)
            else:
                continue
            concerned.add(product.sku_code)
    if added:
        session.execute(insert(_barcodes), added)
    if changed:
        session.connection().execute(_CHANGE_BARCODE, changed)
    return concerned
