"""Applications to cancel a list or to return its goods, and exit passes. Called by `counter` and `port`.

All of them are about lists that are there already, and each may be refused because of what became of the list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from wms.customs.simulator.answers import PASS_ANSWER, Style
from wms.customs.simulator.china_time import milliseconds, moment_of, seventeen, year
from wms.customs.simulator.dice import Dice
from wms.customs.simulator.layouts import Kind
from wms.customs.simulator.mailbox import Receipt
from wms.customs.simulator.office import CANCELLED, Office, is_over
from wms.customs.simulator.papers import Address, Paper, PassRequest
from wms.customs.simulator.reasons import (
    APPLICATION_REFUSED_ALL_THE_SAME,
    CHECKED,
    PASS_REFUSED_ALL_THE_SAME,
    REVIEWED,
    PortError,
    Reason,
)
from wms.customs.simulator.registry import Step, Stored
from wms.customs.simulator.speaking import Speaker

RETURN_DAYS = 30
"""From the release of the list, counted in days of China."""

_CAN_BE_CANCELLED = frozenset({"120", "300", "399", "800"})
_RELEASED = frozenset({"800", "899"})
_SAME_AS_LIST = ("orderNo", "ebpCode", "ebcCode", "logisticsNo", "logisticsCode", "agentCode", "buyerIdNumber")
_PRIVATE = frozenset({"buyerIdNumber"})
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Applications:
    """The officer for applications, for one transaction."""

    speaker: Speaker
    office: Office

    def cancel_error(self, paper: Paper) -> PortError | None:
        """Why the port does not even take an application to cancel."""
        listed = self._list_of(paper)
        if listed is None:
            return PortError("-623003", "撤销的清单不存在")
        if self._earlier(paper, (Kind.CANCEL,)):
            return PortError("-623009", "清单已申请撤销，不允许重复申报")
        standing = self.office.standing_of(listed)
        if standing not in _CAN_BE_CANCELLED or self._earlier(paper, (Kind.RETURN,)):
            return PortError("-623005", f"清单状态不允许撤销：{standing}")
        return None

    def decide_cancel(self, stored: Stored, at_ms: int) -> None:
        """Taken, and granted or not. What customs meant to do with the list later does not happen then."""
        speaker = self.speaker
        listed = self._list_of(stored.paper)
        assert listed is not None, "an application is taken for a known list only"
        granted_ms = self._decide(stored, self._differs(stored.paper, listed), at_ms)
        if granted_ms is not None:
            speaker.registry.drop_steps_from(listed, granted_ms)
            speaker.registry.add_step(listed, Step(granted_ms, CANCELLED))
            speaker.registry.put_on_desk(listed, False)

    def return_error(self, paper: Paper) -> PortError | None:
        """Why the port does not even take an application to return goods."""
        listed = self._list_of(paper)
        if listed is None:
            return PortError("-625209", "原清单不存在")
        before = self.speaker.registry.paper(Kind.RETURN, paper.key)
        if before is not None and not is_over(self.office.standing_of(before)):
            return PortError("-625022", "退货申请单已申报，不允许重复申报")
        if self.office.standing_of(listed) not in _RELEASED or self._earlier(paper, (Kind.CANCEL,)):
            return PortError("-625022", "清单状态不允许退货")
        goods = {int(line.text("gnum")): line.text("gcode") for line in listed.paper.lines}
        for line in paper.lines:
            if goods.get(int(line.text("gnum"))) != line.text("gcode"):
                return PortError("-625209", f"原清单中不存在该商品：{line.text('gnum')} {line.text('gcode')}")
        return None

    def decide_return(self, stored: Stored, at_ms: int) -> None:
        """Taken, and granted or not."""
        listed = self._list_of(stored.paper)
        assert listed is not None, "an application is taken for a known list only"
        reason = self._differs(stored.paper, listed) or self._too_much(stored, listed) or self._too_late(listed, at_ms)
        self._decide(stored, reason, at_ms)

    def _decide(self, stored: Stored, reason: Reason | None, at_ms: int) -> int | None:
        speaker = self.speaker
        dice, step_ms = speaker.dice(stored.paper), speaker.scenario.step_ms
        at_ms = speaker.say(stored, "120", CHECKED, at_ms + dice.about_so_long("checking", step_ms))
        at_ms += dice.about_so_long("deciding", step_ms)
        if reason is not None:
            speaker.say(stored, "100", str(reason), at_ms)
        elif dice.happens("refused", speaker.scenario.applications_refused):
            speaker.say(stored, "100", dice.one_of("refused why", APPLICATION_REFUSED_ALL_THE_SAME), at_ms)
        else:
            return speaker.say(stored, "399", REVIEWED, at_ms)
        return None

    def _list_of(self, paper: Paper) -> Stored | None:
        return self._list_numbered(paper.head.text("invtNo"))

    def _list_numbered(self, invt_no: str) -> Stored | None:
        """Customs know a list by its number only once they have taken it."""
        for listed in self.speaker.registry.about_list(Kind.LIST, invt_no):
            course = self.speaker.registry.course(listed)
            if any(step.status != "2" and step.at_ms <= self.speaker.now_ms for step in course):
                return listed
        return None

    def _earlier(self, paper: Paper, kinds: tuple[Kind, ...]) -> list[Stored]:
        """Applications about the same list that are open or granted."""
        registry = self.speaker.registry
        about = [stored for kind in kinds for stored in registry.about_list(kind, paper.head.text("invtNo"))]
        return [stored for stored in about if not is_over(self.office.standing_of(stored))]

    def _differs(self, paper: Paper, listed: Stored) -> Reason | None:
        for name in _SAME_AS_LIST:
            ours, theirs = paper.head.text(name), listed.paper.head.text(name)
            if ours != theirs:
                shown = ("", "") if name in _PRIVATE else (ours, theirs)
                fields = [(paper.path(name), shown[0]), (listed.paper.path(name), shown[1])]
                return Reason(1300, "申请单与原清单不一致", fields)
        return None

    def _too_much(self, stored: Stored, listed: Stored) -> Reason | None:
        """No more may come back than went out, all applications together."""
        left = {int(line.text("gnum")): line.number("qty") for line in listed.paper.lines}
        for other in self._earlier(stored.paper, (Kind.RETURN,)):
            refused = is_over(self.speaker.registry.course(other)[-1].status)
            if other.paper.key != stored.paper.key and not refused:
                for number, quantity in _quantities(other.paper):
                    left[number] -= quantity
        for number, quantity in _quantities(stored.paper):
            left[number] -= quantity
            if quantity <= 0 or left[number] < 0:
                return Reason(1300, f"第{number}项退货数量超过原清单可退数量", [("InvtRefundList.qty", str(quantity))])
        return None

    def _too_late(self, listed: Stored, at_ms: int) -> Reason | None:
        released = [step.at_ms for step in self.speaker.registry.course(listed) if step.status == "800"]
        if released and _china_day(at_ms) - _china_day(released[-1]) > RETURN_DAYS:
            return Reason(1300, f"已超过放行后{RETURN_DAYS}日的退货期限")
        return None

    # The gate of the zone

    def answer_pass(self, request: PassRequest, address: Address, late_ms: int) -> None:
        """Confirm a pass whose parcels are all released, or say which are not. Asked again, nothing changes."""
        speaker = self.speaker
        if speaker.registry.pass_state(request.id) is not None:
            return
        dice = Dice(speaker.seed, (PASS_ANSWER, request.id))
        objections = [said for number, invt_no in request.parcels if (said := self._objection(number, invt_no))]
        if not objections and dice.happens("refused", speaker.scenario.passes_refused):
            objections = [dice.one_of("refused why", PASS_REFUSED_ALL_THE_SAME)]
        at_ms = speaker.now_ms + dice.about_so_long("answering", speaker.scenario.step_ms)
        pass_no = "" if objections else f"P{year(at_ms)}{dice.digits('number', 12)}"
        state = "refused" if objections else "confirmed"
        speaker.registry.keep_pass(request.id, pass_no, state)
        values = (
            ("id", request.id),
            ("passNo", pass_no),
            ("returnStatus", state),
            ("returnTime", seventeen(at_ms)),
            ("returnInfo", "；".join(objections)[:1000] or "核放单审核通过"),
        )
        about = f"{PASS_ANSWER}|{request.id}"
        speaker.send(Receipt(PASS_ANSWER, about, at_ms, 0, values, "", Style(), address), dice, state, late_ms)

    def withdraw_pass(self, pass_id: str) -> None:
        """The load stays; nobody answers that."""
        self.speaker.registry.keep_pass(pass_id, "", "withdrawn")

    def _objection(self, logistics_no: str, invt_no: str) -> str | None:
        listed = self._list_numbered(invt_no)
        if listed is None:
            return f"清单{invt_no}不存在"
        if listed.paper.head.text("logisticsNo") != logistics_no:
            return f"运单{logistics_no}与清单{invt_no}不符"
        if self.office.standing_of(listed) not in _RELEASED:
            return f"清单{invt_no}未放行"
        return None


def _quantities(paper: Paper) -> Iterator[tuple[int, Decimal]]:
    return ((int(line.text("gnum")), line.number("qty")) for line in paper.lines)


def _china_day(at_ms: int) -> int:
    """Days since some first day; only their difference matters."""
    return (milliseconds(moment_of(at_ms)) + 8 * 60 * 60 * 1000) // _DAY_MS
