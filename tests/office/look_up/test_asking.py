"""Any code is asked what it is, where, what it waits for, and its life; and nothing changes by asking."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from scanner_ui.words import languages, words
from tests.support.floor import Floor, Handheld, case_of_red, code_of
from wms.catalogue.service import add_barcode
from wms.office import look_up
from wms.stock.tables import JournalRow
from wms.tasks.tables import ScanLogRow


def ask(hand: Handheld, raw: str, **more: Any) -> Mapping[str, Any]:
    body = {"raw": raw, **more}
    answer = hand.client.post("/api/v1/look-ups", json=body, headers={"X-CSRF-Token": hand.csrf_token})
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json or {}
    return found


def facts(answer: Mapping[str, Any]) -> dict[str, list[str]]:
    """What it says under each heading."""
    said: dict[str, list[str]] = {}
    heading = ""
    for label, value in answer["found"]["facts"]:
        heading = label or heading
        said.setdefault(heading, []).append(value)
    return said


def life(answer: Mapping[str, Any]) -> list[str]:
    return [event["text"] for event in answer["found"]["life"]]


@pytest.fixture
def hand(floor: Floor) -> Handheld:
    return floor.handheld("EMP-1")


def test_a_product(floor: Floor, hand: Handheld) -> None:
    floor.put_stock("A-01 RED 10\nR-01 RED 40")
    floor.order("42", RED=3)
    floor.notice("4711", RED=5)
    answer = ask(hand, code_of("RED"))
    assert (answer["outcome"], answer["code"]) == ("accepted", "looked_up")
    assert (answer["found"]["kind"], answer["found"]["code"]) == ("item", "RED")
    said = facts(answer)
    assert "50 in the building, 3 promised, 47 free" in said["What it is"]
    assert said["Where"] == ["10 at A-01, 7 free", "40 at R-01, 40 free"]
    assert said["What it waits for"] == ["3 promised to orders", "announced with 4711"]
    assert "Received: 10 × RED, SUPPLIER → A-01" in life(answer)
    assert "This code stands for 12." in facts(ask(hand, case_of_red()))["What it is"]


def test_nothing_in_stock_and_lots(floor: Floor, hand: Handheld) -> None:
    said = facts(ask(hand, code_of("CREAM")))
    assert "! 0 in the building, 0 promised, 0 free" in said["What it is"]
    assert "Its lots are kept apart." in said["What it is"]
    assert "Where" not in said
    floor.put_stock("A-03 CREAM 8 lot L2607")
    answer = ask(hand, code_of("CREAM"))
    assert facts(answer)["Where"] == ["8 at A-03, lot L2607, 8 free"]
    assert any("lot L2607" in moment for moment in life(answer))


def test_many_places_end_with_and_more(floor: Floor, hand: Handheld) -> None:
    places = ["A-01", "A-02", "A-03", "A-04", "R-01", "BUFFER", "STAGE", "PROBLEM", "BENCH-1"]
    floor.put_stock("\n".join(f"{place} RED 1" for place in places))
    where = facts(ask(hand, code_of("RED")))["Where"]
    assert len(where) == 9
    assert where[-1] == "and more"


def test_a_place_scanned_and_typed_without_its_digits(floor: Floor, hand: Handheld) -> None:
    floor.put_stock("A-01 RED 10")
    for raw, source in (("LOC-A-01", "wedge"), ("A-01", "manual"), ("A-01 00", "manual")):
        answer = ask(hand, raw, source=source)
        assert answer["found"]["title"] == "A-01"
        said = facts(answer)
        assert said["What it is"] == ["pick place"]
        assert said["Where"] == ["10 × RED Red brush"]
    assert facts(ask(hand, "LOC-A-02"))["Where"] == ["empty"]


def test_a_tote_on_its_way(floor: Floor, hand: Handheld) -> None:
    assert facts(ask(hand, code_of("T-1"))) == {"What it is": ["tote"], "Where": ["empty"]}
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    said = facts(ask(hand, code_of("T-1")))
    assert said["Where"][-1] == "1 × RED Red brush"
    assert said["What it waits for"] == ["an order is being picked into it", "for order 42"]


def test_a_pallet_being_received(floor: Floor, hand: Handheld) -> None:
    floor.notice("4711", RED=5)
    floor.handheld("EMP-3").scans("ASN-4711", "P-1", "RED")
    said = facts(ask(hand, code_of("P-1")))
    assert said["What it waits for"] == ["goods are being received into it"]
    delivery = facts(ask(hand, "ASN-4711"))
    assert "1 products, 5 announced, 1 came" in delivery["What it is"]
    assert delivery["What it waits for"] == ["is being received"]


def test_parcels_orders_and_loads(busy: Floor, hand: Handheld) -> None:
    gone, on_lane, caged = (busy.parcel(number) for number in ("41", "42", "43"))
    answer = ask(hand, caged.tracking_no)
    said = facts(answer)
    assert "Order 43" in said["What it is"]
    assert said["Where"] == ["on CAGE-1"]
    assert any(line.startswith("✕ ") for line in said["What it waits for"])
    assert any("Gate shut at the lane" in moment for moment in life(answer))
    assert any(moment.startswith("Picked: 1 × RED") for moment in life(answer))
    assert ask(hand, caged.sscc)["found"]["title"] == caged.tracking_no
    left = ask(hand, gone.tracking_no)
    assert life(left)[0] == "Left the building"
    assert any("Exit pass" in moment for moment in life(left))
    assert any(line.startswith("on load LOD-") for line in facts(ask(hand, on_lane.tracking_no))["Where"])

    order = facts(ask(hand, "46"))
    assert "! 3 pieces are missing" in order["What it waits for"] or "3 pieces are missing" in str(order)
    packed = ask(hand, "43", source="manual")
    assert f"Parcel {caged.tracking_no}" in facts(packed)["Where"]
    assert "Order taken in" in life(packed)
    late = facts(ask(hand, "45"))
    assert any(line.startswith("! due") for line in late["What it waits for"])

    load = ask(hand, "LOD-1")
    assert "1 parcels" in facts(load)["What it is"]
    assert life(load)[0] == "Left the building"
    waiting = ask(hand, "LOD-2")
    assert facts(waiting)["Where"] == ["on LANE-2"]


def test_badges_tell_all_only_to_those_who_may_know(floor: Floor, hand: Handheld) -> None:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    picker = floor.handheld("EMP-2")
    picker.scans("T-1", "A-01")
    boss = ask(hand, "EMP-2")
    assert (boss["found"]["title"], boss["found"]["code"]) == ("Chen Yu", "EMP-2")
    assert facts(boss)["What it waits for"][0].startswith("Pick since")
    assert "Pick: LOC-A-01" in life(boss)
    himself = ask(picker, "EMP-2")
    assert life(himself)
    other = ask(floor.handheld("EMP-3"), "EMP-2")
    assert other["found"]["title"] == "Chen Yu"
    assert life(other) == []
    assert list(facts(other)) == ["What it is"]
    assert facts(ask(hand, "EMP-4"))["What it waits for"] == ["no open task"]


def test_boxes_cards_and_what_several_things_share(floor: Floor, hand: Handheld) -> None:
    assert "mm, empty" in facts(ask(hand, "BOX-S"))["What it is"][0]
    assert "nothing has been done" in facts(ask(hand, "*UNDO*"))["What it is"][0]
    floor.database.in_transaction(lambda session: [add_barcode(session, sku, "SHARED") for sku in (1, 2)])
    shared = facts(ask(hand, "SHARED"))["What it is"]
    assert shared[0] == "! 2 things have this code."
    assert len(shared) == 3


def test_what_nobody_knows(floor: Floor, hand: Handheld) -> None:
    unknown = ask(hand, "WHATEVER-9")
    assert (unknown["outcome"], unknown["code"], unknown["found"]) == ("unknown", "unknown_code", None)
    assert unknown["message"]["title"]
    assert ask(hand, "9521234567883")["code"] == "bad_check_digit"
    assert ask(hand, "")["code"] == "bad_code"


def test_asking_changes_nothing(floor: Floor) -> None:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1", "A-01", "RED")

    def counts() -> tuple[int, ...]:
        tables = (ScanLogRow, JournalRow)
        return floor.database.reading(
            lambda session: tuple(
                session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
            )
        )

    before, task = counts(), hand.task
    for raw in ("LOC-A-01", code_of("RED"), code_of("T-1"), "42", "EMP-2", "*UNDO*", "NOBODY"):
        ask(hand, raw)
    assert counts() == before
    assert hand.client.get("/api/v1/screen").json["task"] == task
    hand.scans("RED")


def test_why_a_scan_was_refused(floor: Floor) -> None:
    hand = floor.handheld("EMP-2")
    refused = hand.scan("WHATEVER-9")
    assert refused["why"] == f"/why?scan={refused['scan_id']}"
    found = hand.client.get(f"/api/v1{refused['why']}").json["found"]
    assert found["title"] == "WHATEVER-9"
    assert ["place (asked for here)", "begins with none of LOC-"] in found["facts"]
    assert ["lot", "any text may be a lot number, where one is asked for"] in found["facts"]
    assert "A supervisor can teach it" in found["note"]
    assert found["link"] is None
    assert "begins with none of LOC-" in hand.client.get(refused["why"]).text


def test_who_may_teach_is_led_to_where_it_is_taught(floor: Floor, hand: Handheld) -> None:
    refused = hand.scan("WHATEVER-9")
    link = hand.client.get(f"/api/v1{refused['why']}").json["found"]["link"]
    assert link == {"href": f"/office/doctor?scan={refused['scan_id']}", "label": "Teach this code"}
    assert "WHATEVER-9" in hand.client.get(link["href"]).text


def test_a_good_code_at_the_wrong_moment_says_what_was_said(floor: Floor, hand: Handheld) -> None:
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=2)
    hand.scans("T-1")
    refused = hand.scan("A-02")
    assert refused["code"] == "wrong_place"
    found = hand.client.get(f"/api/v1{refused['why']}").json["found"]
    assert found["note"].startswith(refused["message"]["title"])
    assert ["place (asked for here)", "✓ yes: A-02"] in found["facts"]


def test_a_scan_is_explained_with_the_symbology_it_came_with(floor: Floor, hand: Handheld) -> None:
    """A browser's camera says it beside the code; the code alone would not tell."""
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    refused = hand.scan("WHATEVER-9", source="camera", symbology="ean_13")
    found = hand.client.get(f"/api/v1{refused['why']}").json["found"]
    assert any("EAN-13" in value for _, value in found["facts"])


