import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.customs.ceb import DECLARATION, NAMESPACE, message, node, prefixed, receipt, statuses
from wms.customs.model import MessageType, QuarantineReason, ReceiptReading
from wms.customs.regimes.china.receipts import MAX_RETURN_NODES, read_receipt
from wms.customs.regimes.china.safe_xml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS

DXP = "http://www.chinaport.gov.cn/dxp"


def reason(reading: ReceiptReading) -> QuarantineReason:
    assert not reading.entries
    (only,) = reading.quarantined
    return only.reason


def envelope(inside: bytes, said_type: str = "CEB622Message", outer: bool = False) -> bytes:
    packed = base64.encodebytes(inside).decode()
    body = f"<dxp:TransInfo><dxp:MsgType>{said_type}</dxp:MsgType></dxp:TransInfo><dxp:Data>\n{packed}</dxp:Data>"
    if outer:
        return (
            f'<s:DxpMsgSv xmlns:s="{DXP}" xmlns:dxp="{DXP}"><s:SvNo/><s:DxpMsg>{body}</s:DxpMsg></s:DxpMsgSv>'.encode()
        )
    return f'<dxp:DxpMsg xmlns:dxp="{DXP}" ver="1.0">{body}</dxp:DxpMsg>'.encode()


class TestEveryReceipt:
    def test_order_receipt(self) -> None:
        (entry,) = read_receipt(receipt("CEB312", "120", info="[Code:1800;Desc:逻辑校验通过]")).entries
        assert entry.message_type is MessageType.ORDER_RECEIPT
        assert entry.business_key == ("9999960001", "ORD-1")
        assert (entry.return_status, entry.return_info) == ("120", "[Code:1800;Desc:逻辑校验通过]")

    def test_payment_receipt(self) -> None:
        (entry,) = read_receipt(receipt("CEB412", "100")).entries
        assert entry.business_key == ("9999960003", "PAY-1")

    @pytest.mark.parametrize("kind", ["CEB512", "CEB514"])
    def test_waybill_receipts(self, kind: str) -> None:
        (entry,) = read_receipt(receipt(kind, "2")).entries
        assert (entry.message_type, *entry.business_key) == (kind, "9999980004", "WB1")

    @pytest.mark.parametrize("kind", ["CEB622", "CEB624", "CEB626"])
    def test_list_cancel_and_return_receipts(self, kind: str) -> None:
        (entry,) = read_receipt(receipt(kind, "800")).entries
        assert entry.business_key == ("9999980005", "COP0000000001")
        assert (entry.customs_code, entry.ebp_code, entry.ebc_code) == ("9999", "9999960001", "9999960002")
        assert (entry.pre_no, entry.invt_no) == ("B20261105000000001", "99992026I000000001")

    def test_format_failure_may_quote_a_doctype(self) -> None:
        quoted = '<![CDATA[<!DOCTYPE a [<!ENTITY b "c">]><CEB621Message/>]]>'
        raw = receipt("CEB900", "-1", oriCopMsgId="MSG-1", oriMessageType="CEB621Message", oriBizMessage=quoted)
        (entry,) = read_receipt(raw).entries
        assert entry.business_key == ("", "MSG-1")

    def test_first_receipt_has_no_list_number_yet(self) -> None:
        (entry,) = read_receipt(receipt("CEB622", "2", invtNo="", preNo="")).entries
        assert (entry.pre_no, entry.invt_no) == (None, None)

    def test_any_prefix_says_the_same(self) -> None:
        plain = message("CEB622", node("CEB622", "800"))
        assert read_receipt(prefixed(plain, "ceb").encode()) == read_receipt(plain.encode())
        assert read_receipt(prefixed(plain, "报关").encode()) == read_receipt(plain.encode())

    def test_a_field_in_pieces_is_one_text(self) -> None:
        (entry,) = read_receipt(receipt("CEB622", "8<!-- 9 --><![CDATA[0]]>0")).entries
        assert entry.return_status == "800"

    def test_short_time_is_padded(self) -> None:
        (entry,) = read_receipt(receipt("CEB622", time="20261105102511")).entries
        assert entry.return_time == "20261105102511000"


