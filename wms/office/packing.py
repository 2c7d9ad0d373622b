"""The page of packing: rules and whom they match, materials, boxes, learned weights, weights that were let pass.

Reads only; rules come by `wms import packing-rules`. `add_packing` is called by `views`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from wms.access.session import current_caller
from wms.access.tables import AuditRow, OperatorRow
from wms.catalogue.tables import Merchant, Sku
from wms.database.transaction import Database
from wms.office.listing import Scope
from wms.office.pages import SEES, Drawer, office_page
from wms.packaging.lookup import materials, platforms_of, rules
from wms.packaging.model import Material, PackingRule
from wms.packaging.rules import GIFT, rule_may_match
from wms.packaging.service import ODD_WEIGHT_ACCEPTED
from wms.packaging.tables import ParcelPackingRow, SkuWeightRow
from wms.packaging.weights import LEARNED_FROM, Learned
from wms.shipments.lookup import box_types
from wms.shipments.model import BoxType
from wms.shipments.tables import ParcelRow

PACKING_HOME = "/office/packing"
LINES_SHOWN = 100
_TOLD_APART_PERCENT = 5
"""A catalogue weight that is further off should be mended."""


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """One rule and whom it is for at present."""

    rule: PackingRule
    merchants: tuple[str, ...]
    """Codes of those of whom orders may fall under it."""
    products: int | None
    """How many products it is for; None where it names none."""
    names: tuple[str, ...]
    """Of the materials that must be used."""


@dataclass(frozen=True, slots=True)
class WeightSheet:
    """What was learned of one product."""

    sku: str
    name: str
    catalogue_grams: int
    learned: Learned

    @property
    def is_off(self) -> bool:
        off = abs(self.learned.mean_mg - self.catalogue_grams * 1000)
        return self.learned.is_known and off * 100 > self.catalogue_grams * 1000 * _TOLD_APART_PERCENT


@dataclass(frozen=True, slots=True)
class AcceptedSheet:
    """A parcel that weighs too much or too little, and was let pass."""

    parcel: str
    at: datetime
    who: str
    passed_by: str
    """The badge of the supervisor."""
    weight_grams: int
    expected_grams: int
    tolerance_grams: int
    suspect: str


@dataclass(frozen=True, slots=True)
class PackingBoard:
    """Everything on the page."""

    rules: Sequence[RuleSheet]
    materials: Sequence[Material]
    boxes: Sequence[BoxType]
    weights: Sequence[WeightSheet]
    accepted: Sequence[AcceptedSheet]
    learned_from: int = LEARNED_FROM


def packing_board(session: Session, scope: Scope) -> PackingBoard:
    """The page's contents."""
    known = materials(session, scope.warehouse_id)
    platforms = platforms_of(session)
    products = [
        (row.merchant, row.code, frozenset(row.handling.split()))
        for row in session.execute(
            select(Merchant.code.label("merchant"), Sku.code, Sku.handling)
            .join(Merchant, Merchant.id == Sku.merchant_id)
            .where(Sku.handling != "")
        )
    ]
    return PackingBoard(
        rules=[_sheet(rule, platforms, products, known) for rule in rules(session, scope.warehouse_id)],
        materials=list(known.values()),
        boxes=box_types(session, scope.warehouse_id),
        weights=_weights(session, scope.warehouse_id),
        accepted=_accepted(session, scope.warehouse_id),
    )


def _sheet(
    rule: PackingRule,
    platforms: Mapping[str, frozenset[str]],
    products: Sequence[tuple[str, str, frozenset[str]]],
    known: Mapping[str, Material],
) -> RuleSheet:
    merchants = tuple(code for code, names in platforms.items() if rule_may_match(rule, code, names))
    marked = None
    if rule.sku:
        marked = 1
    elif rule.mark and rule.mark != GIFT:
        marked = sum(merchant in merchants and rule.mark in marks for merchant, _, marks in products)
    return RuleSheet(rule, merchants, marked, tuple(known[code].name for code in rule.materials if code in known))


def _weights(session: Session, warehouse_id: int) -> list[WeightSheet]:
    """What differs most from the catalogue comes first."""
    rows = session.execute(
        select(Sku.code, Sku.name, Sku.weight_grams, SkuWeightRow)
        .join(SkuWeightRow, SkuWeightRow.sku_id == Sku.id)
        .where(
            SkuWeightRow.warehouse_id == warehouse_id,
            SkuWeightRow.catalogue_grams == Sku.weight_grams,
            SkuWeightRow.parcels > 0,
        )
    )
    sheets = [
        WeightSheet(code, name, grams, Learned(row.parcels, row.sum_mg, row.sum_of_squares))
        for code, name, grams, row in rows
    ]
    sheets.sort(key=lambda sheet: (not sheet.is_off, -sheet.learned.count, sheet.sku))
    return sheets[:LINES_SHOWN]


def _accepted(session: Session, warehouse_id: int) -> list[AcceptedSheet]:
    rows = session.execute(
        select(ParcelPackingRow, ParcelRow.tracking_no, OperatorRow.name, AuditRow.who)
        .join(
            ParcelRow,
            (ParcelRow.warehouse_id == ParcelPackingRow.warehouse_id) & (ParcelRow.id == ParcelPackingRow.parcel_id),
        )
        .outerjoin(
            OperatorRow,
            (OperatorRow.warehouse_id == ParcelPackingRow.warehouse_id)
            & (OperatorRow.id == ParcelPackingRow.packer_id),
        )
        .outerjoin(
            AuditRow,
            (AuditRow.warehouse_id == ParcelRow.warehouse_id)
            & (AuditRow.on_what == ParcelRow.tracking_no)
            & (AuditRow.what == ODD_WEIGHT_ACCEPTED),
        )
        .where(ParcelPackingRow.warehouse_id == warehouse_id, literal_column("is_accepted"))
        .order_by(ParcelPackingRow.at.desc())
        .limit(LINES_SHOWN)
    )
    return [
        AcceptedSheet(
            number,
            row.at,
            name or "",
            who or "",
            row.weight_grams,
            row.expected_grams,
            row.tolerance_grams,
            row.suspect,
        )
        for row, number, name, who in rows
    ]


def add_packing(views: Blueprint, database: Database, drawer: Drawer) -> None:
    """The page."""

    @views.get(PACKING_HOME)
    @office_page(drawer, *SEES)
    def packing() -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        board = database.reading(lambda session: packing_board(session, scope))
        return drawer.draw("packing.html", caller, scope, board=board, title="Packing")
