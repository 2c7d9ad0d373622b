"""The dispatch machine: every parcel is asked about at the gate; red ones go to a cage and nowhere else. Pure.

The gate is asked here when a parcel is scanned and when the load is closed, and once more by the stock rules when goods
leave. The answer is always the one of this transaction, with the declaration locked; nothing here remembers one.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from wms.barcodes.model import CodeKind, Scan
from wms.customs.effects import RecordLeft
from wms.customs.model import GateAnswer
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, SetOrderState
from wms.places.model import Place, PlaceKind
from wms.shipments.model import CageParcel, CloseLoad, Parcel, ParcelState, StageParcel, UnstageParcel
from wms.stock.model import Balance, Move, Reason, Transfer
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, StepResult, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import GateSlot, Prompt


@dataclass(frozen=True, slots=True)
class DispatchPlan:
    """Which load is put together where."""

    load_id: UUID
    load_code: str
    carrier: str
    lane: Place
    customer_place_id: int
    cage_code: str
    """The hold cage to send people to."""


@dataclass(frozen=True, slots=True)
class DispatchProgress:
    """How many parcels this loader has staged, and the red parcel in his hands (NIL: none) with the gate's answer.

    Only a closed gate is remembered: GO is said once, in the answer to the scan that asked, and never shown again.
    """

    staged: int = 0
    gate: GateSlot | None = None
    red_parcel_id: UUID = NIL


@dataclass(frozen=True, slots=True)
class LoadedParcel:
    """A parcel of the load with what is in it and what the gate says now."""

    parcel: Parcel
    contents: tuple[Balance, ...]
    gate: GateAnswer


class DispatchFacts(Protocol):
    """What dispatch may ask the database. Gate answers lock their declarations until the transaction ends."""

    def gate(self, parcel_id: UUID) -> GateAnswer: ...

    def parcel(self, parcel_id: UUID) -> Parcel: ...

    def contents(self, parcel_id: UUID) -> tuple[Balance, ...]: ...

    def is_open(self, load_id: UUID) -> bool:
        """Whether the load still takes parcels."""

    def loaded(self, load_id: UUID) -> tuple[LoadedParcel, ...]: ...


DispatchWork = Work[DispatchPlan, DispatchProgress]
DispatchResult = StepResult[DispatchPlan, DispatchProgress]

dispatch: Workflow[DispatchPlan, DispatchProgress, DispatchFacts] = Workflow("dispatch", DispatchPlan, DispatchProgress)

SCAN_PARCEL, SCAN_CAGE = "scan_parcel", "scan_cage"


def prompt(work: DispatchWork) -> Prompt:
    return Prompt(
        document=work.plan.load_code,
        place=work.plan.lane.code,
        parcels=work.progress.staged,
        gate=work.progress.gate,
    )


def prompt_cage(work: DispatchWork) -> Prompt:
    return replace(prompt(work), place=work.plan.cage_code)


@dispatch.step(SCAN_PARCEL, expects=(CodeKind.PARCEL,), leads_to=(SCAN_CAGE,), prompt=prompt)
def scan_parcel(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """Green: onto the lane. Red: to the cage. Anything else about the parcel is said by name."""
    parcel = scan.value
    assert isinstance(parcel, Parcel)
    gone = _gone(parcel)
    if gone is not None:
        return gone
    answer = facts.gate(parcel.id)
    if not answer.open:
        # Red before all else: on whichever lane it stands, it belongs into a cage.
        return _red(work, parcel, answer)
    if parcel.state is ParcelState.STAGED:
        if parcel.load_id != work.plan.load_id:
            return Refusal("wrong_lane", {"parcel": parcel.tracking_no, "lane": work.plan.lane.code})
        return Refusal("already_loaded", {"parcel": parcel.tracking_no, "load": work.plan.load_code})
    effects: list[Effect] = [
        StageParcel(parcel.id, work.plan.load_id, work.plan.lane.id, parcel.state, parcel.place_id)
    ]
    effects += _moves(facts.contents(parcel.id), work.plan.lane.id, Reason.STAGED, work.plan.load_id)
    progress = replace(work.progress, staged=work.progress.staged + 1)
    note = Note("parcel_staged", {"parcel": parcel.tracking_no, "lane": work.plan.lane.code, "n": progress.staged})
    return Decision(SCAN_PARCEL, progress, note, tuple(effects))


def _gone(parcel: Parcel) -> Refusal | None:
    if parcel.state is ParcelState.DISPATCHED:
        at = parcel.dispatched_at.isoformat() if parcel.dispatched_at else ""
        return Refusal("parcel_gone", {"parcel": parcel.tracking_no, "at": at})
    if parcel.state is ParcelState.CANCELLED:
        return Refusal("parcel_cancelled", {"parcel": parcel.tracking_no})
    return None


def _red(work: DispatchWork, parcel: Parcel, answer: GateAnswer) -> DispatchResult:
    details = answer.refusal(parcel.tracking_no).details
    slot = GateSlot(
        parcel.tracking_no,
        answer.code,
        answer.since.isoformat() if answer.since else "",
        answer.said,
        work.plan.cage_code,
    )
    progress = replace(work.progress, gate=slot, red_parcel_id=parcel.id)
    note = Note(answer.code, {**details, "cage": work.plan.cage_code})
    return Decision(SCAN_CAGE, progress, note, (), Outcome.GATE_CLOSED, undoable=False)


@dispatch.step(SCAN_CAGE, expects=(CodeKind.PLACE,), leads_to=(SCAN_PARCEL,), prompt=prompt_cage)
def scan_cage(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """Only a hold cage takes a red parcel, and nothing else goes on before it is there."""
    place = scan.value
    assert isinstance(place, Place)
    if place.kind is not PlaceKind.CAGE:
        return Refusal("cage_needed", {"got": place.code, "want": work.plan.cage_code})
    parcel = facts.parcel(work.progress.red_parcel_id)
    progress = replace(work.progress, gate=None, red_parcel_id=NIL)
    note = Note("parcel_caged", {"parcel": parcel.tracking_no, "place": place.code})
    gone = _gone(parcel)
    if gone is not None:
        # Released and loaded by somebody else since: there is nothing left to put into a cage.
        return Decision(SCAN_PARCEL, progress, Note(gone.code, gone.details), (), Outcome.REFUSED)
    if parcel.place_id == place.id:
        return Decision(SCAN_PARCEL, progress, note)
    effects: list[Effect] = []
    state, from_place_id = parcel.state, parcel.place_id
    if parcel.state is ParcelState.STAGED and parcel.load_id is not None:
        # Its release was withdrawn while it stood on the lane: off the load first.
        effects.append(UnstageParcel(parcel.id, parcel.load_id, parcel.place_id, ParcelState.PACKED, parcel.place_id))
        state = ParcelState.PACKED
        if parcel.load_id == work.plan.load_id:
            progress = replace(progress, staged=max(0, progress.staged - 1))
    effects.append(CageParcel(parcel.id, place.id, state, from_place_id))
    effects += _moves(facts.contents(parcel.id), place.id, Reason.STAGED, work.plan.load_id)
    return Decision(SCAN_PARCEL, progress, note, tuple(effects))


@dispatch.command("DONE", at=(SCAN_PARCEL,), leads_to=(DONE,))
def close_load(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """The truck leaves: every parcel is asked about once more, and all of them leave together or none does."""
    if not facts.is_open(work.plan.load_id):
        return Refusal("load_not_open", {"load": work.plan.load_code})
    loaded = facts.loaded(work.plan.load_id)
    if not loaded:
        return Refusal("load_empty", {"load": work.plan.load_code})
    closed = [entry for entry in loaded if not entry.gate.open]
    if closed:
        first = closed[0]
        return Refusal(
            "load_gate_closed",
            {
                "count": len(closed),
                "parcel": first.parcel.tracking_no,
                "reason": first.gate.code,
                "load": work.plan.load_code,
            },
        )
    if not scan.confirmed:
        return Confirm("confirm_close_load", {"load": work.plan.load_code, "parcels": len(loaded)})
    effects: list[Effect] = [
        CloseLoad(work.plan.load_id, tuple(entry.parcel.id for entry in loaded)),
        *(SetOrderState(entry.parcel.order_id, OrderState.PACKED, OrderState.DISPATCHED) for entry in loaded),
    ]
    for entry in loaded:
        effects += _moves(entry.contents, work.plan.customer_place_id, Reason.SHIPPED, work.plan.load_id, loose=True)
    effects.append(RecordLeft(tuple(entry.parcel.id for entry in loaded)))
    note = Note("load_closed", {"load": work.plan.load_code, "parcels": len(loaded)})
    return Decision(DONE, work.progress, note, tuple(effects), Outcome.COMPLETED)


@dispatch.command("LEAVE", at=(SCAN_PARCEL,), leads_to=(DONE,))
def leave(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """This loader stops; the load stays open on its lane for whoever scans the lane next."""
    note = Note("lane_left", {"lane": work.plan.lane.code, "n": work.progress.staged})
    return Decision(DONE, work.progress, note, (), Outcome.COMPLETED)


@dispatch.ends_on("load_not_open")
def load_is_gone(work: DispatchWork) -> tuple[Effect, ...]:
    """Somebody else closed the load: what was scanned last is not on it, and nothing more can be."""
    return ()


def _moves(
    contents: tuple[Balance, ...], to_place_id: int, reason: Reason, document: UUID, *, loose: bool = False
) -> list[Effect]:
    """Move everything in a parcel, in its parcel, or out of it (`loose`) when it leaves for the customer."""
    return [
        Move(
            Transfer(
                sku_id=balance.key.sku_id,
                quantity=balance.on_hand,
                from_place_id=balance.key.place_id,
                to_place_id=to_place_id,
                reason=reason,
                lot_id=balance.key.lot_id,
                from_container_id=balance.key.container_id,
                to_container_id=NIL if loose else balance.key.container_id,
                document=document,
            )
        )
        for balance in contents
    ]
