"""The adapter against the simulated REST carrier over a real socket: every answer, every fault, one waybill per key."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.carriers.scene import REST_TOKEN, rest_account, simulated_rest
from tests.carriers.test_sf import DRAFT
from tests.support.threads import together
from wms.carriers.model import (
    Allocated,
    Amended,
    Answer,
    Cancelled,
    LabelKind,
    Manifest,
    NotPriced,
    NotThere,
    Pending,
    Quote,
    RateSource,
    Rejected,
    TooLate,
    TrackingStatus,
    Voided,
)
from wms.carriers.port import InDoubt, NotGenuine, NotOffered, NotReached
from wms.carriers.rest import messages
from wms.carriers.rest.adapter import RestCarrier
from wms.carriers.simulator.courier import travel
from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.rest import JOURNEY, RestPlatform, pushed
from wms.carriers.wire import ask
from wms.kernel.clock import FixedClock
from wms.kernel.money import Money


@pytest.fixture
def carrier(tmp_path: Path, clock: FixedClock) -> Iterator[RestPlatform]:
    with simulated_rest(tmp_path, clock) as platform:
        yield platform


@pytest.fixture
def rest(carrier: RestPlatform) -> RestCarrier:
    return RestCarrier(rest_account(carrier.address))


def booked(rest: RestCarrier, key: str = "K-1") -> Allocated:
    answer = rest.allocate(DRAFT, key)
    assert isinstance(answer, Allocated)
    return answer


def test_a_number_under_our_key_however_often_it_is_asked_for(rest: RestCarrier, carrier: RestPlatform) -> None:
    answer = booked(rest, "K1-42-1")
    number = answer.waybill_no
    assert answer == Allocated("RC7440000000001", "RC-SHA-03", f"RC|{number}|SHA")
    assert rest.lookup("K1-42-1") == booked(rest, "K1-42-1") == answer
    assert rest.lookup("K-2") == NotThere()
    (known,) = carrier.registry.orders()
    assert known.order_id == "K1-42-1"
    assert known.told["recipient"] == {
        "name": "样例收件人", "phone": "10000000001", "address": "样例路*1~号", "district": "330100", "country": "CN",
    }  # fmt: skip
    assert known.told["contents"] == [{"name": "Red brush", "quantity": 2, "unit_price": "10.00"}]


def test_another_parcel_under_a_used_key_is_doubt_and_books_nothing(rest: RestCarrier, carrier: RestPlatform) -> None:
    booked(rest)
    with pytest.raises(InDoubt, match="key_used another shipment has this key"):
        rest.allocate(replace(DRAFT, weight_grams=1), "K-1")
    assert len(carrier.registry.orders()) == 1


def test_a_hundred_calls_with_one_key_and_every_fifth_answer_lost(carrier: RestPlatform) -> None:
    """Goal G14, with nothing of ours in between: a hundred callers at the carrier's door at once."""
    carrier.faults = Faults(timeout_after=200, seed=11, silence_seconds=9)
    rest = RestCarrier(rest_account(carrier.address, timeout_seconds="8"))

    def call(_: int) -> Answer | str:
        try:
            return rest.allocate(DRAFT, "K-1")
        except (InDoubt, NotReached) as error:
            return type(error).__name__

    outcomes = Counter(map(str, together(100, call)))
    carrier.faults = Faults()
    (known,) = carrier.registry.orders()
    found = rest.lookup("K-1")
    assert isinstance(found, Allocated)
    assert found.waybill_no == known.waybill
    assert set(outcomes) == {str(found), "InDoubt"}
    assert outcomes["InDoubt"] >= 10


def test_a_cancelled_key_is_never_used_again(rest: RestCarrier) -> None:
    number = booked(rest).waybill_no
    assert rest.void(number, "K-1", "wrong") == rest.void(number, "K-1", "wrong") == Voided()
    assert rest.lookup("K-1") == Cancelled()
    assert isinstance(rest.allocate(DRAFT, "K-1"), Rejected)
    assert rest.void("RC1", "K-2", "") == TooLate("no_such_shipment nothing was booked under this key")


