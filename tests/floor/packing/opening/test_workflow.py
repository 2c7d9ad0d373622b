"""Opening again, without any database: who may, what keeps a parcel closed, where its goods may go."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.floor.practice import Practice, code_of, container
from wms.access.model import Operator, Role
from wms.bench.effects import CallOffLabels
from wms.containers.model import Container, ContainerKind, ContainerUse, UseContainer
from wms.customs.effects import WithdrawDeclaration
from wms.floor.packing.opening.rules import ClosedParcel
from wms.floor.packing.opening.workflow import SCAN_PARCEL, OpeningFacts, OpeningPlan, OpeningProgress, opening
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, RecordPacked, SetOrderState
from wms.packaging.model import UnlearnParcel
from wms.shipments.model import (
    Load,
    LoadState,
    PackedUnits,
    Parcel,
    ParcelState,
    UnstageParcel,
    VoidParcel,
)
from wms.shipments.voids import Void, VoidReason
from wms.stock.model import Balance, BalanceKey, Move, Reason
from wms.tasks.decision import DONE, Decision

NOON = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)
ORDER, WHO = uuid7(), uuid7()
PARCEL = Parcel(uuid7(), ORDER, "S", 300, "0" * 18, "RB1", ParcelState.PACKED, 70, None, NOON)
HELD = Balance(BalanceKey(1, 70, container_id=PARCEL.id), 2, 0, is_virtual=False)
CLOSED = ClosedParcel(
    PARCEL, "42", OrderState.PACKED, None, (HELD,), (PackedUnits(1, 2),), 80, "", True, False, None
)  # fmt: skip
BOSS = Operator(uuid7(), 1, "EMP-1", "Li Wei", Role.SUPERVISOR, "en")


@dataclass
class Hall:
    """OpeningFacts over one parcel."""

    stands: ClosedParcel = CLOSED
    found: Parcel | Refusal = field(default_factory=lambda: PARCEL)

    def closed(self, parcel_id: UUID) -> ClosedParcel:
        return self.stands

    def parcel_of(self, order: object) -> Parcel | Refusal:
        return self.found

    def who(self) -> UUID:
        return WHO


def begun(**stands: object) -> Practice[OpeningPlan, OpeningProgress, OpeningFacts]:
    hall = Hall(replace(CLOSED, **stands))  # type: ignore[arg-type]
    return Practice(opening, hall, OpeningPlan(may_open_any=False), OpeningProgress(), SCAN_PARCEL)


def chosen(**stands: object) -> Practice[OpeningPlan, OpeningProgress, OpeningFacts]:
    task = begun(**stands)
    assert code_of(task.scan(PARCEL)) == "confirm_open_again"
    assert task.scans(PARCEL).note.code == "why_opened"
    assert task.scans("WRONGBOX").note.code == "goods_into_tote"
    return task


def test_all_of_it_happens_with_the_last_scan() -> None:
    task, tote = chosen(), container("TOT-3")
    assert opening.put_back is not None
    assert opening.put_back(task.work) == ()
    done = task.scans(tote)
    assert (done.note.code, task.step) == ("parcel_opened_again", DONE)
    withdrawn, void, off, packed, used, move, state, unlearned = done.effects
    assert (withdrawn, off) == (WithdrawDeclaration(PARCEL.id), CallOffLabels(PARCEL.id))
    assert unlearned == UnlearnParcel(PARCEL.id)
    assert void == VoidParcel(
        PARCEL.id, ORDER, 1, ParcelState.PACKED, 70, VoidReason.WRONG_BOX, WHO, "", tote.id
    )  # fmt: skip
    assert packed == RecordPacked(ORDER, 1, -2)
    assert used == UseContainer(tote.id, ContainerUse.EMPTY, ContainerUse.PACKING, None, ORDER)
    assert isinstance(move, Move)
    assert (move.transfer.source, move.transfer.quantity, move.transfer.reason) == (HELD.key, 2, Reason.UNDONE)
    assert (move.transfer.to_place_id, move.transfer.to_container_id) == (80, tote.id)
    assert state == SetOrderState(ORDER, OrderState.PACKED, OrderState.PICKED)


@pytest.mark.parametrize(
    ("stands", "code"),
    [
        ({"parcel": replace(PARCEL, state=ParcelState.DISPATCHED, dispatched_at=NOON)}, "parcel_gone"),
        (
            {
                "parcel": replace(
                    PARCEL,
                    state=ParcelState.CANCELLED,
                    void=Void(NOON, "Ben Okoro", "", VoidReason.DAMAGED, "TOT-1"),
                )
            },
            "parcel_cancelled",
        ),
        ({"load": Load(uuid7(), "LOD-1", 9, "OWN", LoadState.SEALED)}, "parcel_on_sealed_load"),
        ({"kept_by_customs": Refusal("papers_on_their_way", {"parcel": "RB1"})}, "papers_on_their_way"),
        ({"is_in_packing": True}, "order_still_packed"),
    ],
)
def test_what_keeps_it_closed_at_both_ends(stands: dict[str, object], code: str) -> None:
    assert code_of(begun(**stands).scan(PARCEL)) == code
    task = chosen()
    assert isinstance(task.facts, Hall)
    task.facts.stands = replace(CLOSED, **stands)  # type: ignore[arg-type]
    assert code_of(task.scan(container("TOT-3"))) == code


def test_a_supervisor_answers_for_what_left_the_bench() -> None:
    load = Load(uuid7(), "LOD-1", 9, "OWN", LoadState.OPEN)
    staged = replace(PARCEL, state=ParcelState.STAGED, load_id=load.id, place_id=9)
    task = begun(is_at_bench=False, parcel=staged, load=load)
    task.scan(staged)
    assert task.scans(staged).note.code == "opening_needs_supervisor"
    assert code_of(task.scan(replace(BOSS, role=Role.PACKER))) == "supervisor_needed"
    done = task.scans(BOSS, "DAMAGED", container("TOT-3"))
    unstaged, void = done.effects[1:3]
    assert unstaged == UnstageParcel(staged.id, load.id, 9, ParcelState.PACKED, 9)
    assert isinstance(void, VoidParcel)
    assert (void.from_state, void.passed_by) == (ParcelState.PACKED, "EMP-1")


def test_what_somebody_took_away_meanwhile_needs_the_badge_then() -> None:
    task = chosen()
    assert isinstance(task.facts, Hall)
    task.facts.stands = replace(CLOSED, is_at_bench=False)
    asked = task.scan(container("TOT-3"))
    assert isinstance(asked, Decision)
    assert (asked.note.code, asked.effects) == ("opening_needs_supervisor", ())
    assert task.scans(BOSS, "DAMAGED", container("TOT-3")).note.code == "parcel_opened_again"


def test_the_goods_go_into_an_empty_tote_or_to_the_rest() -> None:
    task = chosen()
    assert code_of(task.scan(container("PAL-1", kind=ContainerKind.PALLET))) == "wrong_container"
    assert code_of(task.scan(container("TOT-3", ContainerUse.PACKING))) == "container_in_use"
    task = chosen(rest_in="TOT-1", order_state=OrderState.PICKED)
    assert code_of(task.scan(container("TOT-3"))) == "rest_is_elsewhere"
    rest = Container(uuid7(), "TOT-1", ContainerKind.TOTE, ContainerUse.PACKING, ORDER)
    kinds = {type(effect) for effect in task.scans(rest).effects}
    assert not kinds & {UseContainer, SetOrderState}
