"""Codes of a bench go to the task of whoever signed in there, once, and not when they are old."""

from typing import Any

from sqlalchemy import select

from tests.benches.bench import Bench, here, on_both
from tests.support.floor import PIN, Floor, Handheld
from wms.access.tables import AuditRow
from wms.bench.lookup import bench_standing
from wms.kernel.identity import uuid7


@on_both
def test_codes_pack_an_order_for_the_packer_who_signed_in(floor: Floor, bench: Bench, packer: Handheld) -> None:
    floor.put_stock("A-01 RED 2")
    floor.order("42", RED=2)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED")
    first, code_id = bench.scans("T-1"), str(uuid7())
    assert (first["outcome"], first["code"], first["replayed"]) == ("accepted", "order_opened", False)
    assert here(packer)["screen"]["step"] == "scan_item", "the bench needs no scan: its page signed in under its code"
    assert bench.scans("RED", code_id=code_id)["code"] == "counted"
    again = bench.scans("RED", code_id=code_id)
    assert (again["code"], again["replayed"]) == ("counted", True)
    assert bench.scans("RED")["code"] == "line_done"
    assert bench.scans("RED")["outcome"] == "refused"
    # A scan that ended its task is told the same when it comes again.
    assert bench.scans("*RETURN*")["code"] == "confirm_return"
    ending = str(uuid7())
    assert bench.scans("*RETURN*", code_id=ending)["code"] == "goods_given_back"
    assert bench.scans("*RETURN*", code_id=ending)["replayed"] is True


@on_both
def test_nobody_at_the_bench_and_old_codes_are_said_and_remembered(floor: Floor) -> None:
    bench = Bench(floor)  # which has not told yet how its devices stand
    code_id, old = str(uuid7()), str(uuid7())
    assert bench.scans("T-1", code_id=code_id)["code"] == "nobody_at_bench"
    packer = floor.handheld("EMP-4", "BENCH-1")
    again = bench.scans("T-1", code_id=code_id)
    assert (again["code"], again["replayed"]) == ("nobody_at_bench", True), "the same code, the same answer"
    assert bench.scans("T-1", code_id=old, age_ms=60_000)["code"] == "code_too_old"
    assert bench.scans("T-1")["code"] == "container_empty" or packer.task is None
    floor.handheld("EMP-2", "BENCH-1", take_over=True)
    assert bench.scans("T-1")["code"] == "nobody_at_bench", "a picker does not pack"


@on_both
def test_a_bench_is_held_by_one_person_until_another_one_says_that_he_takes_it_over(floor: Floor, bench: Bench) -> None:
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    first = floor.handheld("EMP-4", "BENCH-1")
    wanted = {"badge": "EMP-1", "pin": PIN, "device": "BENCH-1"}
    refused = floor.app.test_client().post("/api/v1/sign-in", json=wanted)
    assert (refused.status_code, refused.json["code"]) == (401, "bench_held")
    assert refused.json["details"]["operator"] == "Ben Okoro"
    bench.scans("T-1")
    assert here(first)["screen"]["step"] == "scan_item", "codes of the bench are his still"
    floor.handheld("EMP-4", "BENCH-1")  # again himself, on another browser
    second = floor.handheld("EMP-1", "BENCH-1", take_over=True)
    assert first.client.get("/api/v1/screen").status_code == 401, "he is told"
    bench.scans("T-1")
    assert here(second)["screen"]["screen"] == "home", "it is a colleague's order, and he is asked"
    bench.scans("T-1")
    assert here(second)["screen"]["step"] == "scan_item"
    trail = floor.database.reading(
        lambda session: session.scalars(select(AuditRow).where(AuditRow.what == "bench_taken_over")).one()
    )
    assert (trail.who, trail.on_what, trail.details) == ("EMP-1", "BENCH-1", '{"from": "EMP-4"}')
    # A device that is no bench is nobody's alone.
    assert floor.handheld("EMP-2", "shared").client.get("/api/v1/me").status_code == 200
    assert floor.handheld("EMP-3", "shared").client.get("/api/v1/me").status_code == 200


def test_a_token_speaks_for_its_bench_only(floor: Floor, bench: Bench) -> None:
    code = {"code_id": str(uuid7()), "device": "hand", "raw": "TOT-1", "age_ms": 1}
    for method, path, more in (
        ("POST", "/bench/codes", {"codes": [code]}),
        ("GET", "/bench/jobs?bench=BENCH-2", {}),
        ("PUT", "/bench/devices", {"devices": []}),
        ("POST", "/weights", {"reading_id": str(uuid7()), "grams": 150}),
    ):
        body = None if method == "GET" else {"bench": "BENCH-2", **more}
        refused = bench.client.open(f"/api/v1{path}", method=method, json=body, headers=bench.headers)
        assert refused.status_code == 403, refused.text
        assert bench.client.open(f"/api/v1{path}", method=method, json=body).status_code == 401


def test_a_person_is_no_bench_and_a_bench_no_person(floor: Floor, bench: Bench, packer: Handheld) -> None:
    assert packer.client.get("/api/v1/bench/jobs?bench=BENCH-1").status_code == 403
    assert bench.client.get("/api/v1/bench/questions?bench=BENCH-1", headers=bench.headers).status_code == 403


@on_both
def test_a_weight_is_of_the_packer_at_the_bench_and_not_of_who_left_a_parcel_there(floor: Floor, bench: Bench) -> None:
    floor.put_stock("A-01 RED 3")
    for number, tote in (("42", "T-1"), ("43", "T-2")):
        floor.order(number, RED=1)
        floor.handheld("EMP-2", f"picker of {number}").scans(tote, "A-01", "RED")
    first = floor.handheld("EMP-4", "BENCH-1")
    first.scans("T-1", "RED", "BOX-S")
    assert first.screen["step"] == "weigh"
    second = floor.handheld("EMP-1", "BENCH-1", take_over=True)

    def weighs() -> Any:
        return bench.post("/weights", {"reading_id": str(uuid7()), "bench": "BENCH-1", "grams": 150}).json

    assert weighs()["code"] == "no_parcel_on_scale"
    second.scans("T-2", "RED", "BOX-S")
    assert weighs()["code"] == "parcel_closed_label"
    assert floor.parcel("43").weight_grams == 150
    # Nor when nobody is signed in there any more.
    second.client.post("/api/v1/sign-out", headers={"X-CSRF-Token": second.csrf_token})
    assert weighs()["code"] == "no_parcel_on_scale"


def test_a_weight_is_shown_taken_or_not(floor: Floor, bench: Bench, packer: Handheld) -> None:
    reading = {"reading_id": str(uuid7()), "bench": "BENCH-1", "grams": 150}
    assert bench.post("/weights", reading).json["code"] == "no_parcel_on_scale"
    bench.post("/weights", reading)
    shown = floor.database.reading(
        lambda session: bench_standing(session, floor.warehouse_id, "BENCH-1", floor.clock.now())
    )
    assert shown.last_weight is not None
    assert (shown.last_weight.grams, shown.is_away) == (150, False)
    assert [device.name for device in shown.devices] == ["hand", "label"]
