"""Toledo 8217 (also 8213): `W` asks; STX digits CR is a weight at rest, STX ? status CR is anything else. Pure.

The digits carry no unit, so devices.toml names it. Service manuals differ in the order of the status bits, so that
can be set too; the order here is the usual one.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from devices.scales.model import Answer, Said

STATUS_BITS = ("moving", "overload", "underload", "outside_zero", "centre_of_zero", "net")
"""Names of bits 0 upwards; bit 6 is always set and bit 7 is parity."""

_STX = b"\x02"
_WEIGHT = re.compile(r" *(-?\d*\.?\d+)(N?)(?: *(kg|lb|g|oz))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Toledo8217:
    """The protocol for a scale that shows `unit`."""

    unit: str = "kg"
    status_bits: tuple[str, ...] = STATUS_BITS
    ask: bytes = b"W"
    zero: bytes = b"Z"
    tare: bytes = b"T"
    end: bytes = b"\r"

    def read(self, frame: bytes) -> Answer | None:
        # What stands before the last STX is the rest of an answer whose end was lost.
        _, found, body = frame.rpartition(_STX)
        if not found or not body:
            return None
        if body[:1] == b"?":
            return self._status(body[1]) if len(body) == 2 else None
        try:
            weight = _WEIGHT.fullmatch(body.decode("ascii"))
        except UnicodeDecodeError:
            return None
        if weight is None:
            return None
        return Answer(Said.STABLE, Decimal(weight[1]), weight[3] or self.unit, weight[2].upper() == "N")

    def _status(self, status: int) -> Answer:
        names = {name for bit, name in enumerate(self.status_bits) if status >> bit & 1}
        for name, said in (("overload", Said.OVERLOAD), ("underload", Said.UNDERLOAD), ("moving", Said.MOVING)):
            if name in names:
                return Answer(said)
        return Answer(Said.DONE if "centre_of_zero" in names else Said.NOT_READY)
