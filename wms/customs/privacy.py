"""Personal data of an order in full: given to whoever needs them, never without a record of who looked and why.

Called by the supervisors' pages. Everywhere else the values are masked (`wms.kernel.masking`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller, Capability
from wms.access.rules import may
from wms.catalogue.tables import Merchant
from wms.customs.payment.payments import slip_of_order
from wms.kernel.errors import BadInput, Fault, NotAllowed
from wms.kernel.refusal import Refusal
from wms.orders.lookup import order_by_id

MOST_REASON = 500


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """One person of an order, in full. Has no repr: nothing may write it down by accident."""

    name: str
    id_number: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Everybody an order names."""

    order_no: str
    buyer: Person = field(repr=False)
    consignee: Person = field(repr=False)
    payer: Person | None = field(repr=False)
    """None while there is no slip."""


def reveal(session: Session, caller: Caller, order_id: UUID, *, reason: str, now: datetime) -> PersonalData | Refusal:
    """The personal data of an order; that `caller` saw them is recorded in the same transaction.

    Call it inside `in_transaction` and show the outcome after the commit. Refuses `no_such_order`. Raises NotAllowed
    without Capability.SEE_PERSONAL_DATA, BadInput without a reason.
    """
    if not may(caller.role, Capability.SEE_PERSONAL_DATA):
        raise NotAllowed(f"The role {caller.role} does not see personal data. Ask the customs clerk.")
    if not 1 <= len(reason.strip()) <= MOST_REASON:
        raise BadInput([Fault("reason", f"must say in 1 to {MOST_REASON} characters what the data are needed for")])
    order = order_by_id(session, caller.warehouse_id, order_id)
    if order is None:
        return Refusal("no_such_order", {"order": str(order_id)})
    platform = session.get_one(Merchant, order.merchant_id).platform_code
    slip = slip_of_order(session, caller.warehouse_id, order.number, platform)
    record(session, caller, "personal_data_seen", order.number, now=now, details={"reason": reason.strip()})
    return PersonalData(
        order.number,
        buyer=Person(order.buyer.name, order.buyer.id_number, order.buyer.phone),
        consignee=Person(order.consignee.name, phone=order.consignee.phone, address=" ".join(order.consignee.address)),
        payer=None if slip is None else Person(slip.payer_name, slip.payer_id_number, slip.payer_phone),
    )
