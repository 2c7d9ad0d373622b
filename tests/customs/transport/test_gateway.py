"""Messages and answers over HTTP: where we were is remembered, and nothing is passed over."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from tests.customs.transport.answering_gateway import AnsweringGateway, answering_gateway
from tests.customs.transport.dying import START, killed_before_each_step
from wms.customs import wire
from wms.customs.transport.gateway import Gateway, GatewayInbox
from wms.customs.transport.port import TransportFailed
from wms.customs.transport.tree import PortFolders
from wms.customs.wire import Wire
from wms.kernel.clock import FixedClock
from wms.kernel.errors import Busy

US = "DXPENT9999999999"


@pytest.fixture
def port() -> Iterator[AnsweringGateway]:
    with answering_gateway() as gateway:
        yield gateway


def wire_to(port: AnsweringGateway, token_file: Path | None = None) -> Wire:
    return Wire(port.url, "the gateway", token_file, TransportFailed)


def way_out(port: AnsweringGateway, token_file: Path | None = None) -> Gateway:
    return Gateway(wire_to(port, token_file), US, FixedClock(START))


def way_in(port: AnsweringGateway, root: Path, receiver: str = US) -> GatewayInbox:
    return GatewayInbox(wire_to(port), receiver, PortFolders(root / "DEMO", may_be_made=True), "DEMO")


class Kept:
    def __init__(self, broken: bytes = b"") -> None:
        self.order: list[bytes] = []
        self.ids: set[UUID] = set()
        self.sources: list[str] = []
        self.broken = broken

    def __call__(self, raw: bytes, source: str, receipt_id: UUID) -> None:
        if raw == self.broken:
            raise Busy("no time")
        self.order.append(raw)
        self.ids.add(receipt_id)
        self.sources.append(source)


def test_a_message_goes_with_its_head(port: AnsweringGateway, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("the-token\n")
    assert way_out(port, token).send("CEB621_A.xml", "CEB621", "A", b"<a/>") == port.url
    assert port.messages == [
        {
            "MessageId": "A",
            "MessageType": "CEB621",
            "SenderID": US,
            "ReceiverID": "DXPEDCCEB0000002",
            "SendTime": "20261105102500",
            "Version": "1.0",
            "Body": base64.b64encode(b"<a/>").decode(),
        }
    ]
    assert port.tokens == ["Bearer the-token"]


@pytest.mark.parametrize("answer", [b"OK", b'"OK"', b" ok\n"])
def test_ok_is_ok(answer: bytes, port: AnsweringGateway) -> None:
    port.answer = answer
    assert way_out(port).send("a.xml", "CEB621", "A", b"<a/>")


def test_anything_but_ok_is_a_failure(port: AnsweringGateway) -> None:
    port.answer = b"QUEUE FULL: your message about Mrs Li"
    with pytest.raises(TransportFailed) as failed:
        way_out(port).send("a.xml", "CEB621", "A", b"<a/>")
    assert str(failed.value) == f"the gateway {port.url} did not answer OK to a.xml; it is sent again"
    port.status = 502
    with pytest.raises(TransportFailed, match=r"answered 502 Bad Gateway$"):
        way_out(port).send("a.xml", "CEB621", "A", b"<a/>")


def test_answers_are_fetched_in_order_and_once(port: AnsweringGateway, tmp_path: Path) -> None:
    for number in range(250):
        port.deliver(f"CEB622_{number}.xml", b"<a%d/>" % number)
    kept = Kept()
    inbox = way_in(port, tmp_path)
    assert [inbox.take(kept), inbox.take(kept), inbox.take(kept), inbox.take(kept)] == [100, 100, 50, 0]
    assert kept.order == [b"<a%d/>" % number for number in range(250)]
    assert len(kept.ids) == 250
    assert kept.sources[0] == "gateway CEB622_0.xml"
    assert port.asked[0] == {"receiver": US, "after": "", "limit": "100"}


def test_where_we_were_survives_a_restart(port: AnsweringGateway, tmp_path: Path) -> None:
    port.deliver("a", b"<a/>")
    way_in(port, tmp_path).take(Kept())
    port.deliver("b", b"<b/>")
    kept = Kept()
    assert way_in(port, tmp_path).take(kept) == 1
    assert kept.order == [b"<b/>"]


def test_another_receiver_starts_at_the_beginning(port: AnsweringGateway, tmp_path: Path) -> None:
    port.deliver("a", b"<a/>")
    way_in(port, tmp_path).take(Kept())
    assert way_in(port, tmp_path, "DXPENT0000000001").take(Kept()) == 1


def test_a_bookmark_that_cannot_be_read_costs_only_a_repetition(port: AnsweringGateway, tmp_path: Path) -> None:
    port.deliver("a", b"<a/>")
    first, again = Kept(), Kept()
    way_in(port, tmp_path).take(first)
    (tmp_path / "DEMO" / "gateway" / "cursor.json").write_text("{")
    assert way_in(port, tmp_path).take(again) == 1
    assert first.ids == again.ids, "kept twice it is one delivery"


def test_what_could_not_be_kept_comes_again(port: AnsweringGateway, tmp_path: Path) -> None:
    for raw in (b"<a/>", b"<bad/>", b"<c/>"):
        port.deliver("x", raw)
    kept = Kept(broken=b"<bad/>")
    inbox = way_in(port, tmp_path)
    with pytest.raises(Busy):
        inbox.take(kept)
    assert kept.order == [b"<a/>"]
    kept.broken = b""
    assert inbox.take(kept) == 2
    assert kept.order == [b"<a/>", b"<bad/>", b"<c/>"]


def test_killed_before_any_step_nothing_is_passed_over(port: AnsweringGateway, tmp_path: Path) -> None:
    raws = [b"<a%d/>" % number for number in range(3)]
    for raw in raws:
        port.deliver("x", raw)

    def work(step: int) -> None:
        root = tmp_path / str(step)

        def keep(raw: bytes, source: str, receipt_id: UUID) -> None:
            (root / "kept").mkdir(parents=True, exist_ok=True)
            (root / "kept" / str(receipt_id)).write_bytes(raw)

        way_in(port, root).take(keep)

    for step in killed_before_each_step(work):
        work(step)
        found = sorted(path.read_bytes() for path in (tmp_path / str(step) / "kept").iterdir())
        assert found == raws, f"killed before step {step}"


def test_an_answer_that_is_no_base64_is_kept_as_it_came(port: AnsweringGateway, tmp_path: Path) -> None:
    port.receipts = [("a", "%%"), ("b", "PGE\n+PC9hPg==\n"), ("c", "回执")]
    kept = Kept()
    assert way_in(port, tmp_path).take(kept) == 3
    assert kept.order == [b"%%", b"<a></a>", "回执".encode()]


@pytest.mark.parametrize(
    "answer",
    [b"", b"hello", b"[]", b'{"receipts": 1}', b'{"receipts": [{"cursor": "1"}]}', b"\xff"],
)
def test_a_list_that_is_none_is_said(answer: bytes, port: AnsweringGateway, tmp_path: Path) -> None:
    port.answer = answer
    with pytest.raises(TransportFailed, match="sent no list of answers"):
        way_in(port, tmp_path).take(Kept())


def test_a_list_without_an_end_is_said(port: AnsweringGateway, tmp_path: Path) -> None:
    entry = {"cursor": "", "name": "a", "body": "PGEvPg=="}
    port.answer = json.dumps({"receipts": [entry]}).encode()
    with pytest.raises(TransportFailed, match="without a usable cursor"):
        way_in(port, tmp_path).take(Kept())
    port.answer = json.dumps({"receipts": [entry | {"cursor": "7"}]}).encode()
    inbox = way_in(port, tmp_path)
    assert inbox.take(Kept()) == 1
    with pytest.raises(TransportFailed, match="the same answers behind '7' for ever"):
        inbox.take(Kept())


def test_a_page_that_is_too_long_is_asked_for_in_pieces(
    port: AnsweringGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_BYTES", 5_000)
    for number in range(12):
        port.deliver(str(number), b"<a>%s</a>" % (b"x" * 900))
    kept, inbox = Kept(), way_in(port, tmp_path)
    while inbox.take(kept):
        pass
    assert len(kept.order) == 12
    port.deliver("huge", b"x" * 5_000)
    with pytest.raises(TransportFailed, match="more than 5000 bytes for one message behind '12'"):
        inbox.take(kept)


def test_a_gateway_that_is_not_there_is_said(tmp_path: Path) -> None:
    nowhere = AnsweringGateway()
    nowhere.url = "http://127.0.0.1:1"
    with pytest.raises(TransportFailed, match=r"the gateway http://127\.0\.0\.1:1 cannot be reached"):
        way_in(nowhere, tmp_path).take(Kept())
    with pytest.raises(TransportFailed, match="cannot be reached"):
        way_out(nowhere).send("a.xml", "CEB621", "A", b"<a/>")
