"""The key on another machine: both ends of the wire, over real sockets."""

import base64
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.customs.signing.pem import UNSIGNED
from wms.customs.signing.port import Algorithm, SigningFailed
from wms.customs.signing.remote import RemoteKey
from wms.customs.signing.remote_service import MOST_BYTES, SigningService
from wms.customs.signing.signer import KeySigner
from wms.customs.signing.software import SoftwareKey
from wms.customs.signing.verifying import verify
from wms.customs.signing.xml_signature import draft_of
from wms.kernel.clock import FixedClock

TOKEN = "a-token-nobody-could-guess"


@pytest.fixture
def service(key_file: Path, clock: FixedClock) -> Iterator[SigningService]:
    key = SoftwareKey(key_file, None, clock)
    with SigningService(key, host="127.0.0.1", port=0, token=TOKEN, clock=clock) as service:
        yield service


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    return path


def far_signer(address: str, token_file: Path | None, clock: FixedClock) -> KeySigner:
    return KeySigner(RemoteKey(address, token_file), Algorithm.RSA_SHA1, clock)


def failure(address: str, token_file: Path | None, clock: FixedClock) -> str:
    with pytest.raises(SigningFailed) as failed:
        far_signer(address, token_file, clock).sign(UNSIGNED)
    assert TOKEN not in str(failed.value)
    return str(failed.value)


def test_a_message_is_signed_far_away(service: SigningService, token_file: Path, clock: FixedClock) -> None:
    signer = far_signer(service.address, token_file, clock)
    assert signer.name == "remote"
    assert verify(signer.sign(UNSIGNED)).serial == "01691fe9"
    assert signer.name == "remote 01691fe9"
    assert (service.serial, service.days_left) == ("01691fe9", 100)


def test_many_go_in_batches_and_come_back_in_order(
    service: SigningService, token_file: Path, clock: FixedClock
) -> None:
    messages = [UNSIGNED.replace(b"FAKE-ORD-", b"%03d-" % number) for number in range(205)]
    signed = far_signer(service.address, token_file, clock).sign_many(messages)
    for number in (0, 99, 100, 199, 200, 204):
        assert b"%03d-" % number in signed[number]
        verify(signed[number])


def test_threads_may_share_a_signer(service: SigningService, token_file: Path, clock: FixedClock) -> None:
    signer = far_signer(service.address, token_file, clock)
    with ThreadPoolExecutor(4) as threads:
        for signed in threads.map(signer.sign, [UNSIGNED] * 12):
            verify(signed)


def test_nothing_of_the_message_leaves_this_machine(token_file: Path, clock: FixedClock) -> None:
    with answering(200, b"{}") as (address, heard):
        failure(address, token_file, clock)
    question = heard[0]
    assert len(question) < 3_000
    items = json.loads(question)["items"]
    assert [base64.b64decode(item) for item in items] == [draft_of(UNSIGNED, Algorithm.RSA_SHA1).to_sign]


# --- what goes wrong is said ------------------------------------------------------------------------------------------


def test_a_wrong_token_is_said(service: SigningService, tmp_path: Path, clock: FixedClock) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not-the-token")
    said = failure(service.address, wrong, clock)
    assert said == f"the signing machine {service.address} answered 401 Unauthorized: the token is missing or wrong"
    assert "401" in failure(service.address, None, clock)


def test_a_token_file_that_is_no_use_is_said(service: SigningService, tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "token-file"
    assert f"in {path} cannot be read: No such file" in failure(service.address, path, clock)
    path.write_text("")
    assert failure(service.address, path, clock) == f"{path} must hold the token for the signing machine on one line"
    path.write_text("two\nlines")
    assert "on one line" in failure(service.address, path, clock)
    path.write_bytes(b"\xff\xfe")
    assert "it is no plain text" in failure(service.address, path, clock)


def test_a_machine_that_is_not_there_is_said(token_file: Path, clock: FixedClock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert f"the signing machine {address} cannot be reached" in failure(address, token_file, clock)


def test_a_key_that_cannot_sign_is_said_through_the_wire(
    service: SigningService, token_file: Path, key_file: Path, clock: FixedClock
) -> None:
    key_file.unlink()
    said = failure(service.address, token_file, clock)
    assert "answered 503 Service Unavailable: the signing key" in said
    assert "No such file" in said


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[tuple[str, list[bytes]]]:
    """A machine that says the same to everybody."""
    heard: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", heard
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"[]",
        b'{"certificate": "MIIB", "signatures": ["AA=="]}',
        b'{"certificate": "%%", "signatures": []}',
        b'{"certificate": 1, "signatures": []}',
        b'{"certificate": "\xff"}',
    ],
)
def test_an_answer_without_signatures_is_said(body: bytes, token_file: Path, clock: FixedClock) -> None:
    with answering(200, body) as (address, _):
        assert failure(address, token_file, clock) == (
            f"the signing machine {address} answered something else than signatures"
        )


