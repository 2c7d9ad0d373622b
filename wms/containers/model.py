"""Kinds of containers and a container as a scan gives it. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from wms.kernel.effect import Effect

TOTE_PREFIX = "TOT-"
PALLET_PREFIX = "PAL-"


class ContainerKind(StrEnum):
    """What goods travel in, and what they leave in."""

    TOTE = "tote"
    PALLET = "pallet"
    PARCEL = "parcel"


class ContainerUse(StrEnum):
    """What a tote or pallet is in use for; an empty one may be taken for anything."""

    EMPTY = "empty"
    RECEIVING = "receiving"
    PUTAWAY = "putaway"
    """Received, waiting for or in putaway."""
    PICKING = "picking"
    PACKING = "packing"
    """Picked, waiting for or in packing."""
    SHIPPING = "shipping"


@dataclass(frozen=True, slots=True)
class Container:
    """A container as workflows see it; `subject` is what it is used for (a notice, an order), None when empty."""

    id: UUID
    code: str
    kind: ContainerKind
    use: ContainerUse
    subject: UUID | None = None


@dataclass(frozen=True, slots=True)
class UseContainer(Effect):
    """Take a container for a use, or free it (`use` EMPTY). Refused when it is not in `from_use` any more."""

    container_id: UUID
    from_use: ContainerUse
    use: ContainerUse
    from_subject: UUID | None = None
    subject: UUID | None = None

    def inverse(self) -> "UseContainer":
        return UseContainer(self.container_id, self.use, self.from_use, self.subject, self.from_subject)
