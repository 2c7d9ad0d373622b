"""Packing: an order that goes into several parcels, one after the other from the same tote."""

from dataclasses import replace
from uuid import UUID

from tests.floor.packing.test_workflow import BENCH, BOX, ORDER, PARCEL, TOTE, Gate, Task, effects_of, line
from tests.floor.practice import Practice, code_of, item
from wms.barcodes.model import Weight
from wms.bench.effects import ApplyLabel
from wms.containers.model import ContainerUse, UseContainer
from wms.customs.effects import DeclareParcel
from wms.customs.model import GateAnswer
from wms.floor.packing.model import SCAN_BOX, SCAN_ITEM, SCAN_LABEL, PackPlan, PackProgress, parcel_id_of
from wms.floor.packing.workflow import packing
from wms.kernel.refusal import Refusal
from wms.labels.effects import PrintParcelLabel
from wms.orders.model import OrderState, RecordPacked, RecordPicked, RecordShort, SetOrderState
from wms.packaging.model import RecordPacking
from wms.shipments.model import BoxType, CloseParcel, DispatchWhole, PackedUnits, Parcel, ParcelState
from wms.stock.model import Move
from wms.tasks.decision import DONE, Outcome

RED, BLUE = item("RED"), item("BLUE")
SMALL, LARGE = BOX, BoxType("L", 600, 400, 400, 200)
LONG = (190, 140, 90)


class AnyGate(Gate):
    """Asked about any parcel; remembers which."""

    asked: tuple[UUID, ...] = ()

    def gate_at_label(self, parcel_id: UUID) -> GateAnswer:
        self.asked += (parcel_id,)
        return self.answer


def split_task(*, prints: bool = False, may_split: bool = True) -> Task:
    """Two red ones and a blue one, each as large as the small box, at a bench."""
    lines = (
        replace(line(RED, 2), size_mm=LONG),
        replace(line(BLUE, 1, 2), size_mm=LONG),
    )
    boxes = (SMALL, LARGE) if may_split else ()
    plan = PackPlan(ORDER, "42", "Acme", TOTE, "TOT-1", 80, 91, PARCEL, lines, LARGE, may_split=may_split, boxes=boxes)
    gate = AnyGate(GateAnswer(open=True))
    gate.prints_at = lambda bench_code: prints  # type: ignore[method-assign]
    practice: Task = Practice(packing, gate, plan, PackProgress((0, 0), (0, 0)), SCAN_ITEM)
    practice.progress = replace(practice.progress, bench_place_id=BENCH.id, bench_code=BENCH.code)
    return practice


def offered(packer: Task) -> bool:
    return "*SPLIT*" in packing.screen(packer.work, packer.step).actions


def test_a_full_box_goes_on_and_the_rest_goes_into_the_next_parcel() -> None:
    packer, second = split_task(), parcel_id_of(split_task().plan, 2)
    assert not offered(packer)
    packer.scans(RED)
    assert offered(packer)
    on = packer.scans("SPLIT")
    assert (on.note.code, on.note.details, on.effects, packer.step) == (
        "parcel_split",
        {"n": 1, "left": 2},
        (),
        SCAN_BOX,
    )
    assert packing.screen(packer.work, SCAN_BOX).prompt.box == "S", "the box is proposed for what is in this parcel"
    closed = packer.scans(SMALL, Weight(150))
    assert (closed.note.code, closed.outcome, packer.step) == ("parcel_closed_next", Outcome.COMPLETED, SCAN_ITEM)
    (close,) = effects_of(closed, CloseParcel)
    assert (close.parcel_id, close.number, close.is_last, close.contents) == (PARCEL, 1, False, (PackedUnits(1, 1),))
    assert not effects_of(closed, SetOrderState)
    assert not effects_of(closed, UseContainer)
    assert effects_of(closed, DeclareParcel) == [DeclareParcel(PARCEL)]
    assert packing.screen(packer.work, SCAN_ITEM).prompt.parcel_number == 2
    assert packing.screen(packer.work, SCAN_ITEM).prompt.box == "L", "and for what is left"

    assert effects_of(packer.scans(RED), Move)[0].transfer.to_container_id == second
    packer.scans(BLUE)
    assert packer.step == SCAN_BOX
    done = packer.scans(LARGE, Weight(400))
    assert (done.note.code, packer.step) == ("parcel_closed", DONE)
    (close,) = effects_of(done, CloseParcel)
    assert (close.parcel_id, close.number, close.is_last) == (second, 2, True)
    assert close.contents == (PackedUnits(1, 1), PackedUnits(2, 1))
    assert effects_of(done, SetOrderState) == [SetOrderState(ORDER, OrderState.PACKING, OrderState.PACKED)]
    assert effects_of(done, UseContainer)[0].use is ContainerUse.EMPTY
    assert effects_of(done, PrintParcelLabel) == [PrintParcelLabel(second)]
    (record,) = effects_of(done, RecordPacking)
    assert (record.parcel_id, record.expected_grams) == (second, 400), "weighed by what is in this parcel"
    assert isinstance(packer.facts, AnyGate)
    assert packer.facts.asked == (PARCEL, second)


