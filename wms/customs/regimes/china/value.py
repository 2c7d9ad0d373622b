"""What of an order counts: its fees and its dutiable value, from the best paper that is there.

Called by `money_rules` and `goods_rules`, and by `wms.customs.checks.checking` for the yearly sum it keeps. Pure.
"""

from decimal import Decimal

from wms.customs.regimes.china.documents import Order
from wms.customs.regimes.china.limits import dutiable_value
from wms.customs.regimes.china.papers import Papers, RuleSettings


def fees_of(papers: Papers) -> Decimal:
    """Freight and insurance: of the list, else of the waybill, else what the order says (which knows no insurance)."""
    return sum(_fees(papers), Decimal(0))


def value_of(order: Order, papers: Papers, settings: RuleSettings) -> Decimal:
    """The dutiable value: goods, freight and insurance."""
    head = order.head
    freight, insurance = _fees(papers)
    return dutiable_value(
        head.goodsValue, freight, insurance, head.discount, discount_lowers=settings.discount_lowers_value
    )


def _fees(papers: Papers) -> tuple[Decimal, Decimal]:
    if papers.inventory is not None:
        return papers.inventory.head.freight, papers.inventory.head.insuredFee
    if papers.waybill is not None:
        return papers.waybill.freight or Decimal(0), papers.waybill.insuredFee or Decimal(0)
    return (papers.order.head.freight if papers.order is not None else Decimal(0)), Decimal(0)
