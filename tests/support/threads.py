"""Run the same work in many threads that start together. Called by tests of concurrency."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 120
"""A hang becomes a failure after this; no test asserts on it otherwise."""


def together(count: int, work: Callable[[int], T]) -> list[T]:
    """`work(0) … work(count - 1)`, each in a thread of its own, begun together. Raises what one raised."""
    start = threading.Barrier(count)

    def begin(number: int) -> T:
        start.wait(PATIENCE_SECONDS)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(begin, number) for number in range(count)]
        return [future.result(PATIENCE_SECONDS) for future in futures]
