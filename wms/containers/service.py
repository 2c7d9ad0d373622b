"""Use cases that write containers: create, take for a use, free. Called by writers of effects and by set-up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from wms.containers.model import ContainerKind, ContainerUse, UseContainer
from wms.containers.tables import ContainerRow
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal


def create_container(
    session: Session,
    warehouse_id: int,
    code: str,
    kind: ContainerKind,
    *,
    use: ContainerUse = ContainerUse.EMPTY,
    subject: UUID | None = None,
    container_id: UUID | None = None,
) -> UUID:
    """Add a container and return its id. A taken code raises IntegrityError: codes are issued by us."""
    new_id = container_id or uuid7()
    session.execute(
        insert(ContainerRow).values(
            warehouse_id=warehouse_id, id=new_id, code=code, kind=kind, use=use, subject=subject
        )
    )
    return new_id


def use_container(session: Session, warehouse_id: int, effect: UseContainer, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `container_in_use` when somebody else took the container since it was looked at.

    The old use is part of the condition: of two people who scan the same empty tote at once, one gets it.
    """
    subject_is_same = (
        ContainerRow.subject.is_(None) if effect.from_subject is None else ContainerRow.subject == effect.from_subject
    )
    changed = session.execute(
        update(ContainerRow)
        .where(
            ContainerRow.warehouse_id == warehouse_id,
            ContainerRow.id == effect.container_id,
            ContainerRow.use == effect.from_use,
            subject_is_same,
        )
        .values(use=effect.use, subject=effect.subject)
        .returning(ContainerRow.code)
    ).first()
    if changed is None:
        return Refusal("container_in_use", {"container": str(effect.container_id)})
    return None