def test_each_parcel_is_labelled_before_the_next_one_begins() -> None:
    packer = split_task(prints=True)
    first, second = (
        Parcel(parcel_id_of(packer.plan, number), ORDER, "S", 1, "", f"RB{number}", ParcelState.PACKED, 1, None, None)  # type: ignore[arg-type]
        for number in (1, 2)
    )
    packer.scans(RED, "SPLIT", SMALL)
    assert (packer.scans(Weight(150)).note.code, packer.step) == ("parcel_closed_label", SCAN_LABEL)
    assert code_of(packer.scan(second)) == "wrong_label"
    applied = packer.scans(first)
    assert (applied.note.code, packer.step) == ("label_applied_next", SCAN_ITEM)
    assert effects_of(applied, ApplyLabel) == [ApplyLabel(first.id)]
    packer.scans(RED, "SPLIT", SMALL, Weight(150))
    packer.scan("SKIP")
    put_off = packer.scan("SKIP")
    assert (code_of(put_off), packer.step, packer.progress.number) == ("label_put_off_next", SCAN_ITEM, 3)
    assert not packer.progress.materials


def test_a_parcel_that_is_held_is_said_to_be_held() -> None:
    packer = split_task()
    packer.facts.answer = GateAnswer(open=False, code="gate_pending")  # type: ignore[attr-defined]
    assert packer.scans(RED, "SPLIT", SMALL, Weight(150)).note.code == "parcel_closed_held"


def test_where_customs_know_one_parcel_per_order_it_stays_one() -> None:
    packer = split_task(may_split=False)
    packer.scans(RED)
    assert not offered(packer)
    assert packer.scan("SPLIT") == Refusal("one_parcel_per_order", {"order": "42"})
    assert packer.step == SCAN_ITEM


def test_no_parcel_is_empty_and_none_is_split_twice_or_for_nothing() -> None:
    packer = split_task()
    assert packer.scan("SPLIT") == Refusal("parcel_is_empty", {"n": 1})
    packer.scans(RED, "SPLIT")
    assert packer.scan("SPLIT") == Refusal("parcel_split_already", {"n": 1})
    packer.scans(SMALL, Weight(150))
    assert packer.scan("SPLIT") == Refusal("parcel_is_empty", {"n": 2})
    packer.scans(RED, BLUE)
    assert packer.scan("SPLIT") == Refusal("nothing_left_to_split", {"order": "42"})


def test_what_is_missing_for_the_next_parcel_leaves_the_order_packed() -> None:
    packer = split_task()
    packer.scans(RED, RED, "SPLIT", LARGE, Weight(400))
    packer.scan("SHORT")
    short = packer.scan("SHORT")
    assert packer.step == DONE
    assert effects_of(short, RecordShort) == [RecordShort(ORDER, 2, 1)]
    assert effects_of(short, SetOrderState) == [SetOrderState(ORDER, OrderState.PACKING, OrderState.PACKED)]
    assert effects_of(short, DispatchWhole) == [DispatchWhole((ORDER,))]


def test_only_what_is_in_no_closed_parcel_is_given_back() -> None:
    packer = split_task()
    packer.scans(RED, "SPLIT", SMALL, Weight(150), RED)
    packer.scan("RETURN")
    back = packer.scan("RETURN")
    assert effects_of(back, RecordPacked) == [RecordPacked(ORDER, 1, -1)]
    assert effects_of(back, RecordPicked) == [RecordPicked(ORDER, 1, -1), RecordPicked(ORDER, 2, -1)]
    (move,) = effects_of(back, Move)
    assert move.transfer.from_container_id == parcel_id_of(packer.plan, 2)
    assert effects_of(back, SetOrderState) == [SetOrderState(ORDER, OrderState.PACKING, OrderState.PACKED)]


def test_another_bench_may_pack_the_next_parcel() -> None:
    packer = split_task()
    packer.scans(RED, "SPLIT", SMALL, Weight(150))
    assert packer.scans(BENCH).note.code == "bench_taken"
