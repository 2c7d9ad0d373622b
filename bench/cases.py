"""What is measured: four kinds of work, on distinct stock or all on one article and place. Called by `bench.scans`.

A case is so many handhelds doing the same work side by side. `jobs_of` makes the work ready in the hall and says what
each handheld has to scan.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bench.hall import ARTICLES, HOT, Hall, gtin_of
from wms.containers.model import ContainerKind
from wms.stock.model import Reason

Job = dict[str, Any]
"""`codes` to scan one after the other, and whether to `follow` the screen to the end of the task then."""


class Work(StrEnum):
    """A kind of work on the floor."""

    RECEIVE = "receive"
    PUT_AWAY = "put away"
    PICK = "pick"
    DISPATCH = "dispatch"


REASONS = {
    Work.RECEIVE: Reason.RECEIVED,
    Work.PUT_AWAY: Reason.PUT_AWAY,
    Work.PICK: Reason.PICKED,
    Work.DISPATCH: Reason.STAGED,
}
UNITS_IN_PARCEL = 2
UNITS_PER_MOVE = {Work.RECEIVE: 1, Work.PUT_AWAY: 1, Work.PICK: 1, Work.DISPATCH: UNITS_IN_PARCEL}

LINES = 5
"""Different articles on a pallet and in an order on distinct stock; on the hot place as many units of the one."""


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement. `scans` is about how many each handheld makes."""

    work: Work
    hot: bool
    handhelds: int
    scans: int

    @property
    def stock(self) -> str:
        return "one spot" if self.hot else "distinct"


def jobs_of(case: Case, hall: Hall) -> list[list[Job]]:
    """Work made ready in `hall`: for each handheld what to scan."""
    return _MAKERS[case.work](case, hall)


def _receive(case: Case, hall: Hall) -> list[list[Job]]:
    one_for_all = hall.notice(HOT) if case.hot else ""
    pallets = hall.empty_containers(ContainerKind.PALLET, case.handhelds)
    jobs: list[list[Job]] = []
    for number, pallet in enumerate(pallets):
        article = HOT if case.hot else number
        notice = one_for_all or hall.notice(article)
        jobs.append([{"codes": [notice, pallet, *[gtin_of(article)] * (case.scans - 2)], "follow": False}])
    return jobs


def _put_away(case: Case, hall: Hall) -> list[list[Job]]:
    each = max(1, case.scans // (2 * LINES))
    pallets = iter(hall.received_pallets(_bundles(case, each * case.handhelds)))
    return [[{"codes": [next(pallets)], "follow": True} for _ in range(each)] for _ in range(case.handhelds)]


def _pick(case: Case, hall: Hall) -> list[list[Job]]:
    # A tote, then for every article its place and each unit.
    each = max(1, case.scans // (2 + LINES if case.hot else 1 + 2 * LINES))
    hall.allocated_orders(_bundles(case, each * case.handhelds))
    totes = iter(hall.empty_containers(ContainerKind.TOTE, each * case.handhelds))
    return [[{"codes": [next(totes)], "follow": True} for _ in range(each)] for _ in range(case.handhelds)]


def _dispatch(case: Case, hall: Hall) -> list[list[Job]]:
    each = case.scans - 1
    contents = [
        {HOT: UNITS_IN_PARCEL} if case.hot else {(2 * number) % ARTICLES: 1, (2 * number + 1) % ARTICLES: 1}
        for number in range(each * case.handhelds)
    ]
    parcels = hall.released_parcels(contents)
    return [
        [
            {
                "codes": [f"LOC-LANE-{0 if case.hot else number + 1}", *parcels[number * each : (number + 1) * each]],
                "follow": False,
            }
        ]
        for number in range(case.handhelds)
    ]


def _bundles(case: Case, count: int) -> list[dict[int, int]]:
    """Contents of pallets and orders: units by article."""
    if case.hot:
        return [{HOT: LINES} for _ in range(count)]
    return [{(LINES * number + line) % ARTICLES: 1 for line in range(LINES)} for number in range(count)]


_MAKERS: dict[Work, Callable[[Case, Hall], list[list[Job]]]] = {
    Work.RECEIVE: _receive,
    Work.PUT_AWAY: _put_away,
    Work.PICK: _pick,
    Work.DISPATCH: _dispatch,
}
