"""The box of a parcel, and the inserts, labels and seals that go in with the goods. Pure. Called by `workflow`."""

from dataclasses import replace

from wms.floor.packing.lists import next_step
from wms.floor.packing.materials import refusal_of, still_needed, used_of
from wms.floor.packing.model import (
    SCAN_BOX,
    SCAN_LIST,
    SCAN_MATERIAL,
    WEIGH,
    PackingFacts,
    PackResult,
    PackWork,
    box_for,
    pieces_of,
)
from wms.kernel.refusal import Refusal
from wms.packaging.fitting import carton_of, misfit
from wms.packaging.model import Material
from wms.packaging.rules import box_ban
from wms.shipments.model import BoxType
from wms.tasks.decision import Confirm, Decision, Note


def take_box(work: PackWork, box: BoxType, *, confirmed: bool) -> PackResult:
    """One that a rule forbids is refused; one that is too small by the catalogue is asked about, which may be wrong."""
    plan = work.plan
    proposal = box_for(work)
    suggested = proposal.code if proposal else ""
    ban = box_ban(plan.needs, box.code)
    if ban is not None:
        allowed = ", ".join(plan.needs.boxes) or suggested
        return Refusal("box_forbidden", {"got": box.code, "want": allowed, "rule": ban.rule})
    reason = misfit(pieces_of(work), carton_of(box))
    if reason is not None and not confirmed:
        if not suggested:
            return Confirm("confirm_no_box_fits", {"got": box.code, "reason": reason})
        return Confirm("confirm_small_box", {"got": box.code, "reason": reason, "want": suggested})
    progress = replace(work.progress, box_code=box.code, tare_grams=box.tare_grams)
    step = next_step(plan, progress, SCAN_BOX)
    if step == SCAN_MATERIAL:
        wanted = still_needed(plan.needs, progress.materials)
        return Decision(step, progress, Note("box_taken_then", {"box": box.code, "item": wanted[0].name}))
    return Decision(
        step, progress, Note("box_taken_then_list" if step == SCAN_LIST else "box_taken", {"box": box.code})
    )


def use(work: PackWork, step: str, material: Material, facts: PackingFacts) -> PackResult:
    """One more piece goes into the parcel; a numbered one may be on no other."""
    refusal = refusal_of(work.plan.needs, work.progress.materials, material)
    if refusal is not None:
        return refusal
    if material.number and facts.is_used(material.number):
        return Refusal("seal_used", {"number": material.number})
    progress = replace(work.progress, materials=(*work.progress.materials, used_of(material)))
    left = still_needed(work.plan.needs, progress.materials)
    then = next_step(work.plan, progress, step)
    if left:
        return Decision(then, progress, Note("material_used_then", {"item": material.name, "want": left[0].name}))
    code = "materials_complete" if then == WEIGH else "material_taken"
    return Decision(then, progress, Note(code, {"item": material.name}))
