"""How a workflow asks for a declaration or a pass, and notes a departure. Pure.

Written by `declaring`, `withdrawing`, `passes` and `exit_gate`.
"""

from dataclasses import dataclass
from uuid import UUID

from wms.kernel.effect import Effect


@dataclass(frozen=True, slots=True)
class DeclareParcel(Effect):
    """Declare a closed parcel to customs, where its warehouse's regime asks for that. Cannot be taken back."""

    parcel_id: UUID


@dataclass(frozen=True, slots=True)
class WithdrawDeclaration(Effect):
    """A closed parcel is opened again: it is not declared any more, and never leaves under what was declared.

    Where its list was not sent, nothing goes out any more; what customs refused or cancelled stays history. Refused
    `list_with_customs` (since, state) as long as customs may still release it, `papers_on_their_way` while any of its
    papers is being sent, and `cancel_awaited` while customs has not answered the application to cancel.
    """

    parcel_id: UUID


@dataclass(frozen=True, slots=True)
class RequestPass(Effect):
    """Ask for the exit pass of a sealed load, over exactly these parcels. Taken back by `WithdrawPass`."""

    load_id: UUID
    load_code: str
    parcel_ids: tuple[UUID, ...]
    requested_by: str
    """Badge."""


@dataclass(frozen=True, slots=True)
class WithdrawPass(Effect):
    """Give the exit pass of a load back: the load is opened again. Refused `pass_used`."""

    load_id: UUID


@dataclass(frozen=True, slots=True)
class RecordLeft(Effect):
    """Note with customs that these parcels have left as one load: whatever is decided later is an incident.

    Where the warehouse needs releases, refused without a confirmed exit pass that lists exactly them: `pass_missing`,
    `pass_awaited`, `pass_refused`, `pass_differs`.
    """

    parcel_ids: tuple[UUID, ...]
    load_id: UUID
