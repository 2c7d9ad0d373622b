"""What customs takes passes; each kind of fault is named once, in its field, in words of two languages."""

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from tests.customs.regimes.china.declared import (
    CANCEL,
    EXAMPLES,
    GUID,
    LIST,
    ORDER,
    PAYMENT,
    RETURN,
    SAMPLES,
    SIGNED_FOR,
    TRANSFER,
    WAYBILL,
    filled,
    with_head,
    with_lines,
)
from wms.customs.regimes.china.documents import CEB, KIND_OF, Document, MessageKind
from wms.customs.regimes.china.schema_faults import FaultKind
from wms.customs.regimes.china.validation import SchemaFault, faults_of_message, faults_of_node
from wms.customs.regimes.china.writer import message_of, node_of
from wms.customs.signing.port import Algorithm, Signer
from wms.customs.signing.signer import KeySigner
from wms.customs.signing.software import SoftwareKey
from wms.customs.signing.throwaway import make_throwaway_key
from wms.kernel.clock import FixedClock


def faults_of(document: Document) -> tuple[SchemaFault, ...]:
    return faults_of_node(KIND_OF[type(document)], node_of(document))


def only(document: Document) -> SchemaFault:
    (fault,) = faults_of(document)
    return fault


@cache
def sample(kind: str) -> str:
    return (SAMPLES / f"{kind}.xml").read_text(encoding="utf-8")


def spoilt(old: str, new: str, kind: str = "CEB621") -> list[tuple[FaultKind, str]]:
    """Faults of a sample message with one text of it replaced."""
    assert old in sample(kind)
    return [(one.kind, one.field) for one in faults_of_message(sample(kind).replace(old, new, 1).encode())]


class TestWhatCustomsTakes:
    @pytest.mark.parametrize("kind", MessageKind)
    def test_every_kind_of_document(self, kind: MessageKind) -> None:
        assert faults_of(EXAMPLES[kind]) == ()
        assert faults_of(filled(EXAMPLES[kind])) == ()

    @pytest.mark.parametrize("kind", ["CEB311", "CEB411", "CEB511", "CEB621"])
    def test_messages_of_others(self, kind: str) -> None:
        assert faults_of_message(sample(kind).encode()) == ()
        assert faults_of_message(sample(kind).encode("utf-8-sig")) == ()
        default = sample(kind).replace("xmlns:ceb=", "xmlns=").replace("<ceb:", "<").replace("</ceb:", "</")
        assert faults_of_message(default.encode()) == ()

    @pytest.mark.parametrize("kind", MessageKind)
    def test_our_own_signed_messages(self, kind: MessageKind, signer: Signer) -> None:
        raw = message_of(kind, [node_of(EXAMPLES[kind])] * 100, TRANSFER, guid=GUID)
        assert faults_of_message(signer.sign(raw)) == ()

    def test_names_of_the_sender_may_stand_empty(self) -> None:
        raw = message_of(MessageKind.ORDER, [node_of(ORDER)], replace(TRANSFER, copName="", dxpId=""), guid=GUID)
        assert faults_of_message(raw) == ()

    def test_copies_and_foreign_messages_may_travel_along(self) -> None:
        copy = (
            "<ceb:BaseSubscribe><ceb:status>ALL</ceb:status><ceb:dxpMode>DXP</ceb:dxpMode>"
            "<ceb:dxpAddress>DXPENT1</ceb:dxpAddress></ceb:BaseSubscribe>"
        )
        extra = (
            "<ceb:ExtendMessage><ceb:name>n</ceb:name><ceb:version>1</ceb:version>"
            '<ceb:Message a="1">any <x xmlns="urn:x"><y/></x></ceb:Message></ceb:ExtendMessage>'
        )
        end = "  <ds:Signature"
        assert spoilt(end, copy * 5 + extra + end) == []
        assert spoilt(end, copy * 6 + end) == [(FaultKind.TOO_MANY, "CEB621Message.BaseSubscribe")]
        assert spoilt(end, extra * 2 + end) == [(FaultKind.REPEATED, "CEB621Message.ExtendMessage")]
        # The text of the specification has it behind the signature, the schema before.
        assert spoilt("</ceb:CEB621Message>", extra + "</ceb:CEB621Message>") == [
            (FaultKind.OUT_OF_PLACE, "CEB621Message.ExtendMessage")
        ]
        assert spoilt(end, "<ceb:ExtendMessage><ceb:name>n</ceb:name></ceb:ExtendMessage>" + end) == [
            (FaultKind.MISSING, "ExtendMessage.version"),
            (FaultKind.MISSING, "ExtendMessage.Message"),
        ]


