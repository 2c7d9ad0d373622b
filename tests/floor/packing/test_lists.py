"""The packing list as a step: printed when the parcel is full, scanned before it is closed, the wrong one caught."""

from dataclasses import replace
from datetime import UTC, datetime

from tests.floor.packing.test_workflow import BOX, PARCEL, Gate
from tests.floor.practice import Practice, code_of, item, place
from wms.access.model import Operator, Role
from wms.barcodes.model import Weight
from wms.customs.model import GateAnswer
from wms.floor.packing.lists import contents_of_parcel, wanted_list
from wms.floor.packing.model import (
    SCAN_BENCH,
    SCAN_BOX,
    SCAN_ITEM,
    SCAN_LABEL,
    SCAN_LIST,
    SCAN_MATERIAL,
    WEIGH,
    PackingFacts,
    PackLine,
    PackPlan,
    PackProgress,
)
from wms.floor.packing.standing import LIST, standing
from wms.floor.packing.workflow import packing
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.labels.effects import CallOffPackingList, PrintPackingList
from wms.labels.list_codes import ScannedList, from_words, in_words, list_code
from wms.packaging.model import Material, MaterialKind, Needs, RecordPacking
from wms.places.model import PlaceKind
from wms.shipments.model import PackedUnits, Parcel, ParcelState
from wms.tasks.decision import Decision, Outcome

RED = item("RED")
CARD = Material("CARD", MaterialKind.INSERT, "Gift card", 10)
SUPERVISOR = Operator(uuid7(), 1, "EMP-1", "Li Wei", Role.SUPERVISOR, "zh")
PACKER = replace(SUPERVISOR, badge="EMP-4", name="Ben", role=Role.PACKER)
ORDER, OTHER = uuid7(), uuid7()

Task = Practice[PackPlan, PackProgress, PackingFacts]


def task(needs: Needs = Needs(packing_list=True), *, may_split: bool = False) -> Task:  # noqa: B008 - a frozen value
    lines = (PackLine(1, RED, ("RED",), NIL, "", 2, 100),)
    plan = PackPlan(
        ORDER, "42", "Acme", uuid7(), "TOT-1", 80, 91, PARCEL, lines, BOX, needs, may_split=may_split, boxes=(BOX,)
    )
    packer: Task = Practice(packing, Gate(GateAnswer(open=True)), plan, PackProgress((0,), (0,)), SCAN_BENCH)
    packer.scans(place("BENCH-1", PlaceKind.BENCH))
    return packer


def its_list(packer: Task) -> ScannedList:
    code = wanted_list(packer.plan, packer.progress)
    return ScannedList(code, ORDER, "42", PARCEL, packer.progress.number)


def printed(result: Decision[PackPlan, PackProgress]) -> list[PrintPackingList]:
    return [effect for effect in result.effects if isinstance(effect, PrintPackingList)]


def test_a_list_prints_when_the_last_item_is_in_and_is_called_off_when_that_is_taken_back() -> None:
    packer = task()
    assert printed(packer.scans(RED)) == []
    (order,) = printed(packer.scans(RED))
    assert (order.code, order.contents) == (wanted_list(packer.plan, packer.progress), (PackedUnits(1, 2),))
    assert order.inverse() == CallOffPackingList(order.code, PARCEL)
    assert printed(task(Needs()).scans(RED, RED)) == [], "only where a rule asks for one"


def test_without_its_list_a_parcel_is_not_weighed_and_the_wrong_list_is_caught() -> None:
    packer = task()
    packer.scans(RED, RED)
    taken = packer.scans(BOX)
    assert (taken.note.code, packer.step) == ("box_taken_then_list", SCAN_LIST)
    right = its_list(packer)
    assert packer.scan(Weight(250)) == Refusal("list_missing", {"want": right.code})
    other = replace(right, code="LST-000000000000", order_id=OTHER, order_number="43")
    assert packer.scan(other) == Refusal("wrong_list", {"got": "43", "want": "42"})
    stale = replace(right, code=list_code(PARCEL, (PackedUnits(1, 1),)))
    assert packer.scan(stale) == Refusal("list_outdated", {"got": stale.code, "want": right.code})
    assert (packer.scans(right).note.code, packer.step) == ("list_taken_weigh", WEIGH)
    assert packer.scans(Weight(250)).note.code == "parcel_closed"


def test_the_list_may_be_scanned_before_the_box_and_materials_come_after_it() -> None:
    packer = task(Needs(packing_list=True, materials=(CARD,)))
    packer.scans(RED, RED)
    assert (packer.scans(its_list(packer)).note.code, packer.step) == ("list_taken", SCAN_BOX)
    assert (packer.scans(BOX).note.code, packer.step) == ("box_taken_then", SCAN_MATERIAL)
    late = task(Needs(packing_list=True, materials=(CARD,)))
    late.scans(RED, RED, BOX)
    assert (late.scans(CARD).note.code, late.step) == ("material_taken", SCAN_LIST)
    assert (late.scans(its_list(late)).note.code, late.step) == ("list_taken_weigh", WEIGH)


