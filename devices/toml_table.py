"""One table of devices.toml on its way to a value: hands out keys, and collects what is wrong with them.

Called by `configuration_file`. A wrong key yields something harmless, so that all faults of a file are found at once.
"""

import re
from dataclasses import dataclass, field
from typing import Any, TypeVar

from devices.toml_places import TomlPlaces

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    line: int
    where: str
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.where}: {self.what}"


class ConfigurationFaults(ValueError):
    """devices.toml cannot be used. `faults` holds all that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


@dataclass(slots=True)
class TomlTable:
    """One table on its way to a value: hands out keys, collects faults, and knows in the end which keys nobody asked
    for.
    """

    name: str
    number: int
    values: dict[str, Any]
    places: TomlPlaces
    faults: list[Fault]
    asked: set[str] = field(default_factory=set)

    def fault(self, key: str | None, what: str) -> None:
        where = f"[{self.name}]" if key is None else f"{self.name}.{key}"
        self.faults.append(Fault(self.places.line_of(self.name, self.number, key), where, what))

    def get(self, key: str, kind: type[_T], default: _T | None, what: str) -> _T:
        """The value of a key; where it is missing or of another kind, a fault and something harmless."""
        self.asked.add(key)
        found = self.values.get(key)
        if found is None:
            if default is None:
                self.fault(key, f"is missing: write {key} = {what}")
                return kind()
            return default
        # A boolean passes for a number in Python, but `baud = true` is no baud rate.
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.fault(key, f"is {found!r}: write {key} = {what}")
            return kind() if default is None else default
        return found

    def choice(self, key: str, choices: tuple[_T, ...], default: _T | None) -> _T:
        listed = ", ".join(repr(choice) for choice in choices)
        found = self.get(key, type(choices[0]), default, f"one of {listed}")
        if found not in choices and (self.values.get(key) is not None) and isinstance(found, type(choices[0])):
            self.fault(key, f"is {found!r}: write one of {listed}")
        return found if found in choices else choices[0]

    def number_from(self, key: str, default: int, least: int, most: int, unit: str) -> int:
        found = self.get(key, int, default, f"a number of {unit}, such as {default}")
        if not least <= found <= most:
            self.fault(key, f"is {found}: write {least} to {most} {unit}")
            return default
        return found

    def pattern(self, key: str, example: str) -> re.Pattern[str] | None:
        text = self.get(key, str, None, example)
        if not text:
            return None
        try:
            return re.compile(text)
        except re.error as error:
            self.fault(key, f"is no regular expression ({error}): see docs/bench.md for ready ones")
            return None

    def finish(self) -> None:
        for key in self.values:
            if key not in self.asked:
                known = ", ".join(sorted(self.asked))
                self.fault(key, f"is not known here: take it out, or write one of {known}")