class TestWords:
    def test_too_long(self) -> None:
        fault = only(with_head(LIST, copNo="N" * 25))
        assert (fault.field, fault.line_no, fault.value) == ("InventoryHead.copNo", 0, "N" * 25)
        assert fault.what == "has 25 characters, customs takes 20"
        assert fault.what_zh == "有25个字符，海关最多接受20个"

    def test_missing(self) -> None:
        node = node_of(PAYMENT).replace("<ceb:payerName>样例甲</ceb:payerName>", "")
        (fault,) = faults_of_node(MessageKind.PAYMENT, node)
        assert (fault.field, fault.what, fault.what_zh) == ("PaymentHead.payerName", "is missing", "缺少，必须填写")

    def test_empty(self) -> None:
        fault = only(replace(PAYMENT, payerName=""))
        assert (fault.field, fault.what) == ("PaymentHead.payerName", "must not be empty")

    def test_leave_out(self) -> None:
        fault = only(with_head(ORDER, consigneeDistrict=""))
        assert (fault.field, fault.what) == ("OrderHead.consigneeDistrict", "must not be empty: leave it out")
        assert "省略" in fault.what_zh

    def test_exact_length(self) -> None:
        fault = only(with_head(LIST, customsCode="1"))
        assert (fault.kind, fault.what) == (FaultKind.WRONG_LENGTH, "has 1 character, customs takes exactly 4")

    def test_digits(self) -> None:
        fault = only(replace(WAYBILL, weight=Decimal("1.1234567")))
        assert fault.what == "has 7 digits after the decimal point, customs takes 5"
        fault = only(replace(WAYBILL, weight=Decimal("123456789012345.12345")))
        assert fault.what == "has 20 digits, customs takes 19"

    def test_every_fault_of_every_line(self) -> None:
        order = with_head(ORDER, guid="short", buyerName="", ebpCode="9" * 19)
        order = replace(order, lines=(replace(order.lines[0], unit="14"), replace(order.lines[1], itemName="")))
        assert [(one.field, one.line_no, one.kind) for one in faults_of(order)] == [
            ("OrderHead.guid", 0, FaultKind.WRONG_LENGTH),
            ("OrderHead.ebpCode", 0, FaultKind.TOO_LONG),
            ("OrderHead.buyerName", 0, FaultKind.EMPTY),
            ("OrderList.unit", 1, FaultKind.WRONG_LENGTH),
            ("OrderList.itemName", 2, FaultKind.EMPTY),
        ]

    def test_a_line_is_named_by_its_gnum(self) -> None:
        fault = only(replace(RETURN, lines=(replace(RETURN.lines[0], unit=""),)))
        assert (fault.field, fault.line_no) == ("InvtRefundList.unit", 7)
        node = node_of(RETURN).replace("<ceb:gnum>7</ceb:gnum>", "<ceb:gnum>x</ceb:gnum>")
        (fault,) = faults_of_node(MessageKind.RETURN, node)
        assert (fault.field, fault.line_no, fault.kind) == ("InvtRefundList.gnum", 1, FaultKind.NOT_A_NUMBER)

    def test_documents_of_a_message_are_named_by_their_place(self) -> None:
        slips = [node_of(replace(PAYMENT, payName=name)) for name in ("a", "", "b", "")]
        raw = message_of(MessageKind.PAYMENT, slips, TRANSFER, guid=GUID)
        assert [(one.field, one.document_no) for one in faults_of_message(raw)] == [
            ("PaymentHead.payName", 2),
            ("PaymentHead.payName", 4),
        ]

    def test_no_word_of_the_schema_processor_and_no_value_is_said(self) -> None:
        document = with_head(LIST, buyerName="样" * 61, buyerIdNumber="9" * 61, wrapType="", netWeight=Decimal("1E-6"))
        faults = faults_of(document)
        assert len(faults) == 4
        for one in faults:
            assert not set(one.what + one.what_zh) & set("{}样"), one
            assert "999" not in one.what + one.what_zh


