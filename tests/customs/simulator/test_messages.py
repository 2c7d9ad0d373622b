"""What the port does with messages that are not as they should be, and with signatures."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from tests.customs.simulator.papers import ABSENT, CEB, SAMPLES, START, Desk, Purchase, message
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.signing.port import Algorithm
from wms.customs.signing.signer import KeySigner
from wms.customs.signing.software import SoftwareKey
from wms.customs.signing.throwaway import make_throwaway_key
from wms.customs.simulator.scenario import Scenario
from wms.kernel.clock import FixedClock

ORDER = Purchase().order()
LIST = Purchase().list()


def failure(desk: Desk) -> str:
    """The one CEB900 in the inbox, which our reader must be able to read; what it says."""
    [raw] = desk.raw()
    reading = read_receipt(raw)
    assert reading.message_type == "CEB900"
    assert reading.quarantined == ()
    return reading.entries[0].return_info


MALFORMED = {
    "an unknown element": (ORDER.replace("<ceb:orderNo>", "<ceb:orderNr>1</ceb:orderNr><ceb:orderNo>"), "orderNr"),
    "a wrong order of elements": (
        ORDER.replace("<ceb:currency>142</ceb:currency>", "", 1).replace(
            "<ceb:freight>", "<ceb:currency>142</ceb:currency><ceb:freight>"
        ),
        "freight",
    ),
    "a missing element": (Purchase().with_(order__ebcName=ABSENT).order(), "OrderHead/ebcName: 缺失"),
    "an empty mandatory element": (Purchase().with_(order__ebcName="").order(), "OrderHead/ebcName: 不能为空"),
    "too long a text": (Purchase().with_(order__orderNo="9" * 61).order(), "orderNo: 长度61超过60"),
    "a wrong length": (Purchase().with_(order__currency="14").order(), "currency: 长度2应为3"),
    "no number": (Purchase().with_(order__freight="1,5").order(), "freight: 应为不超过19位"),
    "too many decimals": (Purchase().with_(order__freight="1.123456").order(), "freight"),
    "no moment": (Purchase().with_(order__appTime="20261305102900").order(), "appTime: 时间格式"),
    "no whole number": (Purchase().with_(order__2__gnum="2.0").order(), "OrderList[2]/gnum: 应为整数"),
    "no lines": (Purchase(lines=0).order(), "0项商品"),
    "too many lines": (Purchase(lines=100).order(), "100项商品"),
    "an element inside a text": (ORDER.replace("样例平台", "<ceb:b/>"), "ebpName: 不得包含节点"),
    "nothing inside": ("<ceb:Order/>", "应有一个OrderHead"),
}


@pytest.mark.parametrize("fault", MALFORMED)
def test_one_wrong_paper_fails_the_whole_message(desk: Desk, fault: str) -> None:
    wrong, said = MALFORMED[fault]
    desk.put(message("311", Purchase(2).order(), wrong), "CEB311Message_ID-1.xml")
    desk.settle()
    assert said in failure(desk)
    assert read_receipt(desk.raw()[0]).entries[0].original_message_id == "ID-1"


def test_a_message_is_quoted_as_it_came(desk: Desk) -> None:
    desk.put(message("311", ORDER.replace("142", "<![CDATA[]]>", 1)))
    desk.settle()
    [raw] = desk.raw()
    assert b"<![CDATA[<?xml version" in raw
    assert b"]]]]><![CDATA[>" in raw, "the end of a quoted section must not end the quotation"
    failure(desk)


UNREADABLE = {
    "a document type": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "an outside entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "a processing instruction": b'<?xml version="1.0"?><?php echo 1 ?><a/>',
    "no XML": b"\x00\x01hello",
    "nothing": b"",
    "half a message": message("311", ORDER)[:-40],
    "two roots": b"<a/><b/>",
    "an undeclared prefix": b"<ceb:a/>",
    "an unknown encoding": b'<?xml version="1.0" encoding="EBCDIC"?><a/>',
    "not the encoding it says": b'<?xml version="1.0" encoding="UTF-8"?><a>\xd0\xa1</a>',
    "too deep": b"<a>" * 50 + b"</a>" * 50,
    "another namespace": message("311", ORDER).replace(CEB.encode(), b"urn:other"),
    "a receipt": message("312", ORDER),
    "an export message": message("303", ORDER),
    "no documents": message("311"),
    "more documents than a message holds": message("311", *(ORDER for _ in range(101))),
    "no guid": message("311", ORDER).replace(b'guid="', b'id="'),
    "another version": message("311", ORDER).replace(b'version="1.0">', b'version="2.0">'),
    "a foreign element": message("311", ORDER, '<x xmlns="urn:x"/>'),
    "the transfer in front": message("311").replace(b"</ceb:CEB311", ORDER.encode() + b"</ceb:CEB311"),
    "no transfer": message("311", ORDER).replace(b"ceb:BaseTransfer>", b"ceb:BaseSubscribe>"),
    "a transfer without name": message("311", ORDER).replace("<ceb:copName>样例报关</ceb:copName>".encode(), b""),
    "a pass of nobody": b'<ExitPassRequest xmlns="urn:wms:exit-pass:1" id="1"/>',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_answered_as_such(desk: Desk, name: str) -> None:
    desk.put(UNREADABLE[name])
    desk.settle()
    assert failure(desk)


def test_other_encodings_a_prefix_of_ones_own_and_none_are_read(desk: Desk) -> None:
    text = message("311", ORDER).decode()
    desk.put(text.replace("UTF-8", "GB2312").encode("gb18030"))
    desk.settle()
    assert desk.said("312") == ["2", "120"]
    desk.put(b"\xef\xbb\xbf" + message("411", Purchase().payment()).replace(b"ceb:", b"").replace(b":ceb=", b"="))
    desk.put(message("511", Purchase().waybill()).replace(b"ceb:", b"q:").replace(b":ceb=", b":q="))
    desk.settle()
    assert desk.said("412") == desk.said("512") == ["2", "120"]


def test_messages_in_an_envelope_are_answered_in_one(desk: Desk) -> None:
    def enveloped(inner: bytes, kind: str) -> bytes:
        packed = base64.encodebytes(inner).decode()
        return (
            '<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp" ver="1.0"><TransInfo><CopMsgId>MSG-1</CopMsgId>'
            "<SenderId>DXPENT9999999005</SenderId><ReceiverIds><ReceiverId>DXPEDCCEB0000002</ReceiverId></ReceiverIds>"
            f"<CreatTime>2026-11-05T10:30:00</CreatTime><MsgType>{kind}</MsgType></TransInfo><Data>{packed}</Data></DxpMsg>"
        ).encode()

    desk.put(enveloped(message("311", ORDER), "CEB311Message"))
    desk.settle()
    assert desk.said("312") == ["2", "120"]
    assert all(b"<ReceiverId>DXPENT9999999005</ReceiverId>" in raw for raw in desk.raw())
    desk.put(enveloped(message("411", Purchase().payment()), "CEB511Message"))
    desk.put(enveloped(b"", "CEB411Message"))
    desk.settle()
    failures = [entry for entry in desk.entries() if entry.message_type == "CEB900"]
    assert [entry.original_message_id for entry in failures] == ["MSG-1", "MSG-1"]


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> KeySigner:
    """The signer of the service itself: two implementations have to agree."""
    path = tmp_path_factory.mktemp("key") / "key.pem"
    make_throwaway_key(path)
    clock = FixedClock(START)
    return KeySigner(SoftwareKey(path, None, clock), Algorithm.RSA_SHA1, clock)


@pytest.fixture
def strict(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "HZ1", Scenario())


def test_a_signed_list_is_taken(strict: Desk, signer: KeySigner) -> None:
    strict.put(signer.sign(message("621", LIST)))
    strict.settle()
    assert strict.said("622") == ["2"]


def test_signatures_over_awkward_text_agree(strict: Desk, signer: KeySigner) -> None:
    awkward = Purchase().with_(list__agentName="A &amp; B &lt;&gt; \"'\t&#13;&#10;终").list()
    strict.put(signer.sign(message("621", awkward)))
    strict.settle()
    assert strict.said("622") == ["2"]


def test_a_list_without_a_signature_is_turned_away(strict: Desk) -> None:
    strict.put(message("621", LIST))
    strict.settle()
    assert strict.said("622") == ["-621029"]


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"<ceb:grossWeight>1.85", b"<ceb:grossWeight>1.84", "-621028"),
        (b"\n<ceb:BaseTransfer>", b"<ceb:BaseTransfer>", "-621028"),
        (b"#rsa-sha1", b"#rsa-sha999", "-621029"),
        (b"<ds:KeyName>", b"<ds:KeyName/><ds:KeyName>", "-621029"),
        (b'URI=""', b'URI="#x"', "-621029"),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA", "-621029"),
        (b"<ds:X509Certificate>", b"<ds:X509Certificate>AAAA", "-621029"),
        (b"<ds:DigestValue>", b"<ds:DigestValue>AAAA", "-621028"),
    ],
)
def test_a_touched_signature_is_noticed(strict: Desk, signer: KeySigner, old: bytes, new: bytes, status: str) -> None:
    signed = signer.sign(message("621", LIST).replace(b"<ceb:BaseTransfer>", b"\n<ceb:BaseTransfer>"))
    assert signed.count(old) == 1
    strict.put(signed.replace(old, new))
    strict.settle()
    assert strict.said("622") == [status]
    # A wrong signature is refused even where none is needed.
    strict.port.scenario = Scenario(unsigned_allowed=True)
    strict.put(signed.replace(old, new + b" ") if status == "-621028" else signed.replace(old, new), "again.xml")
    strict.settle()
    assert set(strict.said("622")) == {status}


def test_the_sample_order_goes_through_with_its_own_signature(strict: Desk) -> None:
    for sample in ("CEB311", "CEB411", "CEB511", "CEB621"):
        strict.put((SAMPLES / f"{sample}.xml").read_bytes(), f"{sample}.xml")
    strict.settle()
    assert strict.said("622") == ["2", "120", "800"]
    assert strict.said("312") == strict.said("412") == strict.said("512") == ["2", "120"]


def test_names_that_begin_with_a_dot_are_still_being_written(desk: Desk) -> None:
    desk.put(message("311", ORDER), ".CEB311Message_1.xml.tmp")
    desk.settle()
    assert desk.raw() == []
    assert [file.name for file in (desk.folder / "outbox").iterdir()] == [".CEB311Message_1.xml.tmp"]


def test_the_same_file_again_is_the_same_message(desk: Desk) -> None:
    desk.put(message("311", ORDER), "CEB311Message_1.xml")
    desk.settle()
    desk.put(message("311", ORDER), "CEB311Message_1.xml")
    desk.clock.forward(timedelta(minutes=1))
    desk.settle()
    assert desk.said("312") == ["2", "120"]
    assert not list((desk.folder / "outbox").iterdir())
