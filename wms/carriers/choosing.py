"""What a carrier is told of an order, and which carrier that is. Reads only. Called by `bookings` and by the pages."""

import hashlib
import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.orm import Session

from wms.carriers.accounts import accounts, prices_of, rules_of
from wms.carriers.model import Contact, Content, ShipmentDraft
from wms.carriers.rules import Choice, Looked, Reason, Wanted, choose
from wms.catalogue.lookup import items_by_id
from wms.catalogue.model import ItemFacts
from wms.catalogue.tables import Merchant
from wms.orders.model import Order
from wms.places.tables import Warehouse

PACKING_GRAMS = 100
"""Carton and paper around the goods, while nobody has weighed the parcel."""


def recipient_of(order: Order) -> Contact:
    """Who gets the parcel."""
    there = order.consignee
    return Contact(there.name, there.phone, " ".join(there.address), there.district, there.country)


def is_outdated(draft: str, order: Order) -> bool:
    """Whether the recipient was corrected after a carrier was told of him."""
    return read_draft(draft).recipient != recipient_of(order)


def draft_of(session: Session, warehouse_id: int, order: Order, service: str) -> ShipmentDraft:
    """What a carrier is told. The weight is the expected one: goods by the catalogue, and a carton around them."""
    warehouse = session.get_one(Warehouse, warehouse_id)
    merchant = session.get_one(Merchant, order.merchant_id)
    items = items_by_id(session, [line.sku_id for line in order.lines])
    return ShipmentDraft(
        order_number=order.number,
        # The merchant sends, from our address: that is where a parcel nobody accepts has to come back to.
        sender=Contact(merchant.name, "", " ".join((warehouse.name, warehouse.address)).strip(), "", "CN"),
        recipient=recipient_of(order),
        contents=tuple(
            Content(items[line.sku_id].item.name, line.picked or line.quantity, line.unit_price_minor)
            for line in order.lines
        ),
        weight_grams=expected_grams(order, items),
        currency=order.amounts.goods.currency,
        service=service,
    )


def expected_grams(order: Order, items: dict[int, ItemFacts]) -> int:
    """What the parcel will weigh by the catalogue."""
    goods = sum(items[line.sku_id].weight_grams * (line.picked or line.quantity) for line in order.lines)
    return goods + PACKING_GRAMS


def choice_for(
    session: Session, warehouse_id: int, order: Order, *, now: datetime, tried: AbstractSet[str] = frozenset()
) -> Choice:
    """The carrier by the rules as they stand now."""
    items = items_by_id(session, [line.sku_id for line in order.lines])
    zone = ZoneInfo(session.get_one(Warehouse, warehouse_id).timezone)
    wanted = Wanted(
        merchant=session.get_one(Merchant, order.merchant_id).code,
        country=order.consignee.country,
        district=order.consignee.district,
        weight_grams=expected_grams(order, items),
        longest_mm=max((_longest(items[line.sku_id]) for line in order.lines), default=0),
        priority=order.priority,
        local_time=now.astimezone(zone).time(),
    )
    enabled = {account.code for account in accounts(session, warehouse_id) if account.is_enabled}
    return choose(
        wanted, rules_of(session, warehouse_id), prices_of(session, warehouse_id), enabled=enabled, tried=tried
    )


def _longest(item: ItemFacts) -> int:
    return max(item.length_mm, item.width_mm, item.height_mm)


def written_draft(draft: ShipmentDraft) -> tuple[str, str]:
    """The draft as it is kept, and its fingerprint."""
    text = json.dumps(asdict(draft), ensure_ascii=False, sort_keys=True)
    return text, hashlib.sha256(text.encode()).hexdigest()


def read_draft(text: str) -> ShipmentDraft:
    """What `written_draft` wrote."""
    return msgspec.json.decode(text, type=ShipmentDraft)


def written_choice(looked_at: Sequence[Looked]) -> str:
    """The reasons as they are kept."""
    return json.dumps([[each.account, each.reason, each.detail] for each in looked_at], ensure_ascii=False)


def read_choice(text: str) -> tuple[Looked, ...]:
    """What `written_choice` wrote."""
    return tuple(Looked(account, Reason(reason), detail) for account, reason, detail in json.loads(text))
