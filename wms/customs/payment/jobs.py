"""Outbox handler: a slip was taken in, so its orders are checked, and what has become whole is sent.

Registered in `wms.app` and run by the worker, with no transaction open. One transaction for each order, so that one
order cannot keep another; repeating it writes the same.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from wms.customs.checks.checking import check_order
from wms.customs.payment.payments import SLIP_TOPIC, orders_concerned
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.outbox.service import Message
from wms.outbox.worker import Handler


@dataclass(frozen=True, slots=True)
class SlipChecker:
    """Works out what a new slip changes."""

    database: Database
    clock: Clock

    def handlers(self) -> Mapping[str, Handler]:
        return {SLIP_TOPIC: self.check}

    def check(self, message: Message) -> None:
        """Check every order the slip's transaction was ever said to pay: a slip for one may free or stop another."""
        slip_id, warehouse_id = UUID(json.loads(message.payload)["slip_id"]), message.warehouse_id
        orders = self.database.reading(lambda session: orders_concerned(session, warehouse_id, slip_id))
        for order_id in orders:
            look = partial(check_order, warehouse_id=warehouse_id, order_id=order_id, now=self.clock.now())
            self.database.in_transaction(look)