def test_each_parcel_of_an_order_has_a_list_of_its_own() -> None:
    packer = task(may_split=True)
    packer.scans(RED)
    (first,) = printed(packer.scans("SPLIT"))
    packer.scans(BOX)
    second = replace(its_list(packer), code="LST-000000000000", parcel_number=2)
    assert packer.scan(second) == Refusal("list_of_other_parcel", {"n": 2, "want": 1})
    packer.scans(its_list(packer), Weight(150))
    assert packer.step == SCAN_ITEM
    (then,) = printed(packer.scans(RED))
    assert (first.parcel_number, then.parcel_number, first.contents == then.contents) == (1, 2, True)
    assert first.code != then.code


def test_where_none_can_be_printed_a_supervisor_lets_it_pass_and_is_recorded() -> None:
    packer = task()
    packer.scans(RED, RED, BOX)
    assert packer.scan(PACKER) == Refusal("supervisor_needed_for_list", {"got": "Ben"})
    assert (packer.scans(SUPERVISOR).note.code, packer.step) == ("list_left_out_weigh", WEIGH)
    (recorded,) = [effect for effect in packer.scans(Weight(250)).effects if isinstance(effect, RecordPacking)]
    assert (recorded.without_list_by, recorded.passed_by) == ("EMP-1", "")


def test_a_list_that_nobody_asked_for_is_taken_out_again() -> None:
    packer = task(Needs())
    packer.scans(RED, RED)
    assert code_of(packer.scan(its_list(packer))) == "no_list_wanted"


def test_the_page_names_the_list_when_nothing_more_goes_in() -> None:
    packer = task()
    assert [
        (need.kind, need.code, need.is_done) for need in standing(packer.plan, packer.progress).requirements[1:]
    ] == [(LIST, "", False)]
    packer.scans(RED, RED)
    code = wanted_list(packer.plan, packer.progress)
    assert standing(packer.plan, packer.progress).requirements[1].code == code
    assert packing.screen(packer.work, SCAN_LIST).prompt.expected.codes == (code,)  # type: ignore[union-attr]
    packer.scans(BOX, its_list(packer))
    assert standing(packer.plan, packer.progress).requirements[1].is_done


def test_a_code_follows_from_parcel_and_contents() -> None:
    contents = (PackedUnits(1, 2), PackedUnits(3, 1))
    assert from_words(in_words(contents)) == contents
    code = list_code(PARCEL, contents)
    assert (len(code), code) == (16, list_code(PARCEL, contents))
    assert len({code, list_code(uuid7(), contents), list_code(PARCEL, contents[:1])}) == 3
    assert contents_of_parcel(task().plan, PackProgress((0,), (0,))) == ()


def test_a_label_with_a_place_of_its_own_is_scanned_twice() -> None:
    packer = task(Needs(label_position="largest side", label_check=True))
    packer.scans(RED, RED, BOX, Weight(250))
    assert packer.step == SCAN_LABEL, "also where the bench has no printer of its own"
    when = datetime(2026, 11, 5, tzinfo=UTC)
    parcel = Parcel(PARCEL, ORDER, "S", 250, "", "T1", ParcelState.PACKED, 1, None, when)
    asked = packer.scan(parcel)
    assert isinstance(asked, Decision)
    assert (asked.outcome, asked.note.code, asked.note.details) == (
        Outcome.CONFIRM,
        "confirm_label_position",
        {"where": "largest side"},
    )
    assert packer.step == SCAN_LABEL
    other_code_on_it = replace(parcel, sscc="00")
    assert packer.scans(other_code_on_it).note.code == "label_applied"


def test_a_new_label_is_asked_about_anew_and_a_picture_is_enough() -> None:
    packer = task(Needs(label_picture="top.png", label_check=True))
    packer.scans(RED, RED, BOX, Weight(250))
    when = datetime(2026, 11, 5, tzinfo=UTC)
    parcel = Parcel(PARCEL, ORDER, "S", 250, "", "T1", ParcelState.PACKED, 1, None, when)
    assert code_of(packer.scan(parcel)) == "confirm_label_picture"
    packer.scans("REPRINT")
    assert code_of(packer.scan(parcel)) == "confirm_label_picture"
    assert code_of(packer.scan(parcel)) == "label_applied"


def test_a_badge_passes_no_weight_that_was_taken_off_the_scale() -> None:
    packer = task(Needs())
    packer.scans(RED, RED, BOX)
    assert code_of(packer.scan(Weight(900))) == "odd_weight"
    packer.facts.is_taken_off = True  # type: ignore[attr-defined]
    assert packer.scan(SUPERVISOR) == Refusal("weight_gone", {"weight": 900})
