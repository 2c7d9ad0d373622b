"""What a scale can say, and what may be made of it. Pure; called by the protocols and by `devices.scales.weighing`."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Protocol


class Said(StrEnum):
    """What one answer of a scale is."""

    STABLE = "stable"
    UNFLAGGED = "unflagged"
    """A weight from a scale that never says whether it is stable."""
    MOVING = "moving"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    NOT_READY = "not_ready"
    """The scale could not do it: still warming up, outside its zero range, or no rest in its own time."""
    NOT_UNDERSTOOD = "not_understood"
    DONE = "done"
    """Tare or zero was carried out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `amount` and `unit` come with STABLE and UNFLAGGED; `net` is None if unsaid."""

    said: Said
    amount: Decimal | None = None
    unit: str = ""
    net: bool | None = None


class ScaleProtocol(Protocol):
    """One family of scales: what to send, where an answer ends, what it means."""

    @property
    def ask(self) -> bytes:
        """Asks for a weight now; b"" for a scale that talks by itself."""
        ...

    @property
    def zero(self) -> bytes: ...

    @property
    def tare(self) -> bytes: ...

    @property
    def end(self) -> bytes:
        """The last bytes of every answer."""
        ...

    def read(self, frame: bytes) -> Answer | None:
        """What one answer (without its end) means; None for whatever is no answer of this family."""
        ...


_GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "mg": Decimal("0.001"),
    "t": Decimal(1_000_000),
    "lb": Decimal("453.59237"),
    "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}


def known_units() -> tuple[str, ...]:
    return tuple(_GRAMS)


def grams_of(amount: Decimal, unit: str) -> int | None:
    """Whole grams, halves rounded up; None for a unit that is not known, because guessing is off by a thousand."""
    factor = _GRAMS.get(unit.lower())
    return None if factor is None else int((amount * factor).quantize(Decimal(1), ROUND_HALF_UP))
