"""A platform's print component that is not there: JSON over a real WebSocket, and pictures in place of paper.

Written from public notes on its own: it shares no code with `devices.printers`, so that a misreading there is not made
here again. What it may do wrong is set from outside, at each message. Called by `devices.simulation.command` and tests.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

PRINTER = "Simulated 100x150"


class Moment(StrEnum):
    """Where the line may be cut."""

    LIST = "list"
    """Asked for its printers."""
    TASK = "task"
    """A task has come, and is not taken."""
    TAKEN = "taken"
    """The task is taken; nobody was told."""
    PRINTED = "printed"
    """It is on paper; nobody was told."""


@dataclass(slots=True)
class SimulatedComponent:
    """What it prints it hands to `print_waybill` by the waybill's number."""

    print_waybill: Callable[[str], None] = lambda number: None
    printers: dict[str, str] = field(default_factory=lambda: {PRINTER: "enable"})
    says_documents: bool = False
    """Speak like its newer generation: of documents, by other names."""
    cuts_at: set[Moment] = field(default_factory=set)
    """Cut the line there, once."""
    garbles: bool = False
    """Answer with half of what is meant."""
    is_mute: bool = False
    """Take everything, say nothing."""
    refuses: str = ""
    """Why it takes no task."""
    fails: str = ""
    """Why a task it took comes to nothing."""
    late_seconds: float = 0
    """How long before the last word of a task."""
    forgets: bool = False
    """Know nothing of tasks when asked later."""
    tasks: dict[str, str] = field(default_factory=dict)
    """What became of each task."""
    printed: list[str] = field(default_factory=list)

    def serve(self, line: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for message in line:
                self._answer(line, json.loads(message))

    def _answer(self, line: ServerConnection, asked: dict[str, Any]) -> None:
        head = {"cmd": asked["cmd"], "requestID": asked["requestID"]}
        if asked["cmd"] == "getPrinters":
            self._cut(line, Moment.LIST)
            listed = [{"name": name, "status": status} for name, status in self.printers.items()]
            self._say(line, {**head, "defaultPrinter": next(iter(self.printers), ""), "printers": listed})
        elif asked["cmd"] == "getTaskStatus":
            known = [task for task in asked["taskID"] if task in self.tasks and not self.forgets]
            status = [
                {"taskID": task, "detailStatus": [{"documentID": task, "status": self.tasks[task], "msg": self.fails}]}
                for task in known
            ]
            self._say(line, {**head, "printStatus": status})
        elif asked["cmd"] == "print":
            self._print(line, head, asked["task"])

    def _print(self, line: ServerConnection, head: dict[str, Any], task: dict[str, Any]) -> None:
        name, (document,) = task["taskID"], task["documents"]
        self._cut(line, Moment.TASK)
        if self.refuses:
            self._say(line, {**head, "taskID": name, "status": "failed", "msg": self.refuses})
            return
        assert task["printer"] in self.printers
        # A task it knows already it does not print again; that is more than is known of the real one.
        assert name not in self.tasks, "the same task came twice"
        self.tasks[name] = "pending"
        self._cut(line, Moment.TAKEN)
        self._say(line, {**head, "taskID": name, "status": "success"})
        threading.Event().wait(self.late_seconds)
        if not self.fails:
            number = waybill_in(document["contents"])
            self.print_waybill(number)
            self.printed.append(number)
        self.tasks[name] = "failed" if self.fails else "printed"
        self._cut(line, Moment.PRINTED)
        self._notify(line, name, document["documentID"])

    def _notify(self, line: ServerConnection, task: str, document: str) -> None:
        if self.says_documents:
            said = {"cmd": "notifyDocResult", "requestID": task, "taskId": task, "documentId": document}
            self._say(line, {**said, "status": "rendered", "code": 0})
            self._say(line, {**said, "status": "printed", "code": 1 if self.fails else 0, "detail": self.fails})
            return
        status = {"documentID": document, "status": "failed" if self.fails else "success", "msg": self.fails}
        said = {"cmd": "notifyPrintResult", "requestID": task, "taskID": task, "printer": PRINTER}
        self._say(line, {**said, "taskStatus": "printed", "printStatus": [status]})

    def _say(self, line: ServerConnection, said: dict[str, Any]) -> None:
        text = json.dumps(said, ensure_ascii=False)
        if not self.is_mute:
            line.send(text[: len(text) // 2] if self.garbles else text)

    def _cut(self, line: ServerConnection, moment: Moment) -> None:
        if moment in self.cuts_at:
            self.cuts_at.remove(moment)
            # Without a farewell, as when its process dies.
            line.socket.close()
            raise ConnectionError


def waybill_in(contents: list[dict[str, Any]]) -> str:
    """The number that only the component can read; `seal` closes it."""
    opened = json.loads(base64.b64decode(contents[0]["encryptedData"]))
    return str(opened["waybillCode"])


def seal(number: str) -> bytes:
    """A payload as a platform would forward it, for tests and trials: nobody but the component looks into it."""
    inside = base64.b64encode(json.dumps({"waybillCode": number}).encode()).decode()
    return json.dumps({"encryptedData": inside, "signature": "", "templateURL": "", "ver": "simulated"}).encode()


def zpl_of(number: str) -> bytes:
    """What is on the paper: the number, to be scanned."""
    return (
        "^XA^PW800^LL1200^FO60,80^A0N,48,48^FDPrinted by the platform's component^FS"
        f"^FO60,200^BY3^BCN,260,Y,N,N,A^FD{number}^FS^XZ"
    ).encode()


@contextmanager
def component_at(component: SimulatedComponent, port: int = 0) -> Iterator[str]:
    """The component at work; its address. Raises OSError where the port is taken."""

    def handler(line: ServerConnection) -> None:
        with suppress(ConnectionError, OSError):
            component.serve(line)

    with serve(handler, "127.0.0.1", port, compression=None, ping_interval=None, close_timeout=1) as server:
        thread = threading.Thread(target=server.serve_forever, name="simulated component")
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
