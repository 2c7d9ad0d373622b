"""People, programs, and what they may do. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

BADGE_PREFIX = "EMP-"

LANGUAGES = ("en", "zh")


class Role(StrEnum):
    """What somebody is employed for."""

    PICKER = "picker"
    PACKER = "packer"
    SUPERVISOR = "supervisor"
    DECLARANT = "declarant"
    """The customs clerk: mends what the documents get wrong, and is the only one who sees buyers' data in full."""
    ADMIN = "admin"
    INTEGRATION = "integration"
    """A program: a shop, an ERP, a customs gateway."""
    BENCH = "bench"
    """The program of one packing bench: its scanners, scale and printers."""


PROGRAMS = frozenset({Role.INTEGRATION, Role.BENCH})
"""Roles that no person has."""


class Capability(StrEnum):
    """One thing a role allows; `wms.access.rules.may` says which role has which."""

    WORK_RECEIVING = "work_receiving"
    WORK_PUTAWAY = "work_putaway"
    WORK_PICKING = "work_picking"
    WORK_PACKING = "work_packing"
    WORK_DISPATCH = "work_dispatch"
    SEE_BOARD = "see_board"
    RETRY_OUTBOX = "retry_outbox"
    LIFT_HOLD = "lift_hold"
    UNLOCK_OPERATOR = "unlock_operator"
    SETTLE_EXCEPTION = "settle_exception"
    """Say what becomes of scans that were refused too late, and take a task from whoever has it."""
    ACCEPT_ODD_WEIGHT = "accept_odd_weight"
    """Let a parcel go that weighs too much or too little, by a scan of the badge at the bench."""
    LEAVE_OUT_LIST = "leave_out_list"
    """Let a parcel go without the packing list that a rule asks for, in the same way."""
    OPEN_PARCEL = "open_parcel"
    """Open a closed parcel again that has left its packer's hands: its label was proven, or it is on its way out."""
    MANAGE = "manage"
    """People, tokens, places, products."""
    PUSH_ORDERS = "push_orders"
    PUSH_RECEIPTS = "push_receipts"
    PUSH_WEIGHTS = "push_weights"
    ATTEND_BENCH = "attend_bench"
    """Bring codes and fetch print jobs, for the one bench that the token names."""
    PUSH_PAYMENTS = "push_payments"
    """Bring payment slips. Not enough alone: the program must also speak for the payment company (customs_partners)."""
    MEND_DECLARATION = "mend_declaration"
    """Submit a refused declaration again, apply for its cancellation or for the return of goods."""
    SEE_PERSONAL_DATA = "see_personal_data"
    """See names, identity numbers, phones and addresses in full; each look is recorded."""
    DECIDE_TRAINING = "decide_training"
    """Answer for the customs of the training mode."""
    TEACH_CODES = "teach_codes"
    """Teach how a supplier writes his codes, and switch such a pattern off."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A person with a badge."""

    id: UUID
    warehouse_id: int
    badge: str
    name: str
    role: Role
    language: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends the present request or runs the present command."""

    warehouse_id: int
    role: Role
    who: str
    """For records: a badge, `api:<token name>` or `command line`. Stays readable when the person has left."""
    name: str
    operator_id: UUID | None = None
    """None for programs."""
    device: str = ""
    language: str = "en"
    bench: str = ""
    """The only bench that a bench's program speaks for."""


def caller_of(operator: Operator, device: str) -> Caller:
    """The operator, calling from `device`."""
    return Caller(
        warehouse_id=operator.warehouse_id,
        role=operator.role,
        who=operator.badge,
        name=operator.name,
        operator_id=operator.id,
        device=device,
        language=operator.language,
    )


def command_line(warehouse_id: int) -> Caller:
    """Whoever has a shell on the machine; that door is guarded by the machine and not by us."""
    return Caller(warehouse_id, Role.ADMIN, who="command line", name="command line")
