"""Which orders go together onto a cart: the most urgent ones, and of equally urgent ones those on the way."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from wms.floor.picking.cart.rules import Candidate, together

CUT_OFF = datetime(2026, 11, 5, 11, 30, tzinfo=UTC)
LATER = CUT_OFF + timedelta(hours=4)


def order(number: int, *places: int, priority: int = 5, due: datetime | None = CUT_OFF) -> Candidate:
    return Candidate(UUID(int=number), priority, due, frozenset(places))


def numbers(chosen: list[UUID]) -> list[int]:
    return [order_id.int for order_id in chosen]


def test_priority_comes_before_the_cut_off_and_that_before_the_way() -> None:
    waiting = [order(1, 7, due=None), order(2, 7, due=LATER), order(3, 7), order(4, 9, priority=1, due=None)]
    assert numbers(together(waiting, 4)) == [4, 3, 2, 1]


def test_of_equally_urgent_orders_the_one_that_shares_most_places_comes_next() -> None:
    waiting = [order(1, 1, 2), order(2, 8, 9), order(3, 2, 3), order(4, 1, 2, 3)]
    assert numbers(together(waiting, 3)) == [1, 4, 3]


def test_places_of_all_that_were_chosen_count() -> None:
    waiting = [order(1, 1), order(2, 9), order(3, 1, 2, 3), order(4, 3)]
    assert numbers(together(waiting, 3)) == [1, 3, 4]


def test_what_is_alike_goes_by_age() -> None:
    assert numbers(together([order(3, 5), order(1, 4), order(2, 6)], 2)) == [1, 2]


def test_nothing_waits() -> None:
    assert together([], 8) == []


candidates = some.lists(
    some.builds(
        order,
        some.integers(1, 10_000),
        some.integers(1, 5),
        some.integers(1, 5),
        priority=some.integers(1, 3),
        due=some.sampled_from([CUT_OFF, LATER, None]),
    ),
    max_size=12,
    unique_by=lambda one: one.order_id,
)


@given(candidates, some.integers(1, 8))
def test_nobody_is_passed_over_by_a_less_urgent_order(waiting: list[Candidate], most: int) -> None:
    chosen = together(waiting, most)
    assert len(chosen) == len(set(chosen)) == min(most, len(waiting))
    urgency = {one.order_id: one.urgency for one in waiting}
    left = [one.urgency for one in waiting if one.order_id not in chosen]
    assert [urgency[one] for one in chosen] == sorted(urgency[one] for one in chosen)
    assert all(urgency[one] <= other for one in chosen for other in left)
