"""Dispatch as a pure machine: green onto the lane, red into a cage, all or none out of the building."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.floor.practice import Practice, code_of, place
from wms.customs.effects import RecordLeft, RequestPass, WithdrawPass
from wms.customs.gate import CLOSED_CODES, NOT_DECLARED
from wms.customs.model import GateAnswer, GatePoint
from wms.floor.dispatch.workflow import (
    AWAIT_PASS,
    PASS_CONFIRMED,
    PASS_REFUSED,
    SCAN_CAGE,
    SCAN_PARCEL,
    DispatchFacts,
    DispatchPlan,
    DispatchProgress,
    LoadedParcel,
    RedParcel,
    dispatch,
    look_again,
)
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.model import PlaceKind
from wms.shipments.model import (
    CageParcel,
    CloseLoad,
    DispatchWhole,
    Load,
    LoadState,
    OpenLoad,
    Parcel,
    ParcelState,
    ReopenLoad,
    SealLoad,
    StageParcel,
    UnstageParcel,
)
from wms.stock.model import Balance, BalanceKey, Move
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome

LANE, CAGE, BENCH = place("LANE-1", PlaceKind.LANE), place("CAGE-1", PlaceKind.CAGE), 70
LOAD, OTHER_LOAD = uuid7(), uuid7()
WHEN = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
OPEN = GateAnswer(open=True)
INSPECTED = GateAnswer(open=False, code="customs_inspection", since=WHEN, said="布控")


@dataclass
class Known:
    """DispatchFacts held in memory."""

    gates: dict[UUID, GateAnswer] = field(default_factory=dict)
    parcels: dict[UUID, Parcel] = field(default_factory=dict)
    on_load: tuple[Parcel, ...] = ()
    state: LoadState | None = LoadState.OPEN
    exit_pass: Refusal | None = None
    """Why the load may not leave with its pass."""
    later: LoadState | None = None
    """What somebody else makes of the load while its parcels are asked about."""
    asked: list[GatePoint] = field(default_factory=list)
    label: Note | None = None
    """What a rule has asked about its label."""

    def gate(self, parcel_id: UUID) -> GateAnswer:
        return self.gates.get(parcel_id, OPEN)

    def parcel(self, parcel_id: UUID) -> Parcel:
        return self.parcels[parcel_id]

    def contents(self, parcel_id: UUID) -> tuple[Balance, ...]:
        at = self.parcels[parcel_id].place_id if parcel_id in self.parcels else BENCH
        return (Balance(BalanceKey(1, at, container_id=parcel_id), 2, 0, False),)

    def load(self, load_id: UUID) -> Load | None:
        return Load(load_id, "LOD-1", LANE.id, "OWN", self.state) if self.state is not None else None

    def loaded(self, load_id: UUID, point: GatePoint) -> tuple[LoadedParcel, ...]:
        self.asked.append(point)
        self.state = self.later or self.state
        return tuple(LoadedParcel(parcel, self.contents(parcel.id), self.gate(parcel.id)) for parcel in self.on_load)

    def red_on(self, load_id: UUID) -> RedParcel | None:
        reds = (RedParcel(parcel, self.gate(parcel.id)) for parcel in self.on_load)
        return next((red for red in reds if not red.gate.open), None)

    def pass_refusal(self, load_id: UUID, load_code: str, parcel_ids: tuple[UUID, ...] | None) -> Refusal | None:
        return self.exit_pass

    def released_in_cages(self) -> str:
        return "CAGE-1: 2"

    def who(self) -> str:
        return "EMP-4"

    def question_of_label(self, parcel: Parcel) -> Note | None:
        return self.label

    def new_load_id(self) -> UUID:
        return OTHER_LOAD


def parcel(state: ParcelState = ParcelState.PACKED, load: UUID | None = None, at: int = BENCH) -> Parcel:
    return Parcel(uuid7(), uuid7(), "S", 350, "0" * 18, "SF1", state, at, load, WHEN, None)


def loader(
    facts: Known | None = None, *, step: str = SCAN_PARCEL, bonded: bool = False
) -> Practice[DispatchPlan, DispatchProgress, DispatchFacts]:
    plan = DispatchPlan(LOAD, "LOD-1", "OWN", LANE, 99, CAGE.code, bonded)
    return Practice(dispatch, facts or Known(), plan, DispatchProgress(), step)


def red(seen: Parcel, answer: GateAnswer = INSPECTED) -> Practice[DispatchPlan, DispatchProgress, DispatchFacts]:
    """A loader with a red parcel in his hands."""
    load = loader(Known(gates={seen.id: answer}, parcels={seen.id: seen}))
    load.scan(seen)
    return load


def effects_of(result: object, kind: type) -> list:  # type: ignore[type-arg]
    assert isinstance(result, Decision)
    return [effect for effect in result.effects if type(effect) is kind]


def test_a_released_parcel_is_staged_with_its_contents() -> None:
    load, seen = loader(), parcel()
    staged = load.scans(seen)
    assert (staged.note.code, load.progress.staged, load.step) == ("parcel_staged", 1, SCAN_PARCEL)
    assert effects_of(staged, StageParcel) == [StageParcel(seen.id, LOAD, LANE.id, ParcelState.PACKED, BENCH)]
    assert effects_of(staged, Move)[0].transfer.to_place_id == LANE.id


def test_a_label_that_nobody_was_asked_about_is_asked_about_here() -> None:
    load, seen = loader(Known(label=Note("confirm_label_position", {"where": "on top"}))), parcel()
    assert load.scan(seen) == Confirm("confirm_label_position", {"where": "on top"})
    assert load.scans(seen).note.code == "parcel_staged"


def test_a_parcel_out_of_a_cage_is_staged_too() -> None:
    seen = parcel(ParcelState.CAGED, at=CAGE.id)
    assert effects_of(loader().scans(seen), StageParcel)[0].from_state is ParcelState.CAGED


@pytest.mark.parametrize("code", sorted({*CLOSED_CODES.values(), NOT_DECLARED}))
def test_a_red_parcel_goes_to_a_cage_and_nothing_else_goes_on(code: str) -> None:
    seen = parcel()
    load = red(seen, GateAnswer(open=False, code=code, since=WHEN))
    assert (load.step, load.progress.red_parcel_id) == (SCAN_CAGE, seen.id)
    assert load.progress.gate is not None
    assert load.scan(LANE) == Refusal("cage_needed", {"got": "LANE-1", "want": "CAGE-1"})
    assert code_of(load.scan("DONE")) == "unknown_command"
    caged = load.scans(CAGE)
    assert (caged.note.code, load.step, load.progress.gate) == ("parcel_caged", SCAN_PARCEL, None)
    assert effects_of(caged, CageParcel) == [CageParcel(seen.id, CAGE.id, ParcelState.PACKED, BENCH)]
    assert effects_of(caged, Move)[0].transfer.to_place_id == CAGE.id


def test_a_red_answer_cannot_be_undone_by_a_card() -> None:
    load = loader(Known(gates={}))
    seen = parcel()
    load.facts = Known(gates={seen.id: INSPECTED})
    answer = load.scan(seen)
    assert isinstance(answer, Decision)
    assert (answer.outcome, answer.undoable) == (Outcome.GATE_CLOSED, False)


def test_a_parcel_that_stands_in_the_cage_already_is_not_moved() -> None:
    load = red(parcel(ParcelState.CAGED, at=CAGE.id))
    assert load.scans(CAGE).effects == ()


def test_withdrawn_on_the_lane_it_comes_off_the_load() -> None:
    load = red(parcel(ParcelState.STAGED, LOAD, LANE.id))
    load.progress = replace(load.progress, staged=3)
    caged = load.scans(CAGE)
    assert len(effects_of(caged, UnstageParcel)) == 1
    assert load.progress.staged == 2


def test_withdrawn_on_another_lane_it_is_red_as_well() -> None:
    load = red(parcel(ParcelState.STAGED, OTHER_LOAD, 71))
    load.progress = replace(load.progress, staged=3)
    assert effects_of(load.scans(CAGE), UnstageParcel)[0].load_id == OTHER_LOAD
    assert load.progress.staged == 3, "it was on no lane of his"


@pytest.mark.parametrize(
    ("state", "code"), [(ParcelState.DISPATCHED, "parcel_gone"), (ParcelState.CANCELLED, "parcel_cancelled")]
)
def test_a_red_parcel_that_is_gone_since_is_let_go_of(state: ParcelState, code: str) -> None:
    seen = parcel()
    load = red(seen)
    assert isinstance(load.facts, Known)
    load.facts.parcels[seen.id] = replace(seen, state=state)
    let_go = load.scan(CAGE)
    assert isinstance(let_go, Decision)
    assert (let_go.note.code, let_go.outcome, let_go.effects) == (code, Outcome.REFUSED, ())
    assert (load.step, load.progress.gate) == (SCAN_PARCEL, None)


def test_a_parcel_twice_on_the_wrong_lane_gone_or_cancelled_is_named() -> None:
    load = loader()
    assert code_of(load.scan(parcel(ParcelState.STAGED, LOAD))) == "already_loaded"
    assert code_of(load.scan(parcel(ParcelState.STAGED, OTHER_LOAD))) == "wrong_lane"
    assert code_of(load.scan(parcel(ParcelState.DISPATCHED, OTHER_LOAD))) == "parcel_gone"
    assert code_of(load.scan(parcel(ParcelState.CANCELLED))) == "parcel_cancelled"


def test_a_load_leaves_as_a_whole_after_a_second_scan() -> None:
    on_load = (parcel(ParcelState.STAGED, LOAD), parcel(ParcelState.STAGED, LOAD))
    load = loader(Known(on_load=on_load))
    assert load.scan("DONE") == Confirm("confirm_close_load", {"load": "LOD-1", "parcels": 2})
    closed = load.scan("DONE")
    assert (code_of(closed), load.step) == ("load_closed", DONE)
    ids = tuple(seen.id for seen in on_load)
    assert effects_of(closed, CloseLoad) == [CloseLoad(LOAD, ids)]
    assert effects_of(closed, RecordLeft) == [RecordLeft(ids, LOAD)]
    assert effects_of(closed, DispatchWhole) == [DispatchWhole(tuple(seen.order_id for seen in on_load))]
    assert all(move.transfer.to_container_id.int == 0 for move in effects_of(closed, Move))


def test_an_empty_load_does_not_leave() -> None:
    assert loader().scan("DONE") == Refusal("load_empty", {"load": "LOD-1"})


def test_a_load_with_a_red_parcel_does_not_leave() -> None:
    good, bad = parcel(ParcelState.STAGED, LOAD), parcel(ParcelState.STAGED, LOAD)
    load = loader(Known(on_load=(good, bad), gates={bad.id: INSPECTED}))
    details = {"count": 1, "parcel": "SF1", "reason": "customs_inspection", "load": "LOD-1"}
    assert load.scan("DONE") == Refusal("load_gate_closed", details)


def test_a_load_that_somebody_else_closed_ends_the_task() -> None:
    load = loader(Known(state=LoadState.CLOSED))
    assert load.scan("DONE") == Refusal("load_not_open", {"load": "LOD-1"})
    assert dispatch.endings["load_not_open"](load.work) == ()
    assert dispatch.endings["load_sealed"](load.work) == ()


def test_a_loader_may_leave_the_lane() -> None:
    left = loader().scans("LEAVE")
    assert (left.note.code, left.step, left.effects) == ("lane_left", DONE, ())


# --- with an exit pass -----------------------------------------------------------------------------------------------

AWAITED = Refusal("pass_awaited", {"load": "LOD-1", "since": WHEN.isoformat()})
REFUSED = Refusal("pass_refused", {"load": "LOD-1", "since": WHEN.isoformat(), "said": "no"})


def staged(tracking_no: str = "SF1") -> Parcel:
    return replace(parcel(ParcelState.STAGED, LOAD, LANE.id), tracking_no=tracking_no)


def sealed(**known: object) -> Practice[DispatchPlan, DispatchProgress, DispatchFacts]:
    """A loader at a sealed load of one parcel."""
    given: dict[str, object] = {"on_load": (staged(),), "state": LoadState.SEALED, **known}
    return loader(Known(**given), step=AWAIT_PASS, bonded=True)  # type: ignore[arg-type]


def known(practice: Practice[DispatchPlan, DispatchProgress, DispatchFacts]) -> Known:
    assert isinstance(practice.facts, Known)
    return practice.facts


def test_a_bonded_load_is_sealed_and_its_pass_asked_for() -> None:
    on_load = (staged(), staged("SF2"))
    load = loader(Known(on_load=on_load), bonded=True)
    load.plan = replace(load.plan, load_code="LANE-1")
    assert load.scan("DONE") == Confirm("confirm_seal_load", {"load": "LOD-1", "parcels": 2})
    asked = load.scan("DONE")
    assert (code_of(asked), load.step, load.plan.load_code) == ("load_sealed_now", AWAIT_PASS, "LOD-1")
    ids = tuple(seen.id for seen in on_load)
    assert effects_of(asked, SealLoad) == [SealLoad(LOAD, ids)]
    assert effects_of(asked, RequestPass) == [RequestPass(LOAD, "LOD-1", ids, "EMP-4")]
    assert isinstance(asked, Decision)
    assert not asked.undoable
    assert known(load).asked == [GatePoint.SEAL, GatePoint.SEAL]
    assert load.workflow.screen(load.work, load.step).prompt.waits_for == "exit_pass"


def test_a_parcel_that_turned_red_on_the_lane_is_shown_at_the_next_scan_of_another() -> None:
    red_one, green = staged("SF9"), parcel()
    load = loader(Known(on_load=(red_one,), gates={red_one.id: INSPECTED}, parcels={red_one.id: red_one}), bonded=True)
    for anything in (green, LANE, Load(LOAD, "LOD-1", LANE.id, "OWN", LoadState.OPEN)):
        shown = load.scan(anything)
        assert isinstance(shown, Decision)
        assert (shown.note.code, shown.outcome, shown.effects) == ("turned_red", Outcome.GATE_CLOSED, ())
        assert load.progress.gate is not None
        assert (load.progress.gate.parcel, load.progress.gate.place) == ("SF9", "LANE-1")
    load.scans(red_one, CAGE)
    known(load).on_load = ()
    assert load.scans(green).note.code == "parcel_staged"
    assert load.progress.in_cages == "CAGE-1: 2"


def test_red_on_the_lane_and_green_again_the_screen_is_clear() -> None:
    seen = staged("SF9")
    load = loader(Known(on_load=(seen,), gates={seen.id: INSPECTED}), bonded=True)
    load.scan(parcel())
    known(load).gates = {}
    again = load.scan(seen)
    assert isinstance(again, Decision)
    assert (again.note.code, again.outcome, load.progress.gate) == ("already_loaded", Outcome.REFUSED, None)


def test_another_lane_and_another_load_are_named() -> None:
    load = loader()
    other = Load(OTHER_LOAD, "LOD-2", 71, "OWN", LoadState.OPEN)
    assert load.scan(place("LANE-2", PlaceKind.LANE)) == Refusal("wrong_place", {"got": "LANE-2", "want": "LANE-1"})
    assert load.scan(other) == Refusal("wrong_load", {"got": "LOD-2", "want": "LOD-1"})
    assert load.scans(LANE).note.code == "lane_taken"


@pytest.mark.parametrize(
    ("refusal", "code", "outcome", "waits_for"),
    [
        (AWAITED, "pass_awaited", Outcome.REFUSED, "exit_pass"),
        (None, "pass_confirmed", Outcome.ACCEPTED, PASS_CONFIRMED),
        (REFUSED, "pass_refused", Outcome.GATE_CLOSED, PASS_REFUSED),
    ],
)
def test_the_lane_tells_how_the_pass_stands(
    refusal: Refusal | None, code: str, outcome: Outcome, waits_for: str
) -> None:
    load = sealed(exit_pass=refusal)
    for thing in (LANE, Load(LOAD, "LOD-1", LANE.id, "OWN", LoadState.SEALED), known(load).on_load[0]):
        told = load.scan(thing)
        assert isinstance(told, Decision)
        assert (told.note.code, told.outcome, load.progress.waits_for) == (code, outcome, waits_for)
    assert load.step == AWAIT_PASS


def test_the_truck_leaves_with_its_pass_after_a_second_scan() -> None:
    load = sealed()
    ids = tuple(seen.id for seen in known(load).on_load)
    assert load.scan("DONE") == Confirm("confirm_gate_out", {"load": "LOD-1", "parcels": 1})
    left = load.scan("DONE")
    assert (code_of(left), load.step) == ("load_closed", DONE)
    assert effects_of(left, CloseLoad) == [CloseLoad(LOAD, ids, LoadState.SEALED)]
    assert effects_of(left, RecordLeft) == [RecordLeft(ids, LOAD)]
    assert known(load).asked == [GatePoint.GATE_OUT, GatePoint.GATE_OUT]


def test_no_truck_leaves_without_its_pass_or_with_a_red_parcel() -> None:
    assert sealed(exit_pass=AWAITED).scan("DONE") == AWAITED
    assert sealed(exit_pass=REFUSED).scan("DONE") == REFUSED
    seen = staged("SF9")
    load = sealed(on_load=(seen,), gates={seen.id: INSPECTED})
    details = {"count": 1, "parcel": "SF9", "reason": "customs_inspection", "load": "LOD-1"}
    assert load.scan("DONE") == Refusal("sealed_gate_closed", details)


def test_a_sealed_load_with_a_red_parcel_says_so_and_is_opened_again() -> None:
    seen = staged("SF9")
    load = sealed(on_load=(seen,), gates={seen.id: INSPECTED}, parcels={seen.id: seen})
    red_one = {"parcel": "SF9", "load": "LOD-1", "reason": "customs_inspection"}
    told = load.scan(LANE)
    assert isinstance(told, Decision)
    assert (told.note.code, told.note.details, told.outcome) == ("red_on_sealed_load", red_one, Outcome.GATE_CLOSED)
    assert load.scan(seen) == Refusal("red_on_sealed_load", red_one)
    opened = load.scans("REOPEN")
    assert (opened.note.code, load.step, opened.undoable) == ("load_reopened", SCAN_PARCEL, False)
    assert opened.effects == (WithdrawPass(LOAD), ReopenLoad(LOAD))
    assert load.progress.gate is not None
    known(load).state = LoadState.OPEN
    caged = load.scans(seen, CAGE)
    assert effects_of(caged, UnstageParcel)[0].load_id == LOAD


def test_a_good_pass_is_given_back_after_a_second_scan_only() -> None:
    load = sealed(exit_pass=AWAITED)
    assert load.scan("REOPEN") == Confirm("confirm_reopen", {"load": "LOD-1"})
    assert load.scans("REOPEN").note.code == "load_reopened"
    assert sealed(exit_pass=REFUSED).scans("REOPEN").note.code == "load_reopened", "a refused one at once"


def test_a_red_parcel_on_a_sealed_load_is_no_case_for_the_cage_yet() -> None:
    seen = staged("SF9")
    load = loader(Known(gates={seen.id: INSPECTED}, state=LoadState.SEALED), bonded=True)
    assert code_of(load.scan(seen)) == "red_on_sealed_load"


def test_what_is_not_on_a_sealed_load_stays_off_it() -> None:
    load = sealed()
    assert load.scan(parcel()) == Refusal("not_on_this_load", {"parcel": "SF1", "load": "LOD-1"})
    assert code_of(load.scan(parcel(ParcelState.CANCELLED))) == "parcel_cancelled"


def test_the_next_load_begins_on_the_lane_while_this_one_waits() -> None:
    begun = sealed(exit_pass=AWAITED).scans("LOAD")
    assert (begun.note.code, begun.step) == ("next_load_begun", DONE)
    assert effects_of(begun, OpenLoad) == [OpenLoad(OTHER_LOAD, LANE.id, "OWN")]
    assert sealed().scans("LEAVE").note.code == "lane_left"


def test_whoever_is_behind_is_brought_to_where_the_load_is() -> None:
    behind = loader(Known(state=LoadState.SEALED, exit_pass=AWAITED), bonded=True)
    assert (behind.scans("DONE").note.code, behind.step) == ("pass_awaited", AWAIT_PASS)
    known(behind).state = LoadState.OPEN
    assert (behind.scans("DONE").note.code, behind.step) == ("lane_taken", SCAN_PARCEL)
    reopened = sealed(state=LoadState.OPEN)
    assert (reopened.scans("REOPEN").note.code, reopened.step) == ("lane_taken", SCAN_PARCEL)
    known(reopened).state = LoadState.CLOSED
    assert reopened.scan(LANE) == Refusal("load_not_open", {"load": "LOD-1"})


def test_what_somebody_else_did_while_the_gates_were_asked_counts() -> None:
    sealing = loader(Known(on_load=(staged(),), later=LoadState.SEALED), bonded=True)
    assert (code_of(sealing.scan("DONE")), sealing.step) == ("pass_confirmed", AWAIT_PASS)
    leaving = sealed(later=LoadState.CLOSED)
    assert code_of(leaving.scan("DONE")) == "load_not_open"


def test_whoever_comes_back_sees_the_load_as_it_is() -> None:
    seen = staged("SF9")
    facts = Known(on_load=(seen,))
    load = loader(facts, bonded=True)

    def told(step: str) -> tuple[str, str]:
        looked = look_again(load.work, step, facts)
        assert isinstance(looked, Decision)
        return looked.note.code, looked.step

    assert told(SCAN_PARCEL) == ("task_resumed", SCAN_PARCEL)
    facts.gates = {seen.id: INSPECTED}
    assert told(SCAN_PARCEL) == ("turned_red", SCAN_PARCEL)
    facts.gates, facts.state = {}, LoadState.SEALED
    assert told(SCAN_PARCEL) == ("pass_confirmed", AWAIT_PASS)
    assert look_again(load.work, SCAN_CAGE, facts) is None, "the red parcel in his hands comes first"
    facts.state = None
    assert code_of(look_again(load.work, AWAIT_PASS, facts) or Refusal("")) == "load_not_open"
