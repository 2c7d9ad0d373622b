"""What packing asks for at each step: the slots of the screen. Pure; `workflow` declares which step shows which."""

from dataclasses import replace

from wms.barcodes.model import CodeKind
from wms.floor.packing.lists import wanted_list
from wms.floor.packing.materials import still_needed
from wms.floor.packing.model import PackWork, box_for, expected_weight, open_lines, shown_number
from wms.tasks.screen import Expected, Prompt


def _base_prompt(work: PackWork) -> Prompt:
    box = box_for(work)
    done = len(work.plan.lines) - len(open_lines(work.plan, work.progress))
    return Prompt(
        document=work.plan.order_number,
        merchant=work.plan.merchant,
        container=work.plan.tote_code,
        line=min(done + 1, len(work.plan.lines)),
        lines=len(work.plan.lines),
        box=work.progress.box_code or (box.code if box else ""),
        parcel_number=shown_number(work.progress),
        note=work.plan.note,
        hides_prices=work.plan.needs.hides_prices,
        needs=", ".join(material.name for material in still_needed(work.plan.needs, work.progress.materials)),
    )


def prompt_bench(work: PackWork) -> Prompt:
    return _base_prompt(work)


def prompt_item(work: PackWork) -> Prompt:
    base = _base_prompt(work)
    left = open_lines(work.plan, work.progress)
    if not left:
        return base
    line = work.plan.lines[left[0]]
    return replace(
        base,
        item=line.item.name,
        item_code=line.codes[0] if line.codes else line.item.sku_code,
        picture=line.item.picture,
        quantity=line.quantity - work.progress.missing[left[0]],
        counted=work.progress.packed[left[0]],
        lot=line.lot_code,
        # The goods first: there is room for one more thing, and that is what the platform says about them.
        needs="",
        hides_prices=False,
        note=" · ".join(filter(None, (line.note, work.plan.note))),
        expected=Expected(CodeKind.ITEM, line.item, line.codes),
    )


def prompt_box(work: PackWork) -> Prompt:
    box = box_for(work)
    expected = Expected(CodeKind.BOX, box, (box.barcode,)) if box else None
    return replace(_base_prompt(work), expected=expected)


def prompt_list(work: PackWork) -> Prompt:
    code = wanted_list(work.plan, work.progress)
    return replace(_base_prompt(work), item=code, expected=Expected(CodeKind.PACKING_LIST, code, (code,)))


def prompt_material(work: PackWork) -> Prompt:
    wanted = still_needed(work.plan.needs, work.progress.materials)
    if not wanted:
        return _base_prompt(work)
    first = wanted[0]
    codes = () if first.number_prefix else (first.barcode,)
    expected = Expected(CodeKind.MATERIAL, first, codes)
    return replace(_base_prompt(work), item=first.name, picture=first.picture, expected=expected)


def prompt_weight(work: PackWork) -> Prompt:
    wanted = expected_weight(work)
    label = work.plan.needs.label_position
    if wanted is None:
        return replace(_base_prompt(work), label_position=label)
    return replace(
        _base_prompt(work),
        weight_grams=wanted.grams,
        weight_from=wanted.low,
        weight_to=wanted.high,
        label_position=label,
    )


def prompt_label(work: PackWork) -> Prompt:
    return replace(_base_prompt(work), label_position=work.plan.needs.label_position)


def prompt_reason(work: PackWork) -> Prompt:
    return replace(_base_prompt(work), container="")


def prompt_tote(work: PackWork) -> Prompt:
    return _base_prompt(work)
