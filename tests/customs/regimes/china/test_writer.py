"""What is written: the exact bytes, everything XML can carry and nothing else."""

from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.customs.regimes.china.declared import (
    EXAMPLES,
    GUID,
    LIST,
    ORDER,
    PAYMENT,
    RETURN,
    SIGNED_FOR,
    TRANSFER,
    WAYBILL,
    documents,
    filled,
    namespace_free,
    with_head,
    with_lines,
)
from wms.customs.regimes.china.document_reader import read_documents
from wms.customs.regimes.china.documents import CEB, KIND_OF, Document, MessageKind
from wms.customs.regimes.china.layout import LAYOUTS
from wms.customs.regimes.china.schema_faults import FaultKind
from wms.customs.regimes.china.validation import faults_of_message, faults_of_node
from wms.customs.regimes.china.writer import MAX_DOCUMENTS, CannotWrite, message_of, node_of


def fields_of(node: str) -> list[str]:
    return [one.tag.removeprefix(f"{{{CEB}}}") for one in ElementTree.fromstring(node).iter()]


class TestNode:
    def test_bytes_of_a_small_document(self) -> None:
        assert node_of(SIGNED_FOR) == (
            f'<ceb:LogisticsStatus xmlns:ceb="{CEB}"><ceb:guid>{GUID}</ceb:guid><ceb:appType>1</ceb:appType>'
            "<ceb:appTime>20261105102500</ceb:appTime><ceb:appStatus>2</ceb:appStatus>"
            "<ceb:logisticsCode>9999980004</ceb:logisticsCode>"
            "<ceb:logisticsName>虚构样例物流有限公司</ceb:logisticsName>"
            "<ceb:logisticsNo>FAKEWB1</ceb:logisticsNo><ceb:logisticsStatus>S</ceb:logisticsStatus>"
            "<ceb:logisticsTime>20261106090000</ceb:logisticsTime></ceb:LogisticsStatus>"
        )

    def test_heads_and_lines_are_nested(self) -> None:
        names = fields_of(node_of(with_lines(RETURN, 2)))
        assert (names[:2], names.count("InvtRefundList"), names.count("InvtRefundHead")) == (
            ["InvtRefund", "InvtRefundHead"],
            2,
            1,
        )

    @pytest.mark.parametrize("kind", MessageKind)
    def test_fields_in_the_order_of_the_protocol(self, kind: MessageKind) -> None:
        layout = LAYOUTS[kind]
        names = fields_of(node_of(filled(EXAMPLES[kind])))
        head = [field.name for field in layout.head.fields]
        start = 1 if layout.flat else 2
        assert names[start : start + len(head)] == head

    def test_absent_fields_are_left_out(self) -> None:
        assert "note" not in fields_of(node_of(PAYMENT))
        assert "note" in fields_of(node_of(replace(PAYMENT, note="")))

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("350.00", "350.00"), ("1E+3", "1000"), ("1E-5", "0.00001"), ("-0.00", "0.00"), ("0E+2", "0"),
            ("12345678901234.12345", "12345678901234.12345"), ("-1.5", "-1.5"),
        ],
    )  # fmt: skip
    def test_numbers_are_plain_and_whole(self, value: str, written: str) -> None:
        node = node_of(replace(PAYMENT, amountPaid=Decimal(value)))
        assert f"<ceb:amountPaid>{written}</ceb:amountPaid>" in node
        assert Decimal(written) == Decimal(value)

    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            ("NaN", FaultKind.NOT_A_NUMBER), ("Infinity", FaultKind.NOT_A_NUMBER), ("sNaN", FaultKind.NOT_A_NUMBER),
            ("1E+999999", FaultKind.NUMBER_TOO_LARGE), ("1E-999999", FaultKind.TOO_MANY_DECIMALS),
        ],
    )  # fmt: skip
    def test_numbers_nobody_can_read(self, value: str, kind: FaultKind) -> None:
        with pytest.raises(CannotWrite) as refused:
            node_of(replace(WAYBILL, weight=Decimal(value)))
        (fault,) = refused.value.faults
        assert (fault.kind, fault.field) == (kind, "LogisticsHead.weight")

    @pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
    def test_characters_xml_cannot_carry(self, character: str) -> None:
        with pytest.raises(CannotWrite, match=r"PaymentHead\.payerName holds a character") as refused:
            node_of(replace(PAYMENT, payerName=f"样{character}例"))
        (fault,) = refused.value.faults
        assert f"U+{ord(character):04X}" in fault.what
        assert f"U+{ord(character):04X}" in fault.what_zh

    def test_every_bad_value_is_named_with_its_line(self) -> None:
        order = with_head(ORDER, buyerName="\0", note="\1")
        order = replace(order, lines=(order.lines[0], replace(order.lines[1], itemName="\2", price=Decimal("NaN"))))
        with pytest.raises(CannotWrite) as refused:
            node_of(order)
        assert [(one.field, one.line_no) for one in refused.value.faults] == [
            ("OrderHead.buyerName", 0),
            ("OrderHead.note", 0),
            ("OrderList.itemName", 2),
            ("OrderList.price", 2),
        ]

    def test_marks_of_xml_are_only_text(self) -> None:
        name = "<b>\"A&B\"</b> ]]> 'x' \r\n"
        node = node_of(replace(PAYMENT, payName=name))
        assert ElementTree.fromstring(node).findtext(f".//{{{CEB}}}payName") == name

    @given(documents())
    def test_what_is_written_is_read_back_and_fits_the_schema(self, document: Document) -> None:
        kind = KIND_OF[type(document)]
        node = node_of(document)
        assert node == node_of(document)
        assert faults_of_node(kind, node) == ()
        reading = read_documents(message_of(kind, [node], TRANSFER, guid=GUID))
        assert reading.quarantined == ()
        assert reading.documents == (document,)

    @given(st.text(st.characters()))
    def test_any_text_is_written_or_refused(self, text: str) -> None:
        try:
            node = node_of(replace(PAYMENT, note=text))
        except CannotWrite:
            with pytest.raises(ElementTree.ParseError):
                ElementTree.fromstring(f"<a>{text}</a>".encode("utf-8", "surrogatepass"))
        else:
            assert (ElementTree.fromstring(node).findtext(f".//{{{CEB}}}note") or "") == text


