"""JSON over HTTP: what goes wrong is a sentence, and nobody is waited for without an end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from wms.customs.transport.port import TransportFailed
from wms.customs.wire import Wire


@contextmanager
def saying(*pieces: bytes, pause_seconds: float = 0) -> Iterator[str]:
    """A machine that says the pieces one after the other, whatever it is asked, to one caller."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            line, _ = listening.accept()
            with line:
                line.recv(10_000)
                for piece in pieces:
                    try:
                        line.sendall(piece)
                    except OSError:
                        return
                    stop.wait(pause_seconds)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop.set()
            thread.join()


def failure(url: str, *, timeout_seconds: int = 10) -> str:
    with pytest.raises(TransportFailed) as failed:
        Wire(url, "the gateway", None, TransportFailed).get("/x", {}, timeout_seconds=timeout_seconds)
    return str(failed.value)


def test_a_body_comes_through() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", b"bo", b"dy") as url:
        assert Wire(url, "the gateway", None, TransportFailed).get("/x", {"a": "b"}, timeout_seconds=10) == b"body"


def test_the_detail_of_a_problem_document_is_passed_on() -> None:
    body = b'{"title": "Busy", "detail": "come back at noon"}'
    with saying(b"HTTP/1.1 503 x\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)) as url:
        assert failure(url) == f"the gateway {url} answered 503 Service Unavailable: come back at noon"


@pytest.mark.parametrize("body", [b"", b"[1]", b"<html>Mrs Li</html>", b'{"detail": 7}', b'{"message": "Mrs Li"}'])
def test_nothing_else_is_quoted(body: bytes) -> None:
    with saying(b"HTTP/1.1 599 x\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)) as url:
        assert failure(url) == f"the gateway {url} answered 599"


def test_an_answer_that_drips_is_not_waited_for_without_an_end() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n", *[b"x"] * 100, pause_seconds=0.2) as url:
        assert failure(url, timeout_seconds=1) == f"the gateway {url} did not answer within 1 s"


def test_silence_has_an_end() -> None:
    with saying(b"", pause_seconds=30) as url:
        assert failure(url, timeout_seconds=1) == f"the gateway {url} did not answer within 1 s"


def test_an_answer_that_breaks_off_is_none() -> None:
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nabc") as url:
        assert failure(url) == f"the gateway {url} broke off in the middle of its answer"


def test_what_is_no_http_is_said() -> None:
    with saying(b"SSH-2.0-OpenSSH\r\n") as url:
        assert f"the connection to the gateway {url} broke: BadStatusLine" in failure(url)
