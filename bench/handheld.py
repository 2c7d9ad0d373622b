"""The benchmark of the handheld page: `python -m bench.handheld`, also part of `make bench`.

A real Chromium with a profile on disk and the screen of a handheld, against the real service over SQLite: how long an
answer takes from the last key until it is painted, the page's own and the server's, beside forty open boards too; how
long the page takes to open and what it weighs, cold and warm; how fast it gets rid of what was scanned without network.
With `--endurance N` also a thousand scans at
one stretch without network, and N scans during which network, server, page and battery fail at random.

It prints tables and writes nothing; it asserts nothing about time. Its exit status is 1 only where a right scan was
refused, stock is not what was picked, or a scan was lost, doubled or swapped.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console

from bench import page_report as report
from bench.boards import answers_beside_boards, seen_on_a_board
from bench.databases import fresh_database
from bench.hall import LANES, Hall, badge_of
from bench.page_bytes import Bytes, bytes_of_the_page, bytes_over_the_wire, wire_to
from bench.page_cases import (
    Answers,
    Floor,
    Start,
    answers_from_the_path,
    answers_of_the_server,
    counts,
    times_in_the_dark,
)
from bench.page_endurance import Run, one_stretch, through_failures
from bench.page_person import LOOPBACK, SLOW_3G, SLOW_CPU, WIFI, Person
from bench.processes import wait_for_quiet
from bench.web import Web, migrate, running_web, settings_of
from tests.browser.device import Device
from tests.support.browser import chromium_binary
from wms.app import create_app, house_of

SCANS, FEW_SCANS = 120, 30
DARK_SCANS, FEW_DARK_SCANS = 1_000, 100
STARTS, FEW_STARTS = 7, 2
BURST, SHORT_BURST = 200, 40
SEEN, SEEN_SELDOM = 30, 4
ONE_STRETCH = 1_000
PARTS = ("answers", "boards", "dark", "opening")
TABLE_WIDTH = 110


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for, print it; 1 where something was wrong."""
    wanted = _parser().parse_args(arguments)
    console = Console()
    # A log file has no width of its own; a narrower table would cut its headings.
    console.width = max(console.width, TABLE_WIDTH)
    chromium = chromium_binary()
    if chromium is None:
        console.print("the page was left out: there is no chromium; on Debian: apt install chromium")
        return 0
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="wms-bench-page-") as folder:
        bench = _Bench(wanted, console, partial(Device, playwright, chromium), Path(folder))
        if not wanted.endurance_only:
            bench.measure_page()
        if wanted.endurance:
            bench.endure()
    return 1 if bench.is_wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.handheld", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything: about two minutes")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part (may be repeated)")
    parser.add_argument("--endurance", type=int, default=0, metavar="N", help="also N scans through random failures")
    parser.add_argument("--endurance-only", action="store_true", help="nothing but --endurance")
    parser.add_argument("--seed", type=int, default=4, help="of the random failures (default 4)")
    parser.add_argument(
        "--patience",
        type=int,
        default=0,
        metavar="SECONDS",
        help="wait up to so long before each part until nothing else runs on the machine",
    )
    return parser


