"""Talking with a printer that speaks TSPL (TSC, Gprinter and most others of their kind). Parsing is pure.

`ESC ! ?` answers one byte at once, also while printing. It says nothing about labels that wait in the memory, so a
label counts as done only after the printer was seen printing and then idle. These printers have no counter that all
of them share; where a model has one, devices.toml says how to ask for it. Called by `devices.printers.raw`.
"""

import re
from dataclasses import dataclass

from devices.health import Condition
from devices.printers.model import PrinterStatus

CANCEL_ALL = b"\x1b!."

_PRINTING = 0x20
_BITS = (
    (0x04, Condition.PAPER_OUT),
    (0x01, Condition.HEAD_OPEN),
    (0x40, Condition.HEAD_OPEN),
    (0x08, Condition.RIBBON_OUT),
    (0x02, Condition.FAULT),
    (0x80, Condition.FAULT),
    (0x10, Condition.PAUSED),
)


@dataclass(frozen=True, slots=True)
class Tspl:
    """The language. `counter_pattern` finds the number in the answer to `counter_question`."""

    counter_question: bytes = b""
    counter_pattern: re.Pattern[bytes] | None = None

    @property
    def ask_status(self) -> bytes:
        return b"\x1b!?"

    @property
    def ask_errors(self) -> bytes:
        return b""

    @property
    def ask_counter(self) -> bytes:
        return self.counter_question

    @property
    def cancel_all(self) -> bytes:
        return CANCEL_ALL

    @property
    def sees_start(self) -> bool:
        return False

    def read_status(self, reply: bytes) -> PrinterStatus | None:
        # Exactly one byte. More is the answer to something else, and half of that must not pass for "ready".
        if len(reply) != 1:
            return None
        status = reply[0]
        conditions = tuple(dict.fromkeys(condition for bit, condition in _BITS if status & bit))
        is_printing = bool(status & _PRINTING)
        return PrinterStatus(conditions, int(is_printing), not is_printing)

    def read_errors(self, reply: bytes) -> tuple[Condition, ...] | None:
        return () if not reply else None

    def read_counter(self, reply: bytes) -> int | None:
        found = self.counter_pattern.search(reply) if self.counter_pattern else None
        return int(found[1]) if found else None
