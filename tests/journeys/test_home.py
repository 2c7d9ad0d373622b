"""The home screen: what waits for whom, and what the cards do."""

import re
from pathlib import Path

import scanner_ui
from tests.support.floor import Floor


def counts(screen: object) -> dict[str, int]:
    assert isinstance(screen, dict)
    return {choice["action"]: choice["count"] for choice in screen["choices"]}


def test_everybody_sees_his_own_trades_and_what_waits(floor: Floor) -> None:
    floor.notice("4711", BLUE=1)
    floor.put_stock("A-01 RED 5")
    floor.order("41", RED=1)
    floor.order("42", RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    assert counts(floor.handheld("EMP-3").screen) == {"*RECEIVE*": 1, "*PUTAWAY*": 0, "*PICK*": 1, "*CART*": 1}
    assert counts(floor.handheld("EMP-4").screen) == {"*PACK*": 1, "*DISPATCH*": 0, "*CAGE*": 0}
    assert len(counts(floor.handheld("EMP-1").screen)) == 7


def test_next_takes_the_first_work_that_needs_no_paper(floor: Floor) -> None:
    floor.notice("4711", BLUE=1)
    floor.put_stock("A-01 RED 5")
    floor.order("41", RED=1)
    hand = floor.handheld("EMP-2")
    assert hand.scan("*RECEIVE*")["code"] == "scan_notice"
    assert hand.scan("*NEXT*")["code"] == "order_opened"


def test_each_card_says_so_when_there_is_nothing(floor: Floor) -> None:
    hand = floor.handheld()
    for card in ("*RECEIVE*", "*PUTAWAY*", "*PICK*", "*CART*", "*PACK*", "*DISPATCH*", "*CAGE*", "*NEXT*"):
        assert hand.scan(card)["code"] == "no_work"
    assert hand.scan("*UNDO*")["code"] == "nothing_to_undo"


def test_the_screen_is_asked_for_without_a_scan(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("41", RED=3)
    hand = floor.handheld("EMP-2")
    last = hand.scans("T-1", "A-01")
    answer = hand.client.get("/api/v1/screen").json or {}
    assert (answer["task"], answer["screen"]) == (hand.task, hand.screen)
    # A page that loads is told also how to leave the path; who waits for each answer has no use for that.
    assert any("exits" in step for step in answer["lookahead"])
    for step in answer["lookahead"]:
        step.pop("exits", None)
    assert answer["lookahead"] == last["lookahead"] != []


def test_every_name_that_a_camera_has_for_a_symbology_is_taken(floor: Floor) -> None:
    script = (Path(scanner_ui.__file__).parent / "static" / "camera.js").read_text()
    names = re.findall(r'"(\w+)"', script.partition("const NATIVE = [")[2].partition("]")[0])
    assert "data_matrix" in names
    hand = floor.handheld()
    for name in names:
        assert hand.scan("NO-SUCH-CODE", source="camera", symbology=name)["outcome"] == "unknown"
        asked = {"raw": "NO-SUCH-CODE", "source": "camera", "symbology": name}
        answer = hand.client.post("/api/v1/look-ups", json=asked, headers={"X-CSRF-Token": hand.csrf_token})
        assert answer.status_code == 200, answer.text
