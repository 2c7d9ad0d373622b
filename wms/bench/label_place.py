"""The question whether a label is where a rule wants it. Pure. Asked by packing at the label's step, and through
`proving` wherever else a label's scan counts as its proof.
"""

from wms.packaging.model import Needs
from wms.tasks.decision import Note


def question_of_place(needs: Needs) -> Note | None:
    """Is the label where the rule says? None where no rule asks."""
    if not needs.label_check:
        return None
    where = needs.label_position
    return Note("confirm_label_position", {"where": where}) if where else Note("confirm_label_picture")
