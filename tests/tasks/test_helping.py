"""The card HELP: it says what the screen wants and whom to ask, anywhere, and changes nothing."""

from tests.support.floor import Floor


def test_in_a_task_it_explains_the_step_and_the_task_stays(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=2)
    hand = floor.handheld("EMP-2")
    before = hand.scans("*PICK*", "T-1", "A-01")
    helped = hand.scan("*HELP*")
    assert (helped["outcome"], helped["code"], helped["task"]) == ("accepted", "help", before["task"])
    assert helped["screen"] == before["screen"]
    assert helped["lookahead"] == before["lookahead"]
    panel = helped["found"]
    assert (panel["kind"], panel["title"]) == ("Pick 42", f"ITEM {before['screen']['what_tail']}".replace(" ", " …"))
    assert panel["note"].startswith("Take the units shown")
    facts = dict(panel["facts"])
    assert facts["Supervisor"] == "Li Wei"
    assert facts["*SHORT*"] == "Short: there is not enough here"
    assert {"*UNDO*", "*SKIP*", "*QTY+n*", "*RETURN*", "*HOME*"} <= set(facts)
    assert "*FULL*" not in facts, "not here"
    assert hand.scans("RED", "RED")["code"] == "task_complete"


def test_it_is_no_answer_to_a_question_and_cannot_be_taken_back(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=2)
    hand = floor.handheld("EMP-2")
    hand.scans("*PICK*", "T-1", "A-01", "RED")
    assert hand.scan("*SHORT*")["outcome"] == "confirm"
    hand.scan("*HELP*")
    assert hand.scan("*SHORT*")["outcome"] == "confirm", "asked again"
    hand.scan("*HELP*")
    assert hand.scan("*UNDO*")["details"] == {"what": "Red brush"}


def test_at_home_it_names_the_cards_of_his_work(floor: Floor) -> None:
    hand = floor.handheld("EMP-4")
    helped = hand.scan("*HELP*")
    assert (helped["code"], helped["task"], helped["screen"]["screen"]) == ("help", None, "home")
    cards = {label for label, _ in helped["found"]["facts"] if label.startswith("*")}
    assert {"*NEXT*", "*PACK*", "*HOME*"} <= cards
    assert "*PICK*" not in cards, "none of his jobs"


def test_what_was_laid_ready_stays_with_who_asks_for_help_at_home(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=2)
    floor.order("43", RED=2)
    hand = floor.handheld("EMP-2")
    opened = hand.scan("*PICK*", ahead=0, next_held=[])
    assert len(opened["next"]) == 1
    hand.scan("*HOME*", ahead=0, next_held=[])
    waiting = {choice["action"]: choice["count"] for choice in hand.screen["choices"]}
    helped = hand.scan("*HELP*", ahead=0, next_held=[])
    assert {choice["action"]: choice["count"] for choice in helped["screen"]["choices"]} == waiting
