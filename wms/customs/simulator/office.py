"""The customs office: waits until a list and its three orders are there, compares them, and decides. Called by `port`.

The whole course of a list is decided at once, with the times at which it becomes known; what comes in between, such as
a cancellation, cuts it off. In training, it goes as far as 120 and then lies on the desk until a supervisor decides.
"""

from dataclasses import dataclass
from decimal import Decimal

from wms.customs.simulator.agreement import MOST_PER_YEAR, disagreement, dutiable_value, fault_in
from wms.customs.simulator.china_time import year
from wms.customs.simulator.layouts import Kind
from wms.customs.simulator.papers import THREE_ORDERS, Paper
from wms.customs.simulator.reasons import (
    CHECKED,
    CLOSED,
    DETENTIONS,
    INSPECTION,
    NOT_AS_DECLARED,
    REFUSED_ALL_THE_SAME,
    RELEASED,
    REVIEWED,
    SENT_BACK,
    WAITS_FOR_OFFICER,
    Reason,
)
from wms.customs.simulator.registry import TRAINING, Stored
from wms.customs.simulator.speaking import Speaker

CANCELLED = "cancelled"
"""The state of a list whose cancellation was granted; no receipt says it, the one of the application does."""

GRACE_STEPS = 3
"""A refused order may be on its way again: the list is not refused for it at once."""

_WORDS = {Kind.ORDER: "订单", Kind.PAYMENT: "支付单", Kind.WAYBILL: "运单"}


def is_over(status: str) -> bool:
    """Whether this attempt came to nothing, so that another may follow."""
    return status in ("100", "4", CANCELLED) or status.startswith("-")


