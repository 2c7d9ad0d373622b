"""Identities that the bench gives to codes and weights: UUIDv7 (RFC 9562), which sort by time. Called wherever one is
made.
"""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A new identity: 48 bits of Unix milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10), "big")
    high, low = (chance >> 62) & 0xFFF, chance & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
