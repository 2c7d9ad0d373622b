"""The scan door: one scan, one transaction, one answer.

Called by `scanner_ui.views` and by the door of the scales; nothing else moves a task. What happens inside the
transaction is `wms.tasks.judgement`.
"""

import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned
from wms.barcodes.resolver import Resolver
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Refused
from wms.kernel.refusal import Refusal
from wms.tasks.desk import Desk, Wiring
from wms.tasks.floor import NOTHING_BESIDES, Besides, FloorWorkflow
from wms.tasks.going_home import enters_by_choice, given_back_by_card
from wms.tasks.home import home_screen
from wms.tasks.judgement import answer, judge, judge_refused
from wms.tasks.laying_ready import as_laid_ready
from wms.tasks.leases import take_away
from wms.tasks.lookahead import MOST_STEPS, NO_PATH, WHOLE, Path, look_ahead
from wms.tasks.model import AskAhead, CaseName, FloorCaller, HandedOut, LaidReady, Leases, Reply, ScanRequest, TaskState
from wms.tasks.provisions import A_FEW, RENEWED_AFTER, is_as_seen, is_stocked, lay_in, renew
from wms.tasks.screen import Screen
from wms.tasks.set_aside import Undelivered, take_in
from wms.tasks.settling import Settler
from wms.tasks.task import Task
from wms.tasks.task_store import TaskStore
from wms.tasks.writers import Writers

TAKEN_AT_ONCE = 25
"""Tasks given back in one transaction."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where an operator is: what to show without any scan."""

    screen: Screen
    server_time: datetime
    task: TaskState | None = None
    path: Path = NO_PATH
    next: tuple[LaidReady, ...] = ()


