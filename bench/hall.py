"""A warehouse to measure in: articles on shelves, people, work made ready. Called by `bench.cases`.

Everything is written through the services of the product, except the release by customs: a parcel's declaration is made
as packing makes it and then set to released, because waiting for the simulated port is not what is measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.support.floor import new_order
from wms.access.model import Role, command_line
from wms.access.pins import Pins
from wms.access.service import create_operator
from wms.app import House
from wms.arrivals.intake import NewNotice, NewNoticeLine
from wms.arrivals.service import create_notice
from wms.catalogue.model import LotPolicy, NewMerchant
from wms.catalogue.service import create_merchant
from wms.catalogue.tables import Sku, SkuBarcode
from wms.containers.model import ContainerKind, ContainerUse
from wms.containers.service import create_container
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel
from wms.customs.model import DeclarationState
from wms.customs.tables import DeclarationRow
from wms.kernel.identity import gs1_check_digit, uuid7
from wms.orders.model import OrderState
from wms.orders.promises import allocate_order
from wms.orders.service import take_order
from wms.orders.tables import OrderLineRow, OrderRow
from wms.places.layout import ShelfLayout
from wms.places.lookup import the_place
from wms.places.model import NewPlace, NewWarehouse, PlaceKind
from wms.places.service import create_places, create_warehouse
from wms.shipments.model import BoxType, CloseParcel
from wms.shipments.numbers import default_ranges, set_up_number_ranges
from wms.shipments.service import add_box_type, close_parcel
from wms.shipments.tables import ParcelRow
from wms.stock.audit import audit
from wms.stock.model import Reason, Transfer
from wms.stock.service import Posting
from wms.stock.tables import JournalRow

ARTICLES = 400
HOT = ARTICLES
"""The article everybody wants, at a place of its own."""

PEOPLE = 16
LANES = 17
PIN = "2468"
PLENTY = 1_000_000
IN_ONE_TRANSACTION = 50


def badge_of(person: int) -> str:
    return f"EMP-{person + 1}"


def code_of(article: int) -> str:
    return f"ART-{article:04d}"


def gtin_of(article: int) -> str:
    body = f"952{article:09d}"
    return body + gs1_check_digit(body)


@dataclass
class Hall:
    """The warehouse and counters of what was made in it."""

    house: House
    warehouse_id: int = 0
    sku_ids: list[int] = field(default_factory=list)
    place_ids: list[int] = field(default_factory=list)
    """Home place of each article, by number."""
    _made: int = 0

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    def build(self) -> None:
        """Make the warehouse, its people and its stock."""
        pin_hash = Pins().hash(PIN)
        self.house.database.in_transaction(lambda session: self._build(session, pin_hash))

    def _build(self, session: Session, pin_hash: str) -> None:
        texts = {
            "agent_code": "9999980005", "agent_name": "样例报关公司", "area_code": "9999980006",
            "area_name": "样例仓储公司", "account_book_no": "T99990000001", "customs_office": "9999",
            "logistics_code": "9999980004", "logistics_name": "样例物流公司", "address": "样例园区 1 号",
        }  # fmt: skip
        self.warehouse_id = create_warehouse(session, NewWarehouse("BENCH", "Bench", customs_regime="china", **texts))
        shelves = ShelfLayout("A", PlaceKind.PICK, aisles=20, bays=(ARTICLES + 20) // 20)
        self.place_ids = create_places(session, self.warehouse_id, shelves.places())[: ARTICLES + 1]
        others = [
            NewPlace("STAGE", PlaceKind.STAGE), NewPlace("PROBLEM", PlaceKind.PROBLEM),
            NewPlace("BUFFER", PlaceKind.BUFFER), NewPlace("BENCH-1", PlaceKind.BENCH),
            NewPlace("CAGE-1", PlaceKind.CAGE),
            *(NewPlace(f"LANE-{number}", PlaceKind.LANE) for number in range(LANES)),
        ]  # fmt: skip
        create_places(session, self.warehouse_id, others)
        merchant_id = create_merchant(
            session,
            NewMerchant("ACME", "Acme", "9999960001", "样例平台", "9999960002", "样例电商", "9999960003", "样例支付"),
        )
        for article in range(ARTICLES + 1):
            self.sku_ids.append(self._article(session, merchant_id, article))
        add_box_type(session, self.warehouse_id, BoxType("S", 200, 150, 100, 50))
        set_up_number_ranges(session, self.warehouse_id, default_ranges(self.warehouse_id, "9521234"))
        by = command_line(self.warehouse_id)
        for person in range(PEOPLE):
            create_operator(
                session, by, badge=badge_of(person), name=f"Person {person}", role=Role.ADMIN, pin_hash=pin_hash,
                now=self.now,
            )  # fmt: skip
        supplier = the_place(session, self.warehouse_id, PlaceKind.SUPPLIER).id
        self._post(
            session,
            [
                Transfer(sku_id, PLENTY, supplier, place_id, Reason.MOVED)
                for sku_id, place_id in zip(self.sku_ids, self.place_ids, strict=True)
            ],
        )

    def _article(self, session: Session, merchant_id: int, article: int) -> int:
        sku = Sku(
            merchant_id=merchant_id, code=code_of(article), name=f"Article {code_of(article)}", name_zh="样例商品",
            weight_grams=100, length_mm=100, width_mm=20, height_mm=20, lot_policy=LotPolicy.NONE, tracks_serial=False,
            hs_code="9603210000", origin_country="116", article_record_no="1", customs_unit="011", vat_rate_bp=1300,
            consumption_tax_rate_bp=0, net_weight_grams=90, updated_at=self.now,
        )  # fmt: skip
        session.add(sku)
        session.flush()
        session.add(SkuBarcode(code=gtin_of(article).rjust(14, "0"), sku_id=sku.id, level="each", pack_quantity=1))
        return sku.id

    def _post(self, session: Session, transfers: Sequence[Transfer]) -> None:
        refusal = self.house.ledger.post(session, self.warehouse_id, transfers, Posting(self.now))
        assert refusal is None, f"making stock ready was refused: {refusal}"

    def number(self) -> int:
        """A number nothing in this hall has had yet."""
        self._made += 1
        return self._made

    # -- work for the handhelds -----------------------------------------------------------------------------------

    def notice(self, article: int) -> str:
        """A notice for very many of an article; returns what to scan to begin."""
        wanted = NewNotice("ACME", f"N{self.number()}", (NewNoticeLine(code_of(article), PLENTY),))
        self.house.database.in_transaction(
            lambda session: create_notice(session, self.warehouse_id, wanted, now=self.now)
        )
        return f"ASN-{wanted.number}"

    def empty_containers(self, kind: ContainerKind, count: int) -> list[str]:
        """Fresh totes or pallets, by code."""
        prefix = "TOT" if kind is ContainerKind.TOTE else "PAL"
        codes = [f"{prefix}-{self.number()}" for _ in range(count)]

        def make(session: Session) -> None:
            for code in codes:
                create_container(session, self.warehouse_id, code, kind)

        self.house.database.in_transaction(make)
        return codes

    def received_pallets(self, contents: Sequence[dict[int, int]]) -> list[str]:
        """Pallets on the stage that wait for putaway; each is given as units by article."""
        codes: list[str] = []

        def make(session: Session) -> None:
            supplier = the_place(session, self.warehouse_id, PlaceKind.SUPPLIER).id
            stage = the_place(session, self.warehouse_id, PlaceKind.STAGE).id
            for units_by_article in contents:
                code = f"PAL-{self.number()}"
                pallet = create_container(
                    session, self.warehouse_id, code, ContainerKind.PALLET, use=ContainerUse.PUTAWAY
                )
                self._post(
                    session,
                    [
                        Transfer(self.sku_ids[article], units, supplier, stage, Reason.MOVED, to_container_id=pallet)
                        for article, units in units_by_article.items()
                    ],
                )
                codes.append(code)

        self.house.database.in_transaction(make)
        return codes

    def allocated_orders(self, contents: Sequence[dict[int, int]]) -> None:
        """Orders that wait to be picked; each is given as units by article."""
        for start in range(0, len(contents), IN_ONE_TRANSACTION):
            some = contents[start : start + IN_ONE_TRANSACTION]

            def make(session: Session, some: Sequence[dict[int, int]] = some) -> None:
                for units_by_article in some:
                    allocate_order(session, self.warehouse_id, self._order(session, units_by_article), now=self.now)

            self.house.database.in_transaction(make)

    def _order(self, session: Session, units_by_article: dict[int, int]) -> UUID:
        lines = {code_of(article): units for article, units in units_by_article.items()}
        return take_order(session, self.warehouse_id, new_order(f"O{self.number()}", lines), now=self.now).id

    def released_parcels(self, contents: Sequence[dict[int, int]]) -> list[str]:
        """Packed and declared parcels that customs has released, by tracking number."""
        codes: list[str] = []
        for start in range(0, len(contents), IN_ONE_TRANSACTION):
            some = contents[start : start + IN_ONE_TRANSACTION]

            def make(session: Session, some: Sequence[dict[int, int]] = some) -> list[str]:
                return [self._parcel(session, units_by_article) for units_by_article in some]

            codes += self.house.database.in_transaction(make)
        return codes

    def _parcel(self, session: Session, units_by_article: dict[int, int]) -> str:
        order_id, parcel_id = self._order(session, units_by_article), uuid7()
        quantity = OrderLineRow.quantity
        session.execute(
            update(OrderLineRow)
            .where(OrderLineRow.warehouse_id == self.warehouse_id, OrderLineRow.order_id == order_id)
            .values(allocated=quantity, picked=quantity, packed=quantity)
        )
        session.execute(
            update(OrderRow)
            .where(OrderRow.warehouse_id == self.warehouse_id, OrderRow.id == order_id)
            .values(state=OrderState.PACKED.value)
        )
        bench = the_place(session, self.warehouse_id, PlaceKind.BENCH).id
        refusal = close_parcel(
            session, self.warehouse_id, CloseParcel(parcel_id, order_id, "S", 500, bench), now=self.now
        )
        assert refusal is None, str(refusal)
        supplier = the_place(session, self.warehouse_id, PlaceKind.SUPPLIER).id
        self._post(
            session,
            [
                Transfer(self.sku_ids[article], units, supplier, bench, Reason.MOVED, to_container_id=parcel_id)
                for article, units in units_by_article.items()
            ],
        )
        declare_parcel(session, self.warehouse_id, DeclareParcel(parcel_id), now=self.now)
        session.execute(
            update(DeclarationRow)
            .where(DeclarationRow.warehouse_id == self.warehouse_id, DeclarationRow.parcel_id == parcel_id)
            .values(state=DeclarationState.RELEASED.value)
        )
        return session.execute(
            select(ParcelRow.tracking_no).where(ParcelRow.warehouse_id == self.warehouse_id, ParcelRow.id == parcel_id)
        ).scalar_one()

    # -- what came of it ------------------------------------------------------------------------------------------

    def units_moved(self, reason: Reason) -> int:
        """Units the journal has for a reason, so far."""
        query = select(func.coalesce(func.sum(JournalRow.quantity), 0)).where(
            JournalRow.warehouse_id == self.warehouse_id, JournalRow.reason == reason.value
        )
        return int(self.house.database.reading(lambda session: session.execute(query).scalar_one()))

    def audit_differences(self) -> int:
        """What the product's own audit finds wrong."""
        return len(self.house.database.reading(lambda session: audit(session, self.warehouse_id)).differences)
