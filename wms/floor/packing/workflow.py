"""The packing machine: bench, every item, box, weight, closed, label. Pure.

Every unit moves from tote to parcel with its own scan, so an unfinished parcel is right at every moment. Closing draws
numbers and declares the parcel: from there on nothing is undone by a scan.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from wms.barcodes.model import CodeKind, Command, Scan, Weight
from wms.bench.effects import ApplyLabel, OrderLabelCopy
from wms.bench.model import JobState, LabelJob
from wms.catalogue.model import Item
from wms.containers.model import ContainerUse, UseContainer
from wms.customs.effects import DeclareParcel
from wms.customs.model import GateAnswer
from wms.floor.packing.materials import refusal_of, still_needed, used_of
from wms.floor.packing.weighing import expected_of, question_about, said_of
from wms.kernel.effect import Effect
from wms.kernel.refusal import Detail, Refusal
from wms.labels.effects import PrintParcelLabel
from wms.orders.model import OrderState, RecordPacked, RecordPicked, RecordShort, SetOrderState
from wms.packaging.fitting import Carton, Piece, Size, misfit
from wms.packaging.model import NO_NEEDS, Material, Needs, RecordPacking, UsedMaterial
from wms.packaging.rules import box_ban
from wms.packaging.weights import Expected as ExpectedWeight
from wms.packaging.weights import Weighed
from wms.places.model import Place, PlaceKind
from wms.shipments.model import BoxType, CloseParcel, Parcel
from wms.stock.model import Move, Reason, Transfer
from wms.tasks.counts import with_count
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, StepResult, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import Expected, Prompt

SAME_WEIGHT_GRAMS = 20
"""Two readings of one parcel differ by less: a scale never says the same twice."""


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


@dataclass(frozen=True, slots=True)
class PackProgress:
    """How far a parcel is: packed and missing units per line, then bench and box."""

    packed: tuple[int, ...]
    missing: tuple[int, ...]
    bench_place_id: int = 0
    bench_code: str = ""
    box_code: str = ""
    tare_grams: int = 0
    last_line: int = -1
    odd_weight_grams: int = 0
    """A weight that cannot be right and was asked for again; 0 where none was."""
    materials: tuple[UsedMaterial, ...] = ()
    """Inserts, labels, fillings and seals that were scanned."""


class PackingFacts(Protocol):
    """What packing may ask the database; everything else it needs is in its plan."""

    def gate_at_label(self, parcel_id: UUID) -> GateAnswer:
        """The gate's answer for the parcel that was just closed; it is kept."""

    def cage_code(self) -> str:
        """The hold cage to send people to."""

    def packer_id(self) -> UUID:
        """Who packs."""

    def is_used(self, number: str) -> bool:
        """Whether a numbered piece, such as a seal, is on another parcel."""

    def prints_at(self, bench_code: str) -> bool:
        """Whether the bench has a label printer of its own, whose labels are scanned back."""

    def order_number_of(self, parcel: Parcel) -> str:
        """The order a parcel is of."""

    def label_copy(self, parcel_id: UUID) -> LabelJob | None:
        """The newest copy of the parcel's label at a bench."""


PackWork = Work[PackPlan, PackProgress]
PackResult = StepResult[PackPlan, PackProgress]

packing: Workflow[PackPlan, PackProgress, PackingFacts] = Workflow("packing", PackPlan, PackProgress)

SCAN_BENCH, SCAN_ITEM, SCAN_BOX, WEIGH = "scan_bench", "scan_item", "scan_box", "weigh"
SCAN_MATERIAL = "scan_material"
"""Only while something is missing that the packing rules require."""
SCAN_LABEL = "scan_label"
"""Only at benches with a label printer of their own: a parcel is labelled when its printed label was scanned back."""


def _open(plan: PackPlan, progress: PackProgress) -> list[int]:
    return [
        index
        for index, line in enumerate(plan.lines)
        if progress.packed[index] + progress.missing[index] < line.quantity
    ]