class TestEncodings:
    INFO = "放行"

    def text(self, declared: str) -> str:
        return message("CEB622", node("CEB622", "800", info=self.INFO), f'<?xml version="1.0" encoding="{declared}"?>')

    @pytest.mark.parametrize(
        ("declared", "codec"),
        [("GB2312", "gb2312"), ("gbk", "gbk"), ("GB18030", "gb18030"), ("UTF-8", "utf-8"), ("utf-8", "utf-8-sig")],
    )
    def test_read(self, declared: str, codec: str) -> None:
        (entry,) = read_receipt(self.text(declared).encode(codec)).entries
        assert entry.return_info == self.INFO

    def test_gb2312_holds_characters_of_gbk_in_practice(self) -> None:
        raw = message("CEB622", node("CEB622", info="镕"), '<?xml version="1.0" encoding="GB2312"?>').encode("gbk")
        assert read_receipt(raw).entries[0].return_info == "镕"

    def test_without_declaration_is_utf8(self) -> None:
        assert (
            read_receipt(message("CEB622", node("CEB622", info="放行"), "").encode()).entries[0].return_info == "放行"
        )

    def test_white_space_before_the_declaration(self) -> None:
        assert statuses(read_receipt(b"\r\n " + receipt("CEB622", "800")).entries) == ["800"]

    def test_wrong_declaration(self) -> None:
        assert reason(read_receipt(self.text("UTF-8").encode("gbk"))) is QuarantineReason.UNDECODABLE

    def test_truncated_gb_character(self) -> None:
        assert reason(read_receipt(self.text("GBK").encode("gbk") + b"\xb7")) is QuarantineReason.UNDECODABLE

    def test_mark_and_declaration_that_disagree(self) -> None:
        raw = self.text("GB2312").encode("utf-8-sig")
        assert reason(read_receipt(raw)) is QuarantineReason.ENCODING_NOT_SUPPORTED

    @pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
    def test_utf16_with_mark(self, codec: str) -> None:
        assert reason(read_receipt(self.text(codec).encode(codec))) is QuarantineReason.ENCODING_NOT_SUPPORTED

    @pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
    def test_utf16_without_mark(self, codec: str) -> None:
        assert reason(read_receipt(self.text("UTF-16").encode(codec))) is QuarantineReason.NUL_CHARACTER

    @pytest.mark.parametrize("declared", ["UTF-16", "Big5", "utf-7", "IBM037", "rot13"])
    def test_other_declared_encodings(self, declared: str) -> None:
        assert reason(read_receipt(self.text(declared).encode())) is QuarantineReason.ENCODING_NOT_SUPPORTED


class TestExactText:
    """P5 and G3: what looks like 800 is not 800."""

    @pytest.mark.parametrize(
        "status", ["８００", "+800", "8_00", "800.0", "8e2", "0x320", "", "八百", "1234567890", "8 00"]
    )
    def test_bad_status(self, status: str) -> None:
        assert reason(read_receipt(receipt("CEB622", status))) is QuarantineReason.BAD_STATUS

    def test_xml_white_space_is_trimmed_and_no_other(self) -> None:
        assert statuses(read_receipt(receipt("CEB622", " \n\t800 ")).entries) == ["800"]
        assert reason(read_receipt(receipt("CEB622", "800\u3000"))) is QuarantineReason.BAD_STATUS

    def test_leading_zero_is_kept(self) -> None:
        assert statuses(read_receipt(receipt("CEB622", "0800")).entries) == ["0800"]

    @pytest.mark.parametrize(
        "time",
        [
            "",
            "20260230102511000",
            "2026110510251",
            "20261105106011",
            "２０２６１１０５１０２５１１",
            "2026-11-05T10:25:11",
            "00010101000000",
        ],
    )
    def test_bad_time(self, time: str) -> None:
        assert reason(read_receipt(receipt("CEB622", time=time))) is QuarantineReason.BAD_TIME


class TestOneBadNodeStopsNothing:
    def test_the_others_are_read(self) -> None:
        nodes = [
            node("CEB622", "120", copNo="A"),
            node("CEB622", "８００", copNo="B"),
            node("CEB622", "800", copNo=""),
            node("CEB622", "800", copNo="C" * 21),
            node("CEB622", "800", time="20261301000000"),
            node("CEB622").replace("<copNo>", "<copNo>X</copNo><copNo>"),
            node("CEB622").replace("<copNo>", "<copNo><b>X</b>"),
            node("CEB312"),
            node("CEB622", "800", copNo="Z"),
        ]
        reading = read_receipt(message("CEB622", nodes).encode())
        assert [entry.cop_no for entry in reading.entries] == ["A", "Z"]
        assert reading.positions == (1, 9)
        assert [(one.position, one.reason) for one in reading.quarantined] == [
            (2, QuarantineReason.BAD_STATUS),
            (3, QuarantineReason.MISSING_FIELD),
            (4, QuarantineReason.FIELD_TOO_LONG),
            (5, QuarantineReason.BAD_TIME),
            (6, QuarantineReason.REPEATED_FIELD),
            (7, QuarantineReason.FIELD_NOT_TEXT),
            (8, QuarantineReason.UNEXPECTED_NODE),
        ]

    def test_two_statuses_in_one_node_are_not_believed(self) -> None:
        raw = message(
            "CEB622", node("CEB622", "100").replace("<returnStatus>", "<returnStatus>800</returnStatus><returnStatus>")
        )
        assert reason(read_receipt(raw.encode())) is QuarantineReason.REPEATED_FIELD

    def test_fields_of_another_namespace_are_not_ours(self) -> None:
        foreign = '<x:returnStatus xmlns:x="urn:x">800</x:returnStatus><guid>'
        (entry,) = read_receipt(message("CEB622", node("CEB622", "100").replace("<guid>", foreign)).encode()).entries
        assert entry.return_status == "100"

    def test_parts_of_a_declaration_beside_the_returns_are_passed_over(self) -> None:
        raw = message("CEB622", [node("CEB622", "800"), "<BaseTransfer><copCode>1</copCode></BaseTransfer>"])
        assert statuses(read_receipt(raw.encode()).entries) == ["800"]


