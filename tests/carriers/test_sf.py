"""The adapter against the simulated platform over a real socket: every answer, every fault, one waybill per key."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.carriers.scene import CHECKWORD, sf_account
from tests.support.threads import together
from wms.carriers.model import (
    Allocated,
    Answer,
    Cancelled,
    Contact,
    Content,
    LabelKind,
    NotPriced,
    NotThere,
    Pending,
    Quote,
    RateSource,
    Rejected,
    ShipmentDraft,
    TooLate,
    TrackingStatus,
    Voided,
)
from wms.carriers.port import InDoubt, NotGenuine, NotOffered, NotReached
from wms.carriers.sf.adapter import SfExpress
from wms.carriers.sf.messages import Inner, label_address, order_message, price_question, quote_of
from wms.carriers.simulator.courier import JOURNEY, pushed_body, travel
from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.platform import Platform
from wms.carriers.wire import ask
from wms.kernel.clock import FixedClock
from wms.kernel.money import Money

DRAFT = ShipmentDraft(
    "42",
    Contact("Acme", "", "样例园区 1 号", "", "CN"),
    Contact("样例收件人", "10000000001", "样例路*1~号", "330100", "CN"),
    (Content("Red brush", 2, 1000),),
    300,
    "CNY",
)


@pytest.fixture
def sf(carrier: Platform, clock: FixedClock) -> SfExpress:
    return SfExpress(sf_account(carrier.address), clock)


def slow(carrier: Platform, clock: FixedClock) -> SfExpress:
    """With more patience: many at once on a busy machine take their time."""
    return SfExpress(sf_account(carrier.address, timeout_seconds="8"), clock)


def test_a_number_and_what_sorting_wants(sf: SfExpress, carrier: Platform) -> None:
    answer = sf.allocate(DRAFT, "K-1")
    assert answer == Allocated("SF7440000000001", "571W-330100-A3", "MMM={'k5':'SF7440000000001'}")
    assert sf.lookup("K-1") == answer
    assert sf.lookup("K-2") == NotThere()


@pytest.mark.parametrize("is_error", [True, False])
def test_the_same_key_twice_is_one_order(sf: SfExpress, carrier: Platform, is_error: bool) -> None:
    carrier.faults = Faults(duplicate_is_error=is_error)
    assert sf.allocate(DRAFT, "K-1") == sf.allocate(DRAFT, "K-1")
    assert len(carrier.registry.orders()) == 1


@pytest.mark.parametrize("is_error", [True, False])
def test_a_hundred_calls_with_one_key_and_every_fifth_answer_lost(
    carrier: Platform, clock: FixedClock, is_error: bool
) -> None:
    """Nothing of ours stands in between: a hundred callers at the carrier's door at once."""
    carrier.faults = Faults(timeout_after=200, duplicate_is_error=is_error, seed=11, silence_seconds=9)
    sf = slow(carrier, clock)

    def call(_: int) -> Answer | str:
        try:
            return sf.allocate(DRAFT, "K-1")
        except (InDoubt, NotReached) as error:
            return type(error).__name__

    outcomes = Counter(map(str, together(100, call)))
    carrier.faults = Faults()
    (known,) = carrier.registry.orders()
    found = sf.lookup("K-1")
    assert isinstance(found, Allocated)
    assert found.waybill_no == known.waybill
    assert set(outcomes) == {str(found), "InDoubt"}
    assert outcomes["InDoubt"] >= 10


def test_a_cancelled_key_is_never_used_again(sf: SfExpress) -> None:
    answer = sf.allocate(DRAFT, "K-1")
    assert isinstance(answer, Allocated)
    assert sf.void(answer.waybill_no, "K-1", "wrong") == Voided()
    assert sf.void(answer.waybill_no, "K-1", "wrong") == Voided()
    assert sf.lookup("K-1") == Cancelled()
    assert sf.allocate(DRAFT, "K-1") == Rejected("8037", "已消单")


def test_a_collected_parcel_is_not_taken_back(sf: SfExpress, carrier: Platform, clock: FixedClock) -> None:
    answer = sf.allocate(DRAFT, "K-1")
    assert isinstance(answer, Allocated)
    travel(carrier.registry, clock, answer.waybill_no)
    assert sf.void(answer.waybill_no, "K-1", "wrong") == TooLate("8096 已收件，不能消单")


