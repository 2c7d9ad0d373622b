"""What all trades have in common: signing in, scanning, what is on the screen, and the odds of a mistake."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar
from urllib.parse import quote

from wms.demo.goods import BY_NAME, PRODUCTS, Product
from wms.demo.hall import Hall
from wms.demo.handheld import Handheld, Json, ShiftTrouble
from wms.kernel.identity import gs1_check_digit

MOST_SCANS_PER_TASK = 400
"""Nobody needs so many; who does goes round in circles."""

WRONG_PLACE, WRONG_ITEM, UNDO, SKIP, SHORT, IMPATIENT, UNKNOWN_GOODS = 30, 25, 20, 15, 12, 120, 60
"""How often people err or things are not as they should be, per mille of the occasions."""

NOT_OURS = "952999900000" + gs1_check_digit("952999900000")
"""A right GTIN of a product nobody knows."""

RECEIVING, PICKING, PACKING, DISPATCHING, SELLING = "receiving", "picking", "packing", "dispatching", "selling"
"""Trades, as people clock in and out."""


@dataclass
class Worker(ABC):
    """Somebody with a handheld."""

    hall: Hall
    handheld: Handheld
    random: Random
    trade: ClassVar[str] = ""
    _scans: int = field(default=0, init=False)

    def run(self) -> None:
        """Sign in, work until there is nothing left to do, clock out."""
        try:
            self.handheld.sign_in()
            self.work()
        except ShiftTrouble as trouble:
            self.hall.trouble(f"{self.trade} {self.handheld.person.badge}: {trouble}")
        except Exception as error:  # noqa: BLE001  (a bug of the shift itself must end it and not just one thread)
            self.hall.trouble(f"{self.trade} {self.handheld.person.badge}: {type(error).__name__}: {error}")
        finally:
            self.hall.clock_out(self.trade)
            self.handheld.close()

    @abstractmethod
    def work(self) -> None:
        """Do what is there to do in this trade, until nothing is left."""

    def chance(self, per_mille: int) -> bool:
        return self.random.randrange(1000) < per_mille

    def read_label(self, order: str) -> str | None:
        """What stands on the label of an order's parcel; None where there is none."""
        found = self.handheld.get(f"/api/v1/customs/declarations?order={quote(order)}")
        parcels = found["declarations"] if found else []
        return str(parcels[-1]["tracking_number"]) if parcels else None

    def scan(self, raw: str, source: str = "wedge") -> Json:
        """One scan within a task."""
        self._scans += 1
        if self._scans > MOST_SCANS_PER_TASK:
            screen = self.handheld.screen
            raise ShiftTrouble(f"went round in circles at {screen['screen']} {screen['step']}, scanning {raw!r}")
        return self.handheld.scan(raw, source)

    def begin(self) -> None:
        """A new task: count scans from here."""
        self._scans = 0

    def expected_code(self) -> str:
        """The code that the goods or the place on the screen carry."""
        screen = self.handheld.screen
        if screen["accepts"]:
            return str(screen["accepts"][0])
        raise ShiftTrouble(f"the screen {screen['screen']} {screen['step']} does not say what to scan")

    def product_on_screen(self) -> Product:
        """The product whose name is on the screen, as it lies in front of the person."""
        return BY_NAME[self.handheld.screen["what"]]

    def units_on_screen(self) -> int:
        return int(self.handheld.screen["how_many"] or "1")

    def wrong_goods(self) -> str:
        """The barcode of something else that lies near by."""
        return self.random.choice(PRODUCTS).gtin