def test_what_is_handed_over_is_neither_taken_back_nor_amended(
    rest: RestCarrier, carrier: RestPlatform, clock: FixedClock
) -> None:
    number = booked(rest).waybill_no
    lighter = replace(DRAFT, weight_grams=150, contents=DRAFT.contents[:1])
    assert rest.amend(lighter, number, "K-1") == rest.amend(lighter, number, "K-1") == Amended()
    assert carrier.registry.orders()[0].told["parcel"] == messages.parcel_message(lighter)
    assert booked(rest).waybill_no == number, "what was booked, said once more, is still the same"
    travel(carrier.registry, clock, number, journey=JOURNEY)
    assert rest.void(number, "K-1", "wrong") == TooLate("too_late it was handed over already")
    assert isinstance(rest.amend(DRAFT, number, "K-1"), Rejected)


def test_the_carriers_no_comes_in_its_own_words(rest: RestCarrier, carrier: RestPlatform) -> None:
    nameless = replace(DRAFT, recipient=replace(DRAFT.recipient, phone=""))
    assert rest.allocate(nameless, "K-1") == Rejected("recipient_phone", "the recipient has no telephone")
    carrier.faults = Faults(not_served=1000)
    assert rest.allocate(DRAFT, "K-2") == Rejected("not_served", "the address is not served")
    carrier.faults = Faults(by_hand=1000)
    assert rest.allocate(DRAFT, "K-3") == rest.lookup("K-3") == Pending("somebody looks at the address")


@pytest.mark.parametrize("fault", ["timeout_after", "timeout_before", "bad_gateway", "truncated", "garbage"])
def test_no_usable_answer_is_doubt(rest: RestCarrier, carrier: RestPlatform, fault: str) -> None:
    carrier.faults = Faults(**{fault: 1000})
    with pytest.raises(InDoubt) as doubt:
        rest.allocate(DRAFT, "K-1")
    assert "样例" not in str(doubt.value)
    carrier.faults = Faults()
    is_there = bool(carrier.registry.orders())
    assert is_there or fault in ("timeout_before", "bad_gateway")
    assert rest.lookup("K-1") == (booked(rest) if is_there else NotThere())


def test_turned_away_is_no_doubt(rest: RestCarrier, carrier: RestPlatform) -> None:
    carrier.faults = Faults(busy=1000)
    with pytest.raises(NotReached, match="429"):
        rest.allocate(DRAFT, "K-1")
    carrier.faults = Faults()
    with pytest.raises(NotReached, match="401"):
        RestCarrier(replace(rest_account(carrier.address), secret="guessed")).allocate(DRAFT, "K-1")
    with pytest.raises(NotReached, match="cannot be reached"):
        RestCarrier(rest_account("http://127.0.0.1:9")).allocate(DRAFT, "K-1")
    assert carrier.registry.orders() == []


def test_a_stranger_who_knows_no_such_page_does_not_say_that_nothing_was_booked(carrier: RestPlatform) -> None:
    """A 404 counts only in the carrier's own words: a wrong address, or whoever is in between, may say it as well."""
    elsewhere = RestCarrier(rest_account(f"{carrier.address}/old"))
    for ask_it in (elsewhere.lookup, lambda key: elsewhere.allocate(DRAFT, key)):
        with pytest.raises(InDoubt, match="no_such_address"):
            ask_it("K-1")


def test_the_label_is_fetched_in_its_own_step(rest: RestCarrier, carrier: RestPlatform) -> None:
    number = booked(rest).waybill_no
    label = rest.fetch_label(number)
    assert (label.kind, label.media_type) == (LabelKind.FETCHED, "application/pdf")
    assert number.encode() in label.content
    assert rest.fetch_label(number) == label
    with pytest.raises(InDoubt, match="no_such_waybill"):
        rest.fetch_label("RC0")
    for fault in ("truncated", "garbage"):
        carrier.faults = Faults(**{fault: 1000})
        with pytest.raises(InDoubt, match="gave no label"):
            rest.fetch_label(number)


