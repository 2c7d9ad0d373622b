"""Several orders picked from a cart, in scans: walked once, each into its own tote, and what goes otherwise."""

from tests.support.floor import Floor, Handheld, case_of_red
from tests.support.offline import GoingOn
from tests.support.threads import together
from wms.orders.lookup import orders_by_number
from wms.orders.model import Order, OrderState
from wms.orders.service import cancel_order


def order_of(floor: Floor, number: str) -> Order:
    return floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, number)[0])


def states(floor: Floor, *numbers: str) -> list[OrderState]:
    return [order_of(floor, number).state for number in numbers]


def cancel(floor: Floor, number: str) -> None:
    order_id = order_of(floor, number).id
    refusal = floor.database.in_transaction(
        lambda session: cancel_order(session, floor.warehouse_id, order_id, now=floor.clock.now())
    )
    assert refusal is None


def three_orders(floor: Floor) -> Handheld:
    """41 and 42 want RED, 42 and 43 want BLUE; a picker has three totes on his cart."""
    floor.put_stock("A-01 RED 20\nA-02 BLUE 5")
    floor.order("41", RED=1)
    floor.order("42", RED=2, BLUE=1)
    floor.order("43", BLUE=2)
    hand = floor.handheld("EMP-2")
    hand.scans("*CART*", "T-1", "T-2", "T-3")
    return hand


def test_three_orders_are_picked_on_one_walk_and_packed_from_their_totes(floor: Floor) -> None:
    hand = three_orders(floor)
    assert (hand.screen["title"], hand.screen["where"]) == ("Cart 41", "A-01")
    hand.scans("A-01", "RED")
    assert (hand.screen["where"], hand.screen["how_many"], hand.screen["expect"]) == ("1", "1", "TOTE TOT-1")
    hand.scans("T-1", "RED", "RED", "T-2")
    assert hand.screen["where"] == "A-02"
    floor.stock.is_now("A-01 RED 17\nA-02 BLUE 5 held 3\nBUFFER/TOT-1 RED 1\nBUFFER/TOT-2 RED 2")
    done = hand.scans("A-02", "BLUE", "T-2", "BLUE", "*QTY+1*", "T-3")
    assert (done["code"], done["details"]["containers"], done["task"]) == ("cart_complete", "TOT-1, TOT-2, TOT-3", None)
    floor.stock.is_now(
        """
        A-01 RED 17
        A-02 BLUE 2
        BUFFER/TOT-1 RED 1
        BUFFER/TOT-2 RED 2
        BUFFER/TOT-2 BLUE 1
        BUFFER/TOT-3 BLUE 2
        """
    )
    assert states(floor, "41", "42", "43") == [OrderState.PICKED] * 3
    assert hand.scans("*UNDO*")["screen"]["expect"] == "TOTE TOT-3", "the last put is taken back like any other"
    assert states(floor, "41", "42", "43") == [OrderState.PICKING] * 3
    hand.scans("T-3")

    bench = floor.handheld("EMP-4")
    bench.scans("T-2", "BENCH-1", "RED", "RED", "BLUE", "BOX-S")
    assert bench.scan("350 g")["code"] == "parcel_closed"
    assert states(floor, "41", "42", "43") == [OrderState.PICKED, OrderState.PACKED, OrderState.PICKED]


def test_a_case_is_taken_once_and_put_tote_by_tote(floor: Floor) -> None:
    floor.put_stock("A-01 RED 12")
    floor.order("41", RED=7)
    floor.order("42", RED=5)
    hand = floor.handheld("EMP-2")
    hand.scans("*CART*", "T-1", "T-2", "A-01")
    assert ["All totes", "12"] in hand.screen["facts"]
    done = hand.scans(case_of_red(), "T-1", "T-2")
    assert done["code"] == "cart_complete"
    floor.stock.is_now("BUFFER/TOT-1 RED 7\nBUFFER/TOT-2 RED 5")


def test_with_fewer_totes_the_other_orders_go_to_the_next_picker(floor: Floor) -> None:
    floor.put_stock("A-01 RED 9")
    for number in ("41", "42", "43"):
        floor.order(number, RED=1)
    hand, other = floor.handheld("EMP-2"), floor.handheld("EMP-3")
    opened = hand.scans("*CART*")
    assert opened["details"]["count"] == 3
    assert other.scan("*PICK*")["code"] == "no_work"
    hand.scans("T-1", "T-2", "*DONE*")
    assert states(floor, "41", "42", "43") == [OrderState.PICKING, OrderState.PICKING, OrderState.ALLOCATED]
    assert other.scans("T-3")["screen"]["title"] == "Pick 43"
    assert hand.scan("*UNDO*")["code"] == "order_moved_on", "one of them is another's by now"
    assert hand.scans("A-01", "RED", "T-1", "RED", "T-2")["code"] == "cart_complete"


