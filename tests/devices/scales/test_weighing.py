"""A weight only at rest, fresh, in time, and otherwise a clear word: with a simulated scale over a real pseudo-
terminal.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from devices.health import Condition
from devices.scales.model import Said, ScaleProtocol
from devices.scales.mt_sics import MtSics
from devices.scales.toledo_8217 import Toledo8217
from devices.scales.weighing import NoWeight, ScaleTalk, WeighingRules, Weight, weigh
from devices.simulation.scale import Dialect, SimulatedScale, Trouble
from devices.simulation.wires import PtyDevice, TcpDevice
from devices.wire import SerialSettings, open_wire
from tests.devices.scales.test_protocols import BARE, CAS

PROTOCOLS: dict[Dialect, ScaleProtocol] = {
    Dialect.MT_SICS: MtSics(),
    Dialect.TOLEDO_8217: Toledo8217(),
    Dialect.CONTINUOUS: CAS,
}
RULES = WeighingRules(limit_ms=3000, confirm_ms=60, settle_ms=200, answer_ms=200, ask_every_ms=20)
SHORT = replace(RULES, limit_ms=400)


class Stand:
    """A scale with something on it, and the talk with it."""

    def __init__(self, scale: SimulatedScale, talk: ScaleTalk, now: list[int], trouble: list[Trouble | None]) -> None:
        self.scale = scale
        self.talk = talk
        self._now = now
        self._trouble = trouble

    def put(self, grams: int) -> None:
        self._now[0] = grams

    def suffer(self, trouble: Trouble | None) -> None:
        self._trouble[0] = trouble

    def weigh(self, rules: WeighingRules = RULES) -> Weight | NoWeight:
        return weigh(self.talk, rules, now_ms, lambda ms: time.sleep(ms / 1000))


def now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


@contextmanager
def stand(dialect: Dialect, grams: int = 0, *, wire: str = "serial", settling_ms: int = 100) -> Iterator[Stand]:
    now, trouble = [grams], list[Trouble | None]([None])
    scale = SimulatedScale(lambda: now[0], dialect, lambda: trouble[0], settling_ms)
    with PtyDevice(scale) if wire == "serial" else TcpDevice(scale) as device:
        address = device.path if isinstance(device, PtyDevice) else f"socket://127.0.0.1:{device.port}"
        opened = open_wire(address, SerialSettings())
        yield Stand(scale, ScaleTalk(opened, PROTOCOLS[dialect]), now, trouble)
        opened.close()


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("wire", ["serial", "socket"])
def test_a_weight_at_rest(dialect: Dialect, wire: str) -> None:
    with stand(dialect, 1250, wire=wire) as here:
        assert here.weigh() == Weight(1250)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_change_is_waited_for_until_it_rests(dialect: Dialect) -> None:
    with stand(dialect, 500) as here:
        assert here.weigh() == Weight(500)
        here.put(900)
        assert here.weigh() == Weight(900), "never the weight before"


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize(
    ("trouble", "condition"),
    [
        (Trouble.RESTLESS, Condition.MOVING),
        (Trouble.OVERLOAD, Condition.OVERLOAD),
        (Trouble.UNDERLOAD, Condition.UNDERLOAD),
        (Trouble.SILENT, Condition.SILENT),
        (Trouble.GARBAGE, Condition.UNREADABLE),
    ],
)
def test_no_weight_in_time_has_a_clear_word(dialect: Dialect, trouble: Trouble, condition: Condition) -> None:
    with stand(dialect, 1250) as here:
        here.suffer(trouble)
        found = here.weigh(replace(SHORT, limit_ms=900))
        assert isinstance(found, NoWeight)
        assert (found.condition, found.is_empty) == (condition, False)
        here.suffer(None)
        assert here.weigh() == Weight(1250)


@pytest.mark.parametrize("dialect", [Dialect.MT_SICS, Dialect.TOLEDO_8217])
def test_a_scale_that_is_not_ready_says_so(dialect: Dialect) -> None:
    with stand(dialect, 1250) as here:
        here.suffer(Trouble.NOT_READY)
        found = here.weigh(SHORT)
        assert isinstance(found, NoWeight)
        assert "not ready" in found.words


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("grams", [0, 4])
def test_next_to_nothing_is_empty(dialect: Dialect, grams: int) -> None:
    with stand(dialect, grams) as here:
        found = here.weigh()
        assert isinstance(found, NoWeight)
        assert found.is_empty


def test_less_than_nothing_is_never_a_weight() -> None:
    with stand(Dialect.MT_SICS, -300) as here:
        found = here.weigh()
        assert isinstance(found, NoWeight)
        assert "zero it" in found.words


@pytest.mark.parametrize("dialect", [Dialect.TOLEDO_8217, Dialect.CONTINUOUS])
def test_a_weight_under_a_tare_counts_only_where_it_is_allowed(dialect: Dialect) -> None:
    with stand(dialect, 1250) as here:
        here.scale.tare_grams = 50
        found = here.weigh()
        assert isinstance(found, NoWeight)
        assert "tare" in found.words
        assert here.weigh(replace(RULES, accepts_net=True)) == Weight(1200)


def test_zero_and_tare() -> None:
    with stand(Dialect.MT_SICS, 20) as here:
        zeroed = here.talk.command(MtSics().zero, 1)
        assert zeroed is not None
        assert zeroed.said is Said.DONE
        here.put(1020)
        time.sleep(0.2)
        assert here.weigh() == Weight(1000)
        here.suffer(Trouble.NOT_READY)
        refused = here.talk.command(MtSics().tare, 1)
        assert refused is not None
        assert refused.said is Said.NOT_READY


def test_an_unknown_unit_is_not_guessed() -> None:
    script = Script(lambda asked: b"S S   100.00 ct\r\n" * asked.count(b"SI"))
    found = script.weigh(MtSics(), RULES)
    assert isinstance(found, NoWeight)
    assert "ct" in found.words


class Script:
    """A wire that answers by a rule, one byte at a time where asked to, for what a real device does rarely."""

    tells_restart = False

    def __init__(self, answer: Callable[[bytes], bytes], *, chunk: int = 1000) -> None:
        self._answer = answer
        self._chunk = chunk
        self._out = b""

    def send(self, data: bytes) -> None:
        self._out += self._answer(data)

    def receive(self, seconds: float) -> bytes:
        data, self._out = self._out[: self._chunk], self._out[self._chunk :]
        return data

    def close(self) -> None:
        pass

    def weigh(self, protocol: ScaleProtocol, rules: WeighingRules) -> Weight | NoWeight:
        clock = [0]

        def pause(ms: int) -> None:
            clock[0] += ms

        def now() -> int:
            clock[0] += 1
            return clock[0]

        return weigh(ScaleTalk(self, protocol), rules, now, pause)


def test_half_an_answer_is_no_answer() -> None:
    """`S S   1` and, after the limit, `00.00 g`: neither is a weight."""
    parts = itertools.cycle([b"S S   1", b"00.00 g\r\n"])
    found = Script(lambda asked: next(parts)).weigh(MtSics(), RULES)
    assert isinstance(found, NoWeight)


def test_byte_by_byte_is_a_weight() -> None:
    assert Script(lambda asked: b"S S   100.00 g\r\n", chunk=1).weigh(MtSics(), RULES) == Weight(100)


def test_one_stable_answer_between_moving_ones_is_not_enough() -> None:
    answers = iter([b"S D 90 g\r\n", b"S S 95 g\r\n", b"S D 99 g\r\n", b"S S 100 g\r\n", b"S D 101 g\r\n"] * 200)
    found = Script(lambda asked: next(answers)).weigh(MtSics(), RULES)
    assert found == NoWeight(Condition.MOVING, "does not come to rest: let go of the parcel, keep draughts away")


def test_an_answer_that_is_no_weight_never_brings_back_the_last_one() -> None:
    answers = iter([b"S S 100 g\r\n"] + [b"S I\r\n"] * 500)
    found = Script(lambda asked: next(answers)).weigh(MtSics(), RULES)
    assert isinstance(found, NoWeight)


def test_ten_thousand_wild_scripts_never_give_a_weight_that_is_not_there() -> None:
    import random

    chance = random.Random(17)
    wild = [b"S S 100 g\r\n", b"S D 100 g\r\n", b"S I\r\n", b"S +\r\n", b"S S 10", b"0 g\r\n", b"", b"\xff\xfe\r\n"]
    given = 0
    for _ in range(10_000):
        said: list[bytes] = []

        def answer(asked: bytes, said: list[bytes] = said) -> bytes:
            said.append(chance.choice(wild))
            return said[-1]

        found = Script(answer).weigh(MtSics(), replace(RULES, limit_ms=250))
        if isinstance(found, Weight):
            given += 1
            assert found.grams == 100
            assert said[-1] == wild[0]
            assert said[-2] == wild[0]
    assert given > 10


def test_a_scale_that_never_says_stable_needs_longer() -> None:
    weights = iter([b"1.00\r\n", b"1.20\r\n"] + [b"1.25\r\n"] * 1000)
    asking = replace(BARE, ask=b"?")
    assert Script(lambda asked: next(weights)).weigh(asking, RULES) == Weight(1250)


def test_a_reader_that_slept_sees_the_present() -> None:
    with stand(Dialect.CONTINUOUS, 500) as here:
        here.weigh()
        time.sleep(0.4)
        here.put(0)
        time.sleep(0.3)
        found = here.weigh()
        assert isinstance(found, NoWeight)
        assert found.is_empty
