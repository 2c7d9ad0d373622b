"""Asks the gate for the floor, and keeps every answer the floor gets: who asked, where, when, and what was said.

Called by the facts of packing, dispatch and the cage, and by the door of labels, in the transaction that records what
follows from the answer. A screen that is only foretold asks nothing, so it writes nothing. What is kept is never
changed; in a warehouse that needs no release there is no answer to keep.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from wms.access.model import Caller
from wms.customs.model import GateAnswer, GatePoint
from wms.customs.service import gate_answer
from wms.customs.tables import GateAnswerRow
from wms.kernel.identity import uuid7
from wms.shipments.lookup import parcels_by_code

_WRITE = insert(cast(Table, GateAnswerRow.__table__))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when. `operator_id` None for a program."""

    operator_id: UUID | None
    device: str
    now: datetime


def ask_gate(
    session: Session, warehouse_id: int, parcel_ids: Sequence[UUID], point: GatePoint, asker: Asker
) -> dict[UUID, GateAnswer]:
    """The gate's answers, with the declarations locked until the caller commits, each of them kept."""
    if not parcel_ids:
        return {}
    answers = gate_answer(session, warehouse_id, parcel_ids)
    keep_answers(session, warehouse_id, answers, point, asker)
    return answers


def gate_at_label(session: Session, caller: Caller, tracking_number: str, *, now: datetime) -> GateAnswer | None:
    """The answer for a parcel whose label is printed once more; None for a parcel that is not known."""
    parcels = parcels_by_code(session, caller.warehouse_id, tracking_no=tracking_number)
    if not parcels:
        return None
    asker = Asker(caller.operator_id, caller.device, now)
    return ask_gate(session, caller.warehouse_id, [parcels[0].id], GatePoint.LABEL, asker)[parcels[0].id]


def keep_answers(
    session: Session, warehouse_id: int, answers: Mapping[UUID, GateAnswer], point: GatePoint, asker: Asker
) -> None:
    """Write what the gate answered, all parcels in one statement."""
    rows = [
        {
            "warehouse_id": warehouse_id,
            "id": uuid7(),
            "parcel_id": parcel_id,
            "asked_at": point.value,
            "at": asker.now,
            "operator_id": asker.operator_id,
            "device": asker.device[:60],
            "is_open": answer.open,
            "code": answer.code,
            "state": answer.state.value if answer.state else "",
            "status": answer.status,
            "said": answer.said,
            "holds": " ".join(hold.value for hold in answer.holds),
        }
        for parcel_id, answer in answers.items()
        if answer.state is not None or not answer.open
    ]
    if rows:
        session.connection().execute(_WRITE, rows)
