"""Judges one scan inside its transaction.

Order: lock the task, answer a replay, check lease and version, resolve the code, decide (pure), apply effects, advance
the task, write the scan log. Refusals are written too. Used by `ScanDoor` alone; it never commits.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from wms.barcodes.model import Ambiguous, CodeKind, Command, Known, Scan
from wms.barcodes.resolver import Resolver
from wms.kernel.refusal import Detail, Refusal
from wms.tasks import scan_log
from wms.tasks.decision import DONE, Confirm, Decision, Note, Outcome, Work
from wms.tasks.floor import FloorContext, FloorWorkflow, WriteContext
from wms.tasks.home import HOME, HOME_KINDS, HOME_STEP, home_screen
from wms.tasks.lookahead import look_ahead
from wms.tasks.model import FloorCaller, NewTask, Reply, Resume, ScanRequest, Source
from wms.tasks.scan_log import Frame, LastCounted
from wms.tasks.screen import Screen
from wms.tasks.task_store import Task, TaskStore
from wms.tasks.writers import Writers

UNDO = "UNDO"
GO_HOME = "HOME"
GO_NEXT = "NEXT"


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the scan door was built with."""

    resolver: Resolver
    writers: Writers
    floors: Mapping[str, FloorWorkflow]
    store: TaskStore


