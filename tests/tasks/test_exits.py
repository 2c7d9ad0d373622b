"""Ways off the path without network lead where the machine then goes, however many of them are taken."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from scanner_ui.presenter import Presenter
from scanner_ui.words import words
from tests.floor.practice import item, place
from tests.support.offline import GoingOn
from wms.barcodes.commands import parse_command
from wms.barcodes.model import CodeKind, Command, Scan
from wms.floor.picking.model import PickLine, PickPlan
from wms.floor.picking.rules import OrderStands
from wms.floor.picking.workflow import SCAN_PLACE, PickProgress, picking
from wms.floor.putaway.workflow import PutawayLine, PutawayPlan, first_hand, putaway
from wms.kernel.identity import NIL, uuid7
from wms.tasks.decision import DONE, Confirm, Decision, Note, Work
from wms.tasks.exits import Exit
from wms.tasks.lookahead import MOST_STEPS, WHOLE, look_ahead
from wms.tasks.machine import Workflow
from wms.tasks.model import LaidReady, TaskState
from wms.tasks.screen import AT_HOME, Expected, Screen

ITEMS = tuple(item(code) for code in ("RED", "BLUE", "GREEN", "WHITE"))
PLACES = tuple(place(f"A-0{number}") for number in range(1, 5))
NEXT, HOME = "*NEXT*", "*HOME*"
CARDS = ("", "", "*SHORT*", "*SKIP*", "*QTY+1*", "*QTY+2*", "*UNDO*", "*UNDO*", HOME, NEXT)
READ = ("screen", "step", "where", "what", "how_many", "counted", "expect")
SHOWS = Presenter(words("en"))

some_lines = some.lists(some.tuples(some.integers(0, 3), some.integers(1, 3)), min_size=1, max_size=4)


def picks(*wanted: tuple[int, int], at: tuple[int, ...] = (0, 1, 2, 3)) -> Work[PickPlan, PickProgress]:
    """An order of so many of the first product from the first place, and so on, in walking order."""
    lines = tuple(
        PickLine(line + 1, ITEMS[what], (ITEMS[what].sku_code,), PLACES[at[line]], NIL, "", "", quantity, uuid7())
        for line, (what, quantity) in enumerate(wanted)
    )
    progress = PickProgress(tuple(range(len(lines))), tuple(0 for _ in lines), uuid7(), "TOT-1")
    return Work(PickPlan(uuid7(), "42", "Acme", 90, 91, lines), progress)


def exits(work: Work[Any, Any], step: str) -> dict[str, Exit]:
    return {one.card: one for one in look_ahead(picking, work, step, WHOLE).steps[0].exits}


def after(work: Work[Any, Any], step: str, scans: int) -> tuple[Work[Any, Any], str]:
    """So many of the hoped-for scans later."""
    for _ in range(scans):
        expected = picking.screen(work, step).prompt.expected
        assert expected is not None
        decision = picking.decide(work, step, Scan("", expected.kind, expected.value), OrderStands())
        assert isinstance(decision, Decision)
        work, step = Work(work.plan, decision.progress), decision.step
    return work, step


class Machine:
    """One task on the server."""

    def __init__(self, workflow: Workflow[Any, Any, Any], work: Work[Any, Any], step: str) -> None:
        self.workflow, self.work, self.step, self.asked, self.version = workflow, work, step, "", 1
        self.counted: list[tuple[Work[Any, Any], str]] = []
        state = TaskState(uuid7(), 1, workflow.name, step)
        self.told = SHOWS._laid_ready(
            LaidReady(("*NEXT*",), state, Note("next_task"), self.screen, look_ahead(workflow, work, step, WHOLE))
        )

    @property
    def screen(self) -> Screen:
        return AT_HOME if self.step == DONE else self.workflow.screen(self.work, self.step)

    def judge(self, raw: str, version: int, shown: dict[str, Any]) -> None:
        """The page has shown what will be said to this."""
        assert version == self.version
        self.version += 1
        if raw == "*UNDO*":
            self._undone(shown["code"])
        else:
            self._judged(raw, None if self.step == DONE else self.screen.prompt.expected, shown)

    def _undone(self, code: str) -> None:
        """As the server does: the scan before, or a question that nobody has answered."""
        assert code == ("question_dropped" if self.asked else "undone")
        if not self.asked:
            self.work, self.step = self.counted.pop()
        self.asked = ""

    def _judged(self, raw: str, expected: Expected | None, shown: dict[str, Any]) -> None:
        command = parse_command(raw) if raw.startswith("*") else None
        if isinstance(command, Command):
            scan = Scan(raw, CodeKind.COMMAND, command, confirmed=self.asked == raw, foretold=True)
        else:
            assert expected is not None
            scan = Scan(raw, expected.kind, expected.value, foretold=True)
        result = self.workflow.decide(self.work, self.step, scan, OrderStands())
        self.asked = raw if isinstance(result, Confirm) else ""
        if isinstance(result, Confirm):
            assert (shown["outcome"], shown["code"]) == ("confirm", result.code)
        else:
            assert isinstance(result, Decision), result
            assert (shown["outcome"], shown["code"]) == (result.outcome, result.note.code)
            # What changed the plan cannot be taken back, nor anything before it.
            self.counted = [] if result.plan else [*self.counted, (self.work, self.step)]
            self.work, self.step = Work(result.plan or self.work.plan, result.progress), result.step


class Both:
    """A page without network in the first of some tasks, and the machines that judge its scans: they must agree."""

    def __init__(self, *machines: Machine) -> None:
        self.machines = {machine.told["task"]["id"]: machine for machine in machines}
        first, *later = (machine.told for machine in machines)
        hand: Any = SimpleNamespace(device="TC21")
        self.page = GoingOn(hand, first["task"], first["screen"], tuple(first["lookahead"]), list(later))

    @property
    def is_done(self) -> bool:
        return all(machine.step == DONE for machine in self.machines.values())

    def scan(self, raw: str) -> bool:
        """Whether the page took it; then it has shown what the machine says."""
        if not self.page.scan_offline(raw):
            return False
        body = self.page.queue[-1]
        shown = body["judged_here"]
        machine = self.machines[shown["task_id"] or body["task_id"]]
        if raw not in (NEXT, HOME):
            machine.judge(raw, body["task_version"], shown)
        theirs = SHOWS.screen(AT_HOME if raw == HOME else machine.screen)
        assert [self.page.screen[name] for name in READ] == [theirs[name] for name in READ]
        return True


@settings(deadline=None, max_examples=25)
@given(some_lines, some_lines, some.tuples(*[some.integers(0, 3)] * 4), some.data())
def test_a_page_that_leaves_the_path_shows_what_the_machine_will_say(
    wanted: list[tuple[int, int]], later: list[tuple[int, int]], at: tuple[int, ...], data: some.DataObject
) -> None:
    works = (picks(*wanted, at=tuple(sorted(at))), picks(*later[:2]))
    both = Both(*(Machine(picking, work, SCAN_PLACE) for work in works))
    left = 0
    for _ in range(120):
        if both.is_done:
            break
        card = data.draw(some.sampled_from(CARDS))
        if card and left < 12 and both.scan(card):
            left += 1
            continue
        assert both.scan(both.page.expected() or "")
    assert both.is_done
    assert both.page.task is None


def test_each_line_can_be_left_short_or_for_later() -> None:
    work, step = picks((0, 2), (1, 1)), SCAN_PLACE
    assert exits(work, step)["*SHORT*"] == Exit("*SHORT*", 3, "completed", "shorted", "confirm_short")
    assert exits(work, step)["*SKIP*"] == Exit("*SKIP*", 3, "accepted", "skipped", back=0)
    path = look_ahead(picking, work, step, WHOLE)
    at_item = {one.card: one for one in path.steps[1].exits}
    assert (at_item["*SHORT*"].over, at_item["*SKIP*"].over, at_item["*SKIP*"].back) == (2, 2, 1)


def test_a_number_stands_for_units_up_to_the_end_of_the_line() -> None:
    work, step = picks((0, 5), (1, 1)), SCAN_PLACE
    assert "*QTY*" not in exits(*after(work, step, 1)), "the first unit proves that it is the right one"
    assert exits(*after(work, step, 2))["*QTY*"].over == 4


def test_what_is_left_of_a_line_that_was_begun_can_only_be_short() -> None:
    """For later, its place would have to be shown with what was taken already: that screen is not on the path."""
    path = look_ahead(picking, picks((0, 3), (1, 1)), SCAN_PLACE, WHOLE)
    assert {one.card for one in path.steps[2].exits} == {"*QTY*", "*SHORT*"}


def test_the_last_line_is_not_put_off() -> None:
    assert set(exits(picks((0, 1)), SCAN_PLACE)) == {"*SHORT*"}


def test_the_next_product_at_a_place_nobody_has_shown_is_left_to_the_server() -> None:
    assert exits(picks((0, 1), (1, 1), at=(0, 0)), SCAN_PLACE) == {}


def test_a_client_that_never_answers_by_itself_is_told_none() -> None:
    assert [step.exits for step in look_ahead(picking, picks((0, 2)), SCAN_PLACE).steps] == [(), (), ()]


def test_the_last_line_told_of_a_long_path_can_be_left_as_well() -> None:
    work = picks((0, 20), (1, 20), (2, MOST_STEPS - 38))
    path = look_ahead(picking, work, SCAN_PLACE, MOST_STEPS)
    assert path.goes_on
    assert any(one.card == "*SHORT*" for one in path.steps[-1].exits)


def test_a_line_short_on_a_pallet_is_left_out() -> None:
    lines = tuple(PutawayLine(ITEMS[what], (ITEMS[what].sku_code,), NIL, "", "", 2, PLACES[what]) for what in range(3))
    plan = PutawayPlan(uuid7(), "PAL-1", None, 80, 91, lines)
    step, progress = first_hand(plan, (0, 0, 0))
    both = Both(Machine(putaway, Work(plan, progress), step))
    for raw in ("RED", "*SHORT*", "*SHORT*", "*SHORT*", "*SHORT*", "LOC-A-03"):
        assert both.scan(raw), raw
    assert both.is_done


def test_undos_behind_a_dropped_question_take_back_what_was_counted() -> None:
    both = Both(Machine(picking, picks((0, 2), (1, 1)), SCAN_PLACE))
    for raw in ("LOC-A-01", "*SHORT*", "RED", "*UNDO*", "*UNDO*", "LOC-A-01", "RED", "RED"):
        assert both.scan(both.page.expected() or "" if raw == "RED" else raw), raw
