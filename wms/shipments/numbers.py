"""Numbers that are given out once: SSCC, tracking, load and manifest numbers. Called by `service` and by set-up.

A number is drawn by moving its row on, in the caller's transaction; that makes two closing parcels wait for each other
for the rest of their transactions, which is why no number is drawn in the pick path. A drawn number whose transaction
fails is drawn again; one whose parcel is cancelled is not: GS1 and carriers forbid using it again.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.identity import sscc
from wms.kernel.refusal import Refusal
from wms.shipments.model import LOAD_PREFIX
from wms.shipments.tables import NumberRangeRow
from wms.shipments.tracking import s10

_ranges: Any = NumberRangeRow.__table__

MOST_WAREHOUSES = 100
"""Warehouses share the company prefix and the carrier's numbers, so each gets a hundredth of them."""


class NumberPurpose(StrEnum):
    """What numbers are given out for."""

    SSCC = "sscc"
    TRACKING = "tracking"
    LOAD = "load"
    MANIFEST = "manifest"


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The numbers a warehouse may give out for one purpose; `prefix` and `suffix` stand around each."""

    purpose: NumberPurpose
    first_value: int
    last_value: int
    prefix: str = ""
    suffix: str = ""


def default_ranges(
    warehouse_id: int, company_prefix: str, *, tracking_service: str = "CP", tracking_country: str = "CN"
) -> tuple[NumberRange, ...]:
    """The ranges of a new warehouse. Raises ValueError where no hundredth is left for it."""
    if not 0 <= warehouse_id < MOST_WAREHOUSES:
        raise ValueError(
            f"warehouse {warehouse_id} needs ranges of its own: only {MOST_WAREHOUSES} have one by default"
        )
    serials = 10 ** (16 - len(company_prefix)) // MOST_WAREHOUSES
    if serials < 1:
        raise ValueError(f"company prefix {company_prefix} leaves no serials to share")
    tracking = 10**8 // MOST_WAREHOUSES
    return (
        NumberRange(NumberPurpose.SSCC, warehouse_id * serials, (warehouse_id + 1) * serials - 1, company_prefix),
        NumberRange(
            NumberPurpose.TRACKING,
            warehouse_id * tracking,
            (warehouse_id + 1) * tracking - 1,
            tracking_service,
            tracking_country,
        ),
        NumberRange(NumberPurpose.LOAD, 1, 10**9, LOAD_PREFIX),
        NumberRange(NumberPurpose.MANIFEST, 1, 10**9, "MAN-"),
    )


def set_up_number_ranges(session: Session, warehouse_id: int, ranges: tuple[NumberRange, ...]) -> None:
    """Add the ranges of a warehouse; those it has stay as they are, or numbers would be given out twice."""
    for each in ranges:
        session.execute(
            insert_ignoring_duplicates(_ranges, session.get_bind().dialect.name).values(
                warehouse_id=warehouse_id,
                purpose=each.purpose.value,
                prefix=each.prefix,
                suffix=each.suffix,
                next_value=each.first_value,
                last_value=each.last_value,
            )
        )


def draw_number(session: Session, warehouse_id: int, purpose: NumberPurpose) -> str | Refusal:
    """The next number, complete with prefix and check digit. Refuses `numbers_used_up`."""
    row = session.execute(
        update(_ranges)
        .where(
            _ranges.c.warehouse_id == warehouse_id,
            _ranges.c.purpose == purpose.value,
            _ranges.c.next_value <= _ranges.c.last_value,
        )
        .values(next_value=_ranges.c.next_value + 1)
        .returning(_ranges.c.next_value, _ranges.c.prefix, _ranges.c.suffix)
    ).first()
    if row is None:
        return Refusal("numbers_used_up", {"purpose": purpose.value})
    value: int = row.next_value - 1
    if purpose is NumberPurpose.SSCC:
        return sscc(0, row.prefix, value)
    if purpose is NumberPurpose.TRACKING:
        return s10(row.prefix, value, row.suffix)
    return f"{row.prefix}{value}{row.suffix}"
