"""Inserts, labels, fillings and seals of a parcel: what is still needed, and whether a scanned one may be used. Pure.

Called by `workflow` and `standing`. What is required once is asked for once; more of it, and what nobody asked for, may
be used too, unless a rule forbids it. Every piece counts in the weight.
"""

from collections.abc import Sequence

from wms.kernel.refusal import Refusal
from wms.packaging.model import Material, Needs, UsedMaterial
from wms.packaging.rules import material_ban

MOST_MATERIALS = 20
"""Pieces in one parcel; a card that is scanned more often lies under the scanner."""


def still_needed(needs: Needs, used: Sequence[UsedMaterial]) -> tuple[Material, ...]:
    """What is required and not scanned yet, in the sequence in which it is asked for."""
    there = {piece.code for piece in used}
    return tuple(material for material in needs.materials if material.code not in there)


def refusal_of(needs: Needs, used: Sequence[UsedMaterial], material: Material) -> Refusal | None:
    """Why a scanned piece may not be used: `material_forbidden`, `seal_number_needed`, `material_used`."""
    ban = material_ban(needs, material.code)
    if ban is not None:
        return Refusal("material_forbidden", {"got": material.name, "rule": ban.rule})
    if material.number_prefix and not material.number:
        return Refusal("seal_number_needed", {"got": material.name, "prefix": material.number_prefix})
    twice = material.number and any(piece.number == material.number for piece in used)
    if twice or len(used) >= MOST_MATERIALS:
        return Refusal("material_used", {"got": material.number or material.name})
    return None


def used_of(material: Material) -> UsedMaterial:
    """A scanned piece as the parcel keeps it."""
    return UsedMaterial(material.code, material.name, material.weight_grams, material.number)
