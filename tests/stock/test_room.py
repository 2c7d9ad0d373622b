"""Which shelves come into question: few, and the best one always among them."""

import random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.opened import opened
from tests.support.stock_text import StockText
from wms.catalogue.tables import Merchant, Sku
from wms.floor.putaway.suggestion import Shelf, suggest
from wms.kernel.identity import NIL
from wms.places.lookup import places_by_id, places_of_kinds
from wms.places.model import STORAGE_KINDS, NewPlace, PlaceKind
from wms.places.service import create_places
from wms.stock.contents import lots_at_places
from wms.stock.room import candidate_places

PICK_PLACES, RESERVE_PLACES = 40, 10


def _hall(stock: StockText, filled: int, chance: random.Random) -> None:
    def build(session: Session) -> None:
        picks = [NewPlace(f"P-{n:02}", PlaceKind.PICK, walk_order=n) for n in range(1, PICK_PLACES + 1)]
        reserves = [NewPlace(f"R-{n:02}", PlaceKind.RESERVE, walk_order=n + 100) for n in range(1, RESERVE_PLACES + 1)]
        create_places(session, stock.warehouse_id, picks + reserves)

    stock.database.in_transaction(build)
    codes = [f"P-{n:02}" for n in range(1, PICK_PLACES + 1)] + [f"R-{n:02}" for n in range(1, RESERVE_PLACES + 1)]
    for code in chance.sample(codes, filled):
        stock.given(f"{code} {chance.choice(['RED', 'BLUE', 'GREEN'])} 1")


@pytest.mark.parametrize("filled", [0, 12, 38, PICK_PLACES + RESERVE_PLACES])
def test_the_best_shelf_of_all_is_among_the_few(database_url: str, filled: int) -> None:
    with opened(database_url) as database:
        stock = StockText.in_new_warehouse(database)
        stock.given("STAGE RED 1\nSTAGE BLUE 1\nSTAGE NEW 1")
        _hall(stock, filled, random.Random(filled))

        def compare(session: Session) -> None:
            merchant_id = session.execute(select(Merchant.id)).scalar_one()
            every = places_of_kinds(session, stock.warehouse_id, STORAGE_KINDS)
            for sku_id in session.execute(select(Sku.id)).scalars():
                few = candidate_places(session, stock.warehouse_id, [sku_id], merchant_id, lines=1)
                best_of_all = suggest(sku_id, NIL, merchant_id, _shelves(session, stock, [p.id for p in every]))
                best_of_few = suggest(sku_id, NIL, merchant_id, _shelves(session, stock, sorted(few)))
                assert best_of_few == best_of_all
                holding = sum((sku_id, NIL) in shelf.holds for shelf in _shelves(session, stock, sorted(few)))
                assert len(few) <= holding + 4

        database.reading(compare)


def _shelves(session: Session, stock: StockText, place_ids: list[int]) -> list[Shelf]:
    holds = lots_at_places(session, stock.warehouse_id, place_ids)
    places = places_by_id(session, stock.warehouse_id, place_ids)
    return [Shelf(place, None, holds.get(place.id, frozenset())) for place in places.values()]


def test_a_place_kept_for_another_merchant_does_not_come_into_question(database_url: str) -> None:
    with opened(database_url) as database:
        stock = StockText.in_new_warehouse(database)
        stock.given("STAGE RED 1")

        def look(session: Session) -> tuple[list[int], set[int]]:
            merchant_id = session.execute(select(Merchant.id)).scalar_one()
            session.add(Merchant(
                code="OTHER", name="Other", platform_code="", platform_name="", company_code="", company_name="",
                payment_code="", payment_name="",
            ))  # fmt: skip
            session.flush()
            other = session.execute(select(Merchant.id).where(Merchant.code == "OTHER")).scalar_one()
            places = [
                NewPlace("A-01", PlaceKind.PICK, walk_order=1, merchant_id=other),
                NewPlace("A-02", PlaceKind.PICK, walk_order=2, merchant_id=merchant_id),
            ]
            ids = create_places(session, stock.warehouse_id, places)
            sku_id = session.execute(select(Sku.id)).scalar_one()
            return ids, candidate_places(session, stock.warehouse_id, [sku_id], merchant_id, lines=3)

        ids, few = database.in_transaction(look)
        assert few == {ids[1]}
