"""What a code turned out to be, in the words of one operator: rows under headings. Pure.

Called by the look-up of the handheld. The shape, SHEET in docs/scan-api.md, is that of `scanner_ui.examined` too.
"""

from dataclasses import dataclass
from typing import Any

from scanner_ui.words import Words
from wms.barcodes.portrait import Line, Moment, Portrait

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Painter:
    """Speaks one language."""

    words: Words

    def sheet(self, portrait: Portrait) -> Json:
        """Everything about the thing, for a screen."""
        waits = [self._row(line) for line in portrait.waits_for]
        sections = [
            self._section("facts", [self._row(line) for line in portrait.facts]),
            self._section("where", [self._row(line) for line in portrait.where]),
            self._section("waits_for", waits),
            self._section("life", [self._moment(moment) for moment in portrait.life]),
        ]
        return {
            "title": self.words.kind(portrait.kind),
            "name": portrait.name,
            "tone": next((row["tone"] for row in waits if row["tone"]), ""),
            "said": portrait.what,
            "next": "",
            "sections": [section for section in sections if section["rows"]],
            "teach": False,
        }

    def _section(self, heading: str, rows: list[Json]) -> Json:
        return {"heading": self.words.text("portraits", heading), "rows": rows}

    def _row(self, line: Line) -> Json:
        return {"label": "", "text": self._text(line), "tone": line.tone, "when": ""}

    def _moment(self, moment: Moment) -> Json:
        when = self.words.text("portraits", "at", {"at": moment.at.isoformat()})
        return {"label": moment.who, "text": self._text(moment.line), "tone": moment.line.tone, "when": when}

    def _text(self, line: Line) -> str:
        if line.is_sentence:
            sentence = self.words.sentence(line.code, line.details)
            return f"{sentence.title} {sentence.next}"
        return self.words.text("portraits", line.code, line.details)
