"""The machine that opens a closed parcel again: its label twice, a supervisor's badge where needed, why, a tote. Pure.

The packer opens what stands at his bench and bears no proven label; all else needs a supervisor. Nothing is written
before the last scan. Begun by its own card only.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from wms.access.model import Capability, Operator
from wms.access.rules import may
from wms.barcodes.model import CodeKind, Command, Scan
from wms.containers.model import Container
from wms.floor.packing.opening.rules import REASONS, ClosedParcel, opened_into, tote_refusal, why_not
from wms.kernel.effect import Effect
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.shipments.model import Parcel
from wms.shipments.voids import VoidReason
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, StepResult, Work
from wms.tasks.machine import Workflow
from wms.tasks.screen import Prompt

SCAN_PARCEL, SCAN_BADGE, CHOOSE_REASON, SCAN_TOTE = "scan_parcel", "scan_badge", "choose_reason", "scan_tote"


@dataclass(frozen=True, slots=True)
class OpeningPlan:
    """Who opens."""

    may_open_any: bool
    """He may open what is not at his bench any more."""


@dataclass(frozen=True, slots=True)
class OpeningProgress:
    """Which parcel, and what was said of it so far."""

    parcel_id: UUID = NIL
    parcel: str = ""
    order_number: str = ""
    passed_by: str = ""
    reason: str = ""
    rest_in: str = ""


class OpeningFacts(Protocol):
    """What opening may ask the database."""

    def closed(self, parcel_id: UUID) -> ClosedParcel:
        """The parcel as it stands now."""

    def parcel_of(self, order: object) -> Parcel | Refusal:
        """The one parcel of a scanned order; refuses `order_without_parcel`, `parcel_to_name` where it has several."""

    def who(self) -> UUID: ...


OpeningWork = Work[OpeningPlan, OpeningProgress]
OpeningResult = StepResult[OpeningPlan, OpeningProgress]

opening: Workflow[OpeningPlan, OpeningProgress, OpeningFacts] = Workflow(
    "opening", OpeningPlan, OpeningProgress, by_card_only=True
)


def prompt(work: OpeningWork) -> Prompt:
    return Prompt(document=work.progress.order_number, item=work.progress.parcel)


def prompt_tote(work: OpeningWork) -> Prompt:
    return replace(prompt(work), container=work.progress.rest_in)


@opening.step(
    SCAN_PARCEL,
    expects=(CodeKind.PARCEL, CodeKind.ORDER),
    leads_to=(SCAN_BADGE, CHOOSE_REASON),
    prompt=prompt,
    needs_server=True,
)
def scan_parcel(work: OpeningWork, scan: Scan, facts: OpeningFacts) -> OpeningResult:
    """Its label, whatever is left of it; where that is gone, its number or its order's, typed or scanned."""
    parcel = scan.value if isinstance(scan.value, Parcel) else facts.parcel_of(scan.value)
    if isinstance(parcel, Refusal):
        return parcel
    closed = facts.closed(parcel.id)
    refusal = _still_packed(closed) or why_not(closed)
    if refusal is not None:
        return refusal
    details = {"parcel": parcel.tracking_no, "order": closed.order_number}
    if not scan.confirmed:
        return Confirm("confirm_open_again", details)
    progress = OpeningProgress(parcel.id, parcel.tracking_no, closed.order_number, rest_in=closed.rest_in)
    if _needs_badge(work, closed):
        return Decision(SCAN_BADGE, progress, Note("opening_needs_supervisor", details))
    return Decision(CHOOSE_REASON, progress, Note("why_opened", details))


def _needs_badge(work: OpeningWork, closed: ClosedParcel) -> bool:
    return not (closed.is_at_bench or work.plan.may_open_any or work.progress.passed_by)


def _still_packed(closed: ClosedParcel) -> Refusal | None:
    if not closed.is_in_packing or closed.parcel.why_gone is not None:
        return None
    return Refusal("order_still_packed", {"order": closed.order_number, "parcel": closed.parcel.tracking_no})


@opening.step(SCAN_BADGE, expects=(CodeKind.OPERATOR,), leads_to=(CHOOSE_REASON,), prompt=prompt, needs_server=True)
def scan_badge(work: OpeningWork, scan: Scan, facts: OpeningFacts) -> OpeningResult:
    """The label was proven, or the parcel has left the bench: a supervisor answers for it."""
    by = scan.value
    assert isinstance(by, Operator)
    if not may(by.role, Capability.OPEN_PARCEL):
        return Refusal("supervisor_needed", {"got": by.name})
    details = {"parcel": work.progress.parcel, "order": work.progress.order_number}
    return Decision(CHOOSE_REASON, replace(work.progress, passed_by=by.badge), Note("why_opened", details))


@opening.step(CHOOSE_REASON, expects=(), leads_to=(), prompt=prompt, needs_server=True)
def choose_reason(work: OpeningWork, scan: Scan, facts: OpeningFacts) -> OpeningResult:
    """Nothing but one of the reasons is taken here."""
    raise AssertionError("a step that expects nothing is given nothing")


def say_why(work: OpeningWork, scan: Scan, facts: OpeningFacts) -> OpeningResult:
    """The reason stays with the parcel."""
    assert isinstance(scan.value, Command)
    details = {"order": work.progress.order_number, "parcel": work.progress.parcel}
    progress = replace(work.progress, reason=REASONS[scan.value.verb].value)
    return Decision(SCAN_TOTE, progress, Note("goods_into_tote", details))


for _verb in REASONS:
    opening.command(_verb, at=(CHOOSE_REASON,), leads_to=(SCAN_TOTE,))(say_why)


@opening.step(
    SCAN_TOTE, expects=(CodeKind.CONTAINER,), leads_to=(SCAN_BADGE, DONE), prompt=prompt_tote, needs_server=True
)
def scan_tote(work: OpeningWork, scan: Scan, facts: OpeningFacts) -> OpeningResult:
    """The tote that the goods were put into: with this scan all of it happens, or nothing does."""
    tote = scan.value
    assert isinstance(tote, Container)
    closed = facts.closed(work.progress.parcel_id)
    refusal = _still_packed(closed) or why_not(closed) or tote_refusal(closed, tote)
    if refusal is not None:
        return refusal
    if _needs_badge(work, closed):
        # Somebody has scanned its label or taken it away since.
        note = Note("opening_needs_supervisor", {"parcel": work.progress.parcel, "order": closed.order_number})
        return Decision(SCAN_BADGE, work.progress, note, (), Outcome.REFUSED)
    effects = opened_into(closed, tote, VoidReason(work.progress.reason), facts.who(), work.progress.passed_by)
    details = {"order": closed.order_number, "parcel": closed.parcel.tracking_no, "container": tote.code}
    return Decision(DONE, work.progress, Note("parcel_opened_again", details), effects, Outcome.COMPLETED)


@opening.ends_on("parcel_moved_on")
@opening.ends_on("parcel_gone")
@opening.ends_on("parcel_cancelled")
@opening.puts_back
def nothing_happened(work: OpeningWork) -> tuple[Effect, ...]:
    """Nothing is written before the last scan."""
    return ()
