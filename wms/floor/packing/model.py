"""A packing task as values: what lies in the tote, how far the parcel is, and what both say of its contents. Pure.

Called by the workflow and its parts, by `facts`, which makes the plan, and by what shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid5

from wms.bench.model import LabelJob
from wms.catalogue.model import Item
from wms.customs.model import GateAnswer
from wms.floor.packing.opening.rules import ClosedParcel
from wms.floor.packing.weighing import expected_of
from wms.packaging.fitting import Piece, Size, carton_of, proposed
from wms.packaging.model import NO_NEEDS, Needs, UsedMaterial
from wms.packaging.weights import Expected as ExpectedWeight
from wms.packaging.weights import Weighed
from wms.shipments.model import BoxType, Parcel
from wms.tasks.decision import Decision, StepResult, Work

SCAN_BENCH, SCAN_ITEM, SCAN_BOX, WEIGH = "scan_bench", "scan_item", "scan_box", "weigh"
SCAN_LIST = "scan_list"
"""Only where a rule asks for a packing list, until it is in the box."""
SCAN_MATERIAL = "scan_material"
"""Only while something is missing that the packing rules require."""
SCAN_LABEL = "scan_label"
"""Only at benches with a label printer of their own: a parcel is labelled when its printed label was scanned back."""
CHOOSE_REASON, SCAN_TOTE = "choose_reason", "scan_tote"
"""Only where the parcel whose label is awaited is opened again."""


@dataclass(frozen=True, slots=True)
class PackLine:
    """Units of one SKU and lot that lie in the tote for one order line."""

    line_no: int
    item: Item
    codes: tuple[str, ...]
    lot_id: UUID
    lot_code: str
    quantity: int
    weight_grams: int
    """Of one unit; 0 where the catalogue does not know."""
    size_mm: Size = (0, 0, 0)
    learned_mg: int = 0
    """What one unit weighed in earlier parcels; 0 where there were too few."""
    sigma_mg: int = 0
    """How much that varied."""
    picture: str = ""
    note: str = ""
    """What the platform says about packing it."""


@dataclass(frozen=True, slots=True)
class PackPlan:
    """What lies in the tote, and what becomes of it."""

    order_id: UUID
    order_number: str
    merchant: str
    tote_id: UUID
    tote_code: str
    buffer_place_id: int
    lost_place_id: int
    parcel_id: UUID
    lines: tuple[PackLine, ...]
    suggested_box: BoxType | None
    needs: Needs = NO_NEEDS
    """What the packing rules ask."""
    note: str = ""
    """What the platform says about packing the order."""
    may_split: bool = False
    """Whether the order may leave in several parcels."""
    begins_with: int = 1
    """The number of the first parcel of this task: the order may have closed ones, of which one was opened again."""
    boxes: tuple[BoxType, ...] = ()
    """The boxes that may be proposed for a part of it; none where it may not be split."""


@dataclass(frozen=True, slots=True)
class PackProgress:
    """How far the order is: packed and missing units per line over all its parcels; then bench, box and what else is
    about the present parcel only.
    """

    packed: tuple[int, ...]
    missing: tuple[int, ...]
    bench_place_id: int = 0
    bench_code: str = ""
    box_code: str = ""
    tare_grams: int = 0
    last_line: int = -1
    odd_weight_grams: int = 0
    """A weight that cannot be right: it stops the parcel until one is right or a supervisor lets it pass; 0: none."""
    materials: tuple[UsedMaterial, ...] = ()
    """Inserts, labels, fillings and seals that were scanned."""
    closed: tuple[int, ...] = ()
    """Of the packed units those in parcels that are closed; empty in the first parcel."""
    number: int = 1
    """Which parcel of the order is being packed."""
    list_code: str = ""
    """Of the packing list that lies in the parcel; empty until it was scanned, and where none is asked for."""
    list_passed_by: str = ""
    """The badge of the supervisor who lets the parcel go without its list."""
    is_label_seen: bool = False
    """Its label was scanned, and he was asked whether it is where it belongs."""
    is_split: bool = False
    """Whether this parcel goes on to its box although units are left, which go into the next one."""
    opened_for: str = ""
    """Why the parcel whose label is awaited is opened again, a VoidReason; empty while it is not."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """An order whose tote has units of a product that are to be packed still."""

    order_number: str
    tote_code: str


class PackingFacts(Protocol):
    """What packing may ask the database; everything else it needs is in its plan."""

    def gate_at_label(self, parcel_id: UUID) -> GateAnswer:
        """The gate's answer for the parcel that was just closed; it is kept."""

    def cage_code(self) -> str:
        """The hold cage to send people to."""

    def packer_id(self) -> UUID:
        """Who packs."""

    def still_weighs(self, bench_code: str, grams: int) -> bool:
        """Whether what the bench's scale weighed last stands on it still."""

    def is_used(self, number: str) -> bool:
        """Whether a numbered piece, such as a seal, is on another parcel."""

    def prints_at(self, bench_code: str) -> bool:
        """Whether the bench has a label printer of its own, whose labels are scanned back."""

    def order_number_of(self, parcel: Parcel) -> str:
        """The order a parcel is of."""

    def who_waits_for(self, sku_id: int, tote_code: str) -> Awaited | None:
        """Another order, picked and not packed, that has units of the product in a tote other than this one."""

    def closed(self, parcel_id: UUID) -> ClosedParcel:
        """A closed parcel as it stands now."""

    def label_copy(self, parcel_id: UUID) -> LabelJob | None:
        """The newest copy of the parcel's label at a bench."""


