"""The hold cage as a pure machine: not released goes in and stays, released is sent to the lane."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.floor.practice import Practice, code_of, place
from wms.customs.model import GateAnswer
from wms.floor.cage.workflow import SCAN_PARCEL, CageFacts, CagePlan, CageProgress, InCage, cage, look_again
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.model import PlaceKind
from wms.shipments.model import CageParcel, Load, LoadState, Parcel, ParcelState, UnstageParcel
from wms.stock.model import Balance, BalanceKey, Move
from wms.tasks.decision import DONE, Decision, Outcome

CAGE, BENCH, LANE = place("CAGE-1", PlaceKind.CAGE), 70, 71
LOAD = uuid7()
WHEN = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
OPEN = GateAnswer(open=True)
INSPECTED = GateAnswer(open=False, code="customs_inspection", since=WHEN, said="布控")


@dataclass
class Known:
    """CageFacts held in memory."""

    answer: GateAnswer = OPEN
    load_state: LoadState = LoadState.OPEN
    asked: list[UUID] = field(default_factory=list)

    def gate(self, parcel_id: UUID) -> GateAnswer:
        self.asked.append(parcel_id)
        return self.answer

    def contents(self, parcel_id: UUID) -> tuple[Balance, ...]:
        return (Balance(BalanceKey(1, BENCH, container_id=parcel_id), 2, 0, False),)

    def load(self, load_id: UUID) -> Load | None:
        return Load(load_id, "LOD-1", LANE, "OWN", self.load_state)

    def in_cage(self, cage_place_id: int) -> InCage:
        return InCage(held=2, released=1)

    def lane_of(self, parcel: Parcel) -> str:
        return "LANE-1"


def parcel(state: ParcelState = ParcelState.PACKED, load: UUID | None = None, at: int = BENCH) -> Parcel:
    return Parcel(uuid7(), uuid7(), "S", 350, "0" * 18, "SF1", state, at, load, WHEN, None)


def keeper(facts: Known) -> Practice[CagePlan, CageProgress, CageFacts]:
    return Practice(cage, facts, CagePlan(CAGE), CageProgress(), SCAN_PARCEL)


def test_a_parcel_that_is_not_released_goes_in() -> None:
    seen, facts = parcel(), Known(INSPECTED)
    caged = keeper(facts).scans(seen)
    assert (caged.note.code, caged.progress.held, facts.asked) == ("parcel_caged", 3, [seen.id])
    assert caged.effects[0] == CageParcel(seen.id, CAGE.id, ParcelState.PACKED, BENCH)
    assert isinstance(caged.effects[1], Move)
    assert caged.effects[1].transfer.to_place_id == CAGE.id


def test_one_that_is_in_this_cage_already_stays() -> None:
    stays = keeper(Known(INSPECTED)).scan(parcel(ParcelState.CAGED, at=CAGE.id))
    assert isinstance(stays, Decision)
    assert (stays.note.code, stays.outcome, stays.effects) == ("stays_caged", Outcome.REFUSED, ())


def test_one_of_another_cage_may_be_moved_here() -> None:
    seen = parcel(ParcelState.CAGED, at=99)
    assert keeper(Known(INSPECTED)).scans(seen).effects[0] == CageParcel(seen.id, CAGE.id, ParcelState.CAGED, 99)


def test_taken_out_it_is_asked_about_again_and_sent_to_the_lane() -> None:
    seen, facts = parcel(ParcelState.CAGED, at=CAGE.id), Known(OPEN)
    told = keeper(facts).scans(seen)
    assert (told.note.code, told.effects, facts.asked) == ("parcel_released", (), [seen.id])
    assert told.progress == CageProgress(held=2, released=1)


def test_red_from_an_open_load_comes_off_it_and_from_a_sealed_one_does_not() -> None:
    seen = parcel(ParcelState.STAGED, LOAD, LANE)
    caged = keeper(Known(INSPECTED)).scans(seen)
    assert caged.effects[0] == UnstageParcel(seen.id, LOAD, LANE, ParcelState.PACKED, LANE)
    assert code_of(keeper(Known(INSPECTED, LoadState.SEALED)).scan(seen)) == "red_on_sealed_load"


def test_a_green_one_that_stands_on_its_lane_is_left_there() -> None:
    seen = parcel(ParcelState.STAGED, LOAD, LANE)
    details = {"parcel": "SF1", "place": "LANE-1", "load": "LOD-1"}
    assert keeper(Known(OPEN)).scan(seen) == Refusal("parcel_on_lane", details)


@pytest.mark.parametrize(
    ("state", "code"), [(ParcelState.DISPATCHED, "parcel_gone"), (ParcelState.CANCELLED, "parcel_cancelled")]
)
def test_what_is_gone_is_named(state: ParcelState, code: str) -> None:
    assert code_of(keeper(Known()).scan(parcel(state))) == code


def test_whoever_comes_back_sees_the_numbers_and_whoever_goes_leaves_them() -> None:
    facts = Known()
    task = keeper(facts)
    back = look_again(task.work, SCAN_PARCEL, facts)
    assert isinstance(back, Decision)
    assert (back.note.code, back.note.details["held"], back.note.details["released"]) == ("cage_taken", 2, 1)
    left = task.scans("DONE")
    assert (left.note.code, left.step) == ("cage_left", DONE)
