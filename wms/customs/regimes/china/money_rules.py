"""F1 to F6 and the tax: do the amounts add up and agree? Exact decimals throughout, no tolerance but where it is set.

Called by `rules`. Pure.
"""

from collections.abc import Iterator
from decimal import Context, Decimal

from wms.customs.model import Finding
from wms.customs.regimes.china.codes import CNY
from wms.customs.regimes.china.comparing import (
    LIST,
    LIST_LINE,
    ORDER,
    ORDER_LINE,
    OUTSIDE,
    SLIP,
    WAYBILL,
    Said,
    finding,
    unequal,
)
from wms.customs.regimes.china.documents import Inventory, InventoryLine, Order, OrderLine
from wms.customs.regimes.china.limits import SingleLimit, single_limit_of
from wms.customs.regimes.china.papers import Known, Papers, Rule
from wms.customs.regimes.china.tax import TaxableLine, TaxSum, apportioned, full_tax_of, tax_of
from wms.customs.regimes.china.value import fees_of, value_of

_ZERO = Decimal(0)
_EXACT = Context(prec=40)
"""Two numbers of 19 digits have a product of 38; the usual context would round it."""


def money_findings(papers: Papers, known: Known) -> Iterator[Finding]:
    if papers.order is not None:
        yield from _amounts(papers.order)
    yield from _amount_paid(papers, known)
    yield from _line_totals(papers)
    if papers.order is not None and papers.inventory is not None:
        yield from _same_lines(papers.order, papers.inventory)
    yield from _freight(papers, known)
    yield from _currency(papers)
    yield from _tax(papers, known)


def _amounts(order: Order) -> Iterator[Finding]:
    """F1, and no amount below 0."""
    head = order.head
    for element in ("goodsValue", "freight", "discount", "taxTotal", "acturalPaid"):
        amount: Decimal = getattr(head, element)
        if amount < 0:
            yield finding(Rule.NEGATIVE_AMOUNT, Said(ORDER, element, amount))
    sum_of_parts = head.goodsValue + head.freight + head.taxTotal - head.discount
    yield from unequal(
        Rule.AMOUNTS_ADD_UP, Said(ORDER, "acturalPaid", head.acturalPaid), Said(OUTSIDE, "sumOfAmounts", sum_of_parts)
    )


def _amount_paid(papers: Papers, known: Known) -> Iterator[Finding]:
    """F2."""
    if papers.order is None or papers.slip is None:
        return
    paid, charged = papers.slip.amount, papers.order.head.acturalPaid
    if abs(paid - charged) > known.settings.amount_tolerance:
        yield finding(Rule.AMOUNT_PAID, Said(SLIP, "amountPaid", paid), Said(ORDER, "acturalPaid", charged))


def _line_totals(papers: Papers) -> Iterator[Finding]:
    """F3."""
    if papers.order is not None:
        for line in papers.order.lines:
            yield from _line_total(ORDER_LINE, line)
        total = sum((line.totalPrice for line in papers.order.lines), _ZERO)
        value = Said(ORDER, "goodsValue", papers.order.head.goodsValue)
        yield from unequal(Rule.LINE_TOTALS, value, Said(OUTSIDE, "sumOfLines", total))
    if papers.inventory is not None:
        for listed in papers.inventory.lines:
            yield from _line_total(LIST_LINE, listed)


def _line_total(part: str, line: OrderLine | InventoryLine) -> Iterator[Finding]:
    for element in ("qty", "price"):
        number: Decimal = getattr(line, element)
        if number < 0:
            yield finding(Rule.NEGATIVE_AMOUNT, Said(part, element, number), line_no=line.gnum)
    product = Said(OUTSIDE, "qtyTimesPrice", _EXACT.multiply(line.qty, line.price))
    yield from unequal(Rule.LINE_TOTALS, Said(part, "totalPrice", line.totalPrice), product, line_no=line.gnum)


def _same_lines(order: Order, inventory: Inventory) -> Iterator[Finding]:
    """F4: list and order correspond line by line."""
    sold = {line.gnum: line for line in order.lines}
    packed = {line.gnum: line for line in inventory.lines}
    findings: list[Finding] = []
    for gnum in sorted(sold.keys() | packed.keys()):
        if gnum not in packed or gnum not in sold:
            listed = Said(LIST_LINE, "gnum", gnum if gnum in packed else None)
            ordered = Said(ORDER_LINE, "gnum", gnum if gnum in sold else None)
            findings.append(finding(Rule.SAME_LINES, listed, ordered, line_no=gnum))
            continue
        findings.extend(_same_line(sold[gnum], packed[gnum]))
    yield from findings
    total_sold = sum((line.totalPrice for line in order.lines), _ZERO)
    total_packed = sum((line.totalPrice for line in inventory.lines), _ZERO)
    # Where a line differs, or the order's own sum is wrong, the list's sum only repeats it.
    if not findings and total_sold == order.head.goodsValue and total_packed != total_sold:
        yield finding(
            Rule.SAME_LINES,
            Said(LIST_LINE, "totalPrice", total_packed),
            Said(ORDER, "goodsValue", order.head.goodsValue),
        )


