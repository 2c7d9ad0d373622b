"""Exceptions and leases as a supervisor reads them. Reads only; called by the office."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from wms.access.tables import OperatorRow
from wms.catalogue.lookup import items_by_id
from wms.containers.tables import ContainerRow
from wms.kernel.identity import NIL
from wms.kernel.refusal import Detail
from wms.places.lookup import places_by_id
from wms.stock.model import BalanceKey, Transfer
from wms.stock.service import lots_by_id
from wms.tasks.exceptions import moves_of_scan, scans_of_case
from wms.tasks.settling import TouchedStock, touched_stock
from wms.tasks.tables import ExceptionCaseRow, ExceptionScanRow, TaskRow


@dataclass(frozen=True, slots=True)
class CaseScan:
    """One refused scan: the row, what the server said, and what it would have moved, in codes."""

    row: ExceptionScanRow
    details: Mapping[str, Detail]
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseStock:
    """Stock the scans were about, in codes."""

    stock: TouchedStock
    where: str
    item: str
    lot: str


@dataclass(frozen=True, slots=True)
class Case:
    """One exception with all that is known of it."""

    row: ExceptionCaseRow
    operator: str
    badge: str
    task: TaskRow | None
    task_operator: str
    scans: tuple[CaseScan, ...]
    stock: tuple[CaseStock, ...]


def open_cases(warehouse_id: int) -> Select[UUID]:
    """The cases that wait for somebody, the oldest first."""
    return (
        select(ExceptionCaseRow.id)
        .where(ExceptionCaseRow.warehouse_id == warehouse_id, ExceptionCaseRow.settled_at.is_(None))
        .order_by(ExceptionCaseRow.number)
    )


def settled_cases(warehouse_id: int) -> Select[UUID]:
    """The cases that were settled, the latest first."""
    return (
        select(ExceptionCaseRow.id)
        .where(ExceptionCaseRow.warehouse_id == warehouse_id, ExceptionCaseRow.settled_at.is_not(None))
        .order_by(ExceptionCaseRow.settled_at.desc())
    )


def cases(session: Session, warehouse_id: int, case_ids: Sequence[UUID]) -> list[Case]:
    """These cases, in this order."""
    return [_case(session, session.get_one(ExceptionCaseRow, (warehouse_id, case_id))) for case_id in case_ids]


def _case(session: Session, row: ExceptionCaseRow) -> Case:
    warehouse_id = row.warehouse_id
    scans = scans_of_case(session, warehouse_id, row.id)
    stock = touched_stock(session, warehouse_id, row.id)
    moves = [move for scan in scans for move in moves_of_scan(scan)]
    names = _Names.of(session, warehouse_id, [each.key for each in stock], moves)
    task = None if row.task_id is None else session.get(TaskRow, (warehouse_id, row.task_id))
    people = _people(session, warehouse_id, {row.operator_id, task.operator_id if task else row.operator_id})
    operator, badge = people.get(row.operator_id, ("", ""))
    return Case(
        row=row,
        operator=operator,
        badge=badge,
        task=task,
        task_operator=people.get(task.operator_id, ("", ""))[0] if task else "",
        scans=tuple(
            CaseScan(scan, json.loads(scan.details), tuple(names.move(move) for move in moves_of_scan(scan)))
            for scan in scans
        ),
        stock=tuple(
            CaseStock(each, names.where(each.key), names.items[each.key.sku_id], names.lots.get(each.key.lot_id, ""))
            for each in stock
        ),
    )


def _people(session: Session, warehouse_id: int, operator_ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    statement = select(OperatorRow.id, OperatorRow.name, OperatorRow.badge).where(
        OperatorRow.warehouse_id == warehouse_id, OperatorRow.id.in_(operator_ids)
    )
    return {row.id: (row.name, row.badge) for row in session.execute(statement)}


@dataclass(frozen=True, slots=True)
class _Names:
    """Codes and names of what ids stand for."""

    items: Mapping[int, str]
    places: Mapping[int, str]
    containers: Mapping[UUID, str]
    lots: Mapping[UUID, str]

    @classmethod
    def of(cls, session: Session, warehouse_id: int, keys: Sequence[BalanceKey], moves: Sequence[Transfer]) -> "_Names":
        every = {*keys, *(move.source for move in moves), *(move.target for move in moves)}
        containers = session.execute(
            select(ContainerRow.id, ContainerRow.code).where(
                ContainerRow.warehouse_id == warehouse_id, ContainerRow.id.in_({key.container_id for key in every})
            )
        )
        return cls(
            {sku_id: item.name for sku_id, item in items_by_id(session, [key.sku_id for key in every]).items()},
            {
                place_id: place.code
                for place_id, place in places_by_id(session, warehouse_id, [key.place_id for key in every]).items()
            },
            {row.id: row.code for row in containers},
            {
                lot_id: lot.code
                for lot_id, lot in lots_by_id(session, warehouse_id, [key.lot_id for key in every]).items()
            },
        )

    def where(self, key: BalanceKey) -> str:
        place = self.places.get(key.place_id, "?")
        return place if key.container_id == NIL else f"{place}/{self.containers.get(key.container_id, '?')}"

    def move(self, transfer: Transfer) -> str:
        item = self.items.get(transfer.sku_id, "?")
        return f"{transfer.quantity} × {item}: {self.where(transfer.source)} → {self.where(transfer.target)}"
