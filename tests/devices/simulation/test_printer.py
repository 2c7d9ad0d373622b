"""The simulated printer forgets what a real one forgets, and keeps what a real one keeps."""

import pytest

from devices.simulation.printer import Fault, Language, PowerGone, SimulatedPrinter

LABEL = b"^XA^FO1,1^FDx^FS^XZ"


def test_a_label_that_waits_for_paper_is_gone_with_the_power_but_the_counter_is_not() -> None:
    paper: list[bytes] = []
    machine = SimulatedPrinter(paper.append)
    machine.answers(LABEL)
    machine.faults = {Fault.PAPER_OUT}
    machine.answers(LABEL)
    assert b",001," in machine.answers(b"~HS")
    machine.cut_power()
    machine.faults = set()
    assert b",000," in machine.answers(b"~HS")
    assert len(paper) == 1
    assert machine.answers(b'! U1 getvar "odometer.total_label_count"\r\n') == b'"1001"'


def test_half_a_label_is_held_as_such_and_forgotten_on_command() -> None:
    machine = SimulatedPrinter(lambda label: None)
    machine.answers(LABEL[:9])
    assert machine.answers(b"~HS").split(b",")[7] == b"1"
    machine.answers(b"~JA")
    assert machine.answers(b"~HS").split(b",")[7] == b"0"


def test_a_cut_at_a_byte_counts_bytes_of_labels_only() -> None:
    machine = SimulatedPrinter(lambda label: None)
    machine.cut_at_byte = 2
    machine.answers(b"~HS~HQES")
    with pytest.raises(PowerGone):
        machine.answers(LABEL)
    assert machine.power_cuts == 1


def test_a_label_in_motion_comes_out_although_all_is_cancelled() -> None:
    paper: list[bytes] = []
    machine = SimulatedPrinter(paper.append, motion_ms=1)
    machine.answers(LABEL + LABEL)
    machine.answers(b"~JA")
    for _ in range(1000):
        machine.pass_time()
    import time

    time.sleep(0.005)
    machine.pass_time()
    assert len(paper) == 1


def test_tspl_counts_and_tells_its_faults_in_one_byte() -> None:
    paper: list[bytes] = []
    machine = SimulatedPrinter(paper.append, Language.TSPL)
    machine.answers(b"CLS\r\nPRINT 1,1\r\n")
    assert machine.answers(b"\x1b!?") == b"\x00"
    machine.faults = {Fault.PAPER_OUT, Fault.HEAD_OPEN}
    assert machine.answers(b"\x1b!?") == b"\x05"
    assert machine.answers(b"OUT @LABEL\r\n") == b"1001\r\n"
    assert len(paper) == 1


def test_a_tspl_picture_is_bytes_and_no_command_but_what_is_done_at_once() -> None:
    paper: list[bytes] = []
    machine = SimulatedPrinter(paper.append, Language.TSPL)
    label = b"CLS\r\nBITMAP 0,0,8,2,0,\r\nPRINT 1,1\r\n,,,\r\nPRINT 1,1\r\n"
    for byte in label[:25]:
        machine.answers(bytes((byte,)))
    assert machine.answers(b"\x1b!?") == b"\x00", "asked in the middle of a picture"
    machine.answers(label[25:])
    assert paper == [label]
    machine.answers(label[:25] + b"\x1b!." + b"CLS\r\nPRINT 1,1\r\n")
    assert paper[1:] == [b"CLS\r\nPRINT 1,1\r\n"], "what was begun is forgotten"
    machine.cut_at_byte = 30
    with pytest.raises(PowerGone):
        machine.answers(label)
    assert len(paper) == 2
