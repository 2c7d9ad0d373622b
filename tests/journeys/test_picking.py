"""Picking in scans: short and elsewhere, cancelled, given back, skipped, two pickers at once."""

from tests.support.floor import Floor, Handheld, case_of_red
from tests.support.threads import together
from wms.kernel.refusal import Refusal
from wms.orders.lookup import orders_by_number
from wms.orders.model import Order, OrderState
from wms.orders.promises import allocate_order
from wms.orders.service import cancel_order


def order_of(floor: Floor, number: str) -> Order:
    return floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, number)[0])


def cancel(floor: Floor, number: str) -> Refusal | None:
    order = order_of(floor, number)
    return floor.database.in_transaction(
        lambda session: cancel_order(session, floor.warehouse_id, order.id, now=floor.clock.now())
    )


def test_a_short_shelf_is_written_down_and_the_rest_found_elsewhere(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5\nA-03 RED 4\nA-02 BLUE 1")
    floor.order("41", RED=2)
    floor.order("42", RED=3, BLUE=1)
    other, hand = floor.handheld("EMP-2"), floor.handheld("EMP-3")
    other.scans("T-1")
    hand.scans("T-2", "A-01", "RED")
    asked = hand.scan("*SHORT*")
    assert asked["message"]["title"] == "2 × Red brush missing on A-01?"
    found = hand.scan("*SHORT*")
    assert (found["code"], found["details"]["elsewhere"], found["screen"]["where"]) == ("shorted", 2, "A-03")
    floor.stock.is_now("A-01 RED 2 held 2\nA-02 BLUE 1 held 1\nA-03 RED 4 held 2\nBUFFER/TOT-2 RED 1")
    hand.scans("A-03", "RED", "RED", "A-02", "BLUE")
    other.scans("A-01", "RED", "RED")
    order = order_of(floor, "42")
    assert [(line.picked, line.short) for line in order.lines] == [(3, 0), (1, 0)]


def test_what_is_nowhere_is_short_and_the_rest_is_picked(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5\nA-02 BLUE 1")
    floor.order("42", RED=3, BLUE=1)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1")
    hand.scan("*SHORT*")
    hand.scans("*SHORT*", "A-02", "BLUE")
    order = order_of(floor, "42")
    assert order.state is OrderState.PICKED
    assert [(line.picked, line.short) for line in order.lines] == [(0, 3), (1, 0)]
    floor.stock.is_now("BUFFER/TOT-1 BLUE 1")


def test_an_order_of_which_nothing_is_there_frees_its_tote(floor: Floor) -> None:
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1", "A-01")
    hand.scan("*SHORT*")
    done = hand.scan("*SHORT*")
    assert (done["code"], done["task"]) == ("nothing_picked", None)
    assert order_of(floor, "42").state is OrderState.SHORT
    floor.put_stock("A-02 RED 1")
    floor.database.in_transaction(
        lambda session: allocate_order(session, floor.warehouse_id, order_of(floor, "42").id, now=floor.clock.now())
    )
    assert hand.scan("T-1")["code"] == "order_opened", "tote and order can be taken again"


def test_an_order_cancelled_before_its_first_unit_lets_the_picker_go(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5\nA-02 RED 5")
    floor.order("41", RED=2)
    floor.order("42", RED=2)
    at_shelf, at_short, at_tote = (floor.handheld(badge) for badge in ("EMP-1", "EMP-2", "EMP-3"))
    floor.order("43", RED=1)
    at_shelf.scans("T-1", "A-01")
    at_short.scans("T-2", "A-01")
    at_tote.scans("*PICK*")
    at_short.scan("*SHORT*")
    for number in ("41", "42", "43"):
        assert cancel(floor, number) is None

    for hand, text in ((at_shelf, "RED"), (at_short, "*SHORT*"), (at_tote, "T-3")):
        reply = hand.scan(text)
        assert (reply["outcome"], reply["code"], reply["task"]) == ("refused", "order_cancelled", None)
    floor.stock.is_now("A-01 RED 5\nA-02 RED 5")
    floor.order("44", RED=1)
    assert at_shelf.scan("T-1")["code"] == "order_opened", "the tote is free again"
    assert at_shelf.scan("*NEXT*")["code"] == "unknown_command"


def test_an_order_to_be_cancelled_while_picked_is_given_back_first(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1", "A-01", "RED")
    refusal = cancel(floor, "42")
    assert refusal is not None
    assert refusal.code == "order_picked_already"

    asked = hand.scan("*RETURN*")
    assert (asked["outcome"], asked["code"]) == ("confirm", "confirm_return")
    assert asked["message"]["title"] == "Give 42 back? 1 units go back to the shelves in TOT-1."
    assert hand.scan("*RETURN*")["code"] == "goods_given_back"
    order = order_of(floor, "42")
    assert order.state is OrderState.SHORT
    assert [(line.allocated, line.picked, line.short) for line in order.lines] == [(0, 0, 2), (0, 0, 1)]
    floor.stock.is_now("A-01 RED 4\nA-02 BLUE 5\nBUFFER/TOT-1 RED 1")
    assert cancel(floor, "42") is None

    assert hand.scan("T-1")["code"] == "container_taken"
    assert hand.scan("A-01")["code"] == "putaway_complete"
    floor.stock.is_now("A-01 RED 5\nA-02 BLUE 5")


def test_an_untouched_order_goes_to_the_next_picker(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=2)
    hand, other = floor.handheld("EMP-2"), floor.handheld("EMP-3")
    hand.scans("T-1")
    assert hand.scan("*RETURN*")["code"] == "order_given_back"
    other.scans("T-1", "A-01", "RED", "RED")
    assert hand.scan("*UNDO*")["code"] in ("order_moved_on", "container_in_use")


def test_skip_and_the_same_place_twice(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5\nA-01 BLUE 5\nA-02 GREEN 1")
    floor.order("42", RED=1, BLUE=1, GREEN=1)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1")
    hand.scans("*SKIP*")
    hand.scans("A-01", hand.screen["what"].split()[0].upper())
    assert hand.screen["where"] == "A-02"
    hand.scans("A-02", "GREEN")
    assert hand.screen["step"] == "scan_place", "he left A-01 meanwhile"
    last = hand.screen["what"].split()[0].upper()
    assert hand.scans("A-01", last)["code"] == "task_complete"


def test_packs_and_numbers(floor: Floor) -> None:
    floor.put_stock("A-01 RED 30")
    floor.order("42", RED=15)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1", "A-01", case_of_red())
    assert hand.scan(case_of_red())["code"] == "over_quantity"
    assert hand.scan("*QTY+3*")["code"] == "task_complete"


def test_two_pickers_who_ask_at_once_get_two_orders(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("41", RED=1)
    floor.order("42", RED=1)
    hands = (floor.handheld("EMP-2"), floor.handheld("EMP-3"))
    answers = together(2, lambda number: hands[number].scan("*PICK*"))
    assert sorted(answer["screen"]["title"] for answer in answers) == ["Pick 41", "Pick 42"]

    taken = together(2, lambda number: hands[number].scan("T-1"))
    assert sorted(answer["code"] for answer in taken) == ["container_in_use", "container_taken"]
    loser = hands[[answer["code"] for answer in taken].index("container_in_use")]
    assert loser.scan("T-2")["code"] == "container_taken"


def test_one_tote_scanned_at_home_by_two_at_once_takes_one_order(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("41", RED=1)
    floor.order("42", RED=1)
    hands = (floor.handheld("EMP-2"), floor.handheld("EMP-3"))
    codes = sorted(answer["code"] for answer in together(2, lambda number: hands[number].scan("T-1")))
    assert codes[1] == "order_opened"
    assert codes[0] in ("container_in_use", "confirm_take_over")
    states = sorted(order_of(floor, number).state for number in ("41", "42"))
    assert states == [OrderState.ALLOCATED, OrderState.PICKING]


def test_an_order_that_was_given_back_at_home_comes_first_again(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("41", RED=1)
    floor.order("42", RED=1)
    hand = floor.handheld("EMP-2")
    hand.scans("*PICK*", "*HOME*")
    reply = hand.scan("T-1")
    assert (reply["screen"]["title"], reply["code"]) == ("Pick 41", "order_opened"), "one scan is enough"


def test_without_work_a_tote_gets_none(floor: Floor) -> None:
    hand: Handheld = floor.handheld("EMP-2")
    assert hand.scan("T-1")["code"] == "no_work"
    assert hand.scan("*PICK*")["code"] == "no_work"
    assert hand.scan("*NEXT*")["code"] == "no_work"
