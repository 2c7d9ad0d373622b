"""A small warehouse whose codes the resolver is asked about, on each engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from tests.support.opened import opened
from wms.barcodes.model import Cleaned, CodeKind, Resolution
from wms.barcodes.resolver import Resolver
from wms.catalogue.barcode import ItemReader
from wms.catalogue.model import LotPolicy, NewMerchant, PackLevel
from wms.catalogue.service import add_barcode, create_merchant
from wms.catalogue.tables import Sku
from wms.containers.barcode import ContainerReader
from wms.containers.model import ContainerKind
from wms.containers.service import create_container
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.places.barcode import PlaceReader
from wms.places.model import NewPlace, NewWarehouse, PlaceKind
from wms.places.service import create_place, create_warehouse

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
CUP, PLATE, TWIN = 1, 2, 3


@dataclass
class Floor:
    """The database, a resolver with the readers of all slices below it, and the statements it sent."""

    database: Database
    warehouse_id: int
    resolver: Resolver
    statements: list[str] = field(default_factory=list)

    def resolve(self, raw: str, *expects: CodeKind, source: str = "wedge", symbology: str | None = None) -> Resolution:
        with self._counted():
            return self.database.reading(
                lambda session: self.resolver.resolve(session, self.warehouse_id, raw, symbology, source, expects)
            )

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.statements.clear()

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
                self.statements.append(statement)

        event.listen(self.database.engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(self.database.engine, "before_cursor_execute", note)


def add_sku(session: Session, sku_id: int, merchant_id: int, code: str, name: str) -> None:
    session.execute(
        insert(Sku).values(
            id=sku_id, merchant_id=merchant_id, code=code, name=name, name_zh=name, weight_grams=250, length_mm=80,
            width_mm=80, height_mm=90, lot_policy=LotPolicy.LOT, tracks_serial=False, hs_code="6912001000",
            origin_country="142", article_record_no="R1", customs_unit="011", vat_rate_bp=1300,
            consumption_tax_rate_bp=0, net_weight_grams=230, updated_at=NOW,
        )
    )  # fmt: skip


def _furnish(session: Session) -> int:
    warehouse_id = create_warehouse(session, NewWarehouse("SH1", "Shanghai 1"))
    create_warehouse(session, NewWarehouse("SH2", "Shanghai 2"))
    create_place(session, warehouse_id, NewPlace("A-01-02", PlaceKind.PICK, zone="A", walk_order=7, check_digits="47"))
    create_container(session, warehouse_id, "TOT-17", ContainerKind.TOTE)
    create_container(session, warehouse_id, "PAL-3", ContainerKind.PALLET)
    merchant_id = create_merchant(session, NewMerchant("ACME", "Acme"))
    other_id = create_merchant(session, NewMerchant("ZEN", "Zen"))
    add_sku(session, CUP, merchant_id, "CUP-250", "Cup 250 ml")
    add_sku(session, PLATE, merchant_id, "PLATE-20", "Plate 20 cm")
    add_sku(session, TWIN, other_id, "CUP-250-ZEN", "Cup 250 ml")
    add_barcode(session, CUP, "9521234567882")
    add_barcode(session, CUP, "19521234567889", PackLevel.INNER, 6)
    add_barcode(session, CUP, "CUPCODE")
    add_barcode(session, PLATE, "9521234000006")
    add_barcode(session, CUP, "9521234111115")
    add_barcode(session, TWIN, "9521234111115")
    return warehouse_id


class OrderReader:
    """Stands for the readers of slices above: codes without any prefix of ours."""

    kind = CodeKind.ORDER

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> tuple[str, ...]:
        return ("order 42",) if cleaned.text == "ORD-42" else ()


@pytest.fixture
def floor(database_url: str) -> Iterator[Floor]:
    with opened(database_url) as database:
        warehouse_id = database.in_transaction(_furnish)
        readers = [PlaceReader(), ContainerReader(), ItemReader(), OrderReader()]
        yield Floor(database, warehouse_id, Resolver(readers, FixedClock(NOW)))
