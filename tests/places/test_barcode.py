"""Place codes, scanned and typed."""

import pytest
from sqlalchemy.orm import Session

from wms.barcodes.cleaning import clean
from wms.barcodes.model import Cleaned
from wms.database.transaction import Database
from wms.kernel.clock import SystemClock
from wms.kernel.refusal import Refusal
from wms.places.barcode import PlaceReader
from wms.places.model import NewPlace, NewWarehouse, Place, PlaceKind
from wms.places.service import create_places, create_warehouse


@pytest.fixture
def warehouse_id(database: Database) -> int:
    def furnish(session: Session) -> int:
        elsewhere = create_warehouse(session, NewWarehouse("SH2", "Shanghai 2"))
        create_places(session, elsewhere, [NewPlace("B-01", PlaceKind.PICK, check_digits="11")])
        here = create_warehouse(session, NewWarehouse("SH1", "Shanghai 1"))
        create_places(session, here, [NewPlace("A-01-02", PlaceKind.PICK, zone="A", check_digits="47", walk_order=3)])
        return here

    return database.in_transaction(furnish)


def read(database: Database, warehouse_id: int, raw: str, source: str) -> list[Place] | Refusal:
    cleaned = clean(raw, None, source, SystemClock().now().date())
    assert isinstance(cleaned, Cleaned)
    found = database.reading(lambda session: PlaceReader()(session, warehouse_id, cleaned))
    return found if isinstance(found, Refusal) else list(found)


def test_a_place_is_read_by_its_label_or_by_its_code_with_check_digits(database: Database, warehouse_id: int) -> None:
    for raw, source in (
        ("LOC-A-01-02", "wedge"),
        ("LOC-A-01-02", "camera"),
        ("A-01-02 47", "manual"),
        ("a-01-02.47", "manual"),
        ("LOC-A-01-02  47", "manual"),
        ("Ａ－０１－０２　４７", "manual"),
    ):
        found = read(database, warehouse_id, raw, source)
        assert isinstance(found, list), (raw, found)
        assert [(place.code, place.kind, place.zone, place.walk_order) for place in found] == [
            ("A-01-02", PlaceKind.PICK, "A", 3)
        ], raw


def test_who_types_a_place_proves_that_he_stands_there(database: Database, warehouse_id: int) -> None:
    for raw in ("A-01-02", "LOC-A-01-02"):
        assert read(database, warehouse_id, raw, "manual") == Refusal("check_digits_needed", {"place": "A-01-02"})
    for raw in ("A-01-02 48", "A-01-02.74"):
        assert read(database, warehouse_id, raw, "manual") == Refusal("bad_check_digits", {"place": "A-01-02"})


def test_other_codes_are_no_places(database: Database, warehouse_id: int) -> None:
    for raw, source in (
        ("A-01-02", "wedge"),
        ("TOT-17", "wedge"),
        ("LOC-A-01-03", "wedge"),
        ("LOC-B-01", "wedge"),
        ("B-01 11", "manual"),
        ("A-01-02 47 11", "manual"),
        ("A-01-02 471", "manual"),
    ):
        assert read(database, warehouse_id, raw, source) == [], raw


def test_nobody_stands_before_a_virtual_place(database: Database, warehouse_id: int) -> None:
    for kind in ("LOST", "FOUND", "SCRAP", "SUPPLIER", "CUSTOMER"):
        assert read(database, warehouse_id, f"LOC-{kind}", "wedge") == []
