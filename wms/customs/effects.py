"""How a workflow asks for a declaration and notes a departure. Pure; written by `declaring` and `exit_gate`."""

from dataclasses import dataclass
from uuid import UUID

from wms.kernel.effect import Effect


@dataclass(frozen=True, slots=True)
class DeclareParcel(Effect):
    """Declare a closed parcel to customs, where its warehouse's regime asks for that. Cannot be taken back."""

    parcel_id: UUID


@dataclass(frozen=True, slots=True)
class RecordLeft(Effect):
    """Note with customs that these parcels have left: whatever is decided later is an incident."""

    parcel_ids: tuple[UUID, ...]
