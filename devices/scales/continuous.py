"""Any scale that sends lines, by a pattern from devices.toml. Pure.

The pattern is a regular expression for one whole line with named groups: `weight` (required), `unit`, and of `stable`,
`moving`, `overload`, `underload`, `net` those the scale has. A group that matched something says what it is called.
With neither `stable` nor `moving` in the pattern, only time tells that a weight is at rest.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from devices.scales.model import Answer, Said

GROUPS = frozenset({"weight", "unit", "stable", "moving", "overload", "underload", "net"})


@dataclass(frozen=True, slots=True)
class Continuous:
    """A line protocol. `unit` is for lines that name none; `ask` is b"" where the scale talks by itself."""

    pattern: re.Pattern[str]
    unit: str = ""
    ask: bytes = b""
    zero: bytes = b""
    tare: bytes = b""
    end: bytes = b"\r\n"

    def read(self, frame: bytes) -> Answer | None:
        try:
            line = self.pattern.fullmatch(frame.decode("ascii").strip("\r\n\x02\x03"))
        except UnicodeDecodeError:
            return None
        if line is None:
            return None
        groups = line.groupdict()
        for name, said in (("overload", Said.OVERLOAD), ("underload", Said.UNDERLOAD)):
            if groups.get(name):
                return Answer(said)
        try:
            amount = Decimal((groups["weight"] or "").replace(" ", "").replace(",", "."))
        except InvalidOperation:
            return None
        net = bool(groups["net"]) if "net" in groups else None
        return Answer(self._said(groups), amount, groups.get("unit") or self.unit, net)

    def _said(self, groups: dict[str, str | None]) -> Said:
        if groups.get("moving"):
            return Said.MOVING
        if "stable" in groups:
            return Said.STABLE if groups["stable"] else Said.MOVING
        return Said.STABLE if "moving" in groups else Said.UNFLAGGED
