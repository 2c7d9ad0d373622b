"""A receipt of customs and a scan at the lane meet, many times: no parcel leaves after its gate closed.

On the whole application and with real receipts, against sealing a load, against the truck leaving, and an answer to the
exit pass against both. Whichever comes first, what happened and what the books say are one story.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import select

from tests.customs.ceb import receipt
from tests.journeys.test_dispatch import packed, seal
from tests.support.customs_hand import answer_pass, passes
from tests.support.floor import Floor, Handheld
from tests.support.threads import together
from wms.customs.model import DeclarationState
from wms.customs.receipts.intake import store_receipt
from wms.customs.tables import DeclarationRow, GateAnswerRow, IncidentRow

ROUNDS = 9
"""As many as there are totes; each round is a load of its own."""


def declaration(floor: Floor, number: str) -> DeclarationRow:
    parcel_id = floor.parcel(number).id
    query = select(DeclarationRow).where(DeclarationRow.parcel_id == parcel_id)
    return floor.database.reading(lambda session: session.scalars(query).one())


def says(floor: Floor, number: str, status: str, second: int) -> None:
    """A receipt of the list of an order's parcel comes in."""
    row = declaration(floor, number)
    raw = receipt(
        "CEB622", status, f"202611051026{second:02d}000", "said", customsCode=row.customs_code, ebpCode=row.ebp_code,
        ebcCode=row.ebc_code, agentCode=row.agent_code, copNo=row.cop_no,
    )  # fmt: skip
    store_receipt(floor.database, floor.clock, floor.warehouse_id, raw, "test")


def incidents(floor: Floor, number: str) -> set[str]:
    parcel_id = floor.parcel(number).id
    query = select(IncidentRow.outcome).where(IncidentRow.parcel_id == parcel_id)
    return floor.database.reading(lambda session: set(session.scalars(query)))


def last_answer(floor: Floor, number: str, point: str) -> bool:
    """What the gate said when it was asked there last."""
    parcel_id = floor.parcel(number).id
    query = (
        select(GateAnswerRow.is_open)
        .where(GateAnswerRow.parcel_id == parcel_id, GateAnswerRow.asked_at == point)
        .order_by(GateAnswerRow.id.desc())
        .limit(1)
    )
    return floor.database.reading(lambda session: session.scalars(query).one())


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    return together(len(actions), lambda index: actions[index]())


def rounds(floor: Floor) -> list[tuple[str, str]]:
    """Orders of one released parcel each, with their tracking numbers."""
    numbers = [str(number) for number in range(41, 41 + ROUNDS)]
    tracking = packed(floor, *numbers)
    for number in numbers:
        says(floor, number, "800", 1)
        assert declaration(floor, number).state == DeclarationState.RELEASED
    return list(zip(numbers, tracking, strict=True))


def code(hand: Handheld, text: str) -> str:
    return str(hand.scan(text)["code"])


def at_home(floor: Floor, badge: str) -> Handheld:
    """Somebody who has left whatever he was doing."""
    hand = floor.handheld(badge)
    while hand.task is not None:
        hand.scan("*LEAVE*")
        hand = floor.handheld(badge)
    return hand


def loaded(floor: Floor, tracking_no: str) -> Handheld:
    """A loader whose load holds one parcel."""
    hand = at_home(floor, "EMP-4")
    hand.scan("LANE-1")
    assert hand.scan(tracking_no)["code"] == "parcel_staged"
    return hand


def put_into_cage(hand: Handheld, tracking_no: str) -> None:
    assert hand.scan(tracking_no)["screen"]["step"] == "scan_cage"
    hand.scans("CAGE-1")


def test_a_withdrawal_against_sealing_the_load(bonded_floor: Floor) -> None:
    floor = bonded_floor
    for number, tracking_no in rounds(floor):
        hand = loaded(floor, tracking_no)
        assert hand.scan("*DONE*")["code"] == "confirm_seal_load"
        asked, _ = at_once(partial(code, hand, "*DONE*"), partial(says, floor, number, "500", 2))
        assert asked in ("load_sealed_now", "load_gate_closed")
        assert last_answer(floor, number, "seal") == (asked == "load_sealed_now")
        if asked == "load_sealed_now":
            answer_pass(floor)
            assert hand.scan("*DONE*")["code"] == "sealed_gate_closed", "what was sealed green does not leave red"
            hand.scans("*REOPEN*")
        put_into_cage(hand, tracking_no)
        assert declaration(floor, number).left_at is None
    assert floor.stock.world() == [f"SUPPLIER RED -{ROUNDS}"]


