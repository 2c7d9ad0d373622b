"""A scale that is not there: MT-SICS, Toledo 8217, or lines that come by themselves. Called by `wires` and by tests.

What stands on it is asked for anew each time, so a test or a person changes it at any moment. After a change it moves
for a while, as real ones do.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Dialect(StrEnum):
    """What the scale speaks."""

    MT_SICS = "mt-sics"
    TOLEDO_8217 = "toledo-8217"
    CONTINUOUS = "continuous"
    """A line such as `ST,GS,+0001.250kg` twenty times a second."""


class Trouble(StrEnum):
    """What may be wrong with it."""

    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    SILENT = "silent"
    GARBAGE = "garbage"
    NOT_READY = "not_ready"
    RESTLESS = "restless"


_EVERY_SECONDS = 0.05
_STATUS = {Trouble.RESTLESS: 0x41, Trouble.OVERLOAD: 0x42, Trouble.UNDERLOAD: 0x44, Trouble.NOT_READY: 0x48}


@dataclass(slots=True)
class SimulatedScale:
    """`grams` is what stands on it; `trouble` what is wrong, or None."""

    grams: Callable[[], int]
    dialect: Dialect = Dialect.MT_SICS
    trouble: Callable[[], Trouble | None] = lambda: None
    settling_ms: int = 300
    tare_grams: int = 0
    zero_grams: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    _last: int | None = None
    _moved_at: float = -1e9
    _spoke_at: float = 0

    def answers(self, data: bytes) -> bytes:
        moving = self._is_moving()
        if self.dialect is Dialect.CONTINUOUS:
            return self._line(moving) if self._is_due() else b""
        self._buffer += data
        end = b"\r\n" if self.dialect is Dialect.MT_SICS else b""
        said = b""
        while self._buffer:
            if not end:
                command = bytes(self._buffer[:1])
                del self._buffer[:1]
            else:
                at = self._buffer.find(end)
                if at < 0:
                    break
                command = bytes(self._buffer[:at])
                del self._buffer[: at + len(end)]
            said += self._disturbed(
                self._sics(command, moving) if self.dialect is Dialect.MT_SICS else self._toledo(command, moving)
            )
        return said

    def _is_moving(self) -> bool:
        now, grams = time.monotonic(), self.grams()
        if grams != self._last:
            if self._last is not None:
                self._moved_at = now
            self._last = grams
        return now - self._moved_at < self.settling_ms / 1000 or self.trouble() is Trouble.RESTLESS

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now - self._spoke_at < _EVERY_SECONDS:
            return False
        self._spoke_at = now
        return True

    def _shown(self) -> int:
        return self.grams() - self.zero_grams - self.tare_grams

    def _sics(self, command: bytes, moving: bool) -> bytes:
        trouble = self.trouble()
        signs = {Trouble.OVERLOAD: b"+", Trouble.UNDERLOAD: b"-", Trouble.NOT_READY: b"I"}
        if command in {b"Z", b"T"} and (moving or trouble in signs):
            return command + b" " + signs.get(trouble, b"I") + b"\r\n" if trouble else command + b" I\r\n"
        if command == b"Z":
            self.zero_grams, self.tare_grams = self.grams(), 0
            return b"Z A\r\n"
        if command == b"T":
            self.tare_grams = self.grams() - self.zero_grams
            return b"T S %10.2f g\r\n" % self.tare_grams
        if command not in {b"SI", b"S"}:
            return b"ES\r\n"
        if trouble in signs:
            return b"S " + signs[trouble] + b"\r\n"
        return b"S %s %10s g\r\n" % (b"D" if moving else b"S", str(Decimal(self._shown())).encode())

    def _toledo(self, command: bytes, moving: bool) -> bytes:
        trouble = Trouble.RESTLESS if moving and self.trouble() is None else self.trouble()
        if command == b"Z":
            self.zero_grams, self.tare_grams = self.grams(), 0
        if command == b"T":
            self.tare_grams = self.grams() - self.zero_grams
        if command == b"W" and trouble in _STATUS:
            return b"\x02?" + bytes((_STATUS[trouble],)) + b"\r"
        if command == b"W" and self._shown() < 0:
            return b"\x02?\x44\r"
        if command == b"W":
            return b"\x02%06.3f%s\r" % (Decimal(self._shown()) / 1000, b"N" if self.tare_grams else b"")
        return b"\x02?\x50\r"

    def _line(self, moving: bool) -> bytes:
        trouble = self.trouble()
        if trouble in {Trouble.OVERLOAD, Trouble.UNDERLOAD}:
            return b"OL,GS,+9999.999kg\r\n" if trouble is Trouble.OVERLOAD else b"UL,GS,-9999.999kg\r\n"
        kind = b"NT" if self.tare_grams else b"GS"
        line = b"%s,%s,%+09.3fkg\r\n" % (b"US" if moving else b"ST", kind, Decimal(self._shown()) / 1000)
        return self._disturbed(line)

    def _disturbed(self, answer: bytes) -> bytes:
        if self.trouble() is Trouble.SILENT:
            return b""
        # What a wrong parity makes of it: the high bit of every other character is set.
        return bytes(byte | 0x80 for byte in answer) if self.trouble() is Trouble.GARBAGE else answer
