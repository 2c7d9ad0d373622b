"""Cuts what a serial scanner sends into codes. Pure.

A code counts only with its end: reads stop anywhere, two codes may come in one read, and half a code that was cut off
by an unplugged cable must not become the beginning of the next one. Called by `devices.scanners.scanner`.
"""

import re
from dataclasses import dataclass

MOST_BYTES = 4096
"""No symbology carries more; beyond it, it is noise."""
ECHO_MS = 300
"""The same code again within it is the trigger held a little too long, not a second item."""

_AIM = re.compile(r"\](?P<code>[A-Za-z][0-9A-Za-z])")
_ALLOWED_CONTROLS = frozenset("\x1d\x1e\x1c\x04")
"""Separators inside GS1 and ISO 15434 messages."""


@dataclass(frozen=True, slots=True)
class ScannerFraming:
    """How a scanner wraps its codes.

    An empty `suffix` means that only silence ends a code. `aim` says that the scanner puts the AIM identifier in front,
    which also shows where a beginning was lost. `gs` is what it sends instead of the GS1 separator.
    """

    prefix: str = ""
    suffix: str = "\r\n"
    aim: bool = False
    gs: str = ""
    silence_ms: int = 500


@dataclass(frozen=True, slots=True)
class Scanned:
    """A whole code. `symbology` is the AIM identifier, such as `]C1`, where the scanner sends one."""

    raw: str
    symbology: str | None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Bytes that are no code, and what to do about it."""

    words: str


class ScanFramer:
    """Collects bytes, hands out codes. One for each opening of a port: what was begun before a loss is gone."""

    def __init__(self, framing: ScannerFraming) -> None:
        self._framing = framing
        self._ends = framing.suffix.encode()
        self._buffer = bytearray()
        self._last_byte_ms = 0
        self._last: tuple[Scanned, int] | None = None

    def feed(self, data: bytes, now_ms: int) -> list[Scanned | Unusable]:
        """Codes that `data` completes, in the order they were read."""
        found = self.silence(now_ms)
        self._buffer += data
        self._last_byte_ms = now_ms
        if self._ends:
            while (frame := self._next_frame()) is not None:
                if frame:
                    self._judge(frame, now_ms, found)
        if len(self._buffer) > MOST_BYTES:
            self._buffer.clear()
            found.append(
                Unusable(
                    "more than 4,096 bytes without an end: set the scanner's suffix, or `suffix`, so that both agree"
                )
            )
        return found

    def silence(self, now_ms: int) -> list[Scanned | Unusable]:
        """What the silence since the last byte means: the end of a code, or half a code that will never end."""
        if not self._buffer or now_ms - self._last_byte_ms < self._framing.silence_ms:
            return []
        frame = bytes(self._buffer)
        self._buffer.clear()
        found: list[Scanned | Unusable] = []
        if self._ends:
            found.append(Unusable(f"{len(frame)} bytes came without the suffix: scan again; always so? set `suffix`"))
        else:
            self._judge(frame, now_ms, found)
        return found

    def _next_frame(self) -> bytes | None:
        # CR LF is sent by some as CR, by some as LF: any of them ends a code, empty frames between are nothing.
        if self._framing.suffix == "\r\n":
            ends = [at for end in (b"\r", b"\n") if (at := self._buffer.find(end)) >= 0]
            at, length = (min(ends), 1) if ends else (-1, 0)
        else:
            at, length = self._buffer.find(self._ends), len(self._ends)
        if at < 0:
            return None
        frame = bytes(self._buffer[:at])
        del self._buffer[: at + length]
        return frame

    def _judge(self, frame: bytes, now_ms: int, found: list[Scanned | Unusable]) -> None:
        code = read_code(frame, self._framing)
        if isinstance(code, Scanned):
            is_echo = self._last is not None and self._last[0] == code and now_ms - self._last[1] < ECHO_MS
            self._last = (code, now_ms)
            if is_echo:
                return
        found.append(code)


def read_code(frame: bytes, framing: ScannerFraming) -> Scanned | Unusable:
    """The code in one frame (without its suffix)."""
    try:
        text = frame.decode("utf-8")
    except UnicodeDecodeError:
        return Unusable(
            "unreadable bytes: baud, data bits or parity are not the same in the scanner and in devices.toml"
        )
    if not text.startswith(framing.prefix):
        return Unusable(
            "a code without the prefix, so its beginning may be missing: scan again; always so? set `prefix`"
        )
    text = text.removeprefix(framing.prefix)
    symbology = None
    if framing.aim:
        aim = _AIM.match(text)
        if aim is None:
            return Unusable(
                "a code without AIM identifier: scan again; always so? switch it on in the scanner or set aim = false"
            )
        symbology, text = aim[0], text[aim.end() :]
    if framing.gs:
        text = text.replace(framing.gs, "\x1d")
    if any((character < " " and character not in _ALLOWED_CONTROLS) or character == "\x7f" for character in text):
        return Unusable(
            "control characters inside a code: baud or parity are not the same in the scanner and in devices.toml"
        )
    if not text:
        return Unusable("an empty code: scan again")
    return Scanned(text, symbology)
