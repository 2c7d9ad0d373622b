"""What the parcel on the scale should weigh, and what a weight that is off tells. Pure. Called by `workflow`."""

from collections.abc import Sequence

from wms.kernel.refusal import Detail
from wms.packaging.model import UsedMaterial
from wms.packaging.weights import Expected, Weighed, expected, suspect
from wms.tasks.decision import Note


def expected_of(contents: Sequence[Weighed], tare_grams: int, used: Sequence[UsedMaterial]) -> Expected | None:
    """Of box, inserts and goods; None where one product's weight is not known."""
    return expected(contents, tare_grams + sum(piece.weight_grams for piece in used))


def question_about(contents: Sequence[Weighed], used: Sequence[UsedMaterial], wanted: Expected, grams: int) -> Note:
    """The question for a weight that is off: what is probably missing or too many, where something explains it."""
    details: dict[str, Detail] = {"got": grams, "want": wanted.grams, "low": wanted.low, "high": wanted.high}
    pieces = [Weighed(piece.name, 1, piece.weight_grams * 1000) for piece in used]
    found = suspect([*contents, *pieces], wanted, grams)
    if found is None:
        return Note("odd_weight", details)
    code = "odd_weight_over" if found.units > 0 else "odd_weight_under"
    return Note(code, {**details, "n": abs(found.units), "item": found.name})


def said_of(note: Note) -> str:
    """What was suspected, in few words for the records: `+1 Cup 250 ml`."""
    if "item" not in note.details:
        return ""
    return f"{'+' if note.code.endswith('over') else '-'}{note.details['n']} {note.details['item']}"
