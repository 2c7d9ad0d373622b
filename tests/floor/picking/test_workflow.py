"""Picking as a pure machine: tote, place, units; short, skip, give back."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.floor.practice import Practice, code_of, container, item, place
from wms.containers.model import ContainerKind, ContainerUse, UseContainer
from wms.floor.picking.model import PickingFacts, PickLine, PickPlan, Shelf
from wms.floor.picking.workflow import SCAN_ITEM, SCAN_PLACE, SCAN_TOTE, PickProgress, picking
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, RecordPicked, RecordShort, SetOrderState
from wms.stock.model import Move, PlaceHold, VoidHold
from wms.tasks.decision import DONE, Confirm, Decision, Outcome

A1, A2, A3 = place("A-01"), place("A-02"), place("A-03")
RED, BLUE = item("RED"), item("BLUE")
TOTE = container("TOT-1")
ORDER = uuid7()


@dataclass
class Known:
    """PickingFacts held in memory."""

    shelves: dict[UUID, Shelf] = field(default_factory=dict)
    elsewhere: tuple[PickLine, ...] = ()
    cancelled: bool = False

    def shelf(self, line: PickLine) -> Shelf:
        return self.shelves.get(line.hold_id, Shelf(line.quantity, line.quantity))

    def is_cancelled(self, plan: PickPlan) -> bool:
        return self.cancelled

    def replacements(self, plan: PickPlan, line: PickLine, quantity: int) -> tuple[PickLine, ...]:
        return self.elsewhere


PickPractice = Practice[PickPlan, PickProgress, PickingFacts]


def line(what, where, quantity: int, line_no: int = 1, lot: str = "") -> PickLine:  # type: ignore[no-untyped-def]
    return PickLine(line_no, what, (what.sku_code,), where, uuid7() if lot else NIL, lot, "", quantity, uuid7())


def task(*lines: PickLine, facts: Known | None = None) -> PickPractice:
    plan = PickPlan(ORDER, "42", "Acme", 90, 91, lines)
    progress = PickProgress(tuple(range(len(lines))), tuple(0 for _ in lines))
    return Practice(picking, facts or Known(), plan, progress, SCAN_TOTE)


def at_shelf(*lines: PickLine, facts: Known | None = None) -> PickPractice:
    """The tote is taken and the picker stands at the first place."""
    pick = task(*lines, facts=facts)
    pick.scans(TOTE, lines[0].place)
    return pick


def effects_of(result: object, kind: type) -> list:  # type: ignore[type-arg]
    assert isinstance(result, Decision)
    return [effect for effect in result.effects if type(effect) is kind]


def test_an_empty_tote_takes_the_order_in() -> None:
    pick = task(line(RED, A1, 2))
    taken = pick.scans(TOTE)
    assert taken.note.code == "container_taken"
    assert taken.effects == (UseContainer(TOTE.id, ContainerUse.EMPTY, ContainerUse.PICKING, None, ORDER),)
    assert pick.step == SCAN_PLACE


def test_a_pallet_or_a_tote_in_use_does_not() -> None:
    pick = task(line(RED, A1, 2))
    assert code_of(pick.scan(container("PAL-1", kind=ContainerKind.PALLET))) == "wrong_container"
    assert code_of(pick.scan(container("TOT-2", ContainerUse.PACKING))) == "container_in_use"
    assert pick.step == SCAN_TOTE


def test_a_cancelled_order_takes_no_tote() -> None:
    pick = task(line(RED, A1, 2), facts=Known(cancelled=True))
    assert code_of(pick.scan(TOTE)) == "order_cancelled"


def test_the_right_place_is_asked_for() -> None:
    pick = task(line(RED, A1, 2))
    pick.scans(TOTE)
    refused = pick.scan(A2)
    assert refused == Refusal("wrong_place", {"got": "A-02", "want": "A-01"})
    assert pick.scans(A1).note.code == "place_ok"


def test_every_unit_is_moved_by_its_own_scan() -> None:
    pick = at_shelf(line(RED, A1, 2), line(BLUE, A2, 1, 2))
    first = pick.scans(RED)
    assert first.note.code == "counted"
    (move,) = effects_of(first, Move)
    assert (move.transfer.quantity, move.transfer.from_place_id, move.transfer.settles) == (
        1,
        A1.id,
        pick.plan.lines[0].hold_id,
    )
    second = pick.scans(RED)
    assert (second.note.code, second.outcome, pick.step) == ("line_done", Outcome.COMPLETED, SCAN_PLACE)


def test_a_pack_counts_its_units_and_may_not_be_too_many() -> None:
    pick = at_shelf(line(RED, A1, 15))
    assert effects_of(pick.scan(item("RED", pack=12)), RecordPicked)[0].quantity == 12
    refused = pick.scan(item("RED", pack=12))
    assert refused == Refusal("over_quantity", {"n": 12, "of": 15, "units": 12, "item": "Red"})


def test_a_number_comes_after_the_first_unit() -> None:
    pick = at_shelf(line(RED, A1, 5))
    assert code_of(pick.scan("QTY", quantity=4)) == "scan_item_first"
    pick.scans(RED)
    assert code_of(pick.scan("QTY", quantity=5)) == "over_quantity"
    assert code_of(pick.scan("QTY", quantity=4)) == "task_complete"


def test_another_item_or_another_lot_is_named() -> None:
    pick = at_shelf(line(RED, A1, 1, lot="L1"))
    assert pick.scan(BLUE) == Refusal("wrong_item", {"got": "Blue", "want": "Red"})
    assert pick.scan(item("BLUE", lot="L1")) == Refusal("wrong_item", {"got": "Blue", "want": "Red"})
    assert pick.scan(item("RED", lot="L2")) == Refusal("wrong_lot", {"got": "L2", "want": "L1"})
    assert pick.scan(item("RED", lot="L1")).__class__ is Decision


def test_the_next_line_at_the_same_place_needs_no_second_place_scan() -> None:
    pick = at_shelf(line(RED, A1, 1), line(BLUE, A1, 1, 2))
    pick.scans(RED)
    assert pick.step == SCAN_ITEM


def test_the_last_unit_brings_the_tote_to_packing() -> None:
    pick = at_shelf(line(RED, A1, 1))
    done = pick.scans(RED)
    assert (done.note.code, done.step) == ("task_complete", DONE)
    assert effects_of(done, UseContainer)[0].use is ContainerUse.PACKING
    assert effects_of(done, SetOrderState)[0].state is OrderState.PICKED


def test_a_skipped_line_comes_again_with_what_was_taken() -> None:
    pick = at_shelf(line(RED, A1, 2), line(BLUE, A2, 1, 2))
    pick.scans(RED)
    assert pick.scans("SKIP").note.code == "skipped"
    pick.scans(A2, BLUE)
    assert pick.progress.remaining == (0,)
    assert code_of(pick.scan("SKIP")) == "nothing_else_to_do"
    assert pick.scans(A1, RED).note.code == "task_complete"


def test_skipping_within_one_place_stays_at_it() -> None:
    pick = at_shelf(line(RED, A1, 1), line(BLUE, A1, 1, 2))
    pick.scans("SKIP")
    assert (pick.step, pick.progress.remaining) == (SCAN_ITEM, (1, 0))


def test_short_is_asked_twice_and_goes_on_elsewhere() -> None:
    first, other = line(RED, A1, 3), line(RED, A3, 2)
    facts = Known({first.hold_id: Shelf(on_hand=7, held=5)}, (other,))
    pick = at_shelf(first, line(BLUE, A2, 1, 2), facts=facts)
    pick.scans(RED)
    asked = pick.scan("SHORT")
    assert asked == Confirm("confirm_short", {"missing": 2, "item": "Red", "place": "A-01"})
    result = pick.scan("SHORT")
    assert code_of(result) == "shorted"
    assert effects_of(result, VoidHold) == [VoidHold(first.hold_id)]
    # Of 7 on the shelf others hold 5 - 2 = 3: the 4 nobody holds are not there.
    assert effects_of(result, Move)[0].transfer.quantity == 4
    assert effects_of(result, PlaceHold)[0].hold.quantity == 2
    assert not effects_of(result, RecordShort)
    assert pick.step == SCAN_PLACE
    assert pick.plan.lines[pick.progress.remaining[0]].place == A3
    assert pick.scans(A3, RED, RED, A2, BLUE).note.code == "task_complete"


def test_what_is_nowhere_else_is_left_short() -> None:
    pick = at_shelf(line(RED, A1, 3), line(BLUE, A2, 1, 2))
    pick.scan("SHORT")
    result = pick.scan("SHORT")
    assert effects_of(result, RecordShort) == [RecordShort(ORDER, 1, 3)]
    assert pick.progress.remaining == (1,)


def test_short_can_be_said_before_walking_there() -> None:
    pick = task(line(RED, A1, 3), line(BLUE, A2, 1, 2))
    pick.scans(TOTE)
    pick.scan("SHORT")
    assert code_of(pick.scan("SHORT")) == "shorted"


def test_short_of_everything_frees_the_tote_and_says_so() -> None:
    pick = at_shelf(line(RED, A1, 3))
    pick.scan("SHORT")
    done = pick.scan("SHORT")
    assert code_of(done) == "nothing_picked"
    assert effects_of(done, UseContainer)[0].use is ContainerUse.EMPTY
    assert effects_of(done, SetOrderState)[0].state is OrderState.SHORT


def test_short_of_a_cancelled_order_promises_nothing_anew() -> None:
    facts = Known(elsewhere=(line(RED, A3, 3),))
    pick = at_shelf(line(RED, A1, 3), facts=facts)
    pick.scan("SHORT")
    facts.cancelled = True
    assert code_of(pick.scan("SHORT")) == "order_cancelled"


def test_a_cancelled_order_ends_the_task_and_frees_the_tote() -> None:
    without_tote = task(line(RED, A1, 3))
    assert picking.endings["order_cancelled"](without_tote.work) == ()
    with_tote = at_shelf(line(RED, A1, 3))
    (freed,) = picking.endings["order_cancelled"](with_tote.work)
    assert freed == UseContainer(TOTE.id, ContainerUse.PICKING, ContainerUse.EMPTY, ORDER, None)
    with_tote.scans(RED)
    (to_putaway,) = picking.endings["order_cancelled"](with_tote.work)
    assert to_putaway == UseContainer(TOTE.id, ContainerUse.PICKING, ContainerUse.PUTAWAY, ORDER, ORDER)


def test_an_untouched_order_is_given_back_to_the_next_picker() -> None:
    pick = at_shelf(line(RED, A1, 3))
    done = pick.scans("RETURN")
    assert (done.note.code, done.step) == ("order_given_back", DONE)
    assert done.effects == (
        UseContainer(TOTE.id, ContainerUse.PICKING, ContainerUse.EMPTY, ORDER, None),
        SetOrderState(ORDER, OrderState.PICKING, OrderState.ALLOCATED),
    )


def test_an_order_without_a_tote_is_given_back_too() -> None:
    assert effects_of(task(line(RED, A1, 3)).scan("RETURN"), UseContainer) == []


def test_picked_goods_are_given_back_through_putaway() -> None:
    red, blue = line(RED, A1, 2), line(BLUE, A2, 1, 2)
    pick = at_shelf(red, blue)
    pick.scans(RED)
    assert pick.scan("RETURN") == Confirm("confirm_return", {"order": "42", "units": 1, "container": "TOT-1"})
    done = pick.scan("RETURN")
    assert code_of(done) == "goods_given_back"
    assert effects_of(done, RecordPicked) == [RecordPicked(ORDER, 1, -1)]
    assert effects_of(done, RecordShort) == [RecordShort(ORDER, 1, 2), RecordShort(ORDER, 2, 1)]
    assert effects_of(done, VoidHold) == [VoidHold(red.hold_id), VoidHold(blue.hold_id)]
    assert effects_of(done, UseContainer)[0].use is ContainerUse.PUTAWAY
    assert effects_of(done, SetOrderState)[0].state is OrderState.SHORT


def test_the_goods_of_this_line_are_meant_where_merchants_share_a_barcode() -> None:
    pick = at_shelf(line(RED, A1, 2))
    assert picking.ours is not None
    assert picking.ours(pick.work, RED)
    assert not picking.ours(pick.work, BLUE)
    assert not picking.ours(pick.work, A1)


@pytest.mark.parametrize("verb", ["DONE", "FULL", "CLOSE"])
def test_other_cards_mean_nothing_here(verb: str) -> None:
    assert code_of(at_shelf(line(RED, A1, 2)).scan(verb)) == "unknown_command"


a_line = some.tuples(some.sampled_from([RED, BLUE]), some.sampled_from([A1, A2, A3]), some.integers(1, 4))


@settings(deadline=None)
@given(some.lists(a_line, min_size=1, max_size=6), some.data())
def test_whatever_is_picked_or_short_every_unit_is_accounted_for(
    wanted: list[tuple],
    data: some.DataObject,  # type: ignore[type-arg]
) -> None:
    lines = [line(what, where, quantity, number) for number, (what, where, quantity) in enumerate(wanted, start=1)]
    pick = task(*lines)
    pick.scans(TOTE)
    picked = short = 0
    for _ in range(200):
        if pick.step == DONE:
            break
        now = pick.plan.lines[pick.progress.remaining[0]]
        move = data.draw(some.sampled_from(["go on", "go on", "go on", "skip", "short"]))
        if move == "skip":
            result = pick.scan("SKIP")
        elif move == "short":
            pick.scan("SHORT")
            result = pick.scan("SHORT")
        else:
            result = pick.scan(now.place if pick.step == SCAN_PLACE else now.item)
        if isinstance(result, Decision):
            picked += sum(effect.quantity for effect in effects_of(result, RecordPicked))
            short += sum(effect.quantity for effect in effects_of(result, RecordShort))
    assert pick.step == DONE
    assert picked + short == sum(quantity for _, _, quantity in wanted)
    assert sum(pick.progress.taken) == picked
