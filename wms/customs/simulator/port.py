"""The simulated port behind the folders of one warehouse.

Called by `serving` and by tests. Invariant: whatever is killed wherever, a file leaves the outbox only after its
answers are planned, and a receipt is in the inbox under one name only.
"""

from datetime import datetime
from pathlib import Path

from wms.customs.simulator.scenario import Scenario
from wms.kernel.clock import Clock


class Simulator:
    """An electronic port for one warehouse folder (`outbox` and `inbox` below it; its own things in `simulator`).

    The same files, scenario, seed and times give the same answers, whatever the order of the files and however often
    it is started anew.
    """

    def __init__(self, folder: Path, *, scenario: Scenario, seed: int, clock: Clock) -> None:
        self.folder = folder
        self.scenario = scenario
        self.seed = seed
        self.clock = clock

    def run_once(self) -> int:
        """Take everything in the outbox and put everything that is due into the inbox; how many files moved."""
        raise NotImplementedError

    def next_due(self) -> datetime | None:
        """When something will happen by itself; None where nothing will until another file comes."""
        raise NotImplementedError
