"""What carriers said they would take for an order: kept before a carrier is chosen, read when one is. Reads and writes
in the caller's transaction; the asking itself is `jobs`.

A quote is advice: where a carrier does not answer, the price list counts, and its booking does not wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.carriers.model import NotPriced, Quote
from wms.carriers.rules import Asked
from wms.carriers.tables import CarrierQuoteRow
from wms.kernel.masking import scrub
from wms.kernel.money import Money

_LONGEST_WORDS = 160


@dataclass(frozen=True, slots=True)
class Said:
    """What one carrier said about one of its products."""

    account: str
    service: str
    answer: Quote | NotPriced


def keep_quotes(session: Session, warehouse_id: int, order_id: UUID, said: Sequence[Said], *, now: datetime) -> None:
    """Keep what was said; a later answer takes the place of an earlier one."""
    for each in said:
        price = each.answer.price if isinstance(each.answer, Quote) else None
        session.merge(
            CarrierQuoteRow(
                warehouse_id=warehouse_id,
                order_id=order_id,
                account_code=each.account,
                service=each.service,
                price_minor=None if price is None else price.minor,
                currency="" if price is None else price.currency,
                said=each.answer.said if isinstance(each.answer, NotPriced) else "",
                asked_at=now,
            )
        )
    session.flush()


def quotes_of(session: Session, warehouse_id: int, order_id: UUID) -> dict[tuple[str, str], Asked]:
    """By account and service."""
    rows = session.scalars(
        select(CarrierQuoteRow).where(
            CarrierQuoteRow.warehouse_id == warehouse_id, CarrierQuoteRow.order_id == order_id
        )
    )
    return {
        (row.account_code, row.service): Asked(
            None if row.price_minor is None else Money(row.price_minor, row.currency),
            # The reasons of a choice are not sealed.
            scrub(row.said)[:_LONGEST_WORDS],
        )
        for row in rows
    }
