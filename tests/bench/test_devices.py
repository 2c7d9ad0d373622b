"""The figures of the devices come from a whole program that notices everything; how soon is for the benchmark."""

import random
from pathlib import Path

from bench.devices import GOALS, at_work, measured


def test_everything_that_happens_to_a_device_is_noticed(tmp_path: Path) -> None:
    with at_work(tmp_path) as bench:
        found = measured(bench, 1, random.Random(3))
    assert found.keys() == GOALS.keys()
    assert all(len(seconds) == 1 and seconds[0] > 0 for seconds in found.values())