def test_the_wrong_tote_is_refused_and_the_last_put_is_taken_back(floor: Floor) -> None:
    hand = three_orders(floor)
    hand.scans("A-01", "RED")
    refused = hand.scan("T-2")
    assert (refused["outcome"], refused["code"]) == ("refused", "wrong_slot")
    assert refused["message"] == {"title": "That is slot 2. Put 1 into slot 1.", "next": "Scan TOT-1."}
    assert hand.scan("T-9")["code"] == "wrong_tote"
    hand.scans("T-1")
    before = "A-01 RED 20 held 3\nA-02 BLUE 5 held 3"
    assert hand.scan("*UNDO*")["screen"]["expect"] == "TOTE TOT-1"
    floor.stock.is_now(before)
    hand.scans("*UNDO*", "*UNDO*", "*UNDO*")
    assert (hand.screen["step"], hand.screen["where"]) == ("scan_tote", "3")
    hand.scans("T-4", "A-01", "RED", "T-1")


def test_a_tote_on_the_cart_leads_back_to_it_and_somebody_else_takes_it_over(floor: Floor) -> None:
    hand = three_orders(floor)
    hand.scans("A-01", "*HOME*")
    back = hand.scan("T-3")
    assert (back["code"], back["screen"]["where"], back["screen"]["step"]) == ("task_resumed", "A-01", "scan_item")
    hand.scans("RED")
    other = floor.handheld("EMP-3")
    assert other.scan("T-2")["code"] == "confirm_take_over"
    taken_over = other.scan("T-2")
    assert taken_over["message"]["title"] == "1 × Red brush in no tote yet."
    assert (taken_over["screen"]["where"], taken_over["screen"]["step"]) == ("A-01", "scan_place")
    other.scans("A-01", "RED", "T-1")
    floor.stock.is_now("A-01 RED 19 held 2\nA-02 BLUE 5 held 3\nBUFFER/TOT-1 RED 1")
    assert hand.scan("RED")["code"] == "task_taken"


def test_a_cart_that_waits_for_its_totes_comes_before_a_new_order(floor: Floor) -> None:
    floor.put_stock("A-01 RED 9")
    floor.order("41", RED=1)
    floor.order("42", RED=1)
    hand = floor.handheld("EMP-2")
    hand.scans("*CART*", "T-1", "*HOME*")
    assert hand.scans("T-2")["screen"]["where"] == "A-01"


def test_short_on_a_cart_is_written_down_and_looked_for_elsewhere(floor: Floor) -> None:
    floor.put_stock("A-01 RED 3\nA-03 RED 4")
    floor.order("41", RED=1)
    floor.order("42", RED=2)
    hand = floor.handheld("EMP-2")
    hand.scans("*CART*", "T-1", "T-2", "A-01", "RED", "T-1", "RED", "T-2")
    hand.scan("*SHORT*")
    found = hand.scan("*SHORT*")
    assert (found["code"], found["details"]["elsewhere"], found["screen"]["where"]) == ("shorted", 1, "A-03")
    assert hand.scans("A-03", "RED", "T-2")["code"] == "cart_complete"
    floor.stock.is_now("A-03 RED 3\nBUFFER/TOT-1 RED 1\nBUFFER/TOT-2 RED 2")


def test_a_full_tote_gives_its_goods_to_a_larger_one(floor: Floor) -> None:
    hand = three_orders(floor)
    hand.scans("A-01", "RED", "T-1", "RED", "T-2", "RED", "*FULL*", "T-7", "T-7")
    floor.stock.is_now("A-01 RED 17\nA-02 BLUE 5 held 3\nBUFFER/TOT-1 RED 1\nBUFFER/TOT-7 RED 2")
    hand.scans("*UNDO*", "*UNDO*", "*UNDO*", "T-2", "A-02", "BLUE", "T-2", "BLUE", "BLUE", "T-3")
    assert states(floor, "41", "42", "43") == [OrderState.PICKED] * 3


def test_an_order_cancelled_in_the_middle_leaves_the_cart(floor: Floor) -> None:
    hand = three_orders(floor)
    hand.scans("A-01", "RED", "T-1")
    cancel(floor, "42")
    gone = hand.scan("RED")
    assert (gone["outcome"], gone["code"], gone["screen"]["where"]) == ("refused", "cart_order_cancelled", "A-02")
    done = hand.scans("A-02", "BLUE", "BLUE", "T-3")
    assert done["details"]["containers"] == "TOT-1, TOT-3"
    assert hand.scan("T-2")["code"] == "no_work", "its tote is free"


def test_an_order_given_back_on_the_way_goes_to_putaway_and_can_be_cancelled(floor: Floor) -> None:
    hand = three_orders(floor)
    hand.scans("A-01", "RED", "T-1", "*RETURN*")
    asked = hand.scan("T-1")
    assert (asked["outcome"], asked["code"]) == ("confirm", "confirm_return")
    assert hand.scan("T-1")["code"] == "goods_given_back"
    cancel(floor, "41")
    hand.scans("RED", "RED", "T-2", "A-02", "BLUE", "T-2", "BLUE", "BLUE", "T-3")
    assert hand.scan("T-1")["code"] == "container_taken"
    assert hand.scan("A-01")["code"] == "putaway_complete"
    floor.stock.is_now("A-01 RED 18\nA-02 BLUE 2\nBUFFER/TOT-2 RED 2\nBUFFER/TOT-2 BLUE 1\nBUFFER/TOT-3 BLUE 2")


