"""How far a parcel is, for a page that shows all of it at once. Pure; the handheld's screen shows one step of it.

Called by `bench_view`, for the page of a bench.
"""

from dataclasses import dataclass

from wms.floor.packing.lists import list_is_due, wanted_list
from wms.floor.packing.materials import still_needed
from wms.floor.packing.model import PackPlan, PackProgress, box_for, expected_weight, open_lines, shown_number
from wms.packaging.model import Ban
from wms.packaging.weights import Expected
from wms.shipments.model import BoxType
from wms.tasks.decision import Work

BOX, LIST = "box", "list"


@dataclass(frozen=True, slots=True)
class LineStanding:
    """One line of the tote."""

    line_no: int
    sku_code: str
    name: str
    code: str
    """What is printed on the goods; empty where only our own label is known."""
    lot_code: str
    quantity: int
    packed: int
    missing: int
    picture: str
    note: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that has to be scanned besides the goods: the box, the packing list, an insert, a seal."""

    kind: str
    code: str
    """The barcode to scan; of a numbered piece what its number begins with; empty for the box."""
    name: str
    is_done: bool
    picture: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class ParcelStanding:
    """Everything a packer may want to see of the parcel in front of him."""

    order_number: str
    merchant: str
    tote_code: str
    bench_code: str
    lines: tuple[LineStanding, ...]
    requirements: tuple[Requirement, ...]
    proposed_box: BoxType | None
    box_code: str
    allowed_boxes: tuple[str, ...]
    """Empty where any box will do that is not forbidden."""
    forbidden_boxes: tuple[Ban, ...]
    forbidden_materials: tuple[Ban, ...]
    weight: Expected | None
    odd_weight_grams: int
    label_position: str
    label_picture: str
    note: str
    hides_prices: bool
    rules: tuple[str, ...]
    number: int
    """Which parcel of the order; 0 while it may be the only one."""
    is_full: bool
    """Nothing more goes in: everything is, or the rest goes into the next one."""


def standing(plan: PackPlan, progress: PackProgress) -> ParcelStanding:
    """What is done and what is missing."""
    needs = plan.needs
    return ParcelStanding(
        order_number=plan.order_number,
        merchant=plan.merchant,
        tote_code=plan.tote_code,
        bench_code=progress.bench_code,
        lines=tuple(
            LineStanding(
                line.line_no,
                line.item.sku_code,
                line.item.name,
                line.codes[0] if line.codes else "",
                line.lot_code,
                line.quantity,
                packed,
                missing,
                line.picture,
                line.note,
            )
            for line, packed, missing in zip(plan.lines, progress.packed, progress.missing, strict=True)
        ),
        requirements=_requirements(plan, progress),
        proposed_box=box_for(Work(plan, progress)),
        box_code=progress.box_code,
        allowed_boxes=needs.boxes if needs.boxes_by else (),
        forbidden_boxes=needs.no_boxes,
        forbidden_materials=needs.no_materials,
        weight=expected_weight(Work(plan, progress)),
        odd_weight_grams=progress.odd_weight_grams,
        label_position=needs.label_position,
        label_picture=needs.label_picture,
        note=plan.note,
        hides_prices=needs.hides_prices,
        rules=needs.rules,
        number=shown_number(progress),
        is_full=progress.is_split or not open_lines(plan, progress),
    )


def _list_of(plan: PackPlan, progress: PackProgress) -> tuple[Requirement, ...]:
    """Its code is known when nothing more goes in."""
    if not plan.needs.packing_list:
        return ()
    is_full = progress.is_split or not open_lines(plan, progress)
    code = wanted_list(plan, progress) if is_full else ""
    return (Requirement(LIST, code, "", is_done=not list_is_due(plan, progress)),)


def _requirements(plan: PackPlan, progress: PackProgress) -> tuple[Requirement, ...]:
    open_ones = {material.code for material in still_needed(plan.needs, progress.materials)}
    numbers = {piece.code: piece.number for piece in progress.materials}
    proposal = box_for(Work(plan, progress))
    suggested = proposal.code if proposal else ""
    box = Requirement(BOX, "", progress.box_code or suggested, is_done=bool(progress.box_code))
    return (
        box,
        *_list_of(plan, progress),
        *(
            Requirement(
                material.kind,
                material.number_prefix or material.barcode,
                material.name,
                is_done=material.code not in open_ones,
                picture=material.picture,
                number=numbers.get(material.code, ""),
            )
            for material in plan.needs.materials
        ),
    )
