"""Counting per line of a plan. Pure; called by the workflows, whose progress is a count for each line."""


def with_count(counts: tuple[int, ...], index: int, count: int) -> tuple[int, ...]:
    """The counts with the one at `index` replaced."""
    return (*counts[:index], count, *counts[index + 1 :])
