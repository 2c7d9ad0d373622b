"""The machine that prints a parcel's label once more: its old label, why, a printer, and the new label. Pure.

What has left the building needs a supervisor's badge. Begun by its own card only; at a packing bench the same card
means the label of the parcel that was closed last, see `wms.floor.packing.errands`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from wms.access.model import Capability, Operator
from wms.access.rules import may
from wms.barcodes.model import CodeKind, Command, Scan
from wms.bench.effects import ApplyLabel, PrintCopyAt
from wms.bench.model import Printer
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.shipments.model import Parcel, ParcelState
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, StepResult, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import Prompt

SCAN_PARCEL, SCAN_BADGE, CHOOSE_REASON = "scan_parcel", "scan_badge", "choose_reason"
SCAN_PRINTER, SCAN_LABEL = "scan_printer", "scan_label"

REASONS: Mapping[str, str] = MappingProxyType({"TORN": "torn", "LOST": "lost", "UNREADABLE": "unreadable"})
"""By the command that says it."""


@dataclass(frozen=True, slots=True)
class ReprintPlan:
    """Who prints."""

    may_print_any: bool
    """He may print the label of what has left."""


@dataclass(frozen=True, slots=True)
class ReprintProgress:
    """Which parcel, and what was said so far."""

    parcel_id: UUID = NIL
    parcel: str = ""
    copies: int = 0
    reason: str = ""
    passed_by: str = ""
    printer: str = ""


@dataclass(frozen=True, slots=True)
class LabelSoFar:
    """How the label of a parcel stands."""

    copies: int
    last: str
    """Where the last one was printed, and who wanted it."""
    in_doubt: str
    """What the label that may have come out or not ends in; empty: none."""


class ReprintFacts(Protocol):
    """What reprinting may ask the database."""

    def label_of(self, parcel_id: UUID) -> LabelSoFar: ...

    def trouble_of(self, printer: Printer) -> str:
        """What keeps a printer from work; empty where nothing does."""

    def who(self) -> str:
        """Who wants it: his badge."""

    def question_of_place(self, parcel: Parcel) -> Note | None:
        """What a rule has asked about where the label of the parcel is; None where no rule asks."""


ReprintWork = Work[ReprintPlan, ReprintProgress]
ReprintResult = StepResult[ReprintPlan, ReprintProgress]

reprint: Workflow[ReprintPlan, ReprintProgress, ReprintFacts] = Workflow(
    "reprint", ReprintPlan, ReprintProgress, by_card_only=True
)


def prompt(work: ReprintWork) -> Prompt:
    return Prompt(item=work.progress.parcel, place=work.progress.printer)


@reprint.step(
    SCAN_PARCEL, expects=(CodeKind.PARCEL,), leads_to=(SCAN_BADGE, CHOOSE_REASON), prompt=prompt, needs_server=True
)
def scan_parcel(work: ReprintWork, scan: Scan, facts: ReprintFacts) -> ReprintResult:
    """Its old label or, where nothing of it can be read, its number typed: what was printed so far is said."""
    parcel = scan.value
    assert isinstance(parcel, Parcel)
    if parcel.why_void is not None:
        # Of two labels on a box the wrong one: the next scan may be the right one.
        said = Note(parcel.why_void.code, parcel.why_void.details)
        return Decision(SCAN_PARCEL, work.progress, said, (), Outcome.REFUSED)
    label = facts.label_of(parcel.id)
    if not label.copies:
        return Refusal("label_not_ready", {"parcel": parcel.tracking_no})
    progress = ReprintProgress(parcel.id, parcel.tracking_no, label.copies)
    if parcel.state is ParcelState.DISPATCHED and not work.plan.may_print_any:
        left = {"parcel": parcel.tracking_no, "at": parcel.dispatched_at.isoformat() if parcel.dispatched_at else ""}
        return Decision(SCAN_BADGE, progress, Note("reprint_needs_supervisor", left))
    return Decision(CHOOSE_REASON, progress, _so_far(progress, label))


def _so_far(progress: ReprintProgress, label: LabelSoFar) -> Note:
    return Note("printed_so_far", {"parcel": progress.parcel, "n": label.copies, "last": label.last})


@reprint.step(SCAN_BADGE, expects=(CodeKind.OPERATOR,), leads_to=(CHOOSE_REASON,), prompt=prompt, needs_server=True)
def scan_badge(work: ReprintWork, scan: Scan, facts: ReprintFacts) -> ReprintResult:
    """The parcel is on the road: a supervisor answers for a second label of it."""
    by = scan.value
    assert isinstance(by, Operator)
    if not may(by.role, Capability.SEE_BOARD):
        return Refusal("supervisor_needed", {"got": by.name})
    progress = replace(work.progress, passed_by=by.badge)
    return Decision(CHOOSE_REASON, progress, _so_far(progress, facts.label_of(progress.parcel_id)))


@reprint.step(CHOOSE_REASON, expects=(), leads_to=(), prompt=prompt, needs_server=True)
def choose_reason(work: ReprintWork, scan: Scan, facts: ReprintFacts) -> ReprintResult:
    """Nothing but one of the reasons is taken here."""
    raise AssertionError("a step that expects nothing is given nothing")


def say_why(work: ReprintWork, scan: Scan, facts: ReprintFacts) -> ReprintResult:
    """The reason stays with the copy."""
    assert isinstance(scan.value, Command)
    progress = replace(work.progress, reason=REASONS[scan.value.verb])
    return Decision(SCAN_PRINTER, progress, Note("which_printer", {"parcel": progress.parcel}))


for _verb in REASONS:
    reprint.command(_verb, at=(CHOOSE_REASON,), leads_to=(SCAN_PRINTER,))(say_why)


@reprint.step(SCAN_PRINTER, expects=(CodeKind.PRINTER,), leads_to=(SCAN_LABEL,), prompt=prompt, needs_server=True)
def scan_printer(work: ReprintWork, scan: Scan, facts: ReprintFacts) -> ReprintResult:
    """Any printer that is well; a label that nobody knows of whether it came out is looked for first."""
    printer = scan.value
    assert isinstance(printer, Printer)
    named = {"printer": printer.name, "place": printer.bench}
    trouble = facts.trouble_of(printer)
    if trouble:
        return Refusal("printer_in_trouble", {**named, "why": f"cond_{trouble}"})
    label = facts.label_of(work.progress.parcel_id)
    if label.in_doubt and not scan.confirmed:
        return Confirm("confirm_moved_not_printed", {**named, "tail": label.in_doubt})
    by = f"{facts.who()} ({work.progress.passed_by})" if work.progress.passed_by else facts.who()
    progress = replace(work.progress, printer=printer.name)
    effect = PrintCopyAt(
        progress.parcel_id, printer.bench, printer.name, progress.reason, by, not_printed=bool(label.in_doubt)
    )
    note = Note("copy_prints", {**named, "parcel": progress.parcel})
    return Decision(SCAN_LABEL, progress, note, (effect,))


@reprint.step(SCAN_LABEL, expects=(CodeKind.PARCEL,), leads_to=(DONE,), prompt=prompt, needs_server=True)
def scan_label(work: ReprintWork, scan: Scan, facts: ReprintFacts) -> ReprintResult:
    """The new label, from the parcel it was stuck on. Where a rule gives it a place, the first scan asks."""
    parcel = scan.value
    assert isinstance(parcel, Parcel)
    if parcel.id != work.progress.parcel_id:
        return Refusal("label_of_another", {"got": parcel.tracking_no, "want": work.progress.parcel})
    if parcel.why_void is not None:
        return parcel.why_void
    question = facts.question_of_place(parcel)
    if question is not None and not scan.confirmed:
        return Confirm(question.code, question.details)
    note = Note("copy_applied", {"parcel": work.progress.parcel})
    return Decision(DONE, work.progress, note, (ApplyLabel(parcel.id),), Outcome.COMPLETED)


@reprint.command("REPRINT", at=(SCAN_LABEL,), leads_to=(SCAN_PRINTER,))
def print_again(work: ReprintWork, scan: Scan, facts: ReprintFacts) -> ReprintResult:
    """It did not come, or came badly: at which printer then?"""
    return Decision(SCAN_PRINTER, work.progress, Note("which_printer", {"parcel": work.progress.parcel}))


@reprint.ends_on("parcel_cancelled")
def opened_again(work: ReprintWork) -> tuple[Effect, ...]:
    """It was opened again: there is no label to print, and none to wait for."""
    return ()


@reprint.puts_back
def nothing_happened(work: ReprintWork) -> tuple[Effect, ...]:
    """Nothing is written before the printer is scanned."""
    return ()
