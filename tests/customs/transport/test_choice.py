"""The settings decide the way, and nothing is touched before the first message."""

from pathlib import Path

import pytest

from tests.customs.transport.answering_gateway import answering_gateway
from wms.config import Settings, settings_from_environment
from wms.customs.transport.choice import inbox_of, transport_of
from wms.customs.transport.port import TransportFailed


def settings(folder: Path, **variables: str) -> Settings:
    return settings_from_environment({"WMS_DATA_DIR": str(folder), **variables})


def test_folders_by_default(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    transport, inbox = transport_of(chosen, "DEMO"), inbox_of(chosen, "DEMO")
    assert not (tmp_path / "customs").exists()
    where = transport.send("a.xml", "CEB621", "A", b"<a/>")
    assert where == str(tmp_path / "customs" / "DEMO" / "outbox" / "a.xml")
    assert Path(where).read_bytes() == b"<a/>"
    assert inbox
    assert inbox.take(lambda *_: None) == 0
    assert (tmp_path / "customs" / "DEMO" / "inbox").is_dir()


def test_folders_in_a_named_place_are_made_by_others(tmp_path: Path) -> None:
    chosen = settings(tmp_path, WMS_CUSTOMS_DIR=str(tmp_path / "drive"))
    with pytest.raises(TransportFailed, match="is missing: make it, or mount"):
        transport_of(chosen, "DEMO").send("a.xml", "CEB621", "A", b"<a/>")
    assert not (tmp_path / "drive").exists()


def test_the_gateway(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret-of-the-gateway")
    with answering_gateway() as port:
        chosen = settings(
            tmp_path,
            WMS_CUSTOMS_TRANSPORT="http",
            WMS_CUSTOMS_GATEWAY_URL=port.url,
            WMS_CUSTOMS_GATEWAY_TOKEN_FILE=str(token),
            WMS_CUSTOMS_DXP_ID="DXPENT0000000042",
        )
        port.deliver("a.xml", b"<r/>")
        assert transport_of(chosen, "DEMO").send("a.xml", "CEB621", "A", b"<a/>") == port.url
        inbox = inbox_of(chosen, "DEMO")
        assert inbox
        assert inbox.take(lambda *_: None) == 1
        assert port.tokens == ["Bearer secret-of-the-gateway"] * 2
        assert port.asked[0]["receiver"] == port.messages[0]["SenderID"] == "DXPENT0000000042"


def test_an_envelope_on_demand(tmp_path: Path) -> None:
    chosen = settings(tmp_path, WMS_CUSTOMS_ENVELOPE="dxp")
    where = transport_of(chosen, "DEMO").send("a.xml", "CEB621", "A", b"<a/>")
    assert b"<dxp:MsgType>CEB621Message</dxp:MsgType>" in Path(where).read_bytes()


def test_no_way_at_all(tmp_path: Path) -> None:
    chosen = settings(tmp_path, WMS_CUSTOMS_TRANSPORT="none")
    assert inbox_of(chosen, "DEMO") is None
    with pytest.raises(TransportFailed, match=r"a\.xml goes nowhere: WMS_CUSTOMS_TRANSPORT is none"):
        transport_of(chosen, "DEMO").send("a.xml", "CEB621", "A", b"<a/>")
