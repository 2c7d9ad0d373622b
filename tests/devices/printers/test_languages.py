"""Answers of printers: split, never by position; half of one is none; what is unknown is a fault."""

import re

import pytest

from devices.health import Condition
from devices.printers.model import PrinterStatus
from devices.printers.tspl import Tspl
from devices.printers.zpl import Zpl, read_errors, read_host_status

HEALTHY = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


def changed(line: int, field: int, value: bytes) -> bytes:
    lines = [part.split(b",") for part in re.findall(rb"\x02(.*?)\x03", HEALTHY)]
    lines[line][field] = value
    return b"".join(b"\x02" + b",".join(parts) + b"\x03\r\n" for parts in lines)


def test_a_healthy_printer() -> None:
    assert read_host_status(HEALTHY) == PrinterStatus((), 0, is_idle=True)


@pytest.mark.parametrize(
    ("line", "field", "condition"),
    [
        (0, 1, Condition.PAPER_OUT),
        (0, 2, Condition.PAUSED),
        (0, 9, Condition.FAULT),
        (0, 10, Condition.HOT),
        (0, 11, Condition.HOT),
        (1, 2, Condition.HEAD_OPEN),
        (1, 3, Condition.RIBBON_OUT),
    ],
)
def test_each_flag_has_its_condition(line: int, field: int, condition: Condition) -> None:
    found = read_host_status(changed(line, field, b"1"))
    assert found is not None
    assert found.fault is condition


@pytest.mark.parametrize(("line", "field", "held"), [(0, 4, 3), (1, 8, 3), (0, 7, 0), (0, 5, 0)])
def test_whatever_it_holds_it_is_not_idle(line: int, field: int, held: int) -> None:
    found = read_host_status(changed(line, field, b"003" if held else b"1"))
    assert found is not None
    assert (found.labels_held, found.is_idle) == (held, False)


@pytest.mark.parametrize("length", range(len(HEALTHY) - 2))
def test_half_an_answer_is_no_answer(length: int) -> None:
    assert read_host_status(HEALTHY[:length]) is None


def test_the_tail_of_a_late_answer_does_no_harm() -> None:
    late = changed(0, 1, b"1")
    for length in range(len(late)):
        assert read_host_status(late[length:] + HEALTHY) == PrinterStatus((), 0, is_idle=True)


@pytest.mark.parametrize("noise", [b"", b"\x02\x03" * 3, b"\x02a,b\x03" * 3, bytes(range(256))])
def test_noise_is_no_answer(noise: bytes) -> None:
    assert read_host_status(noise) is None
    assert read_errors(noise) is None
    assert Zpl().read_counter(noise) is None


@pytest.mark.parametrize(
    ("errors", "conditions"),
    [
        ("0 00000000 00000000", ()),
        ("1 00000000 00000005", (Condition.PAPER_OUT, Condition.HEAD_OPEN)),
        ("1 00000000 00010000", (Condition.PAUSED,)),
        ("1 00000000 00000030", (Condition.HOT,)),
        ("1 00000000 00000400", (Condition.FAULT,)),
        ("1 00000001 00000001", (Condition.PAPER_OUT, Condition.FAULT)),
        ("1 00000000 00000000", (Condition.FAULT,)),
    ],
)
def test_the_error_report(errors: str, conditions: tuple[Condition, ...]) -> None:
    text = f"\x02\r\n  PRINTER STATUS\r\n   ERRORS:       {errors}\r\n   WARNINGS:     0 00000000 00000000\r\n\x03"
    assert read_errors(text.encode()) == conditions
    assert read_errors(text.partition("WARN")[0].encode()) is None


@pytest.mark.parametrize(("reply", "counter"), [(b'"1742"', 1742), (b'"17', None), (b'"?"', None), (b"1742", None)])
def test_the_counter(reply: bytes, counter: int | None) -> None:
    assert Zpl().read_counter(reply) == counter
    assert Zpl().read_counter(HEALTHY + reply) == counter, "a late status is no counter"


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (b"\x00", PrinterStatus((), 0, is_idle=True)),
        (b"\x20", PrinterStatus((), 1, is_idle=False)),
        (b"\x04", PrinterStatus((Condition.PAPER_OUT,), 0, is_idle=True)),
        (b"\x41", PrinterStatus((Condition.HEAD_OPEN,), 0, is_idle=True)),
        (b"\x82", PrinterStatus((Condition.FAULT,), 0, is_idle=True)),
        (b"", None),
        (b"\x00\x00", None),
    ],
)
def test_tspl(reply: bytes, status: PrinterStatus | None) -> None:
    assert Tspl().read_status(reply) == status


def test_a_tspl_counter_is_read_as_configured() -> None:
    assert Tspl(b"x", re.compile(rb"(\d+)\r\n")).read_counter(b"12\r\n") == 12
    assert Tspl(b"x", re.compile(rb"(\d+)\r\n")).read_counter(b"12") is None
    assert Tspl().read_counter(b"12\r\n") is None
