"""The cart machine: scan a tote for each order, then at each place the product and the tote it goes into. Pure.

Units that were scanned are in the picker's hand; the scan of the tote moves them into it, and only of the tote that is
asked for. One may take what all totes want of a product at once and then put it in tote by tote, or take for one tote
after the other. What is short, cancelled, given back or finished is booked as in picking one order.
"""

from dataclasses import replace

from wms.barcodes.model import CodeKind, Command, Scan
from wms.catalogue.model import Item
from wms.containers.model import Container
from wms.floor.picking.cart.model import (
    CartPlan,
    CartProgress,
    CartWork,
    Pick,
    Present,
    is_there,
    line_of,
    next_position,
    present,
    same_goods,
    tote_of,
    walk,
    wanted_here,
    with_taken,
    with_tote,
    without,
)
from wms.floor.picking.cart.screen import (
    prompt_into,
    prompt_item,
    prompt_larger,
    prompt_place,
    prompt_returned,
    prompt_tote,
)
from wms.floor.picking.cart.way import (
    ON_THE_WAY,
    SCAN_INTO,
    SCAN_ITEM,
    SCAN_LARGER,
    SCAN_PLACE,
    SCAN_RETURNED,
    SCAN_TOTE,
    CartResult,
    go_on,
    hand_first,
    left_to_others,
    may_be_cancelled,
    order_gone,
)
from wms.floor.picking.model import PickingFacts
from wms.floor.picking.rules import (
    OrderStands,
    give_back,
    item_refusal,
    leave_to_others,
    put_over,
    shortage,
    take,
    take_tote,
    tote_refusal,
)
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL
from wms.kernel.refusal import Detail, Refusal
from wms.places.model import Place
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome
from wms.tasks.machine import Workflow

cart: Workflow[CartPlan, CartProgress, PickingFacts] = Workflow("cart", CartPlan, CartProgress)


# -- totes onto the cart -----------------------------------------------------------------------------------------------


@cart.puts_back
def untouched(work: CartWork) -> tuple[Effect, ...]:
    """No tote stands on it yet: all orders are for the next picker."""
    return tuple(effect for order in work.plan.orders for effect in leave_to_others(order, NIL, ()))


@cart.foresees
def what_goes_without_saying(work: CartWork) -> OrderStands:
    return OrderStands()


@cart.walks(begins_at=SCAN_PLACE)
def lines_to_go(work: CartWork) -> tuple[Pick, ...]:
    return work.progress.remaining


@cart.recognises
def is_present_item(work: CartWork, value: object) -> bool:
    return isinstance(value, Item) and value.sku_id == present(work.plan, work.progress).line.item.sku_id


