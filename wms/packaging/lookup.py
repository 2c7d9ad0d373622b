"""Reading materials, rules and learned weights; nothing is written. For packing, labels and pages."""

from collections.abc import Collection, Mapping
from typing import cast

from sqlalchemy import Table, bindparam, literal_column, select
from sqlalchemy.orm import Session

from wms.catalogue.model import ItemFacts
from wms.catalogue.tables import Merchant
from wms.packaging.model import NO_NEEDS, Material, MaterialKind, Needs, Packed, PackingRule
from wms.packaging.rules import GIFT, needs_of
from wms.packaging.tables import PackingMaterialRow, PackingRuleRow, ParcelMaterialRow, SkuWeightRow
from wms.packaging.weights import Learned

_weights = cast(Table, SkuWeightRow.__table__)
_rules = cast(Table, PackingRuleRow.__table__)

# Asked with every parcel that comes onto a lane, and therefore built once.
_LABEL_CHECK = (
    select(_rules.c.line_no).where(_rules.c.warehouse_id == bindparam("key_warehouse"), _rules.c.label_check).limit(1)
)

_LEARNED = select(
    _weights.c.sku_id,
    _weights.c.catalogue_grams,
    _weights.c.parcels,
    _weights.c.sum_mg,
    _weights.c.sum_of_squares,
).where(
    _weights.c.warehouse_id == bindparam("key_warehouse"), _weights.c.sku_id.in_(bindparam("sku_ids", expanding=True))
)


def materials(session: Session, warehouse_id: int) -> dict[str, Material]:
    """All materials by code; there are few."""
    rows = session.scalars(
        select(PackingMaterialRow)
        .where(PackingMaterialRow.warehouse_id == warehouse_id)
        .order_by(PackingMaterialRow.code)
    )
    return {
        row.code: Material(row.code, MaterialKind(row.kind), row.name, row.weight_grams, row.number_prefix, row.picture)
        for row in rows
    }


def rules(session: Session, warehouse_id: int) -> list[PackingRule]:
    """All rules in the sequence of their file."""
    rows = session.scalars(
        select(PackingRuleRow).where(PackingRuleRow.warehouse_id == warehouse_id).order_by(PackingRuleRow.line_no)
    )
    return [
        PackingRule(
            line=row.line_no,
            name=row.name,
            platform=row.platform,
            merchant=row.merchant,
            sku=row.sku,
            mark=row.mark,
            country=row.country,
            boxes=tuple(row.boxes.split()),
            no_boxes=tuple(row.no_boxes.split()),
            materials=tuple(row.materials.split()),
            no_materials=tuple(row.no_materials.split()),
            label_position=row.label_position,
            label_picture=row.label_picture,
            hides_prices=row.hides_prices,
            label_check=row.label_check,
            packing_list=row.packing_list,
        )
        for row in rows
    ]


def any_label_check(session: Session, warehouse_id: int) -> bool:
    """Whether any rule has people asked where a label is."""
    return session.connection().execute(_LABEL_CHECK, {"key_warehouse": warehouse_id}).first() is not None


def platforms_of(session: Session) -> dict[str, frozenset[str]]:
    """By a merchant's code, what the platform is called that he sells on."""
    query = select(Merchant.code, Merchant.platform_code, Merchant.platform_name).order_by(Merchant.code)
    return {row.code: frozenset({row.platform_code, row.platform_name} - {""}) for row in session.execute(query)}


def needs_of_order(
    session: Session, warehouse_id: int, merchant_id: int, goods: Collection[ItemFacts], country: str, *, is_gift: bool
) -> Needs:
    """What the rules ask of an order with these goods that goes to this country."""
    known = rules(session, warehouse_id)
    if not known:
        return NO_NEEDS
    merchant = session.execute(
        select(Merchant.code, Merchant.platform_code, Merchant.platform_name).where(Merchant.id == merchant_id)
    ).one()
    marks = {mark for facts in goods for mark in facts.handling.split()}
    order = Packed(
        platforms=frozenset({merchant.platform_code, merchant.platform_name} - {""}),
        merchant=merchant.code,
        skus=frozenset(facts.sku_code for facts in goods),
        marks=frozenset(marks | {GIFT} if is_gift else marks),
        country=country,
    )
    return needs_of(order, known, materials(session, warehouse_id))


def learned_weights(session: Session, warehouse_id: int, goods: Mapping[int, ItemFacts]) -> dict[int, Learned]:
    """What was weighed of products by id; nothing of those whose catalogue weight was changed since."""
    if not goods:
        return {}
    rows = session.connection().execute(_LEARNED, {"key_warehouse": warehouse_id, "sku_ids": sorted(goods)})
    return {
        row.sku_id: Learned(row.parcels, row.sum_mg, row.sum_of_squares)
        for row in rows
        if row.catalogue_grams == goods[row.sku_id].weight_grams
    }


def is_used(session: Session, warehouse_id: int, number: str) -> bool:
    """Whether a numbered piece is on some parcel already."""
    query = select(ParcelMaterialRow.code).where(
        ParcelMaterialRow.warehouse_id == warehouse_id,
        ParcelMaterialRow.number == number,
        # As its index says it, so that SQLite finds it: parcels only ever get more.
        ParcelMaterialRow.number != literal_column("''"),
    )
    return number != "" and session.execute(query).first() is not None
