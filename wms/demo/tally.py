"""Counts what happens during a shift. Written by all its threads at once, read at the end. Pure."""

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Scans by what became of them, and how long they took."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(outcome, code of a refusal or nothing) → scans."""
    events: Counter[str] = field(default_factory=Counter)
    """What was done, in words: `units received`, `lines put away` …"""
    seconds: list[float] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count_scan(self, outcome: str, code: str, seconds: float) -> None:
        """A scan that was answered."""
        counted = outcome in ("accepted", "completed")
        with self._lock:
            self.outcomes[(outcome, "" if counted else code)] += 1
            self.seconds.append(seconds)

    def count(self, event: str, number: int = 1) -> None:
        with self._lock:
            self.events[event] += number

    def count_lost(self) -> None:
        with self._lock:
            self.lost += 1

    def count_doubled(self) -> None:
        with self._lock:
            self.doubled += 1

    def count_busy(self) -> None:
        with self._lock:
            self.busy += 1

    def scan_milliseconds(self, percent: int) -> float:
        """So many per cent of all scans were answered within this time."""
        if not self.seconds:
            return 0.0
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000
