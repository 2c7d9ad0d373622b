"""The page without scripts: its form is a scan like any other, and a tampered one changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.floor import Floor, Handheld, opened_floor
from wms.kernel.identity import uuid7


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "none") as opened:
        yield opened


def post(hand: Handheld, **fields: str) -> int:
    form = {"scan_id": str(uuid7()), "raw": "TOT-1", "csrf_token": hand.csrf_token, **fields}
    status: int = hand.client.post("/scan", data=form).status_code
    return status


def test_a_scan_by_form_counts(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=1)
    hand = floor.handheld("EMP-2")
    assert post(hand) == 200
    assert (hand.client.get("/api/v1/screen").json or {})["screen"]["step"] == "scan_place"


@pytest.mark.parametrize(
    "fields",
    [
        {"raw": "A\0B"},
        {"raw": "1" * 201},
        {"scan_id": "4711"},
        {"source": "voice"},
        {"task_id": "4711"},
        {"task_version": "one"},
    ],
)
def test_a_form_that_was_tampered_with_is_bad_input(floor: Floor, fields: dict[str, str]) -> None:
    assert post(floor.handheld("EMP-2"), **fields) == 400
