"""Putaway as a pure machine: container, item in hand, place; partly, elsewhere, missing."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as some

from tests.floor.practice import Practice, code_of, container, item, place
from wms.catalogue.model import Item
from wms.containers.model import Container, ContainerKind, ContainerUse, UseContainer
from wms.floor.putaway.workflow import (
    SCAN_CONTAINER,
    SCAN_ITEM,
    SCAN_PLACE,
    PutawayFacts,
    PutawayLine,
    PutawayPlan,
    PutawayProgress,
    first_hand,
    putaway,
    take_container,
)
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.places.model import Place, PlaceKind
from wms.stock.model import Move, Reason
from wms.tasks.decision import DONE, Confirm, Decision

A1, A2, KEPT = place("A-01"), place("A-02"), place("A-09")
RED, BLUE = item("RED"), item("BLUE")
PALLET = container("PAL-1", ContainerUse.PUTAWAY, ContainerKind.PALLET)
NOTICE = uuid7()
LOST = 91


@dataclass(frozen=True)
class Known:
    """PutawayFacts: one place is kept for somebody else."""

    def is_kept_for_another(self, place: Place, merchant_id: int) -> bool:
        return place == KEPT


Task = Practice[PutawayPlan, PutawayProgress, PutawayFacts]


def line(what: Item, quantity: int, to: Place, lot: str = "") -> PutawayLine:
    return PutawayLine(what, (what.sku_code,), uuid7() if lot else NIL, lot, "", quantity, to)


def task(*lines: PutawayLine) -> Task:
    plan = PutawayPlan(PALLET.id, PALLET.code, NOTICE, 80, LOST, lines)
    return Practice(putaway, Known(), plan, PutawayProgress(tuple(0 for _ in lines)), SCAN_CONTAINER)


def begun(*lines: PutawayLine) -> Task:
    practice = task(*lines)
    practice.scans(PALLET)
    return practice


def moved(result: object) -> list[tuple[int, int]]:
    assert isinstance(result, Decision)
    return [
        (effect.transfer.quantity, effect.transfer.to_place_id) for effect in result.effects if isinstance(effect, Move)
    ]


def test_putaway_takes_the_container_away_from_receiving() -> None:
    plan = task(line(RED, 5, A1)).plan
    assert take_container(plan) == UseContainer(
        PALLET.id, ContainerUse.PUTAWAY, ContainerUse.PUTAWAY, NOTICE, PALLET.id
    )


def test_the_right_container_is_asked_for() -> None:
    putting = task(line(RED, 5, A1))
    other = Container(uuid7(), "PAL-2", ContainerKind.PALLET, ContainerUse.PUTAWAY)
    assert putting.scan(other) == Refusal("wrong_container", {"got": "PAL-2", "want": "PAL-1"})
    assert putting.scans(PALLET).note.code == "container_taken"


def test_one_line_goes_straight_to_its_place() -> None:
    putting = begun(line(RED, 5, A1))
    done = putting.scans(A1)
    assert (done.note.code, done.step, moved(done)) == ("putaway_complete", DONE, [(5, A1.id)])
    assert done.effects[-1] == UseContainer(PALLET.id, ContainerUse.PUTAWAY, ContainerUse.EMPTY, PALLET.id, None)


def test_a_mixed_pallet_is_put_away_in_any_sequence() -> None:
    putting = begun(line(RED, 5, A1), line(BLUE, 2, A2))
    assert putting.step == SCAN_ITEM
    assert putting.scans(BLUE).note.code == "item_in_hand"
    put = putting.scans(A2)
    assert (put.note.code, putting.step) == ("put_away", SCAN_PLACE), "the last line needs no item scan"
    assert putting.scans(A1).step == DONE


def test_what_is_not_on_it_is_named() -> None:
    putting = begun(line(RED, 5, A1, lot="L1"), line(BLUE, 2, A2))
    assert putting.scan(item("GREEN")) == Refusal("not_in_container", {"got": "Green", "container": "PAL-1"})
    assert code_of(putting.scan(item("RED", lot="L2"))) == "not_in_container"
    assert code_of(putting.scan(item("RED", lot="L1"))) == "item_in_hand"


def test_only_some_go_to_a_place_and_the_rest_follows() -> None:
    putting = begun(line(RED, 5, A1))
    assert code_of(putting.scan("QTY", quantity=6)) == "over_quantity"
    assert code_of(putting.scan("QTY", quantity=2)) == "quantity_set"
    assert moved(putting.scans(A1)) == [(2, A1.id)]
    putting.scan(A2)
    assert moved(putting.scans(A2)) == [(3, A2.id)]
    assert putting.step == DONE


def test_another_shelf_is_asked_for_twice() -> None:
    putting = begun(line(RED, 5, A1))
    assert putting.scan(A2) == Confirm("confirm_other_place", {"got": "A-02", "want": "A-01"})
    assert moved(putting.scan(A2)) == [(5, A2.id)]


def test_what_is_no_shelf_or_kept_for_another_is_never_taken() -> None:
    putting = begun(line(RED, 5, A1))
    for _ in range(2):
        assert code_of(putting.scan(place("LANE-1", PlaceKind.LANE))) == "place_not_allowed"
        assert code_of(putting.scan(KEPT)) == "place_of_another_merchant"


def test_a_container_that_cannot_be_found_waits_for_somebody_else() -> None:
    left = task(line(RED, 5, A1)).scans("SKIP")
    assert (left.note.code, left.step) == ("container_left", DONE)
    assert left.effects == (UseContainer(PALLET.id, ContainerUse.PUTAWAY, ContainerUse.PUTAWAY, PALLET.id, NOTICE),)


def test_missing_units_are_written_down_after_a_second_scan() -> None:
    putting = begun(line(RED, 5, A1), line(BLUE, 2, A2))
    putting.scans(RED)
    putting.scan("QTY", quantity=4)
    putting.scans(A1)
    assert putting.scan("SHORT") == Confirm("confirm_short", {"missing": 1, "item": "Red", "place": "PAL-1"})
    short = putting.scans("SHORT")
    assert (short.note.code, moved(short), putting.step) == ("shorted", [(1, LOST)], SCAN_PLACE)
    assert putting.scans(A2).step == DONE


def test_the_last_missing_line_frees_the_container() -> None:
    putting = begun(line(RED, 5, A1))
    putting.scan("SHORT")
    done = putting.scans("SHORT")
    assert (done.step, moved(done)) == (DONE, [(5, LOST)])
    assert isinstance(done.effects[-1], UseContainer)


def test_short_before_any_item_means_the_item_on_the_screen() -> None:
    putting = begun(line(RED, 5, A1), line(BLUE, 2, A2))
    putting.scan("SHORT")
    short = putting.scans("SHORT")
    assert short.note.details["item"] == "Red"
    (move,) = [effect for effect in short.effects if isinstance(effect, Move)]
    assert move.transfer.reason is Reason.SHORT


def test_goods_on_the_container_are_meant_where_merchants_share_a_barcode() -> None:
    assert putaway.ours is not None
    work = task(line(RED, 5, A1)).work
    assert putaway.ours(work, RED)
    assert not putaway.ours(work, BLUE)


def test_a_single_line_is_in_hand_at_once() -> None:
    plan = task(line(RED, 5, A1)).plan
    assert first_hand(plan, (2,)) == (SCAN_PLACE, PutawayProgress((2,), 0, 3))


a_move = some.sampled_from(["put", "put", "some", "short"])


@given(
    some.lists(some.tuples(some.sampled_from([RED, BLUE]), some.integers(1, 5)), min_size=1, max_size=4), some.data()
)
def test_every_unit_leaves_the_container_once(wanted: list[tuple[Item, int]], data: some.DataObject) -> None:
    putting = begun(*(line(what, quantity, A1) for what, quantity in wanted))
    left = 0
    for _ in range(100):
        if putting.step == DONE:
            break
        if putting.step == SCAN_ITEM:
            putting.scan(RED if data.draw(some.booleans()) else _open(putting))
            continue
        move = data.draw(a_move)
        if move == "some":
            putting.scan("QTY", quantity=1)
        elif move == "short":
            putting.scan("SHORT")
            left += sum(units for units, _ in moved(putting.scan("SHORT")))
        else:
            left += sum(units for units, _ in moved(putting.scans(A1)))
    assert putting.step == DONE
    assert left == sum(quantity for _, quantity in wanted)


def _open(putting: Task) -> Item:
    lines = zip(putting.plan.lines, putting.progress.put, strict=True)
    return next(line.item for line, put in lines if put < line.quantity)
