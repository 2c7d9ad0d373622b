"""Codes, moments and failures in the words of the office. Pure. Called by the templates through `pages`.

English only so far; codes that the floor knows as well are said in the handheld's words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from scanner_ui.words import words

_STAGES: Mapping[str, str] = {
    "new": "new",
    "allocated": "to pick",
    "picking": "picking",
    "picked": "to pack",
    "packing": "packing",
    "packed": "packed",
    "dispatched": "left",
    "short": "short",
    "cancelled": "cancelled",
    "caged": "in a cage",
    "staged": "on a lane",
    "wrong_item": "wrong item",
    "wrong_box": "wrong box",
    "damaged": "damaged",
    "not_wanted": "not wanted any more",
    "opening": "Open again",
    "pending": "not sent yet",
    "submitted": "declared",
    "accepted": "accepted",
    "under_inspection": "inspection",
    "detained": "detained",
    "released": "released",
    "closed": "closed",
    "rejected": "rejected",
    "returned": "sent back",
    "receiving": "Receive",
    "putaway": "Put away",
    "dispatch": "Dispatch",
    "stage": "receiving stage",
    "pick": "pick shelf",
    "reserve": "reserve",
    "buffer": "picked goods",
    "bench": "pack bench",
    "lane": "dispatch lane",
    "cage": "hold cage",
    "dock": "dock",
    "problem": "problem place",
    "waiting": "waiting",
    "missing": "missing",
    "taken": "with the port",
    "refused": "refused",
    "bench_away": "away",
    "label_in_doubt": "label in doubt",
    "order_refused": "order refused",
    "payment_refused": "payment slip refused",
    "logistics_refused": "waybill refused",
}

_WORKFLOWS = ("receiving", "putaway", "picking", "cart", "packing", "opening", "dispatch", "cage")

_TOPICS: Mapping[str, str] = {
    "label.print": "Print a parcel label",
    "label.bench": "Make a parcel label for its bench",
    "paper.bench": "Make a packing list for its bench",
    "carrier.amend": "Tell a carrier what a parcel really weighs",
    "carrier.book": "Ask a carrier for a waybill",
    "carrier.label": "Fetch a carrier's label",
    "carrier.manifest": "Write a carrier's list of a load",
    "carrier.track": "Ask where a parcel is",
    "carrier.signed": "Tell customs that a parcel was signed for",
    "orders.taken": "Check a new order's papers",
    "customs.slip": "Check what a payment slip is for",
    "customs.pack": "Sign documents for customs",
    "customs.transmit": "Send a message to customs",
    "customs.pass": "Ask for an exit pass",
    "customs.read": "Read a receipt",
}

_ATTENTION = frozenset(
    {
        *("caged", "under_inspection", "detained", "rejected", "returned", "cancelled", "short", "missing"),
        *("refused", "order_refused", "payment_refused", "logistics_refused"),
    }
)

SAID: Mapping[str, str] = {
    "waybill_given": "Given to this carrier. What the first one may have booked is taken back.",
    "waybill_asked_again": "The carrier is asked once more.",
    "waybill_taken_back": "Being taken back.",
    "waybill_moved_on": "Somebody was faster: this waybill is no longer what the page showed.",
    "waybill_on_parcel": "Nothing was changed: the number is on a parcel, and customs were told it.",
    "waybill_settled": "Written down. With a number the parcel can be packed; without one the next rule is asked.",
    "waybill_settle_first": "Nothing was changed: say first whether the carrier's portal shows that it was bought.",
    "waybill_bad_number": "Nothing was changed: a number has 6 to 40 capitals and digits, and a label is a PDF.",
    "waybill_number_taken": "Nothing was changed: another order of this carrier has that number.",
    "waybill_no_account": "Nothing was changed: there is no such carrier, or it is switched off.",
    "booked": "Booked.",
    "book_kind": "This cannot be booked by hand: goods go out by release and exit, the opening comes from a file.",
    "book_units": "Nothing was booked: units must be a whole number above 0; only a correction may be negative.",
    "book_document": "Nothing was booked: name the paper, in at most 60 characters.",
    "book_record": "Nothing was booked: no product carries this article record number.",
    "book_twice": "Nothing was booked: this paper is in the book already.",
    "pattern_taught": "Taught. From now on every handheld reads this supplier's codes.",
    "pattern_switched_off": "Switched off. It stays on record.",
    "pattern_needs_supplier": "Nothing was taught: say whose codes these are.",
    "pattern_misses_example": "Nothing was taught: the pattern does not read its own example.",
    "pattern_in_force": "Nothing was taught: this pattern is in force already.",
    "pattern_not_in_force": "Somebody was faster: this pattern is switched off already.",
    "bad_pattern": "Nothing was taught: the parts do not make a pattern. Mark them again.",
    "case_discarded": "Settled: nothing of it was booked.",
    "case_reopened": "Settled: the task is open to whoever comes next, as the books have it.",
    "case_counted": "Settled: the books say what was found.",
    "case_settled": "Somebody was faster: this one is settled already.",
    "case_task_done": "Nothing was changed: the task is done, so there is nothing left of it to do again.",
    "case_not_counted": "Nothing was booked: type a whole number for every place.",
    "case_stock_moved": "Nothing was booked: stock has moved there meanwhile. Look again, and count again.",
    "case_promised": "Nothing was booked: fewer were found than are promised to orders. Let a picker scan SHORT first.",
    "task_taken_from": "The task is taken away. Whoever comes next goes on with it.",
    "lease_ended": "Somebody was faster: nobody has this task any more.",
    "retried": "Sent back to work. It is tried again in a moment.",
    "message_not_parked": "Somebody was faster: this message is not parked any more.",
    "unlocked": "The badge is unlocked.",
    "bad_badge": "There is no such badge any more.",
    "label_moved": "It is printed there as soon as this printer has given it back.",
    "label_may_come_out": "Nothing was changed: its printer may still hold it, and it would come out twice.",
    "label_of_vendor": "Nothing was changed: only its platform's own program can print this label.",
    "label_underway": "Nothing was ordered: the last copy is still on its way at its bench.",
    "label_doubtful": "Nothing was ordered: somebody at the bench has to say first whether the last copy came out.",
    "no_such_printer": "Nothing was changed: that bench has no such printer for this kind of label.",
    "unknown_label_job": "There is no such label any more.",
    "reprinted": "The copy is on its way to the printer.",
    "reprinted_held": "The copy is on its way to the printer. The parcel is not released: it goes into a cage.",
    "asked_before": "This copy was asked for before; it is not printed twice.",
    "parcel_not_known": "There is no such parcel.",
    "label_not_ready": "The label is not made yet. Try again in a moment.",
    "parcel_cancelled": "This parcel was opened again; it gets no further label.",
    "copy_out_of_turn": "Somebody was faster. Look at the number of copies and ask again.",
}
"""What is shown on the page after a button, by the code in its address."""

_CLASS_IN_FRONT = re.compile(r"^(?P<name>[A-Za-z_.]+): (?P<rest>.*)$", re.DOTALL)
_REFUSAL = re.compile(r"^(?P<code>[a-z_]+)(?: \((?P<details>.*)\))?$", re.DOTALL)
_DETAIL = re.compile(r"(\w+)=(.*?)(?=, \w+=|$)", re.DOTALL)
_ERRNO = re.compile(r"^\[Errno \d+\] ")
_EXPECTED = frozenset(
    {
        *("LabelError", "PressError", "BadInput", "Conflict", "Busy", "NotAllowed"),
        *("InDoubt", "NotReached", "LeftAlone", "ManifestDiffers"),
    }
)
"""Errors of ours whose text was written for people."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something failed: a sentence, what to do, and what exactly was said, for whoever mends it."""

    sentence: str
    next_step: str
    exactly: str


