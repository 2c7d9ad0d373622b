"""How a database means to find the rows that some work asks for: by key, or by walking.

Called by `bench.gate` and by the tests of customs. The statements are caught while the work is done, with the values
they were given, and explained afterwards.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from wms.database.transaction import Database

_SQLITE_STEP = re.compile(r"(?P<verb>SCAN|SEARCH) (?P<table>\w+)(?P<how>.*)")
_OF_WAREHOUSE_ONLY = re.compile(r"\(+[\w.]*warehouse_id = [^()]*\)+|.*\(warehouse_id=\?\)")


@dataclass(frozen=True, slots=True)
class Step:
    """How one table is read for one statement."""

    engine: str
    table: str
    how: str
    walks: bool
    """All rows of the table, or all of the warehouse, are looked at."""
    statement: str


@dataclass
class Watched:
    """The statements that were seen, each with the values of its first time."""

    database: Database
    statements: dict[str, Any] = field(default_factory=dict)

    def note(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        """Listener of the engine."""
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            self.statements.setdefault(statement, parameters[0] if many else parameters)

    def steps(self, tables: frozenset[str]) -> list[Step]:
        """How `tables` are read by these statements; each way once."""
        explain = _sqlite_steps if self.database.dialect_name == "sqlite" else _postgresql_steps
        found: dict[tuple[str, str], Step] = {}
        for statement, parameters in self.statements.items():
            for table, how, walks in explain(self.database, statement, parameters):
                if table in tables:
                    step = Step(self.database.dialect_name, table, how, walks, " ".join(statement.split()))
                    found.setdefault((table, how), step)
        return list(found.values())


@contextmanager
def watched(database: Database) -> Iterator[Watched]:
    """Sees all statements of this process on `database`, until the end."""
    watching = Watched(database)
    event.listen(database.engine, "before_cursor_execute", watching.note)
    try:
        yield watching
    finally:
        event.remove(database.engine, "before_cursor_execute", watching.note)


def _sqlite_steps(database: Database, statement: str, parameters: Any) -> Iterator[tuple[str, str, bool]]:
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    for row in rows:
        step = _SQLITE_STEP.match(row[3])
        if step is not None:
            walks = step["verb"] == "SCAN" or _OF_WAREHOUSE_ONLY.fullmatch(step["how"]) is not None
            yield step["table"], f"{step['verb']}{step['how']}", walks


def _postgresql_steps(database: Database, statement: str, parameters: Any) -> Iterator[tuple[str, str, bool]]:
    with database.engine.connect() as connection:
        answer = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    plan = answer if isinstance(answer, list) else json.loads(answer)
    for node in _nodes(plan[0]["Plan"]):
        if "Relation Name" not in node:
            continue
        condition = str(node.get("Index Cond", node.get("Recheck Cond", "")))
        walks = not condition or _OF_WAREHOUSE_ONLY.fullmatch(condition) is not None
        yield node["Relation Name"], f"{node['Node Type']} {node.get('Index Name', '')} {condition}".strip(), walks


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
