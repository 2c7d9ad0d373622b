"""The picking machine: scan a tote, then for each line the place and its units. Pure.

Every unit that is scanned is moved at once from its place into the tote, so that stock is right at every moment and a
dead handheld loses nothing. A place that has too few is a first-class path (SHORT): what is missing is written down,
taken from another place where there is one, and else left short.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from wms.barcodes.model import CodeKind, Command, Scan
from wms.catalogue.model import Item
from wms.containers.model import TOTE_PREFIX, Container, ContainerKind, ContainerUse, UseContainer
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, RecordPicked, RecordShort, SetOrderState
from wms.places.model import Place
from wms.stock.model import BalanceKey, Hold, Move, PlaceHold, Reason, Transfer, VoidHold
from wms.tasks.counts import with_count
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, StepResult, Work
from wms.tasks.lookahead import Foreseen
from wms.tasks.machine import Workflow
from wms.tasks.screen import STANDS_FOR, Expected, Prompt, best_pack


@dataclass(frozen=True, slots=True)
class PickLine:
    """So many units of one SKU and lot from one place, held for the order."""

    line_no: int
    item: Item
    codes: tuple[str, ...]
    """Barcodes of the single unit."""
    place: Place
    lot_id: UUID
    lot_code: str
    expires_on: str
    quantity: int
    hold_id: UUID
    packs: tuple[int, ...] = ()
    """How many units packs of it hold, largest first."""


@dataclass(frozen=True, slots=True)
class PickPlan:
    """What to pick for one order. Lines are in walking order."""

    order_id: UUID
    order_number: str
    merchant: str
    buffer_place_id: int
    """Where the tote counts as being from its first unit on."""
    lost_place_id: int
    lines: tuple[PickLine, ...]


@dataclass(frozen=True, slots=True)
class PickProgress:
    """How far a pick is. `remaining` are indexes of open lines, the current one first; `taken` counts per line."""

    remaining: tuple[int, ...]
    taken: tuple[int, ...]
    tote_id: UUID = NIL
    tote_code: str = ""
    at_place_id: int = 0
    """The place that was scanned last; the next line at the same place needs no second scan."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the books say about the place a picker found short."""

    on_hand: int
    held: int


class PickingFacts(Protocol):
    """What picking may ask the database."""

    def shelf(self, line: PickLine) -> Shelf: ...

    def is_cancelled(self, plan: PickPlan) -> bool:
        """Whether the order was cancelled; when not, it stays so until the transaction ends."""

    def replacements(self, plan: PickPlan, line: PickLine, quantity: int) -> tuple[PickLine, ...]:
        """Other places to take up to `quantity` units from, nearest to expiry first, never `line.place`."""


PickWork = Work[PickPlan, PickProgress]
PickResult = StepResult[PickPlan, PickProgress]

picking: Workflow[PickPlan, PickProgress, PickingFacts] = Workflow(
    "picking", PickPlan, PickProgress, gives_back="RETURN"
)

SCAN_TOTE, SCAN_PLACE, SCAN_ITEM = "scan_tote", "scan_place", "scan_item"


def _current(work: PickWork) -> tuple[int, PickLine]:
    index = work.progress.remaining[0]
    return index, work.plan.lines[index]


def _base_prompt(work: PickWork) -> Prompt:
    index, line = _current(work)
    done = len(work.plan.lines) - len(work.progress.remaining)
    return Prompt(
        document=work.plan.order_number,
        line=done + 1,
        lines=len(work.plan.lines),
        place=line.place.code,
        item=line.item.name,
        item_code=line.codes[0] if line.codes else line.item.sku_code,
        quantity=line.quantity,
        counted=work.progress.taken[index],
        pack_quantity=best_pack(line.packs, line.quantity - work.progress.taken[index]),
        lot=line.lot_code,
        expires_on=line.expires_on,
        container=work.progress.tote_code,
        merchant=work.plan.merchant,
    )


_ANY_TOTE = Container(NIL, STANDS_FOR, ContainerKind.TOTE, ContainerUse.EMPTY)


def prompt_tote(work: PickWork) -> Prompt:
    return Prompt(
        document=work.plan.order_number,
        lines=len(work.plan.lines),
        merchant=work.plan.merchant,
        expected=Expected(CodeKind.CONTAINER, _ANY_TOTE, prefixes=(TOTE_PREFIX,)),
    )


