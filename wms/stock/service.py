"""Writing stock: post transfers, place and void holds, find lots. Called by writers of effects and by allocation.

Everything here runs inside the caller's transaction. Balances are locked in one fixed order (BalanceKey), so two
postings can wait for each other but never block each other for ever.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from wms.database.dialect import insert_adding
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.places.lookup import place_kinds
from wms.places.model import VIRTUAL_KINDS
from wms.stock import rules
from wms.stock.model import Balance, BalanceKey, Hold, Lot, Transfer
from wms.stock.statements import (
    CHANGE_HOLD,
    KEYS_PER_LOCK,
    OPEN_HOLDS,
    OPEN_HOLDS_OF_SEVERAL,
    WRITE_BALANCE,
    WRITE_JOURNAL,
    key_parameters,
    lock_statement,
)
from wms.stock.statements import balances as _balances
from wms.stock.statements import holds as _holds
from wms.stock.tables import LotRow


class ExitGate(Protocol):
    """Says which containers may not go onto a lane or leave, and why. Customs implements it, `wms.app` hands it in."""

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
    """Posts transfers; holds the gate that goods have to pass on their way onto a lane and out."""

    def __init__(self, exit_gate: ExitGate) -> None:
        self._exit_gate = exit_gate

    def post(
        self, session: Session, warehouse_id: int, transfers: Sequence[Transfer], posting: Posting
    ) -> Refusal | None:
        """Post all `transfers` or none. Refuses `not_enough_stock`, `hold_gone` or what the exit gate says."""
        if not transfers:
            return None
        rules.malformed(transfers)
        changes = rules.changes_of(transfers)
        kinds = place_kinds(session, warehouse_id, frozenset(key.place_id for key in changes))
        gated = rules.gated_containers(transfers, kinds)
        if gated:
            refusal = rules.unreleased(gated, self._exit_gate(session, warehouse_id, gated))
            if refusal is not None:
                return refusal
        rules.only_real_places_hold((key for key, change in changes.items() if change.held), kinds)
        balances = lock_balances(session, warehouse_id, list(changes))
        refusal = rules.insufficient(changes, balances, kinds) or self._write_holds(session, warehouse_id, transfers)
        if refusal is not None:
            return refusal
        self._write_balances(session, warehouse_id, changes, balances, kinds)
        session.connection().execute(
            WRITE_JOURNAL,
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
                **key_parameters(warehouse_id, key),
                "new_on_hand": balances[key].on_hand + change.on_hand,
                "new_held": balances[key].held + change.held,
            }
            for key, change in changes.items()
            if key in balances
        ]
        if known:
            session.connection().execute(WRITE_BALANCE, known)
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
    def _write_holds(session: Session, warehouse_id: int, transfers: Sequence[Transfer]) -> Refusal | None:
        """Settle and restore holds; first of all writes, because it may still refuse. Their balances are locked."""
        written: list[dict[str, object]] = []
        for transfer in transfers:
            hold_id = transfer.settles or transfer.restores
            if hold_id is None:
                continue
            key = transfer.source if transfer.settles else transfer.target
            change = -transfer.quantity if transfer.settles else transfer.quantity
            parameters = {**key_parameters(warehouse_id, key), "key_hold": hold_id, "change": change}
            if session.connection().execute(CHANGE_HOLD, parameters).rowcount == 1:
                written.append({**parameters, "change": -change})
                continue
            for parameters_back in written:
                session.connection().execute(CHANGE_HOLD, parameters_back)
            return rules.hold_gone(key, _still_held(session, warehouse_id, hold_id, key), transfer.quantity)
        return None


def _still_held(session: Session, warehouse_id: int, hold_id: UUID, key: BalanceKey) -> int:
    row = session.execute(select(_holds).where(_holds.c.warehouse_id == warehouse_id, _holds.c.id == hold_id)).first()
    assert row is not None, f"hold {hold_id} does not exist"
    assert key == _key(row), f"hold {hold_id} is at {_key(row)}, not at {key}"
    return 0 if row.voided else int(row.quantity)


def lock_balances(session: Session, warehouse_id: int, keys: Sequence[BalanceKey]) -> dict[BalanceKey, Balance]:
    """The existing balances of `keys`, locked in key order until the transaction ends."""
    in_order = sorted(set(keys))
    balances: dict[BalanceKey, Balance] = {}
    for start in range(0, len(in_order), KEYS_PER_LOCK):
        some = in_order[start : start + KEYS_PER_LOCK]
        parameters: dict[str, object] = {"warehouse": warehouse_id}
        for number, key in enumerate(some):
            parameters[f"sku_{number}"] = key.sku_id
            parameters[f"place_{number}"] = key.place_id
            parameters[f"lot_{number}"] = key.lot_id
            parameters[f"container_{number}"] = key.container_id
        for row in session.connection().execute(lock_statement(len(some)), parameters):
            balance = _balance(row)
            balances[balance.key] = balance
    return balances


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


def _key(row: Any) -> BalanceKey:
    return BalanceKey(row.sku_id, row.place_id, row.lot_id, row.container_id)


def _balance(row: Any) -> Balance:
    return Balance(_key(row), row.on_hand, row.held, row.is_virtual)


def place_holds(session: Session, warehouse_id: int, holds: Sequence[Hold], *, now: datetime) -> Refusal | None:
    """Hold units for documents, all or none. Refuses `not_enough_stock` when a balance has too little free."""
    if not holds:
        return None
    wanted: dict[BalanceKey, rules.Change] = {}
    for hold in holds:
        assert hold.quantity > 0, f"quantity {hold.quantity}"
        before = wanted.get(hold.key, rules.Change(0, 0))
        wanted[hold.key] = rules.Change(0, before.held + hold.quantity)
    changes = dict(sorted(wanted.items()))
    kinds = place_kinds(session, warehouse_id, frozenset(key.place_id for key in changes))
    rules.only_real_places_hold(changes, kinds)
    balances = lock_balances(session, warehouse_id, list(changes))
    refusal = rules.insufficient(changes, balances, kinds)
    if refusal is not None:
        return refusal
    session.connection().execute(
        WRITE_BALANCE,
        [
            {
                **key_parameters(warehouse_id, key),
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
                "voided": False,
                "created_at": now,
            }
            for hold in holds
        ],
    )
    return None


def open_holds(session: Session, warehouse_id: int, document: UUID) -> list[Hold]:
    """What is still held for a document, line by line."""
    rows = session.connection().execute(OPEN_HOLDS, {"key_warehouse": warehouse_id, "key_document": document})
    return [_hold(row) for row in rows]


def open_holds_of(session: Session, warehouse_id: int, documents: Collection[UUID]) -> list[Hold]:
    """What is still held for several documents, one after the other, line by line."""
    parameters = {"key_warehouse": warehouse_id, "key_documents": list(documents)}
    return [_hold(row) for row in session.connection().execute(OPEN_HOLDS_OF_SEVERAL, parameters)]


def _hold(row: Any) -> Hold:
    return Hold(row.id, _key(row), row.quantity, row.document, row.line_no)


def void_document(session: Session, warehouse_id: int, document: UUID) -> int:
    """Give back everything held for a document; returns the units freed.

    Holds that are settled in full are closed too: a pick that is undone afterwards must not hold goods for a document
    that nobody will void again.
    """
    hold_ids = session.scalars(
        select(_holds.c.id).where(_holds.c.warehouse_id == warehouse_id, _holds.c.document == document)
    ).all()
    return void_holds(session, warehouse_id, hold_ids)


def void_holds(session: Session, warehouse_id: int, hold_ids: Sequence[UUID]) -> int:
    """Give back what is still held by `hold_ids`; returns the units freed. What was settled already stays settled."""
    these = (_holds.c.warehouse_id == warehouse_id, _holds.c.id.in_(hold_ids))
    # Balances first, then holds: the same order as posting, so the two never wait for each other in a circle. Holds
    # change only under the lock of their balance, so what is read after it stays true.
    keys = {_key(row) for row in session.execute(select(_holds).where(*these))}
    balances = lock_balances(session, warehouse_id, list(keys))
    freed: dict[BalanceKey, int] = {}
    for row in session.execute(select(_holds).where(*these, _holds.c.quantity > 0)):
        freed[_key(row)] = freed.get(_key(row), 0) + row.quantity
    if freed:
        session.connection().execute(
            WRITE_BALANCE,
            [
                {
                    **key_parameters(warehouse_id, key),
                    "new_on_hand": balances[key].on_hand,
                    "new_held": balances[key].held - units,
                }
                for key, units in sorted(freed.items())
            ],
        )
    session.execute(update(_holds).where(*these).values(quantity=0, voided=True))
    return sum(freed.values())


def lots_by_id(session: Session, warehouse_id: int, lot_ids: Sequence[UUID]) -> dict[UUID, Lot]:
    """The given lots by id; NIL has none."""
    wanted = sorted(set(lot_ids) - {NIL})
    if not wanted:
        return {}
    rows = session.execute(
        select(LotRow.id, LotRow.code, LotRow.expires_on).where(
            LotRow.warehouse_id == warehouse_id, LotRow.id.in_(wanted)
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
