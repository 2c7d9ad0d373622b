"""Which stock serves which order line: first expired, first out. Pure; called by `wms.orders.promises`.

Stock that expires earlier goes first. Among equal expiry one place that serves the whole rest of the line is better
than several (one walk, one scan); otherwise pick places before reserve, then the walking order. What has expired is
never promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from wms.places.model import PlaceKind
from wms.stock.model import BalanceKey


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units of a SKU that an order line still needs."""

    line_no: int
    sku_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class FreeStock:
    """Units at one key that are promised to nobody."""

    key: BalanceKey
    free: int
    kind: PlaceKind
    walk_order: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Promise:
    """Units at one key for one line."""

    line_no: int
    key: BalanceKey
    quantity: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """Units nobody can promise; `expired` of them lie there, but have expired."""

    line_no: int
    sku_id: int
    quantity: int
    expired: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """The outcome: for every wanted line, promises and shortages add up to its quantity."""

    promises: tuple[Promise, ...]
    shortages: tuple[Shortage, ...]


def allocate(wanted: Sequence[Wanted], stock: Sequence[FreeStock], today: date) -> Allocation:
    """Promise `stock` to `wanted` in the order of the lines. A unit is promised once."""
    left = {position.key: position.free for position in stock}
    promises: list[Promise] = []
    shortages: list[Shortage] = []
    for line in wanted:
        of_sku = [position for position in stock if position.key.sku_id == line.sku_id]
        sellable = [position for position in of_sku if not has_expired(position.expires_on, today)]
        missing = line.quantity
        for _, same_expiry in groupby(sorted(sellable, key=_fefo_order), key=_expiry):
            for position, quantity in _serve(missing, list(same_expiry), left):
                promises.append(Promise(line.line_no, position.key, quantity))
                left[position.key] -= quantity
                missing -= quantity
        if missing:
            expired = sum(left[position.key] for position in of_sku if has_expired(position.expires_on, today))
            shortages.append(Shortage(line.line_no, line.sku_id, missing, min(missing, expired)))
    return Allocation(tuple(promises), tuple(shortages))


def has_expired(expires_on: date | None, today: date) -> bool:
    """Goods may be sold until the day before the date on them."""
    return expires_on is not None and expires_on <= today


def _serve(missing: int, positions: Sequence[FreeStock], left: dict[BalanceKey, int]) -> list[tuple[FreeStock, int]]:
    """What to take from places of equal expiry, which are in walking order."""
    taken: list[tuple[FreeStock, int]] = []
    waiting = [position for position in positions if left[position.key] > 0]
    while missing and waiting:
        whole = next((position for position in waiting if left[position.key] >= missing), None)
        position = whole or waiting[0]
        quantity = min(missing, left[position.key])
        taken.append((position, quantity))
        waiting.remove(position)
        missing -= quantity
    return taken


def _expiry(position: FreeStock) -> date:
    # What never expires goes last.
    return position.expires_on or date.max


def _fefo_order(position: FreeStock) -> tuple[date, bool, int, BalanceKey]:
    return (_expiry(position), position.kind is not PlaceKind.PICK, position.walk_order, position.key)
