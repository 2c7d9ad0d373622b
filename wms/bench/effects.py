"""What a workflow wants of labels at a bench. Pure; written by `wms.bench.ordering`."""

from dataclasses import dataclass
from uuid import UUID

from wms.kernel.effect import Effect


@dataclass(frozen=True, slots=True)
class ApplyLabel(Effect):
    """The parcel's label was scanned back: it is on the box. Cannot be taken back, it was seen."""

    parcel_id: UUID


@dataclass(frozen=True, slots=True)
class OrderLabelCopy(Effect):
    """Print the very same label once more, under the next number, at the parcel's bench.

    Refused `label_not_ready`, `label_underway` (copy), `label_doubtful` (tail): it may still come out by itself.
    `not_printed` says that a person looked and that the doubtful one is not there.
    """

    parcel_id: UUID
    reason: str
    not_printed: bool = False
