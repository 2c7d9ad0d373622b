"""The command line `wms-bench`: run, check, list, zero, tare, simulate. Called by the console script.

Faults are sentences on standard error and end with status 1; wrong arguments end with 2.
"""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from serial.tools import list_ports

from devices.agent import Agent
from devices.checking import check_all, set_scale
from devices.configuration import Configuration
from devices.configuration_file import read_configuration
from devices.journal import Journal, JournalHeld
from devices.keeper import follow_keeper
from devices.toml_table import ConfigurationFaults

DEFAULT_FILE = Path("devices.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command in {"run", "simulate"} and options.kept:
        follow_keeper()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    # It tells of every connection; what a bench has to know of them is said by ourselves.
    logging.getLogger("websockets").setLevel(logging.WARNING)
    if options.command == "list":
        return _list()
    if options.command == "simulate":
        # By its name, because it needs libraries that a bench with real devices does not have.
        try:
            simulation = import_module("devices.simulation.command")
        except ImportError as missing:
            return _fail(
                f"{missing.name} is not installed: install wms-bench with its extra `simulate`, see docs/bench.md"
            )
        kind = simulation.PrinterKind(simulation.Language(options.language), options.dpi)
        stop = _stop_on_signals()
        ports = simulation.Ports(
            options.scale_port, options.printer_port, options.document_port, options.component_port
        )
        return int(simulation.simulate(options.folder, ports, kind, stop))
    try:
        configuration = read_configuration(options.file)
    except OSError as error:
        return _fail(f"{options.file} cannot be read ({error.strerror}): name it with --file, see docs/bench.md")
    except ConfigurationFaults as faults:
        return _fail(*(f"{options.file}, {fault}" for fault in faults.faults))
    if options.command == "check":
        return _check(configuration, options.scan_seconds)
    if options.command in {"zero", "tare"}:
        return _set_scale(configuration, options.scale, options.command)
    return _run(configuration)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wms-bench", description="Scanners, scale and printers of one packing bench, for the warehouse's server."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="work until stopped")
    check = commands.add_parser("check", help="test each device and say what was found")
    check.add_argument("--scan-seconds", type=int, default=15, help="how long to wait for a scan of each scanner")
    zero = commands.add_parser("zero", help="zero an empty scale; stop `run` first")
    tare = commands.add_parser("tare", help="tare what stands on a scale; stop `run` first")
    for command in (zero, tare):
        command.add_argument("scale", help="its name in the file")
    simulate = commands.add_parser("simulate", help="a scale, a scanner and printers that are not there")
    simulate.add_argument("--folder", type=Path, default=Path("bench"), help="levers, pictures and serial links")
    simulate.add_argument("--scale-port", type=int, default=4001, help="TCP port of the scale; 0 takes a free one")
    simulate.add_argument(
        "--printer-port", type=int, default=9100, help="TCP port of the label printer; 0 takes a free one"
    )
    simulate.add_argument("--document-port", type=int, default=8631, help="TCP port for documents; 0 takes a free one")
    simulate.add_argument(
        "--component-port", type=int, help="also a platform's print component, on this TCP port (Cainiao's is 13528)"
    )
    simulate.add_argument("--language", choices=("zpl", "tspl"), default="zpl", help="what the printer speaks")
    simulate.add_argument("--dpi", type=int, choices=(203, 300), default=203, help="how fine it prints")
    for command in (run, simulate):
        command.add_argument("--kept", action="store_true", help=argparse.SUPPRESS)
    for command in (run, check, zero, tare):
        command.add_argument("--file", type=Path, default=DEFAULT_FILE, help="the description of the devices")
    commands.add_parser("list", help="show the serial ports of this computer")
    return parser


def _list() -> int:
    ports = sorted(list_ports.comports(), key=lambda port: port.device)
    if not ports:
        _say("No serial ports. Is the device plugged in and set to serial (virtual COM) mode?")
        return 0
    by_id = {str(link.resolve()): str(link) for link in Path("/dev/serial/by-id").glob("*")}
    for port in ports:
        _say(f"{by_id.get(port.device, port.device)}")
        _say(f"    {port.description}" + (f", at {port.device} now" if port.device in by_id else ""))
        if port.serial_number:
            _say(f"    also as usb-serial:{port.serial_number}")
    return 0


def _check(configuration: Configuration, scan_seconds: int) -> int:
    is_good = True
    for result in check_all(configuration, _say, scan_seconds):
        is_good = is_good and result.is_good
        _say(f"{'ok  ' if result.is_good else 'NO  '} {result.name}: {result.words}")
    return 0 if is_good else 1


def _set_scale(configuration: Configuration, name: str, command: str) -> int:
    found = next((scale for scale in configuration.scales if scale.name == name), None)
    if found is None:
        known = ", ".join(scale.name for scale in configuration.scales) or "none"
        return _fail(f"there is no scale called {name!r}; there is {known}")
    result = set_scale(found, command)
    _say(f"{'ok  ' if result.is_good else 'NO  '} {result.name}: {result.words}")
    return 0 if result.is_good else 1


def _run(configuration: Configuration) -> int:
    try:
        journal = Journal(configuration.state_folder)
    except JournalHeld as held:
        return _fail(str(held.strerror))
    except OSError as error:
        return _fail(f"{configuration.state_folder} cannot be used ({error.strerror}): set `state_folder`")
    stop = _stop_on_signals()
    agent = Agent(configuration, journal)
    agent.start()
    _say(f"Bench {configuration.bench} works for {configuration.server.url}. Ctrl-C stops it.")
    while not stop.wait(0.5) and not agent.broken.is_set():
        pass
    agent.stop()
    # The journal stays open: the thread that asks for jobs may still wait for its answer, and every write is done.
    if agent.broken.is_set():
        return _fail(
            "a part of the program failed, see above; starting it again is safe: the journal knows what was done"
        )
    return 0


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _fail(*lines: str) -> int:
    sys.stderr.write("\n".join(lines) + "\n")
    return 1