def word(code: object) -> str:
    """A state, stage, step or kind in words."""
    text = "" if code is None else str(code)
    return _STAGES.get(text, text.replace("_", " "))


def needs_attention(code: object) -> bool:
    """Whether this state is one that somebody has to look at."""
    return str(code) in _ATTENTION


def work(workflow: str) -> str:
    """What a workflow is called on the floor."""
    return words("en").workflow(workflow) if workflow in _WORKFLOWS else word(workflow)


def book_event(event: str) -> str:
    """What a line of the bonded book was booked for."""
    kind, _, rest = event.partition(":")
    said = {
        "opening": "goods that lay here when the book was opened",
        "document": "a delivery or an order",
        "parcel": "a parcel that left",
        "movement": "a single movement",
        "paper": f"paper {rest}",
    }
    return said.get(kind, event)


def topic(name: str) -> str:
    """What a message does."""
    return _TOPICS.get(name, name.replace(".", ": ").replace("_", " "))


def failure(last_error: str | None) -> Failure:
    """The last error of a message as a person reads it."""
    exactly = last_error or ""
    found = _CLASS_IN_FRONT.match(exactly)
    name, rest = (found["name"], found["rest"]) if found else ("", exactly)
    if name == "Refused" and (refusal := _REFUSAL.match(rest)):
        details = dict(_DETAIL.findall(refusal["details"] or ""))
        sentence = words("en").sentence(refusal["code"], details)
        return Failure(sentence.title, "Correct the data, then retry.", exactly)
    if name == "LabelError":
        return Failure(
            f"The label cannot be made: {rest}.".replace("..", "."), "Correct the data, then retry.", exactly
        )
    if name == "PressError":
        return Failure(f"{rest[:1].upper()}{rest[1:]}.".replace("..", "."), "Retry.", exactly)
    if name in _EXPECTED:
        return Failure(rest, "Retry.", exactly)
    if name.endswith("OSError") or _ERRNO.match(rest):
        return Failure(f"The computer said: {_ERRNO.sub('', rest)}.", "Mend that, then retry.", exactly)
    if not exactly:
        return Failure("Nothing was said.", "Retry.", "")
    return Failure("A fault of the service.", "Tell your administrator, with the text below.", exactly)


def moment(value: datetime | None, zone: tzinfo, today: date) -> str:
    """A moment on the warehouse's clock; the day stands before it where it is not today."""
    if value is None:
        return ""
    local = value.astimezone(zone)
    return local.strftime("%H:%M") if local.date() == today else local.strftime("%d %b %H:%M")


def kilograms(grams: int | None) -> str:
    return "" if grams is None else f"{grams // 1000}.{grams % 1000:03d}\u202fkg"


def thousands(number: int | None) -> str:
    """A whole number with thin spaces between its thousands."""
    return "" if number is None else f"{number:,}".replace(",", "\u202f")
