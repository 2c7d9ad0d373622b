"""The benchmark of labels: `python -m bench.labels`, also part of `make bench`.

How long a label takes as ZPL and as PDF, in Latin and in Chinese, how long a packer waits while others print in bulk,
what reading every symbol back costs, how exact the bars are, whether any code reads back as another. Each time stands
beside the processor time of the same labels: where only the first is too long, others had the processor. It asserts
nothing about time; its exit status is 1 only where a symbol came out wrong.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.table import Table

from bench.label_cases import makers, parcel, sent
from bench.label_dots import dot_errors
from bench.label_times import Times, quantile, said_of
from bench.processes import CORES, cpu_seconds_of, load_average, wait_for_quiet
from tests.labels.samples import CHINESE, LATIN
from wms.labels.contents import contents_of
from wms.labels.label_picture import label_picture
from wms.labels.model import LabelError, Medium, Party
from wms.labels.picture_commands import check_picture, picture_commands
from wms.labels.press import Press
from wms.labels.preview import previews, render_preview
from wms.labels.reader import page_rasters, read_raster
from wms.labels.render import html_of, render_label
from wms.labels.zpl import zpl_text
from wms.labels.zpl_check import check_zpl

JOB = UUID(int=1)
LABELS, FEW_LABELS = 300, 60
NATIVE, FEW_NATIVE = 3_000, 500
BULK, FEW_BULK = 500, 100
FUZZ, FEW_FUZZ = 100_000, 2_000
GROWTH, FEW_GROWTH = 5_000, 300
BULK_THREADS = 2
"""One more than a worker has for labels nobody waits for."""
TABLE_WIDTH = 140


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    goal: str
    what: str
    found: str
    wanted: str
    is_reached: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print; 1 where a symbol came out wrong."""
    wanted = _parser().parse_args(arguments)
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    bench = _Bench(wanted.quick, console)
    if wanted.patience:
        wait_for_quiet(wanted.patience)
    bench.measure()
    if wanted.json:
        wanted.json.write_text(json.dumps([asdict(figure) for figure in bench.figures], indent=2) + "\n")
    return 1 if bench.wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.labels", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    parser.add_argument("--patience", type=int, default=0, metavar="SECONDS", help="wait so long for a quiet machine")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    return parser


