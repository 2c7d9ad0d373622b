"""What a cart asks for at each step: the slots of the screen. Pure; `workflow` declares which step shows which.

Where goods go is as large as where they come from: at the tote, its position on the cart stands in place of the shelf.
"""

from collections.abc import Mapping
from dataclasses import replace

from wms.barcodes.model import CodeKind
from wms.containers.model import TOTE_PREFIX, Container, ContainerKind, ContainerUse
from wms.floor.picking.cart.model import CartWork, next_position, present, wanted_by_tote, wanted_here
from wms.floor.picking.rules import ANY_TOTE, line_prompt
from wms.tasks.screen import CartSlot, Expected, Prompt


def _line_prompt(work: CartWork) -> Prompt:
    now = present(work.plan, work.progress)
    on_cart = [order for order, tote in zip(work.plan.orders, work.progress.totes, strict=True) if tote.on_cart]
    lines = sum(len(order.lines) for order in on_cart)
    prompt = line_prompt(now.order, now.line, now.taken, now.tote.code)
    together = wanted_here(work.plan, work.progress)
    return replace(
        prompt,
        line=lines - len(work.progress.remaining) + 1,
        lines=lines,
        altogether=together if together > now.open else 0,
        slots=_slots(work, wanted_by_tote(work.plan, work.progress)),
    )


def _slots(work: CartWork, units: Mapping[int, int]) -> tuple[CartSlot, ...]:
    """Every tote that was put onto the cart, also one that has left it: what is beside it stays where it is."""
    order = present(work.plan, work.progress).pick.order
    totes = enumerate(work.progress.totes)
    slots = (CartSlot(tote.position, units.get(at, 0), at == order) for at, tote in totes if tote.position)
    return tuple(sorted(slots, key=lambda slot: slot.position))


def prompt_tote(work: CartWork) -> Prompt:
    waiting = [order for order, tote in zip(work.plan.orders, work.progress.totes, strict=True) if tote.waits]
    position = next_position(work.progress)
    return Prompt(
        document=waiting[0].order_number,
        merchant=waiting[0].merchant,
        place=str(position),
        line=position,
        lines=len(work.plan.orders),
    )


def prompt_place(work: CartWork) -> Prompt:
    place = present(work.plan, work.progress).line.place
    return replace(_line_prompt(work), expected=Expected(CodeKind.PLACE, place, (place.barcode,)))


def prompt_item(work: CartWork) -> Prompt:
    now = present(work.plan, work.progress)
    expected = Expected(CodeKind.ITEM, now.line.item, now.line.codes)
    counted = now.taken + work.progress.in_hand
    prompt = line_prompt(now.order, now.line, counted, now.tote.code)
    return replace(_line_prompt(work), counted=counted, pack_quantity=prompt.pack_quantity, expected=expected)


def prompt_into(work: CartWork) -> Prompt:
    """Where on the cart, in place of where in the hall; how many of what is in the hand."""
    now = present(work.plan, work.progress)
    tote = Container(now.tote.id, now.tote.code, ContainerKind.TOTE, ContainerUse.PICKING, now.order.order_id)
    to_put = min(work.progress.in_hand, now.open)
    return replace(
        _line_prompt(work),
        place=str(now.tote.position),
        quantity=0,
        counted=0,
        pack_quantity=0,
        to_put=to_put,
        slots=_slots(work, {now.pick.order: to_put}),
        expected=Expected(CodeKind.CONTAINER, tote, (tote.code,)),
    )


def prompt_larger(work: CartWork) -> Prompt:
    expected = Expected(CodeKind.CONTAINER, ANY_TOTE, prefixes=(TOTE_PREFIX,))
    now = present(work.plan, work.progress)
    return Prompt(
        document=now.order.order_number,
        place=str(now.tote.position),
        container=now.tote.code,
        merchant=now.order.merchant,
        expected=expected,
    )


def prompt_returned(work: CartWork) -> Prompt:
    return Prompt(lines=sum(tote.on_cart for tote in work.progress.totes))
