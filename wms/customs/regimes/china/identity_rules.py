"""C1 to C6: do the papers speak of the same order, companies, waybill and payment, and is no number used twice?

Called by `rules`. Pure.
"""

from collections.abc import Iterator

from wms.customs.model import DocumentKind, Finding
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
from wms.customs.regimes.china.papers import Known, Papers, Rule, UsedKey

MAX_LINES = 99


def identity_findings(papers: Papers, known: Known) -> Iterator[Finding]:
    yield from _same_order(papers)
    yield from _same_seller(papers)
    yield from _same_waybill(papers)
    yield from _same_payment(papers)
    yield from _names(papers, known)
    yield from _numbers_used(papers, known)
    yield from _line_numbers(papers)


def _same_order(papers: Papers) -> Iterator[Finding]:
    """C1. Without the order the list stands in for it."""
    others: list[Said] = []
    if papers.order is not None:
        others.append(Said(ORDER, "orderNo", papers.order.head.orderNo))
    if papers.inventory is not None:
        others.append(Said(LIST, "orderNo", papers.inventory.head.orderNo))
    if papers.slip is not None:
        others.append(Said(SLIP, "orderNo", papers.slip.order_no))
    if papers.waybill is not None:
        others.append(Said(WAYBILL, "orderNo", papers.waybill.orderNo))
    for other in others[1:]:
        yield from unequal(Rule.SAME_ORDER, other, others[0])


def _same_seller(papers: Papers) -> Iterator[Finding]:
    """C2."""
    if papers.order is None:
        return
    order = papers.order.head
    platform = Said(ORDER, "ebpCode", order.ebpCode)
    if papers.slip is not None:
        yield from unequal(Rule.SAME_SELLER, Said(SLIP, "ebpCode", papers.slip.platform.code), platform)
    if papers.inventory is not None:
        listed = papers.inventory.head
        yield from unequal(Rule.SAME_SELLER, Said(LIST, "ebpCode", listed.ebpCode), platform)
        yield from unequal(
            Rule.SAME_SELLER, Said(LIST, "ebcCode", listed.ebcCode), Said(ORDER, "ebcCode", order.ebcCode)
        )


def _same_waybill(papers: Papers) -> Iterator[Finding]:
    """C3."""
    if papers.waybill is None or papers.inventory is None:
        return
    for element in ("logisticsCode", "logisticsNo"):
        listed = Said(LIST, element, getattr(papers.inventory.head, element))
        yield from unequal(Rule.SAME_WAYBILL, listed, Said(WAYBILL, element, getattr(papers.waybill, element)))


def _same_payment(papers: Papers) -> Iterator[Finding]:
    """C4: only what the order says of the payment is compared."""
    if papers.order is None or papers.slip is None:
        return
    order, slip = papers.order.head, papers.slip
    if order.payCode is not None:
        yield from unequal(
            Rule.SAME_PAYMENT, Said(SLIP, "payCode", slip.company.code), Said(ORDER, "payCode", order.payCode)
        )
    if order.payTransactionId is not None:
        yield from unequal(
            Rule.SAME_PAYMENT,
            Said(SLIP, "payTransactionId", slip.transaction_id),
            Said(ORDER, "payTransactionId", order.payTransactionId),
        )


def _names(papers: Papers, known: Known) -> Iterator[Finding]:
    """C5: the registered name of a code; where we do not know it, at least one and the same name."""
    first_seen: dict[str, Said] = {}
    for code, name in _companies(papers):
        if not code or not name.value:
            continue
        if code in known.registered_names:
            registered = Said(OUTSIDE, "registeredName", known.registered_names[code])
            yield from unequal(Rule.REGISTERED_NAME, name, registered)
        elif code in first_seen:
            yield from unequal(Rule.REGISTERED_NAME, name, first_seen[code])
        else:
            first_seen[code] = name


def _companies(papers: Papers) -> Iterator[tuple[str, Said]]:
    if papers.order is not None:
        order = papers.order.head
        yield order.ebpCode, Said(ORDER, "ebpName", order.ebpName)
        yield order.ebcCode, Said(ORDER, "ebcName", order.ebcName)
        yield order.payCode or "", Said(ORDER, "payName", order.payName)
    if papers.slip is not None:
        yield papers.slip.company.code, Said(SLIP, "payName", papers.slip.company.name)
        yield papers.slip.platform.code, Said(SLIP, "ebpName", papers.slip.platform.name)
    if papers.waybill is not None:
        yield papers.waybill.logisticsCode, Said(WAYBILL, "logisticsName", papers.waybill.logisticsName)
    if papers.inventory is not None:
        listed = papers.inventory.head
        yield listed.ebpCode, Said(LIST, "ebpName", listed.ebpName)
        yield listed.ebcCode, Said(LIST, "ebcName", listed.ebcName)
        yield listed.logisticsCode, Said(LIST, "logisticsName", listed.logisticsName)
        yield listed.agentCode, Said(LIST, "agentName", listed.agentName)
        yield listed.areaCode or "", Said(LIST, "areaName", listed.areaName)


def _numbers_used(papers: Papers, known: Known) -> Iterator[Finding]:
    """C6. A payment's number has a rule of its own."""
    for kind, company, number in _own_numbers(papers):
        taken = next((key for key in known.used_keys if _is(key, kind, company, number)), None)
        if taken is not None:
            yield finding(Rule.NUMBER_USED, number, Said(OUTSIDE, "usedFor", taken.used_for))


def _own_numbers(papers: Papers) -> Iterator[tuple[DocumentKind, str, Said]]:
    if papers.order is not None:
        order = papers.order.head
        yield DocumentKind.ORDER, order.ebpCode, Said(ORDER, "orderNo", order.orderNo)
    if papers.waybill is not None:
        waybill = papers.waybill
        yield DocumentKind.LOGISTICS, waybill.logisticsCode, Said(WAYBILL, "logisticsNo", waybill.logisticsNo)
    if papers.inventory is not None:
        listed = papers.inventory.head
        yield DocumentKind.INVENTORY, listed.agentCode, Said(LIST, "copNo", listed.copNo)
        yield DocumentKind.INVENTORY, listed.ebcCode, Said(LIST, "orderNo", listed.orderNo)


def _is(key: UsedKey, kind: DocumentKind, company: str, number: Said) -> bool:
    return key.kind is kind and key.company == company and key.number == number.value


def _line_numbers(papers: Papers) -> Iterator[Finding]:
    """Each line its own number from 1, and no more lines than a document takes."""
    if papers.order is not None:
        yield from _numbers_of(ORDER_LINE, [line.gnum for line in papers.order.lines])
    if papers.inventory is not None:
        yield from _numbers_of(LIST_LINE, [line.gnum for line in papers.inventory.lines])


def _numbers_of(part: str, numbers: list[int]) -> Iterator[Finding]:
    if not 1 <= len(numbers) <= MAX_LINES:
        yield finding(Rule.LINE_NUMBERS, Said(part, "gnum", len(numbers)), Said(OUTSIDE, "mostLines", MAX_LINES))
    seen: set[int] = set()
    for number in numbers:
        if number < 1 or number in seen:
            yield finding(Rule.LINE_NUMBERS, Said(part, "gnum", number), line_no=max(number, 0))
        seen.add(number)
