"""The packing machine: bench, every item, box, weight, closed, label. Pure.

Every unit moves from tote to parcel with its own scan, so an unfinished parcel is right at every moment. Closing draws
numbers and declares the parcel: from there on nothing is undone by a scan. Where its customs regime allows that, an
order goes into several parcels, one after the other from the same tote.
"""

from dataclasses import replace
from uuid import UUID

from wms.access.model import Operator
from wms.barcodes.model import CodeKind, Command, Scan, Weight
from wms.bench.effects import OrderLabelCopy
from wms.bench.model import JobState
from wms.catalogue.model import Item
from wms.containers.model import Container
from wms.floor.packing import closing, goods, labelling, lists, reopening
from wms.floor.packing.carton import take_box, use
from wms.floor.packing.materials import still_needed
from wms.floor.packing.model import (
    CHOOSE_REASON,
    SCAN_BENCH,
    SCAN_BOX,
    SCAN_ITEM,
    SCAN_LABEL,
    SCAN_LIST,
    SCAN_MATERIAL,
    SCAN_TOTE,
    WEIGH,
    PackingFacts,
    PackPlan,
    PackProgress,
    PackResult,
    PackWork,
    in_parcel,
    open_lines,
    parcel_id_of,
)
from wms.floor.packing.opening.rules import REASONS
from wms.floor.packing.screen import (
    prompt_bench,
    prompt_box,
    prompt_item,
    prompt_label,
    prompt_list,
    prompt_material,
    prompt_reason,
    prompt_tote,
    prompt_weight,
)
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.labels.list_codes import ScannedList
from wms.orders.model import OrderState, SetOrderState
from wms.packaging.model import Material
from wms.places.model import Place, PlaceKind
from wms.shipments.model import BoxType, Parcel
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome
from wms.tasks.machine import Workflow

packing: Workflow[PackPlan, PackProgress, PackingFacts] = Workflow(
    "packing",
    PackPlan,
    PackProgress,
    # Without its waybill number a parcel cannot be closed; it is put aside, and the next tote comes.
    waits_on=frozenset({"waybill_awaited", "waybill_not_sent", "carrier_slow", "waybill_failed"}),
)


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
        if any(in_parcel(work.progress)):
            return Refusal("parcel_begun", {"got": scan.value.code, "want": work.progress.bench_code})
        return _take_bench(work, scan.value)
    if isinstance(scan.value, Material):
        return use(work, SCAN_ITEM, scan.value, facts)
    item = scan.value
    assert isinstance(item, Item)
    of_sku = [index for index, line in enumerate(work.plan.lines) if line.item.sku_id == item.sku_id]
    if not of_sku:
        return goods.stray(work, item, facts)
    left = [index for index in of_sku if index in open_lines(work.plan, work.progress)]
    if not left:
        units = sum(work.progress.packed[index] for index in of_sku)
        return Refusal("over_quantity", {"n": units, "of": units, "units": item.pack_quantity, "item": item.name})
    of_lot = [index for index in left if item.lot_code in ("", work.plan.lines[index].lot_code)]
    if not of_lot:
        return Refusal("wrong_lot", {"got": item.lot_code, "want": work.plan.lines[left[0]].lot_code})
    return goods.pack(work, of_lot[0], item.pack_quantity)


