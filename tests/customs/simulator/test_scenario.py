"""Each share does what it says, all of them together stay readable, and the same day comes out the same."""

import shutil
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.customs.simulator.papers import CALM, Desk, Purchase
from wms.customs.simulator.scenario import EVERYDAY, Scenario

ONE = Purchase()


def day_with(folder: Path, scenario: Scenario, purchases: int = 1, seed: int = 1) -> Desk:
    desk = Desk(folder, replace(scenario, unsigned_allowed=True), seed)
    desk.declare(*(Purchase(number) for number in range(1, purchases + 1)))
    desk.settle()
    return desk


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        (Scenario(refused=1000), ["2", "100"]),
        (Scenario(reviewed=1000), ["2", "120", "300", "399", "800"]),
        (Scenario(inspected=1000), ["2", "120", "500", "800"]),
        (Scenario(inspected=1000, refused_after_inspection=1000), ["2", "120", "500", "100"]),
        (Scenario(detained=1000, sent_back=1000), ["2", "120", "5xx", "700"]),
        (Scenario(detained=1000), ["2", "120", "5xx", "800"]),
        (Scenario(closed=1000), ["2", "120", "800", "899"]),
        (Scenario(orders_refused=1000), ["2", "100"]),
        (Scenario(), ["2", "120", "800"]),
    ],
)
def test_what_customs_decide(tmp_path: Path, scenario: Scenario, said: list[str]) -> None:
    desk = day_with(tmp_path / "HZ1", scenario)
    heard = desk.said("622")
    assert ["5xx" if status in ("501", "502", "503", "599") else status for status in heard] == said
    for status in ("100", "700"):
        if status in heard:
            assert desk.why("622", status).startswith("[Code:1")


def test_a_release_is_withdrawn(tmp_path: Path) -> None:
    desk = day_with(tmp_path / "HZ1", Scenario(withdrawn=1000, refused_after_inspection=500), purchases=40)
    courses = {tuple(desk.said("622", Purchase(number).cop_no)) for number in range(1, 41)}
    assert courses == {
        ("2", "120", "800", "100"),
        ("2", "120", "800", "500", "100"),
        ("2", "120", "800", "500", "800"),
    }


def test_what_could_not_be_worked_on_is_sent_again(tmp_path: Path) -> None:
    desk = day_with(tmp_path / "HZ1", Scenario(technical=1000), purchases=20)
    assert set(desk.said("622")) == {"2", "4", "-621002", "-621013"}
    assert set(desk.said("312")) == {"2", "4"}
    desk.port.scenario = CALM
    desk.declare(ONE.at("20261105120000"))
    desk.settle()
    assert desk.said("622", ONE.cop_no)[-1] == "800"


def test_shares_are_shares(tmp_path: Path) -> None:
    desk = day_with(tmp_path / "HZ1", Scenario(refused=250), purchases=100)
    assert 12 <= desk.said("622").count("100") <= 38
    assert desk.said("622").count("100") + desk.said("622").count("800") == 100


def test_receipts_come_twice_in_another_message(tmp_path: Path) -> None:
    calm, doubled = day_with(tmp_path / "A", Scenario()), day_with(tmp_path / "B", Scenario(doubled=1000))
    assert len(doubled.raw()) == 2 * len(calm.raw())
    assert len(set(doubled.raw())) == len(doubled.raw())
    assert doubled.said("622") == calm.said("622")


def test_late_receipts_arrive_behind_ones_that_were_written_later(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "HZ1", replace(CALM, overtaken=300))
    desk.declare(*(Purchase(number) for number in range(1, 11)))
    order: list[str] = []
    for _ in range(30):
        desk.settle(seconds=1)
        seen = {(entry.cop_no, entry.return_time) for entry in desk.entries() if entry.cop_no}
        order += sorted(f"{time}" for _, time in seen if time not in order)
    assert order != sorted(order)


