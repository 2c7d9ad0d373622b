"""A bonded warehouse in which customs is at work: papers that contradict each other, a refusal, a hold, a release.

Everything goes the real way: scans, slips, the outbox, messages in the simulated port's folder and its receipts. The
port is in training, so that each list gets exactly the answer the scene wants.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from tests.customs.ceb import receipt
from tests.support.floor import Floor, pin_hash
from tests.support.payments import push_slip
from wms.access.model import Role, command_line
from wms.access.service import create_operator
from wms.app import worker_of
from wms.customs.receipts.intake import store_receipt
from wms.customs.simulator.desk import Decision, decide, turn_training, waiting
from wms.customs.tables import DeclarationRow
from wms.labels.press import Press
from wms.orders.lookup import orders_by_number

CLERK = "EMP-7"
"""The customs clerk, who alone sees persons in full."""
OTHER_PERSON = {"payer_name": "样例乙", "payer_id_number": "99000019910202002X"}


class CustomsDay:
    """The warehouse, with hands to do things in it."""

    def __init__(self, floor: Floor, press: Press) -> None:
        assert floor.port is not None, "a bonded warehouse has a port"
        self.floor, self.press, self.folder = floor, press, floor.port.folder
        self._worker = worker_of(floor.house, press)
        self._totes = 0
        floor.put_stock("A-01 RED 60")
        turn_training(self.folder, on=True)
        by, now = command_line(floor.warehouse_id), floor.clock.now()
        floor.database.in_transaction(
            lambda session: create_operator(
                session, by, badge=CLERK, name="Zhou Min", role=Role.DECLARANT, pin_hash=pin_hash(), now=now
            )
        )
        self.hand = floor.handheld("EMP-1", device="bench")

    def pack(self, number: str, **lines: int) -> None:
        """Take an order in that is paid for, pick what there is of it, and pack it. Only RED is in stock."""
        self.floor.order(number, **(lines or {"RED": 1}))
        self.pack_taken()

    def pack_taken(self) -> None:
        """Pick and pack the one order that waits for it."""
        self._totes += 1
        tote = f"T-{self._totes}"
        self.hand.scans(tote, "A-01", "RED", tote)
        if self.hand.screen["step"] == "scan_bench":
            self.hand.scans("BENCH-1")
        self.hand.scans("RED", "BOX-S", "150g")

    def run(self, minutes: int = 5) -> None:
        """Let everything happen that happens in the next minutes."""
        for _ in range(minutes):
            self.floor.clock.forward(timedelta(minutes=1))
            self.floor.work_off_outbox(self.press, hours=0)

    def declaration(self, number: str) -> DeclarationRow:
        """The declaration of an order, as it stands."""
        query = select(DeclarationRow).where(DeclarationRow.order_no == number)
        return self.floor.database.reading(lambda session: session.scalars(query).one())

    def order_id(self, number: str) -> UUID:
        """The id of an order."""
        warehouse_id = self.floor.warehouse_id
        return self.floor.database.reading(lambda session: orders_by_number(session, warehouse_id, number)[0].id)

    def say(self, number: str, decision: Decision, reason: str = "") -> None:
        """Customs decides about the list of an order, which waits at the desk."""
        assert number in [each.order_no for each in waiting(self.folder)], "its list has not come to the desk"
        assert decide(self.folder, self.declaration(number).cop_no, decision, "EMP-1", reason=reason) is None
        self.run(3)

    def deliver(self, raw: bytes) -> None:
        """Something comes in through the inbox."""
        store_receipt(self.floor.database, self.floor.clock, self.floor.warehouse_id, raw, "folder inbox")

    def leave(self, number: str) -> None:
        """The parcel goes onto a lane and out, with its exit pass."""
        hand = self.floor.handheld("EMP-4", device="lane")
        hand.scans("LANE-1", self.floor.parcel(number).tracking_no)
        self._twice(hand)
        self.run(3)
        hand.scan("LANE-1")
        self._twice(hand)
        assert self.floor.parcel(number).dispatched_at is not None

    def _twice(self, hand: object) -> None:
        hand.scan("*DONE*")  # type: ignore[attr-defined]
        hand.scan("*DONE*")  # type: ignore[attr-defined]


def make_customs_busy(floor: Floor, press: Press) -> CustomsDay:
    """One order for everything that can be wrong or right with one."""
    day = CustomsDay(floor, press)
    day.pack("50")
    day.run()
    day.say("50", Decision.RELEASE)
    day.leave("50")
    for number in ("51", "52", "53", "54", "55"):
        day.pack(number)
    # What was packed is not what was ordered: of GREEN there is none.
    day.pack("56", RED=1, GREEN=2)
    # Somebody else paid.
    floor.order("57", is_paid=False, RED=1)
    day.pack_taken()
    push_slip(floor, "57", **OTHER_PERSON)
    # Nobody paid yet.
    floor.order("58", is_paid=False, RED=1)
    floor.order("59", is_paid=False, RED=2)
    push_slip(floor, "59", **OTHER_PERSON)
    day.run()
    day.say("51", Decision.RELEASE)
    day.say("52", Decision.INSPECT)
    day.say("53", Decision.REFUSE, "商品归类存疑，请核实后重新申报")
    day.say("54", Decision.RELEASE)
    refused_too = day.declaration("54")
    day.deliver(
        receipt(
            "CEB622",
            "100",
            "20261105235959000",
            "[Code:1300;Desc:退单]",
            customsCode="9999",
            copNo=refused_too.cop_no,
            preNo=refused_too.pre_no or "",
            invtNo=refused_too.invt_no or "",
        )
    )
    day.deliver(receipt("CEB622", "800", copNo="SOMEBODY-ELSES"))
    day.deliver(b"<!DOCTYPE x><CEB622Message/>")
    day.deliver(b"this is no receipt")
    day.run(1)
    return day
