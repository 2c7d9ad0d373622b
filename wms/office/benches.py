"""The list of what is wrong at packing benches: programs that are away, labels nobody knows of whether they came out.

Called by the board and the lists.
"""

from datetime import timedelta
from typing import cast

from sqlalchemy import Table, literal, select, union_all

from wms.bench.lookup import IS_OPEN
from wms.bench.model import AWAY_AFTER, JobState
from wms.bench.tables import BenchJobRow, BenchRow
from wms.office.listing import Column, ListKind, Scope, Shown, Slice, Statement
from wms.shipments.tables import ParcelRow

MISSED_FOR = timedelta(hours=12)
"""A bench that was not heard of for longer is not away, but not in use."""

_jobs = cast(Table, BenchJobRow.__table__)


def _troubled(scope: Scope) -> Statement:
    nothing = literal("")
    away = select(
        BenchRow.bench, literal("bench_away").label("what"), nothing.label("parcel"), BenchRow.heard_at.label("since")
    ).where(
        BenchRow.warehouse_id == scope.warehouse_id,
        BenchRow.heard_at <= scope.now - AWAY_AFTER,
        BenchRow.heard_at > scope.now - MISSED_FOR,
    )
    doubtful = (
        select(
            _jobs.c.bench,
            literal("label_in_doubt").label("what"),
            ParcelRow.tracking_no.label("parcel"),
            _jobs.c.changed_at.label("since"),
        )
        .join(ParcelRow, (ParcelRow.warehouse_id == _jobs.c.warehouse_id) & (ParcelRow.id == _jobs.c.parcel_id))
        .where(
            _jobs.c.warehouse_id == scope.warehouse_id,
            IS_OPEN,
            _jobs.c.state == JobState.DOUBTFUL.value,
            _jobs.c.answer.is_(None),
        )
    )
    both = union_all(away, doubtful).subquery()
    return select(both.c.bench, both.c.what, both.c.parcel, both.c.since).select_from(both).order_by(both.c.since)


BENCHES = ListKind(
    "benches",
    "Packing benches",
    (Slice("troubled", "Benches away, labels in doubt", _troubled),),
    (
        Column("bench", "Bench", Shown.CODE),
        Column("what", "What", Shown.WORD),
        Column("parcel", "Parcel", Shown.PARCEL),
        Column("since", "Since", Shown.MOMENT),
    ),
    explained={
        "troubled": "A bench that is away prints and weighs nothing: see whether its computer runs. For a label in "
        "doubt, somebody at the bench has to look into the printer; the bench's page asks."
    },
)
