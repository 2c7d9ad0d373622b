"""The counter of the port: takes each paper or turns it away, before customs see it. Called by `port`.

What the port says itself carries a negative status, or 1 to 4. It turns away what comes twice or too late, what is
older than what it has, and what its state forbids.
"""

from dataclasses import dataclass, replace

from wms.customs.simulator.agreement import dutiable_value, fault_in, port_error_in
from wms.customs.simulator.applications import Applications
from wms.customs.simulator.layouts import Kind
from wms.customs.simulator.office import Office, is_over
from wms.customs.simulator.papers import SIGNED, THREE_ORDERS, Address, Paper
from wms.customs.simulator.reasons import (
    CHECKED,
    NOT_PASSED_ON,
    ORDER_REFUSED_ALL_THE_SAME,
    SAVED,
    TAKEN,
    PortError,
)
from wms.customs.simulator.registry import Stored
from wms.customs.simulator.signature import Verdict
from wms.customs.simulator.speaking import Speaker

_OLDER = {Kind.ORDER: "-301014", Kind.PAYMENT: "-401012", Kind.WAYBILL: "-505016", Kind.SIGNED_FOR: "-505016"}
_EXISTS = {Kind.ORDER: "-301010", Kind.PAYMENT: "-401007", Kind.WAYBILL: "-504015", Kind.SIGNED_FOR: "-504015"}
_NOTHING_THERE = {Kind.ORDER: "-301009", Kind.PAYMENT: "-401006", Kind.WAYBILL: "-504014", Kind.SIGNED_FOR: "-504014"}
_DECLARED = {Kind.ORDER: "-301011", Kind.PAYMENT: "-401008", Kind.WAYBILL: "-504016", Kind.SIGNED_FOR: "-504016"}
_TRY_AGAIN = {
    Kind.LIST: ("4", "-621002", "-621013"),
}
"""What the port says when it could not work on a paper; 4 for all others."""


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter, for one transaction."""

    speaker: Speaker
    office: Office
    applications: Applications

    def take(self, paper: Paper, address: Address, late_ms: int, verdict: Verdict) -> None:
        """Look at one paper, and plan every answer that depends on nothing still to come."""
        before = self.speaker.registry.paper(paper.kind, paper.key)
        attempt = before.attempt + 1 if before else 1
        stored = self.speaker.stored(paper, address, late_ms, attempt=attempt)
        if paper.head.text("appStatus") != "2":
            self._draft(stored)
            return
        error = self._signature_error(paper, verdict) or port_error_in(paper) or self._state_error(paper, before)
        if error is not None:
            self._turn_away(stored, error, before)
        elif paper.app_type == "3" and before is not None:
            self._delete(stored, before)
        else:
            self._accept(stored)

    def _draft(self, stored: Stored) -> None:
        """Drafts are kept out of the way. Only receipts of lists and applications have a word for them."""
        if stored.paper.kind in SIGNED:
            self._reply(stored, "1", SAVED)

    def _signature_error(self, paper: Paper, verdict: Verdict) -> PortError | None:
        if paper.kind not in SIGNED or verdict is Verdict.GOOD:
            return None
        if verdict is Verdict.DATA_DIFFERS:
            return PortError("-621028", "加签数据与报文数据不一致")
        if verdict is Verdict.MISSING and self.speaker.scenario.unsigned_allowed:
            return None
        return PortError("-621029", "验签失败" if verdict is Verdict.FAILED else "验签失败：报文未加签")

    def _state_error(self, paper: Paper, before: Stored | None) -> PortError | None:
        if paper.kind is Kind.LIST:
            return self._list_error(paper, before)
        if paper.kind is Kind.CANCEL:
            return self.applications.cancel_error(paper)
        if paper.kind is Kind.RETURN:
            return self.applications.return_error(paper)
        return self._order_error(paper, before)

    def _order_error(self, paper: Paper, before: Stored | None) -> PortError | None:
        """Orders, payments, waybills, and that a parcel was signed for."""
        kind = paper.kind
        if paper.app_type not in ("1", "2", "3") or (before is None and paper.app_type != "1"):
            return PortError(_NOTHING_THERE[kind], "业务类型错误，没有可变更或删除的数据")
        if before is None:
            return None
        if paper.app_time <= before.paper.app_time:
            return PortError(_OLDER[kind], "数据为旧数据，不予处理")
        if is_over(self.office.standing_of(before)):
            return None
        lists = self.office.lists_of(before.paper)
        if any(not is_over(self.office.standing_of(listed)) for listed in lists):
            return PortError(_DECLARED[kind], "清单已申报，不允许变更或重复申报")
        if paper.app_type == "1" and not lists and not self.office.is_declared_anew(before):
            return PortError(_EXISTS[kind], "相同编号的数据已存在，不允许重复申报")
        return None

    def _list_error(self, paper: Paper, before: Stored | None) -> PortError | None:
        if paper.app_type == "1":
            others = [
                listed
                for listed in self.speaker.registry.of_order(Kind.LIST, paper.order_key)
                if listed.paper.head.text("ebcCode") == paper.head.text("ebcCode") and listed.paper.key != paper.key
            ]
            known = [*others, *([before] if before else [])]
            if any(not is_over(self.office.standing_of(listed)) for listed in known):
                return PortError("-621004", "清单已申报，不允许重复申报")
            if before is not None and paper.app_time <= before.paper.app_time:
                return PortError("-621004", "清单已申报，旧数据不予处理")
            return None
        if before is None or paper.app_type not in ("2", "3"):
            return PortError("-621011", "没有可变更的已申报清单")
        standing = self.office.standing_of(before)
        if paper.app_time <= before.paper.app_time or not (is_over(standing) or standing == "2"):
            return PortError("-621012", "清单状态不允许变更")
        return None

    def _turn_away(self, stored: Stored, error: PortError, before: Stored | None) -> None:
        # The paper that is there already keeps its number and its course.
        if before is not None:
            stored = replace(stored, pre_no=before.pre_no or stored.pre_no)
        self._reply(stored, error.status, error.words)

    def _reply(self, stored: Stored, status: str, info: str) -> None:
        dice = self.speaker.dice(stored.paper)
        at_ms = stored.taken_ms + dice.about_so_long(f"reply {status}", self.speaker.scenario.step_ms)
        self.speaker.answer(stored, status, info, at_ms)

    def _delete(self, stored: Stored, before: Stored) -> None:
        """Taken, checked, gone."""
        self._reply(stored, "2", TAKEN)
        at_ms = stored.taken_ms + 2 * max(1, self.speaker.scenario.step_ms)
        self.speaker.answer(stored, "120", CHECKED, at_ms)
        self.speaker.registry.forget(before)

    def _accept(self, stored: Stored) -> None:
        paper, speaker = stored.paper, self.speaker
        if paper.kind is Kind.LIST:
            speaker.registry.keep(stored, buyer=paper.head.text("buyerIdNumber"), value=dutiable_value(paper))
        else:
            speaker.registry.keep(stored)
        dice, step_ms = speaker.dice(paper), speaker.scenario.step_ms
        at_ms = speaker.say(stored, "2", TAKEN, stored.taken_ms + dice.about_so_long("taking", step_ms))
        if dice.happens("technical", speaker.scenario.technical):
            status = dice.one_of("technical how", _TRY_AGAIN.get(paper.kind, ("4",)))
            speaker.say(stored, status, NOT_PASSED_ON, at_ms + dice.about_so_long("failing", step_ms))
        elif paper.kind is Kind.LIST:
            self.office.look_at(stored)
        elif paper.kind is Kind.CANCEL:
            self.applications.decide_cancel(stored, at_ms)
        elif paper.kind is Kind.RETURN:
            self.applications.decide_return(stored, at_ms)
        else:
            self._check(stored, at_ms)
        if paper.kind in THREE_ORDERS:
            for listed in speaker.registry.waiting_for(paper):
                self.office.look_at(listed)

    def _check(self, stored: Stored, at_ms: int) -> None:
        """An order, payment or waybill is checked by itself."""
        paper, speaker = stored.paper, self.speaker
        dice = speaker.dice(paper)
        at_ms += dice.about_so_long("checking", speaker.scenario.step_ms)
        if reason := fault_in(paper):
            speaker.say(stored, "100", str(reason), at_ms)
        elif dice.happens("refused", speaker.scenario.orders_refused):
            speaker.say(stored, "100", dice.one_of("refused why", ORDER_REFUSED_ALL_THE_SAME), at_ms)
        else:
            speaker.say(stored, "120", CHECKED, at_ms)
