"""A small warehouse for tests of orders, arrivals and shipments: places, two merchants, products, stock.

Stock is stated as text lines such as `A-01 RED 10` or `A-01 MILK 10 2026-12-01`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from wms.catalogue.tables import Merchant, Sku
from wms.database.transaction import Database
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.orders.intake import NewLine, NewOrder
from wms.orders.lookup import order_by_id
from wms.orders.model import OrderState
from wms.orders.service import take_order
from wms.places.model import NewPlace, NewWarehouse, PlaceKind
from wms.places.service import create_places, create_warehouse
from wms.places.tables import PlaceRow
from wms.stock.model import Reason, Transfer
from wms.stock.service import Ledger, Posting
from wms.stock.tables import BalanceRow, HoldRow, LotRow

NOW = datetime(2026, 11, 5, 2, 25, tzinfo=UTC)
"""10:25 in Shanghai."""

SHELVES = (
    NewPlace("A-01", PlaceKind.PICK, walk_order=10),
    NewPlace("A-02", PlaceKind.PICK, walk_order=20),
    NewPlace("A-03", PlaceKind.PICK, walk_order=30),
    NewPlace("R-01", PlaceKind.RESERVE, walk_order=5),
    NewPlace("STAGE", PlaceKind.STAGE),
    NewPlace("BUFFER", PlaceKind.BUFFER),
    NewPlace("BENCH-1", PlaceKind.BENCH),
    NewPlace("CAGE-1", PlaceKind.CAGE),
    NewPlace("LANE-1", PlaceKind.LANE),
    NewPlace("LANE-2", PlaceKind.LANE),
    NewPlace("PROBLEM", PlaceKind.PROBLEM),
)
COMPANY_COLUMNS = (
    *("platform_code", "platform_name", "company_code", "company_name"),
    *("payment_code", "payment_name"),
)
PRODUCTS = {"RED": "ACME", "BLUE": "ACME", "MILK": "ACME", "POT": "OTHER"}


def everything_may_leave(session: Session, warehouse_id: int, container_ids: frozenset[UUID]) -> dict[UUID, Refusal]:
    return {}


@dataclass(frozen=True, slots=True)
class Scene:
    """Ids by code, and how to state stock and take orders."""

    database: Database
    warehouse_id: int
    places: dict[str, int]
    skus: dict[str, int]

    def stock(self, *lines: str) -> None:
        self.database.in_transaction(lambda session: self._stock(session, lines))

    def _stock(self, session: Session, lines: tuple[str, ...]) -> None:
        ledger = Ledger(everything_may_leave)
        for line in lines:
            place, sku, quantity, *expiry = line.split()
            lot_id = self._lot(session, sku, expiry[0]) if expiry else NIL
            transfer = Transfer(
                sku_id=self.skus[sku],
                quantity=int(quantity),
                from_place_id=self.places["SUPPLIER"],
                to_place_id=self.places[place],
                reason=Reason.RECEIVED,
                lot_id=lot_id,
            )
            assert ledger.post(session, self.warehouse_id, [transfer], Posting(NOW)) is None

    def _lot(self, session: Session, sku: str, expires_on: str) -> UUID:
        values = {"warehouse_id": self.warehouse_id, "sku_id": self.skus[sku], "code": f"L{expires_on}"}
        known = session.execute(select(LotRow.id).filter_by(**values)).scalar_one_or_none()
        if known is not None:
            return known
        lot_id = uuid7()
        session.execute(
            insert(LotRow).values(id=lot_id, expires_on=date.fromisoformat(expires_on), received_at=NOW, **values)
        )
        return lot_id

    def order(self, number: str, *lines: str, merchant: str = "ACME") -> UUID:
        """Take an order of lines such as `RED 3`."""
        wanted = NewOrder(
            merchant=merchant,
            number=number,
            currency="CNY",
            lines=tuple(NewLine(line.split()[0], int(line.split()[1]), "1.00") for line in lines),
        )
        taken = self.database.in_transaction(lambda session: take_order(session, self.warehouse_id, wanted, now=NOW))
        return taken.id

    def state(self, order_id: UUID) -> OrderState:
        order = self.database.reading(lambda session: order_by_id(session, self.warehouse_id, order_id))
        assert order is not None
        return order.state

    def held(self) -> list[str]:
        """What is held where, as `A-01 RED 3`, in order of place and SKU."""
        place_codes = {place_id: code for code, place_id in self.places.items()}
        sku_codes = {sku_id: code for code, sku_id in self.skus.items()}
        rows = self.database.reading(
            lambda session: session.execute(
                select(HoldRow.place_id, HoldRow.sku_id, HoldRow.quantity).where(HoldRow.quantity > 0)
            ).all()
        )
        return sorted(f"{place_codes[row.place_id]} {sku_codes[row.sku_id]} {row.quantity}" for row in rows)

    def held_units(self) -> int:
        """Units held on balances."""
        rows = self.database.reading(lambda session: session.execute(select(BalanceRow.held)).scalars().all())
        return sum(rows)


def open_scene(database: Database, regime: str = "none") -> Scene:
    """A warehouse of `regime` with SHELVES and PRODUCTS."""

    def build(session: Session) -> Scene:
        warehouse_id = create_warehouse(session, NewWarehouse("SH1", "Test hall", customs_regime=regime))
        create_places(session, warehouse_id, SHELVES)
        merchants: dict[str, int] = {}
        for code in sorted(set(PRODUCTS.values())):
            company = dict.fromkeys(COMPANY_COLUMNS, "x")
            row = session.execute(insert(Merchant).values(code=code, name=code, **company).returning(Merchant.id))
            merchants[code] = row.scalar_one()
        skus = {
            code: session.execute(
                insert(Sku)
                .values(
                    merchant_id=merchants[merchant],
                    code=code,
                    name=code,
                    name_zh=code,
                    weight_grams=100,
                    net_weight_grams=90,
                    length_mm=10,
                    width_mm=10,
                    height_mm=10,
                    lot_policy="none",
                    tracks_serial=False,
                    hs_code="",
                    origin_country="",
                    article_record_no="",
                    customs_unit="",
                    vat_rate_bp=0,
                    consumption_tax_rate_bp=0,
                    updated_at=NOW,
                )
                .returning(Sku.id)
            ).scalar_one()
            for code, merchant in PRODUCTS.items()
        }
        rows = session.execute(select(PlaceRow.code, PlaceRow.id).where(PlaceRow.warehouse_id == warehouse_id))
        return Scene(database, warehouse_id, {row.code: row.id for row in rows}, skus)

    return database.in_transaction(build)