def test_an_answer_that_breaks_off_is_said(token_file: Path, clock: FixedClock) -> None:
    with answering(200, b'{"certificate": "', Content_Length="5000") as (address, _):
        assert f"{address}" in failure(address, token_file, clock)


def test_a_redirect_is_not_followed(service: SigningService, token_file: Path, clock: FixedClock) -> None:
    with answering(307, b"", Location=f"{service.address}/signatures") as (address, _):
        assert "answered 307 Temporary Redirect" in failure(address, token_file, clock)


def test_words_of_a_stranger_are_not_quoted(token_file: Path, clock: FixedClock) -> None:
    with answering(500, b"<html>your message about Mrs Li ...") as (address, _):
        said = failure(address, token_file, clock)
    assert said == f"the signing machine {address} answered 500 Internal Server Error"


# --- the service, spoken to directly ----------------------------------------------------------------------------------


def ask(service: SigningService, body: bytes, *, path: str = "/signatures", token: str = TOKEN) -> tuple[int, str]:
    line = http.client.HTTPConnection("127.0.0.1", int(service.address.rpartition(":")[2]), timeout=10)
    try:
        line.request("POST", path, body, {"Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        payload = json.loads(answer.read())
        return answer.status, payload.get("detail", "")
    finally:
        line.close()


def question(*items: bytes, algorithm: str = "rsa-sha1") -> bytes:
    return json.dumps({"algorithm": algorithm, "items": [base64.b64encode(item).decode() for item in items]}).encode()


def test_it_signs_signed_info_and_nothing_else(service: SigningService) -> None:
    good = draft_of(UNSIGNED, Algorithm.RSA_SHA1).to_sign
    assert ask(service, question(good)) == (200, "")
    for bad in (b"pay 1000000 to Mallory", b"", good + b" ", b" " + good, b"<ds:SignedInfo ></ds:SignedInfo>"):
        assert ask(service, question(good, bad)) == (400, "item 2 is no canonical ds:SignedInfo")


def test_it_says_what_is_wrong_with_a_question(service: SigningService) -> None:
    good = draft_of(UNSIGNED, Algorithm.RSA_SHA1).to_sign
    assert ask(service, question()) == (400, "1 to 100 items, not 0")
    assert ask(service, question(*[good] * 101)) == (400, "1 to 100 items, not 101")
    assert ask(service, b"{")[0] == 400
    assert ask(service, question(good, algorithm="md5"))[0] == 400
    assert ask(service, b'{"algorithm": "rsa-sha1", "items": ["%%"]}')[0] == 400
    assert ask(service, question(good), path="/other") == (404, "POST /signatures is all there is")
    assert ask(service, question(good), token="guess") == (401, "the token is missing or wrong")
    assert ask(service, question(good), token="tökèn")[0] == 401
    status, said = ask(service, question(good, algorithm="sm2-sm3"))
    assert (status, "SM2" in said) == (503, True)


def test_a_question_without_an_end_is_refused(service: SigningService) -> None:
    for said in (str(MOST_BYTES + 1), "-1", "²", ""):
        with socket.create_connection(("127.0.0.1", int(service.address.rpartition(":")[2]))) as line:
            line.sendall(f"POST /signatures HTTP/1.1\r\nContent-Length: {said}\r\n\r\n".encode())
            assert line.recv(1_000).startswith(b"HTTP/1.1 413 ")


def test_a_half_sent_question_holds_up_nobody(service: SigningService, token_file: Path, clock: FixedClock) -> None:
    host, port = "127.0.0.1", int(service.address.rpartition(":")[2])
    with socket.create_connection((host, port)) as half:
        half.sendall(b"POST /signatures HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
        assert far_signer(service.address, token_file, clock).sign(UNSIGNED)


def test_it_does_not_start_with_a_token_that_can_be_guessed(key_file: Path, clock: FixedClock) -> None:
    key = SoftwareKey(key_file, None, clock)
    with pytest.raises(ValueError, match="at least 20 characters"):
        SigningService(key, host="127.0.0.1", port=0, token="short", clock=clock)


def test_it_does_not_start_without_its_key(tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(SigningFailed, match="cannot be read"):
        SigningService(
            SoftwareKey(tmp_path / "no.pem", None, clock), host="127.0.0.1", port=0, token=TOKEN, clock=clock
        )


def test_it_speaks_tls_and_a_certificate_nobody_vouches_for_is_refused(
    key_file: Path, token_file: Path, clock: FixedClock
) -> None:
    key = SoftwareKey(key_file, None, clock)
    with SigningService(key, host="127.0.0.1", port=0, token=TOKEN, clock=clock, tls_file=key_file) as service:
        assert service.address.startswith("https://")
        said = failure(service.address, token_file, clock)
    assert "cannot be reached" in said
    assert "certificate" in said.lower()
