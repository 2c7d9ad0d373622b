"""The declaration of a parcel that is opened again: it never goes out, or it must have come to nothing before.

`withdraw_declaration` is the writer of WithdrawDeclaration, registered in `wms.app`; packing asks `why_not_withdrawn`
beforehand. Invariant: a parcel that was opened again has a hold nobody can lift, so that whatever is heard of its list
later opens the gate neither for it nor for the parcel its goods are packed into, which is declared by itself.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from wms.customs.effects import WithdrawDeclaration
from wms.customs.model import DeclarationState, DocumentKind, HoldKind, Outgoing
from wms.customs.sending.attempts import may_be_resubmitted
from wms.customs.sending.preparing import documents_of_attempt, withdraw_waiting
from wms.customs.standing import count_open_holds, current_documents, locked, open_holds, refold
from wms.customs.tables import DeclarationRow, DocumentRow, HoldRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.refusal import Refusal


def why_not_withdrawn(session: Session, warehouse_id: int, parcel_id: UUID) -> Refusal | None:
    """What keeps a parcel's declaration, as it stands now: see `WithdrawDeclaration`. Locks nothing."""
    declaration = session.scalars(
        select(DeclarationRow).where(DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.parcel_id == parcel_id)
    ).one_or_none()
    if declaration is None:
        return None
    return _kept(session, declaration, current_documents(session, warehouse_id, [declaration.id]))


def withdraw_declaration(
    session: Session, warehouse_id: int, effect: WithdrawDeclaration, *, now: datetime
) -> Refusal | None:
    """Apply the effect; a parcel that was never declared has nothing to withdraw.

    The documents are locked as well: whoever puts them into a message waits, or is seen here.
    """
    declarations = locked(session, warehouse_id, DeclarationRow.parcel_id == effect.parcel_id)
    if not declarations:
        return None
    declaration = declarations[0]
    documents = documents_of_attempt(session, declaration)
    refusal = _kept(session, declaration, documents.values())
    if refusal is not None:
        return refusal
    withdraw_waiting(documents.values())
    hold: Any = insert_ignoring_duplicates(cast(Table, HoldRow.__table__), session.get_bind().dialect.name)
    session.execute(
        hold.values(
            warehouse_id=warehouse_id,
            declaration_id=declaration.id,
            kind=HoldKind.PARCEL_VOID,
            cause=str(effect.parcel_id),
            since=now,
            said="",
            set_at=now,
        )
    )
    count_open_holds(session, declaration)
    declaration.stopped_by = 0
    session.flush()
    refold(session, declaration, now=now)
    return None


def _kept(session: Session, declaration: DeclarationRow, documents: Iterable[DocumentRow]) -> Refusal | None:
    papers = list(documents)
    state = DeclarationState(declaration.state)
    details = {"parcel": declaration.tracking_number, "since": declaration.state_since.isoformat(), "state": state}
    holds = {hold.kind for hold in open_holds(session, declaration.warehouse_id, [declaration.id])}
    if HoldKind.CANCEL_PENDING in holds:
        return Refusal("cancel_awaited", details)
    came_to_nothing = state is DeclarationState.CANCELLED or may_be_resubmitted(declaration, papers)
    if state is not DeclarationState.PENDING and not came_to_nothing:
        return Refusal("list_with_customs", details)
    # Customs releases on the list alone. The orders that went before it release nothing, and it may never follow them.
    list_went = any(paper.kind == DocumentKind.INVENTORY and paper.outgoing == Outgoing.SENT for paper in papers)
    is_sending = any(paper.outgoing == Outgoing.IN_MESSAGE for paper in papers)
    return Refusal("papers_on_their_way", details) if is_sending or (list_went and not came_to_nothing) else None
