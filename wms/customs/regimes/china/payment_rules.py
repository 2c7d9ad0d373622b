"""Payment integrity: the slip belongs to this order alone, and the money went from the buyer to the merchant at once.

Called by `rules`; payer, amount and currency are rules C8, F2 and F6. Pure. Nobody mends a slip here: a correction is a
new document of the payment company.
"""

from collections.abc import Iterator

from wms.customs.facts import PaymentSlip
from wms.customs.model import DocumentKind, Finding
from wms.customs.regimes.china.comparing import ORDER, OUTSIDE, SLIP, SLIP_MORE, Said, finding, unequal
from wms.customs.regimes.china.papers import Known, Papers, Rule

WITHDRAWN = "3"
"""appType of a slip that the payment company takes back."""


def payment_findings(papers: Papers, known: Known) -> Iterator[Finding]:
    yield from _transaction_used(papers, known)
    yield from _paid_twice(papers, known)
    if papers.slip is not None:
        yield from _company(papers.slip, known)
        yield from _payee(papers.slip, known)


def withdrawn(slip: PaymentSlip) -> Finding | None:
    """A slip taken back says nothing any more; the order waits for another."""
    if slip.app_type != WITHDRAWN:
        return None
    return finding(Rule.SLIP_WITHDRAWN, Said(SLIP, "payTransactionId", slip.transaction_id))


def _transaction_used(papers: Papers, known: Known) -> Iterator[Finding]:
    """A transaction number pays one order of one payer. The order's own word is enough to find a second use."""
    if papers.slip is not None:
        slip = papers.slip
        company, order_no, payer = slip.company.code, slip.order_no, slip.payer_id_number
        number = Said(SLIP, "payTransactionId", slip.transaction_id)
    elif papers.order is not None and papers.order.head.payTransactionId is not None:
        order = papers.order.head
        company, order_no, payer = order.payCode or "", order.orderNo, order.buyerIdNumber
        number = Said(ORDER, "payTransactionId", order.payTransactionId)
    else:
        return
    for used in known.used_keys:
        if used.kind is not DocumentKind.PAYMENT or (used.company, used.number) != (company, number.value):
            continue
        if used.used_for != order_no:
            yield finding(Rule.TRANSACTION_USED, number, Said(OUTSIDE, "usedFor", used.used_for))
        elif used.payer_id_number and used.payer_id_number != payer:
            yield finding(Rule.TRANSACTION_USED, number, Said(OUTSIDE, "usedBy", used.payer_id_number))


def _paid_twice(papers: Papers, known: Known) -> Iterator[Finding]:
    """An order is paid once. A second payment means that the buyer, or somebody in between, was charged again."""
    if papers.slip is not None:
        number = Said(SLIP, "payTransactionId", papers.slip.transaction_id)
        for other in known.other_payments:
            yield finding(Rule.PAID_TWICE, number, Said(OUTSIDE, "otherPayment", other))


def _company(slip: PaymentSlip, known: Known) -> Iterator[Finding]:
    if known.payment_company:
        expected = Said(OUTSIDE, "paymentCompany", known.payment_company)
        yield from unequal(Rule.PAYMENT_COMPANY, Said(SLIP, "payCode", slip.company.code), expected)


def _payee(slip: PaymentSlip, known: Known) -> Iterator[Finding]:
    """Compared only where both sides say something: CEB411 has no room for the payee."""
    if slip.payee_name and known.payee_name:
        expected = Said(OUTSIDE, "payeeName", known.payee_name)
        yield from unequal(Rule.PAYEE, Said(SLIP_MORE, "payeeName", slip.payee_name), expected)
    if slip.payee_account and known.payee_account:
        expected = Said(OUTSIDE, "payeeAccount", known.payee_account)
        yield from unequal(Rule.PAYEE, Said(SLIP_MORE, "payeeAccount", slip.payee_account), expected)
    if slip.collected_for:
        yield finding(Rule.COLLECTED_BETWEEN, Said(SLIP_MORE, "collectedFor", slip.collected_for))
