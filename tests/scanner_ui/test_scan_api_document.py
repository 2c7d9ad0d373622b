"""docs/scan-api.md names every field of an answer, every slot of a screen and every command there is."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from scanner_ui.presenter import Presenter
from scanner_ui.words import TRANSLATIONS, words
from wms.kernel.identity import uuid7
from wms.tasks.decision import Outcome
from wms.tasks.model import Reply
from wms.tasks.screen import Prompt, Screen

DOCUMENT = (Path(__file__).parents[2] / "docs" / "scan-api.md").read_text("utf-8")
NAMED = frozenset(re.findall(r"`([\w*+]+)`", DOCUMENT))


def test_every_field_and_slot_and_command_is_named() -> None:
    shows = Presenter(words("en"))
    reply = Reply(uuid7(), Outcome.REFUSED, "", {}, Screen("picking", "scan_item", (), (), Prompt()), datetime.now(UTC))
    answer = shows.reply(reply)
    commands = json.loads((TRANSLATIONS / "en.json").read_text("utf-8"))["actions"]
    assert {*answer, *answer["screen"], *commands} - NAMED == set()
