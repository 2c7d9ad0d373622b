"""Loading place files."""

import pytest
from sqlalchemy import select

from wms.database.transaction import Database
from wms.kernel.csv_rows import ImportReport
from wms.kernel.errors import BadInput
from wms.places.model import NewWarehouse
from wms.places.place_import import import_places
from wms.places.service import create_warehouse
from wms.places.tables import PlaceRow, ZoneRow

HEADER = "code,kind,zone,x_mm,y_mm,level,walk_order,check_digits"
SHELF = "A-01,pick,A,100,200,0,1,47"
DOCK = "D-1,dock,,0,0,0,0,"


@pytest.fixture
def warehouse_id(database: Database) -> int:
    return database.in_transaction(lambda session: create_warehouse(session, NewWarehouse("SH1", "Shanghai 1")))


def load(database: Database, warehouse_id: int, *rows: str, header: str = HEADER) -> ImportReport:
    return import_places(database, warehouse_id, [f"{line}\n".encode() for line in (header, *rows)])


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


def stored(database: Database) -> dict[str, tuple[object, ...]]:
    statement = (
        select(PlaceRow.code, PlaceRow.kind, ZoneRow.code, PlaceRow.x_mm, PlaceRow.walk_order, PlaceRow.check_digits)
        .outerjoin(ZoneRow, (ZoneRow.warehouse_id == PlaceRow.warehouse_id) & (ZoneRow.id == PlaceRow.zone_id))
        .where(PlaceRow.kind.in_(["pick", "dock"]))
    )
    return {row[0]: tuple(row[1:]) for row in database.reading(lambda session: session.execute(statement).all())}


def test_places_are_loaded_with_their_zones(database: Database, warehouse_id: int) -> None:
    assert counts(load(database, warehouse_id, SHELF, DOCK)) == (2, 0, 0, 0)
    found = stored(database)
    assert found["A-01"] == ("pick", "A", 100, 1, "47")
    assert found["D-1"][:4] == ("dock", None, 0, 0)
    assert len(str(found["D-1"][4])) == 2


def test_the_same_file_again_changes_nothing_not_even_drawn_digits(database: Database, warehouse_id: int) -> None:
    load(database, warehouse_id, SHELF, DOCK)
    before = stored(database)
    assert counts(load(database, warehouse_id, SHELF, DOCK)) == (0, 0, 2, 0)
    assert stored(database) == before


def test_what_changed_is_changed_and_what_is_not_mentioned_stays(database: Database, warehouse_id: int) -> None:
    load(database, warehouse_id, SHELF)
    assert counts(load(database, warehouse_id, "a-01,PICK,9", header="code,kind,walk_order")) == (0, 1, 0, 0)
    assert stored(database)["A-01"] == ("pick", "A", 100, 9, "47")
    assert counts(load(database, warehouse_id, "A-01,pick,B", header="code,kind,zone")) == (0, 1, 0, 0)
    assert stored(database)["A-01"] == ("pick", "B", 100, 9, "47")


def test_good_rows_load_and_bad_ones_are_listed(database: Database, warehouse_id: int) -> None:
    load(database, warehouse_id, SHELF)
    report = load(
        database, warehouse_id,
        "A-01,reserve,A,1,1,0,1,",
        "a 2,pick,A,1,1,0,1,",
        "A-03,lost,z one,x,1,0,1,7",
        "D-1,dock,,0,0,0,0,",
        "D-1,dock,,0,0,0,0,",
        "D-2",
    )  # fmt: skip
    assert counts(report) == (1, 0, 0, 5)
    assert [(fault.line, fault.column) for fault in report.faults] == [
        (2, "kind"), (3, "code"), (4, "kind"), (4, "zone"), (4, "x_mm"), (4, "check_digits"), (6, "code"), (7, "")
    ]  # fmt: skip
    assert report.faults[0].reason == "'A-01' is a pick and cannot become a reserve"
    assert stored(database).keys() == {"A-01", "D-1"}


def test_a_file_that_cannot_be_read_changes_nothing(database: Database, warehouse_id: int) -> None:
    with pytest.raises(BadInput, match="no column kind"):
        load(database, warehouse_id, "A-01", header="code")
    assert stored(database) == {}