def prompt_place(work: PickWork) -> Prompt:
    _, line = _current(work)
    expected = Expected(CodeKind.PLACE, line.place, (line.place.barcode,))
    return replace(_base_prompt(work), expected=expected)


def prompt_item(work: PickWork) -> Prompt:
    _, line = _current(work)
    return replace(_base_prompt(work), expected=Expected(CodeKind.ITEM, line.item, line.codes))


@picking.step(SCAN_TOTE, expects=(CodeKind.CONTAINER,), leads_to=(SCAN_PLACE,), prompt=prompt_tote)
def scan_tote(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """An empty tote takes the order in."""
    tote = scan.value
    assert isinstance(tote, Container)
    refusal = tote_refusal(tote) or _cancelled(work, facts)
    if refusal is not None:
        return refusal
    progress = replace(work.progress, tote_id=tote.id, tote_code=tote.code)
    effect = take_tote(tote, work.plan.order_id)
    return Decision(SCAN_PLACE, progress, Note("container_taken", {"container": tote.code}), (effect,))


def _cancelled(work: PickWork, facts: PickingFacts) -> Refusal | None:
    return Refusal("order_cancelled", {"order": work.plan.order_number}) if facts.is_cancelled(work.plan) else None


class _OrderStands(Foreseen):
    """On the path ahead the order is not cancelled; when it is, the server says so."""

    def is_cancelled(self, plan: PickPlan) -> bool:
        return False


@picking.foresees
def what_goes_without_saying(work: PickWork) -> _OrderStands:
    return _OrderStands()


@picking.ends_on("order_cancelled")
def put_tote_aside(work: PickWork) -> tuple[Effect, ...]:
    """The order is gone: an empty tote is free again, one with goods goes back to the shelves by putaway."""
    return _give_up_tote(work.plan, work.progress)


def _give_up_tote(plan: PickPlan, progress: PickProgress) -> tuple[Effect, ...]:
    if progress.tote_id == NIL:
        return ()
    filled = any(progress.taken)
    use = ContainerUse.PUTAWAY if filled else ContainerUse.EMPTY
    return (
        UseContainer(progress.tote_id, ContainerUse.PICKING, use, plan.order_id, plan.order_id if filled else None),
    )


@picking.recognises
def is_current_item(work: PickWork, value: object) -> bool:
    return isinstance(value, Item) and value.sku_id == _current(work)[1].item.sku_id


def tote_refusal(tote: Container) -> Refusal | None:
    """Why a container cannot take an order in, None when it can."""
    if tote.kind is not ContainerKind.TOTE:
        return Refusal("wrong_container", {"got": tote.code, "want": ContainerKind.TOTE})
    if tote.use is not ContainerUse.EMPTY:
        return Refusal("container_in_use", {"container": tote.code, "use": tote.use})
    return None


def take_tote(tote: Container, order_id: UUID) -> UseContainer:
    """The effect that makes an empty tote the order's own."""
    return UseContainer(tote.id, ContainerUse.EMPTY, ContainerUse.PICKING, None, order_id)


@picking.step(SCAN_PLACE, expects=(CodeKind.PLACE,), leads_to=(SCAN_ITEM,), prompt=prompt_place)
def scan_place(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """The picker proves that he stands where the goods are."""
    _, line = _current(work)
    place = scan.value
    assert isinstance(place, Place)
    if place.id != line.place.id:
        return Refusal("wrong_place", {"got": place.code, "want": line.place.code})
    progress = replace(work.progress, at_place_id=place.id)
    return Decision(SCAN_ITEM, progress, Note("place_ok", {"place": place.code}))


@picking.step(SCAN_ITEM, expects=(CodeKind.ITEM,), leads_to=(SCAN_PLACE, DONE), prompt=prompt_item)
def scan_item(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """Each scan moves the units its barcode stands for into the tote."""
    _, line = _current(work)
    item = scan.value
    assert isinstance(item, Item)
    if item.sku_id != line.item.sku_id:
        return Refusal("wrong_item", {"got": item.name, "want": line.item.name})
    if line.lot_code and item.lot_code and item.lot_code != line.lot_code:
        return Refusal("wrong_lot", {"got": item.lot_code, "want": line.lot_code})
    return _take(work, item.pack_quantity)


@picking.command("QTY", at=(SCAN_ITEM,), leads_to=(SCAN_PLACE, DONE), on_screen=False)
def count_by_number(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """So many more of the item that was scanned last; the first unit proves that it is the right one."""
    index, line = _current(work)
    command = scan.value
    assert isinstance(command, Command)
    if work.progress.taken[index] == 0:
        return Refusal("scan_item_first", {"want": line.item.name})
    return _take(work, command.quantity)


def _take(work: PickWork, units: int) -> PickResult:
    index, line = _current(work)
    taken = work.progress.taken[index] + units
    if taken > line.quantity:
        return Refusal(
            "over_quantity",
            {"n": work.progress.taken[index], "of": line.quantity, "units": units, "item": line.item.name},
        )
    transfer = Transfer(
        sku_id=line.item.sku_id,
        quantity=units,
        from_place_id=line.place.id,
        to_place_id=work.plan.buffer_place_id,
        reason=Reason.PICKED,
        lot_id=line.lot_id,
        to_container_id=work.progress.tote_id,
        document=work.plan.order_id,
        settles=line.hold_id,
    )
    effects: tuple[Effect, ...] = (RecordPicked(work.plan.order_id, line.line_no, units), Move(transfer))
    counts = with_count(work.progress.taken, index, taken)
    progress = replace(work.progress, taken=counts)
    if taken < line.quantity:
        note = Note("counted", {"n": taken, "of": line.quantity, "units": units, "item": line.item.name})
        return Decision(SCAN_ITEM, progress, note, effects)
    note = Note("line_done", {"n": taken, "of": line.quantity, "item": line.item.name})
    return _next_line(work, replace(progress, remaining=progress.remaining[1:]), note, effects)


def _next_line(
    work: PickWork, progress: PickProgress, note: Note, effects: tuple[Effect, ...], plan: PickPlan | None = None
) -> PickResult:
    lines = (plan or work.plan).lines
    if not progress.remaining:
        finish = _finish(work.plan, progress)
        code = "task_complete" if any(progress.taken) else "nothing_picked"
        end = Note(code, {"container": progress.tote_code, "order": work.plan.order_number})
        return Decision(DONE, progress, end, (*effects, *finish), Outcome.COMPLETED, plan)
    same_place = lines[progress.remaining[0]].place.id == progress.at_place_id
    step = SCAN_ITEM if same_place else SCAN_PLACE
    return Decision(step, progress, note, effects, Outcome.COMPLETED, plan)


def _finish(plan: PickPlan, progress: PickProgress) -> tuple[Effect, ...]:
    """A tote with goods goes to packing; one that stayed empty is free again, and its order is short."""
    if any(progress.taken):
        return (
            UseContainer(progress.tote_id, ContainerUse.PICKING, ContainerUse.PACKING, plan.order_id, plan.order_id),
            SetOrderState(plan.order_id, OrderState.PICKING, OrderState.PICKED),
        )
    return (*_give_up_tote(plan, progress), SetOrderState(plan.order_id, OrderState.PICKING, OrderState.SHORT))


@picking.command("SKIP", at=(SCAN_PLACE, SCAN_ITEM), leads_to=(SCAN_PLACE, SCAN_ITEM))
def skip(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """The line comes again at the end; what was taken of it stays taken."""
    remaining = work.progress.remaining
    if len(remaining) == 1:
        return Refusal("nothing_else_to_do")
    _, line = _current(work)
    progress = replace(work.progress, remaining=(*remaining[1:], remaining[0]))
    same_place = work.plan.lines[progress.remaining[0]].place.id == progress.at_place_id
    note = Note("skipped", {"item": line.item.name})
    return Decision(SCAN_ITEM if same_place else SCAN_PLACE, progress, note)


@picking.command("SHORT", at=(SCAN_PLACE, SCAN_ITEM), leads_to=(SCAN_PLACE, SCAN_ITEM, DONE))
def short(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """Not enough here. The second scan writes the place down to what others still hold there, and looks elsewhere."""
    index, line = _current(work)
    missing = line.quantity - work.progress.taken[index]
    if not scan.confirmed:
        return Confirm("confirm_short", {"missing": missing, "item": line.item.name, "place": line.place.code})
    # Asked first: for a cancelled order nothing may be promised anew, and nothing of the shelf is ours any more.
    cancelled = _cancelled(work, facts)
    if cancelled is not None:
        return cancelled
    shelf = facts.shelf(line)
    effects: list[Effect] = [VoidHold(line.hold_id)]
    lost = shelf.on_hand - (shelf.held - missing)
    if lost > 0:
        effects.append(Move(_written_down(work.plan, line, lost)))
    found = facts.replacements(work.plan, line, missing)
    effects += [PlaceHold(_hold(work.plan, replacement)) for replacement in found]
    still_missing = missing - sum(replacement.quantity for replacement in found)
    if still_missing:
        effects.append(RecordShort(work.plan.order_id, line.line_no, still_missing))
    first_new = len(work.plan.lines)
    # What was taken here is a finished line of its own; the replacements come next, while he is near.
    lines = (
        *work.plan.lines[:index],
        replace(line, quantity=work.progress.taken[index]),
        *work.plan.lines[index + 1 :],
        *found,
    )
    progress = replace(
        work.progress,
        remaining=(*range(first_new, first_new + len(found)), *work.progress.remaining[1:]),
        taken=(*work.progress.taken, *(0 for _ in found)),
    )
    note = Note("shorted", {"missing": missing, "elsewhere": missing - still_missing, "item": line.item.name})
    return _next_line(work, progress, note, tuple(effects), replace(work.plan, lines=lines))


def _written_down(plan: PickPlan, line: PickLine, quantity: int) -> Transfer:
    return Transfer(
        sku_id=line.item.sku_id,
        quantity=quantity,
        from_place_id=line.place.id,
        to_place_id=plan.lost_place_id,
        reason=Reason.SHORT,
        lot_id=line.lot_id,
        document=plan.order_id,
    )


def _hold(plan: PickPlan, line: PickLine) -> Hold:
    key = BalanceKey(line.item.sku_id, line.place.id, line.lot_id)
    return Hold(line.hold_id, key, line.quantity, plan.order_id, line.line_no)


@picking.command("RETURN", at=(SCAN_TOTE, SCAN_PLACE, SCAN_ITEM), leads_to=(DONE,))
def give_back(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """The picker cannot go on with this order, or it shall not be picked any more.

    With nothing taken, the next picker gets it. What was taken goes back to the shelves by putaway, and the order waits
    for allocation again.
    """
    plan, progress = work.plan, work.progress
    units = sum(progress.taken)
    if not units:
        note = Note("order_given_back", {"order": plan.order_number})
        effects = (
            *_give_up_tote(plan, progress),
            SetOrderState(plan.order_id, OrderState.PICKING, OrderState.ALLOCATED),
        )
        return Decision(DONE, progress, note, effects, Outcome.COMPLETED)
    if not scan.confirmed:
        return Confirm("confirm_return", {"order": plan.order_number, "units": units, "container": progress.tote_code})
    effects = (
        *_promises_given_back(plan, progress),
        *_give_up_tote(plan, progress),
        SetOrderState(plan.order_id, OrderState.PICKING, OrderState.SHORT),
    )
    note = Note("goods_given_back", {"order": plan.order_number, "container": progress.tote_code})
    return Decision(DONE, progress, note, effects, Outcome.COMPLETED)


def _promises_given_back(plan: PickPlan, progress: PickProgress) -> tuple[Effect, ...]:
    """Everything promised to the order becomes open again: what was taken, and what is still held on shelves."""
    picked: dict[int, int] = {}
    promised: dict[int, int] = {}
    holds: list[Effect] = []
    for index, line in enumerate(plan.lines):
        taken = progress.taken[index]
        picked[line.line_no] = picked.get(line.line_no, 0) + taken
        promised[line.line_no] = promised.get(line.line_no, 0) + line.quantity
        if taken < line.quantity:
            holds.append(VoidHold(line.hold_id))
    return (
        *(RecordPicked(plan.order_id, line_no, -units) for line_no, units in picked.items() if units),
        *(RecordShort(plan.order_id, line_no, units) for line_no, units in promised.items() if units),
        *holds,
    )
