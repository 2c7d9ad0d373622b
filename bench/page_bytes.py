"""What the page weighs: by file, and what really crosses the wire when it is opened. Called by `bench.handheld`."""

import gzip
import json
import re
import socket
import socketserver
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import brotli

from bench.page_person import Person

SILENCE_SECONDS = 2.0
"""When nothing has come for so long, the page has all it wants."""
CAMERA = re.compile(r'import\(\s*"\./(camera\.[^"]+)"')
SOURCE = re.compile(r'"src":\s*"\./([^"]+)"')


@dataclass(frozen=True, slots=True)
class Bytes:
    """What crosses the network, compressed."""

    what: str
    size: int


@dataclass
class Wire:
    """Stands between a browser and the service and counts what goes to the browser, headers and all."""

    target: int
    port: int = 0
    _bytes: int = 0
    _last: float = field(default_factory=time.monotonic)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def came(self) -> int:
        """How many bytes, since the last time that was asked."""
        with self._counting:
            found, self._bytes = self._bytes, 0
            return found

    def wait_for_silence(self) -> None:
        while time.monotonic() - self._last < SILENCE_SECONDS:
            time.sleep(SILENCE_SECONDS / 10)

    def count(self, number: int) -> None:
        with self._counting:
            self._bytes += number
            self._last = time.monotonic()


@contextmanager
def wire_to(target: int) -> Iterator[Wire]:
    """A wire to the service's port, until the block ends."""
    wire = Wire(target)

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", target)) as service:
                asking = threading.Thread(target=_carry, args=(self.request, service, lambda number: None))
                asking.start()
                _carry(service, self.request, wire.count)
                asking.join()

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False  # a browser keeps its connections open

    with Listener(("127.0.0.1", 0), Connection) as listener:
        wire.port = listener.server_address[1]
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        yield wire
        listener.shutdown()


def _carry(here: socket.socket, there: socket.socket, count: Callable[[int], None]) -> None:
    """Everything from one end to the other, until one of them hangs up."""
    try:
        while data := here.recv(65_536):
            count(len(data))
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)
    except OSError:
        here.close()
        there.close()


def bytes_over_the_wire(wire: Wire, person: Person) -> Iterator[Bytes]:
    """A device that has never seen the page opens it; then once more, and once more with somebody signed in."""
    wire.came()
    person.hand.open()
    until_ready = wire.came()
    person.hand.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    wire.wait_for_silence()
    yield Bytes("opened cold, until it takes scans", until_ready)
    yield Bytes("opened cold, with all that it keeps for later", until_ready + wire.came())
    person.hand.open()
    wire.wait_for_silence()
    yield Bytes("opened warm, nobody signed in", wire.came())
    person.sign_in()
    wire.wait_for_silence()
    wire.came()
    person.hand.open()
    wire.wait_for_silence()
    yield Bytes("opened warm, somebody signed in, with the work laid ready", wire.came())


def bytes_of_the_page(url: str) -> list[Bytes]:
    """Asks for the page as a device does that has never seen it."""
    html = _body(url)
    found = {"HTML": html[1]}
    text = html[0].decode()
    for kind, pattern in (("script", r'<script[^>]+src="([^"]+)"'), ("style", r'<link[^>]+href="([^"]+\.css)"')):
        found[kind] = sum(_body(url + name)[1] for name in re.findall(pattern, text))
    worker, worker_size = _body(f"{url}/service-worker.js")
    found["script"] += worker_size
    listed = re.search(r"^const PRECACHE = (.*);$", worker.decode(), re.MULTILINE)
    assert listed is not None
    kept: list[str] = json.loads(listed[1])
    found["all that the device keeps"] = sum(_body(url + name)[1] for name in kept) + _body(f"{url}/shell")[1]
    camera = dict(_camera(url, kept))
    found["camera"] = sum(camera.values())
    found["camera, before it is asked for"] = sum(size for name, size in camera.items() if name in kept)
    return [Bytes(what, size) for what, size in found.items()]


def _camera(url: str, kept: list[str]) -> Iterator[tuple[str, int]]:
    """Every file of the camera with its bytes: its module, and what that names."""
    scripts = [(name, _body(url + name)[0].decode()) for name in kept if name.endswith(".js")]
    name = next(_beside(script, found[1]) for script, text in scripts if (found := CAMERA.search(text)))
    text, size = _body(url + name)
    yield name, size
    for named in SOURCE.findall(text.decode()):
        yield _beside(name, named), _body(url + _beside(name, named))[1]


def _beside(name: str, other: str) -> str:
    return f"{name.rpartition('/')[0]}/{other}"


def _body(url: str) -> tuple[bytes, int]:
    """The contents, and how many bytes came over the wire for them."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip, br"})  # as browsers ask over HTTPS
    with urllib.request.urlopen(request) as answer:
        raw: bytes = answer.read()
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[answer.headers.get("Content-Encoding")]
    return unpack(raw), len(raw)
