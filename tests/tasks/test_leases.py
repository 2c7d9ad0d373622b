"""Whose task it is: versions, leases, taking over, going on elsewhere."""

from datetime import timedelta

from tests.support.floor import Floor, Handheld

LEASE = timedelta(seconds=901)


def test_a_scan_at_an_old_screen_is_refused_and_gets_the_present_one(floor: Floor, picker: Handheld) -> None:
    old = dict(picker.task or {})
    picker.scans("RED")
    picker.task = old
    reply = picker.scan("RED")
    assert (reply["outcome"], reply["code"]) == ("refused", "task_moved_on")
    assert reply["screen"]["counted"] == "1 / 2"
    assert picker.scan("RED")["code"] == "line_done"


def test_the_same_picker_goes_on_with_another_device(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED")
    other = floor.handheld("EMP-2", device="spare")
    assert (other.screen["step"], other.screen["counted"]) == ("scan_item", "1 / 2")
    assert other.scan("RED")["code"] == "line_done"
    assert picker.scan("RED")["code"] == "task_moved_on"


def test_somebody_else_s_task_is_taken_over_by_scanning_its_tote_twice(floor: Floor, picker: Handheld) -> None:
    other = floor.handheld("EMP-3")
    asked = other.scan("T-1")
    assert (asked["outcome"], asked["code"]) == ("confirm", "confirm_take_over")
    assert asked["message"]["title"] == "Chen Yu is working on this."
    assert other.scan("T-1")["code"] == "task_resumed"
    assert other.scan("RED")["code"] == "counted"

    lost = picker.scan("RED")
    assert (lost["outcome"], lost["code"], lost["task"]) == ("refused", "task_taken", None)
    assert lost["message"]["title"] == "Ana Sousa is working on this."
    assert lost["screen"]["screen"] == "home", "nobody is kept on a screen that is not his"


def test_another_scan_in_between_takes_nothing_over(floor: Floor, picker: Handheld) -> None:
    other = floor.handheld("EMP-3")
    other.scan("T-1")
    other.scan("A-01")
    assert other.scan("T-1")["code"] == "confirm_take_over"


def test_a_task_left_alone_may_be_taken_without_asking(floor: Floor, picker: Handheld) -> None:
    floor.clock.forward(LEASE)
    other = floor.handheld("EMP-3")
    assert other.scan("T-1")["code"] == "task_resumed"


def test_every_scan_renews_the_lease(floor: Floor, picker: Handheld) -> None:
    floor.clock.forward(LEASE / 2)
    picker.scans("RED")
    floor.clock.forward(LEASE / 2)
    assert floor.handheld("EMP-3").scan("T-1")["code"] == "confirm_take_over"


def test_work_that_somebody_left_is_offered_when_nothing_else_waits(floor: Floor, picker: Handheld) -> None:
    other = floor.handheld("EMP-3")
    assert other.scan("*PICK*")["code"] == "no_work"
    floor.clock.forward(LEASE)
    resumed = other.scan("*PICK*")
    assert (resumed["code"], resumed["screen"]["title"]) == ("task_resumed", "Pick 42")


def test_the_home_screen_counts_what_can_be_gone_on_with(floor: Floor, picker: Handheld) -> None:
    def picks(hand: Handheld) -> int:
        return next(
            choice["count"] for choice in hand.scan("*HOME*")["screen"]["choices"] if choice["action"] == "*PICK*"
        )

    other = floor.handheld("EMP-3")
    assert (picks(picker), picks(other)) == (1, 0)
    floor.clock.forward(LEASE)
    assert picks(other) == 1


def test_home_leaves_any_task_and_next_comes_back_to_it(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED")
    away = picker.scan("*HOME*")
    assert (away["code"], away["task"]) == ("at_home", None)
    assert picker.scan("*NEXT*")["code"] == "task_resumed"
    assert picker.screen["counted"] == "1 / 2"
    picker.scan("*HOME*")
    assert picker.scan("*PICK*")["code"] == "task_resumed", "his own order comes before a new one"


def test_home_is_understood_on_an_old_screen_of_another_s_task(floor: Floor, picker: Handheld) -> None:
    other = floor.handheld("EMP-3")
    other.scan("T-1")
    other.scan("T-1")
    assert picker.scan("*HOME*", task_version=1)["code"] == "at_home"


def test_a_task_that_never_was_or_is_done_sends_home(floor: Floor, picker: Handheld) -> None:
    never = picker.scan("RED", task_id="01930000-0000-7000-8000-000000000000", task_version=1)
    assert (never["code"], never["task"]) == ("task_unknown", None)

    hand = floor.handheld("EMP-2")
    task = dict(hand.task or {})
    hand.scans("RED", "RED", "A-02", "BLUE")
    hand.task = task
    assert (hand.scan("BLUE")["code"], hand.task) == ("task_done", None)


def test_a_task_of_another_trade_is_refused_even_when_it_was_left(floor: Floor, picker: Handheld) -> None:
    floor.clock.forward(LEASE)
    packer = floor.handheld("EMP-4")
    packer.task = picker.task
    reply = packer.scan("RED")
    assert (reply["code"], reply["task"]) == ("not_your_work", None)
    assert packer.scan("*PICK*")["code"] == "not_your_work"


def test_only_the_very_next_scan_confirms(floor: Floor, picker: Handheld) -> None:
    assert picker.scan("*SHORT*")["outcome"] == "confirm"
    assert picker.scan("BLUE")["code"] == "wrong_item"
    assert picker.scan("*SHORT*")["outcome"] == "confirm", "the earlier question is forgotten"
    assert picker.scan("*SHORT*")["code"] == "shorted"


def test_a_card_confirms_what_a_button_asked(floor: Floor, picker: Handheld) -> None:
    assert picker.scan("*SHORT*", source="button")["outcome"] == "confirm"
    assert picker.scan("]C0*SHORT* ")["code"] == "shorted"
    another = floor.handheld("EMP-3")
    assert another.scan("TOT-1")["code"] == "confirm_take_over"
    assert another.scan("]C0tot-1")["outcome"] == "accepted"
