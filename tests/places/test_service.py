"""Making warehouses, zones and places."""

from itertools import pairwise

import pytest
from sqlalchemy import func, select

from wms.database.transaction import Database
from wms.kernel.errors import BadInput
from wms.places.layout import ShelfLayout
from wms.places.lookup import place_by_code, places_of_kinds, the_place
from wms.places.model import VIRTUAL_KINDS, NewPlace, NewWarehouse, PlaceKind
from wms.places.service import (
    create_place,
    create_places,
    create_shelves,
    create_warehouse,
    create_zone,
    drawn_check_digits,
)
from wms.places.tables import PlaceRow, Warehouse

SH1 = NewWarehouse("SH1", "Shanghai 1")


def places_in(database: Database) -> int:
    return database.reading(lambda session: session.execute(select(func.count()).select_from(PlaceRow)).scalar_one())


def test_every_warehouse_has_all_virtual_places(database: Database) -> None:
    for details in (SH1, NewWarehouse("SH2", "Shanghai 2")):
        warehouse_id = database.in_transaction(lambda session, details=details: create_warehouse(session, details))
        found = database.reading(
            lambda session, warehouse_id=warehouse_id: {
                kind: the_place(session, warehouse_id, kind).code for kind in VIRTUAL_KINDS
            }
        )
        assert found == {kind: kind.upper() for kind in VIRTUAL_KINDS}


def test_a_bad_warehouse_is_refused_with_every_fault_and_nothing_is_made(database: Database) -> None:
    bad = NewWarehouse(
        "sh 1", " ", timezone="Mars/Base", customs_regime="maybe", agent_code="9" * 19, customs_office="12345"
    )
    with pytest.raises(BadInput) as caught:
        database.in_transaction(lambda session: create_warehouse(session, bad))
    assert {fault.where for fault in caught.value.faults} == {
        "code", "name", "timezone", "customs_regime", "agent_code", "customs_office"
    }  # fmt: skip
    assert database.reading(lambda session: session.execute(select(Warehouse.id)).all()) == []


@pytest.mark.parametrize("timezone", ["", "../etc/passwd", "Asia", "Asia/Shanghai\x00"])
def test_only_time_zones_pass_for_one(database: Database, timezone: str) -> None:
    with pytest.raises(BadInput, match="time zone"):
        database.in_transaction(lambda session: create_warehouse(session, NewWarehouse("SH1", "S", timezone)))


def test_a_warehouse_code_is_given_once(database: Database) -> None:
    database.in_transaction(lambda session: create_warehouse(session, SH1))
    with pytest.raises(BadInput, match="taken"):
        database.in_transaction(lambda session: create_warehouse(session, SH1))


def test_shelves_are_made_with_their_zone_in_walking_order(database: Database) -> None:
    warehouse_id = database.in_transaction(lambda session: create_warehouse(session, SH1))
    layout = ShelfLayout("A", PlaceKind.PICK, aisles=2, bays=2, levels=2)
    ids = database.in_transaction(lambda session: create_shelves(session, warehouse_id, layout))
    found = database.reading(lambda session: places_of_kinds(session, warehouse_id, [PlaceKind.PICK]))
    assert [place.id for place in found] == ids
    assert [place.code for place in found][:3] == ["A-01-01-A", "A-01-01-B", "A-01-02-A"]
    assert {place.zone for place in found} == {"A"}


def test_bad_places_are_all_listed_and_none_is_made(database: Database) -> None:
    warehouse_id = database.in_transaction(lambda session: create_warehouse(session, SH1))
    database.in_transaction(lambda session: create_place(session, warehouse_id, NewPlace("A-01", PlaceKind.PICK)))
    before = places_in(database)
    wanted = [
        NewPlace("A-02", PlaceKind.PICK),
        NewPlace("A-01", PlaceKind.PICK),
        NewPlace("A-02", PlaceKind.PICK),
        NewPlace("a 3", PlaceKind.PICK),
        NewPlace("A-04", PlaceKind.PICK, zone="z one"),
        NewPlace("A-05", PlaceKind.PICK, check_digits="7"),
    ]
    with pytest.raises(BadInput) as caught:
        database.in_transaction(lambda session: create_places(session, warehouse_id, wanted))
    assert [fault.where for fault in caught.value.faults] == [f"places[{number}]" for number in (1, 2, 3, 4, 5)]
    assert places_in(database) == before


def test_the_same_code_may_stand_in_two_warehouses(database: Database) -> None:
    for details in (SH1, NewWarehouse("SH2", "Shanghai 2")):
        warehouse_id = database.in_transaction(lambda session, details=details: create_warehouse(session, details))
        place = NewPlace("A-01", PlaceKind.DOCK)
        place_id = database.in_transaction(
            lambda session, warehouse_id=warehouse_id, place=place: create_place(session, warehouse_id, place)
        )
        found = database.reading(
            lambda session, warehouse_id=warehouse_id: place_by_code(session, warehouse_id, "A-01")
        )
        assert found is not None
        assert found.id == place_id


def test_zone_codes_are_checked_and_given_once(database: Database) -> None:
    warehouse_id = database.in_transaction(lambda session: create_warehouse(session, SH1))
    database.in_transaction(lambda session: create_zone(session, warehouse_id, "COLD-1", "Cold room"))
    for code, why in (("COLD-1", "taken"), ("cold", "not a zone code"), ("X" * 21, "not a zone code")):
        with pytest.raises(BadInput, match=why):
            database.in_transaction(lambda session, code=code: create_zone(session, warehouse_id, code, "Again"))


def test_no_places_are_no_work(database: Database) -> None:
    warehouse_id = database.in_transaction(lambda session: create_warehouse(session, SH1))
    assert database.in_transaction(lambda session: create_places(session, warehouse_id, [])) == []


def test_check_digits_are_two_digits_and_differ_between_neighbours() -> None:
    digits = drawn_check_digits(2_000)
    assert {len(each) for each in digits} == {2}
    assert all(each.isdigit() for each in digits)
    assert all(one != next_one for one, next_one in pairwise(digits))
    assert len(set(digits)) > 90
    assert drawn_check_digits(50) != drawn_check_digits(50)