class TestMessagesThatAreNotReceipts:
    def test_namespace_missing(self) -> None:
        raw = receipt("CEB622", "800").replace(f'xmlns="{NAMESPACE}"'.encode(), b"")
        assert reason(read_receipt(raw)) is QuarantineReason.NOT_CEB

    def test_namespace_of_somebody_else(self) -> None:
        raw = receipt("CEB622", "800").replace(b"chinaport.gov.cn", b"chinaport.example")
        assert reason(read_receipt(raw)) is QuarantineReason.NOT_CEB

    def test_namespace_that_imitates_the_separator(self) -> None:
        raw = receipt("CEB622", "800").replace(NAMESPACE.encode(), NAMESPACE.encode() + b"&#10;CEB622Message")
        assert reason(read_receipt(raw)) in {QuarantineReason.NOT_CEB, QuarantineReason.NOT_WELL_FORMED}

    @pytest.mark.parametrize("kind", ["CEB621", "CEB604", "CEB712", "CEB303"])
    def test_messages_we_do_not_read(self, kind: str) -> None:
        reading = read_receipt(message(kind, "<a/>").encode())
        assert (reason(reading), reading.message_type) == (QuarantineReason.MESSAGE_NOT_HANDLED, kind)

    def test_what_other_rooms_read_is_only_named(self) -> None:
        payment = message("CEB411", "<Payment/>").encode()
        answer = b'<ExitPassReceipt xmlns="urn:wms:exit-pass:1" id="x"/>'
        assert read_receipt(payment) == ReceiptReading("CEB411")
        assert read_receipt(envelope(payment, "CEB411Message")) == ReceiptReading("CEB411")
        assert read_receipt(answer) == ReceiptReading("exit pass")

    def test_root_that_is_no_message(self) -> None:
        assert reason(read_receipt(f'<CEB622 xmlns="{NAMESPACE}"/>'.encode())) is QuarantineReason.NOT_CEB

    def test_no_return_node(self) -> None:
        assert reason(read_receipt(message("CEB622", "").encode())) is QuarantineReason.NO_RETURN_NODE


class TestEnvelope:
    def test_taken_off(self) -> None:
        raw = receipt("CEB622", "800")
        assert read_receipt(envelope(raw)) == read_receipt(raw)
        assert read_receipt(envelope(raw, outer=True)) == read_receipt(raw)

    def test_gb_inside(self) -> None:
        inside = message("CEB622", node("CEB622", info="放行"), '<?xml version="1.0" encoding="GBK"?>').encode("gbk")
        assert read_receipt(envelope(inside)).entries[0].return_info == "放行"

    def test_type_must_be_that_of_the_inside(self) -> None:
        assert reason(read_receipt(envelope(receipt("CEB622"), "CEB312Message"))) is QuarantineReason.ENVELOPE

    def test_not_base64(self) -> None:
        raw = envelope(receipt("CEB622")).replace(b"<dxp:Data>\n", b"<dxp:Data>\n**")
        assert reason(read_receipt(raw)) is QuarantineReason.ENVELOPE

    def test_envelope_in_envelope(self) -> None:
        assert reason(read_receipt(envelope(envelope(receipt("CEB622")), "DxpMsg"))) is QuarantineReason.ENVELOPE

    def test_two_contents(self) -> None:
        raw = envelope(receipt("CEB622")).replace(b"</dxp:DxpMsg>", b"<dxp:Data>QQ==</dxp:Data></dxp:DxpMsg>")
        assert reason(read_receipt(raw)) is QuarantineReason.ENVELOPE

    def test_doctype_inside(self) -> None:
        assert reason(read_receipt(envelope(b"<!DOCTYPE a><a/>"))) is QuarantineReason.DOCTYPE