@dataclass(frozen=True, slots=True)
class Office:
    """The office, for one transaction."""

    speaker: Speaker

    def standing_of(self, stored: Stored) -> str:
        """What has become of a paper up to now; 2 where the port only just took it."""
        known = [step for step in self.speaker.registry.course(stored) if step.at_ms <= self.speaker.now_ms]
        return known[-1].status if known else "2"

    def lists_of(self, paper: Paper) -> list[Stored]:
        """The lists that declare the order this paper belongs to."""
        lists = self.speaker.registry.of_order(Kind.LIST, paper.order_key)
        names = ("logisticsCode", "logisticsNo") if paper.kind is Kind.WAYBILL else ("ebpCode",)
        return [
            listed for listed in lists if all(listed.paper.head.text(name) == paper.head.text(name) for name in names)
        ]

    def is_declared_anew(self, stored: Stored) -> bool:
        """Whether another of the three orders was refused, or is there again already: then this one comes again too."""
        others = [
            other
            for kind in THREE_ORDERS
            if kind is not stored.paper.kind
            for other in self.speaker.registry.of_order(kind, stored.paper.order_key)
        ]
        return any(other.attempt > stored.attempt or is_over(self.standing_of(other)) for other in others)

    def look_at(self, listed: Stored) -> None:
        """Decide about a list if its three orders are there; otherwise let it wait for them."""
        registry, scenario, now_ms = self.speaker.registry, self.speaker.scenario, self.speaker.now_ms
        order, payment, waybill = self._three_orders(listed.paper)
        found = [stored for stored in (order, payment, waybill) if stored is not None]
        patient_until = None
        if scenario.assumed_after_ms is not None:
            patient_until = listed.taken_ms + scenario.assumed_after_ms
        if len(found) < 3 and (patient_until is None or now_ms < patient_until):
            registry.let_wait(listed, patient_until)
            return
        doubt, since_ms = self._doubt(listed, found)
        if doubt is not None and now_ms < (until_ms := since_ms + GRACE_STEPS * max(1, scenario.step_ms)):
            registry.let_wait(listed, until_ms)
            return
        registry.end_wait(listed)
        ready_ms = max([listed.taken_ms, *(registry.course(stored)[-1].at_ms for stored in (listed, *found))])
        ready_ms = max(ready_ms, now_ms)
        reason = doubt or self._reason(
            listed, *(stored.paper if stored is not None else None for stored in (order, payment, waybill))
        )
        self._decide(listed, reason, ready_ms)

    def _three_orders(self, listed: Paper) -> tuple[Stored | None, Stored | None, Stored | None]:
        registry, head = self.speaker.registry, listed.head
        order = registry.paper(Kind.ORDER, f"{head.text('ebpCode')}|{head.text('orderNo')}")
        payments = [
            stored
            for stored in registry.of_order(Kind.PAYMENT, listed.order_key)
            if stored.paper.head.text("ebpCode") == head.text("ebpCode")
        ]
        named = order.paper.head.text("payTransactionId") if order else ""
        # Several slips may name the order; the one the order names counts, or the newest that was not refused.
        payments.sort(
            key=lambda stored: (stored.paper.head.text("payTransactionId") != named, self._is_refused(stored))
        )
        waybill = registry.paper(Kind.WAYBILL, f"{head.text('logisticsCode')}|{head.text('logisticsNo')}")
        others = registry.of_order(Kind.WAYBILL, listed.order_key)
        return order, next(iter(payments), None), waybill or next(iter(others), None)

    def _is_refused(self, stored: Stored) -> bool:
        course = self.speaker.registry.course(stored)
        return bool(course) and is_over(course[-1].status)

    def _doubt(self, listed: Stored, found: list[Stored]) -> tuple[Reason | None, int]:
        """What may still be mended by a paper that is on its way: a refused order, or a waybill of another parcel."""
        for stored in found:
            since_ms = max(listed.taken_ms, self.speaker.registry.course(stored)[-1].at_ms)
            if self._is_refused(stored):
                return Reason(1300, f"{_WORDS[stored.paper.kind]}未通过审核"), since_ms
            number = stored.paper.head.text("logisticsNo")
            if stored.paper.kind is Kind.WAYBILL and number != listed.paper.head.text("logisticsNo"):
                fields = [("InventoryHead.logisticsNo", listed.paper.head.text("logisticsNo"))]
                return Reason(
                    1300, "清单与运单物流运单编号不一致", [*fields, ("LogisticsHead.logisticsNo", number)]
                ), since_ms
        return None, 0

    def _reason(
        self, listed: Stored, order: Paper | None, payment: Paper | None, waybill: Paper | None
    ) -> Reason | None:
        paper = listed.paper
        return fault_in(paper) or disagreement(paper, order, payment, waybill) or self._over_the_year(listed)

    def _over_the_year(self, listed: Stored) -> Reason | None:
        """Every list of the buyer counts that came to something."""
        spent = dutiable_value(listed.paper)
        for other, value in self.speaker.registry.spent(listed.paper.head.text("buyerIdNumber"), listed.paper.key):
            course = self.speaker.registry.course(other)
            counts = len(course) > 1 and not is_over(course[-1].status)
            if counts and year(other.taken_ms) == year(listed.taken_ms):
                spent += value
        if spent <= MOST_PER_YEAR:
            return None
        return Reason(
            1313, f"超过个人年度交易限值 totalPrice：{_grouped(spent)} > limitPrice: {_grouped(MOST_PER_YEAR)}"
        )

    def _decide(self, listed: Stored, reason: Reason | None, ready_ms: int) -> None:
        speaker = self.speaker
        dice, step_ms = speaker.dice(listed.paper), speaker.scenario.step_ms
        at_ms = ready_ms + dice.about_so_long("comparing", step_ms)
        if reason is not None:
            speaker.say(listed, "100", str(reason), at_ms)
            return
        is_training = speaker.registry.is_on(TRAINING)
        if not is_training and dice.happens("refused", speaker.scenario.refused):
            speaker.say(listed, "100", dice.one_of("refused why", REFUSED_ALL_THE_SAME), at_ms)
            return
        at_ms = speaker.say(listed, "120", CHECKED, at_ms)
        if is_training:
            speaker.registry.put_on_desk(listed, True)
        else:
            self.go_on(listed, at_ms)

    def go_on(self, listed: Stored, at_ms: int) -> None:
        """What becomes of a list that agrees, as the scenario has it."""
        speaker, scenario = self.speaker, self.speaker.scenario
        dice, step_ms, inspection_ms = speaker.dice(listed.paper), scenario.step_ms, scenario.inspection_ms
        if dice.happens("reviewed", scenario.reviewed):
            at_ms = speaker.say(listed, "300", WAITS_FOR_OFFICER, at_ms + dice.about_so_long("to an officer", step_ms))
            at_ms = speaker.say(listed, "399", REVIEWED, at_ms + dice.about_so_long("reviewing", step_ms * 3))
        if dice.happens("detained", scenario.detained):
            status = dice.one_of("detained how", sorted(DETENTIONS))
            at_ms = speaker.say(listed, status, DETENTIONS[status], at_ms + dice.about_so_long("detaining", step_ms))
            at_ms += dice.about_so_long("detention", inspection_ms)
            if dice.happens("sent back", scenario.sent_back):
                speaker.say(listed, "700", SENT_BACK, at_ms)
                return
        elif dice.happens("inspected", scenario.inspected):
            at_ms = self._inspect(listed, at_ms, "inspected")
            if dice.happens("found wanting", scenario.refused_after_inspection):
                speaker.say(listed, "100", NOT_AS_DECLARED, at_ms)
                return
        at_ms = speaker.say(listed, "800", RELEASED, at_ms + dice.about_so_long("releasing", step_ms))
        if dice.happens("withdrawn", scenario.withdrawn):
            self._withdraw(listed, at_ms)
        elif dice.happens("closed", scenario.closed):
            speaker.say(listed, "899", CLOSED, at_ms + dice.about_so_long("closing", inspection_ms * 2))

    def _withdraw(self, listed: Stored, at_ms: int) -> None:
        """A release is taken back: refused after all, or inspected, and released again or not."""
        speaker, scenario = self.speaker, self.speaker.scenario
        dice = speaker.dice(listed.paper)
        at_ms += dice.about_so_long("second thoughts", scenario.inspection_ms)
        if dice.happens("withdrawn for good", 300):
            speaker.say(listed, "100", dice.one_of("withdrawn why", REFUSED_ALL_THE_SAME), at_ms)
            return
        at_ms = self._inspect(listed, at_ms, "inspected again")
        if dice.happens("found wanting after all", scenario.refused_after_inspection):
            speaker.say(listed, "100", NOT_AS_DECLARED, at_ms)
        else:
            speaker.say(listed, "800", RELEASED, at_ms)

    def _inspect(self, listed: Stored, at_ms: int, what: str) -> int:
        """Order an inspection; when its outcome is known."""
        speaker, scenario = self.speaker, self.speaker.scenario
        dice = speaker.dice(listed.paper)
        at_ms = speaker.say(listed, "500", INSPECTION, at_ms + dice.about_so_long(what, scenario.step_ms))
        return at_ms + dice.about_so_long(f"{what} for", scenario.inspection_ms)


def _grouped(value: Decimal) -> str:
    return f"{value:,.2f}"
