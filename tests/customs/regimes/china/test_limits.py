from decimal import Decimal

import pytest

from wms.customs.regimes.china.limits import SingleLimit, dutiable_value, single_limit_of

LIMIT = Decimal(5000)


def test_the_discount_is_part_of_the_goods_value() -> None:
    amounts = (Decimal(300), Decimal(30), Decimal(2), Decimal(10))
    assert dutiable_value(*amounts, discount_lowers=False) == 332
    assert dutiable_value(*amounts, discount_lowers=True) == 322


@pytest.mark.parametrize(
    ("value", "units", "expected"),
    [
        ("5000", 7, SingleLimit.INSIDE),
        ("5000.01", 1, SingleLimit.ONE_ITEM),
        ("5000.01", 2, SingleLimit.OVER),
    ],
)
def test_the_limit_itself_is_inside(value: str, units: int, expected: SingleLimit) -> None:
    assert single_limit_of(Decimal(value), Decimal(units), LIMIT) is expected
