"""Reprinting is tried at the benches of `tests.benches`."""

from tests.benches.conftest import bench, floor, packer

__all__ = ("bench", "floor", "packer")
