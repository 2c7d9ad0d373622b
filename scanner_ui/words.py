"""Words for values: codes, steps, commands and kinds become sentences in the operator's language.

The presenter calls it for every answer, the templates for the page's own texts. One JSON file per language in
`translations/`; adding a code is one line in each of them. A language file is checked against English by the tests,
which also look for refusal codes in the source that have no sentence.

Invariants: no key is ever shown as if it were a sentence in tests (`strict` raises MissingWords). On the floor a
missing sentence must not stop a picker whose scan is already booked: then the code itself is shown, with "call your
supervisor", and the gap is logged.
"""

import json
import logging
import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

DEFAULT_LANGUAGE = "en"
TRANSLATIONS = Path(__file__).parent / "translations"

_log = logging.getLogger(__name__)
# `{place}` as it is; `{got:kinds}` a key of that section, or several with commas; `{code:tail}` the last characters;
# `{since:when}` a moment in ISO 8601, shown in the warehouse's time.
_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")
_WHOLE = re.compile(r"([\w*]+(?:-[\w*]+)+|…\w+)", re.ASCII)
_TAIL_LENGTH = 4
_NUMBERED_COMMAND = re.compile(r"^(\*[A-Z]+\+)(\d+)(\*)$")
_SAID_BY_THE_BENCH = ("bench_held", "bench_not_known", "bench_first", "bench_waits")
# Said by the page itself, without the server: they travel with the page in every language it can switch to.
_SAID_BY_THE_PAGE = (
    "same_scan_ignored", "waiting_here", "not_booked", "cannot_check", "gate_answer_late", "sign_in_again",
    "busy_try_again", "bad_badge", "bad_pin", "locked_out", "no_connection_sign_in", "others_waiting",
    "typed_and_scanned", "code_too_long", "weighed_by_scale", "needs_connection", "help_offline", "not_saved",
    "corrected", "corrected_case", "undone_here", "other_window", "no_connection_tries", "still_waiting",
    "ask_next", "asked_here", "passed_here", "put_off_here", "go_on_here", "task_resumed", "at_home",
    "look_up_needs_connection", "language_needs_connection", "changed_here", "not_loaded", "camera_denied",
    "camera_missing",
)  # fmt: skip
# Said by the server alone, drawn once or filled: the page need not carry them.
_SAID_BY_THE_SERVER = frozenset({
    "name", "ready", "more", "of", "counted", "gate_since", "gate_put", "gate_fetch", "waits_for_exit_pass",
    "waits_for_exit_pass_confirmed", "waits_for_exit_pass_refused", "what_customs_said", "holds", "to_mend",
    "explained_since", "call_supervisor", "packs", "packs_and_rest", "no_work_waits", "next_by_scan",
    "go_on_with", "next_lines", "next_due", "scan_now",
})  # fmt: skip

Detail = str | int | None


class MissingWords(LookupError):
    """A translation lacks a key, or a sentence lacks a value it needs."""


class Sentence(NamedTuple):
    """What happened, and what to do now."""

    title: str
    next: str


class StepWords(NamedTuple):
    """The words around one step: the workflow's name for the top line, and the one thing to scan."""

    title: str
    expect: str


def languages() -> tuple[str, ...]:
    """The languages there is a translation for; the default one first."""
    found = sorted(path.stem for path in TRANSLATIONS.glob("*.json"))
    return (DEFAULT_LANGUAGE, *(language for language in found if language != DEFAULT_LANGUAGE))


@cache
def words(language: str, *, zone: tzinfo | None = None, strict: bool = False) -> "Words":
    """The words of a language; those of the default language for one we do not speak.

    Moments are shown in `zone`, by default in the time zone of this computer.
    """
    known = language if language in languages() else DEFAULT_LANGUAGE
    return Words(known, _table(known), zone=zone, strict=strict)


@cache
def _table(language: str) -> Mapping[str, Mapping[str, Any]]:
    table: Mapping[str, Mapping[str, Any]] = json.loads((TRANSLATIONS / f"{language}.json").read_text("utf-8"))
    return table


