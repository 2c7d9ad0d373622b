"""Settling an exception: each case once, by a supervisor, with the stock right afterwards.

Called by `wms.office` inside its transactions, which write the audit trail beside it. Three ways: the scans never
happened on the floor or were put right there (`discard`); the rest of the task is done anew by whoever comes next
(`reopen`); or the goods lie where the scans say, and what lies there is counted into the books (`count_in`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.containers.model import Container, ContainerKind, ContainerUse, UseContainer
from wms.containers.tables import ContainerRow
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.places.lookup import place_kinds, the_place
from wms.places.model import VIRTUAL_KINDS, PlaceKind
from wms.stock.model import BalanceKey, Move, Reason, Transfer
from wms.stock.service import lock_balances
from wms.stock.tables import BalanceRow
from wms.tasks.exceptions import moves_of_scan, scans_of_case
from wms.tasks.floor import WriteContext
from wms.tasks.tables import ExceptionCaseRow, TaskRow
from wms.tasks.task import NOBODY
from wms.tasks.writers import Writers

MOST_COUNTED = 1_000_000


class Settlement(StrEnum):
    """What became of a case."""

    DISCARDED = "discarded"
    REOPENED = "reopened"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class TouchedStock:
    """Units the refused scans were about: what the books say, and what the scans would make of it."""

    key: BalanceKey
    on_hand: int
    held: int
    moved: int

    @property
    def seen(self) -> int:
        """What should lie there if all went as the handheld showed it."""
        return max(0, self.on_hand + self.moved)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a supervisor found at one key, and what the books said when he was asked."""

    key: BalanceKey
    booked: int
    found: int


@dataclass(frozen=True, slots=True)
class Settler:
    """Who settles, when, and with which writers."""

    writers: Writers = field(repr=False)
    warehouse_id: int
    operator_id: UUID
    who: str
    device: str
    now: datetime


def touched_stock(session: Session, warehouse_id: int, case_id: UUID) -> list[TouchedStock]:
    """Every real place, or container on it, that a scan of the case would have changed."""
    moved: dict[BalanceKey, int] = {}
    for scan in scans_of_case(session, warehouse_id, case_id):
        for transfer in moves_of_scan(scan):
            moved[transfer.source] = moved.get(transfer.source, 0) - transfer.quantity
            moved[transfer.target] = moved.get(transfer.target, 0) + transfer.quantity
    kinds = place_kinds(session, warehouse_id, frozenset(key.place_id for key in moved))
    keys = sorted(key for key in moved if kinds[key.place_id] not in VIRTUAL_KINDS)
    standing = {
        BalanceKey(row.sku_id, row.place_id, row.lot_id, row.container_id): (row.on_hand, row.held)
        for row in session.execute(
            select(BalanceRow.sku_id, BalanceRow.place_id, BalanceRow.lot_id, BalanceRow.container_id)
            .add_columns(BalanceRow.on_hand, BalanceRow.held)
            .where(
                BalanceRow.warehouse_id == warehouse_id,
                BalanceRow.sku_id.in_({key.sku_id for key in keys}),
                BalanceRow.place_id.in_({key.place_id for key in keys}),
            )
        )
    }
    return [TouchedStock(key, *standing.get(key, (0, 0)), moved[key]) for key in keys]


def discard(session: Session, settler: Settler, case_id: UUID) -> ExceptionCaseRow | Refusal:
    """Nothing of it is booked: the goods lie where they lay before. Refuses `case_settled`."""
    case = _open_case(session, settler, case_id)
    return case if isinstance(case, Refusal) else _settled(session, settler, case, Settlement.DISCARDED)


def reopen(session: Session, settler: Settler, case_id: UUID) -> ExceptionCaseRow | Refusal:
    """The task stands as the books say and is anybody's. Refuses `case_settled`, `case_task_done`."""
    case = _open_case(session, settler, case_id)
    if isinstance(case, Refusal):
        return case
    task = session.scalars(
        select(TaskRow)
        .where(TaskRow.warehouse_id == settler.warehouse_id, TaskRow.id == (case.task_id or NIL))
        .with_for_update()
    ).first()
    if task is None or task.state != "open":
        return Refusal("case_task_done", {"case": case.number})
    task.operator_id, task.leased_until, task.laid_ready_at, task.pending_raw = NOBODY, settler.now, None, None
    task.version += 1
    return _settled(session, settler, case, Settlement.REOPENED)


