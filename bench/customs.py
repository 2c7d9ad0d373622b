"""The benchmark of customs: `python -m bench.customs`, also part of `make bench`.

Documents built, checked and signed, receipts read and folded, rules applied, on one core; the whole way of parcels
through each database; the gate's answer with few and with a million declarations behind it, and how its statements find
their rows. It asserts nothing about time; its exit status is 1 only where something came out wrong, or where a
statement of the gate walks through a table that grows.
"""

import argparse
import dataclasses
import gc
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import customs_report as report
from bench.databases import fresh_database
from bench.gate import GateBench
from bench.port import open_office, whole_way
from bench.processes import wait_for_quiet
from bench.stages import document_costs, fold_costs, receipt_costs, rule_costs
from bench.web import migrate
from tests.support.keys import signing_key_file
from tests.support.postgres import PostgresNotInstalled
from wms.customs.signing.port import Algorithm
from wms.customs.signing.signer import KeySigner
from wms.customs.signing.software import SoftwareKey
from wms.kernel.clock import SystemClock

ENGINES = ("sqlite", "postgresql")
PARCELS, FEW_PARCELS = 500, 100
DOCUMENTS, FEW_DOCUMENTS = 1_000, 200
SIZES, FEW_SIZES = (1_000, 100_000, 1_000_000), (1_000, 10_000)
TIMES, FEW_TIMES = 1_000, 200
TABLE_WIDTH = 150


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for, print it; 1 where something was wrong."""
    wanted = _parser().parse_args(arguments)
    console = Console()
    # A log file has no width of its own; a narrower table would cut its headings.
    console.width = max(console.width, TABLE_WIDTH)
    bench = _Bench(wanted, console)
    bench.measure_stages()
    for engine in () if wanted.no_database else wanted.engine or ENGINES:
        try:
            bench.measure_database(engine)
        except PostgresNotInstalled as reason:
            console.print(f"{engine} was left out: {reason}; on Debian: apt install postgresql")
    return 1 if bench.walks else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.customs", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything, 10 thousand declarations")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only this database (may be repeated)")
    parser.add_argument("--documents", type=int, default=0, help="how many of each document and receipt")
    parser.add_argument("--no-database", action="store_true", help="only what needs no database")
    parser.add_argument("--declarations", action="append", type=int, metavar="N", help="sizes to ask the gate at")
    parser.add_argument(
        "--patience",
        type=int,
        default=0,
        metavar="SECONDS",
        help="wait up to so long before each part until nothing else runs on the machine",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    return parser


class _Bench:
    """One run, and what it found so far."""

    def __init__(self, wanted: argparse.Namespace, console: Console) -> None:
        self._wanted = wanted
        self._console = console
        self._found: dict[str, list[dict[str, Any]]] = {}
        self.walks = 0

    def measure_stages(self) -> None:
        """What needs no database."""
        self._begin("stages on one core")
        # What is there already need not be looked through before every round.
        gc.collect()
        gc.freeze()
        try:
            self._measure_stages()
        finally:
            gc.unfreeze()

    def _measure_stages(self) -> None:
        count = self._wanted.documents or (FEW_DOCUMENTS if self._wanted.quick else DOCUMENTS)
        signer = KeySigner(SoftwareKey(signing_key_file(), None, SystemClock()), Algorithm.RSA_SHA1, SystemClock())
        documents = list(document_costs(signer, count))
        report.print_documents(self._console, documents)
        costs = [*receipt_costs(count), *fold_costs(count), *rule_costs(count)]
        report.print_costs(self._console, costs)
        self._keep("documents", documents)
        self._keep("costs", costs)

    def measure_database(self, engine: str) -> None:
        """The whole way, and the gate."""
        with fresh_database(engine) as measured:
            migrate(measured)
            with open_office(measured) as office:
                self._begin(f"{engine}: the whole way of parcels")
                whole_way(office, FEW_PARCELS if self._wanted.quick else PARCELS)
                report.print_rates(self._console, office.rates)
                self._keep("rates", office.rates)
                gate = GateBench(office)
                for size in self._wanted.declarations or (FEW_SIZES if self._wanted.quick else SIZES):
                    with self._progress() as progress:
                        task = progress.add_task(f"{engine}: {size:,} declarations", total=size)
                        gate.grow(size, partial(progress.advance, task))
                    self._begin(f"{engine}: the gate before {size:,} declarations")
                    figures = list(gate.measure(FEW_TIMES if self._wanted.quick else TIMES))
                    report.print_gate(self._console, figures)
                    self._keep("gate", figures)
                steps = gate.steps()
                report.print_steps(self._console, steps)
                self._keep("plans", steps)
                self.walks += sum(step.walks for step in steps)

    def _begin(self, what: str) -> None:
        wait_for_quiet(self._wanted.patience)
        now, load = datetime.now(UTC), os.getloadavg()[0]
        self._console.print(f"\n{what} ({now:%H:%M} UTC, load {load:.1f})")

    def _keep(self, what: str, values: Sequence[Any]) -> None:
        """Write what was measured so far: a long run that is broken off has not been in vain."""
        self._found.setdefault(what, []).extend(dataclasses.asdict(value) for value in values)
        if self._wanted.json is not None:
            self._wanted.json.write_text(json.dumps(self._found, indent=1) + "\n")

    def _progress(self) -> Progress:
        columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        return Progress(*columns, console=self._console)


if __name__ == "__main__":
    sys.exit(main())
