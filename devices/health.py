"""How each device stands, in one word for programs and one sentence for people.

Written by every device's thread, read by the one that tells the server, so that a packer sees "head open" before a
parcel is begun. A condition nobody has confirmed is never READY.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a device is."""

    SCANNER = "scanner"
    SCALE = "scale"
    PRINTER = "printer"


class Condition(StrEnum):
    """How a device stands. READY only where the device itself said so or answers as it should."""

    UNKNOWN = "unknown"
    READY = "ready"
    BUSY = "busy"
    OFFLINE = "offline"
    SILENT = "silent"
    UNREADABLE = "unreadable"
    PAPER_OUT = "paper_out"
    RIBBON_OUT = "ribbon_out"
    HEAD_OPEN = "head_open"
    PAUSED = "paused"
    HOT = "hot"
    FAULT = "fault"
    DOUBTFUL = "doubtful"
    EMPTY = "empty"
    """A scale at rest with nothing on it: what it weighed before stands no longer."""
    MOVING = "moving"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    LIFT = "lift"
    """The scale must be emptied once before its next weight counts."""
    NO_WEIGHT = "no_weight"


@dataclass(frozen=True, slots=True)
class Health:
    """How one device stands. `words` says what to do where something is to be done."""

    name: str
    kind: Kind
    condition: Condition
    words: str


class HealthBoard:
    """The newest word of every device. Threads may share it; `on_change` is called outside its lock."""

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._lock = threading.Lock()
        self._devices: dict[str, Health] = {}
        self._on_change = on_change

    def say(self, health: Health) -> None:
        with self._lock:
            if self._devices.get(health.name) == health:
                return
            self._devices[health.name] = health
        self._on_change()

    def all(self) -> tuple[Health, ...]:
        with self._lock:
            return tuple(self._devices[name] for name in sorted(self._devices))

    def of(self, name: str) -> Health | None:
        with self._lock:
            return self._devices.get(name)
