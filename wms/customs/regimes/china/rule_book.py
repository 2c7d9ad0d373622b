"""What the rules go by besides the papers, written by a person: settings, positive lists, statutory units, names.

Called by `wms.customs.checks.rule_books`, which keeps every edition. Pure. The text is TOML; amounts stand in it as
text (`"0.10"`), because a number with a point would be a float. Whatever is left out is as the published texts
propose, or is not checked.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from wms.customs.regimes.china.papers import PositiveList, RuleSettings, StatutoryUnits, YearlyBasis
from wms.customs.regimes.china.tax import TaxRounding
from wms.kernel.errors import BadInput, Fault

EXAMPLE = """\
# Every line may be left out. Amounts are text.
[settings]
amount_tolerance = "0"            # yuan between the slip and the order
receiver_must_be_buyer = false
discount_lowers_value = false     # dutiable value without what was paid with vouchers
order_freight_is_waybill_freight = false
tax_rounding = "each_tax"         # or each_line, total
tax_percent = 70
tax_tolerance = "0.10"
net_weight_tolerance = "0.01"     # kilograms
single_limit = "5000"
yearly_limit = "26000"
yearly_basis = "dutiable_value"   # or amount_paid
yearly_kilograms = { 1701 = "2", 1006 = "20" }
platform_may_guarantee = false

# [[positive_list]]
# valid_from = 2022-03-01
# valid_until = 2026-12-31        # left out: until a later edition is known
# codes = ["19053100", "2106909090"]

# [registered_names]
# 9999960001 = "registered name of the company"

# [statutory_units]
# 1905310000 = ["035"]            # a second unit where the HS code has one
"""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One edition of it. Without any, the rules go by what the published texts propose."""

    settings: RuleSettings = field(default_factory=RuleSettings)
    positive_lists: tuple[PositiveList, ...] = ()
    registered_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    statutory_units: Mapping[str, StatutoryUnits] = field(default_factory=lambda: MappingProxyType({}))


def rule_book_of(text: str) -> RuleBook:
    """The edition written in `text`. Raises BadInput with everything that is wrong with it."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput([Fault("file", f"is no TOML: {error}")]) from None
    faults: list[Fault] = []
    known = {"settings", "positive_list", "registered_names", "statutory_units"}
    faults += [
        Fault(name, f"is not known; known: {', '.join(sorted(known))}") for name in sorted(document.keys() - known)
    ]
    book = RuleBook(
        _settings(document.get("settings", {}), faults),
        tuple(_positive_lists(document.get("positive_list", []), faults)),
        MappingProxyType(dict(_names(document.get("registered_names", {}), faults))),
        MappingProxyType(dict(_units(document.get("statutory_units", {}), faults))),
    )
    if faults:
        raise BadInput(faults)
    return book


def _settings(table: Any, faults: list[Fault]) -> RuleSettings:
    default = RuleSettings()
    if not isinstance(table, dict):
        faults.append(Fault("settings", "must be a table"))
        return default
    defaults = {one.name: getattr(default, one.name) for one in fields(RuleSettings)}
    values: dict[str, Any] = {}
    for name, value in table.items():
        where = f"settings.{name}"
        if name not in defaults:
            faults.append(Fault(where, f"is not known; known: {', '.join(defaults)}"))
            continue
        try:
            values[name] = _setting(value, defaults[name])
        except ValueError as error:
            faults.append(Fault(where, str(error)))
    return RuleSettings(**values)


def _setting(value: Any, default: object) -> Any:
    """`value` as what `default` is. Raises ValueError."""
    match default:
        case bool():
            if not isinstance(value, bool):
                raise ValueError(f"must be true or false, not {value!r}")
            return value
        case TaxRounding() | YearlyBasis():
            return _choice(value, type(default))
        case Decimal():
            return _amount(value)
        case int():
            if type(value) is not int or not 0 <= value <= 100:
                raise ValueError(f"must be a whole number from 0 to 100, not {value!r}")
            return value
        case _:
            if not isinstance(value, dict) or not all(_is_digits(digits, 2, 10) for digits in value):
                raise ValueError("must be a table of kilograms by the first digits of an HS code")
            return MappingProxyType({digits: _amount(kilograms) for digits, kilograms in value.items()})


def _choice(value: Any, kind: type[StrEnum]) -> StrEnum:
    known = [member.value for member in kind]
    if value not in known:
        raise ValueError(f"must be one of {', '.join(known)}, not {value!r}")
    return kind(value)


def _amount(value: Any) -> Decimal:
    if type(value) is int:
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f'must be an amount as text, such as "0.10", not {value!r}')
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is no amount") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"must be 0 or more, not {value}")
    return amount


def _positive_lists(tables: Any, faults: list[Fault]) -> Iterator[PositiveList]:
    if not isinstance(tables, list):
        faults.append(Fault("positive_list", "must be written [[positive_list]]"))
        return
    for number, table in enumerate(tables):
        where = f"positive_list[{number}]"
        if not isinstance(table, dict):
            faults.append(Fault(where, "must be written [[positive_list]]"))
            continue
        first, last, codes = table.get("valid_from"), table.get("valid_until"), table.get("codes")
        if type(first) is not date:
            faults.append(Fault(f"{where}.valid_from", "must be a day such as 2022-03-01"))
        elif last is not None and (type(last) is not date or last < first):
            faults.append(Fault(f"{where}.valid_until", f"must be a day from {first} on"))
        elif not isinstance(codes, list) or not codes:
            faults.append(Fault(f"{where}.codes", "must list at least one HS code"))
        else:
            wrong = [code for code in codes if not (_is_digits(code, 8, 8) or _is_digits(code, 10, 10))]
            if wrong:
                faults.append(
                    Fault(f"{where}.codes", f"{wrong[0]!r} is no HS code of 8 or 10 digits ({len(wrong)} wrong)")
                )
            else:
                yield PositiveList(first, last, frozenset(codes))


def _names(table: Any, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    if not isinstance(table, dict):
        faults.append(Fault("registered_names", "must be a table of names by company code"))
        return
    for code, name in table.items():
        if not isinstance(name, str) or not name.strip():
            faults.append(Fault(f"registered_names.{code}", "must be the registered name"))
        else:
            yield code, name


def _units(table: Any, faults: list[Fault]) -> Iterator[tuple[str, StatutoryUnits]]:
    if not isinstance(table, dict):
        faults.append(Fault("statutory_units", "must be a table of units by HS code"))
        return
    for code, units in table.items():
        fits = isinstance(units, list) and 1 <= len(units) <= 2 and all(_is_digits(unit, 3, 3) for unit in units)
        if not _is_digits(code, 10, 10) or not fits:
            faults.append(
                Fault(f"statutory_units.{code}", "must be one or two units of 3 digits for 10 digits of HS code")
            )
        else:
            yield code, StatutoryUnits(*units)


def _is_digits(text: Any, shortest: int, longest: int) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and shortest <= len(text) <= longest
