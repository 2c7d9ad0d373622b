"""What proves a label outside its packing: what is asked about its place first, and the scan of a lane.

A parcel that comes onto a lane proves its label: what was scanned there is the label on the box. `proving` wraps the
writer of StageParcel in `wms.app`, so that nobody looks for the label of a parcel that is on its way, and the scan of
the lane can still be taken back: the proof stays, it was seen.

Invariant: where a rule gives the label a place, no scan proves it without the question, as the rules stand now.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.bench.effects import ApplyLabel
from wms.bench.label_place import question_of_place
from wms.bench.lookup import jobs_of_parcel
from wms.bench.model import LabelJob
from wms.bench.ordering import apply_label
from wms.catalogue.lookup import items_by_id
from wms.kernel.refusal import Refusal
from wms.orders.lookup import order_by_id, packing_wishes
from wms.packaging.lookup import any_label_check, needs_of_order
from wms.shipments.model import Parcel, StageParcel
from wms.tasks.decision import Note
from wms.tasks.writers import Writer


def question_about_order(session: Session, warehouse_id: int, order_id: UUID) -> Note | None:
    """What has to be asked about the labels of an order's parcels; None where no rule asks."""
    if not any_label_check(session, warehouse_id):
        # Most warehouses have no such rule, and every parcel that comes onto a lane is looked at.
        return None
    order = order_by_id(session, warehouse_id, order_id)
    assert order is not None, f"there is a parcel of order {order_id}, which does not exist"
    goods = items_by_id(session, [line.sku_id for line in order.lines]).values()
    is_gift = packing_wishes(session, warehouse_id, order.id).is_gift
    country = order.consignee.country
    needs = needs_of_order(session, warehouse_id, order.merchant_id, goods, country, is_gift=is_gift)
    return question_of_place(needs)


def question_on_lane(session: Session, warehouse_id: int, parcel: Parcel) -> Note | None:
    """The same of a parcel that comes onto a lane; None too where its label was proven before.

    Where no bench printed it, nothing keeps what its packer was asked, and the lane asks once more.
    """
    question = question_about_order(session, warehouse_id, parcel.order_id)
    if question is None or _is_proven(jobs_of_parcel(session, warehouse_id, parcel.id)):
        return None
    return question


def _is_proven(copies: list[LabelJob]) -> bool:
    """Whether the newest copy that is out, or wanted, was scanned on its box. One ordered since was not seen there."""
    last = next((copy for copy in reversed(copies) if copy.is_applied or copy.may_be_on_box), None)
    return last is not None and last.is_applied


def proving(stage: Callable[..., Refusal | None]) -> Writer[StageParcel]:
    """The writer `stage` that also says that the parcel's label is on it."""

    def write(session: Session, warehouse_id: int, effect: StageParcel, /, *, now: datetime) -> Refusal | None:
        refusal = stage(session, warehouse_id, effect, now=now)
        if refusal is None:
            apply_label(session, warehouse_id, ApplyLabel(effect.parcel_id), now=now)
        return refusal

    return write
