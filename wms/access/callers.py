"""Remembers for a few seconds who a token belongs to, because every scan asks and may not cost a statement.

Signing out and blocking in this process are felt at once; in another process of the same installation within
REMEMBERED. Used by `sign_in` alone; safe between threads.

Invariant: what was forgotten does not come back. Somebody who read the database before a sign-out and arrives after it
must not put the old answer back; the generation tells him that something was forgotten in between.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from wms.access.model import Caller
from wms.access.tokens import TokenKey

REMEMBERED = timedelta(seconds=5)
"""A handheld scans about once a second, so most scans find their caller here; and a person who was blocked on another
node can do at most a few more scans."""

MOST_REMEMBERED = 10_000
"""More than there are devices in a building; bounds the memory."""


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """A caller, how long the proof is good, and what his pages must send back."""

    caller: Caller
    expires_at: datetime | None
    page_token: str
    """Empty for API tokens, which no browser sends by itself."""


class CallerMemory:
    """Token → caller, for REMEMBERED."""

    def __init__(self) -> None:
        self._known: dict[TokenKey, tuple[datetime, KnownCaller]] = {}
        self._mutex = threading.Lock()
        self._generation = 0

    @property
    def generation(self) -> int:
        """To be read before the database and handed to `remember`."""
        return self._generation

    def find(self, key: TokenKey, now: datetime) -> KnownCaller | None:
        """The caller, where he was looked up a moment ago and his proof has not expired since."""
        entry = self._known.get(key)
        if entry is None:
            return None
        since, known = entry
        # The clock may be set back; an age below zero must not keep an entry alive.
        if not timedelta(0) <= now - since < REMEMBERED:
            return None
        if known.expires_at is not None and known.expires_at <= now:
            return None
        return known

    def remember(self, key: TokenKey, known: KnownCaller, *, now: datetime, generation: int) -> None:
        """Keep what the database said, unless something was forgotten since `generation` was read."""
        with self._mutex:
            if generation != self._generation:
                return
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = (now, known)

    def forget(self, key: TokenKey) -> None:
        """The token's proof has ended."""
        with self._mutex:
            self._generation += 1
            self._known.pop(key, None)

    def forget_operator(self, operator_id: UUID) -> None:
        """All proofs of an operator have ended."""
        with self._mutex:
            self._generation += 1
            for key in [key for key, (_, known) in self._known.items() if known.caller.operator_id == operator_id]:
                del self._known[key]