class ScanDoor:
    """Takes scans for all workflows of the house."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        resolver: Resolver,
        writers: Writers,
        floors: Sequence[FloorWorkflow],
        leases: Leases,
        besides: Besides = NOTHING_BESIDES,
        *,
        scans_ahead: int = 1_000,
    ) -> None:
        for floor in floors:
            floor.workflow.check()
        by_name = {floor.workflow.name: floor for floor in floors}
        store = TaskStore({name: floor.workflow for name, floor in by_name.items()}, leases)
        self._database = database
        self._clock = clock
        self._wiring = Wiring(resolver, writers, by_name, store, besides)
        self._offline_lease = leases.offline
        self._scans_ahead = scans_ahead

    def take_scan(self, caller: FloorCaller, request: ScanRequest) -> Reply:
        """Judge one scan and commit what follows from it.

        Raises Conflict when the scan id came before with other contents, Busy when the database could not take it; in
        both cases nothing was changed and the device keeps the scan.
        """
        started = time.perf_counter_ns()
        # Cleaned before the transaction: on SQLite, everything inside it keeps all others waiting.
        cleaned = self._wiring.resolver.clean(request.raw, request.symbology, request.source)
        floors = self._wiring.floors
        given_back = given_back_by_card(floors.values(), caller, request, cleaned)
        if given_back:
            self._lay_down_here(caller, given_back)
        reply = self._judged(caller, request, cleaned, started)
        if reply.task is not None and enters_by_choice(request) and not reply.replayed:
            self._lay_down_here(caller, floors.keys() - {reply.task.workflow})
        return reply

    def _lay_down_here(self, caller: FloorCaller, workflows: Set[str]) -> None:
        """He goes home, or to other work: what this device was only given in advance goes back."""
        if caller.answers_ahead:
            self._lay_down(caller, lambda task: task.workflow in workflows and task.device == caller.device)

    def _judged(self, caller: FloorCaller, request: ScanRequest, cleaned: Cleaned | Refusal, started: int) -> Reply:
        def desk(session: Session) -> Desk:
            return Desk(self._wiring, session, caller, request, cleaned, self._clock.now(), started)

        try:
            return self._database.in_transaction(lambda session: answer(desk(session), judge))
        except Refused as refused:
            # A writer said no after others had written: that transaction is gone, the refusal is logged in its own.
            refusal = refused.refusal
        try:
            return self._database.in_transaction(
                lambda session: answer(desk(session), lambda desk: judge_refused(desk, refusal))
            )
        except Refused:
            # Even tidying up after it was refused: then it is only said and logged, and the task stays as it is.
            return self._database.in_transaction(
                lambda session: answer(desk(session), lambda desk: desk.refuse_at_home(refusal))
            )

    def hand_out(self, caller: FloorCaller, wanted: AskAhead) -> HandedOut:
        """A few of the tasks after the present one that his handheld does not hold yet; see `provisions`.

        `caller` must be one whose device answers ahead. Asking costs one reading where he has all he may have.
        """
        now, store = self._clock.now(), self._wiring.store

        def look(session: Session) -> tuple[list[Task], Task | None]:
            present = None
            if wanted.more and wanted.task_id is not None:
                present = store.look_at(session, caller.warehouse_id, wanted.task_id)
            return store.laid_ready_for(session, caller.warehouse_id, caller.operator_id), present

        tasks, present = self._database.reading(look)
        untold = [task for task in tasks if task.id not in wanted.held]
        lacks = 0 if is_stocked(wanted, len(tasks), self._scans_ahead) else max(0, A_FEW - len(untold))
        soon = now + self._offline_lease - RENEWED_AFTER
        is_old = any(task.leased_until < soon for task in tasks)

        def work(session: Session) -> list[Task]:
            if is_old:
                renew(session, caller, now + self._offline_lease)
            return lay_in(session, self._wiring, caller, wanted, lacks, now) if lacks else []

        added = self._database.in_transaction(work) if lacks or is_old else []
        told = [*untold, *added][:A_FEW]
        goes_on = len(told) == A_FEW
        # Outside of any transaction: the paths of long tasks take their time.
        laid = tuple(as_laid_ready(self._wiring.floors[task.workflow], task) for task in told)
        if present is None or not is_as_seen(present, caller, wanted):
            return HandedOut(laid, goes_on)
        workflow = self._wiring.floors[present.workflow].workflow
        path = look_ahead(workflow, present.work, present.step, WHOLE, behind=wanted.ahead)
        return HandedOut(laid, goes_on, present.state(), path)

    def take_away(
        self, session: Session, warehouse_id: int, task_id: UUID, *, by: UUID, device: str, now: datetime
    ) -> Task | Refusal:
        """Take a task from its operator, in the caller's transaction; see `leases.take_away`."""
        return take_away(session, self._wiring, warehouse_id, task_id, by=by, device=device, now=now)

    def take_in(self, caller: FloorCaller, scans: Sequence[Undelivered]) -> list[CaseName | None]:
        """Put scans that could not be judged among the exceptions; the case of each, see `set_aside`."""
        now = self._clock.now()
        return self._database.in_transaction(lambda session: take_in(session, self._wiring, caller, scans, now))

    def let_go(self, caller: FloorCaller) -> None:
        """Give back what was laid ready for somebody who leaves; what he has begun stays his until its lease ends."""
        self._lay_down(caller, lambda task: True)

    def _lay_down(self, caller: FloorCaller, which: Callable[[Task], bool]) -> None:
        """Give back what was laid ready for the caller: a few tasks at a time, so that nobody waits long for it."""
        now, warehouse_id, by = self._clock.now(), caller.warehouse_id, caller.operator_id

        def laid_ready(session: Session) -> list[Task]:
            return [task for task in self._wiring.store.laid_ready_for(session, warehouse_id, by) if which(task)]

        def give_back(session: Session) -> bool:
            tasks = laid_ready(session)
            for task in tasks[:TAKEN_AT_ONCE]:
                take_away(session, self._wiring, warehouse_id, task.id, by=by, device=caller.device, now=now)
            return len(tasks) > TAKEN_AT_ONCE

        more = bool(self._database.reading(laid_ready))
        while more:
            more = self._database.in_transaction(give_back)

    def settler(self, warehouse_id: int, operator_id: UUID, who: str, device: str, now: datetime) -> Settler:
        """Settles exceptions with the writers of the house."""
        return Settler(self._wiring.writers, warehouse_id, operator_id, who, device, now)

    def here(self, caller: FloorCaller) -> Here:
        """The open task this operator touched last, exactly as it was left, on any device; or home, where he went."""

        def look(session: Session) -> Here:
            now, store = self._clock.now(), self._wiring.store
            laid_ready = store.laid_ready_for(session, caller.warehouse_id, caller.operator_id)[:A_FEW]
            ready = tuple(as_laid_ready(self._wiring.floors[task.workflow], task) for task in laid_ready)
            task = store.at_hand(session, caller.warehouse_id, caller.operator_id)
            if task is None:
                screen = home_screen(session, caller, self._wiring.floors.values(), store, now)
                return Here(screen, now, next=ready)
            workflow = self._wiring.floors[task.workflow].workflow
            screen = workflow.screen(task.work, task.step)
            return Here(screen, now, task.state(), look_ahead(workflow, task.work, task.step, MOST_STEPS), ready)

        return self._database.reading(look)
