"""The tables of the page's benchmark, with the goals beside. Called by `bench.handheld`."""

from collections.abc import Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.boards import BOARDS, Beside
from bench.page_bytes import Bytes
from bench.page_cases import Answers, Counts, Dark, Start
from bench.page_person import LOOPBACK, SLOW_3G, WIFI
from bench.percentiles import percentile

GOALS_OF_ANSWERS = {
    (LOOPBACK.name, "page"): "p50 ≤ 50, p95 ≤ 40",
    (SLOW_3G.name, "page"): "p95 ≤ 100",
    (WIFI.name, "server"): "p50 ≤ 100, p95 ≤ 200",
}
GOALS_OF_BYTES = {
    "script": 20_480, "style": 8_192, "HTML": 6_144, "all that the device keeps": 122_880, "camera": 460_800,
    "camera, before it is asked for": 0,
}  # fmt: skip
GOALS_OF_STARTS = {"cold, slow 3G, 4× CPU": 3_000, "warm, slow 3G, 4× CPU": 1_000, "warm, no network": 1_000}
SCANS_PER_SECOND = 40
MOST_SLOWER_PERCENT = 20
SEEN_MS = 2_000
FIRST_BOOKED_MS = 3_000


def print_answers(console: Console, found: Sequence[Answers]) -> None:
    """Milliseconds from the last key to the painted answer."""
    table = _table("From the last key to the painted answer, milliseconds",
                   "setting", "answered by", "n", "p50", "p95", "p99", "most", "goal")  # fmt: skip
    for case in found:
        table.add_row(
            case.speed, case.by, str(len(case.times)),
            *(f"{percentile(case.times, percent):.0f}" for percent in (50, 95, 99, 100)),
            GOALS_OF_ANSWERS.get((case.speed, case.by), ""),
        )  # fmt: skip
    console.print(table)


def print_counts(console: Console, found: Counts) -> None:
    """What has to be nought, and what must not be missing."""
    table = _table("Counts", "what", "value", "goal")
    table.add_row(f"judged of {found.scanned} scans without a pause, 10 ms a character", str(found.judged), "all")
    table.add_row("requests to other hosts", str(found.strangers), "0")
    table.add_row("taps after signing in", str(found.taps), "0")
    console.print(table)


def print_beside(console: Console, found: Beside) -> None:
    """What open boards do to a scan."""
    table = _table(f"A scan that the server answers, Wi-Fi 40 ms, milliseconds; {BOARDS} open boards",
                   "boards", "n", "p50", "p95", "p99", "goal")  # fmt: skip
    for boards, case in ((0, found.alone), (BOARDS, found.crowded)):
        table.add_row(
            str(boards), str(len(case.times)), *(f"{percentile(case.times, percent):.0f}" for percent in (50, 95, 99)),
            f"p95 at most {MOST_SLOWER_PERCENT} % slower" if boards else "",
        )  # fmt: skip
    console.print(table)
    console.print(
        f"the boards asked {found.asked} times and waited {found.board_ms:.0f} ms (median); the service used "
        f"{found.cpu_share:.0%} of one processor"
    )


def print_seen(console: Console, times: Sequence[int]) -> None:
    """How soon a board shows what was scanned."""
    table = _table("From the last key at the gate until a board shows it, milliseconds", "n", "p50", "p95", "goal")
    table.add_row(str(len(times)), *(f"{percentile(times, percent):,.0f}" for percent in (50, 95)), f"≤ {SEEN_MS:,}")
    console.print(table)


def print_bytes(console: Console, found: Sequence[Bytes]) -> None:
    """Bytes over the wire, compressed."""
    table = _table("Bytes of the page, compressed", "what", "bytes", "goal")
    for part in found:
        goal = GOALS_OF_BYTES.get(part.what)
        table.add_row(part.what, f"{part.size:,}", "" if goal is None else f"≤ {goal:,}")
    console.print(table)


def print_starts(console: Console, found: Sequence[Start]) -> None:
    """Milliseconds until the page takes scans."""
    table = _table("From opening the page until it takes scans, milliseconds", "how", "n", "median", "most", "goal")
    for start in found:
        goal = GOALS_OF_STARTS.get(start.how)
        table.add_row(
            start.how, str(len(start.times)), f"{median(start.times):.0f}", str(max(start.times)),
            "" if goal is None else f"≤ {goal:,}",
        )  # fmt: skip
    console.print(table)


def print_dark(console: Console, found: Sequence[Dark]) -> None:
    """What was scanned without network, and how it was booked afterwards."""
    scans = sum(dark.scans for dark in found)
    drained_ms = sum(dark.drained_ms for dark in found)
    table = _table("Without network, and back", "what", "value", "goal")
    table.add_row("scans without network, all together", str(scans), "1,000")
    table.add_row("at a stretch: fewest, most", f"{min(d.scans for d in found)}, {max(d.scans for d in found)}", "")
    first = [dark.first_booked_ms for dark in found]
    table.add_row("first booked after the return, median, most, ms", f"{median(first):.0f}, {max(first)}",
                  f"≤ {FIRST_BOOKED_MS:,}")  # fmt: skip
    table.add_row("booked a second, from the return on", f"{scans * 1000 / drained_ms:.0f}", f"≥ {SCANS_PER_SECOND}")
    console.print(table)


def _table(title: str, first: str, *headings: str) -> Table:
    table = Table(title=title)
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="left" if heading in ("goal", "answered by") else "right")
    return table
