"""What a workflow wants of labels at a bench. Pure; written by `wms.bench.ordering`."""

from dataclasses import dataclass
from uuid import UUID

from wms.kernel.effect import Effect


@dataclass(frozen=True, slots=True)
class ApplyLabel(Effect):
    """The parcel's label was scanned back: it is on the box. Cannot be taken back, it was seen."""

    parcel_id: UUID


@dataclass(frozen=True, slots=True)
class MoveLabel(Effect):
    """Print a label on another printer than the one that has it; refused as `wms.bench.ordering.move_label` says.

    `not_printed` says that a person looked and that the doubtful one is not there.
    """

    job_id: UUID
    bench: str
    printer: str
    not_printed: bool = False


@dataclass(frozen=True, slots=True)
class PrintCopyAt(Effect):
    """Print a parcel's label once more, at the printer that was scanned. Written by `wms.bench.reprinting`, which says
    what it refuses. `by` wants it; `not_printed` says that a person looked and that a doubtful copy is not there.
    """

    parcel_id: UUID
    bench: str
    printer: str
    reason: str
    by: str
    not_printed: bool = False


@dataclass(frozen=True, slots=True)
class OrderLabelCopy(Effect):
    """Print the very same label once more, under the next number, at the parcel's bench.

    Refused `label_not_ready`, `label_underway` (copy), `label_doubtful` (tail): it may still come out by itself.
    `not_printed` says that a person looked and that the doubtful one is not there.
    """

    parcel_id: UUID
    reason: str
    not_printed: bool = False


@dataclass(frozen=True, slots=True)
class CallOffLabels(Effect):
    """The parcel is opened again: of its papers nothing is printed any more. Written by `wms.bench.voiding`."""

    parcel_id: UUID
