"""Exceptions that cross slices. Everything a person on the floor may cause is a Refusal instead.

Raised by services, turned into problem documents by `wms.web` and into exit messages by `wms.cli`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wms.kernel.refusal import Refusal


class WmsError(Exception):
    """Base of all errors this product raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: `where` is a path such as `lines[2].quantity` or `line 17`, `what` a sentence."""

    where: str
    what: str


class BadInput(WmsError):
    """An input with faults; all of them are listed, and nothing was changed. HTTP 400."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.where}: {fault.what}" for fault in self.faults))


class NotAllowed(WmsError):
    """The caller is known but may not do this. HTTP 403."""


class NotSignedIn(WmsError):
    """Nobody is signed in, or the session ended. HTTP 401."""


class Conflict(WmsError):
    """The same identity came again with other contents. HTTP 409."""


class Busy(WmsError):
    """The database could not take the work now; the caller keeps it and tries again. HTTP 503 with Retry-After."""


class Untried(WmsError):
    """Nothing was tried, and before `until` nothing will be. Work in the background comes again then, and counts no
    attempt.
    """

    def __init__(self, what: str, until: datetime) -> None:
        self.until = until
        super().__init__(what)


class Refused(WmsError):
    """A refusal on a path that has no screen to answer on (API, command line). Rolls the transaction back. HTTP 409."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))
