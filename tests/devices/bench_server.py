"""A real HTTP server that speaks docs/bench-api.md, keeps what it was told, and misbehaves when asked to."""

import base64
import hashlib
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

TOKEN = "bench-token"


class BenchServer:
    """The warehouse as far as a bench can see it. Attributes may be set from tests at any time."""

    def __init__(self) -> None:
        self.codes: list[dict[str, Any]] = []
        self.weights: list[dict[str, Any]] = []
        self.states: dict[str, list[dict[str, Any]]] = {}
        self.devices: list[dict[str, Any]] = []
        self.jobs: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, str] = {}
        self.waits_for_weight = True
        self.status = 200
        """Given to every request instead of an answer, if it is not 200."""
        self.never_takes = ""
        """A code that is refused, and all that are sent with it."""
        self.lost_answers = 0
        """So many of the next requests are carried out, and their answers never arrive."""
        self.requests: list[str] = []
        self._changed = threading.Condition()

    def order(
        self, printer: str, content: bytes, media_type: str = "application/vnd.zebra-zpl", /, **other: object
    ) -> str:
        job_id = str(uuid4())
        job = {
            "job_id": job_id, "label_id": str(uuid4()), "copy_number": 1, "printer": printer, "media_type": media_type,
            "tail": "4567", "sha256": hashlib.sha256(content).hexdigest(),
            "content": base64.b64encode(content).decode(),
        }  # fmt: skip
        with self._changed:
            self.jobs[job_id] = job | other
            self._changed.notify_all()
        return job_id

    def answer(self, job_id: str, answer: str) -> None:
        with self._changed:
            self.answers[job_id] = answer
            self._changed.notify_all()

    def state_of(self, job_id: str) -> str:
        """The state with the highest sequence, whatever the order of arrival."""
        with self._changed:
            said = self.states.get(job_id, [])
            return str(max(said, key=lambda one: one["sequence"])["state"]) if said else "queued"

    def handle(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        parts = urlsplit(path)
        with self._changed:
            if (method, parts.path) == ("POST", "/api/v1/bench/codes"):
                if any(code["raw"] == self.never_takes for code in body["codes"]):
                    return 400, {"code": "bad_request", "title": "Not this code"}
                known = {code["code_id"] for code in self.codes}
                self.codes += [code for code in body["codes"] if code["code_id"] not in known]
                return 200, {
                    "replies": [
                        {
                            "code_id": code["code_id"],
                            "replayed": code["code_id"] in known,
                            "outcome": "accepted",
                            "code": "",
                        }
                        for code in body["codes"]
                    ]
                }
            if (method, parts.path) == ("POST", "/api/v1/weights"):
                if not self.waits_for_weight:
                    return 409, {"code": "no_parcel_on_scale", "title": "No parcel waits"}
                self.weights.append(body)
                return 200, {"reading_id": body["reading_id"], "replayed": False, "outcome": "accepted", "code": ""}
            if (method, parts.path) == ("PUT", "/api/v1/bench/devices"):
                self.devices = body["devices"]
                return 200, {}
            if method == "POST" and parts.path.startswith("/api/v1/bench/jobs/"):
                job_id = parts.path.split("/")[-2]
                UUID(job_id)
                if job_id not in self.jobs:
                    return 404, {"code": "no_such_job", "title": "No such job"}
                self.states.setdefault(job_id, []).append(body)
                return 200, {}
            if (method, parts.path) == ("GET", "/api/v1/bench/jobs"):
                wait = int(parse_qs(parts.query)["wait"][0])
                self._changed.wait_for(lambda: any(self._down().values()), timeout=wait)
                return 200, self._down()
        return 404, {"title": "no such door"}

    def _down(self) -> dict[str, Any]:
        """Jobs come until something was said of them, answers until the job is over."""
        waiting = [job for job_id, job in self.jobs.items() if job_id not in self.states]
        over = {job_id for job_id, said in self.states.items() if said[-1]["state"] in {"printed", "cancelled"}}
        answers = [{"job_id": job_id, "answer": said} for job_id, said in self.answers.items() if job_id not in over]
        return {"jobs": waiting, "answers": answers}


@contextmanager
def serving(warehouse: BenchServer, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve until the end of the block; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            content = self.rfile.read(length)
            warehouse.requests.append(f"{self.command} {self.path}")
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                status, body = 401, {"code": "unknown_token", "title": "This token is not known"}
            elif warehouse.status != 200:
                status, body = warehouse.status, {"title": "Not now"}
            else:
                status, body = warehouse.handle(self.command, self.path, json.loads(content) if content else None)
            if warehouse.lost_answers and self.command != "GET":
                warehouse.lost_answers -= 1
                self.close_connection = True
                return
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = _answer  # noqa: N815 - the standard library's names
        do_POST = _answer  # noqa: N815
        do_PUT = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Http(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A bench that was stopped does not wait for its answer."""

    http = Http(("127.0.0.1", port), Handler)
    if tls is not None:
        http.socket = tls.wrap_socket(http.socket, server_side=True)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
