"""Hashing PINs and checking them: slow on purpose, and therefore never inside a transaction.

Called by `sign_in` and by whoever creates operators. Made once per process.
"""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from wms.access.rules import faults_of_pin
from wms.kernel.errors import BadInput, Busy

AT_ONCE = 2
"""Each check takes a processor and 19 MiB for tens of milliseconds. At the start of a shift, or under attack, the
others wait their turn instead of slowing down everybody's scans."""

WAIT_SECONDS = 10


@cache
def argon2() -> PasswordHasher:
    """OWASP's smallest recommended cost. More would not protect four digits: what does is the limit on tries."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _hash_of_nobody(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_hex())


class Pins:
    """Hashes and checks PINs, a few at a time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2()
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._hash_of_nobody = _hash_of_nobody(self._hasher)

    def hash(self, pin: str) -> str:
        """The hash of a new PIN. Raises BadInput where it is not 4 to 6 digits."""
        faults = faults_of_pin(pin)
        if faults:
            raise BadInput(faults)
        return self._hasher.hash(pin)

    def is_right(self, pin_hash: str | None, pin: str) -> bool:
        """Whether `pin` belongs to `pin_hash`. Without a hash (an unknown badge) it is wrong and takes as long.

        Raises Busy where too many others are waiting.
        """
        if not self._slots.acquire(timeout=WAIT_SECONDS):
            raise Busy("too many people are signing in at once")
        try:
            return self._hasher.verify(pin_hash or self._hash_of_nobody, pin)
        except VerifyMismatchError:
            return False
        finally:
            self._slots.release()