class TestMessage:
    def test_bytes(self) -> None:
        node = node_of(PAYMENT)
        assert message_of(MessageKind.PAYMENT, [node], TRANSFER, guid=GUID).decode() == (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<ceb:CEB411Message xmlns:ceb="{CEB}" guid="{GUID}" version="1.0">'
            f"{namespace_free(node)}<ceb:BaseTransfer><ceb:copCode>9999980005</ceb:copCode>"
            "<ceb:copName>虚构样例报关服务有限公司</ceb:copName><ceb:dxpMode>DXP</ceb:dxpMode>"
            "<ceb:dxpId>DXPENT9999999005</ceb:dxpId></ceb:BaseTransfer></ceb:CEB411Message>"
        )

    @pytest.mark.parametrize("kind", MessageKind)
    def test_fits_the_schema_but_for_the_signature(self, kind: MessageKind) -> None:
        raw = message_of(kind, [node_of(EXAMPLES[kind])], TRANSFER, guid=GUID)
        signed_always = kind in {MessageKind.LIST, MessageKind.CANCEL, MessageKind.RETURN}
        assert [one.field for one in faults_of_message(raw)] == [f"{kind}Message.Signature"] * signed_always

    def test_nodes_stand_in_the_order_given(self) -> None:
        slips = [replace(PAYMENT, orderNo=f"ORD-{number}") for number in range(MAX_DOCUMENTS)]
        raw = message_of(MessageKind.PAYMENT, [node_of(one) for one in slips], TRANSFER, guid=GUID)
        assert read_documents(raw).documents == tuple(slips)

    @pytest.mark.parametrize("count", [0, 101])
    def test_none_or_too_many(self, count: int) -> None:
        with pytest.raises(ValueError, match=f"{count} documents"):
            message_of(MessageKind.PAYMENT, [node_of(PAYMENT)] * count, TRANSFER, guid=GUID)

    @pytest.mark.parametrize("node", [node_of(ORDER), "", "<ceb:Payment/>", namespace_free(node_of(PAYMENT))])
    def test_other_nodes(self, node: str) -> None:
        with pytest.raises(ValueError, match="this is no Payment"):
            message_of(MessageKind.PAYMENT, [node], TRANSFER, guid=GUID)

    def test_marks_of_xml_in_what_surrounds_the_nodes(self) -> None:
        guid = GUID[:-4] + "\"<&'"
        transfer = replace(TRANSFER, copName="A&B <保税>", note="x\r\ny")
        raw = message_of(MessageKind.LIST, [node_of(LIST)], transfer, guid=guid)
        assert read_documents(raw).transfer == transfer
        assert ElementTree.fromstring(raw).get("guid") == guid

    def test_senders_no_message_can_carry(self) -> None:
        with pytest.raises(CannotWrite) as refused:
            message_of(MessageKind.LIST, [node_of(LIST)], replace(TRANSFER, copName="\0", dxpId="\1"), guid="\2")
        assert [one.field for one in refused.value.faults] == [
            "BaseTransfer.copName",
            "BaseTransfer.dxpId",
            "CEB621Message.guid",
        ]
