"""One scanner: reads its wire and hands every code on, for as long as the program runs. Called by `devices.agent`."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.attending import Backoff, attend
from devices.health import Condition, Health, HealthBoard, Kind
from devices.scanners.framing import ScanFramer, Scanned, ScannerFraming
from devices.wire import OpenWire, Wire

_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Scanner:
    """A scanner by its name in devices.toml. `keep` writes a code down before anything else happens with it."""

    name: str
    framing: ScannerFraming
    open_wire: OpenWire
    keep: Callable[[str, Scanned], None]
    board: HealthBoard

    def run(self, stop: threading.Event, backoff: Backoff = Backoff()) -> None:  # noqa: B008 - a frozen value
        attend(self.open_wire, lambda wire: self._read(wire, stop), self._lost, stop, backoff)

    def _read(self, wire: Wire, stop: threading.Event) -> None:
        self._say(Condition.READY, "waits for a code")
        framer = ScanFramer(self.framing)
        while not stop.is_set():
            data = wire.receive(_POLL_SECONDS)
            now_ms = time.monotonic_ns() // 1_000_000
            for found in framer.feed(data, now_ms) if data else framer.silence(now_ms):
                if isinstance(found, Scanned):
                    self.keep(self.name, found)
                    self._say(Condition.READY, "waits for a code")
                else:
                    self._say(Condition.UNREADABLE, found.words)

    def _lost(self, words: str) -> None:
        self._say(Condition.OFFLINE, words)

    def _say(self, condition: Condition, words: str) -> None:
        self.board.say(Health(self.name, Kind.SCANNER, condition, words))
