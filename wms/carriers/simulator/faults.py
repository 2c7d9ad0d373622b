"""What goes wrong, by request or by chance. Pure. Called by `mishaps` and `courier`.

A die is thrown by hashing the seed, the thing and the how-manieth time it is asked about, so that the same day can be
had again.
"""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares in thousandths, per request. Everything is 0 unless asked for."""

    seed: int = 0
    latency_ms: int = 0
    """The median; one request in a hundred takes twelve times as long."""
    timeout_after: int = 0
    """Booked, and then silent."""
    timeout_before: int = 0
    """Silent, and not booked."""
    bad_gateway: int = 0
    """502 with a page of HTML; half of the time it was booked."""
    truncated: int = 0
    """The answer breaks off in the middle of its JSON."""
    garbage: int = 0
    """An answer of 200 that is no JSON."""
    busy: int = 0
    """Too many requests: turned away."""
    skewed: int = 0
    """The platform's clock is off: it says that our time stamp is too old."""
    by_hand: int = 0
    """An officer of the carrier looks at the address."""
    not_served: int = 0
    half_booked: int = 0
    """Of a shipment of several pieces only the first half is booked."""
    duplicate_is_error: bool = True
    """A repeated order is answered with an error, as older gateways do; otherwise with the first order."""
    push_doubled: int = 0
    push_reordered: int = 0
    push_forged: int = 0
    silence_seconds: int = 30
    """How long a silent request is kept open; clients give up before."""

    def happens(self, what: str, about: str, count: int, thousandths: int) -> bool:
        """Whether it is one of so many in a thousand."""
        return self._roll(what, about, count) % 1000 < thousandths

    def wait_ms(self, about: str, count: int) -> int:
        """How long this request takes."""
        if not self.latency_ms:
            return 0
        roll = self._roll("latency", about, count) % 100
        return self.latency_ms * 12 if roll == 99 else self.latency_ms // 2 + self.latency_ms * roll // 100

    def _roll(self, *question: object) -> int:
        text = "\x1f".join(str(part) for part in (self.seed, *question))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
