"""A door for what is simulated beside the service."""

import threading
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from typing import Any

import pytest
from waitress.trigger import trigger

from wms.web.listening import open_door


def answer(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


def test_it_closes_while_clients_keep_their_connections() -> None:
    with ExitStack() as kept:
        with open_door(answer) as door:
            client = kept.enter_context(closing(HTTPConnection("127.0.0.1", door.port, timeout=5)))
            client.request("GET", "/")
            assert client.getresponse().read() == b"ok"
            assert door.is_open()
        assert not door.is_open()


def test_an_answer_that_wakes_the_loop_first_does_not_close_the_trigger_under_the_hand_that_pulls_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever closes the door is held up until the loop, awake for another's sake, has had its time."""
    pull, here = trigger._physical_pull, threading.current_thread()

    def after_another(self: Any) -> None:
        pull(self)
        if threading.current_thread() is here:
            threading.Event().wait(0.2)
            pull(self)

    with open_door(answer) as door:
        monkeypatch.setattr(trigger, "_physical_pull", after_another)
    assert not door.is_open()
