"""Messages of a payment company and other parties: typed, and what is not sound set aside by name alone."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.customs.regimes.china.declared import (
    EXAMPLES,
    GUID,
    ORDER,
    PAYMENT,
    RETURN,
    SAMPLES,
    TRANSFER,
    WAYBILL,
    enveloped,
    filled,
    with_lines,
)
from wms.customs.model import QuarantineReason
from wms.customs.regimes.china.document_reader import DocumentsReading, read_documents
from wms.customs.regimes.china.documents import CEB, KIND_OF, Document, MessageKind, Order, Payment
from wms.customs.regimes.china.writer import message_of, node_of


def message(*documents: Document) -> bytes:
    kind = KIND_OF[type(documents[0])]
    return message_of(kind, [node_of(one) for one in documents], TRANSFER, guid=GUID)


SLIP = message(PAYMENT)


def set_aside(reading: DocumentsReading) -> list[tuple[int, QuarantineReason, str]]:
    return [(one.position, one.reason, one.what) for one in reading.quarantined]


def reason(raw: bytes) -> QuarantineReason:
    reading = read_documents(raw)
    assert reading.documents == ()
    (one,) = reading.quarantined
    return one.reason


class TestSamples:
    def test_payment(self) -> None:
        reading = read_documents((SAMPLES / "CEB411.xml").read_bytes())
        (slip,) = reading.documents
        assert isinstance(slip, Payment)
        assert (slip.payTransactionId, slip.amountPaid, slip.payTime, slip.note) == (
            "FAKE-PAY-20261105-000001",
            Decimal("350.00"),
            "20261105101530",
            None,
        )
        assert (reading.message_type, reading.positions, reading.quarantined) == ("CEB411", (1,), ())
        assert reading.transfer is not None
        assert (reading.transfer.copCode, reading.transfer.dxpId) == ("9999960003", "DXPENT9999999003")

    def test_order(self) -> None:
        (order,) = read_documents((SAMPLES / "CEB311.xml").read_bytes()).documents
        assert isinstance(order, Order)
        assert [(line.gnum, line.itemNo, line.qty) for line in order.lines] == [
            (1, "FAKE-SKU-A", Decimal(2)),
            (2, "FAKE-SKU-B", Decimal(1)),
        ]

    @pytest.mark.parametrize("kind", ["CEB511", "CEB621"])
    def test_others(self, kind: str) -> None:
        reading = read_documents((SAMPLES / f"{kind}.xml").read_bytes())
        assert (len(reading.documents), reading.quarantined) == (1, ())


class TestForms:
    @pytest.mark.parametrize("kind", MessageKind)
    def test_every_kind_with_and_without_its_optional_fields(self, kind: MessageKind) -> None:
        bare, full = EXAMPLES[kind], filled(EXAMPLES[kind])
        reading = read_documents(message(bare, full))
        assert (reading.documents, reading.positions) == ((bare, full), (1, 2))
        assert (reading.message_type, reading.transfer) == (kind, TRANSFER)

    @pytest.mark.parametrize("prefix", ["", "x", "报关"])
    def test_any_prefix(self, prefix: str) -> None:
        text = SLIP.decode().replace("xmlns:ceb=", f"xmlns:{prefix}=" if prefix else "xmlns=")
        text = text.replace("<ceb:", f"<{prefix}:" if prefix else "<").replace(
            "</ceb:", f"</{prefix}:" if prefix else "</"
        )
        assert read_documents(text.encode()).documents == (PAYMENT,)

    @pytest.mark.parametrize(("declared", "codec"), [("GB2312", "gbk"), ("GB18030", "gb18030"), ("UTF-8", "utf-8-sig")])
    def test_encodings(self, declared: str, codec: str) -> None:
        raw = SLIP.decode().replace("UTF-8", declared, 1).encode(codec)
        assert read_documents(raw).documents == (PAYMENT,)

    def test_envelope(self) -> None:
        assert read_documents(enveloped(SLIP, "CEB411")).documents == (PAYMENT,)
        assert reason(enveloped(SLIP, "CEB311")) is QuarantineReason.ENVELOPE

    def test_laid_out_with_white_space(self) -> None:
        raw = SLIP.replace(b">350.00<", b">\n\t350.00 \r\n<").replace(b"<ceb:", b"\n  <ceb:")
        assert read_documents(raw).documents == (PAYMENT,)

    def test_order_of_fields_does_not_matter(self) -> None:
        name = "<ceb:payerName>样例甲</ceb:payerName>".encode()
        raw = SLIP.replace(name, b"").replace(b"</ceb:PaymentHead>", name + b"</ceb:PaymentHead>")
        assert read_documents(raw).documents == (PAYMENT,)

    def test_fields_of_others_say_nothing(self) -> None:
        foreign = b'<x:payerName xmlns:x="urn:x">somebody else</x:payerName><ceb:ours>1</ceb:ours><ceb:payCode>'
        assert read_documents(SLIP.replace(b"<ceb:payCode>", foreign)).documents == (PAYMENT,)

    def test_empty_optional_fields_are_absent(self) -> None:
        raw = message(replace(WAYBILL, note="", freight=Decimal(5), insuredFee=None))
        raw = raw.replace(b"<ceb:freight>5<", b"<ceb:freight><")
        assert read_documents(raw).documents == (replace(WAYBILL, freight=None, insuredFee=None),)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("<ceb:BaseTransfer>", "<ceb:BaseTransfers>"),
            ("<ceb:copCode>9999980005</ceb:copCode>", ""),
            ("<ceb:dxpId>DXPENT9999999005</ceb:dxpId>", ""),
        ],
    )
    def test_without_a_whole_sender(self, old: str, new: str) -> None:
        text = SLIP.decode().replace(old, new).replace(old.replace("<", "</"), new.replace("<", "</"))
        reading = read_documents(text.encode())
        assert (reading.documents, reading.transfer) == ((PAYMENT,), None)


class TestOneBadDocumentStopsNothing:
    def test_the_others_are_read(self) -> None:
        slips = [replace(PAYMENT, orderNo=f"ORD-{number}") for number in range(1, 15)]
        nodes = [node_of(one) for one in slips]
        spoilt = [
            (2, ">350.00<", ">350,00<"),
            (3, "<ceb:payerName>样例甲</ceb:payerName>", ""),
            (4, "<ceb:payerName>样例甲</ceb:payerName>", "<ceb:payerName>  </ceb:payerName>"),
            (5, "样例甲", "样" * 61),
            (6, ">20261105101530<", ">20261305101530<"),
            (7, ">20261105102500<", ">20261105102500123<"),
            (8, ">142<", ">CNY1<"),
            (9, "<ceb:orderNo>", "<ceb:orderNo>X</ceb:orderNo><ceb:orderNo>"),
            (10, ">样例甲<", "><ceb:b>样例甲</ceb:b><"),
            (11, ">350.00<", f">{'9' * 5000}<"),
            (12, ">350.00<", ">350.000001<"),
        ]
        for number, old, new in spoilt:
            assert old in nodes[number - 1]
            nodes[number - 1] = nodes[number - 1].replace(old, new)
        raw = message_of(MessageKind.PAYMENT, nodes, TRANSFER, guid=GUID)
        raw = raw.replace(b"<ceb:BaseTransfer>", b"<ceb:Payments/><x/><ceb:BaseTransfer>")
        reading = read_documents(raw)
        assert reading.documents == (slips[0], slips[12], slips[13])
        assert reading.positions == (1, 13, 14)
        assert set_aside(reading) == [
            (2, QuarantineReason.BAD_AMOUNT, "PaymentHead.amountPaid is not a number"),
            (3, QuarantineReason.MISSING_FIELD, "PaymentHead.payerName is missing"),
            (4, QuarantineReason.MISSING_FIELD, "PaymentHead.payerName is missing"),
            (5, QuarantineReason.FIELD_TOO_LONG, "PaymentHead.payerName has 61 characters, customs takes 60"),
            (6, QuarantineReason.BAD_TIME, "PaymentHead.payTime " + NOT_A_TIME),
            (7, QuarantineReason.BAD_TIME, "PaymentHead.appTime " + NOT_A_TIME),
            (8, QuarantineReason.FIELD_LENGTH, "PaymentHead.currency has 4 characters, customs takes exactly 3"),
            (9, QuarantineReason.REPEATED_FIELD, "PaymentHead.orderNo stands there 2 times instead of once"),
            (10, QuarantineReason.FIELD_NOT_TEXT, "PaymentHead.payerName " + NOT_TEXT),
            (11, QuarantineReason.BAD_AMOUNT, "PaymentHead.amountPaid is a larger number than customs takes"),
            (12, QuarantineReason.BAD_AMOUNT, "PaymentHead.amountPaid " + TOO_FINE),
            (15, QuarantineReason.UNEXPECTED_NODE, "Payments instead of Payment"),
            (16, QuarantineReason.UNEXPECTED_NODE, "x instead of Payment"),
        ]

    def test_every_fault_is_named_and_no_value(self) -> None:
        slip = replace(PAYMENT, payerName="样" * 61, payerIdNumber="9" * 61, guid="SHORT")
        (one,) = read_documents(message(slip)).quarantined
        assert [part.split()[0] for part in one.what.split("; ")] == [
            "PaymentHead.guid",
            "PaymentHead.payerIdNumber",
            "PaymentHead.payerName",
        ]
        assert "样" not in one.what
        assert "99" not in one.what

    def test_lines(self) -> None:
        raw = message(with_lines(ORDER, 3)).replace(b"<ceb:gnum>2<", b"<ceb:gnum>2.0<")
        assert set_aside(read_documents(raw)) == [
            (1, QuarantineReason.BAD_AMOUNT, "OrderList.gnum of line 2 is not a whole number")
        ]

    def test_limits_of_lines(self) -> None:
        assert read_documents(message(with_lines(RETURN, 99))).documents == (with_lines(RETURN, 99),)
        assert reason(message(with_lines(RETURN, 100))) is QuarantineReason.TOO_MANY_NODES
        assert reason(message(with_lines(RETURN, 0))) is QuarantineReason.MISSING_FIELD

    def test_heads(self) -> None:
        assert reason(SLIP.replace(b"PaymentHead>", b"PaymentBody>")) is QuarantineReason.MISSING_FIELD
        head = SLIP[SLIP.index(b"<ceb:PaymentHead>") : SLIP.index(b"</ceb:Payment>")]
        assert reason(SLIP.replace(head, head * 2)) is QuarantineReason.REPEATED_FIELD


class TestMessagesThatAreNoDeclarations:
    def test_limits_of_documents(self) -> None:
        hundred = message(*[PAYMENT] * 100)
        assert len(read_documents(hundred).documents) == 100
        one_more = hundred.replace(b"<ceb:BaseTransfer>", b"<ceb:Payment/><ceb:BaseTransfer>")
        assert reason(one_more) is QuarantineReason.TOO_MANY_NODES

    def test_no_document(self) -> None:
        start, end = SLIP.index(b"<ceb:Payment>"), SLIP.index(b"<ceb:BaseTransfer>")
        assert reason(SLIP[:start] + SLIP[end:]) is QuarantineReason.NO_RETURN_NODE

    @pytest.mark.parametrize("name", ["CEB412Message", "CEB622Message", "CEB303Message"])
    def test_other_messages(self, name: str) -> None:
        assert reason(f'<{name} xmlns="{CEB}"/>'.encode()) is QuarantineReason.MESSAGE_NOT_HANDLED

    @pytest.mark.parametrize("raw", [f'<Payment xmlns="{CEB}"/>', "<CEB411Message/>", '<CEB411Message xmlns="urn:x"/>'])
    def test_other_roots(self, raw: str) -> None:
        assert reason(raw.encode()) is QuarantineReason.NOT_CEB

    def test_document_type(self) -> None:
        raw = SLIP.replace(b"?>", b"?><!DOCTYPE x [<!ENTITY e 'a'>]>", 1)
        assert reason(raw) is QuarantineReason.DOCTYPE
        assert reason(enveloped(raw, "CEB411")) is QuarantineReason.DOCTYPE

    @given(st.binary(max_size=200))
    def test_no_bytes_make_it_raise(self, raw: bytes) -> None:
        read_documents(raw)

    @given(st.data())
    def test_no_changed_byte_makes_it_raise(self, data: st.DataObject) -> None:
        raw = bytearray(SLIP)
        for _ in range(data.draw(st.integers(1, 5))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        assert read_documents(bytes(raw)) == read_documents(bytes(raw))

    def test_truncated_anywhere(self) -> None:
        for length in range(0, len(SLIP), 7):
            assert not read_documents(SLIP[:length]).documents


NOT_A_TIME = "is not a time written as year, month, day, hours, minutes, seconds"
NOT_TEXT = "holds other elements where there must be text"
TOO_FINE = "has 6 digits after the decimal point, customs takes 5"
