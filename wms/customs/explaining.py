"""A parcel explains itself, on whichever screen it is scanned: its papers, what customs said, where to put it.

`wms.app` hands `explain_parcel` to the scan door. It reads without a lock and writes nothing, so it is no answer of the
gate on which anything may move: those are asked for, and kept, by the steps that book.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from wms.customs.model import DocumentStanding, GateAnswer
from wms.customs.service import gate_answer
from wms.kernel.refusal import Refusal
from wms.places.lookup import places_by_id, the_place
from wms.places.model import Place, PlaceKind
from wms.shipments.lookup import load_by_id
from wms.shipments.model import Load, LoadState, Parcel
from wms.tasks.explanation import Explanation, PaperStanding
from wms.tasks.floor import FloorContext


def explain_parcel(session: Session, context: FloorContext, thing: object) -> Explanation | None:
    """What there is to say about a parcel; None for anything else, and where goods need no release."""
    if not isinstance(thing, Parcel):
        return None
    answer = gate_answer(session, context.warehouse_id, [thing.id], lock=False)[thing.id]
    if answer.open and answer.state is None:
        return None
    where = _where_to(session, context.warehouse_id, thing, answer)
    finding = answer.finding
    return Explanation(
        parcel=thing.tracking_no,
        code=where.code,
        details=where.details,
        may_go_on=answer.open and thing.why_gone is None,
        state=answer.state.value if answer.state else "",
        since=answer.since.isoformat() if answer.since else "",
        status=answer.status,
        said=answer.said,
        papers=tuple(_paper(document) for document in answer.documents),
        holds=tuple(hold.value for hold in answer.holds),
        rule=finding.rule if finding else "",
        cause=finding.cause.value if finding else "",
    )


def _where_to(session: Session, warehouse_id: int, parcel: Parcel, answer: GateAnswer) -> Refusal:
    """The sentence: what it is, and where it belongs."""
    if parcel.why_gone is not None:
        return parcel.why_gone
    place = places_by_id(session, warehouse_id, [parcel.place_id])[parcel.place_id]
    load = _load(session, warehouse_id, parcel.load_id)
    if answer.open and load is not None:
        return Refusal("parcel_on_lane", {"parcel": parcel.tracking_no, "place": place.code, "load": load.code})
    if answer.open:
        return Refusal("parcel_released", {"parcel": parcel.tracking_no})
    if load is not None and load.state is LoadState.SEALED:
        details = {"parcel": parcel.tracking_no, "load": load.code, "reason": answer.code}
        return Refusal("red_on_sealed_load", details)
    return _to_cage(session, warehouse_id, parcel, place, answer)


def _to_cage(session: Session, warehouse_id: int, parcel: Parcel, place: Place, answer: GateAnswer) -> Refusal:
    caged = place.kind is PlaceKind.CAGE
    cage = place if caged else the_place(session, warehouse_id, PlaceKind.CAGE)
    details = {"parcel": parcel.tracking_no, "reason": answer.code, "place": cage.code}
    return Refusal("parcel_held_here", details) if caged else Refusal("parcel_held", details)


def _load(session: Session, warehouse_id: int, load_id: UUID | None) -> Load | None:
    return load_by_id(session, warehouse_id, load_id) if load_id is not None else None


def _paper(document: DocumentStanding) -> PaperStanding:
    since = document.since.isoformat() if document.since else ""
    return PaperStanding(document.kind.value, document.state.value, since, document.said)