def test_the_carriers_no_comes_in_its_own_words(sf: SfExpress, carrier: Platform) -> None:
    nameless = replace(DRAFT, recipient=replace(DRAFT.recipient, phone=""))
    assert sf.allocate(nameless, "K-1") == Rejected("8057", "收件人电话为空")
    carrier.faults = Faults(not_served=1000)
    assert sf.allocate(DRAFT, "K-2") == Rejected("filterResult 3", "收方地址不在派送范围")
    carrier.faults = Faults(by_hand=1000)
    assert isinstance(sf.allocate(DRAFT, "K-3"), Pending)


@pytest.mark.parametrize("fault", ["timeout_after", "timeout_before", "bad_gateway", "truncated", "garbage"])
def test_no_usable_answer_is_doubt(sf: SfExpress, carrier: Platform, fault: str) -> None:
    carrier.faults = Faults(**{fault: 1000})
    with pytest.raises(InDoubt) as doubt:
        sf.allocate(DRAFT, "K-1")
    assert "样例" not in str(doubt.value)


@pytest.mark.parametrize(("fault", "code"), [("busy", "A1011"), ("skewed", "A1002")])
def test_turned_away_at_the_gateway_is_no_doubt(sf: SfExpress, carrier: Platform, fault: str, code: str) -> None:
    carrier.faults = Faults(**{fault: 1000})
    with pytest.raises(NotReached, match=code):
        sf.allocate(DRAFT, "K-1")
    assert carrier.registry.orders() == []


def test_a_wrong_checkword_is_turned_away(carrier: Platform, clock: FixedClock) -> None:
    stranger = replace(sf_account(carrier.address), secret="guessed")
    with pytest.raises(NotReached, match="A1006"):
        SfExpress(stranger, clock).allocate(DRAFT, "K-1")


def test_nobody_there_is_no_doubt(clock: FixedClock) -> None:
    with pytest.raises(NotReached, match="cannot be reached"):
        SfExpress(sf_account("http://127.0.0.1:9"), clock).allocate(DRAFT, "K-1")


def test_the_label_comes_through_a_link_with_a_token(sf: SfExpress) -> None:
    answer = sf.allocate(DRAFT, "K-1")
    assert isinstance(answer, Allocated)
    label = sf.fetch_label(answer.waybill_no)
    assert (label.kind, label.media_type) == (LabelKind.FETCHED, "application/pdf")
    assert answer.waybill_no.encode() in label.content
    assert sf.fetch_label(answer.waybill_no) == label
    with pytest.raises(InDoubt, match="8024"):
        sf.fetch_label("SF0000000000000")


def test_a_link_to_a_label_ends(sf: SfExpress, carrier: Platform, clock: FixedClock) -> None:
    answer = sf.allocate(DRAFT, "K-1")
    assert isinstance(answer, Allocated)
    printed = sf._work("COM_RECE_CLOUD_PRINT_WAYBILLS", {"documents": [{"masterWaybillNo": answer.waybill_no}]})
    url, token = label_address(printed)
    assert ask(url, who="SF", timeout_seconds=5, headers={"X-Auth-token": token}).status == 200
    clock.forward(timedelta(hours=2))
    assert ask(url, who="SF", timeout_seconds=5, headers={"X-Auth-token": token}).status != 200
    assert sf.fetch_label(answer.waybill_no).content.startswith(b"%PDF")


@pytest.mark.parametrize(("half", "booked"), [(0, 4), (1000, 2)])
def test_of_a_shipment_of_several_pieces_perhaps_half_is_booked(
    sf: SfExpress, carrier: Platform, half: int, booked: int
) -> None:
    """Ours have one piece each, and one number: a simulated carrier shows what others would meet."""
    carrier.faults = Faults(half_booked=half)
    assert isinstance(sf.allocate(DRAFT, "K-1"), Allocated)
    four = order_message(DRAFT, "K-4", sf._settings) | {"parcelQty": 4}
    for service in ("EXP_RECE_CREATE_ORDER", "EXP_RECE_SEARCH_ORDER_RESP"):
        told = sf._work(service, four).data["waybillNoInfoList"]
        assert [each["waybillType"] for each in told] == [1] + [2] * (booked - 1)
        assert len({each["waybillNo"] for each in told}) == booked