class Words:
    """All words of one language. Stateless; get it through `words(language)`."""

    def __init__(
        self, language: str, table: Mapping[str, Mapping[str, Any]], *, zone: tzinfo | None, strict: bool
    ) -> None:
        self.language = language
        self._table = table
        self._zone = zone
        self._strict = strict

    def sentence(self, code: str, details: Mapping[str, Detail] | None = None) -> Sentence:
        """What to say for a refusal, a question or an acceptance, and the next step."""
        title, next_step = self._find("sentences", code) or (code, self.page("call_supervisor"))
        return Sentence(self._filled(title, details, code), self._filled(next_step, details, code))

    def step(self, workflow: str, step: str, details: Mapping[str, Detail] | None = None) -> StepWords:
        """The labels of a step: `step("picking", "scan_place", {"place": "A-03-12-B"})`. An empty value is left out."""
        key = f"{workflow}.{step}"
        expect = self._filled(self._text("steps", key), details, key, empty="")
        return StepWords(self.workflow(workflow), expect.rstrip(" …"))

    def workflow(self, workflow: str) -> str:
        """What a workflow is called on the floor."""
        return self._text("workflows", workflow)

    def action(self, command: str) -> str:
        """The label of a command card or button: `*SHORT*`, `*QTY+10*`."""
        numbered = _NUMBERED_COMMAND.match(command)
        if numbered is None:
            return self._text("actions", command)
        return self._filled(self._text("actions", f"{numbered[1]}n{numbered[3]}"), {"n": numbered[2]}, command)

    def commands(self) -> list[str]:
        """Every command there is, in the order of its words; one that takes a number ends in `+n*`."""
        return list(self._table["actions"])

    def kind(self, kind: str) -> str:
        """What kind of thing a code is: place, item, tote."""
        return self._text("kinds", kind)

    def unit(self, unit: str) -> str:
        """A pack level: each, inner, case."""
        return self._text("units", unit)

    def fact(self, fact: str) -> str:
        """The label of a small fact beside the goods: lot, best before."""
        return self._text("facts", fact)

    def text(self, section: str, key: str, details: Mapping[str, Detail] | None = None) -> str:
        """A text of a section that has no name of its own here, filled."""
        return self._filled(self._text(section, key), details, key)

    @staticmethod
    def for_the_bench() -> dict[str, dict[str, Any]]:
        """The same for the page of a packing bench, which has words of its own besides."""
        return {
            language: {
                **_table(language)["page"],
                **_table(language)["bench"],
                "sentences": {
                    code: _table(language)["sentences"][code] for code in (*_SAID_BY_THE_PAGE, *_SAID_BY_THE_BENCH)
                },
            }
            for language in languages()
        }

    def has(self, section: str, key: str) -> bool:
        """Whether a section has the key, where what it names comes from outside."""
        return key in self._table[section]

    def page(self, key: str, details: Mapping[str, Detail] | None = None) -> str:
        """One of the page's own texts."""
        return self._filled(self._text("page", key), details, key)

    @staticmethod
    def pieces(text: str) -> list[str]:
        """A sentence cut for the page; every second piece is a code that must not be broken at its hyphens."""
        return _WHOLE.split(text)

    def placeholders(self, code: str) -> frozenset[str]:
        """The details the sentence of a code asks for."""
        return frozenset(
            match[1] for part in self._find("sentences", code) or () for match in _PLACEHOLDER.finditer(part)
        )

    def for_the_page(self) -> dict[str, dict[str, Any]]:
        """What the page says by itself, in every language: it follows the operator without being loaded again."""
        return {
            language: {
                **{key: text for key, text in _table(language)["page"].items() if key not in _SAID_BY_THE_SERVER},
                "sentences": {code: _table(language)["sentences"][code] for code in _SAID_BY_THE_PAGE},
            }
            for language in languages()
        }

    def _text(self, section: str, key: str) -> str:
        return str(self._find(section, key) or key)

    def _find(self, section: str, key: str) -> Any:
        found = self._table[section].get(key)
        if found is None:
            self._miss(f"{section} has no {key!r}")
        return found

    def _filled(self, text: str, details: Mapping[str, Detail] | None, key: str, *, empty: str = "–") -> str:
        """`text` with its {braces} filled; `empty` stands for a value nobody gave."""
        given = details or {}

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name not in given:
                self._miss(f"{key!r} needs a value for {name!r}")
            found = given.get(name)
            if found is None or found == "":
                return empty
            return self._shown(str(found), match[2])

        return _PLACEHOLDER.sub(value, text)

    def _shown(self, value: str, shown_as: str | None) -> str:
        if shown_as is None:
            return value
        if shown_as == "tail":
            return value[-_TAIL_LENGTH:]
        if shown_as == "when":
            return self._moment(value)
        section = self._table[shown_as]
        # A code such as TOT-7 may stand where a kind may: it is shown as it is.
        return " / ".join(str(section.get(part, part)) for part in value.split(","))

    def _moment(self, value: str) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value  # the caller has put it into words already
        return self._said(moment.astimezone(self._zone)) if moment.tzinfo else value

    def _said(self, moment: datetime) -> str:
        """A moment as people of this language write it: 23 Nov 09:12, 11月23日 09:12."""
        month = self._text("moments", "months").split()[moment.month - 1]
        given = {"day": str(moment.day), "month": month, "time": f"{moment:%H:%M}"}
        return self._filled(self._text("moments", "shown"), given, "moments.shown")

    def _miss(self, what: str) -> None:
        message = f"translation {self.language}: {what}"
        if self._strict:
            raise MissingWords(message)
        _log.error(message)
