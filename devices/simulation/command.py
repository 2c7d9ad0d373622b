"""`wms-bench simulate`: a scale, a scanner and two printers in one folder, worked by writing into files.

`scale.txt` says what stands on the scale, `scanner.txt` takes codes one per line, `printer.txt` says what is wrong
with the label printer; `printed/` keeps every label as it came and as a picture, every document, and the waybills of a
platform's component where one is wanted. The devices are reached over TCP and over pseudo-terminals whose names stand
in the folder as links. Called by the command line.
"""

import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from devices.simulation import tspl_picture, zpl_picture
from devices.simulation.component import SimulatedComponent, component_at, zpl_of
from devices.simulation.printer import Fault, Language, SimulatedPrinter
from devices.simulation.scale import SimulatedScale, Trouble
from devices.simulation.spooler import Spooler, spooling
from devices.simulation.wires import PtyDevice, TcpDevice

_EXAMPLE = """\
# Made by `wms-bench simulate`: a bench whose devices are not there. See docs/bench.md.

[bench]
name = "BENCH-1"
server = "http://127.0.0.1:8080"
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
language = "{language}"
dpi = {dpi}
address = "tcp://127.0.0.1:{printer_port}"
"""

_DOCUMENTS = """\

[[printer]]
name = "a4"
language = "ipp"
address = "{documents}"
"""
_COMPONENT = """\

[[printer]]
name = "cainiao"
language = "cainiao"
address = "{component}"
"""
_TSPL_COUNTER = """\
counter_ask = "OUT @LABEL\\r\\n"
counter_pattern = '([0-9]+)\\r\\n'
"""


@dataclass(slots=True)
class ScannerInFile:
    """A scanner that reads whatever is appended to a file."""

    file: Path
    _done: int = 0

    def __post_init__(self) -> None:
        self._done = self.file.stat().st_size

    def answers(self, data: bytes) -> bytes:
        if not self.file.exists() or self.file.stat().st_size == self._done:
            return b""
        content = self.file.read_bytes()
        # An editor may write the file anew: then it is read from where it differs in length only.
        fresh = content[self._done :] if len(content) > self._done else b""
        whole, _, _ = fresh.rpartition(b"\n")
        self._done = len(content) if not fresh else self._done + len(whole) + (b"\n" in fresh)
        return b"".join(_with_aim(line.strip()) + b"\r\n" for line in whole.split(b"\n") if line.strip())


def _with_aim(line: bytes) -> bytes:
    return line if line.startswith(b"]") else b"]C0" + line


