"""The ledger's SQL, built once: building a statement costs more than running it. Used by `wms.stock.service` alone."""

from functools import cache
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, insert, or_, select, update

from wms.stock.model import BalanceKey
from wms.stock.tables import BalanceRow, HoldRow, JournalRow

balances = cast(Table, BalanceRow.__table__)
journal = cast(Table, JournalRow.__table__)
holds = cast(Table, HoldRow.__table__)


def key_parameters(warehouse_id: int, key: BalanceKey) -> dict[str, object]:
    return {
        "key_warehouse": warehouse_id,
        "key_sku": key.sku_id,
        "key_place": key.place_id,
        "key_lot": key.lot_id,
        "key_container": key.container_id,
    }


WRITE_BALANCE = (
    update(balances)
    .where(
        balances.c.warehouse_id == bindparam("key_warehouse"),
        balances.c.sku_id == bindparam("key_sku"),
        balances.c.place_id == bindparam("key_place"),
        balances.c.lot_id == bindparam("key_lot"),
        balances.c.container_id == bindparam("key_container"),
    )
    .values(on_hand=bindparam("new_on_hand"), held=bindparam("new_held"))
)

# The key is part of the condition: a hold settled at another place would let holds and balances drift apart.
CHANGE_HOLD = (
    update(holds)
    .where(
        holds.c.warehouse_id == bindparam("key_warehouse"),
        holds.c.id == bindparam("key_hold"),
        holds.c.sku_id == bindparam("key_sku"),
        holds.c.place_id == bindparam("key_place"),
        holds.c.lot_id == bindparam("key_lot"),
        holds.c.container_id == bindparam("key_container"),
        holds.c.voided.is_(False),
        holds.c.quantity + bindparam("change") >= 0,
    )
    .values(quantity=holds.c.quantity + bindparam("change"))
)

OPEN_HOLDS = (
    select(holds)
    .where(
        holds.c.warehouse_id == bindparam("key_warehouse"),
        holds.c.document == bindparam("key_document"),
        holds.c.quantity > 0,
    )
    .order_by(holds.c.line_no, holds.c.id)
)

OPEN_HOLDS_OF_SEVERAL = (
    select(holds)
    .where(
        holds.c.warehouse_id == bindparam("key_warehouse"),
        holds.c.document.in_(bindparam("key_documents", expanding=True)),
        holds.c.quantity > 0,
    )
    .order_by(holds.c.document, holds.c.line_no, holds.c.id)
)

WRITE_JOURNAL = insert(journal)

KEYS_PER_LOCK = 50


@cache
def lock_statement(count: int) -> Select[Any]:
    """Locks `count` balances in key order.

    Every key is spelled out in full and the order is made by an expression: SQLite would otherwise walk through the
    whole warehouse (for a list of tuples, and in order to save itself the sorting). Built once per count, because
    building it costs more than running it.
    """
    return (
        select(balances)
        .where(
            or_(
                *(
                    and_(
                        balances.c.warehouse_id == bindparam("warehouse"),
                        balances.c.sku_id == bindparam(f"sku_{number}"),
                        balances.c.place_id == bindparam(f"place_{number}"),
                        balances.c.lot_id == bindparam(f"lot_{number}"),
                        balances.c.container_id == bindparam(f"container_{number}"),
                    )
                    for number in range(count)
                )
            )
        )
        .order_by(balances.c.sku_id + 0, balances.c.place_id, balances.c.lot_id, balances.c.container_id)
        .with_for_update()
    )
