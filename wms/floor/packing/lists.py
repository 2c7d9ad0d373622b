"""The packing list of a parcel whose rules ask for one: printed when the last item is in, scanned before it is closed.

Pure. Called by `workflow` and its parts. The code on a list follows from parcel and contents, so another parcel's list
in this box is caught, and so is this one's as it was before something was taken out again.
"""

from dataclasses import replace

from wms.access.model import Capability, Operator
from wms.access.rules import may
from wms.floor.packing.materials import still_needed
from wms.floor.packing.model import (
    SCAN_BOX,
    SCAN_ITEM,
    SCAN_LIST,
    SCAN_MATERIAL,
    WEIGH,
    PackPlan,
    PackProgress,
    PackResult,
    PackWork,
    in_parcel,
    parcel_id_of,
)
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.labels.effects import PrintPackingList
from wms.labels.list_codes import ScannedList, list_code
from wms.shipments.model import PackedUnits
from wms.tasks.decision import Decision, Note


def contents_of_parcel(plan: PackPlan, progress: PackProgress) -> tuple[PackedUnits, ...]:
    """What lies in the present parcel, by order lines; units of one line may be of several lots."""
    units: dict[int, int] = {}
    for line, packed in zip(plan.lines, in_parcel(progress), strict=True):
        if packed:
            units[line.line_no] = units.get(line.line_no, 0) + packed
    return tuple(PackedUnits(line_no, quantity) for line_no, quantity in sorted(units.items()))


def wanted_list(plan: PackPlan, progress: PackProgress) -> str:
    """The code of the list that goes with what is in the present parcel now."""
    return list_code(parcel_id_of(plan, progress.number), contents_of_parcel(plan, progress))


def list_is_due(plan: PackPlan, progress: PackProgress) -> bool:
    """Whether the parcel must not be closed for want of its list."""
    return plan.needs.packing_list and not (progress.list_code or progress.list_passed_by)


def list_of_full_parcel(plan: PackPlan, progress: PackProgress) -> tuple[Effect, ...]:
    """Nothing more goes in: from now on its list can be printed. Nothing where no rule asks for one."""
    if not plan.needs.packing_list:
        return ()
    return (
        PrintPackingList(
            wanted_list(plan, progress),
            plan.order_id,
            parcel_id_of(plan, progress.number),
            progress.number,
            contents_of_parcel(plan, progress),
            progress.bench_place_id,
        ),
    )


def next_step(plan: PackPlan, progress: PackProgress, step: str) -> str:
    """Where a parcel goes on that has its box: to its list, to what else is missing, onto the scale."""
    if step in (SCAN_ITEM, SCAN_BOX) and not progress.box_code:
        return step
    if list_is_due(plan, progress):
        return SCAN_LIST
    return SCAN_MATERIAL if still_needed(plan.needs, progress.materials) else WEIGH


def take_list(work: PackWork, scanned: ScannedList, step: str) -> PackResult:
    """It lies in the box. Refuses `wrong_list`, `list_of_other_parcel`, `list_outdated`, `no_list_wanted`."""
    plan, progress = work.plan, work.progress
    if not plan.needs.packing_list:
        return Refusal("no_list_wanted", {"got": scanned.code, "want": plan.order_number})
    if scanned.order_id != plan.order_id:
        return Refusal("wrong_list", {"got": scanned.order_number, "want": plan.order_number})
    if scanned.code != wanted_list(plan, progress):
        if scanned.parcel_number != progress.number:
            return Refusal("list_of_other_parcel", {"n": scanned.parcel_number, "want": progress.number})
        return Refusal("list_outdated", {"got": scanned.code, "want": wanted_list(plan, progress)})
    return _go_on(work, replace(progress, list_code=scanned.code), step, "list_taken")


def pass_without(work: PackWork, by: Operator) -> PackResult:
    """The list cannot be printed: a supervisor lets the parcel go without it."""
    if not may(by.role, Capability.LEAVE_OUT_LIST):
        return Refusal("supervisor_needed_for_list", {"got": by.name})
    return _go_on(work, replace(work.progress, list_passed_by=by.badge), SCAN_LIST, "list_left_out")


def _go_on(work: PackWork, progress: PackProgress, step: str, said: str) -> PackResult:
    then = next_step(work.plan, progress, step)
    return Decision(then, progress, Note(f"{said}_weigh" if then == WEIGH else said))