PackWork = Work[PackPlan, PackProgress]
PackResult = StepResult[PackPlan, PackProgress]
PackDecision = Decision[PackPlan, PackProgress]


def open_lines(plan: PackPlan, progress: PackProgress) -> list[int]:
    """The lines of which units are still to come."""
    return [
        index
        for index, line in enumerate(plan.lines)
        if progress.packed[index] + progress.missing[index] < line.quantity
    ]


def in_parcel(progress: PackProgress) -> tuple[int, ...]:
    """The units per line that lie in the present parcel."""
    if not progress.closed:
        return progress.packed
    return tuple(packed - closed for packed, closed in zip(progress.packed, progress.closed, strict=True))


def parcel_id_of(plan: PackPlan, number: int) -> UUID:
    """The id of the order's parcel of that number; the same however often a scan is judged."""
    return plan.parcel_id if number == 1 else uuid5(plan.parcel_id, str(number))


def parcel_spoken_of(plan: PackPlan, progress: PackProgress) -> UUID:
    """The present parcel; as long as nothing is in it, the one that was closed before it."""
    is_begun = progress.number == plan.begins_with or any(in_parcel(progress))
    return parcel_id_of(plan, progress.number if is_begun else progress.number - 1)


def shown_number(progress: PackProgress) -> int:
    """Which parcel of the order it is; 0 while it may be the only one."""
    return progress.number if progress.number > 1 or progress.is_split else 0


def next_parcel(progress: PackProgress) -> PackProgress:
    """The present parcel is closed, and the next one begins at the same bench."""
    return PackProgress(
        progress.packed,
        progress.missing,
        progress.bench_place_id,
        progress.bench_code,
        closed=progress.packed,
        number=progress.number + 1,
    )


def box_for(work: PackWork) -> BoxType | None:
    """The box that is proposed: for the whole order, or for the part of it that this parcel is to hold."""
    plan, progress = work.plan, work.progress
    if progress.number == plan.begins_with and not progress.is_split:
        return plan.suggested_box
    units = in_parcel(progress)
    if not progress.is_split:
        of_lines = zip(plan.lines, progress.missing, progress.closed, strict=True)
        units = tuple(line.quantity - missing - closed for line, missing, closed in of_lines)
    return the_box(_pieces(plan, units), plan.boxes)


def the_box(pieces: Sequence[Piece], boxes: Sequence[BoxType]) -> BoxType | None:
    """The smallest of these boxes that the pieces fit into."""
    found = proposed(pieces, [carton_of(box) for box in boxes])
    return next((box for box in boxes if found is not None and box.code == found.code), None)


def expected_weight(work: PackWork) -> ExpectedWeight | None:
    """What box, inserts and contents should weigh; None where nobody knows the weight of every item."""
    return expected_of(contents_of(work), work.progress.tare_grams, work.progress.materials)


def contents_of(work: PackWork) -> list[Weighed]:
    """The units in the present parcel as things with a weight."""
    return [
        Weighed(line.item.name, packed, line.learned_mg or line.weight_grams * 1000, line.sigma_mg, line.learned_mg > 0)
        for line, packed in zip(work.plan.lines, in_parcel(work.progress), strict=True)
    ]


def pieces_of(work: PackWork) -> list[Piece]:
    """The units in the present parcel as things with a size."""
    return _pieces(work.plan, in_parcel(work.progress))


def _pieces(plan: PackPlan, units: Sequence[int]) -> list[Piece]:
    return [
        Piece(line.size_mm, line.weight_grams)
        for line, quantity in zip(plan.lines, units, strict=True)
        for _ in range(quantity)
    ]
