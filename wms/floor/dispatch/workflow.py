"""The dispatch machine: every parcel is asked about at the gate; red ones go to a cage and nowhere else. Pure.

The gate is asked here when a parcel is scanned, when the load is sealed and when it leaves, and once more by the stock
rules when goods come onto a lane or leave. The answer is always the one of this transaction, with the declaration
locked; nothing here remembers one. Where goods need a release, a complete load is sealed first and leaves only with its
exit pass; elsewhere it is closed in one step.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from wms.barcodes.model import CodeKind, Scan
from wms.customs.effects import RecordLeft, RequestPass, WithdrawPass
from wms.customs.model import GateAnswer, GatePoint
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.places.model import Place, PlaceKind
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
from wms.stock.model import Balance, Reason, moves_of
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, StepResult, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import GateSlot, Prompt

PASS_AWAITED, PASS_CONFIRMED, PASS_REFUSED = "exit_pass", "exit_pass_confirmed", "exit_pass_refused"
"""What a sealed load was waiting for when somebody last looked."""


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
    needs_pass: bool = False
    """Whether the load leaves with an exit pass only."""


@dataclass(frozen=True, slots=True)
class DispatchProgress:
    """How many parcels this loader has staged, and the red parcel he must deal with, with the gate's answer.

    `red_parcel_id` is the one in his hands (NIL: none). Only a closed gate is remembered: GO is said once, in the
    answer to the scan that asked, and never shown again.
    """

    staged: int = 0
    gate: GateSlot | None = None
    red_parcel_id: UUID = NIL
    waits_for: str = ""
    in_cages: str = ""
    """Released parcels that nobody has fetched yet, such as `CAGE-1: 3`."""


@dataclass(frozen=True, slots=True)
class LoadedParcel:
    """A parcel of the load with what is in it and what the gate says now."""

    parcel: Parcel
    contents: tuple[Balance, ...]
    gate: GateAnswer


@dataclass(frozen=True, slots=True)
class Loaded:
    """A load and what is on it, at a moment from which nothing can be decided about its parcels any more."""

    load: Load
    parcels: tuple[LoadedParcel, ...]

    @property
    def parcel_ids(self) -> tuple[UUID, ...]:
        return tuple(entry.parcel.id for entry in self.parcels)


@dataclass(frozen=True, slots=True)
class RedParcel:
    """A parcel of the load whose gate is closed now."""

    parcel: Parcel
    gate: GateAnswer


class DispatchFacts(Protocol):
    """What dispatch may ask. Gate answers lock their declarations until the transaction ends, and each is kept."""

    def gate(self, parcel_id: UUID) -> GateAnswer: ...

    def parcel(self, parcel_id: UUID) -> Parcel: ...

    def contents(self, parcel_id: UUID) -> tuple[Balance, ...]: ...

    def load(self, load_id: UUID) -> Load | None: ...

    def loaded(self, load_id: UUID, point: GatePoint) -> tuple[LoadedParcel, ...]: ...

    def red_on(self, load_id: UUID) -> RedParcel | None:
        """The first parcel of the load that may not leave any more."""

    def pass_refusal(self, load_id: UUID, load_code: str, parcel_ids: tuple[UUID, ...] | None) -> Refusal | None:
        """Why the load may not leave with its exit pass; None where it may. Without parcels they are not compared."""

    def released_in_cages(self) -> str:
        """How many released parcels wait in which cage, in words of codes and numbers."""

    def who(self) -> str:
        """The badge of the person who scans."""

    def question_of_label(self, parcel: Parcel) -> Note | None:
        """What has to be asked about the place of its label first; None where no rule asks, or it was proven."""

    def new_load_id(self) -> UUID: ...


DispatchWork = Work[DispatchPlan, DispatchProgress]
DispatchResult = StepResult[DispatchPlan, DispatchProgress]

dispatch: Workflow[DispatchPlan, DispatchProgress, DispatchFacts] = Workflow(
    "dispatch", DispatchPlan, DispatchProgress, side_by_side=True
)

SCAN_PARCEL, SCAN_CAGE, AWAIT_PASS = "scan_parcel", "scan_cage", "await_pass"


def prompt(work: DispatchWork) -> Prompt:
    return Prompt(
        document=work.plan.load_code,
        place=work.plan.lane.code,
        parcels=work.progress.staged,
        gate=work.progress.gate,
        released=work.progress.in_cages,
    )


def prompt_cage(work: DispatchWork) -> Prompt:
    return replace(prompt(work), place=work.plan.cage_code)


def prompt_pass(work: DispatchWork) -> Prompt:
    return replace(prompt(work), waits_for=work.progress.waits_for or PASS_AWAITED, released="")


@dispatch.step(
    SCAN_PARCEL,
    expects=(CodeKind.PARCEL, CodeKind.PLACE, CodeKind.LOAD),
    leads_to=(SCAN_CAGE, AWAIT_PASS),
    prompt=prompt,
    needs_server=True,
)
def scan_parcel(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """Green: onto the lane. Red: to the cage. While anything on the load is red, nothing more comes onto it."""
    parcel = scan.value
    if not isinstance(parcel, Parcel):
        return _elsewhere(work, parcel) or _look(work, facts)
    if parcel.why_gone is not None:
        return parcel.why_gone
    answer = facts.gate(parcel.id)
    if not answer.open:
        # Red before all else: on whichever lane it stands, it belongs into a cage.
        return _red(work, parcel, answer, facts)
    red = facts.red_on(work.plan.load_id) if work.plan.needs_pass else None
    if red is not None:
        return _turned_red(work, red)
    in_cages = facts.released_in_cages() if work.plan.needs_pass else ""
    work = Work(work.plan, replace(work.progress, gate=None, in_cages=in_cages))
    if parcel.state is ParcelState.STAGED:
        if parcel.load_id != work.plan.load_id:
            return _said(work, Refusal("wrong_lane", {"parcel": parcel.tracking_no, "lane": work.plan.lane.code}))
        return _said(work, Refusal("already_loaded", {"parcel": parcel.tracking_no, "load": work.plan.load_code}))
    question = facts.question_of_label(parcel)
    if question is not None and not scan.confirmed:
        return Confirm(question.code, question.details)
    effects: list[Effect] = [
        StageParcel(parcel.id, work.plan.load_id, work.plan.lane.id, parcel.state, parcel.place_id)
    ]
    effects += moves_of(facts.contents(parcel.id), work.plan.lane.id, Reason.STAGED, work.plan.load_id)
    progress = replace(work.progress, staged=work.progress.staged + 1)
    note = Note("parcel_staged", {"parcel": parcel.tracking_no, "lane": work.plan.lane.code, "n": progress.staged})
    return Decision(SCAN_PARCEL, progress, note, tuple(effects))


def _said(work: DispatchWork, refusal: Refusal) -> DispatchResult:
    """A refusal that also tidies the screen: what was red on the load is not there any more."""
    return Decision(SCAN_PARCEL, work.progress, Note(refusal.code, refusal.details), (), Outcome.REFUSED)


def _elsewhere(work: DispatchWork, thing: object) -> Refusal | None:
    """Another lane or another load than this task's."""
    if isinstance(thing, Place) and thing.id != work.plan.lane.id:
        return Refusal("wrong_place", {"got": thing.code, "want": work.plan.lane.code})
    if isinstance(thing, Load) and thing.id != work.plan.load_id:
        return Refusal("wrong_load", {"got": thing.code, "want": work.plan.load_code})
    return None


