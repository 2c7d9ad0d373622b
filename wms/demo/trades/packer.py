"""Packers: take a tote from the belt and pack its order into one parcel."""

from typing import ClassVar

from wms.demo.hall import take
from wms.demo.handheld import Json, ShiftTrouble
from wms.demo.trades.worker import NOT_OURS, PACKING, PICKING, SHORT, UNDO, WRONG_ITEM, Worker

LARGEST_BOX = "BOX-XL"
BENCHES = 3
"""Of four: the last one has a program with a scale and a printer, and belongs to whoever tries them."""
CLOSED = ("parcel_closed", "parcel_closed_held", "label_applied", "label_applied_held")
"""Said at last of a parcel, where it may go on and where it goes into a cage."""


class Packer(Worker):
    """Takes a tote from the belt and packs its order into one parcel."""

    trade: ClassVar[str] = PACKING

    def work(self) -> None:
        while not self.hall.stop.is_set():
            tote = take(self.hall.full_totes)
            if tote is not None:
                self._pack(tote)
            elif self.hall.all_gone(PICKING) and self.hall.full_totes.empty():
                return

    def _pack(self, tote: str) -> None:
        self.begin()
        reply = self.scan(tote)
        if self.handheld.is_home():
            raise ShiftTrouble(f"{tote} cannot be packed: {reply['code']}")
        while not self.handheld.is_home():
            reply = self._next_scan(reply)
        if reply["code"] in CLOSED:
            self.hall.tally.count("parcels packed")
            self.hall.closed_parcels.put(str(reply["details"]["order"]))
        self.hall.empty_totes.put(tote)

    def _next_scan(self, before: Json) -> Json:
        step = self.handheld.step
        if step == "scan_bench":
            return self.scan(f"LOC-BENCH-{self.random.randint(1, BENCHES)}")
        if step == "scan_box":
            accepts = self.handheld.screen["accepts"]
            return self.scan(str(accepts[0]) if accepts else LARGEST_BOX)
        if step in ("scan_list", "scan_material"):
            return self.scan(str(self.handheld.screen["accepts"][0]))
        if step == "weigh":
            return self._weigh()
        if step == "scan_label":
            return self._prove(str(before["details"]["order"]))
        if self.chance(WRONG_ITEM):
            self.scan(NOT_OURS)
        if self.chance(SHORT // 4):
            # It fell down on the way and broke: the second scan says so.
            self.scan("*SHORT*")
            return self.scan("*SHORT*")
        reply = self.scan(self.product_on_screen().gtin)
        if self.handheld.step == "scan_item" and self.chance(UNDO):
            reply = self.scan("*UNDO*")
        return reply

    def _prove(self, order: str) -> Json:
        """The label is on the box: scanned, and scanned again where it is asked whether it is in its place."""
        tracking_number = self.read_label(order)
        if tracking_number is None:
            raise ShiftTrouble(f"the parcel of order {order} has no label")
        reply = self.scan(tracking_number)
        return self.scan(tracking_number) if reply["outcome"] == "confirm" else reply

    def _weigh(self) -> Json:
        expected = next((text for _, text in self.handheld.screen["facts"] if _is_weight(text)), "500 g")
        grams = max(1, int(expected.removesuffix(" g")) * self.random.randint(98, 103) // 100)
        if self.chance(WRONG_ITEM):
            self.scan(f"*WEIGHT={grams * 2 + 200}*")
        return self.scan(f"*WEIGHT={grams}*")


def _is_weight(text: str) -> bool:
    return text.endswith(" g") and text.removesuffix(" g").isdigit()
