"""Writing stock: post transfers, place and void holds, find lots. Called by writers of effects and by allocation.

Everything here runs inside the caller's transaction. Balances are locked in one fixed order (BalanceKey), so two
postings can wait for each other but never block each other for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select, tuple_, update
from sqlalchemy.orm import Session

from wms.database.dialect import insert_adding
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.places.lookup import place_kinds
from wms.places.model import VIRTUAL_KINDS
from wms.stock import rules
from wms.stock.model import Balance, BalanceKey, Hold, Lot, RegisterLot, Transfer
from wms.stock.tables import BalanceRow, HoldRow, JournalRow, LotRow

_balances = cast(Table, BalanceRow.__table__)
_journal = cast(Table, JournalRow.__table__)
_holds = cast(Table, HoldRow.__table__)


class ExitGate(Protocol):
    """Says which containers may not leave the building, and why. Implemented by customs, handed in by `wms.app`."""

    def __call__(
        self, session: Session, warehouse_id: int, container_ids: frozenset[UUID]
    ) -> Mapping[UUID, Refusal]: ...


@dataclass(frozen=True, slots=True)
class Posting:
    """Who posts, when, and by which scan."""

    at: datetime
    operator_id: UUID | None = None
    scan_id: UUID | None = None


class Ledger:
    """Posts transfers; holds the gate that goods have to pass on their way out."""

    def __init__(self, exit_gate: ExitGate) -> None:
        self._exit_gate = exit_gate

    def post(
        self, session: Session, warehouse_id: int, transfers: Sequence[Transfer], posting: Posting
    ) -> Refusal | None:
        """Post all `transfers` or none. Refuses `not_enough_stock` or what the exit gate says."""
        rules.malformed(transfers)
        changes = rules.changes_of(transfers)
        kinds = place_kinds(session, warehouse_id, frozenset(key.place_id for key in changes))
        leaving = rules.leaving_containers(transfers, kinds)
        if leaving:
            refusal = rules.unreleased(leaving, self._exit_gate(session, warehouse_id, leaving))
            if refusal is not None:
                return refusal
        balances = lock_balances(session, warehouse_id, list(changes))
        refusal = rules.insufficient(changes, balances, kinds)
        if refusal is not None:
            return refusal
        self._write_balances(session, warehouse_id, changes, balances, kinds)
        self._write_holds(session, warehouse_id, transfers)
        session.execute(
            insert(_journal),
            [
                {
                    "warehouse_id": warehouse_id,
                    "id": uuid7(),
                    "sku_id": transfer.sku_id,
                    "lot_id": transfer.lot_id,
                    "quantity": transfer.quantity,
                    "from_place_id": transfer.from_place_id,
                    "to_place_id": transfer.to_place_id,
                    "from_container_id": transfer.from_container_id,
                    "to_container_id": transfer.to_container_id,
                    "reason": transfer.reason,
                    "document": transfer.document,
                    "scan_id": posting.scan_id,
                    "operator_id": posting.operator_id,
                    "at": posting.at,
                }
                for transfer in transfers
            ],
        )
        return None

    @staticmethod
    def _write_balances(
        session: Session,
        warehouse_id: int,
        changes: Mapping[BalanceKey, rules.Change],
        balances: Mapping[BalanceKey, Balance],
        kinds: Mapping[int, Any],
    ) -> None:
        known = [
            {
                **_key_parameters(warehouse_id, key),
                "new_on_hand": balances[key].on_hand + change.on_hand,
                "new_held": balances[key].held + change.held,
            }
            for key, change in changes.items()
            if key in balances
        ]
        if known:
            session.connection().execute(_WRITE_BALANCE, known)
        new = [
            {
                "warehouse_id": warehouse_id,
                "sku_id": key.sku_id,
                "place_id": key.place_id,
                "lot_id": key.lot_id,
                "container_id": key.container_id,
                "on_hand": change.on_hand,
                "held": change.held,
                "is_virtual": kinds[key.place_id] in VIRTUAL_KINDS,
            }
            for key, change in changes.items()
            if key not in balances
        ]
        if new:
            # Somebody else may have opened the same balance since we looked: then ours is added to his.
            statement = insert_adding(_balances, session.get_bind().dialect.name, "on_hand", "held")
            session.connection().execute(statement, new)

    @staticmethod
    def _write_holds(session: Session, warehouse_id: int, transfers: Sequence[Transfer]) -> None:
        for transfer in transfers:
            hold_id = transfer.settles or transfer.restores
            if hold_id is None:
                continue
            change = -transfer.quantity if transfer.settles else transfer.quantity
            row = session.connection().execute(
                _CHANGE_HOLD, {"key_warehouse": warehouse_id, "key_hold": hold_id, "change": change}
            )
            assert row.rowcount == 1, f"hold {hold_id} does not exist"


def _key_parameters(warehouse_id: int, key: BalanceKey) -> dict[str, object]:
    return {
        "key_warehouse": warehouse_id,
        "key_sku": key.sku_id,
        "key_place": key.place_id,
        "key_lot": key.lot_id,
        "key_container": key.container_id,
    }


_WRITE_BALANCE = (
    update(_balances)
    .where(
        _balances.c.warehouse_id == bindparam("key_warehouse"),
        _balances.c.sku_id == bindparam("key_sku"),
        _balances.c.place_id == bindparam("key_place"),
        _balances.c.lot_id == bindparam("key_lot"),
        _balances.c.container_id == bindparam("key_container"),
    )
    .values(on_hand=bindparam("new_on_hand"), held=bindparam("new_held"))
)

# The CHECK on holds refuses to settle more than is held: that would be our bug.
_CHANGE_HOLD = (
    update(_holds)
    .where(_holds.c.warehouse_id == bindparam("key_warehouse"), _holds.c.id == bindparam("key_hold"))
    .values(quantity=_holds.c.quantity + bindparam("change"))
)


def lock_balances(session: Session, warehouse_id: int, keys: Sequence[BalanceKey]) -> dict[BalanceKey, Balance]:
    """The existing balances of `keys`, locked in key order until the transaction ends."""
    rows = session.connection().execute(
        select(_balances)
        .where(
            _balances.c.warehouse_id == warehouse_id,
            tuple_(_balances.c.sku_id, _balances.c.place_id, _balances.c.lot_id, _balances.c.container_id).in_(
                [(key.sku_id, key.place_id, key.lot_id, key.container_id) for key in keys]
            ),
        )
        .order_by(_balances.c.sku_id, _balances.c.place_id, _balances.c.lot_id, _balances.c.container_id)
        .with_for_update()
    )
    return {balance.key: balance for balance in map(_balance, rows)}


def lock_storage_balances(
    session: Session, warehouse_id: int, sku_ids: Sequence[int], place_ids: Sequence[int]
) -> list[Balance]:
    """All loose balances of `sku_ids` at `place_ids` with something free, locked in key order. For allocation."""
    rows = session.connection().execute(
        select(_balances)
        .where(
            _balances.c.warehouse_id == warehouse_id,
            _balances.c.sku_id.in_(sku_ids),
            _balances.c.place_id.in_(place_ids),
            _balances.c.container_id == NIL,
            _balances.c.on_hand > _balances.c.held,
        )
        .order_by(_balances.c.sku_id, _balances.c.place_id, _balances.c.lot_id, _balances.c.container_id)
        .with_for_update()
    )
    return [_balance(row) for row in rows]


def _balance(row: Any) -> Balance:
    key = BalanceKey(row.sku_id, row.place_id, row.lot_id, row.container_id)
    return Balance(key, row.on_hand, row.held, row.is_virtual)


def place_holds(session: Session, warehouse_id: int, holds: Sequence[Hold], *, now: datetime) -> Refusal | None:
    """Hold units for documents, all or none. Refuses `not_enough_stock` when a balance has too little free."""
    wanted: dict[BalanceKey, rules.Change] = {}
    for hold in holds:
        before = wanted.get(hold.key, rules.Change(0, 0))
        wanted[hold.key] = rules.Change(0, before.held + hold.quantity)
    changes = dict(sorted(wanted.items()))
    kinds = place_kinds(session, warehouse_id, frozenset(key.place_id for key in changes))
    balances = lock_balances(session, warehouse_id, list(changes))
    refusal = rules.insufficient(changes, balances, kinds)
    if refusal is not None:
        return refusal
    session.connection().execute(
        _WRITE_BALANCE,
        [
            {
                **_key_parameters(warehouse_id, key),
                "new_on_hand": balances[key].on_hand,
                "new_held": balances[key].held + change.held,
            }
            for key, change in changes.items()
        ],
    )
    session.connection().execute(
        insert(_holds),
        [
            {
                "warehouse_id": warehouse_id,
                "id": hold.id,
                "sku_id": hold.key.sku_id,
                "place_id": hold.key.place_id,
                "lot_id": hold.key.lot_id,
                "container_id": hold.key.container_id,
                "quantity": hold.quantity,
                "document": hold.document,
                "line_no": hold.line_no,
                "created_at": now,
            }
            for hold in holds
        ],
    )
    return None


def open_holds(session: Session, warehouse_id: int, document: UUID) -> list[Hold]:
    """What is still held for a document."""
    rows = session.execute(
        select(_holds).where(
            _holds.c.warehouse_id == warehouse_id, _holds.c.document == document, _holds.c.quantity > 0
        )
    )
    return [
        Hold(
            row.id,
            BalanceKey(row.sku_id, row.place_id, row.lot_id, row.container_id),
            row.quantity,
            row.document,
            row.line_no,
        )
        for row in rows
    ]


def void_holds(session: Session, warehouse_id: int, hold_ids: Sequence[UUID]) -> int:
    """Give back what is still held by `hold_ids`; returns the units freed. Holds that are settled already stay so."""
    rows = session.execute(
        select(_holds.c.id, _holds.c.sku_id, _holds.c.place_id, _holds.c.lot_id, _holds.c.container_id).where(
            _holds.c.warehouse_id == warehouse_id, _holds.c.id.in_(hold_ids)
        )
    ).all()
    keys = sorted({BalanceKey(row.sku_id, row.place_id, row.lot_id, row.container_id) for row in rows})
    # Balances first, then holds: the same order as posting, so the two never wait for each other in a circle.
    balances = lock_balances(session, warehouse_id, keys)
    held = session.execute(
        select(_holds)
        .where(_holds.c.warehouse_id == warehouse_id, _holds.c.id.in_(hold_ids), _holds.c.quantity > 0)
        .order_by(_holds.c.id)
        .with_for_update()
    ).all()
    freed: dict[BalanceKey, int] = {}
    for row in held:
        key = BalanceKey(row.sku_id, row.place_id, row.lot_id, row.container_id)
        freed[key] = freed.get(key, 0) + row.quantity
    if not freed:
        return 0
    session.connection().execute(
        _WRITE_BALANCE,
        [
            {
                **_key_parameters(warehouse_id, key),
                "new_on_hand": balances[key].on_hand,
                "new_held": balances[key].held - units,
            }
            for key, units in sorted(freed.items())
        ],
    )
    session.execute(
        update(_holds)
        .where(_holds.c.warehouse_id == warehouse_id, _holds.c.id.in_([row.id for row in held]))
        .values(quantity=0)
    )
    return sum(freed.values())


def lots_by_id(session: Session, warehouse_id: int, lot_ids: Sequence[UUID]) -> dict[UUID, Lot]:
    """The given lots by id; NIL has none."""
    rows = session.execute(
        select(LotRow.id, LotRow.code, LotRow.expires_on).where(
            LotRow.warehouse_id == warehouse_id, LotRow.id.in_(lot_ids)
        )
    )
    return {row.id: Lot(row.id, row.code, row.expires_on) for row in rows}


def find_lot(session: Session, warehouse_id: int, sku_id: int, code: str) -> Lot | None:
    """The lot of that code of a SKU; lot numbers are only ever looked up within one SKU."""
    row = session.execute(
        select(LotRow.id, LotRow.expires_on).where(
            LotRow.warehouse_id == warehouse_id, LotRow.sku_id == sku_id, LotRow.code == code
        )
    ).first()
    return None if row is None else Lot(row.id, code, row.expires_on)


def register_lot(session: Session, warehouse_id: int, effect: RegisterLot, *, now: datetime) -> Refusal | None:
    """Make a new batch known. One registered by somebody else since breaks a unique key: the scan is judged anew."""
    session.execute(
        insert(LotRow).values(
            warehouse_id=warehouse_id,
            id=effect.lot_id,
            sku_id=effect.sku_id,
            code=effect.code,
            expires_on=effect.expires_on,
            received_at=now,
        )
    )
    return None