class TestMalice:
    def test_billion_laughs(self) -> None:
        entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        bomb = f'{DECLARATION}<!DOCTYPE l [<!ENTITY l0 "ha">{entities}]><CEB622Message>&l9;</CEB622Message>'
        assert reason(read_receipt(bomb.encode())) is QuarantineReason.DOCTYPE

    @pytest.mark.parametrize(
        "prolog",
        [
            '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
            "<!-- a --><?b c?>\n<!DOCTYPE x>",
            "<!doctype x>",
            "<!-- <a> --><!DOCTYPE x [<!ENTITY % p SYSTEM 'http://127.0.0.1/'>%p;]>",
        ],
    )
    def test_doctype(self, prolog: str) -> None:
        raw = receipt("CEB622", "800").replace(DECLARATION.encode(), (DECLARATION + prolog).encode())
        assert reason(read_receipt(raw)) is QuarantineReason.DOCTYPE

    def test_doctype_hidden_in_a_gb_encoding(self) -> None:
        raw = '<?xml version="1.0" encoding="GBK"?><!-- 放 --><!DOCTYPE x><x/>'.encode("gbk")
        assert reason(read_receipt(raw)) is QuarantineReason.DOCTYPE

    def test_doctype_in_a_comment_is_only_a_comment(self) -> None:
        raw = receipt("CEB622", "800").replace(DECLARATION.encode(), b"<!-- <!DOCTYPE x> -->")
        assert statuses(read_receipt(raw).entries) == ["800"]

    def test_undeclared_entity(self) -> None:
        assert reason(read_receipt(receipt("CEB622", info="&xxe;"))) is QuarantineReason.NOT_WELL_FORMED

    def test_deep_nesting(self) -> None:
        raw = message("CEB622", "<a>" * 100_000 + "</a>" * 100_000)
        assert reason(read_receipt(raw.encode())) is QuarantineReason.TOO_DEEP

    def test_depth_limit_is_exact(self) -> None:
        deep = MAX_DEPTH - 1
        fits = read_receipt(message("CEB622", "<a>" * deep + "</a>" * deep).encode())
        assert reason(fits) is QuarantineReason.UNEXPECTED_NODE
        over = read_receipt(message("CEB622", "<a>" * (deep + 1) + "</a>" * (deep + 1)).encode())
        assert reason(over) is QuarantineReason.TOO_DEEP

    def test_many_elements(self) -> None:
        assert (
            reason(read_receipt(message("CEB622", "<a/>" * MAX_ELEMENTS).encode())) is QuarantineReason.TOO_MANY_NODES
        )

    def test_many_return_nodes(self) -> None:
        full = read_receipt(message("CEB622", node("CEB622") * MAX_RETURN_NODES).encode())
        assert len(full.entries) == MAX_RETURN_NODES
        over = read_receipt(message("CEB622", node("CEB622") * (MAX_RETURN_NODES + 1)).encode())
        assert reason(over) is QuarantineReason.TOO_MANY_NODES

    def test_huge(self) -> None:
        assert reason(read_receipt(b" " * (MAX_BYTES + 1))) is QuarantineReason.TOO_LARGE

    def test_nul(self) -> None:
        assert reason(read_receipt(receipt("CEB622", "80\0"))) is QuarantineReason.NUL_CHARACTER

    def test_truncated_anywhere(self) -> None:
        raw = receipt("CEB622", "800")
        for length in range(len(raw)):
            assert not read_receipt(raw[:length]).entries

    @pytest.mark.parametrize("raw", [b"", b" \n", b"\xef\xbb\xbf"])
    def test_empty(self, raw: bytes) -> None:
        assert reason(read_receipt(raw)) is QuarantineReason.EMPTY

    @pytest.mark.parametrize("raw", [b"{}", b"<", b"<!-- never ends", b"<?pi", b"<?xml version='1.0'?>", b"PK\x03\x04"])
    def test_not_xml(self, raw: bytes) -> None:
        assert reason(read_receipt(raw)) is QuarantineReason.NOT_WELL_FORMED

    def test_unbalanced_prolog_costs_no_time(self) -> None:
        assert reason(read_receipt(b"<!-->" * 500_000)) is QuarantineReason.NOT_WELL_FORMED

    @given(st.binary(max_size=300))
    def test_no_bytes_make_it_raise(self, raw: bytes) -> None:
        read_receipt(raw)

    @given(st.data())
    def test_no_changed_byte_makes_it_raise_or_lets_odd_text_through(self, data: st.DataObject) -> None:
        raw = bytearray(receipt("CEB622", "100"))
        for _ in range(data.draw(st.integers(1, 5))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        for entry in read_receipt(bytes(raw)).entries:
            assert entry.return_status.isascii()
