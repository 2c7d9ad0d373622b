"""Without network the page goes on along the path, keeps every scan, and tells the server later: once, and in order."""

import pytest
from playwright.sync_api import expect

from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser

CODES = [f"SKU-{number}" for number in range(12)]
NEXT = "*NEXT*"


def begin(handheld: Handheld) -> None:
    """Take the first task of the practice floor."""
    handheld.open()
    handheld.scan_and_wait(NEXT)
    handheld.expect_body(screen="picking", waiting="0")


def go_offline(handheld: Handheld) -> None:
    handheld.page.context.set_offline(True)
    handheld.expect_body(net="offline")


def come_back(handheld: Handheld) -> None:
    handheld.page.context.set_offline(False)
    handheld.expect_body(net="online", waiting="0")


def test_a_scan_on_the_path_is_answered_before_the_server_has(handheld: Handheld, practice: Practice) -> None:
    practice.give(CODES)
    begin(handheld)
    practice.hold()
    handheld.scan("SKU-0")
    handheld.expect_judged(2)
    handheld.expect_body(tone="go", waiting="1")
    expect(handheld.page.locator("[data-slot=position]")).to_have_text("1/12")
    assert "SKU-0" not in practice.codes()
    practice.let_go()
    handheld.expect_body(waiting="0", tone="go")
    assert practice.booked[-1]["judged_here"] == {
        "outcome": "accepted", "code": "counted", "step": "scan_item", "task_id": None,
    }  # fmt: skip
    assert practice.booked[-1]["made_offline"] is False
    assert handheld.judged() == 2, "the server agreed: nothing is told twice"


def test_scans_without_network_are_saved_and_sent_in_order(handheld: Handheld, practice: Practice) -> None:
    practice.give(CODES)
    begin(handheld)
    go_offline(handheld)
    for code in CODES[:5]:
        handheld.scan_and_wait(code)
    handheld.expect_body(waiting="5", tone="saved")
    expect(handheld.page.locator("#outcome")).to_contain_text("5 waiting")
    assert handheld.sounds()[-1] == "saved"
    assert practice.codes() == [NEXT]
    come_back(handheld)
    handheld.expect_body(tone="go")
    assert practice.codes() == [NEXT, *CODES[:5]]
    assert all(scan["made_offline"] for scan in practice.booked[1:])
    assert max(practice.batches) == 5
    handheld.scan_and_wait(CODES[5])
    handheld.expect_body(waiting="0")
    assert practice.codes() == [NEXT, *CODES[:6]]


def test_a_code_off_the_path_is_not_taken_without_network(handheld: Handheld, practice: Practice) -> None:
    practice.give(CODES)
    begin(handheld)
    go_offline(handheld)
    handheld.scan_and_wait("SKU-9")
    handheld.expect_code("needs_connection")
    handheld.expect_body(tone="stop", waiting="0")
    expect(handheld.page.locator("#outcome")).to_contain_text("Wanted: SKU-0")
    handheld.scan_and_wait("SKU-0")
    handheld.expect_body(tone="saved", waiting="1")


def test_a_step_for_the_server_alone_is_never_answered_here(handheld: Handheld, practice: Practice) -> None:
    practice.give(["SKU-0", "CLOSE", "SKU-1"], server_steps={"CLOSE"})
    begin(handheld)
    practice.hold()
    handheld.scan("SKU-0")
    handheld.scan("CLOSE")
    handheld.expect_body(waiting="2")
    handheld.expect_judged(2)
    assert practice.booked[-1]["raw"] == NEXT
    practice.let_go()
    handheld.expect_judged(3)
    assert practice.codes()[-1] == "CLOSE"
    assert "judged_here" not in practice.booked[-1]


def test_the_next_tasks_go_on_without_network(handheld: Handheld, practice: Practice) -> None:
    practice.give(["A-1", "A-2"], ["B-1", "B-2"], ["C-1"])
    begin(handheld)
    go_offline(handheld)
    for code in ("A-1", "A-2", NEXT, "B-1", "B-2"):
        handheld.scan_and_wait(code)
    handheld.expect_body(screen="home", tone="saved", waiting="5")
    handheld.scan_and_wait("C-1")  # its first scan enters a task as well as the card
    handheld.expect_body(screen="home", tone="saved", waiting="6")
    come_back(handheld)
    assert practice.codes() == [NEXT, "A-1", "A-2", NEXT, "B-1", "B-2", "C-1"]
    assert {reply["outcome"] for reply in practice.answers.values()} == {"accepted", "completed"}
    handheld.expect_body(attention="0")