def test_a_withdrawal_against_the_truck_leaving(bonded_floor: Floor) -> None:
    floor = bonded_floor
    gone = 0
    for number, tracking_no in rounds(floor):
        hand = loaded(floor, tracking_no)
        seal(hand)
        answer_pass(floor)
        assert hand.scan("*DONE*")["code"] == "confirm_gate_out"
        asked, _ = at_once(partial(code, hand, "*DONE*"), partial(says, floor, number, "500", 2))
        assert asked in ("load_closed", "sealed_gate_closed")
        row = declaration(floor, number)
        assert row.state == DeclarationState.UNDER_INSPECTION
        assert (row.left_at is not None) == (asked == "load_closed")
        assert incidents(floor, number) == ({"under_inspection"} if row.left_at is not None else set())
        assert last_answer(floor, number, "gate_out") == (asked == "load_closed")
        assert passes(floor)[-1][1] == ("used" if asked == "load_closed" else "confirmed")
        if asked == "load_closed":
            gone += 1
        else:
            hand.scans("*REOPEN*")
            put_into_cage(hand, tracking_no)
    shipped = [f"CUSTOMER RED {gone}"] if gone else []
    assert floor.stock.world() == [*shipped, f"SUPPLIER RED -{ROUNDS}"]


def test_a_refused_pass_against_the_truck_leaving(bonded_floor: Floor) -> None:
    floor = bonded_floor
    for number, tracking_no in rounds(floor):
        hand = loaded(floor, tracking_no)
        seal(hand)
        answer_pass(floor)
        assert hand.scan("*DONE*")["code"] == "confirm_gate_out"
        asked, _ = at_once(partial(code, hand, "*DONE*"), partial(answer_pass, floor, confirmed=False))
        assert asked in ("load_closed", "pass_refused")
        left = declaration(floor, number).left_at is not None
        assert left == (asked == "load_closed")
        assert passes(floor)[-1][1] == ("used" if left else "refused")
        assert incidents(floor, number) == ({"pass_refused"} if left else set())
        if not left:
            hand.scans("*REOPEN*")
            seal(hand)
            answer_pass(floor)
            assert hand.scan("*DONE*")["code"] == "confirm_gate_out"
            hand.scans("*DONE*")
    assert floor.stock.world() == [f"CUSTOMER RED {ROUNDS}", f"SUPPLIER RED -{ROUNDS}"]


def test_opening_again_against_the_confirmation_and_against_the_truck_leaving(bonded_floor: Floor) -> None:
    floor = bonded_floor
    for number, tracking_no in rounds(floor):
        hand, other = loaded(floor, tracking_no), at_home(floor, "EMP-1")
        seal(hand)
        other.scan("LANE-1")
        assert other.scan("*REOPEN*")["code"] == "confirm_reopen"
        at_once(partial(code, other, "*REOPEN*"), partial(answer_pass, floor))
        assert passes(floor)[-1][1] == "withdrawn"
        assert hand.scan("*DONE*")["code"] == "lane_taken", "it was opened again"
        seal(hand)
        answer_pass(floor)
        other.scan("LANE-1")
        assert other.scan("*REOPEN*")["code"] == "confirm_reopen"
        assert hand.scan("*DONE*")["code"] == "confirm_gate_out"
        left, opened = at_once(partial(code, hand, "*DONE*"), partial(code, other, "*REOPEN*"))
        row = declaration(floor, number)
        assert (row.left_at is not None) == (left == "load_closed") == (opened != "load_reopened")
        if left != "load_closed":
            seal(other)
            answer_pass(floor)
            assert other.scan("*DONE*")["code"] == "confirm_gate_out"
            other.scans("*DONE*")
    assert floor.stock.world() == [f"CUSTOMER RED {ROUNDS}", f"SUPPLIER RED -{ROUNDS}"]
