"""Lets a piece of work be killed before each step it takes on the file system, one after the other.

Every step (open, rename, link, make or remove a folder) is announced by Python itself to an audit hook; there the child
process ends as if by SIGKILL: nothing is flushed, no `finally` runs.
"""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

START = datetime(2026, 11, 5, 2, 25, tzinfo=UTC)

_STEPS = frozenset({"open", "os.rename", "os.link", "os.mkdir", "os.rmdir", "os.remove", "os.scandir", "os.listdir"})
_KILLED = 87
MOST_STEPS = 200


def killed_before_each_step(
    work: Callable[[int], object], prepare: Callable[[int], object] = lambda _: None
) -> Iterator[int]:
    """Run `work(n)` in a child that dies before its nth step, for n = 1, 2 and so on until it finishes alive.

    `prepare(n)` is done before, by this process. Yields n after each death, and a last time for the run that lived.
    """
    for number in range(1, MOST_STEPS):
        prepare(number)
        child = os.fork()
        if child == 0:
            _run(work, number)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, _KILLED), f"the child failed with {code} at step {number}"
        yield number
        if code == 0:
            assert number > 3, "hardly anything was done"
            return
    raise AssertionError("it never finished")


def _run(work: Callable[[int], object], number: int) -> None:
    steps = 0

    def hook(event: str, _arguments: object) -> None:
        nonlocal steps
        if event in _STEPS:
            steps += 1
            if steps == number:
                os._exit(_KILLED)

    code = 1
    try:
        sys.addaudithook(hook)
        work(number)
        code = 0
    finally:
        os._exit(code)
