"""A web process: a taken port is said, slow senders hold nobody up, requests under way are answered at its end."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from wms.serving.web import CannotListen, answers, listen, serve

THREADS = 4


@contextmanager
def serving(app: Flask) -> Iterator[tuple[socket.socket, threading.Event, threading.Thread]]:
    stop = threading.Event()
    with listen("127.0.0.1", 0) as listener:
        server = threading.Thread(target=serve, args=(app, listener, THREADS, stop))
        server.start()
        try:
            yield listener, stop, server
        finally:
            stop.set()
            server.join(30)
    assert not server.is_alive()


def get(listener: socket.socket, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*listener.getsockname()[:2], timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def small_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/hello", view_func=lambda: "hello", endpoint="hello")
    app.add_url_rule("/health/ready", view_func=lambda: "ready", endpoint="ready")
    return app


def test_a_taken_port_is_said_with_a_way_out() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        said = rf"port {port} at 127\.0\.0\.1 is in use.*--port {port + 1}"
        with pytest.raises(CannotListen, match=said), listen("127.0.0.1", port):
            pass


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_an_address_of_somebody_else_is_said(host: str) -> None:
    with pytest.raises(CannotListen, match="is no address of this machine"), listen(host, 8099):
        pass


def test_half_sent_requests_hold_no_thread() -> None:
    """Handhelds that fall out of coverage in the middle of a scan, many more than there are threads."""
    with serving(small_app()) as (listener, _, _):
        head = b"POST /hello HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\nhalf"
        lost = [socket.create_connection(listener.getsockname()) for _ in range(THREADS * 10)]
        for connection in lost:
            connection.sendall(head)
        assert get(listener, "/hello") == (200, b"hello")
        for connection in lost:
            connection.close()


def test_slow_work_leaves_room_for_scans() -> None:
    app, busy, go = small_app(), threading.Barrier(THREADS), threading.Event()

    @app.get("/slow")
    def slow() -> str:
        busy.wait(30)
        go.wait(30)
        return "slow"

    with serving(app) as (listener, _, _):
        others = [threading.Thread(target=get, args=(listener, "/slow")) for _ in range(THREADS - 1)]
        for other in others:
            other.start()
        busy.wait(30)
        assert get(listener, "/hello") == (200, b"hello")
        go.set()
        for other in others:
            other.join(30)


def test_a_request_under_way_is_answered_before_the_end() -> None:
    app, begun, go = small_app(), threading.Event(), threading.Event()
    answers_got: list[tuple[int, bytes]] = []

    @app.get("/slow")
    def slow() -> str:
        begun.set()
        go.wait(30)
        return "x" * 500_000

    with serving(app) as (listener, stop, server):
        asking = threading.Thread(target=lambda: answers_got.append(get(listener, "/slow")))
        asking.start()
        assert begun.wait(30)
        stop.set()
        server.join(0.5)
        assert server.is_alive(), "it must not leave while somebody waits for his answer"
        go.set()
        asking.join(30)
    assert answers_got == [(200, b"x" * 500_000)]


def test_it_answers_once_it_is_ready() -> None:
    with serving(small_app()) as (listener, _, _):
        assert answers(listener)
    app = Flask(__name__)
    app.add_url_rule("/health/ready", view_func=lambda: ("not yet", 503), endpoint="ready")
    with serving(app) as (listener, _, _):
        assert not answers(listener)
