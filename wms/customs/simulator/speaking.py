"""What the port says about a paper, and how long that takes to arrive. Called by everything that decides.

One Speaker lives for one transaction. `say` makes a decision part of the paper's course; `answer` only replies.
"""

from dataclasses import dataclass, replace

from wms.customs.simulator import answers
from wms.customs.simulator.answers import Style
from wms.customs.simulator.china_time import day, milliseconds_of, seventeen, year
from wms.customs.simulator.dice import Dice
from wms.customs.simulator.layouts import Kind
from wms.customs.simulator.mailbox import Receipt, post
from wms.customs.simulator.papers import Address, Paper
from wms.customs.simulator.registry import Registry, Step, Stored, about_of
from wms.customs.simulator.scenario import Scenario

_PRE_NO = {Kind.RETURN: "T", Kind.CANCEL: "C"}
_OWN_WORDS = frozenset({"1", "2", "3", "4"})
"""What the port says itself, and not customs: then it repeats the sender's id."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """The port's voice at one moment."""

    registry: Registry
    scenario: Scenario
    seed: int
    now_ms: int

    def dice(self, paper: Paper) -> Dice:
        """Of one attempt: sent again later, a paper has new luck."""
        return Dice(self.seed, (paper.kind, paper.key, paper.app_time))

    def beginning(self, paper: Paper) -> int:
        """When the port looks at a paper: now. A sender whose clock is ahead is answered by its clock, or the answers
        would seem to belong to an earlier attempt.
        """
        return max(self.now_ms, milliseconds_of(paper.app_time))

    def say(self, stored: Stored, status: str, info: str, at_ms: int) -> int:
        """Decide something at a moment, or as soon after it as decisions can follow each other; says when."""
        course = self.registry.course(stored)
        if course:
            at_ms = max(at_ms, course[-1].at_ms + 1)
        self.registry.add_step(stored, Step(at_ms, status))
        # Not by the time, which a restart changes: the second inspection is the second inspection.
        times = sum(step.status == status for step in course)
        self._tell(stored, status, info, at_ms, f"{status} {times}")
        return at_ms

    def answer(self, stored: Stored, status: str, info: str, at_ms: int) -> None:
        """Reply about a paper. What is asked twice is answered twice, and in another message."""
        self._tell(stored, status, info, at_ms, f"{status} at {at_ms}")

    def _tell(self, stored: Stored, status: str, info: str, at_ms: int, what: str) -> None:
        paper = stored.paper
        dice = self.dice(paper)
        own = status in _OWN_WORDS or status.startswith("-")
        knows_number = paper.kind is not Kind.LIST or not own
        values = answers.values_of(
            paper,
            paper.guid if own else dice.guid(f"guid {what}"),
            status,
            seventeen(at_ms),
            info,
            pre_no=stored.pre_no,
            invt_no=stored.invt_no if knows_number else "",
        )
        number = answers.receipt_number(paper.kind)
        plain = Receipt(number, about_of(stored), at_ms, 0, values, "", Style(), stored.address)
        self.send(plain, dice, what, stored.late_ms, may_wait=True)

    def send(self, plain: Receipt, dice: Dice, what: str, late_ms: int, *, may_wait: bool = False) -> None:
        """Put a receipt on its way, with all that may happen to it there."""
        scenario, step_ms = self.scenario, self.scenario.step_ms
        due_ms = plain.at_ms + dice.between(f"way {what}", step_ms // 10, step_ms // 2) + late_ms
        if dice.happens(f"overtaken {what}", scenario.overtaken):
            due_ms += step_ms * dice.between(f"overtaken by {what}", 2, 6)
        batched = may_wait and dice.happens(f"batched {what}", scenario.batched)
        in_gb2312 = dice.happens(f"gb2312 {what}", scenario.in_gb2312)
        style = Style(
            in_gb2312,
            not in_gb2312 and dice.happens(f"bom {what}", scenario.with_bom),
            dice.happens(f"prefixed {what}", scenario.prefixed),
        )
        if batched:
            # A port that gathers sends at fixed times; whatever is ready by then goes together.
            due_ms = (due_ms // (2 * step_ms) + 1) * 2 * step_ms
        guid = dice.guid(f"message {what}")
        receipt = replace(plain, due_ms=due_ms, guid=guid, style=style, batched=batched)
        post(self.registry, receipt)
        if dice.happens(f"doubled {what}", scenario.doubled):
            due_ms = receipt.due_ms + dice.between(f"doubled after {what}", 0, step_ms * 3)
            again = dice.guid(f"message again {what}")
            post(self.registry, replace(receipt, due_ms=due_ms, guid=again, batched=False))

    def stored(self, paper: Paper, address: Address, late_ms: int, *, attempt: int) -> Stored:
        """The paper as it is kept, with the numbers the port gives it."""
        pre_no = invt_no = ""
        taken_ms = self.beginning(paper)
        if paper.kind in (Kind.LIST, Kind.CANCEL, Kind.RETURN):
            pre_no = self._number(paper, "preNo", f"{_PRE_NO.get(paper.kind, 'B')}{day(taken_ms)}")
            invt_no = paper.head.text("invtNo")
        if paper.kind is Kind.LIST:
            invt_no = self._number(paper, "invtNo", f"{paper.head.text('customsCode')}{year(taken_ms)}I")
        return Stored(paper, attempt, taken_ms, late_ms, address, pre_no, invt_no)

    def _number(self, paper: Paper, what: str, beginning: str) -> str:
        """A number nobody else has: that of the dice, or the next one where that is taken."""
        owner = f"{what}|{paper.kind}|{paper.key}|{paper.app_time}"
        dice, again = self.dice(paper), 0
        while True:
            number = beginning + dice.digits(f"{what} {again}", 9)
            if self.registry.number(number, owner):
                return number
            again += 1
