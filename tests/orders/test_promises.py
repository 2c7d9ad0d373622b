"""Allocation on real databases: what is held, what is written down, and that rivals never promise a unit twice."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.orders.scene import NOW, Scene
from tests.support.threads import together
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.jobs import sweep_once
from wms.orders.lookup import order_lines
from wms.orders.model import OrderState, SetOrderState
from wms.orders.promises import BatchOutcome, Outcome, allocate_order, allocate_waiting, alternatives
from wms.orders.service import cancel_order, set_order_state
from wms.stock.service import place_holds


def allocate(scene: Scene, order_id: UUID) -> Outcome | Refusal:
    return scene.database.in_transaction(lambda session: allocate_order(session, scene.warehouse_id, order_id, now=NOW))


def progress(scene: Scene, order_id: UUID) -> list[tuple[int, int]]:
    """(allocated, short) of each line."""
    lines = scene.database.reading(lambda session: order_lines(session, scene.warehouse_id, order_id))
    return [(line.allocated, line.short) for line in lines]


def test_a_full_order_is_held(scene: Scene) -> None:
    scene.stock("A-01 RED 10", "A-02 BLUE 4")
    order_id = scene.order("1", "RED 3", "BLUE 4")
    outcome = allocate(scene, order_id)
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.short) == (OrderState.ALLOCATED, 0)
    assert scene.held() == ["A-01 RED 3", "A-02 BLUE 4"]
    assert progress(scene, order_id) == [(3, 0), (4, 0)]


def test_first_expired_first_out_by_the_lots(scene: Scene) -> None:
    scene.stock("A-01 MILK 10 2027-06-01", "R-01 MILK 2 2026-12-01", "A-02 MILK 9 2026-11-05")
    allocate(scene, scene.order("1", "MILK 5"))
    assert scene.held() == ["A-01 MILK 3", "R-01 MILK 2"]


def test_the_expiry_day_is_the_warehouse_s(scene: Scene) -> None:
    """At 20:00 UTC on the 4th it is already the 5th in Shanghai."""
    scene.stock("A-01 MILK 1 2026-11-05")
    order_id = scene.order("1", "MILK 1")
    evening = NOW.replace(day=4, hour=20)
    outcome = scene.database.in_transaction(
        lambda session: allocate_order(session, scene.warehouse_id, order_id, now=evening)
    )
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.lines[0].expired) == (OrderState.SHORT, 1)


def test_goods_on_the_stage_are_not_promised(scene: Scene) -> None:
    scene.stock("STAGE RED 10")
    order_id = scene.order("1", "RED 1")
    allocate(scene, order_id)
    assert (scene.state(order_id), scene.held()) == (OrderState.SHORT, [])


def test_a_partly_short_order_stays_open_and_says_so(scene: Scene) -> None:
    scene.stock("A-01 RED 2")
    order_id = scene.order("1", "RED 3", "BLUE 1")
    allocate(scene, order_id)
    assert scene.state(order_id) is OrderState.ALLOCATED
    assert progress(scene, order_id) == [(2, 1), (0, 1)]


def test_a_short_order_is_filled_up_when_goods_come(scene: Scene) -> None:
    scene.stock("A-01 RED 2")
    order_id = scene.order("1", "RED 3")
    allocate(scene, order_id)
    scene.stock("A-02 RED 5")
    allocate(scene, order_id)
    assert progress(scene, order_id) == [(3, 0)]
    assert scene.held() == ["A-01 RED 2", "A-02 RED 1"]


def test_allocating_twice_holds_once(scene: Scene) -> None:
    scene.stock("A-01 RED 10")
    order_id = scene.order("1", "RED 3")
    allocate(scene, order_id)
    allocate(scene, order_id)
    assert scene.held() == ["A-01 RED 3"]


def test_an_unknown_order_is_refused(scene: Scene) -> None:
    answer = allocate(scene, uuid7())
    assert isinstance(answer, Refusal)
    assert answer.code == "no_such_order"


def test_a_cancelled_order_is_refused(scene: Scene) -> None:
    order_id = scene.order("1", "RED 1")
    scene.database.in_transaction(lambda session: cancel_order(session, scene.warehouse_id, order_id, now=NOW))
    answer = allocate(scene, order_id)
    assert isinstance(answer, Refusal)
    assert answer.code == "order_cancelled"


def test_an_order_in_picking_is_refused(scene: Scene) -> None:
    order_id = scene.order("1", "RED 1")
    effect = SetOrderState(order_id, OrderState.NEW, OrderState.PICKING)
    scene.database.in_transaction(lambda session: set_order_state(session, scene.warehouse_id, effect, now=NOW))
    answer = allocate(scene, order_id)
    assert isinstance(answer, Refusal)
    assert answer.code == "order_moved_on"


def test_a_batch_says_what_it_did(scene: Scene) -> None:
    scene.stock("A-01 RED 4")
    for number in ("1", "2", "3"):
        scene.order(number, "RED 3")
    seen: list[tuple[int, int]] = []
    outcome = allocate_waiting(
        scene.database, scene.warehouse_id, now=lambda: NOW, progress=lambda done, total: seen.append((done, total))
    )
    assert outcome == BatchOutcome(full=1, partly=1, short=1, passed_by=0)
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_sweep_leaves_short_orders_alone_until_goods_come(scene: Scene) -> None:
    scene.stock("A-01 BLUE 9", "A-02 MILK 9 2026-11-01")
    red, milk = scene.order("1", "RED 3"), scene.order("2", "MILK 1")
    clock = FixedClock(NOW)
    nothing = BatchOutcome(0, 0, 0, 0)
    assert sweep_once(scene.database, clock) == {scene.warehouse_id: BatchOutcome(0, 0, 2, 0)}
    assert sweep_once(scene.database, clock) == {scene.warehouse_id: nothing}
    scene.stock("A-01 RED 3")
    assert sweep_once(scene.database, clock) == {scene.warehouse_id: BatchOutcome(1, 0, 0, 0)}
    assert (scene.state(red), scene.state(milk)) == (OrderState.ALLOCATED, OrderState.SHORT)


def test_urgent_orders_are_served_first(scene: Scene) -> None:
    scene.stock("A-01 RED 3")
    first, urgent = scene.order("1", "RED 3"), scene.order("2", "RED 3")
    with scene.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE orders SET priority = 1 WHERE number = '2'")
    allocate_waiting(scene.database, scene.warehouse_id, now=lambda: NOW)
    assert (scene.state(urgent), scene.state(first)) == (OrderState.ALLOCATED, OrderState.SHORT)


def test_rivals_never_promise_a_unit_twice(scene: Scene) -> None:
    """Eight threads, forty orders for two units each, fifty-one units: all are given out, none twice."""
    scene.stock("A-01 RED 20", "A-02 RED 20", "R-01 RED 11")
    orders = [scene.order(str(number), "RED 2") for number in range(40)]

    def work(thread: int) -> int:
        promised = 0
        for order_id in orders[thread::8]:
            outcome = allocate(scene, order_id)
            assert isinstance(outcome, Outcome)
            promised += outcome.lines[0].promised
        return promised

    assert sum(together(8, work)) == 51
    assert scene.held_units() == 51
    assert sum(allocated for order_id in orders for allocated, _ in progress(scene, order_id)) == 51


def test_rivals_at_the_same_order_hold_it_once(scene: Scene) -> None:
    scene.stock("A-01 RED 20")
    order_id = scene.order("1", "RED 3")
    together(6, lambda _: allocate(scene, order_id))
    assert scene.held() == ["A-01 RED 3"]


def test_cancelling_beside_allocating_leaves_nothing_held(scene: Scene) -> None:
    scene.stock("A-01 RED 40")
    orders = [scene.order(str(number), "RED 2") for number in range(10)]

    def cancel(order_id: UUID) -> Refusal | None:
        return scene.database.in_transaction(
            lambda session: cancel_order(session, scene.warehouse_id, order_id, now=NOW)
        )

    def work(thread: int) -> None:
        for order_id in orders:
            allocate(scene, order_id) if thread % 2 else cancel(order_id)

    together(4, work)
    for order_id in orders:
        cancel(order_id)
    assert scene.held() == []
    assert scene.held_units() == 0


@pytest.mark.parametrize(("wanted", "found"), [(3, ["A-02 3"]), (20, ["A-02 5", "R-01 7"])])
def test_alternatives_come_from_other_places(scene: Scene, wanted: int, found: list[str]) -> None:
    scene.stock("A-01 RED 9", "A-02 RED 5", "R-01 RED 7")
    order_id = scene.order("1", "RED 20")
    codes = {place_id: code for code, place_id in scene.places.items()}

    def work(session: Session) -> list[str]:
        holds = alternatives(
            session,
            scene.warehouse_id,
            scene.skus["RED"],
            {scene.places["A-01"]},
            wanted,
            order_id=order_id,
            line_no=1,
            now=NOW,
        )
        assert {(hold.document, hold.line_no) for hold in holds} == {(order_id, 1)}
        assert place_holds(session, scene.warehouse_id, holds, now=NOW) is None
        return [f"{codes[hold.key.place_id]} {hold.quantity}" for hold in holds]

    assert scene.database.in_transaction(work) == found
