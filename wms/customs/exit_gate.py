"""The second lock on the door: tells the stock rules which parcels may go on, and notes those that left.

`wms.app` hands it to the ledger, which asks it for every posting onto a lane and out of the building, whoever posts: a
parcel that is not released can go into a cage and nowhere else. Whoever leaves needs the exit pass as well.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.customs.books.booking import book_outward
from wms.customs.effects import RecordLeft
from wms.customs.passes import use_pass
from wms.customs.service import gate_answer, record_left
from wms.kernel.refusal import Refusal
from wms.places.lookup import regime_of
from wms.shipments.lookup import parcels_by_id


def exit_refusals(session: Session, warehouse_id: int, container_ids: frozenset[UUID]) -> Mapping[UUID, Refusal]:
    """Why each of these containers may not go onto a lane or leave; those that may are not in the answer.

    A container that is no closed parcel never does, whatever the customs regime.
    """
    parcels = parcels_by_id(session, warehouse_id, sorted(container_ids))
    answers = gate_answer(session, warehouse_id, sorted(parcels))
    refusals = {
        container_id: Refusal("not_a_parcel", {"container": str(container_id)})
        for container_id in container_ids - parcels.keys()
    }
    for parcel_id, answer in answers.items():
        if not answer.open:
            refusals[parcel_id] = answer.refusal(parcels[parcel_id].tracking_no)
    return refusals


def note_departure(session: Session, warehouse_id: int, effect: RecordLeft, *, now: datetime) -> Refusal | None:
    """Note with customs that a load has left, use its exit pass, and book it out, in the transaction that moved it out.

    Refuses what `use_pass` refuses, where the warehouse's goods need a release.
    """
    record_left(session, warehouse_id, effect.parcel_ids, now=now)
    if regime_of(session, warehouse_id).needs_release:
        refusal = use_pass(session, warehouse_id, effect.load_id, effect.parcel_ids, now=now)
        if refusal is not None:
            return refusal
    book_outward(session, warehouse_id, effect.parcel_ids, now=now)
    return None
