"""One status from all that was heard: in any order, as often as it comes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wms.carriers.fold import whereabouts
from wms.carriers.model import BookingState, TrackingEvent, TrackingStatus
from wms.carriers.wording import PAGE_WORDS, page_words, state_words, status_words

START = datetime(2026, 11, 5, tzinfo=UTC)


def event(hour: int, status: TrackingStatus) -> TrackingEvent:
    return TrackingEvent("SF1", str(hour), status, START + timedelta(hours=hour))


WAY = [
    event(1, TrackingStatus.COLLECTED),
    event(2, TrackingStatus.IN_TRANSIT),
    event(3, TrackingStatus.OUT_FOR_DELIVERY),
    event(4, TrackingStatus.NOT_DELIVERED),
    event(5, TrackingStatus.OUT_FOR_DELIVERY),
    event(6, TrackingStatus.DELIVERED),
]


@given(st.permutations(WAY * 2))
def test_neither_order_nor_repetition_matters(events: list[TrackingEvent]) -> None:
    found = whereabouts(events)
    assert found is not None
    assert (found.status, found.since, found.delivered_at) == (TrackingStatus.DELIVERED, WAY[5].at, WAY[5].at)
    assert found.has_ended


@given(st.lists(st.builds(event, st.integers(0, 50), st.sampled_from(TrackingStatus)), min_size=1))
def test_a_delivery_is_taken_back_by_a_return_alone(events: list[TrackingEvent]) -> None:
    found = whereabouts(events)
    if any(each.status is TrackingStatus.DELIVERED for each in events):
        assert found is not None
        assert found.status in (TrackingStatus.DELIVERED, TrackingStatus.RETURNING, TrackingStatus.RETURNED)
        assert found.delivered_at is not None


def test_what_nobody_understands_moves_nothing() -> None:
    assert whereabouts([event(1, TrackingStatus.OTHER)]) is None
    found = whereabouts([event(1, TrackingStatus.COLLECTED), event(2, TrackingStatus.OTHER)])
    assert found is not None
    assert found.status is TrackingStatus.COLLECTED


def test_a_failed_attempt_is_followed_by_the_next() -> None:
    found = whereabouts(WAY[:5])
    assert found is not None
    assert (found.status, found.delivered_at, found.has_ended) == (TrackingStatus.OUT_FOR_DELIVERY, None, False)


def test_every_status_and_state_has_words() -> None:
    assert all(status_words(status, "en") and status_words(status, "zh") for status in TrackingStatus)
    assert all(state_words(state) for state in BookingState)
    assert all(page_words(word, "en") and page_words(word, "zh") for word in PAGE_WORDS)