class TestLimits:
    """Written out from the specification, not from the schemas."""

    @pytest.mark.parametrize(
        ("document", "field", "longest"),
        [
            (ORDER, "buyerName", 60), (ORDER, "ebpCode", 18), (ORDER, "ebcName", 100), (ORDER, "buyerTelephone", 30),
            (ORDER, "consigneeTelephone", 50), (ORDER, "consigneeAddress", 200), (ORDER, "batchNumbers", 100),
            (ORDER, "appStatus", 3), (ORDER, "note", 1000), (PAYMENT, "payTransactionId", 60),
            (PAYMENT, "telephone", 60), (PAYMENT, "payCode", 18), (WAYBILL, "billNo", 37), (WAYBILL, "goodsInfo", 200),
            (SIGNED_FOR, "logisticsNo", 60), (LIST, "copNo", 20), (LIST, "preNo", 18), (LIST, "assureCode", 30),
            (LIST, "emsNo", 30), (LIST, "voyageNo", 32), (LIST, "loctNo", 10), (LIST, "licenseNo", 19),
            (LIST, "areaName", 100), (CANCEL, "invtNo", 18), (CANCEL, "reason", 1000), (RETURN, "copNo", 20),
        ],
    )  # fmt: skip
    def test_characters_not_bytes(self, document: Document, field: str, longest: int) -> None:
        for character in ("x", "样", "\U00020000"):
            assert faults_of(with_head(document, **{field: character * longest})) == ()
            fault = only(with_head(document, **{field: character * (longest + 1)}))
            assert (fault.kind, fault.field.partition(".")[2]) == (FaultKind.TOO_LONG, field)
            assert fault.what == f"has {longest + 1} characters, customs takes {longest}"

    @pytest.mark.parametrize(
        ("document", "field", "length"),
        [
            (ORDER, "guid", 36), (ORDER, "appType", 1), (ORDER, "appTime", 14), (ORDER, "currency", 3),
            (ORDER, "consigneeDistrict", 6), (PAYMENT, "payTime", 14), (SIGNED_FOR, "logisticsStatus", 1),
            (LIST, "declTime", 8), (LIST, "customsCode", 4), (LIST, "ieDate", 8), (LIST, "tradeMode", 4),
            (LIST, "trafMode", 1), (LIST, "wrapType", 1), (LIST, "country", 3), (CANCEL, "buyerIdType", 1),
        ],
    )  # fmt: skip
    def test_exact_lengths(self, document: Document, field: str, length: int) -> None:
        assert faults_of(with_head(document, **{field: "1" * length})) == ()
        assert only(with_head(document, **{field: "1" * (length + 1)})).kind is FaultKind.WRONG_LENGTH
        shorter = only(with_head(document, **{field: "1" * (length - 1)})).kind
        assert shorter in ({FaultKind.WRONG_LENGTH} if length > 1 else {FaultKind.EMPTY, FaultKind.LEAVE_OUT})

    @pytest.mark.parametrize(
        ("document", "field", "longest"),
        [
            (ORDER, "itemNo", 30), (ORDER, "itemName", 250), (ORDER, "gmodel", 510), (ORDER, "itemDescribe", 1000),
            (ORDER, "barCode", 50), (LIST, "itemNo", 20), (LIST, "itemRecordNo", 30), (LIST, "gname", 250),
            (LIST, "tradeCountry", 3), (RETURN, "gname", 250),
        ],
    )  # fmt: skip
    def test_lines(self, document: Any, field: str, longest: int) -> None:
        for length, faults in ((longest, 0), (longest + 1, 1)):
            line = replace(document.lines[0], **{field: "样" * length})
            assert len(faults_of(replace(document, lines=(line,)))) == faults

    @pytest.mark.parametrize("document", [ORDER, LIST, RETURN])
    def test_lines_of_a_document(self, document: Document) -> None:
        assert faults_of(with_lines(document, 1)) == ()
        assert faults_of(with_lines(document, 99)) == ()
        fault = only(with_lines(document, 100))
        assert (fault.kind, fault.what) == (FaultKind.TOO_MANY, "stands there 100 times, customs takes 99")
        assert only(with_lines(document, 0)).kind is FaultKind.NO_LINES

    def test_documents_of_a_message(self) -> None:
        raw = message_of(MessageKind.PAYMENT, [node_of(PAYMENT)] * 100, TRANSFER, guid=GUID)
        assert faults_of_message(raw) == ()
        start, end = raw.index(b"<ceb:Payment>"), raw.index(b"<ceb:BaseTransfer>")
        one = raw[start : raw.index(b"</ceb:Payment>")] + b"</ceb:Payment>"
        one_more = raw[:end] + one + raw[end:]
        (fault,) = faults_of_message(one_more)
        assert (fault.field, fault.what) == ("CEB411Message.Payment", "stands there 101 times, customs takes 100")
        assert [one.kind for one in faults_of_message(raw[:start] + raw[end:])] == [FaultKind.NO_LINES]

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("12345678901234.12345", None), ("1.10000000", None), ("0000000000000000000001", None), (" 1 ", None),
            ("123456789012345.12345", FaultKind.TOO_MANY_DIGITS), ("12345678901234567890", FaultKind.TOO_MANY_DIGITS),
            ("0.000001", FaultKind.TOO_MANY_DECIMALS), ("1e3", FaultKind.NOT_A_NUMBER), ("1,5", FaultKind.NOT_A_NUMBER),
            ("１", FaultKind.NOT_A_NUMBER), ("", FaultKind.EMPTY), (".", FaultKind.NOT_A_NUMBER),
        ],
    )  # fmt: skip
    def test_money(self, text: str, kind: FaultKind | None) -> None:
        node = node_of(PAYMENT).replace(">350.00<", f">{text}<")
        assert [one.kind for one in faults_of_node(MessageKind.PAYMENT, node)] == [kind] * (kind is not None)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("999999999", None), ("1234567890", FaultKind.TOO_MANY_DIGITS), ("1.0", FaultKind.NOT_A_WHOLE_NUMBER),
            ("x", FaultKind.NOT_A_NUMBER), ("", FaultKind.EMPTY),
        ],
    )  # fmt: skip
    def test_packages(self, text: str, kind: FaultKind | None) -> None:
        node = node_of(WAYBILL).replace("<ceb:packNo>1<", f"<ceb:packNo>{text}<")
        assert [one.kind for one in faults_of_node(MessageKind.WAYBILL, node)] == [kind] * (kind is not None)

    def test_line_numbers(self) -> None:
        for gnum, kinds in ((2**31 - 1, []), (2**31, [FaultKind.NUMBER_TOO_LARGE])):
            document = replace(RETURN, lines=(replace(RETURN.lines[0], gnum=gnum),))
            assert [one.kind for one in faults_of(document)] == kinds

    @pytest.mark.parametrize("field", ["freight", "insuredFee"])
    def test_numbers_that_may_be_absent_are_left_out(self, field: str) -> None:
        assert faults_of(replace(WAYBILL, **{field: None})) == ()
        node = node_of(replace(WAYBILL, **{field: Decimal(7)})).replace(f"<ceb:{field}>7<", f"<ceb:{field}><")
        (fault,) = faults_of_node(MessageKind.WAYBILL, node)
        assert (fault.kind, fault.field) == (FaultKind.LEAVE_OUT, f"LogisticsHead.{field}")


