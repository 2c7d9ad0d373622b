"""The envelope is what the exchange expects, and our own reader takes it off again."""

import base64
from pathlib import Path
from xml.etree import ElementTree

from tests.customs.transport.dying import START
from wms.customs.regimes.china.envelope import without_envelope
from wms.customs.regimes.china.safe_xml import parse
from wms.customs.transport.envelope import DXP, Enveloping
from wms.customs.transport.outbox_folder import OutboxFolder
from wms.customs.transport.tree import PortFolders
from wms.kernel.clock import FixedClock

MESSAGE = (
    '<ceb:CEB621Message xmlns:ceb="http://www.chinaport.gov.cn/ceb"><ceb:a>样例 &amp; co</ceb:a></ceb:CEB621Message>'
)
RAW = MESSAGE.encode()


def sent(folder: Path, message_type: str, raw: bytes) -> bytes:
    clock = FixedClock(START)
    transport = Enveloping(OutboxFolder(PortFolders(folder, may_be_made=True), clock), "DXPENT9999999999", clock)
    return Path(transport.send("x.xml", message_type, "ID-1", raw)).read_bytes()


def test_it_says_who_sends_what_to_whom(tmp_path: Path) -> None:
    root = ElementTree.fromstring(sent(tmp_path, "CEB621", RAW))
    assert root.tag == f"{{{DXP}}}DxpMsg"
    assert root.get("ver") == "1.0"
    told = [(element.tag.removeprefix(f"{{{DXP}}}"), (element.text or "").strip()) for element in root.iter()]
    assert told == [
        ("DxpMsg", ""),
        ("TransInfo", ""),
        ("CopMsgId", "ID-1"),
        ("SenderId", "DXPENT9999999999"),
        ("ReceiverIds", ""),
        ("ReceiverId", "DXPEDCCEB0000002"),
        ("CreatTime", "2026-11-05T10:25:00"),
        ("MsgType", "CEB621Message"),
        ("Data", base64.b64encode(RAW).decode()),
    ]


def test_what_is_inside_stays_byte_for_byte(tmp_path: Path) -> None:
    inner = without_envelope(parse(sent(tmp_path, "CEB621", RAW)))
    assert inner.name == "CEB621Message"
    assert inner.children[0].text == "样例 & co"


def test_what_is_no_message_of_the_unified_edition_keeps_its_type(tmp_path: Path) -> None:
    assert b"<dxp:MsgType>EXITPASS</dxp:MsgType>" in sent(tmp_path, "EXITPASS", b"<a/>")
