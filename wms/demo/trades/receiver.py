"""Receivers: take deliveries in, onto pallets, and put them away."""

import queue
from typing import ClassVar

from wms.demo.goods import BY_CODE
from wms.demo.hall import Delivered, Delivery, take
from wms.demo.handheld import COUNTED, Json, ShiftTrouble
from wms.demo.trades.worker import NOT_OURS, RECEIVING, UNDO, UNKNOWN_GOODS, WRONG_ITEM, WRONG_PLACE, Worker


class Receiver(Worker):
    """Takes deliveries in, onto pallets, and puts them away."""

    trade: ClassVar[str] = RECEIVING

    def work(self) -> None:
        while not self.hall.stop.is_set():
            try:
                delivery = self.hall.deliveries.get_nowait()
            except queue.Empty:
                return
            for pallet in self._receive(delivery):
                self._put_away(pallet)
            self.hall.tally.count("deliveries received")

    def _receive(self, delivery: Delivery) -> list[str]:
        self.begin()
        pallets = [self._empty_pallet()]
        self._opened(self.scan(f"ASN-{delivery.notice}"), delivery.notice)
        while self.handheld.step == "scan_container":
            if self.scan(f"{pallets[-1]}")["code"] == "container_in_use":
                pallets[-1] = self._empty_pallet()
        for number, goods in enumerate(delivery.goods):
            if number and self.chance(150):
                self.scan("*FULL*")
                pallets.append(self._empty_pallet())
                self.scan(pallets[-1])
            self._count(goods)
        if self.chance(UNKNOWN_GOODS):
            self.scan(NOT_OURS)
            self.scan(NOT_OURS)
        self._finish(delivery)
        return pallets

    def _opened(self, reply: Json, notice: str) -> None:
        if self.handheld.is_home():
            raise ShiftTrouble(f"notice {notice} cannot be received: {reply['code']}")

    def _empty_pallet(self) -> str:
        pallet = take(self.hall.empty_pallets, 30)
        if pallet is None:
            raise ShiftTrouble("there is no empty pallet left")
        return pallet

    def _count(self, goods: Delivered) -> None:
        """By cases where there are whole ones, the rest by one scan and a number."""
        product = BY_CODE[goods.code]
        left = goods.units
        while product.case_quantity and left >= product.case_quantity and self.random.random() < 0.9:
            self._count_pack(product.case_gtin, goods)
            left -= product.case_quantity
        if left:
            self._count_pack(product.gtin, goods)
            left -= 1
        if left:
            self._confirmed(f"*QTY+{left}*")
        self.hall.tally.count("units received", goods.units)

    def _count_pack(self, code: str, goods: Delivered) -> None:
        if self.handheld.step == "scan_item":
            self._confirmed(self._with_lot(code, goods) if goods.lot and self.random.random() < 0.5 else code)
        if self.handheld.step == "scan_lot":
            self._confirmed(goods.lot, "manual")
        if self.handheld.step == "scan_expiry":
            self._confirmed(goods.expires_on, "manual")
        if self.chance(UNDO):
            # Back to whichever step asked last; from there it is counted again.
            self.scan("*UNDO*")
            self._count_pack(code, goods)

    @staticmethod
    def _with_lot(code: str, goods: Delivered) -> str:
        """What a GS1-128 symbol on the carton says: article, expiry, lot."""
        expiry = f"17{goods.expires_on[2:].replace('-', '')}" if goods.expires_on else ""
        return f"]C101{code:0>14}{expiry}10{goods.lot}"

    def _confirmed(self, code: str, source: str = "wedge") -> None:
        """A scan that must count, after a second look where one is asked for."""
        reply = self.scan(code, source)
        if reply["outcome"] == "confirm":
            reply = self.scan(code, source)
        if reply["outcome"] not in COUNTED:
            raise ShiftTrouble(f"scanning {code!r} at {reply['screen']['step']} was refused: {reply['code']}")

    def _finish(self, delivery: Delivery) -> None:
        self._confirmed("*CLOSE*" if delivery.is_short else "*DONE*")

    def _put_away(self, pallet: str) -> None:
        self.begin()
        reply = self.scan(pallet)
        if self.handheld.is_home():
            raise ShiftTrouble(f"{pallet} cannot be put away: {reply['code']}")
        while not self.handheld.is_home():
            if self.handheld.step == "scan_container":
                self.scan(pallet)
            elif self.handheld.step == "scan_item":
                if self.chance(WRONG_ITEM):
                    self.scan(NOT_OURS)
                self.scan(self.product_on_screen().gtin)
            else:
                self._shelve()
        self.hall.note_news()
        self.hall.empty_pallets.put(pallet)

    def _shelve(self) -> None:
        if self.chance(WRONG_PLACE):
            self.scan("LOC-LANE-1")
        reply = self.scan(self.expected_code())
        if reply["outcome"] in COUNTED:
            self.hall.tally.count("lines put away")
