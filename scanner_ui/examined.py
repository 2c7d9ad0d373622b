"""What the barcode doctor found, in the words of one operator: rows under headings. Pure.

Called by the handheld's "why?" and by the office's doctor page. The shape is that of `scanner_ui.portraits`, so that
one part of the page draws both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner_ui.words import Words
from wms.barcodes.doctor import verdict_of
from wms.barcodes.examination import Examination, TaughtReading, Tried, Why
from wms.barcodes.gs1 import ReadElement
from wms.kernel.refusal import Refusal

Json = dict[str, Any]

TEACHABLE = frozenset({"unknown_code", "bad_code"})
"""Refusals of which a supervisor can make an acceptance by teaching a pattern."""


@dataclass(frozen=True, slots=True)
class Doctor:
    """Speaks one language."""

    words: Words

    def sheet(self, found: Examination, refused: Refusal | None = None) -> Json:
        """Everything, for a screen. `refused` is what was said to the scan: a good code may still be the wrong one."""
        verdict = verdict_of(found.verdict) or refused
        sentence = self.words.sentence(verdict.code, verdict.details) if verdict is not None else None
        return {
            "title": self._word("title"),
            "name": found.text or found.shown,
            "tone": "go" if sentence is None else "stop",
            "said": sentence.title if sentence else self._word("would_be_taken"),
            "next": sentence.next if sentence else "",
            "sections": [section for section in self._sections(found) if section["rows"]],
            "teach": verdict is not None and verdict.code in TEACHABLE,
        }

    def _sections(self, found: Examination) -> Iterator[Json]:
        yield {"heading": self._word("code"), "rows": list(self._code(found))}
        yield {"heading": self._word("parts"), "rows": list(self._parts(found))}
        yield {"heading": self._word("tried"), "rows": [self._tried(each) for each in found.tried]}
        yield {"heading": self._word("patterns"), "rows": [self._reading(each) for each in found.readings]}

    def _code(self, found: Examination) -> Iterator[Json]:
        yield _row(self._word("code"), found.shown)
        if found.text and found.text != found.raw:
            yield _row(self._word("read_as"), found.text)
        symbology = self.words.text("symbologies", found.symbology) if found.symbology else ""
        shown = f"{found.aim} {symbology}" if symbology else self._word("symbology_unknown")
        yield _row(self._word("symbology"), shown)
        if found.check:
            is_right = found.check == "right"
            said = self._word(f"check_{found.check}", got=found.wanted_digit, want=found.wanted_digit)
            yield _row(self._word("check_digit"), said, "go" if is_right else "stop")
        for sign in found.signs:
            yield _row(self._word("seen"), self.words.text("signs", sign.what, sign.details))

    def _parts(self, found: Examination) -> Iterator[Json]:
        for element in found.elements:
            yield self._element(element)
        if found.unreadable:
            yield _row(self._word("unreadable"), found.unreadable, "stop")

    def _element(self, element: ReadElement) -> Json:
        key = element.identifier if self.words.has("gs1_names", element.identifier) else "other"
        name = self.words.text("gs1_names", key, {"name": element.name})
        label = self._word("part", identifier=element.identifier, name=name)
        if element.check == "wrong":
            return _row(label, f"{element.value} – {self._word('check_wrong', want=element.wanted)}", "stop")
        if not element.is_day:
            return _row(label, f"{element.value} – {self._word('no_such_day')}", "stop")
        right = f" – {self._word('check_right', got=element.wanted)}" if element.check else ""
        return _row(label, element.value + right)

    def _tried(self, tried: Tried) -> Json:
        label = self.words.kind(tried.kind)
        if tried.was_asked_for:
            label = f"{label} ({self._word('asked_for')})"
        details = dict(tried.details)
        if tried.refusal is not None:
            details["said"] = self.words.sentence(tried.refusal.code, tried.refusal.details).title
        tone = "go" if tried.why in (Why.IS, Why.SEVERAL) else "stop" if tried.refusal is not None else ""
        return _row(label, self.words.text("whys", tried.why, details), tone)

    def _reading(self, reading: TaughtReading) -> Json:
        details = {
            "product": reading.product,
            "lot": reading.lot,
            "count": reading.count,
            "expires_on": reading.expires_on.isoformat() if reading.expires_on else "",
            "serial": reading.serial,
        }
        names = (
            self._word("pattern_names", names=", ".join(reading.names))
            if reading.names
            else self._word("pattern_names_nothing")
        )
        label = self._word("pattern", supplier=reading.supplier, template=reading.template)
        text = f"{self.words.text('doctor', 'pattern_reads', details)}. {names}"
        return _row(label, text, "go" if reading.names else "stop")

    def _word(self, key: str, **details: str | int | None) -> str:
        return self.words.text("doctor", key, details)


def _row(label: str, text: str, tone: str = "") -> Json:
    return {"label": label, "text": text, "tone": tone, "when": ""}
