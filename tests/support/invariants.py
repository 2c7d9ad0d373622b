"""What must be true of every database after every test, whatever the test was about.

Each check is a query that lists what is wrong. The fixtures in `tests/conftest.py` run them when a test has ended and
before its rows are removed. They are written apart from the product's own audit on purpose: they would notice if that
one were wrong. A new invariant is one more entry in CHECKS. A test that spoils a database on purpose says so with the
marker `spoils_stock`.
"""

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

_KEY = "warehouse_id, sku_id, place_id, lot_id, container_id"

CHECKS = {
    "over all places, the units of a SKU sum up to zero": """
        SELECT warehouse_id, sku_id, SUM(on_hand) AS units FROM stock_balances
        GROUP BY warehouse_id, sku_id HAVING SUM(on_hand) <> 0
    """,
    "a balance is what the journal says": f"""
        SELECT {_KEY}, SUM(in_balance) AS in_balance, SUM(in_journal) AS in_journal FROM (
            SELECT {_KEY}, on_hand AS in_balance, 0 AS in_journal FROM stock_balances
            UNION ALL
            SELECT warehouse_id, sku_id, to_place_id, lot_id, to_container_id, 0, quantity FROM stock_journal
            UNION ALL
            SELECT warehouse_id, sku_id, from_place_id, lot_id, from_container_id, 0, -quantity FROM stock_journal
        ) AS both_sides
        GROUP BY {_KEY} HAVING SUM(in_balance) <> SUM(in_journal)
    """,
    "what a balance holds is what its holds say": f"""
        SELECT {_KEY}, SUM(in_balance) AS in_balance, SUM(in_holds) AS in_holds FROM (
            SELECT {_KEY}, held AS in_balance, 0 AS in_holds FROM stock_balances
            UNION ALL
            SELECT {_KEY}, 0, quantity FROM stock_holds
        ) AS both_sides
        GROUP BY {_KEY} HAVING SUM(in_balance) <> SUM(in_holds)
    """,
    "a tote or pallet that anybody may take for something else is empty": """
        SELECT c.code, b.sku_id, b.on_hand FROM containers AS c
        JOIN stock_balances AS b ON b.warehouse_id = c.warehouse_id AND b.container_id = c.id
        WHERE c.kind <> 'parcel' AND c.use = 'empty' AND b.on_hand <> 0
    """,
    "a parcel that was opened again holds nothing and is on no load": """
        SELECT p.id, p.tracking_no FROM parcel_voids AS v
        JOIN parcels AS p ON p.warehouse_id = v.warehouse_id AND p.id = v.parcel_id
        LEFT JOIN stock_balances AS b
            ON b.warehouse_id = p.warehouse_id AND b.container_id = p.id AND b.on_hand <> 0
        WHERE p.state <> 'cancelled' OR p.load_id IS NOT NULL OR b.on_hand IS NOT NULL
    """,
}
"""What is true, and the query for the rows for which it is not."""


def check_invariants(database_url: str) -> None:
    """Raises AssertionError listing every invariant that does not hold, with the rows that say so."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        broken = {
            what: [dict(row) for row in rows]
            for what, query in CHECKS.items()
            if (rows := connection.execute(text(query)).mappings().all())
        }
    engine.dispose()
    assert not broken, f"the test left wrong stock behind: {broken}"
