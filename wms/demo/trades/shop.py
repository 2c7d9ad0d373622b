"""The shop: sends orders in all through the day."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from wms.demo.handheld import DOUBLED_PER_MILLE
from wms.demo.trades.worker import SELLING, Worker
from wms.orders.intake import NewOrder


@dataclass
class Shop(Worker):
    """No person of the hall: the shop's system, which sends orders all through the day."""

    orders: Sequence[NewOrder] = ()
    trade: ClassVar[str] = SELLING

    def work(self) -> None:
        for number, order in enumerate(self.orders):
            if self.hall.stop.is_set():
                return
            document = msgspec.to_builtins(order)
            self.handheld.push("/api/v1/orders", document)
            if self.random.randrange(1000) < DOUBLED_PER_MILLE:
                self.handheld.push("/api/v1/orders", document)
            self.hall.note_order(order.number)
            self.hall.note_news()
            if number >= len(self.orders) // 2:
                time.sleep(0.1)
