"""How soon a bench notices: `python -m bench.devices [--times 20]`.

The whole program of a bench with the patience it has at work, against simulated devices over real sockets and
pseudo-terminals, and a server that only listens. Timed is what the server hears; the page asks it every 0.3 s besides.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.label_times import quantile
from bench.processes import load_average
from devices.agent import Agent
from devices.configuration_file import parse_configuration
from devices.journal import Journal
from devices.simulation.printer import Fault, SimulatedPrinter
from devices.simulation.scale import SimulatedScale
from devices.simulation.wires import PtyDevice, TcpDevice
from tests.devices.bench_server import TOKEN, BenchServer, serving

LONGEST_SECONDS = 30

GOALS = {
    "printer opened, until it is said": 2.0,
    "printer closed again, until a waiting label is out": 5.0,
    "scale unplugged, until it is said": 2.0,
    "scale plugged in again, until it is ready": 5.0,
    "scale says a weight at rest, until it is there": 0.3,
}


@dataclass(slots=True)
class Watched:
    """A scale, and when it first said that what lies on it is at rest."""

    scale: SimulatedScale
    at_rest: float = 0

    def answers(self, data: bytes) -> bytes:
        said = self.scale.answers(data)
        if not self.scale.grams():
            self.at_rest = 0
        elif said.startswith(b"S S") and not self.at_rest:
            self.at_rest = time.monotonic()
        return said


@dataclass(slots=True)
class Bench:
    """A bench at work, and everything that can be done to it."""

    server: BenchServer
    agent: Agent
    printer: SimulatedPrinter
    link: Path
    grams: int = 0
    scale: Watched = field(init=False)
    port: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.scale = Watched(SimulatedScale(lambda: self.grams))

    def plug_in(self) -> None:
        """The scale, at the end of a cable."""
        self.port.enter_context(PtyDevice(self.scale, self.link))

    def says(self, name: str) -> str:
        return next((str(one["condition"]) for one in self.server.devices if one["name"] == name), "")


@contextmanager
def at_work(folder: Path) -> Iterator[Bench]:
    """The program of a bench, started as `wms-bench run` starts it."""
    (folder / "token").write_text(TOKEN)
    server, printer = BenchServer(), SimulatedPrinter([].append)
    with serving(server) as address, TcpDevice(printer) as wire:
        text = f"""
            [bench]\nname = "BENCH-1"\nserver = "{address}"\ntoken_file = "token"
            [[scale]]\nname = "scale"\nport = "{folder / "scale.tty"}"\nprotocol = "mt-sics"
            [[printer]]\nname = "label"\nlanguage = "zpl"\naddress = "tcp://127.0.0.1:{wire.port}"
        """
        configuration = parse_configuration(text, folder)
        journal = Journal(configuration.state_folder)
        bench = Bench(server, Agent(configuration, journal), printer, folder / "scale.tty")
        bench.plug_in()
        bench.agent.start()
        try:
            seconds_until(lambda: (bench.says("scale"), bench.says("label")) == ("empty", "ready"))
            yield bench
        finally:
            bench.agent.stop()
            bench.port.close()
            journal.close()


def seconds_until(holds: Callable[[], bool]) -> float:
    """How long it takes until something holds."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > LONGEST_SECONDS:
            raise SystemExit("it was not noticed within half a minute")
        time.sleep(0.002)
    return time.monotonic() - began


def is_at(job: Callable[[], str], state: str) -> bool:
    """Whether a job is in a state."""
    return job() == state


def measured(bench: Bench, times: int, chance: random.Random) -> dict[str, list[float]]:
    """Each thing done so many times, at moments that the program cannot know."""
    found: dict[str, list[float]] = {name: [] for name in GOALS}
    opened, closed, unplugged, plugged, at_rest = found.values()
    for _ in range(times):
        time.sleep(chance.random() * 2)
        bench.printer.faults = {Fault.HEAD_OPEN}
        opened.append(seconds_until(lambda: bench.says("label") == "head_open"))
        job = partial(bench.server.state_of, bench.server.order("label", b"^XA^FXone^FS^XZ"))
        seconds_until(partial(is_at, job, "blocked"))
        time.sleep(chance.random())
        bench.printer.faults = set()
        closed.append(seconds_until(partial(is_at, job, "printed")))
        bench.port.close()
        unplugged.append(seconds_until(lambda: bench.says("scale") == "offline"))
        bench.plug_in()
        plugged.append(seconds_until(lambda: bench.says("scale") == "empty"))
        time.sleep(0.5)
        bench.server.weights.clear()
        bench.grams = chance.randint(200, 3000)
        seconds_until(lambda: bool(bench.server.weights))
        at_rest.append(time.monotonic() - bench.scale.at_rest)
        bench.grams = 0
        time.sleep(0.5)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder, at_work(Path(folder)) as bench:
        found = measured(bench, times, random.Random(7))
    table = Table("", "goal", "p50", "longest", title=f"{times} times each, load {load_average():.1f}")
    for name, seconds in found.items():
        shown = [f"{1000 * value:,.0f} ms" for value in (GOALS[name], quantile(seconds, 0.5), max(seconds))]
        table.add_row(name, *shown)
    Console().print(table)


if __name__ == "__main__":
    main()