class TestShape:
    def test_order_of_fields(self) -> None:
        first, second = "<ceb:orderNo>FAKE-ORD-20261105-000001</ceb:orderNo>", "<ceb:ebpCode>9999960001</ceb:ebpCode>"
        text = sample("CEB621").replace(first, "").replace(second, second + first)
        assert [(one.kind, one.field) for one in faults_of_message(text.encode())] == [
            (FaultKind.OUT_OF_PLACE, "InventoryHead.orderNo")
        ]

    def test_field_twice(self) -> None:
        assert spoilt("<ceb:ieFlag>I</ceb:ieFlag>", "<ceb:ieFlag>I</ceb:ieFlag>" * 2) == [
            (FaultKind.REPEATED, "InventoryHead.ieFlag")
        ]

    def test_field_nobody_knows(self) -> None:
        assert spoilt("<ceb:ieFlag>", "<ceb:ieFlags>I</ceb:ieFlags><ceb:ieFlag>") == [
            (FaultKind.UNKNOWN, "InventoryHead.ieFlags")
        ]
        assert spoilt("<ceb:ieFlag>", '<x:ieFlag xmlns:x="urn:x">I</x:ieFlag><ceb:ieFlag>') == [
            (FaultKind.UNKNOWN, "InventoryHead.ieFlag")
        ]

    def test_elements_inside_text(self) -> None:
        assert spoilt(">样例甲<", "><ceb:b>样例甲</ceb:b><") == [(FaultKind.NOT_TEXT, "InventoryHead.buyerName")]

    def test_text_between_elements(self) -> None:
        assert spoilt("<ceb:Inventory>", "<ceb:Inventory>loose") == [(FaultKind.LOOSE_TEXT, "CEB621Message.Inventory")]

    def test_attributes(self) -> None:
        assert spoilt(' version="1.0">\n', ">\n") == [(FaultKind.MISSING, "CEB621Message.version")]
        assert spoilt(' guid="FA4E0621-', ' guid="') == [(FaultKind.WRONG_LENGTH, "CEB621Message.guid")]
        assert spoilt(' guid="', ' id="1" guid="') == [(FaultKind.UNKNOWN, "CEB621Message.id")]
        assert spoilt("<ceb:note>", '<ceb:note lang="zh">') == [(FaultKind.UNKNOWN, "note.lang")]

    def test_transfer(self) -> None:
        assert spoilt("<ceb:copCode>9999980005</ceb:copCode>", "<ceb:copCode></ceb:copCode>") == [
            (FaultKind.EMPTY, "BaseTransfer.copCode")
        ]
        assert spoilt("<ceb:dxpMode>DXP</ceb:dxpMode>", "") == [(FaultKind.MISSING, "BaseTransfer.dxpMode")]

    @pytest.mark.parametrize("kind", ["CEB311", "CEB411", "CEB511"])
    def test_signature_is_optional_for_the_three_orders(self, kind: str, signer: Signer) -> None:
        assert faults_of_message(sample(kind).encode()) == ()
        assert faults_of_message(signer.sign(sample(kind).encode())) == ()

    def test_signature(self) -> None:
        whole = sample("CEB621")
        start, end = whole.index("<ds:Signature "), whole.index("</ds:Signature>") + len("</ds:Signature>")
        signature = whole[start:end]
        assert spoilt(signature, "") == [(FaultKind.MISSING, "CEB621Message.Signature")]
        assert spoilt(signature, signature * 2) == [(FaultKind.REPEATED, "CEB621Message.Signature")]
        assert spoilt("<ds:KeyName>fa4e0621</ds:KeyName>", "") == [(FaultKind.MISSING, "KeyInfo.KeyName")]
        assert spoilt('<ds:Reference URI="">', '<ds:Reference URI="#x">') == [(FaultKind.WRONG_LENGTH, "Reference.URI")]
        moved = whole.replace(signature, "").replace("<ceb:BaseTransfer>", signature + "<ceb:BaseTransfer>")
        assert [(one.kind, one.field) for one in faults_of_message(moved.encode())] == [
            (FaultKind.OUT_OF_PLACE, "CEB621Message.BaseTransfer")
        ]

    def test_node_of_another_kind(self) -> None:
        (fault,) = faults_of_node(MessageKind.PAYMENT, node_of(ORDER))
        assert (fault.kind, fault.field) == (FaultKind.UNKNOWN, "Order")

    def test_a_node_alone_is_no_message(self) -> None:
        (fault,) = faults_of_message(node_of(PAYMENT).encode())
        assert (fault.kind, fault.field) == (FaultKind.UNKNOWN, "Payment")
        (fault,) = faults_of_node(MessageKind.PAYMENT, sample("CEB411").partition("?>")[2])
        assert (fault.kind, fault.field) == (FaultKind.UNKNOWN, "CEB411Message")


