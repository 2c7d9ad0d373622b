"""How a workflow asks for what is printed of a parcel. Pure; written by `wms.bench`, which knows the printers."""

from dataclasses import dataclass
from uuid import UUID

from wms.kernel.effect import Effect
from wms.shipments.model import PackedUnits


@dataclass(frozen=True, slots=True)
class PrintParcelLabel(Effect):
    """Render and print the label of a closed parcel on the printer of its bench. Cannot be taken back: paper exists."""

    parcel_id: UUID


@dataclass(frozen=True, slots=True)
class PrintPackingList(Effect):
    """Print the packing list of a parcel that is full on the document printer of its bench, where it has one. Once for
    the same contents, however often they are packed.
    """

    code: str
    order_id: UUID
    parcel_id: UUID
    parcel_number: int
    contents: tuple[PackedUnits, ...]
    bench_place_id: int

    def inverse(self) -> "CallOffPackingList":
        return CallOffPackingList(self.code, self.parcel_id)


@dataclass(frozen=True, slots=True)
class CallOffPackingList(Effect):
    """The parcel is not full after all: what is not on paper yet need not be; what is, is refused at its scan."""

    code: str
    parcel_id: UUID


@dataclass(frozen=True, slots=True)
class PrintListAgain(Effect):
    """Print a packing list once more. Refused `list_underway` and `list_doubtful` while a copy may still come out,
    `no_list_printer`. `not_printed`: somebody looked, the doubtful one is not there.
    """

    code: str
    parcel_id: UUID
    bench_place_id: int
    not_printed: bool = False
