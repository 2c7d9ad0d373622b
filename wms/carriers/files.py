"""Reads rules, zones and price list from CSV files. Called by `commands`.

A file is a whole table: one wrong line, and nothing of it is used.
"""

from collections.abc import Callable, Iterable
from datetime import time
from typing import TypeVar

from wms.carriers.rules import Rule
from wms.carriers.tariff import Price, Zone
from wms.kernel.csv_rows import CsvRow, read_csv
from wms.kernel.errors import BadInput, Fault
from wms.kernel.money import money_from_text

T = TypeVar("T")

RULE_COLUMNS = (
    *("rank", "account", "merchant", "countries", "districts", "from_grams", "to_grams"),
    *("longest_mm", "middle_mm", "shortest_mm", "girth_mm", "priority_to", "service", "before", "patience_seconds"),
)
PRICE_COLUMNS = (
    *("account", "merchant", "service", "zone", "country", "up_to_grams", "price", "currency"),
    *("step_grams", "step_price"),
)
ZONE_COLUMNS = ("account", "zone", "country", "districts")
_LARGEST = 10**9


def read_rules(lines: Iterable[bytes]) -> list[Rule]:
    """The rules of a file. Raises BadInput with every fault."""
    return _read(lines, RULE_COLUMNS, ("rank", "account"), _rule)


def read_prices(lines: Iterable[bytes]) -> list[Price]:
    """The price list of a file. Raises BadInput with every fault."""
    return _read(lines, PRICE_COLUMNS, ("account", "up_to_grams", "price", "currency"), _price)


def read_zones(lines: Iterable[bytes]) -> list[Zone]:
    """The zones of a file. Raises BadInput with every fault."""
    return _read(lines, ZONE_COLUMNS, ("account", "zone", "country"), _zone)


def _read(
    lines: Iterable[bytes], known: tuple[str, ...], required: tuple[str, ...], make: Callable[[CsvRow], T]
) -> list[T]:
    file = read_csv(lines, known, required)
    faults = [Fault(f"line {misfit.line}", misfit.reason) for misfit in file.misfits]
    made: list[T] = []
    for row in file.rows:
        try:
            made.append(make(row))
        except ValueError as error:
            faults.append(Fault(f"line {row.line}", str(error)))
    if faults:
        raise BadInput(faults)
    return made


def _rule(row: CsvRow) -> Rule:
    text = row.values.get
    rank = _number(row, "rank")
    if rank is None:
        raise ValueError("rank is missing: 1 is looked at first")
    patience = _number(row, "patience_seconds")
    return Rule(
        rank=rank,
        account=text("account", ""),
        merchant=text("merchant", ""),
        countries=tuple(text("countries", "").split()),
        districts=tuple(text("districts", "").split()),
        from_grams=_number(row, "from_grams"),
        to_grams=_number(row, "to_grams"),
        longest_mm=_number(row, "longest_mm"),
        middle_mm=_number(row, "middle_mm"),
        shortest_mm=_number(row, "shortest_mm"),
        girth_mm=_number(row, "girth_mm"),
        priority_to=_number(row, "priority_to"),
        service=text("service", ""),
        before=_time(text("before", "")),
        patience_seconds=120 if patience is None else patience,
    )


def _price(row: CsvRow) -> Price:
    text = row.values.get
    grams, step = _number(row, "up_to_grams"), _number(row, "step_grams")
    if grams is None:
        raise ValueError("up_to_grams is missing")
    zone, country = text("zone", ""), text("country", "")
    if bool(zone) == bool(country):
        raise ValueError("give a zone or a country, and not both")
    currency = row.values["currency"]
    return Price(
        account=row.values["account"],
        zone=zone or country,
        up_to_grams=grams,
        price=money_from_text(row.values["price"], currency),
        merchant=text("merchant", ""),
        service=text("service", ""),
        step_grams=step or 0,
        step_price=money_from_text(text("step_price", ""), currency) if text("step_price") else None,
    )


def _zone(row: CsvRow) -> Zone:
    values = row.values
    return Zone(values["account"], values["zone"], values["country"], tuple(values.get("districts", "").split()))


def _number(row: CsvRow, column: str) -> int | None:
    text = row.values.get(column, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) <= _LARGEST):
        raise ValueError(f"{column} is a whole number, not {text!r}")
    return int(text)


def _time(text: str) -> time | None:
    if not text:
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"before is a time such as 16:30, not {text!r}") from None
    if len(text) != 5:
        raise ValueError(f"before is a time such as 16:30, not {text!r}")
    return found
