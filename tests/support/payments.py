"""The payment company of the small warehouse (`tests.support.floor`): tells that an order was paid.

`Floor.order` calls `push_slip` for every order of a bonded warehouse, so that its parcels can be declared. A test about
payments says `floor.order("42", is_paid=False, RED=1)` and then what is different:
`push_slip(floor, "42", amount=Decimal("1.00"))`.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.catalogue.tables import Merchant
from wms.customs.facts import Company, PaymentSlip
from wms.customs.model import as_return_time
from wms.customs.parties.settings import add_partner, who_of_token
from wms.customs.payment.payments import take_slip
from wms.orders.lookup import orders_by_number
from wms.orders.model import Order

if TYPE_CHECKING:
    from tests.support.floor import Floor

PROGRAM = "payment-company"
"""Name of the token of the payment company's program."""


def push_slip(floor: "Floor", number: str, **changes: Any) -> PaymentSlip:
    """What the payment company says of the order with this number: paid in full by its buyer, except for `changes`.

    Kept under the name of a program that speaks for the company; nothing is checked before a worker runs, or the parcel
    is closed.
    """

    def work(session: Session) -> PaymentSlip:
        order = orders_by_number(session, floor.warehouse_id, number)[0]
        merchant = session.get_one(Merchant, order.merchant_id)
        slip = replace(slip_of(order, merchant, floor), **changes)
        now, by = floor.clock.now(), command_line(floor.warehouse_id)
        create_api_token(session, by, name=PROGRAM, role=Role.INTEGRATION, now=now)
        assert add_partner(session, by, PROGRAM, slip.company.code, now=now) is None
        taken = take_slip(session, floor.warehouse_id, slip, source=who_of_token(PROGRAM), receipt_id=None, now=now)
        assert not hasattr(taken, "code"), taken
        return slip

    return floor.database.in_transaction(work)


def slip_of(order: Order, merchant: Merchant, floor: "Floor") -> PaymentSlip:
    """A slip that agrees with its order in everything, told at the floor's present moment."""
    paid_at = order.payment.paid_at or floor.clock.now()
    return PaymentSlip(
        company=Company(merchant.payment_code, merchant.payment_name),
        transaction_id=order.payment.transaction_id or f"PAY-{order.number}",
        order_no=order.number,
        platform=Company(merchant.platform_code, merchant.platform_name),
        app_type="1",
        app_time=as_return_time(max(floor.clock.now(), paid_at + timedelta(seconds=1)))[:14],
        payer_name=order.buyer.name,
        payer_id_number=order.buyer.id_number,
        amount=order.amounts.paid.as_decimal(),
        paid_at=as_return_time(paid_at)[:14],
        payer_phone=order.buyer.phone,
    )
