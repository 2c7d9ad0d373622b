"""The customers of the demo: invented orders with everything customs asks for. Pure; the same seed, the same orders.

Nobody is real: identity numbers have the right check digit and an area code that no authority gives out (990000),
telephone numbers no network has, and every address says that it is a sample.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from wms.demo.goods import Product
from wms.orders.intake import NewAmounts, NewBuyer, NewConsignee, NewLine, NewOrder, NewPayment

_FAMILY = "样示范虚例拟"
_GIVEN = ("一宁", "二佳", "三元", "四海", "五岳", "六合", "七星", "八方", "九思", "十全", "百川", "千帆")
_TOWNS = (
    ("330100", "样例省样例市示范区"),
    ("440300", "样例省虚拟市测试区"),
    ("110100", "样例市东示范区"),
    ("510100", "样例省例子市新区"),
    ("310100", "样例市西示范区"),
)
_TAX_PER_MILLE = 91
"""Of the goods: 70 % of 13 % value-added tax, what a bonded order pays."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def id_number(born_on: datetime, serial: int) -> str:
    """A number of the form of an identity card's, of an area that does not exist."""
    body = f"990000{born_on:%Y%m%d}{serial % 1000:03d}"
    return body + _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def sample_order(
    number: str, goods: Sequence[Product], random: Random, *, ordered_at: datetime, due_at: datetime, priority: int = 5
) -> NewOrder:
    """An order for one to four of `goods`, which must be of one merchant, by a customer nobody has ever met."""
    chosen = random.sample(list(goods), min(len(goods), random.choice((1, 1, 2, 2, 2, 3, 3, 4))))
    lines = tuple(NewLine(product.code, random.choice((1, 1, 1, 2, 2, 3)), product.price) for product in chosen)
    total = sum((Decimal(line.unit_price) * line.quantity for line in lines), Decimal(0))
    tax = (total * _TAX_PER_MILLE / 1000).quantize(Decimal("0.01"))
    who = random.randrange(10**6)
    name = random.choice(_FAMILY) + random.choice(_GIVEN)
    district, town = random.choice(_TOWNS)
    return NewOrder(
        merchant=chosen[0].merchant,
        number=number,
        currency="CNY",
        lines=lines,
        amounts=NewAmounts(tax=str(tax)),
        buyer=NewBuyer(
            account=f"sample-buyer-{who:06d}",
            name=name,
            id_number=id_number(datetime(1960 + who % 45, 1 + who % 12, 1 + who % 28), who),  # noqa: DTZ001
            phone=f"100{who:08d}",
        ),
        payment=NewPayment(transaction_id=f"SAMPLE-PAY-{number}", paid_at=ordered_at + timedelta(minutes=2)),
        consignee=NewConsignee(
            name=name,
            phone=f"100{who:08d}",
            address=(town, f"样例路{who % 300 + 1}号{who % 20 + 1}室（样例，非真实地址）"),
            district=district,
            country="CN",
        ),
        ordered_at=ordered_at,
        due_at=due_at,
        priority=priority,
    )
