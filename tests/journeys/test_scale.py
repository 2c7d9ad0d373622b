"""A bench's scale posts its readings; each is a scan like any other, in the name of whoever packs there."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.floor import Floor, Handheld
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.kernel.identity import uuid7


class Scale:
    """The bench's program with its token."""

    def __init__(self, floor: Floor) -> None:
        by = command_line(floor.warehouse_id)
        token = floor.database.in_transaction(
            lambda session: create_api_token(session, by, name="bench 1", role=Role.INTEGRATION, now=floor.clock.now())
        )
        self.client = floor.app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"}

    def post(self, grams: Any, *, reading_id: str = "", bench: str = "BENCH-1") -> Any:
        body = {"reading_id": reading_id or str(uuid7()), "bench": bench, "grams": grams}
        return self.client.post("/api/v1/weights", json=body, headers=self.headers)

    def weighs(self, grams: int, **how: str) -> Mapping[str, Any]:
        response = self.post(grams, **how)
        assert response.status_code == 200, response.text
        answer: Mapping[str, Any] = response.json
        return answer


@pytest.fixture
def packer(floor: Floor) -> Handheld:
    """A packer whose parcel stands on the scale: two units of 100 g in a box of 50 g."""
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=2)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED", "RED", "T-1", "BENCH-1", "RED", "RED", "BOX-S")
    assert hand.screen["step"] == "weigh"
    return hand


def test_a_reading_closes_the_parcel_once(floor: Floor, packer: Handheld) -> None:
    scale, reading_id = Scale(floor), str(uuid7())
    assert scale.weighs(250, reading_id=reading_id)["code"] == "parcel_closed"
    assert floor.parcel("42").weight_grams == 250
    again = scale.weighs(250, reading_id=reading_id)
    assert (again["code"], again["replayed"]) == ("parcel_closed", True)
    # The same reading with other grams is not the same reading.
    assert scale.post(260, reading_id=reading_id).status_code == 409
    # The handheld learns it by asking where its operator is; its next scan goes on from there.
    here = packer.client.get("/api/v1/screen").json
    assert (here["task"], here["screen"]["screen"]) == (None, "home")


def test_a_weight_that_cannot_be_right_closes_nothing(floor: Floor, packer: Handheld) -> None:
    answer = Scale(floor).weighs(900)
    assert answer["outcome"] == "refused"
    here = packer.client.get("/api/v1/screen").json
    assert here["task"]["version"] > packer.task["version"]
    assert here["screen"]["step"] == "weigh"


def test_a_reading_needs_one_parcel_at_its_bench(floor: Floor, packer: Handheld) -> None:
    scale = Scale(floor)
    elsewhere = scale.post(250, bench="BENCH-2")
    assert (elsewhere.status_code, elsewhere.json["code"]) == (409, "no_parcel_on_scale")
    floor.order("43", RED=1)
    other = floor.handheld("EMP-4")
    picker = floor.handheld("EMP-2")
    picker.scans("T-2", "A-01", "RED")
    other.scans("T-2", "BENCH-1", "RED", "BOX-S")
    both = scale.post(250)
    assert (both.status_code, both.json["code"]) == (409, "parcels_on_scale")
    # By hand each packer still says which parcel he means.
    assert packer.scan("250g")["code"] == "parcel_closed"
    assert scale.weighs(150)["code"] == "parcel_closed"


@pytest.mark.parametrize("grams", [0, -5, 60_001, 1.5, "250", None])
def test_nonsense_is_refused_with_its_place(floor: Floor, packer: Handheld, grams: object) -> None:
    response = Scale(floor).post(grams)
    assert response.status_code == 400
    assert [fault["where"] for fault in response.json["faults"]] == ["grams"]
    assert packer.client.get("/api/v1/screen").json["screen"]["step"] == "weigh"


def test_only_a_program_that_may_posts_weights(floor: Floor, packer: Handheld) -> None:
    body = {"reading_id": str(uuid7()), "bench": "BENCH-1", "grams": 250}
    assert floor.app.test_client().post("/api/v1/weights", json=body).status_code == 401
    headers = {"X-CSRF-Token": packer.csrf_token}
    assert packer.client.post("/api/v1/weights", json=body, headers=headers).status_code == 403
