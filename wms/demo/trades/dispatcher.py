"""Dispatchers: take parcels from the benches' end, ask at the gate, load the green ones, cage the red ones."""

import time
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import quote

from wms.demo.hall import take
from wms.demo.handheld import COUNTED, Json, ShiftTrouble
from wms.demo.trades.worker import DISPATCHING, IMPATIENT, PACKING, WRONG_ITEM, WRONG_PLACE, Worker

_NOT_DECIDED = ("pending", "submitted", "accepted", "under_inspection")


@dataclass
class Dispatcher(Worker):
    """Takes parcels from the benches' end, asks at the gate, loads the green ones, cages the red ones."""

    lane: str = "LANE-1"
    patience_seconds: float = 45.0
    """So long without a release, and the truck leaves without what is still undecided."""
    trade: ClassVar[str] = DISPATCHING
    _waiting: list[str] = field(default_factory=list, init=False)
    _caged: set[str] = field(default_factory=set, init=False)
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
        tracking_number = self._read_label(order)
        if tracking_number is None:
            raise ShiftTrouble(f"the parcel of order {order} has no declaration")
        self.hall.note_tracking_number(tracking_number)
        self._waiting.append(tracking_number)
        if self.chance(IMPATIENT):
            self._present(tracking_number)

    def _read_label(self, order: str) -> str | None:
        found = self.handheld.get(f"/api/v1/customs/declarations?order={quote(order)}")
        parcels = found["declarations"] if found else []
        return str(parcels[-1]["tracking_number"]) if parcels else None

    def _look_after_parcels(self) -> None:
        """Present what customs has let go; the oldest first."""
        for tracking_number in list(self._waiting[:8]):
            declaration = self._declaration(tracking_number)
            if declaration["gate_open"]:
                self._present(tracking_number)
            elif _is_open(declaration):
                # To the end: others may be green by now.
                self._waiting.remove(tracking_number)
                self._waiting.append(tracking_number)
            elif tracking_number not in self._caged:
                self._present(tracking_number)

    def _declaration(self, tracking_number: str) -> Json:
        found = self.handheld.get(f"/api/v1/customs/declarations?parcel={quote(tracking_number)}")
        assert found, "the door of declarations answers with a list"
        return dict(found["declarations"][-1])

    def _is_decided(self) -> bool:
        """Nothing is left to wait for: customs has said no to the rest, or has had its time."""
        if time.monotonic() - self._last_news > self.patience_seconds:
            return True
        declarations = [self._declaration(tracking_number) for tracking_number in self._waiting]
        return not any(_is_open(declaration) or declaration["gate_open"] for declaration in declarations)

    def _present(self, tracking_number: str) -> None:
        """Scan a parcel at the lane and obey."""
        self.begin()
        reply = self.scan(tracking_number)
        if reply["code"] == "parcel_staged":
            self._waiting.remove(tracking_number)
            self._caged.discard(tracking_number)
            self._staged += 1
            self._last_news = time.monotonic()
            self.hall.tally.count("parcels loaded")
            if self.chance(WRONG_ITEM):
                self.scan(tracking_number)
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

    def _close_load(self) -> None:
        """The truck leaves; a parcel whose release was withdrawn goes to a cage first."""
        self.begin()
        while self._staged and not self.handheld.is_home():
            reply = self.scan("*DONE*")
            if reply["code"] == "load_gate_closed":
                withdrawn = str(reply["details"]["parcel"])
                self.scan(withdrawn)
                self._cage(withdrawn)
                self._staged -= 1
                self.hall.tally.count("releases withdrawn on the lane")
            elif reply["outcome"] not in (*COUNTED, "confirm"):
                raise ShiftTrouble(f"the load on {self.lane} cannot be closed: {reply['code']}")
        if self._staged:
            self.hall.tally.count("loads closed")


def _is_open(declaration: Json) -> bool:
    """Whether customs may still say something."""
    return declaration["state"] in _NOT_DECIDED
