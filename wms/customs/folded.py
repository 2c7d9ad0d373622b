"""Values of the fold: what it is told about an attempt, what it finds, and each step on the way. Pure.

Made by `fold`; read by `standing`, `part` and the evidence of a parcel.
"""

from dataclasses import dataclass
from enum import StrEnum

from wms.customs.model import DeclarationState, HoldKind, ReceiptEntry


class Anomaly(StrEnum):
    """Something odd that a person should see, though it decides nothing."""

    CLOSED_WITHOUT_RELEASE = "closed_without_release"
    ANSWER_TO_EARLIER_ATTEMPT = "answer_to_earlier_attempt"
    """After it was declared again, customs decided about the number of the list before. It does not count; but where
    customs keeps the number of a list that is declared again, resubmission must be set to a change (appType 2)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission of the list. Receipts of earlier attempts are history only."""

    number: int = 1
    app_time: str = ""
    """17 digits, when this attempt was sent."""
    earlier_pre_nos: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cancellation:
    """An application of ours (CEB623) to cancel the list `invt_no`."""

    cop_no: str
    invt_no: str
    sent_at: str
    """17 digits."""


@dataclass(frozen=True, slots=True)
class DerivedHold:
    """A hold the receipts call for. `cause` names the receipt, so that one lifted by a person stays lifted."""

    kind: HoldKind
    cause: str
    since: str
    said: str


@dataclass(frozen=True, slots=True)
class Folded:
    """The outcome of the fold. `since` is the return time of the receipt that made the state, "" if none did."""

    state: DeclarationState
    since: str = ""
    said: str = ""
    status: str = ""
    released: str = ""
    """When the gate's state opened, "" while it is not open. A list that is closed was released earlier."""
    pre_no: str | None = None
    invt_no: str | None = None
    holds: frozenset[DerivedHold] = frozenset()
    anomalies: frozenset[Anomaly] = frozenset()


class FoldEffect(StrEnum):
    """What one receipt did to the standing, or why it did nothing."""

    BEGINS = "begins"
    """No receipt: how it stands before the first one."""
    STATES = "states"
    """It makes the state."""
    REPEATS = "repeats"
    """It says the present state once more."""
    STAYS = "stays"
    """What was decided before is not changed by such a decision."""
    CONFLICTS = "conflicts"
    """It cannot stand beside what was decided before: the gate is held."""
    UNKNOWN_CODE = "unknown_code"
    """Its code is not listed for such a receipt: the gate is held."""
    CANCELS = "cancels"
    """The list is cancelled, as was applied for."""
    CANCEL_REFUSED = "cancel_refused"
    """Customs refused to cancel the list."""
    CANCEL_PENDING = "cancel_pending"
    """No receipt: an application to cancel that customs has not answered holds the gate."""
    LOGGED_ONLY = "logged_only"
    """The electronic port's word, once customs has decided."""
    INFORMS = "informs"
    """About another document than the list."""
    EARLIER_ATTEMPT = "earlier_attempt"
    """About a submission that was replaced."""
    DUPLICATE = "duplicate"
    """Said before in the same words."""
    CONCLUDES = "concludes"
    """No receipt: the numbers customs gave, and what is odd."""


@dataclass(frozen=True, slots=True)
class FoldStep:
    """One step of the fold. `entry` None where no receipt is behind it."""

    effect: FoldEffect
    entry: ReceiptEntry | None
    before: Folded
    after: Folded
