"""Work for hours without network: handed out between the scans, the most urgent first, and never all there is."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.support.floor import Floor, Handheld
from tests.tasks.test_cost import counted
from wms.kernel.identity import uuid7
from wms.orders.tables import OrderRow
from wms.tasks.lookahead import MOST_STEPS
from wms.tasks.provisions import A_FEW, MOST_TASKS, fair_share
from wms.tasks.tables import TaskRow

NOTHING = {"next": [], "more": False, "lookahead": [], "lookahead_more": False}


@pytest.fixture
def hand(floor: Floor) -> Handheld:
    """A picker at the first of sixteen orders."""
    floor.put_stock("A-01 RED 100")
    for number in range(41, 57):
        floor.order(str(number), RED=1)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1")
    return hand


def ask(hand: Handheld, *held: Mapping[str, Any], scans_held: int = 0, **changes: Any) -> Mapping[str, Any]:
    """Ask as a page does that holds these tasks."""
    body = {
        "device": hand.device,
        "task_id": hand.task["id"] if hand.task else None,
        "held": [laid["task"]["id"] for laid in held],
        "scans_held": scans_held,
        **changes,
    }
    response = hand.client.post("/api/v1/next-tasks", json=body, headers={"X-CSRF-Token": hand.csrf_token})
    assert response.status_code == 200, response.text
    return response.json or {}


def fill(hand: Handheld) -> list[Mapping[str, Any]]:
    """Ask until there is no more."""
    held: list[Mapping[str, Any]] = []
    while True:
        answer = ask(hand, *held)
        held += answer["next"]
        if not answer["more"]:
            return held


def titles(tasks: list[Mapping[str, Any]]) -> list[str]:
    return [laid["screen"]["title"] for laid in tasks]


@pytest.mark.parametrize(
    ("waiting", "people", "share"), [(0, 1, 2), (3, 1, 2), (16, 1, 8), (16, 3, 4), (100, 9, 10), (5, 9, 2)]
)
def test_the_share_leaves_something_for_one_more(waiting: int, people: int, share: int) -> None:
    assert fair_share(waiting, people) == share


def test_a_few_come_at_a_time_each_with_its_whole_path(hand: Handheld) -> None:
    answer = ask(hand)
    assert titles(answer["next"]) == [f"Pick {number}" for number in range(42, 42 + A_FEW)]
    assert answer["more"]
    first = answer["next"][0]
    assert [step["accepts_any"] for step in first["lookahead"]] == [["TOT-"], None, None]
    assert (first["lookahead"][-1]["task"], first["lookahead_more"]) == (None, False)


def test_a_long_task_comes_whole(floor: Floor, hand: Handheld) -> None:
    floor.order("1", RED=70)
    make_urgent(floor, "1")
    first = ask(hand)["next"][0]
    assert (first["screen"]["title"], len(first["lookahead"])) == ("Pick 1", 2 + 70)


def test_the_path_of_the_present_task_is_continued_as_far_as_it_goes(floor: Floor, hand: Handheld) -> None:
    floor.order("1", RED=70)
    make_urgent(floor, "1")
    hand.scans("A-01", "RED")
    first = hand.scan("T-2", ahead=0)
    assert (first["screen"]["title"], len(first["lookahead"]), first["lookahead_more"]) == ("Pick 1", MOST_STEPS, True)
    state = {"task_version": first["task"]["version"], "ahead": MOST_STEPS, "more": True}
    answer = ask(hand, **state)
    assert (len(answer["lookahead"]), answer["lookahead_more"]) == (1 + 70 - MOST_STEPS, False)
    assert answer["lookahead"][-1]["task"] is None
    assert answer["lookahead"][0]["task"]["version"] == first["task"]["version"] + MOST_STEPS + 1
    assert ask(hand, **{**state, "task_version": 9})["lookahead"] == [], "another version than the handheld holds"
    assert ask(floor.handheld("EMP-3"), **state, task_id=hand.task and hand.task["id"])["lookahead"] == []


def test_nobody_is_given_more_than_his_share_and_nothing_twice(floor: Floor, hand: Handheld) -> None:
    held = fill(hand)
    # Fifteen wait, with the one he is at sixteen: half of them are his, so that one more who comes finds the others.
    assert titles(held) == [f"Pick {number}" for number in range(42, 50)]
    assert ask(hand, *held) == NOTHING
    other = floor.handheld("EMP-3")
    assert other.scan("T-2")["screen"]["title"] == "Pick 50"
    # Of the six left and his own, a third.
    assert titles(fill(other)) == ["Pick 51", "Pick 52"]


def test_what_was_lost_on_its_way_comes_again(hand: Handheld) -> None:
    lost = ask(hand)
    again = ask(hand)
    assert (again["next"], again["more"]) == (lost["next"], True)
    assert len(ask(hand, *again["next"])["next"]) == A_FEW, "and there it goes on"


def test_who_has_a_shift_full_is_given_no_more(hand: Handheld) -> None:
    assert ask(hand, scans_held=1_000) == NOTHING
    assert len(ask(hand, scans_held=999)["next"]) == A_FEW


def test_what_has_become_urgent_is_first_also_among_what_was_handed_out_before(floor: Floor, hand: Handheld) -> None:
    before = ask(hand)["next"]
    make_urgent(floor, "56")
    urgent = ask(hand, *before)["next"][0]
    assert urgent["screen"]["title"] == "Pick 56"
    assert urgent["rank"] < min(laid["rank"] for laid in before)
    here = hand.client.get("/api/v1/screen").json or {}
    assert titles(here["next"])[0] == "Pick 56"


def test_the_card_at_the_server_begins_the_one_that_is_first_on_the_handheld(floor: Floor, hand: Handheld) -> None:
    """Also where all were handed out at the same moment, and where one became urgent later."""
    held = ask(hand)["next"]
    hand.scans("A-01", "RED")
    assert hand.scan("*NEXT*")["task"]["id"] == held[0]["task"]["id"]
    make_urgent(floor, "56")
    assert ask(hand, *held)["next"][0]["screen"]["title"] == "Pick 56"
    hand.scans("T-2", "A-01", "RED")
    assert hand.scan("*PICK*")["screen"]["title"] == "Pick 56"


def test_what_is_due_comes_before_what_is_not(floor: Floor, hand: Handheld) -> None:
    due_at = datetime(2026, 11, 5, 18, 0, tzinfo=UTC)
    change(floor, "50", due_at=due_at)
    change(floor, "51", due_at=due_at - timedelta(hours=1))
    assert titles(ask(hand)["next"]) == ["Pick 51", "Pick 50", "Pick 42", "Pick 43"]
    assert [laid["rank"] for laid in ask(hand)["next"]] == sorted(laid["rank"] for laid in ask(hand)["next"])


def test_the_lease_begins_anew_whenever_the_handheld_is_heard_of(floor: Floor, hand: Handheld) -> None:
    held = fill(hand)
    floor.clock.forward(timedelta(hours=3, minutes=59))
    assert ask(hand, *held)["next"] == []
    laid_ready = select(TaskRow.leased_until).where(TaskRow.laid_ready_at.is_not(None))
    leases = floor.database.reading(lambda session: set(session.scalars(laid_ready)))
    assert leases == {floor.clock.now() + timedelta(hours=4)}
    floor.clock.forward(timedelta(hours=3, minutes=59))
    reply = hand.scan("T-2", task_id=held[0]["task"]["id"], task_version=1)
    assert reply["code"] == "container_taken"


def test_nobody_is_given_a_kind_of_work_he_is_not_at(hand: Handheld, floor: Floor) -> None:
    idle = floor.handheld("EMP-3")
    assert ask(idle) == NOTHING
    assert ask(idle, task_id=hand.task["id"] if hand.task else None)["next"] == [], "another's task"
    assert ask(idle, task_id=str(uuid7()))["next"] == []


def test_a_packer_is_handed_out_nothing(floor: Floor, hand: Handheld) -> None:
    packer = floor.handheld("EMP-4")
    assert ask(packer, task_id=hand.task["id"] if hand.task else None) == NOTHING


def test_who_signs_out_gives_back_however_many_he_had(floor: Floor, hand: Handheld) -> None:
    assert len(fill(hand)) == 8
    hand.client.post("/api/v1/sign-out", headers={"X-CSRF-Token": hand.csrf_token})
    other = floor.handheld("EMP-3")
    assert other.scan("T-2")["screen"]["title"] == "Pick 42"
    assert len(fill(other)) == 5, "of fourteen and his own a third"


def test_asking_with_all_one_may_have_costs_one_statement(floor: Floor, hand: Handheld) -> None:
    held = fill(hand)
    ask(hand, *held, scans_held=1_000)
    with counted(floor) as seen:
        ask(hand, *held, scans_held=1_000)
    about_tasks = [statement for statement in seen if "FROM tasks" in statement]
    assert len(about_tasks) == 1
    assert not [statement for statement in seen if statement.startswith(("UPDATE", "INSERT"))]


def test_faults_of_a_question_are_listed(hand: Handheld) -> None:
    body = {"device": "", "held": [str(uuid7())] * (2 * MOST_TASKS + 1), "scans_held": -1}
    response = hand.client.post("/api/v1/next-tasks", json=body, headers={"X-CSRF-Token": hand.csrf_token})
    assert response.status_code == 400
    assert {fault["where"] for fault in (response.json or {})["faults"]} == {"device", "held", "scans_held"}


def make_urgent(floor: Floor, number: str) -> None:
    change(floor, number, priority=1)


def change(floor: Floor, number: str, **values: Any) -> None:
    def work(session: Session) -> None:
        session.execute(update(OrderRow).where(OrderRow.number == number).values(**values))

    floor.database.in_transaction(work)
