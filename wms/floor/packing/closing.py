"""A parcel is weighed and closed: what its weight is held against, what closing writes. Pure. Called by `workflow`."""

from dataclasses import replace
from uuid import UUID

from wms.access.model import Capability, Operator
from wms.access.rules import may
from wms.containers.model import ContainerUse, UseContainer
from wms.customs.effects import DeclareParcel
from wms.floor.packing.lists import contents_of_parcel
from wms.floor.packing.model import (
    SCAN_ITEM,
    SCAN_LABEL,
    WEIGH,
    PackDecision,
    PackingFacts,
    PackResult,
    PackWork,
    contents_of,
    expected_weight,
    in_parcel,
    next_parcel,
    open_lines,
    parcel_id_of,
)
from wms.floor.packing.weighing import question_about, said_of
from wms.kernel.effect import Effect
from wms.kernel.refusal import Detail, Refusal
from wms.labels.effects import PrintParcelLabel
from wms.orders.model import OrderState, SetOrderState
from wms.packaging.model import RecordPacking
from wms.packaging.weights import Expected as ExpectedWeight
from wms.shipments.model import CloseParcel
from wms.tasks.decision import DONE, Decision, Note, Outcome

NEXT = "_next"
"""Ends the code of what is said of a parcel where the order goes on in a further one."""


def weigh(work: PackWork, grams: int, facts: PackingFacts) -> PackResult:
    """The weight closes the parcel. One that cannot be right stops it, however often it is weighed."""
    wanted = expected_weight(work)
    if wanted is None or wanted.allows(grams):
        return _close(work, grams, wanted, facts)
    said = question_about(contents_of(work), work.progress.materials, wanted, grams)
    return Decision(WEIGH, replace(work.progress, odd_weight_grams=grams), said, (), Outcome.REFUSED)


def let_pass(work: PackWork, by: Operator, facts: PackingFacts) -> PackResult:
    """A supervisor has looked into the box and lets it go with the weight that stopped it."""
    if not work.progress.odd_weight_grams:
        return Refusal("nothing_to_pass", {"got": by.name})
    if not may(by.role, Capability.ACCEPT_ODD_WEIGHT):
        return Refusal("supervisor_needed", {"got": by.name})
    if not facts.still_weighs(work.progress.bench_code, work.progress.odd_weight_grams):
        # Off the scale the box may have been changed: the badge is for the weight that he sees.
        return Refusal("weight_gone", {"weight": work.progress.odd_weight_grams})
    return _close(work, work.progress.odd_weight_grams, expected_weight(work), facts, passed_by=by.badge)


def _close(
    work: PackWork, grams: int, wanted: ExpectedWeight | None, facts: PackingFacts, *, passed_by: str = ""
) -> PackResult:
    plan, progress = work.plan, work.progress
    parcel_id, is_last = parcel_id_of(plan, progress.number), not open_lines(plan, progress)
    whole: tuple[Effect, ...] = (
        UseContainer(plan.tote_id, ContainerUse.PACKING, ContainerUse.EMPTY, plan.order_id, None),
        SetOrderState(plan.order_id, OrderState.PACKING, OrderState.PACKED),
    )
    effects: tuple[Effect, ...] = (
        CloseParcel(
            parcel_id,
            plan.order_id,
            progress.box_code,
            grams,
            progress.bench_place_id,
            contents_of_parcel(plan, progress),
            progress.number,
            is_last=is_last,
        ),
        *(whole if is_last else ()),
        _record(work, grams, wanted, facts.packer_id(), passed_by),
        DeclareParcel(parcel_id),
        PrintParcelLabel(parcel_id),
    )
    details: dict[str, Detail] = {
        "order": plan.order_number,
        "weight": grams,
        "container": plan.tote_code,
    }
    if facts.prints_at(progress.bench_code) or plan.needs.label_check:
        note = Note("parcel_closed_label", details)
        return Decision(SCAN_LABEL, progress, note, effects, Outcome.COMPLETED)
    return go_on(work, Note("parcel_closed", details), effects)


def go_on(
    work: PackWork, said: Note, effects: tuple[Effect, ...] = (), outcome: Outcome = Outcome.COMPLETED
) -> PackDecision:
    """After a parcel: the next one where units are left in the tote, otherwise the order is done."""
    if not open_lines(work.plan, work.progress):
        return Decision(DONE, work.progress, said, effects, outcome)
    further = next_parcel(work.progress)
    return Decision(SCAN_ITEM, further, Note(said.code + NEXT, {**said.details, "n": further.number}), effects, outcome)


def _record(
    work: PackWork, grams: int, wanted: ExpectedWeight | None, packer_id: UUID, passed_by: str
) -> RecordPacking:
    """How it was packed. A parcel of one product teaches what that weighs, unless a supervisor let an odd weight pass
    that earlier parcels of it speak against, or that a miscount explains.
    """
    plan, progress = work.plan, work.progress
    lines = [(line, packed) for line, packed in zip(plan.lines, in_parcel(progress), strict=True) if packed]
    contents = grams - progress.tare_grams - sum(piece.weight_grams for piece in progress.materials)
    first = lines[0][0]
    is_lesson = len({line.item.sku_id for line, _ in lines}) == 1 and contents > 0
    question = question_about(contents_of(work), progress.materials, wanted, grams) if wanted and passed_by else None
    suspect = said_of(question) if question else ""
    teaches = is_lesson and not (passed_by and (first.learned_mg or suspect))
    return RecordPacking(
        parcel_id=parcel_id_of(plan, progress.number),
        packer_id=packer_id,
        weight_grams=grams,
        expected_grams=wanted.grams if wanted else 0,
        tolerance_grams=wanted.tolerance_grams if wanted else 0,
        passed_by=passed_by,
        suspect=suspect,
        materials=progress.materials,
        without_list_by=progress.list_passed_by,
        sku_id=first.item.sku_id if teaches else 0,
        units=sum(packed for _, packed in lines) if teaches else 0,
        contents_grams=contents if teaches else 0,
    )
