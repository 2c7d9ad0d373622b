"""A parcel explains itself on whichever screen it is scanned, and the task stays exactly as it is."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.journeys.test_dispatch import packed
from tests.support.customs_hand import answer_pass, decide, release, withdraw
from tests.support.floor import Floor, Handheld
from wms.customs.model import DeclarationState, DocumentKind, DocumentState
from wms.customs.tables import DeclarationRow, DocumentRow, GateAnswerRow
from wms.tasks.tables import TaskRow


def paper(reply: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """One row of what a parcel says about itself."""
    return next(row for row in reply["parcel"]["papers"] if row["paper"] == name)


def say(floor: Floor, number: str, kind: DocumentKind, state: DocumentState, said: str) -> None:
    """Customs says something about one document of an order's parcel."""
    parcel_id = floor.parcel(number).id
    declaration = select(DeclarationRow.id).where(DeclarationRow.parcel_id == parcel_id).scalar_subquery()
    floor.database.in_transaction(
        lambda session: session.execute(
            update(DocumentRow)
            .where(DocumentRow.declaration_id == declaration, DocumentRow.kind == kind.value)
            .values(state=state.value, since=floor.clock.now(), said=said)
        )
    )


def tasks(floor: Floor) -> list[tuple[Any, ...]]:
    query = select(TaskRow.id, TaskRow.version, TaskRow.step, TaskRow.progress, TaskRow.state).order_by(TaskRow.id)
    return floor.database.reading(lambda session: [tuple(row) for row in session.execute(query)])


def answers(floor: Floor) -> int:
    return floor.database.reading(lambda session: len(session.scalars(select(GateAnswerRow.id)).all()))


def test_at_home_it_says_which_document_is_refused_since_when_and_in_whose_words(bonded_floor: Floor) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    say(floor, "41", DocumentKind.ORDER, DocumentState.ACCEPTED, "新增申报成功")
    said = "[Code:1313;Desc:订购人姓名与支付人不一致]"
    say(floor, "41", DocumentKind.PAYMENT, DocumentState.REFUSED, said)
    say(floor, "41", DocumentKind.LOGISTICS, DocumentState.MISSING, "")
    decide(floor, "41", DeclarationState.UNDER_INSPECTION, "布控查验")
    told = floor.handheld("EMP-3").scan(number)
    assert (told["outcome"], told["code"], told["task"]) == ("gate_closed", "parcel_held", None)
    assert told["message"]["next"] == "Put it in CAGE-1."
    assert told["parcel"]["open"] is False
    assert paper(told, "order")["state"] == "accepted by customs"
    refused = paper(told, "payment slip")
    assert (refused["state"], refused["tone"], refused["said"]) == ("refused", "stop", said)
    assert refused["since"] == "since 5 Nov 12:00"
    assert paper(told, "waybill")["state"] == "missing"
    listed = paper(told, "inventory list")
    assert (listed["state"], listed["said"]) == ("inspection ordered", "布控查验")


def test_customs_own_words_come_with_their_meaning_in_english(bonded_floor: Floor) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    decide(floor, "41", DeclarationState.UNDER_INSPECTION, "布控查验")
    parcel_id = floor.parcel("41").id
    floor.database.in_transaction(
        lambda session: session.execute(
            update(DeclarationRow).where(DeclarationRow.parcel_id == parcel_id).values(status="500")
        )
    )
    told = floor.handheld("EMP-1").scan(number)
    assert paper(told, "inventory list")["said"] == "布控查验"
    assert "inspection" in paper(told, "inventory list")["english"]


STEPS = {
    "receiving.scan_container": ("ASN-4711",),
    "receiving.scan_item": ("ASN-4711", "P-1"),
    "receiving.scan_lot": ("ASN-4711", "P-1", "CREAM"),
    "picking.scan_tote": ("*PICK*",),
    "picking.scan_place": ("T-5",),
    "picking.scan_item": ("T-5", "A-02"),
    "packing.scan_bench": ("T-6",),
    "packing.scan_item": ("T-6", "BENCH-1"),
    "packing.scan_box": ("T-6", "BENCH-1", "GREEN"),
    "packing.weigh": ("T-6", "BENCH-1", "GREEN", "BOX-S"),
}


def scan_all(hand: Handheld, texts: tuple[str, ...]) -> None:
    for text in texts:
        reply = hand.scan(text)
        assert reply["outcome"] in ("accepted", "completed"), (text, reply["code"])


@pytest.mark.parametrize("at", STEPS)
def test_in_every_step_it_answers_and_leaves_the_task_as_it_is(bonded_floor: Floor, at: str) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    floor.put_stock("A-02 BLUE 5\nA-03 GREEN 1")
    floor.notice("4711", CREAM=2, RED=1)
    floor.order("50", GREEN=1)
    scan_all(floor.handheld("EMP-2"), ("T-6", "A-03", "GREEN"))
    floor.order("51", BLUE=2)
    hand = floor.handheld("EMP-1", device="anywhere")
    scan_all(hand, STEPS[at])
    assert f"{hand.screen['screen']}.{hand.screen['step']}" == at
    before, kept, screen = tasks(floor), answers(floor), hand.screen
    told = hand.scan(number)
    assert (told["outcome"], told["code"]) == ("refused", "parcel_held")
    assert [row["paper"] for row in told["parcel"]["papers"]] == ["order", "payment slip", "waybill", "inventory list"]
    assert tasks(floor) == before
    assert answers(floor) == kept, "nothing may move on it, so it is no answer of the gate"
    assert hand.screen == screen
    sscc = hand.scan(f"00{floor.parcel('41').sscc}")
    assert sscc["parcel"]["parcel"] == number


def test_it_says_where_it_belongs(bonded_floor: Floor) -> None:
    floor = bonded_floor
    first, second = packed(floor, "41", "42")
    release(floor, "41", "42")
    asks, hand = floor.handheld("EMP-3"), floor.handheld("EMP-4")

    def told(number: str) -> str:
        return str(asks.scan(number)["code"])

    released = asks.scan(first)
    assert (released["outcome"], released["message"]["next"]) == ("accepted", "Bring it to the lane.")
    hand.scans("LANE-1", first)
    assert told(first) == "parcel_on_lane"
    withdraw(floor, "42")
    hand.scan(second)
    hand.scans("CAGE-1")
    assert told(second) == "parcel_held_here"
    hand.scan("*DONE*")
    hand.scan("*DONE*")
    withdraw(floor, "41")
    assert told(first) == "red_on_sealed_load"
    release(floor, "41")
    answer_pass(floor)
    hand.scan("*DONE*")
    hand.scans("*DONE*")
    assert told(first) == "parcel_gone"


def test_where_goods_need_no_release_a_parcel_is_only_asked_for_its_lane(floor: Floor) -> None:
    (number,) = packed(floor, "41")
    told = floor.handheld("EMP-4").scan(number)
    assert (told["code"], told["parcel"]) == ("scan_lane_first", None)
    assert answers(floor) == 0, "there is no gate, so it gives no answer"
