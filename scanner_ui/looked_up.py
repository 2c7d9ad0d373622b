"""What a code is, as the answer to a person: who asked (`asking`), or scanned it where it begins no work (`views`).

In the shape of a scan's answer; nothing has changed by it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scanner_ui.found import found_of
from scanner_ui.incoming import LOOK_UP
from scanner_ui.portraits import Painter
from scanner_ui.presenter import Presenter
from scanner_ui.words import Words
from wms.access.model import Caller
from wms.barcodes.portrait import Portrait
from wms.kernel.refusal import Refusal
from wms.tasks.desk import outcome_of

Json = dict[str, Any]

Ask = Callable[[Caller, str, str | None, str], Portrait | Refusal]
"""Who knows what a code is: its text, symbology and source."""


def can(words: Words) -> list[dict[str, str]]:
    """What to go on with from a panel."""
    return [{"action": LOOK_UP, "label": words.text("portraits", "look_again")}]


def answer_of(shows: Presenter, found: Portrait | Refusal) -> Json:
    """Without what did not change: no task, no screen."""
    words = shows.words
    if isinstance(found, Refusal):
        sentence = words.sentence(found.code, shows.named(found.details))
        return {
            "outcome": outcome_of(found),
            "code": found.code,
            "details": dict(found.details),
            "message": {"title": sentence.title, "next": sentence.next},
            "found": None,
        }
    found = replace(found, what=shows.name_of(found.what))
    return {
        "outcome": "accepted",
        "code": "looked_up",
        "details": {"kind": found.kind, "name": found.name},
        "message": {"title": f"{words.kind(found.kind)} {found.name}", "next": found.what},
        "found": found_of(Painter(words).sheet(found), can(words)),
    }
