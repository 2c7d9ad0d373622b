"""The simulated electronic port behind the folders of one warehouse, and the inbox that takes its answers in.

What `wms run` does in two processes and a thread, step by step in one.
"""

import os
from functools import partial

from wms.app import House
from wms.customs.receipts.inbound import receipt_keeper
from wms.customs.simulator.port import Simulator
from wms.customs.simulator.scenario import Scenario
from wms.customs.transport.choice import inbox_of

A_WHILE_AGO_SECONDS = 5


class ElectronicPort:
    """Takes what was sent, answers when it is due, and lets the service take the answers in."""

    def __init__(
        self, house: House, warehouse_id: int, code: str, scenario: Scenario | None = None, seed: int = 0
    ) -> None:
        self.folder = house.settings.customs_folder / code
        self.simulator = Simulator(self.folder, scenario=scenario or Scenario(), seed=seed, clock=house.clock)
        inbox = inbox_of(house.settings, code, house.clock)
        assert inbox is not None, "a warehouse with customs has an inbox"
        self._inbox = inbox
        self._keep = partial(receipt_keeper(house.database, house.clock), warehouse_id)

    def turn(self) -> int:
        """One turn of the port and of the inbox; how many files moved."""
        moved = self.simulator.run_once()
        for file in (self.folder / "inbox").glob("*.xml"):
            # The simulator writes whole files; real time does not pass in a test.
            seconds = file.stat().st_mtime - A_WHILE_AGO_SECONDS
            os.utime(file, (seconds, seconds))
        return moved + self._inbox.take(self._keep)