def _base_prompt(work: PackWork) -> Prompt:
    done = len(work.plan.lines) - len(_open(work.plan, work.progress))
    return Prompt(
        document=work.plan.order_number,
        merchant=work.plan.merchant,
        container=work.plan.tote_code,
        line=min(done + 1, len(work.plan.lines)),
        lines=len(work.plan.lines),
        box=work.progress.box_code or (work.plan.suggested_box.code if work.plan.suggested_box else ""),
        note=work.plan.note,
        hides_prices=work.plan.needs.hides_prices,
        needs=", ".join(material.name for material in still_needed(work.plan.needs, work.progress.materials)),
    )


def prompt_bench(work: PackWork) -> Prompt:
    return _base_prompt(work)


def prompt_item(work: PackWork) -> Prompt:
    base = _base_prompt(work)
    left = _open(work.plan, work.progress)
    if not left:
        return base
    line = work.plan.lines[left[0]]
    return replace(
        base,
        item=line.item.name,
        item_code=line.codes[0] if line.codes else line.item.sku_code,
        quantity=line.quantity - work.progress.missing[left[0]],
        counted=work.progress.packed[left[0]],
        lot=line.lot_code,
        # The goods first: there is room for one more thing, and that is what the platform says about them.
        needs="",
        hides_prices=False,
        note=" · ".join(filter(None, (line.note, work.plan.note))),
        expected=Expected(CodeKind.ITEM, line.item, line.codes),
    )


def prompt_box(work: PackWork) -> Prompt:
    box = work.plan.suggested_box
    expected = Expected(CodeKind.BOX, box, (box.barcode,)) if box else None
    return replace(_base_prompt(work), expected=expected)


def prompt_material(work: PackWork) -> Prompt:
    wanted = still_needed(work.plan.needs, work.progress.materials)
    if not wanted:
        return _base_prompt(work)
    first = wanted[0]
    codes = () if first.number_prefix else (first.barcode,)
    return replace(_base_prompt(work), item=first.name, expected=Expected(CodeKind.MATERIAL, first, codes))


def prompt_weight(work: PackWork) -> Prompt:
    wanted = expected_weight(work)
    label = work.plan.needs.label_position
    if wanted is None:
        return replace(_base_prompt(work), label_position=label)
    return replace(
        _base_prompt(work),
        weight_grams=wanted.grams,
        weight_from=wanted.low,
        weight_to=wanted.high,
        label_position=label,
    )


def expected_weight(work: PackWork) -> ExpectedWeight | None:
    """What box, inserts and contents should weigh; None where nobody knows the weight of every item."""
    return expected_of(_contents(work), work.progress.tare_grams, work.progress.materials)


def _contents(work: PackWork) -> list[Weighed]:
    return [
        Weighed(line.item.name, packed, line.learned_mg or line.weight_grams * 1000, line.sigma_mg, line.learned_mg > 0)
        for line, packed in zip(work.plan.lines, work.progress.packed, strict=True)
    ]


def pieces_of(work: PackWork) -> list[Piece]:
    """The packed units as things with a size."""
    return [
        Piece(line.size_mm, line.weight_grams)
        for line, packed in zip(work.plan.lines, work.progress.packed, strict=True)
        for _ in range(packed)
    ]


@packing.recognises
def is_in_tote(work: PackWork, value: object) -> bool:
    return isinstance(value, Item) and any(line.item.sku_id == value.sku_id for line in work.plan.lines)


