"""What every portrait is painted from: whose warehouse, when, for whom; and movements as moments. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.barcodes.portrait import Line, Moment
from wms.kernel.refusal import Detail
from wms.office.evidence.floor_log import People
from wms.stock.history import Movement

MOST_PLACES = 8
MOST_MOMENTS = 20


@dataclass(frozen=True, slots=True)
class Looking:
    """One look, in one reading transaction."""

    session: Session
    warehouse_id: int
    now: datetime
    operator_id: UUID | None
    sees_people: bool
    """Whether the asker may see what others did by the minute; his own work everybody may see."""

    def people(self) -> People:
        return People(self.session, self.warehouse_id)


def moments_of(movements: Iterable[Movement], people: People) -> list[Moment]:
    """Transfers, newest first, as moments of a life, oldest first."""
    return [Moment(each.at, _moved(each), people.badge(each.operator_id)) for each in movements][::-1]


def _moved(movement: Movement) -> Line:
    details: dict[str, Detail] = {
        "reason": movement.reason,
        "quantity": movement.quantity,
        "sku": movement.sku_code,
        "from": _spot(movement.from_place, movement.from_container),
        "to": _spot(movement.to_place, movement.to_container),
    }
    if movement.lot_code:
        return Line("moved_lot", {**details, "lot": movement.lot_code})
    return Line("moved", details)


def _spot(place: str, container: str) -> str:
    return f"{place} / {container}" if container else place


def latest_first(moments: Iterable[Moment], most: int = MOST_MOMENTS) -> tuple[Moment, ...]:
    """The latest moments, the last one first; of the same moment, what is told later came later."""
    return tuple(reversed(sorted(moments, key=lambda moment: moment.at)[-most:]))
