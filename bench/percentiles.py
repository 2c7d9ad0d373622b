"""Percentiles that are values which were measured, never ones between them. Called by the benchmarks."""

from collections.abc import Sequence
from typing import TypeVar

Number = TypeVar("Number", int, float)


def percentile(values: Sequence[Number], percent: int) -> Number:
    """The smallest value that at least `percent` of all do not exceed; 0 for none."""
    if not values:
        return 0
    in_order = sorted(values)
    return in_order[max(0, -(-len(in_order) * percent // 100) - 1)]
