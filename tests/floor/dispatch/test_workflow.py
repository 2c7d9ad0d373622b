"""Dispatch as a pure machine: green onto the lane, red into a cage, all or none out of the building."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.floor.practice import Practice, code_of, place
from wms.customs.effects import RecordLeft
from wms.customs.gate import CLOSED_CODES, NOT_DECLARED
from wms.customs.model import GateAnswer
from wms.floor.dispatch.workflow import (
    SCAN_CAGE,
    SCAN_PARCEL,
    DispatchFacts,
    DispatchPlan,
    DispatchProgress,
    LoadedParcel,
    dispatch,
)
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.model import SetOrderState
from wms.places.model import PlaceKind
from wms.shipments.model import CageParcel, CloseLoad, Parcel, ParcelState, StageParcel, UnstageParcel
from wms.stock.model import Balance, BalanceKey, Move
from wms.tasks.decision import DONE, Confirm, Decision, Outcome

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
    load_is_open: bool = True

    def gate(self, parcel_id: UUID) -> GateAnswer:
        return self.gates.get(parcel_id, OPEN)

    def parcel(self, parcel_id: UUID) -> Parcel:
        return self.parcels[parcel_id]

    def contents(self, parcel_id: UUID) -> tuple[Balance, ...]:
        at = self.parcels[parcel_id].place_id if parcel_id in self.parcels else BENCH
        return (Balance(BalanceKey(1, at, container_id=parcel_id), 2, 0, False),)

    def is_open(self, load_id: UUID) -> bool:
        return self.load_is_open

    def loaded(self, load_id: UUID) -> tuple[LoadedParcel, ...]:
        return tuple(LoadedParcel(parcel, self.contents(parcel.id), self.gate(parcel.id)) for parcel in self.on_load)


def parcel(state: ParcelState = ParcelState.PACKED, load: UUID | None = None, at: int = BENCH) -> Parcel:
    return Parcel(uuid7(), uuid7(), "S", 350, "0" * 18, "SF1", state, at, load, WHEN, None)


def loader(facts: Known | None = None) -> Practice[DispatchPlan, DispatchProgress, DispatchFacts]:
    plan = DispatchPlan(LOAD, "LOD-1", "OWN", LANE, 99, CAGE.code)
    return Practice(dispatch, facts or Known(), plan, DispatchProgress(), SCAN_PARCEL)


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
    assert effects_of(closed, RecordLeft) == [RecordLeft(ids)]
    assert [effect.order_id for effect in effects_of(closed, SetOrderState)] == [seen.order_id for seen in on_load]
    assert all(move.transfer.to_container_id.int == 0 for move in effects_of(closed, Move))


def test_an_empty_load_does_not_leave() -> None:
    assert loader().scan("DONE") == Refusal("load_empty", {"load": "LOD-1"})


def test_a_load_with_a_red_parcel_does_not_leave() -> None:
    good, bad = parcel(ParcelState.STAGED, LOAD), parcel(ParcelState.STAGED, LOAD)
    load = loader(Known(on_load=(good, bad), gates={bad.id: INSPECTED}))
    details = {"count": 1, "parcel": "SF1", "reason": "customs_inspection", "load": "LOD-1"}
    assert load.scan("DONE") == Refusal("load_gate_closed", details)


def test_a_load_that_somebody_else_closed_ends_the_task() -> None:
    load = loader(Known(load_is_open=False))
    assert load.scan("DONE") == Refusal("load_not_open", {"load": "LOD-1"})
    assert dispatch.endings["load_not_open"](load.work) == ()


def test_a_loader_may_leave_the_lane() -> None:
    left = loader().scans("LEAVE")
    assert (left.note.code, left.step, left.effects) == ("lane_left", DONE, ())
