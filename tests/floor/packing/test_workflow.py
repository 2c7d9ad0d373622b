"""Packing as a pure machine: bench, every item, box, weight; short, give back."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from tests.floor.practice import Practice, code_of, item, place
from wms.access.model import Operator, Role
from wms.barcodes.model import Weight
from wms.bench.effects import ApplyLabel, OrderLabelCopy
from wms.bench.model import JobState, LabelJob
from wms.catalogue.model import Item
from wms.containers.model import ContainerUse, UseContainer
from wms.customs.effects import DeclareParcel
from wms.customs.model import GateAnswer
from wms.floor.packing.model import (
    SCAN_BENCH,
    SCAN_BOX,
    SCAN_ITEM,
    SCAN_LABEL,
    WEIGH,
    Awaited,
    PackingFacts,
    PackLine,
    PackPlan,
    PackProgress,
    expected_weight,
)
from wms.floor.packing.workflow import packing
from wms.kernel.identity import NIL, uuid7
from wms.kernel.refusal import Refusal
from wms.labels.effects import PrintParcelLabel
from wms.labels.model import Medium
from wms.orders.model import OrderState, RecordPacked, RecordPicked, RecordShort, SetOrderState
from wms.packaging.model import RecordPacking
from wms.places.model import PlaceKind
from wms.shipments.model import BoxType, CloseParcel, Parcel, ParcelState
from wms.stock.model import Move
from wms.tasks.decision import DONE, Confirm, Decision, Outcome

RED, BLUE = item("RED"), item("BLUE")
BENCH, OTHER_BENCH = place("BENCH-1", PlaceKind.BENCH), place("BENCH-2", PlaceKind.BENCH)
BOX = BoxType("S", 200, 150, 100, 50)
ORDER, TOTE, PARCEL, PACKER = uuid7(), uuid7(), uuid7(), uuid7()
USED_SEAL = "BS000999"
OPEN = GateAnswer(open=True)

Task = Practice[PackPlan, PackProgress, PackingFacts]


class Gate:
    """PackingFacts with one answer of the gate, at a bench without or with a label printer of its own."""

    def __init__(self, answer: GateAnswer, copy: LabelJob | None = None) -> None:
        self.answer = answer
        self.copy = copy
        self.is_taken_off = False

    def gate_at_label(self, parcel_id: UUID) -> GateAnswer:
        assert parcel_id == PARCEL
        return self.answer

    def cage_code(self) -> str:
        return "CAGE-1"

    def packer_id(self) -> UUID:
        return PACKER

    def still_weighs(self, bench_code: str, grams: int) -> bool:
        return not self.is_taken_off

    def is_used(self, number: str) -> bool:
        return number == USED_SEAL

    def prints_at(self, bench_code: str) -> bool:
        assert bench_code in ("BENCH-1", "BENCH-2")
        return self.copy is not None

    def order_number_of(self, parcel: Parcel) -> str:
        return "43"

    def who_waits_for(self, sku_id: int, tote_code: str) -> Awaited | None:
        assert tote_code == "TOT-1"
        return Awaited("43", "TOT-2") if sku_id == BLUE.sku_id else None

    def label_copy(self, parcel_id: UUID) -> LabelJob | None:
        assert parcel_id == PARCEL
        return self.copy


def line(what: Item, quantity: int, line_no: int = 1, lot: str = "", grams: int = 100) -> PackLine:
    return PackLine(line_no, what, (what.sku_code,), uuid7() if lot else NIL, lot, quantity, grams)


def task(*lines: PackLine) -> Task:
    plan = PackPlan(ORDER, "42", "Acme", TOTE, "TOT-1", 80, 91, PARCEL, lines, BOX)
    zeros = tuple(0 for _ in lines)
    return Practice(packing, Gate(GateAnswer(open=True)), plan, PackProgress(zeros, zeros), SCAN_BENCH)


def at_bench(*lines: PackLine) -> Task:
    practice = task(*lines)
    practice.scans(BENCH)
    return practice


def effects_of(result: object, kind: type) -> list:  # type: ignore[type-arg]
    assert isinstance(result, Decision)
    return [effect for effect in result.effects if type(effect) is kind]


def test_packing_happens_at_a_bench() -> None:
    packer = task(line(RED, 1))
    assert code_of(packer.scan(place("A-01"))) == "place_not_allowed"
    assert packer.scans(BENCH).note.code == "bench_taken"


def test_another_bench_is_taken_before_the_first_item_only() -> None:
    packer = at_bench(line(RED, 2))
    assert packer.scans(OTHER_BENCH).note.code == "bench_taken"
    assert effects_of(packer.scan(RED), Move)[0].transfer.to_place_id == OTHER_BENCH.id
    assert packer.scan(BENCH) == Refusal("parcel_begun", {"got": "BENCH-1", "want": "BENCH-2"})


def test_items_are_packed_in_any_sequence() -> None:
    packer = at_bench(line(RED, 2), line(BLUE, 1, 2))
    assert packer.scans(BLUE).note.code == "line_done"
    counted = packer.scans(RED)
    assert counted.note.code == "counted"
    assert effects_of(counted, RecordPacked) == [RecordPacked(ORDER, 1, 1)]
    (move,) = effects_of(counted, Move)
    assert (move.transfer.from_container_id, move.transfer.to_container_id) == (TOTE, PARCEL)
    assert (packer.scans(RED).outcome, packer.step) == (Outcome.COMPLETED, SCAN_BOX)


def test_a_wrong_item_one_too_many_and_a_wrong_lot_are_named() -> None:
    packer = at_bench(line(RED, 1), line(BLUE, 1, 2, lot="L1"))
    assert packer.scan(item("GREEN")) == Refusal("wrong_item", {"got": "Green", "want": "42"})
    packer.scans(RED)
    assert code_of(packer.scan(RED)) == "over_quantity"
    assert packer.scan(item("BLUE", lot="L2")) == Refusal("wrong_lot", {"got": "L2", "want": "L1"})
    assert packer.scans(item("BLUE", lot="L1")).note.code == "line_done"


def test_an_item_of_a_neighbours_tote_is_refused_with_the_order_that_waits_for_it() -> None:
    packer = at_bench(line(RED, 1))
    details = {"got": "Blue", "want": "42", "other": "43", "container": "TOT-2"}
    assert packer.scan(BLUE) == Refusal("item_of_other_order", details)
    assert packer.step == SCAN_ITEM


def test_a_pack_may_not_hold_more_than_is_open() -> None:
    packer = at_bench(line(RED, 5))
    refused = packer.scan(item("RED", pack=12))
    assert refused == Refusal("over_quantity", {"n": 0, "of": 5, "units": 12, "item": "Red"})


def test_a_number_counts_more_of_the_last_item() -> None:
    packer = at_bench(line(RED, 5))
    assert code_of(packer.scan("QTY", quantity=2)) == "scan_item_first"
    packer.scans(RED)
    assert effects_of(packer.scan("QTY", quantity=4), RecordPacked)[0].quantity == 4
    assert packer.step == SCAN_BOX


def test_missing_items_are_written_down_and_the_rest_is_packed() -> None:
    packer = at_bench(line(RED, 2), line(BLUE, 1, 2))
    packer.scans(RED)
    assert packer.scan("SHORT") == Confirm("confirm_short", {"missing": 1, "item": "Red", "place": "TOT-1"})
    short = packer.scan("SHORT")
    assert code_of(short) == "shorted"
    assert effects_of(short, RecordPicked) == [RecordPicked(ORDER, 1, -1)]
    assert effects_of(short, RecordShort) == [RecordShort(ORDER, 1, 1)]
    assert code_of(packer.scan(BLUE)) == "line_done"
    assert packer.step == SCAN_BOX


def test_the_last_line_short_goes_on_to_the_box() -> None:
    packer = at_bench(line(RED, 2))
    packer.scans(RED)
    packer.scan("SHORT")
    packer.scan("SHORT")
    assert packer.step == SCAN_BOX


def test_an_empty_tote_ends_the_parcel() -> None:
    packer = at_bench(line(RED, 2))
    packer.scan("SHORT")
    done = packer.scan("SHORT")
    assert packer.step == DONE
    assert effects_of(done, UseContainer)[0].use is ContainerUse.EMPTY
    assert effects_of(done, SetOrderState)[0].state is OrderState.SHORT


def test_box_and_weight_close_the_parcel() -> None:
    packer = at_bench(line(RED, 2))
    packer.scans(RED, RED)
    assert packer.scans(BOX).note.code == "box_taken"
    done = packer.scans(Weight(250))
    assert (done.note.code, done.step) == ("parcel_closed", DONE)
    assert [type(effect) for effect in done.effects] == [
        CloseParcel,
        UseContainer,
        SetOrderState,
        RecordPacking,
        DeclareParcel,
        PrintParcelLabel,
    ]


def test_a_closed_parcel_that_is_not_released_is_sent_to_a_cage_and_why() -> None:
    packer = at_bench(line(RED, 2))
    packer.facts = Gate(GateAnswer(open=False, code="customs_not_submitted"))
    packer.scans(RED, RED, BOX)
    done = packer.scans(Weight(250))
    assert (done.note.code, done.step) == ("parcel_closed_held", DONE)
    assert (done.note.details["cage"], done.note.details["reason"]) == ("CAGE-1", "customs_not_submitted")


def job(state: JobState) -> LabelJob:
    return LabelJob(
        id=uuid7(), parcel_id=PARCEL, tracking_number="SF1234567", copy_number=1, bench="BENCH-1", printer="label",
        medium=Medium.ZPL_203, state=state, why="", words="", attempt=1, answer=None, reason="", is_given=True,
        is_applied=False, changed_at=datetime(2026, 11, 5, tzinfo=UTC),
    )  # fmt: skip


def parcel(parcel_id: UUID, number: str) -> Parcel:
    closed_at = datetime(2026, 11, 5, tzinfo=UTC)
    return Parcel(parcel_id, ORDER, "S", 250, "", number, ParcelState.PACKED, 1, None, closed_at)


def labelling(state: JobState, answer: GateAnswer = OPEN) -> Task:
    """A parcel that was just closed at a bench with a label printer."""
    packer = at_bench(line(RED, 2))
    packer.facts = Gate(answer, job(state))
    packer.scans(RED, RED, BOX)
    closed = packer.scans(Weight(250))
    assert (closed.note.code, closed.step) == ("parcel_closed_label", SCAN_LABEL)
    assert effects_of(closed, PrintParcelLabel) == [PrintParcelLabel(PARCEL)]
    return packer


def test_where_a_bench_prints_the_parcel_is_done_when_its_label_was_scanned_back() -> None:
    packer = labelling(JobState.PRINTED)
    assert packer.scan(parcel(uuid7(), "SF9")) == Refusal("wrong_label", {"got": "SF9", "other": "43", "want": "42"}), (
        "the label of another parcel on this box"
    )
    done = packer.scans(parcel(PARCEL, "SF1234567"))
    assert (done.note.code, done.step, done.effects) == ("label_applied", DONE, (ApplyLabel(PARCEL),))


def test_a_labelled_parcel_that_is_not_released_goes_into_a_cage() -> None:
    packer = labelling(JobState.PRINTED, GateAnswer(open=False, code="customs_not_submitted"))
    done = packer.scans(parcel(PARCEL, "SF1234567"))
    assert (done.note.code, done.note.details["cage"]) == ("label_applied_held", "CAGE-1")


def test_a_label_is_printed_again_for_the_asking_but_a_doubtful_one_only_when_somebody_looked() -> None:
    packer = labelling(JobState.PRINTED)
    again = packer.scans("REPRINT")
    assert (again.note.code, again.step) == ("label_ordered", SCAN_LABEL)
    assert effects_of(again, OrderLabelCopy) == [OrderLabelCopy(PARCEL, "asked")]
    packer = labelling(JobState.DOUBTFUL)
    assert packer.scan("REPRINT") == Confirm("confirm_not_printed", {"tail": "4567", "order": "42"})
    looked = packer.scans("REPRINT")
    assert effects_of(looked, OrderLabelCopy) == [OrderLabelCopy(PARCEL, "asked", not_printed=True)]


def test_a_parcel_may_be_put_aside_without_its_label_after_a_second_scan() -> None:
    packer = labelling(JobState.BLOCKED)
    assert packer.scan("SKIP") == Confirm("confirm_put_off", {"order": "42"})
    assert (packer.scans("SKIP").note.code, packer.step) == ("label_put_off", DONE)


def test_a_weight_that_cannot_be_right_stops_the_parcel_however_often_it_is_weighed() -> None:
    packer = at_bench(line(RED, 2))
    packer.scans(RED, RED, BOX)
    stopped = packer.scan(Weight(900))
    assert isinstance(stopped, Decision)
    assert (stopped.outcome, stopped.note.code) == (Outcome.REFUSED, "odd_weight")
    assert stopped.note.details == {"got": 900, "want": 250, "low": 200, "high": 300}
    assert code_of(packer.scan(Weight(900))) == "odd_weight"
    assert packer.step == WEIGH


def test_only_a_supervisor_lets_an_odd_weight_pass() -> None:
    packer = at_bench(line(RED, 2))
    packer.scans(RED, RED, BOX)
    supervisor = Operator(uuid7(), 1, "EMP-1", "Li Wei", Role.SUPERVISOR, "zh")
    assert packer.scan(supervisor) == Refusal("nothing_to_pass", {"got": "Li Wei"})
    packer.scan(Weight(900))
    colleague = Operator(uuid7(), 1, "EMP-4", "Ben", Role.PACKER, "en")
    assert packer.scan(colleague) == Refusal("supervisor_needed", {"got": "Ben"})
    (recorded,) = effects_of(packer.scan(supervisor), RecordPacking)
    assert (recorded.passed_by, recorded.weight_grams, recorded.packer_id) == ("EMP-1", 900, PACKER)


def test_a_right_weight_after_a_wrong_one_closes_the_parcel() -> None:
    packer = at_bench(line(RED, 2))
    packer.scans(RED, RED, BOX)
    packer.scan(Weight(900))
    assert code_of(packer.scan(Weight(251))) == "parcel_closed"


def test_unknown_catalogue_weights_ask_nothing() -> None:
    packer = at_bench(line(RED, 1, grams=0))
    packer.scans(RED, BOX)
    assert expected_weight(packer.work) is None
    assert code_of(packer.scan(Weight(5000))) == "parcel_closed"


def test_an_order_is_given_back_with_everything_in_its_tote() -> None:
    packer = at_bench(line(RED, 2), line(BLUE, 3, 2))
    packer.scans(RED, BLUE)
    packer.scans(RED)
    packer.scan("SHORT")
    packer.scan("SHORT")
    assert packer.scan("RETURN") == Confirm("confirm_return", {"order": "42", "units": 3, "container": "TOT-1"})
    done = packer.scan("RETURN")
    assert (code_of(done), packer.step) == ("goods_given_back", DONE)
    back = [(effect.transfer.quantity, effect.transfer.to_container_id) for effect in effects_of(done, Move)]
    assert back == [(2, TOTE), (1, TOTE)]
    assert effects_of(done, RecordPacked) == [RecordPacked(ORDER, 1, -2), RecordPacked(ORDER, 2, -1)]
    assert effects_of(done, RecordPicked) == [RecordPicked(ORDER, 1, -2), RecordPicked(ORDER, 2, -1)]
    assert effects_of(done, RecordShort) == [RecordShort(ORDER, 1, 2), RecordShort(ORDER, 2, 1)]
    assert effects_of(done, UseContainer)[0].use is ContainerUse.PUTAWAY
    assert effects_of(done, SetOrderState)[0].state is OrderState.SHORT


def test_an_order_is_given_back_before_any_bench_is_known() -> None:
    packer = task(line(RED, 2))
    packer.scan("RETURN")
    assert effects_of(packer.scan("RETURN"), Move) == []


def test_goods_in_the_tote_are_meant_where_merchants_share_a_barcode() -> None:
    assert packing.ours is not None
    work = task(line(RED, 5)).work
    assert packing.ours(work, RED)
    assert not packing.ours(work, BLUE)


def test_the_weight_asked_for_is_forgotten_by_no_step() -> None:
    packer = at_bench(line(RED, 1))
    packer.scans(RED, BOX)
    packer.scan(Weight(999))
    assert packer.step == WEIGH
    assert packer.progress == replace(packer.progress, odd_weight_grams=999)


@given(
    some.lists(some.tuples(some.sampled_from([RED, BLUE]), some.integers(1, 4)), min_size=1, max_size=4), some.data()
)
def test_every_unit_in_the_tote_is_packed_or_missing(wanted: list[tuple[Item, int]], data: some.DataObject) -> None:
    packer = at_bench(*(line(what, quantity, number) for number, (what, quantity) in enumerate(wanted, start=1)))
    packed = missing = 0
    for _ in range(100):
        if packer.step != SCAN_ITEM:
            break
        if data.draw(some.integers(0, 4)) == 0:
            packer.scan("SHORT")
            result = packer.scan("SHORT")
            missing += sum(effect.quantity for effect in effects_of(result, RecordShort))
        else:
            result = packer.scan(data.draw(some.sampled_from([RED, BLUE])))
            if isinstance(result, Decision):
                packed += sum(effect.quantity for effect in effects_of(result, RecordPacked))
    assert packer.step == (SCAN_BOX if packed else DONE)
    assert packed + missing == sum(quantity for _, quantity in wanted)
