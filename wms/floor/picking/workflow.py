"""The picking machine: scan a tote, then for each line the place and its units. Pure.

Every unit that is scanned is moved at once from its place into the tote, so that stock is right at every moment and a
dead handheld loses nothing. A place that has too few is a first-class path (SHORT): what is missing is written down,
taken from another place where there is one, and else left short.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from wms.barcodes.model import CodeKind, Command, Scan
from wms.catalogue.model import Item
from wms.containers.model import TOTE_PREFIX, Container
from wms.floor.picking.model import PickingFacts, PickLine, PickPlan
from wms.floor.picking.rules import (
    ANY_TOTE,
    OrderStands,
    finish,
    give_back,
    give_up_tote,
    item_refusal,
    leave_to_others,
    line_prompt,
    shortage,
    take,
    take_tote,
    tote_refusal,
)
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.places.model import Place
from wms.tasks.counts import with_count
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, StepResult, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import Expected, Prompt


@dataclass(frozen=True, slots=True)
class PickProgress:
    """How far a pick is. `remaining` are indexes of open lines, the current one first; `taken` counts per line."""

    remaining: tuple[int, ...]
    taken: tuple[int, ...]
    tote_id: UUID = NIL
    tote_code: str = ""
    at_place_id: int = 0
    """The place that was scanned last; the next line at the same place needs no second scan."""
    put_off: tuple[int, ...] = ()
    """Lines that were skipped: whoever comes back to one shows again where he stands."""
    late: tuple[int, ...] = ()
    """Lines found for what was short without network: the picker had gone on, so they come after all others."""


PickWork = Work[PickPlan, PickProgress]
PickResult = StepResult[PickPlan, PickProgress]

picking: Workflow[PickPlan, PickProgress, PickingFacts] = Workflow("picking", PickPlan, PickProgress, in_advance=True)

SCAN_TOTE, SCAN_PLACE, SCAN_ITEM = "scan_tote", "scan_place", "scan_item"


def _current(work: PickWork) -> tuple[int, PickLine]:
    index = work.progress.remaining[0]
    return index, work.plan.lines[index]


def _base_prompt(work: PickWork) -> Prompt:
    index, line = _current(work)
    done = len(work.plan.lines) - len(work.progress.remaining) - len(work.progress.late)
    prompt = line_prompt(work.plan, line, work.progress.taken[index], work.progress.tote_code)
    return replace(prompt, line=done + 1, lines=len(work.plan.lines))


def prompt_tote(work: PickWork) -> Prompt:
    return Prompt(
        document=work.plan.order_number,
        lines=len(work.plan.lines),
        merchant=work.plan.merchant,
        expected=Expected(CodeKind.CONTAINER, ANY_TOTE, prefixes=(TOTE_PREFIX,)),
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


@picking.foresees
def what_goes_without_saying(work: PickWork) -> OrderStands:
    return OrderStands()


@picking.walks(begins_at=SCAN_PLACE)
def lines_to_go(work: PickWork) -> tuple[int, ...]:
    return work.progress.remaining


@picking.ranks
def most_urgent_first(work: PickWork) -> str:
    return work.plan.rank


@picking.ends_on("order_cancelled")
def put_tote_aside(work: PickWork) -> tuple[Effect, ...]:
    """The order is gone: an empty tote is free again, one with goods goes back to the shelves by putaway."""
    return give_up_tote(work.plan, work.progress.tote_id, work.progress.taken)


@picking.recognises
def is_current_item(work: PickWork, value: object) -> bool:
    return isinstance(value, Item) and value.sku_id == _current(work)[1].item.sku_id


@picking.step(SCAN_PLACE, expects=(CodeKind.PLACE,), leads_to=(SCAN_ITEM,), prompt=prompt_place)
def scan_place(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """The picker proves that he stands where the goods are."""
    _, line = _current(work)
    place = scan.value
    assert isinstance(place, Place)
    if place.id != line.place.id:
        return Refusal("wrong_place", {"got": place.code, "want": line.place.code})
    others = tuple(index for index in work.progress.put_off if work.plan.lines[index].place.id != place.id)
    progress = replace(work.progress, at_place_id=place.id, put_off=others)
    return Decision(SCAN_ITEM, progress, Note("place_ok", {"place": place.code}))


@picking.step(SCAN_ITEM, expects=(CodeKind.ITEM,), leads_to=(SCAN_PLACE, DONE), prompt=prompt_item)
def scan_item(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """Each scan moves the units its barcode stands for into the tote."""
    _, line = _current(work)
    item = scan.value
    assert isinstance(item, Item)
    return item_refusal(line, item) or _take(work, item.pack_quantity)


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
    effects = take(work.plan, line, units, work.progress.tote_id)
    counts = with_count(work.progress.taken, index, taken)
    progress = replace(work.progress, taken=counts)
    if taken < line.quantity:
        note = Note("counted", {"n": taken, "of": line.quantity, "units": units, "item": line.item.name})
        return Decision(SCAN_ITEM, progress, note, effects)
    note = Note("line_done", {"n": taken, "of": line.quantity, "item": line.item.name})
    return _next_line(work, replace(progress, remaining=progress.remaining[1:]), note, effects)


def _next_line(
    work: PickWork, progress: PickProgress, note: Note, effects: tuple[Effect, ...], plan: PickPlan | None = None
) -> Decision[PickPlan, PickProgress]:
    if not progress.remaining:
        progress = replace(progress, remaining=progress.late, late=())
    if not progress.remaining:
        ending = finish(work.plan, progress.tote_id, progress.taken)
        code = "task_complete" if any(progress.taken) else "nothing_picked"
        end = Note(code, {"container": progress.tote_code, "order": work.plan.order_number})
        return Decision(DONE, progress, end, (*effects, *ending), Outcome.COMPLETED, plan)
    return Decision(_begin_line(plan or work.plan, progress), progress, note, effects, Outcome.COMPLETED, plan)


def _begin_line(plan: PickPlan, progress: PickProgress) -> str:
    index = progress.remaining[0]
    is_there = plan.lines[index].place.id == progress.at_place_id and index not in progress.put_off
    return SCAN_ITEM if is_there else SCAN_PLACE


@picking.command("SKIP", at=(SCAN_PLACE, SCAN_ITEM), leads_to=(SCAN_PLACE, SCAN_ITEM))
def skip(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """The line comes again at the end; what was taken of it stays taken."""
    remaining = work.progress.remaining
    if len(remaining) == 1:
        return Refusal("nothing_else_to_do")
    index, line = _current(work)
    put_off = (*work.progress.put_off, index)
    progress = replace(work.progress, remaining=(*remaining[1:], index), put_off=put_off)
    return Decision(_begin_line(work.plan, progress), progress, Note("skipped", {"item": line.item.name}))


@picking.command("SHORT", at=(SCAN_PLACE, SCAN_ITEM), leads_to=(SCAN_PLACE, SCAN_ITEM, DONE))
def short(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """Not enough here. The second scan writes down what is not there, and looks elsewhere."""
    index, line = _current(work)
    missing = line.quantity - work.progress.taken[index]
    if not scan.confirmed:
        return Confirm("confirm_short", {"missing": missing, "item": line.item.name, "place": line.place.code})
    # Asked first: for a cancelled order nothing may be promised anew, and nothing of the shelf is ours any more.
    cancelled = _cancelled(work, facts)
    if cancelled is not None:
        return cancelled
    found = facts.replacements(work.plan, line, missing)
    told = shortage(work.plan, index, work.progress.taken[index], facts.shelf(line), found, foretold=scan.foretold)
    first_new = len(work.plan.lines)
    new = tuple(range(first_new, first_new + told.replacements))
    rest, late = work.progress.remaining[1:], work.progress.late
    # The replacements come next, while he is near; where he had to go on without network, last of all.
    progress = replace(
        work.progress,
        remaining=rest if scan.foretold else (*new, *rest),
        taken=(*work.progress.taken, *(0 for _ in found)),
        late=(*late, *new) if scan.foretold else late,
    )
    note = Note("shorted", {"missing": missing, "elsewhere": told.elsewhere, "item": line.item.name})
    decision = _next_line(work, progress, note, told.effects, told.plan)
    return replace(decision, note=note) if scan.foretold else decision


@picking.puts_back
def untouched(work: PickWork) -> tuple[Effect, ...]:
    """The next picker gets the order, and the tote is free."""
    return leave_to_others(work.plan, work.progress.tote_id, work.progress.taken)


@picking.command("RETURN", at=(SCAN_TOTE, SCAN_PLACE, SCAN_ITEM), leads_to=(DONE,))
def return_order(work: PickWork, scan: Scan, facts: PickingFacts) -> PickResult:
    """The picker cannot go on with this order, or it shall not be picked any more.

    With nothing taken, the next picker gets it. What was taken goes back to the shelves by putaway, and the order waits
    for allocation again.
    """
    plan, progress = work.plan, work.progress
    units = sum(progress.taken)
    if not units:
        note = Note("order_given_back", {"order": plan.order_number})
        return Decision(DONE, progress, note, tuple(untouched(work)), Outcome.COMPLETED)
    if not scan.confirmed:
        return Confirm("confirm_return", {"order": plan.order_number, "units": units, "container": progress.tote_code})
    note = Note("goods_given_back", {"order": plan.order_number, "container": progress.tote_code})
    effects = give_back(plan, progress.tote_id, progress.taken)
    return Decision(DONE, progress, note, effects, Outcome.COMPLETED)
