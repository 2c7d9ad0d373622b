"""Lists whose length is the number on the board, because both are the same statement. Called by every page.

A `Slice` is one statement with a name and an address. `counted` and `page_of` run it; nothing else does. Both are
bounded: nobody reads the 10,001st line of a list, and a number of five digits tells a supervisor no more than "many".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

Statement = Select[*tuple[Any, ...]]
"""A query whose columns are named by the list it is for."""

COUNT_LIMIT = 10_000
PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose warehouse, and when: what every statement may depend on."""

    warehouse_id: int
    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        """The calendar day on the warehouse's wall."""
        return self.now.astimezone(self.zone).date()

    @property
    def start_of_day(self) -> datetime:
        return datetime.combine(self.today, datetime.min.time(), self.zone)


class Shown(StrEnum):
    """How a value of a column is written."""

    TEXT = "text"
    CODE = "code"
    ORDER = "order"
    """An order number, leading to the order."""
    PARCEL = "parcel"
    """A tracking number, with its label."""
    LOAD = "load"
    """A load, with its manifest."""
    NUMBER = "number"
    GRAMS = "grams"
    MOMENT = "moment"
    DUE = "due"
    """A moment by which something must have left; marked where the row is `late`."""
    WORD = "word"
    """A code of ours, said in words."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: the label of the statement's column, its heading, how it is written."""

    name: str
    heading: str
    shown: Shown = Shown.TEXT


@dataclass(frozen=True, slots=True)
class Slice:
    """One list: all of a kind that have something in common."""

    name: str
    words: str
    statement: Callable[[Scope], Statement]


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of thing with its slices and columns. The address of a slice is `/office/<kind>/<slice>`."""

    name: str
    heading: str
    slices: tuple[Slice, ...]
    columns: tuple[Column, ...]
    search_in: ColumnElement[Any] | None = None
    """The column that `?q=` looks at, from its beginning; None where there is nothing to search."""
    search_words: str = ""
    search_is_whole: bool = False
    """Whether the whole value is meant: a badge EMP-1 is not EMP-10."""
    explained: Mapping[str, str] | None = None
    """A sentence for slices whose name does not say it all."""

    def slice_named(self, name: str) -> Slice | None:
        return next((each for each in self.slices if each.name == name), None)

    def path(self, slice_name: str) -> str:
        return f"/office/{self.name}/{slice_name}"

    def statement(self, scope: Scope, slice_name: str, search: str = "") -> Statement:
        """What the list of a slice is. Raises KeyError for a slice that does not exist."""
        found = self.slice_named(slice_name)
        if found is None:
            raise KeyError(slice_name)
        statement = found.statement(scope)
        if not search or self.search_in is None:
            return statement
        if self.search_is_whole:
            return statement.where(self.search_in == search.upper())
        return statement.where(self.search_in.istartswith(search, autoescape=True))


@dataclass(frozen=True, slots=True)
class Count:
    """How long a list is."""

    number: int
    is_more: bool = False
    """True where the list is longer than anybody reads; `number` is then COUNT_LIMIT."""

    def __str__(self) -> str:
        digits = f"{self.number:,}".replace(",", "\u202f")
        return f"{digits}+" if self.is_more else digits


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: Sequence[Mapping[str, Any]]
    count: Count
    number: int
    last: int

    @property
    def first_row(self) -> int:
        return (self.number - 1) * PAGE_LENGTH + 1 if self.rows else 0

    @property
    def last_row(self) -> int:
        return (self.number - 1) * PAGE_LENGTH + len(self.rows)


def counted(session: Session, statement: Statement) -> Count:
    """How many rows the statement has, looked at no further than COUNT_LIMIT + 1."""
    bounded = statement.with_only_columns(literal(1)).order_by(None).limit(COUNT_LIMIT + 1)
    number = session.execute(select(func.count()).select_from(bounded.subquery())).scalar_one()
    return Count(min(number, COUNT_LIMIT), number > COUNT_LIMIT)


def page_of(session: Session, statement: Statement, number: int) -> Page:
    """The rows of one page; a number beyond the last page gives the last one."""
    count = counted(session, statement)
    last = max(1, -(-count.number // PAGE_LENGTH))
    number = min(max(1, number), last)
    rows = session.execute(statement.limit(PAGE_LENGTH).offset((number - 1) * PAGE_LENGTH)).mappings().all()
    return Page([dict(row) for row in rows], count, number, last)
