"""Wakes a worker in this process right after a commit, instead of at its next sweep.

A hint and no more: workers of other processes, and messages whose hint was lost, are found by the sweep.
"""

import threading

_woken = threading.Event()


def wake_worker() -> None:
    """Tell a sleeping worker of this process that there is work."""
    _woken.set()


def sleep_until_woken(seconds: float) -> None:
    """Sleep at most `seconds`, less when somebody calls `wake_worker`."""
    _woken.wait(seconds)
    _woken.clear()
