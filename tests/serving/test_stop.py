"""Stopping by signals, whenever they come: a terminal, `make` and an impatient person send several together."""

import signal
import subprocess
import sys

import pytest

WAITING = """
from wms.serving.stop import stop_on_signals
stop = stop_on_signals()
print("waiting", flush=True)
stop.wait()
print("stopped", flush=True)
"""
INTERRUPTED = """
import signal
from wms.serving.stop import stop_on_signals
stop = stop_on_signals()
with stop._cond:  # as whoever begins to wait for it, or sets it, does for a moment
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
stop.wait()
print("stopped", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops(number: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(number)
        process.send_signal(number)
        assert process.communicate(timeout=30)[0] == "stopped\n"


def test_a_signal_in_the_middle_of_the_waiting_does_not_wait_for_itself() -> None:
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=30, check=True)
    assert ended.stdout == "stopped\n"
