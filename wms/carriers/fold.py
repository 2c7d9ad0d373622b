"""From all that was heard of a parcel to where it is. Pure.

The state is computed from all events each time, so neither the order in which they come nor how often they come
matters. A late "in transit" never takes a delivery back; only a return does that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wms.carriers.model import TrackingEvent, TrackingStatus

STAGE = {
    TrackingStatus.ANNOUNCED: 0,
    TrackingStatus.COLLECTED: 1,
    TrackingStatus.IN_TRANSIT: 2,
    TrackingStatus.EXCEPTION: 3,
    TrackingStatus.OUT_FOR_DELIVERY: 4,
    TrackingStatus.NOT_DELIVERED: 5,
    TrackingStatus.READY_FOR_PICKUP: 6,
    TrackingStatus.DELIVERED: 7,
    TrackingStatus.RETURNING: 8,
    TrackingStatus.RETURNED: 9,
}
"""Of two events in the same second the later stage counts, and is told later."""

_AFTER_DELIVERY = frozenset({TrackingStatus.DELIVERED, TrackingStatus.RETURNING, TrackingStatus.RETURNED})
_ENDED = frozenset({TrackingStatus.DELIVERED, TrackingStatus.RETURNED})


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a parcel is, since when, and when its recipient got it."""

    status: TrackingStatus
    since: datetime
    delivered_at: datetime | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more is expected."""
        return self.status in _ENDED


def whereabouts(events: Iterable[TrackingEvent]) -> Whereabouts | None:
    """The last stage the parcel reached; None while nothing that is understood was heard."""
    known = sorted(
        (event for event in events if event.status is not TrackingStatus.OTHER),
        key=lambda event: (event.at, STAGE[event.status]),
    )
    if not known:
        return None
    delivered = [event for event in known if event.status is TrackingStatus.DELIVERED]
    if delivered:
        # What a slow scanner in some depot reports after the signature is history, whatever its clock says.
        known = [event for event in known if event.status in _AFTER_DELIVERY]
    last = known[-1]
    # The second "delivered" of a parcel is the same delivery told again, in other words and a little later.
    first_of_stage = next(event for event in known if event.status is last.status)
    since = first_of_stage.at if last.status is TrackingStatus.DELIVERED else last.at
    return Whereabouts(last.status, since, delivered[0].at if delivered else None)
