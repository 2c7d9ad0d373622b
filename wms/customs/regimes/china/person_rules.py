"""C7 to C10: is it the same buyer everywhere, did he pay himself, and can his identity number be one?

Called by `rules`. Pure. Names are compared character by character, as customs does.
"""

from collections.abc import Iterator

from wms.customs.model import Finding
from wms.customs.regimes.china.comparing import LIST, ORDER, OUTSIDE, SLIP, WAYBILL, Said, finding, unequal
from wms.customs.regimes.china.identity_number import fault_of
from wms.customs.regimes.china.papers import Known, Papers, Rule

ID_CARD = "1"


def person_findings(papers: Papers, known: Known) -> Iterator[Finding]:
    yield from _same_buyer(papers)
    yield from _payer_is_buyer(papers)
    yield from _same_consignee(papers)
    if known.settings.receiver_must_be_buyer and papers.order is not None:
        order = papers.order.head
        yield from unequal(
            Rule.RECEIVER_IS_BUYER,
            Said(ORDER, "consignee", order.consignee),
            Said(ORDER, "buyerName", order.buyerName),
        )
    yield from _identity_numbers(papers, known)


def _same_buyer(papers: Papers) -> Iterator[Finding]:
    """C7."""
    if papers.order is None or papers.inventory is None:
        return
    for element in ("buyerName", "buyerIdNumber", "buyerIdType", "buyerTelephone"):
        listed = Said(LIST, element, getattr(papers.inventory.head, element))
        yield from unequal(Rule.SAME_BUYER, listed, Said(ORDER, element, getattr(papers.order.head, element)))


def _payer_is_buyer(papers: Papers) -> Iterator[Finding]:
    """C8."""
    if papers.order is None or papers.slip is None:
        return
    order, slip = papers.order.head, papers.slip
    yield from unequal(
        Rule.PAYER_IS_BUYER, Said(SLIP, "payerName", slip.payer_name), Said(ORDER, "buyerName", order.buyerName)
    )
    yield from unequal(
        Rule.PAYER_IS_BUYER,
        Said(SLIP, "payerIdNumber", slip.payer_id_number),
        Said(ORDER, "buyerIdNumber", order.buyerIdNumber),
    )


def _same_consignee(papers: Papers) -> Iterator[Finding]:
    """C9. The receiver need not be the buyer, but all papers must name the same one."""
    if papers.order is None:
        return
    order = papers.order.head
    if papers.waybill is not None:
        for element in ("consignee", "consigneeTelephone", "consigneeAddress"):
            shipped = Said(WAYBILL, element, getattr(papers.waybill, element))
            yield from unequal(Rule.SAME_CONSIGNEE, shipped, Said(ORDER, element, getattr(order, element)))
    if papers.inventory is not None:
        yield from unequal(
            Rule.SAME_CONSIGNEE,
            Said(LIST, "consigneeAddress", papers.inventory.head.consigneeAddress),
            Said(ORDER, "consigneeAddress", order.consigneeAddress),
        )


def _identity_numbers(papers: Papers, known: Known) -> Iterator[Finding]:
    """C10, each number once: the same wrong number in three papers is one thing to mend."""
    seen: set[str] = set()
    for kind, number in _cards(papers):
        if kind.value != ID_CARD:
            yield finding(Rule.ID_TYPE, kind, Said(OUTSIDE, "idCard", ID_CARD))
        text = number.text
        if text in seen:
            continue
        seen.add(text)
        fault = fault_of(text, on=known.on)
        if fault is not None:
            yield finding(Rule.ID_NUMBER, number, Said(OUTSIDE, "idFault", fault.value))


def _cards(papers: Papers) -> Iterator[tuple[Said, Said]]:
    if papers.order is not None:
        order = papers.order.head
        yield Said(ORDER, "buyerIdType", order.buyerIdType), Said(ORDER, "buyerIdNumber", order.buyerIdNumber)
    if papers.slip is not None:
        slip = papers.slip
        yield Said(SLIP, "payerIdType", slip.payer_id_type), Said(SLIP, "payerIdNumber", slip.payer_id_number)
    if papers.inventory is not None:
        listed = papers.inventory.head
        yield Said(LIST, "buyerIdType", listed.buyerIdType), Said(LIST, "buyerIdNumber", listed.buyerIdNumber)
