"""The putaway machine: container, item where there are several, place. Pure.

The place that was suggested is taken at once; another shelf on a second scan of the same place; anything that is no
shelf, or is kept for another merchant, never.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from wms.barcodes.model import CodeKind, Command, Scan
from wms.catalogue.model import Item
from wms.containers.model import Container, ContainerKind, ContainerUse, UseContainer
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.places.model import STORAGE_KINDS, Place
from wms.stock.model import Move, Reason, Transfer
from wms.tasks.counts import with_count
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, StepResult, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import Expected, Prompt, best_pack


@dataclass(frozen=True, slots=True)
class PutawayLine:
    """One SKU and lot on the container, and where it should go."""

    item: Item
    codes: tuple[str, ...]
    lot_id: UUID
    lot_code: str
    expires_on: str
    quantity: int
    suggested: Place
    packs: tuple[int, ...] = ()
    """How many units packs of it hold, largest first."""


@dataclass(frozen=True, slots=True)
class PutawayPlan:
    """What is on the container."""

    container_id: UUID
    container_code: str
    subject: UUID | None
    """The notice it came with, as the container says."""
    from_place_id: int
    lost_place_id: int
    lines: tuple[PutawayLine, ...]


@dataclass(frozen=True, slots=True)
class PutawayProgress:
    """How far it is: units put away per line, the line in hand (-1: none), and how many of it go to the next place."""

    put: tuple[int, ...]
    line: int = -1
    quantity: int = 0


class PutawayFacts(Protocol):
    """What putaway may ask the database."""

    def is_kept_for_another(self, place: Place, merchant_id: int) -> bool:
        """Whether the place is kept for the goods of another merchant."""


PutawayWork = Work[PutawayPlan, PutawayProgress]
PutawayResult = StepResult[PutawayPlan, PutawayProgress]

putaway: Workflow[PutawayPlan, PutawayProgress, PutawayFacts] = Workflow(
    "putaway", PutawayPlan, PutawayProgress, in_advance=True
)

SCAN_CONTAINER, SCAN_ITEM, SCAN_PLACE = "scan_container", "scan_item", "scan_place"


def take_container(plan: PutawayPlan) -> UseContainer:
    """The effect that begins putaway: from here on the container is its own subject, and receiving cannot have it back.

    Otherwise a receiver who takes his last scan back would go on filling what is being emptied.
    """
    return UseContainer(plan.container_id, ContainerUse.PUTAWAY, ContainerUse.PUTAWAY, plan.subject, plan.container_id)


@putaway.puts_back
def untouched(work: PutawayWork) -> tuple[Effect, ...]:
    """The container waits for whoever comes next."""
    plan = work.plan
    use = ContainerUse.PUTAWAY
    return (UseContainer(plan.container_id, use, use, plan.container_id, plan.subject),)


@putaway.walks()
def lines_to_go(work: PutawayWork) -> tuple[int, ...]:
    return tuple(_open_lines(work.plan, work.progress.put))


@putaway.recognises
def is_on_container(work: PutawayWork, value: object) -> bool:
    return isinstance(value, Item) and any(line.item.sku_id == value.sku_id for line in work.plan.lines)


def _open_lines(plan: PutawayPlan, put: tuple[int, ...]) -> list[int]:
    return [index for index, line in enumerate(plan.lines) if put[index] < line.quantity]


def first_hand(plan: PutawayPlan, put: tuple[int, ...]) -> tuple[str, PutawayProgress]:
    """The step to begin with once the container is known: a single line needs no item scan."""
    lines = _open_lines(plan, put)
    if len(lines) == 1:
        return SCAN_PLACE, in_hand(plan, put, lines[0])
    return SCAN_ITEM, PutawayProgress(put)


def in_hand(plan: PutawayPlan, put: tuple[int, ...], line: int) -> PutawayProgress:
    """Progress with all the rest of one line in hand."""
    return PutawayProgress(put, line, plan.lines[line].quantity - put[line])


def prompt_container(work: PutawayWork) -> Prompt:
    plan = work.plan
    # Its kind is not in the plan, and nothing asks for it.
    container = Container(plan.container_id, plan.container_code, ContainerKind.PALLET, ContainerUse.PUTAWAY)
    expected = Expected(CodeKind.CONTAINER, container, (plan.container_code,))
    return Prompt(container=plan.container_code, lines=len(plan.lines), expected=expected)


def prompt_item(work: PutawayWork) -> Prompt:
    index = _open_lines(work.plan, work.progress.put)[0]
    line = work.plan.lines[index]
    done = len(work.plan.lines) - len(_open_lines(work.plan, work.progress.put))
    return Prompt(
        container=work.plan.container_code,
        line=done + 1,
        lines=len(work.plan.lines),
        item=line.item.name,
        item_code=line.codes[0] if line.codes else line.item.sku_code,
        picture=line.item.picture,
        quantity=line.quantity - work.progress.put[index],
        pack_quantity=best_pack(line.packs, line.quantity - work.progress.put[index]),
        lot=line.lot_code,
        expected=Expected(CodeKind.ITEM, line.item, line.codes),
    )


def prompt_place(work: PutawayWork) -> Prompt:
    line = work.plan.lines[work.progress.line]
    done = len(work.plan.lines) - len(_open_lines(work.plan, work.progress.put))
    return Prompt(
        container=work.plan.container_code,
        line=done + 1,
        lines=len(work.plan.lines),
        place=line.suggested.code,
        item=line.item.name,
        item_code=line.codes[0] if line.codes else line.item.sku_code,
        picture=line.item.picture,
        quantity=work.progress.quantity,
        pack_quantity=best_pack(line.packs, work.progress.quantity),
        lot=line.lot_code,
        expires_on=line.expires_on,
        expected=Expected(CodeKind.PLACE, line.suggested, (line.suggested.barcode,)),
    )


@putaway.step(SCAN_CONTAINER, expects=(CodeKind.CONTAINER,), leads_to=(SCAN_ITEM, SCAN_PLACE), prompt=prompt_container)
def scan_container(work: PutawayWork, scan: Scan, facts: PutawayFacts) -> PutawayResult:
    """The right container is in hand."""
    container = scan.value
    assert isinstance(container, Container)
    if container.id != work.plan.container_id:
        return Refusal("wrong_container", {"got": container.code, "want": work.plan.container_code})
    step, progress = first_hand(work.plan, work.progress.put)
    return Decision(step, progress, Note("container_taken", {"container": container.code}))


@putaway.step(SCAN_ITEM, expects=(CodeKind.ITEM,), leads_to=(SCAN_PLACE,), prompt=prompt_item)
def scan_item(work: PutawayWork, scan: Scan, facts: PutawayFacts) -> PutawayResult:
    """Any item of the container may come next; the first line with the scanned SKU (and lot, when told) is taken."""
    item = scan.value
    assert isinstance(item, Item)
    for index in _open_lines(work.plan, work.progress.put):
        line = work.plan.lines[index]
        if line.item.sku_id == item.sku_id and item.lot_code in ("", line.lot_code):
            progress = in_hand(work.plan, work.progress.put, index)
            note = Note("item_in_hand", {"item": item.name, "n": progress.quantity, "place": line.suggested.code})
            return Decision(SCAN_PLACE, progress, note)
    return Refusal("not_in_container", {"got": item.name, "container": work.plan.container_code})


@putaway.command("QTY", at=(SCAN_PLACE,), leads_to=(), on_screen=False)
def only_some(work: PutawayWork, scan: Scan, facts: PutawayFacts) -> PutawayResult:
    """Only so many go to the next place; the rest follows."""
    command = scan.value
    assert isinstance(command, Command)
    line = work.plan.lines[work.progress.line]
    rest = line.quantity - work.progress.put[work.progress.line]
    if command.quantity > rest:
        return Refusal("over_quantity", {"n": 0, "of": rest, "units": command.quantity, "item": line.item.name})
    progress = replace(work.progress, quantity=command.quantity)
    return Decision(SCAN_PLACE, progress, Note("quantity_set", {"n": command.quantity, "of": rest}))


@putaway.step(SCAN_PLACE, expects=(CodeKind.PLACE,), leads_to=(SCAN_ITEM, DONE), prompt=prompt_place)
def scan_place(work: PutawayWork, scan: Scan, facts: PutawayFacts) -> PutawayResult:
    """The shelf; three zones: the suggested one, another shelf on re-scan, and no."""
    place = scan.value
    assert isinstance(place, Place)
    line = work.plan.lines[work.progress.line]
    if place.id != line.suggested.id:
        if place.kind not in STORAGE_KINDS:
            return Refusal("place_not_allowed", {"got": place.code, "want": line.suggested.code})
        if facts.is_kept_for_another(place, line.item.merchant_id):
            return Refusal("place_of_another_merchant", {"got": place.code, "want": line.suggested.code})
        if not scan.confirmed:
            return Confirm("confirm_other_place", {"got": place.code, "want": line.suggested.code})
    return _put(work, line, place)


def _put(work: PutawayWork, line: PutawayLine, place: Place) -> PutawayResult:
    index, units = work.progress.line, work.progress.quantity
    transfer = Transfer(
        sku_id=line.item.sku_id,
        quantity=units,
        from_place_id=work.plan.from_place_id,
        to_place_id=place.id,
        reason=Reason.PUT_AWAY,
        lot_id=line.lot_id,
        from_container_id=work.plan.container_id,
        document=work.plan.subject,
    )
    put = with_count(work.progress.put, index, work.progress.put[index] + units)
    effects: tuple[Effect, ...] = (Move(transfer),)
    note = Note("put_away", {"n": units, "item": line.item.name, "place": place.code})
    if put[index] < line.quantity:
        return Decision(SCAN_PLACE, in_hand(work.plan, put, index), note, effects)
    if _open_lines(work.plan, put):
        step, progress = first_hand(work.plan, put)
        return Decision(step, progress, note, effects, Outcome.COMPLETED)
    end = Note("putaway_complete", {"container": work.plan.container_code, "place": place.code})
    return Decision(DONE, PutawayProgress(put), end, (*effects, _free_container(work.plan)), Outcome.COMPLETED)


def _free_container(plan: PutawayPlan) -> UseContainer:
    return UseContainer(plan.container_id, ContainerUse.PUTAWAY, ContainerUse.EMPTY, plan.container_id, None)


@putaway.command("SKIP", at=(SCAN_CONTAINER,), leads_to=(DONE,))
def leave_container(work: PutawayWork, scan: Scan, facts: PutawayFacts) -> PutawayResult:
    """The container cannot be found or reached: it waits for somebody else, and he scans another one."""
    note = Note("container_left", {"container": work.plan.container_code})
    return Decision(DONE, work.progress, note, tuple(untouched(work)), Outcome.COMPLETED)


@putaway.command("SHORT", at=(SCAN_ITEM, SCAN_PLACE), leads_to=(SCAN_ITEM, SCAN_PLACE, DONE))
def short(work: PutawayWork, scan: Scan, facts: PutawayFacts) -> PutawayResult:
    """The rest of the line on the screen is not on the container: written down after a second scan."""
    plan, progress = work.plan, work.progress
    index = progress.line if progress.line >= 0 else _open_lines(plan, progress.put)[0]
    line = plan.lines[index]
    missing = line.quantity - progress.put[index]
    if not scan.confirmed:
        return Confirm("confirm_short", {"missing": missing, "item": line.item.name, "place": plan.container_code})
    transfer = Transfer(
        sku_id=line.item.sku_id,
        quantity=missing,
        from_place_id=plan.from_place_id,
        to_place_id=plan.lost_place_id,
        reason=Reason.SHORT,
        lot_id=line.lot_id,
        from_container_id=plan.container_id,
        document=plan.subject,
    )
    put = with_count(progress.put, index, line.quantity)
    note = Note("shorted", {"missing": missing, "elsewhere": 0, "item": line.item.name})
    if _open_lines(plan, put):
        step, after = first_hand(plan, put)
        return Decision(step, after, note, (Move(transfer),))
    effects = (Move(transfer), _free_container(plan))
    return Decision(DONE, PutawayProgress(put), note, effects, Outcome.COMPLETED)
