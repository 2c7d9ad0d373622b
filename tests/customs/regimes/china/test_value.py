from dataclasses import replace
from decimal import Decimal

from tests.customs.regimes.china.sample_order import LIST, ORDER, WAYBILL
from wms.customs.regimes.china.papers import Papers, RuleSettings
from wms.customs.regimes.china.value import fees_of, value_of

DEARER = replace(WAYBILL, freight=Decimal(40), insuredFee=Decimal(2))
LISTED = replace(LIST, head=replace(LIST.head, freight=Decimal(50), insuredFee=Decimal(3)))


def test_fees_come_from_the_best_paper_that_is_there() -> None:
    assert fees_of(Papers()) == 0
    assert fees_of(Papers(order=ORDER)) == 30
    assert fees_of(Papers(order=ORDER, waybill=DEARER)) == 42
    assert fees_of(Papers(order=ORDER, waybill=DEARER, inventory=LISTED)) == 53
    assert fees_of(Papers(waybill=replace(WAYBILL, freight=None, insuredFee=None))) == 0


def test_the_dutiable_value_is_goods_freight_and_insurance() -> None:
    assert value_of(ORDER, Papers(order=ORDER, waybill=DEARER), RuleSettings()) == 342
    lowered = RuleSettings(discount_lowers_value=True)
    assert value_of(ORDER, Papers(order=ORDER), lowered) == Decimal("319.97")
