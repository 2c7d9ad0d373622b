"""How a workflow asks for a label. Pure; written by `wms.labels.service`."""

from dataclasses import dataclass
from uuid import UUID

from wms.kernel.effect import Effect


@dataclass(frozen=True, slots=True)
class PrintParcelLabel(Effect):
    """Render and print the label of a closed parcel on the printer of its bench. Cannot be taken back: paper exists."""

    parcel_id: UUID
