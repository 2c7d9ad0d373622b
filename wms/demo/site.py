"""The demo site: a bonded warehouse in which work can begin at once. Called by `wms demo load` and `wms run`.

Everything is written through the services that a real set-up uses, the warehouse itself in one transaction: either it
is there, complete, or it is not. Loading again finds it and changes nothing.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.access.model import command_line
from wms.access.people import person_with
from wms.access.pins import Pins
from wms.access.service import create_operator
from wms.app import House
from wms.arrivals.intake import NewNotice, NewNoticeLine
from wms.arrivals.service import create_notice
from wms.catalogue.model import LotPolicy
from wms.catalogue.product_import import import_products
from wms.catalogue.service import create_merchant
from wms.catalogue.tables import Merchant, Sku
from wms.containers.model import PALLET_PREFIX, TOTE_PREFIX, ContainerKind
from wms.containers.service import create_container
from wms.customs.books.booking import OPENING_EVENT, NewEntry, book
from wms.customs.model import BookKind
from wms.customs.parties.settings import who_of_token
from wms.customs.payment.payments import take_slip
from wms.demo.customers import sample_order
from wms.demo.goods import BY_CODE, FOOD, HOME, MERCHANTS, PRODUCTS, Product, product_file
from wms.demo.packing import MATERIALS, RULES
from wms.demo.payments import PROGRAM, company_program, paid, settle_parties
from wms.demo.people import PEOPLE
from wms.demo.pictures import draw_picture
from wms.kernel.errors import BadInput, Fault
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.orders.intake import NewOrder
from wms.orders.promises import allocate_waiting
from wms.orders.service import take_order
from wms.packaging.importing import import_materials, import_rules
from wms.places.layout import ShelfLayout
from wms.places.lookup import place_by_code, the_place
from wms.places.model import NewPlace, NewWarehouse, PlaceKind
from wms.places.service import create_places, create_warehouse
from wms.places.tables import Warehouse
from wms.shipments.model import BoxType
from wms.shipments.numbers import default_ranges, set_up_number_ranges
from wms.shipments.service import add_box_type
from wms.stock.crossings import bins_at
from wms.stock.model import Reason, RegisterLot, Transfer
from wms.stock.service import Posting
from wms.stock.writers import register_lot

WAREHOUSE = NewWarehouse(
    code="HZ1",
    name="Hangzhou bonded hall 1",
    timezone="Asia/Shanghai",
    customs_regime="china",
    agent_code="9999980005",
    agent_name="样例报关公司",
    area_code="9999980006",
    area_name="样例仓储公司",
    account_book_no="T99990000001",
    customs_office="9999",
    logistics_code="9999980004",
    logistics_name="样例物流公司",
    address="样例综合保税区 1 号库",
)
TOTES, PALLETS = 40, 20
OPEN_ORDERS = 60
BOXES = (
    BoxType("S", 220, 160, 110, 60),
    BoxType("M", 340, 260, 200, 140),
    BoxType("L", 500, 380, 320, 320),
    BoxType("XL", 800, 600, 500, 900),
)
GIFT_EVERY = 12
GIFT_NOTE = "Gift: ribbon around the box, no invoice."
SCARCE = ("KNIFE-12", "MATCHA-40")
"""So little of these lies on the shelf that some order stays short until the next delivery is received."""

_PICK = ShelfLayout("A", PlaceKind.PICK, aisles=3, bays=8, levels=2)
_RESERVE = ShelfLayout("R", PlaceKind.RESERVE, aisles=3, bays=8, x_mm=14_000, first_walk_order=500)
_OTHERS = (
    *(NewPlace(f"DOCK-{number}", PlaceKind.DOCK) for number in (1, 2)),
    NewPlace("STAGE-1", PlaceKind.STAGE),
    NewPlace("PROBLEM-1", PlaceKind.PROBLEM),
    NewPlace("BUFFER-1", PlaceKind.BUFFER),
    *(NewPlace(f"BENCH-{number}", PlaceKind.BENCH) for number in (1, 2, 3, 4)),
    *(NewPlace(f"CAGE-{number}", PlaceKind.CAGE) for number in (1, 2)),
    *(NewPlace(f"LANE-{number}", PlaceKind.LANE) for number in (1, 2, 3)),
)
PLACES = (*_PICK.places(), *_RESERVE.places(), *_OTHERS)

_NOTICE_LINES = (
    ("DEMO-1", HOME.code, ("KNIFE-12", "BRUSH-S", "SOAP-OLV", "CREAM-50", "MASK-10", "CUP-250")),
    ("DEMO-2", FOOD.code, ("MATCHA-40", "MILK-1-800", "HONEY-250", "CRISPS-150", "TEA-20")),
    ("DEMO-3", FOOD.code, ("OATS-500", "VITC-60", "WINE-SET")),
)
NOTICES = tuple(number for number, _, _ in _NOTICE_LINES)


@dataclass(frozen=True, slots=True)
class LoadedSite:
    """The demo site; `is_new` where this call made it."""

    warehouse_id: int
    is_new: bool


def load_demo_site(house: House) -> LoadedSite:
    """Make the demo site, or find it. Raises BadInput where something else has one of its names."""
    known = house.database.reading(demo_warehouse)
    if known is not None:
        return LoadedSite(known, is_new=False)
    house.database.reading(_check_badges)
    house.database.in_transaction(_make_merchants)
    report = import_products(house.database, product_file().splitlines(keepends=True), clock=house.clock)
    if report.faults:
        raise BadInput([Fault(f"product file, line {fault.line}", fault.reason) for fault in report.faults])
    house.settings.picture_dir.mkdir(parents=True, exist_ok=True)
    for product in PRODUCTS:
        draw_picture(product, house.settings.picture_dir)
    # Hashing is slow on purpose and has no business inside a transaction.
    pins = Pins()
    pin_hashes = {person.badge: pins.hash(person.pin) for person in PEOPLE}
    loaded = house.database.in_transaction(lambda session: _make_site(house, session, pin_hashes))
    _load_packing_rules(house, loaded.warehouse_id)
    allocate_waiting(house.database, loaded.warehouse_id, now=house.clock.now)
    return loaded


def _load_packing_rules(house: House, warehouse_id: int) -> None:
    materials = import_materials(house.database, warehouse_id, MATERIALS.splitlines(keepends=True))
    rules = import_rules(house.database, warehouse_id, RULES.splitlines(keepends=True))
    for fault in (*materials.faults, *rules.faults):
        raise BadInput([Fault(f"packing file, line {fault.line}", fault.reason)])


def demo_warehouse(session: Session) -> int | None:
    """The id of the demo warehouse, None where it is not loaded."""
    return session.execute(select(Warehouse.id).where(Warehouse.code == WAREHOUSE.code)).scalar_one_or_none()


def _check_badges(session: Session) -> None:
    """Before anything is written: a badge opens one warehouse only."""
    faults = [_worn(person.badge) for person in PEOPLE if person_with(session, person.badge) is not None]
    if faults:
        raise BadInput(faults)


def _worn(badge: str) -> Fault:
    what = "is worn by somebody in another warehouse; load the demo into a database of its own"
    return Fault(f"badge {badge}", what)


def _make_merchants(session: Session) -> None:
    for merchant in MERCHANTS:
        if session.execute(select(Merchant.id).where(Merchant.code == merchant.code)).first() is None:
            create_merchant(session, merchant)


def _make_site(house: House, session: Session, pin_hashes: dict[str, str]) -> LoadedSite:
    rival = demo_warehouse(session)
    if rival is not None:
        return LoadedSite(rival, is_new=False)
    now = house.clock.now()
    warehouse_id = create_warehouse(session, WAREHOUSE)
    create_places(session, warehouse_id, PLACES)
    for number in range(1, TOTES + 1):
        create_container(session, warehouse_id, f"{TOTE_PREFIX}{number}", ContainerKind.TOTE)
    for number in range(1, PALLETS + 1):
        create_container(session, warehouse_id, f"{PALLET_PREFIX}{number}", ContainerKind.PALLET)
    for box in BOXES:
        add_box_type(session, warehouse_id, box)
    set_up_number_ranges(session, warehouse_id, default_ranges(warehouse_id, house.settings.gs1_company_prefix))
    _hire(session, warehouse_id, pin_hashes, now)
    _fill_shelves(house, session, warehouse_id, now)
    _open_book(session, warehouse_id, now)
    for notice_no, merchant, codes in _NOTICE_LINES:
        create_notice(session, warehouse_id, _notice(notice_no, merchant, codes), now=now)
    _take_orders(session, warehouse_id, now)
    return LoadedSite(warehouse_id, is_new=True)


def _hire(session: Session, warehouse_id: int, pin_hashes: dict[str, str], now: datetime) -> None:
    by = command_line(warehouse_id)
    for person in PEOPLE:
        outcome = create_operator(
            session,
            by,
            badge=person.badge,
            name=person.name,
            role=person.role,
            language=person.language,
            pin_hash=pin_hashes[person.badge],
            now=now,
        )
        if isinstance(outcome, Refusal):
            raise BadInput([_worn(person.badge)])


def _fill_shelves(house: House, session: Session, warehouse_id: int, now: datetime) -> None:
    """Every product at a pick place of its own, and a later lot of what expires in reserve."""
    sku_ids = {row.code: row.id for row in session.execute(select(Sku.code, Sku.id).where(Sku.code.in_(BY_CODE)))}
    supplier = the_place(session, warehouse_id, PlaceKind.SUPPLIER)
    random = Random(WAREHOUSE.code)
    picks, reserves = _PICK.places(), _RESERVE.places()
    transfers: list[Transfer] = []
    for product in PRODUCTS:
        units = 2 if product.code in SCARCE else random.randint(30, 60)
        for shelf, lot, share in _laid_out(product, picks, reserves, units, now):
            place = place_by_code(session, warehouse_id, shelf.code)
            assert place is not None, f"place {shelf.code} was made a moment ago"
            if lot is not None:
                register_lot(session, warehouse_id, replace(lot, sku_id=sku_ids[product.code]), now=now)
            transfers.append(
                Transfer(
                    sku_id=sku_ids[product.code],
                    quantity=share,
                    from_place_id=supplier.id,
                    to_place_id=place.id,
                    reason=Reason.RECEIVED,
                    lot_id=lot.lot_id if lot else NIL,
                )
            )
    refusal = house.ledger.post(session, warehouse_id, transfers, Posting(now))
    assert refusal is None, f"goods from outside need no stock: {refusal}"


def _open_book(session: Session, warehouse_id: int, now: datetime) -> None:
    """The bonded account book begins with what lies on the shelves."""
    units = bins_at(session, warehouse_id, now)
    rows = session.execute(select(Sku.id, Sku.article_record_no).where(Sku.id.in_(units), Sku.article_record_no != ""))
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row.article_record_no] += units[row.id]
    entries = [NewEntry(no, BookKind.OPENING, number, "opening", OPENING_EVENT) for no, number in totals.items()]
    book(session, warehouse_id, entries, who="demo", now=now)


def _laid_out(
    product: Product, picks: Iterator[NewPlace], reserves: Iterator[NewPlace], units: int, now: datetime
) -> Iterator[tuple[NewPlace, RegisterLot | None, int]]:
    if product.lot_policy is LotPolicy.NONE:
        yield next(picks), None, units
        return
    yield next(picks), _lot(product, "A", now, percent=60), units
    if product.lot_policy is LotPolicy.LOT_AND_EXPIRY and product.number % 2 == 0:
        yield next(reserves), _lot(product, "B", now, percent=90), units


def _lot(product: Product, letter: str, now: datetime, *, percent: int) -> RegisterLot:
    """A lot with so much of its life left; the SKU's id is filled in by the caller."""
    left = product.shelf_life_days * percent // 100
    expires_on = (now + timedelta(days=left)).date() if product.lot_policy is LotPolicy.LOT_AND_EXPIRY else None
    return RegisterLot(uuid7(), 0, f"L{product.number}{letter}", expires_on)


