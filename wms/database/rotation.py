"""Sealing what is sealed with an older key, or not at all, with the first key; and counting what cannot be.

Called by `wms keys`. Goes through the tables in steps of BATCH rows, each in a transaction of its own, beside a running
service: begun again after whatever ended it, it finds what is left. Rows of append-only tables are evidence and stay as
they are, so the keys they were sealed with must be kept for ever.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, MetaData, Select, Table, Text, and_, column, select, table, tuple_, update
from sqlalchemy.orm import Session

from wms.database.base import Base
from wms.database.dialect import is_append_only
from wms.database.sealed import SealedBytes, SealedText, Vault, is_sealed, vault_of
from wms.database.transaction import Database

BATCH = 200
"""A row is locked for as long as its step takes: some milliseconds."""

PLAIN = -1
"""Stands for "not sealed" among the ages of keys."""
LOST = -2
"""Stands for "no key opens it"."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """How the values of one column are sealed."""

    table: str
    column: str
    is_append_only: bool
    values: int
    by_key: tuple[tuple[int, int], ...]
    """How many values per age of their key: 0 the first key, PLAIN, LOST."""

    def count(self, age: int) -> int:
        return dict(self.by_key).get(age, 0)

    @property
    def stale(self) -> int:
        """Values that the first key did not seal."""
        return self.values - self.count(0)


@dataclass(frozen=True, slots=True)
class Resealed:
    """What one run did."""

    values: int
    rows: int


def sealed_tables(metadata: MetaData = Base.metadata) -> Iterator[tuple[Table, tuple[Column[Any], ...]]]:
    """Every table with sealed columns, and these."""
    for each in metadata.sorted_tables:
        sealed = tuple(one for one in each.columns if isinstance(one.type, SealedText | SealedBytes))
        if sealed:
            yield each, sealed


def reseal(database: Database, say: Callable[[str, int], None] = lambda _table, _rows: None) -> Resealed:
    """Seal with the first key whatever can be changed and is not. `say` is told after each table."""
    values = rows = 0
    for each, sealed in sealed_tables():
        if is_append_only(each):
            continue
        changed = 0
        after: tuple[Any, ...] | None = None
        while True:
            step = _Step(each, sealed, after)
            done = database.in_transaction(step.reseal)
            values, changed, after = values + done.values, changed + done.rows, done.last
            if after is None:
                break
        rows += changed
        say(each.name, changed)
    return Resealed(values, rows)


def census(database: Database) -> list[SealedColumn]:
    """How every sealed column stands. Reads everything once, in steps."""
    found: list[SealedColumn] = []
    for each, sealed in sealed_tables():
        counts = {one.name: Counter[int]() for one in sealed}
        after: tuple[Any, ...] | None = None
        while True:
            step = _Step(each, sealed, after)
            seen, after = database.reading(step.count)
            for name, ages in seen.items():
                counts[name].update(ages)
            if after is None:
                break
        found += [
            SealedColumn(each.name, name, is_append_only(each), sum(ages.values()), tuple(sorted(ages.items())))
            for name, ages in counts.items()
        ]
    return found


@dataclass(frozen=True, slots=True)
class _Done:
    values: int
    rows: int
    last: tuple[Any, ...] | None
    """Key of the last row; None where there are no more."""


@dataclass(frozen=True, slots=True)
class _Step:
    """BATCH rows of one table behind the key `after`."""

    table: Table
    sealed: tuple[Column[Any], ...]
    after: tuple[Any, ...] | None

    def reseal(self, session: Session) -> _Done:
        vault = vault_of(session.get_bind().dialect)
        rows = session.execute(self._query().with_for_update()).all()
        values = changed = 0
        raw_table = self._raw_table()
        for row in rows:
            new = {name: self._new(vault, row._mapping[name]) for name in self._names()}
            stale = {name: value for name, value in new.items() if value is not None}
            if not stale:
                continue
            same_row = and_(*(raw_table.c[key.name] == row._mapping[key.name] for key in self._key()))
            session.execute(update(raw_table).where(same_row).values(stale))
            values, changed = values + len(stale), changed + 1
        return _Done(values, changed, self._last(rows))

    def count(self, session: Session) -> tuple[dict[str, list[int]], tuple[Any, ...] | None]:
        vault = vault_of(session.get_bind().dialect)
        rows = session.execute(self._query()).all()
        ages = {
            name: [_age(vault, _bytes(row._mapping[name])) for row in rows if row._mapping[name]]
            for name in self._names()
        }
        return ages, self._last(rows)

    def _query(self) -> Select[Any]:
        raw_table = self._raw_table()
        keys = [raw_table.c[key.name] for key in self._key()]
        query = select(*raw_table.c).select_from(raw_table).order_by(*keys).limit(BATCH)
        if self.after is not None:
            query = query.where(tuple_(*keys) > tuple_(*self.after, types=[key.type for key in keys]))
        return query

    def _raw_table(self) -> Any:
        """The table as the database sees it: tokens, not values."""
        raw = [column(one.name, _raw_type(one)) for one in self.sealed]
        return table(self.table.name, *(column(key.name, key.type) for key in self._key()), *raw)

    def _key(self) -> Iterable[Column[Any]]:
        return self.table.primary_key.columns

    def _names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.sealed)

    def _last(self, rows: Any) -> tuple[Any, ...] | None:
        if len(rows) < BATCH:
            return None
        return tuple(rows[-1]._mapping[key.name] for key in self._key())

    def _new(self, vault: Vault, value: Any) -> Any:
        """The value sealed anew; None where it is as it should be. What no key opens is left for the day one does."""
        if not value:
            return None
        age = _age(vault, _bytes(value))
        if age in (0, LOST):
            return None
        token = vault.seal(vault.open(_bytes(value)))
        return token.decode("ascii") if isinstance(value, str) else token


def _age(vault: Vault, value: bytes) -> int:
    if not is_sealed(value):
        return PLAIN
    age = vault.age_of_key(value)
    return LOST if age is None else age


def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def _raw_type(of: Column[Any]) -> Any:
    return Text() if isinstance(of.type, SealedText) else LargeBinary()
