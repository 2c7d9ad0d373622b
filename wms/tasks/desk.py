"""One scan on the desk: who scanned what, with what the door was built with; and the answer, made and logged.

Shared by the rooms that judge a scan (`judgement`, `in_task`, `undo`, `at_home`). Every answer is written to the
scan log with the scan, refusals too; nothing here decides and nothing commits.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.access.tables import OperatorRow
from wms.barcodes.commands import MARK
from wms.barcodes.model import Cleaned, CodeKind, Known, Resolution, Scan
from wms.barcodes.resolver import Resolver
from wms.kernel.effect import Effect
from wms.kernel.errors import Refused
from wms.kernel.identity import NIL
from wms.kernel.refusal import Refusal
from wms.tasks import scan_log
from wms.tasks.decision import Confirm, Note, Outcome, Work
from wms.tasks.explanation import Explanation
from wms.tasks.floor import Besides, FloorContext, FloorWorkflow, WriteContext
from wms.tasks.home import home_screen
from wms.tasks.lookahead import path_to_tell
from wms.tasks.machine import Workflow
from wms.tasks.model import FloorCaller, Reply, ScanRequest, Source, TaskState
from wms.tasks.naming import in_codes
from wms.tasks.screen import HOME, HOME_STEP
from wms.tasks.task import NOBODY, Task
from wms.tasks.task_store import TaskStore
from wms.tasks.writers import Writers

LONGEST_TYPED_NUMBER = 5
"""Digits. The shortest GTIN has eight."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the scan door was built with."""

    resolver: Resolver
    writers: Writers
    floors: Mapping[str, FloorWorkflow]
    store: TaskStore
    besides: Besides


