"""The bench at work: a thread for each device, one that fetches jobs, one that delivers. Called by the command line.

Wiring only. What one thread must tell another goes through the journal or the board, so any of them may stop and start.
"""

import logging
import threading
from collections.abc import Callable
from uuid import UUID

from devices.configuration import Configuration, PrinterEntry, PrinterLanguage
from devices.deliveries import Deliveries
from devices.health import Condition, Health, HealthBoard, Kind
from devices.jobs import WAIT_SECONDS, JobFetcher
from devices.journal import Journal, KeptCode
from devices.printers.cainiao import CainiaoPrinter
from devices.printers.ipp import IppPrinter
from devices.printers.model import USUAL_PATIENCE, Patience
from devices.printers.raw import RawPrinter
from devices.printers.worker import Printer, PrinterWorker
from devices.scales.watching import Scale, Taken
from devices.scanners.framing import Scanned
from devices.scanners.scanner import Scanner
from devices.server import Server, ServerAway
from devices.wire import OpenWire, SerialSettings, open_wire

WEIGHTS = "/api/v1/weights"
_NOBODY_WAITS = frozenset({"no_parcel_on_scale", "parcels_on_scale"})
_WEIGHT_TIMEOUT_SECONDS = 3
"""A weight that is older when it is booked could belong to the parcel before."""
_STOP_SECONDS = 5

_log = logging.getLogger(__name__)


class Agent:
    """All threads of a bench. `start`, then `stop` once."""

    def __init__(
        self,
        configuration: Configuration,
        journal: Journal,
        patience: Patience = USUAL_PATIENCE,
        poll_seconds: int = WAIT_SECONDS,
    ) -> None:
        self.configuration = configuration
        self.journal = journal
        self.patience = patience
        self.poll_seconds = poll_seconds
        self.stopping = threading.Event()
        self.broken = threading.Event()
        """Set when a thread ended that should not have. Half a bench is worse than one that is started again."""
        self.board = HealthBoard(self._changed)
        self.deliveries = Deliveries(
            self.configuration.bench,
            self.journal,
            Server(self.configuration.server),
            self.board,
            _said_of_code,
            {entry.name: _takes(entry) for entry in self.configuration.printers},
        )
        self.workers = [self._worker(entry) for entry in self.configuration.printers]
        self.threads: list[threading.Thread] = []
        self._weight_lines: list[Server] = []

    def start(self) -> None:
        runs: list[tuple[str, Callable[[threading.Event], None]]] = [("deliveries", self.deliveries.run)]
        fetcher = JobFetcher(
            self.configuration.bench,
            self.journal,
            # Longer than the server keeps the question open.
            Server(self.configuration.server, self.poll_seconds + 10),
            {entry.name: entry.media_types for entry in self.configuration.printers},
            self._jobs_arrived,
            self.poll_seconds,
        )
        runs.append(("jobs", fetcher.run))
        runs += [(scanner.name, scanner.run) for scanner in self._scanners()]
        runs += [(scale.name, scale.run) for scale in self._scales()]
        runs += [(worker.name, worker.run) for worker in self.workers]
        for name, run in runs:
            # Daemons: a question to the server may be open for half a minute, and nothing in memory is worth waiting
            # for.
            thread = threading.Thread(target=self._guarded, args=(run,), name=name, daemon=True)
            thread.start()
            self.threads.append(thread)

    def _guarded(self, run: Callable[[threading.Event], None]) -> None:
        try:
            run(self.stopping)
        finally:
            if not self.stopping.is_set():
                self.broken.set()

    def stop(self) -> None:
        """End what can end soon. Whatever does not is settled by the journal at the next start."""
        self.stopping.set()
        self.deliveries.wake.set()
        for worker in self.workers:
            worker.wake.set()
        for thread in self.threads:
            if thread.name != "jobs":
                thread.join(_STOP_SECONDS)
        for line in self._weight_lines:
            line.close()

    # --- devices -------------------------------------------------------------------------------------------------

    def _scanners(self) -> list[Scanner]:
        return [
            Scanner(entry.name, entry.framing, opener(entry.port, entry.serial), self._keep_code, self.board)
            for entry in self.configuration.scanners
        ]

    def _scales(self) -> list[Scale]:
        return [
            Scale(
                entry.name,
                entry.protocol,
                entry.rules,
                opener(entry.port, entry.serial),
                WeightSender(self.configuration.bench, self._weight_line()).offer,
                self.board,
            )
            for entry in self.configuration.scales
        ]

    def _weight_line(self) -> Server:
        self._weight_lines.append(Server(self.configuration.server, _WEIGHT_TIMEOUT_SECONDS))
        return self._weight_lines[-1]

    def _worker(self, entry: PrinterEntry) -> PrinterWorker:
        def say(condition: Condition, words: str) -> None:
            self.board.say(Health(entry.name, Kind.PRINTER, condition, words))

        printer = make_printer(entry, self.journal, say, self.stopping, self.patience)
        return PrinterWorker(entry.name, printer, self.journal, self.board, self.patience)

    def _keep_code(self, device: str, code: Scanned) -> None:
        self.journal.keep_code(device, code.raw, code.symbology)
        self.deliveries.wake.set()

    def _jobs_arrived(self) -> None:
        for worker in self.workers:
            worker.wake.set()
        self.deliveries.wake.set()

    def _changed(self) -> None:
        self.deliveries.wake.set()


class WeightSender:
    """Hands weights of one scale to the server. Never kept for later: an old weight is worse than none."""

    def __init__(self, bench: str, server: Server) -> None:
        self._bench = bench
        self._server = server

    def offer(self, reading_id: UUID, grams: int) -> tuple[Taken, str]:
        try:
            reply = self._server.post(WEIGHTS, {"reading_id": str(reading_id), "bench": self._bench, "grams": grams})
        except ServerAway as away:
            _log.warning("the weight was not sent (%s)", away.strerror)
            return Taken.NOT_REACHED, "the server is away: leave the parcel on the scale"
        code = str(reply.body.get("code", ""))
        if code in _NOBODY_WAITS:
            return Taken.NOBODY_WAITS, "no parcel of this bench waits for a weight yet"
        if reply.is_worth_another_try:
            return Taken.NOT_REACHED, reply.words
        if not reply.is_good:
            return Taken.JUDGED, f"not taken: {reply.words}"
        return Taken.JUDGED, str(reply.body.get("outcome", "sent"))


def _takes(entry: PrinterEntry) -> dict[str, object]:
    media_type = "application/pdf" if entry.language is PrinterLanguage.IPP else min(entry.media_types)
    return {"media_type": media_type, "dpi": entry.dots_per_inch}


def make_printer(
    entry: PrinterEntry,
    journal: Journal,
    say: Callable[[Condition, str], None],
    stop: threading.Event,
    patience: Patience,
) -> Printer:
    if entry.component is not None:
        return CainiaoPrinter(entry.component, journal, say, stop, patience)
    if entry.language is PrinterLanguage.IPP:
        return IppPrinter(entry.address, journal, say, stop, patience)
    wire = opener(entry.address, entry.serial)
    return RawPrinter(wire, entry.speaks, journal, say, stop, patience, has_status=entry.has_status)


def opener(address: str, settings: SerialSettings) -> OpenWire:
    return lambda: open_wire(address, settings)


def _said_of_code(code: KeptCode, reply: dict[str, object]) -> None:
    _log.info("%s: %s %s", code.device, reply.get("outcome", "?"), reply.get("code", ""))
