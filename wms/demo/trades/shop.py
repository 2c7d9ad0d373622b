"""The shop: sends orders in all through the day, and the payment company says who paid them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from wms.demo.handheld import DOUBLED_PER_MILLE, Handheld
from wms.demo.payments import Payment, as_sent
from wms.demo.trades.worker import SELLING, Worker
from wms.orders.intake import NewOrder

SLIP_FIRST_PER_MILLE = 100
"""Two companies send; sometimes the payment company is the quicker one."""


@dataclass
class Shop(Worker):
    """No person of the hall: the shop's system, which sends orders all through the day, and beside it the payment
    company's, which brings the slips with a token of its own.
    """

    payments: Sequence[Payment] = ()
    payment_company: Handheld | None = None
    trade: ClassVar[str] = SELLING

    def work(self) -> None:
        try:
            self._sell()
        finally:
            if self.payment_company is not None:
                self.payment_company.close()

    def _sell(self) -> None:
        for number, payment in enumerate(self.payments):
            if self.hall.stop.is_set():
                return
            if self.chance(SLIP_FIRST_PER_MILLE):
                self._bring_slip(payment)
                self._send(payment.order)
            else:
                self._send(payment.order)
                self._bring_slip(payment)
            self.hall.note_order(payment.order.number)
            self.hall.note_news()
            if number >= len(self.payments) // 2:
                time.sleep(0.1)

    def _send(self, order: NewOrder) -> None:
        document = msgspec.to_builtins(order)
        self.handheld.push("/api/v1/orders", document)
        if self.chance(DOUBLED_PER_MILLE):
            self.handheld.push("/api/v1/orders", document)

    def _bring_slip(self, payment: Payment) -> None:
        assert self.payment_company is not None, "somebody must say who paid"
        for _ in range(2 if self.chance(DOUBLED_PER_MILLE) else 1):
            self.payment_company.push("/api/v1/customs/payments", as_sent(payment.slip))
