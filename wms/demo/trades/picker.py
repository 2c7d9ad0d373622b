"""Pickers: take an empty tote, walk, fill it, put it onto the belt to the benches."""

import time
from typing import ClassVar

from wms.demo.hall import take
from wms.demo.handheld import COUNTED, ShiftTrouble
from wms.demo.trades.worker import (
    PACKING,
    PICKING,
    RECEIVING,
    SELLING,
    SHORT,
    SKIP,
    UNDO,
    WRONG_ITEM,
    WRONG_PLACE,
    Worker,
)

SETTLES_SECONDS = 5.0
"""After so long without new stock and new orders every order that can be promised has been."""


class Picker(Worker):
    """Takes an empty tote, walks, fills it, puts it onto the belt to the benches."""

    trade: ClassVar[str] = PICKING

    def work(self) -> None:
        while not self.hall.stop.is_set():
            tote = take(self.hall.empty_totes)
            if tote is None:
                if self.hall.all_gone(PACKING):
                    raise ShiftTrouble("there is no empty tote left")
                continue
            self.begin()
            reply = self.scan(tote)
            if self.handheld.is_home():
                if reply["code"] != "no_work":
                    # Somebody outside this shift uses it.
                    continue
                self.hall.empty_totes.put(tote)
                if self._is_over():
                    return
                time.sleep(0.3)
                continue
            self.hall.note_order(str(reply["details"]["order"]))
            self._pick(tote)

    def _is_over(self) -> bool:
        return self.hall.all_gone(RECEIVING, SELLING) and self.hall.seconds_since_news() > SETTLES_SECONDS

    def _pick(self, tote: str) -> None:
        units = 0
        while not self.handheld.is_home():
            if self.handheld.step == "scan_tote":
                self.scan(tote)
            elif self.chance(SKIP):
                self.scan("*SKIP*")
            elif self.chance(SHORT):
                self.scan("*SHORT*")
                self.scan("*SHORT*")
                self.hall.tally.count("short picks")
            elif self.handheld.step == "scan_place":
                self._go_to_place()
            else:
                units += self._take()
        if units:
            self.hall.tally.count("orders picked")
            self.hall.full_totes.put(tote)
        else:
            self.hall.empty_totes.put(tote)

    def _go_to_place(self) -> None:
        if self.chance(WRONG_PLACE):
            self.scan(f"LOC-{self.random.choice(('A-01-01-A', 'A-02-03-B', 'R-01-01'))}")
        if self.handheld.step == "scan_place":
            self.scan(self.expected_code())

    def _take(self) -> int:
        """Units taken: a wrong one stays on the shelf, one too many goes back."""
        if self.chance(WRONG_ITEM):
            wrong = self.wrong_goods()
            if wrong != self.product_on_screen().gtin:
                self.scan(wrong)
        wanted = self.units_on_screen()
        if self.scan(self.product_on_screen().gtin)["outcome"] not in COUNTED:
            return 0
        taken = 1
        if wanted > 2 and self.random.random() < 0.7:
            taken += wanted - 1 if self.scan(f"*QTY+{wanted - 1}*")["outcome"] in COUNTED else 0
        elif self.chance(UNDO) and self.scan("*UNDO*")["outcome"] in COUNTED:
            taken -= 1
        self.hall.tally.count("units picked", taken)
        return taken
