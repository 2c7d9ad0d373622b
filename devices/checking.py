"""Tests each device and says in words what it found: `wms-bench check`. Called by the command line only.

Prints nothing and sends no weight. A scanner is tried by scanning with it; a scale by weighing what stands on it; a
printer by asking it how it stands; the server by asking for jobs, which changes nothing.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from devices.agent import make_printer, opener
from devices.configuration import Configuration, PrinterEntry, ScaleEntry, ScannerEntry
from devices.health import Condition
from devices.journal import Journal
from devices.printers.model import USUAL_PATIENCE, Patience
from devices.printers.reach import Finding
from devices.scales.model import Said
from devices.scales.weighing import WORDS, NoWeight, ScaleTalk, weigh
from devices.scanners.framing import ScanFramer, Scanned
from devices.server import Server, ServerAddress, ServerAway
from devices.wire import words_for

_SET_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What was found out about one device."""

    name: str
    is_good: bool
    words: str


def check_all(
    configuration: Configuration,
    ask: Callable[[str], None],
    scan_seconds: int = 15,
    patience: Patience = USUAL_PATIENCE,
) -> Iterator[Result]:
    """Check one thing after the other. `ask` tells the person what to do, such as to scan something."""
    yield check_server(configuration)
    for scanner in configuration.scanners:
        yield check_scanner(scanner, ask, scan_seconds)
    for scale in configuration.scales:
        yield check_scale(scale)
    for printer in configuration.printers:
        yield check_printer(printer, patience)


def check_server(configuration: Configuration) -> Result:
    address: ServerAddress = configuration.server
    server = Server(address)
    try:
        reply = server.get(f"/api/v1/bench/jobs?bench={configuration.bench}&wait=0")
    except ServerAway as away:
        return Result("server", False, f"{address.url}: {away.strerror}")
    finally:
        server.close()
    if reply.status in {401, 403}:
        return Result(
            "server", False, f"{address.url} does not accept the token in {address.token_file}: {reply.words}"
        )
    if not reply.is_good:
        return Result("server", False, f"{address.url} answers {reply.status}: {reply.words}")
    return Result("server", True, f"{address.url} knows bench {configuration.bench}")


def check_scanner(entry: ScannerEntry, ask: Callable[[str], None], seconds: int) -> Result:
    try:
        wire = opener(entry.port, entry.serial)()
    except OSError as error:
        return Result(entry.name, False, f"{entry.port}: {words_for(error)}")
    framer, deadline, unusable = ScanFramer(entry.framing), time.monotonic() + seconds, ""
    ask(f"scan any code with {entry.name} within {seconds} seconds")
    try:
        while time.monotonic() < deadline:
            data, now_ms = wire.receive(0.1), time.monotonic_ns() // 1_000_000
            for found in framer.feed(data, now_ms) if data else framer.silence(now_ms):
                if isinstance(found, Scanned):
                    kind = f", AIM identifier {found.symbology}" if found.symbology else ""
                    return Result(entry.name, True, f"read {found.raw!r}{kind}")
                unusable = found.words
    except OSError as error:
        return Result(entry.name, False, f"{entry.port}: {words_for(error)}")
    finally:
        wire.close()
    return Result(entry.name, False, unusable or "opened, but no code came: is it set to serial (virtual COM) mode?")


def check_scale(entry: ScaleEntry) -> Result:
    try:
        wire = opener(entry.port, entry.serial)()
    except OSError as error:
        return Result(entry.name, False, f"{entry.port}: {words_for(error)}")
    try:
        talk = ScaleTalk(wire, entry.protocol)
        found = weigh(talk, entry.rules, lambda: time.monotonic_ns() // 1_000_000, lambda ms: time.sleep(ms / 1000))
    except OSError as error:
        return Result(entry.name, False, f"{entry.port}: {words_for(error)}")
    finally:
        wire.close()
    if isinstance(found, NoWeight):
        return Result(entry.name, found.is_empty, "at rest and empty" if found.is_empty else found.words)
    return Result(entry.name, True, f"at rest with {found.grams} g")


def set_scale(entry: ScaleEntry, command: str) -> Result:
    """Zero or tare a scale, and say what it answered."""
    question = entry.protocol.zero if command == "zero" else entry.protocol.tare
    if not question:
        return Result(entry.name, False, f"this protocol has no command for it: press its {command} key")
    try:
        wire = opener(entry.port, entry.serial)()
    except OSError as error:
        return Result(entry.name, False, f"{entry.port}: {words_for(error)}")
    try:
        talk, deadline = ScaleTalk(wire, entry.protocol), time.monotonic() + _SET_SECONDS
        answer = talk.command(question, _SET_SECONDS)
        # Some wait for rest by themselves, others say no until they rest.
        while answer is not None and answer.said is Said.NOT_READY and time.monotonic() < deadline:
            time.sleep(entry.rules.ask_every_ms / 1000)
            answer = talk.command(question, _SET_SECONDS)
    except OSError as error:
        return Result(entry.name, False, f"{entry.port}: {words_for(error)}")
    finally:
        wire.close()
    if answer is None:
        return Result(entry.name, False, "gave no readable answer: look at its display")
    if answer.said is Said.DONE:
        return Result(entry.name, True, f"{command} is set")
    return Result(
        entry.name, False, WORDS[answer.said][1] if answer.said in WORDS else "did not do it: look at its display"
    )


def check_printer(entry: PrinterEntry, patience: Patience = USUAL_PATIENCE) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        # A journal of its own: looking writes nothing, and the real one may be in the hands of a running agent.
        journal = Journal(Path(folder))
        try:
            printer = make_printer(entry, journal, lambda condition, words: None, threading.Event(), patience)
            found: Finding = printer.look()
        finally:
            journal.close()
    if found.condition is not Condition.READY:
        return Result(entry.name, False, f"{entry.address}: {found.words}")
    if found.counter is None:
        return Result(entry.name, True, "ready; it has no label counter, so after a break a person is asked")
    return Result(entry.name, True, f"ready; its counter stands at {found.counter} labels")
