"""A label printer that is not there: takes bytes, answers questions, moves labels, forgets without power.

What it prints it hands to `print_label`. Its receive buffer and the labels it holds are lost when its power is cut; its
label counter is not, as in real printers. ZPL and TSPL. Time is asked for, never waited for: whoever carries the bytes
calls `answers` as bytes come and `pass_time` now and then. Called by `devices.simulation.wires` and by tests.
"""

import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

_PICTURE = re.compile(rb"BITMAP \d{1,4},\d{1,5},(\d{1,4}),(\d{1,5}),\d,\Z")
"""The beginning of a picture in TSPL, after which come so many bytes of it."""
_AT_ONCE = b"\x1b!"


class Language(StrEnum):
    """What the printer speaks."""

    ZPL = "zpl"
    TSPL = "tspl"


class Fault(StrEnum):
    """What keeps it from printing."""

    PAPER_OUT = "paper_out"
    RIBBON_OUT = "ribbon_out"
    HEAD_OPEN = "head_open"
    PAUSED = "paused"


class Manner(StrEnum):
    """How it answers questions."""

    WHOLE = "whole"
    HALF = "half"
    GARBAGE = "garbage"
    SLOW = "slow"
    NOT_AT_ALL = "not_at_all"


class PowerGone(Exception):
    """The power was cut: every connection is gone with it."""


_TSPL_BITS = {Fault.HEAD_OPEN: 0x01, Fault.PAPER_OUT: 0x04, Fault.RIBBON_OUT: 0x08, Fault.PAUSED: 0x10}
_ZPL_ERROR_BITS = {Fault.PAPER_OUT: 0x1, Fault.RIBBON_OUT: 0x2, Fault.HEAD_OPEN: 0x4, Fault.PAUSED: 0x10000}