def test_routes_are_events_with_chinas_time(sf: SfExpress, carrier: Platform, clock: FixedClock) -> None:
    answer = sf.allocate(DRAFT, "K-1")
    assert isinstance(answer, Allocated)
    routes = travel(carrier.registry, clock, answer.waybill_no, len(JOURNEY))
    events = sf.track([answer.waybill_no])
    assert [event.status for event in events] == [
        TrackingStatus.COLLECTED,
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.OUT_FOR_DELIVERY,
        TrackingStatus.DELIVERED,
    ]
    assert events[0].at == clock.now()
    assert sf.parse_push({}, pushed_body(routes, CHECKWORD, clock)) == events
    with pytest.raises(NotGenuine):
        sf.parse_push({}, pushed_body(routes, "guessed", clock))
    for body in (b"", b"msgData=x", b"\xff\xfe", b'{"Body": 1}'):
        with pytest.raises(NotGenuine):
            sf.parse_push({}, body)


def test_what_it_does_not_offer_it_says(sf: SfExpress) -> None:
    assert not sf.capabilities().manifests
    with pytest.raises(NotOffered):
        sf.close_manifest(["SF1"], "K")
    assert sf.capabilities().rates is RateSource.LISTED
    with pytest.raises(NotOffered):
        sf.rate(DRAFT)


def asking(carrier: Platform, clock: FixedClock) -> SfExpress:
    return SfExpress(sf_account(carrier.address, rates="ask", express_type="2"), clock)


@pytest.mark.parametrize(("grams", "service", "fee"), [(1, "", 1200), (2001, "", 2200), (1001, "1", 2550)])
def test_the_price_it_names(carrier: Platform, clock: FixedClock, grams: int, service: str, fee: int) -> None:
    sf = asking(carrier, clock)
    assert sf.capabilities().rates is RateSource.ASKED
    assert sf.rate(replace(DRAFT, weight_grams=grams, service=service)) == Quote(Money(fee, "CNY"), service or "2")
    assert carrier.registry.orders() == []


def test_no_price_and_no_answer_are_told_apart(carrier: Platform, clock: FixedClock) -> None:
    sf = asking(carrier, clock)
    assert sf.rate(replace(DRAFT, weight_grams=40_000)) == NotPriced("S0005 参数weight超过最大值")
    carrier.faults = Faults(truncated=1000)
    with pytest.raises(InDoubt):
        sf.rate(DRAFT)


def test_the_question_for_a_price_names_the_region_where_the_address_does() -> None:
    there = replace(DRAFT.recipient, address="浙江省 杭州市 西湖区 样例路 1 号")
    asked = price_question(replace(DRAFT, recipient=there), {"express_type": "2", "monthly_card": "755"})
    assert asked["destAddress"] == {
        "province": "浙江省",
        "city": "杭州市",
        "district": "西湖区",
        "address": "浙江省 杭州市 西湖区 样例路 1 号",
    }
    assert asked["srcAddress"] == {"address": "样例园区 1 号"}
    assert (asked["weight"], asked["monthlyCard"], asked["searchPrice"]) == (Decimal("0.30"), "755", "1")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"deliverTmDto": [{"businessType": "1", "fee": 9}, {"businessType": "2", "fee": Decimal("12.5")}]}, 1250),
        ({"deliverTmDto": [{"businessType": "2", "fee": None}]}, None),
        ({"deliverTmDto": []}, None),
    ],
)
def test_the_price_of_the_product_that_was_asked_about(data: dict[str, Any], expected: int | None) -> None:
    found = quote_of(Inner(True, "S0000", "", data), "2", "CNY")
    assert (found.price.minor if isinstance(found, Quote) else None) == expected


@pytest.mark.parametrize("data", [{}, {"deliverTmDto": [{"businessType": "2", "fee": "gratis"}]}])
def test_a_price_that_cannot_be_read_is_garbage(data: dict[str, Any]) -> None:
    with pytest.raises(InDoubt):
        quote_of(Inner(True, "S0000", "", data), "2", "CNY")


def test_an_answer_that_drips_is_given_up(carrier: Platform, clock: FixedClock) -> None:
    carrier.faults = Faults(latency_ms=4000)
    with pytest.raises(InDoubt, match="did not answer within 1 s"):
        SfExpress(sf_account(carrier.address), clock).allocate(DRAFT, "K-1")
