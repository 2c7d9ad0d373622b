"""The training desk: where a supervisor decides, list by list, what customs will say. Called by the office's pages.

It may be used by another process than the port's, at the same time: it only writes down what was decided; the port
carries it out the next time it works. All functions take the folder of one warehouse.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from wms.customs.simulator.china_time import moment_of
from wms.customs.simulator.registry import TRAINING, registry_in
from wms.kernel.refusal import Refusal

LONGEST_REASON = 300


class Decision(StrEnum):
    """What can be decided about a list that agrees with its orders."""

    RELEASE = "release"
    INSPECT = "inspect"
    """Order an inspection; the list comes back to the desk."""
    REFUSE = "refuse"
    """Needs a reason."""
    DETAIN = "detain"
    """The list comes back to the desk."""
    RETURN = "return"
    """The goods must leave the country."""
    WITHDRAW_LATER = "withdraw_later"
    """Release now, and order an inspection after a while; the list comes back to the desk."""


@dataclass(frozen=True, slots=True)
class WaitingList:
    """A list on the desk."""

    cop_no: str
    agent_code: str
    order_no: str
    logistics_no: str
    invt_no: str
    status: str
    """What customs have said last: 120, or 500, 501 or 800 where it came back to the desk."""
    since: datetime
    """When they said it."""
    lines: int
    is_decided: bool
    """A decision was made and the port is about to say it."""


def is_training(folder: Path) -> bool:
    """Whether lists wait at the desk of this warehouse."""
    if not _has_port(folder):
        return False
    with registry_in(folder) as registry:
        return registry.is_on(TRAINING)


def turn_training(folder: Path, *, on: bool) -> None:
    """Switch it on or off. Off, the lists that still wait go on as any other day."""
    with registry_in(folder) as registry, registry.transaction():
        registry.turn(TRAINING, on)


def waiting(folder: Path) -> list[WaitingList]:
    """The lists on the desk, the oldest first."""
    if not _has_port(folder):
        return []
    with registry_in(folder) as registry:
        decided = registry.decisions()
        found = []
        for listed in registry.at_desk():
            head = listed.paper.head
            last = registry.course(listed)[-1]
            found.append(
                WaitingList(
                    head.text("copNo"),
                    head.text("agentCode"),
                    head.text("orderNo"),
                    head.text("logisticsNo"),
                    listed.invt_no,
                    last.status,
                    moment_of(last.at_ms),
                    len(listed.paper.lines),
                    listed.paper.key in decided,
                )
            )
        return found


def decide(folder: Path, cop_no: str, decision: Decision, by: str, *, reason: str = "") -> Refusal | None:
    """Decide about one list; what is returned is why not.

    Refusals: `list_not_waiting` (unknown, or somebody decided and the port has said it), `decision_pending` (somebody
    decided a moment ago), `reason_needed` (of a refusal; at most LONGEST_REASON characters).
    """
    reason = reason.strip()
    if decision is Decision.REFUSE and not 0 < len(reason) <= LONGEST_REASON:
        return Refusal("reason_needed", {"longest": LONGEST_REASON})
    if not _has_port(folder):
        return Refusal("list_not_waiting", {"cop_no": cop_no})
    with registry_in(folder) as registry, registry.transaction():
        listed = next((listed for listed in registry.at_desk() if listed.paper.head.text("copNo") == cop_no), None)
        if listed is None:
            return Refusal("list_not_waiting", {"cop_no": cop_no})
        if listed.paper.key in registry.decisions():
            return Refusal("decision_pending", {"cop_no": cop_no})
        registry.decide(listed.paper.key, decision, reason, by)
    return None


def _has_port(folder: Path) -> bool:
    """Looking must not make a port where none ever ran."""
    return (folder / "simulator" / "port.sqlite").exists()
