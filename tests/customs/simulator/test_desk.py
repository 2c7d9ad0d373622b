"""Training: lists wait at the desk until a supervisor decides, also from another process."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.customs.simulator.papers import CALM, Desk, Purchase
from wms.customs.simulator.desk import LONGEST_REASON, Decision, decide, is_training, turn_training, waiting
from wms.kernel.refusal import Refusal

ONE, TWO = Purchase(1), Purchase(2)


@pytest.fixture
def training(desk: Desk) -> Desk:
    turn_training(desk.folder, on=True)
    desk.port.scenario = replace(CALM, refused=1000, inspected=1000)
    desk.declare(ONE, TWO)
    desk.settle(hours=1)
    return desk


def test_lists_that_agree_wait_for_a_supervisor(training: Desk) -> None:
    assert is_training(training.folder)
    assert training.said("622", ONE.cop_no) == ["2", "120"]
    first, second = waiting(training.folder)
    assert {first.cop_no, second.cop_no} == {ONE.cop_no, TWO.cop_no}
    assert (first.status, first.lines, first.is_decided) == ("120", 2, False)
    assert first.invt_no == training.invt_no(ONE if first.cop_no == ONE.cop_no else TWO)


def test_what_disagrees_never_gets_to_the_desk(training: Desk) -> None:
    training.declare(Purchase(3).with_(payment__amountPaid="1"))
    training.settle()
    assert training.said("622", Purchase(3).cop_no) == ["2", "100"]
    assert len(waiting(training.folder)) == 2


@pytest.mark.parametrize(
    ("decision", "said", "stays"),
    [
        (Decision.RELEASE, ["800"], False),
        (Decision.REFUSE, ["100"], False),
        (Decision.RETURN, ["700"], False),
        (Decision.INSPECT, ["500"], True),
        (Decision.DETAIN, ["501"], True),
        (Decision.WITHDRAW_LATER, ["800", "500"], True),
    ],
)
def test_what_is_decided_is_said(training: Desk, decision: Decision, said: list[str], stays: bool) -> None:
    assert decide(training.folder, ONE.cop_no, decision, "EMP-1", reason="样品与申报不符") is None
    assert [listed.is_decided for listed in waiting(training.folder) if listed.cop_no == ONE.cop_no] == [True]
    training.settle()
    assert training.said("622", ONE.cop_no) == ["2", "120", *said]
    assert training.said("622", TWO.cop_no) == ["2", "120"]
    assert (ONE.cop_no in {listed.cop_no for listed in waiting(training.folder)}) is stays
    if decision is Decision.REFUSE:
        assert training.why("622", "100") == "[Code:1300;Desc:样品与申报不符]"


def test_an_inspected_list_is_decided_again(training: Desk) -> None:
    decide(training.folder, ONE.cop_no, Decision.INSPECT, "EMP-1")
    training.settle()
    decide(training.folder, ONE.cop_no, Decision.RELEASE, "EMP-1")
    training.settle()
    assert training.said("622", ONE.cop_no) == ["2", "120", "500", "800"]


def test_a_later_decision_takes_the_place_of_the_withdrawal(training: Desk) -> None:
    decide(training.folder, ONE.cop_no, Decision.WITHDRAW_LATER, "EMP-1")
    training.settle(seconds=5)
    decide(training.folder, ONE.cop_no, Decision.REFUSE, "EMP-1", reason="不符")
    training.settle()
    assert training.said("622", ONE.cop_no) == ["2", "120", "800", "100"]


def test_a_quick_decision_does_not_swallow_what_was_said_before(desk: Desk) -> None:
    turn_training(desk.folder, on=True)
    desk.declare(ONE)
    desk.port.run_once()
    assert decide(desk.folder, ONE.cop_no, Decision.RELEASE, "EMP-1") is None
    desk.settle()
    assert desk.said("622") == ["2", "120", "800"]


def test_two_supervisors_do_not_decide_the_same_list(training: Desk) -> None:
    assert decide(training.folder, ONE.cop_no, Decision.RELEASE, "EMP-1") is None
    refusal = decide(training.folder, ONE.cop_no, Decision.RETURN, "EMP-2")
    assert refusal == Refusal("decision_pending", {"cop_no": ONE.cop_no})
    training.settle()
    refusal = decide(training.folder, ONE.cop_no, Decision.RETURN, "EMP-2")
    assert refusal == Refusal("list_not_waiting", {"cop_no": ONE.cop_no})
    assert training.said("622", ONE.cop_no)[-1] == "800"


@pytest.mark.parametrize("reason", ["", "  ", "x" * (LONGEST_REASON + 1)])
def test_a_refusal_needs_a_reason(training: Desk, reason: str) -> None:
    refusal = decide(training.folder, ONE.cop_no, Decision.REFUSE, "EMP-1", reason=reason)
    assert refusal == Refusal("reason_needed", {"longest": LONGEST_REASON})
    assert not any(listed.is_decided for listed in waiting(training.folder))


def test_a_list_that_was_cancelled_in_between_is_left_alone(training: Desk) -> None:
    training.send("623", ONE.cancel(training.invt_no(ONE)))
    decide(training.folder, ONE.cop_no, Decision.RELEASE, "EMP-1")
    training.settle()
    assert training.said("624") == ["2", "120", "399"]
    assert training.said("622", ONE.cop_no) == ["2", "120"]


def test_when_training_ends_the_waiting_lists_go_on(training: Desk) -> None:
    training.port.scenario = CALM
    turn_training(training.folder, on=False)
    training.settle()
    assert waiting(training.folder) == []
    assert training.said("622", ONE.cop_no) == ["2", "120", "800"]
    assert not is_training(training.folder)


def test_looking_makes_nothing(tmp_path: Path) -> None:
    assert waiting(tmp_path) == []
    assert not is_training(tmp_path)
    assert decide(tmp_path, "X", Decision.RELEASE, "EMP-1") == Refusal("list_not_waiting", {"cop_no": "X"})
    assert list(tmp_path.iterdir()) == []


def test_another_process_decides_while_the_port_works(training: Desk) -> None:
    decider = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from wms.customs.simulator.desk import decide, waiting, Decision\n"
            "folder = Path(sys.argv[1])\n"
            "while waiting(folder):\n"
            "    for listed in waiting(folder):\n"
            "        decide(folder, listed.cop_no, Decision.RELEASE, 'EMP-1')\n",
            str(training.folder),
        ],
    )
    training.declare(*(Purchase(number) for number in range(3, 23)))
    while decider.poll() is None:
        training.port.run_once()
    assert decider.returncode == 0
    turn_training(training.folder, on=False)
    training.port.scenario = CALM
    training.settle()
    assert training.said("622").count("800") == 22
