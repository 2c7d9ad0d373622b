import pytest

from tests.customs.ceb import message, tax_bill, tax_status
from wms.customs.model import QuarantineReason, TaxBill, TaxLine
from wms.customs.regimes.china.receipts import read_receipt


def read(kind: str, *nodes: str) -> tuple[TaxBill, ...]:
    reading = read_receipt(message(kind, nodes).encode())
    assert not reading.quarantined
    return reading.tax_bills


def reason(kind: str, node: str) -> QuarantineReason:
    reading = read_receipt(message(kind, node).encode())
    assert not reading.tax_bills
    (only,) = reading.quarantined
    return only.reason


def test_a_bill_with_its_lines() -> None:
    (bill,) = read("CEB816", tax_bill())
    assert (bill.invt_no, bill.tax_no, bill.status) == ("99992026I000000001", "TAX-1", "1")
    assert (bill.customs_tax, bill.value_added_tax, bill.consumption_tax) == ("0", "30.03", "0.00")
    assert bill.return_time == "20261106090000000"
    assert bill.lines == (TaxLine(1, "1905310000", "330", "0", "30.03", "0"),)


def test_a_word_on_its_status_has_no_amounts() -> None:
    (word,) = read("CEB818", tax_status("2", "BOOK-9"))
    assert (word.tax_no, word.status, word.payment_book_no, word.value_added_tax) == ("TAX-1", "2", "BOOK-9", "")


def test_one_bad_bill_stops_nothing() -> None:
    reading = read_receipt(message("CEB816", [tax_bill(), tax_bill(valueAddedTax="1e9"), tax_bill("TAX-2")]).encode())
    assert [bill.tax_no for bill in reading.tax_bills] == ["TAX-1", "TAX-2"]
    assert [(one.position, one.reason) for one in reading.quarantined] == [(2, "bad_amount")]


@pytest.mark.parametrize("amount", ["1e9", "-1", "１", "1.123456", "NaN", "9" * 15, "1,000"])
def test_amounts_that_are_none(amount: str) -> None:
    assert reason("CEB816", tax_bill(customsTax=amount)) is QuarantineReason.BAD_AMOUNT


def test_lines_are_checked_like_the_head() -> None:
    assert reason("CEB816", tax_bill().replace("<gnum>1<", "<gnum>one<")) is QuarantineReason.MISSING_FIELD
    assert reason("CEB816", tax_bill().replace("<taxPrice>330<", "<taxPrice>x<")) is QuarantineReason.BAD_AMOUNT


@pytest.mark.parametrize(
    ("node", "why"),
    [
        (tax_bill(invtNo=""), QuarantineReason.MISSING_FIELD),
        (tax_bill(taxNo="T" * 51), QuarantineReason.FIELD_TOO_LONG),
        (tax_bill(returnTime="20260230000000"), QuarantineReason.BAD_TIME),
        ("<Other/>", QuarantineReason.UNEXPECTED_NODE),
        ("<Tax/>", QuarantineReason.UNEXPECTED_NODE),
        (tax_bill().replace("</Tax>", "<TaxHeadRd/></Tax>"), QuarantineReason.UNEXPECTED_NODE),
        ("<Tax>" + "<TaxListRd/>" * 100 + tax_bill()[5:], QuarantineReason.TOO_MANY_NODES),
    ],
)
def test_bills_that_are_none(node: str, why: QuarantineReason) -> None:
    assert reason("CEB816", node) is why


def test_deliveries_of_one_bill_are_one() -> None:
    assert read("CEB816", tax_bill())[0].fingerprint == read("CEB816", tax_bill())[0].fingerprint
    assert read("CEB816", tax_bill())[0].fingerprint != read("CEB816", tax_bill(note="x"))[0].fingerprint