def _notice(number: str, merchant: str, codes: tuple[str, ...]) -> NewNotice:
    lines = (NewNoticeLine(code, BY_CODE[code].case_quantity * 2 or 12) for code in codes)
    return NewNotice(merchant, number, tuple(lines))


def _take_orders(session: Session, warehouse_id: int, now: datetime) -> None:
    """The open orders with what the payment company says of them."""
    by = command_line(warehouse_id)
    settle_parties(session, by, now=now)
    made = company_program(session, by, PROGRAM, now=now)
    assert not isinstance(made, Refusal), f"the warehouse is new: {made}"
    for payment in paid(_orders(now)):
        take_order(session, warehouse_id, payment.order, now=now)
        taken = take_slip(session, warehouse_id, payment.slip, source=who_of_token(PROGRAM), receipt_id=None, now=now)
        assert not isinstance(taken, Refusal), f"the program speaks for the company: {taken}"


def _orders(now: datetime) -> Iterator[NewOrder]:
    random = Random(f"{WAREHOUSE.code} orders")
    for number in range(1, OPEN_ORDERS + 1):
        merchant = HOME.code if number % 2 else FOOD.code
        goods = [product for product in PRODUCTS if product.merchant == merchant]
        order = sample_order(
            f"D-{1000 + number}",
            goods,
            random,
            ordered_at=now - timedelta(minutes=10 * (OPEN_ORDERS - number) + 15),
            due_at=now + timedelta(hours=4 + number // 15),
            priority=1 if number % 20 == 0 else 5,
        )
        is_gift = number % GIFT_EVERY == 0
        yield replace(order, is_gift=is_gift, packing_note=GIFT_NOTE if is_gift else "")
