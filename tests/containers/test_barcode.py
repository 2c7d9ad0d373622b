"""Tote and pallet codes."""

import pytest
from sqlalchemy.orm import Session

from wms.barcodes.cleaning import clean
from wms.barcodes.model import Cleaned
from wms.containers.barcode import ContainerReader
from wms.containers.model import Container, ContainerKind, ContainerUse
from wms.containers.service import create_container
from wms.database.transaction import Database
from wms.kernel.clock import SystemClock
from wms.kernel.identity import uuid7
from wms.places.model import NewWarehouse
from wms.places.service import create_warehouse

ORDER = uuid7()


@pytest.fixture
def warehouse_id(database: Database) -> int:
    def furnish(session: Session) -> int:
        here = create_warehouse(session, NewWarehouse("SH1", "Shanghai 1"))
        elsewhere = create_warehouse(session, NewWarehouse("SH2", "Shanghai 2"))
        create_container(session, here, "TOT-17", ContainerKind.TOTE, use=ContainerUse.PICKING, subject=ORDER)
        create_container(session, here, "PAL-3", ContainerKind.PALLET)
        create_container(session, here, "095212340000000013", ContainerKind.PARCEL)
        create_container(session, elsewhere, "TOT-18", ContainerKind.TOTE)
        return here

    return database.in_transaction(furnish)


def read(database: Database, warehouse_id: int, raw: str) -> list[Container]:
    cleaned = clean(raw, None, "wedge", SystemClock().now().date())
    assert isinstance(cleaned, Cleaned)
    return list(database.reading(lambda session: ContainerReader()(session, warehouse_id, cleaned)))


def test_a_tote_comes_with_what_it_is_used_for(database: Database, warehouse_id: int) -> None:
    [tote] = read(database, warehouse_id, "tot-17\r")
    assert (tote.code, tote.kind, tote.use, tote.subject) == ("TOT-17", ContainerKind.TOTE, ContainerUse.PICKING, ORDER)


def test_an_empty_pallet_has_no_subject(database: Database, warehouse_id: int) -> None:
    [pallet] = read(database, warehouse_id, "PAL-3")
    assert (pallet.kind, pallet.use, pallet.subject) == (ContainerKind.PALLET, ContainerUse.EMPTY, None)


def test_other_codes_are_no_containers(database: Database, warehouse_id: int) -> None:
    for raw in ("TOT-99", "TOT-18", "LOC-TOT-17", "095212340000000013", "17"):
        assert read(database, warehouse_id, raw) == [], raw