@dataclass(frozen=True, slots=True)
class PrinterKind:
    """What the simulated printer speaks, and how fine it prints."""

    language: Language = Language.ZPL
    dots_per_inch: int = 203


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports of the devices; 0 takes a free one."""

    scale: int
    printer: int
    documents: int
    component: int | None = None
    """None: there is none."""


def simulate(folder: Path, ports: Ports, kind: PrinterKind, stop: threading.Event) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    for name, content in (("scale.txt", "0 g\n"), ("scanner.txt", ""), ("printer.txt", "ready\n")):
        if not (folder / name).exists():
            (folder / name).write_text(content, encoding="utf-8")
    scale = SimulatedScale(lambda: grams_in(folder / "scale.txt"), trouble=lambda: trouble_in(folder / "scale.txt"))
    printed = folder / "printed"
    counter_file = folder / "counter.txt"
    machine = SimulatedPrinter(lambda label: None, kind.language, motion_ms=300, counter=_counter_in(counter_file))
    machine.print_label = lambda label: _keep(printed, counter_file, machine.counter + 1, label, kind)
    with ExitStack() as devices:
        try:
            scale_tcp = devices.enter_context(TcpDevice(scale, ports.scale))
            printer_tcp = devices.enter_context(TcpDevice(_Levered(machine, folder / "printer.txt"), ports.printer))
            spooler = Spooler(lambda document: _keep_document(printed, document))
            documents = devices.enter_context(spooling(spooler, ports.documents))
            component = ""
            if ports.component is not None:
                simulated = SimulatedComponent(lambda number: _keep_waybill(printed, number))
                component = devices.enter_context(component_at(simulated, ports.component))
        except OSError as error:
            sys.stderr.write(
                f"a port is taken ({error.strerror}): stop what has it, or choose another one with --scale-port, "
                "--printer-port, --document-port or --component-port; 0 takes a free one\n"
            )
            return 1
        devices.enter_context(PtyDevice(scale, folder / "scale.tty"))
        devices.enter_context(PtyDevice(ScannerInFile(folder / "scanner.txt"), folder / "scanner.tty"))
        example = folder / "devices.toml"
        if not example.exists():
            words = _EXAMPLE + (_TSPL_COUNTER if kind.language is Language.TSPL else "")
            words = (words + _DOCUMENTS + (_COMPONENT if component else "")).format(
                folder=folder,
                printer_port=printer_tcp.port,
                language=kind.language.value,
                dpi=kind.dots_per_inch,
                documents=documents,
                component=component,
            )
            example.write_text(words, encoding="utf-8")
        sys.stdout.write(
            f"Scale    socket://127.0.0.1:{scale_tcp.port}, {folder}/scale.tty; weight in {folder}/scale.txt\n"
            f"Scanner  {folder}/scanner.tty; append codes to {folder}/scanner.txt\n"
            f"Printer  tcp://127.0.0.1:{printer_tcp.port}; faults in {folder}/printer.txt; labels in {printed}\n"
            f"         {documents}; documents in {printed}\n"
            + (f"         {component}; a platform's waybills in {printed}\n" if component else "")
            + f"Bench    wms-bench check --file {example}\n"
            "Ctrl-C stops it.\n"
        )
        sys.stdout.flush()
        stop.wait()
    return 0


@dataclass(slots=True)
class _Levered:
    """A printer whose faults are read from a file whenever it is asked anything."""

    machine: SimulatedPrinter
    file: Path

    def answers(self, data: bytes) -> bytes:
        if data:
            self.machine.faults = faults_in(self.file)
        return self.machine.answers(data)


def grams_in(file: Path) -> int:
    """`1090`, `1090 g`; nothing readable is an empty scale, as while the file is being written."""
    text = _read(file).removesuffix("g").strip()
    return int(text) if text.lstrip("-").isdigit() else 0


def trouble_in(file: Path) -> Trouble | None:
    text = _read(file).replace(" ", "_")
    return Trouble(text) if text in set(Trouble) else None


def faults_in(file: Path) -> set[Fault]:
    return {Fault(word) for line in _read(file).splitlines() if (word := line.strip().replace(" ", "_")) in set(Fault)}


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip().lower()
    except (OSError, UnicodeDecodeError):
        return ""


def _counter_in(file: Path) -> int:
    text = _read(file)
    return int(text) if text.isdigit() else 0


def _keep_document(printed: Path, document: bytes) -> None:
    printed.mkdir(exist_ok=True)
    number = 1 + sum(1 for _ in printed.glob("document-*.pdf"))
    (printed / f"document-{number:06d}.pdf").write_bytes(document)


def _keep_waybill(printed: Path, number: str) -> None:
    printed.mkdir(exist_ok=True)
    picture, _ = zpl_picture.picture_of(zpl_of(number))
    picture.save(printed / f"waybill-{1 + sum(1 for _ in printed.glob('waybill-*.png')):06d}.png", dpi=(203, 203))


def _keep(printed: Path, counter_file: Path, number: int, label: bytes, kind: PrinterKind) -> None:
    """Write a label down: its bytes, its picture, and that the printer's counter moved."""
    printed.mkdir(exist_ok=True)
    (printed / f"{number:06d}.{kind.language.value}").write_bytes(label)
    if kind.language is Language.TSPL:
        picture, missing = tspl_picture.picture_of(label, kind.dots_per_inch)
    else:
        picture, missing = zpl_picture.picture_of(label)
    picture.save(printed / f"{number:06d}.png", dpi=(kind.dots_per_inch, kind.dots_per_inch))
    if missing:
        (printed / f"{number:06d}.not-drawn.txt").write_text("\n".join(missing) + "\n", encoding="utf-8")
    counter_file.write_text(f"{number}\n", encoding="utf-8")
