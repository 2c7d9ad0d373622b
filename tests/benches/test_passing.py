"""A supervisor's badge is for the weight that stands on the scale, not for one that stood there before."""

import pytest

from tests.benches.bench import Bench, on_both
from tests.support.floor import Floor, Handheld
from wms.kernel.identity import uuid7

EMPTY, SHOWS, BROKEN = "empty", "ready", "offline"


def tells_scale(bench: Bench, condition: str) -> None:
    devices = [{"name": "scale", "kind": "scale", "condition": condition, "words": ""}]
    answer = bench.client.put(
        "/api/v1/bench/devices", json={"bench": bench.bench, "devices": devices}, headers=bench.headers
    )
    assert answer.status_code == 200, answer.text


def weighs(bench: Bench, grams: int) -> str:
    tells_scale(bench, SHOWS)
    return str(bench.post("/weights", {"reading_id": str(uuid7()), "bench": bench.bench, "grams": grams}).json["code"])


@pytest.fixture
def stopped(floor: Floor, bench: Bench, packer: Handheld) -> Handheld:
    """A parcel that weighs too much stands on the scale."""
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    packer.scans("T-1", "RED", "BOX-S")
    assert weighs(bench, 900) == "odd_weight"
    return packer


@on_both
def test_a_box_that_was_taken_off_is_weighed_again_before_it_passes(
    floor: Floor, bench: Bench, stopped: Handheld
) -> None:
    tells_scale(bench, EMPTY)
    gone = bench.scans("EMP-1")
    assert gone["code"] == "weight_gone"
    assert weighs(bench, 700) == "odd_weight"
    assert bench.scans("EMP-1")["code"].startswith("parcel_closed")
    assert floor.parcel("42").weight_grams == 700


def test_where_no_scale_can_say_otherwise_the_weight_stands(floor: Floor, bench: Bench, stopped: Handheld) -> None:
    tells_scale(bench, BROKEN)
    assert bench.scans("EMP-1")["code"].startswith("parcel_closed")
    assert floor.parcel("42").weight_grams == 900
