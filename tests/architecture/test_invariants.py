"""The checks that run after every database test notice what they are there for."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import Engine, create_engine, text

from tests.support.invariants import CHECKS, check_invariants

NIL = "00000000-0000-0000-0000-000000000000"
PARCEL = "00000000-0000-0000-0000-000000000007"
TOTE = "00000000-0000-0000-0000-000000000008"

SPOILT = {
    "over all places, the units of a SKU sum up to zero": {"on_hand": 3},
    "a balance is what the journal says": {"on_hand": 3},
    "what a balance holds is what its holds say": {"on_hand": 3, "held": 1},
    "a tote or pallet that anybody may take for something else is empty": {"on_hand": 3, "container_id": TOTE},
    "a parcel that was opened again holds nothing and is on no load": {"on_hand": 3, "container_id": PARCEL},
}
"""For each invariant a balance, without a journal and without a hold, that breaks it."""

AT = "2026-11-05 04:00:00"
BESIDE = (
    ("containers", {"warehouse_id": 1, "id": TOTE, "code": "TOT-9", "kind": "tote", "use": "empty"}),
    (
        "parcels",
        {"warehouse_id": 1, "id": PARCEL, "order_id": PARCEL, "box_type": "S", "weight_grams": 1, "sscc": "1",
         "tracking_no": "RB1", "state": "cancelled", "place_id": 1, "closed_at": AT},
    ),
    (
        "parcel_voids",
        {"warehouse_id": 1, "parcel_id": PARCEL, "order_id": PARCEL, "at": AT, "voided_by": PARCEL, "passed_by": "",
         "reason": "damaged", "container_id": PARCEL},
    ),
)  # fmt: skip
"""An empty tote, and a parcel that was opened again."""

BALANCE = {"warehouse_id": 1, "sku_id": 1, "place_id": 1, "on_hand": 0, "held": 0, "is_virtual": False}


def _insert_balance(url: str, values: Mapping[str, object]) -> None:
    engine = create_engine(url)
    rows = [("stock_balances", {**BALANCE, "lot_id": NIL, "container_id": NIL, **values}), *BESIDE]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Only the stock matters here, not the products and places it would lie on.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table, row in rows:
            names = ", ".join(row)
            places = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), _kept(engine, row))
    engine.dispose()


def _kept(engine: Engine, row: Mapping[str, object]) -> dict[str, object]:
    """The row as its database keeps it: SQLite has identities without dashes."""
    if engine.dialect.name == "postgresql":
        return dict(row)
    return {name: str(value).replace("-", "") if value in (NIL, PARCEL, TOTE) else value for name, value in row.items()}


@pytest.mark.spoils_stock
@pytest.mark.parametrize("invariant", CHECKS)
def test_wrong_stock_is_noticed(invariant: str, database_url: str) -> None:
    check_invariants(database_url)
    _insert_balance(database_url, SPOILT[invariant])
    with pytest.raises(AssertionError, match=re.escape(invariant)):
        check_invariants(database_url)
