import json
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.customs.parcels import START, facts, yuan
from wms.customs.facts import ParcelFacts, documents_of
from wms.customs.fold import Attempt, fold
from wms.customs.model import (
    DECLARED,
    DeclarationState,
    MessageType,
    ReceiptEntry,
    return_time_as_utc,
)
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.regimes.simulated.port import NotUnderstood, PlannedReceipt, Scenario, answers

CALM = Scenario(refused=0, inspected=0, withdrawn=0, doubled=0, overtaking=0, in_gb2312=0)


def documents(what: ParcelFacts | None = None) -> str:
    guids = {kind: f"GUID-{kind}" for kind in DECLARED}
    made = documents_of(what or facts(), cop_no="COP-1", guids=guids, now=START)
    return json.dumps({document.kind: json.loads(document.body) for document in made})


def play(scenario: Scenario, seed: int = 1, what: ParcelFacts | None = None) -> tuple[PlannedReceipt, ...]:
    return answers(documents(what), scenario, START, Random(seed))


def entries(planned: tuple[PlannedReceipt, ...]) -> list[ReceiptEntry]:
    """What the real reader makes of the answers."""
    read: list[ReceiptEntry] = []
    for receipt in planned:
        reading = read_receipt(receipt.body)
        assert not reading.quarantined
        read += reading.entries
    return read


def outcome(planned: tuple[PlannedReceipt, ...]) -> DeclarationState:
    return fold(entries(planned), Attempt(), sent=True).state


def test_the_usual_course() -> None:
    read = entries(play(CALM))
    said = {(entry.message_type, entry.return_status) for entry in read}
    assert said == {
        *((kind, status) for kind in ("CEB312", "CEB412", "CEB512") for status in ("2", "120")),
        *(("CEB622", status) for status in ("2", "120", "800")),
    }
    assert outcome(play(CALM)) is DeclarationState.RELEASED


def test_keys_are_those_of_the_documents() -> None:
    keys = {entry.message_type: entry.business_key for entry in entries(play(CALM))}
    assert keys == {
        MessageType.ORDER_RECEIPT: ("9999960001", "ORD-1"),
        MessageType.PAYMENT_RECEIPT: ("9999960003", "PAY-ORD-1"),
        MessageType.LOGISTICS_RECEIPT: ("9999980004", "WB-ORD-1"),
        MessageType.LIST_RECEIPT: ("9999980005", "COP-1"),
    }


def test_the_list_number_comes_with_customs_and_not_before() -> None:
    listed = [entry for entry in entries(play(CALM)) if entry.message_type is MessageType.LIST_RECEIPT]
    assert [(entry.return_status, entry.invt_no is None) for entry in listed] == [
        ("2", True),
        ("120", False),
        ("800", False),
    ]


@pytest.mark.parametrize(
    ("scenario", "state"),
    [
        (replace(CALM, refused=1000), DeclarationState.REJECTED),
        (replace(CALM, inspected=1000, refused_after_inspection=0), DeclarationState.RELEASED),
        (replace(CALM, inspected=1000, refused_after_inspection=1000), DeclarationState.REJECTED),
        (replace(CALM, withdrawn=1000), DeclarationState.UNDER_INSPECTION),
    ],
)
def test_scenarios(scenario: Scenario, state: DeclarationState) -> None:
    assert outcome(play(scenario)) is state


@pytest.mark.parametrize(
    ("changed", "code", "message"),
    [
        ({"discount": yuan(0)}, "1332", MessageType.PAYMENT_RECEIPT),
        ({"buyer": replace(facts().buyer, name="别人")}, "1327", MessageType.PAYMENT_RECEIPT),
    ],
)
def test_documents_that_do_not_agree_are_refused(changed: dict[str, Any], code: str, message: MessageType) -> None:
    planned = play(CALM, what=replace(facts(), **changed))
    refused = [entry for entry in entries(planned) if entry.return_status == "100"]
    assert {entry.message_type for entry in refused} == {message, MessageType.LIST_RECEIPT}
    assert all(f"Code:{code}" in entry.return_info for entry in refused)
    assert outcome(planned) is DeclarationState.REJECTED


def test_lists_that_differ_are_refused() -> None:
    papers = json.loads(documents())
    papers["inventory"]["lines"].pop()
    planned = answers(json.dumps(papers), CALM, START, Random(1))
    assert outcome(planned) is DeclarationState.REJECTED
    papers = json.loads(documents())
    papers["inventory"]["logisticsNo"] = "OTHER"
    assert outcome(answers(json.dumps(papers), CALM, START, Random(1))) is DeclarationState.REJECTED


@pytest.mark.parametrize("sent", ["", "{}", "[]", '{"order": 1}', "null"])
def test_nonsense_is_not_answered(sent: str) -> None:
    with pytest.raises(NotUnderstood):
        answers(sent, CALM, START, Random(1))


def test_gb2312_is_really_that() -> None:
    planned = play(replace(CALM, in_gb2312=1000))
    assert all(b'encoding="GB2312"' in receipt.body for receipt in planned)
    assert "放行" in entries(planned)[-1].return_info
    with pytest.raises(UnicodeDecodeError):
        planned[-1].body.decode()


def test_doubled() -> None:
    bodies = [receipt.body for receipt in play(replace(CALM, doubled=1000))]
    assert len(bodies) == 2 * len(set(bodies))


def test_some_arrive_behind_later_ones() -> None:
    read = entries(play(replace(CALM, overtaking=500), seed=3))
    times = [entry.return_time for entry in read]
    assert times != sorted(times)


@given(st.integers(0, 10**6), st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_same_seed_same_day_and_nothing_arrives_before_it_was_decided(
    seed: int, refused: int, inspected: int, overtaking: int
) -> None:
    scenario = Scenario(refused=refused, inspected=inspected, overtaking=overtaking, doubled=300, in_gb2312=300)
    planned = play(scenario, seed)
    assert planned == play(scenario, seed)
    assert [receipt.delay_ms for receipt in planned] == sorted(receipt.delay_ms for receipt in planned)
    for receipt, entry in zip(planned, entries(planned), strict=True):
        assert return_time_as_utc(entry.return_time) <= START + timedelta(milliseconds=receipt.delay_ms)
