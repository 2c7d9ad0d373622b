"""A scan counts once, however often and however many at a time it is sent."""

from collections.abc import Mapping
from typing import Any

from tests.support.floor import Floor, Handheld, code_of
from tests.support.threads import together
from wms.kernel.identity import uuid7


def body(hand: Handheld, text: str, **changes: Any) -> dict[str, Any]:
    return {
        "scan_id": str(uuid7()),
        "device": hand.device,
        "raw": code_of(text),
        "source": "wedge",
        "task_id": hand.task["id"] if hand.task else None,
        "task_version": hand.task["version"] if hand.task else None,
        **changes,
    }


def told(reply: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer says, without the parts that a stored answer leaves out."""
    return {name: value for name, value in reply.items() if name not in ("replayed", "lookahead", "server_time")}


def test_the_same_scan_again_gets_the_same_answer_and_is_not_booked_again(floor: Floor, picker: Handheld) -> None:
    sent = body(picker, "RED")
    first = picker.send(sent)
    again = picker.send(sent)
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert told(first) == told(again)
    floor.stock.is_now("A-01 RED 9 held 1\nA-02 BLUE 5 held 1\nBUFFER/TOT-1 RED 1")


def test_a_refusal_is_replayed_too(floor: Floor, picker: Handheld) -> None:
    sent = body(picker, "BLUE")
    assert picker.send(sent)["code"] == "wrong_item"
    picker.scans("RED", "RED", "A-02")
    again = picker.send(sent)
    assert (again["code"], again["replayed"]) == ("wrong_item", True), "though BLUE would be right by now"


def test_the_same_id_with_another_code_or_task_is_a_conflict(floor: Floor, picker: Handheld) -> None:
    sent = body(picker, "RED")
    picker.send(sent)
    assert picker.post({**sent, "raw": code_of("BLUE")}).status_code == 409
    assert picker.post({**sent, "task_id": None}).status_code == 409
    floor.stock.is_now("A-01 RED 9 held 1\nA-02 BLUE 5 held 1\nBUFFER/TOT-1 RED 1")


def test_the_same_scan_sent_twice_at_once_is_booked_once(floor: Floor, picker: Handheld) -> None:
    twin = floor.handheld("EMP-2", device=picker.device)
    hands = (picker, twin)
    for _ in range(2):
        sent = body(picker, "RED")
        answers = together(2, lambda number, sent=sent: hands[number].post(sent))  # type: ignore[misc]
        assert [answer.status_code for answer in answers] == [200, 200]
        replies = [answer.json for answer in answers]
        assert sorted(reply["replayed"] for reply in replies) == [False, True]
        assert told(replies[0]) == told(replies[1])
        picker.task = replies[0]["task"]
    floor.stock.is_now("A-01 RED 8\nA-02 BLUE 5 held 1\nBUFFER/TOT-1 RED 2")


def test_two_scans_that_begin_the_same_work_at_once_begin_it_once(floor: Floor) -> None:
    floor.notice("4711", RED=1)
    hands = (floor.handheld("EMP-1"), floor.handheld("EMP-1"))
    sent = body(hands[0], "ASN-4711")
    answers = together(2, lambda number: hands[number].post(sent).json)
    assert answers[0]["task"] == answers[1]["task"]
    assert {answer["code"] for answer in answers} == {"notice_opened"}


def test_a_batch_is_judged_in_its_order(floor: Floor, picker: Handheld) -> None:
    scans = [body(picker, text, task_version=None) for text in ("RED", "RED", "A-02")]
    replies = picker.post({"scans": scans}).json["replies"]
    assert [reply["code"] for reply in replies] == ["counted", "line_done", "place_ok"]
    floor.stock.is_now("A-01 RED 8\nA-02 BLUE 5 held 1\nBUFFER/TOT-1 RED 2")


def test_what_is_refused_in_a_batch_does_not_stop_the_rest(floor: Floor, picker: Handheld) -> None:
    scans = [body(picker, text, task_version=None) for text in ("RED", "BLUE", "RED", "T-7")]
    replies = picker.post({"scans": scans}).json["replies"]
    assert [reply["code"] for reply in replies] == ["counted", "wrong_item", "line_done", "wrong_kind"]


def test_a_batch_that_is_sent_again_after_a_lost_answer_books_only_the_rest(floor: Floor, picker: Handheld) -> None:
    scans = [body(picker, text, task_version=None) for text in ("RED", "RED", "A-02")]
    picker.send(scans[0])
    replies = picker.post({"scans": scans}).json["replies"]
    assert [reply["replayed"] for reply in replies] == [True, False, False]
    floor.stock.is_now("A-01 RED 8\nA-02 BLUE 5 held 1\nBUFFER/TOT-1 RED 2")


def test_a_conflict_in_a_batch_spoils_nothing_beside_it(floor: Floor, picker: Handheld) -> None:
    first, last = (body(picker, "RED", task_version=None) for _ in range(2))
    answer = picker.post({"scans": [first, {**first, "raw": code_of("BLUE")}, last]})
    booked, conflict, after = answer.json["replies"]
    assert (answer.status_code, conflict["scan_id"], conflict["problem"]["status"]) == (200, first["scan_id"], 409)
    assert (booked["code"], after["code"]) == ("counted", "line_done")
    floor.stock.is_now("A-01 RED 8\nA-02 BLUE 5 held 1\nBUFFER/TOT-1 RED 2")
