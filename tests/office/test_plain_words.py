"""Codes, failures and moments as people read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from wms.office.plain_words import SAID, failure, kilograms, moment, needs_attention, thousands, topic, word, work
from wms.orders.model import OrderState
from wms.places.model import PlaceKind
from wms.shipments.model import ParcelState


@pytest.mark.parametrize(
    ("last_error", "sentence", "next_step"),
    [
        (
            "Refused: customs_facts_wrong (order=44, where=lines[0].hs_code, what=must have 10 digits, faults=2)",
            "44: must have 10 digits is not fit for customs (lines[0].hs_code).",
            "Correct the data, then retry.",
        ),
        ("Refused: numbers_used_up (purpose=sscc)", "No number is left for sscc.", "Correct the data, then retry."),
        (
            "LabelError: address_lines: an address needs at least one line",
            "The label cannot be made: address_lines: an address needs at least one line.",
            "Correct the data, then retry.",
        ),
        (
            "PressError: the press died over this label and was restarted",
            "The press died over this label and was restarted.",
            "Retry.",
        ),
        (
            "OSError: [Errno 28] No space left on device",
            "The computer said: No space left on device.",
            "Mend that, then retry.",
        ),
        ("Busy: the database was busy 5 times", "the database was busy 5 times", "Retry."),
        ("KeyError: 'x'", "A fault of the service.", "Tell your administrator, with the text below."),
        (None, "Nothing was said.", "Retry."),
    ],
)
def test_why_a_message_failed(last_error: str | None, sentence: str, next_step: str) -> None:
    found = failure(last_error)
    assert (found.sentence, found.next_step) == (sentence, next_step)
    assert found.exactly == (last_error or "")


def test_every_state_people_see_has_a_word() -> None:
    for code in (*OrderState, *ParcelState, *PlaceKind):
        assert word(code)
        assert "_" not in word(code)
    assert (word("under_inspection"), word(None), word("scan_item")) == ("inspection", "", "scan item")
    assert (work("picking"), work("stocktake")) == ("Pick", "stocktake")
    assert (topic("label.print"), topic("carrier.book_pickup")) == ("Print a parcel label", "carrier: book pickup")
    assert needs_attention("rejected")
    assert not needs_attention("released")


def test_moments_are_on_the_warehouse_s_clock() -> None:
    zone, today = ZoneInfo("Asia/Shanghai"), date(2026, 11, 5)
    assert moment(datetime(2026, 11, 5, 4, 5, tzinfo=UTC), zone, today) == "12:05"
    assert moment(datetime(2026, 11, 4, 4, 5, tzinfo=UTC), zone, today) == "04 Nov 12:05"
    assert moment(None, zone, today) == ""


def test_weights_and_numbers() -> None:
    assert (kilograms(1250), kilograms(None)) == ("1.250\u202fkg", "")
    assert (thousands(1234567), thousands(None)) == ("1\u202f234\u202f567", "")


def test_what_buttons_say_are_sentences() -> None:
    assert all(sentence.endswith(".") for sentence in SAID.values())
