"""The workflow engine: steps declared beside their functions, checked on every decision, drawn as a diagram. Pure.

A step is a function of (work, scan, facts) that writes nothing. The machine finds it, runs it, and asserts that it
leads where it declared it may. Workflows live in `wms.floor.*`; `wms.tasks.service` and the lookahead run them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from wms.barcodes.model import CodeKind, Command, Scan
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.tasks.decision import DONE, Confirm, Decision, Note, StepResult, Work
from wms.tasks.screen import Prompt, Screen

Plan = TypeVar("Plan")
Progress = TypeVar("Progress")
Facts = TypeVar("Facts")

StepFunction = Callable[[Work[Plan, Progress], Scan, Facts], StepResult[Plan, Progress]]
PromptFunction = Callable[[Work[Plan, Progress]], Prompt]
EndingFunction = Callable[[Work[Plan, Progress]], Sequence[Effect]]
OursFunction = Callable[[Work[Plan, Progress], object], bool]
ResumeFunction = Callable[[Work[Plan, Progress], str, Facts], StepResult[Plan, Progress] | None]
LastWordFunction = Callable[[Work[Plan, Progress], Decision[Plan, Progress], Facts], Note]
ForesightFunction = Callable[[Work[Plan, Progress]], Any]
OfferFunction = Callable[[Work[Plan, Progress]], bool]
RankFunction = Callable[[Work[Plan, Progress]], str]
OpenFunction = Callable[[Work[Plan, Progress]], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Step(Generic[Plan, Progress, Facts]):
    """One state of a workflow: what it asks (`prompt`), what it accepts, and where it may lead."""

    name: str
    expects: tuple[CodeKind, ...]
    leads_to: tuple[str, ...]
    prompt: PromptFunction[Plan, Progress]
    decide: StepFunction[Plan, Progress, Facts]
    needs_server: bool = False
    """Never answered from the path ahead: only the server knows what follows, or it cannot be taken back."""


@dataclass(frozen=True, slots=True)
class CommandRule(Generic[Plan, Progress, Facts]):
    """A command card that is valid at certain steps."""

    verb: str
    at: tuple[str, ...]
    leads_to: tuple[str, ...]
    on_screen: bool
    decide: StepFunction[Plan, Progress, Facts]
    offered: OfferFunction[Plan, Progress] | None = None
    """For which work it is a button; None: for any. A card is judged by the rule itself."""

    def is_button(self, work: Work[Plan, Progress]) -> bool:
        """Whether the screen shows it."""
        return self.on_screen and (self.offered is None or self.offered(work))


@dataclass(frozen=True, slots=True)
class Walk(Generic[Plan, Progress]):
    """The lines of a task in the order in which they are gone through."""

    open: OpenFunction[Plan, Progress]
    """What is still to be done, the present line first."""
    begins_at: str
    """The step at which a line that was put off begins again; empty where none is put off."""


@dataclass
class Workflow(Generic[Plan, Progress, Facts]):
    """A named state machine. `plan_type` and `progress_type` are frozen dataclasses that JSON can carry."""

    name: str
    plan_type: type[Plan]
    progress_type: type[Progress]
    steps: dict[str, Step[Plan, Progress, Facts]] = field(default_factory=dict)
    commands: list[CommandRule[Plan, Progress, Facts]] = field(default_factory=list)
    endings: dict[str, EndingFunction[Plan, Progress]] = field(default_factory=dict)
    """Refusal codes that say that the work itself is gone, and what to tidy up when the task ends with them."""
    ours: OursFunction[Plan, Progress] | None = None
    """Which of several things with the same barcode this task is about."""
    resume: ResumeFunction[Plan, Progress, Facts] | None = None
    """How the work stands when somebody comes back to it."""
    last_word: LastWordFunction[Plan, Progress, Facts] | None = None
    """What can be said of a decision only when its effects are written."""
    foresight: ForesightFunction[Plan, Progress] | None = None
    """The facts that can be told from the work alone; the path ahead ends where others are asked for."""
    rank: RankFunction[Plan, Progress] | None = None
    """How soon it is wanted, as a text that sorts."""
    walk: Walk[Plan, Progress] | None = None
    """How the path ahead tells lines apart, for whoever has to leave one without network."""
    put_back: EndingFunction[Plan, Progress] | None = None
    """What makes it as if a task had never begun in which no scan has counted yet."""
    in_advance: bool = False
    """Such work is laid ready before it is asked for."""
    side_by_side: bool = False
    """One person may have several of them open: each is at a place of its own."""
    by_card_only: bool = False
    """Nothing of it ever waits: it begins with its own card, and neither NEXT nor the home screen offers it."""
    waits_on: frozenset[str] = frozenset()
    """Refusal codes that tell him to put the work aside: whoever heard one may begin another meanwhile."""

    def step(
        self,
        name: str,
        *,
        expects: tuple[CodeKind, ...],
        leads_to: tuple[str, ...],
        prompt: PromptFunction[Plan, Progress],
        needs_server: bool = False,
    ) -> Callable[[StepFunction[Plan, Progress, Facts]], StepFunction[Plan, Progress, Facts]]:
        """Declare a step. `leads_to` lists other steps or DONE; staying is always allowed."""

        def declare(function: StepFunction[Plan, Progress, Facts]) -> StepFunction[Plan, Progress, Facts]:
            assert name not in self.steps, f"{self.name} has two steps {name}"
            self.steps[name] = Step(name, expects, leads_to, prompt, function, needs_server)
            return function

        return declare

    def command(
        self,
        verb: str,
        *,
        at: tuple[str, ...],
        leads_to: tuple[str, ...],
        on_screen: bool = True,
        offered: OfferFunction[Plan, Progress] | None = None,
    ) -> Callable[[StepFunction[Plan, Progress, Facts]], StepFunction[Plan, Progress, Facts]]:
        """Declare a command card at the given steps; `on_screen` also shows it as a button, where it is `offered`."""

        def declare(function: StepFunction[Plan, Progress, Facts]) -> StepFunction[Plan, Progress, Facts]:
            self.commands.append(CommandRule(verb, at, leads_to, on_screen, function, offered))
            return function

        return declare

    def ends_on(self, code: str) -> Callable[[EndingFunction[Plan, Progress]], EndingFunction[Plan, Progress]]:
        """Declare that a refusal `code`, of a step or of a writer, ends the task: nobody may be kept on dead work."""

        def declare(function: EndingFunction[Plan, Progress]) -> EndingFunction[Plan, Progress]:
            assert code not in self.endings, f"{self.name} ends on {code} twice"
            self.endings[code] = function
            return function

        return declare

    def puts_back(self, function: EndingFunction[Plan, Progress]) -> EndingFunction[Plan, Progress]:
        """Declare how a task goes back to where it came from when no scan has counted in it yet."""
        self.put_back = function
        return function

    def recognises(self, function: OursFunction[Plan, Progress]) -> OursFunction[Plan, Progress]:
        """Declare how the task tells its own goods from others with the same barcode."""
        self.ours = function
        return function

    def resumes(self, function: ResumeFunction[Plan, Progress, Facts]) -> ResumeFunction[Plan, Progress, Facts]:
        """Declare how a task that was left alone is looked at again; it may not change anything but itself."""
        self.resume = function
        return function

    def foresees(self, function: ForesightFunction[Plan, Progress]) -> ForesightFunction[Plan, Progress]:
        """Declare what the path ahead may take for granted: facts made from the work, see `lookahead.Foreseen`."""
        self.foresight = function
        return function

    def walks(self, *, begins_at: str = "") -> Callable[[OpenFunction[Plan, Progress]], OpenFunction[Plan, Progress]]:
        """Declare which lines of a task are still open, in order; see `Walk` and `exits`."""

        def declare(function: OpenFunction[Plan, Progress]) -> OpenFunction[Plan, Progress]:
            self.walk = Walk(function, begins_at)
            return function

        return declare

    def ranks(self, function: RankFunction[Plan, Progress]) -> RankFunction[Plan, Progress]:
        """Declare how urgent a task is among those that wait: a text, the most urgent one sorts first."""
        self.rank = function
        return function

    def says_at_last(
        self, function: LastWordFunction[Plan, Progress, Facts]
    ) -> LastWordFunction[Plan, Progress, Facts]:
        """Declare what is said once the effects of a decision are written, in place of its own note."""
        self.last_word = function
        return function

    def check(self) -> None:
        """Assert that every declared way leads to a step that exists. Called at wiring and by tests."""
        known = {*self.steps, DONE}
        for step in self.steps.values():
            assert set(step.leads_to) <= known, f"{self.name}.{step.name} leads to {set(step.leads_to) - known}"
        for rule in self.commands:
            assert set(rule.at) <= set(self.steps), f"{self.name} *{rule.verb}* at {set(rule.at) - set(self.steps)}"
            assert set(rule.leads_to) <= known, f"{self.name} *{rule.verb}* leads to {set(rule.leads_to) - known}"
            twice = [other for other in self.commands if other.verb == rule.verb and set(other.at) & set(rule.at)]
            assert twice == [rule], f"{self.name} has two rules for *{rule.verb}* at one step"

    def rule_for(self, step: str, verb: str) -> CommandRule[Plan, Progress, Facts] | None:
        """The command rule for a verb at a step, None where the card means nothing there."""
        return next((rule for rule in self.commands if rule.verb == verb and step in rule.at), None)

    def screen(self, work: Work[Plan, Progress], step: str) -> Screen:
        """What to show while waiting at `step`."""
        current = self.steps[step]
        actions = tuple(f"*{rule.verb}*" for rule in self.commands if step in rule.at and rule.is_button(work))
        prompt, needs_server = current.prompt(work), current.needs_server
        return Screen(self.name, step, current.expects, actions, prompt, needs_server=needs_server)

    def decide(
        self, work: Work[Plan, Progress], step: str, scan: Scan, facts: Facts
    ) -> Decision[Plan, Progress] | Confirm | Refusal:
        """Judge one scan at one step. A decision that leads where it was not declared to is our bug and raises."""
        current = self.steps[step]
        if isinstance(scan.value, Command):
            rule = self.rule_for(step, scan.value.verb)
            if rule is None:
                return Refusal("unknown_command", {"command": f"*{scan.value.verb}*"})
            result, leads_to = rule.decide(work, scan, facts), rule.leads_to
        else:
            result, leads_to = current.decide(work, scan, facts), current.leads_to
        if isinstance(result, Decision):
            assert result.step == step or result.step in leads_to, f"{self.name}.{step} must not lead to {result.step}"
        return result

    def diagram(self) -> str:
        """The workflow as Mermaid text, for the documentation."""
        lines = ["stateDiagram-v2"]
        for step in self.steps.values():
            kinds = ", ".join(step.expects)
            lines += [f"    {step.name} --> {_node(target)}: {kinds}" for target in step.leads_to]
        for rule in self.commands:
            targets = rule.leads_to or (None,)
            lines += [f"    {at} --> {_node(target or at)}: *{rule.verb}*" for at in rule.at for target in targets]
        # Anywhere means from every step: drawn once, at the first.
        first = next(iter(self.steps))
        lines += [f"    note right of {first}: ends anywhere on {code}" for code in self.endings]
        return "\n".join(lines)


def _node(step: str) -> str:
    return "[*]" if step == DONE else step
