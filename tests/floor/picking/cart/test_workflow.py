"""The cart as a pure machine: totes, the walk, the product and the tote it goes into, and what goes otherwise."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.floor.practice import Practice, code_of, container, item, place
from wms.containers.model import Container, ContainerKind, ContainerUse, UseContainer
from wms.floor.picking.cart.model import CartPlan, CartProgress, present, untouched
from wms.floor.picking.cart.way import SCAN_INTO, SCAN_ITEM, SCAN_LARGER, SCAN_PLACE, SCAN_RETURNED, SCAN_TOTE
from wms.floor.picking.cart.workflow import cart
from wms.floor.picking.model import PickingFacts, PickLine, PickPlan, Shelf
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, RecordPicked, RecordShort, SetOrderState
from wms.places.model import Place
from wms.stock.model import Move, PlaceHold, VoidHold
from wms.tasks.decision import DONE, Confirm, Decision, Outcome
from wms.tasks.lookahead import look_ahead

A1, A2, A3 = (Place(number, f"A-0{number}", place("A-01").kind, walk_order=number) for number in (1, 2, 3))
RED, BLUE = item("RED"), item("BLUE")
T1, T2, T3, T4 = (container(f"TOT-{number}") for number in (1, 2, 3, 4))


@dataclass
class Known:
    """PickingFacts held in memory."""

    shelves: dict[UUID, Shelf] = field(default_factory=dict)
    elsewhere: tuple[PickLine, ...] = ()
    cancelled: set[str] = field(default_factory=set)

    def shelf(self, line: PickLine) -> Shelf:
        return self.shelves.get(line.hold_id, Shelf(line.quantity, line.quantity))

    def is_cancelled(self, plan: PickPlan) -> bool:
        return plan.order_number in self.cancelled

    def replacements(self, plan: PickPlan, line: PickLine, quantity: int) -> tuple[PickLine, ...]:
        return self.elsewhere


CartPractice = Practice[CartPlan, CartProgress, PickingFacts]


def line(what, where, quantity: int, line_no: int = 1, lot: str = "") -> PickLine:  # type: ignore[no-untyped-def]
    return PickLine(line_no, what, (what.sku_code,), where, uuid7() if lot else NIL, lot, "", quantity, uuid7())


def order(number: str, *lines: PickLine) -> PickPlan:
    return PickPlan(uuid7(), number, "Acme", 90, 91, lines)


def empty_cart(*orders: PickPlan, facts: Known | None = None) -> CartPractice:
    plan = CartPlan(orders)
    return Practice(cart, facts or Known(), plan, untouched(plan), SCAN_TOTE)


def two_orders(facts: Known | None = None) -> CartPractice:
    """41 and 42 both want RED from A-01; 41 wants BLUE from A-02 as well. Both have a tote."""
    pick = empty_cart(
        order("41", line(RED, A1, 2), line(BLUE, A2, 1, 2)),
        order("42", line(RED, A1, 3)),
        facts=facts,
    )
    pick.scans(T1, T2)
    return pick


def effects_of(result: object, kind: type) -> list:  # type: ignore[type-arg]
    assert isinstance(result, Decision)
    return [effect for effect in result.effects if type(effect) is kind]


def scanned_as(tote: Container, use: ContainerUse = ContainerUse.PICKING) -> Container:
    """The tote as it is in use now."""
    return Container(tote.id, tote.code, tote.kind, use)


# -- totes -------------------------------------------------------------------------------------------------------------


def test_each_order_gets_the_next_tote_and_the_last_one_begins_the_walk() -> None:
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(RED, A1, 1)))
    assert pick.workflow.screen(pick.work, SCAN_TOTE).prompt.place == "1"
    first = pick.scans(T1)
    assert (first.note.code, first.note.details["n"], pick.step) == ("tote_on_cart", 1, SCAN_TOTE)
    assert first.effects == (
        UseContainer(T1.id, ContainerUse.EMPTY, ContainerUse.PICKING, None, pick.plan.orders[0].order_id),
    )
    assert pick.workflow.screen(pick.work, SCAN_TOTE).prompt.place == "2"
    last = pick.scans(T2)
    assert (last.note.details["order"], last.outcome, pick.step) == ("42", Outcome.COMPLETED, SCAN_PLACE)


def test_only_an_empty_tote_takes_an_order_in() -> None:
    pick = empty_cart(order("41", line(RED, A1, 1)))
    assert code_of(pick.scan(container("PAL-1", kind=ContainerKind.PALLET))) == "wrong_container"
    assert code_of(pick.scan(container("TOT-9", ContainerUse.PACKING))) == "container_in_use"


@pytest.mark.parametrize(("scan", "step", "said"), [("DONE", SCAN_PLACE, "cart_sets_off"), (A1, SCAN_ITEM, "place_ok")])
def test_fewer_totes_leave_the_other_orders_to_the_next_picker(scan: object, step: str, said: str) -> None:
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(RED, A1, 1)), order("43", line(RED, A1, 1)))
    pick.scans(T1)
    off = pick.scans(scan)
    assert (off.note.code, pick.step) == (said, step)
    assert off.effects == tuple(
        SetOrderState(left.order_id, OrderState.PICKING, OrderState.ALLOCATED) for left in pick.plan.orders[1:]
    )
    assert pick.workflow.screen(pick.work, pick.step).prompt.lines == 1


def test_without_a_tote_or_at_another_place_the_walk_does_not_begin() -> None:
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(RED, A1, 1)))
    assert code_of(pick.scan("DONE")) == "cart_has_no_tote"
    assert code_of(pick.scan(A1)) == "cart_has_no_tote"
    pick.scans(T1)
    assert pick.scan(A2) == Refusal("wrong_place", {"got": "A-02", "want": "A-01"})


def test_a_cancelled_order_gets_no_tote() -> None:
    facts = Known(cancelled={"41"})
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(BLUE, A2, 1)), facts=facts)
    taken = pick.scans(T1)
    assert (taken.note.details["order"], taken.note.details["n"], pick.step) == ("42", 1, SCAN_PLACE)


def test_where_no_order_is_left_the_tote_is_not_needed() -> None:
    facts = Known(cancelled={"42"})
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(RED, A1, 1)), facts=facts)
    pick.scans(T1)
    refused = pick.scans(T2)
    assert (refused.note.code, refused.outcome, refused.effects) == ("no_more_orders", Outcome.REFUSED, ())
    assert pick.step == SCAN_PLACE
    facts.cancelled = {"41", "42"}
    nothing = empty_cart(order("41", line(RED, A1, 1)), order("42", line(RED, A1, 1)), facts=facts)
    assert (nothing.scans(T1).step, nothing.step) == (DONE, DONE)


def test_a_cancelled_order_without_a_tote_is_not_given_to_the_next_picker() -> None:
    facts = Known(cancelled={"42"})
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(RED, A1, 1)), facts=facts)
    pick.scans(T1)
    assert pick.scans("DONE").effects == ()


# -- the walk ----------------------------------------------------------------------------------------------------------


def test_one_place_is_walked_to_once_for_all_orders() -> None:
    pick = two_orders()
    assert pick.scan(A2) == Refusal("wrong_place", {"got": "A-02", "want": "A-01"})
    pick.scans(A1, RED, RED)
    prompt = pick.workflow.screen(pick.work, pick.step).prompt
    assert (pick.step, prompt.place, prompt.to_put, prompt.container) == (SCAN_INTO, "1", 2, "TOT-1")
    put = pick.scans(scanned_as(T1))
    assert put.note.code == "put_into_tote"
    (move,) = effects_of(put, Move)
    assert (move.transfer.quantity, move.transfer.to_container_id, move.transfer.document) == (
        2,
        T1.id,
        pick.plan.orders[0].order_id,
    )
    assert move.transfer.settles == pick.plan.orders[0].lines[0].hold_id
    assert effects_of(put, RecordPicked) == [RecordPicked(pick.plan.orders[0].order_id, 1, 2)]
    assert pick.step == SCAN_ITEM, "the next tote wants the same product: nobody walks"
    pick.scans(RED, RED, RED, scanned_as(T2))
    assert pick.step == SCAN_PLACE
    assert pick.scans(A2, BLUE, scanned_as(T1)).note.code == "cart_complete"


def test_what_all_totes_want_may_be_taken_at_once() -> None:
    pick = two_orders()
    pick.scans(A1)
    assert pick.workflow.screen(pick.work, SCAN_ITEM).prompt.altogether == 5
    taken = pick.scans(item("RED", pack=5))
    assert (taken.note.code, taken.note.details["of"], pick.step) == ("taken_for_tote", 5, SCAN_INTO)
    pick.scans(scanned_as(T1))
    assert (pick.step, pick.progress.in_hand) == (SCAN_INTO, 3)
    pick.scans(scanned_as(T2))
    assert (pick.step, pick.progress.in_hand) == (SCAN_PLACE, 0)


def test_units_are_counted_by_packs_and_numbers_and_never_too_many() -> None:
    pick = two_orders()
    pick.scans(A1)
    assert code_of(pick.scan("QTY", quantity=2)) == "scan_item_first"
    assert code_of(pick.scan(RED)) == "counted"
    assert code_of(pick.scan("QTY", quantity=3)) == "taken_for_tote"
    assert pick.scan(item("RED", pack=2)) == Refusal("over_quantity", {"n": 4, "of": 5, "units": 2, "item": "Red"})


def test_nothing_is_moved_before_the_tote_is_scanned() -> None:
    pick = two_orders()
    pick.scans(A1)
    assert pick.scans(RED).effects == ()


def test_another_tote_another_item_and_another_lot_are_named() -> None:
    pick = empty_cart(order("41", line(RED, A1, 1, lot="L1")), order("42", line(RED, A1, 1, lot="L1")))
    pick.scans(T1, T2, A1)
    assert pick.scan(scanned_as(T1)) == Refusal("nothing_in_hand", {"container": "TOT-1", "item": "Red"})
    assert pick.scan(BLUE) == Refusal("wrong_item", {"got": "Blue", "want": "Red"})
    assert pick.scan(item("RED", lot="L2")) == Refusal("wrong_lot", {"got": "L2", "want": "L1"})
    pick.scans(item("RED", lot="L1"))
    assert pick.scan(scanned_as(T2)) == Refusal("wrong_slot", {"got": 2, "want": 1, "n": 1, "container": "TOT-1"})
    assert pick.scan(BLUE) == Refusal("wrong_item", {"got": "Blue", "want": "Red"})


def test_two_lots_at_one_place_are_not_taken_together() -> None:
    pick = empty_cart(order("41", line(RED, A1, 1, lot="L1")), order("42", line(RED, A1, 1, lot="L2")))
    pick.scans(T1, T2, A1, RED)
    assert code_of(pick.scan(RED)) == "over_quantity"


def test_a_tote_takes_what_is_in_hand_also_before_it_is_all() -> None:
    pick = two_orders()
    pick.scans(A1, RED, scanned_as(T1))
    prompt = pick.workflow.screen(pick.work, pick.step).prompt
    assert (pick.step, prompt.counted, prompt.quantity) == (SCAN_ITEM, 1, 2)
    assert effects_of(pick.scans(RED, scanned_as(T1)), RecordPicked)[0].quantity == 1


def test_every_tote_goes_to_packing_at_the_end() -> None:
    pick = two_orders()
    pick.scans(A1, item("RED", pack=5), scanned_as(T1), scanned_as(T2), A2, BLUE)
    done = pick.scans(scanned_as(T1))
    assert (done.note.code, done.note.details["containers"], done.step) == ("cart_complete", "TOT-1, TOT-2", DONE)
    first, second = (plan.order_id for plan in pick.plan.orders)
    assert effects_of(done, UseContainer) == [
        UseContainer(T1.id, ContainerUse.PICKING, ContainerUse.PACKING, first, first),
        UseContainer(T2.id, ContainerUse.PICKING, ContainerUse.PACKING, second, second),
    ]
    assert {effect.state for effect in effects_of(done, SetOrderState)} == {OrderState.PICKED}


def test_the_path_ahead_reaches_the_end_of_the_walk() -> None:
    pick = two_orders()
    path = look_ahead(cart, pick.work, SCAN_PLACE, 48)
    assert [step.accepts[0] for step in path.steps] == [
        *("LOC-A-01", "RED", "RED", "TOT-1", "RED", "RED", "RED", "TOT-2"),
        *("LOC-A-02", "BLUE", "TOT-1"),
    ]
    assert path.steps[-1].step == DONE


def test_which_tote_comes_next_is_for_the_server_to_say() -> None:
    """Several totes are taken, and the path has one word for any."""
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(RED, A1, 1)))
    assert look_ahead(cart, pick.work, SCAN_TOTE, 48).steps == ()


# -- what does not go as it should -------------------------------------------------------------------------------------


def test_a_skipped_product_comes_again_at_the_end_for_all_totes() -> None:
    pick = two_orders()
    pick.scans(A1)
    assert pick.scans("SKIP").note.code == "skipped"
    pick.scans(A2, BLUE, scanned_as(T1))
    assert [present(pick.plan, pick.progress).line.place, len(pick.progress.remaining)] == [A1, 2]
    assert code_of(pick.scan("SKIP")) == "nothing_else_to_do"
    assert pick.scans(A1, item("RED", pack=5), scanned_as(T1), scanned_as(T2)).note.code == "cart_complete"


def test_goods_in_hand_come_before_anything_else() -> None:
    pick = two_orders()
    pick.scans(A1, RED)
    for card in ("SKIP", "SHORT", "RETURN"):
        assert pick.scan(card) == Refusal("goods_in_hand", {"n": 1, "item": "Red", "container": "TOT-1"})
    pick.scans(RED)
    assert pick.step == SCAN_INTO
    assert code_of(pick.scan("RETURN")) == "goods_in_hand"


def test_short_goes_to_the_order_whose_tote_is_asked_for_and_on_elsewhere() -> None:
    other = line(RED, A3, 1)
    facts = Known(elsewhere=(other,))
    pick = two_orders(facts)
    short = pick.plan.orders[0].lines[0]
    facts.shelves[short.hold_id] = Shelf(on_hand=4, held=4)
    pick.scans(A1, RED, scanned_as(T1))
    assert pick.scan("SHORT") == Confirm("confirm_short", {"missing": 1, "item": "Red", "place": "A-01"})
    result = pick.scan("SHORT")
    assert code_of(result) == "shorted"
    assert effects_of(result, VoidHold) == [VoidHold(short.hold_id)]
    assert effects_of(result, Move)[0].transfer.quantity == 1, "of 4 the other order holds 3"
    assert effects_of(result, PlaceHold)[0].hold.document == pick.plan.orders[0].order_id
    assert effects_of(result, RecordShort) == []
    now = present(pick.plan, pick.progress)
    assert (pick.step, now.tote.code, now.open) == (SCAN_ITEM, "TOT-2", 3), "what others want here comes first"
    pick.scans(item("RED", pack=3), scanned_as(T2), A3, RED, scanned_as(T1))
    assert pick.scans(A2, BLUE, scanned_as(T1)).note.code == "cart_complete"


def test_what_is_nowhere_else_is_left_short_and_its_tote_is_free_at_the_end() -> None:
    pick = two_orders()
    pick.scans(A1, item("RED", pack=2), scanned_as(T1))
    pick.scan("SHORT")
    result = pick.scan("SHORT")
    second = pick.plan.orders[1].order_id
    assert effects_of(result, RecordShort) == [RecordShort(second, 1, 3)]
    done = pick.scans(A2, BLUE, scanned_as(T1))
    assert done.note.details["containers"] == "TOT-1"
    assert UseContainer(T2.id, ContainerUse.PICKING, ContainerUse.EMPTY, second, None) in done.effects
    assert SetOrderState(second, OrderState.PICKING, OrderState.SHORT) in done.effects


def test_short_of_everything_frees_all_totes_and_says_so() -> None:
    pick = empty_cart(order("41", line(RED, A1, 1)))
    pick.scans(T1)
    pick.scan("SHORT")
    done = pick.scan("SHORT")
    assert (code_of(done), pick.step) == ("cart_nothing_picked", DONE)


def test_a_full_tote_is_put_over_into_a_larger_one() -> None:
    pick = two_orders()
    pick.scans(A1, RED, scanned_as(T1), RED)
    assert pick.step == SCAN_INTO
    assert pick.scans("FULL").note.code == "tote_full"
    assert pick.step == SCAN_LARGER
    assert code_of(pick.scan(container("PAL-1", kind=ContainerKind.PALLET))) == "wrong_container"
    changed = pick.scans(T3)
    first = pick.plan.orders[0].order_id
    assert (changed.note.code, pick.step) == ("tote_changed", SCAN_INTO)
    assert effects_of(changed, UseContainer) == [
        UseContainer(T3.id, ContainerUse.EMPTY, ContainerUse.PICKING, None, first),
        UseContainer(T1.id, ContainerUse.PICKING, ContainerUse.EMPTY, first, None),
    ]
    (move,) = effects_of(changed, Move)
    assert (move.transfer.quantity, move.transfer.from_container_id, move.transfer.to_container_id) == (1, T1.id, T3.id)
    assert code_of(pick.scan(scanned_as(T1))) == "wrong_tote"
    pick.scans(scanned_as(T3))


def test_a_full_tote_that_is_empty_by_the_books_is_just_another_one() -> None:
    pick = two_orders()
    pick.scans(A1)
    assert effects_of(pick.scans("FULL", T3), Move) == []
    assert pick.step == SCAN_ITEM


@pytest.mark.parametrize("scans", [(), (RED,), (RED, RED)])
def test_an_order_cancelled_on_the_way_leaves_the_cart_and_the_others_go_on(scans: tuple[object, ...]) -> None:
    facts = Known()
    pick = two_orders(facts)
    pick.scans(A1, *scans)
    facts.cancelled = {"41"}
    gone = pick.scans(scanned_as(T1) if len(scans) == 2 else RED)
    assert (gone.note.code, gone.outcome) == ("cart_order_cancelled", Outcome.REFUSED)
    first = pick.plan.orders[0].order_id
    assert gone.effects == (UseContainer(T1.id, ContainerUse.PICKING, ContainerUse.EMPTY, first, None),)
    assert {pick_.order for pick_ in pick.progress.remaining} == {1}
    assert pick.progress.in_hand == len(scans), "the next tote wants them"
    rest = 3 - len(scans)
    done = pick.scans(*(RED for _ in range(rest)), scanned_as(T2))
    assert (done.note.code, done.note.details["containers"]) == ("cart_complete", "TOT-2")


def test_goods_for_a_cancelled_order_alone_go_back_to_the_shelf() -> None:
    facts = Known()
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(BLUE, A1, 1)), facts=facts)
    pick.scans(T1, T2, A1)
    now = present(pick.plan, pick.progress)
    pick.scans(now.line.item)
    facts.cancelled = {now.order.order_number}
    assert code_of(pick.scan(scanned_as(T1 if now.tote.code == "TOT-1" else T2))) == "cart_order_cancelled"
    assert (pick.progress.in_hand, pick.step) == (0, SCAN_ITEM)


def test_short_of_a_cancelled_order_promises_nothing_anew() -> None:
    facts = Known(elsewhere=(line(RED, A3, 2),))
    pick = two_orders(facts)
    pick.scan("SHORT")
    facts.cancelled = {"41"}
    gone = pick.scan("SHORT")
    assert code_of(gone) == "cart_order_cancelled"
    assert effects_of(gone, PlaceHold) == []


def test_where_the_last_order_is_cancelled_the_task_ends() -> None:
    facts = Known()
    pick = empty_cart(order("41", line(RED, A1, 1)), facts=facts)
    pick.scans(T1, A1)
    facts.cancelled = {"41"}
    assert (code_of(pick.scan(RED)), pick.step) == ("cart_order_cancelled", DONE)


def test_an_order_cancelled_after_all_of_it_was_short_does_not_stop_the_end() -> None:
    facts = Known()
    pick = two_orders(facts)
    pick.scans(A1, item("RED", pack=2), scanned_as(T1))
    pick.scan("SHORT")
    pick.scan("SHORT")
    facts.cancelled = {"42"}
    done = pick.scans(A2, BLUE, scanned_as(T1))
    second = pick.plan.orders[1].order_id
    assert UseContainer(T2.id, ContainerUse.PICKING, ContainerUse.EMPTY, second, None) in done.effects
    assert all(effect.order_id != second for effect in effects_of(done, SetOrderState))


def test_before_the_walk_all_orders_are_given_back() -> None:
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(RED, A1, 1)))
    pick.scans(T1)
    done = pick.scans("RETURN")
    assert (done.note.code, done.note.details["count"], done.step) == ("cart_given_back", 2, DONE)
    assert effects_of(done, UseContainer)[0].use is ContainerUse.EMPTY
    assert [effect.state for effect in effects_of(done, SetOrderState)] == [OrderState.ALLOCATED] * 2


def test_on_the_way_a_tote_says_which_order_is_given_back() -> None:
    pick = two_orders()
    pick.scans(A1, item("RED", pack=2), scanned_as(T1))
    assert pick.scans("RETURN").note.code == "scan_tote_to_return"
    assert pick.step == SCAN_RETURNED
    assert code_of(pick.scan(T4)) == "not_on_cart"
    assert pick.scan(scanned_as(T1)) == Confirm("confirm_return", {"order": "41", "units": 2, "container": "TOT-1"})
    back = pick.scan(scanned_as(T1))
    assert code_of(back) == "goods_given_back"
    first = pick.plan.orders[0].order_id
    assert effects_of(back, RecordPicked) == [RecordPicked(first, 1, -2)]
    assert effects_of(back, RecordShort) == [RecordShort(first, 1, 2), RecordShort(first, 2, 1)]
    assert effects_of(back, UseContainer) == [
        UseContainer(T1.id, ContainerUse.PICKING, ContainerUse.PUTAWAY, first, first)
    ]
    assert pick.step == SCAN_ITEM
    assert pick.scans(item("RED", pack=3), scanned_as(T2)).note.code == "cart_complete"


def test_an_untouched_order_is_given_back_without_a_question() -> None:
    pick = two_orders()
    pick.scans("RETURN")
    back = pick.scans(scanned_as(T2))
    second = pick.plan.orders[1].order_id
    assert back.note.code == "cart_order_given_back"
    assert back.effects == (
        UseContainer(T2.id, ContainerUse.PICKING, ContainerUse.EMPTY, second, None),
        SetOrderState(second, OrderState.PICKING, OrderState.ALLOCATED),
    )


def test_whoever_comes_back_begins_at_the_shelf_with_what_is_in_no_tote() -> None:
    pick = two_orders()
    pick.scans(A1, RED, scanned_as(T1), RED)
    assert cart.resume is not None
    back = cart.resume(pick.work, pick.step, pick.facts)
    assert isinstance(back, Decision)
    assert (back.note.code, back.note.details, back.step) == (
        "goods_not_put",
        {"n": 1, "item": "Red", "place": "A-01"},
        SCAN_PLACE,
    )
    assert (back.progress.in_hand, back.progress.totes[0].taken) == (0, (1, 0))
    assert back.effects == ()


@pytest.mark.parametrize("card", ["FULL", "RETURN"])
def test_a_question_that_nobody_answered_is_not_asked_again(card: str) -> None:
    pick = two_orders()
    pick.scans(A1, card)
    assert cart.resume is not None
    back = cart.resume(pick.work, pick.step, pick.facts)
    assert isinstance(back, Decision)
    assert (back.note.code, back.step, back.progress) == ("task_resumed", SCAN_ITEM, pick.progress)


def test_totes_are_gone_on_with_where_they_were_left() -> None:
    pick = empty_cart(order("41", line(RED, A1, 1)), order("42", line(RED, A1, 1)))
    pick.scans(T1)
    assert cart.resume is not None
    assert cart.resume(pick.work, pick.step, pick.facts) is None


def test_the_goods_of_this_line_are_meant_where_merchants_share_a_barcode() -> None:
    pick = two_orders()
    assert cart.ours is not None
    assert cart.ours(pick.work, RED)
    assert not cart.ours(pick.work, BLUE)
    assert not cart.ours(pick.work, A1)


an_order = some.lists(
    some.tuples(some.sampled_from([RED, BLUE]), some.sampled_from([A1, A2, A3]), some.integers(1, 4)),
    min_size=1,
    max_size=3,
)


@settings(deadline=None, max_examples=60)
@given(some.lists(an_order, min_size=1, max_size=3), some.data())
def test_whatever_happens_every_unit_is_accounted_for_in_its_own_order(
    wanted: list[list[tuple]],  # type: ignore[type-arg]
    data: some.DataObject,
) -> None:
    orders = [
        order(str(number), *(line(what, where, units, at) for at, (what, where, units) in enumerate(lines, start=1)))
        for number, lines in enumerate(wanted)
    ]
    pick = empty_cart(*orders)
    totes = dict(zip((one.order_id for one in orders), (T1, T2, T3), strict=False))
    pick.scans(*totes.values())
    units = {one.order_id: 0 for one in orders}
    for _ in range(300):
        if pick.step == DONE:
            break
        now = present(pick.plan, pick.progress)
        move = data.draw(some.sampled_from(["go on", "go on", "go on", "one more", "skip", "short"]))
        if move == "skip":
            result = pick.scan("SKIP")
        elif move == "short":
            pick.scan("SHORT")
            result = pick.scan("SHORT")
        elif pick.step == SCAN_PLACE:
            result = pick.scan(now.line.place)
        elif pick.step == SCAN_INTO and move == "go on":
            result = pick.scan(scanned_as(totes[now.order.order_id]))
        else:
            result = pick.scan(now.line.item)
        if isinstance(result, Decision):
            for effect in (*effects_of(result, RecordPicked), *effects_of(result, RecordShort)):
                units[effect.order_id] += effect.quantity
    assert pick.step == DONE
    assert units == {one.order_id: sum(each.quantity for each in one.lines) for one in orders}
