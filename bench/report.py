"""The table at the end, and the same figures as JSON. Called by `bench.scans`."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.load import Figures

_MS = 1000


def print_cases(console: Console, cases: Sequence[Figures], statements: Mapping[str, Mapping[str, float]]) -> None:
    """One line per case."""
    table = Table(title="Scans through the HTTP door; times in milliseconds")
    for heading in ("database", "work", "stock", "handhelds", "scans/s", "p50", "p99", "moving p50", "app CPU/scan",
                    "db CPU/scan", "SQL/scan", "faults", "others %", "load"):  # fmt: skip
        is_text = heading in ("database", "work", "stock")
        table.add_column(heading, justify="left" if is_text else "right", no_wrap=is_text)
    for case in cases:
        table.add_row(
            case.engine, case.work, case.stock, str(case.handhelds), str(case.scans_per_second),
            _ms(case.p50_us), _ms(case.p99_us), _ms(case.move_p50_us), f"{case.app_cpu_ms:.2f}",
            f"{case.database_cpu_ms:.2f}", str(statements.get(case.engine, {}).get(case.work, "")), _faults(case),
            str(case.others_percent), str(case.load),
        )  # fmt: skip
    console.print(table)
    for case in cases:
        if faults_of(case):
            troubles = ", ".join(f"{count} × {what}" for what, count in case.troubles.items())
            console.print(
                f"{case.engine} {case.work} {case.stock}: {troubles or 'no trouble'}; {case.wrong_units} units wrong, "
                f"{case.audit_differences} differences in the audit"
            )


def line_of(case: Figures) -> str:
    """One case in one line, for a run whose progress nobody watches."""
    return (
        f"{case.engine} {case.work} {case.stock}, {case.handhelds} handhelds: {case.scans_per_second} scans/s, "
        f"p50 {_ms(case.p50_us)} ms, p99 {_ms(case.p99_us)} ms, {faults_of(case)} faults"
    )


def print_statements(console: Console, statements: Mapping[str, Mapping[str, float]]) -> None:
    """One line per step, with the count on each engine."""
    table = Table(title="SQL statements of one scan, without BEGIN and COMMIT")
    table.add_column("step")
    for engine in statements:
        table.add_column(engine, justify="right")
    for step in next(iter(statements.values()), {}):
        table.add_row(step, *(str(found[step]) for found in statements.values()))
    console.print(table)


def print_growth(console: Console, growth: Sequence[tuple[int, Figures]]) -> None:
    """One line per size of the journal."""
    if not growth:
        return
    table = Table(title="A pick scan by one handheld, with a past in journal and scan log")
    for heading in ("database", "rows before", "p50", "p99", "moving p50", "app CPU/scan", "db CPU/scan"):
        table.add_column(heading, justify="left" if heading == "database" else "right")
    for rows, case in growth:
        table.add_row(
            case.engine, f"{rows:,}", _ms(case.p50_us), _ms(case.p99_us), _ms(case.move_p50_us),
            f"{case.app_cpu_ms:.2f}", f"{case.database_cpu_ms:.2f}",
        )  # fmt: skip
    console.print(table)


def write_json(
    path: Path,
    cases: Sequence[Figures],
    statements: Mapping[str, Mapping[str, float]],
    growth: Sequence[tuple[int, Figures]],
) -> None:
    """Everything that was measured, for comparing two runs."""
    document = {
        "cases": [dataclasses.asdict(case) for case in cases],
        "statements": statements,
        "growth": [{"rows_before": rows, **dataclasses.asdict(case)} for rows, case in growth],
    }
    path.write_text(json.dumps(document, indent=1) + "\n")


def faults_of(case: Figures) -> int:
    """Answers that were wrong, units that are wrong, differences in the audit."""
    return sum(case.troubles.values()) + case.wrong_units + case.audit_differences


def _faults(case: Figures) -> str:
    return str(faults_of(case) or "–")


def _ms(microseconds: int) -> str:
    return f"{microseconds / _MS:.1f}"
