"""Times of many labels, by the clock and of the processor. Called by `bench.labels`."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Times:
    """Seconds of each of many: by the clock, and of the processor for the thread that measured."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """What is done inside is one more."""
        began, used = time.perf_counter(), time.thread_time()
        yield
        self.processor.append(time.thread_time() - used)
        self.clock.append(time.perf_counter() - began)


def said_of(times: Sequence[float], p50: int, p99: int) -> tuple[str, bool]:
    """Median and 99th percentile in milliseconds, and whether both are within their limits; 0 is none."""
    middle, high = (quantile(times, share) * 1000 for share in (0.5, 0.99))
    return f"p50 {middle:.2f}, p99 {high:.2f}", (not p50 or middle <= p50) and (not p99 or high <= p99)


def quantile(times: Sequence[float], share: float) -> float:
    """The value below which such a share of them lies."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
