"""Takes the orders of a CSV file in, each in its own transaction. Called by `commands`, set-up and tests.

An order with a wrong row is refused whole: half an order must not leave the building without anybody having decided
that. Fee rows are no goods: they are left out, and said. What loads, loads once: a second run changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.database.transaction import Database
from wms.kernel.csv_rows import CsvRow, RowFault, read_csv
from wms.kernel.errors import BadInput, Conflict
from wms.orders.intake import NewOrder
from wms.orders.order_file import COLUMNS, REQUIRED, OrderRows, grouped, is_fee, order_of, row_fault
from wms.orders.service import TakenOrder, sku_ids_by_code, take_order
from wms.places.tables import Warehouse

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class OrderImportReport:
    """What an import did: orders, and every row that is not in one."""

    new: int
    known: int
    """Orders that were taken in before, with the same contents."""
    refused: int
    faults: tuple[RowFault, ...]
    """Why orders were refused."""
    fees: tuple[RowFault, ...]
    """Rows that are no goods; their orders are taken in without them."""


def no_progress(done: int, total: int) -> None:
    """For callers that show none."""


def import_orders(
    database: Database,
    warehouse_id: int,
    lines: Iterable[bytes],
    *,
    now: Callable[[], datetime],
    progress: Progress = no_progress,
) -> OrderImportReport:
    """Take in all good orders of a file opened in binary mode. Raises BadInput where it is no such file."""
    file = read_csv(lines, tuple(COLUMNS), REQUIRED)
    zone = database.reading(lambda session: _local_zone(session, warehouse_id))
    goods, fees = database.reading(lambda session: _goods_and_fees(session, file.rows))
    faults = list(file.misfits)
    orders = grouped(goods)
    with_goods = {(order.merchant, order.number) for order in orders}
    only_fees = [order for order in grouped(fees) if (order.merchant, order.number) not in with_goods]
    faults += [RowFault(order.rows[0].line, "", f"order {order.number} has no goods at all") for order in only_fees]

    counts = {"new": 0, "known": 0, "refused": len(only_fees)}
    for done, order in enumerate(orders, start=1):
        lost = file.misfit_cells.get(order.number)
        if lost is None:
            outcome, wrong = _take(database, warehouse_id, order, zone, now)
        else:
            what = f"order {order.number} is not taken in: line {lost} does not fit the columns and may be a part of it"
            outcome, wrong = "refused", [RowFault(order.rows[0].line, "", what)]
        counts[outcome] += 1
        faults += wrong
        progress(done, len(orders))
    fee_faults = tuple(
        RowFault(
            row.line, "sku", f"{row.values['sku']!r} is a fee and no goods; left out of order {row.values['number']}"
        )
        for row in fees
    )
    return OrderImportReport(
        faults=tuple(sorted(faults, key=lambda fault: (fault.line, fault.column))), fees=fee_faults, **counts
    )


def _take(
    database: Database, warehouse_id: int, order: OrderRows, zone: ZoneInfo, now: Callable[[], datetime]
) -> tuple[str, list[RowFault]]:
    wanted = order_of(order, zone)
    if isinstance(wanted, list):
        return "refused", [*wanted, _because(order, wanted)]
    try:
        taken = database.in_transaction(_taking(warehouse_id, wanted, now))
    except BadInput as error:
        faults = [row_fault(order, fault) for fault in error.faults]
        return "refused", [*faults, _because(order, faults)]
    except Conflict as error:
        return "refused", [RowFault(order.rows[0].line, "number", str(error))]
    return ("new" if taken.is_new else "known"), []


def _taking(warehouse_id: int, wanted: NewOrder, now: Callable[[], datetime]) -> Callable[[Session], TakenOrder]:
    return lambda session: take_order(session, warehouse_id, wanted, now=now())


def _because(order: OrderRows, faults: list[RowFault]) -> RowFault:
    """Tells the good rows of a refused order why they are not there either."""
    wrong = sorted({fault.line for fault in faults})
    listed = ", ".join(str(line) for line in wrong[:5]) + (", …" if len(wrong) > 5 else "")
    what = f"order {order.number} ({len(order.rows)} rows) is not taken in, because of line {listed}"
    return RowFault(order.rows[0].line, "", what)


def _local_zone(session: Session, warehouse_id: int) -> ZoneInfo:
    name = session.execute(select(Warehouse.timezone).where(Warehouse.id == warehouse_id)).scalar_one()
    return ZoneInfo(name)


def _goods_and_fees(session: Session, rows: Iterable[CsvRow]) -> tuple[list[CsvRow], list[CsvRow]]:
    """Rows of goods and rows of fees. A code of the catalogue is goods, whatever it looks like."""
    all_rows = list(rows)
    suspects: dict[str, set[str]] = {}
    for row in all_rows:
        if is_fee(row.values["sku"]):
            suspects.setdefault(row.values["merchant"], set()).add(row.values["sku"])
    products = {merchant: sku_ids_by_code(session, merchant, codes) for merchant, codes in suspects.items()}
    goods: list[CsvRow] = []
    fees: list[CsvRow] = []
    for row in all_rows:
        sku = row.values["sku"]
        known = products.get(row.values["merchant"], {})
        (fees if is_fee(sku) and sku not in known else goods).append(row)
    return goods, fees
