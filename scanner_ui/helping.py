"""The card HELP in words: what the screen wants, whom to ask when stuck, and each card that may be scanned now. Pure.

Called by the presenter for the answer of `wms.tasks.helping`. In the shape of FOUND, see `scanner_ui.found`.
"""

from collections.abc import Mapping
from typing import Any

from scanner_ui.words import Detail, Words
from wms.tasks.screen import Screen

Json = dict[str, Any]


def help_of(words: Words, screen: Screen, shown: Mapping[str, Any], details: Mapping[str, Detail]) -> Json:
    """The panel for a screen that is `shown` so."""
    supervisors = str(details["supervisors"])
    facts = [[words.text("helps", "supervisor"), supervisors]] if supervisors else []
    facts.append([words.text("helps", "stuck"), words.text("helps", "what_then")])
    facts += [[card, _card(words, card)] for card in str(details["cards"]).split()]
    return {
        "kind": shown["title"],
        "title": shown["expect"],
        "code": "",
        "note": words.text("helps", f"{screen.workflow}.{screen.step}"),
        "facts": facts,
        "can": [],
        "life": [],
    }


def _card(words: Words, card: str) -> str:
    """The card's word, and what it does where the word alone does not say it. A number is its own word."""
    does = words.text("helps", card) if words.has("helps", card) else ""
    return does if "+n" in card else ": ".join(filter(None, (words.action(card), does)))
