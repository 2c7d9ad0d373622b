"""The code of an order on our own papers, and text to order. For the resolver and for papers; wired in `wms.app`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind
from wms.catalogue.tables import Merchant
from wms.orders.model import OrderState
from wms.orders.tables import OrderRow

ORDER_PREFIX = "ORD-"
_LONGEST = 48
"""More would be too wide for a sheet of paper."""

_orders = cast(Table, OrderRow.__table__)
_merchants = cast(Table, Merchant.__table__)


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """An order as a scan gives it."""

    id: UUID
    number: str
    state: OrderState
    merchant: str
    """Its code."""

    @property
    def barcode(self) -> str:
        return order_barcode(self.merchant, self.number)


def order_barcode(merchant: str, number: str) -> str:
    """What our papers print of an order: ORD-<merchant>.<number>, because several merchants may use one number.

    Empty where a number cannot be printed as a barcode; then its tote is scanned.
    """
    code = f"{ORDER_PREFIX}{merchant}.{number}"
    is_printable = all(" " < character <= "~" for character in code)
    return code if is_printable and len(code) <= _LONGEST else ""


class OrderReader:
    """Reads an order by the code on our papers, or by its bare number, which is ambiguous where merchants share it."""

    kind = CodeKind.ORDER

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[NamedOrder]:
        spelled = _as_spelled(cleaned)
        numbers = _possible_numbers(cleaned.text) | _possible_numbers(spelled)
        rows = session.execute(
            select(_orders.c.id, _orders.c.number, _orders.c.state, _merchants.c.code)
            .join(_merchants, _merchants.c.id == _orders.c.merchant_id)
            .where(_orders.c.warehouse_id == warehouse_id, _orders.c.number.in_(sorted(numbers)))
        )
        found = [NamedOrder(row.id, row.number, OrderState(row.state), row.code) for row in rows]
        printed = [order for order in found if order.barcode.upper() == cleaned.text]
        whole = {cleaned.text, spelled} | {text.removeprefix(ORDER_PREFIX) for text in (cleaned.text, spelled)}
        return printed or [order for order in found if order.number in whole]


def _as_spelled(cleaned: Cleaned) -> str:
    """The text in its own small and capital letters: numbers of platforms may have both."""
    spelled = cleaned.raw.strip()[-len(cleaned.text) :]
    return spelled if spelled.upper() == cleaned.text else cleaned.text


def _possible_numbers(text: str) -> set[str]:
    """What may be the number in a code: all of it, or what follows a merchant, whose code may have dots too."""
    numbers = {text}
    if text.startswith(ORDER_PREFIX):
        rest = text.removeprefix(ORDER_PREFIX)
        numbers |= {rest} | {rest[place + 1 :] for place, letter in enumerate(rest) if letter == "."}
    return numbers - {""}