@packing.step(SCAN_BENCH, expects=(CodeKind.PLACE,), leads_to=(SCAN_ITEM,), prompt=prompt_bench)
def scan_bench(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """Once per device: the bench is remembered for the next totes."""
    assert isinstance(scan.value, Place)
    return _take_bench(work, scan.value)


def _take_bench(work: PackWork, place: Place) -> PackResult:
    if place.kind is not PlaceKind.BENCH:
        return Refusal("place_not_allowed", {"got": place.code, "want": PlaceKind.BENCH})
    progress = replace(work.progress, bench_place_id=place.id, bench_code=place.code)
    return Decision(SCAN_ITEM, progress, Note("bench_taken", {"place": place.code}))


@packing.step(
    SCAN_ITEM, expects=(CodeKind.ITEM, CodeKind.PLACE, CodeKind.MATERIAL), leads_to=(SCAN_BOX,), prompt=prompt_item
)
def scan_item(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """Any item of the order, in any sequence. Another bench is taken by scanning it, before the first item."""
    if isinstance(scan.value, Place):
        if any(work.progress.packed):
            return Refusal("parcel_begun", {"got": scan.value.code, "want": work.progress.bench_code})
        return _take_bench(work, scan.value)
    if isinstance(scan.value, Material):
        return _use(work, SCAN_ITEM, scan.value, facts)
    item = scan.value
    assert isinstance(item, Item)
    of_sku = [index for index, line in enumerate(work.plan.lines) if line.item.sku_id == item.sku_id]
    if not of_sku:
        return Refusal("wrong_item", {"got": item.name, "want": work.plan.order_number})
    left = [index for index in of_sku if index in _open(work.plan, work.progress)]
    if not left:
        units = sum(work.progress.packed[index] for index in of_sku)
        return Refusal("over_quantity", {"n": units, "of": units, "units": item.pack_quantity, "item": item.name})
    of_lot = [index for index in left if item.lot_code in ("", work.plan.lines[index].lot_code)]
    if not of_lot:
        return Refusal("wrong_lot", {"got": item.lot_code, "want": work.plan.lines[left[0]].lot_code})
    return _pack(work, of_lot[0], item.pack_quantity)


@packing.command("QTY", at=(SCAN_ITEM,), leads_to=(SCAN_BOX,), on_screen=False)
def count_by_number(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """So many more of the item that was scanned last."""
    command = scan.value
    assert isinstance(command, Command)
    if work.progress.last_line < 0:
        return Refusal("scan_item_first", {"want": ""})
    return _pack(work, work.progress.last_line, command.quantity)


def _pack(work: PackWork, index: int, units: int) -> PackResult:
    line = work.plan.lines[index]
    of = line.quantity - work.progress.missing[index]
    packed = work.progress.packed[index] + units
    if packed > of:
        return Refusal(
            "over_quantity", {"n": work.progress.packed[index], "of": of, "units": units, "item": line.item.name}
        )
    transfer = Transfer(
        sku_id=line.item.sku_id,
        quantity=units,
        from_place_id=work.plan.buffer_place_id,
        to_place_id=work.progress.bench_place_id,
        reason=Reason.PACKED,
        lot_id=line.lot_id,
        from_container_id=work.plan.tote_id,
        to_container_id=work.plan.parcel_id,
        document=work.plan.order_id,
    )
    effects: tuple[Effect, ...] = (RecordPacked(work.plan.order_id, line.line_no, units), Move(transfer))
    progress = replace(work.progress, packed=with_count(work.progress.packed, index, packed), last_line=index)
    note = Note(
        "line_done" if packed == of else "counted",
        {"n": packed, "of": of, "units": units, "item": line.item.name},
    )
    outcome = Outcome.COMPLETED if packed == of else Outcome.ACCEPTED
    step = SCAN_ITEM if _open(work.plan, progress) else SCAN_BOX
    return Decision(step, progress, note, effects, outcome)


@packing.command("SHORT", at=(SCAN_ITEM,), leads_to=(SCAN_BOX, DONE))
def short(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The item asked for is not in the tote: after a second scan it is written down, and the rest is packed."""
    index = _open(work.plan, work.progress)[0]
    line = work.plan.lines[index]
    missing = line.quantity - work.progress.packed[index] - work.progress.missing[index]
    if not scan.confirmed:
        return Confirm("confirm_short", {"missing": missing, "item": line.item.name, "place": work.plan.tote_code})
    transfer = Transfer(
        sku_id=line.item.sku_id,
        quantity=missing,
        from_place_id=work.plan.buffer_place_id,
        to_place_id=work.plan.lost_place_id,
        reason=Reason.SHORT,
        lot_id=line.lot_id,
        from_container_id=work.plan.tote_id,
        document=work.plan.order_id,
    )
    effects: tuple[Effect, ...] = (
        RecordPicked(work.plan.order_id, line.line_no, -missing),
        RecordShort(work.plan.order_id, line.line_no, missing),
        Move(transfer),
    )
    progress = replace(
        work.progress, missing=with_count(work.progress.missing, index, work.progress.missing[index] + missing)
    )
    note = Note("shorted", {"missing": missing, "elsewhere": 0, "item": line.item.name})
    if _open(work.plan, progress):
        return Decision(SCAN_ITEM, progress, note, effects)
    if any(progress.packed):
        return Decision(SCAN_BOX, progress, note, effects)
    nothing = (
        UseContainer(work.plan.tote_id, ContainerUse.PACKING, ContainerUse.EMPTY, work.plan.order_id, None),
        SetOrderState(work.plan.order_id, OrderState.PACKING, OrderState.SHORT),
    )
    return Decision(DONE, progress, note, (*effects, *nothing), Outcome.COMPLETED)


@packing.step(SCAN_BOX, expects=(CodeKind.BOX, CodeKind.MATERIAL), leads_to=(SCAN_MATERIAL, WEIGH), prompt=prompt_box)
def scan_box(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The carton it goes into; its own weight counts."""
    if isinstance(scan.value, Material):
        return _use(work, SCAN_BOX, scan.value, facts)
    return _take_box(work, scan)


def _take_box(work: PackWork, scan: Scan) -> PackResult:
    """One that a rule forbids is refused; one that is too small by the catalogue is asked about, which may be wrong."""
    box, plan = scan.value, work.plan
    assert isinstance(box, BoxType)
    suggested = plan.suggested_box.code if plan.suggested_box else ""
    ban = box_ban(plan.needs, box.code)
    if ban is not None:
        allowed = ", ".join(plan.needs.boxes) or suggested
        return Refusal("box_forbidden", {"got": box.code, "want": allowed, "rule": ban.rule})
    carton = Carton(box.code, (box.length_mm, box.width_mm, box.height_mm), box.max_weight_grams)
    reason = misfit(pieces_of(work), carton)
    if reason is not None and not scan.confirmed:
        if not suggested:
            return Confirm("confirm_no_box_fits", {"got": box.code, "reason": reason})
        return Confirm("confirm_small_box", {"got": box.code, "reason": reason, "want": suggested})
    progress = replace(work.progress, box_code=box.code, tare_grams=box.tare_grams)
    wanted = still_needed(plan.needs, progress.materials)
    if not wanted:
        return Decision(WEIGH, progress, Note("box_taken", {"box": box.code}))
    return Decision(SCAN_MATERIAL, progress, Note("box_taken_then", {"box": box.code, "item": wanted[0].name}))


@packing.step(
    SCAN_MATERIAL, expects=(CodeKind.MATERIAL, CodeKind.BOX, CodeKind.WEIGHT), leads_to=(WEIGH,), prompt=prompt_material
)
def scan_material(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """What the rules require besides box and goods; until it is there the parcel stays open."""
    if isinstance(scan.value, BoxType):
        return _take_box(work, scan)
    if isinstance(scan.value, Weight):
        wanted = still_needed(work.plan.needs, work.progress.materials)
        return Refusal("material_missing", {"want": wanted[0].name})
    assert isinstance(scan.value, Material)
    return _use(work, SCAN_MATERIAL, scan.value, facts)


def _use(work: PackWork, step: str, material: Material, facts: PackingFacts) -> PackResult:
    """One more piece goes into the parcel; a numbered one may be on no other."""
    refusal = refusal_of(work.plan.needs, work.progress.materials, material)
    if refusal is not None:
        return refusal
    if material.number and facts.is_used(material.number):
        return Refusal("seal_used", {"number": material.number})
    progress = replace(work.progress, materials=(*work.progress.materials, used_of(material)))
    left = still_needed(work.plan.needs, progress.materials)
    then = WEIGH if step == SCAN_MATERIAL and not left else step
    if left:
        return Decision(then, progress, Note("material_used_then", {"item": material.name, "want": left[0].name}))
    code = "materials_complete" if then == WEIGH else "material_taken"
    return Decision(then, progress, Note(code, {"item": material.name}))


@packing.step(WEIGH, expects=(CodeKind.WEIGHT,), leads_to=(SCAN_LABEL, DONE), prompt=prompt_weight, needs_server=True)
def weigh(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The weight closes the parcel. One that cannot be right is asked for a second time."""
    weight = scan.value
    assert isinstance(weight, Weight)
    plan, progress = work.plan, work.progress
    wanted = expected_weight(work)
    asked = progress.odd_weight_grams
    weighed_again = asked > 0 and abs(weight.grams - asked) <= SAME_WEIGHT_GRAMS
    is_odd = wanted is not None and not wanted.allows(weight.grams)
    if wanted is not None and is_odd and not weighed_again:
        # Kept in the progress and not asked as a Confirm: that one wants the very same code again.
        question = question_about(_contents(work), progress.materials, wanted, weight.grams)
        return Decision(WEIGH, replace(progress, odd_weight_grams=weight.grams), question, (), Outcome.CONFIRM)
    effects: tuple[Effect, ...] = (
        CloseParcel(plan.parcel_id, plan.order_id, progress.box_code, weight.grams, progress.bench_place_id),
        UseContainer(plan.tote_id, ContainerUse.PACKING, ContainerUse.EMPTY, plan.order_id, None),
        SetOrderState(plan.order_id, OrderState.PACKING, OrderState.PACKED),
        _record(work, weight.grams, wanted, facts.packer_id(), is_odd=is_odd),
        DeclareParcel(plan.parcel_id),
        PrintParcelLabel(plan.parcel_id),
    )
    details: dict[str, Detail] = {
        "order": plan.order_number,
        "weight": weight.grams,
        "container": plan.tote_code,
    }
    if facts.prints_at(progress.bench_code):
        note = Note("parcel_closed_label", details)
        return Decision(SCAN_LABEL, progress, note, effects, Outcome.COMPLETED)
    return Decision(DONE, progress, Note("parcel_closed", details), effects, Outcome.COMPLETED)


def _record(
    work: PackWork, grams: int, wanted: ExpectedWeight | None, packer_id: UUID, *, is_odd: bool
) -> RecordPacking:
    """How it was packed. A parcel of one product teaches what that weighs, unless a person let an odd weight pass that
    earlier parcels of it speak against, or that a miscount explains.
    """
    plan, progress = work.plan, work.progress
    lines = [(line, packed) for line, packed in zip(plan.lines, progress.packed, strict=True) if packed]
    contents = grams - progress.tare_grams - sum(piece.weight_grams for piece in progress.materials)
    first = lines[0][0]
    is_lesson = len({line.item.sku_id for line, _ in lines}) == 1 and contents > 0
    question = question_about(_contents(work), progress.materials, wanted, grams) if wanted and is_odd else None
    suspect = said_of(question) if question else ""
    teaches = is_lesson and not (is_odd and (first.learned_mg or suspect))
    return RecordPacking(
        parcel_id=plan.parcel_id,
        packer_id=packer_id,
        weight_grams=grams,
        expected_grams=wanted.grams if wanted else 0,
        tolerance_grams=wanted.tolerance_grams if wanted else 0,
        is_accepted=is_odd,
        suspect=suspect,
        materials=progress.materials,
        sku_id=first.item.sku_id if teaches else 0,
        units=sum(packed for _, packed in lines) if teaches else 0,
        contents_grams=contents if teaches else 0,
    )


def prompt_label(work: PackWork) -> Prompt:
    return _base_prompt(work)


@packing.step(SCAN_LABEL, expects=(CodeKind.PARCEL,), leads_to=(DONE,), prompt=prompt_label, needs_server=True)
def scan_label(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The printed label, from the box it was stuck on. Another parcel's label on this box is caught here."""
    parcel = scan.value
    assert isinstance(parcel, Parcel)
    if parcel.id != work.plan.parcel_id:
        details = {"got": parcel.tracking_no, "other": facts.order_number_of(parcel), "want": work.plan.order_number}
        return Refusal("wrong_label", details)
    note = Note("label_applied", {"order": work.plan.order_number, "parcel": parcel.tracking_no})
    return Decision(DONE, work.progress, note, (ApplyLabel(parcel.id),), Outcome.COMPLETED)


@packing.command("REPRINT", at=(SCAN_LABEL,), leads_to=())
def print_again(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The label is torn or did not come. One that may still come out is only printed again when somebody looked."""
    latest = facts.label_copy(work.plan.parcel_id)
    is_doubtful = latest is not None and latest.state is JobState.DOUBTFUL
    if latest is not None and is_doubtful and not scan.confirmed:
        return Confirm("confirm_not_printed", {"tail": latest.tail, "order": work.plan.order_number})
    effects = (OrderLabelCopy(work.plan.parcel_id, "asked", not_printed=is_doubtful),)
    return Decision(SCAN_LABEL, work.progress, Note("label_ordered", {"order": work.plan.order_number}), effects)


@packing.command("SKIP", at=(SCAN_LABEL,), leads_to=(DONE,))
def put_off_label(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The printer does not print now: the parcel is put aside, and its label is scanned when it has come."""
    details = {"order": work.plan.order_number}
    if not scan.confirmed:
        return Confirm("confirm_put_off", details)
    return Decision(DONE, work.progress, Note("label_put_off", details))


@packing.says_at_last
def where_it_goes(work: PackWork, decision: Decision[PackPlan, PackProgress], facts: PackingFacts) -> Note:
    """A parcel that is closed carries a label: to the lane with it, or into a cage, and why."""
    if decision.note.code not in ("parcel_closed", "label_applied"):
        return decision.note
    answer = facts.gate_at_label(work.plan.parcel_id)
    if answer.open:
        return decision.note
    held = {**decision.note.details, "cage": facts.cage_code(), "reason": answer.code}
    return Note(f"{decision.note.code}_held", held)


@packing.command("RETURN", at=(SCAN_BENCH, SCAN_ITEM, SCAN_BOX, SCAN_MATERIAL, WEIGH), leads_to=(DONE,))
def give_back(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The order shall not be packed: everything goes back into the tote, and by putaway to the shelves."""
    plan, progress = work.plan, work.progress
    units = sum(line.quantity for line in plan.lines) - sum(progress.missing)
    if not scan.confirmed:
        return Confirm("confirm_return", {"order": plan.order_number, "units": units, "container": plan.tote_code})
    effects: list[Effect] = []
    for line, packed, missing in zip(plan.lines, progress.packed, progress.missing, strict=True):
        if packed:
            effects += [RecordPacked(plan.order_id, line.line_no, -packed), Move(_unpacked(work, line, packed))]
        present = line.quantity - missing
        if present:
            effects += [
                RecordPicked(plan.order_id, line.line_no, -present),
                RecordShort(plan.order_id, line.line_no, present),
            ]
    effects += [
        UseContainer(plan.tote_id, ContainerUse.PACKING, ContainerUse.PUTAWAY, plan.order_id, plan.order_id),
        SetOrderState(plan.order_id, OrderState.PACKING, OrderState.SHORT),
    ]
    note = Note("goods_given_back", {"order": plan.order_number, "container": plan.tote_code})
    return Decision(DONE, progress, note, tuple(effects), Outcome.COMPLETED)


def _unpacked(work: PackWork, line: PackLine, units: int) -> Transfer:
    """From the unfinished parcel back into the tote."""
    return Transfer(
        sku_id=line.item.sku_id,
        quantity=units,
        from_place_id=work.progress.bench_place_id,
        to_place_id=work.plan.buffer_place_id,
        reason=Reason.MOVED,
        lot_id=line.lot_id,
        from_container_id=work.plan.parcel_id,
        to_container_id=work.plan.tote_id,
        document=work.plan.order_id,
    )