def _red(work: DispatchWork, parcel: Parcel, answer: GateAnswer, facts: DispatchFacts) -> DispatchResult:
    load = facts.load(parcel.load_id) if parcel.load_id is not None else None
    if load is not None and load.state is LoadState.SEALED:
        return _red_on_sealed(load.code, parcel, answer)
    details = answer.refusal(parcel.tracking_no).details
    progress = replace(work.progress, gate=_slot(work, parcel, answer), red_parcel_id=parcel.id)
    note = Note(answer.code, {**details, "cage": work.plan.cage_code})
    return Decision(SCAN_CAGE, progress, note, (), Outcome.GATE_CLOSED, undoable=False)


def _turned_red(work: DispatchWork, red: RedParcel) -> DispatchResult:
    """The release of a parcel that waits on the lane was withdrawn: it is shown until it is off the load."""
    progress = replace(work.progress, gate=_slot(work, red.parcel, red.gate, on=work.plan.lane.code))
    details = {
        "parcel": red.parcel.tracking_no,
        "place": work.plan.lane.code,
        "cage": work.plan.cage_code,
        "reason": red.gate.code,
    }
    return Decision(SCAN_PARCEL, progress, Note("turned_red", details), (), Outcome.GATE_CLOSED, undoable=False)


def _slot(work: DispatchWork, parcel: Parcel, answer: GateAnswer, *, on: str = "") -> GateSlot:
    since = answer.since.isoformat() if answer.since else ""
    return GateSlot(parcel.tracking_no, answer.code, since, answer.said, work.plan.cage_code, on)


