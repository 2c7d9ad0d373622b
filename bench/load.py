"""Drives the handhelds of one case and measures from outside what their scans cost. Called by `bench.scans`."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cases import REASONS, UNITS_PER_MOVE, Case, Job, jobs_of
from bench.databases import Measured
from bench.hall import PIN, Hall, badge_of
from bench.percentiles import percentile
from bench.processes import CORES, busy_seconds_of_machine, cpu_seconds_of_tree, load_average, wait_for_quiet
from bench.web import Web


@dataclass(frozen=True, slots=True)
class Figures:
    """What one case gave. Times are microseconds where they say so, otherwise milliseconds of processor per scan."""

    engine: str
    work: str
    stock: str
    handhelds: int
    scans: int
    scans_per_second: int
    p50_us: int
    p99_us: int
    move_p50_us: int
    """Median of the scans that moved stock, which cost most."""
    app_cpu_ms: float
    database_cpu_ms: float
    others_percent: int
    """Share of the machine that neither service nor database nor handhelds used: other people's work."""
    load: float
    """Load average when the case began."""
    troubles: dict[str, int]
    wrong_units: int
    audit_differences: int
    step_p50_us: dict[str, int]


def run_case(case: Case, hall: Hall, web: Web, database: Measured, *, patience_seconds: int = 0) -> Figures:
    """Make the case's work ready, let its handhelds do it, and check every unit afterwards.

    Before that it waits up to `patience_seconds` for the machine to have nothing else to do.
    """
    jobs = jobs_of(case, hall)
    moved_before = hall.units_moved(REASONS[case.work])
    with _Handhelds(web, jobs) as handhelds:
        wait_for_quiet(patience_seconds)
        load = load_average()
        busy_before = busy_seconds_of_machine()
        app_before = web.cpu_seconds()
        database_before = _database_seconds(database)
        reports = handhelds.work()
        app_seconds = web.cpu_seconds() - app_before
        database_seconds = _database_seconds(database) - database_before
        busy_seconds = busy_seconds_of_machine() - busy_before - handhelds.cpu_seconds
    scans = [(step, took_us, moved) for report in reports for step, took_us, moved in report["scans"]]
    troubles: Counter[str] = Counter()
    for report in reports:
        troubles.update(report["troubles"])
    seconds = (max(report["ended"] for report in reports) - min(report["began"] for report in reports)) / 1e9
    units = sum(report["moves"] for report in reports) * UNITS_PER_MOVE[case.work]
    times = [took_us for _, took_us, _ in scans]
    steps = sorted({step for step, _, _ in scans})
    return Figures(
        engine=database.name,
        work=case.work,
        stock=case.stock,
        handhelds=case.handhelds,
        scans=len(scans),
        scans_per_second=round(len(scans) / seconds),
        p50_us=percentile(times, 50),
        p99_us=percentile(times, 99),
        move_p50_us=percentile([took_us for _, took_us, moved in scans if moved], 50),
        app_cpu_ms=round(app_seconds * 1000 / len(scans), 2),
        database_cpu_ms=round(database_seconds * 1000 / len(scans), 2),
        others_percent=max(0, round(100 * (busy_seconds - app_seconds - database_seconds) / (seconds * CORES))),
        load=round(load, 1),
        troubles=dict(troubles),
        wrong_units=abs(hall.units_moved(REASONS[case.work]) - moved_before - units),
        audit_differences=hall.audit_differences(),
        step_p50_us={step: percentile([took for name, took, _ in scans if name == step], 50) for step in steps},
    )


def _database_seconds(database: Measured) -> float:
    return 0.0 if database.server_process is None else cpu_seconds_of_tree(database.server_process)


class _Handhelds:
    """The processes of the load, signed in and waiting for the start."""

    def __init__(self, web: Web, jobs: list[list[Job]]) -> None:
        self.cpu_seconds = 0.0
        self._processes: list[subprocess.Popen[str]] = []
        script = Path(__file__).with_name("load_handheld.py")
        for person, jobs_of_one in enumerate(jobs):
            # Isolated and without site packages: it starts in milliseconds and holds nothing but the standard library.
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self._processes.append(process)
            orders = {
                "port": web.port, "badge": badge_of(person), "pin": PIN, "device": f"bench-{person}",
                "jobs": jobs_of_one,
            }  # fmt: skip
            self._say(process, json.dumps(orders))

    def __enter__(self) -> "_Handhelds":
        for process in self._processes:
            if self._hear(process) != "ready":
                raise RuntimeError("a handheld could not sign in")
        return self

    def work(self) -> list[dict[str, Any]]:
        """Start all at once; their reports when the last one is done."""
        before = self._cpu()
        for process in self._processes:
            self._say(process, "go")
        reports = [json.loads(self._hear(process)) for process in self._processes]
        self.cpu_seconds = sum(report["cpu_seconds"] for report in reports) - before
        return reports

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()

    def _cpu(self) -> float:
        return sum(cpu_seconds_of_tree(process.pid) for process in self._processes)

    @staticmethod
    def _say(process: subprocess.Popen[str], text: str) -> None:
        assert process.stdin is not None
        process.stdin.write(text + "\n")
        process.stdin.flush()

    @staticmethod
    def _hear(process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        return process.stdout.readline().strip()
