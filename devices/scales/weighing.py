"""Taking one weight: only at rest, only fresh, and with a clear word where there is none in time.

A weight counts when the scale called it stable twice, equal and some time apart: weak filters call a swinging pan
stable for a moment. A scale that never says so must show the same weight for longer. Called by
`devices.scales.watching` and `devices.checking`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from devices.health import Condition
from devices.scales.model import Answer, Said, ScaleProtocol, grams_of
from devices.wire import Wire

MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class WeighingRules:
    """When a weight may be taken. Below `minimum_grams` (five divisions or more) the pan counts as empty."""

    minimum_grams: int = 5
    limit_ms: int = 5000
    confirm_ms: int = 200
    settle_ms: int = 1000
    answer_ms: int = 500
    ask_every_ms: int = 80
    accepts_net: bool = False


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight at rest."""

    grams: int


@dataclass(frozen=True, slots=True)
class NoWeight:
    """Why there is none, and what to do. `is_empty` where the scale is at rest with nothing on it."""

    condition: Condition
    words: str
    is_empty: bool = False


WORDS = {
    Said.MOVING: (Condition.MOVING, "does not come to rest: let go of the parcel, keep draughts away"),
    Said.OVERLOAD: (Condition.OVERLOAD, "more than the scale can carry: take the parcel off"),
    Said.UNDERLOAD: (Condition.UNDERLOAD, "less than nothing: the pan is missing or touches something; then zero it"),
    Said.NOT_READY: (Condition.NO_WEIGHT, "not ready: empty it, wait until it shows zero, or switch it off and on"),
    Said.NOT_UNDERSTOOD: (
        Condition.NO_WEIGHT,
        "does not understand the question: set `protocol` to what its manual says",
    ),
}


class ScaleTalk:
    """Questions and answers over one open wire. Old answers are thrown away: a weight is what the scale says now."""

    def __init__(self, wire: Wire, protocol: ScaleProtocol) -> None:
        self._wire = wire
        self._protocol = protocol
        self._buffer = bytearray()
        self.unreadable = 0
        """Answers, whole or not, since the last readable one."""

    def forget(self) -> None:
        """Throw away whatever has come so far, half an answer included."""
        while self._wire.receive(0):
            pass
        self._buffer.clear()

    def command(self, data: bytes, seconds: float) -> Answer | None:
        """Send a command such as zero or tare; None where no answer comes."""
        self.forget()
        self._wire.send(data)
        return self._wait(seconds)

    def answer(self, seconds: float) -> Answer | None:
        """What the scale says now; None where nothing readable comes in time."""
        if self._protocol.ask:
            self.forget()
            self._wire.send(self._protocol.ask)
        return self._wait(seconds)

    def _wait(self, seconds: float) -> Answer | None:
        """The newest of the answers that lie there: a reader that slept must not see the past."""
        deadline = time.monotonic() + seconds
        newest: Answer | None = None
        data = self._wire.receive(seconds)
        while data:
            self._buffer += data
            *frames, rest = self._buffer.split(self._protocol.end)
            self._buffer = bytearray(rest[-MOST_BYTES:])
            for frame in frames:
                read = self._protocol.read(bytes(frame))
                if read is not None:
                    newest, self.unreadable = read, 0
                elif frame.strip():
                    self.unreadable += 1
            left = deadline - time.monotonic()
            data = self._wire.receive(0) if newest is not None else self._wire.receive(left) if left > 0 else b""
        if newest is None:
            # With a wrong parity not even the end of an answer can be made out.
            self.unreadable += bool(self._buffer)
        return newest


def weigh(
    talk: ScaleTalk,
    rules: WeighingRules,
    now_ms: Callable[[], int],
    pause: Callable[[int], None],
) -> Weight | NoWeight:
    """One weight within the time limit, or why not. Raises OSError where the scale went away."""
    began = now_ms()
    talk.forget()
    talk.unreadable = 0
    last: Answer | None = None
    held: tuple[Answer, int] | None = None
    while now_ms() - began < rules.limit_ms:
        answer = talk.answer(rules.answer_ms / 1000)
        now = now_ms()
        if answer is None:
            held = None
            if talk.unreadable == 0 and last is None and now - began >= 3 * rules.answer_ms:
                break
            continue
        last = answer
        if answer.said not in {Said.STABLE, Said.UNFLAGGED}:
            held = None
        elif held is None or held[0] != answer:
            held = (answer, now)
        elif now - held[1] >= (rules.confirm_ms if answer.said is Said.STABLE else rules.settle_ms):
            return _judged(answer, rules)
        pause(rules.ask_every_ms)
    return _why_none(last, talk.unreadable)


def _judged(answer: Answer, rules: WeighingRules) -> Weight | NoWeight:
    assert answer.amount is not None
    grams = grams_of(answer.amount, answer.unit)
    if grams is None:
        return NoWeight(
            Condition.NO_WEIGHT, f"weighs in {answer.unit or 'no unit'}: set it to g, kg, lb or oz, or set `unit`"
        )
    if answer.net and not rules.accepts_net:
        return NoWeight(
            Condition.NO_WEIGHT, "a tare is set, so the box would be missing from the weight: clear it, zero the scale"
        )
    if grams <= -rules.minimum_grams:
        return NoWeight(Condition.UNDERLOAD, f"shows {grams} g: empty it and zero it")
    if grams < rules.minimum_grams:
        return NoWeight(Condition.EMPTY, "empty", is_empty=True)
    return Weight(grams)


def _why_none(last: Answer | None, unreadable: int) -> NoWeight:
    if last is not None and last.said in WORDS:
        return NoWeight(*WORDS[last.said])
    if last is not None:
        return NoWeight(*WORDS[Said.MOVING])
    if unreadable:
        return NoWeight(
            Condition.UNREADABLE,
            "answers, but unreadably: baud, data bits, parity or `protocol` are not those of the scale",
        )
    return NoWeight(Condition.SILENT, "does not answer: is it switched on, is it the right port, is `protocol` right?")
