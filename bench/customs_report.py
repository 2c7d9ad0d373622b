"""The tables of the benchmark of customs. Called by `bench.customs`."""

import re
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.gate import GateFigures
from bench.plans import Step
from bench.port import Rate
from bench.stages import Cost, DocumentCost
from wms.customs.regimes.china.writer import MAX_DOCUMENTS

SIZES = (1, MAX_DOCUMENTS)
_SECOND_US = 1_000_000
_LIST = re.compile(r"ANY \('\{[^}]*\}'[^)]*\)")


def print_documents(console: Console, costs: Sequence[DocumentCost]) -> None:
    """One line per kind of document, and what a parcel's four cost together."""
    table = Table(title="Documents on one core: processor microseconds each; alone in a message | 100 a message")
    for heading in (
        "message",
        "build",
        "write",
        "XSD",
        "assemble",
        "sign",
        "message XSD",
        "whole",
        "documents/s",
        "KB",
    ):
        table.add_column(heading, justify="left" if heading == "message" else "right")
    for cost in costs:
        table.add_row(
            cost.kind, f"{cost.build_us:.0f}", f"{cost.write_us:.0f}", f"{cost.schema_us:.0f}",
            _both(cost.assemble_us), _both(cost.sign_us), _both(cost.message_schema_us), _both(cost.whole_us),
            " | ".join(f"{_SECOND_US / cost.whole_us[size]:,.0f}" for size in SIZES),
            " | ".join(f"{cost.bytes_of_message[size] / 1000:.0f}" for size in SIZES),
        )  # fmt: skip
    parcel = {size: sum(cost.whole_us[size] for cost in costs) for size in SIZES}
    all_four = " | ".join(f"{_SECOND_US * len(costs) / parcel[size]:,.0f}" for size in SIZES)
    table.add_row("a parcel's four", "", "", "", "", "", "", _both(parcel), all_four, "")
    console.print(table)


def print_costs(console: Console, costs: Sequence[Cost]) -> None:
    """One line per thing that is done."""
    table = Table(title="Receipts, fold and rules on one core: processor time")
    table.add_column("what")
    for heading in ("microseconds each", "a second"):
        table.add_column(heading, justify="right")
    for cost in costs:
        table.add_row(cost.what, f"{cost.each_us:.0f}", f"{cost.per_second:,}")
    console.print(table)


def print_rates(console: Console, rates: Sequence[Rate]) -> None:
    """One line per step of the way."""
    table = Table(title="Through the database, one worker")
    for heading in ("database", "what", "count", "a second", "app CPU ms", "db CPU ms", "SQL each", "others %"):
        table.add_column(heading, justify="left" if heading in ("database", "what") else "right")
    for rate in rates:
        table.add_row(
            rate.engine, rate.what, f"{rate.count:,}", str(rate.per_second), f"{rate.app_cpu_ms:.2f}",
            f"{rate.database_cpu_ms:.2f}", str(rate.statements), str(rate.others_percent),
        )  # fmt: skip
    console.print(table)


def print_gate(console: Console, figures: Sequence[GateFigures]) -> None:
    """One line per way of asking."""
    table = Table(title="The gate's answer, milliseconds")
    for heading in ("database", "declarations", "asked", "gate", "p50", "p99", "SQL", "database MB"):
        table.add_column(heading, justify="left" if heading in ("database", "asked", "gate") else "right")
    for one in figures:
        table.add_row(
            one.engine, f"{one.declarations:,}", one.asked, one.gate, f"{one.p50_us / 1000:.2f}",
            f"{one.p99_us / 1000:.2f}", str(one.statements), f"{one.megabytes:,}",
        )  # fmt: skip
    console.print(table)


def print_steps(console: Console, steps: Sequence[Step]) -> None:
    """How each table is read."""
    table = Table(title="How the gate's statements find their rows")
    for heading in ("database", "table", "how", ""):
        table.add_column(heading)
    for step in steps:
        how = _LIST.sub("ANY (…)", step.how)
        table.add_row(step.engine, step.table, how, "WALKS" if step.walks else "")
    console.print(table)


def _both(values: dict[int, float]) -> str:
    return " | ".join(f"{values[size]:.0f}" for size in SIZES)
