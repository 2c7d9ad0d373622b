"""A path is sent once and then only confirmed, as long as what the page holds is right."""

import json
from datetime import timedelta

import pytest

from tests.support.floor import Floor, Handheld
from wms.tasks.lookahead import MOST_STEPS, STEPS_AHEAD

MOST_BYTES = 45 * 1024


def test_the_whole_path_comes_when_the_page_holds_nothing(floor: Floor, picker: Handheld) -> None:
    reply = picker.scan("RED", ahead=0)
    assert [step["code"] for step in reply["lookahead"]] == ["line_done", "place_ok", "task_complete"]
    assert [step["task"] and step["task"]["version"] for step in reply["lookahead"]] == [4, 5, None]
    assert (reply["lookahead_more"], reply["lookahead_holds"]) == (False, False)
    assert reply["lookahead"][-1]["screen"]["screen"] == "home"


def test_a_scan_along_the_path_confirms_it_and_sends_nothing(floor: Floor, picker: Handheld) -> None:
    shown = {"outcome": "accepted", "code": "counted", "step": "scan_item"}
    reply = picker.scan("RED", ahead=3, judged_here=shown)
    assert (reply["lookahead_holds"], reply["lookahead"]) == (True, [])


def test_a_refused_scan_leaves_the_path_as_it_is(floor: Floor, picker: Handheld) -> None:
    reply = picker.scan("BLUE", ahead=4)
    assert (reply["code"], reply["lookahead_holds"], reply["lookahead"]) == ("wrong_item", True, [])


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("*SHORT*", {}),
        ("*QTY+1*", {"ahead": 2}),
        ("RED", {"judged_here": {"outcome": "completed", "code": "line_done", "step": "scan_place"}}),
        ("RED", {"task_version": 1}),
    ],
)
def test_off_the_path_a_new_one_is_sent(floor: Floor, picker: Handheld, text: str, changes: dict[str, object]) -> None:
    if text == "*QTY+1*":
        picker.scans("RED")
    reply = picker.scan(text, **{"ahead": 3, **changes})
    assert not reply["lookahead_holds"]
    assert reply["lookahead"]


def test_a_client_that_never_answers_by_itself_gets_few_steps(floor: Floor) -> None:
    floor.put_stock("A-01 RED 50")
    floor.order("42", RED=20)
    reply = floor.handheld("EMP-2").scan("T-1")
    assert len(reply["lookahead"]) == STEPS_AHEAD
    assert reply["lookahead_more"]


def test_a_long_path_comes_in_parts(floor: Floor) -> None:
    floor.put_stock("A-01 RED 99\nA-02 BLUE 99")
    floor.order("42", RED=40, BLUE=40)
    hand = floor.handheld("EMP-2")
    reply = hand.scan("T-1", ahead=0)
    path = list(reply["lookahead"])
    assert (len(path), reply["lookahead_more"]) == (MOST_STEPS, True)
    assert len(json.dumps(path, ensure_ascii=False, separators=(",", ":")).encode()) < MOST_BYTES
    more = hand.scan("A-01", ahead=MOST_STEPS - 1, more=True)
    assert (more["lookahead_holds"], more["lookahead_more"]) == (True, False)
    path = path[1:] + list(more["lookahead"])
    assert len(path) == 81
    first = (hand.task or {})["version"] + 1
    assert [step["task"]["version"] for step in path[:-1]] == list(range(first, first + 80))
    assert path[-1]["code"] == "task_complete"


def test_a_stored_answer_carries_no_path(floor: Floor, picker: Handheld) -> None:
    body = {"scan_id": "01935f3e-0000-7000-8000-000000000001", "ahead": 0, "next_held": []}
    picker.scan("RED", **body)
    picker.task = {**(picker.task or {}), "version": 2}
    again = picker.scan("RED", **body)
    assert (again["replayed"], again["lookahead"], again["next"]) == (True, [], [])


def test_the_lease_of_a_page_that_goes_on_by_itself_is_longer(floor: Floor, picker: Handheld) -> None:
    picker.scan("RED", ahead=0)
    floor.clock.forward(timedelta(hours=3, minutes=59))
    assert floor.handheld("EMP-3").scan("T-1")["code"] == "confirm_take_over"
    floor.clock.forward(timedelta(minutes=2))
    assert floor.handheld("EMP-3").scan("T-1")["code"] == "task_resumed"
