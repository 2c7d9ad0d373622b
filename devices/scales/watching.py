"""One scale at work: each parcel's weight goes up once, as soon as it is at rest.

A scale counts as ready for the next weight only after it was empty or shows another weight at rest: otherwise the
parcel that still stands there would be weighed for the next order. At the start it has to be emptied once, because
nobody knows what was sent before. Called by `devices.agent`.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from devices.attending import Backoff, attend
from devices.health import Condition, Health, HealthBoard, Kind
from devices.identity import uuid7
from devices.scales.model import ScaleProtocol
from devices.scales.weighing import NoWeight, ScaleTalk, WeighingRules, Weight, weigh
from devices.wire import OpenWire, Wire

RETRY_MS = 1000


class Taken(StrEnum):
    """What became of a weight at the server."""

    JUDGED = "judged"
    """The server has it: booked, or refused with reasons the packer sees."""
    NOBODY_WAITS = "nobody_waits"
    """No parcel waits for a weight yet: offered again as long as it stands on the scale."""
    NOT_REACHED = "not_reached"


Offer = Callable[[UUID, int], tuple[Taken, str]]
"""Hands a weight (reading id, grams) to the server; answers what became of it, in words too."""


@dataclass(slots=True)
class _Standing:
    """The parcel on the scale."""

    grams: int
    reading_id: UUID
    is_settled: bool = False
    offered_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale by its name in devices.toml."""

    name: str
    protocol: ScaleProtocol
    rules: WeighingRules
    open_wire: OpenWire
    offer: Offer
    board: HealthBoard

    def run(self, stop: threading.Event, backoff: Backoff = Backoff()) -> None:  # noqa: B008 - a frozen value
        watch = ScaleWatch(self.offer)
        attend(self.open_wire, lambda wire: self._watch(wire, watch, stop), self._lost, stop, backoff)

    def _watch(self, wire: Wire, watch: "ScaleWatch", stop: threading.Event) -> None:
        talk = ScaleTalk(wire, self.protocol)
        while not stop.is_set():
            found = weigh(talk, self.rules, _now_ms, lambda ms: time.sleep(ms / 1000))
            condition, words = watch.see(found, _now_ms())
            self.board.say(Health(self.name, Kind.SCALE, condition, words))
            stop.wait(self.rules.ask_every_ms / 1000)

    def _lost(self, words: str) -> None:
        self.board.say(Health(self.name, Kind.SCALE, Condition.OFFLINE, words))


class ScaleWatch:
    """Decides which weights are offered to the server. Lives as long as the program: a replugged scale forgets
    nothing.
    """

    def __init__(self, offer: Offer) -> None:
        self._offer = offer
        self._was_empty = False
        self._standing: _Standing | None = None

    def see(self, found: Weight | NoWeight, now_ms: int) -> tuple[Condition, str]:
        """Take notice of one weighing; returns how the scale stands."""
        if isinstance(found, NoWeight):
            if found.is_empty:
                self._was_empty, self._standing = True, None
            return found.condition, found.words
        if not self._was_empty:
            return Condition.LIFT, "take everything off the scale once: it is not known which parcel this is"
        standing = self._standing
        if standing is None or standing.grams != found.grams:
            standing = self._standing = _Standing(found.grams, uuid7())
        if standing.is_settled:
            return Condition.READY, f"{found.grams} g sent: take the parcel off"
        if standing.offered_ms is not None and now_ms - standing.offered_ms < RETRY_MS:
            return Condition.READY, f"{found.grams} g"
        taken, words = self._offer(standing.reading_id, standing.grams)
        standing.offered_ms = now_ms
        standing.is_settled = taken is Taken.JUDGED
        return Condition.READY, f"{found.grams} g: {words}"


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