def _same_line(sold: OrderLine, packed: InventoryLine) -> Iterator[Finding]:
    name = Said(ORDER_LINE, "itemName", sold.itemName)
    yield from unequal(Rule.SAME_LINES, Said(LIST_LINE, "gname", packed.gname), name, line_no=sold.gnum)
    for element in ("qty", "unit", "price"):
        listed = Said(LIST_LINE, element, getattr(packed, element))
        ordered = Said(ORDER_LINE, element, getattr(sold, element))
        yield from unequal(Rule.SAME_LINES, listed, ordered, line_no=sold.gnum)


def _freight(papers: Papers, known: Known) -> Iterator[Finding]:
    """F5. In a waybill an absent amount is none."""
    waybill = papers.waybill
    if waybill is None:
        return
    freight = Said(WAYBILL, "freight", waybill.freight or _ZERO)
    if papers.inventory is not None:
        listed = papers.inventory.head
        yield from unequal(Rule.SAME_FREIGHT, Said(LIST, "freight", listed.freight), freight)
        insurance = Said(WAYBILL, "insuredFee", waybill.insuredFee or _ZERO)
        yield from unequal(Rule.SAME_FREIGHT, Said(LIST, "insuredFee", listed.insuredFee), insurance)
    if known.settings.order_freight_is_waybill_freight and papers.order is not None:
        yield from unequal(Rule.SAME_FREIGHT, freight, Said(ORDER, "freight", papers.order.head.freight))


def _currency(papers: Papers) -> Iterator[Finding]:
    """F6."""
    yuan = Said(OUTSIDE, "acceptedCurrency", CNY)
    if papers.order is not None:
        yield from unequal(Rule.CURRENCY, Said(ORDER, "currency", papers.order.head.currency), yuan)
        for line in papers.order.lines:
            yield from unequal(Rule.CURRENCY, Said(ORDER_LINE, "currency", line.currency), yuan, line_no=line.gnum)
    if papers.slip is not None:
        yield from unequal(Rule.CURRENCY, Said(SLIP, "currency", papers.slip.currency), yuan)
    if papers.waybill is not None:
        yield from unequal(Rule.CURRENCY, Said(WAYBILL, "currency", papers.waybill.currency), yuan)
    if papers.inventory is not None:
        yield from unequal(Rule.CURRENCY, Said(LIST, "currency", papers.inventory.head.currency), yuan)
        for listed in papers.inventory.lines:
            yield from unequal(Rule.CURRENCY, Said(LIST_LINE, "currency", listed.currency), yuan, line_no=listed.gnum)


def _tax(papers: Papers, known: Known) -> Iterator[Finding]:
    """What the platform collected in advance against what the rates make; warns, for only the tax bill binds."""
    computed = computed_tax(papers, known)
    if computed is None or papers.order is None:
        return
    collected = papers.order.head.taxTotal
    if abs(collected - computed.total) > known.settings.tax_tolerance:
        yield finding(
            Rule.TAX_TOTAL,
            Said(ORDER, "taxTotal", collected),
            Said(OUTSIDE, "computedTax", computed.total),
            stops=False,
        )


def computed_tax(papers: Papers, known: Known) -> TaxSum | None:
    """The tax of the order. None where a rate is not known, amounts are impossible or the channel does not take it."""
    if papers.order is None:
        return None
    rates = {goods.gnum: goods.rates for goods in known.goods}
    settings, lines = known.settings, papers.order.lines
    fees = fees_of(papers)
    if not lines or fees < 0 or any(line.totalPrice < 0 for line in lines):
        return None
    values = [line.totalPrice for line in lines]
    if settings.discount_lowers_value:
        discount = min(max(papers.order.head.discount, _ZERO), sum(values, _ZERO))
        shares = apportioned(discount, values)
        values = [max(value - share, _ZERO) for value, share in zip(values, shares, strict=True)]
    taxable: list[TaxableLine] = []
    for line, value in zip(lines, values, strict=True):
        line_rates = rates.get(line.gnum)
        if line_rates is None:
            return None
        taxable.append(TaxableLine(line.gnum, value, line_rates))
    units = sum((line.qty for line in lines), _ZERO)
    match single_limit_of(value_of(papers.order, papers, settings), units, settings.single_limit):
        case SingleLimit.INSIDE:
            return tax_of(taxable, fees, percent=settings.tax_percent, rounding=settings.tax_rounding)
        case SingleLimit.ONE_ITEM:
            return full_tax_of(taxable, fees, rounding=settings.tax_rounding)
        case SingleLimit.OVER:
            return None
