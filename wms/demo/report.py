"""What came of a shift: asked from the service at the end, and printed as one table. Called by `shift`."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.table import Table

from wms.demo.hall import Hall
from wms.demo.handheld import COUNTED, Handheld
from wms.demo.tally import Tally
from wms.stock.audit import AuditReport

LEFT_BEHIND = "left_behind"
_NO_GOOD_REASONS = frozenset({LEFT_BEHIND, "customs_not_declared", "customs_not_submitted", "customs_no_answer"})

LABEL_SECONDS = 90
"""How long the printer may lag behind the packers at the end of the day."""


@dataclass
class Report:
    """The figures of a day."""

    seconds: float
    tally: Tally
    troubles: tuple[str, ...]
    orders: dict[str, str] = field(default_factory=dict)
    """Order number → state."""
    declarations: Counter[str] = field(default_factory=Counter)
    dispatched: int = 0
    held: Counter[str] = field(default_factory=Counter)
    """Why parcels are still here: the gate's code, or `left_behind` where nothing keeps them."""
    stuck: list[str] = field(default_factory=list)
    """Parcels that are here for no good reason: free to leave, or their papers were not sent or not answered."""
    labels: int = 0
    labels_missing: int = 0
    audit: AuditReport | None = None
    """None where the database is out of reach."""

    @property
    def is_good(self) -> bool:
        """Nobody got stuck, every label was printed, whatever may leave has left, and the books are right."""
        return (
            not (self.troubles or self.labels_missing or self.stuck) and self.audit is not None and self.audit.is_clean
        )


def gather(office: Handheld, hall: Hall, seconds: float) -> Report:
    """Ask the service what became of everything that was worked on."""
    report = Report(seconds, hall.tally, tuple(hall.troubles))
    for number in sorted(hall.orders):
        order = office.get(f"/api/v1/orders/{quote(number)}")
        report.orders[number] = str(order["state"]) if order else "unknown"
    for tracking_number in sorted(hall.tracking_numbers):
        found = office.get(f"/api/v1/customs/declarations?parcel={quote(tracking_number)}")
        for declaration in found["declarations"] if found else ():
            report.declarations[str(declaration["state"])] += 1
            if declaration["left_at"] is not None:
                report.dispatched += 1
            else:
                why = LEFT_BEHIND if declaration["gate_open"] else str(declaration["gate_code"])
                report.held[why] += 1
                if why in _NO_GOOD_REASONS:
                    report.stuck.append(
                        f"{declaration['order_no']}, parcel {tracking_number}: {why}, {_papers(declaration)}"
                    )
    report.labels_missing = len(_labels_not_printed(office, hall.tracking_numbers))
    report.labels = len(hall.tracking_numbers) - report.labels_missing
    return report


def _papers(declaration: Mapping[str, Any]) -> str:
    """How far its papers are: `order sent, payment not_yet …`."""
    return ", ".join(f"{paper['kind']} {paper['outgoing']} {paper['state']}" for paper in declaration["documents"])


def _labels_not_printed(office: Handheld, tracking_numbers: set[str]) -> set[str]:
    missing = set(tracking_numbers)
    deadline = time.monotonic() + LABEL_SECONDS
    while True:
        for tracking_number in sorted(missing):
            status, _ = office.request("GET", f"/api/v1/labels/{quote(tracking_number)}")
            if status == 200:
                missing.discard(tracking_number)
        if not missing or time.monotonic() > deadline:
            return missing
        time.sleep(0.5)


def print_report(report: Report, console: Console) -> None:
    """The table, and below it everything that must not be."""
    table = Table("", "", "", title=f"The shift in figures ({report.seconds:.0f} s)", show_header=False)
    table.columns[2].justify = "right"

    def section(name: str, rows: dict[str, object]) -> None:
        for number, (what, value) in enumerate(rows.items()):
            table.add_row("" if number else name, what, str(value))
        table.add_section()

    events, tally = report.tally.events, report.tally
    section("goods in", {what: events[what] for what in ("deliveries received", "units received", "lines put away")})
    section("orders", dict(sorted(Counter(report.orders.values()).items())))
    section("picking", {what: events[what] for what in ("units picked", "short picks")})
    section("scans", _scan_rows(tally))
    section("refused", _refusals(tally))
    section("radio", {"answers lost": tally.lost, "sent twice": tally.doubled, "answered busy": tally.busy})
    section("labels", {"printed": report.labels, "missing": report.labels_missing})
    section("customs", dict(sorted(report.declarations.items())))
    section("parcels", {"dispatched": report.dispatched, "held": sum(report.held.values())})
    if report.held:
        section("held for", dict(sorted(report.held.items())))
    section("scan time", {f"{name}": f"{tally.scan_milliseconds(at):.1f} ms" for name, at in _PERCENTILES})
    section("stock audit", {"differences": _audit_words(report.audit)})
    console.print(table)
    for stuck in report.stuck:
        console.print(f"Trouble: still here for no good reason: {stuck}", markup=False)
    for trouble in report.troubles:
        console.print(f"Trouble: {trouble}", markup=False)
    if report.audit is None:
        console.print("The stock was not audited: the database is not this installation's. Call wms audit there.")
    else:
        for difference in report.audit.differences:
            console.print(str(difference), markup=False)


_PERCENTILES = (("median", 50), ("99 %", 99))


def _scan_rows(tally: Tally) -> dict[str, object]:
    total = sum(tally.outcomes.values())
    accepted = sum(count for (outcome, _), count in tally.outcomes.items() if outcome in COUNTED)
    confirm = sum(count for (outcome, _), count in tally.outcomes.items() if outcome == "confirm")
    return {"all": total, "accepted": accepted, "to be repeated": confirm, "refused": total - accepted - confirm}


def _refusals(tally: Tally) -> dict[str, object]:
    counted: Counter[str] = Counter()
    for (outcome, code), count in tally.outcomes.items():
        if outcome not in (*COUNTED, "confirm"):
            counted[code] += count
    return dict(counted.most_common())


def _audit_words(report: AuditReport | None) -> str:
    return "not checked" if report is None else str(len(report.differences))