@cart.step(
    SCAN_TOTE,
    expects=(CodeKind.CONTAINER, CodeKind.PLACE),
    leads_to=(SCAN_PLACE, SCAN_ITEM, DONE),
    prompt=prompt_tote,
)
def scan_tote(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """The next order gets this tote. The first place of the walk, or the card DONE, says that there are no more."""
    if isinstance(scan.value, Place):
        return _set_off(work, scan.value, facts)
    tote = scan.value
    assert isinstance(tote, Container)
    refusal = tote_refusal(tote)
    if refusal is not None:
        return refusal
    plan, progress = work.plan, work.progress
    for order, each in enumerate(progress.totes):
        if not each.waits:
            continue
        if facts.is_cancelled(plan.orders[order]):
            progress = with_tote(progress, order, replace(each, gone=True))
            continue
        taken = replace(each, position=next_position(progress), id=tote.id, code=tote.code)
        progress = with_tote(progress, order, taken)
        note = Note(
            "tote_on_cart",
            {"container": tote.code, "n": taken.position, "order": plan.orders[order].order_number},
        )
        effect = take_tote(tote, plan.orders[order].order_id)
        if any(other.waits for other in progress.totes):
            return Decision(SCAN_TOTE, progress, note, (effect,))
        return Decision(SCAN_PLACE, _begun(plan, progress), note, (effect,), Outcome.COMPLETED)
    note = Note("no_more_orders", {"container": tote.code})
    if any(each.on_cart for each in progress.totes):
        return Decision(SCAN_PLACE, _begun(plan, progress), note, (), Outcome.REFUSED)
    return Decision(DONE, progress, note, (), Outcome.REFUSED)


def _begun(plan: CartPlan, progress: CartProgress) -> CartProgress:
    return replace(progress, remaining=walk(plan, progress.totes))


@cart.command("DONE", at=(SCAN_TOTE,), leads_to=(SCAN_PLACE,))
def no_more_totes(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """The cart goes with the totes that are on it; the other orders are for the next picker."""
    return _set_off(work, None, facts)


def _set_off(work: CartWork, place: Place | None, facts: PickingFacts) -> CartResult:
    if not any(tote.on_cart for tote in work.progress.totes):
        return Refusal("cart_has_no_tote")
    plan, progress = work.plan, work.progress
    effects: list[Effect] = []
    for order, tote in enumerate(progress.totes):
        if tote.waits:
            progress = with_tote(progress, order, replace(tote, gone=True))
            effects += left_to_others(plan, order, tote, facts)
    progress = _begun(plan, progress)
    if place is not None:
        first = present(plan, progress).line.place
        if place.id != first.id:
            return Refusal("wrong_place", {"got": place.code, "want": first.code})
        progress = replace(progress, at_place_id=place.id)
        return Decision(SCAN_ITEM, progress, Note("place_ok", {"place": place.code}), tuple(effects))
    note = Note("cart_sets_off", {"count": sum(tote.on_cart for tote in progress.totes)})
    return Decision(SCAN_PLACE, progress, note, tuple(effects))


# -- along the shelves -------------------------------------------------------------------------------------------------


@cart.step(SCAN_PLACE, expects=(CodeKind.PLACE,), leads_to=(SCAN_ITEM,), prompt=prompt_place)
def scan_place(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """The picker proves that he stands where the goods are."""
    wanted, place = present(work.plan, work.progress).line.place, scan.value
    assert isinstance(place, Place)
    if place.id != wanted.id:
        return Refusal("wrong_place", {"got": place.code, "want": wanted.code})
    others = tuple(pick for pick in work.progress.put_off if line_of(work.plan, pick).place.id != place.id)
    progress = replace(work.progress, at_place_id=place.id, put_off=others)
    return Decision(SCAN_ITEM, progress, Note("place_ok", {"place": place.code}))


@cart.step(
    SCAN_ITEM,
    expects=(CodeKind.ITEM, CodeKind.CONTAINER),
    leads_to=(SCAN_PLACE, SCAN_INTO, DONE),
    prompt=prompt_item,
)
def scan_item(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """Each scan takes the units its barcode stands for in hand. A tote takes what is in hand, also before it is all."""
    return _item_or_tote(work, scan, facts)


@cart.step(
    SCAN_INTO,
    expects=(CodeKind.CONTAINER, CodeKind.ITEM),
    leads_to=(SCAN_PLACE, SCAN_ITEM, DONE),
    prompt=prompt_into,
)
def scan_into(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """The tote proves that it is the right one. More of the product is for the next totes."""
    return _item_or_tote(work, scan, facts)


def _item_or_tote(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    now = present(work.plan, work.progress)
    if isinstance(scan.value, Container):
        return _put_into(work, scan.value, now, facts)
    item = scan.value
    assert isinstance(item, Item)
    return item_refusal(now.line, item) or _take_in_hand(work, item.pack_quantity, now, facts)


@cart.command("QTY", at=(SCAN_ITEM, SCAN_INTO), leads_to=(SCAN_PLACE, SCAN_INTO, DONE), on_screen=False)
def count_by_number(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """So many more of the item that was scanned last; the first unit proves that it is the right one."""
    now = present(work.plan, work.progress)
    command = scan.value
    assert isinstance(command, Command)
    if work.progress.in_hand == 0:
        return Refusal("scan_item_first", {"want": now.line.item.name})
    return _take_in_hand(work, command.quantity, now, facts)


def _take_in_hand(work: CartWork, units: int, now: Present, facts: PickingFacts) -> CartResult:
    plan, progress = work.plan, work.progress
    of = wanted_here(plan, progress)
    if progress.in_hand + units > of:
        return Refusal("over_quantity", {"n": progress.in_hand, "of": of, "units": units, "item": now.line.item.name})
    if may_be_cancelled(now.tote) and facts.is_cancelled(now.order):
        return order_gone(work, now, facts)
    in_hand = progress.in_hand + units
    said: dict[str, Detail] = {"n": in_hand, "of": of, "units": units, "item": now.line.item.name}
    if in_hand < now.open:
        return Decision(SCAN_ITEM, replace(progress, in_hand=in_hand), Note("counted", said))
    note = Note("taken_for_tote", said | {"container": now.tote.code, "slot": now.tote.position})
    return Decision(SCAN_INTO, replace(progress, in_hand=in_hand), note)


def _put_into(work: CartWork, tote: Container, now: Present, facts: PickingFacts) -> CartResult:
    plan, progress = work.plan, work.progress
    if progress.in_hand == 0:
        return Refusal("nothing_in_hand", {"container": now.tote.code, "item": now.line.item.name})
    if tote.id != now.tote.id:
        return _not_into(tote, now, progress)
    if may_be_cancelled(now.tote) and facts.is_cancelled(now.order):
        return order_gone(work, now, facts)
    units = min(progress.in_hand, now.open)
    effects = take(now.order, now.line, units, now.tote.id)
    progress = with_taken(replace(progress, in_hand=progress.in_hand - units), now.pick, now.taken + units)
    note = Note("put_into_tote", {"n": units, "item": now.line.item.name, "container": now.tote.code})
    if units < now.open:
        return Decision(SCAN_ITEM, progress, note, effects)
    return go_on(plan, replace(progress, remaining=progress.remaining[1:]), note, effects, facts)


def _not_into(tote: Container, now: Present, progress: CartProgress) -> Refusal:
    """Not this tote: by its slot, where it stands on the cart."""
    other = tote_of(progress, tote.id)
    want, slot = now.tote.code, now.tote.position
    if other is None:
        return Refusal("wrong_tote", {"got": tote.code, "want": want, "n": slot})
    units = min(progress.in_hand, now.open)
    return Refusal("wrong_slot", {"got": progress.totes[other].position, "want": slot, "n": units, "container": want})


# -- what does not go as it should ------------------------------------------------------------------------------------


@cart.resumes
def on_the_way_again(work: CartWork, step: str, facts: PickingFacts) -> CartResult | None:
    """Who comes back, or to the cart of a colleague, has nothing in hand: it is asked for at its shelf again."""
    if step not in (SCAN_INTO, SCAN_ITEM, SCAN_LARGER, SCAN_RETURNED):
        return None
    now, in_hand = present(work.plan, work.progress), work.progress.in_hand
    if in_hand:
        progress = replace(work.progress, in_hand=0, at_place_id=0)
        return Decision(
            SCAN_PLACE,
            progress,
            Note("goods_not_put", {"n": in_hand, "item": now.line.item.name, "place": now.line.place.code}),
        )
    there = now.line.place.id == work.progress.at_place_id
    return Decision(SCAN_ITEM if there else SCAN_PLACE, work.progress, Note("task_resumed"))


@cart.command("SKIP", at=(SCAN_PLACE, SCAN_ITEM), leads_to=(SCAN_PLACE, SCAN_ITEM))
def skip(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """This product at this place comes again at the end, for all totes that still want it."""
    plan, remaining = work.plan, work.progress.remaining
    here = same_goods(plan, remaining)
    if here == len(remaining):
        return Refusal("nothing_else_to_do")
    refusal = hand_first(work)
    if refusal is not None:
        return refusal
    note = Note("skipped", {"item": present(plan, work.progress).line.item.name})
    progress = replace(
        work.progress,
        remaining=(*remaining[here:], *remaining[:here]),
        put_off=(*work.progress.put_off, *remaining[:here]),
    )
    return Decision(SCAN_ITEM if is_there(plan, progress) else SCAN_PLACE, progress, note)


@cart.command("SHORT", at=ON_THE_WAY, leads_to=(SCAN_PLACE, SCAN_ITEM, SCAN_INTO, DONE))
def short(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """Not enough here for the tote that is asked for. The second scan books it and looks elsewhere, as in picking."""
    refusal = hand_first(work)
    if refusal is not None:
        return refusal
    plan, progress = work.plan, work.progress
    now = present(plan, progress)
    if not scan.confirmed:
        return Confirm("confirm_short", {"missing": now.open, "item": now.line.item.name, "place": now.line.place.code})
    # Asked first: for a cancelled order nothing may be promised anew, and nothing of the shelf is ours any more.
    if facts.is_cancelled(now.order):
        return order_gone(work, now, facts)
    found = facts.replacements(now.order, now.line, now.open)
    shelf = facts.shelf(now.line)
    told = shortage(now.order, now.pick.line, now.taken, shelf, found, foretold=scan.foretold)
    number = now.pick.order
    changed = CartPlan((*plan.orders[:number], told.plan, *plan.orders[number + 1 :]))
    rest = replace(progress, remaining=progress.remaining[1:])
    rest = with_tote(rest, number, replace(now.tote, taken=(*now.tote.taken, *(0 for _ in found))))
    first_new = len(now.order.lines)
    new = tuple(replace(now.pick, line=first_new + extra) for extra in range(told.replacements))
    # What others want here comes before: nobody walks away and comes back for it.
    here = next(
        (at for at, pick in enumerate(rest.remaining) if line_of(plan, pick).place.id != now.line.place.id),
        len(rest.remaining),
    )
    if scan.foretold:
        rest = replace(rest, late=(*rest.late, *new))
    else:
        rest = replace(rest, remaining=(*rest.remaining[:here], *new, *rest.remaining[here:]))
    note = Note("shorted", {"missing": now.open, "elsewhere": told.elsewhere, "item": now.line.item.name})
    decision = go_on(changed, rest, note, told.effects, facts, changed)
    return replace(decision, note=note) if scan.foretold else decision


@cart.command("FULL", at=(SCAN_ITEM, SCAN_INTO), leads_to=(SCAN_LARGER,))
def full(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """The tote that is asked for does not take any more: its goods are put over into a larger one."""
    tote = present(work.plan, work.progress).tote
    return Decision(SCAN_LARGER, work.progress, Note("tote_full", {"container": tote.code}))


@cart.step(SCAN_LARGER, expects=(CodeKind.CONTAINER,), leads_to=(SCAN_ITEM, SCAN_INTO), prompt=prompt_larger)
def scan_larger(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """An empty tote takes over what is in the full one, and its position. A parcel is packed from one tote."""
    larger, now = scan.value, present(work.plan, work.progress)
    assert isinstance(larger, Container)
    refusal = tote_refusal(larger)
    if refusal is not None:
        return refusal
    effects = put_over(now.order, now.tote.id, now.tote.taken, larger)
    progress = with_tote(work.progress, now.pick.order, replace(now.tote, id=larger.id, code=larger.code))
    note = Note("tote_changed", {"got": now.tote.code, "container": larger.code, "n": now.tote.position})
    return Decision(SCAN_INTO if progress.in_hand >= now.open else SCAN_ITEM, progress, note, effects)


@cart.command("RETURN", at=(SCAN_TOTE, *ON_THE_WAY), leads_to=(SCAN_RETURNED, DONE))
def return_orders(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """Before the walk, all orders are for the next picker; on the way, a tote says which one is given back."""
    plan, progress = work.plan, work.progress
    if not progress.remaining:
        here = [order for order, tote in enumerate(progress.totes) if not tote.gone]
        effects = [effect for order in here for effect in left_to_others(plan, order, progress.totes[order], facts)]
        note = Note("cart_given_back", {"count": len(here)})
        return Decision(DONE, progress, note, tuple(effects), Outcome.COMPLETED)
    return hand_first(work) or Decision(SCAN_RETURNED, progress, Note("scan_tote_to_return"))


@cart.step(
    SCAN_RETURNED,
    expects=(CodeKind.CONTAINER,),
    leads_to=(SCAN_PLACE, SCAN_ITEM, DONE),
    prompt=prompt_returned,
)
def scan_returned(work: CartWork, scan: Scan, facts: PickingFacts) -> CartResult:
    """Its order is not picked any more: as in picking one order. The cart goes on with the others."""
    tote = scan.value
    assert isinstance(tote, Container)
    plan, progress = work.plan, work.progress
    number = tote_of(progress, tote.id)
    if number is None:
        return Refusal("not_on_cart", {"got": tote.code})
    order, its = plan.orders[number], progress.totes[number]
    filled = any(its.taken)
    if filled and not scan.confirmed:
        return Confirm("confirm_return", {"order": order.order_number, "units": sum(its.taken), "container": tote.code})
    effects = give_back(order, tote.id, its.taken) if filled else left_to_others(plan, number, its, facts)
    note = Note(
        "goods_given_back" if filled else "cart_order_given_back",
        {"order": order.order_number, "container": tote.code},
    )
    return replace(go_on(plan, without(plan, progress, number), note, effects, facts), note=note)
