"""Packing under rules as a pure machine: boxes, materials, seals, and what an odd weight says."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as some

from tests.floor.packing.test_workflow import PACKER, PARCEL, USED_SEAL, Gate
from tests.floor.practice import KINDS, Practice, code_of, item, place
from wms.access.model import Operator, Role
from wms.barcodes.model import Weight
from wms.customs.model import GateAnswer
from wms.floor.packing.materials import MOST_MATERIALS
from wms.floor.packing.model import (
    SCAN_BENCH,
    SCAN_BOX,
    SCAN_MATERIAL,
    WEIGH,
    PackingFacts,
    PackLine,
    PackPlan,
    PackProgress,
    expected_weight,
)
from wms.floor.packing.standing import standing
from wms.floor.packing.workflow import packing
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.packaging.model import Ban, Material, MaterialKind, Needs, RecordPacking, UsedMaterial
from wms.places.model import PlaceKind
from wms.shipments.model import BoxType
from wms.tasks.decision import Confirm, Decision, Outcome

RED, BLUE = item("RED"), item("BLUE")
SUPERVISOR = Operator(uuid7(), 1, "EMP-1", "Li Wei", Role.SUPERVISOR, "zh")
SMALL, LARGE = BoxType("S", 100, 100, 100, 50, 500), BoxType("L", 400, 300, 200, 200)
CARD = Material("CARD", MaterialKind.INSERT, "Gift card", 10)
FOAM = Material("FOAM", MaterialKind.FILLING, "Foam", 5)
SEAL = Material("SEAL", MaterialKind.SEAL, "Blue seal", 1, "BS")
NEEDS = Needs(
    materials=(CARD, SEAL), no_boxes=(Ban("L", "No air"),), no_materials=(Ban("FOAM", "No plastic"),), rules=("No air",)
)

Task = Practice[PackPlan, PackProgress, PackingFacts]


def task(needs: Needs = NEEDS, *lines: PackLine, note: str = "", suggested: BoxType | None = SMALL) -> Task:
    wanted = lines or (PackLine(1, RED, ("RED",), NIL, "", 2, 100, size_mm=(50, 50, 50)),)
    plan = PackPlan(uuid7(), "42", "Acme", uuid7(), "TOT-1", 80, 91, PARCEL, wanted, suggested, needs, note)
    zeros = tuple(0 for _ in wanted)
    packer: Task = Practice(packing, Gate(GateAnswer(open=True)), plan, PackProgress(zeros, zeros), SCAN_BENCH)
    packer.scans(place("BENCH-1", PlaceKind.BENCH))
    return packer


def seal(number: str) -> Material:
    return replace(SEAL, number=number)


def test_a_forbidden_box_is_refused_with_the_rule_and_what_would_do() -> None:
    packer = task()
    packer.scans(RED, RED)
    assert packer.scan(LARGE) == Refusal("box_forbidden", {"got": "L", "want": "S", "rule": "No air"})
    only = task(Needs(boxes=("L",), boxes_by="Only large"))
    only.scans(RED, RED)
    assert only.scan(SMALL) == Refusal("box_forbidden", {"got": "S", "want": "L", "rule": "Only large"})


def test_a_box_that_cannot_be_right_is_asked_about_and_may_be() -> None:
    packer = task(Needs(), PackLine(1, RED, ("RED",), NIL, "", 1, 100, size_mm=(150, 20, 20)))
    packer.scans(RED)
    assert packer.scan(SMALL) == Confirm("confirm_small_box", {"got": "S", "reason": "edge", "want": "S"})
    assert (packer.scans(SMALL).note.code, packer.step) == ("box_taken", WEIGH)
    long = PackLine(1, RED, ("RED",), NIL, "", 1, 100, size_mm=(2000, 20, 20))
    huge = task(Needs(), long, suggested=None)
    huge.scans(RED)
    assert huge.scan(SMALL) == Confirm("confirm_no_box_fits", {"got": "S", "reason": "edge"})
    heavy = task(Needs(), PackLine(1, RED, ("RED",), NIL, "", 1, 501, size_mm=(10, 10, 10)))
    heavy.scans(RED)
    assert code_of(heavy.scan(SMALL)) == "confirm_small_box"


def test_a_parcel_that_lacks_something_cannot_be_weighed() -> None:
    packer = task()
    packer.scans(RED, RED)
    taken = packer.scans(SMALL)
    assert (taken.note.code, taken.note.details["item"], packer.step) == ("box_taken_then", "Gift card", SCAN_MATERIAL)
    stands = standing(packer.plan, packer.progress)
    assert [(need.kind, need.code, need.is_done) for need in stands.requirements] == [
        ("box", "", True),
        ("insert", "MAT-CARD", False),
        ("seal", "BS", False),
    ]
    assert packer.scan(Weight(261)) == Refusal("material_missing", {"want": "Gift card"})
    assert packer.scan(FOAM) == Refusal("material_forbidden", {"got": "Foam", "rule": "No plastic"})
    used = packer.scans(CARD)
    assert (used.note.code, used.note.details["want"]) == ("material_used_then", "Blue seal")
    assert packer.scan(SEAL) == Refusal("seal_number_needed", {"got": "Blue seal", "prefix": "BS"})
    assert packer.scan(seal(USED_SEAL)) == Refusal("seal_used", {"number": USED_SEAL})
    assert (packer.scans(seal("BS1")).note.code, packer.step) == ("materials_complete", WEIGH)
    wanted = expected_weight(packer.work)
    assert wanted is not None
    assert wanted.grams == 200 + 50 + 10 + 1, "goods, box, card and seal"
    (recorded,) = [effect for effect in packer.scans(Weight(261)).effects if isinstance(effect, RecordPacking)]
    assert recorded.materials == (UsedMaterial("CARD", "Gift card", 10), UsedMaterial("SEAL", "Blue seal", 1, "BS1"))
    assert (recorded.packer_id, recorded.passed_by, recorded.suspect) == (PACKER, "", "")


def test_materials_may_be_scanned_as_soon_as_the_goods_are() -> None:
    packer = task()
    packer.scans(CARD, RED, RED, seal("BS1"))
    assert packer.step == SCAN_BOX
    assert (packer.scans(SMALL).note.code, packer.step) == ("box_taken", WEIGH)


def test_the_box_may_still_be_changed_while_something_is_missing() -> None:
    packer = task(Needs(materials=(CARD,)))
    packer.scans(RED, RED, SMALL, LARGE, CARD)
    assert (packer.progress.box_code, packer.progress.tare_grams) == ("L", 200)


def test_a_seal_counts_once_and_a_card_under_the_scanner_not_for_ever() -> None:
    packer = task(Needs())
    packer.scans(seal("BS1"))
    assert packer.scan(seal("BS1")) == Refusal("material_used", {"got": "BS1"})
    for _ in range(MOST_MATERIALS - 1):
        packer.scans(CARD)
    assert packer.scan(CARD) == Refusal("material_used", {"got": "Gift card"})


def test_an_odd_weight_says_what_is_missing_or_too_many() -> None:
    lines = (
        PackLine(1, RED, ("RED",), NIL, "", 2, 300, size_mm=(5, 5, 5), learned_mg=310_000, sigma_mg=1000),
        PackLine(2, BLUE, ("BLUE",), NIL, "", 1, 40, size_mm=(5, 5, 5), learned_mg=40_000, sigma_mg=500),
    )
    packer = task(Needs(materials=(replace(CARD, weight_grams=60),)), *lines)
    packer.scans(RED, RED, BLUE, LARGE, replace(CARD, weight_grams=60))
    over = packer.scan(Weight(920 + 308))
    assert isinstance(over, Decision)
    assert (over.outcome, over.note.code) == (Outcome.REFUSED, "odd_weight_over")
    assert (over.note.details["n"], over.note.details["item"], over.note.details["want"]) == (1, "Red", 920)
    under = packer.scan(Weight(920 - 40))
    assert (code_of(under), under.note.details["item"]) == ("odd_weight_under", "Blue")  # type: ignore[union-attr]
    card = packer.scan(Weight(920 - 61))
    assert card.note.details["item"] == "Gift card", "what was scanned and not put in"  # type: ignore[union-attr]
    recorded = lesson(packer, 920 - 60)
    assert (recorded.passed_by, recorded.suspect, recorded.sku_id) == ("EMP-1", "-1 Gift card", 0)


def lesson(packer: Task, grams: int) -> RecordPacking:
    """What is recorded when a supervisor lets the parcel pass that weighs so much."""
    assert code_of(packer.scan(Weight(grams))) != "parcel_closed", "it was meant to be odd"
    done = packer.scans(SUPERVISOR)
    (recorded,) = [effect for effect in done.effects if isinstance(effect, RecordPacking)]
    return recorded


def test_a_weight_is_learned_from_one_product_unless_something_speaks_against_it() -> None:
    unknown = PackLine(1, RED, ("RED",), NIL, "", 2, 0)
    packer = task(Needs(materials=(CARD,)), unknown)
    packer.scans(RED, RED, SMALL, CARD)
    (first,) = [effect for effect in packer.scans(Weight(260)).effects if isinstance(effect, RecordPacking)]
    assert (first.sku_id, first.units, first.contents_grams) == (RED.sku_id, 2, 200)
    catalogue = task(Needs(), replace(unknown, weight_grams=100))
    catalogue.scans(RED, RED, SMALL)
    odd = lesson(catalogue, 500)
    assert (odd.passed_by, odd.sku_id) == ("EMP-1", RED.sku_id), "the catalogue may be wrong"
    miscounted = task(Needs(), replace(unknown, weight_grams=100))
    miscounted.scans(RED, RED, SMALL)
    three = lesson(miscounted, 352)
    assert (three.suspect, three.sku_id) == ("+1 Red", 0), "one too many explains it better"
    learned = task(Needs(), replace(unknown, weight_grams=100, learned_mg=100_000))
    learned.scans(RED, RED, SMALL)
    assert lesson(learned, 500).sku_id == 0, "parcels were weighed before"


def test_notes_of_the_platform_stand_on_the_screen() -> None:
    packer = task(Needs(label_position="on top"), note="Ribbon")
    assert packing.screen(packer.work, packer.step).prompt.note == "Ribbon"
    packer.scans(RED, RED, SMALL)
    assert packing.screen(packer.work, WEIGH).prompt.label_position == "on top"


@settings(max_examples=50)
@given(some.data())
def test_whatever_is_scanned_a_closed_parcel_has_all_that_is_required_and_nothing_forbidden(
    data: some.DataObject,
) -> None:
    packer = task()
    things = [RED, SMALL, LARGE, CARD, FOAM, SEAL, seal("BS1"), seal("BS2"), Weight(261)]
    kinds = {step.name: step.expects for step in packing.steps.values()}
    for _ in range(60):
        if packer.step not in kinds:
            break
        thing = data.draw(some.sampled_from(things))
        if KINDS[type(thing)] in kinds[packer.step]:
            packer.scan(thing)
    stands = standing(packer.plan, packer.progress)
    used = {piece.code for piece in packer.progress.materials}
    assert "FOAM" not in used
    assert packer.progress.box_code != "L"
    assert {need.code for need in stands.requirements if need.is_done and need.code} == {
        code for code, material in (("MAT-CARD", "CARD"), ("BS", "SEAL")) if material in used
    }
    if packer.step not in kinds:
        assert {"CARD", "SEAL"} <= used
        assert packer.progress.box_code == "S"