@dataclass(frozen=True, slots=True)
class Desk:
    """One scan being judged in one transaction."""

    wiring: Wiring
    session: Session
    caller: FloorCaller
    request: ScanRequest
    cleaned: Cleaned | Refusal
    now: datetime
    started_ns: int
    given_back: list[UUID] = field(default_factory=list)
    """Tasks that have gone back while it was being judged."""

    # -- what was scanned -----------------------------------------------------------------------------------------

    def is_command(self, verb: str) -> bool:
        """Whether the scan is that command card; scanners that send AIM identifiers put one before it."""
        return self.text == f"{MARK}{verb}{MARK}"

    @property
    def went_on(self) -> bool:
        """Whether the operator was shown that the scan counts, and may have scanned on without seeing the answer."""
        return self.request.judged_here is not None and self.request.judged_here.is_good

    def is_one_of(self, codes: tuple[str, ...]) -> bool:
        """Whether the scan is one of these codes, as it came or with the scanner's additions taken off."""
        return self.request.raw in codes or self.text in codes

    @property
    def text(self) -> str:
        """The code as it counts, however it came: from a button, or from a card with what a scanner puts before it."""
        return self.cleaned.text if isinstance(self.cleaned, Cleaned) else self.request.raw

    def is_scanned_again(self) -> bool:
        """Whether his scan before this one, outside a task, was the same and was asked to be confirmed."""
        asked = scan_log.asked_to_confirm(self.session, self.caller)
        if asked is None:
            return False
        before = self.wiring.resolver.clean(asked.raw, asked.symbology, asked.source)
        return isinstance(before, Cleaned) and before.text == self.text

    def typed_number(self) -> int | None:
        """A short number that was typed, None for anything else. No barcode is that short."""
        if self.request.source is not Source.MANUAL or not isinstance(self.cleaned, Cleaned):
            return None
        text = self.cleaned.text
        is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_TYPED_NUMBER
        return int(text) or None if is_number else None

    def resolve(self, expects: tuple[CodeKind, ...]) -> Resolution:
        """What the code means here; command cards are understood everywhere."""
        if isinstance(self.cleaned, Refusal):
            return self.cleaned
        wanted = (CodeKind.COMMAND, *expects)
        return self.wiring.resolver.resolve_cleaned(self.session, self.caller.warehouse_id, self.cleaned, wanted)

    def scan(self, known: Known, *, confirmed: bool) -> Scan:
        """The scan as a workflow sees it."""
        manual = self.request.source is Source.MANUAL
        foretold = self.went_on and self.request.made_offline
        return Scan(self.request.raw, known.kind, known.value, confirmed=confirmed, manual=manual, foretold=foretold)

    def explanation(self, refusal: Refusal) -> Explanation | None:
        """What a parcel has to say that was refused only because nobody asks for a parcel here."""
        thing = self.thing_refused(refusal)
        return None if thing is None else self.explained(thing)

    def thing_refused(self, refusal: Refusal) -> object | None:
        """The parcel or printer that was scanned, where a refusal says no more than that nobody asks for one here."""
        got = refusal.details.get("got") if refusal.code == "wrong_kind" else None
        if got not in (CodeKind.PARCEL, CodeKind.PRINTER):
            return None
        thing = self.resolve((CodeKind(got),))
        return thing.value if isinstance(thing, Known) else None

    def explained(self, thing: object) -> Explanation | None:
        """What a scanned thing has to say about itself."""
        return self.wiring.besides.explain(self.session, self.floor_context(), thing)

    # -- for whom -------------------------------------------------------------------------------------------------

    def floor_context(self) -> FloorContext:
        return FloorContext(self.caller.warehouse_id, self.caller.operator_id, self.caller.device, self.now)

    def allowed_floors(self) -> list[FloorWorkflow]:
        return [floor for floor in self.wiring.floors.values() if floor.capability in self.caller.capabilities]

    def workflow_of(self, task: Task) -> Workflow[Any, Any, Any]:
        return self.wiring.floors[task.workflow].workflow

    def name_of(self, operator_id: UUID) -> str:
        """Whom to ask: the name of somebody who has the task."""
        name = self.session.execute(
            select(OperatorRow.name).where(
                OperatorRow.warehouse_id == self.caller.warehouse_id, OperatorRow.id == operator_id
            )
        ).scalar_one_or_none()
        return name or "?"

    # -- writing --------------------------------------------------------------------------------------------------

    def apply(self, task: Task, effects: Sequence[Effect]) -> None:
        """Have the effects written. Raises Refused, in words for people, when a writer says no: all is rolled back."""
        context = WriteContext(
            self.caller.warehouse_id,
            self.caller.operator_id,
            self.caller.device,
            self.now,
            self.request.scan_id,
            task.id,
        )
        try:
            self.wiring.writers.apply(self.session, context, effects)
        except Refused as refused:
            document = self.workflow_of(task).screen(task.work, task.step).prompt.document
            raise Refused(in_codes(self.session, self.caller.warehouse_id, refused.refusal, document)) from None

    def apply_errand(self, effects: Sequence[Effect]) -> None:
        """Have the effects of an errand written, which belong to no task. Raises Refused."""
        context = WriteContext(
            self.caller.warehouse_id, self.caller.operator_id, self.caller.device, self.now, self.request.scan_id, NIL
        )
        self.wiring.writers.apply(self.session, context, effects)

    # -- answers --------------------------------------------------------------------------------------------------

    def in_task(
        self,
        task: Task,
        outcome: Outcome,
        said: Note | Confirm | Refusal,
        *,
        state: TaskState | None = None,
        work: Work[Any, Any] | None = None,
        undo: bytes | None = None,
        explanation: Explanation | None = None,
        as_foreseen: bool = False,
    ) -> Reply:
        """Answer with the task's screen, by default as it was before the scan; log the scan as one of the task.

        `as_foreseen`: it went where the path that the handheld may hold has said.
        """
        # A scan that changed nothing leaves the path as it is, for whoever saw the task as it is.
        nothing_changed = state is None and self.request.task_version == task.version
        holds = as_foreseen or nothing_changed
        reply = self._on_screen(task, outcome, said, state or task.state(), work or task.work, holds=holds)
        reply = replace(reply, explanation=explanation)
        self._log(reply, task.workflow, task.step, task=task, undo=undo)
        return reply

    def aside(self, task: Task, outcome: Outcome, said: Note | Confirm | Refusal) -> Reply:
        """Answer an errand with the screen of the task it interrupts.

        Logged as a scan at home, so that the undo of the task does not see it.
        """
        holds = self.request.task_version == task.version
        reply = self._on_screen(task, outcome, said, task.state(), task.work, holds=holds)
        self._log(reply, HOME, HOME_STEP)
        return reply

    def entering(
        self, task: Task, said: Note, outcome: Outcome = Outcome.ACCEPTED, *, as_foreseen: bool = False
    ) -> Reply:
        """Answer with the screen of a task that was begun or taken up by a scan at home.

        Logged as a scan at home: taking it back would mean to end the task, which its own commands do better.
        """
        reply = self._on_screen(task, outcome, said, task.state(), task.work, holds=as_foreseen)
        self._log(reply, HOME, HOME_STEP)
        return reply

    def at_home(
        self, outcome: Outcome, said: Note | Confirm | Refusal, explanation: Explanation | None = None
    ) -> Reply:
        """Answer with the home screen to a scan that belongs to no task."""
        reply = replace(self._home(outcome, said), explanation=explanation)
        self._log(reply, HOME, HOME_STEP)
        return reply

    def leaving(
        self, task: Task, outcome: Outcome, said: Note | Refusal, *, version: int, undo: bytes | None = None
    ) -> Reply:
        """Answer with the home screen to the scan that ended a task."""
        reply = self._home(outcome, said)
        self._log(reply, task.workflow, task.step, task=task, version=version, undo=undo)
        return reply

    def refuse_at_home(self, refusal: Refusal) -> Reply:
        return self.at_home(outcome_of(refusal), refusal)

    def _on_screen(
        self,
        task: Task,
        outcome: Outcome,
        said: Note | Confirm | Refusal,
        state: TaskState,
        work: Work[Any, Any],
        *,
        holds: bool,
    ) -> Reply:
        workflow = self.workflow_of(task)
        screen = workflow.screen(work, state.step)
        shown = self.request.judged_here
        as_shown = shown is None or (shown.outcome, shown.code, shown.step) == (outcome, said.code, state.step)
        path = path_to_tell(
            workflow,
            work,
            state.step,
            held=self.request.ahead,
            holds=holds and as_shown,
            wants_more=self.request.more,
        )
        return Reply(
            self.request.scan_id,
            outcome,
            said.code,
            said.details,
            screen,
            self.now,
            state,
            path=path,
            given_back=tuple(self.given_back),
        )

    def _home(self, outcome: Outcome, said: Note | Confirm | Refusal) -> Reply:
        screen = home_screen(self.session, self.caller, self.wiring.floors.values(), self.wiring.store, self.now)
        return Reply(self.request.scan_id, outcome, said.code, said.details, screen, self.now)

    def _log(
        self,
        reply: Reply,
        workflow: str,
        step: str,
        *,
        task: Task | None = None,
        version: int = 0,
        undo: bytes | None = None,
    ) -> None:
        judged = scan_log.Judged(
            workflow=workflow,
            step=step,
            at=self.now,
            took_us=(time.perf_counter_ns() - self.started_ns) // 1000,
            task_id=task.id if task else None,
            task_version=version or (reply.task.version if reply.task else 0),
            undo=undo,
        )
        scan_log.write(self.session, self.caller, self.request, reply, judged)


def not_his(desk: Desk, task: Task) -> Refusal:
    """Why somebody may not go on with a task that another has, or that a supervisor took away."""
    if task.operator_id == NOBODY:
        return Refusal("task_taken_away")
    return Refusal("task_taken", {"operator": desk.name_of(task.operator_id)})


def outcome_of(refusal: Refusal) -> Outcome:
    """How loud a refusal is."""
    if refusal.code == "unknown_code":
        return Outcome.UNKNOWN
    return Outcome.GATE_CLOSED if refusal.code.startswith("customs_") else Outcome.REFUSED
