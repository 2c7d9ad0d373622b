"""A cart as values: the orders it takes along, how far each is, and the walk through the shelves. Pure.

For `workflow` and `facts`. An order and its tote have the same number in `CartPlan.orders` and `CartProgress.totes`.
Invariant: `remaining` names open lines of orders that stand on the cart, the present one first; what one product at one
place goes into several totes for follows each other in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from wms.floor.picking.model import PickLine, PickPlan, walking_order
from wms.kernel.identity import NIL
from wms.tasks.counts import with_count
from wms.tasks.decision import Work


@dataclass(frozen=True, slots=True)
class CartPlan:
    """The orders to take along, in the order in which they are given totes."""

    orders: tuple[PickPlan, ...]


@dataclass(frozen=True, slots=True)
class CartTote:
    """The tote of one order, and what was taken for it, per line."""

    taken: tuple[int, ...]
    position: int = 0
    """Where it stands on the cart, counted from 1; 0 before it was given one."""
    id: UUID = NIL
    code: str = ""
    gone: bool = False
    """The order left the cart: it was cancelled or given back, or got no tote."""

    @property
    def on_cart(self) -> bool:
        return self.id != NIL and not self.gone

    @property
    def waits(self) -> bool:
        """Whether the order still waits for its tote."""
        return self.id == NIL and not self.gone


@dataclass(frozen=True, slots=True)
class Pick:
    """A line of an order, by their numbers."""

    order: int
    line: int


@dataclass(frozen=True, slots=True)
class CartProgress:
    """How far a cart is."""

    totes: tuple[CartTote, ...]
    remaining: tuple[Pick, ...] = ()
    at_place_id: int = 0
    """The place that was scanned last; the next line at the same place needs no second scan."""
    in_hand: int = 0
    """Units of the present product that were scanned and are in no tote yet. They still count as on the shelf."""
    put_off: tuple[Pick, ...] = ()
    """Lines that were skipped: whoever comes back to one shows again where he stands."""
    late: tuple[Pick, ...] = ()
    """Lines found for what was short without network: the picker had gone on, so they come after all others."""


CartWork = Work[CartPlan, CartProgress]


@dataclass(frozen=True, slots=True)
class Present:
    """The line in question, and whose it is."""

    pick: Pick
    order: PickPlan
    line: PickLine
    tote: CartTote
    taken: int

    @property
    def open(self) -> int:
        """Units that are still missing in the tote."""
        return self.line.quantity - self.taken


def untouched(plan: CartPlan) -> CartProgress:
    """A cart with no tote on it."""
    return CartProgress(tuple(CartTote(tuple(0 for _ in order.lines)) for order in plan.orders))


def next_position(progress: CartProgress) -> int:
    """Where on the cart the next tote stands."""
    return 1 + max(tote.position for tote in progress.totes)


def line_of(plan: CartPlan, pick: Pick) -> PickLine:
    return plan.orders[pick.order].lines[pick.line]


def present(plan: CartPlan, progress: CartProgress) -> Present:
    """The line that is asked for now."""
    return _as_present(plan, progress, progress.remaining[0])


def is_there(plan: CartPlan, progress: CartProgress) -> bool:
    """Whether the picker stands at the place of the line that comes next, as far as he has shown."""
    pick = progress.remaining[0]
    return line_of(plan, pick).place.id == progress.at_place_id and pick not in progress.put_off


def _as_present(plan: CartPlan, progress: CartProgress, pick: Pick) -> Present:
    tote = progress.totes[pick.order]
    return Present(pick, plan.orders[pick.order], line_of(plan, pick), tote, tote.taken[pick.line])


def same_goods(plan: CartPlan, remaining: Sequence[Pick]) -> int:
    """How many of the first lines ask for the same product and lot at the same place."""
    if not remaining:
        return 0
    first = walking_order(line_of(plan, remaining[0]))
    return next(
        (number for number, pick in enumerate(remaining) if walking_order(line_of(plan, pick)) != first),
        len(remaining),
    )


def wanted_here(plan: CartPlan, progress: CartProgress) -> int:
    """Units of the present product to take here for all totes together."""
    return sum(wanted_by_tote(plan, progress).values())


def wanted_by_tote(plan: CartPlan, progress: CartProgress) -> dict[int, int]:
    """Units of the present product to take here, by the number of the order."""
    units: dict[int, int] = {}
    for pick in progress.remaining[: same_goods(plan, progress.remaining)]:
        units[pick.order] = units.get(pick.order, 0) + _as_present(plan, progress, pick).open
    return units


def walk(plan: CartPlan, totes: Sequence[CartTote]) -> tuple[Pick, ...]:
    """The lines of all orders on the cart along the way; what several want of one shelf goes by position."""
    picks = [
        Pick(order, line)
        for order, tote in enumerate(totes)
        if tote.on_cart
        for line in range(len(plan.orders[order].lines))
    ]
    return tuple(sorted(picks, key=lambda pick: (walking_order(line_of(plan, pick)), totes[pick.order].position)))


def with_tote(progress: CartProgress, order: int, tote: CartTote) -> CartProgress:
    """The progress with the tote of an order replaced."""
    totes = (*progress.totes[:order], tote, *progress.totes[order + 1 :])
    return replace(progress, totes=totes)


def with_taken(progress: CartProgress, pick: Pick, taken: int) -> CartProgress:
    """The progress with the count of one line replaced."""
    tote = progress.totes[pick.order]
    return with_tote(progress, pick.order, replace(tote, taken=with_count(tote.taken, pick.line, taken)))


def without(plan: CartPlan, progress: CartProgress, order: int) -> CartProgress:
    """The progress without an order that leaves the cart; what others want of the goods in hand stays there."""
    was = same_goods(plan, progress.remaining)
    here = tuple(pick for pick in progress.remaining[:was] if pick.order != order)
    later = tuple(pick for pick in progress.remaining[was:] if pick.order != order)
    left = with_tote(progress, order, replace(progress.totes[order], gone=True))
    late = tuple(pick for pick in progress.late if pick.order != order)
    left = replace(left, remaining=(*here, *later), late=late)
    return replace(left, in_hand=min(left.in_hand, wanted_here(plan, left)) if here else 0)


def tote_of(progress: CartProgress, tote_id: UUID) -> int | None:
    """The number of the order whose tote this is; None where it does not stand on the cart."""
    return next(
        (order for order, tote in enumerate(progress.totes) if tote.on_cart and tote.id == tote_id),
        None,
    )
