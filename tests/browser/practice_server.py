"""A small real server for the handheld page: it keeps every scan it is sent and answers in the shape of the scan door.

Called by the tests of the page in this folder. What it answers hangs on the code alone (`NO-…` refused, `ASK-…` asks
to confirm, `GATE-OPEN`, `GATE-SHUT`, everything else accepted), so that a test reads in one place what it expects; or,
where a test gives it a `PracticeFloor`, on the tasks of that. It can be told to be slow, busy, to lose an answer after
having taken the scan, or to end the session.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request
from werkzeug.serving import BaseWSGIServer, make_server

import scanner_ui
from scanner_ui.assets import Assets
from scanner_ui.shell import add_shell
from scanner_ui.words import words
from tests.browser.practice_floor import PracticeFloor, PracticeTask
from tests.browser.served import LOOK_SECONDS

ROOT = Path(scanner_ui.__file__).parent
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
CSRF_TOKEN = "a-token"
PIN = "1234"
# Real keys come from the driver one by one and may be held up on a busy machine; a scanner's are not.
SILENCE_MS = 2_500
ECHO_MS = 1_500
LONGEST_HOLD_SECONDS = 60
EMPTY: dict[str, Any] = {
    "position": "", "where": "", "what": "", "what_tail": "", "how_many": "", "unit": "", "counted": "", "facts": [],
    "actions": [], "picture": None, "gate": None, "choices": [],
}  # fmt: skip
SIGN_IN = {**EMPTY, "screen": "sign_in", "step": "badge", "title": "Sign in", "expect": "BADGE", "kinds": ["badge"]}
HOME = {
    **EMPTY, "screen": "home", "step": "scan_anything", "title": "Home", "expect": "ANYTHING", "kinds": ["place"],
    "next_job": {
        "action": "*NEXT*", "label": "Next job", "what": "Pick ORD-42", "more": "lines: 9", "waits": True, "task": None,
    },
    "choices": [
        {"action": "*PICK*", "label": "Pick", "count": 12},
        {"action": "*PUTAWAY*", "label": "Put away", "count": 4},
        {"action": "*RECEIVE*", "label": "Receive", "count": 2},
    ],
}  # fmt: skip
PICK = {
    **EMPTY, "screen": "picking", "step": "scan_item", "title": "Pick ORD-42", "position": "3/9",
    "where": "A-03-12-B", "what": "Cup 250 ml", "what_tail": "4567", "how_many": "2", "unit": "EACH",
    "counted": "0 / 2", "facts": [["Lot", "L2607"], ["Best before", "2028-01-31"]], "expect": "ITEM …4567",
    "kinds": ["item"], "actions": [
        {"action": "*UNDO*", "label": "Undo"},
        {"action": "*SHORT*", "label": "Short"},
        {"action": "*SKIP*", "label": "Skip"},
        {"action": "*FULL*", "label": "Full"},
    ],
}  # fmt: skip
PICK_CHINESE = {
    **PICK, "title": "拣货 ORD-42", "what": "竹制牙刷 成人软毛 四支家庭装", "unit": "件", "expect": "商品 …4567",
    "facts": [["批号", "L2607"], ["有效期至", "2028-01-31"]],
    "actions": [{"action": "*UNDO*", "label": "撤销"}, {"action": "*SHORT*", "label": "缺货"}],
}  # fmt: skip
LONG = {
    **PICK, "where": "RECV-STAGE-0012-B", "how_many": "1240", "unit": "INNER", "counted": "120 / 1240",
    "what": "Extraordinarily long name of a shampoo, family size 1000 ml, lavender and honey",
    "title": "Receive ASN-2026-004711", "expect": "PLACE RECV-STAGE-0012-B",
}  # fmt: skip
DISPATCH = {
    **EMPTY, "screen": "dispatch", "step": "scan_parcel", "title": "Dispatch", "what": "Lane 4", "expect": "PARCEL",
    "kinds": ["parcel"],
}  # fmt: skip
SCREENS = {
    "sign_in": SIGN_IN, "home": HOME, "pick": PICK, "pick_chinese": PICK_CHINESE, "long": LONG, "dispatch": DISPATCH,
    "gate_shut": {**DISPATCH, "gate": {
        "open": False, "parcel": "SF1234567890", "reason": "Customs: inspection ordered", "since": "since 09:12",
        "put": "PUT IN CAGE Q1, SCAN THE CAGE"}},
    "gate_open": {**DISPATCH, "gate": {
        "open": True, "parcel": "SF1234567890", "reason": "released 10:41", "since": "", "put": ""}},
}  # fmt: skip
FOUND = {
    "kind": "Item", "title": "Cup 250 ml", "code": "6901234564567", "note": "Put it on A-03-12-B.",
    "facts": [["Where", "A-03-12-B 40, R-01 200"], ["Free", "212"], ["Waits for", "ORD-42, line 3"]],
    "life": [
        {"at": "10:41", "text": "Counted 2 into TOT-7", "who": "LW", "tone": "go"},
        {"at": "10:12", "text": "Scanned at A-03-11-B: wrong place", "who": "LW", "tone": "stop"},
        {"at": "09:02", "text": "Put away 40 on A-03-12-B", "who": "CY", "tone": "go"},
    ],
    "can": [{"action": "*PICK*", "label": "Pick"}, {"action": "*PUTAWAY*", "label": "Put away"}],
}  # fmt: skip
PARCEL = {
    "parcel": "SF1234567890", "open": False, "notes": [["Held back", "customs ordered an inspection"]], "papers": [
        {"paper": "Order", "state": "accepted", "since": "since 23 Nov 09:12", "said": "", "english": "", "tone": "go"},
        {"paper": "List", "state": "inspection", "since": "since 23 Nov 09:40", "said": "布控查验",
         "english": "Inspection ordered", "tone": "stop"},
    ],
}  # fmt: skip
OUTCOMES = {
    "NO-": ("refused", "wrong_item"),
    "ALL-": ("completed", "task_complete"),
    "ASK-": ("confirm", "confirm_other_place"),
    "WHAT-": ("unknown", "unknown_code"),
}


@dataclass
class Practice:
    """The server as a test sees it: what came in, and how it shall behave."""

    url: str = ""
    screen: dict[str, Any] = field(default_factory=lambda: dict(PICK))
    """What a page shows when it is loaded, and after each scan."""
    floor: PracticeFloor | None = None
    """Judges instead of the code alone."""
    signed_in: bool = True
    stop: Callable[[], None] = lambda: None
    start: Callable[[], None] = lambda: None
    """End and begin the server on its port, as a restart does."""
    version: str = "1"
    """Of the service worker."""
    silence_ms: int = SILENCE_MS
    broken: set[str] = field(default_factory=set)
    """Codes the server will never take: 409."""
    shift_until: str = ""
    operator: str = "Li Wei"
    requests: list[dict[str, Any]] = field(default_factory=list)
    """Every scan that arrived, repeated ones too."""
    pictures: list[str] = field(default_factory=list)
    """Names of the pictures that were asked for."""
    shows_pictures: bool = True
    """Else as if the session had ended between a scan and its picture."""
    batches: list[int] = field(default_factory=list)
    """How many scans each request brought."""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    booked: list[dict[str, Any]] = field(default_factory=list)
    """Every scan once, in the order of booking."""
    delay_seconds: float = 0.0
    answering: threading.Event = field(default_factory=threading.Event)
    """While it is cleared, scans are taken in and wait for their answer: `hold`, `let_go`."""
    busy: int = 0
    """How many of the next requests are answered with 503."""
    faults: int = 0
    """How many of the next requests after the busy ones are answered with 500."""
    more: dict[str, Any] = field(default_factory=dict)
    """What every answer carries besides: `parcel`, `found`, `why`."""
    lost: int = 0
    """How many of the next scans are booked without their answer arriving."""

    def give(self, *tasks: list[str], **how: Any) -> PracticeFloor:
        """Tasks for the picker: each a row of codes."""
        rows = [PracticeTask(f"task-{number}", codes) for number, codes in enumerate(tasks)]
        self.floor = PracticeFloor(rows, {**PICK, "facts": []}, HOME, **how)
        return self.floor

    def hold(self) -> None:
        """From now on scans wait at the door."""
        self.answering.clear()

    def let_go(self) -> None:
        """What waits at the door goes on, and everything after it."""
        self.answering.set()

    def codes(self) -> list[str]:
        """The codes booked so far."""
        return [scan["raw"] for scan in self.booked]


@contextmanager
def practice_server() -> Iterator[Practice]:
    """A running server on a free port; it ends with the block."""
    practice = Practice()
    practice.let_go()
    running = _Running(practice, 0)
    practice.url = f"http://127.0.0.1:{running.port}"
    practice.stop = running.stop
    practice.start = running.start
    try:
        yield practice
    finally:
        practice.let_go()
        running.stop()


class _Running:
    """The server's process, as it were: it can be stopped and started again on its port, knowing what it had booked."""

    def __init__(self, practice: Practice, port: int) -> None:
        self._practice = practice
        self._server: BaseWSGIServer | None = None
        self.port = port
        self.start()

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, _app(self._practice), threaded=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(LOOK_SECONDS,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def _app(practice: Practice) -> Flask:
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    assets = Assets.load(ROOT / "static", "/static")
    _add_scan_door(app, practice)

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        return assets.response_for(name, request.headers.get("Accept-Encoding", "")) or Response(status=404)

    @app.get("/")
    def page() -> str:
        here = practice.floor.here()["screen"] if practice.floor else practice.screen
        return _page(here if practice.signed_in else SIGN_IN, None)

    @app.get("/pictures/small/<name>")
    def picture(name: str) -> Response:
        practice.pictures.append(name)
        if not practice.shows_pictures:
            return _problem(401, "session_ended")
        return Response((ROOT / "static" / "icon-192.png").read_bytes(), content_type="image/png")

    shell = Blueprint("shell", __name__)
    add_shell(shell, assets, lambda: _page(SIGN_IN, None))
    app.register_blueprint(shell)

    @app.before_request
    def unpacked() -> None:
        if request.path == "/service-worker.js":
            request.environ["HTTP_ACCEPT_ENCODING"] = ""  # a line is added to it

    @app.after_request
    def another_version(response: Response) -> Response:
        if request.path == "/service-worker.js":
            response.set_data(response.get_data() + f"// {practice.version}\n".encode())
        return response

    @app.get("/health/live")
    def alive() -> Response:
        return jsonify({"status": "alive"})

    @app.post("/scan")
    def form_post() -> str:
        return _page(practice.screen, _reply(practice, {**request.form.to_dict(), "scan_id": "a-form"}))

    def _page(screen: dict[str, Any], reply: dict[str, Any] | None) -> str:
        language = request.args.get("language", "en")
        is_out = screen["screen"] == "sign_in"
        operator = None if is_out else {"name": practice.operator, "role": "picker", "language": language}
        task = practice.floor.here()["task"] if practice.floor else {"id": "a-task", "version": len(practice.booked)}
        return render_template(
            "handheld.html", screen=screen, reply=reply, operator=operator, csrf_token=CSRF_TOKEN,
            words=words(language, strict=True), asset=assets, task=task,
            silence_ms=practice.silence_ms, echo_ms=ECHO_MS,
        )  # fmt: skip

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def _add_scan_door(app: Flask, practice: Practice) -> None:
    booking = threading.Lock()

    @app.post("/api/v1/scans")
    def take_scans() -> Response:
        assert request.headers["X-CSRF-Token"] == CSRF_TOKEN
        scans = request.get_json()["scans"]
        time.sleep(practice.delay_seconds)
        practice.answering.wait(LONGEST_HOLD_SECONDS)
        with booking:
            practice.requests.extend(scans)
            practice.batches.append(len(scans))
            if not practice.signed_in:
                return _problem(401, "session_ended")
            if practice.busy > 0:
                practice.busy -= 1
                return _problem(503, "busy", {"Retry-After": "0"})
            if practice.faults > 0:
                practice.faults -= 1
                return _problem(500, "fault")
            replies = [_judged(practice, scan) for scan in scans]
            if practice.lost > 0:
                practice.lost -= 1
                return Response("<h1>504 Gateway Timeout</h1>", status=504)
            return jsonify({"replies": replies})

    @app.get("/api/v1/screen")
    def screen() -> Response:
        if not practice.signed_in:
            return _problem(401, "session_ended")
        if practice.floor:
            return jsonify(practice.floor.here())
        return jsonify({"task": _task(practice), "screen": practice.screen, "lookahead": [], "next": []})

    @app.get("/api/v1/me")
    def me() -> Response:
        return jsonify({"operator": {"name": practice.operator}, "csrf_token": CSRF_TOKEN})

    @app.post("/api/v1/sign-in")
    def sign_in() -> Response:
        given = request.get_json()
        if given["pin"] != PIN:
            return _problem(401, "bad_pin", details={"tries_left": 3})
        practice.signed_in = True
        practice.operator = {"EMP-2": "陈宇", "EMP-3": "Ana Ruiz"}.get(given["badge"], "Li Wei")
        language = "zh" if given["badge"] == "EMP-2" else "en"
        here = practice.floor.here() if practice.floor else {"screen": HOME, "task": None}
        until = {"shift_until": practice.shift_until, "offline_allowed": bool(practice.shift_until)}
        operator = {"name": practice.operator, "role": "picker", "language": language}
        return jsonify({"operator": operator, **until, **here})

    @app.post("/api/v1/sign-out")
    def sign_out() -> Response:
        practice.signed_in = False
        return Response(status=204)


def _judged(practice: Practice, scan: dict[str, Any]) -> dict[str, Any]:
    """Booked once, however often it comes; the answer of the first time carries no path."""
    if scan["raw"] in practice.broken:
        return {"scan_id": scan["scan_id"], "problem": {"status": 409, "code": "conflict", "detail": "Another scan."}}
    if scan["scan_id"] in practice.answers:
        kept = practice.answers[scan["scan_id"]]
        return {**kept, "replayed": True, "lookahead": [], "lookahead_holds": False, "next": []}
    reply = practice.floor.judge(scan) if practice.floor else _reply(practice, scan)
    if (scan.get("judged_here") or {}).get("outcome") == "refused":
        practice.answers[scan["scan_id"]] = reply
        return reply
    # Bound to what the screen showed: the scan itself is the next version.
    practice.booked.append(scan)
    practice.answers[scan["scan_id"]] = reply
    return reply


def _task(practice: Practice) -> dict[str, Any]:
    return {"id": "a-task", "version": len(practice.booked), "workflow": "picking", "step": "scan_item"}


def _reply(practice: Practice, scan: dict[str, Any]) -> dict[str, Any]:
    raw = scan["raw"]
    outcome, code = next(
        (found for prefix, found in OUTCOMES.items() if raw.startswith(prefix)), ("accepted", "counted")
    )
    screen = practice.screen
    if raw.startswith("GATE-OPEN"):
        screen = SCREENS["gate_open"]
    elif raw.startswith("GATE-SHUT"):
        screen, outcome, code = SCREENS["gate_shut"], "gate_closed", "customs_inspection"
    return {
        "scan_id": scan["scan_id"], "replayed": False, "outcome": outcome, "code": code, "details": {},
        "message": {"title": f"{outcome} {raw}", "next": "Go on."}, "screen": screen, "lookahead": [],
        "task": {**_task(practice), "version": len(practice.booked) + 1},
        **practice.more,
    }  # fmt: skip


def _problem(status: int, code: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    response = jsonify({"type": f"about:{code}", "title": code, "status": status, "code": code, **more})
    response.status_code = status
    response.headers["Content-Type"] = "application/problem+json"
    response.headers.extend(headers or {})
    return response
