"""The order file: its columns, and from its rows to orders as shops send them, or to everything wrong with a row. Pure.

Called by `importing`; the columns are what `wms import orders --help` prints. One row is one order line; rows of one
order share merchant and number, and what they say about the order itself must be the same in all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation

import msgspec

from wms.kernel.csv_rows import CsvRow, RowFault
from wms.kernel.errors import Fault
from wms.orders.intake import MOST_PER_LINE, NewOrder

LINE_COLUMNS: Mapping[str, str] = {
    "merchant": "required; code of the merchant who sold",
    "number": "required; the order's number, unique per merchant; rows with the same number are one order",
    "sku": "required; our code of the product",
    "quantity": f"required; whole units, 1 to {MOST_PER_LINE}",
    "unit_price": "required; price of one unit such as 12.34; 0 for a gift",
}
NOTE_COLUMNS: Mapping[str, str] = {"line_packing_note": "what the platform says about packing this line"}
ORDER_COLUMNS: Mapping[str, str] = {
    "currency": "three letters; CNY where empty",
    "ordered_at": "time such as 2025-03-31T08:15:00+08:00; without a zone it is the warehouse's time",
    "due_at": "time by which it must leave",
    "priority": "1 (first) to 9; 5 where empty",
    "freight": "charged for transport; 0 where empty",
    "discount": "paid with vouchers or points; 0 where empty",
    "tax": "tax collected in advance; 0 where empty",
    "paid": "what the buyer paid; goods + freight + tax - discount where empty",
    "buyer_account": "the buyer's account on the platform",
    "buyer_name": "real name of the buyer; needed for customs",
    "buyer_id_number": "identity number of the buyer; needed for customs",
    "buyer_phone": "needed for customs",
    "payment_transaction_id": "the payment company's number; needed for customs",
    "paid_at": "time of payment; needed for customs",
    "consignee_name": "who gets the parcel; needed for customs",
    "consignee_phone": "needed for customs",
    "consignee_address": "address, its lines separated by |; needed for customs",
    "consignee_district": "six-digit division code",
    "consignee_country": "two letters; CN where empty",
    "packing_note": "what the platform says about packing the order; the packer reads it",
    "gift": "yes where it is sent as a gift; no where empty",
}
COLUMNS: Mapping[str, str] = {**LINE_COLUMNS, **NOTE_COLUMNS, **ORDER_COLUMNS}
REQUIRED = tuple(LINE_COLUMNS)

FEE_CODES = frozenset(
    {
        *("POST", "DOT", "POSTAGE", "FREIGHT", "SHIPPING", "DELIVERY", "CARRIAGE"),
        *("M", "D", "C2", "S", "B", "MANUAL", "DISCOUNT", "ADJUST", "SAMPLES"),
        *("BANK CHARGES", "AMAZONFEE", "FEE", "CRUK"),
    }
)
"""Codes shops use for money that is not goods. Where the catalogue has a product of such a code, it is goods."""

_GIFT = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}

_WHERE = {
    "amounts.freight": "freight",
    "amounts.discount": "discount",
    "amounts.tax": "tax",
    "amounts.paid": "paid",
    "amounts.goods": "unit_price",
    "payment.transaction_id": "payment_transaction_id",
    "payment.paid_at": "paid_at",
}


@dataclass(frozen=True, slots=True)
class OrderRows:
    """The rows of one order that are goods."""

    merchant: str
    number: str
    rows: tuple[CsvRow, ...]


def is_fee(code: str) -> bool:
    """Whether a code that is no product stands for a fee."""
    return code.strip().upper() in FEE_CODES


def grouped(rows: Sequence[CsvRow]) -> list[OrderRows]:
    """Rows by order, orders as they first appear."""
    groups: dict[tuple[str, str], list[CsvRow]] = {}
    for row in rows:
        groups.setdefault((row.values["merchant"], row.values["number"]), []).append(row)
    return [OrderRows(merchant, number, tuple(group)) for (merchant, number), group in groups.items()]


def order_of(order: OrderRows, local_zone: tzinfo) -> NewOrder | list[RowFault]:
    """The order in its rows, or all their faults."""
    first = order.rows[0]
    faults = [
        RowFault(row.line, column, f"differs from line {first.line} of the same order")
        for row in order.rows[1:]
        for column in ORDER_COLUMNS
        if row.values.get(column, "") != first.values.get(column, "")
    ]
    for row in order.rows:
        faults += _line_faults(row)
    plain = _plain(order, local_zone, faults)
    if faults:
        return faults
    try:
        return msgspec.convert(plain, type=NewOrder)
    except msgspec.ValidationError as error:
        return [RowFault(first.line, "", f"order {order.number}: {error}")]


def row_fault(order: OrderRows, fault: Fault) -> RowFault:
    """A fault of an order, as its file knows it: the line it came from and the column."""
    where = fault.where
    if where.startswith("lines["):
        index, _, column = where.removeprefix("lines[").partition("]")
        return RowFault(order.rows[int(index)].line, column.removeprefix("."), fault.what)
    return RowFault(order.rows[0].line, _WHERE.get(where, where.replace(".", "_")), fault.what)


def _line_faults(row: CsvRow) -> list[RowFault]:
    """Said in words a person at a spreadsheet understands; the limits are those of `intake`."""
    faults = [RowFault(row.line, name, "is missing") for name in LINE_COLUMNS if not row.values[name]]
    quantity = _whole(row.values["quantity"])
    if row.values["quantity"] and not isinstance(quantity, int):
        faults.append(RowFault(row.line, "quantity", f"{quantity[:40]!r} is not a whole number"))
    elif isinstance(quantity, int) and quantity <= 0:
        what = f"is {quantity}; an order line is at least 1, goods that come back are a return and not an order"
        faults.append(RowFault(row.line, "quantity", what))
    elif isinstance(quantity, int) and quantity > MOST_PER_LINE:
        faults.append(RowFault(row.line, "quantity", f"is {quantity}, at most {MOST_PER_LINE} is believed"))
    price = row.values["unit_price"]
    try:
        if price and not Decimal(price) >= 0:
            faults.append(RowFault(row.line, "unit_price", f"is {price}, less than nothing"))
    except InvalidOperation:
        faults.append(RowFault(row.line, "unit_price", f"{price[:40]!r} is not an amount such as 12.34"))
    return faults


def _plain(order: OrderRows, local_zone: tzinfo, faults: list[RowFault]) -> dict[str, object]:
    first = order.rows[0]

    def text(column: str) -> str:
        return first.values.get(column, "")

    def moment(column: str) -> datetime | None:
        if not text(column):
            return None
        try:
            read = datetime.fromisoformat(text(column))
            local = read if read.tzinfo else read.replace(tzinfo=local_zone)
            return local.astimezone(UTC)
        except (ValueError, OverflowError):
            # OverflowError: in the first or last year of the calendar the moment may have no date in UTC.
            what = f"{text(column)[:40]!r} is not a time such as 2025-03-31T08:15:00+08:00"
            faults.append(RowFault(first.line, column, what))
            return None

    def gift() -> bool:
        said = _GIFT.get(text("gift").lower())
        if said is None:
            faults.append(RowFault(first.line, "gift", f"{text('gift')[:40]!r} is neither yes nor no"))
        return bool(said)

    address = [line.strip() for line in text("consignee_address").split("|")]
    return {
        "merchant": order.merchant,
        "number": order.number,
        "currency": text("currency") or "CNY",
        "ordered_at": moment("ordered_at"),
        "due_at": moment("due_at"),
        "priority": _whole(text("priority") or "5"),
        "lines": [
            {
                "sku": row.values["sku"],
                "quantity": _whole(row.values["quantity"]),
                "unit_price": row.values["unit_price"],
                "packing_note": row.values.get("line_packing_note", ""),
            }
            for row in order.rows
        ],
        "amounts": {
            "freight": text("freight") or "0",
            "discount": text("discount") or "0",
            "tax": text("tax") or "0",
            "paid": text("paid") or None,
        },
        "buyer": {
            "account": text("buyer_account"),
            "name": text("buyer_name"),
            "id_number": text("buyer_id_number"),
            "phone": text("buyer_phone"),
        },
        "payment": {"transaction_id": text("payment_transaction_id"), "paid_at": moment("paid_at")},
        "consignee": {
            "name": text("consignee_name"),
            "phone": text("consignee_phone"),
            "address": [line for line in address if line],
            "district": text("consignee_district"),
            "country": text("consignee_country") or "CN",
        },
        "packing_note": text("packing_note"),
        "is_gift": gift(),
    }


def _whole(text: str) -> int | str:
    """`text` as a whole number, or itself where it is none."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else text