@dataclass(slots=True)
class Judgement:
    """One scan being judged."""

    wiring: Wiring
    session: Session
    caller: FloorCaller
    request: ScanRequest
    now: datetime
    started_ns: int

    def reply(self) -> Reply:
        """The answer, with everything that follows from the scan written."""
        task = self._locked_task()
        # The replay is looked up after the lock: the same scan sent twice at once must find the first one's answer.
        stored = scan_log.stored_reply(self.session, self.caller.warehouse_id, self.request)
        if stored is not None:
            return stored
        if self.request.task_id is None:
            return self._at_home()
        if task is None:
            return self._refuse_at_home(Refusal("task_unknown"))
        stale = self._stale(task)
        if stale is not None:
            return self._refuse(task, stale) if task.is_open else self._refuse_at_home(stale)
        return self._in_task(task)

    def refusal_after_rollback(self, refusal: Refusal) -> Reply:
        """The answer when a writer refused and the first transaction was rolled back."""
        task = self._locked_task()
        stored = scan_log.stored_reply(self.session, self.caller.warehouse_id, self.request)
        if stored is not None:
            return stored
        return self._refuse(task, refusal) if task is not None and task.is_open else self._refuse_at_home(refusal)

    # -- in a task ------------------------------------------------------------------------------------------------

    def _locked_task(self) -> Task | None:
        if self.request.task_id is None:
            return None
        return self.wiring.store.lock(self.session, self.caller.warehouse_id, self.request.task_id)

    def _stale(self, task: Task) -> Refusal | None:
        if not task.is_open:
            # The last scan of a task may still be taken back from the screen that showed it.
            return None if self._is_command(UNDO) else Refusal("task_done")
        if task.belongs_to_another(self.caller.operator_id, self.now):
            return Refusal("task_taken")
        if self.request.task_version is not None and self.request.task_version != task.version:
            return Refusal("task_moved_on")
        return None

    def _is_command(self, verb: str) -> bool:
        return self.request.raw.strip().upper() == f"*{verb}*"

    def _in_task(self, task: Task) -> Reply:
        if self._is_command(UNDO):
            last = scan_log.last_counted(self.session, self.caller.warehouse_id, scan_log.of_task(task.id))
            return self._undo(task, last)
        if self._is_command(GO_HOME):
            return self._answer_home(Note("at_home"), Outcome.ACCEPTED, task=None)
        floor = self.wiring.floors[task.workflow]
        step = floor.workflow.steps[task.step]
        resolved = self._resolve(step.expects)
        if isinstance(resolved, Refusal):
            return self._refuse(task, resolved)
        confirmed = task.pending_raw == self.request.raw
        scan = self._scan(resolved, confirmed=confirmed)
        facts = floor.facts(self.session, self._floor_context())
        result = floor.workflow.decide(task.work, task.step, scan, facts)
        if isinstance(result, Refusal):
            return self._refuse(task, result)
        if isinstance(result, Confirm):
            return self._ask_to_confirm(task, result)
        return self._apply(task, result)

    def _apply(self, task: Task, decision: Decision[Any, Any]) -> Reply:
        self.wiring.writers.apply(self.session, self._write_context(task), decision.effects)
        if decision.plan is not None:
            self.wiring.store.replace_plan(self.session, self.caller.warehouse_id, task.id, decision.plan)
        can_undo = decision.undoable and decision.plan is None
        undo = scan_log.frame_of(task.step, task.progress_json, decision.effects) if can_undo else None
        state = self.wiring.store.advance(
            self.session,
            self.caller,
            task,
            now=self.now,
            step=decision.step,
            progress_json=msgspec.json.encode(decision.progress),
        )
        if decision.step == DONE:
            return self._answer_home(decision.note, decision.outcome, task=task, undo=undo, version=state.version)
        work = Work(decision.plan if decision.plan is not None else task.work.plan, decision.progress)
        workflow = self.wiring.floors[task.workflow].workflow
        screen = workflow.screen(work, decision.step)
        reply = Reply(
            self.request.scan_id,
            decision.outcome,
            decision.note.code,
            decision.note.details,
            screen,
            self.now,
            state,
            lookahead=look_ahead(workflow, work, decision.step, screen),
        )
        return self._log(reply, task.workflow, task.step, task_id=task.id, undo=undo)

    def _ask_to_confirm(self, task: Task, confirm: Confirm) -> Reply:
        state = self.wiring.store.advance(
            self.session,
            self.caller,
            task,
            now=self.now,
            step=task.step,
            progress_json=task.progress_json,
            pending_raw=self.request.raw,
        )
        screen = self.wiring.floors[task.workflow].workflow.screen(task.work, task.step)
        reply = Reply(self.request.scan_id, Outcome.CONFIRM, confirm.code, confirm.details, screen, self.now, state)
        return self._log(reply, task.workflow, task.step, task_id=task.id)

    def _refuse(self, task: Task, refusal: Refusal) -> Reply:
        workflow = self.wiring.floors[task.workflow].workflow
        screen = workflow.screen(task.work, task.step)
        reply = Reply(
            self.request.scan_id,
            _outcome_of(refusal),
            refusal.code,
            refusal.details,
            screen,
            self.now,
            task.state(),
            lookahead=look_ahead(workflow, task.work, task.step, screen),
        )
        return self._log(reply, task.workflow, task.step, task_id=task.id)

    def _undo(self, task: Task, last: LastCounted | None) -> Reply:
        if last is None:
            return self._refuse_undo(task, Refusal("nothing_to_undo"))
        if last.undo is None:
            return self._refuse_undo(task, Refusal("cannot_undo"))
        if last.operator_id != self.caller.operator_id:
            return self._refuse_undo(task, Refusal("not_your_scan"))
        frame = msgspec.json.decode(last.undo, type=Frame)
        effects = [msgspec.json.decode(raw, type=self.wiring.writers.effect_class(name)) for name, raw in frame.effects]
        inverses = [effect.inverse() for effect in reversed(effects)]
        self.wiring.writers.apply(
            self.session, self._write_context(task), [inverse for inverse in inverses if inverse is not None]
        )
        scan_log.mark_undone(self.session, self.caller.warehouse_id, last.scan_id, self.request.scan_id)
        progress_json = bytes(frame.progress)
        state = self.wiring.store.advance(
            self.session, self.caller, task, now=self.now, step=frame.step, progress_json=progress_json
        )
        workflow = self.wiring.floors[task.workflow].workflow
        work = Work(task.work.plan, self.wiring.store.decode_progress(task.workflow, progress_json))
        screen = workflow.screen(work, frame.step)
        reply = Reply(
            self.request.scan_id,
            Outcome.ACCEPTED,
            scan_log.UNDONE,
            {},
            screen,
            self.now,
            state,
            lookahead=look_ahead(workflow, work, frame.step, screen),
        )
        return self._log(reply, task.workflow, task.step, task_id=task.id)

    def _refuse_undo(self, task: Task, refusal: Refusal) -> Reply:
        return self._refuse(task, refusal) if task.is_open else self._refuse_at_home(refusal)

    # -- outside a task -------------------------------------------------------------------------------------------

    def _at_home(self) -> Reply:
        if self._is_command(UNDO):
            return self._undo_from_home()
        resolved = self._resolve(HOME_KINDS)
        if isinstance(resolved, Refusal):
            return self._refuse_at_home(resolved)
        confirmed = scan_log.asked_to_confirm(self.session, self.caller, self.request.raw)
        scan = self._scan(resolved, confirmed=confirmed)
        if isinstance(scan.value, Command):
            return self._command_at_home(scan.value)
        for floor in self._allowed_floors():
            opened = floor.open_by_scan(self.session, self._floor_context(), scan)
            if opened is not None:
                return self._opened(opened, confirmed=confirmed)
        return self._refuse_at_home(Refusal("nothing_to_do_here", {"got": self.request.raw, "kind": scan.kind}))

    def _undo_from_home(self) -> Reply:
        condition = scan_log.of_operator(self.caller.operator_id)
        last = scan_log.last_counted(self.session, self.caller.warehouse_id, condition)
        if last is None:
            return self._refuse_at_home(Refusal("nothing_to_undo"))
        task = self.wiring.store.lock(self.session, self.caller.warehouse_id, last.task_id)
        assert task is not None, f"scan {last.scan_id} names task {last.task_id}, which does not exist"
        if task.belongs_to_another(self.caller.operator_id, self.now):
            return self._refuse_at_home(Refusal("task_taken"))
        return self._undo(task, last)

    def _command_at_home(self, command: Command) -> Reply:
        if command.verb == GO_HOME:
            return self._answer_home(Note("at_home"), Outcome.ACCEPTED, task=None)
        if command.verb == GO_NEXT:
            task = self.wiring.store.latest_of(self.session, self.caller.warehouse_id, self.caller.operator_id)
            if task is not None:
                return self._opened(Resume(task.workflow, task.subject), confirmed=False)
        for floor in self._allowed_floors():
            if command.verb == GO_NEXT or floor.action == f"*{command.verb}*":
                opened = floor.open_next(self.session, self._floor_context())
                if isinstance(opened, NewTask) or (opened is not None and command.verb != GO_NEXT):
                    return self._opened(opened, confirmed=False)
        known = command.verb == GO_NEXT or any(
            floor.action == f"*{command.verb}*" for floor in self.wiring.floors.values()
        )
        refusal = Refusal("no_work") if known else Refusal("unknown_command", {"command": f"*{command.verb}*"})
        return self._refuse_at_home(refusal)

    def _opened(self, opened: NewTask | Resume | Refusal, *, confirmed: bool) -> Reply:
        if isinstance(opened, Refusal):
            return self._refuse_at_home(opened)
        task = self.wiring.store.lock_open_subject(
            self.session, self.caller.warehouse_id, opened.workflow, opened.subject
        )
        if task is not None:
            return self._taken_up(task, confirmed=confirmed)
        if isinstance(opened, Resume):
            return self._refuse_at_home(Refusal("task_done"))
        task = self.wiring.store.begin(self.session, self.caller, opened, self.now)
        self.wiring.writers.apply(self.session, self._write_context(task), opened.effects)
        return self._entered(task, opened.note)

    def _taken_up(self, task: Task, *, confirmed: bool) -> Reply:
        if task.belongs_to_another(self.caller.operator_id, self.now) and not confirmed:
            details: dict[str, Detail] = {"operator": str(task.operator_id)}
            screen = home_screen(self.session, self.caller, self.wiring.floors.values())
            reply = Reply(self.request.scan_id, Outcome.CONFIRM, "confirm_take_over", details, screen, self.now)
            return self._log(reply, HOME, HOME_STEP)
        self.wiring.store.advance(
            self.session, self.caller, task, now=self.now, step=task.step, progress_json=task.progress_json
        )
        taken = self.wiring.store.lock(self.session, self.caller.warehouse_id, task.id)
        assert taken is not None
        return self._entered(taken, Note("task_resumed"))

    def _entered(self, task: Task, note: Note) -> Reply:
        workflow = self.wiring.floors[task.workflow].workflow
        screen = workflow.screen(task.work, task.step)
        reply = Reply(
            self.request.scan_id,
            Outcome.ACCEPTED,
            note.code,
            note.details,
            screen,
            self.now,
            task.state(),
            lookahead=look_ahead(workflow, task.work, task.step, screen),
        )
        # Entering is logged as a scan at home: taking it back would mean to end the task, which *HOME* does better.
        return self._log(reply, HOME, HOME_STEP)

    def _answer_home(
        self,
        note: Note,
        outcome: Outcome,
        *,
        task: Task | None,
        undo: bytes | None = None,
        version: int = 0,
    ) -> Reply:
        screen = home_screen(self.session, self.caller, self.wiring.floors.values())
        reply = Reply(self.request.scan_id, outcome, note.code, note.details, screen, self.now)
        if task is None:
            return self._log(reply, HOME, HOME_STEP)
        return self._log(reply, task.workflow, task.step, task_id=task.id, undo=undo, version=version)

    def _refuse_at_home(self, refusal: Refusal) -> Reply:
        screen: Screen = home_screen(self.session, self.caller, self.wiring.floors.values())
        reply = Reply(self.request.scan_id, _outcome_of(refusal), refusal.code, refusal.details, screen, self.now)
        return self._log(reply, HOME, HOME_STEP)

    # -- shared ---------------------------------------------------------------------------------------------------

    def _resolve(self, expects: tuple[CodeKind, ...]) -> Known | Refusal:
        resolved = self.wiring.resolver.resolve(
            self.session,
            self.caller.warehouse_id,
            self.request.raw,
            self.request.symbology,
            self.request.source,
            (CodeKind.COMMAND, *expects),
        )
        if isinstance(resolved, Ambiguous):
            return Refusal("ambiguous_code", {"kind": resolved.kind, "count": len(resolved.options)})
        return resolved

    def _scan(self, known: Known, *, confirmed: bool) -> Scan:
        manual = self.request.source is Source.MANUAL
        return Scan(self.request.raw, known.kind, known.value, confirmed=confirmed, manual=manual)

    def _allowed_floors(self) -> list[FloorWorkflow]:
        return [floor for floor in self.wiring.floors.values() if floor.capability in self.caller.capabilities]

    def _floor_context(self) -> FloorContext:
        return FloorContext(self.caller.warehouse_id, self.caller.operator_id, self.caller.device, self.now)

    def _write_context(self, task: Task) -> WriteContext:
        return WriteContext(
            self.caller.warehouse_id,
            self.caller.operator_id,
            self.caller.device,
            self.now,
            self.request.scan_id,
            task.id,
        )

    def _log(
        self,
        reply: Reply,
        workflow: str,
        step: str,
        *,
        task_id: Any = None,
        undo: bytes | None = None,
        version: int = 0,
    ) -> Reply:
        judged = scan_log.Judged(
            workflow=workflow,
            step=step,
            at=self.now,
            took_us=(time.perf_counter_ns() - self.started_ns) // 1000,
            task_id=task_id,
            task_version=version or (reply.task.version if reply.task else 0),
            undo=undo,
        )
        scan_log.write(self.session, self.caller, self.request, reply, judged)
        return reply


def _outcome_of(refusal: Refusal) -> Outcome:
    if refusal.code == "unknown_code":
        return Outcome.UNKNOWN
    return Outcome.GATE_CLOSED if refusal.code.startswith("customs_") else Outcome.REFUSED