def test_several_receipts_come_in_one_message(tmp_path: Path) -> None:
    desk = day_with(tmp_path / "HZ1", Scenario(batched=1000), purchases=50)
    assert len(desk.said("622")) == 150
    assert len(desk.raw()) < 60


def test_an_outage_delays_every_answer(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "HZ1", replace(CALM, outages=1000, outage_ms=600_000))
    desk.declare(ONE)
    desk.settle(minutes=9)
    assert desk.raw() == []
    desk.settle(minutes=2)
    assert desk.said("622") == ["2", "120", "800"]


@pytest.mark.parametrize(
    ("scenario", "mark", "without"),
    [
        (Scenario(in_gb2312=1000), b'encoding="GB2312"', b"UTF-8"),
        (Scenario(with_bom=1000), b"\xef\xbb\xbf<?xml", b"GB2312"),
        (Scenario(prefixed=1000), b"<ceb:CEB", b"<CEB"),
        (Scenario(), b'Message xmlns="', b"ceb:"),
    ],
)
def test_how_receipts_are_written(tmp_path: Path, scenario: Scenario, mark: bytes, without: bytes) -> None:
    desk = day_with(tmp_path / "HZ1", scenario)
    assert all(mark in raw and without not in raw for raw in desk.raw())
    assert desk.said("622")[-1] == "800"


def test_others_are_taken_for_given_where_that_is_asked_for(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "HZ1", replace(CALM, assumed_after_ms=60_000))
    desk.send("311", ONE.order())
    desk.send("621", ONE.list())
    desk.settle(seconds=50)
    assert desk.said("622") == ["2"]
    desk.settle()
    assert desk.said("622") == ["2", "120", "800"]
    # What is there must agree all the same.
    desk.send("311", Purchase(2).order())
    desk.send("621", Purchase(2).with_(list__buyerName="样例乙").list())
    desk.settle()
    assert desk.said("622", Purchase(2).cop_no) == ["2", "100"]


ROUGH = replace(
    EVERYDAY,
    **{field.name: 300 for field in fields(Scenario) if getattr(EVERYDAY, field.name) and "ms" not in field.name},
)


def receipts(desk: Desk) -> list[bytes]:
    """Without the messages around them: which of those are joined depends on when one looks."""
    return sorted({repr(entry).encode() for entry in desk.entries()})


def test_the_same_day_is_the_same_in_any_order_and_after_any_restart(tmp_path: Path) -> None:
    first = day_with(tmp_path / "A", ROUGH, purchases=20)
    assert {entry.message_type for entry in first.entries()} == {"CEB312", "CEB412", "CEB512", "CEB622"}

    other = Desk(tmp_path / "B", replace(ROUGH, unsigned_allowed=True))
    for number in reversed(range(1, 21)):
        purchase = Purchase(number)
        other.send("621", purchase.list())
        other.send("511", purchase.waybill())
        other.send("411", purchase.payment())
        other.send("311", purchase.order())
        # Another port object for every file, as after a restart.
        other.port = Desk(tmp_path / "B", other.port.scenario).port
        other.port.clock = other.clock
        other.port.run_once()
    other.settle()
    assert receipts(other) == receipts(first)
    assert receipts(day_with(tmp_path / "C", ROUGH, purchases=20, seed=2)) != receipts(first)


def test_an_everyday_day_ends_for_every_list(tmp_path: Path) -> None:
    desk = day_with(tmp_path / "HZ1", replace(ROUGH, technical=0), purchases=30)
    ends = {desk.said("622", Purchase(number).cop_no)[-1] for number in range(1, 31)}
    assert ends <= {"100", "700", "800", "899"}
    assert len(ends) >= 3


def test_nothing_is_said_twice_when_time_stands_still(desk: Desk) -> None:
    desk.declare(ONE)
    desk.settle()
    before = desk.raw()
    shutil.rmtree(desk.folder / "inbox")
    desk.clock.forward(timedelta(days=1))
    assert desk.port.run_once() == 0
    assert before
    assert desk.raw() == []