class _Bench:
    """One run, and whether something was wrong."""

    def __init__(
        self, wanted: argparse.Namespace, console: Console, new_device: "partial[Device]", folder: Path
    ) -> None:
        self._wanted = wanted
        self._console = console
        self._new_device = new_device
        self._folder = folder
        self._devices = 0
        self.is_wrong = False

    def measure_page(self) -> None:
        """Everything but the endurance."""
        parts = self._wanted.part or PARTS
        with ExitStack() as stack:
            database = stack.enter_context(fresh_database("sqlite"))
            migrate(database)
            hall = Hall(house_of(create_app(settings_of(database))))
            stack.callback(hall.house.database.engine.dispose)
            self._console.print("making the warehouse")
            hall.build()
            web = stack.enter_context(running_web(database))
            url = f"http://127.0.0.1:{web.port}"
            with self._person(url, 0) as packer, self._person(url, 1) as picker:
                packer.sign_in()
                picker.sign_in()
                floor = Floor(hall)
                if "answers" in parts:
                    self._begin("answers")
                    report.print_answers(self._console, list(self._answers(floor, picker, packer)))
                    found = counts(packer, (packer, picker), self._few_or(SHORT_BURST, BURST))
                    report.print_counts(self._console, found)
                if "boards" in parts:
                    self._begin("open boards")
                    self._boards(hall, packer, web, url)
                if "dark" in parts:
                    self._begin("without network, and back")
                    dark = times_in_the_dark(floor, picker, self._few_or(FEW_DARK_SCANS, DARK_SCANS))
                    report.print_dark(self._console, dark)
                self._check(floor, picker, packer)
                if "opening" in parts:
                    self._begin("opening the page")
                    report.print_starts(self._console, list(self._starts(url, picker)))
                    report.print_bytes(self._console, [*bytes_of_the_page(url), *self._wire(web.port)])

    def _few_or(self, few: int, many: int) -> int:
        return few if self._wanted.quick else many

    def endure(self) -> None:
        """Long runs of one picker, who meets whatever goes wrong."""
        count, seed = self._wanted.endurance, self._wanted.seed
        with ExitStack() as devices:
            self._begin(f"{ONE_STRETCH:,} scans without network")
            self._tell(one_stretch(lambda url: devices.enter_context(self._kept(url)), ONE_STRETCH))
        with ExitStack() as devices:
            self._begin(f"{count:,} scans through failures, seed {seed}")
            run, happened = through_failures(
                lambda url: devices.enter_context(self._kept(url)), count, seed, self._progress(count)
            )
            self._tell(run)
            self._console.print(", ".join(f"{what} {times} times" for what, times in happened.items()))

    def _tell(self, run: Run) -> None:
        found = run.difference
        self.is_wrong |= run.is_wrong
        self._console.print(
            f"{run.what}: {run.booked:,} booked in {run.requests:,} requests, {run.seconds:.1f} seconds "
            f"({run.booked / run.seconds:.0f} a second); lost {found.lost}, doubled {found.doubled}, "
            f"out of order {found.out_of_order}; {run.refused} refused, {run.wrong_units} units wrong, "
            f"{run.audit_differences} audit differences"
        )

    def _progress(self, count: int) -> Callable[[int], None]:
        """Says every tenth of a long run that it has got there."""
        said = 0

        def tell(done: int) -> None:
            nonlocal said
            if done * 10 // count > said:
                said = done * 10 // count
                self._console.print(f"{done:,} scans")

        return tell

    def _answers(self, floor: Floor, picker: Person, packer: Person) -> Iterator[Answers]:
        scans = self._few_or(FEW_SCANS, SCANS)
        for speed in (LOOPBACK, SLOW_CPU, SLOW_3G):
            yield answers_from_the_path(floor, picker, speed, scans)
        for lane, speed in enumerate((LOOPBACK, WIFI, SLOW_3G)):
            yield answers_of_the_server(floor.hall, packer, speed, scans, lane)

    def _boards(self, hall: Hall, packer: Person, web: Web, url: str) -> None:
        *_, quiet, crowded, watched = range(LANES)
        scans = self._few_or(FEW_SCANS, SCANS)
        report.print_beside(self._console, answers_beside_boards(hall, packer, web, scans, (quiet, crowded)))
        with self._person(url, 2) as supervisor:
            supervisor.sign_in()
            seen = seen_on_a_board(hall, packer, supervisor, self._few_or(SEEN_SELDOM, SEEN), watched)
        report.print_seen(self._console, seen)

    def _wire(self, port: int) -> Iterator[Bytes]:
        with wire_to(port) as wire, self._person(f"http://127.0.0.1:{wire.port}", 3) as fresh:
            yield from bytes_over_the_wire(wire, fresh)

    def _starts(self, url: str, picker: Person) -> Iterator[Start]:
        times = range(self._few_or(FEW_STARTS, STARTS))
        cold: list[int] = []
        for _ in times:
            with self._person(url, 4) as fresh:
                fresh.slow_down(SLOW_3G)
                cold.append(fresh.loads())
        yield Start("cold, slow 3G, 4× CPU", tuple(cold))
        picker.slow_down(SLOW_3G)
        yield Start("warm, slow 3G, 4× CPU", tuple(picker.loads() for _ in times))
        picker.slow_down(LOOPBACK)
        yield Start("warm, loopback", tuple(picker.loads() for _ in times))
        picker.hand.page.context.set_offline(True)
        yield Start("warm, no network", tuple(picker.loads() for _ in times))

    def _check(self, floor: Floor, *people: Person) -> None:
        """Stock is what was picked, and no scan that was right was refused."""
        refused = sum(person.refused for person in people)
        wrong, differences = floor.wrong_units(), floor.hall.audit_differences()
        self._console.print(f"{refused} right scans refused, {wrong} units wrong, {differences} audit differences")
        self.is_wrong |= bool(refused or wrong or differences)

    @contextmanager
    def _person(self, url: str, number: int) -> Iterator[Person]:
        with self._kept(url) as device:
            yield Person(device, badge_of(number))

    @contextmanager
    def _kept(self, url: str) -> Iterator[Device]:
        """A new device, switched off at the end."""
        self._devices += 1
        device = self._new_device(self._folder / f"profile-{self._devices}", url)
        try:
            yield device
        finally:
            device.close()

    def _begin(self, what: str) -> None:
        wait_for_quiet(self._wanted.patience)
        self._console.print(f"\n{what} ({datetime.now(UTC):%H:%M} UTC, load {os.getloadavg()[0]:.1f})")


if __name__ == "__main__":
    sys.exit(main())
