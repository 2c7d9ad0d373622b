"""Talking with a printer that speaks ZPL II: `~HS`, `~HQES` and its label counter. Parsing is pure.

Replies are split, never read by position: firmwares differ in blanks. An unknown error bit is a fault, and no answer or
half an answer is never taken for a healthy printer. Called by `devices.printers.raw`.
"""

import re
from dataclasses import dataclass

from devices.health import Condition
from devices.printers.model import PrinterStatus

CANCEL_ALL = b"~JA"
COUNTER = "odometer.total_label_count"
"""Link-OS printers count every label of their life here."""

_FRAME = re.compile(rb"\x02([^\x02\x03]*)\x03")
_QUOTED_NUMBER = re.compile(rb'"(\d{1,15})"')
_ERRORS = re.compile(r"ERRORS:\s*(\d)\s+([0-9A-F]+)\s+([0-9A-F]+)", re.IGNORECASE)

_ERROR_BITS = {
    0x1: Condition.PAPER_OUT,
    0x2: Condition.RIBBON_OUT,
    0x4: Condition.HEAD_OPEN,
    0x10: Condition.HOT,
    0x20: Condition.HOT,
    0x10000: Condition.PAUSED,
}


@dataclass(frozen=True, slots=True)
class Zpl:
    """The language. `counter` is the printer's name for its label counter, or "" where it has none."""

    counter: str = COUNTER
    has_error_report: bool = True

    @property
    def ask_status(self) -> bytes:
        return b"~HS"

    @property
    def ask_errors(self) -> bytes:
        return b"~HQES" if self.has_error_report else b""

    @property
    def ask_counter(self) -> bytes:
        return f'! U1 getvar "{self.counter}"\r\n'.encode() if self.counter else b""

    @property
    def cancel_all(self) -> bytes:
        return CANCEL_ALL

    @property
    def sees_start(self) -> bool:
        """Status counts every label from the moment it was received."""
        return True

    def read_status(self, reply: bytes) -> PrinterStatus | None:
        return read_host_status(reply)

    def read_errors(self, reply: bytes) -> tuple[Condition, ...] | None:
        return read_errors(reply)

    def read_counter(self, reply: bytes) -> int | None:
        found = _QUOTED_NUMBER.search(_FRAME.sub(b"", reply))
        return int(found[1]) if found else None


def read_host_status(reply: bytes) -> PrinterStatus | None:
    """The answer to `~HS`: three lines between STX and ETX. None where it is not whole."""
    frames = [frame for frame in _FRAME.findall(reply) if b"PRINTER STATUS" not in frame]
    if len(frames) < 3:
        return None
    # The last three: what stands before may be the late answer to an earlier question.
    first, second = (frame.split(b",") for frame in frames[-3:-1])
    if len(first) < 12 or len(second) < 9 or not all(part.strip().isdigit() for part in first[1:] + second[2:9]):
        return None
    ones = [int(part) for part in first]
    twos = [int(part) for part in second[2:9]]
    conditions = [
        condition
        for is_so, condition in (
            (ones[1], Condition.PAPER_OUT),
            (twos[0], Condition.HEAD_OPEN),
            (twos[1], Condition.RIBBON_OUT),
            (ones[10] or ones[11], Condition.HOT),
            (ones[9], Condition.FAULT),
            (ones[2], Condition.PAUSED),
        )
        if is_so
    ]
    waiting, is_partial, remaining = ones[4], ones[7], twos[6]
    return PrinterStatus(tuple(conditions), waiting + remaining, not (waiting or is_partial or remaining or ones[5]))


def read_errors(reply: bytes) -> tuple[Condition, ...] | None:
    """The errors in the answer to `~HQES`; None where it is not whole. A bit nobody knows is a fault."""
    text = reply.decode("ascii", "replace")
    found = _ERRORS.search(text)
    if found is None or "WARNINGS:" not in text[found.end() :]:
        return None
    if found[1] == "0":
        return ()
    bits = int(found[3], 16)
    conditions = [condition for bit, condition in _ERROR_BITS.items() if bits & bit]
    unknown = bits & ~sum(_ERROR_BITS)
    if unknown or int(found[2], 16) or not conditions:
        conditions.append(Condition.FAULT)
    return tuple(dict.fromkeys(conditions))
