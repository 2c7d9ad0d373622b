"""The gateway over a real socket: our own transport talks to it, and so does somebody who gets it wrong."""

import base64
import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.customs.simulator.papers import CALM, START, Purchase, message
from wms.config import settings_from_environment
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.simulator.gateway import serve_gateway
from wms.customs.simulator.port import Port
from wms.customs.transport.choice import inbox_of, transport_of
from wms.kernel.clock import FixedClock

HZ1, NB2 = "DXPENT0000000001", "DXPENT0000000002"


@dataclass
class Client:
    """A company with a connection."""

    port: int
    clock: FixedClock

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        read = answer.status, answer.read()
        connection.close()
        return read

    def post(self, raw: bytes, message_id: str, sender: str) -> None:
        head = {
            "MessageId": message_id, "MessageType": "CEB", "SenderID": sender, "ReceiverID": "DXPEDCCEB0000002",
            "SendTime": "20261105103000", "Version": "1.0", "Body": base64.b64encode(raw).decode(),
        }  # fmt: skip
        assert self.ask("POST", "/messages", json.dumps(head).encode()) == (200, b"OK")

    def fetch(self, receiver: str, after: str = "", limit: int = 100) -> list[dict[str, str]]:
        status, body = self.ask("GET", f"/receipts?receiver={receiver}&after={after}&limit={limit}")
        assert status == 200
        found: list[dict[str, str]] = json.loads(body)["receipts"]
        return found


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    clock, stop, ready, numbers = FixedClock(START), threading.Event(), threading.Event(), list[int]()

    def tell(number: int) -> None:
        numbers.append(number)
        ready.set()

    port = Port(tmp_path / "gateway", scenario=CALM, seed=1, clock=clock)
    server = threading.Thread(target=serve_gateway, args=(port, "127.0.0.1", 0, stop), kwargs={"ready": tell})
    server.start()
    assert ready.wait(20)
    yield Client(numbers[0], clock)
    stop.set()
    server.join(20)
    assert not server.is_alive()


def declare(client: Client, purchase: Purchase, sender: str) -> None:
    papers = {"311": purchase.order(), "411": purchase.payment(), "511": purchase.waybill(), "621": purchase.list()}
    for number, paper in papers.items():
        client.post(message(number, paper), f"{number}-{purchase.number}", sender)


def hours_later(client: Client) -> None:
    client.clock.forward(timedelta(hours=1))


def test_each_client_gets_the_answers_to_what_it_sent(client: Client) -> None:
    declare(client, Purchase(1), HZ1)
    declare(client, Purchase(2), NB2)
    assert client.fetch(HZ1) == []
    hours_later(client)
    for receiver, purchase in ((HZ1, Purchase(1)), (NB2, Purchase(2))):
        receipts = client.fetch(receiver)
        assert len(receipts) == 9
        entries = [read_receipt(base64.b64decode(receipt["body"])).entries[0] for receipt in receipts]
        assert {entry.cop_no for entry in entries if entry.cop_no} == {purchase.cop_no}
        assert [entry.return_status for entry in entries if entry.cop_no] == ["2", "120", "800"]
    assert client.fetch("DXPENT0000000003") == []


def test_receipts_are_handed_out_behind_the_cursor(client: Client) -> None:
    declare(client, Purchase(), HZ1)
    hours_later(client)
    everything = client.fetch(HZ1)
    one_by_one, after = [], ""
    while page := client.fetch(HZ1, after, limit=2):
        one_by_one += page
        after = page[-1]["cursor"]
    assert one_by_one == everything == client.fetch(HZ1)


def test_the_same_message_again_is_the_same_message(client: Client) -> None:
    for _ in range(2):
        client.post(message("311", Purchase().order()), "M-1", HZ1)
    hours_later(client)
    assert len(client.fetch(HZ1)) == 2


def test_a_malformed_message_is_failed_by_its_id(client: Client) -> None:
    client.post(b"<broken", "M-7", HZ1)
    hours_later(client)
    [receipt] = client.fetch(HZ1)
    assert read_receipt(base64.b64decode(receipt["body"])).entries[0].original_message_id == "M-7"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/messages", b"no json", 400),
        ("POST", "/messages", b"[]", 400),
        ("POST", "/messages", b'{"MessageId": "1", "SenderID": "2"}', 400),
        ("POST", "/messages", b'{"MessageId": "1", "SenderID": "2", "Body": "%"}', 400),
        ("POST", "/messages", b'{"MessageId": "", "SenderID": "2", "Body": ""}', 400),
        ("POST", "/messages", b'{"MessageId": 1, "SenderID": "2", "Body": ""}', 400),
        ("GET", "/messages", b"", 405),
        ("POST", "/receipts", b"", 405),
        ("GET", "/receipts", b"", 400),
        ("GET", "/receipts?receiver=A&after=x", b"", 400),
        ("GET", "/receipts?receiver=A&limit=-1", b"", 400),
        ("GET", "/", b"", 404),
    ],
)
def test_what_is_not_understood_is_said(client: Client, method: str, path: str, body: bytes, status: int) -> None:
    answered, words = client.ask(method, path, body)
    assert answered == status
    assert words.startswith(b"Not understood; wanted: ")


def test_many_clients_at_once(client: Client) -> None:
    senders = [threading.Thread(target=declare, args=(client, Purchase(number), HZ1)) for number in range(1, 9)]
    for sender in senders:
        sender.start()
    deadline = time.monotonic() + 60
    for sender in senders:
        sender.join(max(0.1, deadline - time.monotonic()))
    hours_later(client)
    receipts = client.fetch(HZ1)
    assert len(receipts) == 8 * 9
    assert len({receipt["cursor"] for receipt in receipts}) == 8 * 9


@pytest.mark.parametrize("envelope", ["none", "dxp"])
def test_the_services_own_transport_gets_along_with_it(client: Client, tmp_path: Path, envelope: str) -> None:
    settings = settings_from_environment(
        {
            "WMS_DATA_DIR": str(tmp_path / "data"),
            "WMS_CUSTOMS_TRANSPORT": "http",
            "WMS_CUSTOMS_GATEWAY_URL": f"http://127.0.0.1:{client.port}",
            "WMS_CUSTOMS_ENVELOPE": envelope,
        }
    )
    purchase = Purchase()
    papers = {"311": purchase.order(), "411": purchase.payment(), "511": purchase.waybill(), "621": purchase.list()}
    transport = transport_of(settings, "HZ1", client.clock)
    for number, paper in papers.items():
        message_id = f"0000000{number[0]}-0000-4000-8000-000000000000"
        # Sent twice, as after a crash: one message to the port.
        for _ in range(2):
            transport.send(f"CEB{number}_{message_id}.xml", f"CEB{number}", message_id, message(number, paper))
    hours_later(client)
    kept: list[bytes] = []
    inbox = inbox_of(settings, "HZ1", client.clock)
    assert inbox is not None
    assert inbox.take(lambda raw, _source, _receipt_id: kept.append(raw)) == 9
    assert inbox.take(lambda raw, _source, _receipt_id: kept.append(raw)) == 0
    readings = [read_receipt(raw) for raw in kept]
    assert all(reading.quarantined == () for reading in readings)
    statuses = [reading.entries[0].return_status for reading in readings if reading.message_type == "CEB622"]
    assert statuses == ["2", "120", "800"]
