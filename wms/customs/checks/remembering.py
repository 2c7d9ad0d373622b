"""What is known around an order when it is checked: who used its numbers before, what its buyer bought this year.

Called by `checking`. Reads only. We know what went through our own warehouses; customs sums over all platforms.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from wms.catalogue.tables import Sku
from wms.customs.checks.gathering import Case
from wms.customs.model import CHINA_TIME, DeclarationState, DocumentKind
from wms.customs.payment.payments import payment_known
from wms.customs.regimes.china.building import goods_of
from wms.customs.regimes.china.limits import dutiable_value
from wms.customs.regimes.china.papers import Known, RuleSettings, UsedKey
from wms.customs.regimes.china.rule_book import RuleBook
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.database.sealed import vault_of
from wms.orders.tables import OrderLineRow
from wms.places.tables import Warehouse

_GIVEN_BACK = (DeclarationState.REJECTED, DeclarationState.RETURNED, DeclarationState.CANCELLED)
"""States in which what was bought does not count towards the buyer's year."""
_OF_ONE_PARCEL = (DocumentKind.ORDER, DocumentKind.LOGISTICS)


def known_about(session: Session, warehouse_id: int, case: Case, *, on: date, book: RuleBook) -> Known:
    """What the rules need besides the papers, for the order's own warehouse and day."""
    stated = case.facts.stated_payment
    payment = payment_known(
        session,
        warehouse_id,
        case.order.merchant_id,
        case.facts.order_no,
        case.facts.platform.code,
        stated=(stated.company.code, stated.transaction_id) if stated else ("", ""),
    )
    digest = buyer_digest(session, case)
    return Known(
        on=on,
        settings=book.settings,
        goods=goods_of(case.facts),
        registered_names=book.registered_names,
        payment_company=payment.payment_company,
        payee_name=payment.payee_name,
        payee_account=payment.payee_account,
        other_payments=payment.other_payments,
        used_keys=(*payment.used_keys, *_used_keys(session, warehouse_id, case)),
        spent_this_year=_spent(session, case, digest, on),
        positive_lists=book.positive_lists,
        statutory_units=book.statutory_units,
        bought_this_year=_bought(session, case, digest, on, book.settings),
    )


def buyer_digest(session: Session, case: Case) -> str:
    """The same for all orders of one identity number, which it does not betray."""
    number = case.facts.buyer.id_number.strip().upper()
    return vault_of(session.get_bind().dialect).digest(number) if number else ""


def dutiable_minor(case: Case, settings: RuleSettings) -> int:
    """What the order counts towards its buyer's limits, in fen."""
    facts = case.facts
    value = dutiable_value(
        facts.goods.as_decimal(),
        facts.freight.as_decimal(),
        facts.insurance.as_decimal(),
        facts.discount.as_decimal(),
        discount_lowers=settings.discount_lowers_value,
    )
    return int(value.scaleb(2))


def _used_keys(session: Session, warehouse_id: int, case: Case) -> tuple[UsedKey, ...]:
    """The order's and the waybill's number in documents of other orders."""
    facts = case.facts
    keys = {DocumentKind.ORDER: (facts.platform.code, facts.order_no)}
    if facts.tracking_number:
        keys[DocumentKind.LOGISTICS] = (facts.carrier.code, facts.tracking_number)
    rows = session.execute(
        select(DocumentRow.kind, DocumentRow.company_key, DocumentRow.number_key, DeclarationRow.order_no)
        .join(
            DeclarationRow,
            (DeclarationRow.warehouse_id == DocumentRow.warehouse_id)
            & (DeclarationRow.id == DocumentRow.declaration_id),
        )
        .where(
            DocumentRow.warehouse_id == warehouse_id,
            DocumentRow.number_key.in_([number for _, number in keys.values()]),
            DocumentRow.kind.in_(_OF_ONE_PARCEL),
            DeclarationRow.order_id != case.order.id,
        )
        .distinct()
    )
    return tuple(
        UsedKey(DocumentKind(row.kind), row.company_key, row.number_key, used_for=row.order_no)
        for row in rows
        if keys.get(DocumentKind(row.kind)) == (row.company_key, row.number_key)
    )


def _others_of_buyer(case: Case, digest: str, on: date) -> tuple[ColumnElement[bool], ...]:
    """Conditions for the buyer's other declarations of the calendar year in China."""
    year = [datetime(on.year + more, 1, 1, tzinfo=CHINA_TIME).astimezone(UTC) for more in (0, 1)]
    return (
        # Named, so that the index by warehouse and buyer serves.
        DeclarationRow.warehouse_id.in_(select(Warehouse.id)),
        DeclarationRow.buyer_digest == digest,
        DeclarationRow.order_id != case.order.id,
        DeclarationRow.state.not_in(_GIVEN_BACK),
        DeclarationRow.created_at >= year[0],
        DeclarationRow.created_at < year[1],
    )


def _spent(session: Session, case: Case, digest: str, on: date) -> Decimal:
    if not digest:
        return Decimal(0)
    minor = session.execute(
        select(func.coalesce(func.sum(DeclarationRow.dutiable_minor), 0)).where(*_others_of_buyer(case, digest, on))
    ).scalar_one()
    return Decimal(int(minor)).scaleb(-2)


def _bought(session: Session, case: Case, digest: str, on: date, settings: RuleSettings) -> Mapping[str, Decimal]:
    """Kilograms of the goods that are limited by the year; asked only where the order has such goods."""
    limited = [
        digits
        for digits in settings.yearly_kilograms
        if any(line.hs_code.startswith(digits) for line in case.facts.ordered)
    ]
    if not limited or not digest:
        return {}
    rows = session.execute(
        select(Sku.hs_code, func.sum(OrderLineRow.packed * Sku.net_weight_grams).label("grams"))
        .join(OrderLineRow, OrderLineRow.sku_id == Sku.id)
        .join(
            DeclarationRow,
            (DeclarationRow.warehouse_id == OrderLineRow.warehouse_id)
            & (DeclarationRow.order_id == OrderLineRow.order_id),
        )
        .where(*_others_of_buyer(case, digest, on), or_(*(Sku.hs_code.startswith(digits) for digits in limited)))
        .group_by(Sku.hs_code)
    )
    bought = dict.fromkeys(limited, Decimal(0))
    for row in rows:
        for digits in limited:
            if row.hs_code.startswith(digits):
                bought[digits] += Decimal(int(row.grams)).scaleb(-3)
    return bought