@packing.command("QTY", at=(SCAN_ITEM,), leads_to=(SCAN_BOX,), on_screen=False)
def count_by_number(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """So many more of the item that was scanned last."""
    command = scan.value
    assert isinstance(command, Command)
    if work.progress.last_line < 0:
        return Refusal("scan_item_first", {"want": ""})
    return goods.pack(work, work.progress.last_line, command.quantity)


@packing.command("SHORT", at=(SCAN_ITEM,), leads_to=(SCAN_BOX, DONE))
def short(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The item asked for is not in the tote: after a second scan it is written down, and the rest is packed."""
    return goods.shorten(work, confirmed=scan.confirmed)


def may_be_split(work: PackWork) -> bool:
    """Whether the screen offers the next parcel: something is in this one, and the order may have another."""
    return work.plan.may_split and any(in_parcel(work.progress))


@packing.command("SPLIT", at=(SCAN_BOX, SCAN_LIST, SCAN_MATERIAL, WEIGH), leads_to=(), on_screen=False)
@packing.command("SPLIT", at=(SCAN_ITEM,), leads_to=(SCAN_BOX,), offered=may_be_split)
def split(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The box is full and units are left: this parcel goes on without them, and they go into the next one."""
    return goods.split(work)


@packing.step(
    SCAN_BOX,
    expects=(CodeKind.BOX, CodeKind.MATERIAL, CodeKind.PACKING_LIST),
    leads_to=(SCAN_LIST, SCAN_MATERIAL, WEIGH),
    prompt=prompt_box,
)
def scan_box(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The carton it goes into; its own weight counts."""
    if isinstance(scan.value, Material):
        return use(work, SCAN_BOX, scan.value, facts)
    if isinstance(scan.value, ScannedList):
        return lists.take_list(work, scan.value, SCAN_BOX)
    assert isinstance(scan.value, BoxType)
    return take_box(work, scan.value, confirmed=scan.confirmed)


@packing.step(
    SCAN_LIST,
    expects=(CodeKind.PACKING_LIST, CodeKind.MATERIAL, CodeKind.BOX, CodeKind.WEIGHT, CodeKind.OPERATOR),
    leads_to=(SCAN_MATERIAL, WEIGH),
    prompt=prompt_list,
    needs_server=True,
)
def scan_list(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The printed packing list, which lies in the box. Where none can be printed, a supervisor's badge lets it pass."""
    match scan.value:
        case ScannedList() as scanned:
            return lists.take_list(work, scanned, SCAN_LIST)
        case Material() as material:
            return use(work, SCAN_LIST, material, facts)
        case BoxType() as box:
            return take_box(work, box, confirmed=scan.confirmed)
        case Operator() as by:
            return lists.pass_without(work, by)
        case _:
            return Refusal("list_missing", {"want": lists.wanted_list(work.plan, work.progress)})


@packing.step(
    SCAN_MATERIAL, expects=(CodeKind.MATERIAL, CodeKind.BOX, CodeKind.WEIGHT), leads_to=(WEIGH,), prompt=prompt_material
)
def scan_material(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """What the rules require besides box and goods; until it is there the parcel stays open."""
    if isinstance(scan.value, BoxType):
        return take_box(work, scan.value, confirmed=scan.confirmed)
    if isinstance(scan.value, Weight):
        wanted = still_needed(work.plan.needs, work.progress.materials)
        return Refusal("material_missing", {"want": wanted[0].name})
    assert isinstance(scan.value, Material)
    return use(work, SCAN_MATERIAL, scan.value, facts)


@packing.step(
    WEIGH,
    expects=(CodeKind.WEIGHT, CodeKind.OPERATOR),
    leads_to=(SCAN_LABEL, SCAN_ITEM, DONE),
    prompt=prompt_weight,
    needs_server=True,
)
def weigh(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The weight closes the parcel; one that cannot be right does so with a supervisor's badge."""
    if isinstance(scan.value, Operator):
        return closing.let_pass(work, scan.value, facts)
    assert isinstance(scan.value, Weight)
    return closing.weigh(work, scan.value.grams, facts)


@packing.step(
    SCAN_LABEL, expects=(CodeKind.PARCEL,), leads_to=(SCAN_ITEM, DONE), prompt=prompt_label, needs_server=True
)
def scan_label(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The printed label, from the box it was stuck on. Another parcel's label on this box is caught here."""
    parcel = scan.value
    assert isinstance(parcel, Parcel)
    if parcel.why_void is not None:
        return parcel.why_void
    if parcel.id != _present_parcel(work):
        details = {"got": parcel.tracking_no, "other": facts.order_number_of(parcel), "want": work.plan.order_number}
        return Refusal("wrong_label", details)
    return labelling.prove(work, parcel)


def _present_parcel(work: PackWork) -> UUID:
    return parcel_id_of(work.plan, work.progress.number)


@packing.command("REPRINT", at=(SCAN_LABEL,), leads_to=())
def print_again(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The label is torn or did not come. One that may still come out is only printed again when somebody looked."""
    latest = facts.label_copy(_present_parcel(work))
    is_doubtful = latest is not None and latest.state is JobState.DOUBTFUL
    if latest is not None and is_doubtful and not scan.confirmed:
        return Confirm("confirm_not_printed", {"tail": latest.tail, "order": work.plan.order_number})
    effects = (OrderLabelCopy(_present_parcel(work), "asked", not_printed=is_doubtful),)
    code = "label_asked_again" if latest is not None and latest.is_not_made else "label_ordered"
    # Whoever wants another label has not seen this one in its place.
    unseen = replace(work.progress, is_label_seen=False)
    return Decision(SCAN_LABEL, unseen, Note(code, {"order": work.plan.order_number}), effects)


@packing.command("SKIP", at=(SCAN_LABEL,), leads_to=(SCAN_ITEM, DONE))
def put_off_label(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The printer does not print now: the parcel is put aside, and its label is scanned when it has come."""
    details = {"order": work.plan.order_number}
    if not scan.confirmed:
        return Confirm("confirm_put_off", details)
    return closing.go_on(work, Note("label_put_off", details), outcome=Outcome.ACCEPTED)


@packing.command("VOID", at=(SCAN_LABEL,), leads_to=(CHOOSE_REASON,))
def open_again(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """Something is wrong with what was just closed: its goods go back into a tote, and it is packed anew."""
    return reopening.ask(work, facts, confirmed=scan.confirmed)


@packing.step(CHOOSE_REASON, expects=(), leads_to=(), prompt=prompt_reason, needs_server=True)
def choose_reason(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """Nothing but one of the reasons is taken here."""
    raise AssertionError("a step that expects nothing is given nothing")


def say_why(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """Each reason is a card of its own."""
    assert isinstance(scan.value, Command)
    return reopening.say_why(work, scan.value.verb)


for _verb in REASONS:
    packing.command(_verb, at=(CHOOSE_REASON,), leads_to=(SCAN_TOTE,))(say_why)


@packing.step(
    SCAN_TOTE, expects=(CodeKind.CONTAINER,), leads_to=(SCAN_LABEL, DONE), prompt=prompt_tote, needs_server=True
)
def scan_tote(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """An empty tote, or the one with the rest of the order: with its scan all of it happens, or nothing does."""
    assert isinstance(scan.value, Container)
    return reopening.put_back(work, scan.value, facts)


@packing.says_at_last
def where_it_goes(work: PackWork, decision: Decision[PackPlan, PackProgress], facts: PackingFacts) -> Note:
    """A parcel that is closed carries a label: to the lane with it, or into a cage, and why."""
    said = decision.note.code.removesuffix(closing.NEXT)
    if said not in ("parcel_closed", "label_applied"):
        return decision.note
    answer = facts.gate_at_label(_present_parcel(work))
    if answer.open:
        return decision.note
    held = {**decision.note.details, "cage": facts.cage_code(), "reason": answer.code}
    return Note(f"{said}_held", held)


@packing.puts_back
def untouched(work: PackWork) -> tuple[Effect, ...]:
    """The tote waits for whoever scans it next."""
    return (SetOrderState(work.plan.order_id, OrderState.PACKING, OrderState.PICKED),)


@packing.command("RETURN", at=(SCAN_BENCH, SCAN_ITEM, SCAN_BOX, SCAN_LIST, SCAN_MATERIAL, WEIGH), leads_to=(DONE,))
def give_back(work: PackWork, scan: Scan, facts: PackingFacts) -> PackResult:
    """The order shall not be packed: what no closed parcel holds goes back into the tote, and is put away."""
    return goods.give_back(work, confirmed=scan.confirmed)
