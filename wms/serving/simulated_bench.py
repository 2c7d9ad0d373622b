"""The packing bench of `wms run` whose scale, scanner and printers are simulated. Called by `wms.cli`.

It is the real program for benches, `wms-bench`, twice: once as the devices, once at work, over pseudo-terminals and
sockets. Everything of it lies in one folder: its levers (scale.txt, scanner.txt, printer.txt), what it printed, its
log, its journal, and its token, which nobody else can read.
"""

import os
import socket
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.access.sign_in import Doorman
from wms.access.tokens import TokenKind
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.refusal import Refusal
from wms.serving.tree import Part

USUAL_SCALE_PORT, USUAL_PRINTER_PORT, USUAL_DOCUMENT_PORT = 4001, 9100, 8631
MOST_TOKENS = 1000

_DEVICES = """\
# Written anew by every `wms run`. See docs/bench.md.

[bench]
name = "{bench}"
server = "{url}"
token_file = "token"
state_folder = "state"

[[scanner]]
name = "hand"
port = "{folder}/scanner.tty"
aim = true

[[scale]]
name = "scale"
port = "{folder}/scale.tty"
protocol = "mt-sics"

[[printer]]
name = "label"
language = "zpl"
address = "tcp://127.0.0.1:{printer_port}"

[[printer]]
name = "a4"
language = "ipp"
address = "ipp://127.0.0.1:{document_port}/printers/a4"
"""


@dataclass(frozen=True, slots=True)
class SimulatedBench:
    """A bench of the warehouse, and the folder of its devices."""

    bench: str
    folder: Path

    @property
    def scale_file(self) -> Path:
        return self.folder / "scale.txt"

    @property
    def scanner_file(self) -> Path:
        return self.folder / "scanner.txt"

    @property
    def printed_folder(self) -> Path:
        return self.folder / "printed"

    def give_token(self, database: Database, doorman: Doorman, clock: Clock, warehouse_id: int) -> None:
        """See that the folder holds a token of this bench that the server knows."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "token"
        if file.exists():
            known = doorman.who_has(file.read_text(encoding="ascii").strip(), TokenKind.API)
            if known is not None and known.caller.bench == self.bench:
                return
        now = clock.now()
        token = database.in_transaction(lambda session: _new_token(session, warehouse_id, self.bench, now))
        # Made readable for nobody else before anything is in it.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as open_file:
            os.fchmod(open_file.fileno(), 0o600)
            open_file.write(token + "\n")

    def parts(self, url: str) -> list[Part]:
        """The two processes, over ports that are free now; `url` is where the server is reached from here."""
        printer_port, document_port = _port(USUAL_PRINTER_PORT), _port(USUAL_DOCUMENT_PORT)
        file = self.folder / "devices.toml"
        words = _DEVICES.format(
            bench=self.bench, url=url, folder=self.folder, printer_port=printer_port, document_port=document_port
        )
        file.write_text(words, encoding="utf-8")
        program = (sys.executable, "-m", "devices")
        ports = ("--scale-port", str(_port(USUAL_SCALE_PORT)), "--printer-port", str(printer_port),
                 "--document-port", str(document_port))  # fmt: skip
        devices = (*program, "simulate", "--kept", "--folder", str(self.folder), *ports)
        log = self.folder / "bench.log"
        return [
            Part("simulated scale, scanner and printers", devices, log=log, is_needed=False),
            Part("bench program", (*program, "run", "--kept", "--file", str(file)), log=log, is_needed=False),
        ]


def _new_token(session: Session, warehouse_id: int, bench: str, now: datetime) -> str:
    """A token under the first free name: names of tokens that were lost or revoked stay in the records."""
    by = command_line(warehouse_id)
    for number in range(1, MOST_TOKENS):
        name = f"simulated {bench}" if number == 1 else f"simulated {bench} {number}"
        made = create_api_token(session, by, name=name, role=Role.BENCH, bench=bench, now=now)
        if not isinstance(made, Refusal):
            return made
    raise AssertionError(f"{MOST_TOKENS} tokens were made for {bench}")


def _port(usual: int) -> int:
    """The usual port where it is free, else any."""
    for port in (usual, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
            return free
    raise AssertionError("unreachable: the system gives a free port")