@pytest.mark.parametrize(("half", "taken"), [(0, 4), (1000, 2)])
def test_of_a_shipment_of_several_pieces_perhaps_half_is_booked(
    rest: RestCarrier, carrier: RestPlatform, half: int, taken: int
) -> None:
    """Ours have one piece each: a carrier that books another number of them has not done what it was asked."""
    carrier.faults = Faults(half_booked=half)
    booked(rest)
    four = json.dumps({**messages.order_message(DRAFT), "pieces": 4}).encode()
    headers = {"Authorization": f"Bearer {REST_TOKEN}"}
    url = f"{carrier.address}/v1/shipments/K-4"
    answer = ask(url, who="it", timeout_seconds=5, method="PUT", headers=headers, body=four)
    assert len(set(json.loads(answer.body)["waybills"])) == taken
    with pytest.raises(InDoubt, match=f"{taken} usable numbers"):
        rest.lookup("K-4")


def test_events_by_asking_and_by_push_are_the_same(rest: RestCarrier, carrier: RestPlatform, clock: FixedClock) -> None:
    number = booked(rest).waybill_no
    routes = travel(carrier.registry, clock, number, len(JOURNEY), journey=JOURNEY)
    events = rest.track([number])
    assert [event.status for event in events] == [
        TrackingStatus.COLLECTED,
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.OTHER,
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.OUT_FOR_DELIVERY,
        TrackingStatus.DELIVERED,
    ]
    assert events[0].at == clock.now()
    body, headers = pushed(routes, REST_TOKEN, clock)
    assert rest.parse_push(headers, body) == events
    knows = RestCarrier(rest_account(carrier.address, statuses="customs_seen=exception"))
    assert knows.track([number])[2].status is knows.parse_push(headers, body)[2].status is TrackingStatus.EXCEPTION
    for forged in (pushed(routes, "guessed", clock)[1], {}):
        with pytest.raises(NotGenuine):
            rest.parse_push(forged, body)
    carrier.faults = Faults(truncated=1000)
    with pytest.raises(InDoubt, match="cannot be read"):
        rest.track([number])


def test_a_manifest_is_closed_once(rest: RestCarrier) -> None:
    first, second = booked(rest, "K-1").waybill_no, booked(rest, "K-2").waybill_no
    closed = rest.close_manifest([first], "LOD-1")
    assert closed == rest.close_manifest([first, second], "LOD-1") == Manifest("M000001", (first,))
    assert isinstance(rest.void(first, "K-1", ""), TooLate)
    assert rest.void(second, "K-2", "") == Voided()
    with pytest.raises(InDoubt, match="no_such_waybill"):
        rest.close_manifest([second], "LOD-2")


def test_the_price_it_names(rest: RestCarrier, carrier: RestPlatform) -> None:
    asking = RestCarrier(rest_account(carrier.address, rates="ask"))
    assert asking.capabilities().rates is RateSource.ASKED
    assert asking.rate(replace(DRAFT, weight_grams=1001)) == Quote(Money(1410, "CNY"), "")
    assert asking.rate(replace(DRAFT, weight_grams=31_000)) == NotPriced("too_heavy nothing above 30 kg")
    assert carrier.registry.orders() == []


def test_what_the_contract_leaves_out_is_said(carrier: RestPlatform) -> None:
    plain = RestCarrier(rest_account(carrier.address, manifests="off", amends="off", label="ours"))
    can = plain.capabilities()
    assert (can.label, can.manifests, can.amends) == (LabelKind.OURS, False, False)
    for call in (
        lambda: plain.close_manifest([], "K"),
        lambda: plain.amend(DRAFT, "RC1", "K"),
        lambda: plain.rate(DRAFT),
    ):
        with pytest.raises(NotOffered):
            call()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"waybills": ["RC1"]}',
        b'{"state": "done"}',
        b'{"state": "booked"}',
        b'{"state": "booked", "waybills": [""]}',
    ],
)
def test_an_answer_of_another_shape_is_garbage(body: bytes) -> None:
    with pytest.raises(InDoubt):
        messages.found_of(body)


def test_a_price_that_cannot_be_read_is_garbage() -> None:
    with pytest.raises(InDoubt):
        messages.quote_of(b'{"price": "gratis", "currency": "CNY"}', "")