def test_a_cart_is_given_back_before_the_walk(floor: Floor) -> None:
    floor.put_stock("A-01 RED 9")
    floor.order("41", RED=1)
    floor.order("42", RED=1)
    hand = floor.handheld("EMP-2")
    hand.scans("*CART*", "T-1")
    assert hand.scan("*RETURN*")["code"] == "cart_given_back"
    assert states(floor, "41", "42") == [OrderState.ALLOCATED] * 2
    assert hand.scans("T-1")["screen"]["title"] == "Pick 41"


def test_two_carts_at_once_share_no_order(floor: Floor) -> None:
    floor.put_stock("A-01 RED 30")
    numbers = [str(number) for number in range(41, 53)]
    for number in numbers:
        floor.order(number, RED=1)
    hands = (floor.handheld("EMP-2"), floor.handheld("EMP-3"))
    opened = together(2, lambda number: hands[number].scan("*CART*"))
    assert {answer["code"] for answer in opened} == {"cart_opened"}
    assert sum(answer["details"]["count"] for answer in opened) == len(numbers)
    assert states(floor, *numbers) == [OrderState.PICKING] * len(numbers)


def test_of_more_orders_than_a_cart_takes_those_on_the_way_go_first(floor: Floor) -> None:
    floor.put_stock("A-01 RED 20\nA-02 BLUE 5")
    floor.order("41", RED=1)
    floor.order("42", BLUE=1)
    for number in range(43, 43 + floor.settings.cart_totes):
        floor.order(str(number), RED=1)
    opened = floor.handheld("EMP-2").scan("*CART*")
    assert opened["details"]["count"] == floor.settings.cart_totes
    last = str(42 + floor.settings.cart_totes)
    assert states(floor, "42", "43", last) == [OrderState.ALLOCATED, OrderState.PICKING, OrderState.ALLOCATED]


def test_the_walk_needs_no_network(floor: Floor) -> None:
    page = GoingOn(three_orders(floor))
    page.online("*HOME*", "T-1")
    page.offline(
        "A-01", "RED", "T-1", "RED", "RED", "*UNDO*", "RED", "T-2", "A-02", "BLUE", "T-2", "BLUE", "BLUE", "T-3"
    )
    assert page.screen["screen"] == "home"
    assert [reply["code"] for reply in page.drain()][-1] == "cart_complete"
    floor.stock.is_now(
        "A-01 RED 17\nA-02 BLUE 2\nBUFFER/TOT-1 RED 1\nBUFFER/TOT-2 RED 2\nBUFFER/TOT-2 BLUE 1\nBUFFER/TOT-3 BLUE 2"
    )


def test_an_order_cancelled_while_its_cart_had_no_network_is_a_case_for_a_supervisor(floor: Floor) -> None:
    page = GoingOn(three_orders(floor))
    page.online("*HOME*", "T-1", "A-01")
    page.offline("RED", "T-1", "RED", "RED", "T-2")
    cancel(floor, "41")
    replies = page.drain()
    assert [reply["code"] for reply in replies] == ["cart_order_cancelled", "nothing_in_hand", *["task_moved_on"] * 3]
    assert len({reply["exception"]["id"] for reply in replies}) == 1
    floor.stock.is_now("A-01 RED 20 held 2\nA-02 BLUE 5 held 3")
    hand = page.hand
    hand.task, hand.screen = replies[-1]["task"], replies[-1]["screen"]
    assert hand.scans("RED", "RED", "T-2", "A-02", "BLUE", "T-2", "BLUE", "BLUE", "T-3")["code"] == "cart_complete"


def test_lots_are_picked_as_allocated(floor: Floor) -> None:
    floor.put_stock("A-01 CREAM 3 lot L1\nA-01 CREAM 3 lot L2")
    floor.order("41", CREAM=3)
    floor.order("42", CREAM=1)
    hand = floor.handheld("EMP-2")
    hand.scans("*CART*", "T-1", "T-2", "A-01", "CREAM", "*QTY+2*")
    assert hand.scan("CREAM")["code"] == "over_quantity", "the other order gets the other lot"
    assert hand.scans("T-1", "CREAM", "T-2")["code"] == "cart_complete"
    lots = {line.split()[-1] for line in floor.stock.lines() if line.startswith("BUFFER/TOT-1")}
    assert len(lots) == 1


def test_without_work_there_is_no_cart(floor: Floor) -> None:
    assert floor.handheld("EMP-2").scan("*CART*")["code"] == "no_work"
