"""The port of a whole installation, over the folders of all its warehouses. Called by `commands`.

A folder that cannot be used keeps none of the others waiting, and is tried again.
"""

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from wms.customs.simulator.desk import turn_training
from wms.customs.simulator.port import Simulator
from wms.customs.simulator.scenario import Scenario
from wms.kernel.clock import Clock

log = logging.getLogger(__name__)

SLOWEST_LOOK_SECONDS = 0.5
QUICKEST_LOOK_SECONDS = 0.02


def serve_folders(
    root: Path, *, scenario: Scenario, seed: int, clock: Clock, stop: threading.Event, training: bool | None = None
) -> None:
    """Be the port for every warehouse that has an outbox below `root`, also for one that comes later.

    `training` is switched on or off at first sight of each; None leaves it as it was.
    """
    ports: dict[Path, Simulator] = {}
    broken: set[Path] = set()
    # Several looks within a step, so that the pace asked for is the pace that comes out.
    pause = min(SLOWEST_LOOK_SECONDS, max(QUICKEST_LOOK_SECONDS, scenario.step_ms / 5_000))
    while not stop.wait(pause):
        for folder in _warehouses(root):
            try:
                if folder not in ports:
                    if training is not None:
                        turn_training(folder, on=training)
                    ports[folder] = Simulator(folder, scenario=scenario, seed=seed, clock=clock)
                ports[folder].run_once()
                broken.discard(folder)
            except (OSError, sqlite3.DatabaseError) as error:
                if folder not in broken:
                    log.warning("the simulated port cannot use %s: %s; it goes on trying", folder, error)
                broken.add(folder)
    for port in ports.values():
        port.close()


def _warehouses(root: Path) -> Iterator[Path]:
    with contextlib.suppress(FileNotFoundError):
        if (root / "outbox").is_dir():
            # Somebody pointed at the one warehouse itself.
            yield root
        yield from sorted(folder for folder in root.iterdir() if (folder / "outbox").is_dir())
