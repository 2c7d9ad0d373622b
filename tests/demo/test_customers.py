"""Invented orders carry all that customs asks for, and nobody real."""

from datetime import UTC, datetime
from random import Random

from wms.demo.customers import id_number, sample_order
from wms.demo.goods import HOME, PRODUCTS
from wms.orders.intake import NewOrder, PricedOrder, missing_for_customs, priced

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
GOODS = [product for product in PRODUCTS if product.merchant == HOME.code]


def order(seed: int) -> NewOrder:
    return sample_order(f"T-{seed}", GOODS, Random(seed), ordered_at=NOW, due_at=NOW)


def test_an_identity_number_has_its_check_digit_and_no_real_area() -> None:
    # The worked example of GB 11643 with the area taken out of use.
    number = id_number(NOW, 7)
    weights = [pow(2, 17 - position, 11) for position in range(18)]
    values = [10 if digit == "X" else int(digit) for digit in number]
    assert sum(value * weight for value, weight in zip(values, weights, strict=True)) % 11 == 1
    assert number.startswith("990000")


def test_orders_can_be_declared() -> None:
    for seed in range(200):
        found = priced(order(seed))
        assert isinstance(found, PricedOrder), found
        assert missing_for_customs(found) == []


def test_customers_are_marked_as_samples() -> None:
    for seed in range(50):
        assert "样例" in "".join(order(seed).consignee.address)
        assert order(seed).buyer.account.startswith("sample-")


def test_the_same_seed_gives_the_same_order() -> None:
    assert order(5) == order(5)
    assert order(5) != order(6)
