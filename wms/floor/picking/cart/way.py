"""Where a cart goes after a scan: to the next line, on without an order, or to packing. Pure; for `workflow`.

Here it is also said what an order needs that leaves the cart, and what has to come before anything else.
"""

from dataclasses import replace

from wms.floor.picking.cart.model import CartPlan, CartProgress, CartTote, CartWork, Present, is_there, present, without
from wms.floor.picking.model import PickingFacts
from wms.floor.picking.rules import finish, give_up_tote, leave_to_others
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.tasks.decision import DONE, Decision, Note, Outcome, StepResult

CartDecision = Decision[CartPlan, CartProgress]
CartResult = StepResult[CartPlan, CartProgress]

SCAN_TOTE, SCAN_PLACE, SCAN_ITEM, SCAN_INTO = "scan_tote", "scan_place", "scan_item", "scan_into"
SCAN_LARGER, SCAN_RETURNED = "scan_larger", "scan_returned"

ON_THE_WAY = (SCAN_PLACE, SCAN_ITEM, SCAN_INTO)
"""Where one may be once the walk has begun."""


def go_on(
    plan: CartPlan,
    progress: CartProgress,
    note: Note,
    effects: tuple[Effect, ...],
    facts: PickingFacts,
    changed: CartPlan | None = None,
) -> CartDecision:
    """To the next line; or all totes are finished, and the cart goes to packing."""
    if not progress.remaining:
        progress = replace(progress, remaining=progress.late, late=())
    if not progress.remaining:
        return _finished(plan, progress, note, effects, facts, changed)
    now = present(plan, progress)
    if not is_there(plan, progress):
        return Decision(SCAN_PLACE, progress, note, effects, Outcome.COMPLETED, changed)
    step = SCAN_INTO if progress.in_hand >= now.open else SCAN_ITEM
    return Decision(step, progress, note, effects, Outcome.COMPLETED, changed)


def _finished(
    plan: CartPlan,
    progress: CartProgress,
    note: Note,
    effects: tuple[Effect, ...],
    facts: PickingFacts,
    changed: CartPlan | None,
) -> CartDecision:
    on_cart = [(order, tote) for order, tote in zip(plan.orders, progress.totes, strict=True) if tote.on_cart]
    for order, tote in on_cart:
        gone = may_be_cancelled(tote) and facts.is_cancelled(order)
        effects += (give_up_tote if gone else finish)(order, tote.id, tote.taken)
    filled = [tote.code for _, tote in on_cart if any(tote.taken)]
    if filled:
        note = Note("cart_complete", {"count": len(filled), "containers": ", ".join(filled)})
    elif on_cart:
        note = Note("cart_nothing_picked", {"containers": ", ".join(tote.code for _, tote in on_cart)})
    return Decision(DONE, progress, note, effects, Outcome.COMPLETED, changed)


def order_gone(work: CartWork, now: Present, facts: PickingFacts) -> CartResult:
    """The order was cancelled: its tote is free, the cart goes on without it. The scan counted for nothing."""
    effects = give_up_tote(now.order, now.tote.id, now.tote.taken)
    progress = without(work.plan, work.progress, now.pick.order)
    note = Note("cart_order_cancelled", {"order": now.order.order_number, "container": now.tote.code})
    return replace(go_on(work.plan, progress, note, effects, facts), note=note, outcome=Outcome.REFUSED)


def may_be_cancelled(tote: CartTote) -> bool:
    """An order of which something was taken is not cancelled before that is given back."""
    return not any(tote.taken)


def left_to_others(plan: CartPlan, order: int, tote: CartTote, facts: PickingFacts) -> tuple[Effect, ...]:
    """An order of which nothing was taken is not picked from this cart."""
    if facts.is_cancelled(plan.orders[order]):
        return give_up_tote(plan.orders[order], tote.id, tote.taken)
    return leave_to_others(plan.orders[order], tote.id, tote.taken)


def hand_first(work: CartWork) -> Refusal | None:
    """Whoever holds goods puts them somewhere before he does anything else."""
    if work.progress.in_hand == 0:
        return None
    now = present(work.plan, work.progress)
    return Refusal(
        "goods_in_hand", {"n": work.progress.in_hand, "item": now.line.item.name, "container": now.tote.code}
    )
