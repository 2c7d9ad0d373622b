"""What each role may do, what a badge and a PIN look like, and when wrong PINs lock a badge. Pure.

Called by `session`, `sign_in` and `service`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from wms.access.model import BADGE_PREFIX, LANGUAGES, PROGRAMS, Capability, Role
from wms.kernel.errors import Fault
from wms.kernel.refusal import Refusal

MOST_TRIES = 5
LOCK = timedelta(minutes=5)
"""After MOST_TRIES wrong PINs. Long enough that guessing a four-digit PIN takes days and shows in the audit trail;
short enough that a person who mistyped gets through the shift without a supervisor."""

_SUPERVISED = frozenset(
    {
        Capability.WORK_RECEIVING,
        Capability.WORK_PUTAWAY,
        Capability.WORK_PICKING,
        Capability.WORK_PACKING,
        Capability.WORK_DISPATCH,
        Capability.SEE_BOARD,
        Capability.RETRY_OUTBOX,
        Capability.LIFT_HOLD,
        Capability.UNLOCK_OPERATOR,
        Capability.SETTLE_EXCEPTION,
        Capability.ACCEPT_ODD_WEIGHT,
        Capability.LEAVE_OUT_LIST,
        Capability.OPEN_PARCEL,
        Capability.MEND_DECLARATION,
        Capability.DECIDE_TRAINING,
        Capability.TEACH_CODES,
    }
)

_NOT_BY_RANK = frozenset({Capability.SEE_PERSONAL_DATA, Capability.PUSH_PAYMENTS, Capability.ATTEND_BENCH})
"""What nobody has just because he may do everything: buyers' data are for whoever needs them, a payment slip comes from
the payment company and never from a person, and a print job is fetched by the bench that has its printer."""

_MAY: Mapping[Role, frozenset[Capability]] = {
    Role.PICKER: frozenset({Capability.WORK_RECEIVING, Capability.WORK_PUTAWAY, Capability.WORK_PICKING}),
    Role.PACKER: frozenset({Capability.WORK_PACKING, Capability.WORK_DISPATCH}),
    Role.SUPERVISOR: _SUPERVISED,
    Role.DECLARANT: frozenset(
        {
            Capability.SEE_BOARD,
            Capability.LIFT_HOLD,
            Capability.MEND_DECLARATION,
            Capability.SEE_PERSONAL_DATA,
        }
    ),
    Role.ADMIN: frozenset(Capability) - _NOT_BY_RANK,
    Role.INTEGRATION: frozenset(
        {
            Capability.PUSH_ORDERS,
            Capability.PUSH_RECEIPTS,
            Capability.PUSH_WEIGHTS,
            Capability.PUSH_PAYMENTS,
        }
    ),
    Role.BENCH: frozenset({Capability.ATTEND_BENCH, Capability.PUSH_WEIGHTS}),
}

_BADGE = re.compile(rf"{BADGE_PREFIX}[A-Z0-9][A-Z0-9-]{{0,29}}")
_PIN = re.compile(r"[0-9]{4,6}")
_AIM_IDENTIFIER = re.compile(r"^\][A-Za-z][0-9A-Za-z]")


def may(role: Role, capability: Capability) -> bool:
    """Whether the role has the capability."""
    return capability in _MAY[role]


def capabilities_of(role: Role) -> frozenset[Capability]:
    """Everything the role may do."""
    return _MAY[role]


@dataclass(frozen=True, slots=True)
class PinState:
    """How often in a row the PIN of a badge was wrong, and until when no PIN is looked at."""

    wrong_tries: int = 0
    locked_until: datetime | None = None


FRESH = PinState()
"""After a right PIN, or after a supervisor unlocked the badge."""


def is_locked(state: PinState, now: datetime) -> bool:
    """Whether PINs are not looked at now, right or wrong."""
    return state.locked_until is not None and now < state.locked_until


def after_wrong_pin(state: PinState, now: datetime) -> PinState:
    """The state after one more wrong PIN. A lock that has ended gives all tries back."""
    assert not is_locked(state, now), "a locked badge takes no tries"
    wrong_tries = 1 if state.locked_until is not None else state.wrong_tries + 1
    return PinState(wrong_tries, now + LOCK if wrong_tries >= MOST_TRIES else None)


def refusal_of(state: PinState, now: datetime) -> Refusal:
    """What somebody is told whose PIN did not open the door: `locked_out` (minutes) or `bad_pin` (tries_left)."""
    if state.locked_until is not None and now < state.locked_until:
        # Rounded up: who comes back after the minutes we said must be let in.
        return Refusal("locked_out", {"minutes": -((now - state.locked_until) // timedelta(minutes=1))})
    return Refusal("bad_pin", {"tries_left": MOST_TRIES - state.wrong_tries})


def clean_badge(text: str) -> str:
    """A badge as it was scanned or typed, as it is kept: no AIM identifier, no spaces around it, capitals."""
    return _AIM_IDENTIFIER.sub("", text.strip()).upper()


def may_be_badge(text: str) -> bool:
    """Whether a clean text has the form of a badge; what has not need not be looked for, and some of it cannot be."""
    return _BADGE.fullmatch(text) is not None


def faults_of_operator(badge: str, name: str, role: Role, language: str) -> list[Fault]:
    """Everything that is wrong with the data of a new operator."""
    faults: list[Fault] = []
    if not may_be_badge(badge):
        faults.append(Fault("badge", f"must be {BADGE_PREFIX} and 1 to 30 letters or digits, not {badge!r}"))
    if not 1 <= len(name.strip()) <= 100:
        faults.append(Fault("name", "must have 1 to 100 characters"))
    if role in PROGRAMS:
        faults.append(Fault("role", f"{role} is for programs: make an API token instead"))
    if language not in LANGUAGES:
        faults.append(Fault("language", f"must be one of {', '.join(LANGUAGES)}, not {language!r}"))
    return faults


def faults_of_pin(pin: str) -> list[Fault]:
    """What is wrong with a new PIN; the PIN itself is never repeated."""
    return [] if _PIN.fullmatch(pin) else [Fault("pin", "must be 4 to 6 digits")]