def test_what_was_taken_needs_no_reason(floor: Floor, hand: Handheld) -> None:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    assert hand.scans("T-1", "A-01")["why"] == ""


def test_who_may_ask(floor: Floor, hand: Handheld) -> None:
    stranger = floor.app.test_client()
    assert stranger.post("/api/v1/look-ups", json={"raw": "X"}).status_code == 401
    assert hand.client.post("/api/v1/look-ups", json={"raw": "X"}).status_code == 403
    token = {"X-CSRF-Token": hand.csrf_token}
    assert hand.client.post("/api/v1/look-ups", json={"raw": "X" * 201}, headers=token).status_code == 400
    assert hand.client.post("/api/v1/look-ups", json={"code": "X"}, headers=token).status_code == 400
    scan_id = hand.scan("WHATEVER-9")["scan_id"]
    assert stranger.get(f"/api/v1/why?scan={scan_id}").status_code == 401
    for nothing in ("x", "0193b0a0-0000-7000-8000-000000000000"):
        assert hand.client.get(f"/api/v1/why?scan={nothing}").status_code == 404


def test_without_scripts_it_is_a_page(floor: Floor, hand: Handheld) -> None:
    floor.put_stock("A-01 RED 10")
    empty = hand.client.get("/look-up").text
    assert 'name="code"' in empty
    found = hand.client.get(f"/look-up?code={code_of('RED')}").text
    assert "Red brush" in found
    assert "10 at A-01, 10 free" in found
    assert "<script" not in found
    unknown = hand.client.get("/look-up?code=%3Cimg%20src=x%3E").text
    assert "Code not known" in unknown
    assert "<img src=x" not in unknown


def line_codes() -> Iterator[str]:
    """Every code a portrait says in the source; those made of a state are tried above."""
    for path in Path(look_up.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Line":
                first = call.args[0]
                if isinstance(first, ast.Constant):
                    yield str(first.value)


@pytest.mark.parametrize("language", languages())
def test_every_line_has_words(language: str) -> None:
    spoken = words(language, strict=True)
    found = set(line_codes())
    assert len(found) > 30
    assert [code for code in found if not spoken.has("portraits", code)] == []
