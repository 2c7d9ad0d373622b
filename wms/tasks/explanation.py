"""What a parcel says about itself when it is scanned where nobody asked for it. Pure.

The scan door hands the parcel to the `Explain` (see `floor`) that `wms.app` wired, because customs knows and this slice
does not, and answers with what comes back; `scanner_ui.presenter` puts it into words. Explaining changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wms.kernel.refusal import Detail


@dataclass(frozen=True, slots=True)
class PaperStanding:
    """One of the documents a parcel needs. Words of `kind` and `state` are for the presenter."""

    kind: str
    state: str
    since: str = ""
    """ISO 8601; empty where nothing is known."""
    said: str = ""
    """In customs' own words."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one parcel stands: a sentence (`code`, `details`), the documents behind it, and what customs said."""

    parcel: str
    code: str
    details: Mapping[str, Detail]
    may_go_on: bool
    """False: it may not leave as things stand."""
    state: str = ""
    """Of its declaration; empty where nothing was declared."""
    since: str = ""
    status: str = ""
    said: str = ""
    papers: tuple[PaperStanding, ...] = ()
    holds: tuple[str, ...] = ()
    rule: str = ""
    cause: str = ""
    """The rule that keeps it from being declared, and who has to mend it."""