def test_undo_without_network_goes_back_and_is_told_later(handheld: Handheld, practice: Practice) -> None:
    practice.give(["A-1", "A-2", "A-3"])
    begin(handheld)
    handheld.scan_and_wait("A-1")
    handheld.expect_body(waiting="0")
    handheld.scan_and_wait("*REPRINT*")  # its question is none of the task's: nothing is taken back with it
    go_offline(handheld)
    handheld.scan_and_wait("A-2")
    for wanted in ("A-2", "A-1"):
        handheld.scan_and_wait("*UNDO*")
        expect(handheld.page.locator("#expect")).to_have_text(wanted)
    handheld.scan_and_wait("A-1")
    handheld.scan_and_wait("A-2")
    handheld.press("*UNDO*")
    expect(handheld.page.locator("#outcome")).to_contain_text("Taken back.")
    expect(handheld.page.locator("#expect")).to_have_text("A-2")
    for code in ("A-2", "A-3"):
        handheld.scan_and_wait(code)
    handheld.expect_body(screen="home")
    handheld.scan_and_wait("*UNDO*")
    expect(handheld.page.locator("#expect")).to_have_text("A-3")
    handheld.scan_and_wait("A-3")
    come_back(handheld)
    undone = ["A-2", "*UNDO*", "*UNDO*", "A-1", "A-2", "*UNDO*"]
    assert practice.codes() == [NEXT, "A-1", "*REPRINT*", *undone, "A-2", "A-3", "*UNDO*", "A-3"]
    assert [reply["outcome"] for reply in practice.answers.values()].count("confirm") == 1
    assert "refused" not in {reply["outcome"] for reply in practice.answers.values()}


def test_what_the_server_corrects_is_shown_and_nothing_is_lost(handheld: Handheld, practice: Practice) -> None:
    floor = practice.give(CODES, ["B-1"])
    begin(handheld)
    go_offline(handheld)
    for code in CODES[:3]:
        handheld.scan_and_wait(code)
    floor.tasks[0].taken_away = True
    floor.why = "/office/doctor"
    come_back(handheld)
    handheld.expect_body(screen="home", tone="stop", attention="1")
    handheld.expect_code("task_taken")
    expect(handheld.page.locator("#why")).to_have_attribute("href", "/office/doctor")
    expect(handheld.page.locator("#outcome")).to_contain_text("Case 1 is with your supervisor.")
    expect(handheld.page.locator("#outcome")).to_have_attribute("data-corrections", "3")
    assert handheld.sounds()[-1] == "stop"
    assert practice.codes() == [NEXT, *CODES[:3]]
    handheld.settle()
    handheld.scan_and_wait(NEXT)
    handheld.expect_body(screen="picking", tone="go")


def test_a_long_path_is_continued_before_it_ends(handheld: Handheld, practice: Practice) -> None:
    codes = [f"SKU-{number}" for number in range(60)]
    practice.give(codes, most_ahead=20)
    begin(handheld)
    for code in codes:
        handheld.scan(code)
    handheld.expect_body(screen="home", waiting="0")
    assert practice.codes() == [NEXT, *codes]
    judged_here = [scan for scan in practice.booked if "judged_here" in scan]
    assert len(judged_here) >= 55
    expect(handheld.page.locator("#outcome")).not_to_have_attribute("data-corrections", "1")


def test_ten_identical_scans_in_a_second_all_count(handheld: Handheld, practice: Practice) -> None:
    practice.give(["6901234567892"] * 10)
    begin(handheld)
    for _ in range(10):
        handheld.scan("6901234567892")
        handheld.page.wait_for_timeout(80)
    handheld.expect_body(screen="home", waiting="0")
    assert len(practice.booked) == 11


def test_a_bounce_is_shown_and_not_counted(handheld: Handheld, practice: Practice) -> None:
    practice.give(["6901234567892"] * 4)
    begin(handheld)
    # In one task of the browser, as a device delivers a code twice: nobody can have seen an answer in between.
    handheld.page.evaluate("""() => {
      for (const key of [..."6901234567892", "Enter", ..."6901234567892", "Enter"]) {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
    }""")
    expect(handheld.page.locator("#outcome")).to_have_attribute("data-echoes", "1")
    handheld.expect_body(waiting="0")
    assert practice.codes() == [NEXT, "6901234567892"]


def test_the_answer_is_shown_before_the_server_has_given_its_own(handheld: Handheld, practice: Practice) -> None:
    practice.give([f"SKU-{number}" for number in range(30)])
    begin(handheld)
    practice.delay_seconds = 2.0
    for number in range(30):
        handheld.scan_and_wait(f"SKU-{number}")
    took = handheld.page.evaluate("() => performance.getEntriesByName('scan').map((entry) => entry.duration)")
    assert len(took) == 31
    assert sorted(took)[15] < 1_000, "the answer waited for the server"