@dataclass(slots=True)
class SimulatedPrinter:
    """The printer. `counter` and `faults` may be set from outside at any time."""

    print_label: Callable[[bytes], None]
    language: Language = Language.ZPL
    motion_ms: int = 0
    counter: int = 1000
    counts: bool = True
    faults: set[Fault] = field(default_factory=set)
    manner: Manner = Manner.WHOLE
    badly_answered: int = 0
    """So many of the next questions are answered in `manner`, all others well. -1: all."""
    slow_ms: int = 100
    boot_ms: int = 0
    """How long after a power cut it hears and says nothing."""
    cut_at_byte: int | None = None
    """Cut the power when so many bytes of labels have come, counted from now."""
    cut_before_motion: bool = False
    cut_after_motion: bool = False
    power_cuts: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    _picture_left: int = 0
    """Bytes of a TSPL picture that are still to come."""
    _held: deque[bytes] = field(default_factory=deque)
    _moving_until: float | None = None
    _boots_until: float = 0
    _late: list[tuple[float, bytes]] = field(default_factory=list)

    def cut_power(self) -> None:
        """Everything it held is gone; the counter is not."""
        self._buffer.clear()
        self._picture_left = 0
        self._held.clear()
        self._late.clear()
        self._moving_until = None
        self.cut_at_byte = None
        self.cut_before_motion = self.cut_after_motion = False
        self.power_cuts += 1
        self._boots_until = time.monotonic() + self.boot_ms / 1000

    def answers(self, data: bytes) -> bytes:
        """Take bytes; returns what it says. Raises PowerGone where its power is cut by them."""
        now = time.monotonic()
        if now < self._boots_until:
            return b""
        said = b"".join(answer for due, answer in self._late if due <= now)
        self._late = [(due, answer) for due, answer in self._late if due > now]
        at = 0
        while at < len(data):
            if self._picture_left and data.startswith(_AT_ONCE, at):
                said += self._do_at_once(data[at + 2 : at + 3])
                at += 3
                continue
            if self._picture_left:
                at += self._take_of_picture(data, at)
                continue
            byte = data[at]
            at += 1
            if self.cut_at_byte is not None and not self._is_question(byte):
                if self.cut_at_byte == 0:
                    self.cut_power()
                    raise PowerGone
                self.cut_at_byte -= 1
            self._buffer.append(byte)
            said += self._read_buffer()
        self.pass_time()
        return said

    def _take_of_picture(self, data: bytes, at: int) -> int:
        """Take bytes of a picture, up to what is done at once even there; how many. Raises PowerGone."""
        end = min(at + self._picture_left, len(data))
        found = data.find(_AT_ONCE, at, end)
        taken = (end if found < 0 else found) - at
        if self.cut_at_byte is not None:
            if taken > self.cut_at_byte:
                self.cut_power()
                raise PowerGone
            self.cut_at_byte -= taken
        self._buffer += data[at : at + taken]
        self._picture_left -= taken
        return taken

    def pass_time(self) -> None:
        """Move labels. Raises PowerGone where a cut was ordered for the beginning or the end of a movement."""
        while self._held and not self.faults:
            now = time.monotonic()
            if self._moving_until is None:
                if self.cut_before_motion:
                    self.cut_power()
                    raise PowerGone
                self._moving_until = now + self.motion_ms / 1000
            if now < self._moving_until:
                return
            self._moving_until = None
            label = self._held.popleft()
            self.print_label(label)
            self.counter += 1
            if self.cut_after_motion:
                self.cut_power()
                raise PowerGone

    # --- reading -------------------------------------------------------------------------------------------------

    def _is_question(self, byte: int) -> bool:
        """Whether this byte belongs to a question, as far as it can be seen: only bytes of labels count for a cut."""
        return (self._buffer[0] if self._buffer else byte) in b"~!\x1b"

    def _read_buffer(self) -> bytes:
        if self.language is Language.ZPL:
            return self._read_zpl()
        return self._read_tspl()

    def _read_zpl(self) -> bytes:
        buffer = self._buffer
        for command in (b"~HS", b"~HQES", b"~JA"):
            if buffer.endswith(command):
                del buffer[-len(command) :]
                if command == b"~JA":
                    buffer.clear()
                    self._forget()
                    return b""
                return self._say(self._host_status() if command == b"~HS" else self._error_report())
        if buffer.startswith(b"! U1 getvar") and buffer.endswith(b"\r\n"):
            name = bytes(buffer).split(b'"')[1]
            buffer.clear()
            known = self.counts and name == b"odometer.total_label_count"
            return self._say(b'"%d"' % self.counter if known else b'"?"')
        if buffer.rstrip().endswith(b"^XZ") and b"^XA" in buffer:
            # A format that was cut off and begun anew counts from its last beginning.
            self._held.append(bytes(buffer[buffer.rindex(b"^XA") :]) + b"\n")
            buffer.clear()
        elif not buffer.strip():
            buffer.clear()
        return b""

    def _read_tspl(self) -> bytes:
        buffer = self._buffer
        if buffer[-3:-1] == _AT_ONCE:
            wanted = bytes(buffer[-1:])
            del buffer[-3:]
            return self._do_at_once(wanted)
        if buffer.endswith(b"OUT @LABEL\r\n") and self.counts:
            buffer.clear()
            return self._say(b"%d\r\n" % self.counter)
        elif buffer.endswith(b",") and (picture := _PICTURE.search(buffer[-40:])) is not None:
            self._picture_left = int(picture[1]) * int(picture[2])
        elif buffer.endswith(b"\n") and b"PRINT " in buffer[buffer.rfind(b"\n", 0, len(buffer) - 1) + 1 :]:
            self._held.append(bytes(buffer))
            buffer.clear()
        return b""

    def _do_at_once(self, wanted: bytes) -> bytes:
        """What is behind ESC !, which a TSPL printer looks for wherever it stands."""
        if wanted == b"?":
            self.pass_time()
            bits = sum(_TSPL_BITS[fault] for fault in self.faults)
            return self._say(bytes((bits | (0x20 if self._held and not self.faults else 0),)))
        if wanted == b".":
            self._buffer.clear()
            self._picture_left = 0
            self._forget()
        return b""

    def _forget(self) -> None:
        # What is moving comes out: nothing stops the paper half-way.
        while len(self._held) > (self._moving_until is not None):
            self._held.pop()

    # --- answering -----------------------------------------------------------------------------------------------

    def _host_status(self) -> bytes:
        self.pass_time()
        has = {fault: int(fault in self.faults) for fault in Fault}
        is_partial = int(bool(self._buffer))
        first = b"030,%d,%d,1200,%03d,0,0,%d,000,0,0,0" % (
            has[Fault.PAPER_OUT], has[Fault.PAUSED], len(self._held), is_partial,
        )  # fmt: skip
        second = b"001,0,%d,%d,1,2,6,0,%08d,1,000" % (has[Fault.HEAD_OPEN], has[Fault.RIBBON_OUT], 0)
        return b"".join(b"\x02" + line + b"\x03\r\n" for line in (first, second, b"1234,0"))

    def _error_report(self) -> bytes:
        bits = sum(_ZPL_ERROR_BITS[fault] for fault in self.faults)
        text = f"\r\n\r\n   PRINTER STATUS\r\n   ERRORS:         {int(bool(bits))} 00000000 {bits:08X}\r\n"
        return b"\x02" + (text + "   WARNINGS:       0 00000000 00000000\r\n").encode() + b"\x03"

    def _say(self, answer: bytes) -> bytes:
        if self.badly_answered == 0 or self.manner is Manner.WHOLE:
            return answer
        self.badly_answered -= 1
        if self.manner is Manner.HALF:
            return answer[: len(answer) // 2]
        if self.manner is Manner.GARBAGE:
            return bytes(byte ^ 0x5A for byte in answer)
        if self.manner is Manner.SLOW:
            self._late.append((time.monotonic() + self.slow_ms / 1000, answer))
        return b""