def _red_on_sealed(load_code: str, parcel: Parcel, answer: GateAnswer) -> Refusal:
    details = {"parcel": parcel.tracking_no, "load": load_code, "reason": answer.code}
    return Refusal("red_on_sealed_load", details)


@dispatch.step(SCAN_CAGE, expects=(CodeKind.PLACE,), leads_to=(SCAN_PARCEL,), prompt=prompt_cage, needs_server=True)
def scan_cage(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """Only a hold cage takes a red parcel, and nothing else goes on before it is there."""
    place = scan.value
    assert isinstance(place, Place)
    if place.kind is not PlaceKind.CAGE:
        return Refusal("cage_needed", {"got": place.code, "want": work.plan.cage_code})
    parcel = facts.parcel(work.progress.red_parcel_id)
    progress = replace(work.progress, gate=None, red_parcel_id=NIL)
    note = Note("parcel_caged", {"parcel": parcel.tracking_no, "place": place.code})
    gone = parcel.why_gone
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
    effects += moves_of(facts.contents(parcel.id), place.id, Reason.STAGED, work.plan.load_id)
    return Decision(SCAN_PARCEL, progress, note, tuple(effects))


@dispatch.command("DONE", at=(SCAN_PARCEL,), leads_to=(AWAIT_PASS, DONE))
def load_is_complete(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """Every parcel is asked about once more. Then the load is sealed and its pass asked for, or it leaves at once."""
    loaded = _loaded(work, LoadState.OPEN, GatePoint.SEAL, facts)
    if loaded is None:
        return _look(work, facts)
    load, refusal = loaded.load, _not_all_green(work, loaded.parcels, "load_gate_closed")
    if refusal is not None:
        return refusal
    if not work.plan.needs_pass:
        if not scan.confirmed:
            return Confirm("confirm_close_load", {"load": load.code, "parcels": len(loaded.parcels)})
        return _leave(work, loaded)
    if not scan.confirmed:
        return Confirm("confirm_seal_load", {"load": load.code, "parcels": len(loaded.parcels)})
    parcel_ids = loaded.parcel_ids
    effects = (SealLoad(load.id, parcel_ids), RequestPass(load.id, load.code, parcel_ids, facts.who()))
    progress = DispatchProgress(len(parcel_ids), waits_for=PASS_AWAITED)
    note = Note("load_sealed_now", {"load": load.code, "parcels": len(parcel_ids), "lane": work.plan.lane.code})
    # A load that was begun by scanning its lane gets its number only as it begins.
    plan = replace(work.plan, load_code=load.code)
    return Decision(AWAIT_PASS, progress, note, effects, Outcome.COMPLETED, plan=plan, undoable=False)


def _loaded(work: DispatchWork, state: LoadState, point: GatePoint, facts: DispatchFacts) -> Loaded | None:
    """What is on the load, its gates asked; None where it is in another state by now."""
    load = facts.load(work.plan.load_id)
    if load is None or load.state is not state:
        return None
    parcels = facts.loaded(load.id, point)
    # Whoever else dealt with this load had its declarations locked: only now what he did can be seen.
    load = facts.load(load.id)
    return Loaded(load, parcels) if load is not None and load.state is state else None


def _not_all_green(work: DispatchWork, loaded: tuple[LoadedParcel, ...], code: str) -> Refusal | None:
    if not loaded:
        return Refusal("load_empty", {"load": work.plan.load_code})
    closed = [entry for entry in loaded if not entry.gate.open]
    if not closed:
        return None
    first = closed[0]
    return Refusal(
        code,
        {
            "count": len(closed),
            "parcel": first.parcel.tracking_no,
            "reason": first.gate.code,
            "load": work.plan.load_code,
        },
    )


def _leave(work: DispatchWork, loaded: Loaded) -> DispatchResult:
    """All of them leave together, or none does."""
    load = loaded.load
    effects: list[Effect] = [
        CloseLoad(load.id, loaded.parcel_ids, load.state),
        DispatchWhole(tuple(dict.fromkeys(entry.parcel.order_id for entry in loaded.parcels))),
    ]
    for entry in loaded.parcels:
        effects += moves_of(entry.contents, work.plan.customer_place_id, Reason.SHIPPED, load.id, loose=True)
    effects.append(RecordLeft(loaded.parcel_ids, load.id))
    note = Note("load_closed", {"load": load.code, "parcels": len(loaded.parcels)})
    return Decision(DONE, work.progress, note, tuple(effects), Outcome.COMPLETED)


@dispatch.step(
    AWAIT_PASS,
    expects=(CodeKind.PLACE, CodeKind.LOAD, CodeKind.PARCEL),
    leads_to=(SCAN_PARCEL,),
    prompt=prompt_pass,
    needs_server=True,
)
def await_pass(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """The load is sealed. Its lane, its sheet or a parcel of it, scanned again, tells how it stands with its pass."""
    thing = scan.value
    if isinstance(thing, Parcel):
        if thing.why_gone is not None:
            return thing.why_gone
        if thing.load_id != work.plan.load_id:
            return Refusal("not_on_this_load", {"parcel": thing.tracking_no, "load": work.plan.load_code})
        answer = facts.gate(thing.id)
        if not answer.open:
            return _red_on_sealed(work.plan.load_code, thing, answer)
        return _look(work, facts)
    return _elsewhere(work, thing) or _look(work, facts)


@dispatch.resumes
def look_again(work: DispatchWork, step: str, facts: DispatchFacts) -> DispatchResult | None:
    """Whoever comes back to his lane sees it as it is now: sealed or opened by somebody else, a parcel turned red."""
    if step == SCAN_CAGE:
        return None
    looked = _look(work, facts)
    if isinstance(looked, Decision) and looked.step == step == SCAN_PARCEL and looked.outcome is Outcome.ACCEPTED:
        return replace(looked, note=Note("task_resumed"))
    return looked


def _look(work: DispatchWork, facts: DispatchFacts) -> DispatchResult:
    """How the load stands now, whichever screen this loader was left on."""
    load = facts.load(work.plan.load_id)
    if load is None or load.state is LoadState.CLOSED:
        return Refusal("load_not_open", {"load": work.plan.load_code})
    red = facts.red_on(load.id) if work.plan.needs_pass else None
    if load.state is LoadState.OPEN:
        in_cages = facts.released_in_cages() if work.plan.needs_pass else ""
        progress = replace(work.progress, gate=None, waits_for="", in_cages=in_cages)
        if red is not None:
            return _turned_red(Work(work.plan, progress), red)
        note = Note("lane_taken", {"lane": work.plan.lane.code, "load": load.code})
        return Decision(SCAN_PARCEL, progress, note)
    if red is not None:
        refused = _red_on_sealed(load.code, red.parcel, red.gate)
        progress = replace(work.progress, gate=None, waits_for=PASS_REFUSED)
        return Decision(
            AWAIT_PASS, progress, Note(refused.code, refused.details), (), Outcome.GATE_CLOSED, undoable=False
        )
    return _standing(work, load, facts)


def _standing(work: DispatchWork, load: Load, facts: DispatchFacts) -> DispatchResult:
    """A sealed load, all green: what about its pass?"""
    refusal = facts.pass_refusal(load.id, load.code, None)
    if refusal is None:
        note, waits_for, outcome = Note("pass_confirmed", {"load": load.code}), PASS_CONFIRMED, Outcome.ACCEPTED
    else:
        note = Note(refusal.code, refusal.details)
        awaited = refusal.code == "pass_awaited"
        waits_for, outcome = (PASS_AWAITED, Outcome.REFUSED) if awaited else (PASS_REFUSED, Outcome.GATE_CLOSED)
    progress = replace(work.progress, gate=None, waits_for=waits_for)
    return Decision(AWAIT_PASS, progress, note, (), outcome, undoable=False)


@dispatch.command("DONE", at=(AWAIT_PASS,), leads_to=(SCAN_PARCEL, DONE))
def gate_out(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """The truck leaves: every parcel is asked about a last time, and the pass must list exactly them."""
    loaded = _loaded(work, LoadState.SEALED, GatePoint.GATE_OUT, facts)
    if loaded is None:
        return _look(work, facts)
    load = loaded.load
    refusal = _not_all_green(work, loaded.parcels, "sealed_gate_closed")
    refusal = refusal or facts.pass_refusal(load.id, load.code, loaded.parcel_ids)
    if refusal is not None:
        return refusal
    if not scan.confirmed:
        return Confirm("confirm_gate_out", {"load": load.code, "parcels": len(loaded.parcels)})
    return _leave(work, loaded)


@dispatch.command("REOPEN", at=(AWAIT_PASS,), leads_to=(SCAN_PARCEL,))
def reopen(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """Parcels can be put on and taken off again; the pass is given back. Asked twice while nothing is wrong with it."""
    load = facts.load(work.plan.load_id)
    if load is None or load.state is not LoadState.SEALED:
        return _look(work, facts)
    red = facts.red_on(load.id)
    refusal = facts.pass_refusal(load.id, load.code, None)
    still_good = red is None and (refusal is None or refusal.code == "pass_awaited")
    if still_good and not scan.confirmed:
        return Confirm("confirm_reopen", {"load": load.code})
    progress = replace(work.progress, gate=None, waits_for="", in_cages=facts.released_in_cages())
    if red is not None:
        progress = replace(progress, gate=_slot(work, red.parcel, red.gate, on=work.plan.lane.code))
    # The pass before the load, in the order in which whoever leaves takes them.
    effects = (WithdrawPass(load.id), ReopenLoad(load.id))
    note = Note("load_reopened", {"load": load.code, "lane": work.plan.lane.code})
    return Decision(SCAN_PARCEL, progress, note, effects, undoable=False)


@dispatch.command("LOAD", at=(AWAIT_PASS,), leads_to=(DONE,))
def begin_next_load(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """While this one waits for its pass, its lane begins the next load."""
    note = Note("next_load_begun", {"lane": work.plan.lane.code, "load": work.plan.load_code})
    begin = OpenLoad(facts.new_load_id(), work.plan.lane.id, work.plan.carrier)
    return Decision(DONE, work.progress, note, (begin,), Outcome.COMPLETED)


@dispatch.command("LEAVE", at=(SCAN_PARCEL, AWAIT_PASS), leads_to=(DONE,))
def leave(work: DispatchWork, scan: Scan, facts: DispatchFacts) -> DispatchResult:
    """This loader stops; the load stays as it is on its lane for whoever scans the lane next."""
    note = Note("lane_left", {"lane": work.plan.lane.code, "n": work.progress.staged})
    return Decision(DONE, work.progress, note, (), Outcome.COMPLETED)


@dispatch.puts_back
def untouched(work: DispatchWork) -> tuple[Effect, ...]:
    """The load stays on its lane for whoever scans it next."""
    return ()


@dispatch.ends_on("load_not_open")
def load_is_gone(work: DispatchWork) -> tuple[Effect, ...]:
    """Somebody else closed the load: what was scanned last is not on it, and nothing more can be."""
    return ()


@dispatch.ends_on("load_sealed")
def load_is_sealed(work: DispatchWork) -> tuple[Effect, ...]:
    """Somebody else sealed the load: what was scanned last is not on it. Scanning the lane again shows its pass."""
    return ()