def count_in(
    session: Session, settler: Settler, case_id: UUID, counts: Sequence[Counted]
) -> ExceptionCaseRow | Refusal:
    """Make the books say what was found. Refuses, and changes nothing then:

    `case_settled`; `case_not_counted` where a touched place was left out or the number is none; `case_stock_moved`
    where the books changed since he was asked; `case_promised` where fewer were found than are promised to orders.
    Raises Refused where the stock rules say no.
    """
    case = _open_case(session, settler, case_id)
    if isinstance(case, Refusal):
        return case
    touched = touched_stock(session, settler.warehouse_id, case_id)
    # Nothing may move there between this look and what is written.
    lock_balances(session, settler.warehouse_id, [stock.key for stock in touched])
    touched = touched_stock(session, settler.warehouse_id, case_id)
    found = {count.key: count for count in counts}
    refusal = _why_not(case, touched, found)
    if refusal is not None:
        return refusal
    context = WriteContext(
        settler.warehouse_id, settler.operator_id, settler.device, settler.now, uuid7(), case.task_id or NIL
    )
    # What is missing goes first: what was found elsewhere is mostly the same units.
    for stock in touched:
        settler.writers.apply(session, context, _missing(session, settler, case, stock, found[stock.key].found))
    for stock in touched:
        settler.writers.apply(session, context, _more(session, settler, case, stock, found[stock.key].found))
    return _settled(session, settler, case, Settlement.COUNTED)


def _open_case(session: Session, settler: Settler, case_id: UUID) -> ExceptionCaseRow | Refusal:
    """The case, locked; a second press of whatever button finds it settled."""
    case = session.scalars(
        select(ExceptionCaseRow)
        .where(ExceptionCaseRow.warehouse_id == settler.warehouse_id, ExceptionCaseRow.id == case_id)
        .with_for_update()
    ).first()
    return Refusal("case_settled") if case is None or case.settled_at is not None else case


def _settled(session: Session, settler: Settler, case: ExceptionCaseRow, how: Settlement) -> ExceptionCaseRow:
    case.settled_at, case.settled_by, case.settlement = settler.now, settler.who[:60], how
    session.flush()
    return case


def _why_not(
    case: ExceptionCaseRow, touched: Sequence[TouchedStock], found: Mapping[BalanceKey, Counted]
) -> Refusal | None:
    for stock in touched:
        count = found.get(stock.key)
        if count is None or not 0 <= count.found <= MOST_COUNTED:
            return Refusal("case_not_counted", {"case": case.number})
        if count.booked != stock.on_hand:
            return Refusal("case_stock_moved", {"case": case.number})
        if count.found < stock.held:
            return Refusal("case_promised", {"n": count.found, "held": stock.held})
    return None


def _missing(
    session: Session, settler: Settler, case: ExceptionCaseRow, stock: TouchedStock, found: int
) -> list[Effect]:
    """Units the books have and nobody found."""
    if found >= stock.on_hand:
        return []
    key = stock.key
    transfer = Transfer(
        sku_id=key.sku_id,
        quantity=stock.on_hand - found,
        from_place_id=key.place_id,
        to_place_id=the_place(session, settler.warehouse_id, PlaceKind.LOST).id,
        reason=Reason.SHORT,
        lot_id=key.lot_id,
        from_container_id=key.container_id,
        document=case.id,
    )
    return [Move(transfer)]


def _more(session: Session, settler: Settler, case: ExceptionCaseRow, stock: TouchedStock, found: int) -> list[Effect]:
    """Units that are where the books have none. In a tote, they must get somewhere from where work goes on."""
    if found <= stock.on_hand:
        return []
    key, effects = stock.key, list[Effect]()
    place_id, container_id = key.place_id, key.container_id
    container = None if container_id == NIL else _container(session, settler.warehouse_id, container_id)
    if container is not None and container.use is ContainerUse.EMPTY:
        # It is not empty, as we know now: putaway brings the goods back to a shelf.
        effects.append(UseContainer(container_id, ContainerUse.EMPTY, ContainerUse.PUTAWAY))
    elif container_id != NIL and (container is None or not _is_filled_further(container)):
        # Somebody works it off by a plan that does not know of these units.
        place_id, container_id = the_place(session, settler.warehouse_id, PlaceKind.PROBLEM).id, NIL
    transfer = Transfer(
        sku_id=key.sku_id,
        quantity=found - stock.on_hand,
        from_place_id=the_place(session, settler.warehouse_id, PlaceKind.FOUND).id,
        to_place_id=place_id,
        reason=Reason.FOUND,
        lot_id=key.lot_id,
        to_container_id=container_id,
        document=case.id,
    )
    return [*effects, Move(transfer)]


def _is_filled_further(container: Container) -> bool:
    """Received goods may be added to as long as nobody has begun to put them away."""
    if container.use is ContainerUse.RECEIVING:
        return True
    return container.use is ContainerUse.PUTAWAY and container.subject != container.id


def _container(session: Session, warehouse_id: int, container_id: UUID) -> Container | None:
    row = session.scalars(
        select(ContainerRow)
        .where(ContainerRow.warehouse_id == warehouse_id, ContainerRow.id == container_id)
        .with_for_update()
    ).first()
    if row is None:
        return None
    return Container(row.id, row.code, ContainerKind(row.kind), ContainerUse(row.use), row.subject)
