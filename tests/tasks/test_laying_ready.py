"""The next tasks are the operator's before he comes to them, and nobody else's."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.floor import Floor, Handheld
from wms.kernel.identity import uuid7
from wms.orders.tables import OrderRow


@pytest.fixture
def hand(floor: Floor) -> Handheld:
    """A picker at the first of three orders."""
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    for number in ("41", "42", "43"):
        floor.order(number, RED=1)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1")
    return hand


def wants(hand: Handheld, text: str, *held: str) -> Mapping[str, Any]:
    return hand.scan(text, ahead=0, next_held=list(held))


def titles(reply: Mapping[str, Any]) -> list[str]:
    return [laid["screen"]["title"] for laid in reply["next"]]


def test_the_next_two_orders_are_laid_ready_near_the_end(hand: Handheld) -> None:
    reply = wants(hand, "A-01")
    assert titles(reply) == ["Pick 42", "Pick 43"]
    first = reply["next"][0]
    assert first["accepts"] == ["*NEXT*", "*PICK*"]
    assert [step["accepts_any"] for step in first["lookahead"]] == [["TOT-"], None, None]
    assert first["task"]["version"] == 1
    assert [step["task"] and step["task"]["version"] for step in first["lookahead"]] == [2, 3, None]


def test_what_the_page_holds_is_not_sent_again_and_no_more_than_two_are_given(hand: Handheld) -> None:
    first, second = wants(hand, "A-01")["next"]
    assert titles(wants(hand, "BLUE", first["task"]["id"])) == ["Pick 43"]
    assert wants(hand, "BLUE", first["task"]["id"], second["task"]["id"])["next"] == []


def test_a_client_that_does_not_ask_is_given_none(hand: Handheld) -> None:
    assert hand.scan("A-01", ahead=0)["next"] == []
    assert hand.scan("RED")["next"] == []


def test_far_from_the_end_none_is_given(floor: Floor) -> None:
    floor.put_stock("A-01 RED 50")
    floor.order("41", RED=30)
    floor.order("42", RED=1)
    hand = floor.handheld("EMP-2")
    assert wants(hand, "T-1")["next"] == []


def test_with_the_last_scan_of_a_task_the_next_one_comes_too(hand: Handheld) -> None:
    hand.scans("A-01")
    reply = wants(hand, "RED")
    assert (reply["code"], titles(reply)) == ("task_complete", ["Pick 42", "Pick 43"])


def test_nobody_else_gets_what_is_laid_ready(floor: Floor, hand: Handheld) -> None:
    wants(hand, "A-01")
    other = floor.handheld("EMP-3")
    assert other.scan("*PICK*")["code"] == "no_work"
    floor.clock.forward(timedelta(hours=3, minutes=59))
    assert other.scan("*PICK*")["code"] == "no_work", "though the usual lease has long run out"
    floor.clock.forward(timedelta(minutes=2))
    assert other.scan("*PICK*")["code"] == "task_resumed"


def test_laid_ready_is_not_begun_for_the_screen(floor: Floor, hand: Handheld) -> None:
    wants(hand, "A-01")
    hand.scans("RED")
    here = hand.client.get("/api/v1/screen").json or {}
    assert here["screen"]["screen"] == "home"
    assert titles(here) == ["Pick 42", "Pick 43"]


def test_a_card_enters_the_first_one_without_a_new_version(hand: Handheld) -> None:
    laid = wants(hand, "A-01")["next"][0]
    hand.scans("RED")
    shown = {"outcome": "accepted", "code": laid["code"], "step": laid["task"]["step"], "task_id": laid["task"]["id"]}
    reply = hand.scan("*NEXT*", ahead=3, judged_here=shown)
    for part in ("code", "message", "task", "screen"):
        assert reply[part] == laid[part]
    assert (reply["lookahead_holds"], reply["lookahead"]) == (True, [])


def test_a_tote_at_home_goes_into_the_first_one(hand: Handheld) -> None:
    laid = wants(hand, "A-01")["next"][0]
    hand.scans("RED")
    reply = hand.scan("T-2")
    assert (reply["code"], reply["task"]["id"], reply["task"]["version"]) == ("container_taken", laid["task"]["id"], 2)


def test_a_tote_bound_to_the_task_goes_into_it(hand: Handheld) -> None:
    _, second = wants(hand, "A-01")["next"]
    hand.scans("RED")
    reply = hand.scan("T-2", task_id=second["task"]["id"], task_version=1)
    assert (reply["code"], reply["screen"]["title"]) == ("container_taken", "Pick 43")


def test_a_card_for_a_task_that_is_gone_begins_no_other(floor: Floor, hand: Handheld) -> None:
    laid = wants(hand, "A-01")["next"][0]
    shown = {"outcome": "accepted", "code": laid["code"], "step": laid["task"]["step"], "task_id": laid["task"]["id"]}
    hand.scans("RED", "T-2", "A-01", "RED")
    assert hand.scan("*NEXT*", judged_here=shown)["code"] == "task_done"
    assert hand.scan("*NEXT*", judged_here={**shown, "task_id": str(uuid7())})["code"] == "task_unknown"
    assert hand.task is None


def test_a_tote_at_home_takes_the_most_urgent_of_the_orders_he_was_given(floor: Floor, hand: Handheld) -> None:
    """Whichever of them was handed out first."""
    assert titles(wants(hand, "A-01")) == ["Pick 42", "Pick 43"]
    urgent = update(OrderRow).where(OrderRow.number == "43").values(priority=1)
    floor.database.in_transaction(lambda session: session.execute(urgent))
    hand.scans("RED")
    assert hand.scan("T-2")["screen"]["title"] == "Pick 43"


def test_the_next_container_to_put_away_is_laid_ready_too(floor: Floor) -> None:
    floor.notice("4711", RED=2, BLUE=1)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED", "RED", "P-2", "BLUE", "*DONE*")
    reply = wants(hand, "P-1")
    assert [laid["lookahead"][0]["accepts"] for laid in reply["next"]] == [["PAL-2"]]


def test_who_signs_out_gives_back_what_he_has_not_come_to(floor: Floor, hand: Handheld) -> None:
    wants(hand, "A-01")
    out = hand.client.post("/api/v1/sign-out", headers={"X-CSRF-Token": hand.csrf_token})
    assert out.status_code == 204
    other = floor.handheld("EMP-3")
    assert other.scan("T-2")["screen"]["title"] == "Pick 42"
    assert floor.handheld("EMP-1").scan("T-3")["screen"]["title"] == "Pick 43"
    assert floor.handheld("EMP-2").screen["title"] == "Pick 41", "what he has begun is still his"
