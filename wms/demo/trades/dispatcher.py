"""Dispatchers: take parcels from the benches' end, ask at the gate, load the green ones, cage the red ones."""

import time
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import quote

from wms.demo.hall import take
from wms.demo.handheld import COUNTED, Json, ShiftTrouble
from wms.demo.trades.worker import DISPATCHING, IMPATIENT, PACKING, WRONG_ITEM, WRONG_PLACE, Worker

_PAPER_REFUSED = ("customs_order_refused", "customs_payment_refused", "customs_waybill_refused")
"""The gate's words for a list that waits for one of the three orders, which only a person can mend."""

LONGEST_WAIT_FOR_PASS = 60.0
"""Seconds. Longer than any simulated port thinks about a pass."""

_NOT_DECIDED = ("pending", "submitted", "accepted", "under_inspection", "detained")
"""What is detained is mostly let go in the end; a truck that does not wait would leave it behind for no good reason."""


@dataclass
class Dispatcher(Worker):
    """Takes parcels from the benches' end, asks at the gate, loads the green ones, cages the red ones."""

    lane: str = "LANE-1"
    patience_seconds: float = 45.0
    """So long without a word, and the truck leaves without what is still undecided."""
    trade: ClassVar[str] = DISPATCHING
    _waiting: list[str] = field(default_factory=list, init=False)
    _caged: set[str] = field(default_factory=set, init=False)
    _heard: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False)
    """How far each parcel was when it was last asked for."""
    _staged: int = field(default=0, init=False)
    _last_news: float = field(default_factory=time.monotonic, init=False)

    def work(self) -> None:
        self._take_lane()
        while not self.hall.stop.is_set():
            self._fetch()
            self._look_after_parcels()
            if self.hall.all_gone(PACKING) and self.hall.closed_parcels.empty() and self._is_decided():
                break
            time.sleep(0.05)
        for tracking_number in self._waiting:
            if tracking_number not in self._caged:
                self._present(tracking_number)
        self._close_load()

    def _take_lane(self) -> None:
        self.begin()
        reply = self.scan(f"LOC-{self.lane}")
        if self.handheld.is_home():
            raise ShiftTrouble(f"{self.lane} cannot be loaded: {reply['code']}")

    def _fetch(self) -> None:
        order = take(self.hall.closed_parcels, 0.02)
        if order is None:
            return
        self._last_news = time.monotonic()
        tracking_number = self.read_label(order)
        if tracking_number is None:
            raise ShiftTrouble(f"the parcel of order {order} has no declaration")
        self.hall.note_tracking_number(tracking_number)
        self._waiting.append(tracking_number)
        if self.chance(IMPATIENT):
            self._present(tracking_number)

    def _look_after_parcels(self) -> None:
        """Present what customs has let go; the oldest first."""
        for tracking_number in list(self._waiting[:8]):
            declaration = self._declaration(tracking_number)
            if declaration["gate_open"] or not (may_still_move(declaration) or tracking_number in self._caged):
                self._present(tracking_number)
            if tracking_number in self._waiting:
                # To the end: others may be green by now.
                self._waiting.remove(tracking_number)
                self._waiting.append(tracking_number)

    def _declaration(self, tracking_number: str) -> Json:
        found = self.handheld.get(f"/api/v1/customs/declarations?parcel={quote(tracking_number)}")
        assert found, "the door of declarations answers with a list"
        declaration = dict(found["declarations"][-1])
        said = heard_of(declaration)
        if self._heard.get(tracking_number) != said:
            # As long as something moves, it is worth waiting, however slow the machine is.
            self._heard[tracking_number] = said
            self._last_news = time.monotonic()
        return declaration

    def _is_decided(self) -> bool:
        """Nothing is left to wait for: customs has said no to the rest, or has had its time."""
        declarations = [self._declaration(tracking_number) for tracking_number in self._waiting]
        if time.monotonic() - self._last_news > self.patience_seconds:
            return True
        return not any(may_still_move(declaration) or declaration["gate_open"] for declaration in declarations)

    def _present(self, tracking_number: str) -> None:
        """Scan a parcel at the lane and obey."""
        self.begin()
        reply = self.scan(tracking_number)
        if reply["outcome"] == "confirm":
            reply = self.scan(tracking_number)  # its label is where a rule wants it
        if reply["code"] == "parcel_staged":
            self._waiting.remove(tracking_number)
            self._caged.discard(tracking_number)
            self._staged += 1
            self._last_news = time.monotonic()
            self.hall.tally.count("parcels loaded")
            if self.chance(WRONG_ITEM):
                self.scan(tracking_number)
        elif reply["code"] == "turned_red":
            self._fetch_red(str(reply["details"]["parcel"]))
            self._present(tracking_number)
        elif reply["outcome"] == "gate_closed":
            self._cage(tracking_number)
        else:
            raise ShiftTrouble(f"parcel {tracking_number} was refused at the lane: {reply['code']}")

    def _cage(self, tracking_number: str) -> None:
        if self.chance(WRONG_PLACE):
            self.scan(f"LOC-{self.lane}")
        self.scan(f"LOC-CAGE-{self.random.randint(1, 2)}")
        self._caged.add(tracking_number)
        self.hall.tally.count("parcels put into a cage")

    def _fetch_red(self, tracking_number: str) -> None:
        """The release of a parcel was withdrawn while it stood on the lane: off with it, into a cage."""
        self.scan(tracking_number)
        self._cage(tracking_number)
        self._staged -= 1
        self.hall.tally.count("releases withdrawn on the lane")

    def _close_load(self) -> None:
        """The truck leaves, where goods need a release with its exit pass; what turned red goes to a cage first."""
        self.begin()
        self._last_news = time.monotonic()
        while self._staged and not self.handheld.is_home():
            waits = self.handheld.step == "await_pass"
            self._take(self.scan(f"LOC-{self.lane}" if waits else "*DONE*"))
        if self._staged:
            self.hall.tally.count("loads closed")

    def _take(self, reply: Json) -> None:
        """Do what the answer about the load says."""
        match reply["code"]:
            case "load_gate_closed":
                self._fetch_red(str(reply["details"]["parcel"]))
            case "red_on_sealed_load" | "sealed_gate_closed":
                self._reopen()
                self._fetch_red(str(reply["details"]["parcel"]))
            case "pass_refused" | "pass_differs":
                self.hall.tally.count("exit passes refused")
                self._reopen()
            case "pass_awaited":
                self._wait_for_pass()
            case "pass_confirmed":
                self._leave()
            case "load_sealed_now":
                self.hall.tally.count("loads sealed")
            case _ if reply["outcome"] not in (*COUNTED, "confirm"):
                raise ShiftTrouble(f"the load on {self.lane} cannot be closed: {reply['code']}")

    def _leave(self) -> None:
        """Out of the gate; between the two scans customs may still change its mind."""
        if self.scan("*DONE*")["outcome"] == "confirm":
            reply = self.scan("*DONE*")
            if not self.handheld.is_home():
                self._take(reply)

    def _reopen(self) -> None:
        if self.scan("*REOPEN*")["outcome"] == "confirm":
            self.scan("*REOPEN*")

    def _wait_for_pass(self) -> None:
        if time.monotonic() - self._last_news > LONGEST_WAIT_FOR_PASS:
            raise ShiftTrouble(f"nobody decided about the exit pass of the load on {self.lane}")
        self.begin()
        time.sleep(0.2)


def heard_of(declaration: Json) -> tuple[str, ...]:
    """How far a parcel is with customs, its papers on their way included: on a slow machine they are long on it."""
    papers = [f"{paper['kind']} {paper['outgoing']} {paper['state']}" for paper in declaration["documents"]]
    return (declaration["state"], declaration["status"], declaration["gate_code"], *papers)


def may_still_move(declaration: Json) -> bool:
    """Whether customs may still say something. About papers that do not agree it is not even asked."""
    waits_for_person = ("customs_findings", *_PAPER_REFUSED)
    return declaration["state"] in _NOT_DECIDED and declaration["gate_code"] not in waits_for_person
