"""The checks that run after every database test notice what they are there for."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import create_engine, text

from tests.support.invariants import CHECKS, check_invariants

NIL = "00000000-0000-0000-0000-000000000000"

SPOILT = {
    "over all places, the units of a SKU sum up to zero": {"on_hand": 3},
    "a balance is what the journal says": {"on_hand": 3},
    "what a balance holds is what its holds say": {"on_hand": 3, "held": 1},
}
"""For each invariant a balance, without a journal and without a hold, that breaks it."""

BALANCE = {"warehouse_id": 1, "sku_id": 1, "place_id": 1, "on_hand": 0, "held": 0, "is_virtual": False}


def _insert_balance(url: str, values: Mapping[str, object]) -> None:
    engine = create_engine(url)
    nil = NIL if engine.dialect.name == "postgresql" else NIL.replace("-", "")
    row = {**BALANCE, "lot_id": nil, "container_id": nil, **values}
    names = ", ".join(row)
    places = ", ".join(f":{name}" for name in row)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Only the stock matters here, not the products and places it would lie on.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"INSERT INTO stock_balances ({names}) VALUES ({places})"), row)
    engine.dispose()


@pytest.mark.spoils_stock
@pytest.mark.parametrize("invariant", CHECKS)
def test_wrong_stock_is_noticed(invariant: str, database_url: str) -> None:
    check_invariants(database_url)
    _insert_balance(database_url, SPOILT[invariant])
    with pytest.raises(AssertionError, match=re.escape(invariant)):
        check_invariants(database_url)
