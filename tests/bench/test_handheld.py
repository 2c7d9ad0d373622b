"""The benchmark of the page: what it makes of its figures, and what it says where no browser is installed."""

import io

import pytest
from rich.console import Console

from bench import handheld
from bench.boards import Beside
from bench.page_bytes import Bytes
from bench.page_cases import Answers, Counts, Dark, Start
from bench.page_person import LOOPBACK, WIFI
from bench.page_report import (
    print_answers,
    print_beside,
    print_bytes,
    print_counts,
    print_dark,
    print_seen,
    print_starts,
)
from bench.percentiles import percentile


def test_percentiles_are_values_that_were_measured() -> None:
    times = [float(number) for number in range(100, 0, -1)]
    assert [percentile(times, percent) for percent in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([], 95) == 0


def test_the_tables_show_figures_and_goals() -> None:
    written = io.StringIO()
    console = Console(file=written, width=handheld.TABLE_WIDTH)
    print_answers(console, [Answers(LOOPBACK.name, "page", (20.0, 30.0, 90.0))])
    print_bytes(console, [Bytes("script", 20_000)])
    print_starts(console, [Start("warm, no network", (400, 700, 500))])
    print_dark(console, [Dark(100, 300, 2_000), Dark(50, 500, 1_000)])
    print_counts(console, Counts(200, 199, 0, 0))
    print_beside(
        console, Beside(Answers(WIFI.name, "server", (70.0,)), Answers(WIFI.name, "server", (81.0,)), 9, 12, 0.3)
    )
    print_seen(console, [1_400, 2_600])
    text = written.getvalue()
    for expected in (
        "p95 ≤ 40", "20,000", "≤ 20,480", "500", "700", "150", "50, 100", "400, 500", "≥ 40", "of 200 scans", "199",
        "70", "81", "30%", "2,600", "≤ 2,000",
    ):  # fmt: skip
        assert expected in text, expected


def test_without_a_browser_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(handheld, "chromium_binary", lambda: None)
    assert handheld.main([]) == 0
    assert "apt install chromium" in capsys.readouterr().out
