"""Each parcel's weight goes up once, and never for the next parcel."""

import threading
import time
from uuid import UUID

from devices.attending import Backoff
from devices.health import Condition, HealthBoard
from devices.scales.mt_sics import MtSics
from devices.scales.watching import Scale, ScaleWatch, Taken
from devices.scales.weighing import NoWeight, Weight
from devices.simulation.scale import SimulatedScale
from devices.simulation.wires import PtyDevice
from devices.wire import SerialSettings, open_wire
from tests.devices.scales.test_weighing import RULES

EMPTY = NoWeight(Condition.EMPTY, "empty", is_empty=True)
MOVING = NoWeight(Condition.MOVING, "moves")


class Server:
    def __init__(self, *answers: Taken) -> None:
        self.offered: list[tuple[UUID, int]] = []
        self._answers = list(answers)

    def offer(self, reading_id: UUID, grams: int) -> tuple[Taken, str]:
        self.offered.append((reading_id, grams))
        return (self._answers.pop(0) if self._answers else Taken.JUDGED), "said"


def watched(server: Server, *seen: Weight | NoWeight) -> list[Condition]:
    watch = ScaleWatch(server.offer)
    return [watch.see(found, 2000 * number)[0] for number, found in enumerate(seen)]


def test_a_parcel_is_sent_once_however_long_it_stands() -> None:
    server = Server()
    watched(server, EMPTY, Weight(500), Weight(500), MOVING, Weight(500))
    assert [grams for _, grams in server.offered] == [500]


def test_the_next_parcel_of_the_same_weight_counts_after_an_empty_scale() -> None:
    server = Server()
    watched(server, EMPTY, Weight(500), EMPTY, Weight(500))
    assert [grams for _, grams in server.offered] == [500, 500]
    assert server.offered[0][0] != server.offered[1][0]


def test_another_weight_is_another_reading() -> None:
    server = Server()
    watched(server, EMPTY, Weight(500), MOVING, Weight(520))
    assert [grams for _, grams in server.offered] == [500, 520]


def test_at_the_start_the_scale_must_be_emptied_once() -> None:
    server = Server()
    assert watched(server, Weight(500), Weight(500), EMPTY) == [Condition.LIFT, Condition.LIFT, Condition.EMPTY]
    assert server.offered == []


def test_nobody_waits_yet_means_the_same_reading_again() -> None:
    server = Server(Taken.NOBODY_WAITS, Taken.NOT_REACHED, Taken.JUDGED)
    watched(server, EMPTY, Weight(500), Weight(500), Weight(500), Weight(500))
    assert len(server.offered) == 3
    assert len(set(server.offered)) == 1, "one identity: a lost answer must not book it twice"


def test_asking_again_keeps_a_pace() -> None:
    server = Server(Taken.NOBODY_WAITS)
    watch = ScaleWatch(server.offer)
    watch.see(EMPTY, 0)
    for now_ms in (10, 20, 30):
        watch.see(Weight(500), now_ms)
    assert len(server.offered) == 1


def test_a_scale_at_work_over_a_pseudo_terminal_and_its_loss() -> None:
    grams, server, board, stop = [0], Server(), HealthBoard(), threading.Event()
    device = PtyDevice(SimulatedScale(lambda: grams[0], settling_ms=50))
    address = device.path
    scale = Scale("scale", MtSics(), RULES, lambda: open_wire(address, SerialSettings()), server.offer, board)
    thread = threading.Thread(target=scale.run, args=(stop, Backoff(5, 20)))

    def until(words: str) -> None:
        deadline = time.monotonic() + 10
        while not ((health := board.of("scale")) and words in health.words):
            assert time.monotonic() < deadline
            time.sleep(0.005)

    with device:
        thread.start()
        until("empty")
        grams[0] = 750
        until("take the parcel off")
        grams[0] = 0
        until("empty")
    until("plugged")
    stop.set()
    thread.join()
    assert [grams for _, grams in server.offered] == [750]