class _Bench:
    """One run, and what it found so far."""

    def __init__(self, quick: bool, console: Console) -> None:
        self._quick = quick
        self._console = console
        self.figures: list[Figure] = []
        self.wrong = 0

    def measure(self) -> None:
        """Everything, then the table."""
        self._native()
        with Press() as press:
            self._first(press)
            self._pages(press)
            self._crowd(press)
            self._exactness(press)
            self._growth(press)
        self._fuzz()
        table = Table(title=f"Labels; times in milliseconds of the clock; {CORES} cores, load {load_average():.1f}")
        for heading in ("goal", "what", "found", "wanted", ""):
            table.add_column(heading)
        for figure in self.figures:
            table.add_row(
                figure.goal,
                figure.what,
                figure.found,
                figure.wanted,
                "" if figure.wanted == "-" else "reached" if figure.is_reached else "NOT reached",
            )
        self._console.print(table)

    def _native(self) -> None:
        """ZPL without the press: filling a template, the whole way with every symbol read back, the way to a socket."""
        count = FEW_NATIVE if self._quick else NATIVE
        for goal, words, party, limit in (("G1", "Latin", LATIN, 1), ("G4", "Chinese as graphics", CHINESE, 90)):
            fill, check, whole, sizes = Times(), Times(), Times(), []
            for number in range(count):
                label = parcel(party, number)
                with whole.measured():
                    contents = contents_of(label)
                    with fill.measured():
                        text = zpl_text(contents, JOB)
                    with check.measured():
                        check_zpl(text, contents.expected)
                sizes.append(len(text))
            if goal == "G1":
                self._say(goal, f"ZPL, {words}: fill the template", fill, p99=limit)
                self._say("G6", "ZPL: read the finished commands back", check, p50=10)
                self._say("", f"ZPL, {words}: the whole way, symbols encoded and read back twice", whole)
            else:
                self._say(goal, f"ZPL, {words}: the whole way", whole, p50=limit)
                self._add(goal, f"ZPL, {words}: bytes, most", str(max(sizes)), "<= 20000", max(sizes) <= 20_000)
        self._picture(count // 5)
        self._say(
            "G1", "ZPL to the last byte on a socket", Times(list(sent(text.encode(), count // 10))), p50=10, p99=50
        )

    def _picture(self, count: int) -> None:
        """TSPL: the label as one picture, read back."""
        for words, party in (("Latin", LATIN), ("Chinese", CHINESE)):
            whole = Times()
            for number in range(count):
                contents = contents_of(parcel(party, number))
                with whole.measured():
                    commands = picture_commands(label_picture(contents, Medium.TSPL_203), Medium.TSPL_203)
                    check_picture(commands, Medium.TSPL_203, contents.expected)
            self._say("G4", f"TSPL, {words}: drawn, packed and read back, {len(commands)} bytes", whole, p50=90)

    def _first(self, press: Press) -> None:
        press.start()
        first = self._times(press, lambda number: self._pdf(press, LATIN, number), 1).clock[0]
        rest = self._times(press, lambda number: self._pdf(press, LATIN, number), 20)
        limit = 2 * quantile(rest.clock, 0.5)
        self._add(
            "G5", "PDF: first label after the start", f"{first * 1000:.1f}", f"<= {limit * 1000:.1f}", first <= limit
        )

    def _pages(self, press: Press) -> None:
        """PDFs, one after the other; each has been rasterised and read when it is counted."""
        count = FEW_LABELS if self._quick else LABELS
        for goal, words, party, p50, p99, rate in (
            ("G2", "Latin", LATIN, 40, 150, 25),
            ("G3", "Chinese", CHINESE, 70, 200, 15),
        ):
            only = self._times(press, lambda number, party=party: self._html_only(press, party, number), count)
            self._say(goal, f"PDF, {words}: HTML to PDF, warm", only, p50=p50, p99=p99)
            whole = self._times(press, lambda number, party=party: self._pdf(press, party, number), count)
            self._say("", f"PDF, {words}: the whole way, rasterised and read back", whole)
            found = count / sum(only.processor)
            self._add(goal, f"PDF, {words}: labels a second by one core", f"{found:.0f}", f">= {rate}", found >= rate)
        size = len(render_label(parcel(CHINESE, 1), Medium.PDF, press=press, job_id=JOB).content)
        self._add("G3", "PDF, Chinese: bytes", str(size), "<= 80000", size <= 80_000)

    def _crowd(self, press: Press) -> None:
        """A packer's labels while others print in bulk through the same press."""
        numbers = iter(range(FEW_BULK if self._quick else BULK))
        mutex = threading.Lock()

        def bulk() -> None:
            while True:
                with mutex:
                    number = next(numbers, None)
                if number is None:
                    return
                self._pdf(press, LATIN if number % 2 else CHINESE, number)

        threads = [threading.Thread(target=bulk) for _ in range(BULK_THREADS)]
        for thread in threads:
            thread.start()
        waits: dict[Medium, Times] = {Medium.PDF: Times(), Medium.ZPL_203: Times(), Medium.TSPL_203: Times()}
        number = 0
        while any(thread.is_alive() for thread in threads):
            for medium, times in waits.items():
                number += 1
                with times.measured():
                    render_label(parcel(CHINESE, number), medium, press=press, job_id=JOB, urgent=True)
                time.sleep(0.05)
        for medium, times in waits.items():
            few = len(times.clock)
            if medium is Medium.PDF:
                times.processor.clear()  # most of it is the press's, which works for all of them
            self._say(
                "", f"{medium.in_words} at the bench while others print PDF in bulk, {few} labels", times, p99=250
            )

    def _exactness(self, press: Press) -> None:
        """Every template: symbols read back, what reading costs, and how far any bar is from whole dots."""
        reading, worst, bars, symbols = Times(), 0, 0, 0
        for preview in previews():
            for medium in preview.media:
                try:
                    made = render_preview(preview, medium, press=press)
                except LabelError as error:
                    self.wrong += 1
                    self._console.print(f"{preview.name} {medium}: {error}")
                    continue
                symbols += len(made.expected)
                for error_dots in dot_errors(made.content, medium):
                    worst, bars = max(worst, error_dots), bars + 1
                if medium is Medium.PDF and preview.size_mm[0] <= 100:
                    (page,) = page_rasters(made.content)
                    kinds = {symbol.symbology for symbol in made.expected}
                    for _ in range(10):
                        with reading.measured():
                            read_raster(page, kinds)
        self.wrong += worst > 0
        self._say("G6", "PDF: read all symbols of a label's picture", reading, p50=10)
        self._add(
            "G6",
            "symbols read back, all templates and media",
            f"{symbols}, {self.wrong} wrong",
            "0 wrong",
            not self.wrong,
        )
        self._add("G7", f"dots a bar or space is off, {bars} symbols", str(worst), "0", worst == 0)

    def _growth(self, press: Press) -> None:
        count = FEW_GROWTH if self._quick else GROWTH
        before = _resident_kb(press)
        for number in range(count):
            self._html_only(press, LATIN if number % 2 else CHINESE, number)
            if number % 1_900 == 1_899:  # the press renews its child by itself; measured is one child's growth
                break
        grown = (_resident_kb(press) - before) // 1024
        self._add("G16", f"the press's memory after {number + 1} more labels, MB", f"+{grown}", "<= +20", grown <= 20)

    def _fuzz(self) -> None:
        count = FEW_FUZZ if self._quick else FUZZ
        for name, make in makers().items():
            wrong = 0
            for _ in range(count):
                try:
                    make()
                except LabelError:
                    wrong += 1
            self.wrong += wrong
            self._add("G8", f"{name}: values that read back otherwise, of {count:,}", str(wrong), "0", not wrong)

    def _pdf(self, press: Press, party: Party, number: int) -> None:
        render_label(parcel(party, number), Medium.PDF, press=press, job_id=JOB)

    def _html_only(self, press: Press, party: Party, number: int) -> None:
        html, sheets = html_of(contents_of(parcel(party, number)))
        press.print_pdf(html, sheets)

    def _times(self, press: Press, work: Callable[[int], object], count: int) -> Times:
        """Each with the processor time of ours and of the press."""
        assert press.child_pid is not None
        times = Times()
        for number in range(count):
            before = cpu_seconds_of(press.child_pid)
            with times.measured():
                work(number)
            times.processor[-1] += cpu_seconds_of(press.child_pid) - before
        return times

    def _say(self, goal: str, what: str, times: Times, *, p50: int = 0, p99: int = 0) -> None:
        wanted = " and ".join(f"{name} <= {limit}" for name, limit in (("p50", p50), ("p99", p99)) if limit)
        found, is_reached = said_of(times.clock, p50, p99)
        if times.processor:
            by_processor, would_be = said_of(times.processor, p50, p99)
            found += f"; processor {by_processor}"
            if wanted and would_be and not is_reached:
                found += " (within it: others had the machine)"
        self._add(goal, what, found, wanted or "-", is_reached)

    def _add(self, goal: str, what: str, found: str, wanted: str, is_reached: bool) -> None:
        figure = Figure(goal, what, found, wanted, is_reached)
        self.figures.append(figure)
        self._console.print(f"{goal:4}{what}: {found} (wanted {wanted})", highlight=False)


def _resident_kb(press: Press) -> int:
    status = Path(f"/proc/{press.child_pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


if __name__ == "__main__":
    sys.exit(main())
