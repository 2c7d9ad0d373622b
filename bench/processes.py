"""How much processor time trees of processes have used, from /proc. Called by `bench.load`.

Resolution is the kernel's tick (10 ms as a rule), which a case of a few hundred scans outweighs.
"""

import os
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
QUIET_SECONDS = 3
QUIET_SHARE = 0.15
LOOK_EVERY_SECONDS = 0.5


def cpu_seconds_of_tree(root: int) -> float:
    """Processor time of a process and all its descendants, those included that have ended and were waited for."""
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # The name in parentheses may itself hold spaces and parentheses.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        ticks[int(entry.name)] = sum(int(field) for field in fields[11:15])
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        total += ticks.get(process, 0)
        waiting += children.get(process, [])
    return total / TICKS_PER_SECOND


def cpu_seconds_of(process: int) -> float:
    """Processor time of one process by the scheduler's own clock, fine enough for a single label."""
    nanoseconds = 0
    for task in Path(f"/proc/{process}/task").iterdir():
        nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def busy_seconds_of_machine() -> float:
    """Processor time everything on this machine has used so far, all cores together."""
    with Path("/proc/stat").open() as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    # The fourth and fifth are idle, the ninth and tenth are counted in the first two.
    return (sum(fields[:3]) + sum(fields[5:8])) / TICKS_PER_SECOND


def wait_for_quiet(at_most_seconds: int) -> None:
    """Return once the machine has had next to nothing else to do for a few seconds, or after `at_most_seconds`."""
    deadline = time.monotonic() + at_most_seconds
    quiet_since = time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - quiet_since < QUIET_SECONDS:
        before = busy_seconds_of_machine()
        time.sleep(LOOK_EVERY_SECONDS)
        if busy_seconds_of_machine() - before > QUIET_SHARE * LOOK_EVERY_SECONDS * CORES:
            quiet_since = time.monotonic()


def load_average() -> float:
    """Processes that ran or wanted to run, averaged over the last minute."""
    return os.getloadavg()[0]
