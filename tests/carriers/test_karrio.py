"""The adapter over a real child process with every fault: what was bought is known, refused, not sent, or in doubt."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.carriers.karrio_scene import StandIn, standing_in
from tests.carriers.test_sf import DRAFT
from tests.support.threads import together
from wms.carriers.karrio import messages
from wms.carriers.karrio.adapter import SETTINGS
from wms.carriers.karrio.process import Children, NoChild, karrio_command
from wms.carriers.model import (
    Allocated,
    CarrierLabel,
    LabelKind,
    NotPriced,
    Quote,
    RateSource,
    Rejected,
    TooLate,
    TrackingStatus,
    Voided,
    short_reference,
)
from wms.carriers.port import InDoubt, NotGenuine, NotOffered, NotReached
from wms.kernel.money import Money

ABROAD = replace(
    DRAFT,
    recipient=replace(DRAFT.recipient, address="Musterweg 1 10115 Berlin", district="", country="DE"),
    merchant="ACME",
)


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[StandIn]:
    with standing_in(tmp_path / "karrio") as made:
        yield made


def told(stand_in: StandIn) -> dict[str, Any]:
    asked: dict[str, Any] = json.loads((stand_in.folder / "asked").read_text())
    return asked


def test_the_number_comes_with_its_label(stand_in: StandIn) -> None:
    label = CarrierLabel(LabelKind.WITH_NUMBER, "application/pdf", b"%PDF-1.4 label")
    answer = stand_in.carrier().allocate(ABROAD, "K-1")
    assert answer == Allocated("JD0000000001", label=label, carrier_ref="id-JD0000000001")
    asked = told(stand_in)
    assert asked["connection"] == {"site_id": "S", "password": "P", "carrier_id": "dhl", "test_mode": False}
    sent = asked["payload"]
    assert (sent["service"], sent["order_id"]) == ("express", "K-1")
    assert sent["reference"] == short_reference("42", "K-1") != short_reference("42", "K-2")
    assert len(short_reference("4" * 60, "K-1")) <= 35
    assert sent["recipient"]["address_line1"] == "Musterweg 1"
    assert (sent["recipient"]["postal_code"], sent["recipient"]["city"]) == ("10115", "Berlin")
    assert sent["parcels"] == [{"weight": 0.3, "weight_unit": "KG"}]
    assert sent["customs"]["commodities"][0] == {
        "title": "Red brush", "quantity": 2, "value_amount": 10.0, "value_currency": "CNY",
    }  # fmt: skip


def test_a_tidy_child_is_used_again_and_each_asker_has_his_own(stand_in: StandIn) -> None:
    carrier = stand_in.carrier(timeout_seconds="20")
    for number in range(3):
        carrier.allocate(ABROAD, f"K-{number}")
    assert stand_in.starts == 1
    together(3, lambda number: carrier.allocate(ABROAD, f"L-{number}"))
    assert len(stand_in.bought) == 6
    assert stand_in.starts <= 3


def test_a_no_is_a_no_in_the_carriers_words(stand_in: StandIn) -> None:
    stand_in.does("refuses")
    carrier = stand_in.carrier()
    assert carrier.allocate(ABROAD, "K-1") == Rejected("E7", "no such postal code")
    assert carrier.void("JD1", "K-1", "") == TooLate("E7 no such postal code")
    assert carrier.track(["JD1"]) == []
    assert stand_in.bought == []


@pytest.mark.parametrize("address", ["Musterweg 1", "浙江省 杭州市 样例路 1 号", ""])
def test_without_postal_code_and_town_nothing_is_sent(stand_in: StandIn, address: str) -> None:
    draft = replace(ABROAD, recipient=replace(ABROAD.recipient, address=address))
    answer = stand_in.carrier().allocate(draft, "K-1")
    assert isinstance(answer, Rejected)
    assert answer.code == "no_postal_code"
    assert not (stand_in.folder / "starts").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Musterweg 1 10115 Berlin", ("Musterweg 1", "10115", "Berlin")),
        ("12 rue de la Paix, 75002 Paris", ("12 rue de la Paix", "75002", "Paris")),
        ("Damrak 1 1012 LG Amsterdam", ("Damrak 1", "1012 LG", "Amsterdam")),
        ("Hauptstr. 5, D-80331 Bad Tölz", ("Hauptstr. 5", "80331", "Bad Tölz")),
        ("1 High Street, London, SW1A 1AA", ("1 High Street", "SW1A 1AA", "London")),
        ("1 Main Street, Springfield, IL 62701", ("1 Main Street", "IL 62701", "Springfield")),
    ],
)
def test_postal_code_and_town_are_found_in_an_address(text: str, expected: tuple[str, str, str]) -> None:
    draft = replace(ABROAD, recipient=replace(ABROAD.recipient, address=text))
    sent = messages.rate_payload(draft, SETTINGS)
    assert isinstance(sent, dict)
    found = sent["recipient"]
    assert (found["address_line1"], found["postal_code"], found["city"]) == expected


@pytest.mark.parametrize(
    "fault",
    ["silent", "dies before", "dies after", "half", "garbage", "list", "another", "doubt", "says nothing"],
)
def test_asked_and_no_whole_answer_is_doubt_and_the_child_is_not_used_again(stand_in: StandIn, fault: str) -> None:
    stand_in.does(fault)
    carrier = stand_in.carrier()
    with pytest.raises(InDoubt) as doubt:
        carrier.allocate(ABROAD, "K-1")
    assert "样例" not in str(doubt.value)
    assert len(stand_in.bought) == (0 if fault == "dies before" else 1)
    stand_in.does("answers")
    assert isinstance(stand_in.carrier(timeout_seconds="20").allocate(ABROAD, "K-2"), Allocated)
    assert stand_in.starts == (1 if fault in ("doubt", "says nothing") else 2)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("not sent", "connection refused"),
        ("not installed", "No module named 'karrio'"),
        ("stumbles", "did not get ready"),
    ],
)
def test_nothing_sent_is_no_doubt(stand_in: StandIn, fault: str, words: str) -> None:
    stand_in.does(fault)
    with pytest.raises(NotReached, match=words):
        stand_in.carrier().allocate(ABROAD, "K-1")
    assert stand_in.bought == []


def test_a_child_that_never_gets_ready_or_is_no_program_was_not_asked(stand_in: StandIn) -> None:
    stand_in.does("never ready")
    hurried = Children(stand_in.children._command, start_seconds=1)
    with pytest.raises(NotReached, match="did not get ready: no answer within 1 s"):
        hurried.ask({"do": "allocate"}, timeout_seconds=1)
    with pytest.raises(NotReached, match="cannot be started"):
        Children(("/no/such/python",)).ask({}, timeout_seconds=1)
    with pytest.raises(NotReached):
        NoChild().ask({}, timeout_seconds=1)


def test_a_child_that_talks_on_is_not_asked_anything_else(stand_in: StandIn) -> None:
    stand_in.does("talks on")
    carrier = stand_in.carrier(timeout_seconds="20")
    first, second = carrier.allocate(ABROAD, "K-1"), carrier.allocate(ABROAD, "K-2")
    assert isinstance(first, Allocated)
    assert isinstance(second, Allocated)
    assert first.waybill_no != second.waybill_no


def test_taking_back_uses_the_carriers_own_name_for_it(stand_in: StandIn) -> None:
    carrier = stand_in.carrier()
    assert carrier.void("JD1", "K-1", "", carrier_ref="id-7") == Voided()
    assert told(stand_in)["payload"] == {"shipment_identifier": "id-7"}
    assert carrier.void("JD1", "K-1", "") == Voided()
    assert told(stand_in)["payload"] == {"shipment_identifier": "JD1"}


def test_events_come_in_our_words(stand_in: StandIn) -> None:
    events = stand_in.carrier().track(["JD1"])
    assert [(event.status, event.at) for event in events] == [
        (TrackingStatus.IN_TRANSIT, datetime(2026, 11, 5, 10, 0, tzinfo=UTC)),
        (TrackingStatus.DELIVERED, datetime(2026, 11, 6, 14, 30, tzinfo=UTC)),
        (TrackingStatus.OTHER, datetime(2026, 11, 6, 15, 0, tzinfo=UTC)),
    ]
    assert {event.waybill_no for event in events} == {"JD1"}
    for garbage in ([{"events": []}], [{"tracking_number": "JD1", "events": [{"date": "soon"}]}]):
        with pytest.raises(InDoubt):
            messages.events_of(garbage, ["JD1"])


def test_the_price_of_the_service_that_was_asked_about(stand_in: StandIn) -> None:
    asking = stand_in.carrier(rates="ask")
    assert asking.capabilities().rates is RateSource.ASKED
    assert asking.rate(ABROAD) == Quote(Money(1250, "EUR"), "express")
    assert asking.rate(replace(ABROAD, service="none")) == NotPriced("no price for the service none")
    stand_in.does("refuses")
    assert asking.rate(ABROAD) == NotPriced("E7 no such postal code")
    with pytest.raises(InDoubt):
        messages.quote_of([{"service": "express", "total_charge": "1.234", "currency": "EUR"}], "express")


def test_what_it_does_not_offer_it_says(stand_in: StandIn) -> None:
    carrier = stand_in.carrier()
    can = carrier.capabilities()
    assert (can.looks_up, can.pushes, can.manifests, can.label) == (False, False, False, LabelKind.WITH_NUMBER)
    for call in (
        lambda: carrier.lookup("K"),
        lambda: carrier.fetch_label("JD1"),
        lambda: carrier.close_manifest(["JD1"], "K"),
        lambda: carrier.rate(ABROAD),
    ):
        with pytest.raises(NotOffered):
            call()
    with pytest.raises(NotGenuine):
        carrier.parse_push({}, b"{}")


@pytest.mark.parametrize(
    ("docs", "media"),
    [
        ({"label": "JVBERi0x"}, "application/pdf"),
        ({"label": "XlhBXlha"}, "application/vnd.zebra-zpl"),
        ({"label": "Q1R+fkNELH5DQ15+Q1R+Cl5YQV5YWg=="}, "application/vnd.zebra-zpl"),
        ({"label": "R0lGODlh"}, "image/gif"),
        ({"label": "not base64!"}, None),
        ({"label": "aGVsbG8="}, None),
        ({}, None),
    ],
)
def test_a_label_is_known_by_its_first_bytes(docs: dict[str, str], media: str | None) -> None:
    found = messages.allocated_of({"tracking_number": "JD1", "docs": docs}).label
    assert (found.media_type if found else None) == media


def test_a_yes_without_a_number_is_doubt() -> None:
    with pytest.raises(InDoubt):
        messages.allocated_of({"docs": {}})


def test_the_program_itself_says_that_the_library_is_missing() -> None:
    """The real child, by our own interpreter without what is installed beside it."""
    python, isolated, program = karrio_command(None)
    with pytest.raises(NotReached, match="karrio cannot be loaded: ModuleNotFoundError"):
        Children((python, isolated, "-S", program)).ask({"do": "allocate"}, timeout_seconds=1)


def test_amounts_never_pass_through_a_float() -> None:
    sent = messages.shipment_payload(replace(ABROAD, weight_grams=1), "K", {**SETTINGS, "service": "x"})
    assert isinstance(sent, dict)
    assert sent["parcels"][0]["weight"] == Decimal("0.001")
