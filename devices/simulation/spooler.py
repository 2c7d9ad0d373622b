"""A spooler for documents that speaks IPP over a real HTTP socket, written from the standard on its own: it shares no
code with `devices.printers`, so that a misreading there is not made here again.

Called by `devices.simulation.command` and by tests, which also have it refuse, stop, forget and break the line.
"""

import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PENDING, STOPPED, CANCELLED, ABORTED, COMPLETED = 3, 6, 7, 8, 9


class Spooler:
    """Jobs by number: name, document, state. What it takes it hands to `print_document` at once. Attributes may be set
    from outside at any time.
    """

    def __init__(self, print_document: Callable[[bytes], None] = lambda document: None) -> None:
        self._print_document = print_document
        self.jobs: dict[int, tuple[str, bytes, int]] = {}
        self.printer_state = 3
        self.reasons: list[str] = ["none"]
        self.accepts = True
        self.refuses_with = 0
        self.cut_before = False
        """Break the connection of the next document before it is taken."""
        self.cut_after = False
        """Take the next document, and break the connection before the answer."""
        self.finishes = True
        self.garbage = False

    def answer(self, request: bytes) -> bytes | None:
        operation, number = struct.unpack(">HI", request[2:8])
        attributes, document = parse(request)
        if operation == 0x0002:
            if self.refuses_with:
                return message(self.refuses_with, number)
            if self.cut_before:
                self.cut_before = False
                return None
            job_id = len(self.jobs) + 1
            self.jobs[job_id] = (attributes["job-name"][0].decode(), document, COMPLETED if self.finishes else PENDING)
            self._print_document(document)
            if self.cut_after:
                self.cut_after = False
                return None
            return message(0, number, [(0x02, [(0x21, "job-id", struct.pack(">i", job_id))])])
        if operation == 0x000B:
            groups = [(0x23, "printer-state", struct.pack(">i", self.printer_state))]
            groups += [
                (0x44, "printer-state-reasons" if not at else "", reason.encode())
                for at, reason in enumerate(self.reasons)
            ]
            groups.append((0x22, "printer-is-accepting-jobs", bytes((self.accepts,))))
            return message(0, number, [(0x04, groups)])
        if operation == 0x000A:
            wanted = attributes["which-jobs"][0]
            over = {job for job, (_, _, state) in self.jobs.items() if state >= CANCELLED}
            chosen = over if wanted == b"completed" else set(self.jobs) - over
            return message(
                0,
                number,
                [
                    (0x02, [(0x21, "job-id", struct.pack(">i", job)), (0x42, "job-name", self.jobs[job][0].encode())])
                    for job in sorted(chosen)
                ],
            )
        job_id = struct.unpack(">i", attributes["job-id"][0])[0]
        if job_id not in self.jobs:
            return message(0x0406, number)
        name, document, state = self.jobs[job_id]
        if operation == 0x0008:
            self.jobs[job_id] = (name, document, CANCELLED)
            return message(0, number)
        assert operation == 0x0009
        return message(0, number, [(0x02, [(0x23, "job-state", struct.pack(">i", state))])])


def parse(request: bytes) -> tuple[dict[str, list[bytes]], bytes]:
    """Attributes and document. Insists on what the standard insists on: charset first, language second."""
    assert request[:2] == b"\x01\x01"
    attributes: dict[str, list[bytes]] = {}
    at, name = 8, ""
    while request[at] != 0x03:
        tag = request[at]
        at += 1
        if tag <= 0x0F:
            continue
        length = int.from_bytes(request[at : at + 2], "big")
        name = request[at + 2 : at + 2 + length].decode() or name
        at += 2 + length
        length = int.from_bytes(request[at : at + 2], "big")
        attributes.setdefault(name, []).append(request[at + 2 : at + 2 + length])
        at += 2 + length
    assert list(attributes)[:3] == ["attributes-charset", "attributes-natural-language", "printer-uri"]
    return attributes, request[at + 1 :]


def message(status: int, number: int, groups: list[tuple[int, list[tuple[int, str, bytes]]]] | None = None) -> bytes:
    said = struct.pack(">HHI", 0x0101, status, number) + b"\x01"
    fixed = [(0x47, "attributes-charset", b"utf-8"), (0x48, "attributes-natural-language", b"en")]
    for tag, name, value in fixed:
        said += struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value
    for group, attributes in groups or []:
        said += bytes((group,))
        for tag, name, value in attributes:
            said += struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value
    return said + b"\x03"


@contextmanager
def spooling(spooler: Spooler, port: int = 0) -> Iterator[str]:
    """The spooler at work; its address. Raises OSError where the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/ipp"
            answer = spooler.answer(self.rfile.read(int(self.headers["Content-Length"])))
            if answer is None:
                return
            data = b"<html>" if spooler.garbage else answer
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"ipp://127.0.0.1:{server.server_address[1]}/printers/a4"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
