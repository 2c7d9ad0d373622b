"""Limits of the channel: one transaction, one buyer and year.

Called by `goods_rules`, `money_rules`, `value` and `wms.customs.checks.remembering`. Pure. We know only what went
through this warehouse, so the yearly limit warns and never stops: customs sums over all platforms and decides.
"""

from decimal import Decimal
from enum import StrEnum


class SingleLimit(StrEnum):
    """How one transaction stands to the limit."""

    INSIDE = "inside"
    ONE_ITEM = "one_item"
    """Above it, but one indivisible item: allowed, with duty and taxes in full."""
    OVER = "over"


def dutiable_value(
    goods: Decimal, freight: Decimal, insurance: Decimal, discount: Decimal, *, discount_lowers: bool
) -> Decimal:
    """What the limits count and the tax is taken of. The goods value already holds what was paid with vouchers."""
    return goods + freight + insurance - (discount if discount_lowers else Decimal(0))


def single_limit_of(value: Decimal, units: Decimal, limit: Decimal) -> SingleLimit:
    """How a transaction of `value` with so many units stands to `limit`; the limit itself is still inside."""
    if value <= limit:
        return SingleLimit.INSIDE
    return SingleLimit.ONE_ITEM if units == 1 else SingleLimit.OVER
