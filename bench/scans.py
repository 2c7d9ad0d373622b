"""The benchmark of the scan path: `python -m bench`, or `make bench BENCH_OPTIONS="--quick"`.

For SQLite and PostgreSQL, for 1 and 16 handhelds, for receiving, putting away, picking and dispatching, on distinct
stock and all on one article and place. It starts the real web service, drives it over HTTP from other processes, and
checks afterwards every unit and the audit. It says what it measured and asserts nothing about time; its exit status is
1 only where an answer or the stock was wrong.
"""

import argparse
import dataclasses
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import report
from bench.cases import Case, Work
from bench.databases import Measured, fresh_database
from bench.hall import Hall
from bench.journal import fill_past
from bench.load import Figures, run_case
from bench.statements import statements_by_step
from bench.web import Web, migrate, running_web, settings_of
from tests.support.postgres import PostgresNotInstalled
from wms.app import create_app, house_of

ENGINES = ("sqlite", "postgresql")
MANY_SCANS, FEW_SCANS = 110, 22
"""Per handheld, of 16; a single handheld makes three times as many."""
PAST_ROWS, LONG_PAST_ROWS = 300_000, 3_000_000
TABLE_WIDTH = 150


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for, print it; 1 where something was wrong."""
    wanted = _parser().parse_args(arguments)
    console = Console()
    # A log file has no width of its own; a narrower table would cut its headings.
    console.width = max(console.width, TABLE_WIDTH)
    bench = _Bench(wanted, console)
    for engine in wanted.engine or ENGINES:
        try:
            bench.measure(engine)
        except PostgresNotInstalled as reason:
            console.print(f"{engine} was left out: {reason}; on Debian: apt install postgresql")
    report.print_cases(console, bench.cases, bench.statements)
    report.print_statements(console, bench.statements)
    report.print_growth(console, bench.growth)
    wrong = [case for case in (*bench.cases, *(case for _, case in bench.growth)) if report.faults_of(case)]
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few scans per case and no long past: about a minute")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only this database (may be repeated)")
    parser.add_argument("--work", action="append", choices=[str(work) for work in Work], help="only this work")
    parser.add_argument("--handhelds", action="append", type=int, choices=range(1, 17), metavar="N", help="1 to 16")
    parser.add_argument("--rounds", type=int, default=1, help="repeat each case and keep the quickest (default 1)")
    parser.add_argument(
        "--patience",
        type=int,
        default=0,
        metavar="SECONDS",
        help="wait up to so long before each case until nothing else runs on the machine",
    )
    parser.add_argument("--long-past", action="store_true", help=f"also with {LONG_PAST_ROWS:,} rows in the journal")
    parser.add_argument("--no-past", action="store_true", help="leave out the growing journal")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    return parser


class _Bench:
    """One run, and what it found so far."""

    def __init__(self, wanted: argparse.Namespace, console: Console) -> None:
        self._wanted = wanted
        self._console = console
        self.cases: list[Figures] = []
        self.statements: dict[str, dict[str, float]] = {}
        self.growth: list[tuple[int, Figures]] = []

    def measure(self, engine: str) -> None:
        """Everything that is wanted on one engine."""
        with ExitStack() as stack:
            database = stack.enter_context(fresh_database(engine))
            migrate(database)
            app = create_app(settings_of(database))
            hall = Hall(house_of(app))
            stack.callback(hall.house.database.engine.dispose)
            self._console.print(f"{engine}: making the warehouse")
            hall.build()
            self.statements[engine] = statements_by_step(app, hall)
            web = stack.enter_context(running_web(database))
            progress = stack.enter_context(self._progress())
            cases = self._cases()
            task = progress.add_task(engine, total=len(cases) * self._wanted.rounds)
            for work in Work:
                # The first scans of a process build its statements; nobody wants to measure that.
                run_case(Case(work, hot=False, handhelds=8, scans=11), hall, web, database)
            for case in cases:
                tries: list[Figures] = []
                for _ in range(self._wanted.rounds):
                    progress.update(task, description=f"{engine}: {case.work}, {case.handhelds}, {case.stock}")
                    tries.append(run_case(case, hall, web, database, patience_seconds=self._wanted.patience))
                    progress.advance(task)
                self.cases.append(_quickest(tries))
                self._keep(self.cases[-1])
            if not (self._wanted.no_past or self._wanted.quick):
                progress.remove_task(task)
                self._measure_growth(hall, database, progress, web)

    def _cases(self) -> list[Case]:
        each = FEW_SCANS if self._wanted.quick else MANY_SCANS
        return [
            Case(work, hot, handhelds, each * 3 if handhelds == 1 else each)
            for work in Work
            if not self._wanted.work or work in self._wanted.work
            for hot in (False, True)
            for handhelds in self._wanted.handhelds or (1, 16)
        ]

    def _measure_growth(self, hall: Hall, database: Measured, progress: Progress, web: Web) -> None:
        case = Case(Work.PICK, hot=False, handhelds=1, scans=MANY_SCANS * 3)
        there = 0
        for rows in (0, PAST_ROWS, *((LONG_PAST_ROWS,) if self._wanted.long_past else ())):
            task = progress.add_task(f"{database.name}: a past of {rows:,} rows", total=max(1, rows - there))
            fill_past(hall, rows - there, partial(progress.advance, task))
            there = rows
            tries = [
                run_case(case, hall, web, database, patience_seconds=self._wanted.patience)
                for _ in range(max(2, self._wanted.rounds))
            ]
            self.growth.append((rows, _quickest(tries)))
            self._keep(self.growth[-1][1])
            progress.remove_task(task)

    def _keep(self, latest: Figures) -> None:
        """Write what was measured so far: a long run that is broken off has not been in vain."""
        if not self._console.is_terminal:
            # There is no progress bar in a log file.
            self._console.print(report.line_of(latest))
        if self._wanted.json is not None:
            report.write_json(self._wanted.json, self.cases, self.statements, self.growth)

    def _progress(self) -> Progress:
        columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        return Progress(*columns, console=self._console)


def _quickest(tries: list[Figures]) -> Figures:
    """The try with the most scans per second, with the faults of all of them."""
    best = max(tries, key=lambda figures: figures.scans_per_second)
    troubles: dict[str, int] = {}
    for figures in tries:
        for what, count in figures.troubles.items():
            troubles[what] = troubles.get(what, 0) + count
    return dataclasses.replace(
        best,
        troubles=troubles,
        wrong_units=max(figures.wrong_units for figures in tries),
        audit_differences=max(figures.audit_differences for figures in tries),
    )
