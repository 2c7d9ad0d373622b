"""The hold cage machine: scan a cage, then each parcel put in or taken out; the gate is asked about every one. Pure.

A parcel that is not released is booked into the cage; one that is released is sent to the lane, where the loader's scan
takes it out. Nothing here lets a parcel go: it only says where it belongs.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from wms.barcodes.model import CodeKind, Scan
from wms.customs.model import GateAnswer
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.places.model import Place
from wms.shipments.model import CageParcel, Load, LoadState, Parcel, ParcelState, UnstageParcel
from wms.stock.model import Balance, Reason, moves_of
from wms.tasks.decision import DONE, Decision, Note, Outcome, StepResult, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import Prompt


@dataclass(frozen=True, slots=True)
class CagePlan:
    """Which cage somebody stands at."""

    cage: Place


@dataclass(frozen=True, slots=True)
class InCage:
    """How many parcels are in a cage: those that stay, and those that may be fetched."""

    held: int
    released: int


@dataclass(frozen=True, slots=True)
class CageProgress:
    """What was in the cage when somebody last looked."""

    held: int = 0
    released: int = 0


class CageFacts(Protocol):
    """What the cage may ask. A gate answer locks its declaration until the transaction ends, and is kept."""

    def gate(self, parcel_id: UUID) -> GateAnswer: ...

    def contents(self, parcel_id: UUID) -> tuple[Balance, ...]: ...

    def load(self, load_id: UUID) -> Load | None: ...

    def in_cage(self, cage_place_id: int) -> InCage: ...

    def lane_of(self, parcel: Parcel) -> str:
        """The code of the place where a parcel stands."""


CageWork = Work[CagePlan, CageProgress]
CageResult = StepResult[CagePlan, CageProgress]

cage: Workflow[CagePlan, CageProgress, CageFacts] = Workflow("cage", CagePlan, CageProgress, side_by_side=True)

SCAN_PARCEL = "scan_parcel"


def prompt(work: CageWork) -> Prompt:
    released = str(work.progress.released) if work.progress.released else ""
    return Prompt(place=work.plan.cage.code, held=work.progress.held, released=released)


@cage.step(SCAN_PARCEL, expects=(CodeKind.PARCEL,), leads_to=(), prompt=prompt, needs_server=True)
def scan_parcel(work: CageWork, scan: Scan, facts: CageFacts) -> CageResult:
    """Released: to the lane. Not released: into this cage, or it stays here."""
    parcel = scan.value
    assert isinstance(parcel, Parcel)
    if parcel.why_gone is not None:
        return parcel.why_gone
    answer = facts.gate(parcel.id)
    load = facts.load(parcel.load_id) if parcel.load_id is not None else None
    if answer.open:
        return _released(work, parcel, load, facts)
    if load is not None and load.state is not LoadState.OPEN:
        details = {"parcel": parcel.tracking_no, "load": load.code, "reason": answer.code}
        return Refusal("red_on_sealed_load", details)
    if parcel.place_id == work.plan.cage.id:
        details = {"parcel": parcel.tracking_no, "cage": work.plan.cage.code, "reason": answer.code}
        return Decision(SCAN_PARCEL, _looked(work, facts), Note("stays_caged", details), (), Outcome.REFUSED)
    effects: list[Effect] = []
    state = parcel.state
    if parcel.load_id is not None:
        # Its release was withdrawn while it stood on the lane: off the load first.
        effects.append(UnstageParcel(parcel.id, parcel.load_id, parcel.place_id, ParcelState.PACKED, parcel.place_id))
        state = ParcelState.PACKED
    effects.append(CageParcel(parcel.id, work.plan.cage.id, state, parcel.place_id))
    effects += moves_of(facts.contents(parcel.id), work.plan.cage.id, Reason.STAGED, parcel.id)
    before = _looked(work, facts)
    note = Note("parcel_caged", {"parcel": parcel.tracking_no, "place": work.plan.cage.code})
    return Decision(SCAN_PARCEL, replace(before, held=before.held + 1), note, tuple(effects))


def _released(work: CageWork, parcel: Parcel, load: Load | None, facts: CageFacts) -> CageResult:
    """It may be fetched, whoever holds it; the lane's scan takes it out of the cage."""
    if load is not None:
        details = {"parcel": parcel.tracking_no, "place": facts.lane_of(parcel), "load": load.code}
        return Refusal("parcel_on_lane", details)
    note = Note("parcel_released", {"parcel": parcel.tracking_no})
    return Decision(SCAN_PARCEL, _looked(work, facts), note)


def _looked(work: CageWork, facts: CageFacts) -> CageProgress:
    now = facts.in_cage(work.plan.cage.id)
    return CageProgress(now.held, now.released)


@cage.resumes
def look_again(work: CageWork, step: str, facts: CageFacts) -> CageResult | None:
    """The numbers of this moment, for whoever comes back."""
    progress = _looked(work, facts)
    return Decision(SCAN_PARCEL, progress, Note("cage_taken", _numbers(work, progress)))


@cage.puts_back
def untouched(work: CageWork) -> tuple[Effect, ...]:
    """Nobody has moved a parcel."""
    return ()


@cage.command("DONE", at=(SCAN_PARCEL,), leads_to=(DONE,))
def leave(work: CageWork, scan: Scan, facts: CageFacts) -> CageResult:
    """Whoever looked after the cage goes on to something else."""
    progress = _looked(work, facts)
    return Decision(DONE, progress, Note("cage_left", _numbers(work, progress)), (), Outcome.COMPLETED)


def _numbers(work: CageWork, progress: CageProgress) -> dict[str, str | int | None]:
    return {"cage": work.plan.cage.code, "held": progress.held, "released": progress.released}