class TestWhatCannotBeRead:
    @pytest.mark.parametrize("raw", [b"", b"x", b"<a>", b"\xff\xfe<\0a\0", sample("CEB411").encode("gbk")])
    def test_messages(self, raw: bytes) -> None:
        assert [one.kind for one in faults_of_message(raw)] == [FaultKind.NOT_READABLE]

    @pytest.mark.parametrize("node", ["", "\ud800", "<ceb:Payment>", "<ceb:Payment/>"])
    def test_nodes(self, node: str) -> None:
        assert [one.kind for one in faults_of_node(MessageKind.PAYMENT, node)] == [FaultKind.NOT_READABLE]

    @pytest.mark.parametrize(
        "prolog",
        [
            "<!DOCTYPE x [<!ENTITY e 'boom'>]>",
            '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
            "<!-- a --><!DOCTYPE x [<!ENTITY a 'b'><!ENTITY c '&a;&a;&a;'>]>",
        ],
    )
    def test_document_types(self, prolog: str) -> None:
        raw = sample("CEB411").replace("?>", "?>" + prolog, 1).replace("样例甲", "&e;")
        assert [one.kind for one in faults_of_message(raw.encode())] == [FaultKind.NOT_READABLE]
        for codec in ("utf-16", "utf-16-le", "utf-32"):
            declared = raw.replace("UTF-8", codec.upper(), 1)
            assert [one.kind for one in faults_of_message(declared.encode(codec))] == [FaultKind.NOT_READABLE]

    def test_hints_where_a_schema_may_be_found_are_not_followed(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0)
            url = f"http://127.0.0.1:{server.getsockname()[1]}/x.xsd"
            hint = f'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="{CEB} {url} urn:x {url}"'
            assert spoilt(" guid=", f" {hint} guid=") == []
            assert spoilt(" guid=", f' {hint} x="1" guid=') == [(FaultKind.UNKNOWN, "CEB621Message.x")]
            with pytest.raises(BlockingIOError):
                server.accept()


def test_threads_share_one_schema() -> None:
    good, bad = node_of(LIST), node_of(with_head(LIST, buyerName="x" * 61))

    def check(number: int) -> int:
        return len(faults_of_node(MessageKind.LIST, bad if number % 2 else good))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(check, range(400))) == [0, 1] * 200


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    path = tmp_path_factory.mktemp("key") / "throwaway.pem"
    make_throwaway_key(path)
    clock = FixedClock(datetime(2026, 11, 5, tzinfo=UTC))
    return KeySigner(SoftwareKey(path, None, clock), Algorithm.RSA_SHA256, clock)
