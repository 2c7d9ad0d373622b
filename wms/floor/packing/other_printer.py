"""The code of a printer, scanned at any time: labels that wait for another printer in trouble come out at this one.

`errands` hands it to the scan door. The move itself is `wms.bench.ordering`'s, with its rules: what the other printer
holds, or may hold, moves only when somebody has looked. Where no label waits, the scan says how the printer stands.
"""

from sqlalchemy.orm import Session

from wms.bench.carrier_labels import fits
from wms.bench.effects import MoveLabel
from wms.bench.lookup import bench_standing
from wms.bench.model import LabelJob, Printer
from wms.bench.stuck import stuck_labels
from wms.floor.packing.facts import bench_of
from wms.kernel.refusal import Detail, Refusal
from wms.labels.documents import Paper
from wms.tasks.decision import Confirm, Note
from wms.tasks.floor import Done, FloorContext


def print_elsewhere(
    session: Session, context: FloorContext, thing: object, confirmed: bool
) -> Done | Confirm | Refusal | None:
    """What becomes of the labels of this packer's bench when another printer is scanned."""
    if not isinstance(thing, Printer):
        return None
    warehouse_id = context.warehouse_id
    there = bench_standing(session, warehouse_id, thing.bench, context.now)
    named: dict[str, Detail] = {"printer": thing.name, "place": thing.bench}
    trouble = "offline" if there.is_away else there.trouble_of(thing.name)
    if trouble:
        return Refusal("printer_in_trouble", {**named, "why": f"cond_{trouble}"})
    _, bench = bench_of(session, context)
    stuck = stuck_labels(session, warehouse_id, bench, context.now) if bench else []
    waiting = [job for job in stuck if job.at != thing]
    moved = [job for job in waiting if job.is_movable and fits(session, warehouse_id, job, thing.medium)]
    in_printer = next((job for job in waiting if job.is_deniable and job.paper is Paper.LABEL), None)
    if in_printer is not None and fits(session, warehouse_id, in_printer, thing.medium):
        if not confirmed:
            return Confirm("confirm_moved_not_printed", {**named, "tail": in_printer.tail})
        moved.append(in_printer)
    if not moved:
        return _says(thing, waiting, named)
    effects = [MoveLabel(job.id, thing.bench, thing.name, not_printed=job is in_printer) for job in moved]
    return Done(Note("label_moves", {**named, "n": len(moved), "tail": moved[0].tail}), tuple(effects))


def _says(printer: Printer, waiting: list[LabelJob], named: dict[str, Detail]) -> Done | Refusal:
    """Nothing moves: why, or, where nothing waits, that the printer is well."""
    stays = next((job for job in waiting if job.paper is Paper.LABEL), None)
    if stays is None:
        return Done(Note("printer_is_well", named))
    if stays.is_movable:
        return Refusal(
            "label_not_for_printer",
            {"parcel": stays.tracking_number, "printer": printer.name, "kind": printer.medium.in_words},
        )
    if stays.may_still_come_out:
        return Refusal("label_in_printer", {"tail": stays.tail, "printer": stays.printer})
    return Refusal("label_not_ready", {"parcel": stays.tracking_number})
