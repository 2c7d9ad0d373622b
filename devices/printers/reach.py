"""Reaching a label printer: opening it, asking whether it can print, reading its counter. Nothing is printed here.

Called by `devices.printers.raw`. "No" is the exception NotNow, which says why; a printer nobody heard from is never
ready.
"""

from dataclasses import dataclass

from devices.health import Condition
from devices.printers.model import CONDITION_WORDS, Patience
from devices.printers.talk import LabelLanguage, PrinterTalk
from devices.wire import OpenWire, words_for

_MOST_LATE_ANSWERS = 4
"""A printer that was off for an hour did not answer thousands of questions, but it does not keep thousands back."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How a printer stands, found out without printing."""

    condition: Condition
    words: str
    counter: int | None = None


class NotNow(Exception):
    """The printer cannot be used now."""

    def __init__(self, condition: Condition, words: str) -> None:
        self.condition = condition
        self.words = words
        super().__init__(words)


class Reach:
    """The way to one printer."""

    def __init__(self, open_wire: OpenWire, language: LabelLanguage, patience: Patience, *, has_status: bool) -> None:
        self._open_wire = open_wire
        self._language = language
        self._patience = patience
        self._has_status = has_status
        # At the start, too, an answer may be under way: another program may have asked.
        self._owes_answer = True
        self._late_answers = 0

    def missed_answer(self) -> None:
        """A question was not answered in time. Its answer may still come, and then stand for a later one."""
        self._owes_answer = True
        self._late_answers = min(self._late_answers + 1, _MOST_LATE_ANSWERS)

    def take_late_answers(self, talk: PrinterTalk) -> int:
        """How many of the next answers over this wire may have been given before the questions they seem to answer."""
        late, self._late_answers = self._late_answers, 0
        # A connection to the printer itself took them with it when it was closed.
        return 0 if talk.tells_restart else late

    def open(self) -> PrinterTalk:
        """Raises NotNow where it cannot be opened."""
        try:
            talk = PrinterTalk(self._open_wire(), self._language, self._patience)
        except OSError as error:
            raise NotNow(Condition.OFFLINE, words_for(error)) from error
        if self._owes_answer:
            try:
                talk.forget_late_answers()
            except OSError as error:
                talk.close()
                raise NotNow(Condition.OFFLINE, words_for(error)) from error
            self._owes_answer = False
        return talk

    def readiness(self, talk: PrinterTalk) -> int | None:
        """The counter, if any. Raises NotNow unless the printer says that it can print and holds nothing."""
        if self._has_status:
            status = talk.status()
            errors = talk.errors() if status is not None else None
            if status is None or errors is None:
                self.missed_answer()
                raise NotNow(*silence_of(talk))
            fault = status.fault or next(iter(errors), None)
            if fault is not None:
                raise NotNow(fault, CONDITION_WORDS[fault])
            if not status.is_idle:
                raise NotNow(Condition.BUSY, CONDITION_WORDS[Condition.BUSY])
        return self.counter(talk) if self._language.ask_counter else None

    def counter(self, talk: PrinterTalk) -> int:
        """Raises NotNow where it cannot be read; the wire must then be closed."""
        counter = talk.counter()
        if counter is None:
            self.missed_answer()
            condition, _ = silence_of(talk)
            raise NotNow(
                condition, "its label counter cannot be read: set `counter` to what this model has, or to none"
            )
        return counter


def silence_of(talk: PrinterTalk) -> tuple[Condition, str]:
    """What it is called when no whole answer came."""
    condition = Condition.UNREADABLE if talk.heard_garbage else Condition.SILENT
    return condition, CONDITION_WORDS[condition]
